"""
Who acts on whom
================

Acts between two actors per 1,000 sentences, with intervals over documents.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../deeds.yaml")))
figure = report.figure("dyads_acts")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-dyads_acts.csv``):
report.tables["figure-dyads_acts"].head()

# %%
# In the experiment: ``dyads: {we: United States}``.
