"""Commands on an archive that somebody has only begun to describe: half-written configs, pasted speakers, lines that nobody claims."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from discourse.corpus.audit import UNSURE
from discourse.corpus.stored import save_corpus
from discourse.experiment import load, resolve
from discourse.experiment.run import read_corpus
from discourse.types import Unclaimed

HOSTILE = (
    'Yes|null|~|Ann "Quote" Aru|O\'Brien: Minister|#hash|a # b|- dash|Ünïcode Ñame|Лидия Кару|李小龍|{brace}|[list]|*star|!tag|'
    "%percent|@at|`tick`|> fold|1.5|2020-01-01|true|Tab\tName|😀 Roth|:cat: Mell|back\\slash|<<|Per Lind|SENATOR OSK|EVA OSK|x\u2028y|x\u0085y|---|?|"
    "key: value|Kovar, Ada|MR. ELM|EVA ELM|MR. ANDERS"
).split("|")
TABLE = "corpus: {reader: table, files: [turns.jsonl], options: {document: doc, speaker: who}}\n"
SAID = "We met the envoy of Norland in the harbour and spoke of grain and of the treaty. "


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """Turns of people with names that YAML takes for something else, and a config with nothing but `corpus`."""
    rows = [
        {"doc": f"d{k // 5}", "date": f"2020-03-{1 + k // 5:02d}", "who": who, "text": SAID * (1 + k % 3)}
        for k, who in enumerate(HOSTILE)
    ]
    (tmp_path / "turns.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "begun.yaml").write_text(TABLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "begun.yaml"


@pytest.fixture
def unclaimed(begun, tmp_path):
    """The same corpus, stored with labels that nobody claims."""
    corpus = read_corpus(resolve(load(begun, unfinished=True)))
    lines = (*(Unclaimed("d0", k, "ENVOY LIND") for k in (4, 9)), Unclaimed("d1", 2, "NOTE"))
    (tmp_path / "built").mkdir()
    provenance = replace(corpus.provenance, labels={"dialogue": 7, "UN verbatim record": 1}, unclaimed=lines)
    save_corpus(replace(corpus, provenance=provenance), tmp_path / "built", {})
    (tmp_path / "stored.yaml").write_text("corpus: {reader: stored, files: [built]}\n", encoding="utf-8")
    return "stored.yaml"


@pytest.mark.parametrize("rest", ["", "title:\nname:\ngroups:\n", "groups: {}\nmultiverse: {window: [6]}\n"])
def test_a_config_with_a_corpus_is_enough_to_look_at_it(begun, call, rest):
    begun.write_text(TABLE + rest, encoding="utf-8")
    code, out, err = call("corpus", "show", begun, "--limit", 3)
    assert code == 0, err
    assert out.splitlines()[1].split("┃")[0].strip() == "speaker", "there is no column of groups"
    assert re.search(r"3 of \d+ are shown \(--limit 0 prints all\)", out)
    for command in (
        ("speakers", begun),
        ("reuse", begun),
        ("audit", begun, "-n", 10, "-o", "a.csv"),
        ("build", begun, "-o", "b"),
    ):
        code, out, err = call("corpus", *command)
        assert code == 0 and out, err
    assert set(pd.read_csv("a.csv")["stratum"]) <= {"participant", "moderator", "principal", "others"}
    assert call("kwic", "norland", begun)[0] == 0
    for command in ("run", "check"):
        code, _, err = call(command, begun)
        assert code == 2
        assert "title: this setting is needed" in err or "title: expected text, got nothing" in err


@pytest.mark.parametrize("home", ['"  "', "x", '{country: ""}'])
def test_a_home_without_a_name(begun, call, home):
    begun.write_text(begun.read_text(encoding="utf-8") + f"\nhome: {home}\n", encoding="utf-8")
    code, _, err = call("corpus", "show", begun)
    assert code == 2 and "expected the name of a state or body" in err and len(err.splitlines()) == 1


def test_what_is_there_is_checked(begun, call):
    begun.write_text(
        TABLE + "name: ../x\ngroups: {A: {}}\nspeekers: {}\nstance: {half_distance: far}\n", encoding="utf-8"
    )
    code, _, err = call("corpus", "show", begun)
    assert code == 2
    assert [line.split(":")[1:3] for line in err.splitlines()[1:]] == [
        ["2", " name"], ["3", " groups.A"], ["4", " speekers"], ["5", " stance.half_distance"]
    ]  # fmt: skip


def pasted(config, out):
    """The config with the printed section in place of its own."""
    (config.parent / "pasted.yaml").write_text(config.read_text(encoding="utf-8") + out, encoding="utf-8")
    return config.parent / "pasted.yaml"


def not_settled(before, after, out):
    """Turns whose label was inferred from little and is not read as the same person by the config; those without alias are said so."""
    turns = before.turns[before.turns["rule"].isin(UNSURE) & (before.turns["label"] != "")]
    both = turns.merge(after.turns, on=["doc_id", "turn"], suffixes=("", "_after"))
    assert len(both) == len(turns) > 0
    wrong = both[(both["speaker"] != both["speaker_after"]) | (both["rule_after"] != "config")]
    return [
        label for label in wrong["label"].unique() if f"No alias can say who is meant by {json.dumps(label)}" not in out
    ]


def test_pasted_speakers_are_the_same_people(begun, call):
    code, out, err = call("corpus", "speakers", begun, "--yaml")
    assert code == 0, err
    file = pasted(begun, out)
    before, after = (read_corpus(resolve(load(f, unfinished=True))) for f in (begun, file))
    assert not_settled(before, after, out) == []
    assert out.count("No alias can say") <= 2
    # What was pasted is complete: pasted once more it is the same.
    again = call("corpus", "speakers", file, "--yaml")[1]
    assert again.partition("speakers:")[2] == out.partition("speakers:")[2]


def test_people_of_the_config_keep_their_settings(begun, call):
    begun.write_text(
        TABLE
        + "speakers:\n  Eva Elm: {aliases: [EVA ELM], from: 2000-01-01, office: Envoy, role: counterpart, side: foreign}\n",
        encoding="utf-8",
    )
    out = call("corpus", "speakers", begun, "--yaml")[1]
    entry = next(line for line in out.splitlines() if line.startswith('  "Eva Elm"'))
    assert entry.endswith('role: "counterpart", side: foreign, office: "Envoy", from: 2000-01-01}')
    assert out.count('"Eva Elm":') == 1


def test_pasted_speakers_of_the_department(data, tmp_path, call):
    import gzip

    with gzip.open(data / "state_department_2022" / "rss_items.jsonl.gz", "rt", encoding="utf-8") as lines:
        (tmp_path / "items.jsonl").write_text("".join(list(lines)[::8]), encoding="utf-8")
    config = tmp_path / "russia.yaml"
    config.write_text("corpus: {reader: rss, files: [items.jsonl]}\n", encoding="utf-8")
    code, out, err = call("corpus", "speakers", config, "--yaml")
    assert code == 0, err
    before, after = (read_corpus(resolve(load(f, unfinished=True))) for f in (config, pasted(config, out)))
    assert not_settled(before, after, out) == []


def test_lines_that_nobody_claims_are_shown(unclaimed, call):
    code, out, err = call("corpus", "show", unclaimed)
    assert code == 0, err
    assert "labels read as: dialogue (7 documents), UN verbatim record (1 document)" in out
    assert "3 lines look like labels and are claimed by nobody" in out
    out = call("corpus", "speakers", unclaimed, "--limit", 1)[1]
    rows = [[c.strip() for c in line.split("│")] for line in out.splitlines() if "ENVOY LIND" in line]
    assert rows == [["ENVOY LIND", "d0", "4", "2", "1"]]
    assert "their words went to whoever spoke before; 1 of 2 are shown (--limit 0 prints all)" in out
    assert "under speakers:" in out
    out = call("corpus", "speakers", unclaimed, "--csv", "s.csv")[1]
    assert "2 kinds of lines that nobody claims in s.unclaimed.csv" in out
    assert pd.read_csv("s.unclaimed.csv").values.tolist() == [["ENVOY LIND", 2, 1, "d0", 4], ["NOTE", 1, 1, "d1", 2]]


def test_they_are_an_error_on_request(unclaimed, call):
    assert call("kwic", "norland", unclaimed)[0] == 0, "stored under the same key"
    for command in (("corpus", "show"), ("corpus", "speakers"), ("kwic", "norland")):
        code, _, err = call(*command, unclaimed, "--strict")
        assert code == 1
        assert err.splitlines()[1:3] == [
            'd0, line 4: "ENVOY LIND" looks like the label of a speaker, and nobody claims it',
            'd0, line 9: "ENVOY LIND" looks like the label of a speaker, and nobody claims it',
        ]
        assert "not_labels" in err.splitlines()[-1]


def test_a_corpus_that_was_built_before_labels_were_recorded(unclaimed, call, tmp_path):
    manifest = tmp_path / "built" / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    assert record["provenance"].pop("labels") and record["provenance"].pop("unclaimed")
    manifest.write_text(json.dumps(record), encoding="utf-8")
    code, out, _ = call("corpus", "show", unclaimed)
    assert code == 0
    assert "labels read as" not in out and "claimed by nobody" not in out


@pytest.mark.parametrize(
    ("config", "command", "message"),
    [
        ("", ("show",), "corpus: this setting is needed"),
        ("name: x\n", ("speakers",), "corpus: this setting is needed"),
        ("corpus:\n", ("reuse",), "corpus: this setting is needed"),
        ("corpus: {}\n", ("show",), "corpus.reader: this setting is needed"),
        ("corpus: {reader: tabel}\n", ("show",), 'there is no reader "tabel"'),
        ("corpus: {reader: rss}\n", ("show",), "no file was given"),
        ("corpus: {reader: rss, files: [gone.xml]}\n", ("speakers",), "gone.xml: there is no such file"),
        (TABLE, ("speakers", "--csv", "."), "is a folder"),
        (TABLE, ("speakers", "--csv", "no/s.csv"), "there is no folder no"),
        (TABLE, ("speakers", "--csv", "turns.jsonl"), "is read by the experiment"),
        (TABLE, ("speakers", "--csv", "s.csv", "--yaml"), "either --yaml or --csv"),
        (TABLE, ("audit", "-o", "begun.yaml"), "a sheet ends in .xlsx or .csv"),
        (TABLE, ("build", "-o", "turns.jsonl"), "choose another folder"),
        (TABLE, ("build", "-o", "turns.jsonl/b"), "turns.jsonl"),
        (TABLE, ("audit", "-o", "turns.jsonl/b.csv"), "turns.jsonl"),
        (TABLE + "groups: {A: {where: {party: [x]}}}\n", ("show",), 'begun.yaml:2: groups: there is no column "party"'),
        (
            TABLE + "groups: {A: {where: {party: [x]}}}\n",
            ("reuse",),
            'begun.yaml:2: groups: there is no column "party"',
        ),
        (TABLE + "groups: {A: {from: 2000-01-01}, B: {from: 2001-01-01}}\n", ("audit", "-o", "a.csv"), "overlap"),
    ],
)
def test_bad_input_is_one_message(begun, call, config, command, message):
    begun.write_text(config, encoding="utf-8")
    name, *rest = command
    code, _, err = call("corpus", name, begun, *rest)
    assert code in (1, 2)
    assert message in err
    assert "Traceback" not in err
