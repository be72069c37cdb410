"""Mentions of a target: which alias, where, in whose words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.encode.encoder import fold
from discourse.errors import expect
from discourse.features.patterns import Hits, match_terms
from discourse.types import EncodedCorpus, Features


@dataclass(frozen=True)
class Target:
    """What a stance is toward.

    Parameters
    ----------
    name : str
        Name in figures.
    terms : tuple of str
        Aliases, with ``*`` as wildcard; several words separated by blanks.
    exclude : tuple of str
        Longer terms in which an alias does not refer to the target ("Russian dressing").
    compounds : bool
        Whether hyphenated compounds of an alias are mentions (Soviet-dominated, Sino-Russian).
    """

    name: str
    terms: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    compounds: bool = True

    def __post_init__(self) -> None:
        # One alias may be written without a list, whose elements its letters would otherwise be.
        for name in ("terms", "exclude"):
            value = getattr(self, name)
            object.__setattr__(self, name, (value,) if isinstance(value, str) else tuple(value))

    @property
    def searched(self) -> list[str]:
        """Aliases, then exclusions: a longer term to exclude takes its words from the alias in it."""
        return [*self.terms, *self.exclude]

    @property
    def in_compounds(self) -> frozenset[int]:
        """Those of `searched` that compounds match as well; of the exclusions what is longer than a word."""
        n = len(self.terms)
        longer = (k for k, term in enumerate(self.exclude, n) if {"-", " "} & set(fold(term)))
        return frozenset((*range(n), *longer)) if self.compounds else frozenset()

    def hits(self, corpus: EncodedCorpus, mask: np.ndarray | None = None) -> Hits:
        """Where the aliases occur but for the exclusions; `terms` are indexes into the aliases."""
        found = match_terms(corpus, self.searched, mask, self.in_compounds)
        keep = found.terms < len(self.terms)
        return Hits(found.starts[keep], found.lengths[keep], found.terms[keep])

    def defining_forms(self, corpus: EncodedCorpus) -> frozenset[str]:
        """Case-folded forms of the aliases, to be left out of the target's own keyness.

        Single words with their possessives and compounds, hashtags among them, and aliases of several words as a whole: "european union" is left out as a
        bigram, "union" is not.
        """
        hits = self.hits(corpus)
        ids = corpus.folded_ids
        forms = {" ".join(corpus.folded_forms[ids[a : a + n]]) for a, n in zip(hits.starts, hits.lengths)}
        return frozenset(forms | {fold(t) for t in self.terms if "*" not in t})


def as_target(target: Target | str) -> Target:
    """A target; a word is one of that name, and its own only alias."""
    target = Target(target, (target,)) if isinstance(target, str) else target
    expect(target, Target, 'For several words: discourse.Target("Norland", ["norland", "norlandic"])')
    return target


def mentions(corpus: EncodedCorpus, target: Target | str, mask: np.ndarray | None = None) -> Features:
    """Find every mention of a target.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    target : Target or str
        Aliases and exclusions; or the only alias.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens that count; all that are not excluded by default.

    Returns
    -------
    Features
        One row per mention, in order; `values` is a column of ones; `units` has `token`, `length`, `alias` (as the
        config writes it), `form` (as the text does), and the indexes `sentence`, `turn`, `document`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> found = mentions(encoded(["Norland left. The Norlandic fleet, too."]), Target("Norland", ("norland*",)))
    >>> found.units[["form", "sentence"]].values.tolist()
    [['Norland', 0], ['Norlandic', 1]]
    """
    EncodedCorpus.require(corpus)
    target = as_target(target)
    mask = corpus.words() if mask is None else mask
    hits = target.hits(corpus, mask)
    start, length = hits.starts, hits.lengths
    forms = corpus.vocabulary["form"].to_numpy()
    units = pd.DataFrame(
        {
            "token": start,
            "length": length,
            "alias": np.array(target.terms, object)[hits.terms],
            "form": [" ".join(forms[corpus.ids[a : a + n]]) for a, n in zip(start, length)],
            "sentence": np.searchsorted(corpus.sentence_bounds, start, side="right") - 1,
            "turn": np.searchsorted(corpus.turn_bounds, start, side="right") - 1,
            "document": np.searchsorted(corpus.document_bounds, start, side="right") - 1,
        }
    )
    return Features(
        "mentions",
        np.ones((len(units), 1)),
        ["mention"],
        units,
        target=target.name,
        params={"terms": list(target.terms), "exclude": list(target.exclude), "compounds": target.compounds},
    )


def alias_table(found: Features) -> pd.DataFrame:
    """How often each form of each alias hit, in how many documents."""
    units = found.units
    table = (
        units.groupby(["alias", "form"], sort=True)
        .agg(mentions=("token", "size"), documents=("document", "nunique"))
        .reset_index()
    )
    return table.sort_values(["mentions", "alias", "form"], ascending=[False, True, True]).reset_index(drop=True)


def count_by_document(found: Features, n_documents: int) -> np.ndarray:
    """Mentions in each document; int64, shape (n_documents,)."""
    return np.bincount(found.units["document"], minlength=n_documents)
