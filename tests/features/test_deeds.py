"""Deeds: sentences read by hand, forms of verbs, what others coded, and the records of what was read."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from discourse.compare.operational_code import derived_indices
from discourse.features._examples import encoded
from discourse.features.actor_list import load_actors
from discourse.features.actors import find_actors
from discourse.features.deeds import CATEGORIES, CLASSES, class_of, deed_verbs, deeds, named_together
from discourse.features.deeds.verbs import forms_of

CODED = Path(__file__).parent / "deeds_coded"


def read(text):
    rows = deeds(encoded([text]))
    return [(r.actor, ("not " if r.negated else "") + r.verb, r.other, r.mood) for r in rows.itertuples()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia invaded Ukraine.", [("Russia", "invade", "Ukraine", "")]),
        ("Georgia was not attacked by Russia.", [("Russia", "not attack", "Georgia", "")]),
        ("We will help Ukraine and Georgia.", [("we", "help", "Ukraine", "future"), ("we", "help", "Georgia", "future")]),
        ("France refused to support Turkey.", [("France", "refuse", "", ""), ("France", "not support", "Turkey", "embedded")]),
        ("Russia wants to attack Ukraine.", [("Russia", "attack", "Ukraine", "embedded")]),
        ("France, a member of the Union, condemned Russia's invasion of Ukraine.", [("France", "condemn", "Russia", "")]),
        ("Russia attacked and occupied Ukraine.", [("Russia", "attack", "Ukraine", ""), ("Russia", "occupy", "Ukraine", "")]),
        ("Our forces, who fought Iraq, liberated Kuwait.", [("we", "fight", "Iraq", ""), ("we", "liberate", "Kuwait", "")]),
        ("We also welcome Japan.", [("we", "welcome", "Japan", "")]),
        ("Let us support Ukraine.", [("we", "support", "Ukraine", "possible")]),
        ("The leaders of Russia and China met.", [("China", "meet", "Russia", ""), ("Russia", "meet", "China", "")]),
        ("China imposed sanctions on Japan.", [("China", "impose", "Japan", "")]),
        ("They attacked us.", [("they", "attack", "we", "")]),
        ("The talks with Iran helped Israel.", [("talks", "help", "Israel", "")]),
        ("Hungary said it would help Serbia.", [("Hungary", "help", "Serbia", "possible")]),
        ("The weather in Russia is fine.", []),
    ],
)  # fmt: skip
def test_sentences_read_by_hand(text, expected):
    assert read(text) == expected


def test_every_verb_has_a_class_and_a_category_and_its_forms_are_english():
    verbs = deed_verbs()
    lemmas = {v.lemma for v in verbs.values()}
    assert len(lemmas) == 305, "the number in the methods"
    assert {class_of(v.event) for v in verbs.values()} == set(CLASSES)
    assert {v.category for v in verbs.values()} == set(CATEGORIES)
    known = {
        "stop": "stopped",
        "visit": "visited",
        "commit": "committed",
        "free": "freed",
        "condemn": "condemned",
        "ban": "banned",
    }
    assert all(past in list(forms_of(lemma)) for lemma, past in known.items())
    assert not {"equiped", "rebeled", "commited", "denyed"} & set(verbs)


def test_pairs_are_those_of_a_naive_loop():
    texts = ["Russia, Ukraine and Russia.", "France met Japan in China.", "Nobody. Japan!"]
    corpus, actors = encoded(texts), load_actors()
    pairs = named_together(corpus, find_actors(corpus, actors, corpus.words()), np.ones(len(actors), bool))
    found = {(r.document, *sorted((actors[r.a].name, actors[r.b].name))) for r in pairs.itertuples()}
    expected = {(0, "Russia", "Ukraine"), (1, "China", "France"), (1, "China", "Japan"), (1, "France", "Japan")}
    assert found == expected and len(pairs) == len(expected)


def test_dyads_of_the_gold_standard_records(data):
    """The PLOVER gold standard records (322 sentences, coded by the OEDA team); figures of docs/deeds.md."""
    with gzip.open(data / "plover_gsr" / "gsr.jsonl.gz", "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    actors = load_actors()

    records = records[1::2]  # those that were not looked at while the rules were written
    named = [a["actorText"] for r in records for k in ("source", "target") if isinstance(r.get(k), list) for a in r[k]]
    known = {}
    for first in range(0, len(named), 200):
        corpus = encoded(named[first : first + 200])
        starts, _, which = find_actors(corpus, actors, corpus.words())
        of = np.searchsorted(corpus.document_bounds, starts, side="right") - 1
        for k, text in enumerate(named[first : first + 200]):
            known[text] = [actors[a].name for a in which[of == k] if actors[a].kind != "none"]

    def coded(value):
        parts = [known[a["actorText"]] or ["? " + a["actorText"]] for a in value] if isinstance(value, list) else []
        return [name for part in parts for name in part]

    every = deeds(encoded([record["text"] for record in records]), actors)
    nameless = ("noun", "pronoun", "", "self")
    every = every[~every["actor_kind"].isin(nameless) & ~every["other_kind"].isin(nameless)]
    right = found = wanted = 0
    for number, record in enumerate(records):
        sources = coded(record.get("source"))
        targets = coded(record.get("target")) or sources
        gold = {(a, b) for a in sources for b in targets if a != b}
        rows = every[every["document"] == number]
        machine = set(zip(rows["actor"], rows["other"]))
        right, found, wanted = right + len(gold & machine), found + len(machine), wanted + len(gold)
    assert (found, wanted) == (54, 188)
    assert (round(right / found, 2), round(right / wanted, 2)) == (0.89, 0.26)


def test_precision_is_that_of_the_record():
    frames = pd.read_csv(CODED / "frames.tsv", sep="\t", keep_default_na=False)
    assert frames.groupby("corpus")["right"].mean().round(2).to_dict() == {"sotu": 0.72, "un_general_debate": 0.76}
    assert (len(frames), round(frames["right"].mean(), 2)) == (100, 0.74)


def test_accuracy_of_the_operational_code_is_that_of_the_record():
    from discourse.analyses.deeds.vics_section import ACCURACY, DEEDS

    verbs = pd.read_csv(CODED / "vics.tsv", sep="\t", keep_default_na=False)
    who = (verbs["who"] == verbs["coded_who"]) | (verbs["coded_who"] == "either")
    sign = who & (verbs["sign"] == verbs["coded_sign"])
    kind = sign & (verbs["kind"] == verbs["coded_kind"])
    own = verbs["who"] == "self"
    expected = {
        "P-4": who.mean(),
        "I-1": sign[own].mean(),
        "P-1": sign[~own].mean(),
        "I-2": kind[own].mean(),
        "P-2": kind[~own].mean(),
    }
    assert {k: ACCURACY[k] for k in expected} == pytest.approx(expected)
    deed = verbs[verbs["kind"] == "deed"]
    assert pytest.approx((deed["coded_kind"] == "deed").mean()) == DEEDS


def test_derived_indices_by_hand():
    """Walker, Schafer & Young (1998): IQV of (4, 2, 2, 0, 0, 0) is (1 - (1/4 + 1/16 + 1/16)) / (5/6) = .75."""
    own, other = np.array([[4.0, 2, 2, 0, 0, 0]]), np.array([[8.0, 0, 0, 0, 0, 0]])
    found = {k: float(v[0]) for k, v in derived_indices(own, other).items()}
    assert found == pytest.approx({"P-3": 1, "P-5": 0.5, "I-3": 0.25, "I-4a": 0, "I-4b": 1})
