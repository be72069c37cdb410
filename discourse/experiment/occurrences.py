"""Where words and mentions occur in the groups' own words: counted first, and then only those looked up that are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np

from discourse.analyses.data import Tokens
from discourse.corpus.partitioned import Part
from discourse.experiment.graph import Graph
from discourse.experiment.parts import Counting, with_progress
from discourse.experiment.prepare import counting, tokens_of
from discourse.features.target import Target
from discourse.report.lines import Places

Key = str | Target  # a term of one or more words, or a target
Each = Callable[[Callable[..., Any]], Iterator[Any]]


class Pool(Protocol):
    """Passages, and where tokens stand in them."""

    def place(self, token: int, length: int) -> tuple[int, int, int]:
        """Passage, offset in it, and length in characters."""
        ...


@dataclass(frozen=True)
class Index:
    """How often each key occurs, by group and by whether the sentence mentions a target.

    Parameters
    ----------
    each : callable
        Applies a function to the occurrences in every part of the corpus.
    order : mapping of (str or Target) to int
        Row of each key.
    counts : ndarray of int64, shape (n_parts, n_keys, 2 * n_groups)
        Two columns a group: in sentences that mention a target, and in others.
    documents : ndarray of int64, shape (n_keys,)
        Documents in which each occurs.
    """

    each: Each
    order: Mapping[Key, int]
    counts: np.ndarray
    documents: np.ndarray

    @classmethod
    def of(cls, graph: Graph, keys: Sequence[Key]) -> Index:
        """Count the occurrences of some keys in a run, in one walk over its corpus."""
        base, group = graph.base, graph.data.design.group
        if base.parted is None:
            tokens = tokens_of(base, graph.config)

            def each(function: Callable[..., Any]) -> Iterator[Any]:
                return iter([function(_Occurrences.of(tokens, group), 0, 0)])
        else:
            parts, counted = base.parted.parts, counting(base, graph.config)
            engine = base.engine

            def each(function: Callable[..., Any]) -> Iterator[Any]:
                rows = engine.each(_in_part, parts, counted, group, function)
                return with_progress(rows, len(parts), "searched", partial(graph.clock.progress, "lines"))

        n = int(group.max(initial=-1)) + 1
        found = list(each(partial(_count, keys=list(keys), n_groups=n)))
        counts, documents = np.stack([c for c, _ in found]), np.sum([d for _, d in found], axis=0)
        return cls(each, {key: k for k, key in enumerate(keys)}, counts, documents)

    def total(self, key: Key) -> int:
        """How often a key occurs."""
        return int(self.counts[:, self.order[key]].sum())

    def some(self, most: Mapping[Key, Sequence[int]]) -> dict[Key, list[np.ndarray]]:
        """A selection of the occurrences of each key for each of some sizes.

        Parameters
        ----------
        most : mapping of (str or Target) to sequence of int
            The most that are taken, for each selection: the same number from each group, half of them about a target, evenly over
            the text.

        Returns
        -------
        dict of (str or Target) to list of ndarray of int64, shape (n, 3)
            First token, length, and whether the sentence mentions a target.
        """
        ranks = {
            key: [_ranks(self.counts[:, self.order[key]].sum(0).tolist(), n) for n in sizes]
            for key, sizes in most.items()
        }
        wanted = {
            key: [np.unique(np.concatenate([r[s] for r in chosen])) for s in range(self.counts.shape[2])]
            for key, chosen in ranks.items()
        }
        before = np.cumsum(self.counts, axis=0) - self.counts
        found = np.concatenate(list(self.each(partial(_take, wanted=wanted, order=dict(self.order), before=before))))
        found = found[np.argsort(found[:, 4], kind="stable")]
        bounds = np.searchsorted(found[:, 4], np.arange(len(self.order) + 1))
        result: dict[Key, list[np.ndarray]] = {}
        for key, chosen in ranks.items():
            row = self.order[key]
            every = found[bounds[row] : bounds[row + 1]]
            selections = []
            for one in chosen:
                kept = np.zeros(len(every), bool)
                for stratum, of_stratum in enumerate(one):
                    kept |= (every[:, 2] == stratum) & np.isin(every[:, 3], of_stratum)
                taken = every[kept]
                taken = taken[np.argsort(taken[:, 0], kind="stable")]
                selections.append(np.column_stack([taken[:, :2], taken[:, 2] % 2 == 0]))
            result[key] = selections
        return result

    def places(self, key: Key, pool: Pool, chosen: np.ndarray) -> Places:
        """The chosen occurrences of a key in the passages of a pool."""
        where = [(*pool.place(int(t), int(n)), bool(about)) for t, n, about in chosen.tolist()]
        return Places(self.total(key), int(self.documents[self.order[key]]), where)


def _ranks(sizes: Sequence[int], most: int) -> list[np.ndarray]:
    """Which occurrences of each stratum are taken, by their rank in it.

    Examples
    --------
    >>> [r.tolist() for r in _ranks([2, 9, 0, 9], 8)]
    [[0, 1], [0, 4, 8], [], [0, 4, 8]]
    """
    if sum(sizes) <= most:
        return [np.arange(n) for n in sizes]
    found = [np.zeros(0, np.int64) for _ in sizes]
    left = most
    # The smallest first: what it does not need is left to the others.
    for k, stratum in enumerate(sorted(range(len(sizes)), key=lambda s: sizes[s])):
        n = min(sizes[stratum], left // (len(sizes) - k))
        if n:
            found[stratum] = np.linspace(0, sizes[stratum] - 1, n).round().astype(np.int64)
        left -= n
    return found


@dataclass(frozen=True)
class _Occurrences:
    """Occurrences in the tokens that count, in documents of a group.

    `document` is that of each token. `order` are tokens sorted by their form, `bounds` where each form begins in it; `counts` marks the tokens; `stratum` has for each
    token twice the number of its group, and one more where its sentence mentions no target.
    """

    tokens: Tokens
    document: np.ndarray
    order: np.ndarray
    bounds: np.ndarray
    counts: np.ndarray
    stratum: np.ndarray

    @staticmethod
    def of(tokens: Tokens, group: np.ndarray) -> _Occurrences:
        """Look at the tokens of a corpus, or of a part; `group` of its documents."""
        corpus = tokens.corpus
        document = np.repeat(np.arange(len(group), dtype=np.int32), np.diff(corpus.document_bounds))
        of_token = group[document]
        counts = tokens.mask & (of_token >= 0)
        at = np.flatnonzero(counts)
        forms = corpus.folded_ids[at]
        order = at[np.argsort(forms, kind="stable")]
        bounds = np.concatenate([[0], np.cumsum(np.bincount(forms, minlength=len(corpus.folded_forms)))])
        about = np.zeros(len(corpus.sentence_bounds) - 1, bool)
        for target in tokens.targets:
            units = tokens.mentions(target).units
            ours = counts[units["token"].to_numpy(np.int64)]
            about[units["sentence"].to_numpy(np.int64)[ours]] = True
        other = ~np.repeat(about, np.diff(corpus.sentence_bounds))
        return _Occurrences(tokens, document, order, bounds, counts, 2 * of_token + other)

    def at(self, key: Key) -> np.ndarray:
        """First token and length of each occurrence, in the order of the text; int64, shape (n, 2)."""
        if isinstance(key, Target):
            units = self.tokens.mentions(key).units
            where, length = (units[c].to_numpy(np.int64) for c in ("token", "length"))
            ours = self.counts[where]
            return np.column_stack([where[ours], length[ours]])
        return self._of_term(key)

    def _of_term(self, term: str) -> np.ndarray:
        corpus = self.tokens.corpus
        forms = corpus.folded_forms
        ids = [int(np.searchsorted(forms, w)) for w in term.split(" ")]
        if any(k == len(forms) or forms[k] != w for k, w in zip(ids, term.split(" "))):
            return np.zeros((0, 2), np.int64)
        at = self.order[self.bounds[ids[0]] : self.bounds[ids[0] + 1]]
        n = len(ids)
        at = at[at + n <= len(self.counts)]
        for k in range(1, n):
            at = at[(corpus.folded_ids[at + k] == ids[k]) & self.counts[at + k]]
        if n > 1:
            turn = np.searchsorted(corpus.turn_bounds, at, side="right")
            at = at[turn == np.searchsorted(corpus.turn_bounds, at + n - 1, side="right")]
        return np.column_stack([at, np.full(len(at), n)])


def _in_part(part: Part, counted: Counting, group: np.ndarray, function: Callable[..., Any]) -> Any:
    """A function of the occurrences in a part, of the number of the part and of its first token."""
    a = part.first.documents
    occurrences = _Occurrences.of(counted.of_part(part), group[a : a + part.size.documents])
    return function(occurrences, part.number, part.first.tokens)


def _count(
    found: _Occurrences, number: int, first: int, *, keys: Sequence[Key], n_groups: int
) -> tuple[np.ndarray, np.ndarray]:
    counts, documents = np.zeros((len(keys), 2 * n_groups), np.int64), np.zeros(len(keys), np.int64)
    for k, key in enumerate(keys):
        at = found.at(key)[:, 0]
        counts[k] = np.bincount(found.stratum[at], minlength=2 * n_groups)
        documents[k] = np.count_nonzero(np.bincount(found.document[at]))
    return counts, documents


def _take(
    found: _Occurrences,
    number: int,
    first: int,
    *,
    wanted: Mapping[Key, Sequence[np.ndarray]],
    order: Mapping[Key, int],
    before: np.ndarray,
) -> np.ndarray:
    """Token in the whole, length, stratum, rank and key of the occurrences whose ranks in their strata are wanted."""
    rows = [np.zeros((0, 5), np.int64)]
    for key, ranks in wanted.items():
        at = found.at(key)
        stratum = found.stratum[at[:, 0]]
        for s, of_stratum in enumerate(ranks):
            here = at[stratum == s]
            start = int(before[number, order[key], s])
            rank = of_stratum[(of_stratum >= start) & (of_stratum < start + len(here))]
            chosen = here[rank - start]
            if len(chosen):
                same = np.broadcast_to([[s, order[key]]], (len(chosen), 2))
                rows.append(np.column_stack([chosen[:, 0] + first, chosen[:, 1], same[:, 0], rank, same[:, 1]]))
    return np.concatenate(rows)
