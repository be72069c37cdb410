"""Figures are the same bytes whatever the surroundings say of matplotlib, fonts and typst."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager

from discourse.figures.style import RC, own_settings

CHILD = """
import hashlib, sys
import pandas as pd
from discourse.figures.draw import draw, encode
from discourse.figures.kinds import Items

frame = pd.DataFrame({"label": ["war", "$x$ & peace"], "estimate": [1.5, -2.0], "certainty": ["differs", ""]})
frame["low"], frame["high"] = frame["estimate"] - 0.5, frame["estimate"] + 0.5
for end in ("study", "reference"):
    frame[f"halves_{end}_low"], frame[f"halves_{end}_high"] = -0.8, 0.7
files = encode(draw(frame, Items(["Before", "After"], "After", "Before", "per 10,000 tokens")), ["svg", "pdf", "png"])
print(*(hashlib.sha256(files[kind]).hexdigest() for kind in ("svg", "pdf", "png")))
"""
HOSTILE = """text.usetex: True
text.latex.preamble: \\input{/etc/passwd}
font.size: 31
font.family: cursive
svg.fonttype: path
svg.hashsalt: None
path.sketch: 3, 90, 2
path.simplify_threshold: 0.9
axes.facecolor: red
axes.grid: True
lines.linewidth: 9
lines.dash_capstyle: round
ytick.direction: inout
axes.prop_cycle: cycler('color', ['pink'])
figure.constrained_layout.w_pad: 0.9
axes.unicode_minus: False
axes.formatter.use_locale: True
timezone: Asia/Tokyo
date.epoch: 0001-01-01T00:00:00
savefig.bbox: tight
savefig.dpi: 13
image.cmap: nothing at all
no.such.setting: 1
"""


def run(folder: Path, **variables: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", CHILD],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.environ.get("PYTHONPATH", "") or str(Path(__file__).parents[2]),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


def other_fonts(folder: Path) -> None:
    """A cache of fonts in which the fonts of figures are others."""
    manager = font_manager.FontManager()
    entries = [e for e in manager.ttflist if e.name.startswith("DejaVu")]
    mono = next(e.fname for e in entries if e.fname.endswith("DejaVuSansMono.ttf"))
    manager.ttflist = [replace(e, fname=mono) for e in entries]
    font_manager.json_dump(manager, folder / f"fontlist-v{manager.__version__}.json")


@pytest.mark.slow
def test_nothing_around_a_run_changes_a_byte_of_a_figure(tmp_path):
    plain, hostile, config = (tmp_path / name for name in ("plain", "hostile", "config"))
    for folder in (plain, hostile, config):
        folder.mkdir()
    (hostile / "matplotlibrc").write_text(HOSTILE, encoding="utf-8")
    (config / "matplotlibrc").write_text(HOSTILE, encoding="utf-8")
    other_fonts(config)
    expected = run(plain)
    assert len(expected.split()) == 3
    around = {"MPLCONFIGDIR": str(config), "TYPST_FONT_PATHS": str(config), "TYPST_ROOT": "/", "SOURCE_DATE_EPOCH": "1"}
    assert run(hostile, TZ="Asia/Tokyo", LC_ALL="C") == expected
    assert run(plain, **around, MATPLOTLIBRC=str(hostile), MPLBACKEND="module://nothing") == expected


def test_settings_of_the_user_are_back_afterwards():
    fonts = font_manager.fontManager.ttflist
    with mpl.rc_context({"font.size": 31, "timezone": "Asia/Tokyo"}):
        with own_settings():
            assert mpl.rcParams["timezone"] == "UTC"
            # Of the library, unless the report says otherwise.
            others = set(mpl.rcParams) - set(RC) - mpl.style.core.STYLE_BLACKLIST
            assert {k for k in others if mpl.rcParams[k] != mpl.rcParamsDefault[k]} == set()
            assert all("mpl-data" in e.fname for e in font_manager.fontManager.ttflist)
        assert mpl.rcParams["font.size"] == 31 and mpl.rcParams["timezone"] == "Asia/Tokyo"
    assert font_manager.fontManager.ttflist is fonts
