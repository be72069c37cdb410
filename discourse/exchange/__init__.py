"""What other programs read and write: gensim, NLTK, spaCy, R, Vowpal Wabbit, bags of words, CoNLL-U, Parquet."""

from __future__ import annotations

from discourse.exchange.counts import Counts, counts_of
from discourse.exchange.files import FORMS, export, files_of
from discourse.exchange.memory import from_gensim, from_spacy, to_gensim, to_nltk

__all__ = [
    "FORMS",
    "Counts",
    "counts_of",
    "export",
    "files_of",
    "from_gensim",
    "from_spacy",
    "to_gensim",
    "to_nltk",
]
