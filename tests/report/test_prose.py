"""The prose of the report and the source that speaks it: no text is missing, unused, or asked for without its values."""

import ast
import re
from pathlib import Path

import jinja2
import jinja2.meta
import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.analyses import analyses
from discourse.analyses.data import Data
from discourse.analyses.say import Say
from discourse.compare.resample import Design
from discourse.report.templates import _environment, prose, render, render_text

PACKAGE = Path(discourse.__file__).parent
FILES = sorted(p.stem for p in (PACKAGE / "report" / "prose").glob("*.toml"))
MODULES = [
    p for folder in ("analyses", "experiment", "report", "teach") for p in sorted((PACKAGE / folder).rglob("*.py"))
]
# Files of prose that belong to no analysis, and the modules that speak them without naming them.
SHARED = {
    "analyses/say.py": ["common", "verdict"],
    "experiment/answer.py": ["answer"],
    "experiment/brief.py": ["brief"],
    "experiment/comparing.py": ["comparison"],
    "experiment/document.py": ["report", "summary", "answer", "brief"],
    "experiment/registered.py": ["registration"],
    "experiment/summary.py": ["summary"],
    "report/writers/html.py": ["html"],
    "teach/feedback.py": ["teach"],
    "teach/kinds.py": ["teach"],
    "report/writers/notebook.py": ["html"],
}


def spoken_by():
    """The files of prose in which a module looks up a key, by the module's path."""
    found = {PACKAGE / path: files for path, files in SHARED.items()}
    for name, analysis in analyses().items():
        path = PACKAGE.parent / (analysis.compute.__module__.replace(".", "/") + ".py")
        # An analysis is a module, or a folder of modules that speak with one voice.
        alone = path.parent.name in ("analyses", "review")
        for module in [path] if alone else path.parent.glob("*.py"):
            # Several analyses in one folder: each of its modules may speak for any of them.
            found[module] = [*found.get(module, []), name]
    return found


SPEAKERS = spoken_by()


class Call:
    """A text that some line of the source asks for."""

    def __init__(self, path, node, key):
        self.where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
        self.pattern, self.files = key, SPEAKERS.get(path, [])
        if "." in key and (named := key.partition(r"\."))[1]:
            self.files, self.pattern = [named[0]], named[2]
        self.given = {k.arg for k in node.keywords}

    def texts(self):
        return [(f, k) for f in self.files for k in prose(f) if re.fullmatch(self.pattern, k)]


def patterns(node):
    """A key as a regular expression: itself, each that a condition chooses from, or any that an f-string can make."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [re.escape(node.value)]
    if isinstance(node, ast.IfExp):
        return patterns(node.body) + patterns(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return ["".join(re.escape(v.value) if isinstance(v, ast.Constant) else ".+" for v in node.values)]
    return []


def calls():
    for path in MODULES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        asked = [n.body for n in nodes if isinstance(n, ast.IfExp) and ".has(" in ast.unparse(n.test)]
        for node in nodes:
            if not (isinstance(node, ast.Call) and node.args) or node in asked:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "render" and len(node.args) == 2:
                for file in patterns(node.args[0]):
                    yield from (Call(path, node, rf"{file}\.{key}") for key in patterns(node.args[1]))
            elif name in ("say", "about") or (path.name == "say.py" and name == "self"):
                yield from (Call(path, node, key) for key in patterns(node.args[0]))


CALLS = list(calls())


def strings(path):
    """All strings in a module that may be keys, f-strings as regular expressions; words of names become words of keys."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        yield from (p.replace(r"\ ", "_") for p in patterns(node) if ".+" not in p or "_" in p)


@pytest.fixture(scope="module")
def common():
    """Names of the values that every text may use."""
    design = Design(np.array([0, 1]), ["a", "b"])
    data = Data(pd.DataFrame({"n_tokens": [1, 2]}), pd.DataFrame(), design)
    return set(Say(data, {}, None, None).common)


@pytest.mark.parametrize("file", FILES)
def test_every_text_parses_and_is_plain(file):
    assert prose(file)
    for key, text in prose(file).items():
        _environment().parse(text)
        assert text.strip(), key
        assert not re.search(r"\b(told|manner|cannot be told)\b|holds 0|leaves? out 0", text), key


def test_the_source_asks_for_texts():
    assert len(CALLS) > 120, "the walk over the source finds the calls"
    assert {f for call in CALLS for f in call.files} >= set(FILES) - {"report", "summary", "answer", "brief"}


@pytest.mark.parametrize("call", CALLS, ids=lambda c: f"{c.where} {c.pattern}")
def test_every_text_that_is_asked_for_is_there(call):
    assert call.texts(), f"{call.where}: no text {call.pattern} in {call.files}"


@pytest.mark.parametrize("file", FILES)
def test_no_text_is_unused(file):
    modules = [path for path, files in SPEAKERS.items() if file in files]
    used = {call.pattern for call in CALLS if call.files == [file]}
    # Some keys come from variables: then the key stands as a string in a module that speaks this file.
    used |= {pattern for path in modules for pattern in strings(path)}
    used |= {"done"} if file in analyses() else set()
    unused = [key for key in prose(file) if not any(re.fullmatch(pattern, key) for pattern in used)]
    assert not unused


@pytest.mark.parametrize("call", [c for c in CALLS if None not in c.given], ids=lambda c: f"{c.where} {c.pattern}")
def test_every_text_gets_the_values_that_it_names(call, common):
    used, lacking = set(), {}
    for file, key in call.texts():
        named = jinja2.meta.find_undeclared_variables(_environment().parse(prose(file)[key]))
        known = call.given if ".render" in call.where else call.given | common
        if not named - {"span"} <= known:
            lacking[file] = f"{call.where}: {file}.{key} lacks {named - known}"
        used |= named
    # Where a module may speak for several analyses, a call is meant for one of them.
    assert len(lacking) < len(call.files), lacking
    assert call.given <= used, f"{call.where}: values that no text names"


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(jinja2.UndefinedError, match="more"):
        render("repetition", "duplicates")
    with pytest.raises(jinja2.UndefinedError):
        render_text("{{ a.b }}", a={})
    with pytest.raises(KeyError):
        render("repetition", "no such text")


def test_white_space_of_a_template_does_not_count():
    assert render_text("\n a  {{ x }}\n{%- if x %}, b{% endif %}\n", x="1\u00a02") == "a 1\u00a02, b"


def test_text_of_the_corpus_is_no_template():
    assert render_text("{{ title }}", title="{{ 7 * 7 }} <b> & {% x %}") == "{{ 7 * 7 }} <b> & {% x %}"
