"""An encoded corpus in partitions on disk: each is encoded where it lies, and nobody holds the whole.

A folder has the tables of all documents and turns, the merged vocabulary, a manifest with the sum of every file, and one
folder for each partition with its arrays, its own vocabulary and its texts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from discourse.corpus.dated import as_written, from_written
from discourse.encode.joined import Joined, JoinedTexts
from discourse.encode.store import load_arrays, load_encoded, save_encoded
from discourse.errors import SourceError
from discourse.types import EncodedCorpus, Provenance

FORMAT = 1
MANIFEST = "partitions.json"
TABLES = ("documents", "turns")
_CHECKED: set[tuple[Path, int, int]] = set()  # files of which this process has compared the sum


@dataclass(frozen=True)
class Extent:
    """How much of a corpus there is."""

    documents: int = 0
    turns: int = 0
    sentences: int = 0
    tokens: int = 0

    def __add__(self, other: Extent) -> Extent:
        return Extent(*(getattr(self, f) + getattr(other, f) for f in self.__dataclass_fields__))

    @classmethod
    def of(cls, corpus: EncodedCorpus) -> Extent:
        """Of an encoded corpus."""
        return cls(len(corpus.documents), len(corpus.turns), len(corpus.sentence_bounds) - 1, corpus.n_tokens)


@dataclass(frozen=True)
class Part:
    """A partition: where it lies, what comes before it, and how much it is. It can be sent to another process.

    Parameters
    ----------
    folder : Path
        Its folder.
    number : int
        From 0, in the order of the corpus.
    first, size : Extent
        What comes before it, and what it has.
    sums : mapping of str to (int, str)
        Bytes and SHA-256 of each file.
    """

    folder: Path
    number: int
    first: Extent
    size: Extent
    sums: dict[str, tuple[int, str]]

    def load(self) -> EncodedCorpus:
        """The encoded documents of this partition; arrays are memory-mapped, texts are read when they are asked for.

        Raises
        ------
        SourceError
            For files that are missing, or not as they were written.
        """
        self.check()
        try:
            tables = {name: pd.read_parquet(self.folder / f"{name}.parquet") for name in TABLES}
            documents = from_written(tables["documents"])
            return load_encoded(self.folder, documents, tables["turns"], Provenance())
        except (OSError, ValueError, KeyError) as error:
            raise SourceError(f"{self.folder}: a partition that cannot be read ({error}); build the corpus again") from None

    def check(self) -> None:
        """Compare every file with the manifest, once in a process."""
        wrong = []
        for name, (size, digest) in self.sums.items():
            path = self.folder / name
            try:
                stat = path.stat()
            except OSError:
                wrong.append(f"{path}: missing; build the corpus again, or make the folder visible to this machine")
                continue
            known = (path, stat.st_size, stat.st_mtime_ns)
            if known in _CHECKED:
                continue
            if stat.st_size != size or sum_of(path) != digest:
                wrong.append(f"{path}: damaged, or changed since the corpus was built; build it again")
            else:
                _CHECKED.add(known)
        if wrong:
            raise SourceError(wrong)

    @property
    def renumber(self) -> np.ndarray:
        """Index in the vocabulary of the corpus of each form of the partition; int32."""
        return cast(np.ndarray, np.load(self.folder / "renumber.npy"))


def sum_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=16)
def _opened(part: Path, _stamp: int) -> dict[str, Any]:
    """Arrays of a partition, with `renumber` its forms in the whole vocabulary, for those who look up single tokens."""
    return {**load_arrays(part), "renumber": np.load(part / "renumber.npy")}


def write_part(corpus: EncodedCorpus, folder: Path) -> Extent:
    """Write a partition, but for its place in the whole; the text stays with it.

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
    return Extent.of(corpus)


def finish(root: Path, extents: Sequence[Extent], about: dict[str, Any]) -> None:
    """Merge the vocabularies of partitions that `write_part` wrote into `0000`, `0001`..., and write the manifest.

    Parameters
    ----------
    root : Path
        The folder with the partitions and the tables of the whole.
    extents : sequence of Extent
        Of each partition.
    about : dict
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
    manifest = {"format": FORMAT, "discourse": version("discourse-analytics"), **about, "files": whole, "partitions": parts}
    (root / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def merge_vocabularies(
    tables: Sequence[pd.DataFrame], folded: Sequence[np.ndarray]
) -> tuple[pd.DataFrame, np.ndarray]:
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
        return cast(np.ndarray, raw(k)["renumber"][raw(k)["ids"]])

    def bounds(name: str) -> Callable[[int], np.ndarray]:
        # The end of a part is the beginning of the next one.
        def part(k: int) -> np.ndarray:
            here: np.ndarray = raw(k)[name]
            return (here if k == len(parts) - 1 else here[:-1]) + parts[k].first.tokens

        return part

    n_bounds = [n + (k == len(parts) - 1) for k, n in enumerate(sizes["sentences"])]
    whole = {name: np.concatenate([bounds(name)(k) for k in range(len(parts))]) for name in ("turn_bounds", "document_bounds")}
    layers = sorted(p.name[len("layer_") : -len(".npy")] for p in parts[0].folder.glob("layer_*.npy"))
    vocabulary = pd.read_parquet(root / "vocabulary.parquet")
    vocabulary["form"] = vocabulary["form"].astype(object)
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
        folded_forms=pd.read_parquet(root / "folded.parquet")["form"].to_numpy(object),
        documents=documents,
        turns=turns,
        texts=JoinedTexts(lambda k: cast(Sequence[str], raw(k)["texts"]), sizes["turns"]),
        provenance=provenance,
        parts=tuple(parts),
        **arrays,
    )


def read_manifest(root: Path) -> dict[str, Any]:
    """The manifest of a folder of partitions.

    Raises
    ------
    SourceError
        Where there is none, or it cannot be read.
    """
    try:
        manifest: dict[str, Any] = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise SourceError(f"{root}: written by another version of discourse ({manifest['discourse']}); build it again")
        # What is used later must be there.
        [(p["folder"], Extent(**p["size"]), p["files"]) for p in manifest["partitions"]]
    except FileNotFoundError:
        raise SourceError(f"{root}: not a corpus in partitions (no {MANIFEST})") from None
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise SourceError(f"{root}: a corpus that cannot be read ({type(error).__name__}); build it again") from None
    return manifest


def parts_of(root: Path, manifest: dict[str, Any]) -> list[Part]:
    """The partitions that a manifest lists."""
    parts, first = [], Extent()
    for k, entry in enumerate(manifest["partitions"]):
        size = Extent(**entry["size"])
        sums = {name: (int(n), str(digest)) for name, (n, digest) in entry["files"].items()}
        parts.append(Part(root / entry["folder"], k, first, size, sums))
        first += size
    return parts


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
