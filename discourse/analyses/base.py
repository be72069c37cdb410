"""What an analysis is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from discourse.analyses.outcome import Follow, Outcome
from discourse.analyses.parts import join
from discourse.analyses.settings import Choice, NoSettings, Settings
from discourse.errors import TooLittleText
from discourse.shown import brief as shown
from discourse.types import Features


class Input(StrEnum):
    """What measuring needs of a corpus; a bundle without text carries what needs texts or tokens in advance."""

    TEXTS = "texts"
    TOKENS = "tokens in their order"
    COUNTS = "counts by document or passage"


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

    __repr__ = shown

    def __init_subclass__(cls) -> None:
        # Before the decorator of the subclass, which writes one with all values only where there is none.
        cls.__repr__ = shown  # type: ignore[assignment, method-assign]

    @property
    def too_little(self) -> bool:
        """Whether there was too little text for the whole analysis: there is the refusal, and nothing that its own class would have."""
        return type(self) is Found and bool(self.refusals) and not self.outcomes


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
        From settings to whether features of parts of a corpus, put together by `join`, are those of the whole.
    join : callable
        ``join(parts, settings, corpus)`` puts together what was measured of parts (`discourse.analyses.parts.Measured`, in the order
        of the corpus); `corpus` has the vocabulary of the whole.
    survey, agree : callable, optional
        ``survey(tokens, settings, [target])`` is what a part says before any is measured (which terms it has, how often), a value that
        can be added to that of another part; ``agree(sum, settings)`` is what all parts then have in `tokens.agreed`. A corpus in one
        piece needs neither.
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
    each_contrast : bool
        Its section is printed for each further contrast as well; where not, its tables are written.
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
    claims : callable, optional
        ``claims(found, say)`` yields what page 1 may say of its outcomes (`discourse.analyses.claims.Claim`); by default each as it is.
    brief : sequence of str
        Its figures, and "concordance" for its evidence, that the brief report prints.
    appendix : sequence of str
        Its figures and tables, and "evidence", that the full report prints at its end.
    limits : callable, optional
        ``limits(found, say)`` yields sentences on what may not be concluded.
    methods : callable or str
        ``methods(found, say)`` yields blocks for the methods section; or a text with settings in braces.
    cites : sequence of str
        Keys of works that it cites where it has found something.
    cites_for : callable
        From what was found to works that only some of its settings need.
    works : mapping of str to mapping
        Works that `references.toml` of this package lacks: BibTeX fields and `type`, by key.
    record : callable
        ``record(found, settings)`` is what `run.json` says of it.
    columns : mapping of str to (str, str)
        Meaning and unit of the columns of its tables; {low} and {high} stand for the quantiles of the confidence.
    travels : callable
        From features to what a bundle without text may hold of them: nothing that locates words in the text, or lists them in its
        order. `compute` must find the same in both. Columns `token` and `length` of units and details are emptied for all.
    words : callable
        From what was found to the words and terms that the section shows, the most important first: a screen shows the lines behind them.
    rare : callable
        ``rare(features, n)`` gives features without the terms that fewer than `n` documents contain; totals must not depend on them.
    """

    name: str
    question: str
    settings: type[Any]
    compute: Callable[..., Outcomes]
    section: Callable[..., Iterable[Any]] | None = None
    measure: Callable[..., Features] | None = None
    input: Input = Input.COUNTS
    splits: Callable[[Any], bool] = lambda settings: True
    join: Callable[..., Features] = join
    survey: Callable[..., Any] | None = None
    agree: Callable[[Any, Any], Any] | None = None
    fit: Callable[..., Features] | None = None
    finish: Callable[..., Found] | None = None
    needs: Sequence[str] = ()
    per_target: bool = False
    contrast: bool = False
    each_contrast: bool = False
    reads: str = ""
    on: bool = True
    follow: Callable[[Any], Sequence[Follow]] | None = None
    choices: Sequence[Choice] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    chapter: str = ""
    summary: Callable[..., Iterable[str]] | None = None
    claims: Callable[..., Iterable[Any]] | None = None
    brief: Sequence[str] = ()
    appendix: Sequence[str] = ()
    limits: Callable[..., Iterable[str]] | None = None
    methods: Callable[..., Iterable[Any]] | str = ""
    cites: Sequence[str] = ()
    cites_for: Callable[[Any], Iterable[str]] = lambda found: ()
    works: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    record: Callable[[Any, Any], Mapping[str, Any]] = lambda found, settings: {}
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    travels: Callable[[Features], Features] = lambda features: features
    rare: Callable[[Features, int], Features] = lambda features, n: features
    words: Callable[[Any], Iterable[str]] = lambda found: ()

    __repr__ = shown

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
