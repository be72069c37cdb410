"""Codes move the model: scikit-learn as the check of the fit, shuffled codes as that of the choice of strength."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from discourse.errors import TooLittleText
from discourse.features._examples import encoded
from discourse.features.stance import CLASSES, by_the_prior, calibrate, read_mentions, weigh
from discourse.features.stance.calibration import fit_update
from discourse.features.stance.prior import softmax
from discourse.features.target import Target, mentions


def made(n, seed=1):
    """Documents whose words for hostile, plain and friendly the model cannot know."""
    rng = np.random.default_rng(seed)
    words = {"conflictual": "grumbled at", "neutral": "loitered beside", "cooperative": "yodelled for"}
    codes = np.array(CLASSES, object)[np.arange(n) % 3]
    texts = [
        f"In {rng.integers(1900, 2000)} the {rng.choice(['sea', 'moor', 'hill'])} {words[c]} Norland." for c in codes
    ]
    corpus = encoded(texts)
    parsed = read_mentions(corpus, mentions(corpus, Target("Norland", ("norland",))))
    return parsed, weigh(parsed), codes


def test_without_an_offset_the_fit_is_that_of_scikit_learn():
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(80, 4)), rng.integers(0, 3, 80)
    ours = softmax(X @ fit_update(sparse.csr_array(X), np.zeros((80, 3)), y, 0.7))
    theirs = LogisticRegression(C=0.7**2, fit_intercept=False, tol=1e-8).fit(X, y).predict_proba(X)
    assert np.allclose(ours, theirs, atol=1e-3)


def test_a_narrow_prior_leaves_the_weights_and_a_wide_one_forgets_them():
    X, y = sparse.csr_array(np.ones((50, 1))), np.zeros(50, int)
    offset = np.tile([0.0, 0.0, 3.0], (50, 1))
    assert np.abs(fit_update(X, offset, y, 1e-4)).max() < 1e-3
    assert softmax(offset[:1] + fit_update(X, offset, y, 50.0))[0, 0] > 0.95


def test_codes_teach_what_the_model_does_not_know():
    parsed, scored, codes = made(150)
    before = by_the_prior(parsed, scored).units["class_"]
    found = calibrate(parsed, scored, np.arange(0, 120), codes[:120])
    after = found.units["class_"]
    assert found.params["cross_validated"] > 0.9
    assert found.params["spread"] > 0
    assert (after[120:] == codes[120:]).mean() > 0.9 > (before[120:] == codes[120:]).mean()
    assert f1_score(codes[:120].astype(str), after[:120].astype(str), average="macro") == pytest.approx(
        found.params["cross_validated"]
    )
    again = calibrate(parsed, scored, np.arange(0, 120), codes[:120])
    assert np.array_equal(found.values, again.values)
    assert found.params["model"] == again.params["model"]


def test_codes_that_say_nothing_change_little():
    parsed, scored, codes = made(60)
    shuffled = np.random.default_rng(3).permutation(codes)
    prior = by_the_prior(parsed, scored)
    # The class that is commonest may be learned from them, but not a word.
    found = calibrate(parsed, scored, np.arange(60), shuffled)
    assert np.corrcoef(found.values[:, 0], prior.values[:, 0])[0, 1] > 0.3
    assert f1_score(shuffled.astype(str), found.units["class_"].astype(str), average="macro") < 0.6


def test_too_few_documents():
    parsed, scored, codes = made(30)
    with pytest.raises(TooLittleText, match="at least 5 documents"):
        calibrate(parsed, scored, np.arange(4), codes[:4])
