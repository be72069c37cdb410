import json

import pandas as pd
import pytest

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{}</channel></rss>"""
ITEM = """<item><title>{title}</title><guid>https://x.example/?p={n}</guid><author>{author}</author><pubDate>{date}</pubDate>
<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"""
SAME = "on behalf of the people of Westland we congratulate the people of Norland on this day."
CONFIG = """name: feeds
title: Feeds
question: Who speaks?
corpus:
  reader: rss
  files: [feed.xml]
groups:
  Early: {before: 2020-06-01}
  Late: {from: 2020-06-01}
compare: {study: Late, reference: Early}
targets: {Norland: {terms: [norland]}}
topics: false
inference: {resamples: 200}
report: {figures: [corpus]}
"""


@pytest.fixture
def experiment(tmp_path, monkeypatch):
    items = []
    for k in range(24):
        text = f"MINISTER KOVAR: Document {'alpha beta gamma delta epsilon zeta'.split()[k % 6]} {k} {SAME} We met the envoy of Norland.&lt;/p&gt;&lt;p&gt;QUESTION: Why?"
        items.append(
            ITEM.format(
                title=f"Remarks {k}",
                n=1000 + k,
                author="Ada Kovar, Minister of State",
                date=f"{1 + k % 27} {'Mar' if k < 12 else 'Aug'} 2020 10:00:00 GMT",
                text=text,
            )
        )
    items.append(ITEM.format(title="Bad", n=2000, author="", date="soon", text="Nothing."))
    (tmp_path / "feed.xml").write_text(FEED.format("".join(items)), encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "feeds.yaml"


def test_speakers(experiment, call, tmp_path):
    code, out, _ = call("corpus", "speakers", experiment)
    assert code == 0
    assert "Ada Kovar" in out
    assert "2 labels for 2 speakers" in out
    code, out, _ = call("corpus", "speakers", experiment, "--csv", "s.csv")
    frame = pd.read_csv(tmp_path / "s.csv")
    assert frame[["label", "rule", "documents", "turns"]].values.tolist() == [
        ["MINISTER KOVAR", "byline", 24, 24],
        ["QUESTION", "label", 24, 24],
    ]
    code, _, err = call("corpus", "speakers", experiment, "--csv", experiment)
    assert code == 2 and "is read by the experiment" in err
    assert experiment.read_text(encoding="utf-8") == CONFIG


def test_corrected_speakers_are_used(experiment, call):
    experiment.write_text(
        CONFIG + "speakers:\n  The Minister: {aliases: [Kovar], office: Minister, from: 2020-01-01}\n", encoding="utf-8"
    )
    _, out, _ = call("corpus", "show", experiment)
    assert "The Minister" in out
    assert 'excluded: feed.xml: item 25: Bad (2000): "soon" is not a date' in out


def test_build_and_use(experiment, call, tmp_path):
    code, out, _ = call("corpus", "build", experiment, "-o", "built")
    assert code == 0
    assert "24 documents, 48 turns in built" in out
    manifest = json.loads((tmp_path / "built" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["provenance"]["sources"][0]["name"] == "feed.xml"
    assert len(manifest["read_on"]) == 10
    stored = CONFIG.replace("reader: rss", "reader: stored").replace("[feed.xml]", "[built]")
    (tmp_path / "stored.yaml").write_text(stored, encoding="utf-8")
    first = call("corpus", "show", experiment)[1]
    assert call("corpus", "show", "stored.yaml")[1] == first
    assert call("corpus", "build", experiment, "-o", "built")[0] == 0, "built again in place"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    code, _, err = call("corpus", "build", experiment, "-o", "mine")
    assert code == 2
    assert "not empty, and not a corpus that this command wrote" in err
    assert (tmp_path / "mine" / "thesis.txt").exists()
    before = (tmp_path / "built" / "manifest.json").read_bytes()
    (tmp_path / "feed.xml").write_text("no feed")
    assert call("corpus", "build", experiment, "-o", "built")[0] == 1
    assert (tmp_path / "built" / "manifest.json").read_bytes() == before


def test_audit(experiment, call, tmp_path):
    code, out, _ = call("corpus", "audit", experiment, "-n", 20, "-o", "audit.csv")
    assert code == 0
    frame = pd.read_csv(tmp_path / "audit.csv", dtype=object)
    assert set(frame["stratum"]) == {"Early / principal", "Early / reporter", "Late / principal", "Late / reporter"}
    for column in ("turn_is_right", "speaker_is_right", "role_is_right"):
        frame[column] = "yes"
    frame["missed_turns"] = "0"
    frame.to_csv(tmp_path / "checked.csv", index=False)
    code, out, _ = call("corpus", "audit", experiment, "--sheet", "checked.csv")
    assert code == 0
    assert "precision of turns       1.000 [0.8" in out
    assert "recall of turns          1.000" in out
    code, _, err = call("corpus", "audit", experiment, "-o", "audit.csv")
    assert code == 2
    assert "there is such a file already" in err
    code, _, err = call("corpus", "audit", experiment)
    assert code == 2
    assert "--out PATH" in err


def test_reuse(experiment, call, tmp_path):
    code, out, _ = call("corpus", "reuse", experiment)
    assert code == 0
    assert "24 documents (Early 12, Late 12)" in out
    assert SAME.rstrip(".")[:60] in out
    code, out, _ = call("corpus", "reuse", experiment, "--csv", "r.csv")
    assert pd.read_csv(tmp_path / "r.csv")["Early"].max() == 12


def test_the_report_says_what_repetition_changes(experiment, call, tmp_path):
    text = (tmp_path / "feed.xml").read_text(encoding="utf-8")
    first = text[text.index("<item>") : text.index("</item>") + 7]
    (tmp_path / "feed.xml").write_text(
        text.replace("</channel>", first.replace("?p=1000", "?p=3000") + "</channel>"), encoding="utf-8"
    )
    code, out, err = call("run", experiment)
    assert code == 0, err
    assert "1 documents published twice" in out
    tables = tmp_path / "reports" / "feeds" / "tables"
    twice = pd.read_csv(tables / "table-published-twice.csv")
    assert twice[["doc_id", "first_doc_id"]].values.tolist() == [[3000, 1000]]
    effect = pd.read_csv(tables / "table-repetition-effect.csv").set_index(["stratum", "measure", "passages"])
    kept, dropped = (effect.loc[("Early", "salience", k), "estimate"] for k in ("kept", "dropped"))
    n = effect.loc[("Early", "salience", "kept"), "n_tokens"]
    gone = effect.loc[("Early", "salience", "kept"), "n_reused"]
    # Each document mentions Norland twice, once within the passage; 12 documents of the group count once.
    assert kept == pytest.approx(1e4 * 24 / n)
    assert gone > 12 * 15
    # The passage that all documents share has every mention in it.
    assert (dropped, effect.loc[("Late", "salience", "dropped"), "estimate"]) == (0, 0)
    assert effect.loc[("Early", "evaluation", "dropped"), ["estimate", "low", "high"]].isna().all()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("repetition: {documents: twice}", "documents"),
        ("repetition: {passage_tokens: 2}", "passage_tokens"),
        ("repetitions: {}", 'Did you mean "repetition"'),
    ],
)
def test_settings_that_are_none(experiment, call, setting, message):
    experiment.write_text(CONFIG + setting + "\n", encoding="utf-8")
    code, _, err = call("check", experiment)
    assert code == 2
    assert message in err
    assert f":{len(CONFIG.splitlines()) + 1}:" in err


@pytest.mark.slow
def test_passages_may_be_dropped(experiment, call, tmp_path):
    assert call("run", experiment, "-q")[0] == 0
    kept = pd.read_csv(tmp_path / "reports" / "feeds" / "tables" / "documents.csv")["n_tokens"].sum()
    experiment.write_text(CONFIG + "repetition: {passages: drop}\n", encoding="utf-8")
    assert call("run", experiment, "-q")[0] == 0
    dropped = pd.read_csv(tmp_path / "reports" / "feeds" / "tables" / "documents.csv")["n_tokens"].sum()
    assert dropped < 0.5 * kept


def test_a_folder_of_somebody_elses_is_not_replaced(experiment, call, tmp_path):
    mine = tmp_path / "mine"
    (mine / "sub").mkdir(parents=True)
    (mine / "manifest.json").write_text("{}")
    (mine / "sub" / "thesis.txt").write_text("x")
    code, _, err = call("corpus", "build", experiment, "-o", mine)
    assert code == 2
    assert "not a corpus that this command wrote" in err
    assert (mine / "sub" / "thesis.txt").exists()


def test_build_in_the_format_of_convokit(experiment, call, tmp_path):
    code, out, err = call("corpus", "build", experiment, "-o", "talk", "--to", "convokit")
    assert code == 0, err
    assert "reader: convokit, files: [talk]" in out
    rows = [
        json.loads(line) for line in (tmp_path / "talk" / "utterances.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [(r["speaker"], r["reply-to"]) for r in rows[:2]] == [("Ada Kovar", None), ("Question", rows[0]["id"])]
    assert len(rows) == 48
    # What this command wrote it may write again, in either form.
    assert call("corpus", "build", experiment, "-o", "talk")[0] == 0
    assert (tmp_path / "talk" / "turns.parquet").exists()
    code, _, err = call("corpus", "build", experiment, "-o", "talk", "--to", "convokits")
    assert (code, 'no form "convokits"' in err) == (2, True)
