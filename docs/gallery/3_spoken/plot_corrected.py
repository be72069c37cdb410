"""
What remains after correction for error?
========================================

A measure that errs more in one group than in the other makes a difference, or hides one. Once a sample of the mentions has been coded by hand
(``discourse stance sample``, ``agreement``, ``validate``) the report sets what was measured beside what is left when the measure is corrected by
these codes. The corrected interval is wider: it carries the uncertainty of the sample, too. The numbers here are invented.
"""

import numpy as np
import pandas as pd

from discourse.figures.draw import draw
from discourse.figures.kinds import Corrected

groups = ["Earlier", "Later"]
frame = pd.DataFrame(
    {
        "item": ["raw", "corrected"] * 3,
        "contrast": ["level"] * 4 + ["difference"] * 2,
        "stratum": ["Earlier"] * 2 + ["Later"] * 2 + ["Later - Earlier"] * 2,
        "estimate": [-40.0, -52, -20, -28, 20, 24],
        "low": [-50.0, -68, -30, -44, 8, 1],
        "high": [-30.0, -36, -10, -12, 32, 47],
        "n_mentions": 300,
        "n_coded": 60,
        "note": "",
        "note_n": np.nan,
        "note_documents": np.nan,
        "note_needed": np.nan,
        "note_needed_documents": np.nan,
    }
)
figure = draw(frame, Corrected(groups, "percentage points"))
