"""
Narrative frames
================

Who does what to whom: the commonest triples of an actor, an act and the one to whom it is done, with intervals over documents.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../deeds.yaml")))
figure = report.figure("frames")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-frames.csv``):
report.tables["figure-frames"].head()

# %%
# In the experiment: ``frames: {we: United States}``.
