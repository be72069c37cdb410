import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from discourse.compare.keyness import bic, chi2, g2, log_odds, log_p, log_ratio

COUNTS = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(600, 20_000), st.integers(600, 20_000)).filter(
    lambda c: c[0] + c[1] > 0
)


def test_rayson_calculator(checks):
    case = checks["keyness_loglik_rayson"]
    a, b, n, m = (case[k] for k in ("a", "b", "n1", "n2"))
    value = g2(a, b, n, m, cells=2)[0]
    assert round(value, 2) == case["ll_published"]
    # The file's own recomputation, 2.6536, follows from neither form; the two-cell formula that it names gives this.
    expected = n * (a + b) / (n + m), m * (a + b) / (n + m)
    assert value == pytest.approx(2 * (a * math.log(a / expected[0]) + b * math.log(b / expected[1])), abs=1e-10)


def test_quanteda_post_war_chi2(checks):
    case = checks["keyness_chi2_quanteda_postwar"]
    for word, published, a, b in case["rows"]:
        value = chi2(a, b, case["n_target_total"], case["n_reference_total"])[0]
        assert value == pytest.approx(published, rel=1e-6), word


def test_quanteda_trump_chi2_with_yates_where_it_is_due(checks):
    case = checks["keyness_chi2_quanteda_trump2017"]
    for word, published, a, b in case["rows"]:
        value = chi2(a, b, case["n_target_total"], case["n_reference_total"], yates="auto")[0]
        assert value == pytest.approx(published, rel=2 * case["max_rel_err"]), word


def test_quanteda_trump_g2(checks):
    case = checks["keyness_G2_quanteda_trump2017_smoothed"]
    for word, published, a, b in case["rows"]:
        value = g2(a, b, case["n_target_total"], case["n_reference_total"], yates="auto")[0]
        assert value == pytest.approx(published, rel=1.1 * case["max_rel_err"]), word


@given(COUNTS)
def test_equal_to_scipy(counts):
    a, b, n, m = counts
    table = [[a, b], [n - a, m - b]]
    sign = 1 if a / n >= b / m else -1
    for ours, name, correction in (
        (g2(a, b, n, m), "log-likelihood", False),
        (chi2(a, b, n, m), "pearson", False),
        (chi2(a, b, n, m, yates=True), "pearson", True),
    ):
        theirs = chi2_contingency(table, correction=correction, lambda_=name)
        assert ours[0] == pytest.approx(sign * theirs.statistic, rel=1e-6, abs=1e-8)
        if theirs.pvalue > 1e-300:
            assert log_p(ours)[0] == pytest.approx(np.log(theirs.pvalue), rel=1e-6, abs=2e-6)


def test_p_values_never_read_zero():
    assert np.isfinite(log_p(np.array([5000.0])))[0]


@given(COUNTS, st.floats(1, 5000))
def test_log_odds_by_the_formula(counts, alpha0):
    a, b, n, m = counts
    alpha = alpha0 * (a + b) / (n + m)
    expected = np.log((a + alpha) / (n + alpha0 - a - alpha)) - np.log((b + alpha) / (m + alpha0 - b - alpha))
    assert log_odds(a, b, n, m, alpha0=alpha0)[0] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert log_odds(b, a, m, n, alpha0=alpha0)[0] == pytest.approx(-expected, rel=1e-9, abs=1e-12)


def test_log_ratio_and_bic_by_hand():
    # Hardie (2014): a word eight times as frequent has a Log Ratio of 3.
    assert log_ratio(80, 10, 1000, 1000)[0] == pytest.approx(3)
    assert log_ratio(8, 0, 1000, 1000)[0] == pytest.approx(4), "none counts as half an occurrence"
    assert bic(52, 57, 50_000, 75_000)[0] == pytest.approx(g2(52, 57, 50_000, 75_000)[0] - np.log(125_000))
