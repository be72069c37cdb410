"""This package itself as a wheel, from its files as they are installed; it installs without an index."""

from __future__ import annotations

import base64
import hashlib
from importlib import metadata
from pathlib import Path

import discourse
from discourse.experiment.archive.lock import OWN
from discourse.experiment.bundle.archive import zipped

_LEFT_OUT = ("__pycache__",)


def own_wheel() -> tuple[str, bytes]:
    """Name and bytes of the wheel (PEP 427): the code that runs here, whether it was installed or is a checkout."""
    package, described = Path(discourse.__file__).parent, metadata.distribution(OWN)
    stem = f"{OWN.replace('-', '_')}-{described.version}"
    members = {
        f"discourse/{p.relative_to(package).as_posix()}": p.read_bytes()
        for p in sorted(package.rglob("*"))
        if p.is_file() and not set(_LEFT_OUT) & set(p.parts) and not p.name.startswith(".")
    }
    info = f"{stem}.dist-info"
    for name in ("METADATA", "entry_points.txt", "top_level.txt"):
        text = described.read_text(name)
        if text:
            members[f"{info}/{name}"] = text.encode()
    members[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: discourse\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members[f"{info}/RECORD"] = _record(members, f"{info}/RECORD")
    return f"{stem}-py3-none-any.whl", zipped(members)


def _record(members: dict[str, bytes], itself: str) -> bytes:
    lines = []
    for name in sorted(members):
        sum_ = base64.urlsafe_b64encode(hashlib.sha256(members[name]).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={sum_},{len(members[name])}\n")
    return "".join([*lines, f"{itself},,\n"]).encode()
