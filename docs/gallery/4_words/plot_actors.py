"""
Who is named with it?
=====================

Share of the sentences that mention the target in which another state, organisation or person is named.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("actors")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-actors.csv``):
report.tables["figure-actors"].head()

# %%
# In the experiment: ``actors: {names: {Wagner: [wagner group, wagner]}}`` adds actors of your own.
