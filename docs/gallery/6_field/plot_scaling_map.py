"""
A map of many speakers
======================

The first two dimensions of a correspondence analysis, with regions over the documents of each speaker.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../positions.yaml")))
figure = report.figure("scaling_map")

# %%
# Its data are a table of the report:
report.tables["figure-scaling_map"].head()

# %%
# In the experiment: ``scaling: {}``.
