"""Counts of dictionaries by document, and how they are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.dictionary.settings import DictionarySettings
from discourse.analyses.outcome import Follow, Outcome
from discourse.analyses.parts import Measured, spread, stack, stacked, with_values
from discourse.analyses.say import slug
from discourse.analyses.settings import Settings, place_of
from discourse.compare.quantities import Quantities
from discourse.errors import TooLittleText
from discourse.features.dictionary import Dictionary, by_category, dictionary_counts
from discourse.features.frequency import document_units
from discourse.features.target import Target
from discourse.types import EncodedCorpus, Features

NEEDED_DOCUMENTS = 3  # with words in scope, below which a group has no rate
UNIT = "per 10,000 tokens"
ABOUT = "about_"  # before the key of an outcome about a target


@dataclass(frozen=True)
class DictionaryFound(Found):
    """Rates of categories, an outcome for each dictionary.

    Parameters
    ----------
    refused : sequence of Outcome
        Those whose study or reference group has too little text: levels of the other groups, and no contrast.
    words : DataFrame
        What was counted: `dictionary`, `category`, `pattern`, `form`, `group`, `count`.
    sources : DataFrame
        `dictionary`, `source`, `sha256`, `encoding`, `categories`, `entries` (distinct), `matched` (that occur in the groups).
    skipped : DataFrame
        Entries and categories that are not counted: `dictionary`, `line`, `entry`, `why`.
    """

    refused: Sequence[Outcome] = ()
    words: pd.DataFrame = field(default_factory=pd.DataFrame)
    sources: pd.DataFrame = field(default_factory=pd.DataFrame)
    skipped: pd.DataFrame = field(default_factory=pd.DataFrame)

    def outcome(self, dictionary: str) -> Outcome | None:
        """The outcome of a dictionary; None where none of its words occurs."""
        return next((o for o in (*self.outcomes, *self.refused) if o.key.removeprefix(ABOUT) == _key(dictionary)), None)


def _key(dictionary: str) -> str:
    # No hyphen: what begins alike before one counts as lengths of the same terms.
    return "dictionary_" + slug(dictionary).replace("-", "_")


def measure(tokens: Tokens, settings: DictionarySettings) -> Features:
    """Words of each dictionary by document, among all words of the groups."""
    return _counts(tokens, settings.dictionaries(), tokens.mask)


def measure_about(tokens: Tokens, settings: DictionarySettings, target: Target) -> Features:
    """Words of each dictionary by document, among those about a target."""
    # All words are counted already.
    dictionaries = settings.dictionaries() if settings.scope != "all" else {}
    return _counts(tokens, dictionaries, tokens.about(target, place_of(settings.scope)))


def _counts(tokens: Tokens, dictionaries: Mapping[str, Dictionary], mask: np.ndarray) -> Features:
    """Forms of all dictionaries by document, with the tables on what they are."""
    units = document_units(tokens.corpus, mask)[["doc_id", "n_tokens"]]
    counted = {name: dictionary_counts(tokens.corpus, d, mask) for name, d in dictionaries.items()}
    columns = [found.details["columns"].assign(dictionary=name) for name, found in counted.items()]
    categories = [(name, c) for name, d in dictionaries.items() for c in d.categories]
    sources = [
        (name, d.source, d.sha256, d.encoding, len(d.categories), d.n_entries) for name, d in dictionaries.items()
    ]
    skipped = [
        (name, *row)
        for name, d in dictionaries.items()
        for row in (*((s.line, s.entry, str(s.why)) for s in d.skipped), *((0, c, "empty") for c in d.empty))
    ]
    matrices = [sparse.csr_array((len(units), 0)), *(found.values for found in counted.values())]
    names = [f"{name}: {c}" for name, found in counted.items() for c in found.columns]
    details = {
        "columns": _joined(columns, ["category", "pattern", "form", "dictionary"]),
        "categories": pd.DataFrame(categories, columns=["dictionary", "category"]),
        "sources": pd.DataFrame(
            sources, columns=["dictionary", "source", "sha256", "encoding", "categories", "entries"]
        ),
        "skipped": pd.DataFrame(skipped, columns=["dictionary", "line", "entry", "why"]),
    }
    return Features("dictionary", sparse.csr_array(sparse.hstack(matrices)), names, units, details=details)


def joined(parts: Sequence[Measured], settings: DictionarySettings, corpus: EncodedCorpus) -> Features:
    """Counts of the whole: forms that occur in any part, in the order of the dictionaries, their categories and the alphabet."""
    first = parts[0].features
    order = {key: k for k, key in enumerate(first.details["categories"].itertuples(index=False, name=None))}
    rows = stacked([p.features.details["columns"] for p in parts]).drop_duplicates(["dictionary", "category", "form"])
    at = sorted(
        range(len(rows)),
        key=lambda k: (order[rows["dictionary"].iat[k], rows["category"].iat[k]], rows["form"].iat[k]),
    )
    columns = rows.iloc[at].reset_index(drop=True)
    place = pd.MultiIndex.from_frame(columns[["dictionary", "category", "form"]])

    def wide(features: Features) -> sparse.csr_array:
        mine = pd.MultiIndex.from_frame(features.details["columns"][["dictionary", "category", "form"]])
        return spread(features.values, place.get_indexer(mine), len(columns))

    names = [f"{row.dictionary}: {row.category}: {row.form}" for row in columns.itertuples()]
    whole = with_values(parts, stack([wide(p.features) for p in parts]), names)
    return replace(whole, details={**first.details, "columns": columns})


def _joined(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(columns))


def compute(data: Data, settings: DictionarySettings, features: Features) -> DictionaryFound:
    """Rates of categories in all words of the groups."""
    return _found(data, settings, features)


def compute_about(data: Data, settings: DictionarySettings, target: Target, features: Features) -> DictionaryFound:
    """Rates of categories in the words about a target."""
    return _found(data, settings, features, target.name)


def _found(data: Data, settings: DictionarySettings, features: Features, target: str = "") -> DictionaryFound:
    columns, categories = features.details["columns"], features.details["categories"]
    words, outcomes, matched = _words(data, features), [], []
    for name in features.details["sources"]["dictionary"]:
        at = np.flatnonzero(columns["dictionary"] == name)
        mine = Features(
            name,
            sparse.csr_array(features.values)[:, at],
            [features.columns[int(k)] for k in at],
            features.units,
            details={"columns": columns.iloc[at]},
        )
        hit = words[words["dictionary"] == name]
        matched.append(hit["pattern"].nunique())
        # A category that no group has a word of has no difference.
        found = [c for c in categories.loc[categories["dictionary"] == name, "category"] if c in set(hit["category"])]
        if found:
            y = by_category(mine, found)
            outcomes.append(_outcome(name, y, features.units["n_tokens"].to_numpy(float), found, settings, target))
    sources = features.details["sources"].assign(matched=np.array(matched, np.int64))
    return DictionaryFound(tuple(outcomes), (), (), words, sources, features.details["skipped"])


def _outcome(
    name: str, y: np.ndarray, x: np.ndarray, items: list[str], settings: DictionarySettings, target: str
) -> Outcome:
    """The categories of one dictionary, which are a family of their own."""
    about = f" about {target}" if target else ""
    key = (ABOUT if target else "") + _key(name)
    return Outcome(
        key,
        Quantities(key, y, x, items, 1e4, UNIT, target=target),
        name=f"categories of {name}{about}",
        unit=UNIT,
        title=f"{name}{about}",
        after=f" {UNIT}",
        min_denominator=settings.min_tokens,
        needed_documents=NEEDED_DOCUMENTS,
        joint=False,
    )


def _words(data: Data, features: Features) -> pd.DataFrame:
    """How often each form was counted in each group; forms that none has are left out."""
    design, values = data.design, sparse.csr_array(features.values)
    tables = []
    for g, name in enumerate(design.names):
        total = np.asarray(values[design.documents(g)].sum(0), np.int64).ravel()
        table = features.details["columns"].assign(group=str(name), count=total)
        tables.append(table[table["count"] > 0])
    words = pd.concat(tables, ignore_index=True)
    order = words.sort_values(["count", "form"], ascending=[False, True], kind="stable")
    return order.reset_index(drop=True)


def finish(data: Data, settings: DictionarySettings, features: Features, found: DictionaryFound) -> DictionaryFound:
    """Reviewers look at outcomes that have a difference; the others are kept apart."""
    if not data.contrasts:
        return found
    kept = [o for o in found.outcomes if (o.table["contrast"] == "difference").any()]
    return replace(found, outcomes=tuple(kept), refused=tuple(o for o in found.outcomes if o not in kept))


def finish_about(
    data: Data,
    settings: DictionarySettings,
    target: Target,
    features: Features,
    found: DictionaryFound,
) -> DictionaryFound:
    """The same for the words about a target."""
    return finish(data, settings, features, found)


@dataclass(frozen=True)
class _PickCategory:
    """The quantities of one category of the outcome with a key."""

    key: str
    category: str

    def __call__(self, found: DictionaryFound, settings: Settings) -> Quantities:
        q = next((o.quantities for o in found.outcomes if o.key == self.key), None)
        if q is None or self.category not in q.items:
            raise TooLittleText(f"The category {self.category}", "it does not occur", "one word of it")
        return q.only([list(q.items).index(self.category)])


def follow(found: DictionaryFound) -> list[Follow]:
    """The category of each dictionary with the clearest difference: a curve for each of them would fill the report."""
    follows = []
    for o in found.outcomes:
        clearest = by_clarity(o)
        if clearest:
            label = f"{o.title}: {clearest[0]}"
            follows.append(Follow(o.key, o.target, label, o.unit, o.digits, _PickCategory(o.key, clearest[0])))
    return follows


def by_clarity(outcome: Outcome) -> list[str]:
    """Categories by the size of the main difference in units of its interval, the clearest first; those with an interval."""
    rows = outcome.table[outcome.table["contrast"] == "difference"].dropna(subset=["low", "high"])
    clarity = (rows["estimate"].abs() / (rows["high"] - rows["low"])).to_numpy()
    return [str(rows["item"].iloc[k]) for k in np.argsort(-clarity, kind="stable")]
