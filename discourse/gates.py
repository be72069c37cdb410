"""Where text leaves the program: one gate for each destination, which lets nothing through that means something else there.

A name of a group may hold anything: what a printer cannot set, what a terminal obeys, what a spreadsheet computes.
Each writer passes its texts through the gate of its destination, and no other code writes there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LOST = "\ufffd"  # stands where a character cannot
MOST_MARKS = 8  # combining marks on one letter in print
ROWS = 50_000  # of a table that are text at one time
NAME = 120  # bytes of a text in the name of a file; most disks take 255

# They can change the order in which a text is read.
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NO_TEXT = f"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_DIRECTIONS}"
_HIDDEN = re.compile(f"[{_NO_TEXT}]")
_COMMON = bytes([9, 10, *range(32, 127)])
# Joiners and what else takes no room: no font has a glyph for them.
_ROOMLESS = re.compile(
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_BLANKS = {ord(c): " " for c in "\t\u1680"}  # Ogham's space is a line, which typst looks for in vain


def visible(text: str) -> str:
    r"""The gate of screens (page, notebook, terminal): characters that are no text are visible marks, one for each.

    Controls, halves of surrogate pairs, private and unassigned characters, and those that change the order in which a text
    is read. Line ends and tabs stay.

    Examples
    --------
    >>> visible("a\u202eb\x07"), visible("\x1b[31mred")
    ('a\ufffdb\ufffd', '\ufffd[31mred')
    """
    # What is printable has none of them, and most texts are.
    if text.isprintable():
        return text
    hidden = {ord(c): LOST for c in set(_rest(text)) if _is_hidden(c)}
    return text.translate(hidden) if hidden else text


def _rest(text: str) -> str:
    """A text without the common characters of ASCII: one quick pass over its bytes leaves little to look at."""
    return text.encode("utf-8", "surrogatepass").translate(None, _COMMON).decode("utf-8", "surrogatepass")


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") or _HIDDEN.match(character) is not None


def printed(text: str) -> str:
    r"""The gate of what is set with fonts (figures, PDF, Word, LaTeX): visible, without what takes no room; a tab is a blank.

    A letter has at most 8 combining marks: more would be drawn over the lines above. A zero-width space stays, as a place to break.

    Examples
    --------
    >>> printed("\ufeffco\u00adoperation\x00")
    'cooperation\ufffd'
    """
    if text.isascii() and text.isprintable():
        return text
    text = _ROOMLESS.sub("", visible(text).translate(_BLANKS))
    if not any(map(unicodedata.combining, text)):
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def document(text: str) -> bytes:
    r"""The gate of a whole document of text (HTML, SVG, LaTeX, BibTeX): UTF-8 in which nothing is a control.

    Examples
    --------
    >>> document("<p>a\x1b\ud800</p>").decode()
    '<p>a\ufffd\ufffd</p>'
    """
    return (_HIDDEN.sub(LOST, text) if _HIDDEN.search(_rest(text)) else text).encode()


# What a spreadsheet may take for a formula, with any number of apostrophes before it (OWASP, CSV Injection, 2024).
_FORMULA = re.compile("(?P<marks>'*)(?:\\s*[=+@\uff1d\uff0b\uff0d\uff20-]|[\t\r\n])")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?")


def cell(value: Any) -> Any:
    r"""The gate of a cell of a CSV file: a text that a spreadsheet may take for a formula has an apostrophe before it.

    Numbers stay numbers, and so do texts that are numbers. `uncell` takes the apostrophe away, and no text is changed by both.

    Examples
    --------
    >>> cell("=1+1"), cell("@MinRoe"), cell("-0.5"), cell(-0.5), cell("'tis"), cell("'=")
    ("'=1+1", "'@MinRoe", '-0.5', -0.5, "'tis", "''=")
    """
    if not isinstance(value, str):
        return cell(str(value)) if isinstance(value, (list, tuple, dict, set, frozenset)) else value
    text = workbook_cell(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def uncell(value: Any) -> Any:
    r"""What a cell held before it passed `cell`.

    Examples
    --------
    >>> [uncell(cell(text)) for text in ("=1+1", "'=", "'tis")]
    ['=1+1', "'=", "'tis"]
    """
    found = _FORMULA.match(value) if isinstance(value, str) else None
    return value[1:] if found is not None and found["marks"] else value


def csv(frame: pd.DataFrame, encoding: str = "utf-8", **options: Any) -> bytes:
    r"""The gate of CSV files: a table without its index, each text and name of a column as `cell` has it.

    Parameters
    ----------
    frame : DataFrame
        Days are written as such.
    encoding : {"utf-8", "utf-8-sig"}
        The second has a mark at its beginning, with which Excel takes the file for UTF-8.
    **options
        As `DataFrame.to_csv` takes them.

    Examples
    --------
    >>> import pandas as pd
    >>> csv(pd.DataFrame({"term": ["=cmd|' /C calc'!A0"], "rate": [-0.5]}))
    b"term,rate\n'=cmd|' /C calc'!A0,-0.5\n"
    """
    given = {"date_format": "%Y-%m-%d", **options}
    parts = []
    # Some rows at a time: as text a table takes many times its size.
    for first in range(0, len(frame), ROWS) or [0]:
        table = _of_cells(frame.iloc[first : first + ROWS])
        text = str(table.to_csv(index=False, header=first == 0, lineterminator="\n", **given))
        parts.append(text.encode(encoding if first == 0 else "utf-8"))
    return b"".join(parts)


def _of_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts and names of columns are as `cell` has them."""
    import pandas as pd

    frame = frame.set_axis([cell(str(c)) for c in frame.columns], axis=1)
    texts = [k for k, kind in enumerate(frame.dtypes) if kind.kind == "O"]
    # Not `map`, which would make numbers of what only looks like them.
    made = [
        pd.Series(list(map(cell, frame.iloc[:, k])), frame.index, object, c) if k in texts else frame.iloc[:, k]
        for k, c in enumerate(frame.columns)
    ]
    return pd.concat(made, axis=1) if made else frame


def uncsv(frame: pd.DataFrame) -> pd.DataFrame:
    """A table that was read from a CSV file as it was before it passed `csv`."""
    return frame.map(uncell).set_axis([uncell(c) for c in frame.columns], axis=1)


def workbook_cell(value: Any) -> Any:
    r"""The gate of a cell of a workbook, whose XML has no controls and one kind of line end.

    Examples
    --------
    >>> workbook_cell("a\x0bb\ud800"), workbook_cell(3)
    ('a\ufffdb\ufffd', 3)
    """
    if not isinstance(value, str):
        return value
    return _HIDDEN.sub(LOST, value.replace("\r\n", "\n").replace("\r", "\n"))


_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{c: "\\" + c for c in "&%$#_"},
}  # fmt: skip


def bibtex_value(text: str) -> str:
    r"""The gate of a value of BibTeX that somebody typed: no brace in it opens or closes anything, nothing is a command.

    Examples
    --------
    >>> print(bibtex_value(r"50% of {A} \input"))
    50\% of \textbraceleft{}A\textbraceright{} \textbackslash{}input
    """
    return "".join(_BIBTEX.get(c, c) for c in " ".join(printed(text).split()))


# Elements, code, cells of a table, links.
_MARKDOWN = re.compile(r"[\\`<|]|\[(?=[^\]]*\][(\[:])")


def markdown(text: str) -> str:
    r"""The gate of Markdown: text on one line, in which there is no element, code, cell or link.

    Examples
    --------
    >>> print(markdown("[a](javascript:x) | <b> of [0, 1]"))
    \[a](javascript:x) \| \<b> of [0, 1]
    """
    return _MARKDOWN.sub(r"\\\g<0>", " ".join(visible(text).split()))


def json_text(text: str) -> bytes:
    r"""The gate of JSON: UTF-8, in which half of a surrogate pair is written as an escape, as JSON has it.

    Examples
    --------
    >>> json_text('{"a": "\ud800é"}').decode()
    '{"a": "\\ud800é"}'
    """
    return text.encode("utf-8", "backslashreplace")


def file_name(text: str) -> str:
    r"""The gate of names of files: letters, digits, hyphens and underscores, of no more bytes than any disk takes.

    Examples
    --------
    >>> file_name("../a b:c\x00"), file_name("!")
    ('a-b-c', '')
    """
    return re.sub(r"\W+", "-", text).strip("-").encode()[:NAME].decode("utf-8", "ignore").strip("-")
