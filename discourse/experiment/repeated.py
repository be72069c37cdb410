"""Documents published twice and passages that documents share: what is set aside, and what leaving them out changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.compare.quantities import Contrast
from discourse.compare.resample import Design
from discourse.config.schema import Experiment
from discourse.encode.store import cache_folder, key_of, stored
from discourse.experiment.measures import Measured, only, target_measures
from discourse.experiment.plan import Plan
from discourse.features.repetition import Repetition, repetition
from discourse.features.stance import Lexicon
from discourse.types import EncodedCorpus, Features

LAYER = "reused"


def left_out(config: Experiment) -> list[str]:
    """Layers whose tokens do not count."""
    quoted = ["quoted"] if config.corpus.quotations == "leave out" else []
    return quoted + ([LAYER] if config.repetition.passages == "drop" else [])


def with_repetition(
    plan: Plan, encoded: EncodedCorpus, digest: str, *, refresh: bool = False
) -> tuple[EncodedCorpus, Repetition]:
    """The corpus with the layer of reused passages, and what is repeated; passages are sought on the home side."""
    section = plan.config.repetition
    settings: dict[str, Any] = {
        "passage_tokens": section.passage_tokens,
        "similarity": section.similarity,
        "days": section.days,
    }
    home = (encoded.turns["side"] == "home").to_numpy()
    folder = cache_folder() / "repetition" / key_of(digest, json.dumps(settings))
    found, _ = stored(folder, lambda: repetition(encoded, keep=home, **settings), _save, _load, refresh=refresh)
    return replace(encoded, layers={**encoded.layers, LAYER: found.reused}), found


def _save(found: Repetition, folder: Path) -> None:
    np.save(folder / "reused.npy", found.reused)
    for name in ("duplicates", "passages", "places"):
        getattr(found, name).to_parquet(folder / f"{name}.parquet")


def _load(folder: Path) -> Repetition:
    tables = (pd.read_parquet(folder / f"{n}.parquet") for n in ("duplicates", "passages", "places"))
    duplicates, passages, places = tables
    return Repetition(duplicates, np.load(folder / "reused.npy"), passages, places)


def published_again(plan: Plan, found: Repetition, keep: np.ndarray) -> np.ndarray:
    """Documents of the selection of which an earlier copy is in the selection too; bool, shape (n_documents,)."""
    again = np.zeros(len(keep), bool)
    if plan.config.repetition.documents == "once":
        # Where the first is not selected, the earliest copy that is selected counts.
        counted = {int(k) for k in np.flatnonzero(keep)} & set(found.duplicates["first"])
        for row in found.duplicates.itertuples():
            if keep[row.document]:
                again[row.document] = row.first in counted
                counted.add(row.first)
    return again


def effect(
    plan: Plan,
    encoded: EncodedCorpus,
    design: Design,
    scored: Features,
    lexicons: Mapping[str, Lexicon],
    contrasts: Sequence[Contrast],
    measured: Measured,
) -> pd.DataFrame:
    """The main results of a target with reused passages kept and dropped.

    Parameters
    ----------
    scored : Features
        Its mentions, those in reused passages among them.

    Returns
    -------
    DataFrame
        One row for each group, measure and choice, and for the difference: `stratum`, `measure`, `passages` (kept, dropped),
        `estimate`, `low`, `high`, `n_tokens`, `n_reused`.
    """
    config = plan.config
    layers = [x for x in left_out(config) if x != LAYER]
    dropped_already = config.repetition.passages == "drop"
    words = encoded.words(without=layers if dropped_already else [*layers, LAYER])
    inside = only(scored, words[scored.units["token"].to_numpy(np.int64)])
    other = target_measures(plan, encoded, words, design, inside, measured.target, lexicons, contrasts)
    kept, dropped = (other, measured) if dropped_already else (measured, other)
    rows = []
    tokens = {k: _tokens(m, design) for k, m in (("kept", kept), ("dropped", dropped))}
    for choice, result in (("kept", kept), ("dropped", dropped)):
        for measure, comparison in (("salience", result.salience), ("evaluation", result.stance)):
            table = comparison.table[comparison.table["item"] == measure]
            for row in table.itertuples():
                if row.contrast not in ("level", "difference"):
                    continue
                name = row.stratum if row.contrast == "level" else "difference"
                n_kept = tokens["kept"].get(name, np.nan)
                rows.append(
                    (
                        name,
                        measure,
                        choice,
                        row.estimate,
                        row.low,
                        row.high,
                        n_kept,
                        n_kept - tokens["dropped"].get(name, np.nan),
                    )
                )
    return pd.DataFrame(
        rows, columns=["stratum", "measure", "passages", "estimate", "low", "high", "n_tokens", "n_reused"]
    )


def _tokens(measured: Measured, design: Design) -> dict[str, float]:
    counts = measured.documents["n_tokens"].to_numpy(float)
    return {name: float(counts[design.documents(k)].sum()) for k, name in enumerate(design.names)}
