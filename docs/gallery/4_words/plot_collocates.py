"""
What stands near it?
====================

logDice of the closest collocates in each group, within five words of a mention and within a turn. logDice has a theoretical maximum of 14 and does
not grow with the corpus (Rychly 2008).
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("collocates")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-collocates.csv``):
report.tables["figure-collocates"].head()

# %%
# In the experiment: ``collocates: {span: 5, measure: logDice}``
