"""The gates, for every character that there is, read back by other programs."""

import csv as reader_of_csv
import html.parser
import io
import json
import re
import sys
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse import gates
from discourse.cli.terminal import Terminal
from discourse.report.references import bibtex
from discourse.report.sheet import read_sheet, write_sheet
from discourse.report.writers.latex import escaped

EVERY = [chr(k) for k in range(sys.maxunicode + 1)]
# At most 40 characters of each category, from the first to the last.
OF_CATEGORY = {
    name: [every[k] for k in np.unique(np.linspace(0, len(every) - 1, 40).astype(int))]
    for name in sorted(set(map(unicodedata.category, EVERY)))
    for every in [[c for c in EVERY if unicodedata.category(c) == name]]
}
OF_CATEGORY["Cs"].reverse()  # no pairs
NASTY = [
    "\u202eevil\u202c", "\u2066x\u2069", "\ufeffBOM", "👩\u200d🚀", "a\u200bb\u00ad", "Z" + "\u0301\u0316" * 50, "\U0001f3f4\U000e0067\U000e007f", "\x1b[2J\x1b]0;title\x07",
    "\x9b31m", "\x00\x08\x7f", "\ud800", "\uffff\ufdd0", "=1+1", "=cmd|' /C calc'!A0", "+1-1", "-x", "@SUM(A1)", " =1", "\t=1", "\r=1", "'=1", "''", "＝1", "{{ 7*7 }}", "{% raw %}",
    "${x}", "$#panic(1)$", '#read("/etc/passwd")', "</script><script>x</script>", '" onload="x', "<!--", "]]>", "\\input{/etc/passwd}", "}", "{", "a & b % c _ d # e ~ f ^ g",
    "@article{x,", "[a](javascript:x)", "[bold red]x[/]", "line\nbreak", "a,b;c\td\"e'f", "../../etc/passwd", "CON", "", " ", "NA", "null", "007", "1e5", "-0.5",
]  # fmt: skip
TEXTS = [*NASTY, *("Nor" + "".join(every) + "land" for every in OF_CATEGORY.values())]


# pandas holds no halves of pairs in a column of text.
IN_TABLES = [text.encode("utf-8", "replace").decode() for text in TEXTS]
DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def hidden(text):
    """Characters that a terminal, a page or a spreadsheet may obey, or cannot hold."""
    controls = {c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"}
    return controls | {c for c in text if unicodedata.bidirectional(c) in DIRECTIONS or c in "\u061c\u200e\u200f"}


@pytest.mark.parametrize("gate", [gates.visible, gates.printed])
def test_no_control_passes_and_letters_stay(gate):
    shown = gate("".join(EVERY))
    assert hidden(shown) == set()
    assert not {c for c in shown if unicodedata.category(c) in ("Co", "Cn")}
    letters = {c for c in EVERY if unicodedata.category(c)[0] in "LNPSZ" and c.isprintable()} - set(
        "\u115f\u1160\u3164\uffa0"
    )
    assert letters <= set(shown)


def test_marks_of_screens_stand_one_for_each_character():
    assert all(len(gates.visible(text)) == len(text) for text in TEXTS)


def test_a_document_has_no_controls_and_can_be_encoded():
    text = gates.document("".join(EVERY)).decode("utf-8")
    assert len(text) == len(EVERY)
    assert ElementTree.fromstring(gates.document("<a>" + "".join(set(EVERY) - set("<&")) + "</a>")).tag == "a"


def test_json_is_what_it_was():
    for text in TEXTS:
        assert json.loads(gates.json_text(json.dumps(text, ensure_ascii=False))) == text


def formula(text):
    """Whether a spreadsheet may compute a cell (OWASP's list), which a number is not."""
    number = re.fullmatch(r"[+-]?\d*\.?\d+(e[+-]?\d+)?%?", text.strip(), re.I)
    return (text.strip()[:1] in tuple("=+-@＝＋－＠") and text.strip() != "" and not number) or text[:1] in tuple(
        "\t\r\n"
    )


def kept(text):
    """What CSV keeps of a text: no control, one kind of line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if c in hidden(text) or c in "\u2028\u2029" or c in NO_CHARACTER else c for c in text)


NO_CHARACTER = {*map(chr, range(0xFDD0, 0xFDF0)), "\ufffe", "\uffff"}


@pytest.mark.parametrize("read", ["pandas", "csv"])
def test_a_csv_file_is_no_program_and_reads_back(read):
    frame = pd.DataFrame({"text": IN_TABLES, "n": range(len(IN_TABLES)), "rate": -0.5, "=1": "x"})
    data = gates.csv(frame)
    if read == "pandas":
        found = pd.read_csv(io.BytesIO(data), keep_default_na=False, dtype={"text": str})
        assert found["n"].tolist() == list(range(len(IN_TABLES))) and (found["rate"] == -0.5).all(), (
            "numbers are numbers"
        )
        cells = found["text"].tolist()
    else:
        rows = list(reader_of_csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
        found, cells = pd.DataFrame(rows[1:], columns=rows[0]), [row[0] for row in rows[1:]]
    assert not any(map(formula, [*cells, *found.columns]))
    assert not any(map(hidden, cells))
    back = gates.uncsv(found)
    assert back["text"].tolist() == list(map(kept, IN_TABLES))
    assert list(back.columns) == ["text", "n", "rate", "=1"]


@given(st.text("'=+-@ \t\nx1.", max_size=6))
def test_a_cell_is_what_it_was_and_no_formula(text):
    assert gates.uncell(gates.cell(text)) == text
    assert not formula(gates.cell(text))


@given(
    st.lists(
        st.one_of(st.none(), st.integers(), st.floats(allow_nan=False), st.text("ab=", max_size=3), st.booleans()),
        min_size=1,
    )
)
def test_what_is_no_formula_is_written_as_pandas_does(values):
    frame = pd.DataFrame({"a": pd.Series(values, dtype=object), "b": 1.5})
    safe = frame.assign(
        a=pd.Series([f"'{v}" if isinstance(v, str) and v[:1] == "=" else v for v in values], dtype=object)
    )
    expected = safe.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode()
    assert gates.csv(frame) == expected
    # As well some rows at a time.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gates, "ROWS", 2)
        assert gates.csv(frame) == expected
        assert gates.csv(frame, "utf-8-sig") == b"\xef\xbb\xbf" + expected


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_sheet_reads_back(tmp_path, ending):
    path = tmp_path / f"sheet{ending}"
    write_sheet(
        pd.DataFrame({"item": range(len(IN_TABLES)), "text": IN_TABLES, "=1": "x"}),
        path,
        [("text", "=1")],
        choices={"item": ["a"]},
    )
    back = read_sheet(path)
    assert [t or "" for t in back["text"]] == list(map(kept, IN_TABLES))
    if ending == ".xlsx":
        sheet = openpyxl.load_workbook(path)["sheet"]
        assert "f" not in {c.data_type for row in sheet.iter_rows() for c in row}, "no formula"


def entries(text):
    """Entries of BibTeX and their fields, by counting braces as BibTeX does: it knows no escape of a brace."""
    found, at = {}, 0
    while (at := text.find("@", at)) >= 0:
        kind, key = re.match(r"@(\w+)\{(\w+),\n", text[at:]).groups()
        depth, fields, at = 1, {}, at + len(kind) + len(key) + 3
        while depth:
            name = re.match(r"\s*(\w+) = \{", text[at:])
            if name is None:
                assert text[at:].lstrip().startswith("}")
                at, depth = text.index("}", at) + 1, 0
                continue
            begin = at = at + name.end()
            level = 1
            while level:
                level += {"{": 1, "}": -1}.get(text[at], 0)
                at += 1
            fields[name[1]] = text[begin : at - 1]
            at += text[at] == ","
        found[key] = fields
    return found


def test_no_title_breaks_bibtex():
    for text in TEXTS:
        found = entries(bibtex(["hyland2005"], {"title": text, "author": text, "year": "2020"}))
        assert list(found) == ["hyland2005", "this_report"]
        assert found["this_report"]["year"] == "2020" and not hidden(found["this_report"].get("title", ""))
        assert "\\input" not in found["this_report"].get("title", "")


def test_latex_has_no_command_of_others():
    for text in TEXTS:
        shown = escaped(text)
        assert not hidden(shown) and "\n" not in shown
        assert set(re.findall(r"\\([a-zA-Z]+)", shown)) <= {"textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater", "textbar", "textquotedbl", "textasciigrave", "times", "geq", "leq", "infty", "rightarrow", "dots", "allowbreak", "alpha", "delta"}  # fmt: skip


def test_the_terminal_shows_and_does_not_obey():
    from rich.table import Table

    console = Terminal(file=io.StringIO(), width=4000, markup=False, emoji=False, highlight=False)
    table = Table("a")
    for text in TEXTS:
        console.print(text)
        table.add_row(text)
    console.print(table)
    shown = console.file.getvalue()
    assert hidden(shown) == set() and "\x1b" not in shown
    assert "[bold red]x[/]" in shown
    shown.encode("utf-8")


def test_markdown_is_text():
    for text in TEXTS:
        shown = gates.markdown(text)
        assert not hidden(shown) and "\n" not in shown
        assert not re.search(r"(?<!\\)(?:\\\\)*[<`|]", re.sub(r"\\[\\<`|[]", "", shown))


@given(st.text(max_size=300))
def test_names_of_files_are_plain(text):
    name = gates.file_name(text)
    assert re.fullmatch(r"[\w-]*", name) and len(name.encode()) <= 120 and name == gates.file_name(name)


class Found(html.parser.HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.names = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}


def test_what_values_show_in_a_notebook_is_text():
    from discourse.results import Features

    units = pd.DataFrame({"doc_id": IN_TABLES})
    for k in range(0, len(IN_TABLES), 10):
        part = units.iloc[k : k + 10].reset_index(drop=True)
        features = Features(IN_TABLES[k], np.zeros((len(part), 1)), [IN_TABLES[k]], part, target=IN_TABLES[k])
        shown = features._repr_html_()
        assert Found(shown).tags <= {"p", "table", "thead", "tbody", "tr", "th", "td"}
        assert hidden(shown) == set() and hidden(repr(features)) == set()


# Who writes where: a module for each destination, and nobody beside it.
DOORS = {
    r"\.to_csv\(": {"gates.py", "figures/kinds.py", "report/writers/drawings.py"},  # keys of drawings are no files
    r"csv\.(?:writer|DictWriter)": set(),
    r"\.to_(?:excel|latex|markdown)\(": set(),
    r"Workbook\(": {"report/sheet.py"},
    r"\.to_html\(": {"shown.py"},
    r"(?<![\w.])print\(": set(),
    r"\bsys\.(?:stdout|stderr)\.write|sys\.__std": {"cli/terminal.py"},
    r"(?<![\w.])Console\(": {"cli/terminal.py"},
    r"typer\.(?:echo|secho)\(": {"cli/main.py"},  # the version
    r"\bMarkup\(": {"report/writers/html.py"},
    r"rc_context|rcParams": {"figures/style.py"},
}


@pytest.mark.parametrize("door", DOORS)
def test_nobody_writes_but_through_a_gate(door):
    package = Path(gates.__file__).parent
    found = set()
    for path in package.rglob("*.py"):
        lines = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if not line.lstrip().startswith((">>>", "..."))
        ]
        if any(re.search(door, line.partition("#")[0]) for line in lines):
            found.add(path.relative_to(package).as_posix())
    assert found <= DOORS[door]
