"""What all analyses of deeds are made of: clauses are read once for all, and counted by document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.deeds.settings import DeedsSettings
from discourse.analyses.outcome import Outcome
from discourse.compare.quantities import Quantities
from discourse.compare.resample import stream
from discourse.errors import TooLittleText
from discourse.features.actor_list import NONE
from discourse.features.actors import find_actors
from discourse.features.deeds import WE, class_of, find_deeds, named_together
from discourse.report.words import counted, listed
from discourse.types import Features

UNIT = "per 1,000 sentences"
ABOUT = "about_"  # before the key of an outcome about a target
ARROW = " → "
NEEDED_DOCUMENTS = 3  # with sentences, below which a group has no rate
MOST_ITEMS = 60  # of a family: those that most documents have
LEADING = 6  # items with sentences in the report
DRAWN = ["item", "group", "document", "sentence", "token"]


@dataclass(frozen=True)
class DeedsFound(Found):
    """Rates of triples or pairs.

    Parameters
    ----------
    rows : DataFrame
        What was counted: a row for each item and group with its numbers.
    drawn : DataFrame
        Sentences that are shown as evidence.
    coded : int
        Triples that were read in the groups.
    """

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    drawn: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DRAWN))
    coded: int = 0


def read(tokens: Tokens, settings: DeedsSettings, section: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deeds of the home side, and pairs of actors that a sentence names; read once, whatever words count."""
    corpus = tokens.corpus
    aliases = tuple((name, tuple(a)) for name, a in settings.names.items())

    def make() -> tuple[pd.DataFrame, pd.DataFrame]:
        actors = settings.actors(section)
        words = corpus.words() & np.repeat(tokens.home, np.diff(corpus.turn_bounds))
        found = find_actors(corpus, actors, words)
        pairs = named_together(corpus, found, np.array([a.kind != NONE for a in actors], bool))
        names, kinds = (np.array([getattr(a, what) for a in actors], object) for what in ("name", "kind"))
        a, b = (pairs[c].to_numpy(np.int64) for c in ("a", "b"))
        named = pairs.drop(columns=["a", "b"]).assign(a=names[a], b=names[b], a_kind=kinds[a], b_kind=kinds[b])
        return find_deeds(corpus, actors, words, found), named

    return tokens.memo.once(("deeds", settings.file, aliases, tokens.home.tobytes()), make)


def features_of(tokens: Tokens, mask: np.ndarray, **tables: pd.DataFrame) -> Features:
    """Tables of what stands in some tokens, and the sentences of each document that have some of them."""
    corpus = tokens.corpus
    sentences = np.unique(np.searchsorted(corpus.sentence_bounds, np.flatnonzero(mask), side="right") - 1)
    document = np.searchsorted(corpus.document_bounds, corpus.sentence_bounds[sentences], side="right") - 1
    n = np.bincount(document, minlength=len(corpus.documents))
    kept = {name: t[mask[t["token"].to_numpy(np.int64)]].reset_index(drop=True) for name, t in tables.items()}
    units = corpus.documents[["doc_id"]].assign(n_sentences=n)
    return Features("deeds", sparse.csr_array((len(n), 0)), [], units, details=kept)


def travels(features: Features) -> Features:
    """The features with their rows in the order of the alphabet, not of the text."""
    order = {"deeds": ["actor", "verb", "other", "sentence"], "named": ["a", "b", "sentence"]}
    kept = {name: t.sort_values(order[name], ignore_index=True, kind="stable") for name, t in features.details.items()}
    return replace(features, details=kept)


def counting(features: Features, settings: DeedsSettings, said: str = "all") -> pd.DataFrame:
    """The deeds that count, by document and sentence, with whoever speaks under the name of the config."""
    rows = (
        features.details["deeds"].drop(columns="token").sort_values(["document", "sentence", "actor", "verb", "other"])
    )
    if said == "asserted":
        rows = rows[(rows["mood"] == "") & ~rows["negated"].astype(bool)]
    rows = rows.assign(**{c: rows[c].mask(rows[c] == WE, settings.we) for c in ("actor", "other")})
    rows = rows[(rows["actor"] != rows["other"]) & ~rows[["actor", "other"]].isin(settings.leave_out).any(axis=1)]
    return rows.assign(quad=[class_of(e) for e in rows["event"]])


def enough_sentences(data: Data, x: np.ndarray, least: int, what: str) -> None:
    """Refuse where a group that must have a rate has too few sentences."""
    groups = data.main.groups if data.contrasts else range(len(data.design.names))
    n = [x[data.design.documents(g)] for g in groups]
    enough = [part.sum() >= least and (part > 0).sum() >= NEEDED_DOCUMENTS for part in n]
    if all(enough) or (any(enough) and not data.contrasts):
        return
    have = listed([f"{part.sum():,.0f} in {data.design.names[g]}" for g, part in zip(groups, n)])
    raise TooLittleText(what, f"n = {have}", f"{least} sentences in {NEEDED_DOCUMENTS} documents of each group")


def family(
    data: Data, key: str, rows: pd.DataFrame, x: np.ndarray, least: tuple[int, int], what: tuple[str, str]
) -> Outcome:
    """The rates of items of one family: those that most documents of the groups have.

    Parameters
    ----------
    data : Data
        Documents and groups.
    key : str
        Of the outcome.
    rows : DataFrame
        `document` and `item` of what is counted.
    x : ndarray of float, shape (n_documents,)
        Sentences.
    least : (int, int)
        Documents that must have an item; sentences of a group below which it has no rate.
    what : (str, str)
        What the items are called in running text, and the target.
    """
    name, target = what
    inside = rows[(data.design.group >= 0)[rows["document"].to_numpy(np.int64)]]
    documents = inside.drop_duplicates(["document", "item"])["item"].value_counts()
    enough = documents[documents >= least[0]]
    if enough.empty:
        have = f"none is in {counted(least[0], 'document')} of the groups"
        raise TooLittleText(name[:1].upper() + name[1:], have, "one that more documents have")
    items = sorted(sorted(enough.index), key=lambda item: -enough[item])[:MOST_ITEMS]
    chosen = rows[rows["item"].isin(items)]
    place = {item: k for k, item in enumerate(items)}
    cells = (chosen["document"].to_numpy(np.int64), chosen["item"].map(place).to_numpy(np.int64))
    y = sparse.csr_array((np.ones(len(chosen)), cells), shape=(len(x), len(items))).toarray()
    return Outcome(
        key,
        Quantities(key, y, x, items, 1e3, UNIT, target=target),
        name=name,
        unit=UNIT,
        after=f" {UNIT}",
        digits=2,
        min_denominator=least[1],
        needed_documents=NEEDED_DOCUMENTS,
        joint=False,
    )


def numbers(data: Data, rows: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """How often each item is counted in each group: in documents, in the passive, negated, and in which mood and class."""
    group = data.design.group[rows["document"].to_numpy(np.int64)]
    kept = rows.assign(group=group)[(group >= 0) & rows["item"].isin(list(items)).to_numpy()]
    grouped = kept.groupby(["item", "group"], sort=False)
    table = pd.DataFrame({"count": grouped.size(), "documents": grouped["document"].nunique()})
    if "quad" in rows.columns:
        for column, values in (
            ("passive", kept["passive"]),
            ("negated", kept["negated"]),
            ("not_asserted", kept["mood"] != ""),
            ("conflict", kept["quad"].str.endswith("conflict")),
            ("material", kept["quad"].str.startswith("material")),
        ):
            table[column] = values.astype(int).groupby([kept["item"], kept["group"]], sort=False).sum()
    every = pd.MultiIndex.from_product([list(items), range(len(data.design.names))], names=["item", "group"])
    full = table.reindex(every, fill_value=0).reset_index()
    return full.assign(group=[str(data.design.names[g]) for g in full["group"]])


def commonest(outcome: Outcome, n: int) -> list[str]:
    """The items with the largest rate in any group."""
    levels = outcome.table[outcome.table["contrast"] == "level"]
    most = levels.groupby("item", sort=False)["estimate"].max().sort_values(ascending=False, kind="stable")
    return [str(i) for i in most.index[:n]]


def clearest(outcome: Outcome, n: int) -> list[str]:
    """The items with the largest main difference in units of its interval, then those without an interval by their difference."""
    rows = outcome.table[outcome.table["contrast"] == "difference"].dropna(subset=["estimate"])
    size = rows["estimate"].abs()
    clarity = (size / (rows["high"] - rows["low"])).fillna(-1.0)
    return [str(rows["item"].iloc[k]) for k in np.lexsort((-size.to_numpy(), -clarity.to_numpy()))[:n]]


def drawn(data: Data, key: str, rows: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """A sentence for each leading item and group, drawn at random."""
    group = data.design.group[rows["document"].to_numpy(np.int64)]
    found = []
    for item in items[:LEADING]:
        for g, name in enumerate(data.design.names):
            mine = rows[(group == g) & (rows["item"] == item).to_numpy()]
            if len(mine):
                row = mine.iloc[int(stream(data.design.seed, key, item, str(name)).integers(len(mine)))]
                found.append((item, str(name), int(row["document"]), int(row["sentence"])))
    return pd.DataFrame(found, columns=DRAWN[:4])
