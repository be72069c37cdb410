"""
How often is a target mentioned?
================================

A mark is a document, a line the rate of its group: mentions over words, with its interval. Long documents count for more, as the rate of
a group is a ratio of sums and no mean of rates.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("salience")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-salience.csv``):
report.tables["figure-salience"].head()

# %%
# In the experiment: ``targets`` names the words; ``breakdown: {period: year}`` the periods.
