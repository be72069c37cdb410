"""Settings of lexical diversity and readability, and what each measure is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from discourse.analyses.settings import Choice, Later, Names, Scope, Settings
from discourse.errors import SettingError, did_you_mean
from discourse.features.diversity import DIVERSITY
from discourse.features.readability import READABILITY
from discourse.features.scope import Place

# Names of the ratio of types to tokens of whole texts.
TTR = ("ttr", "type-token ratio", "sttr", "types", "richness")


@dataclass(frozen=True)
class Shown:
    """What a measure is called: in running text, on axes, in headings; its decimals, and what it can reach."""

    name: str
    unit: str
    title: str
    digits: int
    bounds: tuple[float, float] = (0.0, np.inf)


SHOWN: Mapping[str, Shown] = {
    "mattr": Shown(
        "lexical diversity (MATTR)", "mean type-token ratio of windows (MATTR)", "Lexical diversity (MATTR)", 3, (0, 1)
    ),
    "mtld": Shown("lexical diversity (MTLD)", "tokens in a stretch (MTLD)", "Lexical diversity (MTLD)", 1),
    "hdd": Shown("lexical diversity (HD-D)", "expected type-token ratio (HD-D)", "Lexical diversity (HD-D)", 3, (0, 1)),
    "k": Shown(
        "repetition of words (Yule's K)", "Yule's K (higher: less diverse)", "Repetition of words (Yule's K)", 1
    ),
    "lix": Shown("LIX", "LIX (higher: harder)", "LIX", 1),
    "rix": Shown("RIX", "long words per sentence (RIX)", "RIX", 2),
    "ari": Shown("ARI", "US school grade (ARI)", "ARI", 1, (-np.inf, np.inf)),
    "coleman_liau": Shown(
        "Coleman-Liau index", "US school grade (Coleman-Liau)", "Coleman-Liau index", 1, (-np.inf, np.inf)
    ),
    "sentence_length": Shown("sentence length", "words per sentence", "Sentence length", 1),
    "word_length": Shown("word length", "characters per word", "Word length", 2),
}


def _unknown(measures: list[str], known: tuple[str, ...]) -> Iterable[SettingError]:
    """Measures that are none, none at all, and those that are named twice."""
    if not measures:
        yield SettingError(("measures",), f"which measures? {', '.join(known)}; without this line all of them")
    for k, measure in enumerate(measures):
        if measure not in known:
            hint = did_you_mean(measure, list(known))
            yield SettingError(("measures", k), f'there is no measure "{measure}". {hint}')
        elif measure in measures[:k]:
            yield SettingError(("measures", k), f'"{measure}" is named twice')


def _no_target(scope: object, names: Names, named: set[str]) -> Iterable[SettingError]:
    if "scope" in named and scope != "all" and not names.targets:
        yield SettingError(("scope",), "there is no target that words could be about; add targets:, or leave it out")


class DiversitySettings(Settings):
    """Lexical diversity."""

    switch: ClassVar[str] = "{}"

    measures: list[str] = Field(
        list(DIVERSITY),
        description="Measures: mattr (moving-average type-token ratio), mtld, hdd (HD-D), k (Yule's K). The type-token ratio of whole "
        "texts is none of them: it falls with their length",
    )
    window: int = Field(50, ge=2, le=10_000, description="Tokens in a window of MATTR")
    threshold: float = Field(0.72, gt=0, lt=1, description="Type-token ratio at which a stretch of MTLD ends")
    draws: int = Field(42, ge=2, le=10_000, description="Tokens drawn for HD-D")
    min_tokens: int = Field(100, ge=2, description="Tokens below which a document has no MTLD and no K")
    min_documents: Annotated[int, Later()] = Field(
        3, ge=1, description="Documents that are long enough, below which a group has no number"
    )
    scope: Scope = Field(
        "all",
        description="Words about a target that are looked at beside all words: those of the sentences, passages or documents that "
        "mention it, or {window: 10} tokens on either side; all: none",
    )

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Measures that do not exist, the type-token ratio, a scope of no target."""
        ttr = [k for k, measure in enumerate(self.measures) if measure.casefold() in TTR]
        for k in ttr:
            yield SettingError(
                ("measures", k),
                "the type-token ratio of a whole text falls with its length, whatever its words, so that it compares lengths; "
                "take mattr, its mean over windows of one length",
            )
        yield from (e for e in _unknown(self.measures, DIVERSITY) if e.path[-1] not in ttr)
        yield from _no_target(self.scope, names, self.model_fields_set)


class ReadabilitySettings(Settings):
    """Readability, and lengths of sentences and words."""

    switch: ClassVar[str] = "{}"

    measures: list[str] = Field(
        list(READABILITY),
        description="Measures: lix, rix, ari, coleman_liau, sentence_length, word_length; all from characters, words and sentences",
    )
    min_documents: Annotated[int, Later()] = Field(
        3, ge=1, description="Documents with words that count, below which a group has no number"
    )
    scope: Place = Field(
        "all",
        description="Sentences about a target that are looked at beside all: sentences, passages or documents that mention it; all: none",
    )

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Measures that do not exist, a scope of no target."""
        yield from _unknown(self.measures, READABILITY)
        yield from _no_target(self.scope, names, self.model_fields_set)


CHOICES = (
    Choice("diversity_window", ("diversity", "window"), list[int], "Tokens in a window of MATTR", "MATTR window"),
    Choice(
        "diversity_threshold",
        ("diversity", "threshold"),
        list[float],
        "Type-token ratio at which a stretch of MTLD ends",
        "MTLD threshold",
    ),
)
