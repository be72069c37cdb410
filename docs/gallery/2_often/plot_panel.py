"""
Speakers or administrations side by side
========================================

A row for each value of a column: who speaks more of the target, and how. A group is not a person: where two presidents of one group lie
further apart than the groups do, the difference of the groups is theirs.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("panel")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-panel.csv``):
report.tables["figure-panel"].head()

# %%
# In the experiment: ``breakdown: {by: president}``
