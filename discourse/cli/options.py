"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(metavar="FILE", help="Experiment file (YAML).", show_default=False)]
Corpus = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        metavar="PATH",
        help="Files or folders in place of those of the config; may be repeated.",
        show_default=False,
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Make a document that cannot be read, and a label that nobody claims, an error."),
]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Yes = Annotated[bool, typer.Option("--yes", help="Run a multiverse however long it takes.")]

CsvFile = Annotated[
    Path | None, typer.Option("--csv", metavar="PATH", help="Write all of them to a CSV file.", show_default=False)
]
Target = Annotated[
    str | None, typer.Option("--target", metavar="NAME", help="Target, where there are several.", show_default=False)
]
Sheets = Annotated[list[Path], typer.Argument(metavar="SHEET...", help="Coded sheets.", show_default=False)]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Processes on this machine that measure parts of the corpus side by side (needs the extra `cluster`).",
        show_default=False,
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="Scheduler of a dask cluster that runs already (tcp://host:8786).", show_default=False
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE", help="Memory of each process of --workers (2GiB); even shares by default.", show_default=False
    ),
]
