"""Settings of word shifts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from discourse.analyses.settings import FileName, Later, Names, Scope, Settings
from discourse.errors import SettingError, SettingErrors, SourceError
from discourse.features.dictionary import Dictionary, read_dictionary
from discourse.features.scores import WordScores, evaluation_scores, read_scores

OWN = "evaluation"  # the package's scores


class ShiftsSettings(Settings):
    """Which words move a difference: of a mean score, of rates, of entropy, of the whole vocabulary."""

    switch: ClassVar[str] = "{}"

    of: list[Literal["score", "entropy", "divergence"]] = Field(
        ["score", "entropy", "divergence"],
        min_length=1,
        description="What differs: the mean score of words, the entropy of the vocabulary, the divergence of the two vocabularies",
    )
    scores: Annotated[str, FileName((OWN,))] = Field(
        OWN,
        description="Scores of words: evaluation (the weights of the package's lexicon), or a table with the columns term and score",
    )
    categories: Annotated[str, FileName()] = Field(
        "", description="A dictionary (as under dictionary: files): which words move the rate of each of its categories"
    )
    neutral: list[float] = Field(
        [], description="Scores from the first to the second of these are left out: [4, 6] on a scale from 1 to 9"
    )
    reference: Annotated[Literal["reference group"] | float, Later()] = Field(
        "reference group",
        description="Score above which a word raises the mean where it becomes more frequent: the mean of the reference group, or a number",
    )
    order: Annotated[float, Later()] = Field(
        1.0, gt=0, le=4, description="Order of the entropy (Tsallis): 1 is Shannon's; below 1 rare words weigh more"
    )
    stop_words: Annotated[Literal["keep", "drop"], Later()] = Field(
        "keep", description="Whether function words count in entropy and divergence"
    )
    scope: Scope = Field(
        "sentences",
        description="Words about a target that are compared beside all words: those of the sentences, passages or documents that mention "
        "it, or {window: 10} tokens on either side; all: none",
    )
    show: Annotated[int, Later()] = Field(25, ge=5, le=40, description="Words shown for each difference")
    min_words: Annotated[int, Later()] = Field(
        200, ge=1, description="Words of a group (with a score, for a mean score) below which nothing is compared"
    )

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Files that hold no scores or no dictionary, a neutral range that is none, a scope of no target."""
        if "scope" in self.model_fields_set and self.scope != "all" and not names.targets:
            yield SettingError(
                ("scope",), "there is no target that words could be about; add targets:, or leave it out"
            )
        if not names.contrast:
            yield SettingError((), "words move a difference: name the groups to compare under compare:")
        if self.neutral and (len(self.neutral) != 2 or self.neutral[0] > self.neutral[1]):
            yield SettingError(("neutral",), "expected two scores, the lower first: neutral: [4, 6]")
            return
        if "score" not in self.of:
            yield from (
                SettingError((name,), "has no effect without of: [score]")
                for name in ("scores", "neutral", "reference")
                if name in self.model_fields_set
            )
        if "entropy" not in self.of and "order" in self.model_fields_set:
            yield SettingError(("order",), "has no effect without of: [entropy]")
        for name, read in (("scores", self.word_scores), ("categories", self.dictionary)):
            path = getattr(self, name)
            if path and (path == OWN or Path(path).is_file()):
                try:
                    read()
                except SettingErrors as errors:
                    yield from (SettingError(e.path[1:], e.text) for e in errors.errors)

    def word_scores(self) -> WordScores:
        """The scores, without those in the neutral range.

        Raises
        ------
        SettingErrors
            With every line of the file that is wrong.
        """
        try:
            scores = evaluation_scores() if self.scores == OWN else read_scores(self.scores)
        except SourceError as error:
            raise SettingErrors(SettingError(("shifts", "scores"), m) for m in error.messages) from None
        found = scores.without(*self.neutral) if self.neutral else scores
        if len(set(found.scores.values())) < 2:
            text = f"the scores of {scores.source} outside {self.neutral[0]:g} to {self.neutral[1]:g} are all the same"
            raise SettingErrors([SettingError(("shifts", "neutral"), text)])
        return found

    def dictionary(self) -> Dictionary:
        """The categories; none where no file is named."""
        if not self.categories:
            return Dictionary({})
        try:
            return read_dictionary(self.categories)
        except SourceError as error:
            raise SettingErrors(SettingError(("shifts", "categories"), m) for m in error.messages) from None
