"""
Who said it, sentence by sentence?
==================================

Where there is too little for a comparison, the report shows what there is: a mark for each mention, by speaker, and no mean. The figure is
``speakers``; here it is drawn from a table of invented mentions.
"""

import numpy as np
import pandas as pd

from discourse.figures.draw import draw
from discourse.figures.frames import layout_speakers
from discourse.figures.kinds import Marks

rng = np.random.default_rng(2)
speakers = ["Kovar"] * 11 + ["Lind"] * 6 + ["Foreign Minister Ober"] * 5
mentions = pd.DataFrame(
    {
        "speaker": speakers,
        "side": ["home"] * 17 + ["foreign"] * 5,
        "group": ["Earlier"] * 11 + ["Later"] * 11,
        "doc_id": [f"d{k // 3}" for k in range(22)],
        "evaluation": np.clip(rng.normal(np.repeat([-0.4, 0.1, 0.5], [11, 6, 5]), 0.3), -1, 1),
    }
)
figure = draw(layout_speakers(mentions), Marks(["Earlier", "Later"]))
