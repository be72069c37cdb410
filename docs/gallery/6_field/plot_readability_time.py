"""
Readability over time
=====================

The same measures for each document, behind the levels of the groups.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("readability_time")

# %%
# Of more than 300 documents each mark is the mean of a year.
report.tables["figure-readability_time"].head()
