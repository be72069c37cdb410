"""Partial pooling against statsmodels, the design effect against plain loops and simulated speakers."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.stats.meta_analysis import combine_effects

from discourse.compare.design_effect import design_effect
from discourse.compare.pooled import difference, pooled, random_effects
from discourse.compare.quantities import Quantities, pair
from discourse.compare.resample import Design


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.05, 4)), min_size=3, max_size=12))
@settings(max_examples=40, deadline=None)
@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.InvalidTestWarning")
@pytest.mark.filterwarnings("ignore:.*use_t=True.*")
def test_random_effects_are_those_of_statsmodels(values):
    effect, variance = np.array(values).T
    assume(np.ptp(effect) > 0.1)
    theirs = combine_effects(effect, variance, method_re="iterated", use_t=True)
    ours = random_effects(effect, variance)
    assert ours.between == pytest.approx(theirs.tau2, abs=1e-4)
    assert ours.mean == pytest.approx(theirs.mean_effect_re, abs=1e-4)
    assert ours.error == pytest.approx(theirs.sd_eff_w_re_hksj, abs=1e-4)
    half = stats.t.ppf(0.975, ours.df) * ours.error
    assert (ours.mean - half, ours.mean + half) == pytest.approx(theirs.conf_int()[3], abs=1e-3)


def speeches(seed=4, between=3.0, speakers=12, each=6):
    """Means of the mentions of a document: those of a speaker vary around a level of the speaker's own."""
    rng = np.random.default_rng(seed)
    speaker = np.repeat([f"s{k:02}" for k in range(2 * speakers)], each).astype(object)
    own = np.repeat(rng.normal(5, between, 2 * speakers), each)
    y = own + rng.normal(0, 2, len(own))
    q = Quantities("means", y[:, None], np.ones(len(y)), ["x"], bounds=(-np.inf, np.inf))
    return q, Design(np.repeat([0, 1], speakers * each), ["a", "b"], speaker, "speaker"), speaker


def test_a_typical_speaker_is_that_of_a_mixed_model():
    q, design, speaker = speeches()
    ours = pooled(q, design, 0)
    inside = design.group == 0
    fit = MixedLM(q.y[inside, 0], np.ones(inside.sum()), groups=speaker[inside]).fit()
    assert ours.effects.mean == pytest.approx(fit.fe_params[0], abs=1e-6)
    assert ours.effects.between == pytest.approx(
        fit.cov_re.to_numpy()[0, 0] if hasattr(fit.cov_re, "to_numpy") else fit.cov_re[0, 0], rel=0.02
    )
    assert ours.effects.error == pytest.approx(fit.bse_fe[0], rel=0.02)
    own = ours.clusters.set_index("cluster")["pooled"] - ours.effects.mean
    for name, value in fit.random_effects.items():
        assert own[name] == pytest.approx(float(np.asarray(value)[0]), abs=0.02)
    assert (ours.clusters["low"] < ours.clusters["pooled"]).all()
    estimate, low, high = difference(ours, pooled(q, design, 1), 0.95)
    assert low < estimate < high


def test_pooled_levels_stay_within_bounds_and_few_clusters_have_none():
    speaker = np.array(list("aabbcc"), object)
    design = Design(np.zeros(6, int), ["a"], speaker, "speaker")
    q = Quantities("rate", np.array([[0], [0], [0], [0], [9], [30.0]]), np.full(6, 100.0), ["x"], 100)
    found = pooled(q, design, 0)
    assert found.low == 0 and (found.clusters["low"] >= 0).all()
    two = Design(np.zeros(6, int), ["a"], np.array(list("aaabbb"), object), "speaker")
    assert pooled(q, two, 0) is None
    assert pooled(q, Design(np.zeros(6, int), ["a"], np.array(list("abcdef"), object), "speaker"), 0) is None


def test_the_design_effect_by_a_plain_loop():
    q, design, speaker = speeches(speakers=8, each=4)
    found = design_effect(q, design, pair(design, 0, 1), speaker)
    over_documents = over_speakers = 0.0
    for g in (0, 1):
        values = q.y[design.group == g, 0]
        over_documents += values.var(ddof=1) / len(values)
        means = values.reshape(8, 4).mean(1)
        over_speakers += means.var(ddof=1) / 8
    assert found.effect[0] == pytest.approx(over_speakers / over_documents, rel=0.08)
    assert found.effect[0] >= over_speakers / over_documents - 1e-9
    assert found.labels == 8
    # The analysis of variance within both groups.
    groups = [q.y[design.group == g, 0].reshape(8, 4) for g in (0, 1)]
    between = sum(4 * ((m.mean(1) - m.mean()) ** 2).sum() for m in groups) / 14
    within = sum(((m - m.mean(1, keepdims=True)) ** 2).sum() for m in groups) / 48
    assert found.correlation[0] == pytest.approx((between - within) / (between + 3 * within))


def test_speakers_who_do_not_matter_have_no_design_effect():
    effects = []
    for seed in range(60):
        q, design, speaker = speeches(seed, between=0.0)
        effects.append(design_effect(q, design, pair(design, 0, 1), speaker).effect[0])
    assert np.median(effects) == pytest.approx(1, abs=0.15)
    assert np.mean(np.array(effects) > 1.3) < 0.3


def test_people_in_both_groups_make_no_contrast_vary_more():
    """The same 30 speakers in both groups: what each of them is used to say cancels."""
    rng = np.random.default_rng(1)
    speaker = np.tile(np.repeat([f"s{k}" for k in range(30)], 4), 2).astype(object)
    own = np.tile(np.repeat(rng.normal(0, 3, 30), 4), 2)
    y = own + rng.normal(0, 1, 240)
    design = Design(np.repeat([0, 1], 120), ["a", "b"])
    q = Quantities("means", y[:, None], np.ones(240), ["x"], bounds=(-np.inf, np.inf))
    found = design_effect(q, design, pair(design, 0, 1), speaker)
    assert found.correlation[0] > 0.8 and found.effect[0] < 0.5


def test_too_few_labels_have_no_design_effect():
    q, design, speaker = speeches(speakers=4)
    assert design_effect(q, design, pair(design, 0, 1), speaker) is None
    q, design, speaker = speeches(each=1)
    assert design_effect(q, design, pair(design, 0, 1), speaker) is None
