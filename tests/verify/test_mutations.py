"""A single changed digit anywhere in a report is found, and named; in an unchanged report nothing is."""

import random
import re
import shutil

import pytest

from discourse.verify import Rules, compare_folders
from discourse.verify.tables import rows_of

MUTATIONS = 240
DIGIT = re.compile(rb"[0-9]")


def mutated(rng, data):
    """The same bytes with one digit changed, and where."""
    at = rng.choice([m.start() for m in DIGIT.finditer(data)])
    other = rng.choice([d for d in b"0123456789" if d != data[at]])
    return data[:at] + bytes([other]) + data[at + 1 :], at


def cells(data):
    columns, rows = rows_of(data)
    return [(c, k) for k, row in enumerate([columns, *rows]) for c in row]


def by_kind(folder):
    """Files that have digits, by what they are: a kind is drawn first, so that tables do not crowd out the others."""
    kinds = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "timing.json"):
        if DIGIT.search(path.read_bytes()):
            name = path.relative_to(folder).as_posix()
            figure = name.startswith("tables/figure-")
            kinds.setdefault("figure" if figure else path.suffix, []).append(name)
    return kinds


@pytest.mark.slow
def test_every_changed_digit_is_found(norland_report, tmp_path):
    rng = random.Random(17)
    kinds, missed = by_kind(norland_report), []
    assert {".csv", "figure", ".json", ".svg", ".html", ".pdf", ".bib"} <= kinds.keys()
    for k in range(MUTATIONS):
        # Reading a PDF takes a second.
        kind = ".csv" if (kind := sorted(kinds)[k % len(kinds)]) == ".pdf" and k % 8 else kind
        name = rng.choice(kinds[kind])
        one, two = tmp_path / f"{k}" / "one", tmp_path / f"{k}" / "two"
        for folder in (one, two):
            (folder / name).parent.mkdir(parents=True)
        data = (norland_report / name).read_bytes()
        changed, at = mutated(rng, data)
        (one / name).write_bytes(data)
        (two / name).write_bytes(changed)
        moved = compare_folders(one, two).moved
        if {d.file for d in moved} != {name}:
            missed.append((name, at))
        elif name.endswith(".csv"):
            # The plain list of cells says which one it was.
            before, after = cells(data), cells(changed)
            expected = [(a[0], b[0]) for a, b in zip(before, after) if a != b]
            assert len(expected) == 1 and len(before) == len(after)
            assert (
                expected[0] in [(d.expected, d.found) for d in moved] or before[0] != after[0] or at < data.index(b"\n")
            )
    assert not missed


@pytest.mark.slow
def test_an_unchanged_report_holds(norland_report, tmp_path):
    shutil.copytree(norland_report, tmp_path / "same")
    for rules in (Rules(), Rules(seed=True, topics=True, environment=True)):
        verified = compare_folders(norland_report, tmp_path / "same", rules)
        assert verified.holds and not verified.differences
    assert sum(verified.numbers.values()) > 10_000


@pytest.mark.slow
def test_a_number_is_named_with_its_page_and_figure(norland_report, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(norland_report, other)
    table = other / "tables" / "figure-salience.csv"
    text = table.read_text()
    line = text.splitlines()[1]
    changed = re.sub(r"\d(?=\D*$)", lambda m: str((int(m[0]) + 1) % 10), line)
    table.write_text(text.replace(line, changed, 1))
    (other / "figures" / "stance.svg").unlink()
    (other / "new.txt").write_text("1")
    moved = {d.file: d for d in compare_folders(norland_report, other).moved}
    assert moved.keys() == {"tables/figure-salience.csv", "figures/stance.svg", "new.txt"}
    assert re.fullmatch(r"Figure \d+", moved["tables/figure-salience.csv"].item)
    assert abs(moved["tables/figure-salience.csv"].change) > 0
