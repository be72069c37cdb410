"""How what a corpus holds is written into tables and manifests, and read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from discourse.types import Exclusion, Provenance, Unclaimed

SPANS = ("excluded", "quoted")


def spans_written(turns: pd.DataFrame) -> pd.DataFrame:
    """Turns with their spans as JSON, for Parquet gives nested lists back as arrays of arrays.

    Examples
    --------
    >>> spans_written(pd.DataFrame({"excluded": [((0, 5, "stage"),)]})).to_dict("list")
    {'excluded': ['[[0, 5, "stage"]]']}
    """
    return turns.assign(
        **{c: [json.dumps([list(s) for s in spans]) for spans in turns[c]] for c in SPANS if c in turns.columns}
    )


def spans_read(turns: pd.DataFrame) -> pd.DataFrame:
    """The turns of what `spans_written` made of them.

    Examples
    --------
    >>> spans_read(pd.DataFrame({"excluded": ['[[0, 5, "stage"]]', "[]"]})).to_dict("list")
    {'excluded': [((0, 5, 'stage'),), ()]}
    """
    known: dict[str, tuple[Any, ...]] = {}

    def spans(text: str) -> tuple[Any, ...]:
        # Most turns have none, and are written alike.
        if text not in known:
            known[text] = tuple((a, b, r) for a, b, r in json.loads(text))
        return known[text]

    return turns.assign(**{c: [spans(x) for x in turns[c]] for c in SPANS if c in turns.columns})


def provenance_of(record: Mapping[str, Any]) -> Provenance:
    """The provenance of a manifest, where `dataclasses.asdict` wrote it."""
    return Provenance(
        record["reader"],
        tuple(record["sources"]),
        tuple(record["inferences"]),
        tuple(Exclusion(**e) for e in record["exclusions"]),
        tuple(record["citation"]),
        # Of corpora that were built before labels were recorded nothing is known.
        dict(record.get("labels", {})),
        tuple(Unclaimed(**u) for u in record.get("unclaimed", ())),
    )
