"""
What moves a difference
=======================

Word shifts: which words make the mean score of an era higher or lower, each with an interval over documents; above them the
difference and the sums of the four kinds of words.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../../../experiments/shifts.yaml")))
figure = report.figure("shifts")

# %%
# Its data are a table of the report, and a file in its folder (``tables/shift-score.csv``):
report.tables["shift-score"].head()

# %%
# In the experiment: ``shifts: {}``, or ``shifts: {scores: labmt.tsv, neutral: [4, 6]}`` for scores of your own. There are figures of the
# same kind for the entropy of the vocabulary, the divergence of two vocabularies and the rates of a dictionary's categories.
