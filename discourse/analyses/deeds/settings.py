"""Settings of what is said of deeds: whose they are, and when a number is too small."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from discourse.analyses.settings import FileName, Later, Names, Scope, Settings
from discourse.errors import SettingError, SourceError, did_you_mean
from discourse.features.actor_list import Actor, alias_words, load_actors

Said = Literal["all", "asserted"]


class DeedsSettings(Settings):
    """Who counts as an actor, which sentences are read, and who speaks."""

    switch: ClassVar[str] = "{}"

    names: dict[str, list[str]] = Field(
        {},
        description="Actors of your own with their aliases, or other aliases for one of the list: {Wagner: [wagner group]}",
    )
    file: Annotated[str | None, FileName()] = Field(
        None, description="List in place of that of the package: name, kind and aliases (separated by |), tab-separated"
    )
    scope: Scope = Field(
        "sentences",
        description="Words about a target that are read beside all words: those of the sentences, passages or documents that mention it, "
        "or {window: 10} tokens on either side; all: none",
    )
    we: Annotated[str, Later()] = Field(
        "we", description="Actor for whom we and I stand: United States, where all speak for it"
    )

    leave_out: Annotated[list[str], Later()] = Field(
        [], description="Actors to leave out, as the list names them: [U.S. Congress]"
    )

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Actors without aliases, a scope without a target, a speaker's state that the list does not have."""
        for name, aliases in self.names.items():
            if not aliases or not all(any(w.replace("*", "") for w in alias_words(a)) for a in aliases):
                yield SettingError(("names", name), "expected a list of aliases, each with a letter")
        if "scope" in self.model_fields_set and self.scope != "all" and not names.targets:
            yield SettingError(
                ("scope",), "there is no target that words could be about; add targets:, or leave it out"
            )
        if self.file is None:
            known = ["we", *(a.name for a in load_actors(names=self.names))]
            asked: list[tuple[tuple[str | int, ...], str]] = [(("we",), self.we)]
            asked += [(("leave_out", k), name) for k, name in enumerate(self.leave_out)]
            for path, name in asked:
                if name not in known:
                    yield SettingError(path, f'there is no actor "{name}". {did_you_mean(name, known)}')

    def actors(self, section: str) -> list[Actor]:
        """The list with the actors of the config.

        Raises
        ------
        SettingError
            With every line of the file that is wrong.
        """
        try:
            return load_actors(self.file, self.names)
        except SourceError as error:
            raise SettingError((section, "file"), str(error)) from None


class FramesSettings(DeedsSettings):
    """Narrative frames: who does what to whom."""

    said: Annotated[Said, Later()] = Field(
        "all",
        description="Triples that count: all, or only what is asserted (no future, possibility, condition, negation)",
    )
    nouns: Annotated[bool, Later()] = Field(
        True, description="Count triples one side of which is a noun that is no actor of the list (we help people)"
    )
    min_documents: Annotated[int, Later()] = Field(
        5, ge=1, description="Documents of the groups that must have a triple"
    )
    min_sentences: Annotated[int, Later()] = Field(
        200, ge=1, description="Sentences of a group below which no rate is printed"
    )
    show: Annotated[int, Later()] = Field(12, ge=1, le=30, description="Triples in each figure")


class DyadsSettings(DeedsSettings):
    """Pairs of actors: who is named with whom, and who acts on whom."""

    kinds: Annotated[list[str], Later()] = Field(
        ["state", "organisation", "group", "self", "added"],
        description="Kinds of actors that are paired; self is whoever speaks",
    )
    said: Annotated[Said, Later()] = Field(
        "all",
        description="Acts that count: all, or only what is asserted (no future, possibility, condition, negation)",
    )
    min_documents: Annotated[int, Later()] = Field(5, ge=1, description="Documents of the groups that must have a pair")
    min_sentences: Annotated[int, Later()] = Field(
        200, ge=1, description="Sentences of a group below which no rate is printed"
    )
    show: Annotated[int, Later()] = Field(12, ge=1, le=30, description="Pairs in the figures and printed tables")


class VicsSettings(DeedsSettings):
    """The operational code: indices of the Verbs in Context System."""

    min_verbs: Annotated[int, Later()] = Field(
        20, ge=1, description="Coded verbs (of self, or of others) of a group below which no index is printed"
    )
    min_documents: Annotated[int, Later()] = Field(5, ge=1, description="Documents with coded verbs that a group needs")
