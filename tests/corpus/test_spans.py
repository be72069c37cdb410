import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.corpus.attribution import attribute, split_turns
from discourse.corpus.spans import boilerplate, is_heading, quotations, stage_directions
from discourse.corpus.turns import Document

LONG = "one two three four five six"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (f"He said: “{LONG}.” Then more.", [f"“{LONG}.”"]),
        (f'He said: "{LONG}." Then more.', [f'"{LONG}."']),
        ("He said: “one two.” Then more.", []),
        (f"“{LONG}.\n\n“{LONG}.”\n\nOurs.", [f"“{LONG}.", f"“{LONG}.”"]),
        (f"> {LONG}\n\nOurs.", [f"> {LONG}"]),
        (f"It’s theirs, not “ours {LONG}", []),
        (
            "The text:\n\nRecalling its earlier decisions,\n\nNoting the report of the Secretary,\n\n1. Decides to remain seized;\n\n"
            "2. Urges all to act.\n\nThank you.",
            [
                "Recalling its earlier decisions,\n\nNoting the report of the Secretary,\n\n1. Decides to remain seized;\n\n"
                "2. Urges all to act."
            ],
        ),
        ("Recalling this,\n\nwe go on.", []),
    ],
)
def test_quotations(text, quoted):
    assert [text[a:b] for a, b, _ in quotations(text, min_words=5)] == quoted


@given(st.text(alphabet="ab “”\"'.\n>,", max_size=60), st.integers(1, 5))
def test_quotations_lie_in_the_text_and_in_order(text, least):
    spans = quotations(text, min_words=least)
    assert all(0 <= a < b <= len(text) for a, b, _ in spans)
    assert spans == sorted(spans)
    assert all(x[1] <= y[0] for x, y in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("paragraph", "reason"),
    [
        ("###", "mark of the end"),
        ("# # #", "mark of the end"),
        ("* * *", "mark of the end"),
        ("2:05 p.m. EST", "clock time"),
        ("For more information, contact Ida Roth at 555-0100.", "contact line"),
        ("Media contact: Ida Roth", "contact line"),
        ("*The transcript has been corrected.", "note of the transcript"),
        ("External links to other Internet sites should not be construed as an endorsement.", "disclaimer"),
        ("We have more information on the treaty.", ""),
        ("For more than a year we have waited.", ""),
        ("In 2005 we met.", ""),
    ],
)
def test_boilerplate(paragraph, reason):
    assert boilerplate(paragraph) == reason


def test_headings_of_a_transcript_are_nobodys_words():
    text = "Ada Kovar, Minister of State\n\nEastport, D.C.\n\nHarbour Hall\n\n2:05 p.m.\n\nMINISTER KOVAR: Thank you.\n\n###"
    (turn,) = split_turns(text, "Ada Kovar, Minister of State")
    assert turn.text.startswith("Thank you.")
    assert [turn.text[a:b] for a, b, _ in turn.excluded] == ["###"]


def test_prose_before_the_first_label_is_the_authors():
    turns = split_turns("The Minister spoke today in Eastport.\n\nMINISTER LIND: Thank you.", "Office of the Speaker")
    assert [(t.speaker, t.label) for t in turns] == [("Office of the Speaker", ""), ("Minister Lind", "MINISTER LIND")]


def test_spans_of_a_turn_are_counted_in_its_own_text():
    text = "MS ROE: First (laughter). “" + "word " * 30 + "end.”\n\nQUESTION: (Inaudible)?"
    one, two = attribute([Document("a", None, "T", text, "Office")])["a"]
    assert [one.text[a:b] for a, b, _ in one.excluded] == ["(laughter)"]
    assert [one.text[a:b][-5:] for a, b, _ in one.quoted] == ["end.”"]
    assert [two.text[a:b] for a, b, _ in two.excluded] == ["(Inaudible)"]
    assert text[two.start :].startswith("QUESTION:")


@given(st.text(alphabet="(laughter)[Applause] x.", max_size=40))
def test_stage_directions_lie_in_the_text(text):
    assert all(
        re.match(r"[(\[]", text[a:b]) and text[b - 1] in ")]"
        for a, b, r in stage_directions(text)
        if r == "stage direction"
    )


@pytest.mark.parametrize("line", ["Eastport, Westland", "Washington, D.C.", "Harbour Hall", "March 3, 2020"])
def test_lines_of_a_heading(line):
    assert is_heading(line)
    assert not is_heading(line + " is where we met today.")


@pytest.mark.parametrize(
    "paragraph",
    [
        "* Norland should be held accountable for its raids.",
        "* The Council added forty names to the list.",
        "Released by Norland, the prisoners came home today.",
        "Press inquiries into the raid have begun.",
        "For other questions, Norland must answer itself.",
    ],
)
def test_paragraphs_that_somebody_says(paragraph):
    assert boilerplate(paragraph) == ""
