"""
The answer on page 1
====================

The levels that carry the answer, a panel for each, with the values beside the marks. Thin bars are intervals over the unit of the
experiment (documents here; days or speakers where ``compare: {cluster: ...}`` names them), wide pale ones those over documents.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("answer")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-answer.csv``):
report.tables["figure-answer"].head()

# %%
# The report chooses what is shown: claims in the order of their verdicts, and of their size.
