import numpy as np
import pytest
from scipy import stats

from discourse.compare.composition import Fits, Spread, composed, spread_of, widened
from discourse.compare.quantities import Contrast, Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design

GROUPS = np.repeat([0, 1], [14, 22])


def planted(seed, n_fits=5, n_draws=4, between=0.0, within=0.0, items=3):
    """Tokens of topics by document, of 100 tokens each, in several fits and draws."""
    rng = np.random.default_rng(seed)
    base = rng.normal(40, 6, (len(GROUPS), items))
    fits = base + between * rng.normal(size=(n_fits, 1, items)) * (GROUPS == 0)[None, :, None]
    draws = fits[:, None] + within * rng.normal(size=(n_fits, n_draws, len(GROUPS), items))
    labels = [f"T{k + 1}" for k in range(items)]
    return Quantities("topics", fits.mean(0), np.full(len(GROUPS), 100.0), labels, 100.0, bounds=(0, 100)), Fits(
        fits, draws
    )


@pytest.fixture
def design():
    return Design(GROUPS, ["a", "b"], resamples=300)


def test_spread_equals_a_loop(design):
    q, fits = planted(1, between=3, within=2)
    for contrast in (pair(design, 0, 1), Contrast("a", [(1.0, [0])], "level")):
        spread = spread_of(q, fits, design, contrast)

        def estimate(y, item, contrast=contrast):
            return sum(c * y[np.isin(GROUPS, g), item].sum() / np.isin(GROUPS, g).sum() for c, g in contrast.parts)

        for item in range(3):
            means = [estimate(y, item) for y in fits.means]
            drawn = [[estimate(y, item) for y in fit] for fit in fits.draws]
            assert spread.by_fit[:, item] == pytest.approx(means)
            assert spread.between[item] == pytest.approx(np.var(means, ddof=1))
            assert spread.within[item] == pytest.approx(np.mean([np.var(d, ddof=1) for d in drawn]))


def test_without_variance_of_the_model_the_intervals_are_those_of_documents(design):
    q, fits = planted(2, items=1)
    contrasts = [pair(design, 0, 1)]
    ours, plain = composed(q, fits, design, contrasts).table, compare(q, design, contrasts).table
    for column in ("estimate", "low", "high", "low_document", "high_document"):
        assert ours[column].to_numpy() == pytest.approx(plain[column].to_numpy())
    assert (ours["share_fits"] == 0).all() and (ours["sd_fits"] == 0).all()


def test_fits_are_combined_as_statsmodels_combines_multiple_imputations():
    mice = pytest.importorskip("statsmodels.imputation.mice")
    means, error = np.array([[1.0, 3.0], [1.6, 2.0], [0.7, 2.9], [1.2, 3.6], [1.9, 3.1]]), 0.5
    model = mice.MICE.__new__(mice.MICE)  # the rule alone: it combines results, whatever made them

    class Result:
        def __init__(self, value):
            self.params, self.scale, self._results = value, 1.0, self

        def cov_params(self):
            return error**2 * np.eye(2)

    model.model_class = None
    model.results_list, model.exog_names, model.endog_names = [Result(v) for v in means], ["x", "z"], "y"
    theirs = model.combine()
    spread = Spread(means, means.var(0, ddof=1), np.zeros(2), 5, 1)
    half, share = widened(np.full(2, error * stats.norm.ppf(0.975)), spread, 0.95)
    assert share == pytest.approx(np.asarray(theirs.frac_miss_info))
    assert half / stats.t.ppf(0.975, 4 / share**2) == pytest.approx(np.asarray(theirs.bse))


def test_the_family_and_few_fits_widen():
    spread = Spread(np.zeros((5, 1)), np.zeros(1), np.zeros(1), 5, 1)
    half, _ = widened(np.array([1.0]), spread, 0.95, family=12)
    assert half[0] == pytest.approx(stats.norm.ppf(1 - 0.05 / 24) / stats.norm.ppf(0.975))
    some = Spread(np.zeros((5, 1)), np.ones(1), np.zeros(1), 5, 1)
    more = Spread(np.zeros((50, 1)), np.ones(1), np.zeros(1), 50, 1)
    assert widened(np.ones(1), some, 0.95)[0] > widened(np.ones(1), more, 0.95)[0]
    nothing = widened(np.zeros(1), spread, 0.95)
    assert nothing[0] == [0.0] and nothing[1] == [0.0]


def test_a_difference_of_the_fits_is_not_taken_for_one_of_the_groups():
    """The two groups are alike; each fit moves one of them by a number of its own."""
    wrong, plain = 0, 0
    for seed in range(60):
        design = Design(GROUPS, ["a", "b"], resamples=200, seed=seed)
        q, fits = planted(seed, between=3)
        contrasts = [pair(design, 0, 1)]
        for found, table in (("c", composed(q, fits, design, contrasts)), ("p", compare(q, design, contrasts))):
            rows = table.table[table.table["contrast"] == "difference"]
            out = bool(((rows["low"] > 0) | (rows["high"] < 0)).any())
            wrong, plain = wrong + (found == "c" and out), plain + (found == "p" and out)
    # 60 runs: more than 7 of them at a rate of 5% have a probability below 0.01.
    assert wrong <= 7 < plain


def test_levels_stay_within_what_is_possible(design):
    q, fits = planted(3, between=30, within=40)
    table = composed(q, fits, design, [pair(design, 0, 1)]).table
    levels = table[table["contrast"] == "level"]
    assert (levels["low"] >= 0).all() and (levels["high"] <= 100).all()
    assert (table["share_fits"].dropna() <= 1).all()
