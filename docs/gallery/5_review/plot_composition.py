"""
Is it the mix?
==============

The difference as the sum of what another mix of speakers, kinds, venues or parties explains, and of what changed within them (Kitagawa 1955;
Oaxaca 1973 for several at once).
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("composition")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-composition.csv``):
report.tables["figure-composition"].head()

# %%
# In the experiment: ``mix: {columns: [speaker, kind, venue]}``; here ``party``.
