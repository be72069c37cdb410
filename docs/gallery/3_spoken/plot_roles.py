"""
Does it act, or is it acted upon?
=================================

The semantic role of each mention: the one who acts, the one to whom something is done, a partner, a victim, a beneficiary. "Support for Norland
against Ostmark" is friendly words near Ostmark, and no friendliness to it.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("roles")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-roles.csv``):
report.tables["figure-roles"].head()

# %%
# The roles come from a shallow parse of the clause; ``discourse stance explain`` shows each decision.
