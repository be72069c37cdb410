"""
How much text, and when?
========================

A mark is a document, its height the number of words. Look here first: a group that speaks in one year only, or in one long document, can
support little. Above 300 documents the figure shows periods instead (see the next).
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("corpus")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-corpus.csv``):
report.tables["figure-corpus"].head()

# %%
# Dates and groups are those of the section ``groups``.
