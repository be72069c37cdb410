"""Shallow syntax of the sentences that mention a target: verb groups and clauses.

They are runs of word classes (`tagging`), not a parse.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from discourse.features.stance.tagging import BE, MARKS, NOT, Mending, mend, mending, pieces, tag_words, word_class
from discourse.types import EncodedCorpus

CONDITIONS = frozenset(("if", "unless", "should", "lest", "provided", "whether", "suppose", "until"))
# Prepositions that open a clause where a finite verb follows.
_EITHER = frozenset("until till before after since as".split())
_JOINING = frozenset(("and", "but", "or", "yet", "nor"))
# A verb group opens with *to* and its verb, with a modal, auxiliary or other verb, with an -ing form, but not in "the bombing of", or a
# form in -ed, but not as an adjective before its noun ("continued aggression"). It goes on, with auxiliaries and adverbs, up to the
# first verb; a pronoun may come in between: "should they invade", "have you met".
_GROUP = re.compile(
    r"(?:TR*(?=[VA])|[MA]P|(?=[MAV])|(?<![DJ'])(?=G)|(?<=[^DJ'])(?=E)|(?<![D'])(?=E(?![NJ])))[MAR]*[VGE]?"
)
# Where a clause may begin, and what parts a conjunction from the verb of another clause.
_TURNING = re.compile(r"[,SCI]|(?:^|(?<=,))M")
_PARTING = re.compile("[,SC]")
_AT_ONCE = 10_000  # sentences


class VerbGroup(NamedTuple):
    """A run of auxiliaries, adverbs and a verb.

    Parameters
    ----------
    start, head, stop : int
        First piece, main verb, and the piece after the last.
    finite, passive, negated, infinitive, participle : bool
        What kind of group it is; `participle` is a group that begins with an -ing form.
    """

    start: int
    head: int
    stop: int
    finite: bool
    passive: bool
    negated: bool
    infinitive: bool
    participle: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in pieces: words, clitics apart from them, and marks between clauses.

    Parameters
    ----------
    words : tuple of str
        Case-folded pieces; "," for any mark between clauses.
    forms : tuple of str
        The same as written.
    kinds : str
        Word classes, a letter for each piece, see `discourse.features.stance.tagging.word_class`.
    first : int
        Index of the first token.
    places : tuple of int
        First piece of each token.
    groups : tuple of VerbGroup
        In order.
    group_of : mapping of int to int
        For each piece of a verb group the index of this group.
    clause : tuple of int
        Number of the clause of each piece.
    conditional : frozenset of int
        Clauses that are conditions.

    Notes
    -----
    A large corpus has many sentences: tuples and dictionaries of plain numbers and words cost no time when Python looks for garbage.
    """

    words: tuple[str, ...]
    forms: tuple[str, ...]
    kinds: str
    first: int
    places: tuple[int, ...]
    groups: tuple[VerbGroup, ...]
    group_of: dict[int, int]
    clause: tuple[int, ...]
    conditional: frozenset[int]

    def place(self, token: int) -> int:
        """The first piece of a token of the sentence."""
        return self.places[token - self.first]

    def token(self, piece: int) -> int:
        """The token that a piece is of; for a mark the token before it."""
        return self.first + bisect_right(self.places, piece) - 1

    def group_at(self, piece: int) -> VerbGroup | None:
        """The verb group of a piece."""
        at = self.group_of.get(piece)
        return None if at is None else self.groups[at]

    def clause_start(self, piece: int) -> int:
        """The first piece of the clause of a piece."""
        return bisect_left(self.clause, self.clause[piece])  # the numbers of clauses never fall


def read_sentences(corpus: EncodedCorpus, sentences: Sequence[int] | np.ndarray) -> list[Sentence]:
    """Tag some sentences of a corpus and find their verb groups and clauses.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    sentences : sequence of int
        Indexes of sentences.

    Returns
    -------
    list of Sentence

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = read_sentences(encoded(["If Norland invades, we will not stand by."]), [0])[0]
    >>> found.words[:5], found.kinds, found.clause
    (('if', 'norland', 'invades', ',', 'we'), 'SNV,PMRVI', (0, 0, 0, 1, 1, 1, 1, 1, 1))
    """
    index = np.asarray(sentences, np.int64)
    return [s for k in range(0, len(index), _AT_ONCE) for s in _read(corpus, index[k : k + _AT_ONCE])]


def _read(corpus: EncodedCorpus, sentences: np.ndarray) -> Iterator[Sentence]:
    """Sentences, each piece of which is looked up once, however often it occurs."""
    first = corpus.sentence_bounds[sentences]
    lengths = corpus.sentence_bounds[sentences + 1] - first
    ends = np.cumsum(lengths)
    token = np.arange(lengths.sum()) + np.repeat(first - ends + lengths, lengths)
    # A mark between clauses is a piece of its own, but not at the end of the sentence.
    mark = corpus.layers["clause"][token] if "clause" in corpus.layers else np.zeros(len(token), bool)
    mark[ends[lengths > 0] - 1] = False
    ids, form = np.unique(corpus.ids[token], return_inverse=True)
    known = _Pieces(corpus.vocabulary["form"].to_numpy()[ids])
    size = known.sizes[form] + mark
    place = np.cumsum(size) - size
    piece = np.zeros(size.sum(), np.int64)  # where nothing else is put, the mark
    for k in range(known.sizes.max(initial=0)):
        at = np.flatnonzero(known.sizes[form] > k)
        piece[place[at] + k] = known.flat[known.starts[form[at]] + k]
    bounds = np.append(place, len(piece))[np.append(0, ends)]
    place -= np.repeat(bounds[:-1], lengths)
    words, forms = tuple(known.words[piece]), tuple(known.forms[piece])
    kinds, rules = known.kinds[piece].tolist(), known.rules[piece].tolist()
    places, bounds = tuple(place.tolist()), bounds.tolist()
    for token, a, b, end, n in zip(first.tolist(), bounds, bounds[1:], ends.tolist(), lengths.tolist()):
        if b > a:
            kinds[a], rules[a] = known.at_first(piece[a])
        mine = kinds[a:b]
        mend(words[a:b], mine, forms[a:b], rules[a:b])
        yield _analyse(words[a:b], forms[a:b], "".join(mine), token, places[end - n : end])


class _Pieces:
    """The distinct pieces of some forms, with their word classes as those of further words of a sentence; the first is the mark.

    Those of form k are `flat[starts[k] : starts[k] + sizes[k]]`.
    """

    def __init__(self, forms: np.ndarray) -> None:
        # The word of a hashtag and a handle are names, whatever their tags.
        index: dict[tuple[str, bool], int] = {(",", False): 0}
        flat, sizes = list[int](), list[int]()
        for form in forms.tolist():
            named = form.startswith(MARKS)
            cut = pieces(form)
            sizes.append(len(cut))
            flat += [index.setdefault((p, named and not k), len(index)) for k, p in enumerate(cut)]
        self.flat, self.sizes = np.array(flat, np.int64), np.array(sizes, np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes
        written = [p for p, _ in index]
        words = [p.casefold() for p in written]
        self._named = [named for _, named in index]
        tags = tag_words(written)
        kinds = [word_class(w, "NNP" if n else t) for w, n, t in zip(words, self._named, tags)]
        self.forms, self.words, self.kinds = (np.array(x, object) for x in (written, words, kinds))
        self.rules = np.array([None, *map(mending, words, written, kinds)], object)[1:]  # None: not a table of tuples
        self._first: dict[int, tuple[str, Sequence[Mending]]] = {}

    def at_first(self, piece: int) -> tuple[str, Sequence[Mending]]:
        """The word class of a piece at the beginning of a sentence, and the rules that may mend it."""
        if piece not in self._first:
            word, form = self.words[piece], self.forms[piece]
            (tag,) = tag_words([form], first=True)
            kind = word_class(word, "NNP" if self._named[piece] else tag)
            self._first[piece] = (kind, mending(word, form, kind))
        return self._first[piece]


def _analyse(
    words: tuple[str, ...], forms: tuple[str, ...], kinds: str, first: int, places: tuple[int, ...]
) -> Sentence:
    """Verb groups and clauses of a sentence from its word classes."""
    groups = _verb_groups(words, kinds)
    group_of = {piece: k for k, g in enumerate(groups) for piece in range(g.start, g.stop)}
    clause, conditional = _clauses(words, kinds, groups)
    return Sentence(words, forms, kinds, first, places, groups, group_of, clause, conditional)


def _verb_groups(words: Sequence[str], kinds: str) -> tuple[VerbGroup, ...]:
    groups = []
    for found in _GROUP.finditer(kinds):
        start, stop = found.span()
        auxiliary, opening = max(kinds.rfind("A", start, stop), kinds.rfind("M", start, stop)), kinds[start]
        head = stop - 1 if kinds[stop - 1] in "VGE" else auxiliary  # "is", "has not": no verb follows
        passive = kinds[head] == "E" and auxiliary >= 0 and words[auxiliary] in BE
        negated = not NOT.isdisjoint(words[max(start - 1, 0) : stop])
        groups.append(_group(start, head, stop, opening not in "TG", passive, negated, opening == "T", opening == "G"))
    return tuple(groups)


# Most groups are as one in another sentence is.
_group = lru_cache(maxsize=1 << 16)(VerbGroup)


def _clauses(words: Sequence[str], kinds: str, groups: Sequence[VerbGroup]) -> tuple[tuple[int, ...], frozenset[int]]:
    """Number of the clause of each piece, and which clauses are conditions.

    A clause begins at a mark, at a subordinator or relative, and at a conjunction that a new verb follows.
    """
    verb = bytearray(len(words))  # 1 for the pieces of finite verb groups
    for g in groups:
        if g.finite:
            verb[g.start : g.stop] = b"\1" * (g.stop - g.start)
    starts, conditional = [0], set[int]()
    for found in _TURNING.finditer(kinds):
        k = found.start()
        word, kind = words[k], kinds[k]
        begins = kind == "," or (kind == "S" and k > 0 and kinds[k - 1] != "S")
        if kind == "I":
            if word not in _EITHER:
                continue
            begins = k > 0 and verb.find(1, k + 1, k + 6) >= 0
        elif kind == "C" and word in _JOINING:
            # Before the first verb "and" joins two subjects: "Norland and Ostmark attacked".
            seen, ahead = verb.find(1, starts[-1], k) >= 0, verb.find(1, k + 1, k + 7)
            begins = seen and ahead >= 0 and _PARTING.search(kinds, k + 1, ahead) is None
        # A clause that begins at a mark does not begin again at the word after it.
        if begins and k and kinds[k - 1] != ",":
            starts.append(k)
        # "Should Norland invade": at the beginning of a clause "should" is a condition.
        if (word in CONDITIONS and (kind == "S" or (kind == "I" and begins))) or (kind == "M" and word == "should"):
            conditional.add(len(starts) - 1)
    clause = list[int]()
    for number, (start, stop) in enumerate(zip(starts, [*starts[1:], len(words)])):
        clause += [number] * (stop - start)
    return tuple(clause), frozenset(conditional)
