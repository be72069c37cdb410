"""The page of a report in a real browser: it opens from the disk, sorts, searches and shows the lines behind a word."""

from __future__ import annotations

import csv
import json
import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def texts_of(norland_report):
    """The speeches as they were read, by id."""
    lines = (norland_report.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row["text"] for row in map(json.loads, lines)}


def test_it_is_one_file_and_accessible_in_light_dark_and_on_a_phone(opened, page):
    one = opened(page)
    assert one.page.title() == "Norland in the speeches of ministers"
    assert one.axe() == []
    before = one.page.evaluate("getComputedStyle(document.body).backgroundColor")
    one.page.click("#theme")
    assert one.page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert one.axe() == []
    phone = opened(page, viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing is wider than the screen"
    assert phone.axe() == []


def test_search_finds_a_word_and_its_lines_stand_in_the_texts(opened, page, norland_report):
    one = opened(page).page
    one.keyboard.press("Tab")
    assert one.evaluate("document.activeElement.className") == "skip", "the first stop leads to the report"
    one.fill("#word", "GRA")
    one.wait_for_selector("#matches button")
    assert one.locator("#matches button").first.inner_text().startswith("grain (")
    one.keyboard.press("ArrowDown")
    one.keyboard.press("Enter")
    lines = one.locator("dialog .kwic tbody tr")
    assert lines.count() > 5
    texts = " ".join(texts_of(norland_report).values())
    n = sum(len(re.findall(r"\bgrain\b", t)) for t in texts_of(norland_report).values())
    assert f"of {n:,}" in one.locator("#panel-body [role=status]").inner_text()
    for k in range(lines.count()):
        cells = [lines.nth(k).locator("td").nth(c).text_content() for c in range(3)]
        assert cells[1] == "grain" and "".join(cells) in texts
    right = [lines.nth(k).locator("td").nth(2).text_content().strip() for k in range(lines.count())]
    one.locator("dialog select").first.select_option("right")
    after = [lines.nth(k).locator("td").nth(2).text_content().strip() for k in range(lines.count())]
    assert sorted(after, key=lambda t: re.findall(r"\w+", t)[:3]) == after
    assert sorted(after) == sorted(right)
    one.keyboard.press("Escape")
    assert not one.locator("dialog").is_visible()


def test_the_mentions_of_a_document_are_those_of_its_text(opened, page, norland_report):
    one = opened(page)
    with (norland_report / "tables" / "documents-stance.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    one.page.locator("details[data-table='documents-stance'] summary").click()
    table = one.page.locator("details[data-table='documents-stance'] table")
    row = next(r for r in rows if int(r["n_mentions"]) > 1)
    found = table.locator("tr", has=one.page.locator(f"td:text-is('{row['doc_id']}')"))
    found.locator("button", has_text=row["n_mentions"]).first.click()
    lines = one.page.locator("dialog .kwic tbody tr")
    assert lines.count() == int(row["n_mentions"]) == texts_of(norland_report)[row["doc_id"]].count("Norland")
    assert one.axe() == []
    one.page.click("#close")
    one.page.locator("button.mentions").click()
    assert lines.count() == sum(t.count("Norland") for t in texts_of(norland_report).values())


def test_a_mark_of_a_figure_has_its_document_and_opens_it(opened, page):
    one = opened(page).page
    mark = one.locator(".drawing use[data-source]").first
    assert re.search(r"Speech \d+; .*(treaty).*19|20\d\d", mark.locator("title").text_content())
    mark.dispatch_event("click", {"bubbles": True})
    one.wait_for_selector("dialog[open]")
    assert "Norland" in one.locator("#panel-title").inner_text()
    one.click("#close")
    one.locator(".drawing text[data-word]").first.dispatch_event("click", {"bubbles": True})
    assert one.locator("dialog .kwic tbody tr").count() > 0


def test_a_topic_opens_with_its_words_and_passages(opened, page):
    one = opened(page).page
    one.locator("figure.printed button.word", has_text=re.compile(r"^T1$")).first.click()
    assert one.locator("#panel-title").inner_text() == "Topic T1"
    assert one.locator("dialog button.word").count() > 3
    assert one.locator("dialog .evidence li").count() > 0


def test_tables_sort_filter_and_page(opened, page, norland_report):
    one = opened(page)
    with (norland_report / "tables" / "keyness-1.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    details = one.page.locator("details[data-table='keyness-1']")
    details.locator("summary").click()
    body = details.locator("tbody tr")
    assert body.count() == min(50, len(rows))
    head = details.locator("th", has_text="estimate").first
    # Columns without a value are not in the page.
    at = details.locator("th").all_inner_texts().index("estimate")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    shown = [float(body.nth(k).locator("td").nth(at).inner_text()) for k in range(5)]
    wanted = sorted(float(r["estimate"]) for r in rows)[:5]
    assert shown == pytest.approx(wanted, rel=1e-3)
    details.locator("input[type=search]").fill(rows[0]["item"])
    assert all(rows[0]["item"] in body.nth(k).inner_text() for k in range(body.count()))
    assert one.axe() == []


def test_hostile_text_stays_text(opened, hostile):
    one = opened(hostile)
    assert one.page.title() == "Norland in the speeches of ministers"
    assert "<script>document.title=1</script>" in one.page.locator(".question").inner_text()
    one.page.locator("button.mentions").click()
    text = one.page.locator("dialog").inner_text()
    assert "</script><script>document.title='taken'</script>" in text.replace("\n", "")
    assert "${document.title='taken'}{{ 7*7 }}" in text
    assert "\u202e" not in text and "🤝" in text
    one.page.click("#close")
    one.page.locator("details[data-table='documents'] summary").click()
    for script in (
        "document.querySelectorAll('img').length",
        "document.querySelectorAll('script:not([type])').length - 1",
    ):
        assert one.page.evaluate(script) == 0
    assert one.page.title() == "Norland in the speeches of ministers"
    assert one.axe() == []


def test_without_script_it_is_a_report_to_read(opened, page):
    one = opened(page, java_script_enabled=False).page
    assert one.locator("figure.drawn svg").count() > 5
    assert not one.locator("#search").is_visible() and not one.locator("button").first.is_visible()
