"""Bundles: the same results without the text, what they give away, and files that somebody else made or broke."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from discourse.cli.main import main
from discourse.errors import DiscourseError, UsageError
from discourse.experiment import compute, load, resolve, run, run_to_folder
from discourse.experiment.bundle.reading import read_bundle
from discourse.experiment.sharing import make_bundle

# What has words of the text, or places in it; all other files of a report are the same.
TABLES = """
data-dictionary mentions actors-sentences stance-terms target-sample topic-exemplars collocates
table-collocates-1 table-collocates-2 table-collocates-1-places table-collocates-2-places table-concordance-1
table-concordance-2 concordance table-passages
"""
WITH_WORDS = {"report.pdf", "report.html", "run.json", "timing.json", "manifest.json"} | {
    f"tables/{name}.csv" for name in TABLES.split()
}


def plan_of(file, **options):
    return resolve(load(file), **options)


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {i.filename: file.read(i) for i in file.infolist()}


def strings_of(data):
    """Every text in a bundle: in cells, in the files that describe it, and the cells of each column one after another."""
    found = []
    for name, content in members_of(data).items():
        if not name.endswith(".parquet"):
            # The experiment is not made from the text.
            found += [] if name == "experiment.yaml" else re.findall(r"[^\n\"]+", content.decode())
            continue
        table = pq.read_table(io.BytesIO(content)).to_pandas()
        for column in table.columns:
            cells = [str(v) for v in table[column] if isinstance(v, str)]
            found += [*cells, " ".join(cells)]
    return found


@pytest.mark.slow
def test_all_but_the_words_is_the_same_from_text_and_bundle(there, here, tmp_path):
    text = files(run_to_folder(plan_of(there.file), tmp_path / "text"))
    counts = files(run_to_folder(plan_of(here.file), tmp_path / "counts"))
    assert {n for n in text.keys() | counts.keys() if text.get(n) != counts.get(n)} <= WITH_WORDS
    assert sum(n.endswith(".svg") for n in text) > 20, "figures are among the files"
    assert len({n for n in text if n.endswith(".csv")} - WITH_WORDS) > 40
    # What is not about words is the same in the others, too.
    tables = [pd.read_csv(f / "tables" / "mentions.csv") for f in (tmp_path / "text", tmp_path / "counts")]
    assert tables[0]["text"].str.contains("Norland").all() and tables[1]["text"].isna().all()
    words = ["text", "terms", "title"]
    pd.testing.assert_frame_equal(*(t.drop(columns=words) for t in tables))
    assert set(tables[0]["url"]) > {"https://example.org/speeches/5"}
    exemplars = [pd.read_csv(f / "tables" / "topic-exemplars.csv") for f in (tmp_path / "text", tmp_path / "counts")]
    pd.testing.assert_frame_equal(*(t.drop(columns="text") for t in exemplars))
    manifest = json.loads(counts["run.json"])
    assert manifest["bundle"]["licence"] == "CC0-1.0"
    assert (
        manifest["bundle"]["sha256"]
        == hashlib.sha256((here.file.parent / "norland.bundle.zip").read_bytes()).hexdigest()
    )
    assert manifest["corpus"] == json.loads(text["run.json"])["corpus"]


@pytest.mark.slow
def test_a_report_from_a_bundle_says_so_once_and_names_documents(here, printed):
    report, _ = run(plan_of(here.file))
    facts = dict(report.facts)
    assert facts["Counts"].startswith("norland.bundle.zip, made with discourse ")
    text = printed(report)
    assert text.count("This report was made from a bundle") == 1
    assert "Licence: CC0-1.0. Texts: Speeches of ministers." in text
    assert re.search(r'"text": "https://example.org/speeches/\d+"', text), "evidence is the address of the document"
    assert "must stop its raids" not in text


@pytest.mark.slow
def test_groups_contrast_seed_and_topics_are_free(there, here, experiment_at, tmp_path):
    changes = [
        ("Before the treaty: {before: 2010-01-01}", "Before the treaty: {before: 2014-01-01}"),
        ("After the treaty: {from: 2010-01-01}", "After the treaty: {from: 2014-01-01}"),
        ("k: 2", "k: 3, iterations: 60, max_share: 0.9"),
        ("iterations: 50, ", ""),
        ("seeds: 1", "seeds: 3"),
        ("{resamples: 100}", "{resamples: 120, seed: 7, confidence: 0.9}"),
        ("frequency: {min_clusters: 2}", "frequency: {min_clusters: 3, alpha0: 200, stop_words: drop}"),
        ("cluster: minister", "each_against_rest: false"),
    ]
    add = "stance: {min_mentions: 12}\nrepetition: {documents: all}\n"
    here.change(*changes, add=add)
    file = tmp_path / "text.yaml"
    file.write_text(here.file.read_text(encoding="utf-8"), encoding="utf-8")
    speeches = [there.file.parent / "speeches.jsonl"]
    counts, text = here.compute(), compute(plan_of(file, corpus=speeches))
    assert counts.graph.base.bundle is not None and text.graph.base.bundle is None
    assert len(counts.outcomes) == len(text.outcomes) > 6
    for key, outcome in text.outcomes.items():
        pd.testing.assert_frame_equal(outcome.table, counts.outcomes[key].table, check_exact=True)
    topics = [r.found("topics") for r in (counts, text)]
    assert len(topics[0].unstable) == 3 and topics[0].model.params["seeds"] == 3
    pd.testing.assert_frame_equal(topics[0].prevalence.table, topics[1].prevalence.table, check_exact=True)
    for name in ("shares", "topics", "fits"):
        pd.testing.assert_frame_equal(topics[0].model.details[name], topics[1].model.details[name], check_exact=True)


@pytest.mark.slow
def test_the_same_bytes_with_another_hash_seed(there, bundled, tmp_path):
    environment = {**os.environ, "PYTHONHASHSEED": "77", "DISCOURSE_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "discourse.cli.main", "bundle", str(there.file), "--out", "x.zip", "-q"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.zip").read_bytes() == bundled


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("breakdown:", "stance: {half_distance: 6}\nbreakdown:",
         r"norland.yaml:\d+: stance.half_distance: 6 needs the text; the bundle norland.bundle.zip holds 12$"),
        ("{window: [6]}", "{window: [6, 9]}", r"multiverse.window: 9 needs the text; the bundle norland.bundle.zip holds 6, null"),
        ("{window: [6]}", "{window: [6], quotations: [leave out]}",
         "multiverse.quotations: counting without long quotations needs the text"),
        ("{terms: [norland]}", "{terms: [norland, lind]}", r"targets.Norland.terms: .*\"lind\".* needs the text; .* was made with"),
        ("reader: table", "reader: table\n  language: fr", "corpus.language: fr needs the text; .* was made with en"),
        ("passage_size: 60", "passage_size: 80", "topics.passage_size: 80 needs the text; .* holds 60"),
        ("targets:", "speakers:\n  Kovar: {side: foreign}\ntargets:", "speakers.Kovar: it needs the text; .* was made without it"),
        ("  Norland: {terms: [norland]}", "  Lind: {terms: [lind]}", "targets: Norland cannot be left out: the bundle"),
        ("{before: 2010-01-01}", "{before: 1950-01-01}", "no document falls into this group"),
        ("breakdown:", "repetition: {days: 3}\nbreakdown:", "repetition.days: 3 needs the text; .* was made with 31"),
    ],
)  # fmt: skip
def test_what_needs_the_text_is_named_before_anything_is_computed(here, made, old, new, message):
    here.change((old, new))
    with pytest.raises(DiscourseError, match=message):
        here.compute()
    assert made == [], "nothing was computed"


def test_an_analysis_that_was_not_measured_needs_the_text(small_pair):
    _, here = small_pair
    here.change(("topics: false", "topics: {k: 2}"))
    with pytest.raises(DiscourseError, match=r"topics: topics needs the text; the bundle norland.bundle.zip lacks it"):
        here.compute()


@pytest.mark.slow
def test_passages_are_kept_on_request_so_that_topics_can_be_added(small, tmp_path, experiment_at):
    small.change(("{resamples: 300}", "{resamples: 100}"))
    (tmp_path / "alone").mkdir()
    file = tmp_path / "alone" / "norland.yaml"
    file.with_suffix(".bundle.zip").write_bytes(make_bundle(plan_of(small.file), keep="passages"))
    small.change(("topics: false", "topics: {k: 2, iterations: 30}"))
    file.write_bytes(small.file.read_bytes())
    counts = experiment_at(file).compute().found("topics")
    text = small.compute().found("topics")
    assert [str(r) for r in counts.refusals] == [str(r) for r in text.refusals]
    pd.testing.assert_frame_equal(counts.model.details["terms"], text.model.details["terms"])


@pytest.mark.parametrize("which", ["all", "small"])
def test_the_words_of_the_text_are_not_in_their_order(which, there, bundled, small_there):
    """A search that knows nothing of the one that the program makes."""
    experiment, made = (there, bundled) if which == "all" else small_there

    def words(text):
        return re.findall(r"[^\W_]+", text.lower())

    source = set()
    for row in experiment.rows:
        w = words(row["text"])
        source.update(" ".join(w[k : k + 8]) for k in range(len(w) - 7))
    strings = strings_of(made)
    for text in strings:
        w = words(text)
        assert not [x for k in range(len(w) - 7) if (x := " ".join(w[k : k + 8])) in source], text[:200]
    assert "Speech 5" in strings, "titles that repeat nothing stay"
    if which == "small":
        assert "  - documents: 1 cells" in strings, "the disclosure says what was emptied"
        read = read_from(made)
        assert read.documents["title"].tolist()[2:5] == ["Speech 2", "", "Speech 4"]


def test_terms_of_a_mention_have_neither_order_nor_place(bundled, there, norland):
    bundle = read_from(bundled)
    for request, features in bundle.features.items():
        if request.analysis == "stance":
            assert (features.units["token"] == -1).all()
            hits = features.details["hits"]
            assert set(hits.columns) == {"mention", "term", "category", "weight"}
            assert all(list(t) == sorted(t) for _, t in hits.groupby("mention")["term"])
            assert all(t == "; ".join(sorted(t.split("; "))) for t in features.units["terms"])
        if request.analysis in ("salience", "collocates"):
            table = features.units if request.analysis == "salience" else features.details["nodes"]
            assert set(table["token"]) == {-1} and "start" not in table.columns
        if request.analysis == "actors":
            hits = features.details["hits"]
            assert set(hits["token"]) <= {-1}
            assert hits["actor"].is_monotonic_increasing
        if request.analysis == "topics":
            assert not {"start", "stop"} & set(features.units.columns)
            assert not {"the", "of", "a"} & set(features.columns)


def read_from(data, name="x.bundle.zip"):
    folder = Path(os.environ["DISCOURSE_CACHE"]) / "read"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return read_bundle(folder / name)


@pytest.mark.slow
def test_rare_terms_go_where_the_config_says_so(there, bundled, tmp_path, experiment_at):
    file = tmp_path / "norland.yaml"
    file.write_bytes(there.file.read_bytes())
    experiment_at(file).change(("bundle: {", "bundle: {min_documents: 15, "))
    bundle = read_from(make_bundle(plan_of(file, corpus=[there.file.parent / "speeches.jsonl"])), "rare.zip")
    every = read_from(bundled)
    assert bundle.min_documents == 15
    left_out = 0
    for request, features in bundle.features.items():
        if request.analysis not in ("frequency", "words", "collocates", "topics"):
            continue
        whole = every.features[request]
        # By the naive way: the documents in which a term occurs.
        rows = whole.units["document"].to_numpy() if "document" in whole.units else np.arange(len(whole.units))
        n_terms = whole.params.get("terms", len(whole.columns))
        dense = whole.values.toarray()
        often = [len(set(rows[dense[:, k] > 0])) >= 15 for k in range(n_terms)]
        assert sum(often), request.analysis
        left_out += n_terms - sum(often)
        want = dense[:, np.tile(often, len(whole.columns) // n_terms)]
        assert (features.values.toarray() == want).all()
        assert list(features.columns)[: sum(often)] == [c for c, yes in zip(whole.columns, often) if yes]
        pd.testing.assert_frame_equal(features.units, whole.units)
    assert left_out > 10


@pytest.mark.slow
def test_columns_that_are_kept(small_there, tmp_path, experiment_at):
    there, _ = small_there
    file = tmp_path / "norland.yaml"
    file.write_bytes(there.file.read_bytes())
    experiment = experiment_at(file).change(add="bundle: {keep: [minister, title]}\n")
    speeches = [there.file.parent / "speeches.jsonl"]
    bundle = read_from(make_bundle(plan_of(file, corpus=speeches)), "kept.zip")
    assert list(bundle.documents.columns) == ["doc_id", "date", "title", "kind", "issuer", "minister"]
    assert bundle.documents["title"].iloc[3] == there.rows[3]["title"], "as it is"
    experiment.change(("[minister, title]", "[ministr]"))
    with pytest.raises(
        DiscourseError, match=r'bundle.keep.1: there is no column "ministr"\. Did you mean "minister"\?'
    ):
        make_bundle(plan_of(file, corpus=speeches))


def test_a_bundle_describes_itself_as_a_data_package(bundled):
    members = members_of(bundled)
    package = json.loads(members["datapackage.json"])
    tables = {n for n in members if n.endswith(".parquet")}
    assert {r["path"] for r in package["resources"]} == tables
    names = [r["name"] for r in package["resources"]]
    assert len(set(names)) == len(names)
    for r in package["resources"]:
        assert re.fullmatch(r"[-a-z0-9._/]+", r["name"])
        assert r["hash"] == "sha256:" + hashlib.sha256(members[r["path"]]).hexdigest()
        assert r["bytes"] == len(members[r["path"]])
        schema = pq.read_schema(io.BytesIO(members[r["path"]]))
        assert [f["name"] for f in r["schema"]["fields"]] == schema.names
        assert {f["type"] for f in r["schema"]["fields"]} <= {"string", "integer", "number", "boolean", "datetime"}
    assert package["licenses"] == [{"name": "cc0-1-0", "title": "CC0-1.0"}]
    try:
        from frictionless import Package
    except ImportError:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert Package.metadata_validate(package) is not None and not list(Package.metadata_validate(package))


def test_others_read_a_bundle_without_us(bundled, there):
    members = members_of(bundled)
    documents = pd.read_parquet(io.BytesIO(members["documents.parquet"]))
    assert documents["doc_id"].tolist() == [r["id"] for r in there.rows]
    manifest = json.loads(members["manifest.json"])
    (request,) = [r for r in manifest["requests"] if r["analysis"] == "frequency"]
    read = {k: pd.read_parquet(io.BytesIO(members[request[k]["path"]])) for k in ("units", "columns")}
    values = pd.read_parquet(io.BytesIO(members[request["values"]["table"]["path"]]))
    (at,) = np.flatnonzero(read["columns"]["column"] == "harbour")
    counted = values[values["column"] == at].set_index("row")["value"]
    for k in (0, 20, 39):
        naive = len(re.findall(r"\bharbour\b", there.rows[k]["text"]))
        assert counted.get(k, 0) == naive
    assert b"arrow::read_parquet" in members["README.md"]


def test_texts_are_taken_where_there_are_some(there, here, bundled):
    plan = plan_of(here.file)
    assert plan.bundle == here.file.with_suffix(".bundle.zip") and not plan.named
    assert plan_of(here.file, corpus=[there.file.parent / "speeches.jsonl"]).bundle is None
    other = here.file.with_name("other.zip")
    other.write_bytes(bundled)
    assert plan_of(here.file, bundle=other).bundle == other
    here.file.with_suffix(".bundle.zip").unlink()
    assert plan_of(here.file).bundle is None
    here.file.with_name("speeches.jsonl").write_bytes((there.file.parent / "speeches.jsonl").read_bytes())
    other.rename(here.file.with_suffix(".bundle.zip"))
    assert plan_of(here.file).bundle is None
    with pytest.raises(UsageError, match="give either --bundle or --corpus"):
        plan_of(here.file, bundle=here.file.with_suffix(".bundle.zip"), corpus=[Path("x")])
    with pytest.raises(UsageError, match=r"there is no bundle none.zip"):
        plan_of(here.file, bundle=Path("none.zip"))


@pytest.mark.parametrize(
    "words",
    [
        ["kwic", "norland", "norland.yaml"],
        ["corpus", "show", "norland.yaml"],
        ["corpus", "speakers", "norland.yaml"],
        ["corpus", "reuse", "norland.yaml"],
        ["stance", "explain", "norland.yaml"],
        ["bundle", "norland.yaml", "--out", "x.zip"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_looks_at_the_text_says_that_it_needs_it(here, words, monkeypatch, capsys):
    monkeypatch.chdir(here.file.parent)
    monkeypatch.setattr(sys, "argv", ["discourse", *words])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert re.search(r"needs the text; norland.bundle.zip holds counts only and there is no \S*speeches.jsonl", said), (
        said
    )


def test_check_says_what_a_run_would_take(here, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["discourse", "check", str(here.file)])
    with pytest.raises(SystemExit):
        main()
    assert "It runs from" in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.slow
def test_a_report_is_current_until_bundle_or_texts_change(small_pair, monkeypatch):
    there, here = small_pair
    here.change(add="report: {figures: [salience]}\n")
    folder = here.folder()
    module = "discourse.experiment.run.prepare"
    monkeypatch.setattr(sys.modules["discourse.experiment.run"], "prepare", lambda *a, **k: pytest.fail("run again"))
    before = files(folder)
    assert files(here.folder()) == before, module
    bundle = here.file.with_suffix(".bundle.zip")
    content = bundle.read_bytes()
    bundle.write_bytes(content + b" ")
    with pytest.raises(pytest.fail.Exception, match="run again"):
        here.folder()
    bundle.write_bytes(content)
    here.folder()
    (here.file.parent / "speeches.jsonl").write_bytes((there.file.parent / "speeches.jsonl").read_bytes())
    with pytest.raises(pytest.fail.Exception, match="run again"):
        here.folder()


@pytest.mark.slow
def test_results_of_text_and_bundle_are_kept_apart(small_pair, cache, made):
    there, here = small_pair
    there.compute()
    made.clear()
    counts = here.compute()
    assert {"results/stance", "results/salience"} <= set(made)
    assert not [k for k in made if k.startswith("features/")]
    hits = counts.found("stance", "Norland").scored.details["hits"]
    assert "token" not in hits.columns
    assert "token" in there.compute().found("stance", "Norland").scored.details["hits"].columns
