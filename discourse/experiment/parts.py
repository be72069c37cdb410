"""Measuring a corpus in partitions: each part by itself, wherever it is done, and the results put together in file order."""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from discourse import spill
from discourse.analyses.base import Analysis
from discourse.analyses.data import Tokens
from discourse.analyses.memo import Memo
from discourse.analyses.parts import Measured
from discourse.corpus.partitioned import Part
from discourse.encode.encoder import hashtags_as_words
from discourse.encode.partitions import PartedCorpus, load_part
from discourse.errors import SettingError
from discourse.experiment.bundle.values import TokenCounts
from discourse.experiment.engine import Engine
from discourse.features.target import Target
from discourse.types import EncodedCorpus, Features

MOST_WHOLE = 300_000_000  # tokens that may be held at once, for what cannot be measured in parts
MOST_KEPT = 8_000_000  # tokens of parts that a process keeps for the next walk over them
Said = Callable[[str], None]


class _Lately:
    """The tokens that were looked at last, as long as together they are few."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[Any, tuple[int, Tokens]] = OrderedDict()

    def once(self, key: Any, size: int, make: Callable[[], Tokens]) -> Tokens:
        """The tokens of a key."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][1]
        found = make()
        with self._lock:
            self._kept[key] = size, found
            while len(self._kept) > 1 and sum(n for n, _ in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
        return found


_LATELY = _Lately(MOST_KEPT)


@dataclass(frozen=True)
class Counting:
    """Which tokens of any part of a corpus count, and what is known of the whole.

    Parameters
    ----------
    layers : tuple of str
        Token layers that do not count.
    targets : sequence of Target
        All targets of the experiment.
    sha256 : str
        Of the corpus.
    speakers, offices, people, held
        As in `Tokens`.
    hashtags : bool
        Whether a hashtag counts as the words in it.
    further : mapping of str to Path
        Further layers: the folder with an array for each part.
    """

    layers: tuple[str, ...]
    targets: Sequence[Target] = ()
    sha256: str = ""
    speakers: Sequence[str] = ()
    offices: Sequence[str] = ()
    people: Sequence[str] | None = None
    held: Sequence[str] | None = None
    hashtags: bool = False
    further: Mapping[str, Path] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """Hash of all of this."""
        return hashlib.sha256(pickle.dumps(self.__reduce_ex__(2)[2])).hexdigest()

    def of_part(self, part: Part) -> Tokens:
        """The tokens of a part; those that this process looked at last are kept, with what was found in them."""
        return _LATELY.once(
            (self.key, part.folder, part.sums.get("ids.npy")), part.size.tokens, lambda: self._of_part(part)
        )

    def _of_part(self, part: Part) -> Tokens:
        corpus = load_part(part)
        layers = {name: np.load(folder / f"{part.number:04d}.npy") for name, folder in self.further.items()}
        corpus = replace(corpus, layers={**corpus.layers, **layers})
        if self.hashtags:
            corpus = hashtags_as_words(corpus)
        return replace(self.of(corpus), whole=False, people=self.people, held=self.held)

    def of(self, corpus: EncodedCorpus, memo: Memo | None = None) -> Tokens:
        """The tokens of a corpus in one piece, whose layers and forms are as they count."""
        return Tokens(
            corpus,
            corpus.words(without=self.layers),
            (corpus.turns["side"] == "home").to_numpy(),
            self.targets,
            self.sha256,
            memo=Memo() if memo is None else memo,
            speakers=self.speakers,
            offices=self.offices,
        )


@dataclass(frozen=True)
class Job:
    """What is measured: by which analysis, under which settings, of which target."""

    analysis: Analysis
    settings: Any
    target: Target | None = None

    @property
    def given(self) -> list[Any]:
        """Arguments after the tokens."""
        return [self.settings, *([self.target] if self.target is not None else [])]


@dataclass(frozen=True)
class _Call:
    """A function of tokens with its further arguments; it can be sent to another process."""

    function: Callable[..., Any]
    given: list[Any]


def _survey_part(part: Part, counting: Counting, calls: Sequence[_Call]) -> list[Any]:
    tokens = counting.of_part(part)
    return [c.function(tokens, *c.given) for c in calls]


def _measure_part(part: Part, counting: Counting, calls: Sequence[_Call], agreed: Sequence[Any]) -> list[Features]:
    tokens = counting.of_part(part)
    # All share what is found once, such as the mentions of a target.
    return [c.function(replace(tokens, agreed=a), *c.given) for c, a in zip(calls, agreed)]


def _count_part(part: Part, counting: Counting) -> tuple[np.ndarray, np.ndarray]:
    tokens = counting.of_part(part)
    before = np.concatenate([[0], np.cumsum(tokens.mask)])
    return np.diff(before[tokens.corpus.document_bounds]), tokens.by_turn


def count_in_parts(parts: Sequence[Part], counting: Counting, engine: Engine) -> TokenCounts:
    """Tokens that count, by document on the home side and by turn on all sides."""
    found = list(engine.each(_count_part, parts, counting))
    by_document, by_turn = (np.concatenate([f[k] for f in found]) for k in (0, 1))
    return TokenCounts(by_document.astype(np.int64), by_turn)


def measure_in_parts(
    corpus: PartedCorpus, counting: Counting, jobs: Sequence[Job], engine: Engine, said: Said = lambda text: None
) -> list[Features]:
    """Features of the whole corpus for each job, from one walk over its parts, or two where parts must agree on something first.

    Parameters
    ----------
    corpus : PartedCorpus
        The corpus.
    counting : Counting
        Which tokens count.
    jobs : sequence of Job
        Of analyses that can be measured in parts under these settings.
    engine : Engine
        Where it is done; results do not depend on it.
    said : callable
        Told how many parts are done.
    """
    asking = [j for j in jobs if j.analysis.survey is not None]
    agreed: dict[int, Any] = {}
    if asking:
        surveys = [_Call(j.analysis.survey, j.given) for j in asking]  # type: ignore[arg-type]
        rows = engine.each(_survey_part, corpus.parts, counting, surveys)
        for job, total in zip(asking, _sums(with_progress(rows, len(corpus.parts), "surveyed", said))):
            assert job.analysis.agree is not None
            agreed[id(job)] = job.analysis.agree(total, job.settings)
    calls = [_Call(j.analysis.measure, j.given) for j in jobs]  # type: ignore[arg-type]
    rows = engine.each(_measure_part, corpus.parts, counting, calls, [agreed.get(id(j)) for j in jobs])
    found = list(spill.spilled(with_progress(rows, len(corpus.parts), "measured", said)))
    joined = []
    for k, job in enumerate(jobs):
        parts = [Measured(row[k], part.first) for row, part in zip(found, corpus.parts)]
        for row in found:
            # What has been put together is not held twice.
            row[k] = None
        joined.append(job.analysis.join(parts, job.settings, corpus))
    return joined


def _sums(rows: Iterator[list[Any]]) -> list[Any]:
    """Column by column, neighbours of like weight first: a sum of sums is as large as many parts."""
    held: list[tuple[int, list[Any]]] = []
    for row in rows:
        weight, total = 1, row
        while held and held[-1][0] <= weight:
            n, before = held.pop()
            weight, total = weight + n, [a + b for a, b in zip(before, total)]
        held.append((weight, total))
    total = held.pop()[1]
    while held:
        total = [a + b for a, b in zip(held.pop()[1], total)]
    return total


def with_progress(rows: Iterator[Any], n: int, what: str, said: Said) -> Iterator[Any]:
    """What was found in each of `n` partitions; as it comes in, the user is told how many are done."""
    for k, row in enumerate(rows, 1):
        if is_worth_saying(k, n):
            said(f"{k} of {n} partitions {what}")
        yield row


def is_worth_saying(done: int, n: int) -> bool:
    """Whether progress of many steps is printed after one of them: at most twenty lines.

    Examples
    --------
    >>> [k for k in range(1, 101) if is_worth_saying(k, 100)][:3], sum(is_worth_saying(k, 7) for k in range(1, 8))
    ([5, 10, 15], 7)
    """
    return done * 20 // n > (done - 1) * 20 // n


def whole(corpus: PartedCorpus, path: tuple[str, ...], what: str) -> EncodedCorpus:
    """All tokens in memory, for what cannot be measured in parts.

    Raises
    ------
    SettingError
        Where they are too many.
    """
    if corpus.n_tokens > MOST_WHOLE:
        raise SettingError(
            path,
            f"{what} needs all {corpus.n_tokens:,} tokens of the corpus at once; at most {MOST_WHOLE:,} are held in memory. Leave it "
            "out, or run it on a part of the corpus",
        )
    return corpus.in_memory()
