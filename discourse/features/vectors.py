"""Word vectors: those of the package or of a file, and the transformation that turns means of them into vectors of contexts."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import IO, cast

import numpy as np
from scipy import sparse

from discourse.corpus.archive import Limits, read_zip
from discourse.door import open_file, read_bytes
from discourse.encode.encoder import fold
from discourse.errors import SourceError, TooLittleText
from discourse.shown import brief

PACKAGE = "package"  # stands for the vectors that the package brings
_OWN_FILE = "ungd-100.npz"
# Limits of a file that somebody else made: beyond them it is no file of word vectors.
_MOST_WORDS, _MOST_DIMENSIONS, _LONGEST_LINE, _MOST_BYTES = 5_000_000, 2_000, 100_000, 4 * 2**30
_PART = 4_000_000  # tokens whose neighbours are counted at once


@dataclass(frozen=True)
class Vectors:
    """Words and their vectors.

    Parameters
    ----------
    words : tuple of str
        Case-folded words, each once.
    values : ndarray of float32, shape (n_words, n_dimensions)
        Their vectors.
    transform : ndarray of float64, shape (n_dimensions, n_dimensions), optional
        A la carte transformation (`alc_matrix`); None where the file brings none.
    name : str
        Of the file, for a report.

    Examples
    --------
    >>> vectors = Vectors(("war", "peace"), np.array([[1, 0], [0, 1]], np.float32))
    >>> vectors.rows(["Peace", "war's", "tea"]).tolist()
    [1, 0, -1]
    """

    words: tuple[str, ...]
    values: np.ndarray
    transform: np.ndarray | None = None
    name: str = ""

    __repr__ = brief

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each word."""
        return {word: k for k, word in enumerate(self.words)}

    def rows(self, forms: Iterable[str]) -> np.ndarray:
        """Row of each form, in any case and with or without a possessive; -1 without a vector; int64, shape (n_forms,)."""
        index = self.index
        found = []
        for form in forms:
            word = fold(form)
            found.append(index.get(word, index.get(plain(word), -1)))
        return np.array(found, np.int64)


def plain(word: str) -> str:
    """A case-folded word without the possessive ending.

    Examples
    --------
    >>> plain("norland's"), plain("states'")
    ('norland', 'states')
    """
    return re.sub(r"'s?$", "", word)


def load_vectors(path: str | Path = PACKAGE, only: Collection[str] | None = None) -> Vectors:
    """Read word vectors.

    Parameters
    ----------
    path : str or Path
        "package" for those that the package brings (see `discourse/models/ungd-100.md`); or a file: GloVe text, word2vec text
        (a first line with the numbers of words and dimensions), either also as .gz; or .npz as `save_vectors` writes it.
    only : collection of str, optional
        Case-folded words that are wanted, which saves memory and time; all by default. Of the package's file and .npz all are read.

    Returns
    -------
    Vectors
        Words are case-folded; where a file has a word in several cases, the first one counts, the most frequent by custom.

    Raises
    ------
    SourceError
        If the file cannot be read, with the number of the line.

    Examples
    --------
    >>> vectors = load_vectors()
    >>> vectors.values.shape[1], "russia" in vectors.index
    (100, True)
    """
    if str(path) == PACKAGE:
        return _package()
    file = Path(path)
    try:
        if file.suffix == ".npz":
            return _read_npz(read_bytes(file), file.name)
        with open_file(file) as raw:
            handle = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if file.suffix == ".gz" else raw
            return _read_text(handle, file.name, only)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise SourceError(f"{file.name}: cannot be read as word vectors ({error})") from None


@cache
def _package() -> Vectors:
    return _read_npz(files("discourse.models").joinpath(_OWN_FILE).read_bytes(), _OWN_FILE)


def save_vectors(vectors: Vectors, path: Path) -> None:
    """Write vectors as .npz without pickle: words as UTF-8 text, values in half precision, the transformation in single."""
    arrays: dict[str, np.ndarray] = {
        "words": np.frombuffer("\n".join(vectors.words).encode(), np.uint8),
        "values": vectors.values.astype(np.float16),
    }
    if vectors.transform is not None:
        arrays["transform"] = vectors.transform.astype(np.float32)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            # A date of its own, so that the same vectors are the same bytes.
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED
            )


def _read_npz(data: bytes, name: str) -> Vectors:
    read_zip(Path(name), data, "a file of word vectors", lambda _: False, Limits(unpacked=_MOST_BYTES))
    try:
        with np.load(BytesIO(data), allow_pickle=False) as arrays:
            words = tuple(arrays["words"].tobytes().decode().split("\n"))
            values = np.asarray(arrays["values"], np.float32)
            transform = np.asarray(arrays["transform"], float) if "transform" in arrays else None
    except Exception as error:  # numpy raises what the tokenizer of Python raises
        raise SourceError(f"{name}: not a file that save_vectors wrote ({error})") from None
    if values.ndim != 2 or len(values) != len(words) or len(set(words)) != len(words):
        raise SourceError(f"{name}: vectors of shape {values.shape} for {len(words):,} words, each expected once")
    if transform is not None and transform.shape != (values.shape[1], values.shape[1]):
        raise SourceError(f"{name}: transformation of shape {transform.shape} for {values.shape[1]} dimensions")
    return Vectors(words, values, transform, name)


def _read_text(handle: IO[bytes], name: str, only: Collection[str] | None) -> Vectors:
    """GloVe text, with the header of word2vec text or without."""
    wanted = None if only is None else set(only)
    found: dict[str, np.ndarray] = {}
    size = 0
    for number, line in _lines(handle, name):
        parts = line.split()
        if number == 1 and len(parts) == 2 and all(part.isdigit() for part in parts):
            size = int(parts[1])
            continue
        size = size or len(parts) - 1
        if not 2 <= size <= _MOST_DIMENSIONS:
            raise SourceError(
                f"{name}:{number}: expected a word and 2 to {_MOST_DIMENSIONS:,} numbers, got {line[:40]!r}"
            )
        if len(parts) < size + 1:
            raise SourceError(f"{name}:{number}: expected {size} numbers after the word, got {len(parts) - 1}")
        # Some files have "words" with blanks in them: the numbers are the last parts.
        word = fold(" ".join(parts[: len(parts) - size]))
        if word in found or (wanted is not None and word not in wanted):
            continue
        found[word] = _numbers(parts[-size:], f"{name}:{number}")
    if not found:
        said = "none of the words of the corpus" if size else "no line with a word and its numbers"
        raise SourceError(f"{name}: {said}")
    return Vectors(tuple(found), np.array(list(found.values())), None, name)


def _lines(handle: IO[bytes], name: str) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not empty, within the limits."""
    for number in range(1, _MOST_WORDS + 2):
        line = handle.readline(_LONGEST_LINE + 1)
        if not line:
            return
        if len(line) > _LONGEST_LINE:
            raise SourceError(f"{name}:{number}: a line longer than {_LONGEST_LINE:,} bytes is no word vector")
        if text := line.decode("utf-8", "replace").strip():
            yield number, text
    raise SourceError(f"{name}: more than {_MOST_WORDS:,} words")


def _numbers(parts: list[str], place: str) -> np.ndarray:
    try:
        # What is too large is infinite, and refused below.
        with np.errstate(over="ignore"):
            values = np.array(parts, np.float32)
    except ValueError as error:
        raise SourceError(f"{place}: expected {len(parts)} numbers after the word ({error})") from None
    if not np.isfinite(values).all():
        raise SourceError(f"{place}: expected finite numbers, got {parts[int(np.argmin(np.isfinite(values)))]}")
    return values


def cooccurrences(rows: np.ndarray, bounds: np.ndarray, n_words: int, window: int) -> sparse.csr_array:
    """How often words stand within some tokens of each other.

    Parameters
    ----------
    rows : ndarray of int, shape (n_tokens,)
        Number of the word of each token; -1 for a token that takes its place and is not counted.
    bounds : ndarray of int, shape (n_texts + 1,)
        Where texts begin; no window crosses a bound.
    n_words : int
        Number of words.
    window : int
        Tokens on either side.

    Returns
    -------
    csr_array of float64, shape (n_words, n_words)
        Symmetric.

    Examples
    --------
    >>> cooccurrences(np.array([0, 1, -1, 2, 1]), np.array([0, 4, 5]), 3, 2).toarray().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    text = np.repeat(np.arange(len(bounds) - 1, dtype=np.int32), np.diff(bounds))
    total = sparse.csr_array((n_words, n_words))
    for distance in range(1, window + 1):
        for first in range(0, max(len(rows) - distance, 0), _PART):
            left = slice(first, min(first + _PART, len(rows) - distance))
            right = slice(left.start + distance, left.stop + distance)
            ok = (rows[left] >= 0) & (rows[right] >= 0) & (text[left] == text[right])
            a, b = rows[left][ok], rows[right][ok]
            total = total + sparse.coo_array((np.ones(len(a)), (a, b)), shape=total.shape).tocsr()
    return sparse.csr_array(total + total.T)


def alc_matrix(counts: sparse.csr_array, values: np.ndarray, frequency: np.ndarray) -> np.ndarray:
    """The a la carte transformation of a corpus and its vectors (Khodak et al. 2018, eq. 3).

    Parameters
    ----------
    counts : csr_array, shape (n_words, n_words)
        How often words stand near each other (`cooccurrences`).
    values : ndarray, shape (n_words, n_dimensions)
        Their vectors.
    frequency : ndarray, shape (n_words,)
        Tokens of each word.

    Returns
    -------
    ndarray of float64, shape (n_dimensions, n_dimensions)
        A that minimises the sum over words of log n_w |v_w - A u_w|^2, where u_w is the mean of the vectors near word w. The
        weights are those of conText (Rodriguez, Spirling & Stewart 2023).

    Raises
    ------
    TooLittleText
        If there are fewer than five words for each dimension.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> values, near = rng.normal(size=(40, 2)), sparse.csr_array(np.ones((40, 40)) + np.diag(np.arange(40.0)))
    >>> means = near @ values / near.sum(1)[:, None]
    >>> bool(np.allclose(alc_matrix(near, means @ np.array([[2.0, 1.0], [0.0, 3.0]]), np.full(40, 9.0)).shape, (2, 2)))
    True
    """
    total = np.asarray(counts.sum(1)).ravel()
    used = np.flatnonzero((total > 0) & (frequency > 1))
    size = values.shape[1]
    if len(used) < 5 * size:
        raise TooLittleText(
            "The a la carte transformation",
            f"n = {len(used):,} words of the corpus with a vector",
            f"{5 * size:,}, five for each of {size} dimensions",
        )
    means = (counts[used] @ values.astype(float)) / total[used, None]
    weight = np.sqrt(np.log(frequency[used]))[:, None]
    return np.asarray(np.linalg.lstsq(weight * means, weight * values[used].astype(float))[0].T)
