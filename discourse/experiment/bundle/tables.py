"""Tables as Parquet that any program reads, and back to the same values and types."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.errors import DiscourseError

# A small file can claim more rows than the memory holds.
MOST_CELLS = 200_000_000
_PLAIN = re.compile(r"^(bool|u?int(8|16|32|64)|float(32|64)|datetime64\[(s|ms|us|ns)(, [\w/+:-]+)?\])$")
# How a column of text marks a missing value.
_MISSING = {"none": None, "nan": np.nan}


def write_table(frame: pd.DataFrame, where: str) -> tuple[bytes, dict[str, str]]:
    """A table as Parquet, and the type of each column.

    Parameters
    ----------
    frame : DataFrame
        Its index is not written.
    where : str
        What the table is, for messages.

    Raises
    ------
    DiscourseError
        For values that no such file can hold.

    Examples
    --------
    >>> data, types = write_table(pd.DataFrame({"b": [0.1, np.nan], "c": [1, 2]}), "a table")
    >>> types
    {'b': 'float64', 'c': 'int64'}
    >>> read_table(data, types)["b"].tolist()
    [0.1, nan]
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays, types = {}, {}
    for k, name in enumerate(frame.columns):
        if not isinstance(name, str):
            raise DiscourseError(f"{where}: the name of a column must be text, got {name!r}")
        arrays[name], types[name] = _column(frame.iloc[:, k], f"{where}, column {name}")
    if len(arrays) < len(frame.columns):
        raise DiscourseError(f"{where}: two columns have the same name")
    stream = io.BytesIO()
    # Whole numbers that mostly grow are small as differences, floats byte by byte unless few differ, the rest as a dictionary.
    steps = {n: "DELTA_BINARY_PACKED" for n, a in arrays.items() if pa.types.is_integer(a.type)}
    floats = [n for n, a in arrays.items() if pa.types.is_floating(a.type)]
    steps |= {n: "BYTE_STREAM_SPLIT" for n in floats if 4 * frame[n].nunique() > len(frame)}
    pq.write_table(
        pa.table(arrays),
        stream,
        compression="zstd",
        compression_level=19,
        use_dictionary=[n for n in arrays if n not in steps],
        column_encoding=steps,
        write_statistics=False,
        store_schema=False,
        row_group_size=max(len(frame), 1),
    )
    return stream.getvalue(), types


def _column(values: pd.Series, where: str) -> tuple[Any, str]:
    """A column as Arrow's array, and its type."""
    import pyarrow as pa

    kind = str(values.dtype)
    if kind in ("object", "str", "string"):
        return _texts(values, kind, where)
    if not _PLAIN.match(kind):
        raise DiscourseError(f"{where}: values of type {kind} cannot be written")
    plain = values.to_numpy()
    if kind.startswith(("int", "uint")):
        low, high = (int(plain.min()), int(plain.max())) if len(plain) else (0, 0)
        wide = kind.endswith("64") and not -(2**31) <= low <= high < 2**31
        return pa.array(plain.astype(np.int64 if wide else np.int32)), kind
    return pa.array(values, from_pandas=kind.startswith("datetime")), kind


def _texts(values: pd.Series, kind: str, where: str) -> tuple[Any, str]:
    """A column of texts, or of anything else cell by cell as JSON."""
    import pyarrow as pa

    cells = values.tolist()
    if all(isinstance(v, str) or v is None or v is pd.NA or v != v for v in cells):
        missing = "none" if any(v is None for v in cells) else "nan"
        texts = [v.encode("utf-8", "replace").decode() if isinstance(v, str) else None for v in cells]
        return pa.array(texts, pa.string()), f"object {missing}" if kind == "object" else kind
    texts = []
    for value in cells:
        plain = value.item() if isinstance(value, np.generic) else value
        try:
            texts.append(json.dumps(plain, ensure_ascii=False))
        except TypeError:
            raise DiscourseError(f"{where}: values of type {type(plain).__name__} cannot be written") from None
    return pa.array(texts, pa.string()), "object json"


def read_table(data: bytes, types: Mapping[str, str]) -> pd.DataFrame:
    """Read the columns of `types` from what `write_table` wrote.

    Raises
    ------
    ValueError
        Where a column is missing, or there are more cells than any bundle has.
    """
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(data))
    about = file.metadata
    if about.num_rows * max(about.num_columns, 1) > MOST_CELLS:
        raise ValueError(f"{about.num_rows:,} rows are more than a bundle has")
    if not set(types) <= set(file.schema_arrow.names):
        raise ValueError(f"expected the columns {', '.join(types)}, got {', '.join(file.schema_arrow.names)}")
    table = file.read(columns=list(types))
    columns = {name: _back(table.column(name), kind) for name, kind in types.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))


def _back(column: Any, kind: str) -> Any:
    """A column of Arrow as the type that it had."""
    if kind.startswith("object"):
        how = kind.partition(" ")[2]
        if how not in ("json", *_MISSING):
            raise ValueError(f'unknown type "{kind}"')
        cells = column.to_pylist()
        if how == "json":
            return pd.Series([json.loads(v) for v in cells], dtype=object)
        return pd.Series([_MISSING[how] if v is None else v for v in cells], dtype=object)
    if kind in ("str", "string"):
        return pd.Series(column.to_pylist(), dtype=kind)
    if not _PLAIN.match(kind):
        raise ValueError(f'unknown type "{kind}"')
    if kind.startswith("float"):
        # A missing float is a number like others; Arrow knows it as such.
        return column.to_numpy().astype(kind)
    return column.to_pandas().astype(kind)


def long_form(values: Any) -> tuple[pd.DataFrame, str]:
    """A sparse matrix as a table of row, column and value, in the order in which it holds them; and the type of its indexes."""
    csr = sparse.csr_array(values)
    row = np.repeat(np.arange(csr.shape[0], dtype=np.int64), np.diff(csr.indptr))
    frame = pd.DataFrame({"row": row, "column": csr.indices.astype(np.int64), "value": csr.data})
    return frame, str(csr.indices.dtype)


def from_long_form(frame: pd.DataFrame, shape: tuple[int, int], index: str) -> sparse.csr_array:
    """The matrix that `long_form` took apart.

    Raises
    ------
    ValueError
        For places outside the shape, or rows that are not in order.
    """
    row, column = (frame[c].to_numpy(np.int64) for c in ("row", "column"))
    if len(row) and (row.min() < 0 or row.max() >= shape[0] or column.min() < 0 or column.max() >= shape[1]):
        raise ValueError("a place outside the matrix")
    if (np.diff(row) < 0).any():
        raise ValueError("rows are not in order")
    if index not in ("int32", "int64"):
        raise ValueError(f'unknown type "{index}"')
    bounds = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))]).astype(index)
    return sparse.csr_array((frame["value"].to_numpy(), column.astype(index), bounds), shape=shape)
