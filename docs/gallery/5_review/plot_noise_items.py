"""
Could the differences of words be noise?
========================================

The same for terms, topics and other items, corrected for all of them. A full mark differs, half a mark may differ, an empty one is inconclusive.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("noise_items")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-noise-words-1.csv``):
report.tables["figure-noise-words-1"].head()
