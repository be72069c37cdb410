"""
How hard is it to read?
=======================

Readability of the groups from characters, words and sentences, with intervals over documents.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("readability")

# %%
# Each document by itself (``tables/readability-documents.csv``):
report.tables["readability-documents"].head()

# %%
# In the experiment: ``readability: {}``, or ``readability: {measures: [lix, sentence_length]}``.
