"""
How is it said?
===============

Hedges, boosters, attitude markers, self-mentions and words of obligation, after Hyland (2005), per 10,000 words, and how many of the sentences
about the target are hedged or boosted.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("metadiscourse")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-metadiscourse.csv``):
report.tables["figure-metadiscourse"].head()

# %%
# In the experiment: ``stance: {lexicons: {certainty: mine.tsv}}`` takes lists of your own.
