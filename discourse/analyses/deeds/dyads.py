"""Dyads: who is named with whom, and who acts on whom, as rates by group."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from discourse.analyses.data import Data, Tokens
from discourse.analyses.deeds.frames import follow
from discourse.analyses.deeds.reading import (
    ABOUT,
    ARROW,
    DeedsFound,
    clearest,
    commonest,
    counting,
    drawn,
    enough_sentences,
    family,
    features_of,
    numbers,
    read,
)
from discourse.analyses.deeds.settings import DyadsSettings
from discourse.analyses.settings import place_of
from discourse.errors import TooLittleText
from discourse.features.target import Target
from discourse.types import Features

__all__ = ["DyadsFound", "compute", "compute_about", "finish", "finish_about", "follow", "measure", "measure_about"]
BESIDE = " – "


@dataclass(frozen=True)
class DyadsFound(DeedsFound):
    """Rates of pairs of actors: who acts on whom, and who is named with whom; each may be refused.

    Parameters
    ----------
    classes : DataFrame
        `item`, `group`, `quad`, `count`: acts of each pair by class.
    """

    classes: pd.DataFrame = field(default_factory=pd.DataFrame)


def measure(tokens: Tokens, settings: DyadsSettings) -> Features:
    """Deeds, and pairs that sentences name, in all words of the groups."""
    deeds, named = read(tokens, settings, "dyads")
    return features_of(tokens, tokens.mask, deeds=deeds, named=named)


def measure_about(tokens: Tokens, settings: DyadsSettings, target: Target) -> Features:
    """The same in the words about a target."""
    deeds, named = read(tokens, settings, "dyads")
    if settings.scope == "all":
        deeds, named = deeds[:0], named[:0]
    return features_of(tokens, tokens.about(target, place_of(settings.scope)), deeds=deeds, named=named)


def acting(features: Features, settings: DyadsSettings) -> pd.DataFrame:
    """The deeds between two actors of the kinds that count, each with its `item`: "A → B"."""
    rows = counting(features, settings, settings.said)
    kinds = set(settings.kinds)
    rows = rows[rows["actor_kind"].isin(kinds) & rows["other_kind"].isin(kinds)]
    return rows.assign(item=rows["actor"] + ARROW + rows["other"])


def beside(features: Features, settings: DyadsSettings) -> pd.DataFrame:
    """The sentences that name two actors of these kinds, each with its `item`: "A – B"."""
    rows = features.details["named"].drop(columns="token").sort_values(["document", "sentence", "a", "b"])
    rows = rows[rows["a_kind"].isin(settings.kinds) & rows["b_kind"].isin(settings.kinds)]
    rows = rows[~rows[["a", "b"]].isin(settings.leave_out).any(axis=1)]
    return rows.assign(item=rows["a"] + BESIDE + rows["b"])


def compute(data: Data, settings: DyadsSettings, features: Features) -> DyadsFound:
    """Pairs per 1,000 sentences."""
    return _found(data, settings, features, "")


def compute_about(data: Data, settings: DyadsSettings, target: Target, features: Features) -> DyadsFound:
    """Pairs per 1,000 sentences about a target."""
    return DyadsFound() if settings.scope == "all" else _found(data, settings, features, target.name)


def _found(data: Data, settings: DyadsSettings, features: Features, target: str) -> DyadsFound:
    x = features.units["n_sentences"].to_numpy(float)
    about = f" about {target}" if target else ""
    enough_sentences(data, x, settings.min_sentences, f"Dyads of actors{about}")
    outcomes, refusals, tables = [], [], []
    acts = acting(features, settings)
    for key, name, rows in (
        ("dyads", "acts between two actors", acts),
        ("dyads_named", "actors named together", beside(features, settings)),
    ):
        try:
            least = settings.min_documents, settings.min_sentences
            outcome = family(data, (ABOUT if target else "") + key, rows, x, least, (name + about, target))
        except TooLittleText as refusal:
            refusals.append(refusal)
            continue
        outcomes.append(outcome)
        tables.append(numbers(data, rows, list(outcome.quantities.items)))
    if not outcomes:
        raise refusals[0]
    rows = pd.concat(tables, ignore_index=True)
    coded = int((data.design.group[acts["document"].to_numpy(int)] >= 0).sum())
    return DyadsFound(tuple(outcomes), tuple(refusals), rows, coded=coded, classes=_classes(data, acts))


def _classes(data: Data, acts: pd.DataFrame) -> pd.DataFrame:
    """Acts of each pair by class and group."""
    group = data.design.group[acts["document"].to_numpy(int)]
    kept = acts[group >= 0].assign(group=[str(data.design.names[g]) for g in group[group >= 0]])
    return kept.groupby(["item", "group", "quad"], sort=True).size().rename("count").reset_index()


def finish(data: Data, settings: DyadsSettings, features: Features, found: DyadsFound) -> DyadsFound:
    """The pairs that the report shows, and a sentence for each leading pair that acts and group."""
    outcomes, evidence = [], found.drawn
    for outcome in found.outcomes:
        outcomes.append(replace(outcome, shown=commonest(outcome, settings.show)))
        if not outcome.key.endswith("named"):
            leading = clearest(outcome, settings.show) or commonest(outcome, settings.show)
            evidence = drawn(data, outcome.key, acting(features, settings), leading)
    return replace(found, outcomes=tuple(outcomes), drawn=evidence)


def finish_about(
    data: Data, settings: DyadsSettings, target: Target, features: Features, found: DyadsFound
) -> DyadsFound:
    """The same about a target."""
    return finish(data, settings, features, found)
