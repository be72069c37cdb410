"""
Many documents: lengths by period
=================================

Above 300 documents a mark for each would be a cloud. The figure then has the median length of each period, a band from the tenth to the ninetieth
percentile, and below the number of documents. This page draws it from a table of your own, of 1,200 invented posts: ``layout_spread`` makes the
frame, a *kind* says how it is drawn.
"""

import numpy as np
import pandas as pd

from discourse.figures.draw import draw
from discourse.figures.kinds import Spread
from discourse.figures.periods import layout_spread

rng = np.random.default_rng(1)
dates = pd.Series(pd.date_range("2019-01-01", "2022-12-31", periods=1200).normalize())
posts = pd.DataFrame(
    {
        "doc_id": [f"p{k}" for k in range(1200)],
        "date": dates,
        "title": "Post",
        "group": np.where(dates < "2021-01-20", "Earlier", "Later"),
        "n_tokens": rng.poisson(np.where(dates < "2021-01-20", 22, 35)),
    }
)
frame = layout_spread(posts, "month")
figure = draw(frame, Spread(["Earlier", "Later"]))

# %%
# The frame has a row for each period and group:
frame.head()
