"""
Does it depend on our choices?
==============================

A specification curve (Simonsohn, Simmons and Nelson 2020): every combination of the choices, in the order of its estimate. The matrix below says
which choice was made where; a choice that alone decides the sign shows as a block.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("multiverse")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-multiverse-1.csv``):
report.tables["figure-multiverse-1"].head()

# %%
# In the experiment: ``multiverse: {method: [lexicon], half_distance: [6, 24], stop_words: [drop]}``
