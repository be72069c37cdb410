import gzip
import json
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.distance import edit_distance

from discourse.features._examples import encoded
from discourse.features.near import near_misses, one_edit
from discourse.features.target import Target

WORDS = st.text(alphabet="abc", min_size=1, max_size=6)


@given(WORDS, WORDS)
def test_one_edit_equals_nltk(a, b):
    assert one_edit(a, b) == (edit_distance(a, b, transpositions=True) == 1)


def found(texts, target, mask=None):
    table = near_misses(encoded(texts), target, mask)
    return {(row.form, row.kind, row.alias, row.document): row.n for row in table.itertuples()}


def test_what_comes_near_by_hand():
    texts = [
        "#Norland, #StandWithNorland and #norland: @NorlandEmbassy of Noorland met Norlander envoys. Norland!",
        "Morland, Norlands, Norland-backed and Noorland. Norland's Nroland's fleet. North Union #NorthUnion #NorthUnion",
    ]
    assert found(texts, Target("N", ("norland", "north union"))) == {
        ("#Norland", "hashtag", "norland", 0): 1,
        ("#norland", "hashtag", "norland", 0): 1,
        ("#StandWithNorland", "hashtag", "norland", 0): 1,
        ("@NorlandEmbassy", "handle", "norland", 0): 1,
        ("Noorland", "spelling", "norland", 0): 1,
        ("Norlander", "longer", "norland", 0): 1,
        ("Noorland", "spelling", "norland", 1): 1,
        ("Norlands", "longer", "norland", 1): 1,
        ("Nroland's", "spelling", "norland", 1): 1,
        ("#NorthUnion", "hashtag", "north union", 1): 2,
    }


def test_what_is_counted_or_excluded_is_no_near_miss():
    texts = ["#NorlandTalks, Norland-backed, Norlander, Norlandish"]
    target = Target("N", ("norland", "#norland*", "norlander"), ("norlandish",))
    assert found(texts, target) == {}
    without = Target("N", ("norland",), ("norlandish", "norlander", "#norlandtalks"), compounds=False)
    assert found(texts, without) == {("Norland-backed", "compound", "norland", 0): 1}


def test_common_words_and_parts_of_words_are_none():
    assert found(["support supports #trust peace #us."], Target("S", ("suport", "us", "peac"))) == {
        ("#us", "hashtag", "us", 0): 1
    }


def test_only_tokens_that_count_do():
    assert found(["#Norland #Norland"], Target("N", ("norland",)), np.array([False, True])) == {
        ("#Norland", "hashtag", "norland", 0): 1
    }


def test_posts_of_both_eras(data):
    with gzip.open(data / "state_department_posts" / "posts.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    corpus = encoded([t for t in texts if "russia" in t.lower()])
    target = Target("Russia", ("russia", "russian", "russians"))
    near = near_misses(corpus, target)
    tagged = near[near["kind"] == "hashtag"]
    naive = sum(len(re.findall(r"(?<![\w&])#\w*russia", t.lower())) for t in texts)
    assert tagged["n"].sum() == naive > 50
