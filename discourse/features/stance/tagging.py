"""Word classes: TextBlob's tags of single words, in coarser classes, mended from the words around them.

TextBlob's tagger (the lexicon and rules of Pattern, De Smedt & Daelemans 2012) needs no download.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache

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
PREPOSITIONS = frozenset(
    """
    about above across after against along alongside amid among around as at before behind below beneath beside besides between
    beyond by concerning w despite down during except for from given in inside into like near of off on onto out outside over past
    per regarding respecting since than through throughout till to toward towards under underneath unlike until up upon versus
    vis-à-vis via with within without
    """.split()
)
_CONTRACTION = re.compile(r"^(\w+?)(n[’']t|[’'](?:s|re|ve|ll|d|m))$")
_PRONOUNS = frozenset("i you he she it we they this that there here who what where how let".split())
_CLASSES = {
    "VBG": "G", "VBN": "E", "VBD": "E", "PRP": "P", "EX": "P", "DT": "D", "PDT": "D", "PRP$": "D", "CD": "D", "CC": "C",
    "RB": "R", "RBR": "R", "RBS": "R", "POS": "'", "MD": "M", "JJ": "J", "JJR": "J", "JJS": "J",
}  # fmt: skip
# Nouns and not verbs even where an object seems to follow: "to war that", "to peace the".
_NOUNS_AFTER_TO = frozenset("war peace date action power work use".split())
MARKS = ("#", "@")  # of hashtags and handles
_PEOPLE_OR_LANGUAGE = ("an", "sh", "ese", "s")  # "Russian attacks", "British claims": adjectives, not subjects


def pieces(form: str) -> list[str]:
    """A token in pieces: the possessive, negation and auxiliaries that are written with it become pieces of their own.

    A hashtag is the word in it; a handle is a proper noun, with a capital letter.

    Examples
    --------
    >>> pieces("Norland's"), pieces("don’t"), pieces("we've"), pieces("well-being")
    (['Norland', "'s"], ['do', "n't"], ['we', "'ve"], ['well-being'])
    >>> pieces("#StandWithNorland"), pieces("@minRoe's")
    (['StandWithNorland'], ['MinRoe', "'s"])
    """
    form = form.replace("’", "'")
    if form.startswith(MARKS):
        form = form[1:] if form[0] == "#" else form[1:2].upper() + form[2:]
    if "'" not in form:
        return [form]
    if form.endswith("s'"):
        return [form[:-1], "'s"]
    match = _CONTRACTION.match(form)
    if match:
        return [match[1], match[2]]
    return [form]


def tag_words(sentences: Sequence[Sequence[str]]) -> list[list[str]]:
    """Penn Treebank tags of the words of sentences; a sentence that occurs again is not tagged again.

    Examples
    --------
    >>> tag_words([["We", "met"], ["And/or", "not"]])
    [['PRP', 'VBD'], ['NN', 'RB']]
    """
    find_tags = _tagger()
    known: dict[tuple[str, ...], list[str]] = {}
    result: list[list[str]] = []
    for words in sentences:
        key = tuple(words)
        if key not in known:
            known[key] = [tag for _, tag in find_tags(list(words))]
        result.append(known[key])
    return result


@cache
def _tagger() -> Callable[[list[str]], list[tuple[str, str]]]:
    """TextBlob's tagger with its lexicon read: it leaves the file open, of which Python warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        from textblob.en import parser

        parser.find_tags(["a", "word"])
    # Not textblob.en.tag: that joins words and tags to one string and splits it again.
    return parser.find_tags  # type: ignore[no-any-return]


def word_classes(words: Sequence[str], forms: Sequence[str], tags: Sequence[str]) -> list[str]:
    """The word class of each piece of a sentence.

    Parameters
    ----------
    words : sequence of str
        Case-folded pieces; "," for any mark between clauses.
    forms : sequence of str
        The same as written.
    tags : sequence of str
        Their Penn Treebank tags.

    Returns
    -------
    list of str
        N noun, P pronoun, J adjective, D determiner or possessive pronoun, C conjunction, I preposition, S subordinator or
        relative, T to, R adverb, V verb (finite or base), G -ing form, E past participle or past tense, M modal, A auxiliary,
        ' possessive, "," mark, X other.

    Examples
    --------
    >>> word_classes(["we", "support", "its", "will"], ["We", "support", "its", "will"], ["PRP", "NN", "PRP$", "MD"])
    ['P', 'V', 'D', 'N']
    """
    kinds = [_kind(w, t) for w, t in zip(words, tags)]
    if "'s" in words:
        for k in range(1, len(words)):
            if words[k] == "'s" and words[k - 1] in _PRONOUNS:
                kinds[k] = "A"  # "it's"
    _mend(words, kinds, forms)
    return kinds


@lru_cache(maxsize=1 << 16)
def _kind(word: str, tag: str) -> str:
    """Word class of a piece by itself: closed classes by the word, others by the tag."""
    if word == ",":
        return ","
    if word == "'s":
        return "'"
    if word in BE or word in HAVE or word in DO:
        return "A"
    if word in MODAL:
        # May and Will are names as well.
        return "M" if word not in ("may", "might", "will") or tag != "NNP" else "N"
    if word in NOT:
        return "R"
    if word == "to":
        return "T"
    return _kind_of_tag(word, tag)


def _kind_of_tag(word: str, tag: str) -> str:
    if tag in ("WDT", "WP", "WP$", "WRB"):
        return "S"
    if tag in ("IN", "TO", "RP"):
        return "S" if word in SUBORDINATORS and word not in PREPOSITIONS else "I"
    known = _CLASSES.get(tag)
    if known is not None:
        return known
    return {"VB": "V", "NN": "N"}.get(tag[:2], "X")


# --- Faults of a tagger that knows single words. Each rule gives the class that a piece should have, or None where it
# does not apply: (place, class before, class after, words, kinds, forms) -> class.

_Rule = Callable[[int, str, str, Sequence[str], Sequence[str], Sequence[str]], "str | None"]


def _verb_after_to(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "to shell cities", "will target": but "to Russia", "to peace ."."""
    if left not in ("T", "M") or not forms[k][:1].islower():
        return None
    if left == "M":
        return "V"
    if right not in ("D", "N", "P", "J", "I", "S"):
        return None
    return "V" if words[k] not in _NOUNS_AFTER_TO and right in ("D", "P", "N") else "N"


def _verb_after_adverb(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "authorities also capture"."""
    after = left == "R" and k > 1 and kinds[k - 2] == "N"
    return "V" if after and forms[k][:1].islower() and right not in ("N", "'") else None


def _verb_after_name(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "Norland attacks the town", "Norland claims that", "Norland attacks Ostmark"."""
    named_object = right == "N" and forms[k + 1][:1].isupper()
    if left != "N" or not words[k].endswith("s") or not (named_object or right in ("D", "P", "S", "T")):
        return None
    named = forms[k - 1][:1].isupper() and not forms[k - 1].endswith(_PEOPLE_OR_LANGUAGE)
    return "V" if named and forms[k][:1].islower() else None


def _verb_after_relative(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "Those who attack Norland"."""
    return "V" if k and words[k - 1] == "who" and forms[k][:1].islower() else None


def _verb_after_pronoun(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "we support"."""
    return "V" if k and words[k - 1] in ("we", "i", "they", "you") and forms[k][:1].islower() else None


def _noun_after_determiner(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "the attack on"; a participle stays one: "its threatened use"."""
    if left not in ("D", "J", "'") or right in ("N", "J", "D", "P") or words[k] in MODAL:
        return None
    return "N" if kinds[k] == "V" else kinds[k]


def _auxiliary_in_s(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "Norland's on the road", "Norland's a neighbour"."""
    return "A" if right in ("D", "I") or words[k + 1 : k + 2] == ["not"] else None


def _noun_like_a_modal(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "its will"."""
    return "N" if left in ("D", "'", "J") else None


def _past_after_pronoun(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "they travelled"."""
    return "E" if left == "P" and words[k].endswith("ed") else None


def _noun_by_ending(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    return "N" if words[k].endswith(("tion", "sion", "ment")) else None


def _that(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "that" before a clause, not "that war"."""
    return "S" if kinds[k] == "I" or (kinds[k] == "D" and right not in ("N", "J")) else None


def _like(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "would like"."""
    return "V" if left in ("M", "P", "T") else None


# The first rule that applies decides, those for a class before those for a word. For nouns the surest sign comes first:
# *to* and modals, then adverbs, names, and pronouns.
_BY_CLASS: Mapping[str, tuple[_Rule, ...]] = {
    "N": (_verb_after_to, _verb_after_adverb, _verb_after_name, _verb_after_pronoun, _verb_after_relative),
    "V": (_noun_after_determiner,),
    "E": (_noun_after_determiner,),
    "'": (_auxiliary_in_s,),
    "M": (_noun_like_a_modal,),
    "J": (_past_after_pronoun, _noun_by_ending),
}
_BY_WORD: Mapping[str, tuple[_Rule, ...]] = {"that": (_that,), "like": (_like,)}


def _mend(words: Sequence[str], kinds: list[str], forms: Sequence[str]) -> None:
    """Mend the commonest faults, from left to right: a rule sees the classes before it as they were mended."""
    n = len(words)
    for k in range(n):
        rules = _BY_CLASS.get(kinds[k], ())
        if words[k] in _BY_WORD:
            rules = rules + _BY_WORD[words[k]]
        if not rules:
            continue
        left, right = kinds[k - 1] if k else "", kinds[k + 1] if k + 1 < n else ""
        for rule in rules:
            kind = rule(k, left, right, words, kinds, forms)
            if kind is not None:
                kinds[k] = kind
                break
