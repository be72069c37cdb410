"""Commands for replication packages: archive, verify, freeze."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.cli.commands import Asked, of_how_many, plain_console, probe_out, with_progress
from discourse.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from discourse.experiment import Plan
    from discourse.experiment.verifying import Verified
    from discourse.verify import Difference


def archive_experiment(
    asked: Asked, out: Path, *, texts: bool = False, lock: Path | None = None, quiet: bool = False, yes: bool = False
) -> None:
    """Run an experiment and write its archive, with a line for each stage."""
    from discourse.experiment.archive.making import required

    required()
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}")
    if out.is_dir():
        raise UsageError(f"{out} is a folder; name a file, such as {out / asked.file.stem}.archive.zip")
    if asked.file.is_dir():
        from discourse.experiment.verifying import plan_of_report

        made = plan_of_report(asked.file)
        asked = Asked(made.loaded.file, asked.corpus, made.strict, made.bundle if made.named else None)

    def work(plan: Plan, progress: Callable[[str, str], None]) -> None:
        from discourse.experiment.archive.lock import locked, read_lock
        from discourse.experiment.archive.making import make_archive, packages_of
        from discourse.writer import write_file

        probe_out(out, plan)
        packages = packages_of(plan)
        # Before anything is computed, which may take minutes.
        packages = locked(packages) if lock is None else read_lock(lock, packages)
        progress("locked", f"{len(packages)} packages with the hashes of their files")
        archive = make_archive(plan, packages, progress, texts=texts, yes=yes)
        write_file(out, archive.data)
        progress("written", f"{out}, {len(archive.data) / 1e6:.2f} MB, SHA-256 {archive.sha256}")
        progress("digest", archive.digest)

    with_progress(asked, work, quiet=quiet)


def freeze_experiment(asked: Asked, out: Path | None) -> None:
    """Register an experiment: write its frozen file, and say what it holds."""
    import datetime as dt
    import os
    from importlib.metadata import version

    from discourse.experiment import load, resolve
    from discourse.experiment.registration import frozen_beside, register
    from discourse.experiment.run import read_documents
    from discourse.writer import write_file

    plan = resolve(load(asked.file), corpus=list(asked.corpus), strict=asked.strict)
    path = out or frozen_beside(asked.file)
    if path.exists():
        raise UsageError(f"{path} is there already; a registration is made once. Name another file with --out")
    probe_out(path, plan, makes=frozen_beside(plan.loaded.file))
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = (
        dt.datetime.fromtimestamp(int(given), dt.UTC)
        if given.isdigit() and len(given) < 12
        else dt.datetime.now(dt.UTC)
    )
    made = register(plan, read_documents(plan), now.date(), version("discourse-analytics"))
    write_file(path, made.written())
    console = plain_console()
    console.print(
        f"registered on {made.registered}: {len(made.analyses)} analyses, {len(made.figures)} figures, in {path}"
    )
    console.print(
        f"index: {made.index.documents:,} documents, {made.index.first} to {made.index.last}, SHA-256 {made.index.sha256}"
    )
    console.print(f"SHA-256 {made.sha256}; keep a copy where others can date it (OSF, AsPredicted, an e-mail)")


def verify_package(
    path: Path, *, fresh: bool = False, limit: int = 40, csv: Path | None = None, quiet: bool = False
) -> int:
    """Make a report again, print what holds and what moved, and give the exit code."""
    from discourse import gates
    from discourse.experiment.verifying import verify
    from discourse.writer import probe, write_file

    console = plain_console()
    if csv is not None:
        probe(csv, inputs=[path])
    start = time.perf_counter()

    def progress(stage: str, said: str) -> None:
        if not quiet and stage != "report":
            console.print(f"{stage:<13} {time.perf_counter() - start:6.1f} s  {said}")

    verified = verify(path, progress, fresh=fresh)
    for line in told(verified, limit):
        console.print(line)
    if csv is not None:
        import pandas as pd

        rows = [_cells(d) for d in verified.comparison.differences]
        columns = ["file", "page", "item", "row", "column", "expected", "found", "change", "rule", "holds"]
        write_file(csv, gates.csv(pd.DataFrame(rows, columns=columns)))
    return 0 if verified.holds else 1


def told(verified: Verified, limit: int) -> list[str]:
    """What of a report holds, in lines: a table by part, the numbers that moved, the environment, the digest."""
    comparison, lines = verified.comparison, []
    parts = {
        "tables": "tables/",
        "figures": "figures/",
        "report": "report.",
        "record": "run.json",
        "works": "references",
    }
    lines.append(f"{'part':<10} {'files':>6} {'numbers':>9} {'moved':>7}")
    for part, start in parts.items():
        files = {f: n for f, n in comparison.numbers.items() if f.startswith(start)}
        moved = sum(d.file.startswith(start) for d in comparison.moved)
        if files or moved:
            lines.append(f"{part:<10} {len(files):>6,} {sum(files.values()):>9,} {moved:>7,}")
    moved_numbers = comparison.moved[: limit or None]
    lines += [f"moved: {_line(d)}" for d in moved_numbers]
    if len(comparison.moved) > len(moved_numbers):
        lines.append(f"{len(comparison.moved):,} moved{of_how_many(len(moved_numbers), len(comparison.moved))}")
    within = len(comparison.differences) - len(comparison.moved)
    if within:
        lines.append(f"{within:,} differ by no more than their rule allows (--csv lists them)")
    lines += [f"changed after the archive was made: {name}" for name in verified.changed]
    lines += [
        f"other version: {n} {a or 'none'} there, {b or 'none'} here" for n, (a, b) in verified.environment.items()
    ]
    if comparison.topics is not None:
        t = comparison.topics
        same = "the same" if t.same else "other"
        lines.append(
            f"topics: {same} by cosines of at least {t.cosines.min():.2f}, {t.points.max():.1f} points apart at most"
        )
    there, here = verified.digests
    lines.append(f"digest {here}" + ("" if there == here else f", published {there or 'without one'}"))
    total = sum(comparison.numbers.values())
    held = f"every one of {total:,} numbers holds" if verified.holds else f"{len(comparison.moved):,} values moved"
    lines.append(f"{'holds' if verified.holds else 'does not hold'}: {held} ({verified.seconds:.0f} s)")
    return lines


def _line(d: Difference) -> str:
    where = ", ".join(filter(None, (f"page {d.page}" if d.page else "", d.item)))
    what = ", ".join(filter(None, (d.row[:60], d.column)))
    change = "" if d.change is None else f" ({d.change:+.6g})"
    values = f"{d.expected or 'nothing'} -> {d.found or 'nothing'}{change}" if d.expected or d.found else ""
    return " | ".join(filter(None, (d.file, where, what, values)))


def _cells(d: Difference) -> tuple[object, ...]:
    return d.file, d.page or "", d.item, d.row, d.column, d.expected, d.found, d.change, d.rule.value, d.holds
