"""Breaks in an experiment: the series of a naive loop, a planted break, and dates that are too coarse."""

import json
import re

import pytest

from discourse.errors import ConfigError, SettingError
from discourse.experiment import compute, load, resolve, run
from discourse.figures.draw import draw
from discourse.report.dictionary import data_dictionary

OFF = "stance: false\ncollocates: false\ncontext: false\nactors: false\nbreakdown: {}\n"


@pytest.fixture
def write(experiment_file):
    """The experiment with little beside breaks; Norland is named five times more in the last fifteen years."""

    def change(settings="{draws: 99}", more=True):
        text = experiment_file.read_text(encoding="utf-8")
        for key in ("sensitivity", "topics", "frequency", "breakdown"):
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text)
        text = text.replace("resamples: 300", "resamples: 100")
        off = OFF + "topics: false\nfrequency: false\n"
        experiment_file.write_text(text + off + f"changes: {settings}\n", encoding="utf-8")
        file = experiment_file.parent / "speeches.jsonl"
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for row in rows[25:] if more else ():
            row["text"] += " We spoke of Norland." * 12
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        return experiment_file

    return change


def test_a_planted_break_is_found_in_the_series_of_a_naive_loop(write):
    file = write()
    report, _ = run(resolve(load(file)))
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()]
    words = [re.findall(r"\w+", r["text"].casefold()) for r in rows]
    table = report.tables["figure-changes"]
    assert table["label"].astype(str).tolist() == [str(1990 + k) for k in range(40)]
    assert table["value"].tolist() == pytest.approx([1e4 * w.count("norland") / len(w) for w in words])
    breaks = report.tables["table-changes"]
    (found,) = breaks[breaks["outcome"] == "salience"].to_dict("records")
    assert found["label"] == "2015"
    assert found["low_label"] <= "2015" <= found["high_label"]
    assert found["p"] <= 0.02
    assert found["after"] == pytest.approx(
        1e4 * sum(w.count("norland") for w in words[25:]) / sum(map(len, words[25:]))
    )
    (figure,) = [f for f in report.figures if f.name == "changes"]
    draw(figure.frame, figure.kind)
    assert "in 2015 (" in figure.caption
    known = data_dictionary(report.tables, report.columns)
    assert known.loc[known["meaning"] == "", ["table", "column"]].values.tolist() == []
    assert "bai1998" in report.citations


def test_groups_that_speak_at_once_have_a_series_each(write):
    file = write("{draws: 99, period: year, most: 1}", more=False)
    text = file.read_text(encoding="utf-8")
    text = text.replace(
        "{before: 2010-01-01}", "{where: {minister: [Minister A, Minister C, Minister E, Minister G, Minister I]}}"
    )
    text = text.replace(
        "{from: 2010-01-01}", "{where: {minister: [Minister B, Minister D, Minister F, Minister H, Minister J]}}"
    )
    file.write_text(text, encoding="utf-8")
    found = compute(resolve(load(file))).found("changes", "Norland")
    assert found.tested["group"].tolist() == ["Before the treaty", "After the treaty"]


def test_short_series_and_coarse_dates_are_refused(write):
    file = write("{draws: 99, least: 25}")
    found = compute(resolve(load(file))).found("changes", "Norland")
    assert found.series.empty
    assert "too little text (n = 40 periods by year with text); it needs 50 periods" in str(found.refusals[0])
    speeches = file.parent / "speeches.jsonl"
    speeches.write_text(re.sub(r'"(\d{4})-03-01"', r'"\1"', speeches.read_text(encoding="utf-8")), encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace("least: 25", "period: week"), encoding="utf-8")
    with pytest.raises((ConfigError, SettingError), match=r'dated by the year only: there is no "week" of them'):
        compute(resolve(load(file)))
