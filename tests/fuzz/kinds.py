"""What is fuzzed: each kind makes input out of something valid, and gives it to the functions that the commands call."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from tests.fuzz import mutate

Kind = Callable[[random.Random, Path], None]
KINDS: dict[str, tuple[int, Kind]] = {}
SAID = (
    "SECRETARY ROE: Welcome to the harbour of Norland. We condemn the attack by Norland on the treaty.\n\nQUESTION: Why is it open?\n\n"
    "SECRETARY ROE: Because ships come, and Norland violated the treaty. The council of the strait meets in Eastport."
)
DAYS = ("2018-01-24", "2019-05-02", "2020-11-30", "2021-03-01")


class SilentLoss(AssertionError):
    """Input that is neither in the corpus nor said to be left out."""


def kind(weight: int) -> Callable[[Kind], Kind]:
    """A kind of input, and how often it comes up beside others."""

    def take(function: Kind) -> Kind:
        KINDS[function.__name__] = (weight, function)
        return function

    return take


def further(corpus: Any, rng: random.Random, folder: Path) -> None:
    """What commands do with a corpus next: group, encode, store and read again."""
    import datetime as dt

    from discourse.corpus import read_stored
    from discourse.corpus.select import Group, assign
    from discourse.corpus.stored import save_corpus
    from discourse.encode import encode_corpus
    from discourse.encode.store import corpus_hash
    from discourse.errors import DiscourseError

    corpus_hash(corpus)
    with contextlib.suppress(DiscourseError):
        assign(corpus.documents, [Group("a", None, dt.date(2019, 1, 1)), Group("b", dt.date(2019, 1, 1), None)])
    if len(corpus.turns) and sum(map(len, corpus.turns["text"])) < 200_000:
        encode_corpus(corpus)
    stored = folder / "stored"
    stored.mkdir()
    save_corpus(corpus, stored, {})
    read_stored(files=[stored])


def reading(name: str, options: dict[str, Any], rng: random.Random, folder: Path, files: tuple[str, ...] = ()) -> None:
    """Read, at times in parts; every file is in the corpus or among what is left out."""
    from discourse.corpus import READERS
    from discourse.corpus.parts import read_in_parts

    if rng.random() < 0.15:
        (folder / "desk").mkdir()
        list(read_in_parts(READERS[name], options, 500, folder=folder / "desk", unit_bytes=300))
        return
    corpus = READERS[name](**options)
    told = set(corpus.documents.get("file", ())) | {
        x for e in corpus.provenance.exclusions for x in (e.document, e.source)
    }
    for file in files:
        if not any(file in str(t) for t in told):
            raise SilentLoss(file)
    if rng.random() < 0.4:
        further(corpus, rng, folder)


def records(n: int = 4) -> list[dict[str, Any]]:
    return [
        {"id": f"s{k}", "date": DAYS[k % 4], "title": f"Speech {k}", "speaker": "Ann Roe", "kind": "speech", "party": "Reds", "votes": k, "text": SAID}
        for k in range(n)
    ]  # fmt: skip


OPTIONS: dict[str, Any] = {
    "text": "text", "date": "date", "id": "id", "title": "title", "speaker": "speaker", "keep": ["party", "votes"], "delimiter": ",",
    "encoding": "utf-8", "sheet": "Sheet1", "turns": None, "document": None, "issuer": "issuer", "kind": "kind", "url": None,
}  # fmt: skip


def options(rng: random.Random, every: dict[str, Any]) -> dict[str, Any]:
    """Some options of a reader, of types that `discourse check` lets through."""
    import typing

    from discourse.corpus import READERS
    from discourse.experiment.plan import _fits

    hints = typing.get_type_hints(READERS["table"])
    found = {}
    for name in rng.sample(sorted(every), rng.randrange(3)):
        new = mutate.tree(rng, {name: every[name]}, 1).get(name, every[name])
        found[name] = new if _fits(new, hints[name]) else every[name]
    return found


@kind(10)
def table(rng: random.Random, folder: Path) -> None:
    rows = mutate.tree(rng, records()) if rng.random() < 0.6 else records()
    form = rng.choice(("csv", "tsv", "jsonl", "parquet", "xlsx", "csv.gz"))
    path = folder / f"t.{form}"
    flat = (
        [{str(k).encode("utf-8", "replace").decode(): v for k, v in r.items()} for r in rows if isinstance(r, dict)]
        if isinstance(rows, list)
        else []
    )
    flat = flat or records()
    if form == "jsonl":
        data = "\n".join(json.dumps(r) for r in (rows if isinstance(rows, list) else [rows])).encode()
    elif form in ("parquet", "xlsx"):
        data = _frame_bytes(flat, form)
    else:
        stream = io.StringIO()
        _frame(flat).to_csv(stream, index=False, sep="\t" if form == "tsv" else ",")
        data = mutate.octets(mutate.text(rng, stream.getvalue()) if rng.random() < 0.7 else stream.getvalue())
        if form == "csv.gz":
            import gzip

            data = gzip.compress(data, mtime=0)
    if rng.random() < 0.4:
        data = mutate.zipped(rng, data, mutate.markup) if form == "xlsx" else mutate.raw(rng, data)
    path.write_bytes(data)
    reading("table", {"files": [path], **options(rng, OPTIONS)}, rng, folder)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    try:
        return pd.DataFrame(rows)
    except UnicodeEncodeError:  # halves of characters, which are texts of Python alone
        return pd.DataFrame(rows, dtype=object)


def _frame_bytes(rows: list[dict[str, Any]], form: str) -> bytes:
    stream = io.BytesIO()
    frame = _frame(rows)
    for attempt in (
        frame,
        frame.map(lambda v: repr(v)[:30_000].encode("ascii", "replace").decode()),
        pd.DataFrame(records()),
    ):
        stream = io.BytesIO()
        try:
            if form == "parquet":
                attempt.to_parquet(stream, index=False)
            else:
                attempt.to_excel(stream, index=False)
            return stream.getvalue()
        except Exception:  # what pandas cannot write is no input
            continue
    raise AssertionError


@kind(4)
def parquet_types(rng: random.Random, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    n = 3
    columns: dict[str, Any] = {"text": pa.array([SAID] * n), "date": pa.array(list(DAYS[:n]))}
    more: list[Any] = [
        pa.array([b"\xff\0", None, b"a"]), pa.array([1, None, 2**62]), pa.array([1.5, float("nan"), None]), pa.array([True, None, False]),
        pa.array([[1], None, []]), pa.array([{"a": 1}, None, {"a": 2}]), pa.array([0, 10**12, None], pa.timestamp("ns")),
        pa.array([0, -(10**10), None], pa.timestamp("s", "UTC")), pa.array([0, 3_000_000, None], pa.date32()), pa.array([1, 2, 3], pa.duration("s")),
        pa.array(["a", "b", None]).dictionary_encode(), pa.array([None] * n), pa.array([1, 2, 3], pa.time32("s")), pa.array([2**64 - 1, 0, 1], pa.uint64()),
        pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int64())), pa.array(["x", None, "y"], pa.large_string()), pa.array([1, 2, 3], pa.decimal128(30, 2)),
    ]  # fmt: skip
    for name in rng.sample(
        ("text", "date", "id", "title", "speaker", "kind", "issuer", "x", "doc_id", "file"), rng.randrange(1, 4)
    ):
        columns[name] = rng.choice(more)
    pq.write_table(pa.table(columns), folder / "t.parquet")
    asked = {"turns": rng.choice(sorted(columns))} if rng.random() < 0.2 else {}
    reading("table", {"files": [folder / "t.parquet"], **asked}, rng, folder)


@cache
def _office() -> dict[str, bytes]:
    import docx

    document = docx.Document()
    document.add_paragraph("24 January 2018")
    document.add_paragraph(SAID)
    table = document.add_table(2, 3)
    table.cell(0, 0).text = "Norland"
    table.cell(0, 1).merge(table.cell(0, 2))
    stream = io.BytesIO()
    document.save(stream)
    pdf = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length 62>>stream\nBT /F1 12 Tf 10 200 Td (24 January 2018. The harbour of Norland.) Tj ET\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n"
    )
    return {"docx": stream.getvalue(), "pdf": pdf}


HTML = (
    '<!DOCTYPE html><html><head><title>On the harbour</title><meta name="author" content="Ann Roe"><meta property="article:published_time" '
    'content="2018-01-24"></head><body><nav><a href="/">Home</a></nav><article><h1>On the harbour</h1><p>January 24, 2018</p>'
    f'<p>{SAID}</p><table><tr><td colspan="2">The council</td></tr></table></article></body></html>'
)
MARKED = (
    f"---\ntitle: On Grain\nauthor: [Ann Roe, Bo Lind]\ndate: 2018-01-24\nparty: Reds\n---\n24 January 2018\n\n{SAID}\n"
)


@kind(10)
def folder_of_files(rng: random.Random, folder: Path) -> None:
    here = folder / "texts"
    here.mkdir()
    (here / "2018-01-24-good.txt").write_text(f"24 January 2018\n\n{SAID}", encoding="utf-8")
    form = rng.choice(("txt", "md", "html", "docx", "pdf"))
    name = rng.choice(("2019-05-02-bad", "2019-05-02_Ann Roe", "é", "a\nb", "x" * 200, "20180124", "{date}", "  "))
    path = here / f"{name}.{form}"
    if form in ("docx", "pdf"):
        data = _office()[form]
        path.write_bytes(mutate.zipped(rng, data, mutate.markup) if form == "docx" else mutate.raw(rng, data))
    elif form == "html":
        path.write_bytes(mutate.markup(rng, HTML.encode()))
    else:
        data = mutate.octets(mutate.text(rng, MARKED))
        path.write_bytes(mutate.raw(rng, data) if rng.random() < 0.3 else data)
    asked: dict[str, Any] = {}
    if rng.random() < 0.3:
        asked["names"] = rng.choice(
            ("{date}-{speaker}", *[w for w in mutate.WORDS if isinstance(w, str) and len(w) < 100])
        )
    if rng.random() < 0.2:
        rows = [
            {"file": "2018-01-24-good.txt", "date": "2018-01-24", "speaker": "Ann Roe"},
            {"file": path.name, "date": "2019-05-02", "speaker": "Bo"},
        ]
        (here / "about.jsonl").write_text("\n".join(json.dumps(mutate.tree(rng, r)) for r in rows))
        asked["metadata"] = "about.jsonl"
    if rng.random() < 0.2:
        asked["date"] = None
    reading("folder", {"files": [here], **asked}, rng, folder, ("2018-01-24-good.txt", path.name))


@kind(4)
def strange_files(rng: random.Random, folder: Path) -> None:
    """Pipes, sockets, devices, links, folders, names that are no UTF-8, and what may not be read."""
    import os
    import socket

    here = folder / "texts"
    (here / "in").mkdir(parents=True)
    (here / "good.txt").write_text(f"24 January 2018\n\n{SAID}", encoding="utf-8")
    name = "bad.txt"
    what = rng.randrange(7)
    if what == 0:
        os.mkfifo(here / name)
    elif what == 1:
        with socket.socket(socket.AF_UNIX) as s:
            old = os.getcwd()
            os.chdir(here)
            s.bind(name)
            os.chdir(old)
    elif what == 2:
        (here / name).symlink_to(rng.choice(("/dev/zero", "bad.txt", "nothing", "..", "/proc/self/mem")))
    elif what == 3:
        (here / "in" / name).mkdir()
        (here / "in" / name / "more.txt").write_text(f"25 January 2018\n\n{SAID}")
    elif what == 4:
        Path(os.fsdecode(os.fsencode(here) + b"/caf\xe9.txt")).write_text(f"24 January 2018\n\n{SAID}")
        name = "caf"
    elif what == 5:
        (here / "linked").symlink_to(here)
        name = "linked"
    else:
        (here / name).write_bytes(b"")
    asked = [here] if rng.random() < 0.6 else [here / "good.txt", here / name]
    told = (name,) if asked == [here] and what != 3 else ()
    reading(rng.choice(("folder",)), {"files": asked}, rng, folder, told)


@kind(4)
def html(rng: random.Random, folder: Path) -> None:
    (folder / "good.html").write_text(HTML, encoding="utf-8")
    (folder / "bad.html").write_bytes(mutate.markup(rng, HTML.encode()))
    asked = rng.choice(({}, {"date": None}, {"issuers": {"Office": ["roe"]}}))
    reading(
        "html", {"files": [folder / "good.html", folder / "bad.html"], **asked}, rng, folder, ("good.html", "bad.html")
    )


DIGEST = (
    "Minister Ada Kovar Remarks Before Their Meeting\n\n3 Mar\n\nAda Kovar, Minister of State\n\nEastport\n\nHarbour Hall\n\n"
    f"{SAID}\n\nStatement on the Harbour Treaty\n\n3 Mar\n\nOffice of the Speaker\n\nOn Tuesday, March 3, 2020, the Minister will open the "
    "Harbour Treaty Conference.\n\nFor more information, contact\n"
)
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>State</title><link>https://a.test</link>'
    f"<item><title>On grain</title><link>https://a.test/1</link><guid>1</guid><pubDate>Wed, 24 Jan 2018 10:00:00 GMT</pubDate><description>&lt;p&gt;{SAID}&lt;/p&gt;"
    "</description><category>Speech</category></item></channel></rss>"
)
CONLLU = (
    "# newdoc id = d1\n# date = 2018-01-24\n# title = On grain\n# speaker = Ann Roe\n# sent_id = 1\n# text = The harbour is open.\n"
    + "".join(f"{k}\t{w}\t_\t_\t_\t_\t_\t_\t_\t_\n" for k, w in enumerate("The harbour is open .".split(), 1))
    + "\n# newpar\n# speaker = Bo Lind\n1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n1\tDo\t_\t_\t_\t_\t_\t_\t_\t_\n2\tn't\t_\t_\t_\t_\t_\t_\t_\t_\n"
)


@kind(6)
def plain_formats(rng: random.Random, folder: Path) -> None:
    name, file, given = rng.choice((("digest", "a.txt", DIGEST), ("rss", "a.xml", RSS), ("conllu", "a.conllu", CONLLU)))
    if name == "rss" and rng.random() < 0.6:
        data = mutate.markup(rng, given.encode())
    else:
        data = mutate.octets(mutate.text(rng, given))
        data = mutate.raw(rng, data) if rng.random() < 0.3 else data
    (folder / file).write_bytes(data)
    reading(name, {"files": [folder / file]}, rng, folder)


@kind(2)
def ussos(rng: random.Random, folder: Path) -> None:
    from discourse.corpus.ussos import COLUMNS

    row = dict.fromkeys(COLUMNS, "x") | {
        "Row Id": 1,
        "Secretary": "Antony Blinken",
        "Date": "2021-01-27",
        "SOS Text": SAID,
        "Natural Text": SAID,
        "Raw Text": SAID,
    }
    stream = io.StringIO()
    pd.DataFrame([row, row | {"Row Id": 2}]).to_csv(stream, index=False)
    (folder / "a.csv").write_bytes(mutate.octets(mutate.text(rng, stream.getvalue())))
    reading("ussos", {"files": [folder / "a.csv"]}, rng, folder)


NS = 'xmlns="http://www.tei-c.org/ns/1.0"'
PARLAMINT = {
    "P-listPerson.xml": f'<listPerson {NS} xml:id="P-listPerson"><person xml:id="LindPer"><persName><surname>Lind</surname><forename>Per</forename></persName><sex value="M"/>'
    '<affiliation role="member" ref="#party.NP" from="2015" to="2021-12-31"/><affiliation role="minister" ref="#GOV" from="2020-03-01" to="2021"/></person></listPerson>',
    "P-listOrg.xml": f'<listOrg {NS} xml:id="P-listOrg"><org xml:id="party.NP" role="politicalParty"><orgName full="yes">Norland Party</orgName><orgName full="abb">NP</orgName></org>'
    '<listRelation><relation name="coalition" mutual="#party.NP #party.X" from="2020-02-01"/></listRelation></listOrg>',
    "ParlaMint-NL_2020-03-04.xml": f'<TEI {NS} xml:id="ParlaMint-NL_2020-03-04"><teiHeader><fileDesc><titleStmt><title type="main">Norland</title><meeting n="8" ana="#parla.lower #parla.term">8</meeting>'
    '</titleStmt></fileDesc><profileDesc><settingDesc><setting><date when="2020-03-04"/></setting></settingDesc></profileDesc></teiHeader><text><body><div><note type="speaker">The Speaker:</note>'
    f'<u xml:id="u1" who="#LindPer" ana="#chair"><seg>{SAID}<note>Cheers</note> Ships <vocal><desc>Laughter</desc></vocal>.</seg></u></div></body></text></TEI>',
}  # fmt: skip


@kind(5)
def parlamint(rng: random.Random, folder: Path) -> None:
    here = folder / "p"
    here.mkdir()
    bad = rng.choice(sorted(PARLAMINT))
    for name, given in PARLAMINT.items():
        (here / name).write_bytes(mutate.markup(rng, given.encode()) if name == bad else given.encode())
    if rng.random() < 0.3:
        for name in PARLAMINT:
            (here / name).unlink()
        meta = "Text_ID\tID\tTitle\tDate\tBody\tTerm\tSession\tMeeting\tSitting\tAgenda\tSpeaker_role\tSpeaker_ID\tSpeaker_name\nP1\tu1\tT\t2020-03-04\tLower\t8\t-\t-\t-\t-\tRegular\tL\tLind, Per\n"
        said = f"u1\t{' '.join(SAID.split())}\n"
        (here / "P1.txt").write_bytes(mutate.octets(mutate.text(rng, said) if rng.random() < 0.5 else said))
        (here / "P1-meta.tsv").write_bytes(mutate.octets(mutate.text(rng, meta)))
    reading("parlamint", {"files": [here], "language": None, "unit": rng.choice(("speech", "sitting"))}, rng, folder)


CONVOKIT = {
    "utterances.jsonl": [
        {"id": f"u{k}", "conversation_id": "u0", "speaker": "roe", "text": SAID, "reply-to": f"u{k - 1}" if k else None, "timestamp": 1583280000 + k, "meta": {"party": "HP", "side": "home", "role": "principal", "excluded": [[0, 3, "note"]]}}
        for k in range(3)
    ],
    "speakers.json": {"roe": {"meta": {"name": "Ann Roe", "party": "NP"}, "vectors": []}},
    "conversations.json": {"u0": {"meta": {"title": "On the harbour", "date": "2020-03-09", "kind": "debate"}, "vectors": []}},
}  # fmt: skip


@kind(5)
def convokit(rng: random.Random, folder: Path) -> None:
    here = folder / "c"
    here.mkdir()
    bad = rng.choice(sorted(CONVOKIT))
    members = {}
    for name, given in CONVOKIT.items():
        value = mutate.tree(rng, given) if name == bad and rng.random() < 0.7 else given
        listed = name.endswith("l") and isinstance(value, list)
        data = "\n".join(json.dumps(v) for v in value).encode() if listed else json.dumps(value).encode()
        members[name] = mutate.raw(rng, data) if name == bad and value is given else data
    if rng.random() < 0.3:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(f"c/{name}", data)
        (folder / "c.zip").write_bytes(mutate.zipped(rng, stream.getvalue()))
        return reading("convokit", {"files": [folder / "c.zip"], "language": None}, rng, folder)
    for name, data in members.items():
        (here / name).write_bytes(data)
    reading("convokit", {"files": [here], "language": None}, rng, folder)


@cache
def _stored() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of a stored corpus, and of one in partitions."""
    import tempfile

    from discourse.corpus import READERS
    from discourse.corpus.parts import read_in_parts
    from discourse.corpus.stored import save_corpus
    from discourse.encode.partitions import write_partitions

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "t.jsonl").write_text("\n".join(map(json.dumps, records(6))))
        (root / "s").mkdir()
        save_corpus(READERS["table"](files=[root / "t.jsonl"]), root / "s", {"a": 1})
        (root / "p").mkdir()
        (root / "desk").mkdir()
        parts = read_in_parts(READERS["table"], {"files": [root / "t.jsonl"]}, 150, folder=root / "desk")
        from dataclasses import asdict

        from discourse.encode.partitions import write_part

        written = [write_part(part, root / "p" / f"{k:04d}") for k, part in enumerate(parts)]
        write_partitions(written, root / "p", {"provenance": asdict(parts.provenance)})
        return tuple(
            {str(p.relative_to(root / x)): p.read_bytes() for p in sorted((root / x).rglob("*")) if p.is_file()}
            for x in "sp"
        )  # type: ignore[return-value]


def _changed_table(rng: random.Random, data: bytes) -> bytes:
    frame = pd.read_parquet(io.BytesIO(data))
    column = rng.choice(list(frame.columns))
    kind = rng.randrange(5)
    if kind == 0:
        frame = frame.drop(columns=column)
    elif kind == 1:
        new = rng.choice(
            (
                1,
                "x",
                None,
                1.5,
                True,
                "[[0,",
                "9999-12-31",
                "0001-01-01",
                "2018-13-45",
                -1,
                b"\xff",
                2**62,
                "[]",
                "[[5, 1, 2]]",
                "\x00",
            )
        )
        frame[column] = [new] * len(frame)
    elif kind == 2:
        frame = frame.rename(columns={column: rng.choice(("x", "doc_id", "é"))})
    elif kind == 3:
        frame = pd.concat([frame, frame])
    else:
        frame = frame.iloc[: rng.randrange(len(frame) + 1)]
    stream = io.BytesIO()
    try:
        frame.to_parquet(stream, index=False)
    except Exception:  # what cannot be written is no input
        return data
    return stream.getvalue()


@kind(6)
def stored(rng: random.Random, folder: Path) -> None:
    from discourse.corpus import read_stored

    files = dict(_stored()[0])
    name = rng.choice(sorted(files))
    if name == "manifest.json":
        files[name] = (
            json.dumps(mutate.tree(rng, json.loads(files[name]))).encode()
            if rng.random() < 0.7
            else mutate.raw(rng, files[name])
        )
    else:
        files[name] = _changed_table(rng, files[name]) if rng.random() < 0.8 else mutate.raw(rng, files[name])
        if rng.random() < 0.8:
            manifest = json.loads(files["manifest.json"])
            manifest["sha256"][name.removesuffix(".parquet")] = hashlib.sha256(files[name]).hexdigest()
            files["manifest.json"] = json.dumps(manifest).encode()
    here = folder / "s"
    here.mkdir()
    for n, data in files.items():
        (here / n).write_bytes(data)
    if rng.random() < 0.2:
        return reading("stored", {"files": [here]}, rng, folder)
    corpus = read_stored(files=[here])
    further(corpus, rng, folder)


@kind(6)
def partitions(rng: random.Random, folder: Path) -> None:
    from discourse.corpus import read_stored
    from discourse.corpus.partitioned import Partitions
    from discourse.encode.encoder import without_text
    from discourse.encode.partitions import joined_corpus

    files = dict(_stored()[1])
    manifest = json.loads(files["partitions.json"])
    name = rng.choice(sorted(files))
    if name == "partitions.json" or rng.random() < 0.4:
        manifest = mutate.tree(rng, manifest)
    else:
        files[name] = (
            _changed_table(rng, files[name])
            if name.endswith(".parquet") and rng.random() < 0.8
            else mutate.raw(rng, files[name])
        )
        entry = (files[name].__len__(), hashlib.sha256(files[name]).hexdigest())
        part, _, rest = name.rpartition("/")
        for p in manifest["partitions"]:
            if p["folder"] == part:
                p["files"][rest] = entry
        if not part and name in manifest["files"]:
            manifest["files"][name] = entry
    files["partitions.json"] = json.dumps(manifest).encode()
    here = folder / "p"
    for n, data in files.items():
        (here / n).parent.mkdir(parents=True, exist_ok=True)
        (here / n).write_bytes(data)
    if rng.random() < 0.5:
        return further(read_stored(files=[here]), rng, folder)

    found = Partitions.open(here)
    for part in found.parts:
        part.check()
    turns = without_text(found.turns.assign(text=""))
    corpus = joined_corpus(here, found.parts, found.documents, turns, found.provenance)
    corpus.in_memory()


@cache
def _config() -> tuple[dict[str, Any], str]:
    """A valid experiment with every setting."""
    import re

    source = (Path(__file__).parents[2] / "experiments" / "_template.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^# (?=\S.*?:)", "", source[source.index("name:") :])
    lines = []
    for line in text.split("\n"):
        lines.append(re.sub(r"^#(?=\s+\w)", " ", line) if line.startswith("#") else line)
    plain = "\n".join(x for x in lines if not re.match(r"^\s*#", x))
    return yaml.safe_load(SMALL), plain


SMALL = """
name: norland
title: Norland
question: Do ministers speak of Norland in other terms?
author: A
corpus: {reader: table, files: [speeches.jsonl], options: {id: id, title: title, speaker: speaker, keep: [party]}, issuers: {}, select: {party: Reds},
  drop: [s99], kinds: {speech: ["speech*"]}, language: en, hashtags: keep, quotations: count, quotation_words: 25, labels: detect, not_labels: [x]}
speakers: {Roe: {aliases: [roe], role: principal, side: home, office: Minister, from: 2000-01-01, before: 2030-01-01}}
home: {country: Westland, names: [westlandic], offices: [minister], issuers: [x]}
groups: {Before: {before: 2020-01-01, label: before}, After: {from: 2020-01-01, where: {party: Reds}}}
compare: {study: After, reference: Before, cluster: speaker, strata: none, pairs: [], each_against_rest: false, trend: false}
targets: {Norland: {terms: [norland], exclude: [new norland], compounds: count}}
inference: {resamples: 300, confidence: 0.95, seed: 1, interval: studentised, min_containing: 10, min_clusters: 5, min_documents: 10}
report: {paper: a4, length: brief, figures: [], formats: [svg], dpi: 300, width: double, tables: [], labels: {party: fraction}, html: true, notes: [A note]}
bundle: {licence: x, citation: x, min_documents: 1, keep: []}
breakdown: {by: party, period: auto}
stance: {method: lexicon, weights: {}, half_distance: 12.0, scale: 4.0, window: 6, min_mentions: 20, min_documents: 3, evidence: 6}
frequency: {ngrams: [1, 2], tokens: folded, alpha0: 100, min_documents: 10, show: 12, leave_out: [x], label: 30}
collocates: {span: 5, measure: logDice, sort: [R1, R2], lines: 10}
actors: {names: {Wagner: [wagner group]}, min_documents: 5}
context: {window: 6, words: [treaty]}
topics: {k: 2, seeds: 1, iterations: 50, candidates: [3], max_share: 0.4, sample: 20000, passage_size: 60}
rival: {date: 2019-01-01, name: the event, group: Before}
event: {date: 2020-02-24, name: the event, days: 60}
mix: {columns: [party]}
sensitivity: [{name: Without the last, drop: [s3]}]
multiverse: {window: [6]}
"""
TAGS = ("!!python/object/apply:os.system [ls]", "!!binary aGk=", "!!set {a}", "&a [*a]", "<<: {a: 1}", "? [a]\n: b", "0x" + "f" * 6_000, "[" * 3_000, "{a: " * 500, "!!timestamp 2001-01-01", "1:2:3", "!!int x", "!!float x", "!foo bar", "|\n  x", "2001-99-99", "-.inf", "0b1", "~")  # fmt: skip


class _Plain(yaml.SafeDumper):
    """What is there twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@kind(16)
def config(rng: random.Random, folder: Path) -> None:
    from discourse.cache import folder_of
    from discourse.experiment import load, resolve

    (folder / "speeches.jsonl").write_text("\n".join(map(json.dumps, records())))
    found = mutate.tree(rng, _config()[0])
    how = rng.random()
    if how < 0.6:
        try:
            text = yaml.dump(found, Dumper=_Plain, allow_unicode=rng.random() < 0.5, sort_keys=False)
        except (yaml.YAMLError, RecursionError):
            return
    elif how < 0.8:
        text = mutate.text(rng, SMALL)
    else:
        lines = SMALL.split("\n")
        k = rng.randrange(1, len(lines) - 1)
        head, _, _ = lines[k].partition(":")
        lines[k] = f"{head}: {rng.choice(TAGS)}"
        text = "\n".join(lines)
    file = folder / "norland.yaml"
    data = mutate.octets(text)
    file.write_bytes(mutate.raw(rng, data) if rng.random() < 0.1 else data)
    folder_of(file, None)
    plan = resolve(load(file, unfinished=rng.random() < 0.1))
    from discourse.experiment.reading import source_key

    source_key(plan)
    for section in type(plan.config).model_fields:
        value = getattr(plan.config, section)
        if hasattr(value, "fingerprint"):
            value.fingerprint("compute")
    from discourse.corpus.select import assign

    if plan.config.corpus.reader == "table" and rng.random() < 0.4:
        from discourse.experiment.reading import read

        corpus = read(plan)
        assign(corpus.documents, plan.groups)


@kind(5)
def sheet(rng: random.Random, folder: Path) -> None:
    from discourse.analyses.stance.coding import missing_codes, read_codes, same_items
    from discourse.analyses.stance.label_files import read_labels

    codes = [
        {"item": f"s-{k}", "text": SAID, "stance": "neutral", "who_acts": "target", "act": "none", "certainty": "plain"}
        for k in range(3)
    ]
    labels = [
        {
            "mention_id": f"m{k}",
            "target": "Norland",
            "stance": "cooperative",
            "evaluation": 0.5,
            "model": "gpt",
            "prompt": "x",
            "date": "2024-01-01",
        }
        for k in range(3)
    ]
    coded = rng.random() < 0.5
    rows = mutate.tree(rng, codes if coded else labels)
    rows = (
        [{str(k).encode("utf-8", "replace").decode(): v for k, v in r.items()} for r in rows if isinstance(r, dict)]
        if isinstance(rows, list)
        else []
    )
    rows = rows or codes
    form = rng.choice(("csv", "xlsx") if coded else ("csv", "xlsx", "jsonl"))
    path = folder / f"a.{form}"
    if form == "xlsx":
        data = _frame_bytes(rows, form)
        data = mutate.zipped(rng, data, mutate.markup) if rng.random() < 0.5 else data
    elif form == "jsonl":
        data = "\n".join(map(json.dumps, rows)).encode()
        data = mutate.raw(rng, data) if rng.random() < 0.5 else data
    else:
        stream = io.StringIO()
        _frame(rows).to_csv(stream, index=False)
        data = mutate.octets(mutate.text(rng, stream.getvalue()))
        data = mutate.raw(rng, data) if rng.random() < 0.3 else data
    path.write_bytes(data)
    if coded:
        found = {"a": read_codes(path)}
        same_items(found, ["s-0", "s-1", "s-2"])
        missing_codes(found, partial=True)
    else:
        if rng.random() < 0.4:
            about = {"model": "gpt", "date": "2024-01-01", "coders": ["a", "b"]}
            (folder / "a.meta.json").write_text(json.dumps(mutate.tree(rng, about)))
        read_labels(path)


KEY = {
    "corpus": "ab", "target": {"name": "Norland", "terms": ["norland"], "exclude": []}, "lexicons": {"evaluation": "x", "negation": "y"}, "certainty": "z",
    "settings": {"scale": 4.0}, "experiment": "norland", "asked": ["stance"], "seed": 1, "population": [0, 0, 1, 1],
    "strata": [{"stratum": h, "group": "AB"[h], "period": h, "band": "low", "n_mentions": 2, "n_drawn": 1} for h in (0, 1)],
    "items": [{"item": f"s-{h}", "doc_id": "d", "turn": h, "start": 0, "group": "AB"[h], "stratum": h, "band": "low", "probability": 0.5} for h in (0, 1)],
}  # fmt: skip


@kind(4)
def keys(rng: random.Random, folder: Path) -> None:
    from discourse.analyses.stance.coding import check_key, load_key
    from discourse.analyses.stance.records import _kept_codes, load_records

    path = folder / "a.key.json"
    record = KEY | {
        "sheets": {"a.csv": "x"},
        "measures": {},
        "scores": [],
        "items": [
            i | {"evaluation": 0.5, "measured": {"stance": "neutral"}, "codes": {"a": {"stance": "neutral"}}}
            for i in KEY["items"]
        ],
    }  # type: ignore[union-attr, operator]
    is_key, merged = rng.random() < 0.5, pd.DataFrame()
    found = mutate.tree(rng, KEY if is_key else {"Norland": record})
    data = json.dumps(found).encode()
    path.write_bytes(mutate.raw(rng, data) if rng.random() < 0.3 else data)
    if is_key:
        key = load_key(path)
        str(key["target"]["name"])
        check_key(key, KEY)
        merged = pd.DataFrame(key["items"])
    else:
        for kept in load_records(path).values():
            _kept_codes(kept)
            merged = pd.DataFrame(kept["items"])
    if len(merged):
        merged.astype({"doc_id": str}).merge(
            pd.DataFrame({"doc_id": ["d"], "turn": [0], "start": [0]}), on=["doc_id", "turn", "start"], how="left"
        )


LEXICONS = {
    "evaluation.tsv": "term\tcategory\tweight\tsource\tnote\nattack*\tconflict\t-2\tx\ty\nwelcome\tfriendly\t2\tx\ty\n",
    "a.dic": "%\n1\tposemo\n2\tnegemo\n%\ngood*\t1\nbad\t2\n",
    "a.yml": "posemo: [good*, very good]\nnegemo:\n  sad: [bad]\n",
    "a.lcd": "+friendly\ngood\nvery good\n-hostile\nbad\n",
    "a.cat": "POS\n\tGOOD (1)\n\tVERY_GOOD (1)\nNEG\n\tBAD (1)\n",
    "a.json": '{"posemo": ["good*"], "negemo": {"sad": ["bad"]}}',
    "a.csv": "word,category\ngood,posemo\nbad,negemo\n",
    "a.txt": "good\nbad\n",
    "a.dicx": "DicTerm,posemo,negemo\ngood,X,\nbad,,X\n",
    "a.ykd": '<?xml version="1.0"?><dictionary style="050805"><cnode name="d"><cnode name="pos"><pnode name="good"/></cnode></cnode></dictionary>',
    "actors.tsv": "name\tkind\taliases\nNorland\tstate\tnorland|norlander*\n",
    "v.txt": "harbour 0.1 0.2 0.3\ntreaty 0.3 0.2 0.1\n",
}


@kind(8)
def lexicons(rng: random.Random, folder: Path) -> None:
    from discourse.features.actor_list import _read
    from discourse.features.dictionary import read_dictionary
    from discourse.features.stance.lexicon import default_lexicons, unreachable_class
    from discourse.features.vectors import load_vectors

    name = rng.choice(sorted(LEXICONS))
    data = mutate.octets(mutate.text(rng, LEXICONS[name]))
    if name == "a.json" and rng.random() < 0.6:
        data = json.dumps(mutate.tree(rng, json.loads(LEXICONS[name]))).encode()
    elif name == "a.yml" and rng.random() < 0.6:
        data = f"posemo: {rng.choice(TAGS)}\n".encode()
    elif name == "a.ykd":
        data = mutate.markup(rng, LEXICONS[name].encode())
    data = mutate.raw(rng, data) if rng.random() < 0.3 else data
    (folder / name).write_bytes(data)
    if name == "actors.tsv":
        _read(folder / name)
    elif name == "v.txt":
        load_vectors(folder / name)
    elif name == "evaluation.tsv" or (name in ("a.dic", "a.yml") and rng.random() < 0.5):
        found = default_lexicons(
            {"evaluation": folder / name}, {"posemo": 1.0, "negemo": -1.0} if name != "evaluation.tsv" else {}
        )
        unreachable_class(found["evaluation"])
    else:
        read_dictionary(folder / name)


@cache
def _bundle() -> bytes:
    return (Path(__file__).parents[2] / "experiments" / "tillerson-blinken.bundle.zip").read_bytes()


@kind(2)
def bundle(rng: random.Random, folder: Path) -> None:
    from discourse.experiment.bundle.archive import pack
    from discourse.experiment.bundle.reading import read_bundle

    with zipfile.ZipFile(io.BytesIO(_bundle())) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    how = rng.random()
    if how < 0.3:
        data = mutate.raw(rng, _bundle())
    else:
        manifest = json.loads(members["manifest.json"])
        if how < 0.7:
            manifest = mutate.tree(rng, manifest)
        else:
            name = rng.choice([n for n in sorted(members) if n.endswith(".parquet")])
            members[name] = _changed_table(rng, members[name])
            manifest["sha256"][name] = hashlib.sha256(members[name]).hexdigest()
        data = pack({**members, "manifest.json": json.dumps(manifest).encode()})
    (folder / "a.zip").write_bytes(data)
    read_bundle(folder / "a.zip")


@kind(2)
def kept(rng: random.Random, folder: Path) -> None:
    """Entries of the cache: whatever is in them, they are made again."""
    from discourse.cache import Call, _record, is_current, remember
    from discourse.experiment.store import kept as store_kept
    from discourse.experiment.store import load
    from discourse.sealed import Damaged, Entry

    file, report = folder / "a.yaml", folder / "report"
    file.write_text("name: a\n")
    report.mkdir()
    (report / "report.pdf").write_bytes(b"x")
    call = Call(file)
    remember(report, call, [file])
    path = _record(report)
    content = path.read_bytes()
    changed = (
        json.dumps(mutate.tree(rng, json.loads(content))).encode() if rng.random() < 0.6 else mutate.raw(rng, content)
    )
    path.write_bytes(changed)
    if is_current(report, call) and json.loads(changed) != json.loads(content):
        raise SilentLoss("a record that was changed counts as current")

    entry = Entry("fuzzed", f"{rng.randrange(10**12)}.bin")
    store_kept({"a": np.arange(3)}, entry)
    entry.path.write_bytes(mutate.raw(rng, entry.path.read_bytes()))
    try:
        found = load(entry)
    except Damaged:
        return
    finally:
        entry.path.unlink()
    if list(found["a"]) != [0, 1, 2]:  # type: ignore[index]
        raise SilentLoss("a damaged entry was taken")


@kind(1)
def command(rng: random.Random, folder: Path) -> None:
    """The command line as it is called, on an experiment with one change: it ends with 0, 1 or 2."""
    import contextlib as c
    import os
    import sys

    from discourse.cli.main import main

    rows = records(16)
    for k, row in enumerate(rows):
        row |= {
            "date": f"{2012 + k}-03-01",
            "speaker": ("Ann Roe", "Bo Lind", "Ida Roth", "Otto Brandt")[k % 4],
            "text": f"Welcome to the harbour. We condemn the attack by Norland on the treaty. The council meets in Eastport. Number {k} of the Reds speaks on Norland and its harbour.",
        }
    rows = mutate.tree(rng, rows, 1) if rng.random() < 0.4 else rows
    rows = rows if isinstance(rows, list) else records(16)
    (folder / "speeches.jsonl").write_text("\n".join(map(json.dumps, rows)))
    small = {
        k: v
        for k, v in _config()[0].items()
        if k
        in ("name", "title", "question", "corpus", "groups", "compare", "targets", "frequency", "report", "sensitivity")
    }
    small |= {
        "topics": False,
        "collocates": False,
        "frequency": {"ngrams": [1], "min_documents": 2},
        "inference": {"resamples": 100, "min_documents": 2, "min_containing": 2},
    }
    small["corpus"] = {
        "reader": "table",
        "files": ["speeches.jsonl"],
        "options": {"id": "id", "speaker": "speaker"},
        "drop": [],
    }
    small["sensitivity"] = [{"name": "Without the last", "drop": ["s3"]}]
    file = folder / "norland.yaml"
    changed = mutate.tree(rng, small, 1) if rng.random() < 0.7 else small
    try:
        file.write_bytes(mutate.octets(yaml.dump(changed, Dumper=_Plain, allow_unicode=True, sort_keys=False)))
    except (yaml.YAMLError, RecursionError):
        return
    (folder / "a.csv").write_text("item,stance\n" + "".join(f"s-{k},neutral\n" for k in range(9)))
    arguments = rng.choice((
        ["check", file], ["run", file, "--out", folder / "r", "--quiet", "--yes"], ["run", file, "--out", folder / "r", "--quiet", "--force"], ["kwic", "norland", file],
        ["kwic", rng.choice(mutate.WORDS[:60]), file], ["corpus", "show", file], ["corpus", "speakers", file], ["corpus", "speakers", file, "--yaml"], ["corpus", "build", file, "--out", folder / "b"],
        ["corpus", "build", file, "--out", folder / "b", "--to", rng.choice(("convokit", "stored", "x"))], ["stance", "explain", file], ["stance", "agreement", folder / "a.csv", folder / "a.csv"],
        ["stance", "mentions", file, "-o", folder / "m.csv"], ["stance", "sample", file, "-o", folder / "s.csv", "-n", "10"], ["stance", "validate", file, folder / "a.csv"], ["corpus", "audit", file, "--out", folder / "audit.csv"],
        ["bundle", file, "-o", folder / "x.zip", "--quiet"],
    ))  # fmt: skip
    old, here = sys.argv, os.getcwd()
    sys.argv = ["discourse", *map(str, arguments)]
    os.chdir(folder)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere, c.redirect_stdout(nowhere), c.redirect_stderr(nowhere):
            main()
    except SystemExit as stop:
        if stop.code not in (None, 0, 1, 2):
            raise SilentLoss(f"exit code {stop.code}") from None
    finally:
        sys.argv = old
        os.chdir(here)


TABLES_OF_WORDS = {
    "r.tsv": "# tokens: 900\n# documents: 5\nterm\tcount\tdocuments\nwar\t12\t3\nPeace\t7\t2\n",
    "r.csv": 'term,count\n"united, nations",4\nwar,3\n',
    "s.tsv": "word\tscore\ngood\t1\nbad*\t-1.5\nunited nations\t.5\n",
    "s.csv": "term,score\ngood,1\nbad,-2\n",
    "a.conllu": "# text = x\n1\tLeaves\tleaf\tNOUN\t_\t_\t0\troot\t_\t_\n1-2\tdon't\t_\t_\n2\tfall\tfall\tVERB\t_\t_\t0\t_\t_\t_\n",
}


@kind(4)
def tables_of_words(rng: random.Random, folder: Path) -> None:
    from discourse.features.lemmas import read_annotations
    from discourse.features.reference import read_reference
    from discourse.features.scores import read_scores

    name = rng.choice(sorted(TABLES_OF_WORDS))
    data = mutate.octets(mutate.text(rng, TABLES_OF_WORDS[name]))
    data = mutate.raw(rng, data) if rng.random() < 0.3 else data
    packed = name[0] != "s" and rng.random() < 0.3
    file = folder / (f"{name}.gz" if packed else name)
    if packed:
        data = gzip.compress(data)
        data = mutate.raw(rng, data) if rng.random() < 0.5 else data
    file.write_bytes(data)
    {"r": read_reference, "s": read_scores, "a": read_annotations}[name[0]](file)
