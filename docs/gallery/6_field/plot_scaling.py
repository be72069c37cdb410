"""
Positions of speakers
=====================

Where each president stands, by Wordfish, in the passages that mention Russia and in all words.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../positions.yaml")))
figure = report.figure("scaling")

# %%
# Its data are a table of the report:
report.tables["figure-scaling_about"].head()

# %%
# In the experiment: ``scaling: {scope: passages}``.
