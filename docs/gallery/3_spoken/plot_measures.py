"""
Does it depend on who labels the mentions?
==========================================

With several measures of stance (``stance: {labels: {...}}``: coders, models, prompts) the report sets the difference under each of them side by
side. If the sign depends on the prompt, the prompt is the finding. The numbers here are invented.
"""

import pandas as pd

from discourse.figures.draw import draw
from discourse.figures.frames import layout_sensitivity
from discourse.figures.kinds import Choices

rows = pd.DataFrame(
    [
        ("the package", "evaluation", -0.31, -0.45, -0.17),
        ("model, short prompt", "evaluation", -0.12, -0.30, 0.06),
        ("model, long prompt", "evaluation", -0.28, -0.47, -0.09),
        ("coders", "evaluation", -0.25, -0.52, 0.02),
    ],
    columns=["name", "measure", "estimate", "low", "high"],
).assign(low_document=lambda t: t["low"], high_document=lambda t: t["high"], n_documents=80)
frame = layout_sensitivity(rows)
figure = draw(frame, Choices(["Earlier", "Later"], "Later", "Earlier", {"evaluation": "mean evaluation"}))
