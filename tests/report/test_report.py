import csv
import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from pypdf import PdfReader

from discourse.analyses import analyses
from discourse.errors import UsageError
from discourse.figures.frames import layout_corpus
from discourse.figures.kinds import Lengths
from discourse.report import Report, blocks, write
from discourse.report.blocks import (
    Box,
    DataTable,
    Evidence,
    EvidenceItem,
    Figure,
    Formula,
    Heading,
    Paragraph,
    Refusal,
    Table,
)
from discourse.report.dictionary import COMMON, data_dictionary
from discourse.report.references import WORKS, bibtex, formatted
from discourse.report.writers import drawings
from discourse.report.writers.folder import contents
from discourse.report.writers.typst import formulas, plain

HOSTILE = '$#read("data.json")$ #panic("x") *bold* @cite <label> \\ `code` // comment \u202eevil\x07 ' + "x" * 300


@pytest.fixture(scope="module")
def report():
    documents = pd.DataFrame(
        {"doc_id": ["a", "b"], "date": pd.to_datetime(["2000-01-01", "2001-01-01"]), "title": [HOSTILE[:60], "B"], "group": "g",
         "n_tokens": [10, 20]}
    )  # fmt: skip
    pages = [
        Heading("One section"),
        Paragraph(HOSTILE),
        Refusal("Too little text (n = 2)."),
        Figure("corpus", layout_corpus(documents), Lengths(["g"]), f"How much? n = 2. {HOSTILE}", "Two stems."),
        Table("t", "A table.", ["Group", "Tokens"], [["g", "30"], [HOSTILE, "1"]], documents[["group", "n_tokens"]]),
        DataTable("documents", documents),
        Heading("Evidence"),
        Evidence(
            "Sentences",
            [EvidenceItem.from_marks("We met Norland.", [(7, 14, "target"), (3, 6, "cooperative")], "Roe", "0.5")],
        ),
        *[Formula(name, f"The formula of {name}.") for name in formulas()],
        Formula("own", "Of another package.", {"typst": "a^2", "alt": "a squared"}),
        Heading("References"),
    ]
    return Report("r", "A title", f"A question? {HOSTILE}", "", [("Corpus", "2 documents")], Box("What this shows", ["One (n = 2)."]),
                  pages, {"group": ("group of the document", "")}, ["gries2008"], {"versions": {"discourse": "0"}, "year": 2001}, "a4", 10**9)  # fmt: skip


@pytest.fixture(scope="module")
def files(report):
    return contents(report)


@pytest.fixture(scope="module")
def pdf(files):
    return PdfReader(io.BytesIO(files["report.pdf"]))


def test_the_pdf_is_tagged_and_says_so(pdf):
    catalog = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    metadata = catalog["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert pdf.metadata.title == "A title"


def test_figures_and_formulas_have_alternative_texts(report, pdf):
    found = []

    def walk(node):
        node = node.get_object()
        if "/Alt" in node:
            found.append(str(node["/Alt"]))
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            if not isinstance(child, int) and "/S" in child.get_object():
                walk(child)

    root = pdf.trailer["/Root"]["/StructTreeRoot"]["/K"]
    for child in root if isinstance(root, list) else [root]:
        walk(child)
    assert "Two stems." in found
    assert {f["alt"] for f in formulas().values()} <= set(found), "each formula is set"
    assert "a squared" in found


def test_hostile_text_is_printed_not_run(pdf):
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert '#read("data.json")' in text.replace("\n", "")
    assert "*bold*" in text
    assert "\u202e" not in text
    assert "Norland" in text


def test_all_files_and_their_dictionary(files):
    assert set(files) == {
        "report.pdf",
        "report.html",
        "references.bib",
        "run.json",
        "figures/corpus.svg",
        "figures/alt-texts.csv",
        "tables/documents.csv",
        "tables/figure-corpus.csv",
        "tables/table-t.csv",
        "tables/data-dictionary.csv",
    }
    rows = csv.DictReader(io.StringIO(files["tables/data-dictionary.csv"].decode()))
    described = {(r["table"], r["column"]) for r in rows if r["meaning"]}
    for name, content in files.items():
        if name.startswith("tables/") and "dictionary" not in name:
            table = name.removeprefix("tables/").removesuffix(".csv")
            assert {(table, c) for c in next(csv.reader(io.StringIO(content.decode())))} <= described


def test_the_same_bytes_twice_found_or_drawn(report, files, monkeypatch):
    assert contents(report, refresh=True) == files
    monkeypatch.setattr(drawings, "make", lambda *a: pytest.fail("a drawing that is there is drawn again"))
    assert contents(report) == files


def test_other_formats_come_on_request_and_the_page_stays_as_it_is(report, files):
    (figure,) = report.figures
    made = drawings.drawings([figure], ["pdf"])[figure.name]
    assert set(made) == {"svg", "pdf"}
    assert made["svg"] == files["figures/corpus.svg"]
    assert made["pdf"].startswith(b"%PDF")
    more = contents(replace(report, formats=["pdf"]))
    assert set(more) - set(files) == {"figures/corpus.pdf"} and set(files) - set(more) == {"figures/corpus.svg"}
    assert more["report.pdf"] == files["report.pdf"]


def test_a_drawing_that_was_damaged_or_changed_is_made_again(report, files):
    (figure,) = report.figures
    drawings.drawings([figure], ["svg"])
    entry = drawings._entry(drawings.drawing_key(figure), ["svg"])
    (entry.path / "figure.svg").write_bytes(b"<svg")
    assert drawings.drawings([figure], ["svg"])["corpus"]["svg"] == files["figures/corpus.svg"]
    words = replace(figure, caption="Other words.", alt="Others.")
    assert drawings.drawing_key(words) == drawings.drawing_key(figure), "words are not drawn"
    other = replace(figure, kind=Lengths(["other", "g"]))
    moved = replace(figure, frame=figure.frame.assign(value=figure.frame["value"] + 1))
    assert len({drawings.drawing_key(f) for f in (figure, other, moved)}) == 3


@pytest.mark.slow
def test_drawings_are_the_same_from_any_number_of_workers(report, monkeypatch):
    (figure,) = report.figures
    several = [replace(figure, name=f"f{k}", frame=figure.frame.assign(value=[k + 1, 2])) for k in range(2)]
    one = drawings.drawings(several, ["svg"], refresh=True, workers=1)
    monkeypatch.setattr(drawings, "MANY", 2)
    assert drawings.drawings(several, ["svg"], refresh=True, workers=2) == one
    assert one["f0"] != one["f1"]


def test_the_writer_knows_every_block(report):
    kinds = {type(b) for b in report.blocks} | {Box, blocks.References}
    assert kinds == set(blocks.Block.__args__), "the report above has each"
    with pytest.raises(TypeError, match="int"):
        plain(3)


def test_columns_are_explained_by_the_common_list_and_by_analyses():
    tables = {
        "figure-x": pd.DataFrame(columns=["low", "high", "estimate", "unheard_of"]),
        "a": pd.DataFrame({"k": [1]}),
    }
    found = data_dictionary(tables, {"estimate": ("mean rate", "per 10,000 tokens"), "a: k": ("number of topics", "")})
    assert found[["table", "column"]].values.tolist() == [
        ["a", "k"], ["figure-x", "low"], ["figure-x", "high"], ["figure-x", "estimate"], ["figure-x", "unheard_of"],
    ]  # fmt: skip
    meaning = dict(zip(found["column"], found["meaning"]))
    assert meaning["estimate"] == "mean rate", "an analysis explains its own"
    assert meaning["k"] == "number of topics"
    assert meaning["unheard_of"] == ""
    assert "lower end of the interval" in meaning["low"] and "upper end of the interval" in meaning["high"]


def test_a_column_may_mean_something_else_in_the_tables_of_one_analysis():
    columns = {"tokens": ("number of tokens", "tokens"), "multiverse: tokens": ("choice", "")}
    names = ["table-speakers", "table-multiverse", "figure-multiverse-1", "multiverses"]
    found = data_dictionary({n: pd.DataFrame(columns=["tokens"]) for n in names}, columns)
    assert dict(zip(found["table"], found["meaning"])) == {
        "table-speakers": "number of tokens",
        "table-multiverse": "choice",
        "figure-multiverse-1": "choice",
        "multiverses": "number of tokens",
    }


def test_no_two_analyses_explain_a_column_differently():
    meanings = {c: {m} for c, m in COMMON.items()}
    for analysis in analyses().values():
        for column, meaning in analysis.columns.items():
            meanings.setdefault(column, set()).add(meaning)
    assert not {c: m for c, m in meanings.items() if len(m) > 1}
    assert all(meaning for every in meanings.values() for meaning, _ in every)


def test_meanings_hold_at_any_confidence():
    """The configuration chooses the confidence, so that no meaning may name a quantile of 95% intervals."""
    every = {**COMMON, **{c: m for a in analyses().values() for c, m in a.columns.items()}}
    assert not {c: m for c, (m, _) in every.items() if re.search(r"\b(2\.5|5|95|97\.5) ?%", m)}


def test_an_earlier_report_is_replaced_whole_and_other_folders_are_not(report, tmp_path):
    folder = tmp_path / "r"
    write(report, folder, {"s": 1})
    (folder / "my-notes.txt").write_text("mine")
    (folder / "figures" / "mine.png").write_text("mine")
    dropped = next(p for p in folder.rglob("*.svg"))
    write(replace(report, formats=["pdf"]), folder, {"s": 2})
    assert not dropped.exists(), "what is no longer part of the report goes"
    assert (folder / "my-notes.txt").read_text() == (folder / "figures" / "mine.png").read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["r"], "nothing temporary is left"
    other = tmp_path / "mine"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="no earlier report"):
        write(report, other, {})
    assert (other / "notes.txt").read_text() == "mine"


def test_a_failure_leaves_the_earlier_report(report, tmp_path, monkeypatch):
    folder = write(report, tmp_path / "r", {})
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    monkeypatch.setattr("discourse.report.writers.records.bibtex", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(report, folder, {})
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_references():
    assert len(formatted(WORKS)) == len(WORKS)
    text = bibtex(["gries2008"], {"title": "50% of A & B_1", "year": "2020", "author": "x"})
    assert text.count("@") == 2
    assert r"50\% of A \& B\_1" in text
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")


def test_marks_that_overlap():
    item = EvidenceItem.from_marks("abcdef", [(1, 4, "x"), (2, 5, "y"), (5, 6, "z")], "s")
    assert item.pieces == [("a", ""), ("bcd", "x"), ("e", ""), ("f", "z")]
