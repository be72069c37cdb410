"""The page on what depends on our choices."""

from __future__ import annotations

import pandas as pd

from discourse.experiment.builder import Pages
from discourse.experiment.multiverse import Curve
from discourse.experiment.stance_pages import sensitivity
from discourse.experiment.words import counted, number, percent
from discourse.figures import FIGURES
from discourse.report import TableBlock


def choices(pages: Pages) -> None:
    """Does it depend on our choices? The analyses that the config names, and every combination of the multiverse."""
    results = pages.results
    named = [f for f in results.targets if f.sensitivity is not None and results.plan.config.sensitivity]
    if not named and not results.curves:
        return
    pages.heading("Does it depend on our choices?")
    if results.curves:
        _agreement(pages)
        for k, curve in enumerate(results.curves):
            _curve(pages, curve, k)
    for found in named:
        pages.about(found.target.name)
        sensitivity(pages, found)
    pages.about()


def agreement(curve: Curve) -> str:
    """How far the specifications agree, in words."""
    n, same, clear, other = curve.agreement
    text = f"{same:,} of {counted(n, 'specification')} have the sign of the configured one; {clear:,} leave out 0 on its side"
    text += f", {other:,} on the other" if other else ""
    none, unsure = int(curve.table["estimate"].isna().sum()), int(curve.table["low"].isna().sum())
    text += f"; {none:,} more have too little text" if none else ""
    return text + (f"; {unsure - none:,} have no interval" if unsure > none else "")


def _agreement(pages: Pages) -> None:
    """A row for each result: agreement in sign and interval, range, and the choice that matters most."""
    rows, frames = [], []
    for curve in pages.results.curves:
        n, same, clear, other = curve.agreement
        values = curve.table["estimate"].dropna()
        digits = 1 if curve.unit.startswith(("mentions", "prevalence")) else 2
        first = curve.shares.idxmax() if len(curve.shares) else ""
        first = "number of topics" if first == "k" else first
        most = f"{first} ({100 * curve.shares.max():.0f}% of the variance)" if first and values.nunique() > 1 else ""
        rows.append(
            [
                curve.label,
                f"{n:,} ({values.round(9).nunique():,})",
                number(curve.configured, digits),
                f"{number(values.min(), digits)} to {number(values.max(), digits)}",
                f"{same:,}",
                f"{clear:,}",
                f"{other:,}",
                most,
            ]
        )
        frames.append(curve.table.assign(outcome=curve.label))
    table = pd.concat(frames, ignore_index=True)
    table = table.rename(columns={c: c.replace(" ", "_").replace("-", "_") for c in table.columns})
    first = ["outcome", "estimate", "low", "high", "configured"]
    pages.blocks.append(
        TableBlock(
            "multiverse",
            "Every combination of the choices that the configuration names (Steegen et al. 2016): the result as configured, its range, how many "
            f"specifications have its sign, how many of their {percent(pages.results.design)} intervals leave out 0 on its side and on the other, and "
            "the choice that alone explains most of the variance of the estimates. Some choices change intervals only: the second number counts different estimates. The "
            "terms are followed because they are the clearest, so that agreement is to be expected; their intervals are their own, not those of a family.",
            [
                "Result",
                "Specifications (different)",
                "Configured",
                "Range",
                "Same sign",
                "Leave out 0, same side",
                "Leave out 0, other side",
                "Matters most",
            ],
            rows,
            table[[*first, *(c for c in table.columns if c not in first)]],
            ["left"] + ["right"] * 6 + ["left"],
            [2.4, 1.3, 1.0, 1.3, 0.6, 0.9, 0.9, 1.6],
        )
    )


def _curve(pages: Pages, curve: Curve, k: int) -> None:
    """The specification curve of one result."""
    if not curve.choices:
        return
    frame = FIGURES["multiverse"].layout(curve.table, curve.choices)
    pages.figure(
        f"multiverse-{k + 1}",
        "multiverse",
        frame.rename(columns={c: c.replace(" ", "_").replace("-", "_") for c in frame.columns}),
        f"{curve.label}: does the difference depend on our choices? Above, the estimate under each specification with its "
        f"{percent(pages.results.design)} interval, in the order of size (blue: it leaves out 0; diamond: as configured). Below, the options that each "
        f"specification takes. {agreement(curve)}. {pages.n()}",
        f"Specification curve: {agreement(curve)}.",
        [c.replace(" ", "_").replace("-", "_") for c in curve.choices],
        curve.unit,
    )
