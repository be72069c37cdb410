"""A corpus in any parts and any number of buckets, against loops over words."""

import pickle
from dataclasses import replace
from itertools import chain, groupby, pairwise

import numpy as np
import pandas as pd
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from discourse.encode import encode_corpus
from discourse.errors import DiscourseError
from discourse.features._examples import encoded
from discourse.features.repetition import (
    Part,
    Parts,
    passage_table,
    passage_table_of_parts,
    repetition,
    repetition_of_parts,
)
from discourse.features.repetition import parts as files
from discourse.features.repetition.hashes import band_keys, bands_of, form_hashes, signatures, span_hashes
from discourse.features.repetition.parts import parts_in_memory
from discourse.features.repetition.passages import _in_groups
from discourse.types import Corpus


def copies_by_loops(texts, dates, similarity, days):
    """Rows of the table of duplicates."""
    whole = [list(chain.from_iterable(turns)) for turns in texts]
    shingles = [{tuple(w[k : k + 5]) for k in range(len(w) - 4)} for w in whole]
    pairs = [
        (e, k)
        for k in range(len(texts))
        for e in range(k)
        if dates[e] is None or dates[k] is None or abs(dates[e] - dates[k]) <= days
    ]
    first = {k: (e, 1.0, "same text") for e, k in pairs if whole[e] == whole[k]}
    same = set(first)
    for e, k in pairs:
        if min(len(whole[k]), len(whole[e])) >= 30 and k not in same and e not in first:
            value = len(shingles[e] & shingles[k]) / len(shingles[e] | shingles[k])
            if value >= similarity and value > first.get(k, (0, 0.0))[1]:
                first[k] = (e, value, "nearly the same text")
    rows = []
    for k in sorted(first):
        e, value, kind = first[k]
        while e in first:
            e, value, kind = first[e]
        rows.append([k, e, value, kind])
    return rows


def maximal(sets):
    """Stretches of equal sets of two or more; first and last index of each."""
    k = 0
    for _, group in groupby(sets):
        group = list(group)
        if len(group[0]) > 1:
            yield k, k + len(group) - 1
        k += len(group)


def passages_by_loops(texts, keep, again, length):
    """Tokens that are reused, rows of the tables of passages and places; `texts` are lists of turns, lists of words."""
    turns = [(d, turn) for d, turns in enumerate(texts) for turn in turns]
    begin = np.cumsum([0, *(len(turn) for _, turn in turns)]).tolist()
    kept = [(d, turn, b) for (d, turn), b, k in zip(turns, begin, keep) if k and d not in again]
    holders = {}
    for d, turn, _ in kept:
        for k in range(len(turn) - length + 1):
            holders.setdefault(tuple(turn[k : k + length]), set()).add(d)
    reused, found = [False] * begin[-1], []
    for d, turn, b in kept:
        for k, last in maximal([holders[tuple(turn[k : k + length])] for k in range(len(turn) - length + 1)]):
            found.append((tuple(turn[k : last + length]), d, b + k, b + last + length))
            reused[b + k : b + last + length] = [True] * (last + length - k)
    each = {}
    for words, *place in found:
        each.setdefault(words, []).append(place)
    n = {words: len({d for d, _, _ in places}) for words, places in each.items()}
    order = sorted(each, key=lambda words: (-(n[words] - 1) * len(words), each[words][0][1]))
    passages = [[n[words], len(words), *each[words][0]] for words in order]
    return reused, passages, [[order.index(words), *place] for words, *place in found]


@st.composite
def corpora(draw):
    """Documents of some turns, some of them copies of others, with a few words changed."""
    words = st.sampled_from("a b c d".split())
    turn = st.lists(words, min_size=1, max_size=14)
    texts = draw(st.lists(st.lists(turn, min_size=1, max_size=3), min_size=1, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    long = [[f"w{k}" for k in rng.integers(0, 60, 45)]]
    texts.insert(draw(st.integers(0, len(texts))), long)
    for _ in range(draw(st.integers(1, 4))):
        copy = [list(t) for t in draw(st.one_of(st.just(long), st.sampled_from(texts)))]
        for at in draw(st.lists(st.sampled_from([0, 20, -1]), max_size=2)):
            copy[-1][at % len(copy[-1])] = draw(words)
        texts.insert(draw(st.integers(0, len(texts))), copy)
    n = len(texts)
    dates = draw(st.lists(st.sampled_from([0, 1, 20, 40, None]), min_size=n, max_size=n))
    n_turns = sum(map(len, texts))
    keep = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=n_turns, max_size=n_turns))
    cuts = draw(st.lists(st.integers(0, n), max_size=3))
    return texts, dates, keep, sorted({0, *cuts, n})


def encoded_turns(texts, dates):
    ids = [f"d{k}" for k in range(len(texts))]
    day = [pd.NaT if d is None else pd.Timestamp("2020-01-01") + pd.Timedelta(days=d) for d in dates]
    documents = pd.DataFrame({"doc_id": ids, "date": pd.Series(day, dtype="datetime64[ns]")})
    turns = pd.DataFrame(
        [(i, k, "Roe", " ".join(t)) for i, turns in zip(ids, texts) for k, t in enumerate(turns)],
        columns=["doc_id", "turn", "speaker", "text"],
    )
    documents = documents.assign(title="", kind="", issuer="")
    turns = turns.assign(role="", side="home", interpreted=False, excluded=[()] * len(turns))
    return encode_corpus(Corpus(documents, turns))


def load(handle):
    return handle


def sent(function, items):
    """As on a worker, which has nothing but what was sent to it."""
    return [pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(item))) for item in items]


@given(corpora(), st.integers(2, 12), st.sampled_from([1, 2, 64]), st.sampled_from([0.7, 0.75, 1.0]))
@settings(deadline=None, max_examples=50, derandomize=True)
def test_any_parts_and_buckets_against_loops(tmp_path_factory, drawn, length, buckets, similarity):
    texts, dates, keep, cuts = drawn
    turn = np.cumsum([0, *map(len, texts)])
    # Encoded on their own, so that each has a vocabulary of its own.
    handles = [
        Part(encoded_turns(texts[a:b], dates[a:b]), np.array(keep[turn[a] : turn[b]], bool)) for a, b in pairwise(cuts)
    ]
    whole = encoded_turns(texts, dates)
    parts = Parts(
        handles, load, np.array(cuts), whole.document_bounds[cuts], whole.documents["date"].to_numpy("datetime64[D]")
    )
    folder = tmp_path_factory.mktemp("parts")
    options = {"passage_tokens": length, "similarity": similarity, "days": 31}
    found, layers = repetition_of_parts(parts, folder=folder, run_all=sent, buckets=buckets, **options)
    reused = np.concatenate([np.load(path) for path in layers])
    duplicates = copies_by_loops(texts, dates, similarity, 31)
    flags, passages, places = passages_by_loops(texts, keep, {row[0] for row in duplicates}, length)
    assert found.duplicates.values.tolist() == duplicates
    assert reused.tolist() == flags
    assert found.passages.values.tolist() == passages
    assert found.places.values.tolist() == places
    # Nothing else stays in the folder, and a corpus in memory gives the same.
    assert sorted(folder.iterdir()) == layers
    once = repetition(whole, keep=np.array(keep), **options)
    assert once.reused.tolist() == flags
    for name in ("duplicates", "passages", "places"):
        pd.testing.assert_frame_equal(getattr(once, name), getattr(found, name))
    group = np.arange(len(texts)) % 2
    tables = [
        passage_table(whole, once, ["x", "y"], group),
        passage_table_of_parts(parts, found, ["x", "y"], group, whole.documents, sent),
    ]
    pd.testing.assert_frame_equal(*tables)


def test_a_corpus_without_words():
    for corpus in (encoded(["..."]), encoded(["One."])):
        found = repetition(corpus)
        assert (len(found.duplicates), len(found.passages), len(found.places)) == (0, 0, 0)
        assert found.reused.tolist() == [False] * corpus.n_tokens


def test_the_same_short_text_three_times():
    corpus = encoded(["Thank you.", "Thank you.", "Thank you."])
    assert repetition(corpus).duplicates.values.tolist() == [[1, 0, 1.0, "same text"], [2, 0, 1.0, "same text"]]


@given(arrays.arrays(np.uint64, st.integers(1, 40)), st.integers(1, 6))
@settings(deadline=None, max_examples=40)
def test_signatures_are_those_of_datasketch(members, n_sets):
    starts = np.unique(np.arange(n_sets) * len(members) // n_sets)
    ours = signatures(members, starts)
    for a, b, row in zip(starts, [*starts[1:], len(members)], ours):
        theirs = MinHash(128, seed=1, hashfunc=int, scheme="affine32")
        theirs.update_batch((members[a:b] >> np.uint64(32)).tolist())
        assert row.tolist() == theirs.hashvalues.tolist()


def test_signatures_of_sets_longer_than_a_block():
    members = np.random.default_rng(1).integers(0, 2**64, 40_000, np.uint64)
    starts = np.array([0, 3, 20_000])
    theirs = MinHash(128, seed=1, hashfunc=int, scheme="affine32")
    theirs.update_batch((members[3:20_000] >> np.uint64(32)).tolist())
    assert signatures(members, starts)[1].tolist() == theirs.hashvalues.tolist()


def test_documents_with_a_band_in_common_are_those_that_datasketch_finds():
    rng = np.random.default_rng(2)
    base = rng.integers(0, 2**64, 100, np.uint64)
    sets = [np.where(rng.random(100) < k / 60, rng.integers(0, 2**64, 100, np.uint64), base) for k in range(30)]
    signature = signatures(np.concatenate(sets), np.arange(30) * 100)
    bands, rows = bands_of(0.9)
    index = MinHashLSH(num_perm=128, params=(bands, rows))
    keys = band_keys(signature, bands, rows)
    for k in range(30):
        sketch = MinHash(hashvalues=signature[k], scheme="affine32")
        assert sorted(index.query(sketch)) == np.flatnonzero((keys[:k] == keys[k]).any(1)).tolist()
        index.insert(k, sketch)


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(0, 12))
def test_all_hashes_that_recur_are_found(values, bits):
    # Equal but for the lowest bits, which a sort with the index has no room for.
    hashes = np.array(values, np.uint64) + np.uint64((1 << 60) - 3 if bits < 4 else 0)
    several = set(_in_groups(hashes, bits).tolist())
    assert several >= {k for k, v in enumerate(values) if values.count(v) > 1}


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.data())
def test_hashes_of_spans(words, data):
    forms = np.random.default_rng(3).integers(0, 2**64, 3, np.uint64)
    place = st.tuples(st.integers(0, len(words) - 1), st.integers(1, 12))
    drawn = [(a, min(a + n, len(words))) for a, n in data.draw(st.lists(place, min_size=1, max_size=8))]
    spans = [tuple(words[a:b]) for a, b in drawn]
    hashes = span_hashes(forms, np.array(words), *np.array(drawn).T).tolist()
    assert [[x == y for y in spans] for x in spans] == [[x == y for y in hashes] for x in hashes]


def test_a_form_has_the_same_hash_in_each_part():
    of = []
    for text in ("Peace and peace.", "War and PEACE.", "No peace."):
        corpus = encoded([text])
        # Half of a surrogate pair, which has no bytes.
        damaged = replace(
            corpus, folded_forms=np.array([f.replace("no", "\ud800") for f in corpus.folded_forms], object)
        )
        of.append(dict(zip(damaged.folded_forms[damaged.vocabulary["folded"]], form_hashes(damaged).tolist())))
    assert of[0]["peace"] == of[1]["peace"] == of[2]["peace"] and of[0]["and"] == of[1]["and"]
    assert len({h for d in of for h in d.values()}) == len({f for d in of for f in d}) == 4


def test_files_that_cannot_be_used(tmp_path, monkeypatch):
    parts = parts_in_memory(encoded(["One two three four five.", "One two three four five six."]), tokens=5)

    def cut_short(function, items):
        done = [function(item) for item in items]
        for path in tmp_path.glob("runs-*-hash"):
            path.write_bytes(path.read_bytes()[:-3])
        return done

    with pytest.raises(DiscourseError, match="runs-00000-hash is damaged: it ends too early"):
        repetition_of_parts(parts, folder=tmp_path, run_all=cut_short, passage_tokens=5)
    with pytest.raises(DiscourseError, match="nowhere"):
        repetition_of_parts(parts, folder=tmp_path / "nowhere", passage_tokens=5)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(DiscourseError, match="no space is left for runs-00000-hash"):
        repetition_of_parts(parts, folder=tmp_path, passage_tokens=5)


def test_no_folder_for_temporary_files(monkeypatch):
    def none(**_):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(files, "TemporaryDirectory", none)
    with pytest.raises(DiscourseError, match="TMPDIR"):
        repetition(encoded(["One."]))
