"""Dictionaries: categories of words, and how often each category occurs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.door import read_bytes
from discourse.encode.encoder import fold
from discourse.errors import SourceError, did_you_mean
from discourse.features.dictionary_files import MAX_BYTES, Parsed, Skipped, Why, parse
from discourse.features.frequency import document_units
from discourse.features.patterns import Hits, match_terms, words_of
from discourse.shown import brief
from discourse.types import EncodedCorpus, Features

SHOWN = 20  # mistakes in one message
# Signs that may go when a pattern is cut into words, as they go in the text.
_BETWEEN_WORDS = frozenset(".,:!'’\"&/-‑#@")


@dataclass(frozen=True)
class Dictionary:
    """Categories of patterns.

    Parameters
    ----------
    categories : mapping of str to tuple of str
        Patterns by category: words, phrases with blanks, ``*`` for any letters. The names of a category and of those
        around it are joined by "/", and a category has the patterns of those within it.
    source : str
        Name of the file; empty where there is none.
    sha256 : str
        Of its bytes.
    encoding : str
        In which it was read.
    empty : tuple of str
        Categories without any pattern; they are not among `categories`.
    skipped : tuple of Skipped
        Entries that are not counted, and why.

    Examples
    --------
    >>> found = Dictionary({"mood": ("glad", "sad"), "mood/up": ("glad",)}, "mood.yml", "")
    >>> found.n_entries, list(found.only(["*/up"]).categories)
    (2, ['mood/up'])
    """

    categories: Mapping[str, tuple[str, ...]]
    source: str = ""
    sha256: str = ""
    encoding: str = ""
    empty: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    __repr__ = brief

    def __post_init__(self) -> None:
        # One pattern may be written without a list, whose elements its letters would otherwise be.
        given = self.categories.items()
        listed = {name: (p,) if isinstance(p, str) else tuple(p) for name, p in given}
        object.__setattr__(self, "categories", listed)

    @property
    def n_entries(self) -> int:
        """Number of distinct patterns."""
        return len({p for patterns in self.categories.values() for p in patterns})

    def only(self, wanted: Sequence[str]) -> Dictionary:
        """The categories with one of these names, in which ``*`` stands for any letters and case is ignored."""
        kept = {
            name: patterns
            for name, patterns in self.categories.items()
            if any(fnmatchcase(name.casefold(), w.casefold()) for w in wanted)
        }
        return replace(self, categories=kept)


def read_dictionary(path: str | Path) -> Dictionary:
    """Read a dictionary, in the format that the ending of its name says.

    Parameters
    ----------
    path : path
        LIWC's .dic (2007, 2015) and .dicx (22); quanteda's .yml or .yaml; Lexicoder's .lcd or .lc3; Yoshikoder's .ykd;
        WordStat's .cat; .json; .csv or .tsv with the columns word and category; or .txt with a word a line.

    Returns
    -------
    Dictionary
        Categories in the order of the file, each before those within it; patterns sorted, each once.

    Raises
    ------
    SourceError
        Naming every line that is wrong, up to 20 of them.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "mood.yml")
    ...     _ = file.write_text("mood:\\n  up: [glad*, in high spirits]\\n  down: [sad]\\n")
    ...     read_dictionary(file).categories["mood"]
    ('glad*', 'in high spirits', 'sad')
    """
    path = Path(path)
    if not path.exists():
        near = sorted(p.name for p in path.parent.glob(f"*{path.suffix}")) if path.parent.is_dir() else []
        raise SourceError(f"{path}: there is no such file. {did_you_mean(path.name, near)}".strip())
    data = read_bytes(path, MAX_BYTES)
    parsed, encoding = parse(path, data)
    patterns: dict[tuple[str, ...], set[str]] = {}
    for category in parsed.categories:
        # A category may be named before those around it.
        for depth in range(1, len(category) + 1):
            patterns.setdefault(category[:depth], set())
    problems = [*parsed.problems, *(f"{path}: a category has no name" for c in patterns if not c[-1])]
    for pattern, category in _usable(parsed, path, problems):
        for depth in range(1, len(category) + 1):
            patterns[category[:depth]].add(pattern)
    filled = {"/".join(c): tuple(sorted(p)) for c, p in patterns.items() if p}
    if not problems and not filled:
        problems.append(f"{path}: no category has a word")
    if problems:
        problems = list(dict.fromkeys(problems))
        more = [f"{path}: and {len(problems) - SHOWN} more mistakes"] if len(problems) > SHOWN else []
        raise SourceError(problems[:SHOWN] + more)
    empty = tuple("/".join(c) for c, p in patterns.items() if not p)
    skipped = tuple(dict.fromkeys(parsed.skipped))
    return Dictionary(filled, path.name, hashlib.sha256(data).hexdigest(), encoding, empty, skipped)


def _usable(parsed: Parsed, path: Path, problems: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Entries that can be counted; the others are added to those that are skipped, or to the problems."""
    for line, written, category in parsed.entries:
        # Formats without blanks in a term join the words of a phrase by underscores.
        pattern = " ".join(written.replace("_", " ").casefold().split())
        words = words_of(pattern)
        lost = set(pattern) - set("".join(words)) - _BETWEEN_WORDS - {" "}
        if not pattern.replace("*", "").strip():
            where = f"{path}:{line}" if line else f"{path}: {'/'.join(category)}"
            problems.append(f'{where}: "{pattern}" matches every word' if pattern else f"{where}: an empty entry")
        elif "?" in pattern and len(pattern) > 1:
            parsed.skipped.append(Skipped(line, pattern, Why.ONE_LETTER))
        elif not words or lost:
            parsed.skipped.append(Skipped(line, pattern, Why.NO_WORD))
        else:
            yield pattern, category


def dictionary_counts(corpus: EncodedCorpus, dictionary: Dictionary, mask: np.ndarray | None = None) -> Features:
    """Count the words and phrases of each category by document.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    dictionary : Dictionary
        From `read_dictionary`.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.

    Returns
    -------
    Features
        `values` (csr_array, n_documents x n_columns) counts each form in each category; `details["columns"]` has the
        `category`, `pattern` and `form` of each column; `units` the documents with their `n_tokens`.

    Notes
    -----
    Within a category no two hits overlap: of those that begin at the same token the longest counts, then the exact word
    before one with a wildcard. A phrase counts once. A token may count in several categories.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> mood = Dictionary({"up": ("glad*", "in high spirits")}, "mood.txt", "")
    >>> found = dictionary_counts(encoded(["Gladly, in high spirits!", "A glad, glad day."]), mood)
    >>> found.details["columns"]["form"].tolist(), found.values.toarray().tolist()
    (['glad', 'gladly', 'in high spirits'], [[0, 1, 1], [2, 0, 0]])
    """
    mask = corpus.words() if mask is None else mask
    units = document_units(corpus, mask)
    matrices, rows = [sparse.csr_array((len(units), 0), dtype=np.int64)], []
    for category, patterns in dictionary.categories.items():
        hits = match_terms(corpus, patterns, mask)
        # Of the patterns of a category the same one always counts a form.
        forms, first, code = np.unique(forms_of(corpus, hits), return_index=True, return_inverse=True)
        document = np.searchsorted(corpus.document_bounds, hits.starts, side="right") - 1
        shape = (len(units), len(forms))
        matrices.append(sparse.coo_array((np.ones(len(code), np.int64), (document, code)), shape=shape).tocsr())
        rows += [(category, patterns[int(term)], form) for form, term in zip(forms, hits.terms[first])]
    columns = pd.DataFrame(rows, columns=["category", "pattern", "form"])
    values = sparse.csr_array(sparse.hstack(matrices, format="csr"))
    names = [f"{c}: {f}" for c, f in zip(columns["category"], columns["form"])]
    params = {"dictionary": dictionary.source, "sha256": dictionary.sha256}
    return Features("dictionary", values, names, units, params=params, details={"columns": columns})


def forms_of(corpus: EncodedCorpus, hits: Hits) -> np.ndarray:
    """The words of each hit, case folded; object, shape (n_hits,)."""
    ids, folded = corpus.folded_ids, corpus.folded_forms.astype(object)
    forms = folded[ids[hits.starts]]
    for k in np.flatnonzero(hits.lengths > 1):
        start = int(hits.starts[k])
        forms[k] = " ".join(folded[ids[start : start + int(hits.lengths[k])]])
    return np.asarray(forms, object)


def by_category(counts: Features, categories: Sequence[str]) -> np.ndarray:
    """Counts of categories by document, from those of their forms; float, shape (n_documents, n_categories)."""
    place = {c: k for k, c in enumerate(categories)}
    of_column = np.array([place.get(c, -1) for c in counts.details["columns"]["category"]], np.int64)
    kept = np.flatnonzero(of_column >= 0)
    shape = (len(of_column), len(categories))
    joined = sparse.coo_array((np.ones(len(kept)), (kept, of_column[kept])), shape=shape).tocsr()
    return np.asarray((counts.values @ joined).toarray(), float)


def dictionary_rates(
    corpus: EncodedCorpus,
    dictionary: Dictionary | Mapping[str, Sequence[str]] | str | Path,
    mask: np.ndarray | None = None,
) -> Features:
    """Rate of each category of a dictionary per 10,000 tokens, by document.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    dictionary : Dictionary, mapping or path
        The dictionary, its patterns by category, or its file.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.

    Returns
    -------
    Features
        A row for each document, a column for each category; NaN for a document without a token that counts.
        `details["words"]` has `category`, `pattern`, `form` and `count`: what was counted.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> mood = {"up": ["glad*"], "down": ["sad"]}
    >>> found = dictionary_rates(encoded(["A glad and gladder day.", "A sad day in May."]), mood)
    >>> found.columns, found.values.tolist()
    (['up', 'down'], [[4000.0, 0.0], [0.0, 2000.0]])
    """
    EncodedCorpus.require(corpus)
    if isinstance(dictionary, Mapping):
        folded = {c: [fold(p) for p in ([v] if isinstance(v, str) else v)] for c, v in dictionary.items()}
        dictionary = Dictionary({c: tuple(p) for c, p in folded.items()})
    elif not isinstance(dictionary, Dictionary):
        dictionary = read_dictionary(dictionary)
    counts = dictionary_counts(corpus, dictionary, mask)
    categories = list(dictionary.categories)
    n = counts.units["n_tokens"].to_numpy(float)[:, None]
    y = by_category(counts, categories)
    rates = np.divide(1e4 * y, n, out=np.full(y.shape, np.nan), where=n > 0)
    words = counts.details["columns"].assign(count=np.asarray(counts.values.sum(0)).ravel())
    return Features("dictionary", rates, categories, counts.units, params=counts.params, details={"words": words})
