"""
Categories of your own
======================

Rates of the categories of a dictionary, about the target and in all words, with intervals over documents.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("dictionary")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-dictionary_about-values.csv``):
report.tables["figure-dictionary_about-values"].head()

# %%
# In the experiment: ``dictionary: {files: {values: values.yml}}``; LIWC, quanteda, Lexicoder, Yoshikoder and WordStat
# are read as well.
