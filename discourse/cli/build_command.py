"""Building a corpus: what readers made of files, written for other runs and other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse.cli.commands import Where, plain_console
from discourse.cli.corpus_commands import plan_of
from discourse.errors import UsageError, did_you_mean
from discourse.writer import probed

if TYPE_CHECKING:
    from discourse.experiment.plan import Plan

_FORMS = ("tables", "convokit")


def build_corpus(
    file: Path,
    corpus: Sequence[Path],
    out: Path,
    where: Where,
    *,
    to: str = "tables",
    size: int | None = None,
    strict: bool = False,
) -> None:
    """Read the corpus of an experiment and write it as Parquet tables with a manifest, in partitions, or as ConvoKit has it."""
    from discourse.corpus.convokit_write import is_written
    from discourse.corpus.partitioned import is_partitioned
    from discourse.corpus.stored import is_stored
    from discourse.experiment.run import inputs_of

    if to not in _FORMS:
        raise UsageError(f'there is no form "{to}" to write a corpus in. {did_you_mean(to, _FORMS)}')
    if size is not None and to != "tables":
        raise UsageError(f"--partition-size is for tables; {to} has no partitions")
    if size is None and where != Where():
        raise UsageError(
            "--workers, --scheduler and --memory need --partition-size: one partition is written by one worker"
        )
    named, out = out, out.resolve()
    ours = is_stored(out) or is_written(out) or is_partitioned(out)
    if out.exists() and not ours and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: not empty, and not a corpus that this command wrote; choose another folder")
    plan = plan_of(file, corpus, strict)
    if any(Path(f).resolve() == out for f in plan.reader_options.get("files", ())):
        raise UsageError(f"{named}: the corpus is read from there; choose another folder")
    write = partial(_in_partitions, size=size, where=where) if size is not None else partial(_in_one, to=to)
    console = plain_console()
    with probed(named, inputs=(file, *inputs_of(plan)), folder=True) as work:
        written = work.land_folder(lambda folder: write(plan, folder))
    what = f" in {written.partitions} partitions" if written.partitions else ""
    console.print(f"{written.documents} documents, {written.turns} turns in {named}{what}")
    if written.excluded:
        place = "the manifest has" if to == "tables" else "discourse corpus show prints"
        console.print(f"{written.excluded} documents excluded; {place} the reasons")
    reader = "stored" if to == "tables" else "convokit"
    console.print(f"Use it with corpus: {{reader: {reader}, files: [{named}]}}")


@dataclass(frozen=True)
class _Written:
    """How much was written."""

    documents: int
    turns: int
    excluded: int
    partitions: int = 0


def _settings(plan: Plan) -> dict[str, Any]:
    """How a corpus was read, for its manifest."""
    speakers = {n: s.model_dump(mode="json", by_alias=True) for n, s in plan.config.speakers.items()}
    return plan.config.corpus.model_dump(mode="json") | {"speakers": speakers}


def _in_one(plan: Plan, folder: Path, *, to: str) -> _Written:
    """Write the whole corpus."""
    from discourse.corpus.convokit_write import write_convokit
    from discourse.corpus.stored import save_corpus
    from discourse.experiment.run import read_corpus

    source = read_corpus(plan)
    if to == "tables":
        save_corpus(source, folder, _settings(plan))
    else:
        write_convokit(source, folder)
    return _Written(len(source.documents), len(source.turns), len(source.provenance.exclusions))


def _in_partitions(plan: Plan, folder: Path, *, size: int, where: Where) -> _Written:
    """Write the corpus in partitions, of which one for each worker is in memory at a time."""
    from discourse.corpus.partitioned import Partitions
    from discourse.experiment.building import build_partitions
    from discourse.experiment.run import at_lines

    console = plain_console()
    with where.engine() as engine:
        at_lines(plan, lambda: build_partitions(plan, folder, size, engine, _settings(plan), console.print))
    found = Partitions.open(folder)
    n = len(found.provenance.exclusions)
    return _Written(len(found.documents), len(found.turns), n, len(found.parts))
