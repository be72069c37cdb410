"""Word classes, verb groups and clauses against TextBlob's own tags of whole sentences and against loops over pieces."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.features._examples import encoded
from discourse.features.stance import default_lexicons
from discourse.features.stance.described import Context, ngrams
from discourse.features.stance.hits import evaluative_terms
from discourse.features.stance.lookup import Lookup
from discourse.features.stance.syntax import _clauses, _verb_groups, read_sentences
from discourse.features.stance.tagging import BE, NOT, _tagger, pieces, tag_words

INVENTED = Path(__file__).parents[3] / "benchmarks" / "coded" / "invented.tsv"
WORDS = {
    "N": ["norland", "town"], "P": ["we"], "J": ["brutal"], "D": ["the"], "C": ["and", "or", "plus"], "I": ["in", "until", "since"],
    "S": ["that", "if", "whether"], "T": ["to"], "R": ["not", "now", "never"], "V": ["attack"], "G": ["bombing"], "E": ["attacked"],
    "M": ["should", "will"], "A": ["is", "has", "been"], "'": ["'s"], ",": [","], "X": ["%"],
}  # fmt: skip
SENTENCES = st.lists(
    st.sampled_from([(word, kind) for kind, words in WORDS.items() for word in words]), min_size=1, max_size=25
)


@pytest.fixture(scope="module")
def texts():
    with INVENTED.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"].replace("[[", "").replace("]]", "") for row in rows]


def test_a_word_has_the_tag_that_the_library_gives_it_in_its_sentence(texts):
    find_tags = _tagger()  # of TextBlob
    for text in texts:
        words = [piece for form in text.split() for piece in pieces(form.strip(".,;:?!")) if piece]
        expected = [tag for _, tag in find_tags(list(words))]
        assert [*tag_words(words[:1], first=True), *tag_words(words[1:])] == expected, text


def test_a_sentence_is_read_alike_whatever_is_read_with_it(texts):
    corpus = encoded(texts)
    n = len(corpus.sentence_bounds) - 1
    together = read_sentences(corpus, range(n))
    assert together == [read_sentences(corpus, [k])[0] for k in range(n)]
    for k, s in enumerate(together):
        tokens = range(corpus.sentence_bounds[k], corpus.sentence_bounds[k + 1])
        assert [s.token(p) for t in tokens for p in [s.place(t)]] == list(tokens)
        assert len(s.words) == len(s.forms) == len(s.kinds) == len(s.clause)
        forms = corpus.vocabulary["form"].to_numpy()[corpus.ids[tokens.start : tokens.stop]]
        assert [s.forms[s.place(t)] for t in tokens] == [pieces(f)[0] for f in forms]
        marks = corpus.layers["clause"][tokens.start : tokens.stop - 1]
        assert s.words.count(",") == marks.sum(), "a piece for each mark, but not for one at the end"


def naive_groups(words, kinds):
    """Piece by piece: where a group opens, and up to where it goes on."""
    groups, k, n = [], 0, len(words)
    while k < n:
        left, right = kinds[k - 1] if k else "", kinds[k + 1] if k + 1 < n else ""
        verb = k + 1
        while verb < n and kinds[verb] == "R":
            verb += 1
        infinitive = kinds[k] == "T" and verb < n and kinds[verb] in "VA"
        past = left not in ("D", "'") and not (left in ("J", "") and right in ("N", "J"))
        opens = kinds[k] in "MAV" or (kinds[k] == "G" and left not in ("D", "J", "'")) or (kinds[k] == "E" and past)
        if not (infinitive or opens):
            k += 1
            continue
        head, at, auxiliary, passive, negated = k, k + infinitive, False, False, k > 0 and words[k - 1] in NOT
        while at < n:
            if kinds[at] in "VGE":
                head, passive, at = at, passive and kinds[at] == "E", at + 1
                break
            negated |= words[at] in NOT
            if kinds[at] in "MA":
                head, auxiliary, passive = at, True, words[at] in BE
            elif kinds[at] != "R" and not (kinds[at] == "P" and auxiliary and at == k + 1):
                break
            at += 1
        passive &= kinds[head] not in "MA"
        stop, participle = max(at, head + 1), kinds[k] == "G"
        groups.append((k, head, stop, not infinitive and not participle, passive, negated, infinitive, participle))
        k = stop
    return groups


def naive_clauses(words, kinds, groups):
    """Piece by piece: whether a clause begins, and whether it is a condition."""
    n = len(words)
    verb = [any(start <= k < stop and finite for start, _, stop, finite, *_ in groups) for k in range(n)]
    number, clause, conditional, seen = 0, [], set(), False
    for k, (word, kind) in enumerate(zip(words, kinds)):
        begins = kind == "," or (kind == "S" and k > 0 and kinds[k - 1] != "S")
        if (
            kind == "I"
            and word in ("until", "till", "before", "after", "since", "as")
            and k
            and any(verb[k + 1 : k + 6])
        ):
            begins = True
        if kind == "C" and word in ("and", "but", "or", "yet", "nor"):
            ahead = next((j for j in range(k + 1, min(k + 7, n)) if verb[j] or kinds[j] in ",SC"), None)
            begins = seen and ahead is not None and verb[ahead]
        if begins and k and kinds[k - 1] != ",":
            number, seen = number + 1, False
        seen |= verb[k]
        clause.append(number)
        condition = word in ("if", "unless", "lest", "provided", "whether", "suppose", "until")
        if (condition and (kind == "S" or (kind == "I" and begins))) or (
            word == "should" and (not k or kinds[k - 1] == ",")
        ):
            conditional.add(number)
    return clause, conditional


@settings(max_examples=600, deadline=None)
@given(SENTENCES)
def test_verb_groups_and_clauses_are_those_of_a_loop_over_pieces(sentence):
    words, kinds = [w for w, _ in sentence], "".join(k for _, k in sentence)
    groups = _verb_groups(words, kinds)
    assert [tuple(g) for g in groups] == naive_groups(words, kinds)
    clause, conditional = _clauses(words, kinds, groups)
    assert (list(clause), conditional) == naive_clauses(words, kinds, groups)


FEW = st.sampled_from(["we", "condemn", "war", ",", "0", "<we"])
CONTEXTS = st.lists(
    st.lists(st.tuples(FEW, st.integers(0, 2)), min_size=1, max_size=20).flatmap(
        lambda pieces: st.integers(-1, len(pieces) - 1).map(
            lambda at: Context([w for w, _ in pieces], at, sorted(c for _, c in pieces))
        )
    ),
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(
    CONTEXTS,
    st.lists(st.sampled_from(["we", "we we", "<we", ">war", "war ,", "0", "condemn war", "<<we"]), unique=True),
)
def test_n_grams_are_looked_up_as_the_strings_that_they_are(contexts, known):
    words = ["war", "we"]
    found = Lookup(known, words).find(iter(contexts), 2.0)
    ngram = [(k, known.index(g)) for k, c in enumerate(contexts) for g in ngrams(c) if g in known]
    assert list(zip(found.mention.tolist(), found.ngram.tolist())) == sorted(ngram)
    expected = [
        (
            k,
            words.index(w),
            1 / (1 + abs(p - c.at) / 2) * (1 if c.clause[p] == c.clause[c.at] else 0.5) if c.at >= 0 else 1,
        )
        for k, c in enumerate(contexts)
        for p, w in enumerate(c.words)
        if w in words and p != c.at
    ]
    assert list(zip(found.word_mention.tolist(), found.word.tolist())) == [row[:2] for row in expected]
    assert np.allclose(found.near, [row[2] for row in expected], rtol=1e-15)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["never", "help", "we", "today", "today,", "help,", "never,"]), min_size=1, max_size=14)
)
def test_a_negation_reaches_the_terms_of_a_loop_over_tokens(written):
    corpus = encoded([" ".join(["we", *written])])  # no sentence begins with a term
    units = pd.DataFrame({"token": [0], "length": [1]})
    found = evaluative_terms(corpus, units, np.arange(len(corpus.sentence_bounds) - 1), default_lexicons())
    words = [w.strip(",") for w in written]
    expected = []
    for k, word in enumerate(words):
        if word == "help":
            back = [j for j in range(max(k - 4, 0), k) if words[j] == "never" and "," not in "".join(written[j:k])]
            expected.append((k + 1, "negation" if back else "", back[-1] + 1 if back else -1))
    assert list(zip(found.hits.starts, found.negated, found.negation_token)) == expected
