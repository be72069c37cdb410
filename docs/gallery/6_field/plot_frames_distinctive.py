"""
Triples that set the groups apart
=================================

The triples with the largest difference in units of its interval.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../deeds.yaml")))
figure = report.figure("frames_distinctive")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-frames_distinctive.csv``):
report.tables["figure-frames_distinctive"].head()

# %%
# In the experiment: ``frames: {we: United States}``.
