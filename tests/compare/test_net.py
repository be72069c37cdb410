"""Differences net of the background: against a loop, against a bootstrap of statsmodels' kind, and their coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse, stats

from discourse.compare.keyness import informed_prior, log_odds
from discourse.compare.net import Net, Regions, compare_net
from discourse.compare.resample import Design


def regions(rng, n, items, rate_in, rate_out):
    """Documents of unequal lengths, some without the target, with bursty words."""
    n_in = rng.integers(0, 60, n).astype(float)
    n_out = rng.integers(100, 900, n).astype(float)
    burst = rng.gamma(3.0, 1 / 3.0, (n, items))
    inside, outside = rng.poisson(n_in[:, None] * rate_in * burst), rng.poisson(n_out[:, None] * rate_out * burst)
    return Regions(sparse.csr_array(inside.astype(float)), sparse.csr_array(outside.astype(float)), n_in, n_out)


def test_levels_and_errors_by_a_loop():
    rng = np.random.default_rng(1)
    r = regions(rng, 25, 3, 0.02, 0.01)
    priors = (informed_prior(r.inside, r.n_inside, 20.0), informed_prior(r.outside, r.n_outside, 200.0))
    study = rng.random((4, 25)) < 0.5
    estimate, error = Net(r, priors).difference(study)
    y, z = r.inside.toarray(), r.outside.toarray()

    def level(rows, k):
        value, added = 0.0, np.zeros(len(rows))
        floor = 0.0
        for counts, tokens, (prior, weight), sign in ((y, r.n_inside, priors[0], 1), (z, r.n_outside, priors[1], -1)):
            a = sum(counts[i, k] for i in rows) + weight * prior[k]
            b = sum(tokens[i] for i in rows) + weight - a
            value += sign * np.log(a / b)
            added += sign * np.array([counts[i, k] / a - (tokens[i] - counts[i, k]) / b for i in rows])
            floor += 1 / a
        return value, max(len(rows) * added.var(ddof=1), floor)

    for d in range(4):
        for k in range(3):
            (one, v), (two, u) = level(np.flatnonzero(study[d]), k), level(np.flatnonzero(~study[d]), k)
            assert estimate[d, k] == pytest.approx(one - two, rel=1e-9)
            assert error[d, k] == pytest.approx(np.sqrt(v + u), rel=1e-6)


def test_net_is_the_difference_of_two_log_odds_ratios():
    rng = np.random.default_rng(2)
    r = regions(rng, 40, 4, 0.02, 0.01)
    design = Design(np.repeat([0, 1], 20), ["a", "b"], resamples=100)
    found = compare_net(r, design, alpha0=30.0, alpha0_outside=300.0)
    ratios = []
    for counts, tokens, alpha0 in ((r.inside, r.n_inside, 30.0), (r.outside, r.n_outside, 300.0)):
        prior, weight = informed_prior(counts, tokens, alpha0)
        a, b = (counts.toarray()[g].sum(0) for g in (slice(0, 20), slice(20, 40)))
        ratios.append(log_odds(a, b, tokens[:20].sum(), tokens[20:].sum(), prior=prior, alpha0=weight))
    assert found["net"].to_numpy() == pytest.approx(ratios[0] - ratios[1], rel=1e-9)
    assert found["background"].to_numpy() == pytest.approx(ratios[1], rel=1e-9)


def test_a_word_that_rises_everywhere_is_no_net_difference():
    """One word doubles near the target and elsewhere, one only near it: the second alone is clear."""
    rng = np.random.default_rng(3)
    n, half = 240, 120
    factor_in, factor_out = np.ones((n, 12)), np.ones((n, 12))
    factor_in[:half, 0], factor_out[:half, 0] = 3, 3
    factor_in[:half, 1] = 3
    r = regions(rng, n, 12, 0.02 * factor_in, 0.02 * factor_out)
    found = compare_net(
        r, Design(np.repeat([0, 1], half), ["a", "b"], resamples=400), alpha0=50.0, alpha0_outside=500.0
    )
    assert found["net_low"][1] > 0
    assert found["net_p_family"][1] < 0.01
    rest = found.drop(1)
    assert ((rest["net_low"] < 0) & (rest["net_high"] > 0)).all()
    assert found["background"][0] > 0.8


def test_unmeasured_without_clusters_in_a_group():
    r = regions(np.random.default_rng(4), 20, 2, 0.02, 0.01)
    cluster = np.array(["x"] * 10 + [f"y{k}" for k in range(10)], object)
    found = compare_net(
        r, Design(np.repeat([0, 1], 10), ["a", "b"], cluster, resamples=100), alpha0=9.0, alpha0_outside=9.0
    )
    assert found["net_low_pointwise"].isna().all()
    assert np.isfinite(found["net"]).all()


@pytest.mark.slow
def test_the_intervals_cover():
    """Words that rise by half everywhere, and near the target by as much again: 95% intervals hold the truth of unbursty means."""
    runs, inside = 240, 0
    truth = np.log(1.5)
    for run in range(runs):
        rng = np.random.default_rng([5, run])
        factor = np.where(np.arange(200) < 100, 1.5, 1.0)[:, None]
        r = regions(rng, 200, 1, 0.012 * factor**2, 0.012 * factor)
        design = Design(np.repeat([0, 1], 100), ["a", "b"], resamples=300, seed=run)
        row = compare_net(r, design, alpha0=5.0, alpha0_outside=50.0).iloc[0]
        inside += row["net_low_pointwise"] < truth < row["net_high_pointwise"]
    # No evidence against 95% at the 1% level.
    assert stats.binomtest(inside, runs, 0.95).pvalue > 0.01, inside / runs


def test_what_few_documents_contain_has_no_interval_of_its_own():
    r = regions(np.random.default_rng(6), 80, 1, 0.02, 0.01)
    inside = r.inside.toarray()
    inside[9:40] = 0
    few = Regions(sparse.csr_array(inside), r.outside, r.n_inside, r.n_outside)
    design = Design(np.repeat([0, 1], 40), ["a", "b"], resamples=100)
    assert (inside[:40] > 0).sum() < 10
    assert np.isfinite(compare_net(r, design, alpha0=9.0, alpha0_outside=9.0)["net_low_pointwise"][0])
    assert np.isnan(compare_net(few, design, alpha0=9.0, alpha0_outside=9.0)["net_low_pointwise"][0])
