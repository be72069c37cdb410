"""Rows of table files chunk by chunk: a file may be larger than the memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from discourse.corpus.build import Batch
from discourse.corpus.files import decode, is_utf8, unpacked
from discourse.corpus.rows import Rows, delimited, json_lines, lines_of, read_rows, separator, suffix_of
from discourse.door import MEGABYTE, open_file
from discourse.errors import SourceError
from discourse.shown import clipped

MAX_STREAMED = 100_000 * MEGABYTE  # of one compressed file, which never is in memory as a whole
_BLOCK = 64 * MEGABYTE
_TEXT = (".jsonl", ".ndjson", ".csv", ".tsv")
_PARQUET_ROWS = 2_000


def row_chunks(
    batch: Batch,
    path: Path,
    delimiter: str | None = None,
    encoding: str = "utf-8",
    sheet: str | None = None,
    size: int = _BLOCK,
) -> Iterator[tuple[list[str], Rows]]:
    """The rows that `read_rows` reads, chunk by chunk, each with the columns that were seen so far.

    JSON lines, CSV and TSV in UTF-8, compressed by gzip or not, and Parquet are streamed; workbooks, and text in other
    encodings, are read whole.

    Parameters
    ----------
    batch : Batch
        What is wrong with single rows, or with the file, goes to its bad ones.
    path : Path
        The file.
    delimiter, encoding, sheet
        As in `read_rows`.
    size : int
        Bytes of text of a chunk.

    Yields
    ------
    list of str and list of (int, dict)
        Nothing at all for an empty file, and for a workbook that cannot be read.

    Raises
    ------
    SourceError
        For a file that is no table; what was given of it so far does not count.
    """
    suffix = suffix_of(path)
    if suffix == ".parquet" and path.suffix.lower() != ".gz":
        yield from _parquet(batch, path)
    elif suffix in _TEXT and is_utf8(encoding):
        yield from _text(batch, path, delimiter or separator(path), min(size, _BLOCK))
    else:
        found = read_rows(batch, path, delimiter, encoding, sheet)
        if found is not None:
            yield found


def frames(path: Path) -> Iterator[pd.DataFrame]:
    """A Parquet file as tables of some rows each, with the types that the whole has.

    Raises
    ------
    SourceError
        For a file that is none.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with open_file(path), parquet.ParquetFile(path, memory_map=True) as file:
            whole = [k for k, field in enumerate(file.schema_arrow) if pa.types.is_integer(field.type)]
            names = [file.schema_arrow.field(k).name for k in whole]
            # Whole numbers are floats in a table in which any is missing.
            gaps = [n for n in names if file.read(columns=[n]).column(0).null_count]
            for piece in file.iter_batches(_PARQUET_ROWS):
                # Text that is not UTF-8 would be found only where it is used.
                piece.validate(full=True)
                rows = pa.Table.from_batches([piece])
                for name in gaps:
                    k = rows.schema.get_field_index(name)
                    rows = rows.set_column(k, name, rows.column(k).cast(pa.float64(), safe=False))
                yield rows.to_pandas().reset_index(drop=True)
            if not file.metadata.num_rows:
                yield file.read().to_pandas()
    except SourceError:
        raise
    except Exception as error:  # metadata that somebody else wrote raise anything
        raise SourceError(f"{path}: not a Parquet file that can be read ({clipped(error, 120)})") from None


def _parquet(batch: Batch, path: Path) -> Iterator[tuple[list[str], Rows]]:
    if not _sourced(batch, path):
        return
    first = 1
    for frame in frames(path):
        frame.columns = [str(c) for c in frame.columns]
        yield list(frame.columns), list(enumerate(frame.to_dict("records"), first))
        first += len(frame)


def _text(batch: Batch, path: Path, delimiter: str, size: int) -> Iterator[tuple[list[str], Rows]]:
    if not _sourced(batch, path):
        return
    wrong: list[str] = []
    try:
        # The whole is looked through first: a file that is not text to its end is not read at all.
        line = 1
        for chunk in _chunks(path, size, wrong):
            line += decode(path, chunk, line=line).count("\n")
    finally:
        for reason in wrong:
            batch.fail(path, reason)
    if suffix_of(path) in (".jsonl", ".ndjson"):
        yield from _json_chunks(batch, path, size)
    else:
        yield from _record_chunks(batch, path, delimiter, size)


def _json_chunks(batch: Batch, path: Path, size: int) -> Iterator[tuple[list[str], Rows]]:
    columns: dict[str, None] = {}
    line = 1
    yield [], []
    for chunk in _chunks(path, size, []):
        text = decode(path, chunk, line=line)
        found, rows = json_lines(batch, path, text, line)
        columns |= dict.fromkeys(found)
        yield list(columns), rows
        line += text.count("\n")


def _record_chunks(batch: Batch, path: Path, delimiter: str, size: int) -> Iterator[tuple[list[str], Rows]]:
    header: list[str] = []
    rows: Rows = []
    taken = 0
    for number, row in delimited(batch, path, _decoded_lines(path, size), delimiter, header):
        rows.append((number, row))
        taken += sum(map(len, row.values()))
        if taken >= size:
            yield header, rows
            rows, taken = [], 0
    yield header, rows


def _decoded_lines(path: Path, size: int) -> Iterator[str]:
    line = 1
    for chunk in _chunks(path, size, []):
        text = decode(path, chunk, line=line)
        line += text.count("\n")
        yield from lines_of(text)


def _chunks(path: Path, size: int, wrong: list[str]) -> Iterator[bytes]:
    """What a file holds in runs of whole lines; the last line of a file that ends early is not whole, and left out."""
    rest: list[bytes] = []
    held = 0
    for block in _blocks(path, size, wrong):
        rest.append(block)
        held += len(block)
        if held < size or b"\n" not in block:
            continue
        data = b"".join(rest)
        end = data.rfind(b"\n") + 1
        yield data[:end]
        rest, held = [data[end:]], len(data) - end
    data = b"".join(rest)
    if wrong:
        data = data[: data.rfind(b"\n") + 1]
    if data:
        yield data


def _blocks(path: Path, size: int, wrong: list[str]) -> Iterator[bytes]:
    with open_file(path) as file:
        if path.suffix.lower() != ".gz":
            yield from iter(lambda: file.read(size), b"")
            return
        for block in unpacked(path, iter(lambda: file.read(_BLOCK), b""), wrong, MAX_STREAMED):
            # 64 MB at once may be many chunks.
            yield from (block[k : k + size] for k in range(0, len(block), size))


def _sourced(batch: Batch, path: Path) -> bool:
    """Whether a file has anything in it; then it is among the sources of the batch."""
    digest, blank = hashlib.sha256(), True
    try:
        with open_file(path) as file:
            for block in iter(lambda: file.read(MEGABYTE), b""):
                digest.update(block)
                blank = blank and not block.strip()
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None
    if blank:
        batch.fail(path, "the file is empty")
        return False
    batch.sources.append({"name": path.name, "sha256": digest.hexdigest()})
    return True
