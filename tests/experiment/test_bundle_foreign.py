"""Bundles that somebody else made or broke: one clear message, nothing executed, nothing written."""

import hashlib
import io
import json
import re
import stat
import sys
import zipfile

import pandas as pd
import pyarrow.parquet as pq
import pytest

from discourse.cli.main import main
from discourse.errors import SourceError
from discourse.experiment import load, resolve, run
from discourse.experiment.bundle import archive
from discourse.experiment.bundle.archive import pack
from discourse.experiment.bundle.reading import read_bundle
from discourse.experiment.bundle.tables import write_table


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {i.filename: file.read(i) for i in file.infolist()}


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


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
    "absolute": (lambda d: repacked(d, {"/evil": b""}), "no member called '/evil'"),
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
def test_a_foreign_bundle_is_refused_with_one_message(small_pair, small_there, name, made, capsys, monkeypatch):
    (_, here), (_, data) = small_pair, small_there
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


def test_sizes_are_checked_whatever_the_directory_says(bundled, tmp_path, monkeypatch):
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


def test_places_outside_the_documents_are_refused(small_there, tmp_path):
    _, data = small_there
    (name,) = [n for n in members_of(data) if n.startswith("salience/") and n.endswith("units.parquet")][:1]
    units = pq.read_table(io.BytesIO(members_of(data)[name])).to_pandas()
    units["document"] += 1000
    (tmp_path / "x.zip").write_bytes(forged(data, {name: write_table(units, "t")[0]}))
    with pytest.raises(SourceError, match=r"document 10.. of 40"):
        read_bundle(tmp_path / "x.zip")


@pytest.mark.slow
def test_a_bundle_of_another_version_is_read_and_the_report_says_so(small_pair, small_there, printed):
    (_, here), (_, data) = small_pair, small_there
    other = forged(data, {}, lambda manifest: manifest.update(made_with="0.0.9"))
    (here.file.parent / "norland.bundle.zip").write_bytes(other)
    report, _ = run(resolve(load(here.file)))
    assert "made with discourse 0.0.9; this report with" in printed(report)
