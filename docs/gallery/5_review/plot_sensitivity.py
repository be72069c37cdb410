"""
Does it depend on what is counted?
==================================

The main results with some documents left out, or others put in. They are named in advance, in the experiment file.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("sensitivity")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-sensitivity.csv``):
report.tables["figure-sensitivity"].head()

# %%
# In the experiment: ``sensitivity: [{name: Without the message of 1946, drop: [1946-Truman-1]}]``
