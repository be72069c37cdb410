"""Many documents as periods: the table of their lengths; pandas only, as `frames`."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from discourse.corpus.dated import COLUMN, spanned
from discourse.corpus.dates import Precision
from discourse.figures.frames import QUANTILES, layout_corpus

MOST_POINTS = 100  # periods of a figure over time
PERIODS: dict[Literal["month", "quarter", "year"], str] = {"month": "M", "quarter": "Q", "year": "Y"}


def finest_period(dates: pd.Series, known: Precision = Precision.DAY) -> Literal["month", "quarter", "year"]:
    """The finest period of which a figure over time can show all that hold a document (100 at most), if dates are as fine."""
    told = [p for p in PERIODS if p == "year" or not known.coarser_than(Precision.MONTH)]
    fine = (p for p in told if dates.dt.to_period(PERIODS[p]).nunique() <= MOST_POINTS)
    return next(fine, "year")


def layout_spread(documents: pd.DataFrame, period: Literal["month", "quarter", "year"]) -> pd.DataFrame:
    """Lengths of the documents of each group by period.

    Parameters
    ----------
    documents : DataFrame
        As for `layout_corpus`.
    period : {"month", "quarter", "year"}
        `finest_period` of them.

    Returns
    -------
    DataFrame
        `group`, `date` (middle of the first and last document), `label`, `n_documents`, `tokens_q10`, `tokens_median`, `tokens_q90`, `n_tokens`;
        in the order of time.
    """
    frame = layout_corpus(documents)
    label = frame["date"].dt.to_period(PERIODS[period]).astype(str)
    by = frame.assign(label=label).groupby(["group", "label"], sort=True)
    lengths, dates = by["value"], by["date"]
    known = {COLUMN: by.apply(lambda part: "/".join(dict.fromkeys(spanned(part))))} if COLUMN in frame.columns else {}
    table = pd.DataFrame(
        {
            **known,
            "date": dates.min() + (dates.max() - dates.min()) / 2,
            "n_documents": lengths.size(),
            **{f"tokens_{name}": lengths.quantile(QUANTILES[name]) for name in ("q10", "median", "q90")},
            "n_tokens": lengths.sum(),
        }
    )
    return table.reset_index().sort_values(["date", "group"], kind="stable").reset_index(drop=True)
