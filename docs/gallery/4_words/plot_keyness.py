"""
Words that set two groups apart
===============================

The same for all words of the groups: keyness as corpus linguistics knows it, with intervals over documents in place of p-values over tokens.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("keyness")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-keyness-1.csv``):
report.tables["figure-keyness-1"].head()

# %%
# In the experiment: ``frequency: {ngrams: [1, 2], measure: log-odds}``; ``g2`` and ``log-ratio`` order the same terms
# otherwise.
