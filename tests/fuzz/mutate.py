"""Changes to valid input: to trees of JSON and YAML, to texts, to bytes, and to zip files."""

from __future__ import annotations

import copy
import io
import random
import zipfile
from typing import Any

LONG = "harbour " * 2_000
WORDS = (
    *("", " ", "\x00", "a\x00b", "\x1b[31m", "\ufeff", "\u202e", "\u2028", "\ud800", "\u200d", "\U0001f3f4", "é", "a\r\nb", "\t", '"', "'"),
    *("{", "}", "{1}", "{a}-{a}", "{date}{speaker}", "{}", "*", "**", "[", "\\", "%s", "$", "=1+1", "../../etc/passwd", "/dev/zero", "."),
    *("0001-01-01", "9999-12-31", "2020-02-30", "10000000000", "1e999", "-1", "0x" + "f" * 5_000, "9" * 5_000, "nan", "NaN", "inf", "null"),
    *("doc_id", "date", "text", "turn", "speaker", "group", "administration", "n_tokens", "date_iso", "day", "week", "table_doc_id"),
    *(";;", ",", "utf-16", "idna", "rot13", "hex", "no such", "true", "NO", LONG, "a" * 1_000_000),
)  # fmt: skip
NUMBERS = (
    0,
    -1,
    1,
    2,
    3,
    7,
    255,
    10**6,
    2**31,
    2**53,
    2**63,
    10**30,
    -(10**30),
    0.0,
    -0.5,
    0.5,
    1e-320,
    1e308,
    float("inf"),
    float("nan"),
)


def value(rng: random.Random, depth: int = 2) -> Any:
    """Any value that JSON or YAML may hold."""
    kind = rng.randrange(8 if depth else 6)
    if kind < 2:
        return rng.choice(WORDS)
    if kind < 4:
        return rng.choice(NUMBERS)
    if kind < 6:
        return rng.choice((None, True, False))
    if kind == 6:
        return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {rng.choice(WORDS[:60]): value(rng, depth - 1) for _ in range(rng.randrange(3))}


def deep(n: int, leaf: Any = 1) -> Any:
    """Lists within lists."""
    for _ in range(n):
        leaf = [leaf]
    return leaf


def places(tree: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values of a tree but the root."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [p for k, v in items for p in ((*at, k), *places(v, (*at, k)))]


def tree(rng: random.Random, given: Any, n: int | None = None) -> Any:
    """A copy of a tree with some changes."""
    found = copy.deepcopy(given)
    for _ in range(n or rng.choice((1, 1, 1, 2, 4))):
        paths = places(found)
        if not paths:
            return value(rng)
        path = rng.choice(paths)
        parent = found
        for step in path[:-1]:
            parent = parent[step]
        key, kind = path[-1], rng.randrange(10)
        if kind < 5:
            parent[key] = value(rng)
        elif kind == 5:
            del parent[key]
        elif kind == 6 and isinstance(parent, dict):
            parent[rng.choice(WORDS[:60])] = parent.pop(key)
        elif kind == 7:
            parent[key] = [parent[key]] * rng.choice((1, 2, 30))
        elif kind == 8:
            other = found
            for step in rng.choice(paths):
                if (
                    not isinstance(other, (dict, list))
                    or (isinstance(other, list) and not (isinstance(step, int) and step < len(other)))
                    or (isinstance(other, dict) and step not in other)
                ):
                    break
                other = other[step]
            parent[key] = copy.deepcopy(other)
        else:
            parent[key] = deep(rng.choice((3, 60)), parent[key])
    return found


def text(rng: random.Random, given: str) -> str:
    """A text with some changes: words put in, lines taken out, doubled or changed places."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        kind, at = rng.randrange(7), rng.randrange(len(given) + 1)
        lines = given.split("\n")
        k = rng.randrange(len(lines))
        if kind < 3:
            given = given[:at] + str(rng.choice(WORDS)) + given[at:]
        elif kind == 3:
            given = "\n".join(lines[:k] + lines[k + 1 :])
        elif kind == 4:
            given = "\n".join(lines[:k] + [lines[k]] * rng.choice((2, 50)) + lines[k:])
        elif kind == 5:
            given = given[:at] + given[at + rng.choice((1, 5, 100)) :]
        else:
            given = given[:at] + str(rng.choice(NUMBERS)) + given[at + 1 :]
    return given


def raw(rng: random.Random, given: bytes) -> bytes:
    """Bytes with some changes."""
    data = bytearray(given)
    for _ in range(rng.choice((1, 1, 3, 10))):
        kind, at = rng.randrange(6), rng.randrange(len(data) + 1)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at:at] = rng.choice(
                (b"\0", b"\xff\xfe", b"\xe9", b"\n", b"\r", b'"', b"<", b"&", b"\x1f\x8b", b"PK\3\4")
            )
        elif kind == 2:
            del data[at:]
        elif kind == 3:
            del data[at : at + rng.choice((1, 4, 64))]
        elif kind == 4:
            data[at:at] = data[at : at + rng.choice((1, 8, 200))]
        else:
            data[at : at + 4] = rng.randbytes(4)
    return bytes(data)


def octets(given: str) -> bytes:
    """A text as bytes, with what is no UTF-8 in it."""
    return given.encode("utf-8", "surrogatepass")


def zipped(rng: random.Random, given: bytes, xml: Any = None) -> bytes:
    """A zip file with a change in one of its members, in its names, or in its bytes."""
    if rng.random() < 0.3:
        return raw(rng, given)
    with zipfile.ZipFile(io.BytesIO(given)) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    name = rng.choice(sorted(members))
    kind = rng.randrange(6)
    if kind < 3:
        members[name] = (xml or raw)(rng, members[name])
    elif kind == 3:
        del members[name]
    elif kind == 4:
        members[rng.choice(("../x", "a/../../b", "/etc/x", "a" * 60_000, "é", "x\x00y"))] = members[name]
    else:
        members[name] = b"\0" * rng.choice((10, 10_000_000)) + members[name]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def markup(rng: random.Random, given: bytes) -> bytes:
    """XML or HTML with changed attributes, nested elements, or other characters."""
    found = given.decode("utf-8", "replace")
    kind = rng.randrange(6)
    if kind == 0:
        return raw(rng, given)
    if kind == 1:
        import re

        values = list(re.finditer(r'="([^"]*)"', found))
        if values:
            m = rng.choice(values)
            new = rng.choice((*("999999999", "XFD1048576", "A999999999", "-1", "2147483648"), *map(str, WORDS[:60])))
            found = found[: m.start(1)] + new.replace('"', "&quot;") + found[m.end(1) :]
        return octets(found)
    if kind == 2:
        import re

        tags = list(re.finditer(r"<(\w[\w:]*)[^<>/]*>", found))
        if tags:
            m, n = rng.choice(tags), rng.choice((3, 300, 20_000))
            found = found[: m.start()] + m[0] * n + found[m.start() :]
        return octets(found)
    if kind == 3:
        at = found.find(">") + 1
        return octets(found[:at] + '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>' + found[at:])
    return octets(text(rng, found))
