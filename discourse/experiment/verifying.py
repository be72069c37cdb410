"""Make a report again and compare it with what was published, in this environment or in a fresh one."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from discourse.cache import Call, call_for
from discourse.errors import DiscourseError, SourceError, UsageError
from discourse.experiment.archive.form import CODE, REPORT, Manifest, opened
from discourse.experiment.archive.making import plan_in
from discourse.experiment.bundle.archive import MANIFEST
from discourse.experiment.load import load
from discourse.experiment.nodes import Progress
from discourse.experiment.plan import Plan, resolve
from discourse.experiment.run import run_to_folder
from discourse.experiment.run_record import check_record
from discourse.verify import Rules, Verification, compare_folders
from discourse.verify.digest import digest_of


@dataclass(frozen=True)
class Verified:
    """What came out of making a report again.

    Parameters
    ----------
    comparison : Verification
        Number by number.
    digests : (str, str)
        Of inputs and tables: as published, and as made again.
    environment : mapping of str to (str, str)
        Versions that are not the same: as published, and here.
    changed : tuple of str
        Files of the report that were changed after the archive was made.
    seconds : float
        For making the report again.
    """

    comparison: Verification
    digests: tuple[str, str]
    environment: Mapping[str, tuple[str, str]]
    changed: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether every number holds."""
        return self.comparison.holds and not self.changed


def verify(path: Path, progress: Progress = lambda stage, said: None, *, fresh: bool = False) -> Verified:
    """Make the report of an archive, or that of a report folder, again and compare the two.

    Parameters
    ----------
    path : path
        An archive (a zip file, or a folder that it was unpacked to), or a report folder.
    progress : callable
        As in `compute`.
    fresh : bool
        Install what the archive names into an environment of its own, and run there. This executes the code in the archive.

    Returns
    -------
    Verified

    Raises
    ------
    UsageError
        For what is no archive and no report, for a damaged archive, and where a report does not say where its experiment is.
    """
    if not path.exists():
        raise UsageError(f"there is no {path}")
    # A report has a list of its files under the same name as an archive has.
    if path.is_dir() and ((path / "run.json").exists() or not (path / MANIFEST).exists()):
        return _verify_report(path, progress, fresh=fresh)
    with tempfile.TemporaryDirectory() as place:
        folder, manifest, changed = opened(path, Path(place))
        expected = folder / REPORT
        record = record_of(expected)

        def make(out: Path) -> None:
            if fresh:
                _run_fresh(folder, manifest, out, progress)
            else:
                run_to_folder(plan_in(folder, manifest), out, progress, refresh=True, yes=True)

        machine = str(manifest.environment.get("machine", ""))
        return _compared(expected, record, make, machine=machine, changed=changed, published=manifest.digest)


def _verify_report(folder: Path, progress: Progress, *, fresh: bool) -> Verified:
    record = record_of(folder)
    if fresh:
        raise UsageError(f"{folder} is a report and holds no code; --fresh takes an archive (discourse archive)")
    plan = plan_of_report(folder)
    published = str(record.get("digest", ""))

    def make(out: Path) -> None:
        run_to_folder(plan, out, progress, refresh=True, yes=True)

    return _compared(folder, record, make, machine=platform.machine(), changed=(), published=published)


def plan_of_report(folder: Path) -> Plan:
    """The plan that a report folder was made of, as far as this machine remembers it.

    Raises
    ------
    UsageError
        Where it does not.
    """
    call: Call | None = call_for(folder)
    if call is None or not call.file.is_file():
        record = record_of(folder)
        raise UsageError(
            f"{folder} was not made on this machine, or {record.get('config_file', 'its experiment')} is no longer there; "
            "name the experiment file, or an archive"
        )
    return resolve(load(call.file), corpus=call.corpus, strict=call.strict, bundle=call.bundle)


def record_of(folder: Path) -> dict[str, Any]:
    """run.json of a report folder, checked.

    Raises
    ------
    UsageError
        Where it is none.
    """
    try:
        return check_record(folder / "run.json")
    except SourceError as error:
        raise UsageError(str(error)) from None


def _compared(
    expected: Path,
    record: Mapping[str, Any],
    make: Callable[[Path], None],
    *,
    machine: str,
    changed: tuple[str, ...],
    published: str,
) -> Verified:
    with tempfile.TemporaryDirectory() as place:
        out, start = Path(place) / "again", time.perf_counter()
        make(out)
        seconds = time.perf_counter() - start
        again = json.loads((out / "run.json").read_bytes())
        rules = _rules(record, again, machine)
        comparison = compare_folders(expected, out, rules)
        return Verified(comparison, (published, digest_of(out)), _versions(record, again), changed, seconds)


def _versions(record: Mapping[str, Any], again: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    before, after = record.get("versions", {}), again.get("versions", {})
    return {
        name: (str(before.get(name, "")), str(after.get(name, "")))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }


def _rules(record: Mapping[str, Any], again: Mapping[str, Any], machine: str) -> Rules:
    """What may differ between two environments: how things are drawn; topics on another kind of processor."""
    versions = _versions(record, again)
    inference = again["config"]["inference"]
    other = machine not in ("", platform.machine())
    return Rules(
        topics=other or "tomotopy" in versions,
        environment=other or bool(versions),
        resamples=int(inference["resamples"]),
        confidence=float(inference["confidence"]),
    )


def _run_fresh(folder: Path, manifest: Manifest, out: Path, progress: Progress) -> None:
    """Make the report with the code and the packages of the archive, in an environment that is removed afterwards."""
    wheels = [n for n in manifest.files if n.startswith(f"{CODE}/") and n.endswith(".whl")]
    if len(wheels) != 1 or "requirements.lock" not in manifest.files:
        raise UsageError("the archive has no code or no lock file; it can be verified without --fresh")
    python = str(manifest.environment.get("python", ""))
    if python.rsplit(".", 1)[0] != f"{sys.version_info[0]}.{sys.version_info[1]}":
        raise UsageError(
            f"the lock file is for Python {python}; run this command with that version, or without --fresh"
        )
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "environment"
        start = time.perf_counter()
        _call([sys.executable, "-m", "venv", str(home)], "a fresh environment")
        inside = home / ("Scripts" if os.name == "nt" else "bin")
        pip = [str(inside / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        _call([*pip, "--require-hashes", "-r", str(folder / "requirements.lock")], "the packages of the lock file")
        _call([*pip, "--no-index", str(folder / wheels[0])], "the code of the archive")
        progress("installed", f"{len(manifest.versions)} packages ({time.perf_counter() - start:.0f} s)")
        command = [
            str(inside / "discourse"),
            "run",
            str(folder / manifest.experiment),
            "--out",
            str(out),
            "--force",
            "--yes",
        ]
        command += ["--bundle", str(folder / manifest.bundle)] if manifest.bundle else []
        for text in manifest.texts:
            command += ["--corpus", str(folder / text)]
        command += ["--strict"] if manifest.strict else []
        _call(command, "the experiment", {"DISCOURSE_CACHE": str(Path(place) / "cache")})
        progress("run", f"discourse {metadata.version('discourse-analytics')} compares what the archive's code made")


def _call(command: list[str], what: str, more: Mapping[str, str] = {}) -> None:
    """Run a command that sees nothing of this environment but its variables."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | dict(more)
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise DiscourseError(f"{what} failed in the fresh environment: {lines[-1][:300] if lines else 'no message'}")
