"""Shallow syntax of the sentences that mention a target: word classes, verb groups, clauses.

Word classes come from TextBlob's tagger (the lexicon and rules of Pattern, De Smedt & Daelemans 2012), which needs no
download; what is built on them here are runs of classes, not a parse.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from discourse.types import EncodedCorpus

BE = frozenset("be is are was were been being am 's 're 'm get gets got gotten getting".split())
HAVE = frozenset("have has had having 've".split())
DO = frozenset("do does did doing".split())
MODAL = frozenset("will would shall should can could may might must ought cannot wo ca 'll 'd".split())
NOT = frozenset(("not", "n't", "never", "nor", "neither"))
SUBORDINATORS = frozenset(
    """
    that if unless because although though while whereas when whenever where until since once lest whether why how which who
    whom whose so as after before provided should
    """.split()
)
CONDITIONS = frozenset(("if", "unless", "should", "lest", "provided", "whether", "suppose", "until"))
PREPOSITIONS = frozenset(
    """
    about above across after against along alongside amid among around as at before behind below beneath beside besides between
    beyond by concerning w despite down during except for from given in inside into like near of off on onto out outside over past
    per regarding respecting since than through throughout till to toward towards under underneath unlike until up upon versus
    vis-à-vis via with within without
    """.split()
)
# Prepositions that open a clause where a finite verb follows.
_EITHER = frozenset("until till before after since as".split())
_CONTRACTION = re.compile(r"^(\w+?)(n[’']t|[’'](?:s|re|ve|ll|d|m))$")
_PRONOUNS = frozenset("i you he she it we they this that there here who what where how let".split())
# What follows a verb that is one with it: "call on", "stand up to".
PARTICLES = frozenset("up out off down away over back on upon forward along together".split())

Token = tuple[str, str]


@dataclass(frozen=True)
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
        Word classes: N noun, P pronoun, J adjective, D determiner or possessive pronoun, C conjunction, I preposition,
        S subordinator or relative, T to, R adverb, V verb (finite or base), G -ing form, E past participle or past tense,
        M modal, A auxiliary, ' possessive, "," mark, X other.
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

    def group_at(self, piece: int) -> VerbGroup | None:
        """The verb group in which a piece stands."""
        for group in self.groups:
            if group.start <= piece < group.stop:
                return group
        return None


def pieces(form: str) -> list[str]:
    """A token in pieces: the possessive, negation and auxiliaries that are written with it stand alone.

    Examples
    --------
    >>> pieces("Norland's"), pieces("don’t"), pieces("we've"), pieces("well-being")
    (['Norland', "'s"], ['do', "n't"], ['we', "'ve"], ['well-being'])
    """
    form = form.replace("’", "'")
    if "'" not in form:
        return [form]
    if form.endswith("s'"):
        return [form[:-1], "'s"]
    match = _CONTRACTION.match(form)
    if match:
        return [match[1], match[2]]
    return [form]


def _kind(word: str, tag: str, before: str) -> str:
    """Word class of a piece."""
    if word == ",":
        return ","
    if word == "'s":
        return "A" if before in _PRONOUNS else "'"
    if word in BE or word in HAVE or word in DO:
        return "A"
    if word in MODAL:
        return "M" if word not in ("may", "might", "will") or tag != "NNP" else "N"
    if word in NOT:
        return "R"
    if word == "to":
        return "T"
    if tag in ("WDT", "WP", "WP$", "WRB"):
        return "S"
    if tag in ("IN", "TO", "RP"):
        return "S" if word in SUBORDINATORS and word not in PREPOSITIONS else "I"
    if tag[:2] == "VB":
        return {"VBG": "G", "VBN": "E", "VBD": "E"}.get(tag, "V")
    if tag[:2] == "NN":
        return "N"
    return {
        "PRP": "P", "EX": "P", "DT": "D", "PDT": "D", "PRP$": "D", "CD": "D", "CC": "C", "RB": "R", "RBR": "R",
        "RBS": "R", "POS": "'", "MD": "M", "JJ": "J", "JJR": "J", "JJS": "J",
    }.get(tag, "X")  # fmt: skip


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
    split: dict[int, list[str]] = {}
    rows: list[tuple[list[str], list[int]]] = []
    for k in sentences:
        a, b = int(corpus.sentence_bounds[k]), int(corpus.sentence_bounds[k + 1])
        words, tokens = [], []
        for token in range(a, b):
            form = int(corpus.ids[token])
            if form not in split:
                split[form] = pieces(str(forms[form]))
            for piece in split[form]:
                words.append(piece)
                tokens.append(token)
            if marks[token] and token + 1 < b:
                words.append(",")
                tokens.append(token)
        rows.append((words, tokens))
    tags = tag_words([words for words, _ in rows])
    return [analyse(words, tokens, tag) for (words, tokens), tag in zip(rows, tags)]


def tag_words(sentences: Sequence[Sequence[str]]) -> list[list[str]]:
    """Penn Treebank tags of the words of sentences."""
    tag = _tagger()
    result: list[list[str]] = []
    for words in sentences:
        tags = [t for _, t in tag(" ".join(words), False)]
        # A word with a slash or a mark that the tagger reads otherwise: the classes of all words alone.
        result.append(tags if len(tags) == len(words) else [(tag(w, False) or [(w, "NN")])[0][1] for w in words])
    return result


@cache
def _tagger() -> Callable[[str, bool], list[tuple[str, str]]]:
    """TextBlob's tagger with its lexicon read: it leaves the file open, of which Python warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        from textblob.en import tag

        tag("a word", False)
    return tag  # type: ignore[no-any-return]


def analyse(words: Sequence[str], tokens: Sequence[int], tags: Sequence[str]) -> Sentence:
    """Word classes, verb groups and clauses of a tagged sentence."""
    lower = [w.casefold() for w in words]
    kinds = [_kind(w, t, lower[k - 1] if k else "") for k, (w, t) in enumerate(zip(lower, tags))]
    _repair(lower, kinds, words)
    groups = list(_verb_groups(lower, kinds))
    clause, conditional = _clauses(lower, kinds, groups)
    return Sentence(lower, list(words), kinds, list(tokens), groups, clause, conditional)


def _repair(words: list[str], kinds: list[str], forms: Sequence[str]) -> None:
    """Mend the commonest faults of a tagger that knows single words, from the words around them."""
    n = len(words)
    for k in range(n):
        kind, left = kinds[k], kinds[k - 1] if k else ""
        right = kinds[k + 1] if k + 1 < n else ""
        if (
            kind == "N"
            and left in ("T", "M")
            and forms[k][:1].islower()
            and (left == "M" or right in ("D", "N", "P", "J", "I", "S"))
        ):
            # "to shell cities", "will target": but "to Russia", "to peace ."
            if left == "M" or (words[k] not in _NOUNS_AFTER_TO and right in ("D", "P", "N")):
                kinds[k] = "V"
        elif (
            kind in ("V", "E")
            and left in ("D", "J", "'")
            and right not in ("N", "J", "D", "P")
            and words[k] not in MODAL
        ):
            # "the attack on", "its threatened use"
            kinds[k] = "N" if kind == "V" else kind
        elif kind == "'" and (right in ("D", "I") or words[k + 1 : k + 2] == ["not"]):
            kinds[k] = "A"  # "Norland's on the road", "Norland's a neighbour"
        elif (
            kind == "N"
            and left == "R"
            and k > 1
            and kinds[k - 2] == "N"
            and forms[k][:1].islower()
            and right not in ("N", "'")
        ):
            kinds[k] = "V"  # "authorities also capture"
        elif (
            kind == "N"
            and left == "N"
            and words[k].endswith("s")
            and right in ("D", "P", "S", "T")
            and forms[k][:1].islower()
            and forms[k - 1][:1].isupper()
            and not forms[k - 1].endswith(("an", "sh", "ese", "s"))
        ):
            kinds[k] = "V"  # "Norland attacks the town", "Norland claims that"
        elif kind == "N" and k and words[k - 1] in ("we", "i", "they", "you") and forms[k][:1].islower():
            kinds[k] = "V"  # "we support"
        elif kind == "M" and left in ("D", "'", "J"):
            kinds[k] = "N"  # "its will"
        elif kind == "J" and left == "P" and words[k].endswith("ed"):
            kinds[k] = "E"  # "they travelled"
        elif kind == "J" and words[k].endswith(("tion", "sion", "ment")):
            kinds[k] = "N"
        elif words[k] in ("http", "https"):
            kinds[k:] = ["X"] * (n - k)
            kinds[k] = ","
            break
        elif (kind == "I" and words[k] == "that") or (words[k] == "that" and kind == "D" and right not in ("N", "J")):
            kinds[k] = "S"
        elif words[k] == "like" and left in ("M", "P", "T"):
            kinds[k] = "V"


_NOUNS_AFTER_TO = frozenset("war peace date action power work use".split())


def _verb_groups(words: list[str], kinds: list[str]) -> Iterable[VerbGroup]:
    k, n = 0, len(words)
    while k < n:
        infinitive = kinds[k] == "T" and _next_verb(kinds, k + 1) is not None
        opens = infinitive or kinds[k] in ("M", "A", "V", "G") or (kinds[k] == "E" and _is_past(kinds, k))
        if kinds[k] == "G" and k and kinds[k - 1] in ("D", "J", "'"):
            opens = False  # "the bombing of"
        if not opens:
            k += 1
            continue
        start, head, at = k, k, k + (1 if infinitive else 0)
        auxiliary = passive = negated = False
        while at < n:
            kind = kinds[at]
            if words[at] in NOT:
                negated = True
            elif kind in ("M", "A"):
                if at > start and not auxiliary and not infinitive and kinds[head] in ("V", "G", "E"):
                    break
                auxiliary = True
                head = at
                passive = words[at] in BE
            elif kind in ("V", "G", "E"):
                if head >= start and kinds[head] in ("V", "G", "E") and head != at and at > start:
                    break
                passive = passive and kind == "E"
                head = at
                at += 1
                break
            elif kind == "R":
                pass
            elif kind == "P" and auxiliary and kinds[start] in ("M", "A") and at == start + 1:
                pass  # "should they invade", "have you met"
            else:
                break
            at += 1
        if kinds[head] in ("M", "A"):
            passive = False
        stop = max(at, head + 1)
        yield VerbGroup(
            start, head, stop, not infinitive and kinds[start] != "G", passive, negated or _negated_before(words, start), infinitive,
            kinds[start] == "G",
        )  # fmt: skip
        k = stop


def _next_verb(kinds: list[str], k: int) -> int | None:
    """The verb of an infinitive whose `to` stands before k."""
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
            begins = seen and ahead is not None and verb[ahead]
        if begins and clause and clause[-1] == number and (k == 0 or kinds[k - 1] != ","):
            number, seen = number + 1, False
        seen = seen or verb[k]
        clause.append(number)
        if (word in CONDITIONS and (kind == "S" or (kind == "I" and begins))) or (
            word == "should" and (k == 0 or kinds[k - 1] == ",")
        ):
            conditional.add(number)
    return clause, conditional
