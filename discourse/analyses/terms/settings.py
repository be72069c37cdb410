"""Settings of terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from discourse.analyses.settings import Display, FileName, Later, Names, Scope, Settings, Stage
from discourse.door import MOST_LEXICON, read_bytes
from discourse.encode.encoder import fold
from discourse.errors import SettingError, SourceError
from discourse.features.frequency import stop_words
from discourse.features.lemmas import Annotations, WordClass, read_annotations
from discourse.features.patterns import words_of
from discourse.features.term_forms import TermForms

# Settings that say what a term is beside `tokens`.
OF_TERMS = ("classes", "annotations", "multiword", "stop_list")


class FrequencySettings(Settings):
    """Terms, n-grams and keyness."""

    ngrams: list[Annotated[int, Field(ge=1, le=5)]] = Field([1, 2], description="Lengths of the terms in tokens")
    tokens: Literal["folded", "as written", "stemmed", "lemmas"] = Field(
        "folded",
        description="What is one term: a word in any case (folded), as written, all words of a stem (Snowball), or all forms of a lemma",
    )
    classes: list[WordClass] = Field(
        [],
        description="Words of these classes only, of English forms each by itself: noun, name, verb, adjective, adverb",
    )
    annotations: Annotated[str, FileName()] = Field(
        "",
        description="A CoNLL-U file (of Stanza, UDPipe) or a DocBin of spaCy (.spacy) with the lemma and class of each form in place of the package's",
    )
    multiword: Annotated[str | list[str], FileName()] = Field(
        [], description="Phrases that are one term, as a list or a file with a phrase a line: [united nations]"
    )
    stop_list: Annotated[str | list[str], FileName()] = Field(
        [], description="Function words in place of the package's, as a list or a file with a word a line"
    )
    stop_words: Annotated[Literal["keep", "drop"], Later()] = Field(
        "keep", description="Function words count among the tokens of which a term is a share (keep), or do not (drop)"
    )
    alpha0: Annotated[float | None, Later()] = Field(
        None,
        gt=0,
        description="Weight of the pooled shares in the Dirichlet prior, in tokens; 100 by default, or a fiftieth of the smaller group's tokens where that is less",
    )
    min_documents: int = Field(10, ge=1, description="Documents that must contain a term")
    min_clusters: Annotated[int, Later()] = Field(4, ge=1, description="Clusters that must contain a term")
    scope: Scope = Field(
        "sentences",
        description="Which words are compared first where there are targets: sentences, passages or documents that mention "
        "the target, {window: K} tokens around a mention; all compares all words only",
    )
    measure: Annotated[Literal["log-odds", "log ratio", "g2", "chi2", "bic"], Display()] = Field(
        "log-odds", description="What figures show and order terms by; intervals and tests are those of the log-odds"
    )
    show: Annotated[int, Later()] = Field(12, ge=1, le=30, description="Terms shown for each group")
    leave_out: list[str] = Field(
        [],
        description="Further words to leave out of keyness (the target's terms are); speakers leaves out names and offices of speakers",
    )
    drop_stop_words: bool = Field(True, description="Leave out function words")
    label: Annotated[int, Display()] = Field(30, ge=0, le=60, description="Labels in the scatter plot")

    @field_validator("leave_out", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    def used(self, stage: Stage) -> dict[str, Any]:
        """As in `Settings`; of what says what a term is, only what is not the default: bundles of before know the others."""
        found = super().used(stage)
        return {name: value for name, value in found.items() if value or name not in OF_TERMS}

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Files that cannot be read, phrases of one word, annotations of which nothing is used."""
        if self.annotations and self.tokens != "lemmas" and not self.classes:
            yield SettingError(("annotations",), "has no effect without tokens: lemmas or classes:")
        for name, read in (("multiword", self.phrases), ("stop_list", self.stops), ("annotations", self.annotated)):
            value = getattr(self, name)
            if isinstance(value, str) and value and not Path(value).is_file():
                continue
            try:
                read()
            except SourceError as error:
                yield from (SettingError((name,), message) for message in error.messages)

    def phrases(self) -> tuple[str, ...]:
        """Phrases that are one term.

        Raises
        ------
        SourceError
            For a phrase of one word.
        """
        found = word_list(self.multiword)
        single = [p for p in found if len(words_of(p)) < 2]
        if single:
            raise SourceError(f'"{single[0]}" is no phrase of several words')
        return found

    def stops(self) -> frozenset[str]:
        """Function words."""
        return frozenset(word_list(self.stop_list)) if self.stop_list else stop_words()

    def annotated(self) -> Annotations:
        """Lemmas and classes of the file; none without one."""
        return read_annotations(self.annotations) if self.annotations else Annotations()

    def forms(self) -> TermForms:
        """What a term is."""
        return TermForms(self.tokens, tuple(self.classes), self.phrases(), self.annotated())


def word_list(given: str | Sequence[str]) -> tuple[str, ...]:
    """Words or phrases of a list, or of a file with one a line (# begins a comment), case folded.

    Raises
    ------
    SourceError
        For a file without a word.
    """
    if not isinstance(given, str):
        return tuple(dict.fromkeys(fold(" ".join(w.split())) for w in given))
    if not given:
        return ()
    try:
        text = read_bytes(Path(given), MOST_LEXICON).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{given}: not UTF-8") from None
    lines = (" ".join(line.partition("#")[0].split()) for line in text.splitlines())
    found = tuple(dict.fromkeys(fold(line) for line in lines if line))
    if not found:
        raise SourceError(f"{given}: there is no word in it")
    return found
