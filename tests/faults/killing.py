"""Kills a run at every operation on files in turn; what it finds is printed as JSON.

    python tests/faults/killing.py FOLDER            every operation of a run that writes a report over an earlier one
    python tests/faults/killing.py FOLDER --force    the same of a run that computes everything again
    python tests/faults/killing.py FOLDER --few 30   some of them, those around the landing among them

One process imports everything and never runs anything itself; each run is a fork of it, killed by SIGKILL before the operation. After
each kill the report must be the earlier one or the new one, whole, and the next run must give the bytes of a run that nobody killed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROWS = 24
CONFIG = """name: tiny
title: {title}
question: Do ministers speak about Norland in other terms after the treaty?
corpus:
  reader: table
  files: [speeches.jsonl]
  options: {{id: id, title: title, speaker: minister}}
groups:
  Before the treaty: {{before: 2002-01-01}}
  After the treaty: {{from: 2002-01-01}}
compare: {{study: After the treaty, reference: Before the treaty}}
targets:
  Norland: {{terms: [norland]}}
frequency: {{min_clusters: 2, ngrams: [1]}}
topics: false
repetition: {{passage_tokens: 12}}
report: {{figures: [salience], formats: [svg]}}
inference: {{resamples: 100}}
"""
WRITING = (
    "discourse.exchange",
    "discourse.fsync",
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.chmod",
    "os.truncate",
)


def is_writing(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an audit event is an operation that changes files."""
    if event == "open":
        _, mode, flags = arguments
        wanted = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        return bool((isinstance(mode, str) and set(mode) & set("wxa+")) or (isinstance(flags, int) and flags & wanted))
    return event in WRITING


def write_tiny(folder: Path, rows: list[dict[str, Any]], title: str) -> Path:
    """A small experiment."""
    (folder / "speeches.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    file = folder / "tiny.yaml"
    file.write_text(CONFIG.format(title=title), encoding="utf-8")
    return file


def in_fork(work: Callable[[], Any]) -> tuple[int, Any]:
    """Status of a fork, and what a function returned there."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            answer = pickle.dumps(work())
            with os.fdopen(writing, "wb") as stream:
                stream.write(answer)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        data = stream.read()
    _, status = os.waitpid(child, 0)
    return status, pickle.loads(data) if data and status == 0 else None


def run_once(file: Path, out: Path, *, force: bool = False, at: int | None = None) -> int:
    """Run the experiment, killed before operation `at`, if any; how many operations there were."""
    from discourse.experiment import load, resolve, run_to_folder

    done = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal done
        if is_writing(event, arguments):
            if done == at:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1

    sys.addaudithook(hook)
    run_to_folder(resolve(load(file)), out, refresh=force)
    return done


def contents(folder: Path) -> dict[str, bytes]:
    """All files but the times that a run took."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "timing.json"
    }


def chosen(n: int, few: int | None) -> list[int]:
    """The operations at which a run is killed: all, or the last ones, where the report lands, and some of the others."""
    if few is None or few >= n:
        return list(range(n))
    last = list(range(n - few // 2, n))
    step = max((n - few // 2) // (few - len(last)), 1)
    return [*range(0, n - few // 2, step), *last]


@dataclass(frozen=True)
class Place:
    """A small experiment with an earlier report and a cache, kept so that every run can begin from them."""

    folder: Path

    @property
    def cache(self) -> Path:
        """What runs store."""
        return self.folder / "cache"

    @property
    def out(self) -> Path:
        """The report."""
        return self.folder / "reports" / "tiny"

    @property
    def file(self) -> Path:
        """The experiment."""
        return self.folder / "tiny.yaml"

    def restore(self) -> None:
        """Put report and cache back as they were."""
        for name in ("cache", "reports"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            if (self.folder / "kept" / name).exists():
                shutil.copytree(self.folder / "kept" / name, self.folder / name, symlinks=True)

    def left(self) -> list[str]:
        """Hidden files and folders that no run should leave."""
        return [str(p) for p in [*(self.folder / "reports").rglob(".*"), *self.cache.rglob(".*")]]


def prepared(folder: Path, *, plain: bool = False, cold: bool = False, tables: bool = False) -> Place:
    """A place, with everything imported; the experiment has changed since its report."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from conftest import invented_rows

    place = Place(folder.resolve())
    place.folder.mkdir(parents=True)
    os.environ["DISCOURSE_CACHE"] = str(place.cache)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    warm_up(plain)
    if tables:
        from discourse.report.writers import folder as writing

        some = [w for w in writing.writers() if not w.__name__.endswith((".typst", ".html", ".word"))]
        writing.writers = lambda: some
    rows = [r | {"date": f"{1990 + k}-03-01"} for k, r in enumerate(invented_rows(ROWS))]
    write_tiny(place.folder, rows, "Earlier")
    assert in_fork(lambda: run_once(place.file, place.out))[0] == 0
    warm_up_more(place.file)
    # What somebody put beside the report is to stay, whatever happens.
    (place.out / "notes.txt").write_text("mine")
    (place.out / "own").mkdir()
    (place.out / "own" / "table.csv").write_text("mine as well")
    write_tiny(place.folder, rows, "New")
    if cold:
        shutil.rmtree(place.cache)
    for kept in (place.cache, place.folder / "reports"):
        if kept.exists():
            shutil.copytree(kept, place.folder / "kept" / kept.name)
    return place


def main() -> None:
    """Kill runs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--force", action="store_true")
    parser.add_argument("--cold", action="store_true", help="without a cache")
    parser.add_argument("--plain", action="store_true", help="as if the system could not exchange two folders")
    parser.add_argument("--tables", action="store_true", help="leave out PDF and page, which take most of the time")
    parser.add_argument("--landing", action="store_true", help="compute nothing, only write what was computed once")
    parser.add_argument("--few", type=int)
    parser.add_argument("--at", type=int, nargs="+", help="only at these operations")
    options = parser.parse_args()
    place = prepared(options.folder, plain=options.plain, cold=options.cold, tables=options.tables)
    out, earlier = place.out, contents(place.out)
    if options.landing:
        made_once(place.file)
    status, n = in_fork(lambda: run_once(place.file, out, force=options.force))
    assert status == 0
    clean = contents(out)
    assert clean != earlier and clean["notes.txt"] == b"mine" and clean["own/table.csv"] == b"mine as well"
    started, wrong, states = time.monotonic(), [], {"earlier": 0, "new": 0, "moved away": 0}
    points = options.at or chosen(n, options.few)
    for i, k in enumerate(points):
        if i % 50 == 49:
            print(f"{i} of {len(points)}", file=sys.stderr, flush=True)
        place.restore()
        status, _ = in_fork(lambda k=k: run_once(place.file, out, force=options.force, at=k))
        if not os.WIFSIGNALED(status):
            wrong.append(f"{k}: not killed ({status})")
            continue
        after = contents(out) if out.exists() else {}
        if after in (earlier, clean):
            states["new" if after == clean else "earlier"] += 1
        elif options.plain and not out.exists():
            # Without an exchange there is a moment in which only the next run puts the report back.
            states["moved away"] += 1
        else:
            wrong.append(f"{k}: the report is neither the earlier nor the new one")
        status, _ = in_fork(lambda: run_once(place.file, out))
        if status != 0 or contents(out) != clean:
            wrong.append(f"{k}: the next run gives another report (status {status})")
        if left := place.left():
            wrong.append(f"{k}: left behind: {left[:3]}")
    seconds = round(time.monotonic() - started)
    print(json.dumps({"operations": n, "kills": len(points), "seconds": seconds, **states, "wrong": wrong}))


def warm_up(plain: bool) -> None:
    """Import what a run imports, without threads."""
    import importlib
    import pkgutil

    import discourse

    for module in pkgutil.walk_packages(discourse.__path__, "discourse."):
        if "cluster" not in module.name and not module.name.startswith("discourse.cli"):
            with contextlib.suppress(ImportError):
                importlib.import_module(module.name)
    if plain:
        from discourse import landing

        landing.exchange = lambda one, other: False


def made_once(file: Path) -> None:
    """Runs of this process and its forks take the report and its files as they are made here."""
    import importlib

    from discourse.experiment import load, resolve, run
    from discourse.report.writers import folder as writing

    made = run(resolve(load(file)))
    files = writing.contents(made[0])
    importlib.import_module("discourse.experiment.run").run = lambda *_, **__: made
    writing.contents = lambda *_, **__: files


def warm_up_more(file: Path) -> None:
    """Make what is kept in memory: templates, fonts; but no PDF, whose library starts threads that no fork has."""
    from discourse.experiment import load, resolve, run
    from discourse.report.writers import html
    from discourse.report.writers.drawings import drawings

    report, _ = run(resolve(load(file)))
    html.files_of(report, drawings(report.figures, report.formats))


if __name__ == "__main__":
    main()
