"""What an analysis is, and what it is given: tokens to measure, data to compute with, and nothing of the runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.memo import Memo
from discourse.analyses.outcome import Follow, Outcome, named
from discourse.analyses.settings import Choice, NoSettings, Settings
from discourse.compare.decompose import Cells
from discourse.compare.quantities import Contrast
from discourse.compare.resample import Design
from discourse.errors import TooLittleText
from discourse.features.target import Target
from discourse.types import EncodedCorpus, Features, Provenance


class Input(StrEnum):
    """What measuring needs of a corpus; a bundle without text carries what needs texts or tokens in advance."""

    TEXTS = "texts"
    TOKENS = "tokens in their order"
    COUNTS = "counts by document or passage"


@dataclass(frozen=True)
class Tokens:
    """A corpus to be measured.

    Parameters
    ----------
    corpus : EncodedCorpus
        All tokens.
    words : ndarray of bool, shape (n_tokens,)
        Tokens that count, on all sides (without stage directions, and as the config says without quotations and reused passages).
    home : ndarray of bool, shape (n_turns,)
        Turns on the home side.
    targets : sequence of Target
        All targets of the experiment.
    sha256 : str
        Of the corpus as it was read.
    whole : bool
        Whether this is the whole corpus; in a part of one nothing may be left out for being rare.
    memo : Memo
        What several measures share, made once.
    """

    corpus: EncodedCorpus
    words: np.ndarray
    home: np.ndarray
    targets: Sequence[Target] = ()
    sha256: str = ""
    whole: bool = True
    memo: Memo = field(default_factory=Memo)

    @cached_property
    def mask(self) -> np.ndarray:
        """Tokens that count as the words of a group: on the home side; bool, shape (n_tokens,)."""
        return self.words & np.repeat(self.home, np.diff(self.corpus.turn_bounds))

    @cached_property
    def by_turn(self) -> np.ndarray:
        """Tokens that count, on all sides, in each turn; int64, shape (n_turns,)."""
        return np.diff(np.concatenate([[0], np.cumsum(self.words)])[self.corpus.turn_bounds])


@dataclass(frozen=True)
class Data:
    """What computing is given beside the features: documents, turns and groups, without a token.

    Parameters
    ----------
    documents : DataFrame
        One row a document: `doc_id`, `date`, `title`, `kind`, `issuer`, metadata, `day`, `speaker` (who says most), `n_tokens`
        (home side, that count) and `group` ("" outside the groups).
    turns : DataFrame
        One row a turn: `document` (index), `speaker`, `role`, `side`, `n_tokens` (that count), and what the reader gave.
    design : Design
        Groups, units, resamples, seed.
    contrasts : sequence of Contrast
        What is set against what, the main one first; empty where none is asked for, or the documents are too few.
    pair : (int, int), optional
        Study and reference group, where a contrast is asked for.
    refusal : TooLittleText, optional
        Why there is no contrast.
    min_documents : int
        Documents that a group needs for a contrast.
    fitted : ndarray of bool, shape (n_documents,)
        Documents that models are fitted on: those of the groups as configured.
    provenance : Provenance
        Of the corpus.
    sha256 : str
        Of the corpus as it was read.
    within : mapping of str to str
        Groups in running text ("after 1991"), where the config says how.
    """

    documents: pd.DataFrame
    turns: pd.DataFrame
    design: Design
    contrasts: Sequence[Contrast] = ()
    pair: tuple[int, int] | None = None
    refusal: TooLittleText | None = None
    min_documents: int = 10
    fitted: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    provenance: Provenance = field(default_factory=Provenance)
    sha256: str = ""
    within: Mapping[str, str] = field(default_factory=dict)

    @property
    def main(self) -> Contrast:
        """The contrast of study and reference."""
        return self.contrasts[0]

    @property
    def units(self) -> list[str]:
        """The unit of inference first: clusters where there are some, then documents."""
        return ["document"] if self.design.cluster is None else ["cluster", "document"]

    @property
    def home(self) -> np.ndarray:
        """Turns on the home side; bool, shape (n_turns,)."""
        return (self.turns["side"] == "home").to_numpy()

    def cells(self, y: np.ndarray, x: np.ndarray) -> Cells:
        """Sums by document and speaker of the home side, from values by turn; with the columns of the documents.

        Parameters
        ----------
        y, x : ndarray, shape (n_turns,)
            Numerators and denominators.
        """
        code, document, strata = self._speakers_in_documents
        home = self.home
        sums = (np.bincount(code, np.asarray(v, float)[home], len(document)) for v in (y, x))
        return Cells(document, *sums, strata)

    @cached_property
    def _speakers_in_documents(self) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
        """Number of the cell of each turn of the home side; document and columns of each cell."""
        turns = self.turns[self.home]
        keys = pd.DataFrame({"document": turns["document"].to_numpy(), "speaker": named(turns["speaker"]).to_numpy()})
        cells = keys.groupby(["document", "speaker"], sort=True)
        code = cells.ngroup().to_numpy()
        first = keys.iloc[np.unique(code, return_index=True)[1]].reset_index(drop=True)
        document = first["document"].to_numpy()
        columns = self.documents.drop(columns=["doc_id", "title", "date", "n_tokens", "group"], errors="ignore")
        strata = columns.iloc[document].reset_index(drop=True).apply(named).assign(speaker=first["speaker"])
        return code, document, strata


@dataclass(frozen=True)
class Found:
    """What an analysis found; most have a class of their own with more in it.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What the reviewers look at.
    refusals : sequence of TooLittleText
        What the data could not carry.
    """

    outcomes: Sequence[Outcome] = ()
    refusals: Sequence[TooLittleText] = ()


@dataclass(frozen=True)
class Names:
    """What settings may refer to, for checks before any text is read: names of the experiment, and its other sections."""

    groups: Sequence[str]
    targets: Sequence[str]
    sections: Mapping[str, Any]
    contrast: bool = False


Outcomes = Outcome | Sequence[Outcome] | Found


@dataclass(frozen=True)
class Analysis:
    """One feature of a report: what is measured, computed and said, under one name.

    Parameters
    ----------
    name : str
        Name, and key of its section in an experiment file.
    question : str
        The question that it answers.
    settings : type
        A subclass of `Settings`.
    compute : callable
        ``compute(data, settings, [target], [features], *needs)`` gives an `Outcome`, several, or a `Found`. It sees no token, so that
        it runs on a bundle of counts as well.
    section : callable
        ``section(found, say)`` yields the blocks of the report.
    measure : callable, optional
        ``measure(tokens, settings, [target])`` gives `Features`; it may need the order of words.
    input : Input
        What measuring needs of a corpus.
    splits : callable
        From settings to whether features of parts of a corpus can be concatenated in file order.
    fit : callable, optional
        ``fit(data, settings, features)`` makes a model of all features at once, of the documents that `data.fitted` marks; what it
        gives takes the place of the features.
    finish : callable, optional
        ``finish(data, settings, [target], [features], found, *needs)``: what is computed when the outcomes have been compared,
        and what a multiverse need not repeat.
    needs : sequence of str
        Other analyses whose results `compute` takes; "outcomes" stands for all that is compared (of the target, for an analysis
        by target), "rerun" for the graph itself under other settings.
    per_target : bool
        Run once for each target.
    contrast : bool
        Run only where study and reference can be compared.
    reads : str
        Section whose settings it shares; its own by default.
    on : bool
        Whether it runs where the config does not name it.
    follow : callable, optional
        From what was found to the results that a multiverse follows; by default each outcome of one item.
    choices : sequence of Choice
        Choices that a multiverse can make here.
    figures : mapping of str to str
        Its figures by name, each with its question.
    chapter : str
        Chapter of the report in which its section comes; a heading of its own by default.
    summary : callable, optional
        ``summary(found, say)`` yields sentences for the first page, beside those that are made for every outcome.
    limits : callable, optional
        ``limits(found, say)`` yields sentences on what may not be concluded.
    methods : callable or str
        ``methods(found, say)`` yields blocks for the methods section; or a text with settings in braces.
    cites : sequence of str
        Keys of works that it cites where it has found something.
    record : callable
        ``record(found, settings)`` is what `run.json` says of it.
    columns : mapping of str to (str, str)
        Meaning and unit of the columns of its tables.
    """

    name: str
    question: str
    settings: type[Any]
    compute: Callable[..., Outcomes]
    section: Callable[..., Iterable[Any]] | None = None
    measure: Callable[..., Features] | None = None
    input: Input = Input.COUNTS
    splits: Callable[[Any], bool] = lambda settings: True
    fit: Callable[..., Features] | None = None
    finish: Callable[..., Found] | None = None
    needs: Sequence[str] = ()
    per_target: bool = False
    contrast: bool = False
    reads: str = ""
    on: bool = True
    follow: Callable[[Any], Sequence[Follow]] | None = None
    choices: Sequence[Choice] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    chapter: str = ""
    summary: Callable[..., Iterable[str]] | None = None
    limits: Callable[..., Iterable[str]] | None = None
    methods: Callable[..., Iterable[Any]] | str = ""
    cites: Sequence[str] = ()
    record: Callable[[Any, Any], Mapping[str, Any]] = lambda found, settings: {}
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def section_name(self) -> str:
        """Key of its settings in an experiment file; empty where it has none."""
        return self.reads or (self.name if self.settings is not NoSettings else "")


def as_found(result: Outcomes) -> Found:
    """What `compute` gave, as a `Found`."""
    if isinstance(result, Found):
        return result
    return Found((result,) if isinstance(result, Outcome) else tuple(result))


def by_each(found: Found) -> list[Follow]:
    """Follow each outcome of one item as it is."""
    follows = []
    for outcome in found.outcomes:
        if len(outcome.quantities.items) == 1 and outcome.difference() is not None:
            follows.append(
                Follow(
                    outcome.key,
                    outcome.target,
                    outcome.title,
                    outcome.unit,
                    outcome.digits,
                    _PickKey(outcome.key),
                )
            )
    return follows


@dataclass(frozen=True)
class _PickKey:
    """The quantities of the outcome with a key."""

    key: str

    def __call__(self, found: Found, settings: Settings) -> Any:
        return next(o for o in found.outcomes if o.key == self.key).quantities
