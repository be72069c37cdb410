"""Archives: what is in them, that they are the same each time, that they verify, and that hostile ones are one message."""

import hashlib
import json
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from discourse.cli.main import main
from discourse.errors import DiscourseError, SourceError, UsageError
from discourse.experiment import load, resolve, verifying
from discourse.experiment.archive.form import ARCHIVE, Manifest, opened
from discourse.experiment.archive.layout import places_of
from discourse.experiment.archive.lock import Locked, installed, lock_file, locked, read_lock
from discourse.experiment.archive.making import make_archive
from discourse.experiment.archive.wheel import own_wheel
from discourse.experiment.bundle import archive as zips
from discourse.experiment.run_record import check_record, schema
from discourse.verify import compare_folders
from discourse.verify.digest import digest_of

pytest.importorskip("rocrate")
pytest.importorskip("cyclonedx")
jsonschema = pytest.importorskip("jsonschema")
ROOT = Path(__file__).parents[2]
PACKAGES = [Locked("numpy", "2.4.6", "BSD-3-Clause", ("a" * 64,)), Locked("scipy", "1.17.1", "", ("b" * 64,))]
LESS = (
    ("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}", "topics: false"),
    ("frequency: {min_clusters: 2}", "frequency: {min_clusters: 2, ngrams: [1]}"),
)


def small(source, folder):
    """An experiment that names a file in the folder above its own."""
    (folder / "study").mkdir(parents=True)
    file = source(folder / "study")
    text = file.read_text(encoding="utf-8")
    for old, new in LESS:
        assert old in text
        text = text.replace(old, new)
    (folder / "words.txt").write_text("norland\n", encoding="utf-8")
    file.write_text(text + "bundle: {licence: CC0-1.0, citation: Invented speeches}\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def made(experiment_source, tmp_path_factory):
    """An experiment file and its archive."""
    file = small(experiment_source, tmp_path_factory.mktemp("archived"))
    archive = make_archive(resolve(load(file)), PACKAGES)
    path = file.with_name("norland.archive.zip")
    path.write_bytes(archive.data)
    return file, path, archive


@pytest.fixture
def unpacked(made, tmp_path):
    folder, _, _ = opened(made[1], tmp_path / "unpacked")
    return folder


@pytest.fixture
def instantly(monkeypatch, made, tmp_path):
    """The report is there at once, as a run makes it."""
    folder, _, _ = opened(made[1], tmp_path / "pristine")
    monkeypatch.setattr(verifying, "run_to_folder", lambda plan, out, *a, **k: shutil.copytree(folder / "report", out))


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["discourse", *map(str, words)])
    try:
        main()
    except SystemExit as stop:
        return stop.code or 0
    return 0


@pytest.mark.slow
def test_an_archive_is_the_same_each_time_and_verifies(made, tmp_path):
    file, path, archive = made
    again = make_archive(resolve(load(file)), PACKAGES)  # from what the first run stored
    assert again.data == archive.data and again.digest == archive.digest
    verified = verifying.verify(path)
    assert verified.holds and not verified.comparison.differences and verified.digests[0] == verified.digests[1]
    assert verified.digests[0] == archive.digest
    assert sum(verified.comparison.numbers.values()) > 5000


@pytest.mark.slow
def test_what_an_archive_holds(made, unpacked):
    names = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    assert {"README.md", "LICENCES.md", "CITATION.cff", "codebook.csv", "requirements.lock", "requirements.txt", "run.sh", "sbom.json",
            "settings.yaml", "environment.json", "ro-crate-metadata.json", "manifest.json", "study/norland.yaml",
            "study/norland.bundle.zip", "report/report.pdf", "report/run.json", "report/tables/data-dictionary.csv"} <= names  # fmt: skip
    assert "report/timing.json" not in names, "times differ in each run"
    assert (unpacked / "study/norland.yaml").read_bytes() == made[0].read_bytes()
    lock = (unpacked / "requirements.lock").read_text()
    assert "numpy==2.4.6 --hash=sha256:" + "a" * 64 in lock and "://" not in lock
    text = b"".join((unpacked / n).read_bytes() for n in names if not n.endswith((".whl", ".pdf", ".zip")))
    for place in (str(made[0].parent), str(Path.home()), sys.prefix):
        assert place.encode() not in text, "no path of this machine"
    speeches = (made[0].parent / "speeches.jsonl").read_text().splitlines()
    words = json.loads(speeches[0])["text"].split()
    assert " ".join(words[:8]).encode() not in text, "the texts stay at home"
    settings = yaml.safe_load((unpacked / "settings.yaml").read_text())
    assert settings["inference"]["min_containing"] == 10, "defaults are written out"
    assert digest_of(unpacked / "report") == made[2].digest
    assert made[2].digest in (unpacked / "README.md").read_text()


@pytest.mark.slow
def test_others_read_the_descriptions(unpacked):
    from rocrate.rocrate import ROCrate

    crate = ROCrate(unpacked)
    assert crate.root_dataset["name"] == "Norland in the speeches of ministers"
    for entity in crate.data_entities:
        assert entity.id == "./" or (unpacked / entity.id).exists(), entity.id
    bom = json.loads((unpacked / "sbom.json").read_text())
    assert bom["bomFormat"] == "CycloneDX" and {c["name"] for c in bom["components"]} == {"numpy", "scipy"}
    citation = yaml.safe_load((unpacked / "CITATION.cff").read_text())
    assert citation["type"] == "dataset" and citation["authors"] and citation["title"]
    done = subprocess.run(["sh", "-n", str(unpacked / "run.sh")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_wheel_installs_without_an_index(tmp_path):
    name, data = own_wheel()
    assert own_wheel() == (name, data)
    (tmp_path / name).write_bytes(data)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--target",
        str(tmp_path / "there"),
    ]
    subprocess.run([*pip, str(tmp_path / name)], check=True, capture_output=True)
    ours = {p.relative_to(ROOT / "discourse") for p in (ROOT / "discourse").rglob("*.py")}
    assert ours == {
        p.relative_to(tmp_path / "there" / "discourse") for p in (tmp_path / "there/discourse").rglob("*.py")
    }


@pytest.mark.slow
def test_a_changed_report_is_told_by_number(made, unpacked, instantly, monkeypatch, capsys):
    assert run(monkeypatch, "verify", unpacked) == 0
    assert "holds: every one of" in capsys.readouterr().out
    table = unpacked / "report" / "tables" / "figure-stance.csv"
    lines = table.read_text().splitlines()
    column = lines[0].split(",").index("estimate")
    cells = lines[1].split(",")
    before = cells[column]
    cells[column] = before[:-1] + str((int(before[-1]) + 1) % 10)
    table.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n")
    assert run(monkeypatch, "verify", unpacked) == 1
    out = capsys.readouterr().out
    assert f"{cells[column]} -> {before}" in out and "figure-stance.csv" in out and "Figure" in out
    assert "changed after the archive was made: report/tables/figure-stance.csv" in out


def repacked(path, to, change):
    """The archive with other members and a manifest that fits them."""
    members, _ = zips.unpack(path, ARCHIVE)
    change(members)
    to.write_bytes(zips.pack(members, ARCHIVE))
    return to


@pytest.mark.slow
def test_damaged_archives_are_one_message(made, tmp_path, monkeypatch, capsys):
    path = made[1]

    def config(members):
        members["study/norland.yaml"] += b"# more\n"

    def missing(members):
        del members["study/norland.bundle.zip"]

    def new(members):
        members["code/evil.py"] = b"print(1)"

    def manifest(members):
        members["manifest.json"] = members["manifest.json"].replace(b'"format"', b'"formal"', 1)

    def outside(members):
        value = json.loads(members["manifest.json"])
        value["experiment"] = "../outside.yaml"
        members["manifest.json"] = json.dumps(value).encode()

    cases = {
        k.__name__: repacked(path, tmp_path / f"{k.__name__}.zip", k) for k in (config, missing, new, manifest, outside)
    }
    cases["cut"] = tmp_path / "cut.zip"
    cases["cut"].write_bytes(path.read_bytes()[:-4000])
    cases["text"] = tmp_path / "text.zip"
    cases["text"].write_text("no zip")
    cases["none"] = tmp_path / "none.zip"
    for name, bad in cases.items():
        assert run(monkeypatch, "verify", bad) == 2, name
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "Traceback" not in said, said


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["slip", "absolute", "link", "backslash", "bomb"])
def test_hostile_zips_write_nothing(made, tmp_path, monkeypatch, kind):
    bad, into = tmp_path / "bad.zip", tmp_path / "into"
    shutil.copy(made[1], bad)
    names = {
        "slip": "../evil",
        "absolute": "/tmp/evil",
        "link": "report/link",
        "backslash": "..\\evil",
        "bomb": "report/b.txt",
    }
    with zipfile.ZipFile(bad, "a") as z:
        info = zipfile.ZipInfo(names[kind])
        info.compress_type = zipfile.ZIP_DEFLATED
        if kind == "link":
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
        z.writestr(info, b"0" * 30_000_000 if kind == "bomb" else b"/etc/passwd")
    monkeypatch.setattr(zips, "MOST_BYTES", 20_000_000)
    with pytest.raises(UsageError):
        opened(bad, into)
    assert not into.exists() or not list(into.iterdir())
    assert not (tmp_path / "evil").exists()


@pytest.mark.slow
def test_a_folder_with_links_is_refused(unpacked, tmp_path):
    pdf = unpacked / "report" / "report.pdf"
    shutil.move(pdf, tmp_path / "elsewhere.pdf")
    pdf.symlink_to(tmp_path / "elsewhere.pdf")
    with pytest.raises(UsageError, match="is a link"):
        opened(unpacked, tmp_path / "x")


@pytest.mark.slow
def test_an_archive_reads_nothing_outside(made, tmp_path):
    """An experiment that was written by somebody else may name any file."""
    (tmp_path / "secret.txt").write_text("secret words\n")

    def change(members):
        text = members["study/norland.yaml"].decode()
        changed = text.replace("targets:", "stance: {lexicons: {evaluation: ../../secret.txt}}\ntargets:").encode()
        value = json.loads(members["manifest.json"])
        value["files"]["study/norland.yaml"] = hashlib.sha256(changed).hexdigest()
        members |= {"study/norland.yaml": changed, "manifest.json": json.dumps(value).encode()}

    bad = repacked(made[1], tmp_path / "bad.zip", change)
    with pytest.raises(DiscourseError, match="secret"):
        verifying.verify(bad)


@pytest.mark.slow
def test_texts_travel_when_asked(experiment_source, tmp_path):
    file = small(experiment_source, tmp_path)
    archive = make_archive(resolve(load(file)), PACKAGES, texts=True)
    (tmp_path / "a.zip").write_bytes(archive.data)
    folder, manifest, _ = opened(tmp_path / "a.zip", tmp_path / "b")
    assert manifest.data == "texts" and manifest.bundle is None and manifest.texts == ["texts/1/speeches.jsonl"]
    assert (folder / "texts/1/speeches.jsonl").read_bytes() == (file.parent / "speeches.jsonl").read_bytes()
    assert verifying.verify(tmp_path / "a.zip").holds


def test_places_keep_their_distances():
    home, found = places_of(Path("/h/me/x/a.yaml"), [Path("/h/me/x/../../c/d.csv"), Path("/h/me/x/e.txt")])
    assert home == "study/experiments/experiments/a.yaml"
    assert [str(v) for v in found.values()] == ["study/c/d.csv", "study/experiments/experiments/e.txt"]
    with pytest.raises(UsageError, match="absolute"):
        places_of(Path("/h/me/x/a.yaml"), [Path("/etc/passwd")])


def test_lock_files(tmp_path, monkeypatch):
    here = installed()
    names = {p.name for p in here}
    assert {
        "numpy",
        "scipy",
        "typst",
        "pydantic",
        "pydantic-core",
        "pypdf",
    } <= names and "discourse-analytics" not in names
    given = tmp_path / "requirements.txt"
    given.write_text("".join(f"{p.name}=={p.version} \\\n    --hash=sha256:{'c' * 64}\n" for p in here))
    assert {p.hashes for p in read_lock(given, here)} == {("c" * 64,)}
    text = lock_file(read_lock(given, here), "3.11.7", "Linux")
    (tmp_path / "again.lock").write_text(text)
    assert read_lock(tmp_path / "again.lock", here) == read_lock(given, here)
    given.write_text(
        given.read_text().replace(f"numpy=={next(p.version for p in here if p.name == 'numpy')}", "numpy==1.0")
    )
    with pytest.raises(UsageError, match=r"numpy .* is installed, the lock file has 1\.0"):
        read_lock(given, here)
    given.write_text("-e git+ssh://x\n")
    with pytest.raises(UsageError, match="expected name==version"):
        read_lock(given, here)
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1, "", "ERROR: no network"))
    with pytest.raises(SourceError, match="--lock FILE"):
        locked(here)


def test_the_published_schema_is_that_of_the_code():
    published = json.loads((ROOT / "docs" / "run.schema.json").read_text(encoding="utf-8"))
    assert published == schema()
    jsonschema.Draft202012Validator.check_schema(published)


@pytest.mark.slow
def test_every_record_is_of_the_schema(norland_report, unpacked, tmp_path):
    validator = jsonschema.Draft202012Validator(schema())
    for folder in (norland_report, unpacked / "report"):
        record = json.loads((folder / "run.json").read_text())
        validator.validate(record)
        assert check_record(folder / "run.json") == record
    for key, value in (("digest", "x"), ("seed", -1), ("corpus", {}), ("versions", {"numpy": 2})):
        (tmp_path / "run.json").write_text(json.dumps(record | {key: value}))
        assert not validator.is_valid(record | {key: value})
        with pytest.raises(SourceError, match=key):
            check_record(tmp_path / "run.json")


def test_a_manifest_says_what_it_must():
    with pytest.raises(ValueError, match="experiment"):
        Manifest.model_validate({"name": "x", "experiment": "../x", "data": "counts"})


@pytest.mark.slow
def test_a_report_without_its_experiment_says_so(norland_report, tmp_path):
    shutil.copytree(norland_report, tmp_path / "report")
    with pytest.raises(UsageError, match=r"norland\.yaml"):
        verifying.verify(tmp_path / "report")
    with pytest.raises(UsageError, match="no report"):
        verifying.verify(tmp_path)
    assert compare_folders(norland_report, tmp_path / "report").holds
