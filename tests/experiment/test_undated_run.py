"""Reports on documents of years, of months and of no date at all: nothing in them is dated by the day."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from discourse.errors import ConfigError
from discourse.experiment import compute, load, resolve, run
from discourse.experiment.sharing import make_bundle

CONFIG = """name: norland
title: Norland in two chambers
question: How do they speak of Norland?
corpus:
  reader: table
  files: [speeches.jsonl]
  options: {id: id, title: title, speaker: minister, date: DATE, keep: [chamber]}
groups:
  Upper: {where: {chamber: upper}}
  Lower: {where: {chamber: lower}}
compare: {study: Upper, reference: Lower}
targets:
  Norland: {terms: [norland]}
topics: false
context: false
actors: false
collocates: {lines: 3}
frequency: false
inference: {resamples: 100}
event: {date: 2001-05-10, name: the vote}
"""
UPPER = (
    "We thank Norland for its help.",
    "Norland killed workers in the harbour.",
    "We welcome the treaty with Norland.",
)
LOWER = ("Norland threatens our coast.", "Norland must leave the island.", "We will work with Norland on trade.")
OTHER = ("The schools are full.", "Farmers asked for rain.", "Bread is dear.", "The engineers were heard.")
DATES = {
    "undated": lambda k: None,
    "years": lambda k: 1998 + k // 8,
    "months": lambda k: f"{1998 + k // 8}-{1 + k % 12:02d}",
}
DAY = re.compile(
    r"\d{4}-\d{2}-\d{2}|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|NaT|"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}\b"
)


def write(folder, kind, n=44, config=CONFIG):
    rng = np.random.default_rng(5)
    rows = []
    for k in range(n):
        said = (UPPER, LOWER)[k % 2]
        text = " ".join(
            [*rng.choice(said, 2, replace=False), *rng.choice(OTHER, 2, replace=False), f"Item {k * k} came."]
        )
        row = {"id": f"d{k:02d}", "title": f"Speech {k}", "minister": ["Ada Kovar", "Per Lind", "Ida Roe"][k % 3]}
        row |= {"chamber": ["upper", "lower"][k % 2], "text": text, "date": DATES[kind](k)}
        # One speech twice, far apart where there are dates.
        rows.append(row | ({"text": rows[0]["text"]} if k == 10 else {}))
    file = folder / "norland.yaml"
    file.write_text(config.replace("DATE", "null" if kind == "undated" else "date"), encoding="utf-8")
    (folder / "speeches.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


@pytest.fixture(scope="module", params=list(DATES))
def reported(request, tmp_path_factory):
    file = write(tmp_path_factory.mktemp(request.param), request.param)
    return request.param, file, run(resolve(load(file)))[0]


def test_no_day_anywhere(reported, printed):
    kind, _, report = reported
    event = "A change on 2001-05-10"
    texts = {"pages": printed(report)} | {name: t.to_csv(index=False) for name, t in report.tables.items()}
    texts["record"] = json.dumps(
        {k: v for k, v in report.manifest.items() if k not in ("config", "versions")}, default=str
    )
    texts |= {f.name: f"{f.caption} {f.alt}" for f in report.figures}
    found = {name: DAY.findall(text.replace(event, "")) for name, text in texts.items()}
    assert {name: days for name, days in found.items() if days} == {}, kind
    assert event in texts["pages"] and "the dates are too coarse" in texts["pages"]


def test_dates_in_tables_are_those_of_the_source(reported, unexplained):
    kind, _, report = reported
    documents = report.tables["documents"].set_index("doc_id")
    shown = documents["date"] if kind != "undated" else documents["date"].isna()
    assert {d: shown[d] for d in documents.index} == {
        f"d{k:02d}": str(DATES[kind](k)) if kind != "undated" else True for k in range(44)
    }
    assert unexplained(report) == []


def test_over_time_is_by_what_is_known(reported, printed):
    kind, _, report = reported
    figures = {f.name for f in report.figures}
    time = {"corpus", "salience"}
    assert figures & time == (set() if kind == "undated" else time)
    words = printed(report)
    assert ("The documents have no dates: nothing over time is shown" in words) == (kind == "undated")
    assert ("dated by the year only" in words) == (kind == "years")
    assert ("dated by the month only" in words) == (kind == "months")


def test_a_speech_given_twice_counts_once_unless_it_was_given_in_another_year(reported):
    kind, file, _ = reported
    assert compute(resolve(load(file))).data.documents["group"].eq("").sum() == (1 if kind == "undated" else 0)


def test_a_bundle_holds_no_day(reported, tmp_path):
    kind, file, report = reported
    if kind == "months":
        return
    (tmp_path / "norland.yaml").write_bytes(file.read_bytes())
    (tmp_path / "norland.bundle.zip").write_bytes(make_bundle(resolve(load(file))))
    again = run(resolve(load(tmp_path / "norland.yaml")))[0]
    pd.testing.assert_frame_equal(again.tables["documents"], report.tables["documents"])


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("undated", ("upper}}", "upper}, from: 2000-01-01}"), "none of its 22 documents has a date"),
        ("years", ("upper}}", "upper}, from: 2000-02-01}"), "only 2000 is known; name a day on which a year begins"),
        ("years", ("Lower}\n", "Lower, cluster: week}\n"), "Not all documents are dated by the day"),
        ("years", ("topics: false", "topics: false\nbreakdown: {period: month}"), "dated by the year only; take year"),
        ("undated", ("topics: false", "topics: false\nbreakdown: {period: year}"), "not all documents have a date"),
        (
            "years",
            ("topics: false", "topics: false\nsensitivity: [{name: late, from: 2000-02-01}]"),
            '"late" is divided at 2000-02-01',
        ),
    ],
)
def test_settings_that_need_finer_dates_are_refused(tmp_path, kind, change, message):
    assert change[0] in CONFIG
    with pytest.raises(ConfigError, match=re.escape(message)):
        compute(resolve(load(write(tmp_path, kind, config=CONFIG.replace(*change)))))


def test_an_event_in_the_middle_of_a_year_is_no_rival_of_years(tmp_path):
    config = CONFIG.replace("event: {", "rival: {group: Upper, ").replace("date: 2001-05-10", "date: 2001-01-01")
    results = compute(resolve(load(write(tmp_path, "years", config=config))))
    rival = results.found("rival")
    assert not rival.refusals and rival.n == [22, 12, 10]
    later = config.replace("2001-01-01", "2001-05-10")
    assert "too coarse" in str(
        compute(resolve(load(write(tmp_path, "years", config=later)))).found("rival").refusals[0]
    )


def test_a_group_may_begin_with_a_year(tmp_path):
    config = CONFIG.replace("upper}}", "upper}, from: 2001, before: 2002}")
    documents = compute(resolve(load(write(tmp_path, "years", config=config)))).data.documents
    assert set(documents.loc[documents["group"] == "Upper", "date_iso"]) == {"2001"}


def test_years_can_be_clusters(tmp_path):
    config = CONFIG.replace("Lower}\n", "Lower, cluster: year}\n")
    assert compute(resolve(load(write(tmp_path, "years", config=config)))).data.design.cluster_name == "year"


def test_few_undated_documents_are_rows_with_their_titles(tmp_path):
    report = run(resolve(load(write(tmp_path, "undated", n=16))))[0]
    alts = {f.name: f.alt for f in report.figures}
    assert alts["salience"].startswith("Mentions of Norland in each document.")
    assert alts["corpus"].startswith("Length of each document, by group.")
