"""Transformers in scikit-learn's machinery: their numbers are those of the package, or of a plain count; and they keep its contracts."""

import pickle
from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline, make_union
from sklearn.utils.estimator_checks import estimator_checks_generator

import discourse
from discourse.sklearn import (
    DictionaryRates,
    MentionStance,
    Metadiscourse,
    TermCounts,
    TopicShares,
    keyness_g2,
    keyness_log_odds,
)

TEXTS = [
    "We welcome Norland and its peaceful harbour.",
    "We condemn the attack by Norland. Norland must stop its raids.",
    "Grain prices may rise, perhaps, in May.",
    "",
    "The harbour, the harbour, the grain!",
    "We thank Norland for its help.",
] * 2
PARTY = ["Reds", "Blues", "Blues", "Reds", "Blues", "Reds"] * 2
MOOD = {"up": ["welcome", "thank*", "peace*"], "down": ["attack", "raid*"]}
OF_TEXTS = [
    TermCounts(sparse_output=False),
    TermCounts(ngram_range=(1, 2), min_documents=2, sparse_output=False),
    MentionStance("norland"),
    Metadiscourse(),
    Metadiscourse("norland"),
    DictionaryRates(MOOD),
]


@pytest.mark.parametrize("given", OF_TEXTS, ids=repr)
def test_contracts_of_transformers_of_texts(given):
    copy = clone(given)
    assert copy.get_params() == given.get_params() and copy is not given
    plain = copy.fit(TEXTS).transform(TEXTS)
    names = copy.get_feature_names_out()
    assert plain.shape == (len(TEXTS), len(names)) and np.isfinite(plain).all()
    np.testing.assert_array_equal(clone(given).fit_transform(TEXTS, PARTY), plain)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(copy)).transform(TEXTS), plain)
    # What is measured of a text does not depend on the texts beside it, nor on how they are handed over.
    np.testing.assert_array_equal(np.vstack([copy.transform([text]) for text in TEXTS]), plain)
    frame = pd.DataFrame({"text": TEXTS}, index=[f"row {k % 4}" for k in range(len(TEXTS))])
    for form in (frame, frame["text"], np.array(TEXTS, object), tuple(TEXTS), frame.to_numpy()):
        np.testing.assert_array_equal(copy.transform(form), plain)
    table = clone(given).set_output(transform="pandas").fit(frame).transform(frame)
    assert table.columns.tolist() == names.tolist() and table.index.tolist() == frame.index.tolist()
    np.testing.assert_array_equal(table.to_numpy(), plain)
    assert clone(given).set_output(transform="pandas").fit_transform(TEXTS).index.tolist() == list(range(len(TEXTS)))
    assert not plain[3].any()


@pytest.mark.parametrize("given", OF_TEXTS, ids=repr)
def test_in_pipelines_and_searches(given):
    frame = pd.DataFrame({"text": TEXTS, "note": TEXTS[::-1], "year": range(len(TEXTS))})
    columns = ColumnTransformer([("text", given, "text"), ("note", given, ["note"]), ("rest", "passthrough", ["year"])])
    columns.set_output(transform="pandas").fit(frame)
    n = len(columns.named_transformers_["text"].get_feature_names_out())
    assert columns.transform(frame).shape[1] == 1 + n + len(columns.named_transformers_["note"].get_feature_names_out())
    pipeline = make_pipeline(given, LogisticRegression())
    name, option = type(given).__name__.lower(), "min_count" if isinstance(given, TermCounts) else "missing"
    search = GridSearchCV(pipeline, {f"{name}__{option}": [1, 2]}, cv=2).fit(pd.Series(TEXTS), PARTY)
    assert search.predict(["We welcome Norland.", "words never seen"]).shape == (2,)


def test_counts_are_those_of_a_loop_and_of_count_vectorizer():
    counts = TermCounts().fit(TEXTS)
    matrix = counts.transform(TEXTS)
    theirs = CountVectorizer(token_pattern=r"[^\W_]+")
    np.testing.assert_array_equal(matrix.toarray(), theirs.fit_transform(TEXTS).toarray())
    assert counts.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    assert matrix.format == "csr" and matrix.has_sorted_indices and matrix.dtype == np.int32
    assert counts.vocabulary_["norland"] == counts.get_feature_names_out().tolist().index("norland")
    pairs = TermCounts(ngram_range=(2, 2)).fit(TEXTS)
    words = "the harbour the grain".split()
    row = pairs.transform(["The harbour the grain. Unseen words of harbour the."]).toarray()[0]
    wanted = Counter(pairwise(words)) + Counter([("harbour", "the")])
    assert dict(zip(pairs.get_feature_names_out(), row)) == {
        name: wanted[tuple(name.split(" "))] for name in pairs.get_feature_names_out()
    }


@pytest.mark.parametrize("tokens", ["folded", "as written", "stemmed"])
@pytest.mark.parametrize("few", [1, 3])
def test_counts_are_those_of_term_frequency(tokens, few):
    encoded = discourse.encode_corpus(TEXTS)
    options = {"tokens": tokens, "min_count": few, "drop_stop_words": True}
    counts = TermCounts(ngram_range=(1, 2), min_documents=2, **options).fit(TEXTS)
    parts = [discourse.term_frequency(encoded, n=n, min_documents=2, **options) for n in (1, 2)]
    assert counts.get_feature_names_out().tolist() == [c for p in parts for c in p.columns]
    np.testing.assert_array_equal(counts.transform(TEXTS).toarray(), np.hstack([p.values.toarray() for p in parts]))


def test_measures_are_those_of_the_package():
    encoded = discourse.encode_corpus(TEXTS)
    scores = discourse.stance(encoded, "norland").units.assign(e=discourse.stance(encoded, "norland").values[:, 0])
    table = MentionStance("norland", missing=np.nan).set_output(transform="pandas").fit_transform(TEXTS)
    means = scores.groupby("document")["e"].mean()
    pd.testing.assert_series_equal(table["evaluation"].dropna(), means, check_names=False, check_index_type=False)
    assert table["mentions"].tolist() == [1, 2, 0, 0, 0, 1] * 2
    assert table["conflictual"].tolist()[1] == 1 and np.isnan(table["neutral"][3])
    rates = DictionaryRates(MOOD, missing=np.nan).fit_transform(TEXTS)
    np.testing.assert_array_equal(rates, discourse.dictionary_rates(encoded, MOOD).values)
    kinds = Metadiscourse().set_output(transform="pandas").fit_transform(TEXTS)
    # "may" and "perhaps" of seven tokens ("May" is a month and counted by its form).
    assert kinds["hedge"][2] > 0 and kinds["hedge"][0] == 0
    near = Metadiscourse("norland").set_output(transform="pandas").fit_transform(TEXTS)
    assert near["hedge"][2] == 0 and near["obligation"][1] == pytest.approx(1e4 / 11)


def test_keyness_by_hand_and_selected():
    X = TermCounts(sparse_output=False).fit(TEXTS).transform(TEXTS)
    y = np.array(PARTY)
    a, b = X[y == "Reds"].sum(0), X[y == "Blues"].sum(0)
    scores, p = keyness_g2(X, y)
    for k in range(X.shape[1]):
        observed = np.array([[a[k], b[k]], [a.sum() - a[k], b.sum() - b[k]]], float)
        expected = observed.sum(1, keepdims=True) * observed.sum(0) / observed.sum()
        inside = observed > 0
        assert scores[k] == pytest.approx(2 * (observed[inside] * np.log(observed[inside] / expected[inside])).sum())
    assert ((p >= 0) & (p <= 1)).all()
    alpha = 500 * (a + b) / (a.sum() + b.sum())
    odds = [np.log((n + alpha) / (n.sum() + 500 - n - alpha)) for n in (a, b)]
    np.testing.assert_allclose(keyness_log_odds(X, y), np.abs(odds[0] - odds[1]))
    for score in (keyness_g2, keyness_log_odds):
        for matrix in (X, TermCounts().fit_transform(TEXTS)):
            best = SelectKBest(score, k=3).fit(matrix, y)
            assert sorted(best.scores_[best.get_support()]) == sorted(best.scores_)[-3:]
    pipeline = make_pipeline(TermCounts(), SelectKBest(keyness_g2, k=4), LogisticRegression()).fit(TEXTS, PARTY)
    assert len(pipeline[:-1].get_feature_names_out()) == 4


def test_keyness_of_three_classes_is_the_largest_against_the_others():
    X, y = np.array([[5, 1, 2], [1, 5, 2], [1, 1, 6]]), np.array(["a", "b", "c"])
    each = [keyness_g2(X, np.where(y == name, "x", "rest"))[0] for name in y]
    np.testing.assert_allclose(keyness_g2(X, y)[0], np.max(each, axis=0))
    with pytest.raises(ValueError, match="negative"):
        keyness_g2(-X, y)
    with pytest.raises(ValueError, match="two or more"):
        keyness_g2(X, ["a"] * 3)


def test_what_is_no_list_of_texts_is_named():
    for wrong, message in (
        ("one text", "put it into a list"),
        ([1, 2], "expected texts, got int"),
        (3, "several texts"),
    ):
        with pytest.raises(discourse.DiscourseError, match=message):
            TermCounts().fit(wrong)
    with pytest.raises(discourse.DiscourseError, match="one column of texts, got 2"):
        TermCounts().fit(pd.DataFrame({"a": TEXTS, "b": TEXTS}))
    with pytest.raises(discourse.DiscourseError, match="ngram_range"):
        TermCounts(ngram_range=(2, 1)).fit(TEXTS)


def test_several_at_once_with_topics():
    topics = make_pipeline(TermCounts(drop_stop_words=True), TopicShares(2, iterations=20, seeds=1, min_rows=1, top=2))
    both = make_union(topics, MentionStance("norland")).fit(TEXTS)
    found = both.transform(TEXTS)
    assert both.get_feature_names_out().tolist()[:2] == ["pipeline__T1", "pipeline__T2"]
    np.testing.assert_allclose(found[:, :2].sum(1), 1)
    assert found[3, :2].tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match="with a fraction"):
        topics[-1].fit(np.full((20, 4), 0.5))


class OfAnyNumbers(TopicShares):
    """The checks hand over numbers with fractions, which are no counts: these are rounded up, and everything else is as it is."""

    def _whole(self, X):
        return super()._whole((10 * X).ceil() if sparse.issparse(X) else np.ceil(10 * X))


@pytest.mark.slow
def test_topic_shares_pass_the_full_check():
    given = OfAnyNumbers(2, iterations=5, seeds=1, min_rows=1, top=1)
    n = 0
    for estimator, check in estimator_checks_generator(given):
        check(estimator)
        n += 1
    assert n > 40
