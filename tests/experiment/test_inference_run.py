"""The inference in a whole run: contrasts, verdicts, mix, choices, refusals, and what bad settings are told."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from discourse.cli.main import main
from discourse.config import load
from discourse.errors import ConfigError, DiscourseError, UsageError
from discourse.experiment import resolve, run_to_folder
from discourse.experiment.inference import DIFFERS, MAY_DIFFER, UNKNOWN, judge
from discourse.experiment.multiverse import count_term, explained
from discourse.experiment.stages import compute
from discourse.features._examples import encoded

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


def changed(path, *pairs, add=""):
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text + add, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("inference")


def rows_of(path, column, of):
    """Write a column of the speeches anew."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for k, row in enumerate(rows):
        row[column] = of(k, row)
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def keep(path, *columns):
    return changed(path, ("keep: [minister]", f"keep: [minister, {', '.join(columns)}]"))


def test_three_groups_with_all_contrasts(experiment_file, tmp_path):
    changed(
        experiment_file,
        ("  Before the treaty: {before: 2010-01-01}", "  Early: {before: 2000-01-01}\n  Before the treaty: {from: 2000-01-01, before: 2010-01-01}"),
        ("reference: Before the treaty, cluster: minister}",
         "reference: Before the treaty, pairs: [[After the treaty, Early]], each_against_rest: true, trend: true}"),
    )  # fmt: skip
    results, _ = compute(resolve(load(experiment_file)))
    tests = results.inference.tests
    assert list(dict.fromkeys(tests["contrast"])) == ["difference", "pair", "rest", "trend"]
    assert tests.groupby("contrast", sort=False).size().to_dict() == {"difference": 2, "pair": 2, "rest": 6, "trend": 2}
    table = results.targets[0].measured.salience.table.set_index("stratum")["estimate"]
    level = [table[g] for g in ("Early", "Before the treaty", "After the treaty")]
    assert table["After the treaty - Early"] == pytest.approx(level[2] - level[0])
    assert table["trend from Early to After the treaty, per group"] == pytest.approx((level[2] - level[0]) / 2)
    assert (tests["q"] >= tests["p"] - 1e-12).all()
    assert len(results.further_terms) == 5
    pairs = results.further_terms["After the treaty - Early"]
    assert (pairs["q"] >= pairs["p"] - 1e-12).all()
    rises = results.further_terms["trend from Early to After the treaty, per group"].set_index("item")["estimate"]
    rows = [json.loads(line) for line in (experiment_file.parent / "speeches.jsonl").read_text().splitlines()]
    rate = {}
    for name, part in (("Early", rows[:10]), ("After the treaty", rows[20:])):
        words = re.findall(r"\w+", " ".join(r["text"] for r in part).lower())
        rate[name] = 1e4 * words.count("garden") / len(words)
    assert rises["garden"] == pytest.approx((rate["After the treaty"] - rate["Early"]) / 2)
    assert set(results.further_topics["stratum"]) == set(results.further_terms)
    evaluation = tests[tests["item"] == "evaluation"].set_index("stratum")
    assert evaluation.loc["trend from Early to After the treaty, per group", "p"] < 0.05, (
        "later speeches are friendlier"
    )


def test_a_planted_difference_differs_and_the_mix_is_told(experiment_file):
    """Friendlier after the treaty at every venue; half of the venues are halls before it, most after it."""
    rows_of(
        experiment_file.parent / "speeches.jsonl",
        "venue",
        lambda k, r: "hall" if k % 2 or (k >= 20 and k % 3) else "square",
    )
    keep(experiment_file, "venue")
    changed(experiment_file, (", cluster: minister", ""))
    results, _ = compute(resolve(load(experiment_file)))
    answers = results.inference.of("Norland", "evaluation")
    assert answers.certainty in (DIFFERS, MAY_DIFFER)
    assert float(answers.tests["p"].iloc[0]) < 0.01
    parts = answers.composition.parts["venue"].set_index("part")["estimate"]
    assert parts.drop("difference").sum() == pytest.approx(parts["difference"], abs=1e-9)
    assert parts["difference"] == pytest.approx(answers.estimate, abs=1e-9)
    assert abs(parts["within"]) > abs(parts["mix"])
    assert "speaker" in answers.composition.refusals, "no minister speaks before and after the treaty"
    mixes = results.inference.mixes["topics"]
    sums = mixes[mixes["part"] != "difference"].groupby("item")["estimate"].sum()
    whole = mixes[mixes["part"] == "difference"].set_index("item")["estimate"]
    assert set(mixes["column"]) == {"venue"}
    assert sums.to_dict() == pytest.approx(whole.to_dict(), abs=1e-9)
    table = results.prevalence.table
    assert whole.to_dict() == pytest.approx(
        table[table["contrast"] == "difference"].set_index("item")["estimate"].to_dict(), abs=1e-9
    )
    main = pd.DataFrame(answers.influence["document"])
    assert len(main) == 40
    assert set(answers.halves) == {"After the treaty", "Before the treaty"}
    assert all(len(v) == 300 for v in answers.halves.values())


def test_with_shuffled_groups_nothing_is_said_to_differ(experiment_file):
    rng = np.random.default_rng(0)
    sides = rng.permutation(["x", "y"] * 20)
    rows_of(experiment_file.parent / "speeches.jsonl", "side_of", lambda k, r: str(sides[k]))
    keep(experiment_file, "side_of")
    changed(
        experiment_file,
        ("Before the treaty: {before: 2010-01-01}", "Before the treaty: {where: {side_of: x}}"),
        ("After the treaty: {from: 2010-01-01}", "After the treaty: {where: {side_of: y}}"),
        (", cluster: minister", ""),
    )
    results, _ = compute(resolve(load(experiment_file)))
    assert DIFFERS not in [a.certainty for a in results.inference.main]
    assert not (results.inference.items["terms-1"]["certainty"] == DIFFERS).any()


@pytest.mark.parametrize(
    ("interval", "p", "p_family", "halves", "without", "certainty"),
    [
        ((1.0, 3.0), 0.01, 0.02, 0.5, 2.0, DIFFERS),
        ((1.0, 3.0), 0.01, 0.2, 0.5, 2.0, MAY_DIFFER),
        ((1.0, 3.0), 0.01, 0.02, 4.0, 2.0, MAY_DIFFER),
        ((1.0, 3.0), 0.01, 0.02, 0.5, -0.1, MAY_DIFFER),
        ((-1.0, 3.0), 0.01, 0.02, 0.5, 2.0, MAY_DIFFER),
        ((-1.0, 3.0), 0.3, 0.5, 0.5, 2.0, UNKNOWN),
        ((np.nan, np.nan), 0.3, 0.5, 0.5, 2.0, UNKNOWN),
    ],
)
def test_the_rule_of_the_verdicts(interval, p, p_family, halves, without, certainty):
    null = np.linspace(-halves, halves, 101)
    said, reasons = judge(
        2.0,
        interval,
        pd.Series({"p": p, "p_family": p_family}),
        {"A": null, "B": null},
        {"A": np.array([9.0])},
        {"document": pd.DataFrame({"estimate": [without, 2.1]})},
        0.05,
    )
    assert said == certainty
    assert bool(reasons) == (certainty != DIFFERS)
    assert not any("placebo" in r for r in reasons), "one placebo date does not speak"


def test_the_multiverse_runs_every_combination(experiment_file):
    changed(experiment_file, add=MULTIVERSE)
    results, _ = compute(resolve(load(experiment_file)))
    curves = {(c.outcome, c.label): c for c in results.curves}
    sizes = {o: len(c.table) for (o, _), c in curves.items()}
    assert sizes == {"salience": 4, "evaluation": 16, "terms": 96, "topics": 8}
    measured = results.targets[0].measured
    for outcome, comparison in (("salience", measured.salience), ("evaluation", measured.stance)):
        table = comparison.table
        row = table[(table["contrast"] == "difference") & (table["item"] == outcome)].iloc[0]
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
    terms = [c for (o, _), c in curves.items() if o == "terms"]
    keyness = results.keyness[1].table.set_index("item")["estimate"]
    for curve in terms:
        term = re.search(r"\((\w+), of the terms", curve.label)[1]
        assert curve.configured == pytest.approx(keyness[term], rel=1e-9), "as in the keyness table"
    whole = next(c.table for (o, _), c in curves.items() if o == "salience")
    assert set(whole["exclusions"]) == {"none", "without the first"}
    words = terms[0].table
    assert words.groupby("stop words")["estimate"].first().nunique() == 2


def test_choices_of_equal_weight_share_the_variance():
    frame = pd.DataFrame({"a": list("xxyy"), "b": list("1212"), "estimate": [0.0, 2.0, 2.0, 4.0]})
    assert explained(frame, ("a", "b")).to_dict() == pytest.approx({"a": 0.5, "b": 0.5})


@pytest.mark.parametrize(("tokens", "expected"), [("folded", 2), ("as written", 1), ("stemmed", 3)])
def test_terms_are_counted_by_three_rules(tokens, expected):
    corpus = encoded(["Grain prices rose. The grain price fell. Grain Prices rise."])
    assert count_term(corpus, "grain prices", corpus.words(), tokens)[0] == expected


def test_too_many_combinations_ask_first(experiment_file, tmp_path, capsys, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.pdf").write_bytes(b"an earlier report")
    (out / "run.json").write_text("{}")
    many = ", ".join(f"n{k}: [s{k:03d}]" for k in range(24))
    changed(
        experiment_file,
        add=f"multiverse:\n  exclusions: {{{many}}}\n  half_distance: [1, 2, 3, 4]\n  window: [1, 2, 3, 4, 5, 6, 7]\n"
        "  prior: [1, 2, 3, 4]\n  stop_words: [drop]\n",
    )
    monkeypatch.setattr("sys.argv", ["discourse", "run", str(experiment_file), "--out", str(out), "--quiet"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "multiverse: 10,000 combinations" in said
    assert re.search(r"will take about \d+(\.\d)? (seconds|minutes|hours)\. Run again with --yes", said)
    assert (out / "report.pdf").read_bytes() == b"an earlier report"


def problem(path, *pairs, add=""):
    with pytest.raises(DiscourseError) as error:
        compute(resolve(load(changed(path, *pairs, add=add))))
    return str(error.value)


def test_bad_contrasts_are_named_together(experiment_file):
    said = problem(experiment_file, ("cluster: minister}", "pairs: [[After the treaty, Befor], [x, x]], trend: true}"))
    assert 'there is no group "Befor".' in said
    assert '"x" is compared with itself' in said
    assert "compare.trend: it takes three groups or more, got 2" in said


def test_bad_multiverses_are_named_together(experiment_file):
    said = problem(
        experiment_file,
        ("topics: {k: 2, iterations: 50, passage_size: 60}", "topics: false"),
        add="multiverse: {k: [3], ngrams: [4], lexicon: {mine: nowhere.tsv}}\n",
    )
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
def test_choices_that_only_the_data_refute(experiment_file, add, message):
    assert message in problem(experiment_file, add=add)


def test_columns_of_the_mix_that_are_not_there_are_named(experiment_file):
    said = problem(experiment_file, ("cluster: minister}", "composition: [ministr, speaker, hall]}"))
    assert 'there is no column "ministr". Did you mean "minister"' in said
    assert 'there is no column "hall"' in said


@pytest.mark.parametrize("add", ["multiverse: {window: [-5]}\n", "multiverse: {prior: [0]}\n"])
def test_choices_that_mean_nothing_are_refused(experiment_file, add):
    assert "greater than" in problem(experiment_file, add=add)


def test_overlapping_groups_are_named(experiment_file):
    said = problem(experiment_file, ("After the treaty: {from: 2010-01-01}", "After the treaty: {from: 2005-01-01}"))
    assert 'the groups "Before the treaty" and "After the treaty" overlap: document "s015" is in both' in said


def test_a_cluster_with_one_unit_is_named(experiment_file):
    rows_of(experiment_file.parent / "speeches.jsonl", "minister", lambda k, r: "A" if k < 20 else r["minister"])
    said = problem(experiment_file)
    assert 'compare.cluster: "Before the treaty" has one minister only (A)' in said
    assert "Leave cluster out" in said


def test_a_stratum_in_one_group_is_named(experiment_file):
    rows_of(experiment_file.parent / "speeches.jsonl", "form", lambda k, r: "toast" if k in (3, 5) else "speech")
    keep(experiment_file, "form")
    said = problem(experiment_file, ("cluster: minister}", "strata: form}"))
    assert (
        'compare.strata: form "toast" is present in one group only of After the treaty minus Before the treaty (2 documents)'
        in said
    )


def test_kinds_are_told_by_titles(experiment_file):
    changed(experiment_file, ("  options:", '  kinds: {round: ["speech *0"], other kind: ["speech *"]}\n  options:'))
    results, _ = compute(resolve(load(experiment_file)))
    documents = results.documents
    assert set(documents.loc[documents["title"].str.endswith("0"), "kind"]) == {"round"}
    assert (documents["kind"] == "other kind").sum() == 36
    assert "kind" in results.inference.main[0].composition.parts
    said = problem(experiment_file, ("speech *0", "toast*"))
    assert 'corpus.kinds: no title fits "toast*" of the kind "round"' in said


def test_the_pages_of_a_report(experiment_file, tmp_path):
    rows_of(experiment_file.parent / "speeches.jsonl", "venue", lambda k, r: "hall" if k % 3 else "square")
    rows_of(
        experiment_file.parent / "speeches.jsonl", "date", lambda k, r: f"2010-{1 + k // 4:02d}-{1 + 7 * (k % 4):02d}"
    )
    keep(experiment_file, "venue")
    changed(
        experiment_file,
        ("2010-01-01", "2010-06-01"),
        (", cluster: minister", ""),
        ("{resamples: 300}", "{resamples: 300, min_documents: 5, min_containing: 4}"),
        add="event: {date: 2010-06-01, name: treaty, days: 45}\n" + MULTIVERSE,
    )
    folder = run_to_folder(resolve(load(experiment_file)), tmp_path / "out")
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    for figure in ("noise", "noise-terms-1", "noise-topics", "event", "composition", "multiverse-1", "multiverse-5"):
        assert f"figures/{figure}.svg" in names
    for table in (
        "table-tests",
        "table-power",
        "table-influence",
        "table-composition",
        "table-multiverse",
        "terms-1-nulls",
    ):
        assert f"tables/{table}.csv" in names
    event = pd.read_csv(folder / "tables" / "figure-event.csv")
    assert (~event["placebo"]).sum() == 2
    power = pd.read_csv(folder / "tables" / "table-power.csv")
    assert (power["smallest"] > 0).all()
    periods = pd.read_csv(folder / "tables" / "salience-periods.csv")
    assert periods["label"].tolist()[0] == "2010-01"


@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_other_intervals_are_at_hand(experiment_file, kind):
    changed(experiment_file, ("{resamples: 300}", f"{{resamples: 300, interval: {kind}}}"), (", cluster: minister", ""))
    results, _ = compute(resolve(load(experiment_file)))
    row = results.targets[0].measured.salience.table.iloc[-1]
    assert row["low"] < row["estimate"] < row["high"]


def test_periods_by_administration(experiment_file):
    changed(experiment_file, ("report: {by: minister}", "report: {by: minister, period: administration}"))
    results, _ = compute(resolve(load(experiment_file)))
    labels = results.targets[0].periods.salience["label"].tolist()
    assert labels[:3] == ["G. H. W. Bush", "Clinton", "G. W. Bush"]
    assert "Obama" in labels


def test_usage_errors_have_their_exit_code():
    assert UsageError("x").exit_code == ConfigError([], "x").exit_code == 2


def test_missing_values_are_a_stratum_of_their_own(experiment_file):
    rows_of(
        experiment_file.parent / "speeches.jsonl",
        "venue",
        lambda k, r: "hall" if k % 3 == 0 else None if k % 3 == 1 else "square",
    )
    keep(experiment_file, "venue")
    results, _ = compute(resolve(load(changed(experiment_file, (", cluster: minister", "")))))
    strata = results.inference.of("Norland", "salience").composition.strata["venue"].set_index("stratum")
    assert set(strata.index) == {"hall", "square", "(none)"}
    assert strata["share_study"].sum() == pytest.approx(1)
    tokens = results.documents.set_index("doc_id")
    after = tokens[tokens["group"] == "After the treaty"]
    share = after.loc[after["venue"] == "hall", "n_tokens"].sum() / after["n_tokens"].sum()
    assert strata.loc["hall", "share_study"] == pytest.approx(share)


def test_a_group_of_few_documents_is_not_tested(experiment_file):
    changed(
        experiment_file,
        ("After the treaty: {from: 2010-01-01}", "After the treaty: {from: 2010-01-01, before: 2026-01-01}\n  Late: {from: 2026-01-01}"),
        (", cluster: minister}", ", pairs: [[Late, Before the treaty]], each_against_rest: true, trend: true}"),
    )  # fmt: skip
    results, _ = compute(resolve(load(experiment_file)))
    assert not results.inference.tests["stratum"].str.contains("Late").any(), "four speeches"
    assert not results.inference.power["stratum"].str.contains("Late").any()
    assert (results.inference.tests["contrast"] == "rest").sum() == 4


def test_a_document_published_twice_counts_once_in_the_sensitivity_as_well(experiment_file):
    path = experiment_file.parent / "speeches.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows += [{**rows[30], "id": f"copy{k}"} for k in range(5)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    results, _ = compute(resolve(load(changed(experiment_file, ("drop: [s039]", "drop: [s000]")))))
    table = results.targets[0].sensitivity
    assert table.loc[(table["name"] != "As configured") & (table["measure"] == "salience"), "n_documents"].item() == 39


def test_days_may_be_the_clusters(experiment_file):
    rows_of(experiment_file.parent / "speeches.jsonl", "date", lambda k, r: f"{1990 + k // 2 * 2}-03-01")
    changed(experiment_file, ("cluster: minister", "cluster: date"))
    results, _ = compute(resolve(load(experiment_file)))
    assert set(results.inference.tests["unit"]) == {"date", "document"}
    assert results.inference.tests.loc[results.inference.tests["unit"] == "date", "n_units"].tolist() == [20, 20]


def test_speakers_and_days_are_columns_of_their_own_accord(experiment_file):
    changed(experiment_file, ("cluster: minister", "cluster: speaker"))
    results, _ = compute(resolve(load(experiment_file)))
    assert set(results.inference.tests["unit"]) == {"speaker", "document"}
    documents = results.encoded.documents
    assert (documents["speaker"] == documents["minister"]).all()
    assert (documents["day"] == documents["date"].dt.strftime("%Y-%m-%d")).all()


def test_strata_that_cut_through_clusters_are_named(experiment_file):
    rows_of(experiment_file.parent / "speeches.jsonl", "form", lambda k, r: "toast" if k % 2 else "speech")
    keep(experiment_file, "form")
    said = problem(experiment_file, ("cluster: minister}", "cluster: minister, strata: form}"))
    assert 'minister "Minister A" has documents of more than one form' in said


def test_lengths_without_keyness_are_left_out_of_the_choices(experiment_file):
    changed(experiment_file, ("frequency: {min_clusters: 2}", "frequency: {ngrams: [5, 1]}"), (", cluster: minister", ""),
            add="multiverse: {prior: [10]}\n")  # fmt: skip
    results, _ = compute(resolve(load(experiment_file)))
    assert "keyness-5" in results.refusals
    assert {len(c.table) for c in results.curves if c.outcome == "terms"} == {2}


def test_names_that_are_taken_are_refused(experiment_file):
    said = problem(experiment_file, add="multiverse: {exclusions: {none: [s000]}}\n")
    assert 'multiverse.exclusions.none: "none" is the name of the choice that leaves nothing out' in said
