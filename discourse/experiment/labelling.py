"""Which mentions a run may ask a label of: those of its groups, and those that its choices bring in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from discourse.analyses.data import Data
from discourse.analyses.mentions import with_counts
from discourse.analyses.stance.labels import with_labels
from discourse.analyses.stance.measure import without_codes
from discourse.experiment.nodes import Clock
from discourse.experiment.plan import Plan
from discourse.experiment.prepare import data_of, tokens_of
from discourse.experiment.run import at_lines, needs_text, prepare
from discourse.experiment.settings import Core, with_changes
from discourse.features.target import Target
from discourse.types import EncodedCorpus, Features


@dataclass(frozen=True)
class ToLabel:
    """Mentions of a target, and which of them a run may ask a label of.

    Parameters
    ----------
    data : Data
        As configured.
    corpus : EncodedCorpus
        With its text.
    scored : Features
        Every mention as the package scores it.
    configured : ndarray of bool, shape (n_mentions,)
        Those that count as configured.
    asked : ndarray of bool, shape (n_mentions,)
        Those that count under any of the config's choices: with repeated passages, and with other selections.
    missing : ndarray of bool, shape (n_mentions,)
        Those that lack a label in one of the files of the config; none of them where it names no file.
    """

    data: Data
    corpus: EncodedCorpus
    scored: Features
    configured: np.ndarray
    asked: np.ndarray
    missing: np.ndarray


def mentions_to_label(plan: Plan, target: Target) -> ToLabel:
    """The mentions of a target, and which of them need a label."""
    needs_text(plan)

    def make() -> ToLabel:
        base = prepare(plan, Clock(lambda stage, said: None))
        settings, data = plan.config.section("stance"), data_of(base, plan.config)
        as_configured, tokens = tokens_of(base, plan.config), tokens_of(base, _most_words(plan.config))
        scored = with_counts(without_codes(tokens, settings, target), tokens)
        units = scored.units
        token, document = units["token"].to_numpy(np.int64), units["document"].to_numpy(np.int64)
        home = data.home[units["turn"].to_numpy(np.int64)]
        grouped = data.design.group >= 0
        inside = grouped.copy()
        for config in _selections(plan.config):
            inside |= data_of(base, config, "sensitivity").design.group >= 0
        missing = np.zeros(len(units), bool)
        if settings.labels:
            # Whether a mention counts does not matter here.
            every = replace(scored, units=units.assign(counts=True))
            missing = (with_labels(tokens, settings, target, every).units["unlabelled"] != "").to_numpy()
        return ToLabel(
            data,
            base.corpus,
            scored,
            as_configured.words[token] & home & grouped[document],
            tokens.words[token] & home & inside[document],
            missing,
        )

    return at_lines(plan, make)


def _most_words(config: Core) -> Core:
    """The config with all tokens counting that it may count: results are always shown with repeated passages as well."""
    changes: dict[tuple[str, ...], Any] = {("repetition", "passages"): "keep"}
    multiverse = config.section("multiverse")
    if multiverse is not None and "count" in multiverse.quotations:
        changes["corpus", "quotations"] = "count"
    return with_changes(config, changes)


def _selections(config: Core) -> Iterator[Core]:
    """The config with each other selection that its sensitivity analyses name."""
    sensitivity = config.section("sensitivity")
    for item in sensitivity.root if sensitivity is not None else ():
        if item.select is not None:
            yield with_changes(config, {("corpus", "select"): item.select})
