"""Noun phrases and what surrounds them, inferred from runs of word classes."""

from __future__ import annotations

from discourse.features.stance.role_words import BODIES
from discourse.features.stance.syntax import Sentence, VerbGroup


def phrase_start(s: Sentence, piece: int, named: bool = False) -> int:
    """First piece of the noun phrase that ends at a piece; before a name only names, titles and adjectives belong to it."""
    while piece and s.kinds[piece - 1] in ("J", "D", "N", "'", "G", "E") and s.group_at(piece - 1) is None:
        common = s.kinds[piece - 1] == "N" and s.forms[piece - 1][:1].islower()
        if named and common and s.words[piece - 1] not in BODIES:
            break
        piece -= 1
    return piece


def phrase_stop(s: Sentence, stop: int) -> tuple[int, int, list[int]]:
    """End of the noun phrase that a mention begins, its last piece, and its nouns after the mention."""
    kinds, n = s.kinds, len(s.words)
    at, nouns = stop, list[int]()
    while at < n:
        kind = kinds[at]
        group = s.group_at(at)
        if group is not None and not (kind == "E" and group.start == group.head and _adjectives_to_noun(kinds, at)):
            break
        if kind in ("N", "G"):
            nouns.append(at)
        elif kind == "'" or kind in ("J", "E") or (kind == "D" and kinds[at - 1] == "'"):
            pass
        elif kind in (",", "C", "R") and not nouns and at > stop and _adjectives_to_noun(kinds, at):
            pass  # "Norland's premeditated, unprovoked and unjustified attack"
        elif kind == "C" and nouns and at + 1 < n and kinds[at + 1] == "N" and s.group_at(at + 1) is None:
            pass  # "Norland's scorn and hostility"
        else:
            break
        at += 1
    right = at
    # Without a noun behind them, marks and adjectives belong to what follows the phrase.
    while right > stop and kinds[right - 1] in (",", "C", "R", "E", "J", "'") and not nouns:
        right -= 1
    return max(right, stop), (nouns[-1] if nouns else stop - 1), nouns


def _adjectives_to_noun(kinds: str, at: int) -> bool:
    """Whether adjectives and then a noun follow a comma or "and" after an adjective."""
    if kinds[at - 1] not in ("J", "E", "G", ",", "C", "R", "'"):
        return False
    k = at
    while k < len(kinds) and kinds[k] in ("J", "E", "R", "C", ",", "G"):
        k += 1
    return k < len(kinds) and kinds[k] == "N" and kinds[k - 1] in ("J", "E", "G")


def governing_word(s: Sentence, piece: int) -> int:
    """The nearest verb or noun before a piece."""
    k = piece - 1
    while k >= 0 and s.kinds[k] in ("D", "J", "R", "'", "T"):
        k -= 1
    return k if k >= 0 and s.kinds[k] in ("N", "V", "G", "E", "A", "M", "P", "J") else -1


def verb_of_subject(s: Sentence, right: int) -> VerbGroup | None:
    """The finite verb group whose subject ends at a piece."""
    n, k, commas = len(s.words), right, 0
    steps = 0
    while k < n and steps < 14:
        group = s.group_at(k)
        if group is not None and group.start == k:
            # "Norland attacking the town": a participle farther on belongs to another word.
            if group.finite or (group.participle and k == right):
                return group
            if group.infinitive:
                return None
        kind = s.kinds[k]
        if kind in ("R", "'") or s.words[k] in ("himself", "itself", "themselves", "herself", "first"):
            k += 1
        elif kind == "," and commas == 0 and k == right:
            # What is between two commas is passed over: "Norland, a member of the Council, attacked".
            close = next((j for j in range(k + 1, min(k + 16, n)) if s.kinds[j] == ","), None)
            if close is None:
                return None
            inside = s.group_at(k + 1)
            if s.kinds[k + 1] == "P" or (inside is not None and inside.finite):
                return None
            k, commas = close + 1, 1
        elif kind == "S" and s.words[k] in ("which", "who", "that"):
            k += 1
        # "Norland and its allies attacked", "Norland in its statement claimed".
        elif (kind == "C" and s.words[k] in ("and", "or") and k == right) or (
            kind == "I" and s.words[k] in ("in", "of", "under", "on", "at") and steps < 6
        ):
            k += 1
            while k < n and s.kinds[k] in ("D", "J", "N", "'"):
                k += 1
        else:
            return None
        steps += 1
    return None
