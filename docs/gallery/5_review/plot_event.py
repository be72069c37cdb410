"""
A date, beside other dates
==========================

What is said in the days after a date minus what was said in as many days before it, at the date and at others. If a change of this size is
found at many dates, the date explains nothing.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("event")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-event.csv``):
report.tables["figure-event"].head()

# %%
# In the experiment: ``event: {date: 1991-12-26, name: the end of the Soviet Union, days: 3650}``
