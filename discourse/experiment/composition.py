"""A difference split into the mix of speakers, kinds and venues, and what changed within them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from discourse.compare.decompose import Cells, kitagawa, oaxaca
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.resample import Design
from discourse.errors import TooLittleText
from discourse.experiment.measures import Measured
from discourse.experiment.plan import Plan
from discourse.types import EncodedCorpus

LEAST_COMMON = 0.2  # share of the text in strata that both groups have, below which a mix is not told


def units_of(design: Design) -> list[str]:
    """The unit of inference first: clusters where there are some, then documents."""
    return ["document"] if design.cluster is None else ["cluster", "document"]


@dataclass(frozen=True)
class Composition:
    """A difference split into mix and change: by each column alone, by all together, and why there is none for others."""

    parts: Mapping[str, pd.DataFrame]
    strata: Mapping[str, pd.DataFrame]
    refusals: Mapping[str, str]


def text_cells(encoded: EncodedCorpus, words: np.ndarray, measured: Measured, item: str) -> Cells:
    """Mentions and tokens, or evaluations and mentions, of the home side by document and speaker, with the document's columns."""
    turns = encoded.turns
    home = (turns["side"] == "home").to_numpy()
    at = measured.scored.units["turn"].to_numpy(np.int64)[measured.counted]
    n_mentions = np.bincount(at, minlength=len(turns)).astype(float)
    if item == "salience":
        y, x = n_mentions, np.diff(np.concatenate([[0], np.cumsum(words)])[encoded.turn_bounds]).astype(float)
    else:
        y = np.bincount(at, measured.scored.values[measured.counted, 0], len(turns))
        x = n_mentions
    speaker = named(turns["speaker"])
    rows = pd.DataFrame({"document": encoded.turn_document, "speaker": speaker, "y": y, "x": x})[home]
    cells = rows.groupby(["document", "speaker"], sort=True, as_index=False).sum()
    document = cells["document"].to_numpy()
    columns = encoded.documents.iloc[document].reset_index(drop=True)
    strata = columns.drop(columns=["doc_id", "title", "date"], errors="ignore").apply(named)
    strata = strata.assign(speaker=cells["speaker"])
    return Cells(document, cells["y"].to_numpy(float), cells["x"].to_numpy(float), strata)


def named(values: pd.Series) -> pd.Series:
    """Values as text; missing and empty ones are "(none)", a stratum of their own."""
    return pd.Series(
        ["(none)" if pd.isna(v) or str(v) == "" else str(v) for v in values], index=values.index, dtype=object
    )


def composition(plan: Plan, design: Design, pair: tuple[int, int], cells: Cells, q: Quantities) -> Composition:
    """The difference by the mix of each column, and by all of them together."""
    settings = plan.config.compare
    parts: dict[str, pd.DataFrame] = {}
    strata: dict[str, pd.DataFrame] = {}
    refusals: dict[str, str] = {}
    inside = np.isin(design.group[cells.document], pair) & (cells.x > 0)
    unit = units_of(design)[0]
    usable = []
    for column in settings.composition if settings else []:
        if column not in cells.strata.columns:
            continue
        values = cells.strata[column].astype(str)
        if values[inside].nunique() < 2:
            continue
        common = _common(values.to_numpy(), design.group[cells.document], cells.x, pair)
        if min(common) < LEAST_COMMON:
            names = [design.names[g] for g in pair]
            refusals[column] = (
                f"By {column}: {100 * common[0]:.0f}% of {names[0]} and {100 * common[1]:.0f}% of {names[1]} come from a {column} that both "
                f"have. What sets the groups apart cannot be told from what sets their {column}s apart."
            )
            continue
        try:
            parts[column], strata[column] = kitagawa(
                cells, design, pair, column, scale=q.scale, bounds=q.bounds, unit=unit
            )
            usable.append(column)
        except TooLittleText as error:
            refusals[column] = str(error)
    if len(usable) > 1:
        try:
            parts[" and ".join(usable)] = oaxaca(cells, design, pair, usable, scale=q.scale, bounds=q.bounds, unit=unit)
        except TooLittleText as error:
            refusals["all"] = str(error)
    return Composition(parts, strata, refusals)


def items_composition(
    plan: Plan, documents: pd.DataFrame, q: Quantities, design: Design, contrast: Contrast
) -> pd.DataFrame:
    """The differences of terms or topics split by the columns of documents; `item`, `column`, `part`, `estimate`, `low`, `high`."""
    pair = (contrast.parts[0][1][0], contrast.parts[1][1][0])
    settings = plan.config.compare
    rates = replace(q, prior=None, scale=1e4, bounds=(0.0, np.inf)) if q.prior is not None else q
    frames = []
    for column in settings.composition if settings else []:
        if column not in documents.columns:
            continue
        values = named(documents[column])
        inside = np.isin(design.group, pair) & (rates.x[:, 0] > 0)
        if (
            values[inside].nunique() < 2
            or min(_common(values.to_numpy(), design.group, rates.x[:, 0], pair)) < LEAST_COMMON
        ):
            continue
        for k, item in enumerate(q.items):
            y = rates.only([k]).y
            y = y if isinstance(y, np.ndarray) else y.toarray()
            cells = Cells(np.arange(len(documents)), y[:, 0], rates.x[:, 0], pd.DataFrame({column: values.to_numpy()}))
            parts = kitagawa(
                cells, design, pair, column, scale=rates.scale, bounds=rates.bounds, unit=units_of(design)[0]
            )[0]
            frames.append(parts.assign(item=item, column=column))
    columns = ["item", "column", "part", "estimate", "low", "high"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _common(values: np.ndarray, group: np.ndarray, x: np.ndarray, pair: tuple[int, int]) -> tuple[float, float]:
    """Share of x of each group in strata that both have."""
    sums = [pd.Series(x[group == g]).groupby(values[group == g]).sum() for g in pair]
    both = sums[0].index[sums[0] > 0].intersection(sums[1].index[sums[1] > 0])
    return float(sums[0][both].sum() / sums[0].sum()), float(sums[1][both].sum() / sums[1].sum())
