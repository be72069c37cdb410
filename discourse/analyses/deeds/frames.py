"""Narrative frames: triples of an actor, an act and the one to whom it is done, as rates by group."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from discourse.analyses.data import Data, Tokens
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
from discourse.analyses.deeds.settings import FramesSettings
from discourse.analyses.outcome import Follow
from discourse.analyses.settings import Settings, place_of
from discourse.compare.quantities import Quantities
from discourse.errors import TooLittleText
from discourse.features.target import Target
from discourse.types import Features

NAMELESS = ("noun", "pronoun")
NOT = "not "  # before an act that is negated


def measure(tokens: Tokens, settings: FramesSettings) -> Features:
    """Deeds in all words of the groups."""
    return features_of(tokens, tokens.mask, deeds=read(tokens, settings, "frames")[0])


def measure_about(tokens: Tokens, settings: FramesSettings, target: Target) -> Features:
    """Deeds in the words about a target."""
    # All words are read already.
    deeds = read(tokens, settings, "frames")[0] if settings.scope != "all" else read(tokens, settings, "frames")[0][:0]
    return features_of(tokens, tokens.about(target, place_of(settings.scope)), deeds=deeds)


def triples(features: Features, settings: FramesSettings) -> pd.DataFrame:
    """The triples that count, each with its `item`: actor, act and the other one, in words."""
    rows = counting(features, settings, settings.said)
    rows = rows[(rows["actor"] != "") & (rows["other"] != "")]
    if not settings.nouns:
        rows = rows[~rows["actor_kind"].isin(NAMELESS) & ~rows["other_kind"].isin(NAMELESS)]
    act = rows["verb"].where(~rows["negated"].astype(bool), NOT + rows["verb"])
    return rows.assign(item=rows["actor"] + ARROW + act + ARROW + rows["other"])


def compute(data: Data, settings: FramesSettings, features: Features) -> DeedsFound:
    """Triples per 1,000 sentences."""
    return _found(data, settings, features, "")


def compute_about(data: Data, settings: FramesSettings, target: Target, features: Features) -> DeedsFound:
    """Triples per 1,000 sentences about a target."""
    return DeedsFound() if settings.scope == "all" else _found(data, settings, features, target.name)


def _found(data: Data, settings: FramesSettings, features: Features, target: str) -> DeedsFound:
    x = features.units["n_sentences"].to_numpy(float)
    name = "narrative frames" + (f" about {target}" if target else "")
    enough_sentences(data, x, settings.min_sentences, name[:1].upper() + name[1:])
    rows = triples(features, settings)
    key = (ABOUT if target else "") + "frames"
    outcome = family(data, key, rows, x, (settings.min_documents, settings.min_sentences), (name, target))
    coded = int((data.design.group[rows["document"].to_numpy(int)] >= 0).sum())
    return DeedsFound((outcome,), (), numbers(data, rows, list(outcome.quantities.items)), coded=coded)


def finish(data: Data, settings: FramesSettings, features: Features, found: DeedsFound) -> DeedsFound:
    """The triples that the report shows, and a sentence for each leading one and group."""
    if not found.outcomes:
        return found
    (outcome,) = found.outcomes
    first = commonest(outcome, settings.show)
    shown = list(dict.fromkeys([*first, *clearest(outcome, settings.show)]))
    leading = clearest(outcome, settings.show) or first
    evidence = drawn(data, outcome.key, triples(features, settings), leading)
    return replace(found, outcomes=(replace(outcome, shown=shown),), drawn=evidence)


def finish_about(
    data: Data, settings: FramesSettings, target: Target, features: Features, found: DeedsFound
) -> DeedsFound:
    """The same about a target."""
    return finish(data, settings, features, found)


@dataclass(frozen=True)
class PickItem:
    """The quantities of one item of the outcome with a key."""

    key: str
    item: str

    def __call__(self, found: DeedsFound, settings: Settings) -> Quantities:
        q = next((o.quantities for o in found.outcomes if o.key == self.key), None)
        if q is None or self.item not in q.items:
            raise TooLittleText(self.item, "too few documents have it", "more of them")
        return q.only([list(q.items).index(self.item)])


def follow(found: DeedsFound) -> list[Follow]:
    """The item with the clearest difference: a curve for each would fill the report."""
    follows = []
    for o in found.outcomes:
        for item in clearest(o, 1):
            follows.append(Follow(o.key, o.target, item, o.unit, o.digits, PickItem(o.key, item)))
    return follows
