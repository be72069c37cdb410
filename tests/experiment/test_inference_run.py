"""The inference in a whole run: contrasts, verdicts, mix, choices, refusals, and what bad settings are told."""

import re

import numpy as np
import pandas as pd
import pytest

from discourse.analyses.outcome import Certainty, Doubt
from discourse.analyses.review.choices import explained
from discourse.analyses.review.serial import Weeks
from discourse.analyses.review.verdict import judge, with_weeks
from discourse.errors import ConfigError, UsageError
from discourse.experiment.document import Document
from discourse.features._examples import encoded
from discourse.features.frequency import term_counts
from discourse.report.blocks import Figure, Table
from discourse.report.templates import render

DIFFERS, MAY_DIFFER, INCONCLUSIVE = Certainty.DIFFERS, Certainty.MAY_DIFFER, Certainty.INCONCLUSIVE
EVALUATION = ("evaluation", "Norland")
NO_CLUSTER = (", cluster: minister", "")
MULTIVERSE = """multiverse:
  stop_words: [drop]
  ngrams: [2]
  window: [4]
  half_distance: [6]
  tokens: [stemmed, as written]
  prior: [100]
  k: [3]
  unit: [document]
  exclusions: {without the first: [s000]}
"""


@pytest.mark.slow
def test_three_groups_with_all_contrasts(experiment):
    experiment.change(
        ("  Before the treaty: {before: 2010-01-01}", "  Early: {before: 2000-01-01}\n  Before the treaty: {from: 2000-01-01, before: 2010-01-01}"),
        ("reference: Before the treaty, cluster: minister}",
         "reference: Before the treaty, pairs: [[After the treaty, Early]], each_against_rest: true, trend: true}"),
    )  # fmt: skip
    results = experiment.compute()
    report = Document(results.graph).report()
    tests = next(b for b in report.blocks if isinstance(b, Table) and b.name == "tests").frame
    assert list(dict.fromkeys(tests["contrast"])) == ["difference", "trend", "pair", "rest"]
    assert tests.groupby("contrast", sort=False).size().to_dict() == {"difference": 2, "trend": 2, "pair": 2, "rest": 6}
    assert (tests["q"] >= tests["p"] - 1e-12).all()
    own = results.outcomes["salience", "Norland"].table.set_index("stratum")["estimate"]
    level = [own[g] for g in ("Early", "Before the treaty", "After the treaty")]
    trend = "trend from Early to After the treaty, per group"
    assert own[trend] == pytest.approx((level[2] - level[0]) / 2)
    found = tests[tests["item"] == "salience"].set_index("stratum")["estimate"]
    assert found["After the treaty - Early"] == pytest.approx(level[2] - level[0])
    assert len(results.further) == 4
    pairs = results.further["After the treaty - Early"].found("frequency").keyness[1].table
    assert (pairs["q"] >= np.exp(pairs["log_p"]) - 1e-12).all()
    (further,) = results.found("frequency").further
    assert further.contrast.name == trend
    rises = further.table.set_index("item")["estimate"]
    rate = {}
    for name, part in (("Early", experiment.rows[:10]), ("After the treaty", experiment.rows[20:])):
        words = re.findall(r"\w+", " ".join(r["text"] for r in part).lower())
        rate[name] = 1e4 * words.count("garden") / len(words)
    assert rises["garden"] == pytest.approx((rate["After the treaty"] - rate["Early"]) / 2)
    assert {f.contrast.name for f in results.found("topics").further} == {trend}
    evaluation = tests[tests["item"] == "evaluation"].set_index("stratum")
    assert evaluation.loc[trend, "p"] < 0.05, "later speeches are friendlier"
    assert set(results.found("verdict").trends) == {("salience", "Norland"), EVALUATION}


@pytest.mark.slow
def test_a_planted_difference_differs_and_the_mix_is_inferred(experiment):
    """Friendlier after the treaty at every venue; half of the venues are halls before it, most after it."""
    experiment.column("venue", lambda k, r: "hall" if k % 2 or (k >= 20 and k % 3) else "square")
    results = experiment.change(NO_CLUSTER).compute()
    assert results.found("verdict").judged[EVALUATION].certainty in (DIFFERS, MAY_DIFFER)
    noise, mix = results.found("noise"), results.found("mix")
    tests = noise.tests.set_index(["contrast", "target", "item"])
    assert float(tests.loc[("difference", "Norland", "evaluation"), "p"]) < 0.01
    composition = mix.compositions[EVALUATION]
    parts = composition.parts["venue"].set_index("part")["estimate"]
    assert parts.drop("difference").sum() == pytest.approx(parts["difference"], abs=1e-9)
    assert parts["difference"] == pytest.approx(results.outcomes[EVALUATION].difference()["estimate"], abs=1e-9)
    assert abs(parts["within"]) > abs(parts["mix"])
    assert "speaker" in composition.refusals, "no minister speaks before and after the treaty"
    mixes = mix.items["topics", ""]
    sums = mixes[mixes["part"] != "difference"].groupby("item")["estimate"].sum()
    whole = mixes[mixes["part"] == "difference"].set_index("item")["estimate"]
    assert set(mixes["column"]) == {"venue"}
    assert sums.to_dict() == pytest.approx(whole.to_dict(), abs=1e-9)
    table = results.found("topics").prevalence.table
    assert whole.to_dict() == pytest.approx(
        table[table["contrast"] == "difference"].set_index("item")["estimate"].to_dict(), abs=1e-9
    )
    assert len(results.found("influence").units[EVALUATION]["document"]) == 40
    halves = noise.halves[EVALUATION]
    assert set(halves) == {"After the treaty", "Before the treaty"}
    assert all(len(v) == 300 for v in halves.values())


def by_weeks(small, date, *more):
    """Three speeches a week, without a cluster."""
    small.column("date", date)
    return small.change(
        NO_CLUSTER, ("2010-01-01", "2010-03-01"), ("{resamples: 300}", "{resamples: 300, min_documents: 5}"), *more
    )


def test_weeks_are_shown_beside_documents_and_must_agree(small):
    """The same numbers as with weeks named as the cluster; a verdict holds only where both units find the difference."""
    monday = pd.Timestamp("2010-01-11")
    small = by_weeks(small, lambda k, r: str((monday + pd.Timedelta(k // 3, "W") + pd.Timedelta(k % 3, "D")).date()))
    results = small.compute()
    found = results.found("serial")
    assert found.weeks == Weeks.EXAMINED
    table = found.table.set_index(["target", "item"])
    assert table[["n_study", "n_reference"]].drop_duplicates().to_numpy().tolist() == [[7, 7]]
    named = small.change(("reference: Before the treaty", "reference: Before the treaty, cluster: week")).compute()
    assert named.found("serial").table.empty
    tests = named.found("noise").tests
    tests = tests[(tests["contrast"] == "difference") & (tests["unit"] == "week")].set_index(["target", "item"])
    for identity, row in named.outcomes.items():
        if identity[0] not in ("salience", "evaluation"):
            continue
        ours, difference = table.loc[identity[::-1]], row.difference()
        assert (ours["low"], ours["high"]) == pytest.approx((difference["low"], difference["high"]), nan_ok=True)
        assert ours["p_family"] == pytest.approx(tests.loc[identity[::-1], "p_family"])
    judged = judged_by()
    for low, p, certainty in (
        (0.5, 0.01, DIFFERS),
        (np.nan, 0.01, DIFFERS),
        (-0.5, 0.01, MAY_DIFFER),
        (0.5, 0.2, MAY_DIFFER),
    ):
        weeks = pd.Series({"low": low, "high": low + 3, "p_family": p})
        assert with_weeks(judged, weeks, 0.05).certainty == certainty


@pytest.mark.parametrize(
    ("date", "weeks"),
    [
        (lambda k: k % 20, Weeks.SHARED),
        (lambda k: 14 * k, Weeks.SPARSE),
        (lambda k: (k - 20) // 2, Weeks.FEW),
    ],
)
def test_where_weeks_are_no_units(small, date, weeks):
    start = pd.Timestamp("2010-03-01")
    small.column("side_of", lambda k, r: "x" if k < 20 else "y")
    small.change(
        ("Before the treaty: {before: 2010-01-01}", "Before the treaty: {where: {side_of: x}}"),
        ("After the treaty: {from: 2010-01-01}", "After the treaty: {where: {side_of: y}}"),
    )
    small.column("date", lambda k, r: str((start + pd.Timedelta(date(k), "D")).date())).change(NO_CLUSTER)
    found = small.compute().found("serial")
    assert found.weeks == weeks
    assert found.table.empty


def printed_number(cell):
    """A printed cell as a number, and half a unit of its last digit."""
    text = cell.replace("−", "-").replace(",", "")
    value = text.rstrip("%")
    scale = 0.01 if text.endswith("%") else 1.0
    return scale * float(value), scale * 0.5 * 10.0 ** -len(value.partition(".")[2])


def test_the_parts_of_the_mix_follow_from_the_printed_shares_and_values(small):
    """Whoever multiplies what the page prints finds the parts, within the rounding of the page, and the sum in the figure."""
    small.column("venue", lambda k, r: "hall" if k % 2 or (k >= 20 and k % 3) else "square" if k % 5 else f"yard {k}")
    report = small.change(NO_CLUSTER).report()
    table = next(b for b in report.blocks if isinstance(b, Table) and b.name == "composition")
    mean = printed_number(re.search(r"\((\S+) by venue", table.caption)[1])[0]
    rows = [r for r in table.rows if r[0] == "venue"]
    assert [r[1] for r in rows] == ["hall", "square", "together"], "yards are on one side only"
    sums = np.zeros(2)
    for row in rows[:-1]:
        (p1, dp), (p0, _), (r1, dr), (r0, _), *parts = map(printed_number, row[2:])
        mix, within = (p1 - p0) * ((r1 + r0) / 2 - mean), (r1 - r0) * (p1 + p0) / 2
        slack = (2 * dp * abs((r1 + r0) / 2 - mean) + 2 * dr * abs(p1 - p0), 2 * dr * (p1 + p0) / 2 + dp * abs(r1 - r0))
        for value, (shown, half), extra in zip((mix, within), parts, slack):
            assert value == pytest.approx(shown, abs=half + extra)
            assert extra < half, "what is printed suffices"
        sums += [p[0] for p in parts]
    together = [printed_number(c) for c in rows[-1][6:]]
    assert sums == pytest.approx([v for v, _ in together], abs=2.5 * 2 * together[0][1])
    figure = next(b for b in report.blocks if isinstance(b, Figure) and b.name == "composition").frame
    figure = figure[(figure["measure"] == "salience") & (figure["column"] == "venue")].set_index("part")["estimate"]
    for (value, half), part in zip(together, ("mix", "within")):
        assert value == pytest.approx(figure[part], abs=half)


def test_with_shuffled_groups_nothing_is_said_to_differ(small):
    sides = np.random.default_rng(0).permutation(["x", "y"] * 20)
    small.column("side_of", lambda k, r: str(sides[k])).change(
        ("Before the treaty: {before: 2010-01-01}", "Before the treaty: {where: {side_of: x}}"),
        ("After the treaty: {from: 2010-01-01}", "After the treaty: {where: {side_of: y}}"),
        NO_CLUSTER,
    )
    results = small.compute()
    verdict = results.found("verdict")
    assert set(verdict.judged) == {("salience", "Norland"), EVALUATION}
    assert DIFFERS not in [j.certainty for j in verdict.judged.values()]
    noise = results.found("noise")
    assert not noise.eras
    assert noise.placebo[EVALUATION] == {}, "both sides speak in all years"
    terms = verdict.items["terms-1", ""]
    assert len(terms) > 5
    assert not (terms["certainty"] == DIFFERS).any()


@pytest.mark.parametrize(
    ("interval", "p", "p_family", "halves", "without", "certainty", "doubts"),
    [
        ((1.0, 3.0), 0.01, 0.02, 0.5, 2.0, DIFFERS, []),
        ((1.0, 3.0), 0.01, 0.2, 0.5, 2.0, MAY_DIFFER, [Doubt.TEST]),
        ((1.0, 3.0), 0.01, 0.02, 4.0, 2.0, MAY_DIFFER, [Doubt.HALVES, Doubt.HALVES]),
        ((1.0, 3.0), 0.01, 0.02, 0.5, -0.1, MAY_DIFFER, [Doubt.INFLUENCE]),
        ((-1.0, 3.0), 0.01, 0.02, 0.5, 2.0, MAY_DIFFER, [Doubt.INTERVAL]),
        ((-1.0, 3.0), 0.3, 0.5, 0.5, 2.0, INCONCLUSIVE, [Doubt.INTERVAL, Doubt.TEST]),
        ((np.nan, np.nan), 0.3, 0.5, 0.5, 2.0, INCONCLUSIVE, [Doubt.NO_INTERVAL, Doubt.TEST]),
    ],
)
def test_the_rule_of_the_verdicts(interval, p, p_family, halves, without, certainty, doubts):
    null = np.linspace(-halves, halves, 101)
    judged = judge(
        2.0,
        interval,
        pd.Series({"p": p, "p_family": p_family}),
        {"A": null, "B": null},
        {"A": np.array([9.0])},
        {"document": pd.DataFrame({"estimate": [without, 2.1]})},
        0.05,
    )
    assert judged.certainty == certainty
    assert [r.doubt for r in judged.reasons] == doubts, "one placebo date has no say"


def judged_by(p=0.01, halves=(), **test):
    """The verdict on a difference of 2 [1, 3]."""
    series = pd.Series({"p": p, "p_family": p, **test})
    return judge(
        2.0, (1.0, 3.0), series, {"A": np.array(halves)}, {}, {"document": pd.DataFrame({"estimate": [2.0]})}, 0.05
    )


def test_few_divisions_speak_as_far_as_they_can():
    ten = np.array([-1.0, 1.0] * 5)
    assert judged_by(halves=ten).certainty == DIFFERS, "0 of all 10 divisions differ as much"
    (reason,) = judged_by(halves=np.r_[ten[:8], 2.5, -2.5]).reasons
    assert (reason.doubt, reason.value, reason.of) == (Doubt.HALVES, 2, 10)
    assert render("verdict", "reason_halves", reason=reason) == "2 of all 10 divisions of A into halves differ as much"
    (reason,) = judged_by(p=0.1, least_p=0.1, permutations=20).reasons
    assert reason.doubt == Doubt.FEW_DIVISIONS
    assert "can be divided in 20 ways only, so that no p is below 0.10" in render(
        "verdict", "reason_few_divisions", reason=reason
    )
    assert judged_by(p=0.1, least_p=0.03, permutations=70).reasons[0].doubt == Doubt.TEST


@pytest.mark.slow
def test_the_multiverse_runs_every_combination(experiment):
    results = experiment.change(add=MULTIVERSE).compute()
    curves = {(c.outcome, c.label): c for c in results.found("multiverse").curves}
    sizes = {o: len(c.table) for (o, _), c in curves.items()}
    words = {label: len(c.table) for (o, label), c in curves.items() if o == "words"}
    # Where all bigrams are more frequent in the other group, the group has no clearest one to follow.
    assert all(n == (96 if "of the bigrams" in label else 48) for label, n in words.items())
    del sizes["words"]
    assert sizes == {"salience": 4, "evaluation": 16, "actors": 4, "topics": 8}
    for outcome in ("salience", "evaluation"):
        row = results.outcomes[outcome, "Norland"].difference()
        ours = next(c.table for (o, _), c in curves.items() if o == outcome).iloc[0]
        assert ours["configured"]
        for column in ("estimate", "low", "high"):
            assert ours[column] == pytest.approx(row[column], nan_ok=True)
    for (outcome, _), curve in curves.items():
        assert curve.table["configured"].sum() == 1, outcome
        assert 0 <= curve.shares.sum() <= 1 + 1e-9
        n, same, clear, other = curve.agreement
        assert same <= n
        assert clear + other <= n
        # Half of the specifications change the unit only.
        assert curve.joint.specifications == len(curve.table[curve.table["unit"] == "minister"])
        assert curve.joint.permutations == 300
    terms = [c for (o, _), c in curves.items() if o == "words"]
    keyness = results.found("words", "Norland").keyness[1].table.set_index("item")["estimate"]
    assert len(terms) == 2
    for curve in terms:
        term = re.search(r"\((\w+), of the terms", curve.label)[1]
        assert curve.configured == pytest.approx(keyness[term], rel=1e-9), "as in the keyness table"
    whole = next(c.table for (o, _), c in curves.items() if o == "salience")
    assert set(whole["exclusions"]) == {"none", "without the first"}
    assert terms[0].table.groupby("stop_words")["estimate"].first().nunique() == 2


def test_choices_of_equal_weight_share_the_variance():
    frame = pd.DataFrame({"a": list("xxyy"), "b": list("1212"), "estimate": [0.0, 2.0, 2.0, 4.0]})
    assert explained(frame, ("a", "b")).to_dict() == pytest.approx({"a": 0.5, "b": 0.5})


@pytest.mark.parametrize(
    ("tokens", "term", "expected"),
    [("folded", "grain prices", 2), ("as written", "Grain prices", 1), ("stemmed", "grain price", 3)],
)
def test_terms_are_counted_by_three_rules(tokens, term, expected):
    corpus = encoded(["Grain prices rose. The grain price fell. Grain Prices rise."])
    counts, terms = term_counts(corpus, 2, corpus.words(), tokens)
    assert counts.toarray()[0, list(terms).index(term)] == expected


def test_too_many_combinations_ask_first(small):
    many = ", ".join(f"n{k}: [s{k:03d}]" for k in range(24))
    small.change(
        add=f"multiverse:\n  exclusions: {{{many}}}\n  half_distance: [1, 2, 3, 4]\n  window: [1, 2, 3, 4, 5, 6, 7]\n"
        "  prior: [1, 2, 3, 4]\n  stop_words: [drop]\n",
    )
    out = small.file.parent / "report"
    out.mkdir()
    (out / "report.pdf").write_bytes(b"an earlier report")
    (out / "run.json").write_text("{}")
    with pytest.raises(UsageError) as stopped:
        small.folder()
    assert stopped.value.exit_code == 2
    # 25 sets of documents, 5 half distances, 8 windows, 5 priors, 2 rules on stop words.
    assert f"multiverse: {25 * 5 * 8 * 5 * 2:,} combinations" in str(stopped.value)
    assert re.search(r"will take about \d+(\.\d)? (seconds|minutes|hours)\. Run again with --yes", str(stopped.value))
    assert (out / "report.pdf").read_bytes() == b"an earlier report"


def test_bad_contrasts_are_named_together(small):
    said = small.change(("cluster: minister}", "pairs: [[After the treaty, Befor], [x, x]], trend: true}")).problem()
    assert 'there is no group "Befor".' in said
    assert '"x" is compared with itself' in said
    assert "compare.trend: it takes three groups or more, got 2" in said


def test_bad_multiverses_are_named_together(experiment):
    experiment.change(("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}", "topics: false"))
    said = experiment.change(add="multiverse: {k: [3], ngrams: [4], lexicon: {mine: nowhere.tsv}}\n").problem()
    assert "multiverse.k: there is no topic model" in said
    assert "multiverse.ngrams: 4-grams are not among frequency: ngrams [1, 2]" in said
    assert 'there is no file "nowhere.tsv" beside this config' in said


@pytest.mark.parametrize(
    ("add", "message"),
    [
        ("multiverse: {unit: [ministre]}\n", 'multiverse.unit: there is no column "ministre". Did you mean "minister"'),
        ("multiverse: {exclusions: {x: [s999]}}\n", 'there is no document "s999"'),
    ],
)
def test_choices_that_only_the_data_refute(small, add, message):
    said = small.change(add=add).problem()
    assert message in said
    assert re.match(rf".*norland\.yaml:{len(small.file.read_text().splitlines())}: multiverse", said), "file and line"


def test_columns_of_the_mix_that_are_not_there_are_named(small):
    said = small.change(NO_CLUSTER, add="mix: {columns: [ministr, speaker, hall]}\n").problem()
    assert 'mix.columns.1: there is no column "ministr". Did you mean "minister"' in said
    assert 'mix.columns.3: there is no column "hall"' in said


@pytest.mark.parametrize("add", ["multiverse: {window: [-5]}\n", "multiverse: {prior: [0]}\n"])
def test_choices_that_mean_nothing_are_refused(experiment, add):
    assert "greater than" in experiment.change(add=add).problem()


def test_overlapping_groups_are_named(small):
    said = small.change(("After the treaty: {from: 2010-01-01}", "After the treaty: {from: 2005-01-01}")).problem()
    assert 'the groups "Before the treaty" and "After the treaty" overlap: document "s015" is in both' in said


def test_a_cluster_with_one_unit_is_named(small):
    said = small.column("minister", lambda k, r: "A" if k < 20 else r["minister"]).problem()
    assert 'compare.cluster: "Before the treaty" has one minister only (A)' in said
    assert "Leave cluster out" in said


def test_a_stratum_in_one_group_is_named(small):
    small.column("form", lambda k, r: "toast" if k in (3, 5) else "speech")
    said = small.change(("cluster: minister}", "strata: form}")).problem()
    assert (
        'compare.strata: form "toast" is present in one group only of After the treaty minus Before the treaty (2 documents)'
        in said
    )


def test_kinds_are_inferred_from_titles(small):
    small.change(("  options:", '  kinds: {round: ["speech *0"], other kind: ["speech *"]}\n  options:'))
    results = small.compute()
    documents = results.data.documents
    assert set(documents.loc[documents["title"].str.endswith("0"), "kind"]) == {"round"}
    assert (documents["kind"] == "other kind").sum() == 36
    assert "kind" in results.found("mix").compositions["salience", "Norland"].parts
    said = small.change(("speech *0", "toast*")).problem()
    assert 'corpus.kinds: no title fits "toast*" of the kind "round"' in said


@pytest.fixture(scope="module")
def event_report(tmp_path_factory, experiment_source, experiment_at):
    """An event within a year, venues, and a multiverse: every section of the report has something to say."""
    experiment = experiment_at(experiment_source(tmp_path_factory.mktemp("event")))
    experiment.column("venue", lambda k, r: "hall" if k % 3 else "square")
    experiment.column("date", lambda k, r: f"2010-{1 + k // 4:02d}-{1 + 7 * (k % 4):02d}")
    experiment.change(
        ("2010-01-01", "2010-06-01"),
        NO_CLUSTER,
        ("{resamples: 300}", "{resamples: 300, min_documents: 5, min_containing: 4}"),
        add="event: {date: 2010-06-01, name: treaty, days: 45}\n" + MULTIVERSE.replace(", as written", ""),
    )
    return experiment.report()


@pytest.mark.slow
def test_the_pages_of_a_report(event_report):
    figures = {f.name for f in event_report.figures}
    assert {"noise", "noise-terms-1", "noise-topics", "event", "composition", "multiverse-1", "multiverse-5"} <= figures
    tables = event_report.tables
    names = ("tests", "power", "influence", "composition", "multiverse")
    assert {*(f"table-{n}" for n in names), "terms-1-nulls"} <= set(tables)
    assert (~tables["figure-event"]["placebo"].astype(bool)).sum() == 2
    assert (tables["table-power"]["smallest"] > 0).all()
    assert tables["salience-periods"]["label"].tolist()[0] == "2010-01"


def test_opposite_signs_of_event_and_groups_are_said(small):
    """More mentions in later speeches than in earlier ones, but most of all just before the event and long after it."""

    def said(of):
        return [s for s in small.column("text", of).report().summary.sentences if "opposite signs" in s]

    small.column("date", lambda k, r: f"2010-{1 + k // 4:02d}-{1 + 7 * (k % 4):02d}")
    small.change(
        ("2010-01-01", "2010-06-01"),
        NO_CLUSTER,
        ("{resamples: 300}", "{resamples: 100, min_documents: 5, min_containing: 4}"),
        add="event: {date: 2010-06-01, name: treaty, days: 45}\n",
    )
    texts = [r["text"] for r in small.rows]
    (sentence,) = said(lambda k, r: texts[k] + " Norland. Norland. Norland." * 9 * (14 <= k < 20 or k >= 26))
    assert re.search(r"mentions \(−[\d.]+ at the event, [\d.]+ between the groups\)", sentence)
    assert said(lambda k, r: texts[k] + " Norland. Norland. Norland." * 9 * (k >= 20)) == []


@pytest.mark.slow
def test_every_column_of_a_full_report_is_explained(event_report, unexplained):
    assert unexplained(event_report) == []


@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_other_intervals_are_at_hand(small, kind):
    small.change(("{resamples: 300}", f"{{resamples: 300, interval: {kind}}}"), NO_CLUSTER)
    row = small.compute().outcomes["salience", "Norland"].difference()
    assert row["low"] < row["estimate"] < row["high"]


def test_periods_by_administration(small):
    small.change(("breakdown: {by: minister}", "breakdown: {by: minister, period: administration}"))
    labels = small.compute().found("breakdown", "Norland").periods.of("salience")["label"].tolist()
    assert labels[:3] == ["G. H. W. Bush", "Clinton", "G. W. Bush"]
    assert "Obama" in labels


def test_usage_errors_have_their_exit_code():
    assert UsageError("x").exit_code == ConfigError([], "x").exit_code == 2


def test_missing_values_are_a_stratum_of_their_own(small):
    small.column("venue", lambda k, r: "hall" if k % 3 == 0 else None if k % 3 == 1 else "square")
    results = small.change(NO_CLUSTER).compute()
    strata = results.found("mix").compositions["salience", "Norland"].strata["venue"].set_index("stratum")
    assert set(strata.index) == {"hall", "square", "(none)"}
    assert strata["share_study"].sum() == pytest.approx(1)
    after = results.data.documents[results.data.documents["group"] == "After the treaty"]
    share = after.loc[after["venue"] == "hall", "n_tokens"].sum() / after["n_tokens"].sum()
    assert strata.loc["hall", "share_study"] == pytest.approx(share)


def test_a_group_of_few_documents_is_not_tested(small):
    small.change(
        ("After the treaty: {from: 2010-01-01}", "After the treaty: {from: 2010-01-01, before: 2026-01-01}\n  Late: {from: 2026-01-01}"),
        (", cluster: minister}", ", pairs: [[Late, Before the treaty]], each_against_rest: true, trend: true}"),
    )  # fmt: skip
    results = small.compute()
    tests = results.found("noise").tests
    assert not tests["stratum"].str.contains("Late").any(), "four speeches"
    assert not results.found("power").table["stratum"].str.contains("Late").any()
    late = {name: r.data.refusal for name, r in results.further.items() if "Late" in name}
    assert len(late) == 2 and all("4" in str(refusal) for refusal in late.values())
    rest = [r.found("noise").tests for name, r in results.further.items() if name not in late]
    assert [len(t) for t in rest] == [2, 2]


def test_a_document_published_twice_counts_once_in_the_sensitivity_as_well(small):
    rows = small.rows
    small.write(rows + [{**rows[30], "id": f"copy{k}"} for k in range(5)])
    table = small.change(("drop: [s039]", "drop: [s000]")).compute().found("sensitivity").tables["Norland"]
    assert table.loc[(table["name"] != "As configured") & (table["measure"] == "salience"), "n_documents"].item() == 39


def test_days_may_be_the_clusters(small):
    small.column("date", lambda k, r: f"{1990 + k // 2 * 2}-03-01")
    tests = small.change(("cluster: minister", "cluster: date")).compute().found("noise").tests
    assert set(tests["unit"]) == {"date", "document"}
    assert tests.loc[tests["unit"] == "date", "n_units"].tolist() == [20, 20]


def test_speakers_and_days_are_columns_of_their_own_accord(small):
    results = small.change(("cluster: minister", "cluster: speaker")).compute()
    assert set(results.found("noise").tests["unit"]) == {"speaker", "document"}
    documents = results.data.documents
    assert (documents["speaker"] == documents["minister"]).all()
    assert (documents["day"] == documents["date"].dt.strftime("%Y-%m-%d")).all()


def test_strata_that_cut_through_clusters_are_named(small):
    small.column("form", lambda k, r: "toast" if k % 2 else "speech")
    said = small.change(("cluster: minister}", "cluster: minister, strata: form}")).problem()
    assert 'minister "Minister A" has documents of more than one form' in said


def test_lengths_without_keyness_are_left_out_of_the_choices(experiment):
    experiment.change(
        ("frequency: {min_clusters: 2}", "frequency: {ngrams: [5, 1]}"),
        ("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}", "topics: false"),
        NO_CLUSTER,
        add="multiverse: {prior: [10]}\n",
    )
    results = experiment.compute()
    assert 5 in results.found("words", "Norland").refused
    assert {len(c.table) for c in results.found("multiverse").curves if c.outcome == "words"} == {2}


def test_names_that_are_taken_are_refused(experiment):
    said = experiment.change(add="multiverse: {exclusions: {none: [s000]}}\n").problem()
    assert 'multiverse.exclusions.none: "none" is the name of the choice that leaves nothing out' in said


def test_labels_are_exchanged_among_documents_that_are_alike_unless_the_config_says_none(small):
    design = small.compute().data.design
    assert design.strata is None
    assert len(design.tokens) == len(design.group)
    free = small.change(("cluster: minister}", "cluster: minister, strata: none}")).compute().data.design
    assert free.strata is free.tokens is free.kind is None
