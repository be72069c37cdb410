"""
Diversity over time
===================

The same measures for each document, behind the levels of the groups.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("diversity_time")

# %%
# Of more than 300 documents each mark is the mean of a year.
report.tables["figure-diversity_time"].head()
