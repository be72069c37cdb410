"""Numbers of a report that occur twice: in words and in tables, in one table and in another."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from discourse.report.blocks import Report

NUMBER = r"[−-]?[\d,]+(?:\.\d+)?"
TRIPLE = re.compile(rf"({NUMBER})(?:%| points?| percentage points| per [\d,]+ [a-z]+)? \[({NUMBER}), ({NUMBER})\]")
KEY = ["target", "panel", "contrast", "stratum", "item"]
# Tables of one family say the same of the same items.
FAMILY = re.compile(r"^(figure-noise-|figure-|noise-|table-)|(-nulls)$")


def value(text: str) -> tuple[float, float]:
    """A printed number and half of its last digit."""
    plain = text.replace("−", "-").replace(",", "")
    return float(plain), 0.5000001 * 10.0 ** -(len(plain.partition(".")[2]))


def unfounded(report: Report, words: str) -> list[str]:
    """Numbers with their interval, as printed, that no row of any table has."""
    rows = []
    for frame in report.tables.values():
        numeric = frame.select_dtypes("number")
        pairs = [(c, c.replace("low", "high")) for c in numeric if "low" in c and c.replace("low", "high") in numeric]
        values = numeric.to_numpy(float)
        rows += [
            (values[k], float(a), float(b))
            for low, high in pairs
            for k, (a, b) in enumerate(zip(numeric[low], numeric[high]))
            if a == a and b == b
        ]
    lows, highs = (np.array([r[k] for r in rows]) for k in (1, 2))
    missing = []
    for match in TRIPLE.finditer(words):
        (x, near), (a, near_a), (b, near_b) = (value(g) for g in match.groups())
        at = np.flatnonzero((np.abs(lows - a) <= near_a) & (np.abs(highs - b) <= near_b))
        if not any((np.abs(rows[k][0] - x) <= near).any() for k in at):
            missing.append(match[0])
    return missing


def contradictions(report: Report) -> Iterator[str]:
    """Items for which two tables of one family have another estimate, or another interval."""
    seen: dict[tuple[object, ...], tuple[str, pd.Series]] = {}
    for name, frame in report.tables.items():
        if not {"item", "estimate", "low", "high"} <= set(frame.columns):
            continue
        family = FAMILY.sub("", FAMILY.sub("", name))
        for _, row in frame.iterrows():
            key = (family, *(str(row.get(k, "")) for k in KEY))
            other = seen.setdefault(key, (name, row))
            for column in ("estimate", "low", "high"):
                one, two = float(row[column]), float(other[1][column])
                if not (np.isclose(one, two, rtol=1e-9, atol=1e-12) or (one != one and two != two)):
                    yield f"{key}: {column} is {one:g} in {name} and {two:g} in {other[0]}"


def uncounted(words: str) -> list[str]:
    """How many of which number differ, in words on page 1, where no caption of the figures says the same."""
    page = re.findall(
        r"Of the ([\d,]+) clearest(?:, which the report follows,)? ([\d,]+) differs? by the rule of the verdict", words
    )
    captions = re.findall(r"(?:The|is all) ([\d,]+) [^.:]*tested together over [^:]*: ([\d,]+) differ", words)
    return [" of ".join(reversed(pair)) for pair in page if pair not in captions]
