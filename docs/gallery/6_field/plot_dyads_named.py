"""
Who is named with whom
======================

Sentences that name two actors, per 1,000 sentences.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../deeds.yaml")))
figure = report.figure("dyads_named")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-dyads_named.csv``):
report.tables["figure-dyads_named"].head()

# %%
# In the experiment: ``dyads: {we: United States}``.
