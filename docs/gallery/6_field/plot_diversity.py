"""
How varied are the words?
=========================

Lexical diversity of the groups by measures that do not fall with the length of a text, with intervals over documents.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("diversity")

# %%
# Each document by itself (``tables/diversity-documents.csv``):
report.tables["diversity-documents"].head()

# %%
# In the experiment: ``diversity: {}``, or ``diversity: {measures: [mattr], window: 100}``.
