"""Specification curves: a result under every combination of choices."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from discourse.figures.kinds import Curve
from discourse.figures.style import COLOURS, GREY, LIGHT, mark_ids, new_figure, plain_axis


def draw_curve(frame: pd.DataFrame, options_: Curve) -> Figure:
    """The estimates in order with their intervals; below, which option of each choice every specification takes."""
    choices, unit = options_.choices, options_.unit
    options = [(c, o) for c in choices for o in dict.fromkeys(frame[c])]
    height = 34 + 3.6 * len(options) + 2.0 * len(choices)
    figure, axes = new_figure(
        height + 8,
        nrows=2,
        sharex=True,
        gridspec_kw={"height_ratios": [34, 3.6 * len(options) + 2.0 * len(choices) + 2]},
    )
    above, below = axes
    clear = ((frame["low"] > 0) | (frame["high"] < 0)).to_numpy()
    at = frame["rank"].to_numpy(float)
    above.axhline(0, color=GREY, linewidth=0.6, zorder=0)
    # Thinner where there are more of them, so that neighbours can be distinguished.
    width = float(np.clip(240 / max(len(frame), 1), 0.3, 1.6))
    for chosen, colour in ((clear, COLOURS[0]), (~clear, GREY)):
        bounded = chosen & frame["low"].notna().to_numpy()
        above.vlines(
            at[bounded], frame["low"][bounded], frame["high"][bounded], color=colour, linewidth=width, alpha=0.4
        )
        size, marks = float(np.clip(width * 2, 1.2, 3.2)), mark_ids(frame[chosen], "estimate")
        above.plot(at[chosen], frame["estimate"][chosen], "o", color=colour, markersize=size, gid=marks)
    ours = frame[frame["configured"]]
    above.plot(ours["rank"], ours["estimate"], "D", color="black", markersize=5, zorder=4, gid=mark_ids(ours))
    above.yaxis.set_major_locator(MaxNLocator(nbins=6))
    above.set_ylabel("\n".join(textwrap.wrap(unit, 18)))
    plain_axis(above)
    above.tick_params(axis="x", labelbottom=False)
    y, ticks, names = 0.0, [], []
    for k, choice in enumerate(choices):
        y += 0.8 if k else 0.0
        for option in dict.fromkeys(frame[choice]):
            here = (frame[choice] == option).to_numpy()
            below.plot(
                at[here], np.full(here.sum(), y), "|", color="black", markersize=5.2, markeredgewidth=width, alpha=0.8
            )
            ticks.append(y)
            names.append(f"{options_.names.get(choice, choice)}: {option}")
            y += 1.0
        if k + 1 < len(choices):
            below.axhline(y - 0.1, color=LIGHT, linewidth=0.5)
    below.set_yticks(ticks, ["\n".join(textwrap.wrap(n, 40)) for n in names])
    below.set_ylim(y - 0.4, -0.6)
    below.set_xlabel(f"{len(frame):,} specifications, in the order of their estimates")
    below.spines["bottom"].set_visible(False)
    below.tick_params(axis="both", length=0, labelbottom=False)
    return figure
