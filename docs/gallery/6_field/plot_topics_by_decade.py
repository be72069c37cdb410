"""
Seeded topics by decade
=======================

A covariate of the model is a figure: the prevalence of the topics that vary most, by its values within each group. Topics that begin with seed
words bear their names.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../topics.yaml")))
figure = report.figure("topics-by-decade")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-topics-by-decade.csv``):
report.tables["figure-topics-by-decade"].head()

# %%
# In the experiment: ``topics: {engine: dmr, covariates: [group, decade], seeded: {Economy: [econom*, jobs]}}``
