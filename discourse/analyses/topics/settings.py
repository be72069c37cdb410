"""Settings of the topic model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from discourse.analyses.settings import Later, Names, Scope, Settings
from discourse.errors import SettingError, did_you_mean
from discourse.features.patterns import words_of
from discourse.features.topic_fits import FIXED
from discourse.features.topics import ENGINES, REGRESSION, SEEDED, TopicSettings


class TopicsSettings(Settings):
    """The topic model."""

    scope: Scope = Field(
        "passages",
        description="Which words are modelled where there are targets: the passages, sentences or documents that mention one, "
        "{window: K} tokens around a mention, or all",
    )
    k: Annotated[int, Later()] = Field(12, ge=2, le=200, description="Number of topics")
    engine: Annotated[str, Later()] = Field(
        "tomotopy", description="tomotopy, nmf, gensim, or dmr (covariates move the prevalences of topics)"
    )
    covariates: Annotated[list[str], Later()] = Field(
        [], description="For dmr: group (the default), speaker, year, decade, or columns of the documents"
    )
    seeded: Annotated[dict[str, list[str]], Later()] = Field(
        {},
        description="Topics that begin with seed words, by name: {Economy: [econom*, jobs, inflation]}; for tomotopy and dmr",
    )
    seeds: Annotated[int, Later()] = Field(
        5, ge=1, le=100, description="Fits from different starts of the sampler, whose topics are matched; nmf has one"
    )
    candidates: Annotated[list[Annotated[int, Field(ge=2, le=200)]], Later()] = Field(
        [],
        description="Other numbers of topics, for a figure of how good the models are; each takes as long as the model",
    )
    iterations: Annotated[int, Later()] = Field(1000, ge=10, le=1_000_000, description="Iterations of the sampler")
    sample: Annotated[int, Later()] = Field(
        20_000,
        ge=1,
        description="Passages that the model is fitted on, where there are more; topics are inferred for all. nmf is fitted on all",
    )
    passage_size: int = Field(200, ge=20, description="Tokens in a passage, about")
    min_passages: Annotated[int, Later()] = Field(5, ge=1, description="Passages that must contain a term")
    max_share: Annotated[float, Later()] = Field(
        0.4, gt=0, le=1, description="Leave out terms in a larger share of passages"
    )
    words_by_group: Annotated[bool, Later()] = Field(
        False, description="Which words study and reference use for the same topic, with intervals over documents"
    )

    def problems(self, names: Names) -> Iterable[SettingError]:
        """An engine that does not exist, or that takes no sample; a sample that is too small."""
        if self.engine not in ENGINES:
            said = f'there is no topic engine "{self.engine}". {did_you_mean(self.engine, ENGINES)}'
            yield SettingError(("engine",), said)
        least = TopicSettings.min_passages_per_topic
        if self.sample < self.k * least:
            yield SettingError(
                ("sample",),
                f"{self.sample:,} passages are too few for {self.k} topics: expected at least {self.k * least:,}",
            )
        if self.engine in FIXED and "sample" in self.model_fields_set:
            others = [name for name in ENGINES if name not in FIXED]
            yield SettingError(
                ("sample",),
                f"topics of passages outside a sample cannot be inferred by {self.engine}: leave the sample out, or take one of the "
                f"engines {', '.join(others)}",
            )
        yield from self._guided()

    def _guided(self) -> Iterable[SettingError]:
        """Covariates or seed words that the engine does not take, and words that cannot be seeds."""
        if self.covariates and self.engine not in REGRESSION:
            yield SettingError(("covariates",), f"{self.engine} knows no covariates: set engine: dmr")
        if self.seeded and self.engine not in SEEDED:
            yield SettingError(("seeded",), f"{self.engine} takes no seed words: take {' or '.join(SEEDED)}")
        if len(self.seeded) > self.k:
            yield SettingError(("seeded",), f"{len(self.seeded)} topics are seeded, and k is {self.k}")
        for name, words in self.seeded.items():
            if not words:
                yield SettingError(("seeded", name), f'the topic "{name}" has no seed word')
            if re.fullmatch(r"T\d+|fit|draw|document", name):
                yield SettingError(("seeded", name), f'a topic cannot be called "{name}": other topics are T1, T2...')
            for k, word in enumerate(words):
                if len(words_of(word)) != 1:
                    said = f'"{word}" is not one word; a topic model counts single words'
                    yield SettingError(("seeded", name, k), said)
