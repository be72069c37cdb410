"""The plain-text release of ParlaMint: one utterance a line, and a table with what is known of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from discourse.corpus.build import Batch
from discourse.corpus.files import decode
from discourse.corpus.parlamint_people import Member
from discourse.corpus.parlamint_tei import Sitting, Utterance
from discourse.errors import SourceError

# What the tables call the roles of speakers; those of other languages are not known.
_ROLES = {"chairperson": "chair", "chair": "chair", "regular": "regular", "guest": "guest"}
_COLUMNS = ("ID", "Speaker_role", "Speaker_name")
_NOTE = re.compile(r"\[\[(.*?)\]\]")


def meta_file(path: Path) -> Path | None:
    """The table that belongs to a text file: the one in English where there are two.

    Examples
    --------
    >>> meta_file(Path("there-is-no-such-file.txt")) is None
    True
    """
    endings = ("-meta-en.tsv", "-meta.tsv", "-ana-meta-en.tsv", "-ana-meta.tsv")
    return next((p for e in endings if (p := path.with_name(path.stem + e)).is_file()), None)


def read_plain(batch: Batch, path: Path) -> tuple[Sitting, dict[str, Member]] | None:
    """Read one sitting, and its speakers by the identifier of their utterance.

    Parameters
    ----------
    batch : Batch
        Lines that are not in order go to the bad ones.
    path : Path
        The text file.

    Returns
    -------
    Sitting and dict, or None for an empty file
        Notes of the reporters, in double square brackets, are excluded spans.

    Raises
    ------
    SourceError
        Without a table, for a table without the columns of ParlaMint, and for files that cannot be read.
    """
    table = meta_file(path)
    if table is None:
        raise SourceError(f"{path}: no table {path.stem}-meta-en.tsv or {path.stem}-meta.tsv beside it")
    lines, rows_of = batch.read(path), batch.read(table)
    if lines is None or rows_of is None:
        return None
    rows = _rows(batch, table, decode(table, rows_of))
    utterances: list[Utterance] = []
    members: dict[str, Member] = {}
    first: Mapping[str, str] = {}
    for number, line in enumerate(decode(path, lines).split("\n"), 1):
        key, tab, words = line.partition("\t")
        if not line.strip():
            continue
        if not tab or key not in rows:
            reason = f'no row for the utterance "{key[:80]}" in {table.name}' if tab else "no tab behind an identifier"
            batch.fail(path, reason, f"{path.name}:{number}")
            continue
        row = rows[key]
        first = first or row
        text = " ".join(words.split())
        spans = tuple((m.start(), m.end(), "note") for m in _NOTE.finditer(text))
        # The speaker has an identifier in some releases only; his name serves in the others.
        member = members[key] = _member(row)
        role = _ROLES.get(row.get("Speaker_role", "").casefold(), "")
        utterances.append(Utterance(key, member.key, role, text, spans, number))
    columns = {"house": _value(first, "Body").casefold()}
    columns |= {n: _value(first, n.capitalize()) for n in ("term", "session", "meeting", "sitting", "agenda")}
    day = _value(first, "Date") or _value(first, "From")
    key = _value(first, "Text_ID") or path.stem
    return Sitting(key, _value(first, "Title") or key, day, columns, tuple(utterances)), members


def _rows(batch: Batch, path: Path, text: str) -> dict[str, dict[str, str]]:
    """Rows by the identifier of the utterance; fields are between tabs and never in quotation marks."""
    header, *lines = text.split("\n")
    names = header.split("\t")
    missing = [c for c in _COLUMNS if c not in names]
    if missing:
        raise SourceError(f"{path}:1: not a table of ParlaMint (no column {', '.join(missing)})")
    rows = {}
    for number, line in enumerate(lines, 2):
        fields = line.split("\t")
        if line.strip() and len(fields) != len(names):
            batch.fail(path, f"expected {len(names)} fields, got {len(fields)}", f"{path.name}:{number}")
        elif line.strip():
            row = dict(zip(names, fields))
            rows[row["ID"]] = row
    return rows


def _value(row: Mapping[str, str], column: str) -> str:
    """A value; empty where the table has a hyphen, its mark for what is not known."""
    value = row.get(column, "").strip()
    return "" if value == "-" else value


def _member(row: Mapping[str, str]) -> Member:
    written = _value(row, "Speaker_name")
    if not written:
        return Member()
    # Surname, first names.
    last, _, rest = written.partition(", ")
    name = f"{rest} {last}" if rest and "," not in rest else written
    minister = _value(row, "Speaker_minister") == "Minister"
    return Member(
        name,
        _value(row, "Speaker_ID") or written,
        _value(row, "Speaker_party"),
        _value(row, "Speaker_party_name"),
        _value(row, "Party_status").casefold(),
        _value(row, "Speaker_gender"),
        minister,
        "minister" if minister else "",
    )
