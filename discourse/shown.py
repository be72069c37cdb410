"""What values show of themselves at a prompt or in a notebook: sizes, names and dates, never arrays or texts."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.gates import visible

SHOWN = 5  # names in a list, and lines below the first
ROWS = 10  # of a table in a notebook
_LONG = 80  # characters of a text that is still shown as it is


def listed(names: Iterable[Any], n: int = SHOWN) -> str:
    """The first names of a list, and how many there are where these are not all.

    Examples
    --------
    >>> listed(["a", "b"]), listed("abcdefgh", 3)
    ('a, b', 'a, b, c, ... (8)')
    """
    every = [shortened(str(name)) for name in names]
    return ", ".join(every[:n]) + (f", ... ({len(every):,})" if len(every) > n else "")


def shortened(text: str) -> str:
    """A text on one line if it is short; otherwise its length.

    Examples
    --------
    >>> shortened("On  trade"), shortened("words " * 100)
    ('On trade', '600 characters')
    """
    return " ".join(text.split()) if len(text) <= _LONG else f"{len(text):,} characters"


def clipped(value: object, most: int = _LONG) -> str:
    """The beginning of a value on one line, for messages: nobody reads more of a value that is wrong.

    Examples
    --------
    >>> clipped("On trade"), clipped("words " * 100, 20)
    ('On trade', 'words words words wo...')
    """
    try:
        text = str(value)
    except (ValueError, RecursionError):  # thousands of digits, or nested without end
        return f"a value of the type {type(value).__name__} that is too long to show"
    line = " ".join(text[: 4 * most].split())
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return line if len(line) <= most and len(text) <= 4 * most else f"{line[:most]}..."


def n_of(n: int, word: str) -> str:
    """A number and what it counts.

    Examples
    --------
    >>> n_of(1, "turn"), n_of(1200, "turn"), n_of(2, "entry")
    ('1 turn', '1,200 turns', '2 entries')
    """
    plural = f"{word[:-1]}ies" if word.endswith("ry") else f"{word}s"
    return f"{n:,} {word if n == 1 else plural}"


def block(title: str, lines: Iterable[tuple[str, str]]) -> str:
    """A title, and a line for each pair of a name and what is not empty.

    Examples
    --------
    >>> print(block("Corpus", [("dates", ""), ("speakers", "Roe")]))
    Corpus
      speakers: Roe
    """
    return visible("\n".join([title, *(f"  {name}: {text}" if name else f"  {text}" for name, text in lines if text)]))


def dates_of(documents: pd.DataFrame) -> str:
    """The first and the last date of some documents, and how many have none; empty where no document has a date.

    Where a column `date_iso` says how far dates are known, as it has them.

    Examples
    --------
    >>> dates_of(pd.DataFrame({"date": pd.to_datetime(["2020-05-01", None, "2018-01-01"])}))
    '2018-01-01 to 2020-05-01, 1 undated'
    """
    dates = documents["date"].dropna()
    if not len(dates):
        return ""
    written = documents["date_iso"] if "date_iso" in documents.columns else documents["date"].dt.strftime("%Y-%m-%d")
    first, last = (str(written[at]) for at in (dates.idxmin(), dates.idxmax()))
    undated = len(documents) - len(dates)
    return (first if first == last else f"{first} to {last}") + (f", {undated:,} undated" if undated else "")


def short(value: Any) -> str:
    """A value in a few words.

    Examples
    --------
    >>> short(np.zeros((2, 3))), short({"a": 1}), short(None), short([1.5, 2.0])
    ('float64 array, 2 x 3', 'a', '', '2 entries')
    """
    if value is None:
        return ""
    if isinstance(value, pd.DataFrame):
        return f"{n_of(len(value), 'row')}, {n_of(value.shape[1], 'column')}"
    if hasattr(value, "shape") and hasattr(value, "dtype") and value.shape:
        return f"{value.dtype} array, {' x '.join(f'{n:,}' for n in value.shape)}"
    if isinstance(value, str | Path | Enum):
        return shortened(str(value))
    if isinstance(value, Mapping | Sequence | set | frozenset) and not hasattr(value, "_fields"):
        return listed(value) if all(isinstance(v, str) for v in value) else n_of(len(value), "entry")
    if callable(value):
        return str(getattr(value, "__name__", type(value).__name__))
    # The first line of what shows itself in several; what would be long or an address is named only.
    line = repr(value).partition("\n")[0]
    return line if len(line) <= _LONG and " object at 0x" not in line else type(value).__name__


def brief(value: Any) -> str:
    """The fields of a record, each in a few words: the first ones that are not empty, and the names of the others.

    Examples
    --------
    >>> from discourse.types import Exclusion
    >>> print(brief(Exclusion("a", "no date")))
    Exclusion
      document: a
      reason: no date
    """
    names = value._fields if hasattr(value, "_fields") else [f.name for f in dataclasses.fields(value)]
    told = [(name, text) for name in names if (text := short(getattr(value, name)))]
    rest = [("and", listed(name for name, _ in told[SHOWN - 1 :]))] if len(told) > SHOWN else []
    return block(type(value).__name__, [*told[: SHOWN - 1], *rest] if rest else told)


def _left_out(provenance: Any) -> str:
    if not provenance.exclusions:
        return ""
    reasons = Counter(e.reason for e in provenance.exclusions)
    said = ", ".join(f"{shortened(r)} ({n:,})" for r, n in reasons.most_common(2)) + (", ..." * (len(reasons) > 2))
    return f"{n_of(len(provenance.exclusions), 'document')}: {said}"


def corpus(value: Any) -> str:
    """Sizes, dates, speakers and what was left out."""
    speakers = value.turns["speaker"].value_counts()
    title = ", ".join(
        n_of(n, word)
        for n, word in ((len(value.documents), "document"), (len(value.turns), "turn"), (len(speakers), "speaker"))
    )
    lines = [
        ("dates", dates_of(value.documents) or "none"),
        ("speakers", listed(speakers.index)),
        ("columns", listed(value.documents.columns, 12)),
        ("left out", _left_out(value.provenance)),
    ]
    return block(f"Corpus of {title}", lines)


def encoded(value: Any) -> str:
    """Sizes, dates, layers, whether the text was kept, and what was left out."""
    sizes = ((len(value.documents), "document"), (len(value.turns), "turn"), (value.n_tokens, "token"))
    title = ", ".join(n_of(n, word) for n, word in sizes)
    lines = [
        ("dates", dates_of(value.documents) or "none"),
        ("forms", f"{len(value.vocabulary):,}, {len(value.folded_forms):,} regardless of case"),
        ("columns", listed(value.documents.columns, 12)),
        ("text", "kept" if value.texts is not None else "not kept"),
        ("left out", _left_out(value.provenance)),
    ]
    return block(f"EncodedCorpus of {title}", lines)


def features(value: Any) -> str:
    """What was measured, of how many units, and what each column holds."""
    about = f' of "{value.target}"' if value.target else ""
    n_units, n_columns = value.values.shape
    lines = [
        ("columns", listed(value.columns)),
        ("units", listed(value.units.columns, 12)),
        ("details", listed(value.details)),
    ]
    return block(f"Features {value.name}{about}: {n_of(n_units, 'unit')}, {n_of(n_columns, 'column')}", lines)


def _compared(value: Any) -> str:
    groups = f" of {value.study} and {value.reference}" if value.study else ""
    return f"Comparison{groups}: {value.measure}"


def comparison(value: Any) -> str:
    """What was compared, and how many rows there are of what."""
    confidence = value.params.get("confidence")
    lines = [
        ("rows", f"{len(value.table):,}; contrasts: {listed(value.table['contrast'].unique())}"),
        ("items", listed(value.table["item"].unique())),
        ("intervals", f"{100 * confidence:g}%, {value.params.get('resamples', 0):,} resamples" if confidence else ""),
    ]
    return block(_compared(value), lines)


def comparison_html(value: Any) -> str:
    """The first rows of a comparison, as a notebook shows them: columns that are not empty."""
    columns = ["contrast", "stratum", "item", "estimate", "low", "high", "q", "n_documents", "n_clusters"]
    table = value.table[[c for c in columns if value.table[c].replace("", np.nan).notna().any()]]
    return _html(_compared(value), table.head(ROWS), len(table))


def features_html(value: Any) -> str:
    """The first values, each row under the id of its document where units are documents."""
    n_units, n_columns = value.values.shape
    some = value.values[:ROWS, :SHOWN] if n_columns else np.zeros((min(n_units, ROWS), 0))
    table = pd.DataFrame(some.toarray() if hasattr(some, "toarray") else some, columns=list(value.columns)[:SHOWN])
    known = [c for c in ("doc_id", "form", "n_tokens") if c in value.units.columns and c not in table.columns]
    table = pd.concat([value.units[known].head(ROWS).reset_index(drop=True), table], axis=1)
    return _html(features(value).partition("\n")[0], table, n_units)


def _html(title: str, table: pd.DataFrame, n: int) -> str:
    from html import escape

    more = f"<p>{n - len(table):,} more rows</p>" if n > len(table) else ""
    return visible(f"<p>{escape(title)}</p>{table.to_html(index=False, float_format='{:.3g}'.format)}{more}")


def provenance(value: Any) -> str:
    """Where texts come from, how many documents were left out, and what was inferred."""
    lines = [
        ("sources", listed(s.get("name", "") for s in value.sources)),
        ("left out", _left_out(value)),
        ("inferred", listed(value.inferences, 2)),
        ("labels", listed(f"{name} ({n:,})" for name, n in value.labels.items())),
        ("unclaimed labels", f"{len(value.unclaimed):,}" if value.unclaimed else ""),
    ]
    return block(f"Provenance: {value.reader or 'no reader'}", lines)
