"""The command that writes a corpus as files of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli.options import Corpus, Strict
from discourse.errors import UsageError


def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="Experiment file (YAML), or a folder of `discourse corpus build`.", show_default=False
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            metavar="FORM", help="mtx (R, quanteda, stm), gensim, vw, uci, parquet, or conllu.", show_default=False
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the files.", show_default=False)],
    corpus: Corpus = None,
    strict: Strict = False,
) -> None:
    """Write a corpus as files that other programs read: the documents that an experiment selects, all words that count."""
    from discourse.cli.commands import plain_console
    from discourse.cli.corpus_commands import plan_of
    from discourse.corpus import read_stored
    from discourse.encode import encode_corpus
    from discourse.errors import did_you_mean
    from discourse.exchange import FORMS
    from discourse.exchange import export as written
    from discourse.experiment.run import encoded_and_selected, inputs_of
    from discourse.writer import probe, refuse_inputs

    if to not in FORMS:
        raise UsageError(f'there is no form "{to}". {did_you_mean(to, FORMS)}')
    keep = None
    if file.is_dir():
        if corpus:
            raise UsageError("--corpus is for an experiment file, not for a folder of texts")
        probe(out, inputs=[file], folder=True)
        encoded = encode_corpus(read_stored(files=[file]))
    else:
        plan = plan_of(file, corpus or [], strict)
        probe(out, inputs=(plan.loaded.file, *inputs_of(plan)), folder=True)
        encoded, keep = encoded_and_selected(plan)
    refuse_inputs(out, [file])
    paths = written(encoded, to, out, keep)
    n = len(encoded.documents) if keep is None else int(keep.sum())
    plain_console().print(f"{n:,} documents: {', '.join(str(p) for p in paths)}")
