"""Every command in the README and the docs is run; the help texts in the docs are current."""

import gzip
import pkgutil
import re
import shlex
import shutil
import sys
import typing
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from discourse.analyses import analyses
from discourse.cli.main import app, main
from discourse.experiment.archive import lock
from discourse.experiment.settings import experiment_model
from discourse.teach import read_lesson, start

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
# The continuous integration runs these in fresh environments before it comes here.
RUN_ELSEWHERE = (
    "python -m pip install .",
    "python -m pip install '.[test]'",
    "pytest",
    "python -m pip install '.[documents]'",
    "python -m pip install '.[ussos]'",
    "python -m pip install '.[teach]'",
    "python -m pip install '.[docs]'",
    "python -m sphinx -W docs site",
    "python -m venv .venv",
)


def blocks(language):
    return [
        (p.name, code) for p in PAGES for kind, code in BLOCK.findall(p.read_text(encoding="utf-8")) if kind == language
    ]


# A command that several pages show is run once.
COMMANDS = sorted(
    {part.strip() for _, code in blocks("sh") for line in code.splitlines() for part in line.split("&&")} - {""}
)


def config_of(words):
    return [Path(w) for w in words if w.endswith(".yaml")]


def hasten(config, feeds):
    """Make a command quick: a page shows that it runs, and other tests look at numbers.

    Fewer resamples and rounds of the sampler, one option beside the configured one for each choice of a multiverse, and some items
    of the feed, whose 1,444 documents six commands would read whole; with one kind of document, for the titles must have it.
    """
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    settings["inference"] = (settings.get("inference") or {}) | {"resamples": 100}
    if settings.get("topics"):
        settings["topics"]["iterations"] = 20
    for name, options in settings.get("multiverse", {}).items():
        first = list(options)[:1]
        settings["multiverse"][name] = first if isinstance(options, list) else {k: options[k] for k in first}
    if settings["corpus"]["reader"] == "rss":
        settings["corpus"] |= {"files": [str(feeds)], "kinds": {"readout": ["*call with*"]}}
    config.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="session")
def short_feed(data, tmp_path_factory):
    """Every twelfth item of the Department's feed."""
    with gzip.open(data / "state_department_2022" / "rss_items.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = list(lines)[::12]
    file = tmp_path_factory.mktemp("feed") / "items.jsonl"
    file.write_text("".join(items), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            c,
            marks=[pytest.mark.slow]
            if c.startswith(("discourse run", "discourse bundle", "discourse archive"))
            else [],
        )
        for c in COMMANDS
    ],
)
def test_commands(command, tmp_path, monkeypatch, capsys, request):
    words = shlex.split(command)
    if words[0] != "discourse":
        assert command in RUN_ELSEWHERE or (words[0] == "python" and (ROOT / words[1]).is_file())
        return
    place = tmp_path / "main"
    shutil.copytree(ROOT / "experiments", place / "experiments")
    if any("shared" in w for w in words):
        (tmp_path / "shared").symlink_to(request.getfixturevalue("seeds").parent)
    for config in config_of(words):
        if config.name != "_template.yaml":
            feed = request.getfixturevalue("short_feed") if config.name == "russia-2022.yaml" else None
            hasten(place / config, feed)
    if words[1] == "archive":
        pytest.importorskip("rocrate")
        # The package index is asked by nobody here.
        monkeypatch.setattr(lock, "_asked", lambda pins: {p.split("==")[0]: ["0" * 64] for p in pins.split()})
    monkeypatch.chdir(place)
    if words[1] == "teach":
        pytest.importorskip("jupytext")
        if words[2] in ("check", "grade"):
            start(read_lesson("stance"), place / words[3], "anna")
    monkeypatch.setattr(sys, "argv", words)
    try:
        main()
        code = 0
    except SystemExit as stop:
        code = stop.code or 0
    out, err = capsys.readouterr()
    assert code == 0, err
    assert out
    if words[1] == "run":
        assert (place / "reports" / Path(words[2]).stem / "report.pdf").stat().st_size > 30_000


@pytest.mark.parametrize(("page", "code"), blocks("py"))
def test_quoted_code_is_in_the_code(page, code):
    """A `py` block is a quotation: of the example package, or of a module."""
    files = [*(ROOT / "tests" / "plugin").glob("*.py"), *(ROOT / "discourse").rglob("*.py")]
    assert any(code in path.read_text(encoding="utf-8") for path in files), f"{page}: {code}"


@pytest.mark.parametrize(("page", "code"), blocks("toml"))
def test_quoted_files_are_in_the_files(page, code):
    files = [ROOT / "tests" / "plugin" / "pyproject.toml", *(ROOT / "discourse" / "report" / "prose").glob("*.toml")]
    assert any(code in path.read_text(encoding="utf-8") for path in files), f"{page}: {code}"


@pytest.mark.parametrize(("page", "code"), blocks("yaml"))
def test_settings_in_the_docs_are_settings(page, code):
    least = {
        "name": "x",
        "title": "T",
        "question": "Q?",
        "corpus": {"reader": "sotu"},
        "groups": {"A": {"before": "2000-01-01"}},
    }
    given = yaml.safe_load(code)
    given.pop("mattr", None)  # of the example package, which has a test of its own
    experiment_model().model_validate(least | given)


def fields_of(section):
    """Names of the settings of a section, as a config writes them; None for what is no section."""
    model = experiment_model().model_fields.get(section)
    if model is None:
        return None
    for part in typing.get_args(model.annotation) or (model.annotation,):
        part = getattr(part, "entry", part)
        if isinstance(part, type) and hasattr(part, "model_fields"):
            return {field.alias or name for name, field in part.model_fields.items()}
    return None


def test_settings_that_the_text_names_are_there():
    """``mix: columns`` or ``corpus.kinds``: section and setting exist; in the report's prose as well, there in brackets."""
    prose = sorted((ROOT / "discourse" / "report" / "prose").glob("*.toml"))
    named = 0
    for page in [*PAGES, *prose]:
        text = page.read_text(encoding="utf-8")
        pattern = (
            r"`([a-z_]+)(?:: \{?|\.)([a-z_]+)\b(?!\()" if page.suffix == ".md" else r"[(;]\s?([a-z_]+): ([a-z_]+)\b"
        )
        for section, setting in re.findall(pattern, text):
            known = fields_of(section)
            if known is not None and setting not in ("pdf", "toml", "py", "vw", "conllu", "mm", "txt", "md"):
                named += 1
                assert setting in known, f"{page.name}: {section}: {setting}"
    assert named > 10


def test_every_module_has_its_line_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for path in (ROOT / "discourse").rglob("*.py"):
        if not path.name.startswith("_"):
            assert f"`{path.name}`" in text, path


@pytest.mark.parametrize("page", sorted({page for page, _ in blocks("python")}))
def test_python_examples(page, capsys):
    """The blocks of a page follow one another, as the cells of a notebook do."""
    names = {}
    for code in (code for other, code in blocks("python") if other == page):
        exec(compile(code, page, "exec"), names)  # the examples are the project's own
        assert capsys.readouterr().out, code


def help_pages() -> str:
    """The text of docs/commands.md: each command with its arguments and options, as the command line declares them."""
    lines = ["# Commands", "", "Made from the help texts; `tests/test_docs.py` keeps it current.", ""]

    def add(name: str, command) -> None:
        arguments = " ".join((p.metavar or p.name.upper()) for p in command.params if p.param_type_name == "argument")
        lines.extend([f"## `{f'{name} {arguments}'.strip()}`", "", command.help.strip(), ""])
        rows = []
        for p in command.params:
            if p.param_type_name == "option" and p.name != "help":
                value = f" {p.metavar or p.name.upper()}" if not p.is_flag else ""
                default = (
                    f" Default: {p.default}." if isinstance(p.default, int) and not isinstance(p.default, bool) else ""
                )
                rows.append(f"| `{', '.join(p.opts)}{value}` | {p.help}{default} |")
            elif p.param_type_name == "argument":
                rows.append(f"| `{p.metavar or p.name.upper()}` | {p.help} |")
        lines.extend([*(["| argument or option | what it does |", "|---|---|", *rows, ""] if rows else [])])
        for child in getattr(command, "commands", {}):
            add(f"{name} {child}", command.commands[child])

    group = get_command(app)
    add("discourse", group)
    return "\n".join(lines)


def test_help_in_the_docs_is_current():
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == help_pages()


def test_every_command_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"## `discourse {command.name or command.callback.__name__}" in text


def test_links_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            # Sphinx checks those to pages that it makes.
            if "://" not in link and not link.startswith("made/"):
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_figure_of_the_report_is_in_the_gallery():
    """By its own example; `concordance` is sentences, and three figures need what the gallery's experiment has not: codes, labels, few texts."""
    gallery = ROOT / "docs" / "gallery"
    code = {path.stem: path.read_text(encoding="utf-8") for path in gallery.rglob("plot_*.py")}
    asked = set(re.findall(r'report\.figure\("([\w-]+)"\)', "\n".join(code.values())))
    invented = {name.removeprefix("plot_") for name in code}
    for analysis in analyses().values():
        for name in analysis.figures:
            assert name in asked | (invented & {"corrected", "measures", "speakers"}) or name == "concordance", name


def test_every_page_is_in_a_contents():
    docs = ROOT / "docs"
    listed = {"index"}
    for page in docs.glob("*.md"):
        for contents in re.findall(r"(?ms)^```\{toctree\}\n(.*?)^```$", page.read_text(encoding="utf-8")):
            lines = [line.strip() for line in contents.splitlines() if line.strip() and not line.startswith(":")]
            listed |= {re.sub(r".*<(.*)>", r"\1", line) for line in lines}
    assert {page.stem for page in docs.glob("*.md")} == {name for name in listed if not name.startswith("made/")}


def test_names_of_the_package_in_the_text_exist():
    """`discourse.kwic`, `discourse.figures.kinds`: what a page names can be imported."""
    named = 0
    for page in PAGES:
        for name in re.findall(r"`(discourse(?:\.\w+)+)[(`]", page.read_text(encoding="utf-8")):
            if name.rpartition(".")[2] not in ("yaml", "toml"):
                assert pkgutil.resolve_name(name) is not None, f"{page.name}: {name}"
                named += 1
    assert named > 20
