"""A number that occurs twice in a report is the same number, in words, in figures and in tables."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from discourse.report.blocks import DataTable, Paragraph

_spec = spec_from_file_location("twice", Path(__file__).parent / "twice.py")
assert _spec is not None and _spec.loader is not None
twice = module_from_spec(_spec)
_spec.loader.exec_module(twice)


@pytest.fixture(scope="module")
def report(tmp_path_factory, experiment_source, experiment_at):
    experiment = experiment_at(experiment_source(tmp_path_factory.mktemp("numbers")))
    return experiment.change(add="multiverse: {window: [6]}\nevent: {date: 2000-01-01, days: 3000}\n").report()


def test_whatever_is_printed_with_an_interval_is_in_a_table(report, printed):
    words = printed(report)
    assert len(twice.TRIPLE.findall(words)) > 60
    assert twice.unfounded(report, words) == []


def test_tables_do_not_contradict_each_other(report):
    assert list(twice.contradictions(report)) == []


def test_page_1_counts_as_the_figures_do(report, printed):
    words = printed(report)
    assert "clearest" in words
    assert twice.uncounted(words) == []


def test_what_is_wrong_is_found(report, printed):
    words = printed(report)
    first = twice.TRIPLE.search(words)
    assert twice.unfounded(report, words.replace(first[0], f"98.7 [{first[2]}, {first[3]}]")) != []
    frame = report.tables["words-1-nulls"]
    other = DataTable("figure-words-1-nulls", frame.assign(estimate=frame["estimate"] + 1))
    changed = type(report)(**{**vars(report), "blocks": [*report.blocks, other, Paragraph("")]})
    assert len(list(twice.contradictions(changed))) >= len(frame)
    said = re.search(r"Of the (\d+) clearest", words)
    assert twice.uncounted(words.replace(said[0], f"Of the {int(said[1]) + 1} clearest")) != []
