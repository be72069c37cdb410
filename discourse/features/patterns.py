"""Terms with wildcards, matched against the vocabulary and never against tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.encode.encoder import TOKEN_PATTERN, fold
from discourse.types import EncodedCorpus

_STAR = "ꙮ"  # a letter that stands for the wildcard while a term is tokenised


@dataclass(frozen=True)
class Hits:
    """Where terms occur: no two hits overlap; of those that begin at the same token the longest wins.

    Parameters
    ----------
    starts : ndarray of int64, shape (n_hits,)
        Index of the first token.
    lengths : ndarray of int64, shape (n_hits,)
        Number of tokens.
    terms : ndarray of int64, shape (n_hits,)
        Index of the term in the list that was searched.
    """

    starts: np.ndarray
    lengths: np.ndarray
    terms: np.ndarray


def _words(term: str) -> list[str]:
    """Words of a term as the tokenizer would cut them; ``*`` stays.

    Examples
    --------
    >>> _words("Mr. Kovar"), _words("U.S. aid*")
    (['Mr', 'Kovar'], ['U.S.', 'aid*'])
    """
    return [w.replace(_STAR, "*") for w in re.findall(TOKEN_PATTERN, term.replace("*", _STAR))]


def _match_forms(pattern: str, forms: np.ndarray, bare: np.ndarray, by_form: dict[str, list[int]]) -> np.ndarray:
    pattern = fold(pattern)
    if "*" not in pattern:
        return np.array(by_form.get(pattern, []), np.int64)
    prefix = pattern.split("*")[0]
    expression = re.compile(".*".join(map(re.escape, pattern.split("*"))))
    left = int(np.searchsorted(forms, prefix)) if prefix else 0
    right = int(np.searchsorted(forms, prefix + "\U0010ffff")) if prefix else len(forms)
    return np.array(
        [k for k in range(left, right) if expression.fullmatch(forms[k]) or expression.fullmatch(bare[k])], np.int64
    )


def match_terms(corpus: EncodedCorpus, terms: Sequence[str], mask: np.ndarray | None = None) -> Hits:
    """Find terms of one or more words.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    terms : sequence of str
        ``*`` stands for any letters at that place of a word; a blank separates words; case is ignored; a term also
        matches its possessive (Russia, Russia's).
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens in which to look.

    Returns
    -------
    Hits
        In the order of the text.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> hits = match_terms(encoded(["Norland's fleet left the Port Norland fleet."]), ["norland", "port norland"])
    >>> hits.starts.tolist(), hits.lengths.tolist(), hits.terms.tolist()
    ([0, 4], [1, 2], [0, 1])
    """
    forms = corpus.folded_forms
    bare = np.array([re.sub(r"(?:'s|'|(?<=s)')$", "", f) for f in forms], object)
    by_form: dict[str, list[int]] = {}
    for k, (form, plain) in enumerate(zip(forms, bare)):
        by_form.setdefault(form, []).append(k)
        if plain != form:
            by_form.setdefault(plain, []).append(k)
    ids = corpus.folded_ids
    split = [_words(t) for t in terms]
    matched: dict[str, np.ndarray] = {}
    for word in {w for words in split for w in words}:
        matched[word] = _match_forms(word, forms, bare, by_form)

    single = np.full(len(forms) + 1, -1, np.int64)
    # Exact words before wildcards, then the order of the list.
    for k in sorted((k for k, w in enumerate(split) if len(w) == 1), key=lambda k: ("*" not in split[k][0], -k)):
        single[matched[split[k][0]]] = k
    several = [k for k, w in enumerate(split) if len(w) > 1]
    first = np.zeros(len(forms) + 1, bool)
    for k in several:
        first[matched[split[k][0]]] = True
    where = single[ids] >= 0
    if mask is not None:
        where &= mask
    at = np.flatnonzero(where)
    found = [(at, np.ones(len(at), np.int64), single[ids[at]])]
    if several:
        can = first[ids] if mask is None else first[ids] & mask
        candidates = np.flatnonzero(can)
        bounds = corpus.sentence_bounds
        stop = bounds[np.searchsorted(bounds, candidates, side="right")]
        for k in several:
            keep = np.isin(ids[candidates], matched[split[k][0]])
            for offset, word in enumerate(split[k][1:], 1):
                position = candidates + offset
                keep &= position < stop
                inside = np.minimum(position, len(ids) - 1)
                keep &= np.isin(ids[inside], matched[word])
                if mask is not None:
                    keep &= mask[inside]
            n = int(keep.sum())
            if n:
                found.append((candidates[keep], np.full(n, len(split[k])), np.full(n, k)))
    starts, lengths, which = (np.concatenate([f[i] for f in found]).astype(np.int64) for i in range(3))
    order = np.lexsort((which, -lengths, starts))
    starts, lengths, which = starts[order], lengths[order], which[order]
    keep = np.ones(len(starts), bool)
    free = 0
    long = lengths > 1
    if long.any():
        # A longer term takes its words from shorter ones that begin inside or before it at the same place.
        for k in range(len(starts)):
            keep[k] = starts[k] >= free
            if keep[k]:
                free = starts[k] + lengths[k]
    return Hits(starts[keep], lengths[keep], which[keep])
