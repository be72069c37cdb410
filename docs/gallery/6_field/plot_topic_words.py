"""
The same topic in other words
=============================

Which words do two groups use when they speak of the same topic? Filled marks have an interval that excludes 0, corrected for all words of all
topics; beside a word stand its expected frequencies in the topic.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../topics.yaml")))
figure = report.figure("topic-words")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-topic-words.csv``):
report.tables["figure-topic-words"].head()

# %%
# In the experiment: ``topics: {words_by_group: true}``
