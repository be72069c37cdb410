"""
Operational code
================

Indices of the operational code by group, from verbs of self and of others.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../deeds.yaml")))
figure = report.figure("vics")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-vics.csv``):
report.tables["figure-vics"].head()

# %%
# In the experiment: ``vics: {we: United States}``.
