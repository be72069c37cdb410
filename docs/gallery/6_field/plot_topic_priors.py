"""
Topics with covariates
======================

In a model whose prior knows the groups, part of a difference may be made by that prior. Filled marks: the model. Hollow ones: the same topics,
with one prior for all. The grey band is how far groups differ when their labels are shuffled and the model is fitted again.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../topics.yaml")))
figure = report.figure("topic-priors")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-topic-priors.csv``):
report.tables["figure-topic-priors"].head()

# %%
# In the experiment: ``topics: {engine: dmr, covariates: [group, decade, party]}``; this page has a short fit.
