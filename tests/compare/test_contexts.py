"""Cosines, distances and embedding regression: against loops, another library, and simulations with a known truth."""

import numpy as np
import pandas as pd
import pytest

from discourse.compare.contexts import MeanVectors, compare_contexts, contexts_of, cosines
from discourse.compare.deflated import distances, embedding_regression, mean_and_noise
from discourse.compare.notes import note_text
from discourse.compare.quantities import Quantities, against_rest, pair, trend
from discourse.compare.resample import Design
from discourse.features.vectors import Vectors
from discourse.types import Features


def mentions(rng, sizes, means, spread=1.0, per_document=3):
    """Vectors of mentions in documents of some groups: a share of the noise belongs to the document."""
    rows, document, group = [], [], []
    for g, size in enumerate(sizes):
        for _ in range(size):
            own = rng.normal(0, spread / 2, len(means[g]))
            n = rng.integers(1, per_document + 1)
            rows.append(means[g] + own + rng.normal(0, spread, (n, len(means[g]))))
            document += [len(group)] * n
            group.append(g)
    found = Features(
        "contexts", np.concatenate(rows), list("abcdefghij"[: len(means[0])]), pd.DataFrame({"document": document})
    )
    return found, np.array(group)


MEANS = np.array([[1.0, 0, 0, 1], [0, 1.0, 0.5, 0], [1, 1, 1, 1.0]])
WORDS = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0], [0, 0, -1, 2]])


@pytest.fixture(scope="module")
def three():
    found, group = mentions(np.random.default_rng(1), (15, 20, 30), MEANS, 0.6)
    cluster = np.array([f"d{k // 2}" for k in range(len(group))])
    return contexts_of(found, len(group)), Design(group, ["a", "b", "c"], cluster, "day", resamples=300, seed=3), found


def naive(rows, weights):
    """Mean of documents drawn as often as the weights say, and the sum of the squared standard errors of its dimensions."""
    drawn = [rows[k] for k in np.flatnonzero(weights) for _ in range(int(weights[k]))]
    y, n = np.array([r.sum(0) for r in drawn]), np.array([len(r) for r in drawn])
    mean = y.sum(0) / n.sum()
    moves = (y - mean * n[:, None]) / n.sum()
    return mean, float((moves**2).sum() * len(n) / (len(n) - 1)), moves


def test_means_errors_and_cosines_equal_a_loop_over_documents(three):
    q, design, found = three
    rows = [found.values[found.units["document"] == d] for d in design.documents(0)]
    weights = np.vstack([np.ones(15), design.draws(0, 15, "document")[:4]])
    y, n = q.y[design.documents(0)], q.x[design.documents(0), 0]
    mean, noise = mean_and_noise(y, n, weights)
    value, error = MeanVectors(y, n, weights, 0.05).cosines(WORDS)
    for k, w in enumerate(weights):
        m, e, moves = naive(rows, w)
        np.testing.assert_allclose(mean[k], m)
        assert noise[k] == pytest.approx(e)
        length = np.sqrt(m @ m - 0.05)
        np.testing.assert_allclose(value[k], WORDS @ m / length)
        # The error by the chain rule, from numerical derivatives of the cosine.
        for j, word in enumerate(WORDS):
            step = [1e-6 * np.eye(4)[d] for d in range(4)]
            slope = [(word @ (m + s) / np.sqrt((m + s) @ (m + s) - 0.05) - value[k, j]) / 1e-6 for s in step]
            u = len(moves)
            assert error[k, j] == pytest.approx(np.sqrt(((moves @ slope) ** 2).sum() * u / (u - 1)), rel=1e-4)


def test_levels_and_contrasts_of_three_groups(three):
    q, design, found = three
    contrasts = [pair(design, 1, 0), against_rest(design, 2, [0, 1, 2]), trend(design, [0, 1, 2])]
    table = cosines(q, design, contrasts, list("wxyz"), WORDS, unit="cluster").table
    assert len(table) == 6 * 4
    unit = WORDS / np.linalg.norm(WORDS, axis=1, keepdims=True)

    def level(groups):
        # Clusters of the two documents of a day that are in one group.
        inside = np.flatnonzero(np.isin(design.group, groups))
        days = pd.Series(list(zip(design.group[inside], design.cluster[inside])))
        rows = [
            np.concatenate([found.values[found.units["document"] == inside[k]] for k in part.index])
            for _, part in days.groupby(days)
        ]
        mean, noise, _ = naive(rows, np.ones(len(rows)))
        return unit @ mean / np.sqrt(mean @ mean - noise)

    of = {name: part["estimate"].to_numpy() for name, part in table.groupby("stratum")}
    np.testing.assert_allclose(of["b"], level([1]))
    np.testing.assert_allclose(of["b - a"], level([1]) - level([0]))
    np.testing.assert_allclose(of["c - the rest"], level([2]) - level([0, 1]))
    np.testing.assert_allclose(of[contrasts[2].name], (level([2]) - level([0])) / 2)
    assert (table["low"] < table["estimate"]).all() and (table["estimate"] < table["high"]).all()
    # The same numbers whatever else is in the family; wider intervals with more words.
    alone = cosines(q, design, contrasts[:1], ["w"], WORDS[:1], unit="cluster").table.set_index("stratum")
    first = table[table["item"] == "w"].set_index("stratum")
    assert alone.loc["a", "estimate"] == first.loc["a", "estimate"]
    assert alone.loc["a", "high"] < first.loc["a", "high"]


def test_blocks_of_words_change_nothing(three, monkeypatch):
    q, design, _ = three
    whole = cosines(q, design, [pair(design, 0, 1)], list("wxyz"), WORDS).table
    monkeypatch.setattr("discourse.compare.contexts.BLOCK", 3)
    parts = cosines(q, design, [pair(design, 0, 1)], list("wxyz"), WORDS).table
    pd.testing.assert_frame_equal(whole, parts)


def test_too_little_text_and_few_units():
    found, group = mentions(np.random.default_rng(2), (9, 12, 30), MEANS, 0.4)
    design = Design(
        group, ["a", "b", "c"], np.where(group == 2, "one", [f"d{k}" for k in range(len(group))]), "day", resamples=200
    )
    result = compare_contexts(
        found,
        design,
        [pair(design, 0, 1), pair(design, 1, 2)],
        ["w"],
        vectors=Vectors(("w",), WORDS[:1]),
        unit="cluster",
    )
    rows = result.cosines.table.set_index("stratum")
    said = note_text(rows.loc["a"], "day")
    assert said == f"too little text (n = {rows.loc['a', 'n_mentions']} in 9 documents; it needs 20 in 10)"
    assert np.isnan(rows.loc["a", "estimate"]) and np.isnan(rows.loc["a - b", "estimate"])
    assert rows.loc["b", "low"] < rows.loc["b", "high"]
    assert note_text(rows.loc["c"], "day") == "no interval: 1 days in a group, 5 needed"
    # Neither pair has a distance: too little text in one, a single day in the other.
    assert result.distances.empty


def test_a_group_of_noise_alone_has_no_cosine():
    """Where the noise is larger than the mean, its direction is unknown."""
    y = np.tile([[1.0, 0], [-1, 0], [0, 1], [0, -1]], (10, 1))
    q = Quantities("contexts", y, np.ones(40), ["a", "b"], bounds=(-np.inf, np.inf))
    design = Design(np.zeros(40, int), ["g"], resamples=200)
    row = cosines(q, design, [], ["w"], np.eye(2)[:1]).table.iloc[0]
    assert np.isnan(row["estimate"]) and np.isnan(row["low"]) and note_text(row) == "too little text"


def test_distances_are_deflated_and_tested(three):
    """Green et al. (2025): where nothing differs the plain distance is noise, the deflated one 0 on average."""
    q, design, _ = three
    table = distances(q, design, [pair(design, 0, 1)], unit="cluster").iloc[0]
    assert table["squared"] - table["noise"] == table["deflated"] and table["p"] == pytest.approx(1 / 301)
    rng, plain, deflated, p = np.random.default_rng(8), [], [], []
    for _ in range(60):
        found, group = mentions(rng, (16, 25), np.array([MEANS[0], MEANS[0]]))
        two = Design(group, ["a", "b"], resamples=99, seed=int(rng.integers(1e6)))
        row = distances(contexts_of(found, len(group)), two, [pair(two, 0, 1)]).iloc[0]
        plain.append(row["squared"])
        deflated.append(row["deflated"])
        p.append(row["p"])
    error = np.std(deflated) / np.sqrt(60)
    assert abs(np.mean(deflated)) < 3 * error < np.mean(plain)
    assert np.mean(np.array(p) <= 0.1) < 0.22  # 6 of 60 expected, standard deviation 2.3


def test_intervals_cover_together():
    """Ten words and one group of 20 documents in 40 dimensions: simultaneous 95% intervals; plain cosines are too small."""
    rng, words = np.random.default_rng(9), np.random.default_rng(10).normal(size=(10, 40))
    mean = words[0] / np.linalg.norm(words[0])
    true = words @ mean / np.linalg.norm(words, axis=1)
    covered, bias, plain = [], [], []
    for k in range(120):
        y = rng.normal(mean, 0.5, (20, 40))
        q = Quantities("contexts", y, np.ones(20), [str(d) for d in range(40)], bounds=(-np.inf, np.inf))
        table = cosines(q, Design(np.zeros(20, int), ["g"], resamples=200, seed=k), [], list("abcdefghij"), words).table
        covered.append(((table["low"] <= true) & (true <= table["high"])).all())
        bias.append(table["estimate"][0] - true[0])
        plain.append(table["plain"][0] - true[0])
    assert np.mean(covered) >= 0.89  # 95% less three standard errors
    assert abs(np.mean(bias)) < 0.02 and np.mean(plain) < -0.1


def test_regression_equals_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(11)
    x = pd.DataFrame({"party": rng.integers(0, 2, 60), "age": rng.normal(size=60)})
    values, cluster = rng.normal(size=(60, 3)) + x[["party"]].to_numpy(), rng.integers(0, 12, 60)
    for groups, options in (
        (None, {"cov_type": "HC1"}),
        (cluster, {"cov_type": "cluster", "cov_kwds": {"groups": cluster}}),
    ):
        fits = [sm.OLS(values[:, k], sm.add_constant(x)).fit(**options) for k in range(3)]
        table = embedding_regression(values, x, groups)
        np.testing.assert_allclose(table["squared"], sum(f.params**2 for f in fits))
        np.testing.assert_allclose(table["noise"], sum(f.bse**2 for f in fits))
