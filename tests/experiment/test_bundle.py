"""Bundles: the same results without the text, what they give away, and files that somebody else made or broke."""

import hashlib
import io
import json
import os
import re
import stat
import subprocess
import sys
import warnings
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy import sparse

from discourse.cli.main import main
from discourse.errors import DiscourseError, SourceError, UsageError
from discourse.experiment import compute, load, resolve, run, run_to_folder
from discourse.experiment.bundle import archive
from discourse.experiment.bundle.archive import pack
from discourse.experiment.bundle.disclosure import chains, quotations
from discourse.experiment.bundle.reading import read_bundle
from discourse.experiment.bundle.tables import from_long_form, long_form, read_table, write_table
from discourse.experiment.sharing import make_bundle
from discourse.features._examples import encoded

# What has words of the text, or places in it; all other files of a report are the same.
WITH_WORDS = {
    "report.pdf",
    "run.json",
    "timing.json",
    "tables/data-dictionary.csv",
    "tables/mentions.csv",
    "tables/stance-terms.csv",
    "tables/target-sample.csv",
    "tables/topic-exemplars.csv",
    "tables/collocates.csv",
    "tables/table-collocates-1.csv",
    "tables/table-collocates-2.csv",
    "tables/table-collocates-1-places.csv",
    "tables/table-collocates-2-places.csv",
    "tables/table-concordance-1.csv",
    "tables/table-concordance-2.csv",
    "tables/concordance.csv",
    "tables/table-passages.csv",
}
PASSAGE = "The council of the harbour met on the first day of the year and heard what the envoys had to say. "


def plan_of(file, **options):
    return resolve(load(file), **options)


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def there(tmp_path_factory, experiment_source, experiment_at):
    """An experiment with texts: a repeated passage, an address for each."""
    experiment = experiment_at(experiment_source(tmp_path_factory.mktemp("there")))
    experiment.change(("{resamples: 300}", "{resamples: 100}"), ("k: 2", "k: 2, min_passages: 3"))
    experiment.column("url", lambda k, row: f"https://example.org/speeches/{k}")
    rows = [r | {"text": PASSAGE + r["text"]} if k % 9 == 0 else r for k, r in enumerate(experiment.rows)]
    experiment.write(rows)
    experiment.change(add="multiverse: {window: [6]}\nbundle: {licence: CC0-1.0, citation: Speeches of ministers}\n")
    return experiment


@pytest.fixture(scope="module")
def data(there):
    return make_bundle(plan_of(there.file))


@pytest.fixture
def here(there, data, tmp_path, experiment_at):
    """The same experiment with its bundle and without texts; a test may change it."""
    file = tmp_path / "norland.yaml"
    file.write_bytes(there.file.read_bytes())
    (tmp_path / "norland.bundle.zip").write_bytes(data)
    return experiment_at(file)


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
    assert len(counts.found("topics").outcomes[0].quantities.items) == 3


@pytest.mark.slow
def test_the_same_bytes_with_another_hash_seed(there, data, tmp_path):
    environment = {**os.environ, "PYTHONHASHSEED": "77", "DISCOURSE_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "discourse.cli.main", "bundle", str(there.file), "--out", "x.zip", "-q"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.zip").read_bytes() == data


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("breakdown:", "stance: {half_distance: 6}\nbreakdown:",
         r"norland.yaml:\d+: stance.half_distance: 6.0 needs the text; the bundle norland.bundle.zip holds 12.0"),
        ("{window: [6]}", "{window: [6, 9]}", r"multiverse.window: 9 needs the text; the bundle norland.bundle.zip holds 6, null"),
        ("{window: [6]}", "{window: [6], quotations: [leave out]}",
         "multiverse.quotations: counting without long quotations needs the text"),
        ("{terms: [norland]}", "{terms: [norland, lind]}", r"targets.Norland: .*\"lind\".* needs the text; .* was made with"),
        ("reader: table", "reader: table\n  language: fr", "corpus.language: fr needs the text; .* was made with en"),
        ("passage_size: 60", "passage_size: 80", "topics.passage_size: 80 needs the text; .* holds 60"),
        ("breakdown:", "frequency_: 1\nbreakdown:", "frequency_"),
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


@pytest.fixture(scope="module")
def small_there(tmp_path_factory, experiment_source, experiment_at):
    """An experiment without topics and bigrams, with a title that begins its speech, and its bundle."""
    experiment = experiment_at(experiment_source(tmp_path_factory.mktemp("small"))).smaller()
    rows = experiment.rows
    rows[3]["title"] = " ".join(rows[3]["text"].split()[:12])
    experiment.write(rows)
    experiment.change(("{resamples: 300}", "{resamples: 100}"))
    return experiment, make_bundle(plan_of(experiment.file))


@pytest.fixture
def small_pair(small_there, tmp_path, experiment_at):
    """The experiment with texts, and a copy with its bundle that a test may change."""
    experiment, data = small_there
    file = tmp_path / "norland.yaml"
    file.write_bytes(experiment.file.read_bytes())
    file.with_suffix(".bundle.zip").write_bytes(data)
    return experiment, experiment_at(file)


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
    assert (counts.model is None) == (text.model is None)
    if text.model is not None:
        pd.testing.assert_frame_equal(counts.model.details["terms"], text.model.details["terms"])


@pytest.mark.parametrize("which", ["all", "small"])
def test_the_words_of_the_text_are_not_in_their_order(which, there, data, small_there):
    """A search that knows nothing of the one that the program makes."""
    experiment, made = (there, data) if which == "all" else small_there

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


def test_terms_of_a_mention_have_neither_order_nor_place(data, there, norland):
    bundle = read_from(data)
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
        if request.analysis == "topics":
            assert not {"start", "stop"} & set(features.units.columns)
            assert not {"the", "of", "a"} & set(features.columns)


def read_from(data, name="x.bundle.zip"):
    folder = Path(os.environ["DISCOURSE_CACHE"]) / "read"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return read_bundle(folder / name)


@pytest.mark.slow
def test_rare_terms_go_where_the_config_says_so(there, data, tmp_path, experiment_at):
    file = tmp_path / "norland.yaml"
    file.write_bytes(there.file.read_bytes())
    experiment_at(file).change(("bundle: {", "bundle: {min_documents: 15, "))
    bundle = read_from(make_bundle(plan_of(file, corpus=[there.file.parent / "speeches.jsonl"])), "rare.zip")
    every = read_from(data)
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


def test_a_bundle_describes_itself_as_a_data_package(data):
    members = members_of(data)
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


def test_others_read_a_bundle_without_us(data, there):
    members = members_of(data)
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


# --- Foreign bundles


def repacked(data, changes, comment=None):
    """A bundle with some members replaced and its hashes as they were, or anew where a manifest is given."""
    members = {**members_of(data), **changes}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in members.items():
            if content is not None:
                file.writestr(name, content)
        file.comment = comment if comment is not None else zipfile.ZipFile(io.BytesIO(data)).comment
    return stream.getvalue()


def forged(data, changes, edit=lambda manifest: None):
    """A bundle that somebody changed and signed again."""
    members = {k: v for k, v in {**members_of(data), **changes}.items() if v is not None}
    manifest = json.loads(members.pop("manifest.json"))
    manifest["sha256"] = {n: hashlib.sha256(c).hexdigest() for n, c in members.items()}
    edit(manifest)
    return pack({**members, "manifest.json": json.dumps(manifest).encode()})


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for k in range(3):
            file.writestr(f"{k}.parquet", bytes(1_000_000))
    return stream.getvalue()


def with_link(data):
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as file:
        info = zipfile.ZipInfo("link")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    return stream.getvalue()


def huge_table():
    """A table of many more rows than its few bytes would let one think."""
    return write_table(pd.DataFrame({"n_tokens": np.zeros(3_000_000, np.int64)}), "t")[0]


def tampered(data):
    (name,) = [n for n in members_of(data) if n.startswith("frequency/") and n.endswith("values.parquet")]
    table = pd.read_parquet(io.BytesIO(members_of(data)[name]))
    table["value"] *= 2
    return {name: write_table(table, "t")[0]}


FOREIGN = {
    "no zip": (lambda d: b"hello", "not a bundle, or a damaged one"),
    "truncated": (lambda d: d[: len(d) // 2], "not a bundle, or a damaged one"),
    "flipped": (lambda d: d[:2000] + bytes([d[2000] ^ 255]) + d[2001:], "damaged|changed after the bundle was made"),
    "another zip": (lambda d: repacked(d, {"manifest.json": None}), "holds no manifest.json"),
    "bomb": (lambda d: bomb(), "unpacks to more than"),
    "outside": (lambda d: repacked(d, {"../evil.parquet": b""}), "no member called '../evil.parquet'"),
    "absolute": (lambda d: repacked(d, {"/tmp/evil": b""}), "no member called '/tmp/evil'"),
    "link": (with_link, "is a link or encrypted"),
    "more": (lambda d: repacked(d, {"extra.py": b"print()"}), "extra.py does not belong to the bundle"),
    "missing": (lambda d: repacked(d, {"turns.parquet": None}), "turns.parquet is missing"),
    "tampered": (lambda d: repacked(d, tampered(d)), "values.parquet was changed after the bundle was made"),
    "unsigned": (lambda d: repacked(d, {}, b""), "manifest.json was changed after"),
    "manifest": (lambda d: repacked(d, {"manifest.json": b"{}"}), "manifest.json was changed after"),
    "format": (lambda d: forged(d, {}, lambda m: m.update(format=2, made_with="9.0")),
               "format 2 \\(made with discourse 9.0\\); this version reads format 1"),
    "unknown": (lambda d: forged(d, {}, lambda m: m.update(code="import os")), "manifest.json is not that of a bundle"),
    "no table": (lambda d: forged(d, {"turns.parquet": b"PAR1"}), "turns.parquet"),
    "columns": (lambda d: forged(d, {"turns.parquet": members_of(d)["documents.parquet"]}), "turns.parquet: expected the columns"),
    "one request less": (lambda d: forged(d, {}, lambda m: m.update(tokens=[])), "needs the text"),
    "type": (lambda d: forged(d, {}, lambda m: m["turns"]["types"].update(speaker="object pickle")), "not a bundle that can be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_bundle_is_refused_with_one_message(here, data, name, made, capsys, monkeypatch):
    make, message = FOREIGN[name]
    monkeypatch.setattr(archive, "MOST_BYTES", 2_000_000)
    folder = here.file.parent
    (folder / "norland.bundle.zip").write_bytes(make(data))
    monkeypatch.chdir(folder)
    before = files(folder)
    monkeypatch.setattr(sys, "argv", ["discourse", "run", "norland.yaml"])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr().err
    # Settings that a bundle lacks are mistakes in the config.
    assert stopped.value.code == (2 if "needs the text" in message else 1)
    assert re.search(message, said), said
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said
    assert files(folder) == before and made == []


def test_sizes_are_checked_whatever_the_directory_says(data, tmp_path, monkeypatch):
    """A member that says it is short."""
    monkeypatch.setattr(archive, "MOST_BYTES", 500_000)
    packed = bytearray(bomb())
    for sign, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = packed.find(sign)
        while place >= 0:
            packed[place + at : place + at + 4] = (10).to_bytes(4, "little")
            place = packed.find(sign, place + 4)
    (tmp_path / "x.zip").write_bytes(bytes(packed))
    with pytest.raises(SourceError, match=r"unpacks to more than|damaged"):
        read_bundle(tmp_path / "x.zip")


def test_a_table_of_too_many_rows_is_not_read(monkeypatch):
    monkeypatch.setattr("discourse.experiment.bundle.tables.MOST_CELLS", 1_000_000)
    assert len(huge_table()) < 10_000
    with pytest.raises(ValueError, match="3,000,000 rows are more than a bundle has"):
        read_table(huge_table(), {"n_tokens": "int64"})


def test_places_outside_the_documents_are_refused(data):
    (name,) = [n for n in members_of(data) if n.startswith("salience/") and n.endswith("units.parquet")][:1]
    units = pq.read_table(io.BytesIO(members_of(data)[name])).to_pandas()
    units["document"] += 1000
    with pytest.raises(SourceError, match=r"document 10.. of 40"):
        read_from(forged(data, {name: write_table(units, "t")[0]}), "outside.zip")


@pytest.mark.slow
def test_a_bundle_of_another_version_is_read_and_the_report_says_so(here, data, printed):
    other = forged(data, {}, lambda manifest: manifest.update(made_with="0.0.9"))
    (here.file.parent / "norland.bundle.zip").write_bytes(other)
    report, _ = run(plan_of(here.file))
    assert "made with discourse 0.0.9; this report with" in printed(report)


# --- Which of them is taken


def test_texts_are_taken_where_there_are_some(there, here, data):
    plan = plan_of(here.file)
    assert plan.bundle == here.file.with_suffix(".bundle.zip") and not plan.named
    assert plan_of(here.file, corpus=[there.file.parent / "speeches.jsonl"]).bundle is None
    other = here.file.with_name("other.zip")
    other.write_bytes(data)
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


# --- Tables


def test_tables_come_back_as_they_were():
    frame = pd.DataFrame(
        {
            "int": np.array([1, -2, 2**40], np.int64),
            "small": np.array([1, 2, 3], np.int8),
            "float": [0.1 + 0.2, np.nan, -0.0],
            "bool": [True, False, True],
            "text": pd.Series(["a", None, "ü"], dtype=object),
            "nan": pd.Series(["a", np.nan, ""], dtype=object),
            "mixed": pd.Series([1, "a", [1, 2]], dtype=object),
            "day": pd.to_datetime(["2020-01-01", None, "1946-01-21"]).astype("datetime64[s]"),
            "moment": [pd.Timestamp(f"202{k}-01-01 12:00:00.000000001", tz="UTC") for k in range(3)],
        }
    )
    back = read_table(*write_table(frame, "a table"))
    pd.testing.assert_frame_equal(back, frame, check_exact=True)
    assert np.signbit(back["float"].iloc[2])
    assert back["text"].iloc[1] is None and back["nan"].iloc[1] != back["nan"].iloc[1]
    empty = frame.head(0)
    pd.testing.assert_frame_equal(read_table(*write_table(empty, "a table")), empty, check_index_type=False)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"a": [object()]}), "column a: values of type object cannot be written"),
        (pd.DataFrame({"a": pd.Categorical(["x"])}), "column a: values of type category cannot be written"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns have the same name"),
        (pd.DataFrame({1: [2]}), "the name of a column must be text, got 1"),
    ],
)
def test_what_no_table_can_hold_is_said(frame, message):
    with pytest.raises(DiscourseError, match=message):
        write_table(frame, "a table")


def test_matrices_come_back_in_the_order_in_which_they_were_held():
    matrix = sparse.csr_array(
        (np.array([0.1, 0.0, 3.0]), np.array([4, 1, 2], np.int32), np.array([0, 2, 2, 3], np.int32)), shape=(3, 5)
    )
    frame, index = long_form(matrix)
    back = from_long_form(read_table(*write_table(frame, "values")), (3, 5), index)
    for name in ("data", "indices", "indptr"):
        one, other = getattr(matrix, name), getattr(back, name)
        assert one.tolist() == other.tolist() and one.dtype == other.dtype
    with pytest.raises(ValueError, match="outside"):
        from_long_form(frame, (3, 4), index)
    with pytest.raises(ValueError, match="order"):
        from_long_form(frame.iloc[::-1], (3, 5), index)


# --- Disclosure


def test_words_in_a_row_are_found_by_the_naive_way_as_well():
    rng = np.random.default_rng(3)
    source = [" ".join(rng.choice(list("abc"), 60)) for _ in range(5)]
    texts = [" ".join(rng.choice(list("abc"), 9)) for _ in range(400)]
    windows = {tuple(s.split()[k : k + 8]) for s in source for k in range(53)}
    want = {t for t in texts if tuple(t.split()[:8]) in windows or tuple(t.split()[1:]) in windows}
    assert 0 < len(want) < len(set(texts))
    assert quotations(texts, source) == want


def test_chains_are_those_of_a_naive_loop():
    rng = np.random.default_rng(4)
    texts = [" ".join(rng.choice(["peace", "trade", "grain", "road"], 30)) + "." for _ in range(4)]
    grams = ["peace trade", "trade grain", "grain road peace"]
    pairs = {("peace", "trade"), ("trade", "grain"), ("grain", "road"), ("road", "peace")}
    linked, total, longest = 0, sum(len(t.split()) for t in texts) - 1, 0
    for text in texts:
        words, run_ = text.strip(".").split(), 1
        for pair in pairwise(words):
            linked += pair in pairs
            run_ = run_ + 1 if pair in pairs else 1
            longest = max(longest, run_)
    share, most = chains(encoded(texts), grams)
    assert share == pytest.approx(linked / total)
    assert most == longest
