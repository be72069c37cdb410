"""Two report folders, number by number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from discourse.verify.pages import Place, pages_of, places
from discourse.verify.tables import compare_tables, rows_of
from discourse.verify.texts import compare_json, compare_markup, compare_texts, words_of
from discourse.verify.topics import Matched, match_topics
from discourse.verify.values import NUMBER, SAME, Difference, Rule, Rules

# Times and memory are those of one run.
NOT_COMPARED = ("timing.json",)
_MARKUP = (".html", ".svg")
_WORDS = (".bib", ".tex", ".txt", ".md")


@dataclass(frozen=True)
class Verification:
    """What of a report holds.

    Parameters
    ----------
    numbers : mapping of str to int
        Numbers that were compared, by file.
    differences : tuple of Difference
        All values that are not the same.
    topics : Matched, optional
        How the topics of both reports were matched, where the models differ.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    topics: Matched | None = None

    @property
    def moved(self) -> tuple[Difference, ...]:
        """Values that differ by more than their rule allows."""
        return tuple(d for d in self.differences if not d.holds)

    @property
    def holds(self) -> bool:
        """Whether the report holds."""
        return not self.moved


def compare_folders(expected: Path, found: Path, rules: Rules = SAME) -> Verification:
    """Compare two report folders number by number.

    Parameters
    ----------
    expected : path
        The report as it was published.
    found : path
        The report as it was made again.
    rules : Rules
        What may differ.

    Returns
    -------
    Verification
    """
    names, others = _files(expected), _files(found)
    differences = [Difference(n, "a file", "") for n in sorted(names - others)]
    differences += [Difference(n, "", "a file") for n in sorted(others - names)]
    numbers: dict[str, int] = {}
    for name in sorted(names & others):
        one, two = (expected / name).read_bytes(), (found / name).read_bytes()
        numbers[name] = _count(name, one)
        if one != two:
            differences += _compare(name, one, two, rules)
    topics = _topics(expected, found, differences) if rules.topics else None
    if topics is not None and topics.same:
        differences = [_within(d) for d in differences]
    where = _where(expected, differences)
    return Verification(numbers, tuple(_placed(d, where) for d in differences), topics)


def _files(folder: Path) -> set[str]:
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    return names - set(NOT_COMPARED)


def _count(name: str, data: bytes) -> int:
    """How many numbers a file has; of a PDF none, as the page has them all."""
    if name.endswith(_MARKUP):
        return len(NUMBER.findall(words_of(data)))
    if name.endswith((".csv", ".json", *_WORDS)):
        return len(NUMBER.findall(data.decode("utf-8", "replace")))
    return 0


def _compare(name: str, one: bytes, two: bytes, rules: Rules) -> list[Difference]:
    if name.endswith(".csv"):
        return compare_tables(name, one, two, rules)
    if name.endswith(".json"):
        return compare_json(name, one, two, rules)
    if name.endswith(_MARKUP):
        return compare_markup(name, one, two, rules)
    if name.endswith(_WORDS):
        return compare_texts(name, one.decode("utf-8", "replace"), two.decode("utf-8", "replace"))
    if name == "report.pdf":
        return _pdf(name, one, two, rules)
    return [_drawn(name, rules)]


def _drawn(name: str, rules: Rules) -> Difference:
    """A file that says the same in other bytes."""
    return Difference(name, "", "", "", "how it is drawn", rule=Rule.ENVIRONMENT, holds=rules.environment)


def _pdf(name: str, one: bytes, two: bytes, rules: Rules) -> list[Difference]:
    try:
        before, after = pages_of(one), pages_of(two)
    except ValueError as error:
        return [Difference(name, "", "", str(error), "cannot be read")]
    differences = []
    for k, (a, b) in enumerate(zip(before, after), 1):
        differences += [replace(d, page=k) for d in compare_texts(name, a, b)]
    if len(before) != len(after):
        differences.append(Difference(name, str(len(before)), str(len(after)), "", "number of pages"))
    return differences or [_drawn(name, rules)]


def _where(folder: Path, differences: list[Difference]) -> Mapping[str, Place]:
    pdf = folder / "report.pdf"
    # Reading a PDF takes a second or two.
    if not any(d.file.startswith(("tables/", "figures/")) for d in differences) or not pdf.is_file():
        return {}
    try:
        return places(folder, pages_of(pdf.read_bytes()))
    except ValueError:
        return {}


def _placed(difference: Difference, where: Mapping[str, Place]) -> Difference:
    """A difference with page and number of the figure or table that shows it."""
    name = Path(difference.file)
    of = f"figure-{name.stem}" if name.parts[0] == "figures" else name.stem
    place = where.get(of)
    return replace(difference, page=place.page, item=place.item) if place else difference


def _topics(expected: Path, found: Path, differences: list[Difference]) -> Matched | None:
    """The topics of both reports matched, where they differ; None where there are none, or another number."""
    if not any(_of_topics(d) for d in differences):
        return None
    try:
        (words, shares), (others, other_shares) = _model(expected), _model(found)
    except (OSError, ValueError, KeyError):
        return None
    terms = sorted({t for model in (words, others) for row in model.values() for t in row})
    if len(words) != len(others) or len(shares) != len(words) or len(other_shares) != len(words):
        return None

    def table(model: Mapping[str, Mapping[str, float]], columns: list[str]) -> np.ndarray:
        return np.array([[row.get(c, 0.0) for c in columns] for _, row in sorted(model.items())])

    groups = sorted({g for row in shares.values() for g in row})
    return match_topics(table(words, terms), table(others, terms), table(shares, groups), table(other_shares, groups))


def _model(folder: Path) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Probabilities of the words that topics show, and prevalences in the groups, by topic."""
    words: dict[str, dict[str, float]] = {}
    columns, rows = rows_of((folder / "tables" / "topic-terms.csv").read_bytes())
    for row in (dict(zip(columns, r)) for r in rows):
        words.setdefault(row["topic"], {})[row["term"]] = float(row["probability"])
    shares: dict[str, dict[str, float]] = {}
    columns, rows = rows_of((folder / "tables" / "topic-prevalence.csv").read_bytes())
    number: dict[str, str] = {}  # seeded topics have names; both tables are in the order of the topics
    for row in (dict(zip(columns, r)) for r in rows):
        if row["contrast"] == "level":
            topic = number.setdefault(row["item"], str(len(number) + 1))
            shares.setdefault(topic, {})[row["stratum"]] = float(row["estimate"] or "nan")
    return words, shares


def _of_topics(difference: Difference) -> bool:
    return "topic" in Path(difference.file).name


def _within(difference: Difference) -> Difference:
    return replace(difference, rule=Rule.TOPICS, holds=True) if _of_topics(difference) else difference


def verdicts_of(folder: Path) -> Mapping[str, str]:
    """What the report decides of each outcome, from run.json."""
    record = json.loads((folder / "run.json").read_bytes())
    return {name: str(value.get("certainty", "")) for name, value in record.get("verdict", {}).items()}
