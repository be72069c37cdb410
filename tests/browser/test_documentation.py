"""The documentation as a site: it asks no other host, its links lead somewhere, it leaves nothing out, and everybody can read it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import lxml.html
import pytest

import discourse
from discourse.experiment.settings import experiment_model, sections
from discourse.figures import kinds

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow]
HOME, LONG, EXAMPLE = "index.html", "tutorial.html", "made/gallery/4_words/plot_words.html"
LOOKED_AT = (
    HOME,
    LONG,
    EXAMPLE,
    "made/gallery/index.html",
    "made/settings.html",
    "made/api.html",
    "commands.html",
    "inference.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site: the one that DISCOURSE_SITE names, or built anew with warnings as errors."""
    if os.environ.get("DISCOURSE_SITE"):
        return Path(os.environ["DISCOURSE_SITE"])
    for package in ("sphinx", "myst_parser", "numpydoc", "pydata_sphinx_theme", "sphinx_gallery"):
        pytest.importorskip(package, reason="the extra `docs` is not installed")
    folder = tmp_path_factory.mktemp("site")
    call = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", str(ROOT / "docs"), str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def trees(site: Path) -> dict[Path, lxml.html.HtmlElement]:
    """Every page."""
    found = {path: lxml.html.parse(str(path)).getroot() for path in sorted(site.rglob("*.html"))}
    # Parts of the theme are no pages.
    return {path: tree for path, tree in found.items() if tree.find("body") is not None and "_static" not in path.parts}


def assets(tree: lxml.html.HtmlElement) -> Iterator[str]:
    """What a browser loads with a page."""
    yield from tree.xpath(
        "//*[not(self::a)]/@src | //link[not(@rel='canonical')]/@href | //object/@data | //video/@poster"
    )
    for several in tree.xpath("//@srcset"):
        yield from (one.split()[0] for one in several.split(","))
    for style in [*tree.xpath("//@style"), *(s.text or "" for s in tree.iter("style"))]:
        yield from re.findall(r"url\(\s*['\"]?([^'\")]+)", style)


def test_no_page_loads_anything_from_another_host(site, trees):
    assert len(trees) > 100
    for path, tree in trees.items():
        for asset in assets(tree):
            assert not re.match(r"(?i)(https?:)?//", asset), f"{path.relative_to(site)}: {asset}"
            if not asset.startswith(("data:", "#")):
                assert (path.parent / unquote(asset.partition("?")[0].partition("#")[0])).exists(), f"{path}: {asset}"
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(?i)(@import[^;]*|url\(\s*['\"]?)(https?:)?//", text), sheet


def test_links_and_places_within_pages_exist(site, trees):
    places = {path.resolve(): set(tree.xpath("//@id | //@name")) for path, tree in trees.items()}
    followed = 0
    for path, tree in trees.items():
        for link in tree.xpath("//a/@href"):
            if re.match(r"[a-z]+:", link) or path.name == "search.html":
                continue
            file, _, place = link.partition("#")
            target = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path.resolve()
            assert target.exists(), f"{path.relative_to(site)}: {link}"
            if place and target in places:
                assert unquote(place) in places[target] | {"top"}, f"{path.relative_to(site)}: {link}"
            followed += 1
    assert followed > 1000


def text_of(path: Path) -> str:
    """The text of a page, with the quotation marks that were typed."""
    typed = str.maketrans("“”‘’", "\"\"''")
    return lxml.html.parse(str(path)).getroot().text_content().translate(typed)


def test_every_public_name_has_a_page_and_every_setting_a_row(site):
    for name in discourse.__all__:
        page = text_of(site / "made" / "api" / f"{name}.html")
        assert f"discourse.{name}" in page and (discourse.__dict__.get(name) or getattr(discourse, name)).__doc__
    page = text_of(site / "made" / "settings.html")
    for name in {*experiment_model().model_fields, *sections()}:
        assert name in page
    for analysis in sections().values():
        model = getattr(analysis.settings, "entry", analysis.settings)
        for field in model.model_fields.values():
            assert re.split("[*`]", field.description or "")[0] in page
    page = text_of(site / "made" / "drawings.html")
    for kind in kinds.Kind.__subclasses__():
        assert kind.__name__ in page


def test_every_figure_of_the_gallery_has_words_instead_of_it(trees):
    pages = [tree for path, tree in trees.items() if path.name.startswith("plot_")]
    pictures = [img for tree in pages for img in tree.xpath("//img[contains(@src, 'sphx_glr_plot')]")]
    assert len(pages) == len(pictures) >= 30
    assert all(img.get("alt") for img in pictures)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served; nothing outside this machine is asked."""

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def visited(opened: Any, address: str) -> Any:
    """Opens a page of the site, which may ask for what is on the site."""
    return lambda name, **options: opened(address + name, within=address, offline=False, **options)


@pytest.mark.browser
@pytest.mark.parametrize("name", [HOME, LONG, EXAMPLE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_in_light_and_dark(visited, name, scheme):
    one = visited(name, color_scheme=scheme)
    assert one.page.evaluate("document.documentElement.dataset.theme") == scheme
    # Loading style sheets again, axe looks for one that another imports in the wrong folder.
    assert one.axe(preload=False) == []


@pytest.mark.browser
def test_nothing_is_wider_than_a_phone(visited):
    for name in LOOKED_AT:
        one = visited(name, viewport={"width": 390, "height": 844}, has_touch=True)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 390, name


@pytest.mark.browser
def test_search_finds_a_page(visited):
    one = visited("search.html?q=krippendorff").page
    one.wait_for_selector("#search-results li a")
    assert "krippendorff" in one.inner_text("#search-results").casefold()


@pytest.mark.browser
def test_a_page_opens_from_the_disk_as_well(opened, site):
    one = opened(site / HOME, within=site.resolve().as_uri())
    assert one.page.locator("h1").inner_text().startswith("Did they speak differently")
