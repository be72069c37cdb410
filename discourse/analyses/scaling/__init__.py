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

COLUMNS = {
    "angle": ("angle of the long half axis of the ellipse with the first dimension", "degrees"),
    "given": ("score of a reference text", ""),
    "scaling: estimate": ("position", "see caption"),
    "scaling: high": ("upper end of the interval over documents", "as the estimate"),
    "scaling: low": ("lower end of the interval over documents", "as the estimate"),
    "pull": ("weight of the term over its error: to the left below 0", ""),
    "se": ("standard error of the model, which takes words as independent", "as the estimate"),
    "tall": ("short half axis of the ellipse", "as x"),
    "weight": ("weight of the term on the dimension", "see methods"),
    "wide": ("long half axis of the ellipse", "as x"),
}
for _table in ("scaling", "scaling_about"):
    COLUMNS |= {
        f"{_table}: unit": ("speaker, group, year or other unit that has a position", ""),
        f"{_table}_map: unit": ("speaker, group, year or other unit that has a position", ""),
        f"{_table}_map: label": ("whether the figure names the unit", ""),
        f"{_table}_map: x": ("principal coordinate on the first dimension", ""),
        f"{_table}_map: y": ("principal coordinate on the second dimension", ""),
        f"{_table}_positions: unit": ("speaker, group, year or other unit that has a position", ""),
        f"{_table}_positions: date": ("mean day of the documents", "ISO 8601"),
        f"{_table}_left_out: unit": ("unit with too few tokens for a position", ""),
        f"{_table}_words: count": ("frequency of the term in scope", "tokens"),
        f"{_table}_words: term": ("term of the dimension", ""),
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
