"""Every command in the README and the docs is run; the help texts in the docs are current."""

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from discourse.cli.main import app, main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")


def blocks(language):
    return [
        (p.name, code) for p in PAGES for kind, code in BLOCK.findall(p.read_text(encoding="utf-8")) if kind == language
    ]


COMMANDS = sorted(
    {(page, part.strip()) for page, code in blocks("sh") for line in code.splitlines() for part in line.split("&&")}
)


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_commands(page, command, tmp_path, monkeypatch, capsys, request):
    words = shlex.split(command)
    if words[0] != "discourse":
        # The continuous integration runs these in fresh environments before it comes here.
        assert command in (
            "python -m pip install .",
            "python -m pip install '.[test]'",
            "pytest",
            "python -m pip install '.[documents]'",
            "python -m pip install '.[ussos]'",
            "python -m venv .venv",
        ) or (words[0] == "python" and (ROOT / words[1]).is_file())
        return
    configs = [ROOT / w for w in words if w.endswith(".yaml")]
    if any(
        "shared" in w for w in [*words, *(c.read_text(encoding="utf-8") for c in configs if "tillerson" not in c.name)]
    ):
        folder = request.getfixturevalue("seeds").parent
        (tmp_path / "shared").symlink_to(folder)
    shutil.copytree(ROOT / "experiments", tmp_path / "main" / "experiments")
    monkeypatch.chdir(tmp_path / "main")
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
        name = Path(words[2]).stem
        assert (tmp_path / "main" / "reports" / name / "report.pdf").stat().st_size > 30_000


@pytest.mark.parametrize(("page", "code"), blocks("python"))
def test_python_examples(page, code, capsys):
    exec(compile(code, page, "exec"), {})  # the examples are the project's own
    assert capsys.readouterr().out


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
        lines.extend([*(["| | |", "|---|---|", *rows, ""] if rows else [])])
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
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name}: {link}"
