"""Actors beside a target: counted by hand and by a naive loop; the rule of capitals, the longest alias, what is left out."""

import gzip
import json
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.corpus.assemble import assemble
from discourse.corpus.attribution import split_turns
from discourse.encode import encode_corpus
from discourse.encode.encoder import hashtags_as_words
from discourse.errors import SourceError
from discourse.features import Target, mentions
from discourse.features._examples import encoded
from discourse.features.actor_list import NONE, Actor, load_actors
from discourse.features.actors import UNLISTED, actors_by_document, find_actors, is_among, own_actors
from discourse.features.capitals import capitalised_phrases
from discourse.features.scope import in_scope
from discourse.types import Provenance

NORLAND = Target("Norland", ("norland*",))
LISTED = [
    Actor("Norland", "state", ("Norland", "Norlandic", "Nordhaven")),
    Actor("Westland", "state", ("Westland", "Westlander", "Westlanders", "WL")),
    Actor("South Westland", "state", ("South Westland",)),
    Actor("Strait Council", "organisation", ("Council of the Strait", "Strait Council", "SC")),
    Actor("Ada Kovar", "person", ("Kovar", "Ada Kovar")),
    Actor("Westland Sea", NONE, ("Westland Sea",)),
]
TEXTS = [
    # Two sentences about Norland: Westland in both (twice in the first), Kovar in one; the third is not about it.
    "Norland met Westland, and the Westlanders agreed. Ada Kovar said that Norland and WL differ. Kovar left Westland.",
    # One sentence: South Westland is not Westland, and the sea is no state.
    "The Norlandic fleet left South Westland for the Westland Sea.",
    # None.
    "The Council of the Strait met.",
    # Two: the Council in both, once by its letters; "sc" and "kovar" in small letters are none of them.
    "Norland wrote to the Council of the Strait. We told Norland that the SC, not the sc or a kovar, decides.",
]


def counted(corpus, target=NORLAND, actors=LISTED):
    found = mentions(corpus, target).units
    at, lengths = found["token"].to_numpy(), found["length"].to_numpy()
    return actors_by_document(corpus, target, found, actors, in_scope(corpus, at, lengths, "sentences"))


def matched(text, actors=LISTED):
    """The actors found in one text, with the words by which they are named."""
    corpus = encoded([text])
    forms = corpus.vocabulary["form"].to_numpy()[corpus.ids]
    hits = find_actors(corpus, actors, corpus.words())
    return [(actors[k].name, " ".join(forms[a : a + n])) for a, n, k in zip(*(x.tolist() for x in hits))]


def phrases(text):
    corpus = encoded([text])
    return [p for *_, p in capitalised_phrases(corpus, corpus.words(), ~corpus.words())]


def test_hand_counted():
    found = counted(encoded(TEXTS))
    assert found.units["n_sentences"].tolist() == [2, 1, 0, 2]
    assert list(found.columns) == ["Westland", "South Westland", "Strait Council", "Ada Kovar"]
    assert found.values.toarray().tolist() == [[2, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 2, 0]]
    assert found.details["actors"]["kind"].tolist() == ["state", "state", "organisation", "person"]


def test_evidence_is_the_first_mention_in_each_sentence():
    corpus = encoded(TEXTS)
    hits = counted(corpus).details["hits"]
    assert not hits.duplicated(["actor", "sentence"]).any()
    forms = corpus.vocabulary["form"].to_numpy()[corpus.ids]
    first = hits[(hits["actor"] == "Westland") & (hits["sentence"] == 0)].iloc[0]
    assert forms[first["token"]] == "Westland" and first["document"] == 0


def test_capitals_of_an_alias_are_capitals_in_the_text():
    us = [
        Actor("United States", "state", ("US", "U.S.")),
        Actor("Turkey", "state", ("Turkey",)),
        Actor("W", "added", ("wagner",)),
    ]
    assert matched("The US told us that Us is no turkey, while Turkey and TURKEY met the U.S. envoy.", us) == [
        ("United States", "US"),
        ("Turkey", "Turkey"),
        ("Turkey", "TURKEY"),
        ("United States", "U.S."),
    ]
    assert [form for _, form in matched("A wagner, Wagner and WAGNER.", us)] == ["wagner", "Wagner", "WAGNER"]


def test_the_longest_alias_counts_and_a_shorter_one_where_it_does_not_fit():
    assert matched("They left South Westland for Westland.") == [
        ("South Westland", "South Westland"),
        ("Westland", "Westland"),
    ]
    assert matched("They went to south Westland.") == [("Westland", "Westland")]


def test_possessives_compounds_and_wildcards():
    assert matched("Westland's and the Westlanders' envoys met a Westland-led team.") == [
        ("Westland", "Westland's"),
        ("Westland", "Westlanders"),
        ("Westland", "Westland-led"),
    ]
    assert matched("The Norland-Westland talks.") == [("Norland", "Norland-Westland"), ("Westland", "Norland-Westland")]
    assert matched("All Sundish and Sundlanders.", [Actor("Sund", "added", ("Sund*",))]) == [
        ("Sund", "Sundish"),
        ("Sund", "Sundlanders"),
    ]


def test_an_alias_does_not_cross_sentences():
    assert matched("They saw South. Westland left.") == [("Westland", "Westland")]


def test_hashtags_are_aliases_without_blanks():
    rows = [{"doc_id": "a", "date": "2020-01-01", "title": "A"}]
    text = "On #Westland #southwestland #StraitCouncil #wl #WL #WestlandToday now."
    corpus = encode_corpus(assemble(rows, {"a": split_turns(text, "Roe")}, Provenance()), token_pattern=r"[#@]\w+|\w+")
    forms = corpus.vocabulary["form"].to_numpy()[corpus.ids]
    starts, _, found = find_actors(corpus, LISTED, corpus.words())
    assert [(forms[a], LISTED[k].name) for a, k in zip(starts, found)] == [
        ("#Westland", "Westland"),
        ("#southwestland", "South Westland"),
        ("#StraitCouncil", "Strait Council"),
        ("#WL", "Westland"),
    ]


def test_actors_of_the_target_are_left_out():
    assert own_actors(Target("T", ("kovar",)), LISTED).tolist() == [False] * 4 + [True, False]
    # One alias is enough: Nordhaven is Norland's, though it is no term.
    found = counted(encoded(["Norland and Nordhaven met Westland."]))
    assert list(found.columns) == ["Westland"]
    # What is a part of a mention names the target; the same word elsewhere does not.
    fleet = Target("Fleet", ("westland fleet",))
    found = counted(encoded(["The Westland Fleet left.", "The Westland Fleet left Westland."]), fleet)
    assert found.values.toarray()[:, list(found.columns).index("Westland")].tolist() == [0, 1]


def test_a_compound_with_the_target_names_its_other_part():
    target = Target("Norland", ("norland", "norland-westland"))
    assert list(counted(encoded(["The Norland-Westland talks."]), target).columns) == ["Westland"]


def test_nothing_to_find():
    found = counted(encoded(["We met.", "They left."]))
    assert found.values.shape == (2, 0) and found.units["n_sentences"].tolist() == [0, 0]
    assert list(found.details["hits"].columns) == ["token", "length", "actor", "sentence", "document"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met the Bank of the Strait in Ordby.", ["Bank of the Strait", "Ordby"]),
        ("Ordby was shelled.", []),
        ("Port Ordby was shelled.", ["Port Ordby"]),
        ("We told Foreign Minister Lind and Prime Minister Ada Roe in March.", ["Lind", "Ada Roe"]),
        ("We told the Secretary of State and the Prime Minister.", []),
        ("They met in Ordby, Sundby and Lund.", ["Ordby", "Sundby", "Lund"]),
        ("A visit to the Grand Old Duke of Ordby Sund Castle ended.", []),
        ("NORLAND MUST LEAVE Ordby NOW.", []),
        ("Minister Meets With Envoy Lind About Ordby Harbour", []),
        ("They read Lind's letter on Monday, I think.", ["Lind"]),
    ],
)
def test_capitalised_phrases(text, expected):
    assert phrases(text) == expected


def test_phrases_that_the_list_lacks_are_counted_and_named_as_such():
    corpus = encoded(
        [
            "Norland met Westland in Port Ord.",
            "All said that Port Ord and the Sanctions on Norland matter. Our sanctions, sanctions.",
        ]
    )
    found = counted(corpus)
    kinds = dict(zip(found.details["actors"]["name"], found.details["actors"]["kind"]))
    assert kinds == {"Westland": "state", "Port Ord": UNLISTED, "Sanctions": UNLISTED}
    words = found.details["actors"].set_index("name").loc["Sanctions"]
    assert (words["capitals"], words["small"]) == (1, 2)


VOCABULARY = [
    "Norland",
    "South",
    "south",
    "Westland",
    "westland",
    "WL",
    "wl",
    "SC",
    "Council",
    "of",
    "the",
    "Strait",
    "met",
    "Kovar",
    "Ada",
]


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=8), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_it_counts_what_a_naive_loop_counts(documents):
    # "Then" begins each sentence, and its full stop with the next capital ends it.
    texts = [" ".join("Then " + " ".join(words) + " came." for words in sentences) for sentences in documents]
    found = counted(encoded(texts))
    aliases = sorted(((a.split(), actor.name) for actor in LISTED for a in actor.aliases), key=lambda p: -len(p[0]))
    for d, sentences in enumerate(documents):
        expected = dict.fromkeys((a.name for a in LISTED), 0)
        for words in sentences:
            named, k = set(), 0
            while k < len(words):
                hit = next(((a, n) for a, n in aliases if words[k : k + len(a)] == a), None)
                named |= {hit[1]} if hit else set()
                k += len(hit[0]) if hit else 1
            if "Norland" in words:
                for name in named - {"Norland", "Westland Sea"}:
                    expected[name] += 1
        got = dict(zip(found.columns, found.values.toarray()[d].tolist()))
        assert {n: got.get(n, 0) for n in expected} == expected
        assert found.units["n_sentences"][d] == sum("Norland" in words for words in sentences)


def test_parts_of_a_corpus_add_up_to_the_whole():
    whole = counted(encoded(TEXTS))
    for cut in ([0, 2, 4], [0, 1, 3, 4]):
        rows = [counted(encoded(TEXTS[a:b])) for a, b in pairwise(cut)]
        for name in whole.columns:
            parts = [
                r.values.toarray()[:, list(r.columns).index(name)] if name in r.columns else np.zeros(len(r.units))
                for r in rows
            ]
            assert np.concatenate(parts).tolist() == whole.values.toarray()[:, list(whole.columns).index(name)].tolist()


def write(tmp_path, *lines):
    path = tmp_path / "own.tsv"
    path.write_text("\n".join(["name\tkind\taliases", *lines]) + "\n", encoding="utf-8")
    return path


def test_a_list_of_ones_own(tmp_path):
    path = write(tmp_path, "# a comment", "Westland\tstate\tWestlander|WL", "Sund\tstate\t")
    assert load_actors(path) == [
        Actor("Westland", "state", ("Westland", "Westlander", "WL")),
        Actor("Sund", "state", ("Sund",)),
    ]
    # Names of a config replace those of an actor, and take an alias from another one.
    found = load_actors(path, {"Sund": ["sund*", "WL"], "Lund": ["Lund"]})
    assert found == [
        Actor("Westland", "state", ("Westland", "Westlander")),
        Actor("Sund", "state", ("sund*", "WL")),
        Actor("Lund", "added", ("Lund",)),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Sund\t\tSunder", "own.tsv:3: a name and a kind are needed"),
        ("Sund\tstate\tWL", 'own.tsv:3: "WL" is an alias of Westland already'),
        ("Sund\tstate\t*", 'own.tsv:3: "*" has no letters'),
    ],
)
def test_mistakes_of_a_list_name_the_line(tmp_path, line, said):
    with pytest.raises(SourceError, match=re.escape(said)):
        load_actors(write(tmp_path, "Westland\tstate\tWL", line))


def test_a_file_that_is_no_list(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text("actor,aliases\nWestland,WL\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match="expected the columns name, kind, aliases, separated by tabs; found actor,aliases"
    ):
        load_actors(path)
    with pytest.raises(SourceError, match=r"gone\.tsv: there is no such file"):
        load_actors(tmp_path / "gone.tsv")


def test_who_speaks():
    assert is_among(("Ada Kovar", "Kovar"), ["KOVAR"])
    assert not is_among(("Ada Kovar", "Ada"), ["Kovar Ministry"])


# What the words stand for is general knowledge, not what the program found.
@pytest.mark.parametrize(
    ("words", "actor"),
    [
        ("Kiev", "Ukraine"), ("U.K.", "United Kingdom"), ("Viet Nam", "Vietnam"), ("DPRK", "North Korea"), ("Burmese", "Myanmar"),
        ("Holland", "Netherlands"), ("Ivory Coast", "Côte d'Ivoire"), ("Zaire", "Democratic Republic of the Congo"),
        ("Republic of the Congo", "Republic of the Congo"), ("Guinea-Bissau", "Guinea-Bissau"), ("Equatorial Guinea", "Equatorial Guinea"),
        ("Papua New Guinea", "Papua New Guinea"), ("Guinea", "Guinea"), ("South Sudan", "South Sudan"), ("Sudanese", "Sudan"),
        ("Security Council", "UN Security Council"), ("NATO", "NATO"), ("Nigerien", "Niger"), ("Nigerian", "Nigeria"),
        ("Soviet Union", "Soviet Union"), ("GDR", "East Germany"), ("Daesh", "Islamic State"), ("Zelensky", "Volodymyr Zelenskyy"),
        ("Türkiye", "Turkey"), ("Czechia", "Czech Republic"), ("Swaziland", "Eswatini"), ("Holy See", "Vatican"),
    ],
)  # fmt: skip
def test_the_list_of_the_package(words, actor):
    assert matched(f"They wrote of {words} again.", load_actors()) == [(actor, words)]


@pytest.mark.parametrize(
    "words", ["Indian Ocean", "New Mexico", "us", "turkey", "china", "polish", "Native Americans", "who"]
)
def test_what_names_no_actor(words):
    kinds = {a.name: a.kind for a in load_actors()}
    assert all(kinds[n] == NONE for n, _ in matched(f"We saw {words} there.", load_actors()))


def test_the_list_holds_the_members_of_the_united_nations_and_more():
    kinds = [a.kind for a in load_actors()]
    assert kinds.count("state") >= 193 + 5
    assert set(kinds) == {"state", "organisation", "person", "region", "group", NONE}


@pytest.mark.slow
def test_real_posts_agree_with_a_search_by_regular_expression(data):
    packed = (data / "state_department_posts" / "posts.jsonl.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    posts = {r["id"]: r for r in map(json.loads, lines) if re.search("russia|moscow|kremlin", r["text"], re.I)}
    rows = [{"doc_id": i, "date": r["date"], "title": i} for i, r in posts.items()]
    turns = {i: split_turns(r["text"], "Roe") for i, r in posts.items()}
    corpus = hashtags_as_words(encode_corpus(assemble(rows, turns, Provenance())))
    target = Target("Russia", ("russia", "russian", "russians", "moscow", "kremlin"))
    found = counted(corpus, target, load_actors())
    expected = {"Ukraine": r"Ukraine|Ukrainians?|Kyiv|Kiev", "Syria": r"Syrians?|Syria|Damascus"}
    units = mentions(corpus, target).units
    for actor, words in expected.items():
        n = 0
        for s in units["sentence"].unique():
            a, b = int(corpus.sentence_bounds[s]), int(corpus.sentence_bounds[s + 1]) - 1
            turn = int(np.searchsorted(corpus.turn_bounds, a, side="right") - 1)
            n += bool(re.search(rf"(?<![\w@])(?:{words})(?!\w)", corpus.texts[turn][corpus.starts[a] : corpus.ends[b]]))
        total = found.values[:, [list(found.columns).index(actor)]].sum()
        # Hashtags in small letters and tokens with an inner stop are cut otherwise.
        assert n > 15 and abs(total - n) <= 0.02 * n, actor
