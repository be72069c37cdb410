import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from discourse.features._examples import encoded
from discourse.features.stance import (
    Rule,
    default_lexicons,
    describe_rules,
    read_mentions,
    rules_table,
    stance,
    syntax,
    weigh,
)
from discourse.features.stance.factors import _ORDER
from discourse.features.stance.roles import Role
from discourse.features.stance.rules import RULES
from discourse.features.target import Target, mentions

DOCS = Path(__file__).parents[3] / "docs" / "stance.md"
# Every rule applies to a term of one of these.
TEXTS = [
    "Norland is not a friend. Norland failed to help us. We deter an attack by Norland. Nobody ever attacked Norland.",
    "Norland lifted the blockade. We condemn Norland's brutal war. Ostmark attacked, and Norland helps a friend.",
    "Norland claims that it helped. Norland visited the Peace Palace. We wait until Norland helps. If Norland helps, we will see.",
    "There was extraordinary pressure on Norland. We have seen no indication that Norland is willing to cooperate.",
    "Norland must respect the treaty. We call on Norland to help. We need the immediate withdrawal of Norland's forces.",
    "Norland has not proved itself to be a responsible and constructive partner. It is time for Norland to agree to peace.",
    "We support Ostmark against Norland's war. We welcome and support Ostmark, its peaceful partner and friend, not far from Norland.",
    "Norland met us to discuss grain in friendly talks and constructive dialogue. We counter the brutal Norland.",
    "Peace, friendship, cooperation, support and help for Ostmark were on the agenda when the Minister saw Norland.",
    "We condemn the brutal attack on Norland. Norland discussed the attack in Westland. The reason lies in Norland.",
    "The crisis in Norland goes on. We will never abandon Norland. We support Norland.",
    "If Norland must help and support us, friends cooperate. We urge that Norland help. It is vital that Norland agree.",
]
HEADER = "term\tcategory\tweight\tsource\tnote\n"


@pytest.fixture(scope="module")
def texts():
    corpus = encoded(TEXTS)
    return corpus, mentions(corpus, Target("Norland", ("norland",)))


def same(one, other):
    assert one.values.tobytes() == other.values.tobytes()
    pd.testing.assert_frame_equal(one.units, other.units)
    pd.testing.assert_frame_equal(one.details["hits"], other.details["hits"])
    assert (one.params, one.columns, one.name, one.target) == (other.params, other.columns, other.name, other.target)


def test_other_words_for_readers_change_no_score(texts, monkeypatch):
    before = stance(*texts)
    said = {rule.text for rule in Rule}
    assert {r for rules in before.details["hits"]["rules"] for r in rules.split("; ") if r} == said, "all rules applied"
    for k, (rule, entry) in enumerate(list(RULES.items())):
        # Words of other rules: code that matched them would take one rule for another.
        other = list(RULES.values())[k - 7].text
        monkeypatch.setitem(RULES, rule, replace(entry, text=f"{other}, {k}"))
    monkeypatch.setattr(Role, "rule", property(lambda role: "for ... to" if role.word else "because"))
    after = stance(*texts)
    assert after.details["hits"]["rules"].tolist() != before.details["hits"]["rules"].tolist()
    assert set(after.units["rule"]) == {"for ... to", "because"}
    assert after.values.tobytes() == before.values.tobytes()
    pd.testing.assert_frame_equal(after.units.drop(columns="rule"), before.units.drop(columns="rule"))
    pd.testing.assert_frame_equal(
        after.details["hits"].drop(columns="rules"), before.details["hits"].drop(columns="rules")
    )


@pytest.mark.parametrize("window", [None, 0, 1, 3, 10])
@pytest.mark.parametrize(("half_distance", "scale"), [(12.0, 4.0), (6, 2.0), (np.inf, 4.0)])
def test_other_settings_need_no_new_reading(texts, window, half_distance, scale):
    settings = {"half_distance": half_distance, "scale": scale, "window": window}
    parsed = read_mentions(*texts)
    weigh(parsed, window=2)
    same(weigh(parsed, **settings), stance(*texts, **settings))


def test_sentences_that_were_read_are_not_tagged_again(texts, monkeypatch):
    parsed = read_mentions(*texts)

    def refuse(words):
        raise AssertionError(words)

    monkeypatch.setattr(syntax, "tag_words", refuse)
    again = read_mentions(*texts, sentences=parsed.sentences)
    assert (again.mentions, again.hits) == (parsed.mentions, parsed.hits)


@pytest.fixture
def lexicons(tmp_path):
    rows = {
        "evaluation": "met\tconsult\t1\tx\t\nsummit\tconsult\t5\tx\t\nfriend\tsupport\t2\tx\t\nattack\tattack\t-3\tx\t\n"
        "counter\tprotest\t-1\tx\t\n",
        "negation": "not\tnegation\t1\tx\t\n",
    }
    for name, text in rows.items():
        (tmp_path / f"{name}.tsv").write_text(HEADER + text, encoding="utf-8")
    return default_lexicons({name: tmp_path / f"{name}.tsv" for name in rows})


@pytest.mark.parametrize(
    ("text", "window", "expected"),
    [
        # Of two words for talks the strongest counts, of those within the window.
        ("Norland met us at a summit.", None, [("met", 0.0), ("summit", 5.0)]),
        ("Norland met us at a summit.", 2, [("met", 1.0)]),
        # What opposes counts where the lexicon's own word for it does not.
        ("We counter the brutal Norland.", None, [("counter", -1.0)]),
        ("We counter the brutal Norland.", 1, [("counter", -1.5)]),
        # Terms from afar share the little that they count together with those within the window.
        ("A friend here and a friend there rested quietly in Norland.", None, [("friend", 0.5), ("friend", 0.5)]),
        ("A friend here and a friend there rested quietly in Norland.", 5, [("friend", 1.0)]),
    ],
)
def test_what_lies_beyond_the_window_does_not_count_for_other_rules(text, window, expected, lexicons):
    corpus = encoded([text])
    found = mentions(corpus, Target("Norland", ("norland",)))
    hits = stance(corpus, found, lexicons, half_distance=np.inf, window=window).details["hits"]
    assert list(zip(hits["term"], hits["score"])) == expected, hits.to_string()


def test_an_act_beyond_the_window_is_none(lexicons):
    corpus = encoded(["Norland today in the early morning began an attack."])
    parsed = read_mentions(corpus, mentions(corpus, Target("Norland", ("norland",))), lexicons)
    assert [weigh(parsed, window=w).units["act"].tolist() for w in (None, 3)] == [["attack"], [""]]


def test_each_rule_has_one_entry_in_the_order_in_which_it_is_tried():
    assert list(RULES) == list(Rule)
    tried = [rule for rule, _, _ in _ORDER]
    assert tried == [rule for rule in Rule if rule in tried]


def test_a_factor_of_another_sign_is_another_rule():
    assert (Rule.TURNED_ROUND.factor(friendly=False), Rule.ENDED.factor(friendly=False)) == (0.0, -0.5)
    assert Rule.ENDED.text == Rule.TURNED_ROUND.text


def test_the_table_in_the_docs_is_that_of_the_rules():
    block = re.search(r"<!-- rules: begin -->\n(.*?)\n<!-- rules: end -->", DOCS.read_text(encoding="utf-8"), re.S)
    assert block is not None
    assert block[1] == rules_table()


def test_the_methods_name_the_weights_that_count(monkeypatch):
    assert "(× −0.5 where the target itself reverses it" in describe_rules()
    monkeypatch.setitem(RULES, Rule.ENDED, replace(RULES[Rule.ENDED], hostile=-0.75))
    assert "(× −0.75 where the target itself reverses it" in describe_rules()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Troops will target the town", "NMVDN"),
        ("We support it", "PVP"),
        ("Norland claims that it won", "NVSPE"),
        ("its will", "DN"),
        ("it's here", "PAR"),
    ],
)
def test_faults_of_the_tagger_are_mended(text, expected):
    assert syntax.read_sentences(encoded([text]), [0])[0].kinds == expected
