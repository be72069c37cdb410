"""Word classes: TextBlob's tags of single words, in coarser classes, mended from the words around them.

TextBlob's tagger (the lexicon and rules of Pattern, De Smedt & Daelemans 2012) needs no download.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache

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
_BEFORE_VERBS = frozenset("we i they you who".split())
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


def tag_words(words: Sequence[str], *, first: bool = False) -> list[str]:
    """Penn Treebank tags of words, each by itself, for this tagger looks at no neighbours.

    Parameters
    ----------
    words : sequence of str
        Words as they are written, each of them once.
    first : bool
        Whether they are the first of a sentence, where a word that the lexicon does not know is looked up without its capital.

    Returns
    -------
    list of str

    Examples
    --------
    >>> tag_words(["met", "And/or", "Attacking"]), tag_words(["Attacking"], first=True)
    (['VBD', 'NN', 'NNP'], ['VBG'])
    """
    find_tags = _tagger()
    if first:
        return [find_tags([word])[0][1] for word in words]
    # A first word before them makes all others further ones.
    return [tag for _, tag in find_tags(["a", *words])[1:]]


@cache
def _tagger() -> Callable[[list[str]], list[tuple[str, str]]]:
    """TextBlob's tagger with its lexicon read: it leaves the file open, of which Python warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        from textblob.en import parser

        parser.find_tags(["a", "word"])
    # Not textblob.en.tag: that joins words and tags to one string and splits it again.
    return parser.find_tags  # type: ignore[no-any-return]


def word_class(word: str, tag: str) -> str:
    """The word class of a piece by itself: closed classes by the word, others by the tag.

    Parameters
    ----------
    word : str
        Case-folded; "," for any mark between clauses.
    tag : str
        Its Penn Treebank tag.

    Returns
    -------
    str
        N noun, P pronoun, J adjective, D determiner or possessive pronoun, C conjunction, I preposition, S subordinator or
        relative, T to, R adverb, V verb (finite or base), G -ing form, E past participle or past tense, M modal, A auxiliary,
        ' possessive, "," mark, X other.

    Examples
    --------
    >>> [word_class(w, t) for w, t in (("we", "PRP"), ("support", "NN"), ("is", "VBZ"), ("since", "IN"), ("as", "IN"))]
    ['P', 'N', 'A', 'I', 'I']
    """
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
# does not apply: (place, class before, class after, words, kinds, forms) -> class. What a rule needs of the piece itself is in `mending`.

Mending = Callable[[int, str, str, Sequence[str], Sequence[str], Sequence[str]], "str | None"]


def _verb_and_no_noun(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """A verb after *to*, modals, adverbs, names and pronouns."""
    if left == "T":  # "to shell cities": but "to peace ."
        if right not in ("D", "N", "P", "J", "I", "S"):
            return None
        return "V" if words[k] not in _NOUNS_AFTER_TO and right in ("D", "P", "N") else "N"
    if left == "M":
        return "V"  # "will target"
    if left == "R" and k > 1 and kinds[k - 2] == "N" and right not in ("N", "'"):
        return "V"  # "authorities also capture"
    if left == "N" and words[k].endswith("s") and _named_before(k, right, forms):
        return "V"
    return "V" if k and words[k - 1] in _BEFORE_VERBS else None  # "we support", "those who attack Norland"


def _named_before(k: int, right: str, forms: Sequence[str]) -> bool:
    """ "Norland attacks the town", "Norland claims that", "Norland attacks Ostmark"."""
    if right not in ("D", "P", "S", "T") and not (right == "N" and forms[k + 1][:1].isupper()):
        return False
    return forms[k - 1][:1].isupper() and not forms[k - 1].endswith(_PEOPLE_OR_LANGUAGE)


def _noun_after_determiner(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "the attack on"."""
    return "N" if left in ("D", "J", "'") and right not in ("N", "J", "D", "P") else None


def _auxiliary_in_s(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "Norland's on the road", "Norland's a neighbour"."""
    return "A" if right in ("D", "I") or (k + 1 < len(words) and words[k + 1] == "not") else None


def _noun_like_a_modal(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "its will"."""
    return "N" if left in ("D", "'", "J") else None


def _past_after_pronoun(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    """ "they travelled"."""
    return "E" if left == "P" else None


def _noun_by_ending(
    k: int, left: str, right: str, words: Sequence[str], kinds: Sequence[str], forms: Sequence[str]
) -> str | None:
    return "N"


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


_BY_CLASS: Mapping[str, Mending] = {"'": _auxiliary_in_s, "M": _noun_like_a_modal}
_BY_WORD: Mapping[str, Mending] = {"that": _that, "like": _like}


def mending(word: str, form: str, kind: str) -> Sequence[Mending]:
    """The rules that may mend the class of a piece, by what it is itself; the first that applies decides.

    Parameters
    ----------
    word, form : str
        The piece, case-folded and as it is written.
    kind : str
        From `word_class`.

    Examples
    --------
    >>> len(mending("target", "target", "N")), mending("target", "Target", "N")
    (1, ())
    """
    rules = list[Mending]()
    if kind == "N" and form[:1].islower():
        rules.append(_verb_and_no_noun)
    elif kind == "V" and word not in MODAL:
        rules.append(_noun_after_determiner)
    elif kind == "J" and word.endswith("ed"):
        rules.append(_past_after_pronoun)
    elif kind == "J" and word.endswith(("tion", "sion", "ment")):
        rules.append(_noun_by_ending)
    elif kind in _BY_CLASS:
        rules.append(_BY_CLASS[kind])
    # The rules for a class come before those for a word.
    return (*rules, _BY_WORD[word]) if word in _BY_WORD else tuple(rules)


def mend(words: Sequence[str], kinds: list[str], forms: Sequence[str], rules: Sequence[Sequence[Mending]]) -> None:
    """Mend the commonest faults in the word classes of a sentence, from left to right: a rule sees the classes before it as they were mended.

    Parameters
    ----------
    words : sequence of str
        Case-folded pieces; "," for any mark between clauses.
    kinds : list of str
        The class of each by itself, from `word_class`; changed in place.
    forms : sequence of str
        The pieces as written.
    rules : sequence of sequences of rules
        Of each piece, from `mending`.

    Examples
    --------
    >>> words, kinds = ["we", "support", "its", "will"], ["P", "N", "D", "M"]
    >>> mend(words, kinds, words, [mending(w, w, k) for w, k in zip(words, kinds)])
    >>> kinds
    ['P', 'V', 'D', 'N']
    """
    if "'s" in words:
        for k in range(1, len(words)):
            if words[k] == "'s" and words[k - 1] in _PRONOUNS:
                kinds[k] = "A"  # "it's"
    last = len(words) - 1
    for k, mine in enumerate(rules):
        if mine:
            left, right = kinds[k - 1] if k else "", kinds[k + 1] if k < last else ""
            for rule in mine:
                mended = rule(k, left, right, words, kinds, forms)
                if mended is not None:
                    kinds[k] = mended
                    break
