"""A headless Chromium that sees no network, and pages that it opens from the disk."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from discourse.experiment import load, resolve, run_to_folder

# What a text, a title or a name must never do.
HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">${document.title='taken'}{{ 7*7 }} \"'`&amp;"
    " \u2028\u202e\u0645\u0631\u062d\u0628\u0627 🤝"
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of the system: nothing is downloaded."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (the extra `test` has it)")
    with sync.sync_playwright() as playwright:
        # As root Chromium has no sandbox.
        sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=sandbox)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page and all that it complained of or asked for beside its own file."""

    page: Any
    complaints: list[str] = field(default_factory=list)

    def axe(self, preload: bool = True) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA and good practice; `preload` loads the style sheets again, for what they say of orientation."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = axe.run(self.page, options={"runOnly": rules, "preload": preload}).response
        assert len(found["passes"]) > 20, "the rules were run"
        return [f"{v['id']}: {v['help']} {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found["violations"]]


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """Opens a file; at the end nothing may have gone wrong."""
    pages: list[Opened] = []

    def make(file: Path | str, within: str = "", **options: Any) -> Opened:
        """A page; it may ask for no other file, or for those whose addresses begin with `within`."""
        context = chromium.new_context(**{"viewport": {"width": 1300, "height": 900}, "offline": True} | options)
        context.set_default_timeout(60_000)
        one = Opened(context.new_page())
        pages.append(one)
        address = file if isinstance(file, str) else file.resolve().as_uri()
        one.page.on(
            "console", lambda m: one.complaints.append(f"console: {m.text}") if m.type in ("error", "warning") else None
        )
        one.page.on("pageerror", lambda e: one.complaints.append(f"error: {e}"))
        one.page.on(
            "request",
            lambda r: (
                None
                if r.url.partition("#")[0] == address or (within and r.url.startswith((within, "data:")))
                else one.complaints.append(f"request: {r.url}")
            ),
        )
        one.page.on("dialog", lambda d: (one.complaints.append(f"dialog: {d.message}"), d.dismiss()))
        one.page.goto(address)
        return one

    yield make
    for one in pages:
        one.page.context.close()
        assert not one.complaints


@pytest.fixture(scope="session")
def page(norland_report: Path) -> Path:
    """The page of the invented experiment."""
    return norland_report / "report.html"


@pytest.fixture(scope="session")
def hostile(experiment_source: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an experiment whose texts, titles, names and question are hostile."""
    file = experiment_source(tmp_path_factory.mktemp("hostile"))
    speeches = file.parent / "speeches.jsonl"
    rows = [json.loads(line) for line in speeches.read_text(encoding="utf-8").splitlines()]
    for k, row in enumerate(rows):
        row["title"] = f"{HOSTILE} {k}"
        row["minister"] = f"<b>{row['minister']}</b>"
        row["text"] = row["text"].replace("Norland", f"Norland {HOSTILE}", 1)
    speeches.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    config = file.read_text(encoding="utf-8")
    for old, new in (
        ("topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}", "topics: false"),
        ("frequency: {min_clusters: 2}", "frequency: {min_clusters: 2, ngrams: [1], scope: all}"),
        ("question: Do ministers", f"question: {json.dumps('<script>document.title=1</script> Do ministers')[1:-1]}"),
    ):
        assert old in config
        config = config.replace(old, new)
    file.write_text(config, encoding="utf-8")
    return run_to_folder(resolve(load(file)), file.parent / "report") / "report.html"
