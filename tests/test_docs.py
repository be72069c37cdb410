"""Every command in the README and the docs is run; the help texts in the docs are current."""

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

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
        # The continuous integration runs these two in a fresh environment before it comes here.
        assert command in (
            "python -m pip install .",
            "python -m pip install '.[test]'",
            "pytest",
            "python -m venv .venv",
        ) or (words[0] == "python" and (ROOT / words[1]).is_file())
        return
    if any("shared" in w for w in words):
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
    """The text of docs/commands.md: the help of every command."""
    runner = CliRunner()
    environment = {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    names = [[], ["run"], ["check"], ["kwic"], ["corpus"], ["corpus", "show"], ["list"]]
    parts = ["# Commands\n\nMade from the help texts; `tests/test_docs.py` keeps it current.\n"]
    for name in names:
        result = runner.invoke(app, [*name, "--help"], env=environment, prog_name="discourse", terminal_width=100)
        text = "\n".join(line.rstrip() for line in result.output.strip("\n").splitlines())
        parts.append(
            f"## `discourse {' '.join(name)}`".replace(" `", "`", 1) if not name else f"## `discourse {' '.join(name)}`"
        )
        parts.append(f"```text\n{text}\n```\n")
    return "\n".join(parts)


def test_help_in_the_docs_is_current():
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == help_pages()


def test_every_command_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"`discourse {command.name or command.callback.__name__}`" in text


def test_links_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name}: {link}"
