"""Names that no list has: runs of capitalised words."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence

import numpy as np

from discourse.corpus.label_words import TITLES
from discourse.encode.encoder import fold
from discourse.features.actor_list import bare
from discourse.features.frequency import stop_words
from discourse.types import EncodedCorpus

MOST_WORDS = 4  # capitalised words of a phrase; longer ones are headings
LINKS = frozenset("of the for de du la al el bin von van".split())  # small words inside a name
_DATES = [*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr]
# Capitalised, and no part of a name: as the first words of a sentence, in dates, in the jargon of posts.
NO_NAMES = frozenset(fold(w) for w in _DATES if w) | frozenset(
    """today yesterday tomorrow tonight now live watch read join happening happy thank thanks please yes spring summer autumn fall
    winter week one rt https http est edt gmt utc""".split()
)
# What stands before a name, or alone for an office.
_WORDS = """administration adviser advisor affairs allies asst ayatollah defence department embassy envoy federal federation finance fm
    government interior leader member ministers ministry nations partners pope presidents republic sir state states treasury"""
GENERIC = frozenset(fold(w) for title in TITLES for w in re.split(r"[ -]", title)) - LINKS | frozenset(_WORDS.split())


def capitalised_phrases(corpus: EncodedCorpus, mask: np.ndarray, taken: np.ndarray) -> list[tuple[int, int, str]]:
    """Names by their capitals: runs of one to four capitalised words, with small words such as "of" inside.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    mask : ndarray of bool, shape (n_tokens,)
        Tokens in which to look.
    taken : ndarray of bool, shape (n_tokens,)
        Tokens that are named already; they divide runs, as commas do.

    Returns
    -------
    list of (int, int, str)
        First token, number of tokens, and the phrase as it is written. A title, and what stands before it, is no part of a name. Left
        out are single words at the beginning of a sentence, function words, months and days, and sentences in capitals; a handle
        (@name) is a name of its own.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Talks on the Strait of Ord, which Prime Minister Ada Kovar opened in May, ended."])
    >>> [phrase for *_, phrase in capitalised_phrases(corpus, corpus.words(), ~corpus.words())]
    ['Strait of Ord', 'Ada Kovar']
    """
    at = np.flatnonzero(mask)
    sentences = np.searchsorted(corpus.sentence_bounds, at, side="right") - 1
    ids, form = np.unique(corpus.ids[at], return_inverse=True)
    forms = np.array([bare(f) for f in corpus.vocabulary["form"].to_numpy()[ids]], object)
    name = np.array([_may_be_name(f) for f in forms], bool)[form] & ~taken[at]
    clause = corpus.layers.get("clause", np.zeros(corpus.n_tokens, bool))
    breaks = clause[at] | np.append(np.diff(at) > 1, True)[: len(at)]
    bounds = np.append(np.flatnonzero(np.diff(sentences, prepend=-1)), len(at))
    breaks[bounds[1:] - 1] = True
    found = []
    with_name = np.add.reduceat(name, bounds[:-1], dtype=np.int64) if len(at) else np.zeros(0, np.int64)
    for k in np.flatnonzero(with_name).tolist():
        here = slice(bounds[k], bounds[k + 1])
        part, written = at[here], forms[form[here]].tolist()
        if _is_heading(written):
            continue
        first = int(corpus.sentence_bounds[sentences[here.start]])
        for a, b in _runs(written, name[here].tolist(), taken[part].tolist(), breaks[here].tolist()):
            a, b = _without_titles(written, a, b)
            alone = b - a == 1 and part[a] == first and not written[a].startswith("@")
            n_capitals = sum(w not in LINKS for w in written[a:b])
            if a < b and not alone and n_capitals <= MOST_WORDS:
                # The case of a handle does not matter.
                phrase = fold(written[a]) if written[a].startswith("@") else " ".join(written[a:b])
                found.append((int(part[a]), b - a, phrase))
    return found


def _is_heading(written: Sequence[str]) -> bool:
    """Whether most words of a sentence are in capitals, or all longer ones after the first begin with one."""
    words = [w for w in written if len(w) > 1 and w[0].isalpha()]
    long = [w for w in words[1:] if len(w) > 3]
    capitals = sum(w.isupper() for w in words)
    return len(words) > 2 and (2 * capitals > len(words) or (len(long) > 3 and all(w[0].isupper() for w in long)))


def _runs(
    written: Sequence[str], names: Sequence[bool], taken: Sequence[bool], breaks: Sequence[bool]
) -> Iterator[tuple[int, int]]:
    """First and last place of each run of capitalised words; it neither begins nor ends with a small one."""
    start, end = -1, -1
    for k, (word, name) in enumerate(zip(written, names)):
        handle = name and word.startswith("@")
        if start >= 0 and (handle or not (name or word in LINKS) or taken[k]):
            yield start, end
            start = -1
        if name:
            start, end = (k if start < 0 else start), k + 1
        if start >= 0 and (breaks[k] or handle):
            yield start, end
            start = -1


def _may_be_name(word: str) -> bool:
    if word.startswith("@"):
        return len(word) > 1
    plain = fold(word)
    stem = plain.split("'")[0]
    return word[0].isupper() and len(word) > 1 and not {plain, stem} & (stop_words() | NO_NAMES)


def _without_titles(written: Sequence[str], a: int, b: int) -> tuple[int, int]:
    """What follows the last title of a run, without small words at its beginning."""
    titles = [k for k in range(a, b) if fold(written[k]).rstrip(".") in GENERIC]
    a = titles[-1] + 1 if titles else a
    while a < b and written[a] in LINKS:
        a += 1
    return a, b
