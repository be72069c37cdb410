"""Nothing in the package writes past the writer."""

from __future__ import annotations

import ast
from pathlib import Path

import discourse

PACKAGE = Path(discourse.__file__).parent
WRITES = {
    "write_text",
    "write_bytes",
    "to_parquet",
    "mkdir",
    "rmdir",
    "unlink",
    "rename",
    "replace",
    "touch",
    "symlink_to",
    "hardlink_to",
}
TEMPORARY = {"TemporaryDirectory", "NamedTemporaryFile", "mkdtemp", "mkstemp"}
CALLS = {"os": {"replace", "rename", "remove", "unlink", "mkdir", "makedirs", "rmdir", "link", "symlink", "truncate", "chmod", "open"},
         "np": {"save", "savez", "savez_compressed"}, "sparse": {"save_npz"}, "shutil": None, "tempfile": None}  # fmt: skip
# Each is given a folder by the writer or by the sealed store, or a temporary one of its own, which nobody else reads.
ALLOWED = {
    "writer.py": "the writer",
    "landing.py": "the writer",
    "system.py": "the writer",
    "sealed.py": "makes the folder of a kind in the cache",
    "spill.py": "files without a name, in the folder of the cache",
    "door.py": "opens to read",
    "corpus/hostile_engine.py": "writes to nowhere what a library prints",
    "experiment/archive/form.py": "fills a temporary folder",
    "experiment/archive/lock.py": "temporary folder of pip",
    "experiment/archive/making.py": "fills a temporary folder",
    "experiment/verifying.py": "temporary folders",
    "exchange/files.py": "Parquet in memory",
    "teach/keys.py": "temporary folder of a solution",
    "teach/running.py": "temporary folder of a student's code",
    "corpus/parts.py": "scratch of a reading in parts",
    "corpus/parlamint_parts.py": "scratch of a reading in parts",
    "corpus/table_parts.py": "scratch of a reading in parts",
    "corpus/passes.py": "scratch of a reading in parts",
    "corpus/texts.py": "fills a folder",
    "corpus/partitioned.py": "fills a folder",
    "corpus/stored.py": "fills a folder",
    "corpus/convokit_write.py": "fills a folder",
    "encode/store.py": "fills a folder",
    "encode/partitions.py": "fills a folder",
    "features/store.py": "fills a folder",
    "features/stance/prior.py": "for whoever trains the model of the package",
    "features/repetition/parts.py": "scratch of a search",
    "features/repetition/passages.py": "scratch of a search",
    "features/repetition/duplicates.py": "scratch of a search",
    "features/topic_process.py": "temporary folder of a process",
    "features/topic_engine.py": "temporary folder of a process",
    "analyses/repetition.py": "fills a folder",
    "experiment/repeated.py": "fills a folder",
    "report/writers/folder.py": "fills a folder",
    "report/writers/typst.py": "temporary folder of the typesetter",
}


def writings(tree: ast.AST) -> list[int]:
    """Lines with a call that writes to files, as far as its name shows."""
    return sorted({node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and is_writing(node)})


def is_writing(call: ast.Call) -> bool:
    """Whether a call writes to files."""
    if isinstance(call.func, ast.Attribute):
        name, owner = call.func.attr, call.func.value.id if isinstance(call.func.value, ast.Name) else ""
        if owner in CALLS:
            return CALLS[owner] is None or name in CALLS[owner]
    else:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
    first = call.args[0] if call.args else None
    if name in ("replace", "rename"):
        # Those of text and of tables have two arguments, named ones, or a text.
        return len(call.args) == 1 and not call.keywords and not isinstance(first, ast.Constant)
    if name == "to_csv":
        return first is not None
    if name == "open":
        given = [a.value for a in [*call.args, *(k.value for k in call.keywords)] if isinstance(a, ast.Constant)]
        modes = [v for v in given if isinstance(v, str) and v and set(v) <= set("rwxabt+")]
        return any(set(v) & set("wxa+") for v in modes)
    return name in WRITES or name in TEMPORARY


def test_whatever_writes_goes_through_the_writer():
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        lines = writings(ast.parse(path.read_text(encoding="utf-8")))
        if lines:
            found[path.relative_to(PACKAGE).as_posix()] = lines
    others = {name: lines for name, lines in found.items() if name not in ALLOWED}
    assert not others, "write with discourse.writer, or into a folder that it gives"
    assert sorted(set(ALLOWED) - set(found)) == [], "these no longer write"


def test_the_search_finds_what_it_is_for():
    wrong = ['open("x", "w")', 'p.open("ab")', "p.write_text(t)", "f.to_csv(p, index=False)", "p.mkdir()", "os.replace(a, b)",
             "shutil.rmtree(p)", "p.replace(q)", "np.save(p, a)", "tempfile.mkdtemp()", "TemporaryDirectory()", "f.to_parquet(p)"]  # fmt: skip
    right = [
        'open("y")',
        'p.open("rb")',
        't.replace("a", "b")',
        "f.to_csv(index=False)",
        "replace(a, b=c)",
        "f.rename(columns=c)",
    ]
    assert [writings(ast.parse(code)) for code in wrong] == [[1]] * len(wrong)
    assert [writings(ast.parse(code)) for code in right] == [[]] * len(right)
