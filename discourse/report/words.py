"""Numbers, intervals, dates and lists in words; the one place where a value becomes text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from discourse.corpus.dates import shown_date


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
    # A value that rounds to 0 has no sign.
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


def day(date: dt.date | str) -> str:
    """A date in words, on every system alike: a day, or what is known of it in ISO 8601.

    Examples
    --------
    >>> day(dt.date(2018, 1, 4)), day("2018-01"), day("")
    ('4 January 2018', 'January 2018', 'undated')
    """
    return shown_date(date if isinstance(date, str) else f"{date:%Y-%m-%d}")


def from_to(ends: Sequence[str]) -> str:
    """The dates between which documents lie, in words; there is one where both are the same.

    Examples
    --------
    >>> from_to(["1991", "2024"]), from_to(["2018-01-04"]), from_to([""])
    ('1991 to 2024', '4 January 2018', 'undated')
    """
    return " to ".join(shown_date(e) for e in ends)


def percent(confidence: float) -> str:
    """A confidence as ``95%``.

    Examples
    --------
    >>> percent(0.95), percent(0.975)
    ('95%', '97.5%')
    """
    return f"{100 * confidence:g}%"


def listed(words: Sequence[str]) -> str:
    """Words in a list with "and".

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    words = list(words)
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "document"), counted(2, "document")
    ('1 document', '2 documents')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def of_length(n: int) -> str:
    """What terms of so many tokens are called.

    Examples
    --------
    >>> of_length(1), of_length(2), of_length(4)
    ('terms', 'bigrams', '4-grams')
    """
    return {1: "terms", 2: "bigrams", 3: "trigrams"}.get(n, f"{n}-grams")


def excludes_zero(low: float, high: float) -> bool:
    """Whether an interval lies on one side of 0."""
    return bool(low > 0 or high < 0)
