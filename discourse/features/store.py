"""Features on disk, without any text or tokens."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.types import Features


def save_features(features: Features, folder: Path) -> None:
    """Write features: values as .npy or .npz, units and details as Parquet, the rest as JSON."""
    if sparse.issparse(features.values):
        sparse.save_npz(folder / "values.npz", features.values)
    else:
        np.save(folder / "values.npy", features.values)
    features.units.to_parquet(folder / "units.parquet")
    for name, table in features.details.items():
        table.to_parquet(folder / f"detail_{name}.parquet")
    head = {
        "name": features.name,
        "columns": list(features.columns),
        "target": features.target,
        "params": dict(features.params),
    }
    (folder / "features.json").write_text(json.dumps(head), encoding="utf-8")


def load_features(folder: Path) -> Features:
    """Read what `save_features` wrote."""
    head = json.loads((folder / "features.json").read_text(encoding="utf-8"))
    values = (
        sparse.load_npz(folder / "values.npz") if (folder / "values.npz").exists() else np.load(folder / "values.npy")
    )
    details = {p.stem.removeprefix("detail_"): pd.read_parquet(p) for p in sorted(folder.glob("detail_*.parquet"))}
    return Features(
        head["name"],
        values,
        head["columns"],
        pd.read_parquet(folder / "units.parquet"),
        head["target"],
        head["params"],
        details,
    )
