"""Types as a user sees them: the stub names what the package has, and mypy knows the types of a small script."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import discourse

PACKAGE = Path(discourse.__file__).parent
SCRIPT = """
import discourse
from discourse.experiment import load

corpus = discourse.Corpus.from_dataframe(object())
found = corpus.compare("party", "Reds", "Blues", target="Norland")
reveal_type(found)
reveal_type(found.stance)
reveal_type(discourse.experiment("my.yaml").run())
reveal_type(discourse.mentions(discourse.encode_corpus(corpus), "norland"))
discourse.mentions("no corpus", "norland")
discourse.no_such_name
"""


def test_the_stub_has_the_public_names():
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    stub = {a.asname: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for a in node.names}
    assert stub == discourse._HOME | {"experiment": "discourse.experiment.comparing"}


@pytest.mark.slow
def test_a_script_is_checked(tmp_path):
    pytest.importorskip("mypy")
    assert (PACKAGE / "py.typed").is_file()
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    call = [sys.executable, "-m", "mypy", "--no-incremental", "--follow-imports=silent", "--strict", script.name]
    # What is installed is found by itself, and may not be on the path as well.
    path = {} if PACKAGE.parent.name == "site-packages" else {"MYPYPATH": str(PACKAGE.parent)}
    done = subprocess.run(call, cwd=tmp_path, env=path, capture_output=True, text=True, check=False)
    said = [line.partition(": ")[2] for line in done.stdout.splitlines() if line.startswith(script.name)]
    assert [s.partition('"')[2].partition('"')[0] for s in said if "Revealed" in s] == [
        "discourse.experiment.results.Results",
        "discourse.experiment.results.Part",
        "discourse.experiment.results.Results",
        "discourse.results.Features",
    ]
    assert [s for s in said if "error" in s] == [
        'error: Argument 1 to "mentions" has incompatible type "str"; expected "EncodedCorpus"  [arg-type]',
        'error: Module has no attribute "no_such_name"  [attr-defined]',
    ]
