"""Blind samples of mentions to be coded by hand, random within group, period and score."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data
from discourse.analyses.stance.coding import ALWAYS, mention_ids
from discourse.compare.resample import stream
from discourse.errors import TooLittleText
from discourse.features.concordance import bracketed
from discourse.types import EncodedCorpus, Features

PERIODS = 3


def strata(scored: Features, counted: np.ndarray, data: Data) -> pd.DataFrame:
    """Group, period and score band of each mention that counts; a column `stratum` numbers them.

    Periods are three runs of dates with about as many mentions of the group each.
    """
    units, design = scored.units[counted], data.design
    document = units["document"].to_numpy(np.int64)
    dates = data.documents["date"].to_numpy()[document]
    frame = pd.DataFrame(
        {
            "row": np.flatnonzero(counted),
            "document": document,
            "group": np.asarray(design.names, object)[design.group[document]],
            "date": dates,
            "band": units["class_"].to_numpy(),
        }
    )
    frame["period"] = 0
    for _, part in frame.groupby("group", sort=False):
        rank = part["date"].rank(method="min", na_option="top") - 1
        frame.loc[part.index, "period"] = np.minimum((rank * PERIODS / len(part)).astype(int), PERIODS - 1)
    keys = frame.groupby(["group", "period", "band"], sort=True)
    frame["stratum"] = keys.ngroup()
    return frame


def allocate(sizes: np.ndarray, n: int, order: np.ndarray | None = None) -> np.ndarray:
    """How many to draw from each stratum: as evenly as their sizes allow; int, shape (n_strata,).

    What is left over goes to the strata that come first in `order`.

    Examples
    --------
    >>> allocate(np.array([100, 3, 50]), 30).tolist()
    [14, 3, 13]
    """
    drawn = np.zeros(len(sizes), np.int64)
    left = min(n, int(sizes.sum()))
    while left:
        room = np.flatnonzero(drawn < sizes)
        if left < len(room):
            place = np.arange(len(sizes)) if order is None else np.argsort(order)
            room = room[np.lexsort((place[room], drawn[room]))][:left]
        drawn[room] += 1
        left -= len(room)
    return drawn


def draw(
    scored: Features,
    counted: np.ndarray,
    data: Data,
    corpus: EncodedCorpus,
    *,
    n: int,
    dependence: Mapping[str, Any],
    experiment: str = "",
    asked: Sequence[str] = ALWAYS,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A blind sample of mentions.

    Parameters
    ----------
    scored : Features
        Every mention of the target with its stance.
    counted : ndarray of bool, shape (n_mentions,)
        Mentions to draw from.
    data : Data
        Documents and groups.
    corpus : EncodedCorpus
        For the sentences.
    n : int
        Mentions to draw.
    dependence : mapping
        From `fingerprint`.
    experiment : str
        Name of the experiment.
    asked : sequence of str
        Variables to be coded, of `VARIABLES`.

    Returns
    -------
    sheet : DataFrame
        `item`, `before`, `text` (the mention in double brackets), `after`, and the empty columns of what is asked and `note`; in random
        order, with neither group, date, speaker nor score.
    key : dict
        What was drawn and with which probability.

    Raises
    ------
    TooLittleText
        Where there are fewer than ten mentions.
    """
    frame = strata(scored, counted, data)
    if len(frame) < 10:
        raise TooLittleText(f"A sample of mentions of {scored.target}", f"n = {len(frame)} mentions", "at least 10")
    sizes = np.bincount(frame["stratum"])
    # Each group gets as many as the others, whatever its number of strata.
    groups = frame.groupby("stratum")["group"].first()
    drawn = np.zeros(len(sizes), np.int64)
    names = list(dict.fromkeys(frame["group"]))
    share = allocate(np.array([int((frame["group"] == g).sum()) for g in names]), n)
    rng = stream(data.design.seed, "coding sample", scored.target)
    for name, part in zip(names, share):
        at = np.flatnonzero((groups == name).to_numpy())
        drawn[at] = allocate(sizes[at], int(part), rng.permutation(len(at)))
    rows = np.concatenate(
        [rng.choice(np.flatnonzero(frame["stratum"] == h), k, replace=False) for h, k in enumerate(drawn) if k]
    )
    # Shuffled: the order would give the groups away.
    rows = rng.permutation(rows)
    chosen = frame.iloc[rows]
    ids = mention_ids(data.turns, scored).iloc[chosen["row"]]
    # Sheets of another sample are recognised by the names of their items; a letter first, that no spreadsheet reads a number.
    content = repr((data.sha256, ids.to_numpy().tolist(), frame["stratum"].tolist()))
    name = "s" + hashlib.sha256(content.encode()).hexdigest()[:5]
    items = [f"{name}-{k:03d}" for k in range(1, len(rows) + 1)]
    before, text, after = zip(
        *(
            bracketed(corpus, int(u.sentence), int(u.token), int(u.length))
            for u in scored.units.iloc[chosen["row"]].itertuples()
        )
    )
    sheet = pd.DataFrame({"item": items, "before": before, "text": text, "after": after})
    for column in (*asked, "note"):
        sheet[column] = ""
    key = {
        **dependence,
        "experiment": experiment,
        "asked": list(asked),
        "seed": data.design.seed,
        "population": frame["stratum"].tolist(),
        "strata": [
            {
                "stratum": int(h),
                "group": str(part["group"].iloc[0]),
                "period": int(part["period"].iloc[0]),
                "band": str(part["band"].iloc[0]),
                "n_mentions": len(part),
                "n_drawn": int(drawn[int(h)]),
            }
            for h, part in frame.groupby("stratum")
        ],
        "items": [
            {
                "item": item,
                "doc_id": i.doc_id,
                "turn": int(i.turn),
                "start": int(i.start),
                "group": str(c.group),
                "stratum": int(c.stratum),
                "band": str(c.band),
                "probability": float(drawn[c.stratum] / sizes[c.stratum]),
            }
            for item, i, c in zip(items, ids.itertuples(), chosen.itertuples())
        ],
    }
    return sheet, key
