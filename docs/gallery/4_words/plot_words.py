"""
Words about a target
====================

Log-odds ratios of the words in the sentences that mention the target, in the order of the evidence: by the end of the interval nearer to 0.
Intervals are corrected for all words at once. Black strokes are the same ratio in all other words: a word that lies on its stroke has changed
everywhere, and not only here.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("words")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-words-1.csv``):
report.tables["figure-words-1"].head()

# %%
# In the experiment: ``frequency: {scope: sentences, show: 12}``; the scope may be a passage, a document, or a window
# around the mention.
