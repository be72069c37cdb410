"""Who else is named in the sentences that mention a target, and in which group more often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discourse.analyses.actors.measure import ActorsSettings, compute, finish, joined, measure, travels
from discourse.analyses.actors.section import methods, section, summary
from discourse.analyses.base import Analysis, Input


def record(found: Any, settings: ActorsSettings) -> Mapping[str, Any]:
    """Number of actors."""
    return {"actors": 0 if found.too_little else len(found.outcomes[0].quantities.items)}


analysis = Analysis(
    "actors",
    "Which other actors is the target mentioned with?",
    ActorsSettings,
    compute,
    section,
    measure=measure,
    travels=travels,
    input=Input.TOKENS,
    join=joined,
    finish=finish,
    per_target=True,
    figures={"actors": "Which other actors is the target mentioned with?"},
    appendix=("evidence",),
    summary=summary,
    methods=methods,
    cites=("schrodt2012", "lita2003"),
    record=record,
    columns={
        "actor": ("who is named beside the target", ""),
        "actor_kind": ("state, organisation, person, region, group; added by the config; or not in the list", ""),
        "noise-actors: label": ("actor with its kind", ""),
        "named": ("sentences that mention the target and name the actor", "sentences"),
        "named_in": ("documents with such sentences", "documents"),
        "of_sentences": ("sentences of the group that mention the target", "sentences"),
    },
)
