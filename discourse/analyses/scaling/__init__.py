"""Where speakers, groups or years stand: Wordscores, Wordfish, correspondence analysis, and a map of them."""

from __future__ import annotations

from discourse.analyses.base import Analysis, Input
from discourse.analyses.scaling.measure import (
    agree,
    compute,
    compute_about,
    joined,
    measure,
    survey,
    without_rare,
)
from discourse.analyses.scaling.section import limits, methods, section, section_about, summary
from discourse.analyses.scaling.settings import ScalingSettings

UNIT = ("speaker, group, year or other unit that has a position", "")
OF_TABLES = {
    "": {
        "estimate": ("position", "see caption"),
        "given": ("score of a reference text", ""),
        "group": ("group of the unit; empty for one of several", ""),
        "high": ("upper end of the interval over documents", "as the estimate"),
        "low": ("lower end of the interval over documents", "as the estimate"),
        "unit": UNIT,
    },
    "_map": {
        "angle": ("angle of the long half axis of the ellipse with the first dimension", "degrees"),
        "group": ("group of the unit; empty for one of several", ""),
        "label": ("whether the figure names the unit", ""),
        "tall": ("short half axis of the ellipse", "as x"),
        "unit": UNIT,
        "wide": ("long half axis of the ellipse", "as x"),
        "x": ("principal coordinate on the first dimension", ""),
        "y": ("principal coordinate on the second dimension", ""),
    },
    "_left_out": {"unit": ("unit with too few tokens for a position", "")},
    "_words": {
        "count": ("frequency of the term in scope", "tokens"),
        "pull": ("weight of the term over its error: to the left below 0", ""),
        "term": ("term of the dimension", ""),
        "weight": ("weight of the term on the dimension", "see methods"),
    },
}
OF_TABLES["_positions"] = OF_TABLES[""] | {
    "date": ("mean day of the documents", "ISO 8601"),
    "se": ("standard error of the model, which takes words as independent", "as the estimate"),
}
# Other analyses have columns of these names.
COLUMNS = {
    f"{start}{part}: {column}": meaning
    for start in ("scaling", "scaling_about")
    for part, columns in OF_TABLES.items()
    for column, meaning in columns.items()
}
about = Analysis(
    "scaling_about",
    "Where does each speaker stand where they speak of the target?",
    ScalingSettings,
    compute_about,
    section_about,
    measure=measure,
    input=Input.COUNTS,
    survey=survey,
    agree=agree,
    join=joined,
    rare=without_rare,
    per_target=True,
    reads="scaling",
    on=False,
    brief=("scaling",),
    summary=summary,
)
analysis = Analysis(
    "scaling",
    "Where do speakers or administrations stand?",
    ScalingSettings,
    compute,
    section,
    measure=measure,
    input=Input.COUNTS,
    survey=survey,
    agree=agree,
    join=joined,
    rare=without_rare,
    on=False,
    brief=("scaling",),
    figures={
        "scaling": "Where do speakers or administrations stand?",
        "scaling_map": "Which speakers use alike words?",
    },
    summary=summary,
    limits=limits,
    methods=methods,
    cites=("laver2003", "slapin2008", "martin2008", "greenacre2017", "anderson1965"),
    columns=COLUMNS,
)
