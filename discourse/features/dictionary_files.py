"""Files of dictionaries: LIWC, quanteda, Lexicoder, Yoshikoder, WordStat, JSON, tables and plain lists."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from discourse.errors import SourceError, did_you_mean

MAX_BYTES = 10_000_000  # of one file; the largest dictionaries hold some ten thousand words
DIGITS = 9  # of the number of a category
MAX_DEPTH = 20  # categories within categories
YOSHIKODER = ".ykd"
OWN = "__"  # quanteda's key for the words of a category that has categories in it
MARKS = {"x", "1"}  # what says in LIWC's table that a word is in a category
_WEIGHT = re.compile(r"\s+\(\d+(?:\.\d+)?\)$")
_CODE = re.compile(r"\([^)]*\)\S*|<[^>]*>\S*|\S+")
_CODES_AT_END = re.compile(r"(?<=\S)(?:\s+(?:\d+|<[^>]*>\S*|\([^)]*\)\S*))+$")


class Why(StrEnum):
    """Why an entry of a file is not counted."""

    CONDITION = "condition"
    RULE = "rule"
    ONE_LETTER = "one letter"
    NO_WORD = "no word"


@dataclass(frozen=True)
class Skipped:
    """An entry that is not counted: its line (0 where it is not known), the entry, and the reason."""

    line: int
    entry: str
    why: Why


@dataclass
class Parsed:
    """What a file says: patterns with their categories, all categories in order, entries left out, and mistakes.

    A category is the tuple of its name and those of the categories around it, the outermost first.
    """

    entries: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    categories: list[tuple[str, ...]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: UTF-8 or UTF-16, else Windows-1252 or Latin-1, in which any bytes are text.

    Examples
    --------
    >>> decode("zażalenie".encode("utf-16"))[1], decode("café".encode("latin-1"))
    ('UTF-16', ('café', 'Windows-1252'))
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = [("utf-16", "UTF-16")]
    # Half of the bytes of Latin letters are 0; where they are depends on the order of bytes.
    elif b"\0" in data[:100]:
        encodings = [("utf-16-le", "UTF-16") if data[1:2] == b"\0" else ("utf-16-be", "UTF-16")]
    else:
        encodings = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    for codec, name in [*encodings, ("latin-1", "Latin-1")]:
        try:
            return data.decode(codec).replace("\r\n", "\n").replace("\r", "\n"), name
        except UnicodeDecodeError:
            continue
    raise AssertionError("any bytes are Latin-1")


def parse(path: Path, data: bytes) -> tuple[Parsed, str]:
    """What a file says, by the ending of its name, and its encoding.

    Raises
    ------
    SourceError
        For an unknown ending, a file that is too large, and one that is not of its format.
    """
    suffix, known = path.suffix.casefold(), [*FORMATS, YOSHIKODER]
    if suffix not in known:
        raise SourceError(f'{path}: no dictionary ends in "{path.suffix}". {did_you_mean(suffix, known)}')
    text, encoding = decode(data)
    try:
        # Lexicoder has had two formats under one ending; XML says its encoding itself.
        if suffix == YOSHIKODER or (suffix == ".lcd" and text.lstrip().startswith("<")):
            return _yoshikoder(data, path), "XML"
        return FORMATS[suffix](text, path), encoding
    except csv.Error as error:
        raise SourceError(f"{path}: not a table ({error})") from None
    except RecursionError:
        raise SourceError(f"{path}: categories within categories more than {MAX_DEPTH} deep") from None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are not empty, with their numbers."""
    return ((k, line) for k, line in enumerate(text.split("\n"), 1) if line.strip())


def _liwc(text: str, path: Path) -> Parsed:
    """LIWC 2007 and 2015: categories with their numbers between two lines of %, then terms with numbers of categories."""
    found = Parsed()
    named: dict[int, tuple[str, ...]] = {}
    above: list[tuple[int, tuple[str, ...]]] = []
    part = 0
    for line, content in _lines(text):
        if content.strip() == "%":
            part += 1
        elif part == 1:
            number, name = re.match(r"(\d*)\s*(.*)", content.strip()).groups()  # type: ignore[union-attr]
            # LIWC 2015 has a long name in brackets after the short one.
            name = re.sub(r"(?<=\S)\s*\(.*\)$", "", name).strip()
            if not number or not name or len(number) > DIGITS:
                found.problems.append(f"{path}:{line}: expected the number and the name of a category")
            elif int(number) in named:
                found.problems.append(f"{path}:{line}: category {int(number)} is defined a second time")
            else:
                named[int(number)] = _below(above, len(content) - len(content.lstrip("\t")), name)
        elif part > 1:
            _liwc_term(found, path, line, content.strip(), named)
    if part < 2:
        raise SourceError(f"{path}:1: expected a LIWC dictionary, with its categories between two lines of %")
    found.categories = list(named.values())
    return found


def _below(above: list[tuple[int, tuple[str, ...]]], indent: int, name: str) -> tuple[str, ...]:
    """The path of a category: below the last one that is indented less; kept in `above` for those that follow."""
    while above and above[-1][0] >= indent:
        above.pop()
    path = (*(above[-1][1] if above else ()), name)
    above.append((indent, path))
    return path


def _liwc_term(found: Parsed, path: Path, line: int, content: str, named: dict[int, tuple[str, ...]]) -> None:
    """A term and its categories; those that depend on the words around it are left out."""
    term, _, codes = content.partition("\t")
    match = _CODES_AT_END.search(content) if not codes or re.search(r"\s[(<]", term) else None
    if match:
        term, codes = content[: match.start()], match[0]
    conditional = False
    known = 0
    for code in _CODE.findall(codes):
        if code[0] in "(<":
            conditional = True
        elif not code.isdecimal() or len(code) > DIGITS:
            found.problems.append(f'{path}:{line}: "{code}" is no number of a category')
        elif int(code) not in named:
            found.problems.append(f"{path}:{line}: category {int(code)} is used here and not defined in the header")
        else:
            found.entries.append((line, term, named[int(code)]))
            known += 1
    if conditional:
        found.skipped.append(Skipped(line, content.replace("\t", " "), Why.CONDITION))
    elif not codes.strip():
        found.problems.append(f'{path}:{line}: "{term}" has no number of a category')


def _liwc_table(text: str, path: Path) -> Parsed:
    """LIWC-22: a table with a column for each category, and X where a word belongs to it; "/" in a name nests."""
    found = Parsed()
    rows = csv.reader(io.StringIO(text))
    head = next(rows, [])
    if not head or head[0].strip().casefold() != "dicterm" or len(head) < 2:
        raise SourceError(f"{path}:1: expected the header of a LIWC-22 dictionary: DicTerm, then its categories")
    found.categories = [_split(name) for name in head[1:]]
    for row in rows:
        for category, cell in zip(found.categories, row[1:]):
            said = cell.strip().casefold()
            if said in MARKS:
                found.entries.append((rows.line_num, row[0], category))
            elif said not in ("", "0"):
                found.problems.append(f'{path}:{rows.line_num}: expected X or nothing, got "{cell.strip()}"')
        if len(row) > len(head):
            found.problems.append(f"{path}:{rows.line_num}: {len(row)} cells, and {len(head)} in the header")
    return found


def _split(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in name.split("/"))


def _lexicoder(text: str, path: Path) -> Parsed:
    """Lexicoder: a line with + and a category, then a pattern a line; blanks around a pattern mark its ends and go."""
    found = Parsed()
    for line, content in _lines(text):
        if content.lstrip().startswith("+"):
            found.categories.append((content.strip().lstrip("+").strip(),))
        elif not found.categories:
            raise SourceError(f'{path}:{line}: expected a line with + and a category, got "{content.strip()[:40]}"')
        else:
            found.entries.append((line, _WEIGHT.sub("", content), found.categories[-1]))
    return found


def _wordstat(text: str, path: Path) -> Parsed:
    """WordStat: indented categories, and patterns that end with a weight in brackets; what begins with @ is a rule."""
    found = Parsed()
    above: list[tuple[int, tuple[str, ...]]] = []
    for line, content in _lines(text):
        space = content[: len(content) - len(content.lstrip())]
        indent = space.count("\t") if "\t" in space else len(space)
        entry = _WEIGHT.sub("", content.rstrip()).strip()
        if not _WEIGHT.search(content.rstrip()):
            found.categories.append(_below(above, indent, entry))
        elif entry.startswith("@"):
            found.skipped.append(Skipped(line, entry, Why.RULE))
        else:
            inside = [p for depth, p in above if depth < indent]
            if inside:
                found.entries.append((line, entry, inside[-1]))
            else:
                found.problems.append(f'{path}:{line}: "{entry}" is in no category')
    return found


def _yoshikoder(data: bytes, path: Path) -> Parsed:
    """Yoshikoder, and Lexicoder 2: XML with a `cnode` for each category and a `pnode` for each pattern."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data)
    except ParseError as error:
        raise SourceError(f"{path}:{error.position[0]}: not XML ({str(error).partition(':')[0]})") from None
    except DefusedXmlException:
        raise SourceError(f"{path}: XML with entities of its own is not read") from None
    if root.tag != "dictionary":
        raise SourceError(f"{path}:1: expected <dictionary>, got <{root.tag}>")
    if "regex" in root.get("patternengine", "").casefold():
        raise SourceError(f"{path}:1: its patterns are regular expressions; save it with wildcards (*)")
    found = Parsed()

    def walk(node: Any, names: tuple[str, ...]) -> None:
        if len(names) > MAX_DEPTH:
            raise RecursionError
        for child in node:
            name = (child.get("name") or "").strip()
            if child.tag == "cnode":
                found.categories.append((*names, name))
                walk(child, (*names, name))
            elif child.tag == "pnode" and names:
                found.entries.append((0, name, names))
            elif child.tag == "pnode":
                found.problems.append(f'{path}: "{name}" is in no category')

    walk(root, ())
    return found


def _yaml(text: str, path: Path) -> Parsed:
    """quanteda's YAML: categories with lists of patterns, or with categories."""
    import yaml

    from discourse.yamls import YamlError, composed

    try:
        # Composed, not loaded: nodes know their lines, and patterns such as "no" stay text.
        _, top = composed(text)
    except YamlError as error:
        hint = "; put a pattern that begins with * into quotation marks" if "alias" in error.reason else ""
        raise SourceError(f"{path}:{error.line or 1}: not YAML ({error.reason}){hint}") from None
    if not isinstance(top, yaml.MappingNode):
        raise SourceError(f"{path}:1: expected categories with lists of words")

    def value(node: yaml.Node) -> list[Any]:
        if isinstance(node, yaml.MappingNode):
            return [(str(key.value), value(inside)) for key, inside in node.value]
        if isinstance(node, yaml.SequenceNode):
            return [inside for item in node.value for inside in value(item)]
        return [(node.start_mark.line + 1, str(node.value))] if node.value else []

    return _nested(value(top))


class _Object(list[Any]):
    """The names and values of an object of JSON, in order: a name may occur twice."""


def _json(text: str, path: Path) -> Parsed:
    """JSON: an object of categories with lists of patterns, or with categories."""
    try:
        top = json.loads(text, object_pairs_hook=_Object)
    except json.JSONDecodeError as error:
        raise SourceError(f"{path}:{error.lineno}: not JSON ({error.msg})") from None
    if not isinstance(top, _Object):
        raise SourceError(f"{path}:1: expected an object of categories with lists of words")
    problems: list[str] = []

    def value(node: Any) -> list[Any]:
        if isinstance(node, str):
            return [(0, node)]
        if isinstance(node, _Object):
            return [(name, value(inside)) for name, inside in node]
        if isinstance(node, list):
            return [inside for item in node for inside in value(item)]
        problems.append(f"{path}: expected words or categories, got {json.dumps(node)}")
        return []

    found = _nested(value(top))
    found.problems += problems
    return found


def _nested(top: Sequence[Any]) -> Parsed:
    """Lists of patterns, as (line, pattern), and of categories, as (name, list)."""
    found = Parsed()

    def walk(items: Sequence[Any], names: tuple[str, ...]) -> None:
        if len(names) > MAX_DEPTH:
            raise RecursionError
        for first, second in items:
            if isinstance(second, str):
                found.entries.append((first, second, names))
                continue
            inside = names if first == OWN and names else (*names, first.strip())
            found.categories.append(inside)
            walk(second, inside)

    walk(top, ())
    return found


def _table(text: str, path: Path) -> Parsed:
    """A table with the columns `word` and `category`; separated by commas, or by tabs in a .tsv; "/" in a name nests."""
    if text[:8].casefold() == "dicterm,":
        return _liwc_table(text, path)
    rows = csv.DictReader(io.StringIO(text), delimiter="\t" if path.suffix.casefold() == ".tsv" else ",")
    head = {(name or "").strip().casefold(): name for name in rows.fieldnames or []}
    word = next((head[name] for name in ("word", "term", "pattern") if name in head), None)
    if word is None or "category" not in head:
        raise SourceError(f"{path}:1: expected a header with the columns word and category")
    found = Parsed()
    for row in rows:
        term, category = (row[word] or "").strip(), (row[head["category"]] or "").strip()
        if term and category:
            found.entries.append((rows.line_num, term, _split(category)))
            found.categories.append(_split(category))
        else:
            found.problems.append(f"{path}:{rows.line_num}: a word and a category are needed")
    return found


def _plain(text: str, path: Path) -> Parsed:
    """A word or phrase a line; # begins a comment; the category is the name of the file."""
    found = Parsed(categories=[(path.stem,)])
    for line, content in _lines(text):
        word = content.partition("#")[0]
        if word.strip():
            found.entries.append((line, word, (path.stem,)))
    return found


FORMATS: dict[str, Callable[[str, Path], Parsed]] = {
    ".dic": _liwc,
    ".dicx": _liwc_table,
    ".yml": _yaml,
    ".yaml": _yaml,
    ".lcd": _lexicoder,
    ".lc3": _lexicoder,
    ".cat": _wordstat,
    ".json": _json,
    ".csv": _table,
    ".tsv": _table,
    ".txt": _plain,
}
