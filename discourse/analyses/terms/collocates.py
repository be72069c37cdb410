"""Collocates of a target: what is near it in each group, how the groups differ in that, and the lines themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field, field_validator
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.outcome import Outcome
from discourse.analyses.parts import AgreedTerms, Measured, TermSurvey, agreed_terms, join_terms
from discourse.analyses.settings import Display, Later, Settings
from discourse.analyses.terms.about import Near
from discourse.analyses.terms.measure import by_document, emptied, left_out
from discourse.compare.association import association
from discourse.compare.intervals import by_unit, percentile
from discourse.compare.quantities import two_groups
from discourse.compare.resample import stream
from discourse.compare.sums import Sums, Weights
from discourse.compare.terms import clearest
from discourse.encode.counts import document_term_matrix
from discourse.errors import TooLittleText
from discourse.features.collocates import PLACES, at_place
from discourse.features.dispersion import dispersion
from discourse.features.frequency import hashes_of, wanted_terms
from discourse.features.scope import covered, in_scope
from discourse.features.target import Target
from discourse.types import Comparison, EncodedCorpus, Features

LEAST = 2  # documents in which a word must be near the target to be counted
MEASURES = {
    "logDice": "log_dice",
    "MI": "mi",
    "MI3": "mi3",
    "t": "t",
    "G2": "g2",
    "delta P": "delta_p_collocate",
}


class CollocatesSettings(Settings):
    """Collocates of a target, and a concordance."""

    span: int = Field(5, ge=1, le=50, description="Tokens before and after the node, within a turn")
    measure: Annotated[Literal["logDice", "MI", "MI3", "t", "G2", "delta P"], Later()] = Field(
        "logDice", description="Measure by which collocates are listed; all are in the table"
    )
    min_documents: Annotated[int, Later()] = Field(
        5, ge=2, description="Documents in which a collocate is near the node"
    )
    min_clusters: Annotated[int, Later()] = Field(4, ge=1, description="Clusters in which it is, for the difference")
    stop_words: Annotated[Literal["keep", "drop"], Later()] = Field(
        "keep", description="Function words count among the tokens near the node (keep), or do not (drop)"
    )
    drop_stop_words: bool = Field(True, description="List no function words")
    leave_out: list[str] = Field(
        [], description="Further words to leave out; speakers leaves out names and offices of speakers"
    )
    show: Annotated[int, Later()] = Field(12, ge=1, le=40, description="Collocates listed for each group")
    lines: Annotated[int, Later()] = Field(10, ge=0, le=100, description="Lines of the concordance for each group")
    sort: Annotated[list[Literal["L1", "L2", "L3", "N", "R1", "R2", "R3"]], Display()] = Field(
        ["R1", "R2", "L1"], description="Places by whose words the concordance is sorted"
    )

    @field_validator("leave_out", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


@dataclass(frozen=True)
class CollocatesFound(Found):
    """Collocates of a target.

    Parameters
    ----------
    table : DataFrame
        One row for each group and collocate: `group`, `item`, frequencies, measures of association, dispersion, and how
        often it stands at each place from L3 to R3.
    shown : mapping of str to list of str
        Collocates that are listed for each group.
    places : DataFrame
        `group`, `place`, `order`, `item`, `frequency`: the most frequent words at each place.
    lines : DataFrame
        `token`, `length`, `turn`, `document`, `group` of the mentions in the concordance.
    nodes : mapping of str to int
        Mentions in each group.
    comparison : Comparison, optional
        Of the two groups, net of the background.
    """

    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    shown: Mapping[str, list[str]] = field(default_factory=dict)
    places: pd.DataFrame = field(default_factory=pd.DataFrame)
    lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    nodes: Mapping[str, int] = field(default_factory=dict)

    @property
    def comparison(self) -> Comparison | None:
        """The difference of the groups; None where there is none."""
        return self.outcomes[0].comparison if self.outcomes else None


def measure(tokens: Tokens, settings: CollocatesSettings, target: Target) -> Features:
    """Counts by document of what is near the target, of the same words elsewhere, and of those at each place."""
    corpus, units = tokens.corpus, tokens.mentions(target).units
    ours = tokens.mask[units["token"].to_numpy(np.int64)]
    at, length, node, near = _near(tokens, settings, target)
    rest = tokens.mask & ~near & ~node
    counts, terms = document_term_matrix(corpus, near)
    if tokens.agreed is None:
        often = np.flatnonzero(np.bincount(counts.indices, minlength=len(terms)) >= LEAST)
    else:
        often = np.flatnonzero(np.isin(hashes_of(terms), tokens.agreed.kept[1]))
    omitted = left_out(tokens, settings.leave_out)
    wanted = often[wanted_terms(terms[often], drop_stop_words=settings.drop_stop_words, leave_out=omitted)]
    elsewhere, _ = document_term_matrix(corpus, rest)
    placed = [_at_place(tokens, at, length, place)[:, wanted] for place in PLACES]
    values = sparse.csr_array(sparse.hstack([counts[:, wanted], elsewhere[:, wanted], *placed], format="csr"))
    content = ~np.isin(corpus.folded_ids, _function_words(corpus.folded_forms))
    documents = corpus.documents[["doc_id"]].assign(
        n_tokens=by_document(tokens, near),
        n_content=by_document(tokens, near & content),
        n_tokens_outside=by_document(tokens, rest),
        n_content_outside=by_document(tokens, rest & content),
        n_nodes=np.bincount(units["document"].to_numpy(np.int64)[ours], minlength=len(corpus.documents)),
    )
    names = [str(t) for t in terms[wanted]]
    params = {"lengths": [1] * len(names), "terms": len(names)}
    nodes = units.loc[ours, ["token", "length", "turn", "document"]].reset_index(drop=True)
    columns = names * (2 + len(PLACES))
    return Features("collocates", values, columns, documents, target.name, params, {"nodes": nodes})


def _near(
    tokens: Tokens, settings: CollocatesSettings, target: Target
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """First token and length of the nodes; tokens of nodes, and tokens near one."""
    units = tokens.mentions(target).units
    at, length = units["token"].to_numpy(np.int64), units["length"].to_numpy(np.int64)
    ours = tokens.mask[at]
    at, length = at[ours], length[ours]
    node = covered(tokens.corpus.n_tokens, at, length)
    return at, length, node, in_scope(tokens.corpus, at, length, settings.span, tokens.mask) & ~node


def survey(tokens: Tokens, settings: CollocatesSettings, target: Target) -> TermSurvey:
    """The words of a part near the target."""
    *_, near = _near(tokens, settings, target)
    counts, terms = document_term_matrix(tokens.corpus, near)
    # Documents, not occurrences.
    n = np.bincount(counts.indices, minlength=len(terms))
    at = np.flatnonzero(n)
    hashes = hashes_of(terms[at])
    order = np.argsort(hashes, kind="stable")
    return TermSurvey(left_out(tokens, settings.leave_out), {1: (hashes[order], n[at][order])})


def agree(survey: TermSurvey, settings: CollocatesSettings) -> AgreedTerms:
    """Words near the target in enough documents of the whole to be listed at all."""
    return agreed_terms(survey, LEAST)


def joined(parts: Sequence[Measured], settings: CollocatesSettings, corpus: EncodedCorpus) -> Features:
    """Counts of the whole near the target, elsewhere, and at each place."""
    return join_terms(parts, 1, blocks=2 + len(PLACES))


def travels(features: Features) -> Features:
    """The counts near the target and elsewhere. Those at each place go: of a document with one mention they are its words in order."""
    end = 2 * int(features.params["terms"])
    values = sparse.csr_array(features.values)[:, :end]
    return replace(features, values=values, columns=list(features.columns)[:end])


def _function_words(forms: np.ndarray) -> np.ndarray:
    from discourse.features.frequency import stop_words

    stops = stop_words()
    return np.flatnonzero([f in stops for f in forms])


def _at_place(tokens: Tokens, at: np.ndarray, length: np.ndarray, place: str) -> sparse.csr_array:
    """How often each form stands at a place, by document."""
    corpus = tokens.corpus
    token = at_place(corpus, at, length, place, tokens.mask)
    token = token[token >= 0]
    document = np.searchsorted(corpus.document_bounds, token, side="right") - 1
    shape = (len(corpus.documents), len(corpus.folded_forms))
    return sparse.csr_array((np.ones(len(token), np.int32), (document, corpus.folded_ids[token])), shape=shape)


def compute(data: Data, settings: CollocatesSettings, target: Target, features: Features) -> CollocatesFound:
    """Association of each word with the target in each group, and the difference of the groups."""
    if not features.units["n_nodes"].to_numpy()[data.design.group >= 0].any():
        return CollocatesFound()
    tables, shown, nodes, lines = [], {}, {}, []
    for g, name in enumerate(map(str, data.design.names)):
        table = _of_group(data, settings, features, g)
        tables.append(table.assign(group=name))
        column = MEASURES[settings.measure]
        listed = table[(table["range"] >= settings.min_documents) & (table["near"] > table["expected"])]
        listed = listed.sort_values([column, "item"], ascending=[False, True], kind="stable")
        shown[name] = list(listed["item"].head(settings.show))
        inside = data.design.documents(g)
        nodes[name] = int(features.units["n_nodes"].to_numpy()[inside].sum())
        lines.append(_lines(data, settings, features, inside, target).assign(group=name))
    table = pd.concat(tables, ignore_index=True)
    outcomes, refusals = _difference(data, settings, target, features)
    places = _places(table)
    return CollocatesFound(outcomes, refusals, table, shown, places, pd.concat(lines, ignore_index=True), nodes)


def _difference(
    data: Data, settings: CollocatesSettings, target: Target, features: Features
) -> tuple[tuple[Outcome, ...], tuple[TooLittleText, ...]]:
    """What is nearer to the target in study than in reference, net of the background."""
    if not data.contrasts:
        return (), ()
    two = two_groups(data.design, data.main)
    near = Near.of(features, two.group >= 0, settings.stop_words)
    named = ("collocates", f"collocates of {target.name}", target.name)
    try:
        return (near.compared(data, settings, 1, two, named),), ()
    except TooLittleText as error:
        return (), (error,)


def _of_group(data: Data, settings: CollocatesSettings, features: Features, g: int) -> pd.DataFrame:
    """Frequencies, association, dispersion and places of the words near the target in one group."""
    inside, n_terms = data.design.group == g, int(features.params["terms"])
    counts = emptied(sparse.csr_array(features.values), inside)
    # Without the text the places are not known.
    sums = np.asarray(counts.sum(0)).ravel().reshape(-1 if n_terms else 2, n_terms)
    units = features.units[inside]
    n_near, n_rest = (float(units[c].sum()) for c in ("n_tokens", "n_tokens_outside"))
    nodes = float(units["n_nodes"].sum())
    table = pd.DataFrame({"item": list(features.columns)[:n_terms], "near": sums[0], "total": sums[0] + sums[1]})
    if not n_near or not n_rest:
        none = [
            *association(np.zeros(0), 1.0, np.zeros(0), 2.0),
            "log_dice_low",
            "log_dice_high",
            "range",
            "dp",
            *PLACES,
        ]
        return table.iloc[:0].reindex(columns=[*table.columns, *none])
    table = table.join(association(sums[0], n_near, sums[0] + sums[1], n_near + n_rest, nodes))
    low, high = _log_dice_interval(data, features, counts[:, : 2 * n_terms], g)
    spread = dispersion(counts[inside][:, :n_terms], np.maximum(units["n_tokens"].to_numpy(float), 1))
    table = table.assign(
        log_dice_low=low,
        log_dice_high=high,
        range=spread["range"].astype(int),
        dp=spread["dp"],
        **dict(zip(PLACES, sums[2:].astype(int))),
    )
    return table[table["near"] > 0].reset_index(drop=True)


def _log_dice_interval(
    data: Data, features: Features, counts: sparse.csr_array, g: int
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile bootstrap intervals of logDice in a group, over documents or clusters."""
    design, rows = data.design, data.design.documents(g)
    unit = data.units[0]
    codes = design.units(rows, unit)
    n_units, n_terms = int(codes.max(initial=-1)) + 1, counts.shape[1] // 2
    if n_units < (design.min_clusters if unit == "cluster" else data.min_documents):
        return np.full(n_terms, np.nan), np.full(n_terms, np.nan)
    sums = by_unit(counts[rows].astype(float), codes)
    nodes = np.bincount(codes, features.units["n_nodes"].to_numpy(float)[rows])
    weights = design.draws(g, n_units, unit)
    drawn = Sums(sums)(Weights(weights)).T
    near, rest = drawn[:, :n_terms], drawn[:, n_terms:]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = 14 + np.log2(2 * near / ((weights @ nodes)[:, None] + near + rest))
    # A resample without the word has no logarithm; where such are many there is no interval.
    low, high = percentile(np.where(np.isfinite(values), values, np.nan), design.confidence)
    # As for all rates: what few units contain has an estimate and no interval.
    enough = np.diff(sums[:, :n_terms].tocsc().indptr) >= design.needed_containing(unit)
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def _places(table: pd.DataFrame, most: int = 8) -> pd.DataFrame:
    """The most frequent words at each place in each group."""
    parts = []
    for (group, place), n in (
        ((group, place), part.set_index("item")[place])
        for group, part in table.groupby("group", sort=False)
        for place in PLACES
        if place in part
    ):
        n = n[n > 0].sort_index().sort_values(ascending=False, kind="stable").head(most)
        ranks = np.arange(1, len(n) + 1)
        parts.append(
            pd.DataFrame({"group": group, "place": place, "order": ranks, "item": n.index, "frequency": n.to_numpy()})
        )
    columns = ["group", "place", "order", "item", "frequency"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _lines(
    data: Data, settings: CollocatesSettings, features: Features, inside: np.ndarray, target: Target
) -> pd.DataFrame:
    """A random sample of mentions of a group, at most one of each document, in the order of the text."""
    nodes = features.details["nodes"]
    nodes = nodes[nodes["document"].isin(inside)].drop_duplicates("document")
    name = str(data.design.names[data.design.group[inside[0]]]) if len(inside) else ""
    rng = stream(data.design.seed, "concordance", target.name, name)
    chosen = np.sort(rng.choice(len(nodes), min(settings.lines, len(nodes)), replace=False))
    return nodes.iloc[chosen].reset_index(drop=True)


def finish(
    data: Data, settings: CollocatesSettings, target: Target, features: Features, found: CollocatesFound
) -> CollocatesFound:
    """The collocates whose difference is clearest, which the report follows."""
    outcomes = []
    for outcome in found.outcomes:
        outcomes.append(replace(outcome, shown=clearest(outcome.table, settings.show)["item"].tolist()))
    return replace(found, outcomes=outcomes)
