"""What an archive holds, and its manifest, which is checked as what anybody may have written."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from discourse.errors import SourceError, UsageError
from discourse.experiment.bundle.archive import MANIFEST, MOST_BYTES, Form, unpack

# Texts keep their names, so that letters of any script and spaces are allowed; a name never leads out of the folder.
_PART = r"[\w][\w.\- ()+,&'!@]*"
ARCHIVE = Form("archive", re.compile(rf"^{_PART}(/{_PART}){{0,12}}$"))
REPORT, STUDY, TEXTS, CODE = "report", "study", "texts", "code"

Sum = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Member = Annotated[str, StringConstraints(pattern=ARCHIVE.names.pattern, max_length=400)]


class Manifest(BaseModel):
    """`manifest.json`: what is where, made with what, and the SHA-256 of each file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["discourse archive"] = "discourse archive"
    version: Literal[1] = 1
    name: str = Field(max_length=200, description="Of the experiment")
    experiment: Member = Field(description="The experiment file")
    data: Literal["counts", "texts", "package"] = Field(
        description="Whether it runs from a bundle of counts, from texts in the archive, or from those of a package"
    )
    bundle: Member | None = Field(description="The bundle, where it runs from one")
    texts: list[Member] = Field(description="Files and folders of texts, in the order in which they are read")
    strict: bool = Field(description="Whether what cannot be read was an error")
    digest: Sum = Field(description="Of inputs and tables, as the report prints it")
    environment: dict[str, Any] = Field(description="System, processor, Python, linear algebra")
    versions: dict[str, str] = Field(description="Versions of the packages that the lock file names")
    files: dict[Member, Sum] = Field(max_length=20_000, description="SHA-256 of every other file")

    def written(self) -> bytes:
        """As JSON, the same bytes for the same content."""
        text = json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False, sort_keys=True)
        return (text + "\n").encode()


def manifest_of(path: Path, data: bytes) -> Manifest:
    """The manifest of an archive.

    Raises
    ------
    SourceError
        For another file.
    """
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))[:80]
        raise SourceError(
            f"{path}: not an archive of this software ({MANIFEST}: {where}: {first['msg'][:80]})"
        ) from None


def opened(path: Path, into: Path) -> tuple[Path, Manifest, tuple[str, ...]]:
    """The folder and the manifest of an archive, checked.

    Parameters
    ----------
    path : path
        A zip file, or the folder that it was unpacked to.
    into : path
        An empty folder, to which a zip file is unpacked.

    Returns
    -------
    folder : Path
    manifest : Manifest
    changed : tuple of str
        Files of the report that were changed after the archive was made; they are compared all the same.

    Raises
    ------
    UsageError
        For what is no archive, or one that is damaged: a file is missing, or one that a run reads was changed.
    """
    try:
        if path.is_dir():
            folder, members = path, _of_folder(path)
            manifest = manifest_of(path, members[MANIFEST])
        else:
            members, _ = unpack(path, ARCHIVE)
            manifest, folder = manifest_of(path, members[MANIFEST]), into
            for name, data in members.items():
                target = into / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    except SourceError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    return folder, manifest, _checked(path, manifest, members)


def _of_folder(path: Path) -> dict[str, bytes]:
    """The files that the manifest of a folder names; no link is followed."""
    first = path / MANIFEST
    if not first.is_file() or first.is_symlink():
        raise SourceError(f"{path}: not an archive (it holds no {MANIFEST})")
    if first.stat().st_size > MOST_BYTES:
        raise SourceError(f"{first}: too large")
    members, left = {MANIFEST: first.read_bytes()}, MOST_BYTES
    for name in manifest_of(path, members[MANIFEST]).files:
        file, parts = path / name, name.split("/")
        links = [path.joinpath(*parts[:k]) for k in range(1, len(parts) + 1)]
        if any(link.is_symlink() for link in links):
            raise SourceError(f"{path}: {name} is a link; an archive has none")
        try:
            about = file.stat()
        except OSError:
            continue  # told with all that is missing
        if not stat.S_ISREG(about.st_mode) or (left := left - about.st_size) < 0:
            raise SourceError(f"{path}: {name} is no file, or larger than an archive holds")
        members[name] = file.read_bytes()
    return members


def _checked(path: Path, manifest: Manifest, members: Mapping[str, bytes]) -> tuple[str, ...]:
    missing = sorted(manifest.files.keys() - members.keys())
    if missing:
        raise UsageError(f"{path}: damaged, {missing[0]} is missing" + _more(len(missing)))
    new = sorted(members.keys() - manifest.files.keys() - {MANIFEST})
    if new:
        raise UsageError(f"{path}: damaged, {new[0]} is not of this archive" + _more(len(new)))
    changed = sorted(n for n, of in manifest.files.items() if hashlib.sha256(members[n]).hexdigest() != of)
    read = [n for n in changed if not n.startswith(f"{REPORT}/")]
    if read:
        raise UsageError(f"{path}: damaged, {read[0]} was changed after the archive was made" + _more(len(read)))
    named = [manifest.experiment, *([manifest.bundle] if manifest.bundle else [])]
    for name in named:
        if name not in members:
            raise UsageError(f"{path}: damaged, it has no {name}")
    for name in manifest.texts:
        if name not in members and not any(m.startswith(f"{name}/") for m in members):
            raise UsageError(f"{path}: damaged, it has no {name}")
    return tuple(changed)


def _more(n: int) -> str:
    return f" (and {n - 1} more)" if n > 1 else ""
