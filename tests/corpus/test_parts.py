"""A corpus read in parts is the one that its reader makes of the whole, cell by cell; the reader of the whole is the oracle."""

import gzip
import json
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse.corpus import READERS
from discourse.corpus.parts import read_in_parts
from discourse.encode.store import corpus_hash
from discourse.errors import DiscourseError
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
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


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
            "meta": st.fixed_dictionaries({}, optional={"day": DATES}),
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
