"""What is repeated in a corpus, found once for a corpus and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from discourse.analyses.repetition import LAYER, RepetitionSettings, load_repetition, save_repetition
from discourse.cache import cache_folder
from discourse.encode.joined import Joined
from discourse.encode.partitions import PartedCorpus
from discourse.encode.store import key_of, stored
from discourse.experiment.engine import Engine
from discourse.features.repetition import Repetition, repetition
from discourse.types import EncodedCorpus


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
    home = (corpus.turns["side"] == "home").to_numpy()
    folder = cache_folder() / "repetition" / key_of(digest, repr(sorted(given.items())))

    def make() -> Repetition:
        text = corpus.in_memory() if isinstance(corpus, PartedCorpus) else corpus
        return repetition(text, keep=home, **given)

    found, _ = stored(folder, make, save_repetition, load_repetition, refresh=refresh)
    if not isinstance(corpus, PartedCorpus):
        return replace(corpus, layers={**corpus.layers, LAYER: found.reused}), found, {}
    parts = corpus.parts
    at = cache_folder() / "reused" / key_of(digest, repr(sorted(given.items())), [p.size.tokens for p in parts])
    if not at.is_dir():
        at.mkdir(parents=True)
        for part in parts:
            a = part.first.tokens
            np.save(at / f"{part.number:04d}.npy", found.reused[a : a + part.size.tokens])
    layer = Joined(lambda k: np.load(at / f"{k:04d}.npy", mmap_mode="r"), [p.size.tokens for p in parts], bool)
    return replace(corpus, layers={**corpus.layers, LAYER: layer}), found, {LAYER: at}  # type: ignore[dict-item]
