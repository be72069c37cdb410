"""The core of a name: without words of an office that stand before it in a title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from discourse.corpus.names import HONOURS

PARTICLES = frozenset("de del della di da dos du van von der den bin bint ibn al el le la ter".split())


def has_given_name(name: str) -> bool:
    """Whether a name has more than a surname and its particles.

    Examples
    --------
    >>> has_given_name("Jon Di Roe"), has_given_name("Di Roe"), has_given_name("Roe")
    (True, False, False)
    """
    words = [w for w in name.split() if w.casefold() not in PARTICLES]
    return len(words) > 1


def cores(names: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
    """Names of three and more words that texts also have without their first words.

    Parameters
    ----------
    names : iterable of str
        As they were found in bylines, titles and texts.
    texts : sequence of str
        Titles and texts of the documents.

    Returns
    -------
    dict of str to str
        The core of each name that has one: the longest end with a given name that occurs more often than the whole.

    Examples
    --------
    >>> cores(["Harbour Safety Ann Roe", "Mary Ann Lind"], ["Head of Harbour Safety Ann Roe. Ann Roe went. Mary Ann Lind went."])
    {'Harbour Safety Ann Roe': 'Ann Roe'}
    """
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        words = name.split()
        ends = [" ".join(words[k:]) for k in range(1, len(words) - 1) if _begins_name(words[k])]
        ends = [e for e in ends if has_given_name(e)]
        if not ends:
            continue
        whole = sum(t.count(name) for t in texts)
        counts = {e: sum(t.count(e) for t in texts) for e in ends}
        # A given name that is left out now and then is one all the same.
        better = [e for e in ends if counts[e] > _OFTENER * max(whole, 1)]
        if better:
            found[name] = better[0]
    return found


_OFTENER = 1.5


def _begins_name(word: str) -> bool:
    return word[0].isupper() and len(word.strip(".")) > 1 and word.casefold() not in PARTICLES | HONOURS
