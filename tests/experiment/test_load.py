from pathlib import Path

import pytest

from discourse.errors import ConfigError
from discourse.experiment import load, resolve

ROOT = Path(__file__).parents[2]
GOOD = """name: x
title: T
question: Q
corpus: {reader: sotu, options: {since: 1990}}
groups:
  NO: {before: 2000-01-01}
  New: {from: 2000-01-01}
"""


def problems(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        resolve(load(path))
    assert error.value.exit_code == 2
    return [line.partition("x.yaml")[2] for line in str(error.value).splitlines()]


def test_a_group_may_be_called_no(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(load(path).experiment.groups) == ["NO", "New"]


def test_every_mistake_at_its_line(tmp_path):
    text = (
        GOOD.replace("title: T", "titel: T").replace("sotu, options", "sotu, fils: [a], options")
        + "topics: {k: many}\ninference: {seed: 1.5, resamples: 5}\nreport: {paper: a3}\n"
    )
    found = problems(tmp_path, text)
    assert found == [
        ":1: title: this setting is needed",
        ':2: titel: unknown setting. Did you mean "title"?',
        ':4: corpus.fils: unknown setting. Did you mean "files"?',
        ':8: topics.k: expected a whole number, got "many"',
        ':9: inference.resamples: input should be greater than or equal to 100, got "5"',
        ':9: inference.seed: expected a whole number, got "1.5"',
        ":10: report.paper: input should be 'a4' or 'us-letter', got \"a3\"",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("reader: sotu", "reader: sout"), ':4: corpus.reader: there is no reader "sout". Did you mean "sotu"?'),
        (("since: 1990", "sinse: 1990"), ":4: corpus.options.sinse: the reader \"sotu\" has no such option. Did you mean \"since\"?"),
        (("since: 1990", "since: late"), ':4: corpus.options.since: expected int | None, got "late"'),
        (("  New: {from: 2000-01-01}", "  NO: {}"), ":7: groups.NO: occurs twice (first in line 6)"),
        (("  New: {from: 2000-01-01}", "  New: {}"), ":7: groups.New: a group needs at least one of: from, before, where"),
        (("{from: 2000-01-01}", "{from: 2000-02-31}"), ':7: groups.New.from: expected a date such as 2018-01-31, got "2000-02-31"'),
        (("{from: 2000-01-01}", "{from: 2000-01-01, before: 1999-01-01}"),
         ":7: groups.New: from (2000-01-01) must be earlier than before (1999-01-01)"),
        (("question: Q", "question: [Q"), None),
        (("question: Q", "question: Q\ncompare: {study: Nw, reference: NO}"), ':4: compare.study: there is no group "Nw". Did you mean "New"?'),
        (("question: Q", "question: Q\ntargets: {A: {terms: ['*']}}"), None),
        (("question: Q", "question: Q\nreport: {figures: [keynes]}"), ':4: report.figures.1: there is no figure "keynes". Did you mean "keyness"?'),
        (("question: Q", "question: Q\ntopics: {engine: lda}"), None),
        (("question: Q", "question: Q\ntargets: {A: {terms: [a]}}\nstance: {lexicons: {evaluation: no.tsv}}"), None),
        (("question: Q", "question: Q\nreport: {by: speaker}"), ":4: report.by: unknown setting. It is now breakdown: by."),
        (("question: Q", "question: Q\nreport: {formats: [gif]}"), ":4: report.formats.1: input should be 'svg', 'pdf', 'png' or 'tiff', got \"gif\""),
        (("question: Q", "question: Q\ncompare: {study: New, reference: NO, composition: [day]}"),
         ":4: compare.composition: unknown setting. It is now mix: columns."),
        (("question: Q", "question: Q\ntopics: {kk: 3}"), ':4: topics.kk: unknown setting. Did you mean "k"?'),
        (("question: Q", "question: Q\nmix: {columns: day}"), ':4: mix.columns: expected a list (lines that begin with -), got "day"'),
        (("name: x", "name: ../x"), ':1: name: expected letters, digits, dots and dashes, got "../x"'),
        (("corpus: {", "corpus: {files: [a.txt], "), ':4: corpus.files: the reader "sotu" takes no files'),
    ],
)  # fmt: skip
def test_single_mistakes(tmp_path, change, message):
    assert change[0] in GOOD
    found = problems(tmp_path, GOOD.replace(*change))
    assert len(found) == 1, found
    assert found[0].startswith(":"), "the line is named"
    if message:
        assert found[0] == message


def test_the_sections_of_analyses_have_their_values(tmp_path):
    path = tmp_path / "x.yaml"
    text = GOOD.replace("{before: 2000-01-01}", "{before: 2000-01-01, label: before the turn}")
    path.write_text(text + "topics: {k: 7}\nbreakdown: {period: year}\nrepetition: {show: 0}\n", encoding="utf-8")
    config = resolve(load(path)).config
    assert config.groups["NO"].label == "before the turn"
    assert (config.section("topics").k, config.section("breakdown").period) == (7, "year")
    assert config.section("repetition").show == 0
    assert config.report.formats == ["svg"], "the default"
    assert config.section("multiverse") is None, "it runs only where it is named"


def test_a_section_may_be_left_out(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(GOOD + "topics: false\n", encoding="utf-8")
    plan = resolve(load(path))
    assert "topics" not in plan.analyses
    assert "frequency" in plan.analyses


@pytest.mark.parametrize(("content", "message"), [(b"", "corpus: this setting is needed"), (b"- a\n", "expected settings"),
                                                  (b"a: \xff\n", "not UTF-8"), (b"a: b: c\n", "not YAML"),
                                                  (b"a: &x [*x]\n", "not YAML")])  # fmt: skip
def test_files_that_are_no_config(tmp_path, content, message):
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        load(path)


def test_a_missing_file_suggests_another(tmp_path):
    (tmp_path / "russia.yaml").write_text(GOOD)
    with pytest.raises(ConfigError, match=r'no such file\. Did you mean "russia.yaml"\?'):
        load(tmp_path / "rusia.yaml")


@pytest.mark.parametrize("path", sorted((ROOT / "experiments").glob("*.yaml")), ids=lambda p: p.name)
def test_shipped_experiments_are_in_order(path):
    assert resolve(load(path)).config.name
