"""
Breaks over time
================

Levels of an outcome between breaks, each with the interval of its date and beside series without one.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../positions.yaml")))
figure = report.figure("changes")

# %%
# Its data are a table of the report:
report.tables["figure-changes"].head()

# %%
# In the experiment: ``changes: {period: year}``.
