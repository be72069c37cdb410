"""Reports on the screen: open one, and keep one current while its config is written."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from discourse.cli.stopping import Stopped
from discourse.door import every_file
from discourse.errors import DiscourseError, UsageError, did_you_mean

if TYPE_CHECKING:
    from discourse.cli.commands import Asked, Where

PAGES = ("report.html", "report.pdf")
PAUSE = 0.5  # seconds between two looks at the files
Stamps = dict[Path, tuple[int, int]]


def open_report(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="Name of an experiment, its file, or the folder of a report.", show_default=False
        ),
    ],
) -> None:
    """Open a report in the browser: report.html, or report.pdf where there is no page."""
    from discourse.cli.commands import plain_console

    page = page_of(name)
    plain_console().print(str(page))
    show(page)


def page_of(name: str) -> Path:
    """The page of a report by its name, its experiment file, its folder, or itself.

    Raises
    ------
    UsageError
        If there is no such report, with the names of those that there are.
    """
    from discourse.cache import folder_of

    path = Path(name)
    if path.name in PAGES and path.is_file():
        return path
    folders = [path, Path("reports") / name]
    if path.suffix in (".yaml", ".yml") and path.is_file():
        made = folder_of(path, None)
        folders = [made] if made else []
    for folder in folders:
        for page in PAGES:
            if (folder / page).is_file():
                return folder / page
    there = sorted(p.parent.name for p in Path("reports").glob("*/run.json"))
    hint = did_you_mean(name, there) if there else "`discourse run FILE` makes one in reports/."
    raise UsageError(f'there is no report "{name}". {hint}')


def show(page: Path, query: str = "") -> None:
    """Show a page in the browser of the system."""
    import webbrowser

    webbrowser.open(page.resolve().as_uri() + query)


def watch_experiment(asked: Asked, out: Path | None, where: Where, *, quiet: bool = False, yes: bool = False) -> None:
    """Run an experiment again whenever its files change, until somebody stops it; mistakes are printed and waited for."""
    from discourse.cache import folder_of
    from discourse.cli.commands import plain_console, run_experiment

    console, shown = plain_console(), False
    if not asked.file.is_file():
        raise UsageError(f"{asked.file}: there is no such file")
    while True:
        # Before the run: what is changed meanwhile counts.
        before = stamps(files_of(asked))
        try:
            run_experiment(asked, out, where, quiet=quiet, yes=yes)
        except DiscourseError as error:
            console.print(f"discourse: {error}")
        folder = folder_of(asked.file, out)
        if not shown and folder is not None and (folder / PAGES[0]).is_file():
            # The page looks by itself whether it has been written again.
            show(folder / PAGES[0], "?watch")
            shown = True
        if not quiet:
            console.print(f"{'watching':<13} {asked.file} (Ctrl-C stops)")
        try:
            wait_for_change(asked, before)
        except (KeyboardInterrupt, Stopped):
            console.print("")
            return


def wait_for_change(asked: Asked, before: Stamps) -> None:
    """Wait until a file is another than it was."""
    files = list(before)
    while stamps(files) == before:
        time.sleep(PAUSE)


def files_of(asked: Asked) -> list[Path]:
    """The files that a run depends on: the config, and what it names where it can be read."""
    from discourse.experiment import load, resolve
    from discourse.experiment.run import inputs_of

    try:
        plan = resolve(load(asked.file), corpus=list(asked.corpus), strict=asked.strict, bundle=asked.bundle)
    except DiscourseError:
        return [asked.file]
    return [asked.file, *inputs_of(plan)]


def stamps(paths: Iterable[Path]) -> Stamps:
    """When files were written, and their sizes; of folders those of all that is in them."""
    found: Stamps = {}
    for path in paths:
        found[path] = (0, 0)
        for file in every_file(path):
            try:
                status = file.stat()
            except OSError:
                # Editors replace a file by another, and for a moment there is none.
                continue
            found[file] = (status.st_mtime_ns, status.st_size)
    return found
