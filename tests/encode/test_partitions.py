"""A corpus in partitions is the corpus, however it is cut; what is missing or damaged is said."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.corpus import read_stored
from discourse.corpus.partitioned import MANIFEST, Partitions, is_partitioned, parts_of
from discourse.encode import encode_corpus
from discourse.encode.joined import Joined
from discourse.encode.partitions import (
    cut,
    finish,
    joined_corpus,
    load_part,
    write_encoded,
    write_part,
    write_partitions,
)
from discourse.encode.store import corpus_hash
from discourse.errors import SourceError
from discourse.types import Corpus

ARRAYS = ("ids", "starts", "ends", "sentence_bounds", "turn_bounds", "document_bounds", "folded_ids")
words = st.text("aAß b.\n,", max_size=30)


def same(a, b):
    for name in ARRAYS:
        mine, yours = np.asarray(getattr(a, name)), np.asarray(getattr(b, name))
        assert mine.dtype == yours.dtype and mine.tolist() == yours.tolist(), name
    assert a.folded_forms.tolist() == b.folded_forms.tolist()
    assert a.vocabulary["form"].tolist() == b.vocabulary["form"].tolist()
    assert a.frequency.tolist() == b.frequency.tolist()
    assert {k: np.asarray(v).tolist() for k, v in a.layers.items()} == {
        k: np.asarray(v).tolist() for k, v in b.layers.items()
    }
    assert list(a.texts) == list(b.texts)
    assert np.asarray(a.words()).tolist() == np.asarray(b.words()).tolist()


@given(st.lists(words, min_size=1, max_size=6), st.integers(1, 8))
def test_parts_of_a_corpus_are_together_the_corpus(tmp_path_factory, texts, size):
    root = tmp_path_factory.mktemp("parts")
    corpus = encode_corpus(pd.DataFrame({"text": [*texts, "Roe spoke. (Laughter.)"]}), language=None)
    extents = [write_encoded(part, root / f"{k:04d}") for k, part in enumerate(cut(corpus, size))]
    finish(root, extents, {"turn_columns": [], "provenance": {}})
    manifest = json.loads((root / MANIFEST).read_text())
    parts = parts_of(root, manifest)
    found = joined_corpus(root, parts, corpus.documents, corpus.turns, corpus.provenance)
    same(corpus, found)
    same(corpus, found.in_memory())
    at = np.arange(corpus.n_tokens)
    for side in ("left", "right"):
        assert (
            np.searchsorted(found.sentence_bounds, at, side=side).tolist()
            == np.searchsorted(corpus.sentence_bounds, at, side=side).tolist()
        )
    keep = np.arange(len(corpus.turns)) % 2 == 0
    assert np.asarray(found.words(keep)).tolist() == corpus.words(keep).tolist()
    for part in parts:
        one = load_part(part)
        a, n = part.first.tokens, part.size.tokens
        assert (
            one.vocabulary["form"].to_numpy()[one.ids].tolist()
            == corpus.vocabulary["form"].to_numpy()[corpus.ids[a : a + n]].tolist()
        )


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=5),
    st.lists(st.integers(-12, 12), max_size=5),
    st.slices(12),
)
def test_joined_arrays_behave_as_one(pieces, at, window):
    whole = np.sort(np.array([x for p in pieces for x in p], np.int64))
    lengths = [len(p) for p in pieces]
    arrays = np.split(whole, np.cumsum(lengths)[:-1])
    joined = Joined(arrays.__getitem__, lengths, np.int64)
    assert len(joined) == len(whole) and np.asarray(joined).tolist() == whole.tolist()
    assert joined[window].tolist() == whole[window].tolist()
    inside = [k for k in at if -len(whole) <= k < len(whole)]
    assert joined[np.array(inside, np.int64)].tolist() == whole[np.array(inside, np.int64)].tolist()
    for side in ("left", "right"):
        assert np.searchsorted(joined, at, side=side).tolist() == np.searchsorted(whole, at, side=side).tolist()
    with pytest.raises(IndexError):
        joined[len(whole)]


@pytest.fixture
def built(tmp_path):
    """A corpus of five documents, and a folder with it in partitions."""
    texts = [f"The envoy of Norland spoke {k} times. (Applause.) War, peace and trade." for k in range(5)]
    frame = pd.DataFrame(
        {"text": texts, "date": [f"2020-01-0{k + 1}" for k in range(5)], "party": [None, "a", "b", "a", None]}
    )
    corpus = Corpus.from_dataframe(frame, date="date")
    root = tmp_path / "built"
    root.mkdir()
    of = pd.Index(corpus.documents["doc_id"]).get_indexer(corpus.turns["doc_id"])
    parts = [
        Corpus(corpus.documents[a:b].reset_index(drop=True), corpus.turns[(of >= a) & (of < b)].reset_index(drop=True))
        for a, b in ((0, 2), (2, 3), (3, 5))
    ]
    written = [write_part(p, root / f"{k:04d}") for k, p in enumerate(parts)]
    digest = write_partitions(written, root, {"provenance": asdict(corpus.provenance)})
    return corpus, root, digest


def test_what_is_built_is_read_back_with_the_same_hash(built):
    corpus, root, digest = built
    again = read_stored(files=[root])
    pd.testing.assert_frame_equal(again.documents, corpus.documents)
    pd.testing.assert_frame_equal(again.turns, corpus.turns)
    assert again.provenance == corpus.provenance
    assert digest == corpus_hash(corpus) == corpus_hash(again)
    assert is_partitioned(root)
    (root / "notes.txt").write_text("mine")
    assert not is_partitioned(root)


@pytest.mark.parametrize(
    ("file", "harm", "message"),
    [
        ("0001/ids.npy", "delete", "missing"),
        ("0001/ids.npy", "flip", "damaged"),
        ("0002/texts.bin", "cut", "damaged"),
        ("documents.parquet", "flip", "damaged"),
        (MANIFEST, "cut", "not JSON"),
    ],
)
def test_a_damaged_partition_is_named(built, file, harm, message):
    _, root, _ = built
    path = root / file
    data = path.read_bytes()
    if harm == "delete":
        path.unlink()
    else:
        path.write_bytes(data[:-7] if harm == "cut" else data[:-1] + bytes([data[-1] ^ 1]))

    def read():
        for part in Partitions.open(root).parts:
            load_part(part)

    with pytest.raises(SourceError, match=message) as error:
        read()
    assert file.split("/")[-1] in str(error.value) or file == MANIFEST


@pytest.mark.parametrize(
    "change",
    [
        {"partitions": []},
        {"partitions": [{}]},
        {"partitions": None},
        {"files": {"../../escape": [1, "x"]}},
        {"provenance": None},
        {"turn_columns": ["doc_id"]},
        {"corpus_sha256": ...},
        {"format": 99},
    ],
)
def test_a_manifest_that_somebody_wrote_is_one_message(built, change):
    _, root, _ = built
    manifest = json.loads((root / MANIFEST).read_text()) | change
    manifest = {k: v for k, v in manifest.items() if v is not ...}
    (root / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(SourceError, match=r"cannot be read|another version"):
        Partitions.open(root)


@pytest.mark.parametrize("folder", ["../elsewhere", "/etc", "..", ""])
def test_a_partition_lies_in_the_folder_of_the_corpus(built, folder):
    _, root, _ = built
    manifest = json.loads((root / MANIFEST).read_text())
    manifest["partitions"][0]["folder"] = folder
    (root / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(SourceError, match="cannot be read"):
        Partitions.open(root)


def test_a_partition_whose_folder_is_gone_is_named(built):
    _, root, _ = built
    (root / "0001").rename(root.parent / "elsewhere")
    with pytest.raises(SourceError, match="0001: missing"):
        Partitions.open(root)
