"""Networks: who is named with whom and who acts on whom, a panel for each group."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from discourse.figures.kinds import Network
from discourse.figures.style import COLOURS, GREY, LIGHT, colours, new_figure

COLUMNS = 2  # panels side by side
HEIGHT = 80  # millimetres of a panel
COOPERATION, MIXED, CONFLICT = COLOURS[0], GREY, COLOURS[1]
THIN, THICK = 0.5, 3.6


def draw_network(frame: pd.DataFrame, options: Network) -> Figure:
    """Actors on a circle, the same place in every panel; lines where they are named together, arrows where one acts on the other."""
    panels = [g for g in options.groups if g in set(frame["panel"])]
    ncols = min(COLUMNS, max(len(panels), 1))
    nrows = -(-max(len(panels), 1) // ncols)
    figure, axes = new_figure(nrows * HEIGHT + 8, nrows=nrows, ncols=ncols, squeeze=False)
    place = _places(frame)
    most = {d: max(float(frame.loc[frame["directed"] == d, "estimate"].max()), 1e-9) for d in (True, False)}
    for ax, panel in zip(axes.flat, panels):
        part = frame[frame["panel"] == panel]
        for row in part[~part["directed"].astype(bool)].itertuples():
            (xa, ya), (xb, yb) = place[str(row.a)], place[str(row.b)]
            width = THIN + (THICK - THIN) * float(row.estimate) / most[False]
            ax.plot([xa, xb], [ya, yb], color=LIGHT, linewidth=width, zorder=1, gid=row.mark)
        for row in part[part["directed"].astype(bool)].itertuples():
            width = THIN + (THICK - THIN) * float(row.estimate) / most[True]
            colour = CONFLICT if row.conflict > 0.6 else COOPERATION if row.conflict < 0.4 else MIXED
            arrow = FancyArrowPatch(
                place[str(row.a)], place[str(row.b)], connectionstyle="arc3,rad=0.16", arrowstyle=f"-|>,head_length={2 + width},head_width={1 + 0.5 * width}",
                color=colour, linewidth=width, shrinkA=5, shrinkB=5, zorder=2, gid=row.mark,
            )  # fmt: skip
            ax.add_patch(arrow)
        _nodes(ax, place, set(part["a"]) | set(part["b"]))
        ax.set_title(
            "\n".join(textwrap.wrap(panel, 40)), fontsize=7.5, fontweight="bold", color=colours(options.groups)[panel]
        )
    for ax in axes.flat[len(panels) :]:
        ax.set_visible(False)
    marks = [
        Line2D([], [], color=COOPERATION, linewidth=1.6, label="acts, mostly cooperation"),
        Line2D([], [], color=MIXED, linewidth=1.6, label="mixed"),
        Line2D([], [], color=CONFLICT, linewidth=1.6, label="mostly conflict"),
        Line2D([], [], color=LIGHT, linewidth=2.4, label="named together"),
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=4, frameon=False, fontsize=6.8)
    return figure


def _places(frame: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Actors around a circle, those with the most edges spread apart from the top on, clockwise."""
    weight = pd.concat(
        [
            frame[["a", "estimate"]].set_axis(["name", "w"], axis=1),
            frame[["b", "estimate"]].set_axis(["name", "w"], axis=1),
        ]
    )
    order = weight.groupby("name")["w"].sum().sort_values(ascending=False, kind="stable").index.astype(str).tolist()
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(order)) / max(len(order), 1)
    return {name: (float(np.cos(a)), float(np.sin(a))) for name, a in zip(order, angle)}


def _nodes(ax: Axes, place: dict[str, tuple[float, float]], here: set[str]) -> None:
    for name, (x, y) in place.items():
        inside = name in here
        ax.plot(x, y, "o", color="black" if inside else LIGHT, markersize=4, zorder=3)
        side = "left" if x > 0.15 else "right" if x < -0.15 else "center"
        up = "bottom" if y > 0.85 else "top" if y < -0.85 else "center"
        label = "\n".join(textwrap.wrap(name, 16))
        ax.text(1.09 * x, 1.09 * y, label, ha=side, va=up, fontsize=6.3, color="black" if inside else GREY)
    ax.set_xlim(-1.75, 1.75)
    ax.set_ylim(-1.35, 1.35)
    ax.set_axis_off()
