"""
Nearest words of the contexts
=============================

Embedding regression, a la carte (Rodriguez, Spirling and Stewart 2023): the words whose vectors are nearest to the mean context of the
target in each group.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("neighbours")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-context-neighbours.csv``):
report.tables["figure-context-neighbours"].head()

# %%
# In the experiment: ``context: {window: 6}``; the vectors are those of the package or a file of yours.
