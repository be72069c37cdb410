"""Sentences with numbers in them; a number never stands without its interval or its n."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from discourse.compare.resample import Design
from discourse.types import Comparison


def number(value: float, digits: int = 1) -> str:
    """A number with that many decimals, a true minus sign, and thousands separated.

    Examples
    --------
    >>> number(-1234.56), number(0.0)
    ('−1,234.6', '0.0')
    """
    if value != value:
        return "–"
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def span(low: float, high: float, digits: int = 1) -> str:
    """An interval in brackets; a dash where there is none."""
    return f"[{number(low, digits)}, {number(high, digits)}]" if low == low and high == high else "[no interval]"


def probability(value: float) -> str:
    """A p-value with two or three decimals.

    Examples
    --------
    >>> probability(0.0004), probability(0.034), probability(0.5)
    ('0.0004', '0.034', '0.50')
    """
    if value != value:
        return "–"
    return f"{value:.4f}" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def digits_of(measure: str) -> int:
    """Decimals of a measure: one for rates, two for the evaluation."""
    return 2 if measure == "evaluation" else 1


def day(date: dt.date) -> str:
    """A date in words, on every system alike.

    Examples
    --------
    >>> day(dt.date(2018, 1, 4))
    '4 January 2018'
    """
    return f"{date.day} {date:%B %Y}"


def percent(design: Design) -> str:
    """The confidence, such as ``95%``."""
    return f"{100 * design.confidence:g}%"


def verdict(low: float, high: float) -> str:
    """What an interval of a difference allows to say."""
    if low != low or high != high:
        return "no interval can be given"
    return "the interval leaves out 0" if low > 0 or high < 0 else "the interval holds 0, so no difference can be told"


def difference_row(comparison: Comparison, item: str) -> pd.Series | None:
    """The row of the difference of an item, if there is one."""
    table = comparison.table
    rows = table[(table["contrast"] == "difference") & (table["item"] == item)]
    return None if rows.empty else rows.iloc[0]


def level_row(comparison: Comparison, item: str, group: str) -> pd.Series:
    """The row of the level of an item in a group."""
    table = comparison.table
    return table[(table["contrast"] == "level") & (table["item"] == item) & (table["stratum"] == group)].iloc[0]


def contrast_sentence(
    comparison: Comparison, item: str, what: str, unit: str, design: Design, digits: int = 1, *, judged: bool = False
) -> str | None:
    """One sentence on the difference of an item between two groups, with both kinds of intervals; the verdict may follow."""
    row = difference_row(comparison, item)
    if row is None or row["estimate"] != row["estimate"]:
        return None
    study, reference = comparison.study, comparison.reference
    a, b = level_row(comparison, item, study), level_row(comparison, item, reference)
    text = (
        f"{what}: {number(a['estimate'], digits)}{unit} in {study}, {number(b['estimate'], digits)}{unit} in {reference}; "
        f"difference {number(row['estimate'], digits)} "
    )
    if design.cluster is not None:
        text += (
            f"{span(row['low'], row['high'], digits)} with {design.cluster_name}s resampled ({a['n_clusters']:.0f} against "
            f"{b['n_clusters']:.0f}) and {span(row['low_document'], row['high_document'], digits)} with documents "
            f"resampled, conditional on these {design.cluster_name}s. "
        )
        if judged:
            return text.rstrip()
        verdicts = [verdict(row["low"], row["high"]), verdict(row["low_document"], row["high_document"])]
        if verdicts[0] == verdicts[1]:
            text += f"Both intervals agree: {verdicts[0]}." if "leaves" in verdicts[0] else f"For both, {verdicts[0]}."
        else:
            text += f"With {design.cluster_name}s resampled, {verdicts[0]}; with documents resampled, {verdicts[1]}."
    else:
        text += f"{span(row['low'], row['high'], digits)} with documents resampled"
        text += "." if judged else f": {verdict(row['low'], row['high'])}."
    return text


def listed(words: list[str]) -> str:
    """Words in a list with "and".

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "document"), counted(2, "document")
    ('1 document', '2 documents')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"
