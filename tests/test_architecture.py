"""The rules of docs/architecture.md that a machine can check."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "discourse").rglob("*.py"))


def test_import_contracts():
    linter = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert linter, "import-linter is part of the test extra"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_pyplot_no_downloads_no_print(path):
    text = path.read_text(encoding="utf-8")
    assert "pyplot" not in text or path.name == "test_architecture.py"
    assert "nltk.download" not in text
    if "cli" not in path.parts:
        assert not re.search(r"(?m)^\s*print\(", text)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_public_names_are_documented(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path.name}: {node.name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_below_the_experiment_nobody_is_given_the_plan():
    """An analysis is given its own section and the data; who takes the whole plan depends on everything."""
    known = {"plan", "Plan", "config", "Core"}
    for path in MODULES:
        if path.relative_to(ROOT / "discourse").parts[0] in ("cli", "experiment"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                given = {a.arg for a in every} | {ast.unparse(a.annotation) for a in every if a.annotation}
                assert not given & known, f"{path.relative_to(ROOT)}: {node.name}"


def test_the_reviewers_name_no_subject():
    """A reviewer that asks for an outcome by its key would have to be told of the next one."""
    keys = re.compile(r"""["'](salience|evaluation|stance|topics|terms(-\d)?|metadiscourse)["']""")
    for path in (ROOT / "discourse" / "analyses" / "review").glob("*.py"):
        found = keys.findall(path.read_text(encoding="utf-8"))
        assert not found, f"{path.name}: {found}"


def test_public_names_are_lazy_and_there():
    import discourse

    code = "import sys, discourse; print([m for m in ('numpy', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    for name in discourse.__all__:
        assert getattr(discourse, name) is not None
    with pytest.raises(AttributeError):
        discourse.no_such_name  # noqa: B018


def test_the_cli_imports_the_heavy_libraries_only_where_they_are_used():
    for path in (ROOT / "discourse" / "cli").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not any(
                str(n).split(".")[0] in ("numpy", "pandas", "matplotlib", "scipy", "sklearn", "gensim", "nltk")
                for n in names
            )


def test_the_repository_holds_no_corpus_text():
    """Lexicons are words, not texts; nothing else that is large or text-like is tracked."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, done.stdout.decode().split("\0")):
        path = ROOT / name
        assert path.suffix not in (".jsonl", ".parquet", ".gz", ".csv", ".xlsx", ".docx"), name
        # Vectors of words are numbers, and come with a card that says whence.
        vectors = path.suffix == ".npz" and path.with_suffix(".md").is_file()
        # A bundle has counts and scores; another test looks for words of the text in it.
        large = vectors or name.endswith(".bundle.zip")
        assert path.stat().st_size < (3_000_000 if large else 400_000), name
