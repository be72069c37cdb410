"""Where the files of an experiment lie in its archive: as far from each other as they do at home, and under no name of a machine."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import Path, PurePath

from discourse.errors import UsageError
from discourse.experiment.archive.form import ARCHIVE, STUDY, TEXTS

# Where a config names files above its own folder, it lies as deep as they are above.
_LEVEL = "experiments"


def places_of(file: Path, named: Iterable[Path]) -> tuple[str, dict[Path, str]]:
    """Where an experiment file goes, and the files that it names, so that it finds them.

    Parameters
    ----------
    file : Path
        The experiment file.
    named : iterable of Path
        Files that its settings name, from its folder.

    Raises
    ------
    UsageError
        For a file that is named by an absolute path, or whose name an archive cannot hold.

    Examples
    --------
    >>> places_of(Path("a/b/x.yaml"), [Path("a/b/../codes/one.csv"), Path("a/b/w.txt")])
    ('study/experiments/x.yaml', {...Path('a/b/../codes/one.csv'): 'study/codes/one.csv', ...: 'study/experiments/w.txt'})
    """
    relative: dict[Path, str] = {}
    for path in named:
        try:
            below = PurePath(path).relative_to(file.parent)
        except ValueError:
            raise UsageError(
                f"{path} is named by an absolute path, which means nothing elsewhere; name it from the folder of {file.name}"
            ) from None
        relative[path] = posixpath.normpath(below.as_posix())
    ups = max((r.split("/").count("..") for r in relative.values()), default=0)
    home = "/".join([STUDY, *[_LEVEL] * ups])
    found = {path: posixpath.normpath(f"{home}/{r}") for path, r in relative.items()}
    for name in (f"{home}/{file.name}", *found.values()):
        _allowed(name)
    return f"{home}/{file.name}", found


def text_places(files: Iterable[Path]) -> dict[str, dict[str, Path]]:
    """Where texts go: for each file or folder, in its order, its place and the files in it.

    Raises
    ------
    UsageError
        For a file that is not there, or whose name an archive cannot hold.
    """
    found: dict[str, dict[str, Path]] = {}
    for k, path in enumerate(files, 1):
        if not path.exists():
            raise UsageError(f"there is no {path}; --texts needs the texts")
        top = f"{TEXTS}/{k}/{path.name}"
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found[top] = {posixpath.normpath(f"{top}/{p.relative_to(path).as_posix()}"): p for p in inside}
        for name in found[top]:
            _allowed(name)
    return found


def _allowed(name: str) -> None:
    if not ARCHIVE.names.match(name):
        raise UsageError(f"an archive cannot hold a file called {name[:120]!r}; rename it")
