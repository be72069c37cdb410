"""
Words against a reference corpus
================================

Which words set a group apart from the UN General Debate, with intervals over its documents.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("reference")

# %%
# All words that are compared, for each group (``tables/reference-words.csv``):
report.tables["reference-words"].head()

# %%
# In the experiment: ``reference: {}``, or ``reference: {files: {Press: press.csv}}``.
