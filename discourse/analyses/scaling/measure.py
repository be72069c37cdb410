"""Counts of terms by document and speaker, and the positions that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens, named
from discourse.analyses.parts import AgreedTerms, Measured, TermSurvey, agreed_terms, join_terms
from discourse.analyses.scaling.fit import Fitted, fit_of
from discourse.analyses.scaling.settings import ScalingSettings
from discourse.analyses.settings import place_of
from discourse.compare.placed import Texts, ellipses, group_difference, intervals, resampled
from discourse.corpus.dated import administrations
from discourse.errors import SettingError, TooLittleText, did_you_mean
from discourse.features.by_speaker import speaker_counts
from discourse.features.frequency import term_totals, wanted_terms
from discourse.features.scope import covered
from discourse.features.target import Target
from discourse.report.words import counted
from discourse.types import UNKNOWN, EncodedCorpus, Features

OWN = ("speaker", "group", "year", "decade", "administration")  # units that are no column of the documents
SEPARATOR = ", "  # between the names of a combination
LEAST = {"wordfish": 5, "wordscores": 3, "correspondence": 3}  # units
SEVERAL = ""  # group of a unit that speaks in several


@dataclass(frozen=True)
class ScalingFound(Found):
    """Positions of units.

    Parameters
    ----------
    positions : DataFrame
        `unit`, `group` ("" in several), `estimate`, `low`, `high` (over documents), `se` (of the model), `n_documents`, `n_tokens`,
        `date` (mean day), `given` (reference score).
    map : DataFrame
        `unit`, `group`, `x`, `y`, `wide`, `tall`, `angle`: the first two dimensions of a correspondence analysis with ellipses.
    inertia : sequence of float
        Shares of the inertia of the two dimensions.
    words : DataFrame
        `term`, `weight`, `pull`, `count`, from the left to the right.
    difference : mapping of str to float
        Study minus reference, as `discourse.compare.placed.group_difference`; empty where units are not of one group each.
    checks : mapping of str to float
        Correlations of positions over the units, by ranks: with `date`, `length` (logarithm of the tokens) and `map` (first
        dimension of the correspondence analysis).
    left_out : DataFrame
        `unit`, `n_tokens` of those with too few.
    n_terms, fits : int
        Terms, and resampled fits that succeeded.
    """

    positions: pd.DataFrame = field(default_factory=pd.DataFrame)
    map: pd.DataFrame = field(default_factory=pd.DataFrame)
    inertia: Sequence[float] = ()
    words: pd.DataFrame = field(default_factory=pd.DataFrame)
    difference: Mapping[str, float] = field(default_factory=dict)
    checks: Mapping[str, float] = field(default_factory=dict)
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_terms: int = 0
    fits: int = 0


def _mask(tokens: Tokens, settings: ScalingSettings, target: Target | None) -> np.ndarray:
    """Tokens that are counted; none about a target where all words are scaled only."""
    if target is None:
        return tokens.mask
    if settings.scope == "all":
        return np.zeros(tokens.corpus.n_tokens, bool)
    units = tokens.mentions(target).units
    # A mention is what the words are about: "union" is no word about the Soviet Union.
    said = covered(tokens.corpus.n_tokens, units["token"].to_numpy(), units["length"].to_numpy())
    return tokens.about(target, place_of(settings.scope)) & ~said


def _left_out(tokens: Tokens, settings: ScalingSettings) -> frozenset[str]:
    if tokens.agreed is not None:
        agreed: AgreedTerms = tokens.agreed
        return agreed.left_out
    defining = frozenset().union(*(t.defining_forms(tokens.corpus) for t in tokens.targets))
    return defining | tokens.left_out(settings.leave_out)


def survey(tokens: Tokens, settings: ScalingSettings, target: Target | None = None) -> TermSurvey:
    """The terms of a part, and what is to be left out of them."""
    totals = {1: term_totals(tokens.corpus, 1, _mask(tokens, settings, target))}
    return TermSurvey(_left_out(tokens, settings), totals)


def agree(survey: TermSurvey, settings: ScalingSettings) -> AgreedTerms:
    """Terms that are frequent enough in the whole."""
    return agreed_terms(survey, settings.min_documents)


def measure(tokens: Tokens, settings: ScalingSettings, target: Target | None = None) -> Features:
    """Counts of terms by document and speaker, in all words of the home side or in those about a target."""
    among = None if tokens.agreed is None else tokens.agreed.kept[1]
    counts, terms, cells = speaker_counts(tokens.corpus, _mask(tokens, settings, target), among=among)
    leave_out = _left_out(tokens, settings)
    kept = wanted_terms(terms, drop_stop_words=settings.drop_stop_words, leave_out=leave_out)
    if tokens.whole:
        kept = kept[np.asarray(counts.sum(0)).ravel()[kept] >= settings.min_documents]
    columns = [str(terms[k]) for k in kept]
    name = "scaling" if target is None else target.name
    return Features(name, sparse.csr_array(counts[:, kept]), columns, cells, params={"lengths": [1] * len(columns)})


def joined(parts: Sequence[Measured], settings: ScalingSettings, corpus: EncodedCorpus) -> Features:
    """Counts of the whole."""
    return join_terms(parts, settings.min_documents)


def without_rare(features: Features, n: int) -> Features:
    """The counts without terms that fewer than `n` documents contain; totals are in the units."""
    counts = sparse.coo_array(features.values)
    document = features.units["document"].to_numpy()[counts.row]
    pairs = np.unique(document.astype(np.int64) * counts.shape[1] + counts.col)
    at = np.flatnonzero(np.bincount(pairs % counts.shape[1], minlength=counts.shape[1]) >= n)
    columns = [features.columns[int(k)] for k in at]
    params = {**features.params, "lengths": [1] * len(at)}
    return replace(features, values=sparse.csr_array(features.values)[:, at], columns=columns, params=params)


def compute(data: Data, settings: ScalingSettings, features: Features) -> ScalingFound:
    """Positions from all words of the groups."""
    return _found(data, settings, features, "Positions")


def compute_about(data: Data, settings: ScalingSettings, target: Target, features: Features) -> ScalingFound:
    """Positions from the words about a target."""
    if settings.scope == "all":
        return ScalingFound()
    return _found(data, settings, features, f"Positions on {target.name}")


def labels(data: Data, by: Sequence[str], cells: pd.DataFrame) -> np.ndarray:
    """The unit of each cell, "" where it has none; object, shape (n_cells,)."""
    at = cells["document"].to_numpy(np.int64)
    parts = [_labels(data, k, name, cells, at) for k, name in enumerate(by)]
    joined = [SEPARATOR.join(row) if all(row) else "" for row in zip(*parts)]
    return np.array(joined, object)


def _labels(data: Data, k: int, name: str, cells: pd.DataFrame, at: np.ndarray) -> list[str]:
    documents = data.documents
    if name == "speaker":
        return ["" if s == UNKNOWN else s for s in cells["speaker"]]
    if name == "administration":
        values = administrations(documents)
    elif name in ("year", "decade"):
        years = documents["date"].dt.year
        values = ["" if y != y else f"{int(y)}" if name == "year" else f"{int(y) // 10 * 10}s" for y in years]
    elif name in documents.columns:
        values = ["" if v == "(none)" else v for v in named(documents[name])]
    else:
        hint = did_you_mean(name, [*OWN, *documents.columns])
        raise SettingError(("scaling", "by", k), f'there is no column "{name}". {hint}')
    return np.array(values, object)[at].tolist()


@dataclass(frozen=True)
class _Units:
    """Counts by text of each unit, and what is known of the units."""

    texts: Texts
    terms: np.ndarray
    table: pd.DataFrame  # unit, group, n_documents, n_tokens, date
    left_out: pd.DataFrame


def _units(data: Data, settings: ScalingSettings, features: Features, what: str) -> _Units:
    """Units with enough tokens, and the terms that enough of their texts contain."""
    cells = features.units.assign(unit=labels(data, settings.by, features.units))
    document = cells["document"].to_numpy(np.int64)
    inside = (data.design.group[document] >= 0) & (cells["unit"] != "").to_numpy()
    cells, counts = cells[inside], sparse.csr_array(features.values)[np.flatnonzero(inside)]
    total = cells.groupby("unit", sort=True)["n_tokens"].sum()
    names = total.index[total >= settings.min_tokens].tolist()
    least = LEAST[settings.method]
    if len(names) < least:
        have = f"n = {counted(len(names), 'unit')} with {settings.min_tokens:,} tokens"
        raise TooLittleText(what, have, f"{least} units")
    few = total[total < settings.min_tokens]
    left_out = pd.DataFrame({"unit": few.index.astype(object), "n_tokens": few.to_numpy(np.int64)})
    chosen = cells["unit"].isin(names).to_numpy()
    cells, counts = cells[chosen], counts[np.flatnonzero(chosen)]
    # Of a unit of several speakers all that they say in a document is one text.
    text, pairs = pd.factorize(pd.MultiIndex.from_frame(cells[["unit", "document"]]), sort=True)
    n = len(pairs)
    counts = sparse.csr_array(
        sparse.csr_array((np.ones(len(text)), (text, np.arange(len(text)))), shape=(n, len(text))) @ counts
    )
    unit = pd.Index(names).get_indexer([p[0] for p in pairs])
    kept = _terms(counts, unit, settings)
    if len(kept) < 20:
        raise TooLittleText(what, f"n = {counted(len(kept), 'term')} in {settings.min_documents} texts", "20 terms")
    texts = Texts(sparse.csr_array(counts[:, kept]), unit, names)
    if not texts.summed().sum(1).all():
        raise TooLittleText(what, "a unit has none of the terms", "longer texts (min_tokens)")
    document = np.array([p[1] for p in pairs], np.int64)
    table = _described(data, cells, names, unit, document)
    return _Units(texts, np.asarray(features.columns, object)[kept], table, left_out)


def _terms(counts: sparse.csr_array, unit: np.ndarray, settings: ScalingSettings) -> np.ndarray:
    """Terms in enough texts and in two units; of many those in the most texts, in the order of the alphabet."""
    present = sparse.csr_array((np.ones(counts.nnz), counts.indices, counts.indptr), shape=counts.shape)
    in_texts = np.asarray(present.sum(0)).ravel()
    adding = sparse.csr_array((np.ones(len(unit)), (unit, np.arange(len(unit)))), shape=(unit.max() + 1, len(unit)))
    in_units = np.diff(sparse.csc_array(adding @ present).indptr)
    enough = np.flatnonzero((in_texts >= settings.min_documents) & (in_units >= 2))
    return np.sort(enough[np.argsort(-in_texts[enough], kind="stable")[: settings.terms]])


def _described(
    data: Data, cells: pd.DataFrame, names: list[str], unit: np.ndarray, document: np.ndarray
) -> pd.DataFrame:
    """Group, texts, tokens and mean date of each unit."""
    group = data.documents["group"].to_numpy(object)[document]
    dates = pd.Series(data.documents["date"].to_numpy()[document])
    rows = []
    tokens = cells.groupby("unit")["n_tokens"].sum()
    for u, name in enumerate(names):
        mine = unit == u
        groups = list(dict.fromkeys(group[mine]))
        day = dates[mine].mean()
        rows.append((name, groups[0] if len(groups) == 1 else SEVERAL, int(mine.sum()), int(tokens[name]), day))
    table = pd.DataFrame(rows, columns=["unit", "group", "n_documents", "n_tokens", "date"])
    return table.assign(date=pd.to_datetime(table["date"]).dt.normalize())


def _found(data: Data, settings: ScalingSettings, features: Features, what: str) -> ScalingFound:
    units = _units(data, settings, features, what)
    texts, table = units.texts, units.table
    given = _references(settings, texts.names)
    try:
        fitted = fit_of(texts.summed(), settings, given, _orientation(settings, table))
    except TooLittleText as error:
        raise TooLittleText(f"{what}, {error.what}", error.have, error.need) from None
    seed, confidence = data.design.seed, data.design.confidence
    draws = resampled(texts, fitted.again, fitted.positions[:, None], resamples=settings.resamples, seed=seed)[:, :, 0]
    low, high = intervals(fitted.positions, draws, texts.n_documents, confidence)
    # A reference whose score is given does not vary.
    fixed = draws.std(0) < 1e-12 if len(draws) else np.zeros(len(table), bool)
    positions = table.assign(
        estimate=fitted.positions,
        low=np.where(fixed, np.nan, low),
        high=np.where(fixed, np.nan, high),
        se=fitted.se,
        given=given,
    )
    places = resampled(texts, fitted.again_map, fitted.map, resamples=settings.resamples, seed=seed)
    drawn = ellipses(fitted.map, places, texts.n_documents, confidence)
    sides = _sides(data, table)
    difference = group_difference(fitted.positions, draws, sides, texts.n_documents, confidence) if sides else {}
    order = np.argsort(positions["estimate"], kind="stable")
    return ScalingFound(
        (),
        (),
        positions.iloc[order].reset_index(drop=True),
        pd.concat([table[["unit", "group", "n_documents"]], drawn], axis=1),
        fitted.inertia,
        _words(fitted, units),
        difference,
        _checks(fitted, table),
        units.left_out,
        len(units.terms),
        len(draws),
    )


def _references(settings: ScalingSettings, names: Sequence[str]) -> np.ndarray:
    """Given score of each unit; NaN for the others."""
    wanted = [("references", name) for name in settings.references] + [
        ("direction", name) for name in settings.direction
    ]
    for key, name in wanted:
        if name not in names:
            hint = did_you_mean(name, names)
            raise SettingError(
                ("scaling", key), f'there is no unit "{name}" with {settings.min_tokens:,} tokens. {hint}'
            )
    return np.array([settings.references.get(n, np.nan) for n in names], float)


def _orientation(settings: ScalingSettings, table: pd.DataFrame) -> np.ndarray:
    """What is to be larger on the right, a value for each unit: NaN for units that do not matter."""
    if settings.direction:
        left, right = settings.direction
        return np.where(table["unit"] == right, 1.0, np.where(table["unit"] == left, -1.0, np.nan))
    if table["date"].notna().all() and table["date"].nunique() > 2:
        return (table["date"] - table["date"].min()).dt.days.to_numpy(float)
    return table["n_tokens"].to_numpy(float)


def _sides(data: Data, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray] | None:
    """Units that are of the study group alone, and of the reference group."""
    if data.pair is None or not data.contrasts:
        return None
    a, b = (np.flatnonzero(table["group"] == str(data.design.names[g])) for g in data.pair)
    return (a, b) if len(a) and len(b) else None


def _words(fitted: Fitted, units: _Units) -> pd.DataFrame:
    """Terms with their weights, from the one that pulls most to the left to the one that pulls most to the right."""
    table = pd.DataFrame(
        {
            "term": units.terms,
            "weight": fitted.terms,
            "pull": fitted.pull,
            "count": units.texts.summed().sum(0).astype(np.int64),
        }
    )
    return table.iloc[np.argsort(table["pull"], kind="stable")].reset_index(drop=True)


def _checks(fitted: Fitted, table: pd.DataFrame) -> dict[str, float]:
    """What positions go together with, which may be all that they show."""
    position = pd.Series(fitted.positions)
    found = {
        "length": position.corr(np.log(table["n_tokens"]), method="spearman"),
        "map": position.corr(pd.Series(fitted.map[:, 0]), method="spearman"),
    }
    if table["date"].notna().all() and table["date"].nunique() > 2:
        found["date"] = position.corr((table["date"] - table["date"].min()).dt.days.astype(float), method="spearman")
    return {k: float(v) for k, v in found.items()}
