"""An encoded corpus in partitions on disk: each is encoded where it lies, and nobody holds the whole.

A folder has the tables of all documents and turns, the merged vocabulary, a manifest with the sum of every file, and one
folder for each partition with its arrays, its own vocabulary and its texts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from discourse.corpus.dated import as_written
from discourse.corpus.partitioned import (
    FORMAT,
    MANIFEST,
    Extent,
    Part,
    Partitions,
    read_part_tables,
    readable_part,
    sum_of,
    write_tables,
)
from discourse.corpus.texts import JoinedTexts
from discourse.encode.encoder import encode_corpus
from discourse.encode.joined import Joined
from discourse.encode.store import hash_rows, load_arrays, load_encoded, save_encoded
from discourse.types import Corpus, EncodedCorpus, Provenance


def load_part(part: Part) -> EncodedCorpus:
    """The encoded documents of a partition; arrays are memory-mapped, texts are read when they are asked for.

    Raises
    ------
    SourceError
        For files that are missing, or not as they were written.
    """
    part.check()
    with readable_part(part.folder):
        documents, turns = read_part_tables(part.folder)
        return load_encoded(part.folder, documents, turns, Provenance())


def extent_of(corpus: EncodedCorpus) -> Extent:
    """How much an encoded corpus is."""
    return Extent(len(corpus.documents), len(corpus.turns), len(corpus.sentence_bounds) - 1, corpus.n_tokens)


@lru_cache(maxsize=16)
def _opened(part: Path, _stamp: int) -> dict[str, Any]:
    """Arrays of a partition, with `renumber` its forms in the whole vocabulary, for those who look up single tokens."""
    with readable_part(part):
        arrays = {**load_arrays(part), "renumber": np.load(part / "renumber.npy")}
        n = {len(arrays[name]) for name in ("ids", "starts", "ends")} | {len(x) for x in arrays["layers"].values()}
        if len(n) > 1 or any(
            arrays[name].ndim != 1 or arrays[name].dtype.kind not in "iu" for name in ("ids", "renumber")
        ):
            raise ValueError("arrays that do not belong together")
        return arrays


Written = tuple[Extent, pd.DataFrame, pd.DataFrame]


def write_part(corpus: Corpus, folder: Path) -> Written:
    """Encode some documents and write them as a partition, but for its tables and its place in the whole.

    Parameters
    ----------
    corpus : Corpus
        The documents, with text.
    folder : Path
        A folder that is not there yet.

    Returns
    -------
    extent : Extent
    documents, turns : DataFrame
        Its tables; the text of turns is empty.
    """
    folder.mkdir(parents=True)
    encoded = encode_corpus(corpus)
    save_encoded(encoded, folder)
    return extent_of(encoded), corpus.documents, corpus.turns.assign(text="")


def write_encoded(corpus: EncodedCorpus, folder: Path) -> Extent:
    """Write an encoded corpus as a partition, but for its place in the whole; only for this machine's own cache.

    Parameters
    ----------
    corpus : EncodedCorpus
        Encoded documents, with text.
    folder : Path
        A folder that is not there yet.
    """
    folder.mkdir(parents=True)
    save_encoded(corpus, folder)
    as_written(corpus.documents).to_parquet(folder / "documents.parquet", index=False)
    corpus.turns.to_parquet(folder / "turns.parquet", index=False)
    return extent_of(corpus)


def write_partitions(
    written: Iterable[Written],
    root: Path,
    about: Mapping[str, Any],
    tables: Callable[[pd.DataFrame], pd.DataFrame] = lambda documents: documents,
) -> str:
    """Make a corpus of partitions that `write_part` wrote into `0000`, `0001`... of a folder.

    Parameters
    ----------
    written : iterable of (Extent, DataFrame, DataFrame)
        What `write_part` gave, in the order of the corpus.
    root : Path
        The folder.
    about : mapping
        Further entries of the manifest; `provenance` must be among them.
    tables : callable
        From the documents of the whole to what is written of them.

    Returns
    -------
    str
        SHA-256 of the corpus, the same however it is cut.
    """
    extents, documents, turns = (list(x) for x in zip(*written))
    every = tables(pd.concat(documents, ignore_index=True))
    said = pd.concat(turns, ignore_index=True)
    columns, said = list(said.columns), said.drop(columns="text")
    del documents, turns
    write_tables(every, said, root)
    first = Extent()
    for k, extent in enumerate(extents):
        end = first + extent
        # Slices of the whole, so that types of columns do not depend on how it is cut.
        write_tables(every[first.documents : end.documents], said[first.turns : end.turns], root / f"{k:04d}")
        first = end
    # Its hash is known when all of it can be read.
    finish(root, extents, {**about, "turn_columns": columns, "corpus_sha256": ""})
    digest = hash_of(Partitions.open(root))
    manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    write_manifest(root, {**manifest, "corpus_sha256": digest})
    return digest


def hash_of(found: Partitions, documents: pd.DataFrame | None = None) -> str:
    """What `corpus_hash` gives for the whole, read part by part; with other values in the table of documents, if need be."""
    digest = hashlib.sha256()
    hash_rows(digest, found.documents if documents is None else documents)
    hash_rows(digest, found.turns.iloc[:0].assign(text="")[found.manifest["turn_columns"]])
    for part in found.parts:
        hash_rows(digest, found.with_texts(part), head=False)
    return digest.hexdigest()


def write_manifest(root: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a folder of partitions."""
    text = json.dumps(manifest, indent=1, ensure_ascii=False, default=str)
    (root / MANIFEST).write_text(text + "\n", encoding="utf-8")


def finish(root: Path, extents: Sequence[Extent], about: Mapping[str, Any]) -> None:
    """Merge the vocabularies of partitions that `write_part` wrote into `0000`, `0001`..., and write the manifest.

    Parameters
    ----------
    root : Path
        The folder with the partitions and the tables of the whole.
    extents : sequence of Extent
        Of each partition.
    about : mapping
        Further entries of the manifest.
    """
    folders = [root / f"{k:04d}" for k in range(len(extents))]
    tables = [pd.read_parquet(f / "vocabulary.parquet") for f in folders]
    folded = [pd.read_parquet(f / "folded.parquet")["form"].to_numpy(object) for f in folders]
    vocabulary, forms = merge_vocabularies(tables, folded)
    place = pd.Index(vocabulary["form"], dtype=object)
    frequency = np.zeros(len(vocabulary), np.int64)
    for folder, table in zip(folders, tables):
        renumber = place.get_indexer(pd.Index(table["form"], dtype=object)).astype(np.int32)
        np.save(folder / "renumber.npy", renumber)
        ids = np.load(folder / "ids.npy", mmap_mode="r")
        frequency[renumber] += np.bincount(ids, minlength=len(renumber))
    vocabulary.assign(n=frequency).to_parquet(root / "vocabulary.parquet", index=False)
    pd.DataFrame({"form": forms}).to_parquet(root / "folded.parquet", index=False)
    parts = [
        {
            "folder": folder.name,
            "size": vars(extent),
            "files": {p.name: (p.stat().st_size, sum_of(p)) for p in sorted(folder.iterdir())},
        }
        for folder, extent in zip(folders, extents)
    ]
    whole = {p.name: (p.stat().st_size, sum_of(p)) for p in sorted(root.iterdir()) if p.is_file()}
    head = {"format": FORMAT, "discourse": version("discourse-analytics")}
    write_manifest(root, {**head, **about, "files": whole, "partitions": parts})


def merge_vocabularies(tables: Sequence[pd.DataFrame], folded: Sequence[np.ndarray]) -> tuple[pd.DataFrame, np.ndarray]:
    """The vocabulary of all parts; it does not depend on how a corpus is cut.

    Examples
    --------
    >>> a = pd.DataFrame({"form": ["Peace", "war"], "folded": [0, 1]}), np.array(["peace", "war"], object)
    >>> b = pd.DataFrame({"form": ["peace"], "folded": [0]}), np.array(["peace"], object)
    >>> vocabulary, forms = merge_vocabularies(*zip(a, b))
    >>> vocabulary["form"].tolist(), vocabulary["folded"].tolist(), forms.tolist()
    (['Peace', 'peace', 'war'], [0, 0, 1], ['peace', 'war'])
    """
    of_form: dict[str, str] = {}
    for table, forms in zip(tables, folded):
        of_form.update(zip(table["form"], forms[table["folded"].to_numpy()]))
    every = sorted(of_form)
    codes, names = pd.factorize(np.array([of_form[f] for f in every], object), sort=True)
    vocabulary = pd.DataFrame({"form": pd.array(every, dtype=object), "folded": codes.astype(np.int32)})
    return vocabulary, np.asarray(names, object)


@dataclass(frozen=True, repr=False)
class PartedCorpus(EncodedCorpus):
    """An encoded corpus whose tokens lie on disk in partitions; the tables and the vocabulary are here.

    Parameters
    ----------
    parts : sequence of Part
        The partitions, in order.
    """

    parts: Sequence[Part] = ()

    @property
    def frequency(self) -> np.ndarray:
        """How often each form of the vocabulary occurs; int64."""
        return self.vocabulary["n"].to_numpy(np.int64)

    def words(self, keep: np.ndarray | None = None, *, without: Sequence[str] = ()) -> np.ndarray:
        """As of any corpus, read where it is asked for."""
        layers = [cast(Joined, self.layers[name]) for name in ("excluded", *without) if name in self.layers]

        def part(k: int) -> np.ndarray:
            found = ~np.logical_or.reduce([np.zeros(self.parts[k].size.tokens, bool), *(x.part(k) for x in layers)])
            if keep is not None:
                a, n = self.parts[k].first.turns, self.parts[k].size.turns
                found &= np.repeat(keep[a : a + n], np.diff(self.turn_bounds[a : a + n + 1]))
            return found

        return cast(np.ndarray, Joined(part, [p.size.tokens for p in self.parts], bool))

    @property
    def folded_ids(self) -> np.ndarray:  # type: ignore[override]
        """As of any corpus, read where it is asked for."""
        return cast(np.ndarray, cast(Joined, self.ids).mapped(self.vocabulary["folded"].to_numpy()))

    def in_memory(self) -> EncodedCorpus:
        """The same corpus with its arrays in memory, for what needs all tokens at once."""
        names = ("ids", "starts", "ends", "sentence_bounds")
        layers = {name: np.asarray(layer) for name, layer in self.layers.items()}
        arrays: dict[str, Any] = {name: np.asarray(getattr(self, name)) for name in names}
        fields = {f: getattr(self, f) for f in EncodedCorpus.__dataclass_fields__ if f not in (*names, "layers")}
        fields["vocabulary"] = self.vocabulary.drop(columns="n", errors="ignore")
        return EncodedCorpus(**{**fields, **arrays, "layers": layers})


def joined_corpus(
    root: Path, parts: Sequence[Part], documents: pd.DataFrame, turns: pd.DataFrame, provenance: Provenance
) -> PartedCorpus:
    """The corpus of some partitions.

    Parameters
    ----------
    root : Path
        Their folder.
    parts : sequence of Part
        All partitions of it.
    documents, turns : DataFrame
        Of the whole; turns without text.
    provenance : Provenance
        Of the corpus.
    """
    sizes = {name: [getattr(p.size, name) for p in parts] for name in Extent.__dataclass_fields__}

    def raw(k: int) -> dict[str, Any]:
        return _opened(parts[k].folder, (parts[k].folder / "ids.npy").stat().st_mtime_ns)

    def of(name: str) -> Callable[[int], np.ndarray]:
        return lambda k: cast(np.ndarray, raw(k)[name])

    def layer(name: str) -> Callable[[int], np.ndarray]:
        return lambda k: cast(np.ndarray, raw(k)["layers"][name])

    def ids(k: int) -> np.ndarray:
        with readable_part(parts[k].folder):
            return cast(np.ndarray, raw(k)["renumber"][raw(k)["ids"]])

    def bounds(name: str) -> Callable[[int], np.ndarray]:
        # The end of a part is the beginning of the next one.
        def part(k: int) -> np.ndarray:
            here: np.ndarray = raw(k)[name]
            return (here if k == len(parts) - 1 else here[:-1]) + parts[k].first.tokens

        return part

    n_bounds = [n + (k == len(parts) - 1) for k, n in enumerate(sizes["sentences"])]
    layers = sorted(p.name[len("layer_") : -len(".npy")] for p in parts[0].folder.glob("layer_*.npy"))
    with readable_part(root):
        whole = {
            name: np.concatenate([bounds(name)(k) for k in range(len(parts))])
            for name in ("turn_bounds", "document_bounds")
        }
        vocabulary = pd.read_parquet(root / "vocabulary.parquet")
        vocabulary["form"] = vocabulary["form"].astype(object)
        folded = pd.read_parquet(root / "folded.parquet")["form"].to_numpy(object)
    arrays: dict[str, Any] = {
        "ids": Joined(ids, sizes["tokens"], np.int32),
        "starts": Joined(of("starts"), sizes["tokens"], np.int32),
        "ends": Joined(of("ends"), sizes["tokens"], np.int32),
        "sentence_bounds": Joined(bounds("sentence_bounds"), n_bounds, np.int64),
        "layers": {name: Joined(layer(name), sizes["tokens"], bool) for name in layers},
    }
    return PartedCorpus(
        turn_bounds=whole["turn_bounds"],
        document_bounds=whole["document_bounds"],
        vocabulary=vocabulary,
        folded_forms=folded,
        documents=documents,
        turns=turns,
        texts=JoinedTexts(lambda k: cast(Sequence[str], raw(k)["texts"]), sizes["turns"]),
        provenance=provenance,
        parts=tuple(parts),
        **arrays,
    )


def cut(corpus: EncodedCorpus, tokens: int) -> Iterator[EncodedCorpus]:
    """A corpus in pieces of whole documents with about so many tokens each, each with a vocabulary of its own.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> [(c.n_tokens, c.vocabulary["form"].tolist()) for c in cut(encoded(["Peace, peace.", "War."]), 2)]
    [(2, ['Peace', 'peace']), (1, ['War'])]
    """
    bounds, first = corpus.document_bounds, 0
    n = len(corpus.documents)
    while first < n or n == first == 0:
        # Documents up to the one with which the piece is large enough.
        last = int(np.searchsorted(bounds, bounds[first] + max(tokens, 1)))
        last = min(max(last, first + 1), n)
        yield piece(corpus, first, last)
        if last >= n:
            return
        first = last


def piece(corpus: EncodedCorpus, first: int, last: int) -> EncodedCorpus:
    """The documents from one up to another, as a corpus of its own."""
    a, b = int(corpus.document_bounds[first]), int(corpus.document_bounds[last])
    turns = corpus.turn_document
    t, u = (int(np.searchsorted(turns, d)) for d in (first, last))
    # A sentence begins where a document does; empty documents have none.
    s, v = (int(np.searchsorted(corpus.sentence_bounds[:-1], k)) for k in (a, b))
    if b == corpus.n_tokens:
        v = len(corpus.sentence_bounds) - 1
    kept, ids = np.unique(corpus.ids[a:b], return_inverse=True)
    vocabulary = corpus.vocabulary.iloc[kept].reset_index(drop=True)
    folded, codes = np.unique(vocabulary["folded"].to_numpy(), return_inverse=True)
    return replace(
        corpus,
        ids=ids.astype(np.int32),
        starts=np.asarray(corpus.starts[a:b]),
        ends=np.asarray(corpus.ends[a:b]),
        sentence_bounds=np.append(np.asarray(corpus.sentence_bounds[s:v]), b) - a,
        turn_bounds=np.asarray(corpus.turn_bounds[t : u + 1]) - a,
        document_bounds=np.asarray(corpus.document_bounds[first : last + 1]) - a,
        vocabulary=vocabulary.assign(folded=codes.astype(np.int32)),
        folded_forms=corpus.folded_forms[folded],
        documents=corpus.documents.iloc[first:last].reset_index(drop=True),
        turns=corpus.turns.iloc[t:u].reset_index(drop=True),
        layers={name: np.asarray(layer[a:b]) for name, layer in corpus.layers.items()},
        texts=None if corpus.texts is None else corpus.texts[t:u],
    )
