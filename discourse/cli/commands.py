"""What the commands do; they import what they need when they are called."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from discourse.cli.terminal import Terminal
from discourse.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from discourse.experiment import Plan
    from discourse.experiment.engine import Engine


def plain_console() -> Console:
    """A console that prints text as it is."""
    return Terminal(highlight=False, soft_wrap=True, markup=False, emoji=False)


def of_how_many(shown: int, n: int) -> str:
    """How many rows of a table are shown, where these are not all.

    Examples
    --------
    >>> of_how_many(60, 812), of_how_many(5, 5)
    ('; 60 of 812 are shown (--limit 0 prints all)', '')
    """
    return f"; {shown:,} of {n:,} are shown (--limit 0 prints all)" if shown < n else ""


def probe_out(path: Path | None, plan: Plan, further: Sequence[Path] = (), *, makes: Path | None = None) -> None:
    """Make sure, before anything is computed, that a file can be written: into a folder that is there, and over nothing that is read.

    What a command `makes` for later runs to read is none of it.
    """
    from discourse.experiment.run import inputs_of
    from discourse.writer import probe

    if path is None:
        return
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}")
    read = (plan.loaded.file, *inputs_of(plan), *further)
    probe(path, inputs=[p for p in read if p != makes])


def write_tables(tables: Mapping[Path, tuple[pd.DataFrame, str]]) -> None:
    """Write tables to CSV files, all or none, and say what is in each."""
    from discourse.gates import csv
    from discourse.writer import write_files

    write_files({path: csv(frame) for path, (frame, _) in tables.items()})
    for path, (frame, said) in tables.items():
        plain_console().print(f"{len(frame):,} {said} in {path}")


def check_experiment(file: Path, corpus: Sequence[Path] = ()) -> None:
    """Check an experiment file and say that it is in order."""
    from discourse.experiment import load, resolve

    plan = resolve(load(file), corpus=list(corpus))
    plain_console().print(
        f"{file}: in order. Reader {plan.config.corpus.reader}, {len(plan.groups)} groups, "
        f"{len(plan.targets)} target{'s' * (len(plan.targets) != 1)}, {len(plan.figures)} figures."
    )
    files = plan.reader_options.get("files")
    if files == []:
        plain_console().print("It names no files yet: add them under corpus.files, or give them with --corpus PATH.")
    if plan.bundle is not None:
        plain_console().print(f"It runs from {plan.bundle}, for texts are missing; --corpus PATH gives them.")
        return
    for path in files or []:
        if not Path(path).exists():
            plain_console().print(f"There is no {path}; give the files with --corpus PATH.")


@dataclass(frozen=True)
class Asked:
    """An experiment file, with other texts or a bundle in place of those of the config or not, and how strictly texts are read."""

    file: Path
    corpus: Sequence[Path] = ()
    strict: bool = False
    bundle: Path | None = None


@dataclass(frozen=True)
class Where:
    """Where partitions of a corpus are measured: in processes of this machine, or on a cluster; in this process by default."""

    workers: int | None = None
    scheduler: str | None = None
    memory: str | None = None

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The engine, until it is no longer needed."""
        from discourse.experiment.engine import engine

        with engine(self.workers, self.scheduler, self.memory) as found:
            yield found


def run_experiment(
    asked: Asked,
    out: Path | None,
    where: Where = Where(),
    *,
    force: bool = False,
    quiet: bool = False,
    yes: bool = False,
) -> None:
    """Run an experiment and write its report, with a line for each stage."""
    from discourse.cache import UNCHANGED, Call, folder_of, is_current
    from discourse.sealed import clean

    clean()
    made = None if force else folder_of(asked.file, out)
    if made is not None and is_current(made, Call(asked.file, asked.corpus, asked.strict, asked.bundle)):
        if not quiet:
            plain_console().print(UNCHANGED.format(made / "report.pdf"))
        return

    def work(plan: Plan, progress: Callable[[str, str], None]) -> None:
        from discourse.experiment import run_to_folder

        folder = out or Path("reports") / plan.config.name
        with where.engine() as engine:
            run_to_folder(plan, folder, progress, refresh=force, yes=yes, engine=engine)

    with_progress(asked, work, quiet=quiet)


def share_experiment(asked: Asked, out: Path, *, keep: str = "needed", quiet: bool = False, yes: bool = False) -> None:
    """Run an experiment and write its bundle, with a line for each stage."""
    if keep not in ("needed", "passages"):
        raise UsageError(f'--keep "{keep}" is not known. {did_you_mean(keep, ("needed", "passages"))}')
    if out.is_dir():
        raise UsageError(f"{out} is a folder; name a file, such as {out / asked.file.stem}.bundle.zip")

    def work(plan: Plan, progress: Callable[[str, str], None]) -> None:
        from discourse.experiment.sharing import make_bundle
        from discourse.writer import write_file

        probe_out(out, plan)
        write_file(out, make_bundle(plan, progress, keep="passages" if keep == "passages" else "needed", yes=yes))
        progress("written", f"{out}; what it gives away is in DISCLOSURE.md in it")

    with_progress(asked, work, quiet=quiet)


def with_progress(asked: Asked, work: Callable[[Plan, Callable[[str, str], None]], None], *, quiet: bool) -> None:
    """Load and resolve an experiment, and do something with it, with a line for each stage."""
    from discourse.experiment import load

    console = plain_console()
    loaded = load(asked.file)
    with console.status("checking") if not quiet and console.is_terminal else _Silent() as status:
        from discourse.experiment import resolve

        plan = resolve(loaded, corpus=list(asked.corpus), strict=asked.strict, bundle=asked.bundle)
        start = time.perf_counter()

        def progress(stage: str, said: str) -> None:
            if not quiet:
                console.print(f"{stage:<13} {time.perf_counter() - start:6.1f} s  {said}")
                status.update("working")

        work(plan, progress)
        if not quiet:
            console.print(f"{'done':<13} {time.perf_counter() - start:6.1f} s")


class _Silent:
    """Stands in for the spinner where there is no terminal."""

    def __enter__(self) -> _Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, _: str) -> None:
        """Nothing to show."""


def concordance(
    word: str,
    file: Path,
    corpus: Sequence[Path],
    *,
    width: int = 50,
    limit: int = 50,
    sort: str = "",
    csv: Path | None = None,
    strict: bool = False,
) -> None:
    """Print a concordance of the documents of an experiment, or write it to a CSV file."""
    import numpy as np

    from discourse.experiment import load, resolve
    from discourse.experiment.run import encoded_and_selected, group_of_documents
    from discourse.features.concordance import kwic

    if not word.replace("*", "").strip():
        raise UsageError(f'"{word}" matches everything; write a word, with * for some of its letters')
    places = [p.strip().upper() for p in sort.split(",") if p.strip()]
    wrong = [p for p in places if not re.fullmatch(r"N|[LR][1-9]", p)]
    if wrong:
        raise UsageError(f'--sort takes places such as L1, R1, R2 or N, with commas between them; got "{wrong[0]}"')
    plan = resolve(load(file, unfinished=True), corpus=list(corpus), strict=strict)
    probe_out(csv, plan)
    encoded, keep = encoded_and_selected(plan)
    mask = encoded.words() & np.repeat(keep, np.diff(encoded.document_bounds))
    lines = kwic(encoded, word, width=width, mask=mask, sort=places)
    names = np.array([*(g.name for g in plan.groups), ""], object)[group_of_documents(plan, encoded.documents)]
    lines.insert(0, "group", lines["doc_id"].map(dict(zip(encoded.documents["doc_id"], names))))
    console = plain_console()
    if csv is not None:
        write_tables({csv: (lines.drop(columns=["turn", "start"]), "lines")})
        return
    shown = lines if not limit else lines.head(limit)
    for line in shown.itertuples():
        source = " ".join(filter(None, (str(line.date), str(line.group), str(line.speaker))))
        console.print(f"{source[:44]:<44} {str(line.left)[-width:]:>{width}} {line.node} {line.right}")
    console.print(f"{len(lines)} lines in {lines['doc_id'].nunique()} documents{of_how_many(len(shown), len(lines))}")
