"""From the files of a plan to a corpus in partitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from discourse.corpus.parts import read_in_parts
from discourse.corpus.passes import load_part
from discourse.corpus.select import kinds_of
from discourse.encode.partitions import Written, write_part, write_partitions
from discourse.errors import DiscourseError, SettingError
from discourse.experiment.engine import Engine
from discourse.experiment.parts import is_worth_saying
from discourse.experiment.plan import Plan
from discourse.writer import scratch


def build_partitions(
    plan: Plan, root: Path, size: int, engine: Engine, settings: Mapping[str, Any], said: Callable[[str], None]
) -> None:
    """Read the corpus of a plan part by part, and write each part as a partition that is encoded.

    Parameters
    ----------
    plan : Plan
        The experiment.
    root : Path
        An empty folder.
    size : int
        Tokens of a partition, about.
    engine : Engine
        Where parts are read and encoded.
    settings : mapping
        How the corpus was read, for the manifest.
    said : callable
        Told how many partitions are written.
    """
    # Beside the result, for it needs as much room, and workers see the same disk.
    with scratch(root.parent) as work:
        options = dict(plan.reader_options)
        if plan.strict:
            options["strict"] = True
        parts = read_in_parts(plan.reader, options, size, folder=work, each=engine.each)
        items = [(path, root / f"{k:04d}") for k, path in enumerate(parts.paths)]

        def written() -> Iterator[Written]:
            for k, done in enumerate(engine.each(_write, items), 1):
                if is_worth_saying(k, len(items)):
                    said(f"{k} of {len(items)} partitions written")
                yield done

        about = {
            "read_on": dt.datetime.now(dt.UTC).date().isoformat(),
            "settings": dict(settings),
            "provenance": asdict(parts.provenance),
        }

        def documents(table: Any) -> Any:
            try:
                return kinds_of(table, plan.config.corpus.kinds) if plan.config.corpus.kinds else table
            except DiscourseError as error:
                raise SettingError(("corpus", "kinds"), str(error)) from None

        write_partitions(written(), root, about, documents)


def _write(item: tuple[Path, Path]) -> Written:
    """Encode one part and write it."""
    source, target = item
    return write_part(load_part(source), target)
