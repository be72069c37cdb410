"""Labels from outside as the measure of stance: the same results where they are those of the rules, and none by chance."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from discourse.errors import DiscourseError
from discourse.experiment import compute, load, resolve
from discourse.experiment.run import stance_without_codes
from discourse.experiment.sharing import make_bundle
from discourse.report.dictionary import data_dictionary

OFF = "\ncollocates: false\nactors: false\ncontext: false\nfrequency: false\n"
SETTINGS = "stance: {method: labels, labels: {gpt: labels/gpt.csv, other: labels/other.jsonl}}\n"


class Labelled:
    """A small experiment with the classes and evaluations of the rules, as labels would have them."""

    def __init__(self, experiment):
        self.experiment = experiment.change(("frequency: {min_clusters: 2}\n", ""), add=OFF)
        self.folder = experiment.file.parent / "labels"
        self.folder.mkdir()
        self.rules = self.mentions()

    def mentions(self):
        """Ids, classes and evaluations, in the order of the corpus."""
        from discourse.analyses.stance.labels import label_ids

        plan = resolve(load(self.experiment.file))
        parts = []
        for target in plan.targets:
            found = stance_without_codes(plan, target)
            corpus, scored, counted = found.corpus, found.scored, found.counted
            table = pd.DataFrame({"mention_id": label_ids(corpus, scored.units), "target": target.name})
            table["stance"], table["evaluation"] = scored.units["class_"].to_numpy(), scored.values[:, 0]
            table["document"] = scored.units["document"].to_numpy()
            parts.append(table[counted])
        return pd.concat(parts, ignore_index=True)

    def write(self, name, table):
        """Labels as a file."""
        path = self.folder / name
        if path.suffix == ".csv":
            table.to_csv(path, index=False)
        else:
            path.write_text("".join(json.dumps(r) + "\n" for r in table.to_dict("records")))
        return path

    def problem(self):
        """What stops it."""
        with pytest.raises(DiscourseError) as error:
            self.experiment.compute()
        return str(error.value)


@pytest.fixture
def labelled(experiment):
    return Labelled(experiment)


def test_labels_that_are_those_of_the_rules_give_the_same_results(labelled):
    rules = labelled.experiment.compute()
    labelled.write("gpt.csv", labelled.rules[["mention_id", "stance", "evaluation"]])
    other = labelled.rules.assign(stance=np.random.default_rng(3).permutation(labelled.rules["stance"]))
    labelled.write("other.jsonl", other[["mention_id", "stance"]])
    labelled.experiment.change(add=SETTINGS)
    labels = labelled.experiment.compute()
    for name in ("stance", "acts"):
        first, second = (getattr(r.found("stance", "Norland"), name).table for r in (rules, labels))
        pd.testing.assert_frame_equal(first, second)
    side = labels.found("stance", "Norland").side_by_side
    assert list(side.names) == ["gpt", "other", "package"]
    assert side.n == len(labelled.rules) and side.missing == 0
    both = side.agreement.set_index(["first", "second"])
    assert both.loc[("gpt", "package"), ["same", "ordinal", "nominal"]].tolist() == [100, 1, 1]

    # Who calls what what, and how far that agrees, as others count it.
    from nltk.metrics.agreement import AnnotationTask

    classes = ("conflictual", "cooperative", "neutral")
    counts = side.confusion[(side.confusion["first"] == "gpt") & (side.confusion["second"] == "other")]
    matrix = confusion_matrix(labelled.rules["stance"], other["stance"], labels=list(classes))
    found = counts.set_index(["code_first", "code_second"])["n"]
    assert [[int(found.get((a, b), 0)) for b in classes] for a in classes] == matrix.tolist()
    rows = [(c, str(k), v) for c, t in (("a", labelled.rules), ("b", other)) for k, v in enumerate(t["stance"])]
    assert both.loc[("gpt", "other"), "nominal"] == pytest.approx(AnnotationTask(rows).alpha())

    # Means and the difference under each measure, by a plain loop; labels that were shuffled show no difference.
    group = labels.data.design.group
    number = {"conflictual": -1, "neutral": 0, "cooperative": 1}
    table = side.compared[side.compared["measure"] == "evaluation"].set_index(["name", "stratum"])
    means = []
    for g, name in enumerate(labels.data.design.names):
        values = [number[s] for s, d in zip(other["stance"], other["document"]) if group[d] == g]
        means.append(sum(values) / len(values))
        assert table.loc[("other", name), "estimate"] == pytest.approx(means[-1])
    difference = side.differences.set_index(["name", "measure"]).loc[("other", "evaluation")]
    assert difference["estimate"] == pytest.approx(means[1] - means[0])
    assert difference["low"] < 0 < difference["high"]


def test_a_multiverse_of_labels_is_the_same_as_run_by_run(labelled, tmp_path):
    rng = np.random.default_rng(5)
    labelled.write("gpt.csv", labelled.rules[["mention_id", "stance"]])
    noisy = labelled.rules.assign(evaluation=rng.uniform(-1, 1, len(labelled.rules)).round(3))
    path = labelled.write("other.jsonl", noisy[["mention_id", "evaluation"]])
    path.with_suffix(".meta.toml").write_text('model = "M"\nprompt = "Is it hostile?"\ntemperature = 0.0\n')
    labelled.experiment.change(add=SETTINGS + "multiverse: {labels: [other, rules]}\n")
    assert 'multiverse.labels: there are no labels "rules" under stance: labels' in labelled.problem()
    labelled.experiment.change(("other.jsonl}", "other.jsonl, rules: package}"))
    report, results = labelled.experiment.report(), labelled.experiment.compute()
    (curve,) = results.found("multiverse").curves
    assert curve.choices == {"labels": "labels"}
    assert curve.table["labels"].tolist() == ["gpt", "other", "rules"]
    assert curve.table["configured"].tolist() == [True, False, False]
    side = results.found("stance", "Norland").side_by_side
    assert side.package == "rules"
    differences = side.differences[side.differences["measure"] == "evaluation"].set_index("name")
    assert curve.table["estimate"].tolist() == pytest.approx(
        differences.loc[["gpt", "other", "rules"], "estimate"].tolist()
    )
    assert curve.table["low"].tolist() == pytest.approx(
        differences.loc[["gpt", "other", "rules"], "low"].tolist(), nan_ok=True
    )
    # The order of the files decides which is the measure.
    labelled.experiment.change(
        ("{gpt: labels/gpt.csv, other: labels/other.jsonl,", "{other: labels/other.jsonl, gpt: labels/gpt.csv,")
    )
    other = labelled.experiment.change(("multiverse: {labels: [other, rules]}\n", "")).compute()
    outcome = next(o for o in other.found("stance", "Norland").outcomes)
    assert outcome.difference()["estimate"] == pytest.approx(curve.table["estimate"][1])
    # What the report says of the labels.
    captions = {f.name: f.caption for f in report.figures}
    assert "labels of gpt (model not recorded, prompt not recorded)" in captions["stance"]
    assert "measures" in captions and "multiverse-1" in captions
    kept = report.manifest["stance"]["Norland"]["labels"]
    assert kept["other"]["model"] == "M" and kept["other"]["temperature"] == "0.0"
    assert {"baumann2025", "krippendorff2019"} <= set(report.citations)
    tables = {"table-measures-agreement", "table-measures-contrast", "measures-confusion", "figure-measures"}
    assert tables <= set(report.tables)
    described = data_dictionary({n: report.tables[n] for n in tables}, report.columns)
    described = described[described["table"].isin(tables)]
    assert set(described["table"]) == tables and (described["meaning"].str.len() > 0).all()


def test_missing_labels_stop_a_run_unless_the_config_allows_them(labelled):
    some = labelled.rules.iloc[7:]
    labelled.write("gpt.csv", some[["mention_id", "stance"]])
    labelled.write("other.jsonl", labelled.rules[["mention_id", "stance"]])
    labelled.experiment.change(add=SETTINGS)
    message = labelled.problem()
    ids, n = labelled.rules["mention_id"].tolist(), len(labelled.rules)
    assert (
        f"stance.labels.gpt: gpt.csv: 7 of {n} mentions of Norland that this run asks for have no label: {', '.join(ids[:3])}, ..."
        in message
    )
    assert "norland.yaml:" in message and "stance.labels.other" not in message
    labelled.experiment.change(("other: labels/other.jsonl}", "other: labels/other.jsonl}, unlabelled: 0.1"))
    report, results = labelled.experiment.report(), labelled.experiment.compute()
    found = results.found("stance", "Norland")
    assert (found.side_by_side.n, found.side_by_side.missing) == (n - 7, 7)
    assert found.documents["n_mentions"].sum() == n - 7
    assert "7\u00a0mentions without a label are left out" in {f.name: f.caption for f in report.figures}[
        "stance"
    ].replace("7 m", "7\u00a0m")
    assert len(report.tables["mentions"]) == n - 7


def test_labels_of_several_targets(labelled):
    labelled.experiment.change(
        ("Norland: {terms: [norland]}", "Norland: {terms: [norland]}\n  The land: {terms: [norland, treaty]}")
    )
    rules = labelled.mentions()
    labelled.write("gpt.csv", rules[["mention_id", "stance"]])
    labelled.write("other.jsonl", rules[["mention_id", "target", "stance"]])
    labelled.experiment.change(add=SETTINGS)
    message = labelled.problem()
    both = rules["mention_id"].duplicated(keep=False).sum()
    assert both and "gpt.csv: row" in message and "is in row" in message, message
    labelled.write("gpt.csv", rules.drop_duplicates("mention_id")[["mention_id", "stance"]])
    message = labelled.problem()
    assert f"gpt.csv: ids of mentions of several targets, which need a column target: {both // 2} (row 2 " in message
    labelled.write("gpt.csv", rules[["mention_id", "target", "stance"]])
    results = labelled.experiment.compute()
    for target in ("Norland", "The land"):
        found = results.found("stance", target)
        assert found.side_by_side.agreement["same"].tolist() == [100, 100, 100]
        assert found.side_by_side.n == (rules["target"] == target).sum()


@pytest.mark.slow
def test_labels_travel_in_a_bundle(labelled, tmp_path):
    rng = np.random.default_rng(9)
    for name in ("gpt.csv", "other.jsonl"):
        table = labelled.rules.assign(stance=rng.choice(["conflictual", "neutral", "cooperative"], len(labelled.rules)))
        labelled.write(name, table[["mention_id", "stance"]])
    labelled.experiment.change(add=SETTINGS + "multiverse: {labels: [other]}\n")
    plan = resolve(load(labelled.experiment.file))
    first = compute(plan)
    bundle = tmp_path / "b.zip"
    bundle.write_bytes(make_bundle(plan))
    second = compute(resolve(load(labelled.experiment.file), bundle=bundle))
    a, b = (r.found("stance", "Norland") for r in (first, second))
    pd.testing.assert_frame_equal(a.stance.table, b.stance.table)
    pd.testing.assert_frame_equal(a.side_by_side.compared, b.side_by_side.compared)
    pd.testing.assert_frame_equal(a.side_by_side.agreement, b.side_by_side.agreement)
    curves = [r.found("multiverse").curves[0].table for r in (first, second)]
    pd.testing.assert_frame_equal(*curves)
