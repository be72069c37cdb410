"""
What came nearer?
=================

The difference of the company between the groups, net of how much more frequent each word became anywhere.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("collocates_difference")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-collocates-difference.csv``):
report.tables["figure-collocates-difference"].head()
