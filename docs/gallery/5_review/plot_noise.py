"""
Could it be noise?
==================

Above, the observed difference with its interval. Below, differences within one group, where none is expected: of random halves, and of other
dates. A difference that lies among them is no larger than what a group differs from itself.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("noise")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-noise.csv``):
report.tables["figure-noise"].head()

# %%
# It is in every report that compares two groups.
