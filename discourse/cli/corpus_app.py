"""Typer commands on a corpus; each is a thin wrapper around a plain function."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli.options import Corpus, CsvFile, File, Memory, Scheduler, Strict, Workers

corpus_app = typer.Typer(no_args_is_help=True, help="Build a corpus, and look at it before you analyse it.")


@corpus_app.command("build")
def build(
    file: File,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for the tables and the manifest.", show_default=False),
    ],
    corpus: Corpus = None,
    to: Annotated[
        str,
        typer.Option(
            metavar="FORM", help="tables: Parquet, for the reader `stored`; convokit: the JSON files of ConvoKit."
        ),
    ] = "tables",
    strict: Strict = False,
    partition_size: Annotated[
        int | None,
        typer.Option(
            min=1000,
            metavar="TOKENS",
            help="Write partitions of about so many tokens, each encoded, for corpora that no memory holds (4000000).",
            show_default=False,
        ),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    memory: Memory = None,
) -> None:
    """Read the corpus once and write it as Parquet tables with a manifest, for the reader `stored`."""
    from discourse.cli.build_command import build_corpus
    from discourse.cli.commands import Where

    build_corpus(file, corpus or [], out, Where(workers, scheduler, memory), to=to, size=partition_size, strict=strict)


@corpus_app.command("show")
def show(
    file: File,
    corpus: Corpus = None,
    limit: Annotated[int, typer.Option(min=0, help="Rows of each table to print; 0 prints all.")] = 60,
    strict: Strict = False,
) -> None:
    """Show documents, turns and tokens by group and speaker, how labels were read, and what was excluded."""
    from discourse.cli.corpus_commands import show_corpus

    show_corpus(file, corpus or [], limit=limit, strict=strict)


@corpus_app.command("speakers")
def speakers(
    file: File,
    corpus: Corpus = None,
    limit: Annotated[int, typer.Option(min=0, help="Labels to print; 0 prints all.")] = 60,
    csv: CsvFile = None,
    yaml: Annotated[
        bool, typer.Option("--yaml", help="Print a speakers: section with the uncertain ones, to correct.")
    ] = False,
    strict: Strict = False,
) -> None:
    """List every label, who is meant by it, how that was inferred, and in how many documents it occurs; lines that nobody claims."""
    from discourse.cli.corpus_commands import list_speakers

    list_speakers(file, corpus or [], limit=limit, csv=csv, yaml=yaml, strict=strict)


@corpus_app.command("audit")
def audit(
    file: File,
    corpus: Corpus = None,
    n: Annotated[int, typer.Option("-n", min=10, help="Turns to draw.")] = 100,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="PATH", help="Write a sheet (.xlsx or .csv) to check by hand.", show_default=False
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            "--sheet", metavar="PATH", help="Read a checked sheet back: precision and recall.", show_default=False
        ),
    ] = None,
    strict: Strict = False,
) -> None:
    """Draw a random sample of turns to check by hand, or print what the checked sheet says."""
    from discourse.cli.corpus_commands import audit_turns

    audit_turns(file, corpus or [], n=n, out=out, sheet=sheet, strict=strict)


@corpus_app.command("reuse")
def reuse(
    file: File,
    corpus: Corpus = None,
    limit: Annotated[int, typer.Option(min=0, help="Passages to print; 0 prints all.")] = 20,
    csv: CsvFile = None,
    strict: Strict = False,
) -> None:
    """List the passages that documents share, those that repeat the most tokens first, by group."""
    from discourse.cli.corpus_commands import reused_passages

    reused_passages(file, corpus or [], limit=limit, csv=csv, strict=strict)
