"""Term frequencies by document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import pandas as pd

from discourse.encode import document_term_matrix, ngram_matrix
from discourse.encode.encoder import fold
from discourse.types import EncodedCorpus, Features

Tokens = Literal["folded", "as written", "stemmed"]


@cache
def stop_words() -> frozenset[str]:
    """Function words of English that are left out of term lists by default (see `discourse/lexicons`).

    Examples
    --------
    >>> "the" in stop_words(), "russia" in stop_words()
    (True, False)
    """
    text = files("discourse.lexicons").joinpath("stopwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def document_units(corpus: EncodedCorpus, mask: np.ndarray | None = None) -> pd.DataFrame:
    """Table of documents with the number of tokens that count in each (`n_tokens`)."""
    mask = corpus.words() if mask is None else mask
    before = np.concatenate([[0], np.cumsum(mask)])
    return corpus.documents.assign(n_tokens=np.diff(before[corpus.document_bounds]))


@cache
def _stemmer() -> Any:
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer("english")


@cache
def stem(word: str) -> str:
    """Snowball stem of an English word, lower-cased.

    Examples
    --------
    >>> stem("Wars"), stem("trading")
    ('war', 'trade')
    """
    return str(_stemmer().stem(word))


def recoded(corpus: EncodedCorpus, tokens: Tokens) -> EncodedCorpus:
    """The corpus with other forms in place of the case-folded ones, so that whatever counts these counts them.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    tokens : {"folded", "as written", "stemmed"}
        As it is; forms as they are written; Snowball stems.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> recoded(encoded(["Trade wars. The trading war."]), "stemmed").folded_forms.tolist()
    ['the', 'trade', 'war']
    """
    if tokens == "folded":
        return corpus
    vocabulary = corpus.vocabulary
    if tokens == "as written":
        forms = vocabulary["form"].to_numpy()
        codes = np.arange(len(forms), dtype=np.int32)
    else:
        stems = np.array([stem(f) for f in corpus.folded_forms], object)
        of_folded, forms = pd.factorize(stems, sort=True)
        codes = of_folded[vocabulary["folded"].to_numpy()].astype(np.int32)
    return replace(corpus, vocabulary=vocabulary.assign(folded=codes), folded_forms=np.asarray(forms))


def term_frequency(
    corpus: EncodedCorpus,
    *,
    n: int = 1,
    mask: np.ndarray | None = None,
    tokens: Tokens = "folded",
    min_count: int = 5,
    min_documents: int = 3,
    drop_stop_words: bool = True,
    leave_out: frozenset[str] = frozenset(),
) -> Features:
    """Count terms or n-grams by document; terms without a letter are left out.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    n : int
        Length of the n-grams in tokens; 1 counts single terms. None crosses a sentence boundary.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.
    tokens : {"folded", "as written", "stemmed"}
        What is counted as one term: the same word in any case, the same form as written, or all words of a Snowball
        stem.
    min_count, min_documents : int
        Leave out terms that are rarer, or occur in fewer documents; 1 keeps all.
    drop_stop_words : bool
        Leave out function words, and n-grams that begin or end with one; of stems those that a function word has.
    leave_out : frozenset of str
        Case-folded terms that no term may contain (those that define a target, for instance).

    Returns
    -------
    Features
        Documents x terms, counts as a CSR matrix; `units` has `n_tokens`, all tokens that count, stop words among
        them.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> features = term_frequency(encoded(["Peace and trade.", "Trade, trade."]), min_count=1, min_documents=1)
    >>> list(features.columns), features.values.toarray().tolist(), features.units["n_tokens"].tolist()
    (['peace', 'trade'], [[1, 1], [0, 2]], [3, 2])
    """
    mask = corpus.words() if mask is None else mask
    counted = recoded(corpus, tokens)
    if n == 1:
        counts, terms = document_term_matrix(counted, mask)
    else:
        counts, terms = ngram_matrix(counted, n, mask, min_count=min_count)
    total = np.asarray(counts.sum(0)).ravel()
    documents = np.diff(counts.tocsc().indptr)
    stops = stop_words() if drop_stop_words else frozenset()
    if tokens == "stemmed":
        stops = _stems(stops)
        leave_out = _stems(leave_out)
    chosen = []
    for k in np.flatnonzero((total >= min_count) & (documents >= min_documents)).tolist():
        words = terms[k].split(" ")
        # Lists are case-folded.
        folded = [fold(w) for w in words] if tokens == "as written" else words
        if _wanted(folded, stops, leave_out):
            chosen.append(k)
    params = {
        "n": n,
        "tokens": tokens,
        "min_count": min_count,
        "min_documents": min_documents,
        "drop_stop_words": drop_stop_words,
        "left_out": sorted(leave_out),
    }
    return Features(
        "frequency", counts[:, chosen], [terms[k] for k in chosen], document_units(corpus, mask), params=params
    )


def _stems(terms: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(map(stem, term.split(" "))) for term in terms)


def _wanted(words: list[str], stops: frozenset[str], leave_out: frozenset[str]) -> bool:
    """Whether a term has no function word at an end, nothing that is left out, and a letter in each word."""
    bare = [w.removesuffix("'s").removesuffix("'") for w in words]
    if words[0] in stops or words[-1] in stops or _contains(words, leave_out) or _contains(bare, leave_out):
        return False
    # Single letters are initials and list marks, as empty as function words.
    if stops and all(len(w) < 2 for w in words):
        return False
    return all(any(c.isalpha() for c in w) for w in words)


def _contains(words: list[str], terms: frozenset[str]) -> bool:
    """Whether one of the terms occurs in these words, as a whole."""
    n = len(words)
    return any(" ".join(words[a:b]) in terms for a in range(n) for b in range(a + 1, n + 1))


def count_term(corpus: EncodedCorpus, term: str, mask: np.ndarray, tokens: Tokens = "folded") -> np.ndarray:
    """Occurrences of a term or n-gram by document; int64, shape (n_documents,).

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    term : str
        Case-folded words with blanks between.
    mask : ndarray of bool, shape (n_tokens,)
        Tokens that count; all words of an n-gram must.
    tokens : {"folded", "as written", "stemmed"}
        folded: in any case; as written: only in the form that is most frequent; stemmed: all words of the same stems
        (Snowball).

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Trade wars. Trade war! A trading war."])
    >>> [int(count_term(corpus, "trade", corpus.words(), t)[0]) for t in ("folded", "as written", "stemmed")]
    [2, 2, 3]
    """
    counted = recoded(corpus, tokens)
    ids, codes = counted.folded_ids, counted.vocabulary["folded"].to_numpy()
    wanted = [int(codes[_commonest_form(corpus, word)]) for word in term.split(" ")]
    n = len(ids) - len(wanted) + 1
    if n <= 0:
        return np.zeros(len(corpus.documents), np.int64)
    at = np.ones(n, bool)
    sentence = corpus.parent("sentence")
    for j, code in enumerate(wanted):
        at &= (ids[j : j + n] == code) & mask[j : j + n] & (sentence[j : j + n] == sentence[:n])
    return np.bincount(corpus.parent("document")[:n][at], minlength=len(corpus.documents))


def _commonest_form(corpus: EncodedCorpus, word: str) -> int:
    """Index in the vocabulary of the form in which a case-folded word is written most often."""
    at = int(np.searchsorted(corpus.folded_forms, word))
    if at == len(corpus.folded_forms) or corpus.folded_forms[at] != word:
        raise KeyError(word)
    forms = np.flatnonzero(corpus.vocabulary["folded"].to_numpy() == at)
    counts = np.bincount(corpus.ids, minlength=len(corpus.vocabulary))[forms]
    return int(forms[counts.argmax()])
