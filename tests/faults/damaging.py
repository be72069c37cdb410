"""Damages the cache of a run, a file at a time, and runs again; what it finds is printed as JSON.

    python tests/faults/damaging.py FOLDER --few 400

Each run must give the bytes of a run with an undamaged cache.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

HARMS = ("flip", "truncate", "delete", "append", "swap", "empty", "foreign", "move")


def harm(cache: Path, file: Path, how: str, chance: random.Random) -> None:
    """Damage one file of a cache."""
    data = file.read_bytes()
    others = [p for p in sorted(cache.rglob("*")) if p.is_file() and p != file and p.read_bytes() != data]
    if how == "flip" and data:
        at = chance.randrange(len(data))
        file.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
    elif how == "truncate":
        file.write_bytes(data[: chance.randrange(len(data))] if data else b"")
    elif how == "delete":
        file.unlink()
    elif how == "append":
        file.write_bytes(data + chance.randbytes(chance.randrange(1, 20)))
    elif how == "swap":
        # With another of its kind where there is one, whose content is as good as its own.
        like = [p for p in others if p.name == file.name or (p.suffix == file.suffix and p.parent == file.parent)]
        other = chance.choice(like or others)
        theirs = other.read_bytes()
        other.write_bytes(data)
        file.write_bytes(theirs)
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "foreign":
        (file.parent / f"layer_{chance.randrange(100)}.npy").write_bytes(data)
    elif how == "move":
        shutil.move(file, file.with_name(f"{file.name}.moved"))


def main() -> None:
    """Damage caches."""
    sys.path.insert(0, str(Path(__file__).parent))
    from killing import contents, in_fork, prepared, run_once

    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--few", type=int, default=400)
    parser.add_argument("--tables", action="store_true", help="leave out PDF and page, which take most of the time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    place = prepared(options.folder, tables=options.tables)

    def ran() -> dict[str, bytes]:
        run_once(place.file, place.out)
        return contents(place.out)

    status, clean = in_fork(ran)
    assert status == 0 and in_fork(ran)[1] == clean
    chance, started = random.Random(options.seed), time.monotonic()
    wrong, said, done = [], 0, Counter[str]()
    place.restore()
    names = sorted(p.relative_to(place.cache).as_posix() for p in place.cache.rglob("*") if p.is_file())
    cases = [(name, how) for how in HARMS for name in names]
    chance.shuffle(cases)
    for k, (name, how) in enumerate(cases[: options.few]):
        if k % 50 == 49:
            print(f"{k} of {options.few}", file=sys.stderr, flush=True)
        place.restore()
        harm(place.cache, place.cache / name, how, chance)
        log = place.folder / "said.txt"

        def damaged(log: Path = log) -> dict[str, bytes]:
            os.dup2(os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), 2)
            return ran()

        status, found = in_fork(damaged)
        text = log.read_text()
        said += "damaged" in text
        done[how] += 1
        if status != 0 or found != clean or "Traceback" in text:
            wrong.append(f"{how} {name}: status {status}: {text[-200:]}")
    print(
        json.dumps({"files": len(names), "damaged": dict(done), "runs": sum(done.values()), "said": said,
                    "seconds": round(time.monotonic() - started), "wrong": wrong})
    )  # fmt: skip


if __name__ == "__main__":
    main()
