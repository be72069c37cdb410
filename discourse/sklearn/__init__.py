"""Transformers for scikit-learn: the features of this package in other people's pipelines, with the same numbers.

They take what scikit-learn's text vectorizers take, a sequence of texts, or a column of a DataFrame. A text is encoded as
`discourse.encode_corpus` encodes a list of texts.

Examples
--------
>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.feature_selection import SelectKBest
>>> texts, party = ["war and grain", "war on war", "grain and peace", "peace now"], ["a", "a", "b", "b"]
>>> chosen = make_pipeline(TermCounts(), SelectKBest(keyness_g2, k=2)).fit(texts, party)
>>> chosen.get_feature_names_out().tolist()
['peace', 'war']
"""

from __future__ import annotations

from discourse.sklearn.counts import TermCounts
from discourse.sklearn.rates import DictionaryRates, MentionStance, Metadiscourse
from discourse.sklearn.scores import keyness_g2, keyness_log_odds
from discourse.sklearn.topics import TopicShares

__all__ = [
    "DictionaryRates",
    "MentionStance",
    "Metadiscourse",
    "TermCounts",
    "TopicShares",
    "keyness_g2",
    "keyness_log_odds",
]
