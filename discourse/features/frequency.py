"""Term frequencies by document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.encode.counts import document_term_matrix, find_ngrams, ngram_hashes, ngram_matrix
from discourse.encode.encoder import fold
from discourse.types import EncodedCorpus, Features

Tokens = Literal["folded", "as written", "stemmed", "lemmas"]


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
    # Cached, for each specification of a multiverse stems the same vocabulary.
    return str(_stemmer().stem(word))


def recoded(corpus: EncodedCorpus, tokens: Tokens, lemma_of: Callable[[str], str] | None = None) -> EncodedCorpus:
    """The corpus with other forms in place of the case-folded ones, so that whatever counts these counts them.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    tokens : {"folded", "as written", "stemmed", "lemmas"}
        As it is; forms as they are written; Snowball stems; lemmas.
    lemma_of : callable, optional
        From a case-folded form to its lemma; `discourse.features.lemmas.lemma` by default.

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
        base = stem if tokens == "stemmed" else lemma_of or _lemma()
        stems = np.array([base(f) for f in corpus.folded_forms], object)
        of_folded, forms = pd.factorize(stems, sort=True)
        codes = of_folded[vocabulary["folded"].to_numpy()].astype(np.int32)
    return replace(corpus, vocabulary=vocabulary.assign(folded=codes), folded_forms=np.asarray(forms))


def _lemma() -> Callable[[str], str]:
    # The lexicon is read where it is needed.
    from discourse.features.lemmas import lemma

    return lemma


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
    tokens : {"folded", "as written", "stemmed", "lemmas"}
        What is counted as one term: the same word in any case, the same form as written, all words of a Snowball stem, or all forms of a
        lemma (English).
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
    EncodedCorpus.require(corpus)
    mask = corpus.words() if mask is None else mask
    counts, terms = term_counts(corpus, n, mask, tokens, min_count=min_count)
    total = np.asarray(counts.sum(0)).ravel()
    documents = np.diff(counts.tocsc().indptr)
    # Rare terms are dropped first, for the lists of words are compared in Python, term by term.
    enough = np.flatnonzero((total >= min_count) & (documents >= min_documents))
    wanted = wanted_terms(terms[enough], tokens, drop_stop_words=drop_stop_words, leave_out=leave_out)
    chosen = enough[wanted].tolist()
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


def term_counts(
    corpus: EncodedCorpus,
    n: int,
    mask: np.ndarray,
    tokens: Tokens = "folded",
    *,
    min_count: int = 1,
    among: np.ndarray | None = None,
) -> tuple[sparse.csr_array, np.ndarray]:
    """Count all terms or n-grams by document.

    Parameters
    ----------
    corpus, n, mask, tokens
        As in `term_frequency`.
    min_count : int
        N-grams that are rarer in the whole are left out.
    among : ndarray of uint64, optional
        Hashes of the terms to count, from `term_totals`; all by default.

    Returns
    -------
    counts : csr_array of int32, shape (n_documents, n_terms)
    terms : ndarray of str, shape (n_terms,)
        Sorted; words joined by a blank.
    """
    counted = recoded(corpus, tokens)
    if n > 1:
        return ngram_matrix(counted, n, mask, min_count=min_count, among=among)
    counts, terms = document_term_matrix(counted, mask)
    if among is None:
        return counts, terms
    kept = np.flatnonzero(np.isin(hashes_of(terms), among))
    return counts[:, kept], terms[kept]


def term_totals(
    corpus: EncodedCorpus, n: int, mask: np.ndarray, tokens: Tokens = "folded"
) -> tuple[np.ndarray, np.ndarray]:
    """How often each term or n-gram occurs, without its name.

    Parameters
    ----------
    corpus, n, mask, tokens
        As in `term_frequency`.

    Returns
    -------
    hashes : ndarray of uint64, shape (n_terms,)
        64 bits for each term that occurs, the same in every corpus, in ascending order.
    totals : ndarray of int64, shape (n_terms,)
    """
    counted = recoded(corpus, tokens)
    if n > 1:
        found = find_ngrams(counted, n, mask)
        hashes, totals = ngram_hashes(counted, found.first, n), found.frequency
    else:
        totals = np.bincount(counted.folded_ids[mask], minlength=len(counted.folded_forms))
        at = np.flatnonzero(totals)
        hashes, totals = hashes_of(counted.folded_forms[at]), totals[at]
    order = np.argsort(hashes, kind="stable")
    return hashes[order], totals[order].astype(np.int64)


def hashes_of(terms: np.ndarray) -> np.ndarray:
    """64 bits for each term, the same in every corpus; uint64."""
    given = np.asarray(terms, object)
    return pd.util.hash_array(given, categorize=False) if len(given) else np.zeros(0, np.uint64)


def wanted_terms(
    terms: Sequence[str] | np.ndarray,
    tokens: Tokens = "folded",
    *,
    drop_stop_words: bool = True,
    leave_out: frozenset[str] = frozenset(),
    stops: frozenset[str] | None = None,
) -> np.ndarray:
    """Places of the terms that are words, and neither function words nor left out; int64.

    Parameters
    ----------
    terms : sequence of str
        From `term_counts`.
    tokens, drop_stop_words, leave_out
        As in `term_frequency`.
    stops : frozenset of str, optional
        Function words; `stop_words` by default.

    Examples
    --------
    >>> wanted_terms(["the war", "war", "of", "2022"]).tolist()
    [1]
    """
    stops = (stop_words() if stops is None else stops) if drop_stop_words else frozenset()
    if tokens == "stemmed":
        stops, leave_out = _stems(stops), _stems(leave_out)
    elif tokens == "lemmas":
        # A lemma that is a form as well is left out with it: "be", and "state" with "states".
        stops, leave_out = stops | _lemmas(stops), leave_out | _lemmas(leave_out)
    chosen = []
    for k, term in enumerate(terms):
        words = term.split(" ")
        # Lists are case-folded.
        if _wanted([fold(w) for w in words] if tokens == "as written" else words, stops, leave_out):
            chosen.append(k)
    return np.array(chosen, np.int64)


def _stems(terms: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(map(stem, term.split(" "))) for term in terms)


def _lemmas(terms: Iterable[str]) -> frozenset[str]:
    lemma = _lemma()
    return frozenset(" ".join(map(lemma, term.split(" "))) for term in terms)


def _wanted(words: list[str], stops: frozenset[str], leave_out: frozenset[str]) -> bool:
    """Whether a term has no function word at an end, nothing that is left out, and a letter in each word."""
    # "Norland's" is left out with "Norland".
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
