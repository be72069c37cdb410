"""Shallow syntax of the sentences that mention a target: verb groups and clauses.

They are runs of word classes (`tagging`), not a parse.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from discourse.features.stance.tagging import BE, MARKS, NOT, pieces, tag_words, word_classes
from discourse.types import EncodedCorpus

CONDITIONS = frozenset(("if", "unless", "should", "lest", "provided", "whether", "suppose", "until"))
# Prepositions that open a clause where a finite verb follows.
_EITHER = frozenset("until till before after since as".split())


@dataclass(frozen=True, slots=True)
class VerbGroup:
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


@dataclass(frozen=True)
class Sentence:
    """A sentence in pieces: words, clitics apart from them, and marks between clauses.

    Parameters
    ----------
    words : list of str
        Case-folded pieces; "," for any mark between clauses.
    forms : list of str
        The same as written.
    kinds : list of str
        Word classes, see `discourse.features.stance.tagging.word_classes`.
    tokens : list of int
        Token index of each piece; that of the token before for a mark.
    groups : list of VerbGroup
        In order.
    clause : list of int
        Number of the clause of each piece.
    conditional : set of int
        Clauses that are conditions.
    """

    words: list[str]
    forms: list[str]
    kinds: list[str]
    tokens: list[int]
    groups: list[VerbGroup]
    clause: list[int]
    conditional: set[int]

    @cached_property
    def places(self) -> dict[int, int]:
        """The first piece of each token."""
        # Backwards, so that of several pieces of a token the first stays.
        return {token: piece for piece, token in reversed([*enumerate(self.tokens)])}

    @cached_property
    def _groups(self) -> dict[int, VerbGroup]:
        return {piece: group for group in self.groups for piece in range(group.start, group.stop)}

    def group_at(self, piece: int) -> VerbGroup | None:
        """The verb group of a piece."""
        return self._groups.get(piece)

    def clause_start(self, piece: int) -> int:
        """The first piece of the clause of a piece."""
        return bisect_left(self.clause, self.clause[piece])  # the numbers of clauses never fall


def read_sentences(corpus: EncodedCorpus, sentences: Iterable[int]) -> list[Sentence]:
    """Tag some sentences of a corpus and find their verb groups and clauses.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    sentences : iterable of int
        Indexes of sentences.

    Returns
    -------
    list of Sentence

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = read_sentences(encoded(["If Norland invades, we will not stand by."]), [0])[0]
    >>> found.words[:5], "".join(found.kinds), found.clause
    (['if', 'norland', 'invades', ',', 'we'], 'SNV,PMRVI', [0, 0, 0, 1, 1, 1, 1, 1, 1])
    """
    forms = corpus.vocabulary["form"].to_numpy()
    marks = corpus.layers.get("clause", np.zeros(corpus.n_tokens, bool))
    # Each form is cut once, however often it occurs.
    split: dict[int, list[str]] = {}
    rows: list[tuple[list[str], list[int], list[int]]] = []
    for k in sentences:
        a, b = int(corpus.sentence_bounds[k]), int(corpus.sentence_bounds[k + 1])
        words, tokens, names = list[str](), list[int](), list[int]()
        for token, form, mark in zip(range(a, b), corpus.ids[a:b].tolist(), marks[a:b].tolist()):
            if form not in split:
                split[form] = pieces(str(forms[form]))
            if forms[form].startswith(MARKS):
                names.append(len(words))
            for piece in split[form]:
                words.append(piece)
                tokens.append(token)
            if mark and token + 1 < b:
                words.append(",")
                tokens.append(token)
        rows.append((words, tokens, names))
    tags = tag_words([words for words, _, _ in rows])
    return [_analyse(words, tokens, names, tag) for (words, tokens, names), tag in zip(rows, tags)]


def _analyse(words: list[str], tokens: list[int], names: Sequence[int], tags: Sequence[str]) -> Sentence:
    """Word classes, verb groups and clauses of a tagged sentence; some pieces are names whatever their tags."""
    tags = ["NNP" if k in names else tag for k, tag in enumerate(tags)] if names else tags
    lower = [w.casefold() for w in words]
    kinds = word_classes(lower, words, tags)
    groups = list(_verb_groups(lower, kinds))
    clause, conditional = _clauses(lower, kinds, groups)
    return Sentence(lower, words, kinds, tokens, groups, clause, conditional)


def _verb_groups(words: list[str], kinds: list[str]) -> Iterator[VerbGroup]:
    k = 0
    while k < len(words):
        infinitive = kinds[k] == "T" and _next_verb(kinds, k + 1) is not None
        if infinitive or _opens_group(kinds, k):
            group = _read_group(words, kinds, k, infinitive)
            yield group
            k = group.stop
        else:
            k += 1


def _opens_group(kinds: list[str], k: int) -> bool:
    """Whether a verb group without `to` begins at a piece."""
    if kinds[k] == "G":
        return not k or kinds[k - 1] not in ("D", "J", "'")  # but "the bombing of"
    return kinds[k] in ("M", "A", "V") or (kinds[k] == "E" and _is_past(kinds, k))


def _read_group(words: list[str], kinds: list[str], start: int, infinitive: bool) -> VerbGroup:
    """The verb group that begins at a piece: auxiliaries, adverbs and *not* up to the first verb."""
    head, at = start, start + int(infinitive)
    auxiliary = passive = negated = False
    while at < len(words):
        kind = kinds[at]
        if kind in ("V", "G", "E"):
            head, passive, at = at, passive and kind == "E", at + 1
            break
        if words[at] in NOT:
            negated = True
        elif kind in ("M", "A"):
            head, auxiliary, passive = at, True, words[at] in BE
        elif kind != "R" and not (kind == "P" and auxiliary and at == start + 1):
            break  # but a pronoun may come in between: "should they invade", "have you met"
        at += 1
    if kinds[head] in ("M", "A"):
        passive = False  # no verb follows: "is", "has not"
    return VerbGroup(
        start,
        head,
        max(at, head + 1),
        finite=not infinitive and kinds[start] != "G",
        passive=passive,
        negated=negated or _negated_before(words, start),
        infinitive=infinitive,
        participle=kinds[start] == "G",
    )


def _next_verb(kinds: list[str], k: int) -> int | None:
    """The verb of an infinitive whose `to` comes before k."""
    while k < len(kinds) and kinds[k] == "R":
        k += 1
    return k if k < len(kinds) and kinds[k] in ("V", "A") else None


def _is_past(kinds: list[str], k: int) -> bool:
    """Whether a form in -ed is a verb here and not an adjective before its noun ("continued aggression")."""
    left = kinds[k - 1] if k else ""
    right = kinds[k + 1] if k + 1 < len(kinds) else ""
    return left not in ("D", "'") and not (left in ("J", "") and right in ("N", "J"))


def _negated_before(words: list[str], start: int) -> bool:
    return start > 0 and words[start - 1] in NOT


def _clauses(words: list[str], kinds: list[str], groups: list[VerbGroup]) -> tuple[list[int], set[int]]:
    """Number of the clause of each piece, and which clauses are conditions.

    A clause begins at a mark, at a subordinator or relative, and at a conjunction that a new verb follows.
    """
    verb = [False] * (len(words) + 1)
    for g in groups:
        if g.finite:
            for k in range(g.start, g.stop):
                verb[k] = True
    number, clause, conditional, seen = 0, list[int](), set[int](), False
    for k, (word, kind) in enumerate(zip(words, kinds)):
        begins = kind == "," or (kind == "S" and k > 0 and kinds[k - 1] != "S")
        if kind == "I" and word in _EITHER and any(verb[k + 1 : k + 6]) and k > 0:
            begins = True
        if kind == "C" and word in ("and", "but", "or", "yet", "nor"):
            ahead = next(
                (j for j in range(k + 1, min(k + 7, len(words))) if verb[j] or kinds[j] in (",", "S", "C")), None
            )
            # Before the first verb "and" joins two subjects: "Norland and Ostmark attacked".
            begins = seen and ahead is not None and verb[ahead]
        # A clause that begins at a mark does not begin again at the word after it.
        if begins and clause and clause[-1] == number and (k == 0 or kinds[k - 1] != ","):
            number, seen = number + 1, False
        seen = seen or verb[k]
        clause.append(number)
        # "Should Norland invade": at the beginning of a clause "should" is a condition.
        if (word in CONDITIONS and (kind == "S" or (kind == "I" and begins))) or (
            word == "should" and (k == 0 or kinds[k - 1] == ",")
        ):
            conditional.add(number)
    return clause, conditional
