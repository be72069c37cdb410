"""
A network of actors
===================

Who is named with whom and who acts on whom, a panel for each group.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../deeds.yaml")))
figure = report.figure("dyads")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-dyads.csv``):
report.tables["figure-dyads"].head()

# %%
# In the experiment: ``dyads: {we: United States}``.
