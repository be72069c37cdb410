"""Who does what to whom: narrative frames, dyads of actors, and the operational code, from clauses that are read once."""

from __future__ import annotations

from discourse.analyses.base import Analysis, Input
from discourse.analyses.deeds import dyads as _dyads
from discourse.analyses.deeds import dyads_section, frames_section, vics_section
from discourse.analyses.deeds import frames as _frames
from discourse.analyses.deeds import vics as _vics
from discourse.analyses.deeds.reading import travels
from discourse.analyses.deeds.settings import DyadsSettings, FramesSettings, VicsSettings

_COUNTED = {
    "item": ("triple (actor, act, the one to whom it is done), or pair of actors", ""),
    "count": ("how often it is counted", "count"),
    "documents": ("documents that have it", "documents"),
    "passive": ("of these said in the passive", "count"),
    "negated": ("of these denied", "count"),
    "not_asserted": ("of these future, possible, conditional or embedded in another verb", "count"),
    "conflict": ("of these acts of verbal or material conflict", "count"),
    "material": ("of these acts of material cooperation or conflict", "count"),
}


def _columns(*tables: str) -> dict[str, tuple[str, str]]:
    return {f"{table}: {column}": meaning for table in tables for column, meaning in _COUNTED.items()}


frames = Analysis(
    "frames",
    "Who does what to whom?",
    FramesSettings,
    _frames.compute,
    frames_section.section,
    measure=_frames.measure,
    input=Input.TEXTS,
    travels=travels,
    finish=_frames.finish,
    follow=_frames.follow,
    on=False,
    figures={
        "frames": "Who does what to whom?",
        "frames_distinctive": "Which triples of actor, act and other set the groups apart?",
    },
    appendix=("evidence",),
    brief=("frames",),
    summary=frames_section.summary,
    limits=frames_section.limits,
    methods=frames_section.methods,
    cites=("ash2024", "schrodt2012", "quirk1985"),
    columns=_columns("frames", "frames_about", "frames-sentences", "frames_about-sentences"),
)
frames_about = Analysis(
    "frames_about",
    "Who does what to whom where the target is mentioned?",
    FramesSettings,
    _frames.compute_about,
    frames_section.section,
    measure=_frames.measure_about,
    input=Input.TEXTS,
    travels=travels,
    finish=_frames.finish_about,
    follow=_frames.follow,
    per_target=True,
    reads="frames",
    on=False,
    appendix=("evidence",),
    summary=frames_section.summary,
)
dyads = Analysis(
    "dyads",
    "Who is named with whom, and who acts on whom?",
    DyadsSettings,
    _dyads.compute,
    dyads_section.section,
    measure=_dyads.measure,
    input=Input.TEXTS,
    travels=travels,
    finish=_dyads.finish,
    follow=_dyads.follow,
    on=False,
    figures={
        "dyads": "Who is named with whom, and who acts on whom?",
        "dyads_acts": "Who acts on whom, how often?",
        "dyads_named": "Who is named with whom, how often?",
    },
    appendix=("evidence",),
    brief=("dyads",),
    summary=dyads_section.summary,
    limits=dyads_section.limits,
    methods=dyads_section.methods,
    cites=("schrodt2012", "quirk1985"),
    columns={
        **_columns(*(f"dyads{about}{what}" for about in ("", "_about") for what in ("_acts", "_named", "-sentences"))),
        **{
            f"{table}: {column}": meaning
            for table in ("dyads", "dyads_about")
            for column, meaning in {
                "a": ("who acts, or one of two who are named together", ""),
                "b": ("on whom, or the other", ""),
                "directed": ("whether one acts on the other; else they are named together", ""),
                "conflict": ("share of acts of conflict", ""),
                "n": ("acts, or sentences that name both", "count"),
            }.items()
        },
        **{
            f"{table}: {column}": meaning
            for table in ("dyads-classes", "dyads_about-classes")
            for column, meaning in {
                "item": ("who acts on whom", ""),
                "quad": ("class of the act: verbal or material, cooperation or conflict", ""),
                "count": ("acts", "count"),
            }.items()
        },
    },
)
dyads_about = Analysis(
    "dyads_about",
    "Who is named with whom, and who acts on whom, where the target is mentioned?",
    DyadsSettings,
    _dyads.compute_about,
    dyads_section.section,
    measure=_dyads.measure_about,
    input=Input.TEXTS,
    travels=travels,
    finish=_dyads.finish_about,
    follow=_dyads.follow,
    per_target=True,
    reads="dyads",
    on=False,
    appendix=("evidence",),
    summary=dyads_section.summary,
)
_VICS = {
    "estimate": ("value of the index", ""),
    "item": ("index of the operational code", ""),
    "who": ("whose verbs: self or others", ""),
    "category": ("category of the Verbs in Context System", ""),
    "count": ("coded verbs", "verbs"),
    "documents": ("documents with such verbs", "documents"),
}
vics = Analysis(
    "vics",
    "What is the operational code: is the world hostile, and what is to be done?",
    VicsSettings,
    _vics.compute,
    vics_section.section,
    measure=_vics.measure,
    input=Input.TEXTS,
    travels=travels,
    on=False,
    figures={"vics": "What is the operational code: is the world hostile, and what is to be done?"},
    brief=("vics",),
    limits=vics_section.limits,
    methods=vics_section.methods,
    cites=("walker1998",),
    columns={
        f"{table}: {column}": meaning
        for table in ("vics", "vics_about", "vics_verbs", "vics_about_verbs")
        for column, meaning in _VICS.items()
    },
)
vics_about = Analysis(
    "vics_about",
    "What is the operational code where the target is mentioned?",
    VicsSettings,
    _vics.compute_about,
    vics_section.section,
    measure=_vics.measure_about,
    input=Input.TEXTS,
    travels=travels,
    per_target=True,
    reads="vics",
    on=False,
)
