"""Reference corpora: how often words are in general, or in texts of one's own choice."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.corpus.files import text_of
from discourse.door import read_bytes
from discourse.encode.encoder import fold
from discourse.errors import SourceError
from discourse.shown import brief
from discourse.types import EncodedCorpus

UNGD = "un-general-debate"
DECADES = tuple(f"{d}s" for d in range(1940, 2030, 10))
# What stands for the counts that ship with the package: all years, or those of a decade.
SHIPPED = (UNGD, *(f"{UNGD} {d}" for d in DECADES))
MAX_BYTES = 200_000_000
MAX_COUNT = 10**15  # occurrences of a word, far above those of any corpus
COLUMNS = ("term", "count", "documents")
SHOWN_PROBLEMS = 5


@dataclass(frozen=True)
class Reference:
    """Counts of words in a reference corpus.

    Parameters
    ----------
    counts : Series of int64
        By case-folded word.
    tokens : int
        All tokens, of words that are not listed as well.
    documents : int
        Documents; 0 where the file does not say.
    least : int
        Words that fewer documents contain are not listed; 1 where all are.
    source, sha256 : str
        Name of the file, and the hash of its bytes.
    summed : bool
        Whether `tokens` is the sum of the counts, because the file does not say how many there are.
    """

    counts: pd.Series
    tokens: int
    documents: int
    least: int
    source: str
    sha256: str
    summed: bool

    __repr__ = brief

    def of(self, words: list[str]) -> np.ndarray:
        """Counts of some words; -1 where it does not list them and others as rare are not listed either."""
        found = self.counts.reindex(words)
        return found.fillna(-1 if self.least > 1 else 0).to_numpy(np.int64)


def read_reference(path: str | Path) -> Reference:
    """Read counts of a reference corpus.

    Parameters
    ----------
    path : str or Path
        "un-general-debate", or with a decade "un-general-debate 1990s": the counts that ship with the package. Else a table with the
        columns `term` and `count`, and `documents` if it has them, separated by tabs or commas (.tsv, .csv, also .gz).
        Lines before the first that begin with # may say ``# tokens: 1000000`` (all tokens, where not all words are
        listed), ``# documents: 500`` and ``# least documents: 5`` (words that fewer contain are not listed).

    Returns
    -------
    Reference
        Words that are equal but for their case are added up.

    Raises
    ------
    SourceError
        For a file that is no such table, with its lines.

    Examples
    --------
    >>> found = read_reference("un-general-debate 1990s")
    >>> found.tokens > 1_000_000, bool(found.counts["peace"] > 1000)
    (True, True)
    """
    name = str(path)
    if name in SHIPPED:
        return _shipped(name)
    file = Path(path)
    data = read_bytes(file, MAX_BYTES)
    said, header, rows = _table(data, file)
    missing = [c for c in COLUMNS[:2] if c not in header]
    if missing:
        raise SourceError(f'{file.name}: there is no column "{missing[0]}"; a reference has the columns term and count')
    at, problems, terms, counts = [header.index(c) for c in COLUMNS[:2]], [], [], []
    for line, row in rows:
        text = row[at[1]].strip() if len(row) > max(at) else ""
        if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= MAX_COUNT):
            problems.append(f'{file.name}:{line}: "{text}" is no number of occurrences')
            continue
        terms.append(fold(row[at[0]].strip()))
        counts.append(int(text))
    if problems:
        more = len(problems) - SHOWN_PROBLEMS
        raise SourceError(
            [*problems[:SHOWN_PROBLEMS], *([f"{file.name}: and {more} more such lines"] if more > 0 else [])]
        )
    series = pd.Series(np.array(counts, np.int64), index=pd.Index(terms, dtype=object)).groupby(level=0).sum()
    total = int(series.sum())
    if not total:
        raise SourceError(f"{file.name}: no word occurs in it")
    tokens = _number(said, "tokens", file) or total
    if tokens < total:
        raise SourceError(f'{file.name}: "# tokens: {tokens}" is less than the sum of the counts, {total}')
    documents, least = _number(said, "documents", file), _number(said, "least documents", file) or 1
    return Reference(
        series, tokens, documents, least, file.name, hashlib.sha256(data).hexdigest(), "tokens" not in said
    )


def _table(data: bytes, file: Path) -> tuple[dict[str, str], list[str], list[tuple[int, list[str]]]]:
    """What the comments say, the names of the columns, and the rows with their lines."""
    lines = text_of(file, data, MAX_BYTES).split("\n")
    first = next((k for k, line in enumerate(lines) if not line.startswith("#") or ":" not in line), len(lines))
    said = dict(line.lstrip("# ").split(":", 1) for line in lines[:first])
    body = lines[first:]
    if not body or not body[0].strip():
        raise SourceError(f"{file.name}: an empty table; a reference has the columns term and count")
    stream = io.StringIO("\n".join(body))
    # No quotes in tables with tabs: a word may be one.
    tabs = "\t" in body[0]
    try:
        cells = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(stream))
    except csv.Error as error:
        raise SourceError(f"{file.name}: not a table ({error})") from None
    header = [cell.strip().casefold() for cell in cells[0]]
    return said, header, [(first + k, row) for k, row in enumerate(cells[1:], 2) if row]


def _number(said: dict[str, str], key: str, file: Path) -> int:
    text = said.get(key, "0").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise SourceError(f'{file.name}: "# {key}: {text}" is no whole number')
    return int(text)


def _shipped(name: str) -> Reference:
    """The counts of the UN General Debate: all decades, or one."""
    data = files("discourse.models").joinpath("ungd-counts.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        words = held["words"].tobytes().decode().split("\n")
        table = pd.DataFrame(
            held["counts"].astype(np.int64), index=pd.Index(words, dtype=object), columns=list(DECADES)
        )
        tokens = dict(zip(DECADES, map(int, held["tokens"])))
        every, least = int(held["documents"]), int(held["least"])
    decade = name.removeprefix(UNGD).strip()
    chosen = [decade] if decade else list(DECADES)
    counts = table[chosen].sum(axis=1).astype(np.int64)
    if decade:
        counts = counts[counts > 0]
    documents = 0 if decade else every
    total = sum(tokens[d] for d in chosen)
    return Reference(counts, total, documents, least, "ungd-counts.npz", hashlib.sha256(data).hexdigest(), False)


def reference_counts(corpus: EncodedCorpus, mask: np.ndarray | None = None) -> pd.DataFrame:
    """Every word of a corpus with its frequency, as a table that `read_reference` reads.

    Parameters
    ----------
    corpus : EncodedCorpus
        The reference corpus.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.

    Returns
    -------
    DataFrame
        `term` (case-folded), `count`, `documents`; write it with ``to_csv("reference.csv", index=False)``.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> reference_counts(encoded(["Peace and trade.", "Trade."])).values.tolist()
    [['and', 1, 1], ['peace', 1, 1], ['trade', 2, 2]]
    """
    from discourse.features.frequency import term_counts

    EncodedCorpus.require(corpus)
    counts, terms = term_counts(corpus, 1, corpus.words() if mask is None else mask)
    total = np.asarray(counts.sum(0)).ravel()
    documents = np.diff(counts.tocsc().indptr)
    some = np.flatnonzero(total)
    return pd.DataFrame({"term": terms[some], "count": total[some], "documents": documents[some]})
