"""Keyness: diverging lollipops with intervals, and frequency against log-odds."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from discourse.figures.gathered import gathered
from discourse.figures.kinds import Lollipops, Scatter
from discourse.figures.style import (
    GREY,
    LIGHT,
    colours,
    mark_ids,
    markers,
    new_figure,
    place_labels,
    plain_axis,
    range_bar,
    zero_line,
)

LARGEST = 36  # square points of a mark of many terms


def draw_keyness(frame: pd.DataFrame, options: Lollipops) -> Figure:
    """Lollipops with simultaneous intervals; counts and dispersion, or the difference net of the background, on the right."""
    study, reference, groups = options.study, options.reference, options.groups
    groups = list(groups) or [study, reference]
    palette, shape = colours(groups), markers(groups)
    n = len(frame)
    net = "net" in frame
    widths = {"width_ratios": [3.0, 1.9 if net else 1.4]}
    figure, (ax, side) = new_figure(17 + 3.75 * n, ncols=2, sharey=True, gridspec_kw=widths)
    zero_line(ax)
    clear = (frame["low"] > 0) | (frame["high"] < 0)
    half = (frame["low_document"] > 0) | (frame["high_document"] < 0)
    for y, row in enumerate(frame.itertuples()):
        colour, group = palette[str(row.group)], str(row.group)
        ax.plot([0, row.shown], [y, y], color=colour, linewidth=0.7, alpha=0.45, zorder=1)
        range_bar(ax, y, float(row.shown_low), float(row.shown_high), colour)
        fill: Any = "full" if clear[y] else "left" if half[y] else "none"
        ax.plot(
            row.shown,
            y,
            shape[group],
            color=colour,
            markersize=3.9,
            zorder=3,
            fillstyle=fill,
            markerfacecoloralt="white",
            gid=row.mark,
        )
        side.text(0.02, y, f"{row.count_study:,} : {row.count_reference:,}", va="center", fontsize=6.6)
        if net and row.net == row.net:
            ax.plot(row.background, y, "|", color="black", markersize=6, markeredgewidth=1.1, zorder=4)
            certain = row.net_low > 0 or row.net_high < 0
            bounds = f"{row.net:+.1f} [{row.net_low:.1f}, {row.net_high:.1f}]".replace("-", "\u2212")
            weight = "bold" if certain else "normal"
            side.text(1.0, y, bounds, va="center", ha="right", fontsize=6.6, fontweight=weight)
        elif not net:
            side.plot([0.8, 1.0], [y, y], color=LIGHT, linewidth=2.4, solid_capstyle="butt")
            side.plot(0.8 + 0.2 * float(row.dp), y, "|", color="black", markersize=5)
        side.text(0.42 if net else 0.66, y, f"{row.range}", va="center", ha="center", fontsize=6.6)
    ax.set_yticks(range(n), frame["item"])
    for label, group, certain in zip(ax.get_yticklabels(), frame["group"], clear | half):
        label.set_color(palette[group] if certain else GREY)
    ax.set_ylim(n - 0.4, -0.6)
    drawn = [c for c in ("shown", "shown_low", "shown_high", "background") if c in frame]
    # Some width even where all differences are nearly 0.
    limit = max(1.05 * float(np.nanmax(np.abs(frame[drawn].to_numpy()))), 0.1)
    ax.set_xlim(-limit, limit)
    ax.set_xlabel(options.unit)
    for x, text, group, align in ((0.0, "◄ more in {}", reference, "left"), (1.0, "more in {} ►", study, "right")):
        ax.text(
            x, 1.005, text.format(group), transform=ax.transAxes, color=palette[group], fontweight="bold",
            va="bottom", ha=align,
        )  # fmt: skip
    plain_axis(ax, y=True)
    side.set_xlim(0, 1.02)
    last = (1.0, "net of the\nbackground", "right") if net else (0.9, "disper-\nsion", "center")
    for x, text, align in (
        (0.02, "\n".join(["count:", *(textwrap.shorten(g, 20, placeholder=" …") for g in (study, reference))]), "left"),
        (0.42 if net else 0.66, "docu-\nments", "center"),
        last,
    ):
        side.text(x, 1.005, text, transform=side.get_xaxis_transform(), fontsize=6.2, va="bottom", ha=align, color=GREY)
    side.axis("off")
    return figure


def draw_contrast(frame: pd.DataFrame, options: Scatter) -> Figure:
    """Frequency (log axis) against log-odds, terms gathered where they are many; labels are placed so that none overlaps another."""
    study, reference, groups = options.study, options.reference, options.groups
    groups = list(groups) or [study, reference]
    palette, shape = colours(groups), markers(groups)
    # No layout engine: labels are placed for good, so that the axes may not move afterwards.
    figure, ax = new_figure(98, layout=None)
    ax.axhline(0, color=GREY, linewidth=0.6, zorder=0)
    marks = gathered(frame)
    doubled = np.log2(marks["n"]).astype(int)
    for side, colour, least, marker in (
        (0, "#b4b4b4", 3, "o"),
        (1, palette[study], 9, shape[study]),
        (-1, palette[reference], 9, shape[reference]),
    ):
        of = marks[marks["side"] == side]
        style: Any = {"marker": marker, "color": colour, "linewidths": 0, "zorder": 2 if side else 1}
        alone = frame.iloc[of.loc[of["n"] == 1, "row"]]
        ax.scatter(alone["rate"], alone["estimate"], s=least, gid=mark_ids(alone), **style)
        # Larger with each doubling of its terms, up to a mark that fills its cell.
        for step, many in of[of["n"] > 1].groupby(doubled):
            size = least + (LARGEST - least) * step / doubled.max()
            ax.scatter(many["rate"], many["estimate"], s=size, alpha=0.6, **style)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:g}")
    ax.xaxis.set_minor_formatter(lambda v, _: "")
    limit = max(1.12 * float(frame["estimate"].abs().max()), 0.1)
    ax.set_ylim(-limit, limit)
    ax.set_xlim(frame["rate"].min() / 1.3, frame["rate"].max() * 1.3)
    ax.set_xlabel("tokens per 10,000 in both groups together (logarithmic)", loc="left")
    ax.set_ylabel("log-odds ratio (natural logarithm)")
    ax.text(
        1.0,
        1.01,
        f"▲ more in {study}",
        transform=ax.transAxes,
        ha="right",
        va="bottom",
        color=palette[study],
        fontweight="bold",
    )
    ax.text(
        1.0,
        -0.09,
        f"▼ more in {reference}",
        transform=ax.transAxes,
        ha="right",
        va="top",
        color=palette[reference],
        fontweight="bold",
    )
    named = frame[frame["label"]]
    figure.subplots_adjust(left=0.08, right=0.985, top=0.95, bottom=0.12)
    if len(named):
        place_labels(ax, named[["rate", "estimate"]], named["item"], marks[["rate", "estimate"]], farthest=0.2)
    return figure
