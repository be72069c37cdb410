"""
Stance over time
================

Pale marks are documents, strong ones means of periods with their intervals. A difference between two groups of years may be a trend, or one
event: compare :ref:`the figure on an event within a group <sphx_glr_made_gallery_5_review_plot_rival.py>`.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("stance_time")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-stance-time.csv``):
report.tables["figure-stance-time"].head()

# %%
# In the experiment: ``breakdown: {period: year}``
