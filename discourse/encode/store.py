"""Stored encoded corpora and features, found again by the hash of what they depend on."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.corpus.texts import Texts, save_texts
from discourse.types import Corpus, EncodedCorpus, Provenance

FORMAT = 3  # part of every key, so that files in another layout are not found
# Another version of one of them may give other numbers.
LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "tomotopy",
    "gensim",
    "scikit-learn",
    "datasketch",
    "nltk",
    "textblob",
)
_ARRAYS = ("ids", "starts", "ends", "sentence_bounds", "turn_bounds", "document_bounds")


def corpus_hash(corpus: Corpus) -> str:
    """SHA-256 over all that a corpus holds.

    Parameters
    ----------
    corpus : Corpus
        The corpus.

    Returns
    -------
    str
        Hexadecimal.
    """
    digest = hashlib.sha256()
    for frame in (corpus.documents, corpus.turns):
        hash_rows(digest, frame)
    return digest.hexdigest()


def hash_rows(digest: Any, frame: pd.DataFrame, *, head: bool = True) -> None:
    """Feed a table to a hash, row by row; with the names of its columns, or as what follows."""
    if head:
        digest.update(repr(list(frame.columns)).encode())
    for row in frame.itertuples(index=False):
        digest.update(repr(tuple(map(str, row))).encode("utf-8", "surrogatepass"))


@cache
def code_hash(*parts: str) -> str:
    """Hash of the code and word lists in some folders and files of the package, and of the libraries that they use."""
    from importlib.metadata import version
    from importlib.resources import files

    digest = hashlib.sha256()
    package = Path(str(files("discourse")))
    for part in parts:
        root = package / part
        # Sorted, for the order of a directory depends on the file system.
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.suffix in (".py", ".txt", ".tsv", ".npz"):
                digest.update(str(path.relative_to(package)).encode() + path.read_bytes())
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def key_of(*parts: object) -> str:
    """A name for what depends on these values, on the code that makes it and on the versions of its libraries."""
    sources = code_hash("corpus", "encode", "features", "lexicons")
    return hashlib.sha256(json.dumps([FORMAT, sources, *map(str, parts)]).encode()).hexdigest()[:32]


def save_encoded(corpus: EncodedCorpus, folder: Path) -> None:
    """Write an encoded corpus: arrays as .npy, the vocabulary as Parquet, texts one after another."""
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(corpus, name))
    for name, layer in corpus.layers.items():
        np.save(folder / f"layer_{name}.npy", layer)
    corpus.vocabulary.to_parquet(folder / "vocabulary.parquet")
    pd.DataFrame({"form": corpus.folded_forms}).to_parquet(folder / "folded.parquet")
    if corpus.texts is not None:
        save_texts(corpus.texts, folder)


def load_encoded(folder: Path, documents: pd.DataFrame, turns: pd.DataFrame, provenance: Provenance) -> EncodedCorpus:
    """Read what `save_encoded` wrote; arrays are memory-mapped.

    Parameters
    ----------
    folder : path
        The folder.
    documents, turns, provenance
        Of the corpus that was encoded; turns without text.

    Returns
    -------
    EncodedCorpus
    """
    arrays = load_arrays(folder)
    vocabulary = pd.read_parquet(folder / "vocabulary.parquet")
    # pandas reads text back as a type of its own.
    vocabulary["form"] = vocabulary["form"].astype(object)
    folded = pd.read_parquet(folder / "folded.parquet")["form"].to_numpy(object)
    return EncodedCorpus(
        vocabulary=vocabulary,
        folded_forms=folded,
        documents=documents,
        turns=turns,
        provenance=provenance,
        **arrays,
    )


def load_arrays(folder: Path) -> dict[str, Any]:
    """The arrays, layers and texts of what `save_encoded` wrote, by the names of their fields."""
    arrays: dict[str, Any] = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
    layers = {p.stem.removeprefix("layer_"): np.load(p, mmap_mode="r") for p in sorted(folder.glob("layer_*.npy"))}
    texts = Texts(folder) if (folder / "texts.npy").exists() else None
    return {**arrays, "layers": layers, "texts": texts}
