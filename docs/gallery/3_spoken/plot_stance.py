"""
The stance of each group
========================

Mean evaluation, from -1 (conflictual) to 1 (cooperative), and the shares of the classes. The caption says whether the measure has been
validated on these texts; here it has not, and a difference is one "as measured".
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("stance")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-stance.csv``):
report.tables["figure-stance"].head()

# %%
# In the experiment: ``stance: {method: prior}`` is the trained model of the package, ``lexicon`` the rules by
# themselves.
