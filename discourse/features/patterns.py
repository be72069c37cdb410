"""Terms with wildcards, matched against the vocabulary and never against tokens."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from weakref import WeakValueDictionary

import numpy as np

from discourse.corpus.normal import normalised
from discourse.encode.encoder import TOKEN_PATTERN, fold
from discourse.encode.tokens import tokens_in
from discourse.types import EncodedCorpus

_STAR = "ꙮ"  # a letter in place of the wildcard while a term is tokenised
_PATTERN = re.compile(TOKEN_PATTERN)
_POSSESSIVE = re.compile(r"(?:'s|'|(?<=s)')$")


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


def words_of(term: str) -> list[str]:
    """Words of a term as the tokenizer would cut them; ``*`` stays.

    Examples
    --------
    >>> words_of("Mr. Kovar"), words_of("U.S. aid*"), words_of("@MinRoe #norland*")
    (['Mr', 'Kovar'], ['U.S.', 'aid*'], ['@MinRoe', '#norland*'])
    """
    return [m[0].replace(_STAR, "*") for m in tokens_in(_PATTERN, normalised(term).replace("*", _STAR))]


class _Index:
    """The folded forms of a corpus without their possessive endings, and where each occurs; made once for a vocabulary."""

    def __init__(self, forms: np.ndarray) -> None:
        self.forms = forms
        self.bare = [bare(f) for f in forms]
        self.by_form: dict[str, list[int]] = {}
        for k, (form, plain) in enumerate(zip(forms, self.bare)):
            self.by_form.setdefault(form, []).append(k)
            if plain != form:
                self.by_form.setdefault(plain, []).append(k)

    @cached_property
    def parts(self) -> dict[str, list[tuple[int, bool, bool]]]:
        """Compounds by each run of their parts: index of the form, whether the run is at its beginning, whether at its end."""
        found: dict[str, list[tuple[int, bool, bool]]] = {}
        for k, form in enumerate(self.forms):
            if "-" in form:
                parts = [bare(p) for p in form.split("-")]
                for a, b in combinations(range(len(parts) + 1), 2):
                    if (a, b) != (0, len(parts)):
                        found.setdefault("-".join(parts[a:b]), []).append((k, a == 0, b == len(parts)))
        return found

    def compounds(self, pattern: str, *, first: bool = False, last: bool = False) -> np.ndarray:
        """Indexes of the hyphenated forms of which a word with wildcards is a part, if need be the first or the last one."""
        pattern = fold(pattern)
        if "*" in pattern:
            expression = wildcard(pattern)
            found = [where for part, where in self.parts.items() if expression.fullmatch(part)]
        else:
            found = [self.parts.get(pattern, [])]
        at = {k for where in found for k, begins, ends in where if (begins or not first) and (ends or not last)}
        return np.array(sorted(at), np.int64)

    def matches(self, pattern: str) -> np.ndarray:
        """Indexes of the forms that a word with wildcards matches, possessives among them."""
        pattern = fold(pattern)
        if "*" not in pattern:
            return np.array(self.by_form.get(pattern, []), np.int64)
        prefix, *rest = pattern.split("*")
        # Forms are sorted: those with the prefix are neighbours, and only they are compared with the pattern.
        left = int(np.searchsorted(self.forms, prefix)) if prefix else 0
        right = int(np.searchsorted(self.forms, prefix + "\U0010ffff")) if prefix else len(self.forms)
        if prefix and rest == [""]:
            return np.arange(left, right)
        expression = wildcard(pattern)
        found = (k for k in range(left, right) if _whole(expression, self.forms[k], self.bare[k]))
        return np.array(list(found), np.int64)


def bare(form: str) -> str:
    """A case-folded form without its possessive ending.

    Examples
    --------
    >>> bare("norland's"), bare("states'"), bare("states")
    ('norland', 'states', 'states')
    """
    return _POSSESSIVE.sub("", form)


def wildcard(pattern: str, *, inside: bool = False) -> re.Pattern[str]:
    """A pattern with ``*`` for any letters, to be matched with `fullmatch` in time that grows with the length of the text alone.

    Parameters
    ----------
    pattern : str
        Letters and ``*``.
    inside : bool
        Whether any letters may stand before and behind it.

    Examples
    --------
    >>> [form for form in ("norland", "norlanders", "nor") if wildcard("n*and*").fullmatch(form)]
    ['norland', 'norlanders']
    """
    first, *rest = f"*{pattern}*".split("*") if inside else pattern.split("*")
    if not rest:
        return re.compile(re.escape(first))
    # The first place of each piece is as good as any later one: (?>...) never looks for another.
    pieces = "".join(f"(?>.*?{re.escape(piece)})" for piece in rest[:-1] if piece)
    return re.compile(f"{re.escape(first)}{pieces}.*{re.escape(rest[-1])}")


def _whole(expression: re.Pattern[str], *forms: str) -> bool:
    return any(expression.fullmatch(form) for form in forms)


# A corpus is searched dozens of times, each time for other terms; the last vocabularies are kept as long as they live.
_INDEXES: WeakValueDictionary[int, _Index] = WeakValueDictionary()
_KEPT: deque[_Index] = deque(maxlen=4)


def _index(forms: np.ndarray) -> _Index:
    found = _INDEXES.get(id(forms))
    # An id may be given again when an array is gone.
    if found is None or found.forms is not forms:
        found = _INDEXES[id(forms)] = _Index(forms)
        _KEPT.append(found)
    return found


def match_terms(
    corpus: EncodedCorpus, terms: Sequence[str], mask: np.ndarray | None = None, compounds: Container[int] = ()
) -> Hits:
    """Find terms of one or more words.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    terms : sequence of str
        ``*`` matches any letters at that place of a word; a blank separates words; case is ignored; a term also
        matches its possessive (Russia, Russia's).
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens in which to look.
    compounds : container of int, optional
        Terms, by their indexes, that hyphenated compounds match as well: "norland" matches Norland-backed and anti-Norland;
        "port norland", of several words, ex-Port Norland and Port Norland-backed. What matches as a whole wins.

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
    split = [words_of(t) for t in terms]
    term_of = _forms_of_terms(corpus, split, compounds)
    several = {k: words for k, words in enumerate(split) if len(words) > 1}
    mask = np.ones(corpus.n_tokens, bool) if mask is None else mask
    found = [_find_words(corpus, term_of, mask)]
    if several:
        index = _index(corpus.folded_forms)
        found += _find_phrases(corpus, {k: _of_phrase(index, w, k in compounds) for k, w in several.items()}, mask)
    return _without_overlaps(found)


def match_forms(corpus: EncodedCorpus, terms: Sequence[str], compounds: Container[int] = ()) -> np.ndarray:
    """The term of one word that each case-folded form matches; -1 where none does.

    Parameters
    ----------
    corpus, terms, compounds
        As in `match_terms`.

    Returns
    -------
    ndarray of int64, shape (n_folded_forms,)

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> match_forms(encoded(["anti-Norland talks"]), ["talk*", "norland"], compounds={1}).tolist()
    [1, 0]
    """
    return _forms_of_terms(corpus, [words_of(t) for t in terms], compounds)


def _forms_of_terms(corpus: EncodedCorpus, split: Sequence[Sequence[str]], compounds: Container[int]) -> np.ndarray:
    """The term of one word for each form. What is written last wins: exact words, wildcards, parts of compounds; of two alike the
    first of the list, but of two parts the last, as exclusions come after aliases."""
    index = _index(corpus.folded_forms)
    term_of = np.full(len(corpus.folded_forms), -1, np.int64)
    single = [k for k, words in enumerate(split) if len(words) == 1]
    for k in single:
        if k in compounds:
            term_of[index.compounds(split[k][0])] = k
    for k in sorted(single, key=lambda k: ("*" not in split[k][0], -k)):
        term_of[index.matches(split[k][0])] = k
    return term_of


def _of_phrase(index: _Index, words: Sequence[str], compounds: bool) -> list[np.ndarray]:
    """The forms of each word of a term; of the outer ones also compounds that end or begin with them."""
    forms = [index.matches(w) for w in words]
    if compounds:
        forms[0] = np.union1d(forms[0], index.compounds(words[0], last=True))
        forms[-1] = np.union1d(forms[-1], index.compounds(words[-1], first=True))
    return forms


def _places(ids: np.ndarray, forms: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Where some forms (bool, one for each) occur in the mask."""
    if np.count_nonzero(mask) < len(mask) // 8:
        # In a few sentences of a large corpus the other tokens are not looked at.
        at = np.flatnonzero(mask)
        return at[forms[ids[at]]]
    return np.flatnonzero(forms[ids] & mask)


def _find_words(corpus: EncodedCorpus, term_of: np.ndarray, mask: np.ndarray) -> Hits:
    """Where terms of one word occur, given the term of each form."""
    ids = corpus.folded_ids
    at = _places(ids, term_of >= 0, mask)
    return Hits(at, np.ones(len(at), np.int64), term_of[ids[at]])


def _find_phrases(corpus: EncodedCorpus, terms: dict[int, list[np.ndarray]], mask: np.ndarray) -> list[Hits]:
    """Where terms of several words occur within a sentence, given the forms of each word."""
    first = np.zeros(len(corpus.folded_forms) + 1, bool)
    for words in terms.values():
        first[words[0]] = True
    ids, bounds = corpus.folded_ids, corpus.sentence_bounds
    candidates = _places(ids, first, mask)
    # Grouped by form: each term looks at the places of its first word alone.
    candidates = candidates[np.argsort(ids[candidates], kind="stable")]
    stop = bounds[np.searchsorted(bounds, candidates, side="right")]
    form = ids[candidates]
    found = []
    for k, words in terms.items():
        left, right = (np.searchsorted(form, words[0], side=side).tolist() for side in ("left", "right"))
        which = np.concatenate([np.zeros(0, np.int64), *(np.arange(a, b) for a, b in zip(left, right))])
        for offset, forms in enumerate(words[1:], 1):
            position = candidates[which] + offset
            which = which[position < stop[which]]
            position = candidates[which] + offset
            which = which[np.isin(ids[position], forms) & mask[position]]
        at = candidates[which]
        found.append(Hits(at, np.full(len(at), len(words)), np.full(len(at), k)))
    return found


def _without_overlaps(found: Sequence[Hits]) -> Hits:
    """Hits in the order of the text without overlaps: the first wins, and the longest of those that begin together."""
    starts, lengths, terms = (
        np.concatenate([getattr(f, name) for f in found]).astype(np.int64) for name in ("starts", "lengths", "terms")
    )
    order = np.lexsort((terms, -lengths, starts))
    starts, lengths, terms = starts[order], lengths[order], terms[order]
    keep = np.ones(len(starts), bool)
    # Hits of one word each cannot overlap.
    if (lengths > 1).any():
        free = 0
        for k, (start, length) in enumerate(zip(starts.tolist(), lengths.tolist())):
            if start >= free:
                free = start + length
            else:
                keep[k] = False
    return Hits(starts[keep], lengths[keep], terms[keep])
