"""From an experiment to its archive: its data are gathered, its report is made from them, and everything is described."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from discourse.analyses import analyses
from discourse.analyses.settings import Settings
from discourse.errors import UsageError
from discourse.experiment.archive.described import About, descriptions
from discourse.experiment.archive.form import ARCHIVE, CODE, REPORT, Manifest
from discourse.experiment.archive.layout import places_of, text_places
from discourse.experiment.archive.lock import Locked, as_mapping, installed
from discourse.experiment.archive.machine import environment
from discourse.experiment.archive.wheel import own_wheel
from discourse.experiment.bundle.archive import MANIFEST, pack
from discourse.experiment.load import load
from discourse.experiment.nodes import Progress
from discourse.experiment.plan import Plan, bundle_beside, resolve
from discourse.experiment.registration import frozen_beside
from discourse.experiment.run import needs_text, run_to_folder
from discourse.experiment.sharing import make_bundle

# Seconds below which a run takes as long as the README says; coarse, so that two archives of one experiment are the same.
_DURATIONS = (("minute", 60), ("minutes", 600), ("hour", 3600))


@dataclass(frozen=True)
class Archive:
    """A replication package.

    Parameters
    ----------
    data : bytes
        The zip file.
    digest : str
        Of inputs and tables.
    sha256 : str
        Of the file.
    """

    data: bytes
    digest: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.data).hexdigest()


def required() -> None:
    """Refuse to begin where the packages that describe an archive are missing.

    Raises
    ------
    UsageError
        Naming them.
    """
    from importlib.util import find_spec

    missing = [
        name for name in ("rocrate", "cyclonedx", "packaging", "pypdf", "threadpoolctl") if find_spec(name) is None
    ]
    if missing:
        raise UsageError(
            f"an archive needs {', '.join(missing)}: pip install 'discourse-analytics[archive]'; nothing was computed"
        )


def packages_of(plan: Plan) -> list[Locked]:
    """The packages of this environment that a plan runs with, without hashes."""
    from importlib import metadata

    ours = {a for a in analyses() if a in plan.analyses}
    points = metadata.entry_points(group="discourse.analyses")
    return installed(p.dist.name for p in points if p.name in ours and p.dist is not None)


def make_archive(
    plan: Plan,
    packages: Sequence[Locked],
    progress: Progress = lambda stage, said: None,
    *,
    texts: bool = False,
    yes: bool = False,
) -> Archive:
    """Make a replication package of an experiment.

    Parameters
    ----------
    plan : Plan
        From `resolve`.
    packages : sequence of Locked
        The environment, with hashes.
    progress : callable
        As in `compute`.
    texts : bool
        Whether the texts go in; by default a bundle of counts takes their place.
    yes : bool
        Run a multiverse however long it takes.

    Returns
    -------
    Archive
        The same bytes for the same experiment, texts, versions and machine.

    Raises
    ------
    UsageError
        Where texts or packages are missing, or a file cannot travel.
    """
    required()
    data, members, corpus = _data(plan, progress, texts=texts, yes=yes)
    home, named = places_of(plan.loaded.file, _named(plan))
    bundle = Path(home).with_name(bundle_beside(Path(home)).name).as_posix() if data == "counts" else None
    if bundle is not None:
        members[bundle] = members.pop("bundle")
    members[home] = plan.loaded.file.read_bytes()
    frozen = frozen_beside(plan.loaded.file)
    if frozen.is_file():
        members[Path(home).with_name(frozen.name).as_posix()] = frozen.read_bytes()
    members |= {member: path.read_bytes() for path, member in named.items()}
    manifest = Manifest(
        name=plan.config.name,
        experiment=home,
        data=data,  # type: ignore[arg-type]
        bundle=bundle,
        texts=corpus,
        strict=plan.strict,
        digest="0" * 64,
        environment=environment(),
        versions=dict(as_mapping(packages)),
        files={},
    )
    report = _report(manifest, members, progress, yes=yes)
    return _described(plan, manifest, packages, members | report)


def _data(plan: Plan, progress: Progress, *, texts: bool, yes: bool) -> tuple[str, dict[str, bytes], list[str]]:
    """What the archive runs from: its kind, the files, and the texts in the order in which they are read."""
    if "files" not in plan.reader_options:
        return "package", {}, []
    if texts:
        needs_text(plan)
        found = text_places([Path(f) for f in plan.reader_options["files"]])
        return "texts", {m: p.read_bytes() for inside in found.values() for m, p in inside.items()}, list(found)
    bundle = plan.bundle.read_bytes() if plan.bundle is not None else make_bundle(plan, progress, yes=yes)
    return "counts", {"bundle": bundle}, []


def _named(plan: Plan) -> list[Path]:
    """Files that settings name and that are there: lexicons, coded sheets, labels."""
    found: list[Path] = []
    for name in type(plan.config).model_fields:
        section = getattr(plan.config, name)
        if isinstance(section, Settings):
            found += [p for p in section.named_files() if p.is_file()]
    return list(dict.fromkeys(found))


def plan_in(folder: Path, manifest: Manifest) -> Plan:
    """The plan of an archive that was unpacked; it reads nothing outside.

    Raises
    ------
    UsageError
        For an experiment that names files outside the archive.
    """
    plan = resolve(
        load(folder / manifest.experiment),
        corpus=[folder / t for t in manifest.texts],
        strict=manifest.strict,
        bundle=folder / manifest.bundle if manifest.bundle else None,
    )
    reads = _named(plan)
    if plan.bundle is None:
        reads += [Path(f) for f in plan.reader_options.get("files", ())]
    for path in reads:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise UsageError(f"{manifest.experiment} names {path.name}, which is not in the archive")
    return plan


def _report(manifest: Manifest, members: Mapping[str, bytes], progress: Progress, *, yes: bool) -> dict[str, bytes]:
    """The report, made from what the archive holds."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "archive"
        for name, data in members.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        report = run_to_folder(
            plan_in(folder, manifest), Path(place) / REPORT, lambda s, t: _relay(progress, s, t), yes=yes
        )
        return {
            f"{REPORT}/{p.relative_to(report).as_posix()}": p.read_bytes() for p in report.rglob("*") if p.is_file()
        }


def _day(record: Mapping[str, Any]) -> str:
    """The day that descriptions carry: of SOURCE_DATE_EPOCH, or the last of the year of the youngest document; never today."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdigit() and len(given) < 12:
        return dt.datetime.fromtimestamp(int(given), dt.UTC).date().isoformat()
    return dt.date(max(int(record["year"]), 1980), 12, 31).isoformat()


def _relay(progress: Progress, stage: str, said: str) -> None:
    """Progress without the path of a folder that is soon gone."""
    if stage != "report":
        progress(stage, said)


def _described(plan: Plan, manifest: Manifest, packages: Sequence[Locked], members: dict[str, bytes]) -> Archive:
    record: dict[str, Any] = json.loads(members[f"{REPORT}/run.json"])
    seconds = sum(json.loads(members.pop(f"{REPORT}/timing.json"))["seconds"].values())
    name, wheel = own_wheel()
    members[f"{CODE}/{name}"] = wheel
    members["settings.yaml"] = yaml.safe_dump(record["config"], allow_unicode=True, sort_keys=False).encode()
    manifest = manifest.model_copy(update={"digest": record["digest"]})
    rights = {"licence": plan.config.bundle.licence, "citation": plan.config.bundle.citation}
    duration = next((word for word, most in _DURATIONS if seconds < most), "hours")
    about = About(manifest, record, packages, rights, duration, _day(record))
    members |= descriptions(about, members)
    sums = {n: hashlib.sha256(data).hexdigest() for n, data in sorted(members.items())}
    members[MANIFEST] = manifest.model_copy(update={"files": sums}).written()
    return Archive(pack(members, ARCHIVE), manifest.digest)
