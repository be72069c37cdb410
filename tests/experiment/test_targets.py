"""What counts as a mention of a target, and what the report says of the rest; reports on many documents."""

import pytest

from discourse.figures.kinds import MANY

ADDED = {
    0: "#NorlandTalks and #norlandtalks. Noorland!",
    1: "#NorlandTalks. A Norland-backed plan.",
    2: "Norland-backed talks.",
}
LEVELS = (
    ("compare: {study: After the treaty, reference: Before the treaty, cluster: minister}\n", ""),
    ("sensitivity:\n  - {name: Without the last speech, drop: [s039]}\n", ""),
)


@pytest.fixture
def levels(small):
    """The experiment without a contrast."""
    return small.change(*LEVELS)


def test_near_misses_are_listed_and_compounds_counted_unless_left_out(levels, printed):
    levels.write([r | {"text": f"{r['text']} {ADDED.get(k, '')}"} for k, r in enumerate(levels.rows)])
    counted = levels.compute().found("salience", "Norland")
    expected = [["#NorlandTalks", "hashtag", "norland", 3, 2], ["Noorland", "spelling", "norland", 1, 1]]
    assert counted.near.to_numpy().tolist() == expected
    levels.change(("Norland: {terms", "Norland: {compounds: leave out, terms"))
    report = levels.report()
    expected.insert(1, ["Norland-backed", "compound", "norland", 2, 2])
    assert report.tables["table-near-misses"].to_numpy().tolist() == expected
    assert report.tables["table-aliases"]["mentions"].sum() == counted.n_mentions - 2
    assert "Near misses: words that resemble an alias" in printed(report)


def test_another_value_of_compounds_is_one_message(levels):
    levels.change(("Norland: {terms", "Norland: {compounds: drop, terms"))
    assert "targets.Norland.compounds" in levels.problem()


@pytest.mark.slow
def test_many_documents_are_reported_by_period(levels, unexplained, printed):
    rows, times = levels.rows, MANY // 40 + 1
    levels.write([r | {"id": f"{r['id']}-{k}"} for r in rows for k in range(times)])
    levels.change(add="repetition: {documents: all}\n")
    report = levels.report()
    figures = {f.name: f for f in report.figures}
    spread = figures["corpus"].frame
    assert spread["n_documents"].tolist() == [times] * 40
    assert "the median length of the documents of each month" in figures["corpus"].caption
    assert not any("Each mark is a document" in f.caption for f in report.figures)
    assert unexplained(report) == []
