"""Which words move a difference: of a mean score, of rates, of entropy and of the whole vocabulary."""

from __future__ import annotations

from dataclasses import replace

from discourse.analyses.base import Analysis, Input
from discourse.analyses.settings import Choice
from discourse.analyses.shifts.measure import (
    compute,
    compute_about,
    finish,
    finish_about,
    joined,
    measure,
    measure_about,
    without_rare,
)
from discourse.analyses.shifts.section import limits, methods, section, summary, words
from discourse.analyses.shifts.settings import ShiftsSettings

COLUMNS = {
    "estimate": ("what the word adds to the difference, study minus reference", "as the difference"),
    "low": ("lower end of the interval of this word alone; empty where it is not among those shown, or too rare", ""),
    "high": ("upper end of the same", ""),
    "null_low": ("lower end of the range of random divisions", ""),
    "null_high": ("upper end of the same", ""),
    "direction": ("whether the word is more frequent in the study group (more) or in the reference group (fewer)", ""),
    "score": ("score of the word; empty where words have none", ""),
    "count_study": ("frequency in the study group", "words"),
    "count_reference": ("frequency in the reference group", "words"),
    "documents": ("documents of both groups that contain the word", "documents"),
    "row": ("a sum, or a single word", ""),
    "kind": ("whether the score is above or below the reference score, and where the word is more frequent", ""),
    "group": ("group in which the word is more frequent", ""),
    "label": ("what the figure calls it", ""),
}
CHOICES = (
    Choice(
        "neutral_scores",
        ("shifts", "neutral"),
        list[list[float]],
        "Ranges of scores that are left out, [] for none",
        label="neutral scores",
        show=lambda v: f"{v[0]:g} to {v[1]:g} left out" if v else "all scores",
    ),
)
analysis = Analysis(
    "shifts",
    "Which words move the difference?",
    ShiftsSettings,
    compute,
    section,
    measure=measure,
    input=Input.TOKENS,
    join=joined,
    rare=without_rare,
    words=words,
    finish=finish,
    on=False,
    each_contrast=True,
    choices=CHOICES,
    figures={"shifts": "Which words move the difference?"},
    brief=("shifts",),
    summary=summary,
    limits=limits,
    methods=methods,
    cites=("gallagher2021", "dodds2011", "lin1991", "shannon1948", "tsallis1988", "zou2008"),
    columns={f"{table}: {c}": v for table in ("shift", "figure-shift") for c, v in COLUMNS.items()},
)
about = replace(
    analysis,
    name="shifts_about",
    question="Which words about the target move the difference?",
    compute=compute_about,
    measure=measure_about,
    finish=finish_about,
    per_target=True,
    reads="shifts",
    figures={},
    limits=None,
    methods="",
)
