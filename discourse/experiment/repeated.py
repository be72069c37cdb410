"""What is repeated in a corpus, found once for a corpus and its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from discourse.analyses.repetition import LAYER, RepetitionSettings, load_repetition, save_repetition
from discourse.cache import cache_folder
from discourse.corpus.partitioned import Part
from discourse.encode.joined import Joined
from discourse.encode.partitions import PartedCorpus, load_part
from discourse.encode.store import key_of
from discourse.experiment.engine import Engine
from discourse.features.repetition import Repetition, repetition
from discourse.features.repetition.parts import Part as Searched
from discourse.features.repetition.parts import Parts
from discourse.features.repetition.search import repetition_of_parts
from discourse.sealed import Entry, stored
from discourse.types import EncodedCorpus
from discourse.writer import scratch


def with_repetition(
    corpus: EncodedCorpus, settings: RepetitionSettings, digest: str, *, refresh: bool, engine: Engine
) -> tuple[EncodedCorpus, Repetition, Mapping[str, Path]]:
    """The corpus with the layer of reused passages, and what is repeated; passages are sought on the home side.

    Returns
    -------
    corpus : EncodedCorpus
        With the layer.
    repeated : Repetition
    layers_at : mapping of str to Path
        Of a corpus in partitions the folder with an array of the layer for each.
    """
    given = {k: getattr(settings, k) for k in ("passage_tokens", "similarity", "days")}
    if isinstance(corpus, PartedCorpus):
        return _in_parts(corpus, given, digest, refresh=refresh, engine=engine)
    home = (corpus.turns["side"] == "home").to_numpy()
    entry = Entry("repetition", key_of(digest, repr(sorted(given.items()))))
    found, _ = stored(
        entry, lambda: repetition(corpus, keep=home, **given), save_repetition, load_repetition, refresh=refresh
    )
    return replace(corpus, layers={**corpus.layers, LAYER: found.reused}), found, {}


def layer_file(folder: Path, number: int) -> Path:
    """Where the array of a layer of a partition lies."""
    return folder / f"{number:04d}.npy"


def _in_parts(
    corpus: PartedCorpus, given: Mapping[str, Any], digest: str, *, refresh: bool, engine: Engine
) -> tuple[EncodedCorpus, Repetition, Mapping[str, Path]]:
    """The same of a corpus in partitions; the layer stays on disk, an array for each."""
    parts, sizes = corpus.parts, [p.size.tokens for p in corpus.parts]
    entry = Entry("repetition", key_of(digest, repr(sorted(given.items())), sizes))

    def save(found: tuple[Repetition, Sequence[Path]], folder: Path) -> None:
        repeated, files = found
        save_repetition(repeated, folder)
        for number, file in enumerate(files):
            file.rename(layer_file(folder, number))

    def load(folder: Path) -> tuple[Repetition, Sequence[Path]]:
        return load_repetition(folder), [layer_file(folder, p.number) for p in parts]

    # In the cache, which workers see as well.
    with scratch(cache_folder() / "repetition") as work:
        (found, _), _ = stored(
            entry, lambda: _search(corpus, given, work, engine), save, load, refresh=refresh, needed=True
        )
    folder = entry.path
    layer = Joined(lambda k: np.load(layer_file(folder, k), mmap_mode="r"), sizes, bool)
    layers: dict[str, Any] = {**corpus.layers, LAYER: layer}
    return replace(corpus, layers=layers), found, {LAYER: folder}


def _search(
    corpus: PartedCorpus, given: Mapping[str, Any], folder: Path, engine: Engine
) -> tuple[Repetition, list[Path]]:
    def run_all(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        return list(engine.each(function, items))

    bounds = [[getattr(p.first, name) for p in corpus.parts] for name in ("documents", "tokens")]
    documents, tokens = (
        np.array([*first, n], np.int64) for first, n in zip(bounds, (len(corpus.documents), corpus.n_tokens))
    )
    dates = corpus.documents["date"].to_numpy("datetime64[D]")
    parts = Parts(corpus.parts, _searched, documents, tokens, dates)
    return repetition_of_parts(parts, folder=folder, run_all=run_all, **given)


def _searched(part: Part) -> Searched:
    """A partition as it is searched."""
    corpus = load_part(part)
    return Searched(corpus, (corpus.turns["side"] == "home").to_numpy())
