"""Lexical diversity and readability by document, and how they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.outcome import Follow, Outcome
from discourse.analyses.settings import Settings, place_of
from discourse.analyses.style.settings import CHOICES, SHOWN, DiversitySettings, ReadabilitySettings
from discourse.compare.quantities import Quantities
from discourse.corpus.dated import COLUMN
from discourse.features.diversity import lexical_diversity
from discourse.features.readability import readability, readability_sums
from discourse.features.target import Target
from discourse.types import Features

ABOUT = "about_"  # before the key of an outcome about a target
# Which choices of a multiverse change which measures.
CHANGES = {"mattr": ("diversity_window",), "mtld": ("diversity_threshold",)}


@dataclass(frozen=True)
class StyleFound(Found):
    """Measures, an outcome for each.

    Parameters
    ----------
    refused : sequence of Outcome
        Those whose study or reference group has too little text: levels of the other groups, and no contrast.
    documents : DataFrame
        Each document of the groups: `doc_id`, `date`, `group`, `title`, `n_tokens`, and the measures; empty where it is too short.
    lacking : DataFrame
        `group`, `measure`, `documents`, and `short`, those that are too short for it.
    configured : mapping of str to float
        The settings that a multiverse can change, by the name of the choice.
    """

    refused: Sequence[Outcome] = ()
    documents: pd.DataFrame = field(default_factory=pd.DataFrame)
    lacking: pd.DataFrame = field(default_factory=pd.DataFrame)
    configured: Mapping[str, float] = field(default_factory=dict)

    @property
    def every(self) -> list[Outcome]:
        """All outcomes in the order of the measures."""
        order = list(SHOWN)
        return sorted((*self.outcomes, *self.refused), key=lambda o: order.index(o.item))


def measure_diversity(tokens: Tokens, settings: DiversitySettings) -> Features:
    """Lexical diversity of all words of the groups."""
    return _diversity(tokens, settings, settings.measures, tokens.mask)


def measure_diversity_about(tokens: Tokens, settings: DiversitySettings, target: Target) -> Features:
    """Lexical diversity of the words about a target."""
    # Of all words it is measured already.
    measures = settings.measures if settings.scope != "all" else []
    return _diversity(tokens, settings, measures, tokens.about(target, place_of(settings.scope)))


def _diversity(tokens: Tokens, settings: DiversitySettings, measures: Sequence[Any], mask: np.ndarray) -> Features:
    if not measures:
        return _nothing(tokens)
    found = lexical_diversity(
        tokens.corpus,
        measures,
        mask=mask,
        window=settings.window,
        threshold=settings.threshold,
        draws=settings.draws,
        least=settings.min_tokens,
    )
    return replace(found, units=found.units[["doc_id", "n_tokens"]])


def measure_readability(tokens: Tokens, settings: ReadabilitySettings) -> Features:
    """Words, characters, long words and sentences by document, of all words of the groups."""
    found = readability(tokens.corpus, tokens.mask)
    return replace(found, units=found.units[["doc_id", "n_tokens"]])


def measure_readability_about(tokens: Tokens, settings: ReadabilitySettings, target: Target) -> Features:
    """The same of what is about a target."""
    if settings.scope == "all":
        return _nothing(tokens)
    found = readability(tokens.corpus, tokens.about(target, settings.scope))
    return replace(found, units=found.units[["doc_id", "n_tokens"]])


def _nothing(tokens: Tokens) -> Features:
    documents = tokens.corpus.documents[["doc_id"]].assign(n_tokens=0)
    return Features("nothing", np.zeros((len(documents), 0)), [], documents)


def compute_diversity(data: Data, settings: DiversitySettings, features: Features) -> StyleFound:
    """Lexical diversity of the groups."""
    return _found(data, settings, features, "diversity")


def compute_diversity_about(data: Data, settings: DiversitySettings, target: Target, features: Features) -> StyleFound:
    """Lexical diversity of the words about a target."""
    return _found(data, settings, features, "diversity", target.name)


def compute_readability(data: Data, settings: ReadabilitySettings, features: Features) -> StyleFound:
    """Readability of the groups."""
    return _found(data, settings, features, "readability")


def compute_readability_about(
    data: Data, settings: ReadabilitySettings, target: Target, features: Features
) -> StyleFound:
    """Readability of what is about a target."""
    return _found(data, settings, features, "readability", target.name)


def _sums(features: Features, settings: Any, name: str) -> Iterable[tuple[str, np.ndarray, np.ndarray]]:
    """Each measure with its numerators and denominators by document."""
    if name == "readability":
        for measure in settings.measures if features.columns else ():
            yield measure, *readability_sums(features, measure)
        return
    values = np.asarray(features.values, float)
    for k, column in enumerate(features.columns):
        if not column.endswith(": n"):
            yield column, values[:, k], values[:, k + 1]


def _found(data: Data, settings: Any, features: Features, name: str, target: str = "") -> StyleFound:
    outcomes, values, lacking = [], {}, []
    design, tokens = data.design, features.units["n_tokens"].to_numpy()
    for measure, y, x in _sums(features, settings, name):
        shown, about = SHOWN[measure], f" about {target}" if target else ""
        key = f"{ABOUT if target else ''}{name}_{measure}"
        outcomes.append(
            Outcome(
                key,
                Quantities(key, y[:, None], x, [measure], 1.0, shown.unit, shown.bounds, target=target),
                name=shown.name + about,
                unit=shown.unit,
                title=shown.title + about,
                digits=shown.digits,
                # Denominators differ (windows, documents, sentences, words): documents say whether there is enough text.
                min_denominator=1.0,
                needed_documents=settings.min_documents,
                # Those about a target are no part of the panels by speaker, which are made of what is counted turn by turn.
                joint=not target,
            )
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            values[measure] = y / x
        for g, group in enumerate(design.names):
            rows = design.documents(g)
            rows = rows[tokens[rows] > 0]
            lacking.append((str(group), measure, len(rows), int((x[rows] == 0).sum())))
    columns = [c for c in ("doc_id", "date", COLUMN, "group", "title") if c in data.documents.columns]
    documents = data.documents[columns].assign(n_tokens=tokens, **values)
    return StyleFound(
        tuple(outcomes),
        (),
        (),
        documents[design.group >= 0].reset_index(drop=True) if outcomes else pd.DataFrame(),
        pd.DataFrame(lacking, columns=["group", "measure", "documents", "short"]),
        {c.name: getattr(settings, c.path[1]) for c in CHOICES if c.path[0] == name},
    )


def finish(data: Data, settings: Settings, features: Features, found: StyleFound) -> StyleFound:
    """Reviewers look at outcomes that have a difference; the others are kept apart."""
    if not data.contrasts:
        return found
    kept = [o for o in found.outcomes if (o.table["contrast"] == "difference").any()]
    return replace(found, outcomes=tuple(kept), refused=tuple(o for o in found.outcomes if o not in kept))


def finish_about(data: Data, settings: Settings, target: Target, features: Features, found: StyleFound) -> StyleFound:
    """The same of what is about a target."""
    return finish(data, settings, features, found)


@dataclass(frozen=True)
class _Pick:
    """The quantities of the outcome with a key."""

    key: str

    def __call__(self, found: StyleFound, settings: Settings) -> Quantities:
        return next(o.quantities for o in found.outcomes if o.key == self.key)


def follow(found: StyleFound) -> list[Follow]:
    """Each measure, through the choices that can change it."""
    follows = []
    for o in found.outcomes:
        if o.difference() is not None:
            # The others stay as they are configured: a specification that changes nothing is none.
            fixed = {c: (v,) for c, v in found.configured.items() if c not in CHANGES.get(o.item, ())}
            follows.append(Follow(o.key, o.target, o.title, o.unit, o.digits, _Pick(o.key), allowed=fixed))
    return follows
