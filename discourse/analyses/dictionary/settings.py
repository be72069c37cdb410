"""Settings of dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from discourse.analyses.say import slug
from discourse.analyses.settings import FileName, Later, Names, Scope, Settings, read_each
from discourse.errors import SettingError, SettingErrors, did_you_mean
from discourse.features.dictionary import Dictionary, read_dictionary


class DictionarySettings(Settings):
    """Rates of the categories of dictionaries."""

    files: Annotated[dict[str, str], FileName()] = Field(
        {},
        description="Dictionaries by the names that figures show: LIWC's .dic and .dicx, quanteda's .yml, Lexicoder's .lcd and .lc3, "
        "Yoshikoder's .ykd, WordStat's .cat, .json, .csv or .tsv (word, category), .txt (a word a line)",
    )
    scope: Scope = Field(
        "sentences",
        description="Words about a target that are counted beside all words: those of the sentences, passages or documents that mention "
        "it, or {window: 10} tokens on either side; all: none",
    )
    categories: list[str] = Field([], description="Categories to count, with * for any letters; all by default")
    min_tokens: Annotated[int, Later()] = Field(
        1000, ge=1, description="Tokens of a group below which no rate is printed"
    )

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Names that cannot be used, files that are no dictionaries, categories that do not exist, a scope of no target."""
        if "files" not in self.model_fields_set:
            yield SettingError(("files",), "which dictionaries? Name their files: files: {Mood: mood.dic}")
        if "scope" in self.model_fields_set and self.scope != "all" and not names.targets:
            yield SettingError(
                ("scope",), "there is no target that words could be about; add targets:, or leave it out"
            )
        seen: dict[str, str] = {}
        for name in self.files:
            short = slug(name)
            if not short:
                yield SettingError(("files", name), f'"{name}" has no letter that a file name could have')
            elif short in seen:
                yield SettingError(("files", name), f'"{name}" differs from "{seen[short]}" in signs only')
            seen.setdefault(short, name)
        read, errors = self._read()
        yield from errors
        known = list(dict.fromkeys(c for d in read.values() for c in d.categories))
        for k, wanted in enumerate(self.categories if known else ()):
            if not any(d.only([wanted]).categories for d in read.values()):
                said = f'no dictionary has a category "{wanted}". {did_you_mean(wanted, known)}'
                yield SettingError(("categories", k), said)

    def _read(self) -> tuple[dict[str, Dictionary], list[SettingError]]:
        """Dictionaries by name, and what is wrong with the others; missing files are reported as such."""
        return read_each(self.files, read_dictionary)

    def dictionaries(self) -> dict[str, Dictionary]:
        """The dictionaries by name, with the categories that are wanted.

        Raises
        ------
        SettingErrors
            With every line of a file that is wrong.
        """
        read, errors = self._read()
        if errors:
            raise SettingErrors(SettingError(("dictionary", *e.path), e.text) for e in errors)
        return {name: d.only(self.categories) if self.categories else d for name, d in read.items()}
