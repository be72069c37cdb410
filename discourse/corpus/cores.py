"""The core of a name: without words of an office that stand before it in a title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

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
    listed = list(dict.fromkeys(names))
    return shortened(listed, occurrences(listed, texts))


def occurrences(names: Iterable[str], texts: Iterable[str]) -> Counter[str]:
    """How often names that may have a core, and what may be their cores, stand in texts.

    Parameters
    ----------
    names : iterable of str
        As they were found in bylines, titles and texts.
    texts : iterable of str
        Titles and texts of documents; counts of several parts of a corpus may be added.

    Returns
    -------
    Counter

    Examples
    --------
    >>> occurrences(["Harbour Safety Ann Roe"], ["Head of Harbour Safety Ann Roe. Ann Roe went."])["Ann Roe"]
    2
    """
    sought = list(dict.fromkeys(x for name in names if (ends := _ends(name)) for x in (name, *ends)))
    found = Counter[str]()
    if sought:
        for text in texts:
            for words in sought:
                n = text.count(words)
                if n:
                    found[words] += n
    return found


def shortened(names: Iterable[str], counts: Mapping[str, int]) -> dict[str, str]:
    """The core of each name that has one, by the counts of `occurrences`."""
    found: dict[str, str] = {}
    for name in names:
        # A given name that is left out now and then is one all the same.
        better = [e for e in _ends(name) if counts.get(e, 0) > _OFTENER * max(counts.get(name, 0), 1)]
        if better:
            found[name] = better[0]
    return found


def _ends(name: str) -> list[str]:
    """What may be the core of a name: its ends with a given name, the longest first."""
    words = name.split()
    ends = [" ".join(words[k:]) for k in range(1, len(words) - 1) if _begins_name(words[k])]
    return [e for e in ends if has_given_name(e)]


_OFTENER = 1.5


def _begins_name(word: str) -> bool:
    return word[0].isupper() and len(word.strip(".")) > 1 and word.casefold() not in PARTICLES | HONOURS
