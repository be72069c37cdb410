"""Near misses of a target: words that resemble one of its aliases and are not counted as mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from discourse.encode.encoder import fold
from discourse.features.frequency import stop_words
from discourse.features.patterns import bare, match_forms, wildcard
from discourse.features.target import Target
from discourse.types import EncodedCorpus

# Shorter aliases are in too many words: "iran" in #IranTalks, but "us" in #trust.
LEAST_CONTAINED = 4
LEAST_MISSPELT = 5
COLUMNS = ("kind", "alias", "form", "document", "n")


class Near(StrEnum):
    """In what a word resembles an alias."""

    HASHTAG = "hashtag"
    HANDLE = "handle"
    COMPOUND = "compound"
    LONGER = "longer"
    SPELLING = "spelling"


def near_misses(corpus: EncodedCorpus, target: Target, mask: np.ndarray | None = None) -> pd.DataFrame:
    """Words that resemble an alias of a target and are no mention of it; only the vocabulary is compared.

    Hashtags and handles that contain an alias; hyphenated compounds, where they are left out; words that begin with an
    alias; words within one edit of an alias (a letter more, less, other, or two exchanged: Damerau 1964), with the same first
    letter. Common words of English and what the target excludes are none.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    target : Target
        Aliases and exclusions.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.

    Returns
    -------
    DataFrame
        A row for each form in each document: `kind` (a value of `Near`), `alias`, `form` (as written), `document` (index), `n`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["#Norland: Norlanders and @NorlandEmbassy in Norand."])
    >>> near_misses(corpus, Target("Norland", ("norland",)))[["form", "kind"]].values.tolist()
    [['#Norland', 'hashtag'], ['@NorlandEmbassy', 'handle'], ['Norand', 'spelling'], ['Norlanders', 'longer']]
    """
    mask = corpus.words() if mask is None else mask
    near = dict(_near_forms(corpus, target))
    is_near = np.zeros(len(corpus.folded_forms), bool)
    is_near[list(near)] = True
    at = np.flatnonzero(mask & is_near[corpus.folded_ids])
    found = [near[k] for k in corpus.folded_ids[at].tolist()]
    tokens = pd.DataFrame(
        {
            "kind": np.array([kind.value for kind, _ in found], object),
            "alias": np.array([alias for _, alias in found], object),
            "form": corpus.vocabulary["form"].to_numpy(object)[corpus.ids[at]],
            "document": np.searchsorted(corpus.document_bounds, at, side="right") - 1,
        }
    )
    counted = tokens.groupby([*tokens.columns], sort=False).size().rename("n").reset_index()
    # In file order, so that those of parts of a corpus can be put one after another.
    return counted.sort_values(["document", "form"], kind="stable")[list(COLUMNS)].reset_index(drop=True)


def _near_forms(corpus: EncodedCorpus, target: Target) -> Iterator[tuple[int, tuple[Near, str]]]:
    """Case-folded forms that are near misses, by index, each with its kind and the longest alias that it resembles."""
    taken = match_forms(corpus, target.searched, target.in_compounds) >= 0
    compound = match_forms(corpus, target.searched, replace(target, compounds=True).in_compounds)
    # "#norland" resembles what "norland" does; an alias of several words is written as one in hashtags.
    cores = {fold(t).replace(" ", "").lstrip("#@"): t for t in reversed(target.terms)}
    aliases = sorted(cores.items(), key=lambda item: (-len(item[0]), item[0]))
    words = [(core, t) for core, t in aliases if core.isalpha() and " " not in t and len(core) >= LEAST_CONTAINED]
    inside = [(_inside(core), t) for core, t in aliases]
    for k in np.flatnonzero(~taken).tolist():
        form = bare(str(corpus.folded_forms[k]))
        if form[:1] in ("#", "@"):
            alias = next((t for expression, t in inside if expression.fullmatch(form[1:])), None)
            if alias is not None:
                yield k, (Near.HASHTAG if form[0] == "#" else Near.HANDLE, alias)
        elif 0 <= compound[k] < len(target.terms):
            yield k, (Near.COMPOUND, target.terms[compound[k]])
        else:
            found = _like_a_word(form, words)
            if found is not None and not _common(form):
                yield k, found


def _inside(core: str) -> re.Pattern[str]:
    """What contains an alias; a short one must be all of it."""
    return wildcard(core, inside=len(core.replace("*", "")) >= LEAST_CONTAINED)


def _like_a_word(form: str, aliases: list[tuple[str, str]]) -> tuple[Near, str] | None:
    """Whether a form begins with an alias or is one edit away from it."""
    for core, alias in aliases:
        # Most words end here.
        if form[:1] == core[:1] and form.isalpha():
            if form.startswith(core):
                return Near.LONGER, alias
            if len(core) >= LEAST_MISSPELT and one_edit(form, core):
                return Near.SPELLING, alias
    return None


def one_edit(a: str, b: str) -> bool:
    """Whether two different words are one edit apart: a letter more, less or other, or two neighbours exchanged.

    Examples
    --------
    >>> [one_edit("norland", w) for w in ("norand", "norlaand", "morland", "nolrand", "norland", "nrland's")]
    [True, True, True, True, False, False]
    """
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    same = next((k for k, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    a, b = a[same:], b[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])


@cache
def _lexicon_words() -> tuple[frozenset[str], tuple[str, ...]]:
    """Single words of the lexicons and stop words of this package, and what its words with a wildcard at the end begin with."""
    terms = set(stop_words())
    for file in files("discourse.lexicons").iterdir():
        if file.name.endswith(".tsv"):
            terms |= {fold(line.split("\t")[0]) for line in file.read_text(encoding="utf-8").splitlines()[1:]}
    prefixes = sorted(t[:-1] for t in terms if t.endswith("*") and len(t) > 1 and " " not in t)
    return frozenset(t for t in terms if "*" not in t), tuple(prefixes)


def _common(form: str) -> bool:
    words, prefixes = _lexicon_words()
    return form in words or form.startswith(prefixes)
