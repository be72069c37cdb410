"""Settings of stance."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from discourse.analyses.settings import Choice, Display, FileName, Later, Names, Settings, Stage
from discourse.door import sum_of
from discourse.errors import SettingError, SourceError, did_you_mean
from discourse.features.stance import Lexicon, default_lexicons, load_prior, unreachable_class

Positive = Annotated[float, Field(gt=0)]
PACKAGE = "package"
# What a validation does not depend on beside its corpus, target and lexicons: how coded mentions are used, not how they are scored.
_NOT_OF_THE_RULES = ("method", "training", "keys", "labels", "described", "used", "lexicons")
LABELS = "labels"  # the method, and the setting that names its files


def described_in(file: Path) -> list[Path]:
    """Files beside a file of labels that say where they come from: ``gpt.meta.toml`` or ``gpt.meta.json`` beside ``gpt.csv``."""
    return [p for p in (file.with_suffix(".meta.toml"), file.with_suffix(".meta.json")) if p.is_file()]


class StanceSettings(Settings):
    """Stance toward the targets."""

    method: Literal["prior", "lexicon", "classifier", "labels"] = Field(
        "prior",
        description="prior: the trained model of the package, which your codes (training) adjust; lexicon: rules over a lexicon, also "
        "by default where lexicons names one of evaluation; classifier: trained on your codes alone; labels: from files, mention by mention",
    )
    training: Annotated[dict[str, str], FileName()] = Field(
        {},
        description="Coded sheet for each target, from `discourse stance sample`, to adjust the prior or to train the classifier",
    )
    labels: Annotated[dict[str, str], FileName((PACKAGE,))] = Field(
        {},
        description="Files of labels by mention, by name (.csv, .xlsx, .jsonl; ids from `discourse stance mentions`); the first is the "
        'measure, the others are compared with it; "package" is the measure of the package',
    )
    unlabelled: Annotated[float, Later(), Field(ge=0, lt=1)] = Field(
        0.0, description="Share of the mentions of a target in the groups that may have no label; they are left out"
    )
    lexicons: Annotated[dict[str, str], FileName((PACKAGE,))] = Field(
        {},
        description="Files of your own (.tsv, LIWC's .dic, quanteda's .yml) in place of those of the package: evaluation, negation, "
        "certainty, obligation, attitude, person; another name adds a category of metadiscourse",
    )
    weights: dict[str, float] = Field({}, description="Weight of each category of a .dic or .yml file")
    half_distance: float = Field(12.0, gt=0, description="Tokens from the mention at which a term counts half")
    scale: float = Field(4.0, gt=0, description="Sum of weights at which the evaluation is 0.71")
    window: Annotated[int, Field(ge=1, le=1_000)] | None = Field(
        None, description="Tokens around a mention whose words make its score; the whole sentence by default"
    )
    min_mentions: Annotated[int, Later()] = Field(20, ge=1, description="Mentions below which no stance is printed")
    min_documents: Annotated[int, Later()] = Field(
        3, ge=1, description="Documents with mentions below which no stance is printed"
    )
    validation: Annotated[str | None, Later(), FileName()] = Field(
        None,
        description="Record of `discourse stance validate`; by default the file that it writes beside the experiment",
    )
    evidence: Annotated[int, Display()] = Field(
        6, ge=0, le=100, description="Sentences shown at each end of the scale and for each speaker"
    )

    @property
    def own_lexicon(self) -> bool:
        """Whether the evaluation lexicon is not that of the package."""
        return self.lexicons.get("evaluation", PACKAGE) != PACKAGE

    @property
    def package_method(self) -> str:
        """How the package scores: the prior knows its own lexicon only, so that one of yours is scored by the rules."""
        if self.method in ("prior", LABELS):
            return "lexicon" if self.own_lexicon else "prior"
        return self.method

    @property
    def scored_by(self) -> str:
        """The method of the measure: labels, or how the package scores."""
        return LABELS if self.labelled_by else self.package_method

    def learns(self, target: str) -> bool:
        """Whether scores of a target depend on codes."""
        return self.scored_by == "classifier" or (self.scored_by == "prior" and target in self.training)

    def beside(self, file: Path) -> StanceSettings:
        """The same with file names as paths; a validation lies beside the experiment."""
        found = super().beside(file)
        if self.validation is None:
            found = found.model_copy(update={"validation": str(file.with_suffix(".validation.json"))})
            # It need not exist: only files that the config names are missed.
            found.model_fields_set.discard("validation")
        assert isinstance(found, StanceSettings)
        return found

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Settings that nothing would read, sheets of targets that do not exist, targets without a sheet, and labels without files."""
        if not names.targets:
            for name in sorted(self.model_fields_set):
                hint = " To count the words of a dictionary without a target, name it under dictionary: files" * (
                    name == "lexicons"
                )
                yield SettingError((name,), f"there is no target, and so no stance that it could change.{hint}")
        for name in self.training:
            if name not in names.targets:
                yield SettingError(
                    ("training", name), f'there is no target "{name}". {did_you_mean(name, names.targets)}'
                )
        if "method" in self.model_fields_set and self.method == "prior" and self.own_lexicon:
            yield SettingError(
                ("method",),
                "the prior was trained with the evaluation lexicon of the package: with one of your own say method: lexicon",
            )
        if self.scored_by == "lexicon":
            for name in self.training:
                yield SettingError(
                    ("training", name), "rules over a lexicon learn from no codes; they go with method: prior"
                )
        if self.method == "classifier":
            for name in names.targets:
                if name not in self.training:
                    yield SettingError(
                        ("method",),
                        f'the classifier needs a coded sheet for "{name}": `discourse stance sample` draws one; name it under '
                        f"stance: training: {{{name}: SHEET}}",
                    )
        yield from self._problems_of_labels()

    def _problems_of_labels(self) -> Iterable[SettingError]:
        if self.labels and self.method != LABELS:
            yield SettingError(
                (LABELS,),
                "nothing reads these files: say method: labels (where the first is `rules: package`, they are only compared with it)",
            )
        if self.method == LABELS and not any(v != PACKAGE for v in self.labels.values()):
            yield SettingError(
                ("method",),
                "labels need a file: `discourse stance mentions` writes what to label; name it under labels:",
            )

    def used(self, stage: Stage) -> dict[str, Any]:
        """As in `Settings`; of sheets that a classifier learns from, the keys beside them; of labels, what describes them, and which are used."""
        keys = {
            key.name: sum_of(key)
            for sheet in self.training.values()
            for key in sorted(Path(sheet).parent.glob("*.key.json"))
        }
        found = super().used(stage) | ({"keys": keys} if keys else {})
        if self.labels:
            described = {f"{name}/{p.name}": sum_of(p) for name, p in self._descriptions()}
            # The order of the files says which is the measure.
            found |= {"described": described, "used": next(iter(self.labels))}
        return found

    def named_files(self) -> list[Path]:
        """As in `Settings`, with the files that describe labels."""
        return [*super().named_files(), *(path for _, path in self._descriptions())]

    def _descriptions(self) -> list[tuple[str, Path]]:
        return [(k, path) for k, v in self.labels.items() if v != PACKAGE for path in described_in(Path(v))]

    @property
    def labelled_by(self) -> str:
        """Name of the labels that are the measure; empty where it is that of the package."""
        first = next(iter(self.labels), "") if self.method == LABELS else ""
        return first if self.labels.get(first) != PACKAGE else ""

    def of_the_rules(self) -> dict[str, Any]:
        """Settings that a score depends on that has not learned from codes, beside corpus, target and lexicons; of labels their file."""
        used = self.used("measure")
        if self.labelled_by:
            return {LABELS: used[LABELS][self.labelled_by]}
        settings = {k: v for k, v in used.items() if k not in _NOT_OF_THE_RULES}
        return settings | ({"model": load_prior().sha256} if self.scored_by == "prior" else {})

    def all_lexicons(self) -> dict[str, Lexicon]:
        """The lexicons that the config names, and those of the package.

        Raises
        ------
        SettingError
            With every line that is wrong, or the class that the weights cannot reach.
        """
        files = {k: Path(v) for k, v in self.lexicons.items() if v != PACKAGE}
        try:
            lexicons = default_lexicons(files, self.weights)
        except SourceError as error:
            raise SettingError(("stance", "lexicons"), str(error)) from None
        # The classes of a classifier come from codes and not from the weights.
        problem = unreachable_class(lexicons["evaluation"], self.scale) if self.method != "classifier" else ""
        if problem:
            where = "weights" if self.weights else "lexicons" if "evaluation" in files else "scale"
            raise SettingError(("stance", where), f"{self.lexicons.get('evaluation', PACKAGE)}: {problem}")
        return lexicons


def _needs_rules(options: Any, names: Names) -> Iterable[str]:
    if options and not names.targets:
        yield "there is no target, and so no stance that it could change"
    elif options and names.sections["stance"].method == "classifier":
        yield "the classifier does not depend on it"
    elif options and names.sections["stance"].method == LABELS:
        yield "labels do not depend on it"


def _are_labels(options: Any, names: Names) -> Iterable[str]:
    if not options:
        return
    stance = names.sections.get("stance")
    if stance is None or stance.method != LABELS:
        yield "it needs stance: {method: labels} and the files under labels:"
        return
    for option in options:
        if option not in stance.labels:
            yield f'there are no labels "{option}" under stance: labels. {did_you_mean(option, stance.labels)}'


def _first(configured: dict[str, str], option: str) -> dict[str, str]:
    """Labels with others as the measure."""
    return {option: configured[option], **configured}


def _needs_own_rules(options: Any, names: Names) -> Iterable[str]:
    yield from _needs_rules(options, names)
    stance = names.sections.get("stance")
    if options and stance is not None and stance.method == "prior" and "method" in stance.model_fields_set:
        yield "the prior was trained with the evaluation lexicon of the package: say method: lexicon, or leave method out"


def _needs_no_codes(options: Any, names: Names) -> Iterable[str]:
    yield from _needs_rules(options, names)
    stance = names.sections.get("stance")
    if options and stance is not None and stance.training:
        yield "scores depend on codes (training), which the rules do not learn from"
    elif options and stance is not None and stance.own_lexicon:
        yield "the prior was trained with the evaluation lexicon of the package"


def _lexicon(configured: dict[str, str], option: str) -> dict[str, str]:
    """Lexicons with another one of evaluation."""
    return {**configured, "evaluation": option}


CHOICES = (
    Choice(
        "method",
        ("stance", "method"),
        list[Literal["prior", "lexicon"]],
        "The trained model of the package (prior), or rules over the lexicon (lexicon)",
        problems=_needs_no_codes,
    ),
    Choice(
        "window",
        ("stance", "window"),
        list[Annotated[int, Field(ge=1)] | None],
        "Tokens around a mention whose words make its score; null is the sentence",
        show=lambda v: "sentence" if v is None else f"{v} tokens",
        problems=_needs_rules,
    ),
    Choice(
        "half_distance",
        ("stance", "half_distance"),
        list[Positive],
        "Tokens from the mention at which a term counts half",
        label="half distance",
        show=lambda v: f"{v:g} tokens",
        problems=_needs_rules,
    ),
    Choice(
        "lexicon",
        ("stance", "lexicons"),
        Annotated[dict[str, str], FileName((PACKAGE,))],
        'Lexicons of evaluation by name; "package" is that of the package, others are files',
        change=_lexicon,
        reserved={"as configured": "is the name of a lexicon that is there already; take another"},
        named=lambda configured: "as configured" if "evaluation" in configured else PACKAGE,
        problems=_needs_own_rules,
    ),
    Choice(
        "labels",
        ("stance", LABELS),
        list[str],
        "Names under stance: labels: other models, prompts or coders as the measure",
        own=lambda configured: next(iter(configured), ""),
        change=_first,
        problems=_are_labels,
    ),
)
