"""
The era, or an event within it?
===============================

One group divided at an event: the difference from the other group before it, and since. A difference that begins with the event is one of
the event.
"""

import discourse

report, _ = discourse.run(discourse.resolve(discourse.load("../gallery.yaml")))
figure = report.figure("rival")

# %%
# Its data are a table of the report, and a file in its folder (``tables/figure-rival.csv``):
report.tables["figure-rival"].head()

# %%
# In the experiment: ``rival: {date: 2001-09-11, name: the attacks of 11 September 2001}``
