"""Dictionaries: every format says the same, mistakes are named with their lines, and counts are those of a naive loop."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse import Dictionary, dictionary_rates, encode_corpus, read_dictionary, read_sotu
from discourse.errors import SourceError
from discourse.features._examples import encoded
from discourse.features.dictionary import by_category, dictionary_counts
from discourse.features.dictionary_files import Why

# A dictionary of invented use: what a harbour is, with a category in a category, a wildcard and a phrase.
WANTED = {
    "place": ("harbour", "lock gate", "quay*"),
    "place/water": ("lock gate",),
    "mood": ("glad", "quay*"),
}
SAME = {
    "a.dic": "%\n1\tplace (What a harbour has)\n\t02\twater\n3\tmood\n%\n"
    "Harbour\t1\nquay*\t01\t3\nglad\t3\nlock_gate\t2\n",
    "blanks.dic": "%\n1 place\n\t2 water\n3 mood\n%\nharbour 1\nquay* 1 3\nglad 3\nlock gate 2\n",
    "a.dicx": "DicTerm,place,place/water,mood\nharbour,X,,\nquay*,X,,X\nglad,,,x\nlock gate,,X,\n",
    "a.yml": "place:\n  - harbour\n  - quay*\n  - water:\n      - lock gate\nmood:\n  - glad\n  - quay*\n",
    "own.yaml": "place:\n  __: [harbour, quay*]\n  water: lock gate\nmood: [glad, quay*]\n",
    "a.json": '{"place": ["harbour", "quay*", {"water": ["lock gate"]}],\n\t"mood": ["glad", "quay*"]}',
    "a.ykd": '<?xml version="1.0" encoding="UTF-8"?>\n<dictionary style="050805" patternengine="substring">\n'
    '<cnode name="place" desc=""><pnode name="harbour"/><pnode name="Quay*"/>\n'
    '<cnode name="water"><pnode name="lock gate"/></cnode></cnode>\n'
    '<cnode name="mood"><pnode name="glad"/><pnode name="quay*"/></cnode>\n</dictionary>\n',
    "old.lcd": '<dictionary><cnode name="place"><pnode name=" harbour "/><pnode name="quay*"/>'
    '<cnode name="water"><pnode name="lock  gate"/></cnode></cnode>'
    '<cnode name="mood"><pnode name="glad"/><pnode name="quay*"/></cnode></dictionary>',
    "a.cat": "PLACE\n\tharbour (1)\n\tquay* (1)\n\tWATER\n\t\tlock_gate (1)\nMOOD\n\tglad (1)\n\tquay* (2)\n",
    "blanks.cat": "PLACE\n   \tWATER\n   \t\tlock_gate (1)\n   \tharbour (1)\n   \tquay* (1)\nMOOD\n   \tglad (1)\n   \tquay* (1)\n",
    "a.csv": "Word,Category,note\nharbour,place,\nquay*,place,x\nlock gate,place/water,\nglad,mood,\nquay*,mood,\n",
    "a.tsv": "term\tcategory\tweight\nharbour\tplace\t1\nquay*\tplace\t1\nlock gate\tplace/water\t1\nglad\tmood\t1\nquay*\tmood\t1\n",
}  # fmt: skip


def write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("name", SAME)
def test_every_format_says_the_same(name, tmp_path):
    found = read_dictionary(write(tmp_path, name, SAME[name]))
    assert {c.casefold(): p for c, p in found.categories.items()} == WANTED
    assert (found.source, found.empty, found.skipped) == (name, (), ())
    assert found.n_entries == 4


def test_flat_formats(tmp_path):
    lexicoder = "+NEGATIVE\n a lie \nabandon*\n\n+NEG_POSITIVE\nnot  good (1)\n"
    found = read_dictionary(write(tmp_path, "a.lc3", lexicoder))
    assert found.categories == {"NEGATIVE": ("a lie", "abandon*"), "NEG_POSITIVE": ("not good",)}
    plain = "# what sails\nship*   # and shipping\n\ntug boat\nSHIP*\n"
    assert read_dictionary(write(tmp_path, "vessels.txt", plain)).categories == {"vessels": ("ship*", "tug boat")}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encodings(encoding, said, newline, tmp_path):
    found = read_dictionary(write(tmp_path, "food.txt", f"café{newline}thé*{newline}", encoding))
    assert found.categories == {"food": ("café", "thé*")}
    assert found.encoding == said


def test_xml_says_its_encoding(tmp_path):
    text = '<?xml version="1.0" encoding="iso-8859-2"?><dictionary><cnode name="a"><pnode name="źle"/></cnode></dictionary>'
    assert read_dictionary(write(tmp_path, "a.ykd", text, "iso-8859-2")).categories == {"a": ("źle",)}


def test_conditions_of_liwc_are_left_out_and_named(tmp_path):
    """LIWC 2007: "like" counts as 464 and 253, and as 125 only after some words; "kind of" makes another category of kind."""
    text = (
        "%\n2\tfunct\n125\taffect\n131\tcogmech\n253\tspace\n464\tfiller\n%\n"
        "like\t(02 134)125/464\t253\nkind\t<of>131/125\t125\nlike (02)125/464 253\nuseful <of>131/125\n"
    )
    found = read_dictionary(write(tmp_path, "a.dic", text))
    assert found.categories == {"affect": ("kind",), "space": ("like",)}
    assert found.empty == ("funct", "cogmech", "filler")
    assert [(s.line, s.why) for s in found.skipped] == [(k, Why.CONDITION) for k in (8, 9, 10, 11)]


def test_what_cannot_be_counted_is_named(tmp_path):
    found = read_dictionary(
        write(tmp_path, "a.txt", ":)\n8)\nc++\n$\ncol?r\nU.S.\n9/11\n#norland is a comment\nrock'n'roll\ndon't\n")
    )
    assert found.categories == {"a": ("9/11", "don't", "rock'n'roll", "u.s.")}
    no_word = [(line, entry, Why.NO_WORD) for line, entry in enumerate((":)", "8)", "c++", "$"), 1)]
    assert [(s.line, s.entry, s.why) for s in found.skipped] == [*no_word, (5, "col?r", Why.ONE_LETTER)]
    rules = read_dictionary(
        write(tmp_path, "a.cat", "MOOD\n\tglad (1)\n\t@NOT_GLAD [glad after not /s] (1)\n\tEMPTY\n")
    )
    assert [(s.line, s.why) for s in rules.skipped] == [(3, Why.RULE)]
    assert rules.empty == ("MOOD/EMPTY",)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.dic", "glad\t1\n", r"a.dic:1: expected a LIWC dictionary"),
        (
            "a.dic",
            "%\n1\tup\n1\tdown\nbad\n%\nglad\t1\t12\nsad\nlow\tx\n",
            r"a.dic:3: category 1 is defined a second time\n.*a.dic:4: expected the number.*\n"
            r'.*a.dic:6: category 12 is used here and not defined in the header\n.*a.dic:7: "sad" has no number of a category'
            r'\n.*a.dic:8: "x" is no number',
        ),
        ("a.dicx", "word,up\nglad,X\n", r"a.dicx:1: expected the header of a LIWC-22 dictionary"),
        (
            "a.dicx",
            "DicTerm,up\nglad,yes\nsad,X,X\n",
            r'a.dicx:2: expected X or nothing, got "yes"\n.*:3: 3 cells, and 2',
        ),
        ("a.yml", "up: [glad\n", r"a.yml:2: not YAML"),
        ("a.yml", "- glad\n", r"a.yml:1: expected categories with lists of words"),
        ("a.yml", "up: &a [glad]\ndown: *a\n", r"a.yml:2: not YAML \(aliases"),
        ("a.yml", "up:\n  - glad\n  - '*'\n", r'a.yml:3: "\*" matches every word'),
        ("a.json", '{"up": [1, null]}', r"a.json: expected words or categories, got 1\n.*got null"),
        ("a.json", '{"up": ["glad",]}', r"a.json:1: not JSON"),
        ("a.json", '["glad"]', r"a.json:1: expected an object of categories"),
        ("a.ykd", "<dictionary><cnode>", r"a.ykd:1: not XML"),
        ("a.ykd", "<words/>", r"expected <dictionary>, got <words>"),
        ("a.ykd", '<dictionary patternengine="regex"/>', r"patterns are regular expressions"),
        ("a.ykd", '<dictionary><pnode name="glad"/></dictionary>', r'a.ykd: "glad" is in no category'),
        (
            "a.ykd",
            '<!DOCTYPE d [<!ENTITY a "b">]><dictionary><cnode name="&a;"/></dictionary>',
            r"XML with entities of its own is not read",
        ),
        ("a.lc3", "glad\n", r'a.lc3:1: expected a line with \+ and a category, got "glad"'),
        ("a.cat", "glad (1)\nMOOD\n", r'a.cat:1: "glad" is in no category'),
        ("a.csv", "word,kind\nglad,up\n", r"a.csv:1: expected a header with the columns word and category"),
        ("a.csv", "word,category\nglad,\n", r"a.csv:2: a word and a category are needed"),
        ("a.csv", "word,category\nglad," + "u" * 200_000, r"a.csv: not a table"),
        ("a.txt", "# nothing\n", r"a.txt: no category has a word"),
        ("a.docx", "glad", r'no dictionary ends in ".docx"'),
        ("a.json", '{"a":' * 60 + '["glad"]' + "}" * 60, r"more than 20 deep"),
        ("a.json", "[" * 100_000, r"more than 20 deep"),
        ("a.txt", "glad " * 2_000_001, r"more than the 10 MB that one such file may have"),
    ],
    ids=lambda v: v[:24] if isinstance(v, str) else None,
)
def test_files_that_are_none(name, text, message, tmp_path):
    with pytest.raises(SourceError, match=message):
        read_dictionary(write(tmp_path, name, text))


def test_many_mistakes_are_counted_and_a_missing_file_is_named(tmp_path):
    write(tmp_path, "mood.dic", "%\n1\tup\n%\n" + "".join(f"w{k}\t2\n" for k in range(30)))
    with pytest.raises(SourceError, match=r"and 10 more mistakes") as error:
        read_dictionary(tmp_path / "mood.dic")
    assert len(error.value.messages) == 21
    with pytest.raises(SourceError, match=r'there is no such file. Did you mean "mood.dic"'):
        read_dictionary(tmp_path / "mod.dic")


def test_counts_by_hand():
    texts = [
        "The lock gate and the quays of Norland's harbour. Harbours? The gate, the lock.",
        "A glad quayside: quay, lock gates.",
    ]
    corpus = encoded(texts)
    dictionary = Dictionary(WANTED, "a.yml", "")
    counts = by_category(dictionary_counts(corpus, dictionary), list(WANTED))
    # lock gate, quays, harbour; quayside, quay. "Harbours" and "lock gates" are not among the patterns.
    assert counts.tolist() == [[3, 1, 1], [2, 0, 3]]
    rates = dictionary_rates(corpus, dictionary)
    assert rates.units["n_tokens"].tolist() == [14, 6]
    np.testing.assert_allclose(rates.values, 1e4 * counts / np.array([[14], [6]]))
    words = rates.details["words"].set_index(["category", "form"])["count"]
    assert words["place"].to_dict() == {"harbour": 1, "lock gate": 1, "quay": 1, "quays": 1, "quayside": 1}


def test_a_parent_counts_a_token_once():
    """quanteda counts it once for each of its categories; a parent here is one category with all that is in it."""
    nested = Dictionary({"a": ("war", "war*"), "a/b": ("war*",), "a/c": ("war", "war crime")}, "", "")
    found = by_category(dictionary_counts(encoded(["War, wars and a war crime."]), nested), list(nested.categories))
    assert found.tolist() == [[3, 3, 2]]


def test_only_tokens_that_count_are_counted(tmp_path):
    corpus = encoded(["Glad to be glad.", "(Laughter.)", ""])
    path = write(tmp_path, "mood.txt", "glad\nlaughter\n")
    mask = np.arange(corpus.n_tokens) > 0
    rates = dictionary_rates(corpus, path, mask & corpus.words())
    assert rates.values[0].tolist() == [1e4 / 3]
    assert np.isnan(rates.values[1:]).all()


WORDS = ["port", "ports", "portal", "sea", "seas", "old", "old port", "sea port", "port*", "s*", "*s", "old p*"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["port", "Ports", "portal", "sea", "seas", "old", "new"]), max_size=12), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sets(st.sampled_from(WORDS), min_size=1), min_size=1),
)  # fmt: skip
def test_counts_are_those_of_a_naive_loop(documents, categories):
    dictionary = Dictionary({c: tuple(sorted(p)) for c, p in categories.items()}, "", "")
    found = by_category(dictionary_counts(encoded([" ".join(d) for d in documents]), dictionary), list(categories))
    assert found.tolist() == [[naive(d, patterns) for patterns in categories.values()] for d in documents]


def naive(document, patterns):
    """Hits from left to right, at each word the longest pattern that fits."""
    expressions = [[re.compile(w.replace("*", ".*")) for w in p.split()] for p in patterns]
    words, at, hits = [w.casefold() for w in document], 0, 0
    while at < len(words):
        fits = [
            len(e) for e in expressions
            if at + len(e) <= len(words) and all(x.fullmatch(w) for x, w in zip(e, words[at:]))
        ]  # fmt: skip
        hits += bool(fits)
        at += max(fits, default=1)
    return hits


@pytest.mark.slow
def test_counts_agree_with_scikit_learn():
    """Words without wildcards, on real text: CountVectorizer with the dictionary as its vocabulary."""
    from sklearn.feature_extraction.text import CountVectorizer

    corpus = encode_corpus(read_sotu(since=2005))
    words = ("war", "peace", "allies", "sanctions", "together")
    counts = dictionary_counts(corpus, Dictionary({w: (w,) for w in words}, "", ""), np.ones(corpus.n_tokens, bool))
    # We count the possessive of a word as the word, scikit-learn as another one.
    table = counts.details["columns"]
    plain = np.flatnonzero(table["form"] == table["pattern"])
    ours = np.zeros((len(corpus.documents), len(words)))
    ours[:, [words.index(c) for c in table["category"].iloc[plain]]] = counts.values[:, plain].toarray()
    texts = pd.Series(corpus.texts).groupby(corpus.turn_document).agg(" ".join)
    vectors = CountVectorizer(vocabulary=words, token_pattern=r"\w+(?:['’&\-‑]\w+)*").transform(texts)
    assert ours.sum() > 200
    np.testing.assert_array_equal(ours, vectors.toarray())
