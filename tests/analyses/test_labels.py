"""Files of labels: what they may look like, what is wrong with them, and ids that outlast a run."""

import hashlib
import json
from functools import partial

import numpy as np
import pandas as pd
import pytest

from discourse.analyses.stance.label_files import read_labels
from discourse.analyses.stance.labels import label_ids, place
from discourse.errors import SourceError
from discourse.features._examples import encoded
from discourse.features.target import Target, mentions

NORLAND = Target("Norland", ("norland",))
TABLE = pd.DataFrame(
    {
        "mention_id": ["a:0:3:1", "b:1:0:2", "b:1:9:3"],
        "stance": ["conflictual", "Neutral ", ""],
        "evaluation": ["", "0.2", "0.5"],
    }
)


def ids_of(texts, target=NORLAND):
    corpus = encoded(texts)
    return label_ids(corpus, mentions(corpus, target).units)


def written(path, table):
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    elif path.suffix == ".xlsx":
        table.to_excel(path, index=False)
    else:
        path.write_text("".join(json.dumps(r) + "\n" for r in table.to_dict("records")), encoding="utf-8")
    return path


def mistakes(path):
    with pytest.raises(SourceError) as error:
        read_labels(path)
    return error.value.messages


def test_an_id_is_place_and_words_around_it():
    texts = ["We trust Norland. And Norland trusts us.", "Nothing. Norland."]
    ids = ids_of(texts)
    around = texts[0][: 9 + 40]
    assert ids[0] == f"d000:0:9:{hashlib.sha256(around.encode()).hexdigest()[:6]}"
    assert [i.rpartition(":")[0] for i in ids] == ["d000:0:9", "d000:0:22", "d001:0:9"]
    # Words far away, other documents, white space and the target's other aliases change nothing; words nearby do.
    far = "We trust Norland." + " And so on, and so on." * 4
    same = (far + " More.", far + " Less.")
    assert ids_of([same[0]]) == ids_of([same[1]]) == ids_of([same[0], "Norland again."])[:1]
    assert ids_of([far.replace("trust", "trusts")])[0] != ids_of([far])[0]
    assert ids_of([far], Target("Other name", ("norland", "ostmark"))) == ids_of([far])


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".xlsx"])
def test_formats_say_the_same(tmp_path, suffix):
    labels = read_labels(written(tmp_path / f"x{suffix}", TABLE))
    assert labels.table["mention_id"].tolist() == TABLE["mention_id"].tolist()
    assert labels.table["class_"].tolist() == ["conflictual", "neutral", "cooperative"]
    assert labels.table["evaluation"].tolist() == [-1, 0.2, 0.5]
    assert labels.table["row"].tolist() == ([1, 2, 3] if suffix == ".jsonl" else [2, 3, 4])
    assert labels.sha256 == hashlib.sha256((tmp_path / f"x{suffix}").read_bytes()).hexdigest()


def test_numbers_alone_are_cut_in_thirds(tmp_path):
    values = np.round(np.linspace(-1, 1, 41), 2)
    table = pd.DataFrame({"mention_id": [f"d:0:{k}:x" for k in range(41)], "evaluation": values})
    labels = read_labels(written(tmp_path / "x.csv", table)).table
    expected = pd.cut(values, [-1.1, -1 / 3, 1 / 3, 1.1], labels=["conflictual", "neutral", "cooperative"])
    assert labels["class_"].tolist() == expected.tolist()


def test_a_row_without_a_label_is_none(tmp_path):
    table = pd.DataFrame({"mention_id": ["a", "b"], "text": ["x", "y"], "stance": ["neutral", ""]})
    assert read_labels(written(tmp_path / "x.csv", table)).table["mention_id"].tolist() == ["a"]


def test_roles_and_acts_are_optional(tmp_path):
    table = TABLE.assign(who_acts=["actor", "recipient", "mentioned"], act=["attack", "none", ""])
    labels = read_labels(written(tmp_path / "x.csv", table)).table
    assert labels["who_acts"].tolist() == ["actor", "recipient", "mentioned"]
    assert labels["act"].tolist() == ["attack", "", ""]


def test_where_labels_come_from(tmp_path):
    prompt = "Is the sentence hostile?"
    digest = hashlib.sha256(prompt.encode()).hexdigest()
    table = TABLE.assign(model="M", prompt=prompt, date=["2026-01-02", "2026-01-01", "2026-01-01"])
    expected = {"model": "M", "prompt_sha256": digest, "date": "2026-01-01 to 2026-01-02"}
    assert read_labels(written(tmp_path / "x.csv", table)).about == expected
    written(tmp_path / "y.csv", TABLE)
    (tmp_path / "y.meta.toml").write_text(f'model = "M"\nprompt = "{prompt}"\ntemperature = 0.5\ncoders = ["A", "B"]\n')
    expected = {"model": "M", "prompt_sha256": digest, "temperature": "0.5", "coders": "A, B"}
    assert read_labels(tmp_path / "y.csv").about == expected
    (tmp_path / "y.meta.json").write_text("{}")
    assert mistakes(tmp_path / "y.csv") == ["y.csv: both y.meta.toml and y.meta.json describe it; keep one"]
    (tmp_path / "y.meta.toml").unlink()
    (tmp_path / "y.meta.json").write_text('{"modle": "M"}')
    assert mistakes(tmp_path / "y.csv") == ['y.meta.json: there is no "modle". Did you mean "model"?']
    several = mistakes(written(tmp_path / "x.csv", TABLE.assign(model=["M", "N", "M"])))
    assert several[0].startswith('x.csv: column model: "M", "N"...: labels of several models')


def test_all_mistakes_of_a_file_at_once(tmp_path):
    table = pd.DataFrame(
        {
            "mention_id": ["a", "a", "", "d", "e", "f"],
            "stance": ["hostile", "neutral", "neutral", "cooperativ", "neutral", "cooperative"],
            "evaluation": ["", "much", "0", "", "2", "-0.5"],
            "who_acts": ["actor", "actor", "actor", "actor", "", "actor"],
        }
    )
    found = mistakes(written(tmp_path / "x.csv", table))
    expected = {
        'row 3, column mention_id: "a" is in row 2 already',
        "row 4, column mention_id: it is empty",
        'row 2, column stance: there is no "hostile". Expected one of: conflictual, neutral, cooperative.',
        'row 5, column stance: there is no "cooperativ". Did you mean "cooperative"?',
        'row 3, column evaluation: "much" is no number',
        "row 6, column evaluation: 2 is not between -1 and 1",
        "row 6, column who_acts: it is empty, and others are not",
        "row 7: cooperative with an evaluation of -0.5; -1 is conflictual, 1 is cooperative",
    }
    assert set(found) == {f"x.csv: {e}" for e in expected}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("mention_id,stanse\na,neutral\n", 'the column "stanse" is not read. Did you mean "stance"?'),
        ("key,stance\na,neutral\n", "there is no column mention_id; `discourse stance mentions` writes the ids"),
        ("mention_id,stance,who_act\na,neutral,actor\n", 'the column "who_act" is not read. Did you mean "who_acts"?'),
        ("mention_id,stance\na,\n", "no row has a label"),
        ("mention_id,Stance,stance\na,neutral,neutral\n", "the column stance is there twice"),
    ],
)
def test_files_that_are_none(tmp_path, content, message):
    path = tmp_path / "x.csv"
    path.write_text(content)
    assert any(message in m for m in mistakes(path)), mistakes(path)


def test_json_lines_that_are_none(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"mention_id": "a", "stance": "neutral"}\nnull\n{"mention_id"\n')
    assert mistakes(path) == ["x.jsonl: line 2 is no JSON object", "x.jsonl: line 3 is no JSON object"]
    path.write_bytes(b"\x8d\x00")
    (message,) = mistakes(path)
    assert message.startswith("x.jsonl: not UTF-8 text")
    path.write_text("\n")
    assert mistakes(path) == ["x.jsonl: there is nothing in it"]


def test_labels_find_their_mentions_or_say_which_do_not(tmp_path):
    ids = {"Norland": ["d:0:0:aa", "d:0:9:bb"], "Ostmark": ["d:0:9:bb", "d:0:20:cc"]}

    def placed(table):
        return place(read_labels(written(tmp_path / "x.csv", table)), ids, "x.csv")

    every = [("d:0:9:bb", "Ostmark"), ("d:0:20:cc", ""), ("d:0:0:aa", ""), ("d:0:9:bb", "Norland")]
    table = pd.DataFrame(every, columns=["mention_id", "target"]).assign(stance="neutral")
    rows = placed(table)
    assert {t: r["mention"].tolist() for t, r in rows.items()} == {"Norland": [0, 1], "Ostmark": [0, 1]}
    wrong = [
        *[("d:0:0:ff", ""), ("e:0:0:aa", ""), ("f:0:0:aa", ""), ("g:0:0:aa", ""), ("h:0:0:aa", "")],
        *[
            ("d:0:9:bb", ""),
            ("d:0:0:aa", "Nordland"),
            ("d:0:20:cc", "Norland"),
            ("d:0:0:aa", ""),
            ("d:0:0:aa", "Norland"),
        ],
    ]
    raises = partial(pytest.raises, SourceError)
    with raises() as error:
        placed(pd.DataFrame(wrong, columns=["mention_id", "target"]).assign(stance="neutral"))
    assert error.value.messages == [
        'x.csv: column target: there is no target "Nordland". Did you mean "Norland"?',
        "x.csv: ids that are of no mention of a target in this corpus: 4 (row 3 e:0:0:aa, row 4 f:0:0:aa, row 5 g:0:0:aa, ...)",
        "x.csv: ids whose place has other words now, or is a mention of another target: 2 (row 2 d:0:0:ff, row 9 d:0:20:cc)",
        "x.csv: ids of mentions of several targets, which need a column target: 1 (row 7 d:0:9:bb (Norland, Ostmark))",
        "x.csv: second labels of a mention: 1 (row 11 d:0:0:aa)",
    ]
