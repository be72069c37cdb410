"""
Which acts?
===========

What the target does, what is done to it, and what is done together, in classes of PLOVER. Rows that are rare in both groups are left out.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("acts")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-acts.csv``):
report.tables["figure-acts"].head()
