"""The packages that a report was made with: names, versions, and hashes of the files that pip would install."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path

from discourse.errors import SourceError, UsageError
from discourse.sealed import Entry

OWN = "discourse-analytics"
# Extras that read texts or are used where they are there; pypdf reads the pages of the reports that are compared.
_EXTRAS = ("documents", "fast", "ussos")
_ALSO = ("pypdf",)
_LINE = re.compile(r"^([A-Za-z0-9][\w.\-]*)==([\w.!+\-]+)((?:\s+--hash=sha256:[0-9a-f]{64})*)$")


@dataclass(frozen=True, order=True)
class Locked:
    """A package of the environment.

    Parameters
    ----------
    name, version : str
    licence : str
        As the package states it; empty where it does not.
    hashes : tuple of str
        SHA-256 of each file that may be installed.
    """

    name: str
    version: str
    licence: str = ""
    hashes: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """As a requirements file has it."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash=sha256:{h}" for h in self.hashes)])


def installed(plugins: Iterable[str] = ()) -> list[Locked]:
    """What this package needs here, and what that needs, as installed.

    Parameters
    ----------
    plugins : iterable of str
        Distributions of analyses of others.
    """
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, Locked] = {}
    todo = [Requirement(r) for r in (OWN, *_ALSO, *plugins)]
    todo += [Requirement(f"{OWN}[{extra}]") for extra in _EXTRAS]
    done: set[str] = set()
    while todo:
        needed = todo.pop()
        name = canonicalize_name(needed.name)
        if f"{name}{sorted(needed.extras)}" in done:
            continue
        done.add(f"{name}{sorted(needed.extras)}")
        try:
            package = metadata.distribution(needed.name)
        except metadata.PackageNotFoundError:
            continue  # an extra that is not installed
        found[name] = Locked(name, package.version, _licence(package))
        for text in package.requires or ():
            further = Requirement(text)
            extras = needed.extras | {""}
            if further.marker is None or any(further.marker.evaluate({"extra": e}) for e in extras):
                todo.append(further)
    found.pop(canonicalize_name(OWN), None)
    return sorted(found.values())


def _licence(package: metadata.Distribution) -> str:
    fields = package.metadata.json
    if fields.get("license_expression"):
        return str(fields["license_expression"])
    named = [str(c).split(" :: ")[-1] for c in fields.get("classifier", []) if str(c).startswith("License ::")]
    return ", ".join(named) or str(fields.get("license", "")).split("\n")[0][:80]


def locked(packages: Iterable[Locked]) -> list[Locked]:
    """The packages with the hashes of what pip would install here; asked of the package index once for each environment.

    Raises
    ------
    SourceError
        Where pip does not reach an index, or the index lacks a package.
    """
    packages = list(packages)
    pins = "".join(f"{p.name}=={p.version}\n" for p in packages)
    key = hashlib.sha256(
        f"{sys.version} {sys.platform} {os.uname().machine if hasattr(os, 'uname') else ''}\n{pins}".encode()
    )
    entry = Entry("locks", key.hexdigest()[:40])
    hashes, _ = entry.once(
        lambda: _checked(json.loads(bytes(entry.read()))),
        lambda: _asked(pins),
        partial(_kept, entry),
        refresh=False,
    )
    return [Locked(p.name, p.version, p.licence, tuple(hashes.get(p.name, ()))) for p in packages]


def _kept(entry: Entry, found: dict[str, list[str]]) -> dict[str, list[str]]:
    entry.write([json.dumps(found, indent=1, sort_keys=True).encode()])
    return found


def _checked(value: object) -> dict[str, list[str]]:
    """A stored answer, which must have the form of one."""
    if not isinstance(value, dict) or not all(
        isinstance(h, list) and h and all(isinstance(x, str) and re.fullmatch(r"[0-9a-f]{64}", x) for x in h)
        for h in value.values()
    ):
        raise UsageError("not hashes")
    return value


def _asked(pins: str) -> dict[str, list[str]]:
    from packaging.utils import canonicalize_name

    with tempfile.TemporaryDirectory() as folder:
        wanted, answer = Path(folder) / "pins.txt", Path(folder) / "report.json"
        wanted.write_text(pins, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--disable-pip-version-check"]
        command += ["--no-input", "--ignore-installed", "--no-deps", "--report", str(answer), "-r", str(wanted)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
        except subprocess.TimeoutExpired:
            raise SourceError(_unreachable("no answer within 30 minutes")) from None
        if done.returncode or not answer.is_file():
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise SourceError(_unreachable(errors[-1][:200] if errors else "no answer"))
        items = json.loads(answer.read_text(encoding="utf-8"))["install"]
    return {
        canonicalize_name(i["metadata"]["name"]): [i["download_info"]["archive_info"]["hashes"]["sha256"]]
        for i in items
    }


def _unreachable(said: str) -> str:
    return (
        "the hashes of the packages come from the package index, which pip asks, and it got none "
        f"({said}); give a lock file with hashes with --lock FILE"
    )


def lock_file(packages: Iterable[Locked], python: str, machine: str) -> str:
    """`requirements.lock`: a line for each package, without the address of any index."""
    return "".join([f"# Python {python}, {machine}\n", *(f"{p.line}\n" for p in packages)])


def read_lock(path: Path, packages: Iterable[Locked]) -> list[Locked]:
    """The packages with the hashes of a lock file.

    Raises
    ------
    UsageError
        For another file, or where it lacks a package or names another version.
    """
    try:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or 'not a text file'}") from None
    known: dict[str, tuple[str, tuple[str, ...]]] = {}
    for k, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].split(" ;")[0].strip()
        found = _LINE.match(line)
        if line and found is None:
            raise UsageError(f'{path}:{k}: expected name==version --hash=sha256:..., got "{line[:60]}"')
        if found:
            name = re.sub(r"[-_.]+", "-", found[1]).lower()
            known[name] = (found[2], tuple(re.findall(r"[0-9a-f]{64}", found[3])))
    result = []
    for p in packages:
        version, hashes = known.get(p.name, ("", ()))
        if version != p.version:
            raise UsageError(f"{path}: {p.name} {p.version} is installed, the lock file has {version or 'none'}")
        result.append(Locked(p.name, p.version, p.licence, hashes))
    return result


def as_mapping(packages: Iterable[Locked]) -> Mapping[str, str]:
    """Versions by name."""
    return {p.name: p.version for p in packages}
