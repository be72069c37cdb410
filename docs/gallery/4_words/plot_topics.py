"""
Topics and who speaks of them
=============================

A row is a topic with its most typical words, a mark the share of a group. Topics are those on which several fits agree; what depends on the
start of the sampler is grey and gets no verdict.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("topics")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-topics.csv``):
report.tables["figure-topics"].head()

# %%
# In the experiment: ``topics: {k: 12, seeds: 5}``; this page has a short fit.
