"""The operational code: indices of the Verbs in Context System from coded verbs of self and of others.

P-1, P-2, P-4, I-1, I-2 and I-5 are ratios of sums over documents; P-3, P-5, I-3 and I-4 are functions of such sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.deeds.reading import ABOUT, counting, features_of, read
from discourse.analyses.deeds.settings import VicsSettings
from discourse.analyses.outcome import Outcome
from discourse.analyses.settings import place_of
from discourse.compare.intervals import percentile
from discourse.compare.operational_code import derived_indices
from discourse.compare.quantities import Quantities
from discourse.errors import TooLittleText
from discourse.features.deeds import CATEGORIES
from discourse.features.target import Target
from discourse.report.words import listed
from discourse.types import Features

SELF = "self"
# Kinds of names that are no others: nouns need not be actors.
NO_ACTORS = ("noun", "")
TITLES = {
    "P-1": "nature of the political universe",
    "P-2": "realisation of values",
    "P-4": "control over events",
    "I-1": "direction of strategy",
    "I-2": "intensity of tactics",
}
# A deed that is not done yet, or may not be, is a word (Walker, Schafer & Young 1998, p. 183).
_AS_WORDS = {"reward": "promise", "punish": "threaten"}
# What is denied is a word of the other side.
_DENIED = {c: "oppose" if w > 0 else "support" for c, w in CATEGORIES.items()}


@dataclass(frozen=True)
class VicsFound(Found):
    """Indices of the operational code.

    Parameters
    ----------
    verbs : DataFrame
        `group`, `who` (self, others), `category`, `count`, `documents`.
    derived : DataFrame
        P-3, P-5, I-3, I-4a, I-4b by group: `item`, `group`, `estimate`, `low`, `high`.
    """

    verbs: pd.DataFrame = field(default_factory=pd.DataFrame)
    derived: pd.DataFrame = field(default_factory=pd.DataFrame)


def measure(tokens: Tokens, settings: VicsSettings) -> Features:
    """Deeds in all words of the groups."""
    return features_of(tokens, tokens.mask, deeds=read(tokens, settings, "vics")[0])


def measure_about(tokens: Tokens, settings: VicsSettings, target: Target) -> Features:
    """Deeds in the words about a target."""
    deeds = read(tokens, settings, "vics")[0]
    deeds = deeds if settings.scope != "all" else deeds[:0]
    return features_of(tokens, tokens.about(target, place_of(settings.scope)), deeds=deeds)


def coded_verbs(features: Features, settings: VicsSettings) -> pd.DataFrame:
    """Each verb of self or another actor once, with its category: `document`, `sentence`, `verb`, `who`, `category`."""
    rows = counting(features, settings)
    own = (rows["actor_kind"] == SELF) | (rows["actor"] == settings.we)
    rows = rows.assign(who=np.where(own, SELF, "others"))[own | ~rows["actor_kind"].isin(NO_ACTORS)]
    category = [
        _DENIED[c] if negated else _AS_WORDS.get(c, c) if mood else c
        for c, negated, mood in zip(rows["category"], rows["negated"].astype(bool), rows["mood"])
    ]
    rows = rows.assign(category=category)
    # A verb with two objects is one verb.
    return rows.drop_duplicates(["sentence", "actor", "verb", "category"]).reset_index(drop=True)


def compute(data: Data, settings: VicsSettings, features: Features) -> VicsFound:
    """The indices in all words of the groups."""
    return _found(data, settings, features, "")


def compute_about(data: Data, settings: VicsSettings, target: Target, features: Features) -> VicsFound:
    """The indices in the words about a target."""
    return VicsFound() if settings.scope == "all" else _found(data, settings, features, target.name)


def _found(data: Data, settings: VicsSettings, features: Features, target: str) -> VicsFound:
    rows = coded_verbs(features, settings)
    counts = {who: _counts(rows[rows["who"] == who], len(data.documents)) for who in (SELF, "others")}
    _enough(data, settings, counts, target)
    outcomes = tuple(_outcomes(settings, counts, target))
    return VicsFound(outcomes, (), _verbs(data, rows), _derived(data, settings, counts))


def _counts(rows: pd.DataFrame, n: int) -> np.ndarray:
    """Verbs of each category by document; float64, shape (n_documents, 6)."""
    document = rows["document"].to_numpy(np.int64)
    columns = [np.bincount(document[(rows["category"] == c).to_numpy()], minlength=n) for c in CATEGORIES]
    return np.stack(columns, axis=1).astype(float)


def _has_enough(settings: VicsSettings, x: np.ndarray) -> bool:
    return bool(x.sum() >= settings.min_verbs and (x > 0).sum() >= settings.min_documents)


def _enough(data: Data, settings: VicsSettings, counts: dict[str, np.ndarray], target: str) -> None:
    """Refuse where some group has too few verbs of self."""
    groups = data.main.groups if data.contrasts else range(len(data.design.names))
    n = [counts[SELF][data.design.documents(g)].sum(1) for g in groups]
    enough = [_has_enough(settings, part) for part in n]
    if all(enough) or (any(enough) and not data.contrasts):
        return
    have = listed([f"{part.sum():,.0f} in {data.design.names[g]}" for g, part in zip(groups, n)])
    need = f"{settings.min_verbs} coded verbs of self in {settings.min_documents} documents of each group"
    raise TooLittleText("The operational code" + (f" about {target}" if target else ""), f"n = {have}", need)


def _outcomes(settings: VicsSettings, counts: dict[str, np.ndarray], target: str) -> list[Outcome]:
    weights = np.array(list(CATEGORIES.values()), float)
    own, other = counts[SELF], counts["others"]
    about = f" about {target}" if target else ""

    def outcome(key: str, y: np.ndarray, x: np.ndarray, bounds: tuple[float, float]) -> Outcome:
        name = (ABOUT if target else "") + "vics_" + key.replace("-", "").lower()
        q = Quantities(name, y[:, None], x, [key], 1.0, key, bounds, target=target)
        return Outcome(
            name, q, name=f"{key} of the operational code{about}", unit=key, title=f"{key}, {TITLES[key]}{about}", digits=2,
            min_denominator=settings.min_verbs, needed_documents=settings.min_documents,
        )  # fmt: skip

    both = own.sum(1) + other.sum(1)
    return [
        outcome("P-1", other @ np.sign(weights), other.sum(1), (-1, 1)),
        outcome("P-2", other @ weights / 3, other.sum(1), (-1, 1)),
        outcome("P-4", own.sum(1), both, (0, 1)),
        outcome("I-1", own @ np.sign(weights), own.sum(1), (-1, 1)),
        outcome("I-2", own @ weights / 3, own.sum(1), (-1, 1)),
        Outcome(
            (ABOUT if target else "") + "vics_i5",
            Quantities("vics_i5", own, own.sum(1), list(CATEGORIES), 100.0, "% of the verbs of self", (0, 100), target=target),
            name=f"utility of means (I-5){about}", unit="% of the verbs of self", title=f"I-5{about}", joint=False,
            min_denominator=settings.min_verbs, needed_documents=settings.min_documents,
        ),
    ]  # fmt: skip


def _derived(data: Data, settings: VicsSettings, counts: dict[str, np.ndarray]) -> pd.DataFrame:
    """The indices that are no ratio of sums, with percentile intervals over units; none where a group has too few verbs."""
    rows = []
    unit = data.units[0]
    for g, name in enumerate(data.design.names):
        inside = data.design.documents(g)
        own, other = counts[SELF][inside], counts["others"][inside]
        weights = data.design.weights(g, unit)
        observed = derived_indices(own.sum(0)[None], other.sum(0)[None])
        drawn = None if weights is None else derived_indices(weights @ own, weights @ other)
        for item, value in observed.items():
            needed: Sequence[np.ndarray] = (own, other) if item == "P-5" else (other,) if item == "P-3" else (own,)
            enough = all(_has_enough(settings, part.sum(1)) for part in needed)
            low, high = np.nan, np.nan
            if enough and drawn is not None:
                ends = percentile(drawn[item][:, None], data.design.confidence)
                low, high = float(ends[0][0]), float(ends[1][0])
            rows.append((item, str(name), float(value[0]) if enough else np.nan, low, high))
    return pd.DataFrame(rows, columns=["item", "group", "estimate", "low", "high"])


def _verbs(data: Data, rows: pd.DataFrame) -> pd.DataFrame:
    """Verbs and documents of each category by group, of self and of others."""
    group = data.design.group[rows["document"].to_numpy(np.int64)]
    kept = rows.assign(group=group)[group >= 0]
    grouped = kept.groupby(["group", "who", "category"], sort=False)
    table = pd.DataFrame({"count": grouped.size(), "documents": grouped["document"].nunique()})
    every = pd.MultiIndex.from_product(
        [range(len(data.design.names)), [SELF, "others"], list(CATEGORIES)], names=["group", "who", "category"]
    )
    full = table.reindex(every, fill_value=0).reset_index()
    return full.assign(group=[str(data.design.names[g]) for g in full["group"]])
