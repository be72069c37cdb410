"""Preregistrations: what is fixed, what a later report says was changed, and that no word of the texts is in them."""

import datetime as dt
import json
import sys

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.cli.main import main
from discourse.errors import SourceError
from discourse.experiment import load, resolve
from discourse.experiment.registration import _changed, frozen_beside, index_of, read_registration, register, registered
from discourse.experiment.run import read_documents
from discourse.report.blocks import Figure, Table

DAY = dt.date(2026, 1, 31)


@pytest.fixture
def frozen(experiment):
    """A registered experiment."""
    plan = resolve(load(experiment.smaller().file))
    made = register(plan, read_documents(plan), DAY, "0.1.0")
    frozen_beside(experiment.file).write_bytes(made.written())
    return experiment


def now(experiment):
    plan = resolve(load(experiment.file))
    return registered(plan, read_documents(plan))


def test_nothing_is_exploratory_as_long_as_nothing_is_changed(frozen):
    found = now(frozen)
    assert not found.changes and not found.exploratory and found.index == found.registration.index
    text = frozen_beside(frozen.file).read_text()
    assert not any(" ".join(row["text"].split()[:6]) in text for row in frozen.rows), "no contents"
    # How a report looks is not registered.
    frozen.change(("title: Norland", "title: About Norland"), add="report: {paper: us-letter}\n")
    assert not now(frozen).changes


@pytest.mark.parametrize(
    ("change", "setting", "before", "after", "exploratory"),
    [
        (("{min_clusters: 2, ngrams", "{min_clusters: 3, ngrams"), "frequency.min_clusters", "2", "3", {"frequency", "words"}),
        (("{terms: [norland]}", "{terms: [norland, norlanders]}"), "targets.Norland.terms", '["norland"]', '["norland", "norlanders"]', None),
        (("resamples: 300", "resamples: 400"), "inference.resamples", "300", "400", None),
    ],
)  # fmt: skip
def test_what_was_changed_is_told_with_its_values(frozen, change, setting, before, after, exploratory):
    frozen.change(change)
    found = now(frozen)
    assert [(c.setting, c.before, c.after) for c in found.changes] == [(setting, before, after)]
    plan = resolve(load(frozen.file))
    assert set(found.exploratory) == (set(plan.analyses) if exploratory is None else exploratory)


def test_an_analysis_that_was_added_is_exploratory(frozen):
    frozen.change(("topics: false", "topics: {k: 2}"))
    found = now(frozen)
    assert "topics" in found.exploratory and "salience" not in found.exploratory


def test_other_texts_are_told(frozen):
    frozen.write(frozen.rows[:-1])
    found = now(frozen)
    assert (found.registration.index.documents, found.index.documents) == (40, 39)
    assert not found.changes, "settings are the same"


def test_a_frozen_file_that_was_changed_is_refused(frozen):
    path = frozen_beside(frozen.file)
    text = path.read_text()
    for old, new in (("2026-01-31", "2025-01-31"), ('"resamples": 300', '"resamples": 301')):
        assert old in text
        path.write_text(text.replace(old, new))
        with pytest.raises(SourceError, match="changed after it was made"):
            read_registration(path)
    for bad in ("{}", "[", "null", '{"registered": 1}'):
        path.write_text(bad)
        with pytest.raises(SourceError, match="not a registration"):
            read_registration(path)


@pytest.mark.slow
def test_the_report_says_what_was_registered(frozen):
    frozen.change(("{min_clusters: 2, ngrams", "{min_clusters: 3, ngrams"))
    report = frozen.report()
    assert "31 January 2026" in report.answer.further[0] and "frequency" in report.answer.further[0]
    section = report.section("What was registered")
    table = next(b for b in section.blocks if isinstance(b, Table))
    assert table.frame.to_numpy().tolist() == [["frequency.min_clusters", "2", "3"]]
    marked = {b.name for b in report.blocks if isinstance(b, Figure | Table) and b.caption.startswith("Exploratory")}
    assert "keyness-1" in marked and "salience" not in marked
    assert report.manifest["registration"]["changes"][0]["setting"] == "frequency.min_clusters"
    assert any("What was registered" in str(getattr(b, "text", "")) for b in report.brief)


def test_freeze_writes_once(experiment, monkeypatch, capsys):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769860800")
    for code, said in ((0, "registered on 2026-01-31"), (2, "is there already")):
        monkeypatch.setattr(sys, "argv", ["discourse", "freeze", str(experiment.file)])
        try:
            main()
            found = 0
        except SystemExit as stop:
            found = stop.code or 0
        out = capsys.readouterr()
        assert found == code and said in out.out + out.err
    value = json.loads(frozen_beside(experiment.file).read_text())
    assert value["registered"] == "2026-01-31" and value["index"]["documents"] == 40


ids = st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), st.dates(dt.date(1800, 1, 1), dt.date(2100, 1, 1))), min_size=1, unique_by=lambda x: x[0])  # fmt: skip


@given(ids, st.randoms())
def test_an_index_is_of_ids_and_dates_in_any_order(rows, rng):
    def frame(rows):
        return pd.DataFrame({"doc_id": [i for i, _ in rows], "date": pd.to_datetime([str(d) for _, d in rows])})

    shuffled = list(rows)
    rng.shuffle(shuffled)
    assert index_of(frame(rows)) == index_of(frame(shuffled).assign(title="x"))
    later = [(rows[0][0], rows[0][1] + dt.timedelta(1)), *rows[1:]]
    assert index_of(frame(later)).sha256 != index_of(frame(rows)).sha256


values = st.recursive(st.integers() | st.text("ab", max_size=2), lambda v: st.dictionaries(st.text("xyz", min_size=1, max_size=2), v, max_size=3), max_leaves=6)  # fmt: skip
tree = st.dictionaries(st.text("xyz", min_size=1, max_size=2), values, max_size=3)


@given(tree, tree)
def test_changes_are_those_of_the_leaves(before, after):
    assert not _changed(before, before)
    assert bool(_changed(before, after)) == (before != after)
