"""
Frequent or rare?
=================

Each term by its frequency and its difference. Rare terms scatter widely whatever is compared, which is why the list above is ordered by
intervals and not by ratios.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("contrast")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-contrast.csv``):
report.tables["figure-contrast"].head()

# %%
# In the experiment: ``frequency: {label: 30}`` sets the number of labels.
