"""Lexicons: terms with a category, a weight and the source of the category."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from discourse.door import MOST_LEXICON, read_bytes
from discourse.errors import SourceError, did_you_mean
from discourse.features.stance.rules import CLASS_BOUNDS, SCALE

COLUMNS = ("term", "category", "weight", "source", "note")
# Dimensions that score a target; the others are metadiscourse, counted by category.
SCORING = ("evaluation", "negation")
DIMENSIONS = (*SCORING, "certainty", "obligation", "attitude", "person")
# Acts after PLOVER (2021): whether they are words or deeds, and of cooperation or of conflict.
ACTS: dict[str, tuple[str, str]] = {
    "agree": ("verbal", "cooperation"),
    "consult": ("verbal", "cooperation"),
    "support": ("verbal", "cooperation"),
    "welcome": ("verbal", "cooperation"),
    "propose": ("verbal", "cooperation"),
    "cooperate": ("material", "cooperation"),
    "aid": ("material", "cooperation"),
    "yield": ("material", "cooperation"),
    "call on": ("verbal", "conflict"),
    "demand": ("verbal", "conflict"),
    "warn": ("verbal", "conflict"),
    "condemn": ("verbal", "conflict"),
    "accuse": ("verbal", "conflict"),
    "reject": ("verbal", "conflict"),
    "threaten": ("verbal", "conflict"),
    "violate": ("material", "conflict"),
    "protest": ("material", "conflict"),
    "sanction": ("material", "conflict"),
    "mobilise": ("material", "conflict"),
    "coerce": ("material", "conflict"),
    "attack": ("material", "conflict"),
}


@dataclass(frozen=True)
class Lexicon:
    """One dimension of stance.

    Parameters
    ----------
    name : str
        Dimension: evaluation, negation, certainty, obligation, attitude, person, or one of your own.
    entries : DataFrame
        Columns `term`, `category`, `weight`, `source`, `note`.
    sha256 : str
        Hash of the file and of the weights that were given for its categories.
    """

    name: str
    entries: pd.DataFrame
    sha256: str


_Row = tuple[int, str, str, str, str, str]  # line, term, category, weight, source, note


def _read_tsv(text: str, shown: str) -> Iterator[_Row]:
    # A quotation mark belongs to its term.
    reader = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        missing = [c for c in ("term", "category", "weight") if c not in (reader.fieldnames or [])]
        if missing:
            raise SourceError(
                f"{shown}:1: the header lacks {', '.join(missing)}; expected {', '.join(COLUMNS)} separated by tabs"
            )
        for row in reader:
            term, category, weight, source, note = (row.get(c) or "" for c in COLUMNS)
            yield reader.line_num, term, category, weight, source, note
    except csv.Error as error:
        raise SourceError(f"{shown}:{reader.line_num + 1}: not a table ({error})") from None


def _read_dic(text: str, shown: str) -> Iterator[_Row]:
    """LIWC's format: categories with their numbers between two lines of %, then terms with numbers of categories."""
    names: dict[str, str] = {}
    part, problems = 0, list[str]()
    rows: list[_Row] = []
    for line, content in enumerate(text.splitlines(), 1):
        if content.strip() == "%":
            part += 1
        elif content.strip() and part == 1:
            number, _, name = content.strip().partition("\t" if "\t" in content.strip() else " ")
            names[number.strip()] = name.strip().split("(")[0].strip()
        elif content.strip():
            cells = [c for c in re.split(r"\t+", content.strip()) if c.strip()]
            if len(cells) == 1:
                cells = content.split()
            unknown = [c for c in cells[1:] if c.strip() not in names]
            if unknown or len(cells) < 2:
                what = (
                    f'"{unknown[0]}" is no category of the head' if unknown else "a term needs the number of a category"
                )
                problems.append(f"{shown}:{line}: {what}")
            rows += [
                (line, cells[0].replace("_", " "), names[c.strip()], "", "", "")
                for c in cells[1:]
                if c.strip() in names
            ]
    if part < 2:
        raise SourceError(f"{shown}:1: expected a LIWC dictionary, with its categories between two lines of %")
    if problems:
        raise SourceError(problems[:20])
    yield from rows


def _read_yaml(text: str, shown: str) -> Iterator[_Row]:
    """quanteda's format: categories with lists of terms; categories within categories are joined by a full stop."""
    import yaml

    from discourse.yamls import YamlError, composed

    try:
        # Composed, not loaded: nodes know their lines, and terms such as "no" stay text.
        _, content = composed(text)
    except YamlError as error:
        hint = "; put a term that begins with * into quotation marks" if "alias" in error.reason else ""
        raise SourceError(f"{shown}:{error.line or 1}: not YAML ({error.reason}){hint}") from None

    def walk(node: yaml.Node, names: list[str]) -> Iterator[_Row]:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from walk(value, [*names, str(key.value)])
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from walk(item, names)
        else:
            yield node.start_mark.line + 1, str(node.value), ".".join(names), "", "", ""

    if not isinstance(content, yaml.MappingNode):
        raise SourceError(f"{shown}:1: expected categories with lists of terms, as in quanteda's dictionaries")
    yield from walk(content, [])


_FORMATS = {".dic": _read_dic, ".yml": _read_yaml, ".yaml": _read_yaml}


def _read_text(path: str | Path | None, shown: str) -> tuple[bytes, str]:
    """Bytes and text of a file, or of the lexicon of the package by this name."""
    try:
        data = (
            read_bytes(Path(path), MOST_LEXICON) if path else files("discourse.lexicons").joinpath(shown).read_bytes()
        )
        # Spreadsheets put a byte order mark before UTF-8.
        return data, data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{shown}: the lexicon is not UTF-8") from None


def _number(written: str | float) -> float:
    """A weight as it is written; NaN where it is no finite number."""
    try:
        weight = float(written)
    except ValueError:
        return math.nan
    return weight if math.isfinite(weight) else math.nan


def _entry_problem(term: str, category: str, earlier: int | None) -> str:
    """What is wrong with an entry; `earlier` is the line in which the same term occurs already."""
    if not term or not category:
        return "a term and a category are needed"
    if any(not w.replace("*", "") for w in term.split()):
        return f'"{term}" matches every word'
    return f'"{term}" occurs already in line {earlier}' if earlier is not None else ""


def _sign_problem(categories: Iterable[str], numbers: Iterable[float], unweighted: list[str]) -> str:
    """What is wrong with an evaluation as a whole: it must tell friendly terms from hostile ones."""
    numbers = list(numbers)
    lacking = unweighted
    if not lacking and not (any(x > 0 for x in numbers) and any(x < 0 for x in numbers)):
        lacking = list(dict.fromkeys(categories))
    if not lacking:
        return ""
    return (
        "an evaluation needs terms above and below 0, for without them no mention can be cooperative, or none conflictual; give weights to its categories under stance: weights: "
        f"({', '.join(lacking)})"
    )


def load_lexicon(name: str, path: str | Path | None = None, weights: Mapping[str, float] | None = None) -> Lexicon:
    """Load a lexicon: tab-separated with a header line, a LIWC dictionary (.dic), or one of quanteda (.yml, .yaml).

    Parameters
    ----------
    name : str
        Dimension, and name of the file that comes with the package when no path is given.
    path : path, optional
        A file of your own.
    weights : mapping of str to float, optional
        Weight of each category, for formats that have none; 1 otherwise. An evaluation needs weights above and below 0.

    Returns
    -------
    Lexicon

    Raises
    ------
    SourceError
        Naming every line with a missing field, a weight that is no number, or a term that occurs twice (for
        metadiscourse a term may be in several categories).

    Examples
    --------
    >>> load_lexicon("certainty").entries["category"].unique().tolist()
    ['weasel', 'booster', 'hedge']
    """
    shown = str(path) if path else f"{name}.tsv"
    weights = dict(weights or {})
    data, text = _read_text(path, shown)
    read = _FORMATS.get(Path(shown).suffix.casefold(), _read_tsv)
    has_weights = read is _read_tsv
    rows, problems, seen = list[tuple[str, str, float, str, str]](), list[str](), dict[tuple[str, str], int]()
    for line, written, category, number, source, note in read(text, shown):
        term = " ".join(written.split())
        weight = _number(number if has_weights else weights.get(category, 1.0))
        if math.isnan(weight):
            problems.append(f'{shown}:{line}: expected a number as weight, got "{number}"')
            continue
        # A term has one score, but may belong to several kinds of metadiscourse.
        key = (term.casefold(), "" if name in SCORING else category)
        problem = _entry_problem(term, category, seen.get(key))
        problems += [f"{shown}:{line}: {problem}"] if problem else []
        seen.setdefault(key, line)
        rows.append((term, category, weight, source, note))
    if not problems and not rows:
        problems.append(f"{shown}: the lexicon is empty")
    if not problems and name == "evaluation":
        unweighted = [] if has_weights else [c for c in dict.fromkeys(r[1] for r in rows) if c not in weights]
        problem = _sign_problem((r[1] for r in rows), (r[2] for r in rows), unweighted)
        problems += [f"{shown}: {problem}"] if problem else []
    if problems:
        raise SourceError(problems[:20])
    digest = hashlib.sha256(data + repr(sorted(weights.items())).encode() * bool(weights)).hexdigest()
    return Lexicon(name, pd.DataFrame(rows, columns=list(COLUMNS)), digest)


def unreachable_class(lexicon: Lexicon, scale: float = SCALE) -> str:
    """Which class no term of an evaluation can give a mention, in words for its user; "" where there is none.

    Parameters
    ----------
    lexicon : Lexicon
        An evaluation.
    scale : float
        Sum of weights at which the evaluation is 0.71.

    Returns
    -------
    str

    Notes
    -----
    A term right beside the mention counts its weight w, so that the evaluation is w / sqrt(w² + scale²). Where that is within the
    bounds of *neutral* for the largest weight of a sign, only several terms together reach the class, which few sentences have.

    Examples
    --------
    >>> ones = load_lexicon("evaluation").entries.assign(weight=lambda t: t["weight"].clip(-1, 1))
    >>> unreachable_class(Lexicon("evaluation", ones, "")).split(":")[0]
    'no term can make a mention cooperative'
    """
    weights = lexicon.entries["weight"]
    low, high = CLASS_BOUNDS
    for name, largest, bound in (("conflictual", -weights.min(), -low), ("cooperative", weights.max(), high)):
        needed = bound * scale / math.sqrt(1 - bound**2)
        if largest <= needed:
            sign = "-" if name == "conflictual" else ""
            return (
                f"no term can make a mention {name}: the largest weight for it is {sign}{largest:g}, and with scale {scale:g} "
                f"one beyond {sign}{needed:.2f} is needed; give larger weights, or a smaller scale"
            )
    return ""


@cache
def package_lexicon(name: str) -> Lexicon:
    """A lexicon of the package; read once, and not to be changed."""
    return load_lexicon(name)


def default_lexicons(
    paths: Mapping[str, str | Path] | None = None, weights: Mapping[str, float] | None = None
) -> dict[str, Lexicon]:
    """The lexicon of each dimension, those of the package where no other file is named; further names are metadiscourse of your own."""
    paths = paths or {}
    names = [*DIMENSIONS, *(n for n in paths if n not in DIMENSIONS)]
    lexicons = {n: load_lexicon(n, paths[n], weights) if n in paths else package_lexicon(n) for n in names}
    known = [c for name in paths for c in dict.fromkeys(lexicons[name].entries["category"])]
    unknown = [w for w in weights or {} if w not in known]
    if unknown:
        raise SourceError(
            f'stance: weights: no lexicon of yours has the category "{unknown[0]}". {did_you_mean(unknown[0], known)}'
        )
    return lexicons
