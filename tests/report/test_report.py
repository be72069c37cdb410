import csv
import io

import pandas as pd
import pytest
from pypdf import PdfReader

from discourse.errors import UsageError
from discourse.figures import FIGURES
from discourse.figures.style import encode_figure
from discourse.report import (
    Box,
    Evidence,
    EvidenceItem,
    FigureBlock,
    Formula,
    Heading,
    Paragraph,
    Refusal,
    Report,
    TableBlock,
    write,
)
from discourse.report.dictionary import COLUMNS, data_dictionary
from discourse.report.folder import compile_pdf, contents
from discourse.report.references import WORKS, bibtex, formatted

HOSTILE = '$#read("data.json")$ #panic("x") *bold* @cite <label> \\ `code` // comment \u202eevil\x07 ' + "x" * 300


@pytest.fixture(scope="module")
def report():
    documents = pd.DataFrame(
        {"doc_id": ["a", "b"], "date": pd.to_datetime(["2000-01-01", "2001-01-01"]), "title": [HOSTILE[:60], "B"], "group": "g",
         "n_tokens": [10, 20]}
    )  # fmt: skip
    frame = FIGURES["corpus"].layout(documents)
    files = encode_figure(FIGURES["corpus"].render(frame, ["g"]))
    blocks = [
        Heading("One section"),
        Paragraph(HOSTILE),
        Refusal("Too little text (n = 2)."),
        FigureBlock("corpus", f"How much? n = 2. {HOSTILE}", "Two stems.", files, frame),
        TableBlock(
            "t", "A table.", ["Group", "Tokens"], [["g", "30"], [HOSTILE, "1"]], documents[["group", "n_tokens"]]
        ),
        Heading("Evidence"),
        Evidence(
            "Sentences",
            [EvidenceItem.from_marks("We met Norland.", [(7, 14, "target"), (3, 6, "cooperative")], "Roe", "0.5")],
        ),
        *[Formula(name, "f") for name in ("rate", "log_odds", "g2", "dispersion", "evaluation", "relevance")],
        Heading("References"),
    ]
    return Report("r", "A title", f"A question? {HOSTILE}", "", [("Corpus", "2 documents")], Box("What this shows", ["One (n = 2)."]),
                  blocks, {"documents": documents}, ["gries2008"], {"versions": {"discourse": "0"}, "year": 2001}, "a4", 10**9)  # fmt: skip


@pytest.fixture(scope="module")
def pdf(report):
    return PdfReader(io.BytesIO(compile_pdf(report)))


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
    assert sum("equals" in alt for alt in found) == 6


def test_hostile_text_is_printed_not_run(pdf):
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert '#read("data.json")' in text.replace("\n", "")
    assert "*bold*" in text
    assert "\u202e" not in text
    assert "Norland" in text


def test_all_files_and_their_dictionary(report, tmp_path):
    files = contents(report)
    assert {
        "report.pdf",
        "references.bib",
        "run.json",
        "figures/corpus.svg",
        "figures/corpus.pdf",
        "figures/corpus.png",
    } <= set(files)
    described = {
        (r["table"], r["column"]) for r in csv.DictReader(io.StringIO(files["tables/data-dictionary.csv"].decode()))
    }
    for name, content in files.items():
        if name.startswith("tables/") and "dictionary" not in name:
            table = name.removeprefix("tables/").removesuffix(".csv")
            assert {(table, c) for c in next(csv.reader(io.StringIO(content.decode())))} <= described
    assert contents(report) == files, "the same bytes twice"
    with pytest.raises(KeyError):
        data_dictionary({"t": pd.DataFrame({"unheard_of": [1]})})
    assert all(meaning for meaning, _ in COLUMNS.values())


def test_an_earlier_report_is_replaced_whole_and_other_folders_are_not(report, tmp_path):
    folder = tmp_path / "r"
    write(report, folder, {"s": 1})
    (folder / "left-over.txt").write_text("x")
    write(report, folder, {"s": 2})
    assert not (folder / "left-over.txt").exists()
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
    monkeypatch.setattr("discourse.report.folder.bibtex", lambda *a: 1 / 0)
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
