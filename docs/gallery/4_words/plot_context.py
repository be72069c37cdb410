"""
Which words does it move toward?
================================

Cosines of the contexts with words that were named in advance (above) and with those that moved most (below), with simultaneous intervals.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("context")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-context-words.csv``):
report.tables["figure-context-words"].head()

# %%
# In the experiment: ``context: {words: [peace, war, trade]}``
