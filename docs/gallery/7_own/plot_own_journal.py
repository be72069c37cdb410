"""
One column of a journal, and its files
======================================

``draw(..., width="single")`` lays a figure out for one column (88 mm), or for as much more as its words need to be read. ``encode`` gives its bytes as SVG, PDF, PNG or TIFF,
the same on every run: text stays text, fonts are in the PDF, and nothing depends on the day.
"""

import pandas as pd

from discourse.figures.draw import draw, encode
from discourse.figures.kinds import Rows

groups = ["Earlier", "Later"]
frame = pd.DataFrame(
    [
        ("in all words", item, group, estimate, estimate - 4, estimate + 4, estimate - 2, estimate + 2)
        for item, pair in {"freedom": (21, 34), "security": (40, 31), "prosperity": (28, 27)}.items()
        for group, estimate in zip(groups, pair, strict=True)
    ],
    columns=["panel", "item", "stratum", "estimate", "low", "high", "low_document", "high_document"],
)
figure = draw(frame, Rows(groups, unit="hits per 10,000 words"), width="single")

# %%
# Write what the journal asks for, here to memory; ``Path("rates.pdf").write_bytes(files["pdf"])`` makes a file of it.
files = encode(figure, ("pdf", "tiff"), dpi=600)
{name: f"{len(content) / 1024:.0f} KB" for name, content in files.items()}
