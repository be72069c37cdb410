"""What may stand in an experiment file; the descriptions are printed in `experiments/_template.yaml`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Value = str | int | float | bool | dt.date


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class CorpusSection(_Section):
    """Which texts, and how they are read."""

    reader: str = Field(
        description="Reader: sotu, ussos, digest, rss, html, folder, table or stored (`discourse list` shows their options)"
    )
    files: list[str] = Field([], description="Files or folders, relative to this file; --corpus replaces them")
    options: dict[str, Any] = Field({}, description="Options of the reader")
    issuers: dict[str, list[str]] = Field(
        {}, description="Issuers and the words by which a byline names them; documents of others are excluded"
    )
    select: dict[str, Value | list[Value]] = Field({}, description="Keep documents with these values in these columns")
    drop: list[str] = Field([], description="Document ids to leave out")
    kinds: dict[str, Annotated[list[str], Field(min_length=1)]] = Field(
        {},
        description="Kinds of documents and the titles that tell them, with * for any letters; the first that fits counts",
    )
    language: str | None = Field(
        "en", pattern=r"^[a-z]{2}$", description="Keep documents in this language (two letters); null keeps all"
    )
    quotations: Literal["count", "leave out"] = Field(
        "count", description="Long quotations: count them as the speaker's words, or leave them out"
    )
    quotation_words: int = Field(25, ge=5, description="Words from which a quotation is long")


class SpeakerSection(_Section):
    """A person or an office."""

    aliases: list[str] = Field(
        [], description="Words that identify the speaker in labels and bylines; the last word of the name by default"
    )
    role: str = Field("principal", description="principal, counterpart, spokesperson, reporter, moderator...")
    side: Literal["home", "foreign", "press", "other"] = Field(
        "home", description="home: counted as the group's words; foreign, press, other: shown apart"
    )
    office: str = Field("", description="Office held from the first day on and before the last")
    from_: dt.date | None = Field(None, alias="from", description="First day of the term of office")
    before: dt.date | None = Field(None, description="First day after the term; tells people apart who share an alias")

    @model_validator(mode="after")
    def _order(self) -> SpeakerSection:
        if self.from_ and self.before and self.from_ >= self.before:
            raise ValueError(f"from ({self.from_}) must be earlier than before ({self.before})")
        return self


class GroupSection(_Section):
    """Documents that belong together."""

    from_: dt.date | None = Field(None, alias="from", description="First day")
    before: dt.date | None = Field(None, description="First day that is no longer in the group")
    where: dict[str, Value | list[Value]] = Field({}, description="Values of metadata columns")

    @model_validator(mode="after")
    def _some(self) -> GroupSection:
        if self.from_ is None and self.before is None and not self.where:
            raise ValueError("a group needs at least one of: from, before, where")
        if self.from_ and self.before and self.from_ >= self.before:
            raise ValueError(f"from ({self.from_}) must be earlier than before ({self.before})")
        return self


class CompareSection(_Section):
    """The contrast of two groups."""

    study: str = Field(description="Group that is compared")
    reference: str = Field(description="Group that it is compared with")
    cluster: str | None = Field(
        None,
        description="Column whose values are resampled as a whole: speaker (who says most in the document), day, or a column of your own; "
        "intervals over documents are shown beside",
    )
    strata: str | None = Field(
        None,
        description="Column: labels are permuted only among documents of the same value (the kind of document, say)",
    )
    pairs: list[tuple[str, str]] = Field([], description="Further pairs of groups to compare: [[A, B], [A, C]]")
    each_against_rest: bool = Field(False, description="Compare each group with all others together as well")
    trend: bool = Field(False, description="Test a trend over the groups in their order as well (administrations)")
    composition: list[str] = Field(
        ["speaker", "kind", "venue", "issuer"],
        description="What the mix may consist of: columns of documents, and speaker; those that are there are used",
    )


class EventSection(_Section):
    """A date at which something may have changed."""

    date: dt.date = Field(description="First day after")
    name: str = Field("the event", description="What happened")
    days: int = Field(60, ge=3, description="Days on either side that are compared")


class MultiverseSection(_Section):
    """Choices of which every combination is run; what is not named stays as it is configured."""

    tokens: list[Literal["folded", "as written", "stemmed"]] = Field(
        [], description="Terms: case folded, as written, or stems (Snowball)"
    )
    stop_words: list[Literal["keep", "drop"]] = Field(
        [], description="Function words count as tokens of which a term is a share, or do not"
    )
    ngrams: list[Annotated[int, Field(ge=1, le=5)]] = Field([], description="Length of terms")
    unit: list[str] = Field([], description='Unit of the intervals: "document", or columns such as speaker')
    window: list[Annotated[int, Field(ge=1)] | None] = Field(
        [], description="Tokens around a mention whose words make its score; null is the sentence"
    )
    half_distance: list[Annotated[float, Field(gt=0)]] = Field([], description="As in stance")
    lexicon: dict[str, str] = Field(
        {}, description='Lexicons of evaluation by name; "package" is that of the package, others are files'
    )
    prior: list[Annotated[float, Field(gt=0)]] = Field([], description="alpha0, in tokens")
    k: list[Annotated[int, Field(ge=2, le=200)]] = Field([], description="Numbers of topics")
    exclusions: dict[str, list[str]] = Field({}, description="Document ids to leave out, by the name of the choice")
    repetition: list[Literal["keep", "drop"]] = Field([], description="Passages that several documents share")
    quotations: list[Literal["count", "leave out"]] = Field([], description="Long quotations")


class TargetSection(_Section):
    """What stance is toward."""

    terms: list[str] = Field(min_length=1, description="Aliases; * stands for any letters of a word")
    exclude: list[str] = Field([], description="Longer terms in which an alias does not refer to the target")

    @field_validator("terms", "exclude")
    @classmethod
    def _words(cls, value: list[str]) -> list[str]:
        for term in value:
            if not term.strip() or not term.replace("*", "").strip():
                raise ValueError(f'"{term}" matches everything; write a word, with * for some of its letters')
        return value


class RepetitionSection(_Section):
    """Documents published twice, and passages that documents share."""

    documents: Literal["once", "all"] = Field(
        "once", description="A document published twice counts once; all counts it as often as it was published"
    )
    passages: Literal["keep", "drop"] = Field(
        "keep", description="Passages that several documents share: keep them, or leave them out everywhere"
    )
    passage_tokens: int = Field(12, ge=5, le=200, description="Tokens from which a shared passage is one")
    similarity: float = Field(
        0.9, ge=0.5, le=1, description="Share of five-token sequences in common from which two documents are the same"
    )
    days: int = Field(31, ge=0, description="Days between two documents beyond which they are not the same")


class FrequencySection(_Section):
    """Terms, n-grams and keyness."""

    ngrams: list[Annotated[int, Field(ge=1, le=5)]] = Field([1, 2], description="Lengths of the terms in tokens")
    alpha0: float | None = Field(
        None,
        gt=0,
        description="Weight of the Dirichlet prior in tokens; a tenth of the smaller group's tokens by default",
    )
    min_documents: int = Field(10, ge=1, description="Documents that must contain a term")
    min_clusters: int = Field(4, ge=1, description="Clusters that must contain a term")
    show: int = Field(12, ge=1, le=30, description="Terms shown for each group")
    leave_out: list[str] = Field([], description="Further words to leave out of keyness (the target's terms are)")
    drop_stop_words: bool = Field(True, description="Leave out function words")
    label: int = Field(30, ge=0, le=60, description="Labels in the scatter plot")


class StanceSection(_Section):
    """Stance toward the targets."""

    method: Literal["lexicon", "classifier"] = Field(
        "lexicon", description="lexicon: rules over a lexicon; classifier: trained on sentences that you coded"
    )
    training: dict[str, str] = Field(
        {}, description="Coded sheet for each target, from `discourse stance sample`, to train the classifier on"
    )
    lexicons: dict[str, str] = Field(
        {},
        description="Files of your own (.tsv, LIWC's .dic, quanteda's .yml) in place of those of the package: evaluation, negation, "
        "certainty, obligation, attitude, person; another name adds a manner of speaking",
    )
    weights: dict[str, float] = Field({}, description="Weight of each category of a .dic or .yml file")
    half_distance: float = Field(12.0, gt=0, description="Tokens from the mention at which a term counts half")
    scale: float = Field(4.0, gt=0, description="Sum of weights at which the evaluation is 0.71")
    min_mentions: int = Field(20, ge=1, description="Mentions below which no stance is printed")
    min_documents: int = Field(3, ge=1, description="Documents with mentions below which no stance is printed")


class TopicsSection(_Section):
    """The topic model."""

    k: int = Field(12, ge=2, le=200, description="Number of topics")
    engine: str = Field("tomotopy", description="tomotopy, nmf or gensim")
    iterations: int = Field(1000, ge=10, description="Iterations of the sampler")
    passage_size: int = Field(200, ge=20, description="Tokens in a passage, about")
    min_passages: int = Field(5, ge=1, description="Passages that must contain a term")
    max_share: float = Field(0.4, gt=0, le=1, description="Leave out terms in a larger share of passages")


class SensitivitySection(_Section):
    """The main results with another choice."""

    name: str = Field(description="Name in the figure")
    select: dict[str, Value | list[Value]] | None = Field(None, description="Replaces corpus.select")
    drop: list[str] = Field([], description="Document ids to leave out as well")


class InferenceSection(_Section):
    """Intervals and thresholds."""

    resamples: int = Field(2000, ge=100, le=100_000, description="Bootstrap resamples")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="Of the intervals")
    seed: int = Field(1, ge=0, description="All random numbers follow from it")
    interval: Literal["studentised", "percentile", "bca"] = Field(
        "studentised", description="studentised: covers in small groups as well; percentile and bca: for comparison"
    )
    min_containing: int = Field(
        10, ge=2, description="Documents in each group that must contain what is counted, for an interval"
    )
    min_clusters: int = Field(
        5, ge=2, description="Clusters in each group below which no interval over clusters is printed"
    )
    min_documents: int = Field(10, ge=2, description="Documents in each group below which no contrast is printed")


class ReportSection(_Section):
    """The report."""

    paper: Literal["a4", "us-letter"] = Field("a4", description="a4 or us-letter")
    figures: list[str] = Field(
        [], description="Figures to print, all that the data carry by default (`discourse list`)"
    )
    evidence: int = Field(6, ge=0, le=100, description="Sentences shown at each end of the scale and for each speaker")
    period: Literal["auto", "month", "quarter", "year", "decade", "administration"] = Field(
        "auto", description="Periods of the figures over time; auto takes the finest that gives at most 30"
    )
    by: str | None = Field(None, description="Column for the panel that shows each speaker or administration")
    notes: list[str] = Field([], description="Sentences that the report prints under what it may not conclude")


class Experiment(_Section):
    """One experiment: a corpus, groups, targets, and what to compute.

    Examples
    --------
    >>> Experiment.model_validate({"name": "x", "title": "T", "question": "Q?", "corpus": {"reader": "sotu"},
    ...     "groups": {"a": {"before": "2000-01-01"}}}).inference.resamples
    2000
    """

    name: str = Field(pattern=r"^\w[\w.\-]*$", description="Name of the folder in reports/")
    title: str = Field(description="Title of the report")
    question: str = Field(description="The question, in a sentence")
    author: str = Field("", description="Who signs the report")
    corpus: CorpusSection
    speakers: dict[str, SpeakerSection] = Field({}, description="People and offices by the name that figures show")
    groups: dict[str, GroupSection] = Field(min_length=1, description="Groups of documents, in the order of figures")
    compare: CompareSection | None = Field(None, description="The contrast; two groups")
    targets: dict[str, TargetSection] = Field(
        {}, max_length=8, description="What stance is toward; up to eight targets"
    )
    repetition: RepetitionSection = Field(
        RepetitionSection.model_validate({}), description="Documents published twice, and passages that documents share"
    )
    frequency: FrequencySection = Field(FrequencySection.model_validate({}), description="Terms, n-grams, keyness")
    stance: StanceSection = Field(StanceSection.model_validate({}), description="Stance toward the targets")
    topics: TopicsSection | Literal[False] = Field(
        TopicsSection.model_validate({}), description="Topic model; false leaves it out"
    )
    sensitivity: list[SensitivitySection] = Field([], description="The main results again, with other choices")
    event: EventSection | None = Field(None, description="A date that is tested against other dates")
    multiverse: MultiverseSection | None = Field(
        None, description="Choices of which every combination is run, to see which results depend on them"
    )
    inference: InferenceSection = Field(InferenceSection.model_validate({}), description="Intervals and thresholds")
    report: ReportSection = Field(ReportSection.model_validate({}), description="The report")
