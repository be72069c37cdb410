"""What a run takes from tokens: counts of tokens and measured features, each with the request that it answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import SettingError
from discourse.types import Features, Provenance

# What only reading a text can change, by section: a bundle was made with these.
OF_READING = ("reader", "options", "issuers", "kinds", "language", "quotation_words", "hashtags")
SINCE = ("labels", "not_labels")
# Where a layer that does not count is set, and the value that leaves it out.
LAYERS = {"reused": (("repetition", "passages"), "drop"), "quoted": (("corpus", "quotations"), "leave out")}


@dataclass(frozen=True, order=True)
class Request:
    """What is measured: by which analysis, for which target, with which settings, without which layers of tokens.

    Parameters
    ----------
    analysis, target : str
        Names; no target is "".
    settings : str
        The settings that measuring depends on, as JSON.
    layers : tuple of str
        Token layers that do not count.
    """

    analysis: str
    target: str
    settings: str
    layers: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """The settings as values."""
        return dict(json.loads(self.settings))


@dataclass(frozen=True)
class TokenCounts:
    """Tokens that count: `by_document` on the home side, `by_turn` on all sides; int64."""

    by_document: np.ndarray
    by_turn: np.ndarray


@dataclass
class Recorder:
    """What a run took from its text. Several threads may write: a request is always answered alike."""

    features: dict[Request, Features] = field(default_factory=dict)
    tokens: dict[tuple[str, ...], TokenCounts] = field(default_factory=dict)


@dataclass(frozen=True)
class Bundle:
    """What a text was reduced to.

    Parameters
    ----------
    path : Path
        The file.
    sha256 : str
        Of the file.
    version : str
        Of this package when it was made.
    corpus : str
        SHA-256 of the corpus.
    reading : mapping of str to object
        What the text was read and searched with, see `reading_of`.
    documents, turns, duplicates : DataFrame
        Of the corpus, without text; documents that were published before.
    provenance : Provenance
        Of the corpus.
    tokens : mapping of tuple of str to TokenCounts
        By the layers that do not count.
    features : mapping of Request to Features
        All that was measured.
    licence, citation : str
        As its maker gave them.
    min_documents : int
        Terms that fewer documents contain were left out.
    """

    path: Path
    sha256: str
    version: str
    corpus: str
    reading: Mapping[str, Any]
    documents: pd.DataFrame
    turns: pd.DataFrame
    duplicates: pd.DataFrame
    provenance: Provenance
    tokens: Mapping[tuple[str, ...], TokenCounts]
    features: Mapping[Request, Features]
    licence: str = ""
    citation: str = ""
    min_documents: int = 1

    def count(self, layers: Sequence[str]) -> TokenCounts:
        """Tokens that count without some layers.

        Raises
        ------
        SettingError
            Where the bundle lacks them.
        """
        found = self.tokens.get(tuple(layers))
        if found is None:
            raise self._lacks_layers(layers, self.tokens)
        return found

    def measured(self, request: Request, section: str) -> Features:
        """What was measured for a request.

        Raises
        ------
        SettingError
            Where the bundle lacks it.
        """
        found = self.features.get(request)
        if found is None:
            raise self.lacks(request, section)
        return found

    def lacks(self, request: Request, section: str) -> SettingError:
        """Why a request cannot be answered: the setting that differs, and the values that the bundle holds."""
        alike = [r for r in self.features if (r.analysis, r.target) == (request.analysis, request.target)]
        path = (section,) if section else ()
        if not alike:
            of = f" of {request.target}" if request.target else ""
            return SettingError(path, f"{request.analysis}{of} needs the text; the bundle {self.path.name} lacks it")
        differing = {r: [k for k, v in request.values.items() if r.values.get(k) != v] for r in alike}
        # Settings first: where some are equal and layers differ, it is the layers.
        names = min(differing.values(), key=len)
        if not names:
            return self._lacks_layers(request.layers, [r.layers for r, differ in differing.items() if not differ])
        name = names[0]
        near = [r for r, differ in differing.items() if differ == names]
        values: list[Any] = [r.values.get(name) for r in sorted(near)]
        if all(isinstance(v, int | float) for v in values):
            values.sort()
        holds = ", ".join(dict.fromkeys(map(_shown, values)))
        text = f"{_shown(request.values[name])} needs the text; the bundle {self.path.name} holds {holds}"
        return SettingError((*path, name), text)

    def _lacks_layers(self, layers: Sequence[str], held: Iterable[Sequence[str]]) -> SettingError:
        """Why tokens without some layers cannot be had."""
        every = ", or ".join(sorted({_without(h) for h in held}))
        text = f"counting {_without(layers)} needs the text; the bundle {self.path.name} holds counts {every}"
        return SettingError(LAYERS[layers[0]][0] if layers else ("corpus",), text)


def _without(layers: Sequence[str]) -> str:
    words = {"reused": "repeated passages", "quoted": "long quotations"}
    return "without " + " and ".join(words.get(x, x) for x in layers) if layers else "of all words"


def _shown(value: Any) -> str:
    """A value of a setting as YAML has it, most often."""
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def reading_of(config: Any) -> dict[str, Any]:
    """What a text is read and searched with, and what only the text can change: by section, as JSON has it.

    Parameters
    ----------
    config : Core
        The settings.
    """
    given = config.model_dump(mode="json", include={"corpus", "home"})
    corpus = {k: given["corpus"][k] for k in OF_READING}
    # Bundles of before there were these were made as they are by default.
    fields, home = type(config.corpus).model_fields, given["home"]
    corpus |= {k: given["corpus"][k] for k in SINCE if given["corpus"][k] != fields[k].get_default()}
    found = {
        "corpus": corpus,
        **({} if home is None else {"home": home if isinstance(home, dict) else {"country": home}}),
        "speakers": {n: s.model_dump(mode="json", by_alias=True) for n, s in config.speakers.items()},
        "targets": {n: t.model_dump(mode="json") for n, t in config.targets.items()},
        "repetition": config.section("repetition").used("measure"),
    }
    return dict(json.loads(json.dumps(found, default=str)))


def differing(asked: Mapping[str, Any], made: Mapping[str, Any], name: str) -> list[SettingError]:
    """A mistake for each setting that only reading the text again could change.

    Parameters
    ----------
    asked, made : mapping
        From `reading_of`: of the experiment, and of the one that a bundle was made from.
    name : str
        Of the bundle.

    Examples
    --------
    >>> print(differing({"corpus": {"language": "fr"}}, {"corpus": {"language": "en"}}, "x.bundle.zip")[0])
    corpus.language: fr needs the text; the bundle x.bundle.zip was made with en
    """
    errors = []
    for key in dict.fromkeys((*asked, *made)):
        if asked.get(key) == made.get(key):
            continue
        if key not in asked:
            # What the config lacks has no line of its own.
            errors.append(SettingError((), f"{key} cannot be left out: the bundle {name} was made with it"))
        elif key not in made:
            errors.append(SettingError((key,), f"it needs the text; the bundle {name} was made without it"))
        elif isinstance(asked[key], Mapping) and isinstance(made[key], Mapping):
            inside = differing(asked[key], made[key], name)
            errors += [SettingError((key, *e.path), e.text) for e in inside]
        else:
            text = f"{_shown(asked[key])} needs the text; the bundle {name} was made with {_shown(made[key])}"
            errors.append(SettingError((key,), text))
    return errors
