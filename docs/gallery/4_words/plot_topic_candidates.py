"""
How many topics?
================

Held-out likelihood, coherence and exclusivity for other numbers of topics. No curve chooses for you: it shows what each choice costs.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("topic-candidates")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-topic-candidates.csv``):
report.tables["figure-topic-candidates"].head()

# %%
# In the experiment: ``topics: {candidates: [3, 6]}``
