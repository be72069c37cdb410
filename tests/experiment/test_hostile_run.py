"""A whole run in which groups, target, speakers, documents, columns and title are hostile."""

import csv
import io
import json
import re
import unicodedata

import pytest
from pypdf import PdfReader

from discourse.cli.corpus_commands import list_speakers
from discourse.experiment import load, resolve, run_to_folder

EVIL = "\x1b[2J\u202e\ufeff👩\u200d🚀\x00\x85\u0301\u0316\ufdd0 =cmd|'!A0 {{ 7*7 }} $#panic(1)$ </script><img onerror=x> \\input{x} }"
# A name that a figure has room for.
NAMES = [
    "\x1b[2J\u202e\ufeff👩\u200d🚀 </script>",
    "\x00\x85\u0301\u0316\ufdd0 $#panic(1)$",
    "|'!A0 {{ 7*7 }} \\input{x} }",
]


def controls(text):
    return {
        c
        for c in text
        if c not in "\n\t\r" and (unicodedata.category(c) in ("Cc", "Cs") or c in "\u202a\u202b\u202c\u202d\u202e")
    }


@pytest.fixture(scope="module")
def hostile(experiment_at, experiment_source, tmp_path_factory):
    made = experiment_at(experiment_source(tmp_path_factory.mktemp("hostile"))).smaller()
    study, reference, title = (
        json.dumps(text) for text in (f"=After {NAMES[1]}", f"@Before {NAMES[0]}", f"-Title {EVIL}")
    )
    text = made.file.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^title: .*$", lambda m: f"title: {title}", text)
    text = text.replace("Before the treaty", reference).replace("After the treaty", study)
    text = text.replace("  Norland: {terms", f"  {json.dumps('+Norland ' + NAMES[2])}: {{terms")
    made.file.write_text(text, encoding="utf-8")
    rows = made.rows
    for k, row in enumerate(rows):
        row["title"] = f"=1+{k} {EVIL}"
        row["minister"] = f"@{row['minister']} {NAMES[k % 3]}"
        row["id"] = f"{row['id']} {EVIL}"
        row["text"] = row["text"].replace("Norland", f"Nor\u00adland {EVIL}", 1)
    text = made.file.read_text(encoding="utf-8").replace("drop: [s039]", f"drop: [{json.dumps('s039 ' + EVIL)}]")
    made.file.write_text(text, encoding="utf-8")
    made.write(rows)
    return made


@pytest.mark.slow
def test_a_run_full_of_hostile_names_ends_in_a_report(hostile):
    folder = run_to_folder(resolve(load(hostile.file)), hostile.file.parent / "report")
    names = [p for p in folder.rglob("*") if p.is_file()]
    assert all(re.fullmatch(r"[\w.-]+", p.name) and len(p.name) < 200 for p in names)
    for path in names:
        if path.suffix in (".html", ".svg", ".csv", ".bib", ".json"):
            text = path.read_text(encoding="utf-8")
            assert controls(text) == set(), path.name
        if path.suffix == ".csv":
            for row in csv.reader(io.StringIO(text, newline="")):
                assert not [c for c in row if c.lstrip()[:1] in ("=", "+", "@")], path.name
    pages = "".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)
    assert "=After" in pages and "$#panic(1)$" in re.sub(r"\s", "", pages)
    assert "<img" not in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_terminal_obeys_no_name(hostile, capsys):
    list_speakers(hostile.file, [])
    shown = capsys.readouterr().out
    assert "@Minister A" in shown and controls(shown) == set()
