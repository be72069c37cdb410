import gzip
import json

import pytest

from discourse.corpus.attribution import split_turns
from discourse.corpus.turns import Speaker, stage_directions


@pytest.mark.parametrize(
    ("label", "speaker", "role", "side"),
    [
        ("SECRETARY KOVAR:", "Kovar", "principal", "home"),
        ("SECRETARY ADA J. KOVAR:", "Kovar", "principal", "home"),
        ("**SECRETARY KOVAR:**", "Kovar", "principal", "home"),
        ("FOREIGN MINISTER LIND:", "Foreign Minister Lind", "counterpart", "foreign"),
        ("FOREIGN MINISTER ÖZGÜR-ÇELIK:", "Foreign Minister Özgür-Çelik", "counterpart", "foreign"),
        ("PRIME MINISTER O’HARA:", "Prime Minister O’Hara", "counterpart", "foreign"),
        ("MR. ROE:", "Mr. Roe", "principal", "home"),
        ("MR ROE:", "Mr Roe", "principal", "home"),
        ("QUESTION:", "Question", "reporter", "press"),
        ("Q:", "Question", "reporter", "press"),
        ("MODERATOR:", "Moderator", "moderator", "other"),
    ],
)
def test_labels(label, speaker, role, side):
    (turn,) = split_turns(f"{label}  Good morning.", "Office", [Speaker("Kovar")])
    assert (turn.speaker, turn.role, turn.side, turn.text) == (speaker, role, side, "Good morning.")


@pytest.mark.parametrize(
    "line",
    [
        "VESSEL TYPE: Crude Oil Tanker",
        "ADDRESS: 1 Main Street",
        "DOB: 1 Jan 1960",
        "Our aim is this: peace.",
        "NOTE: read it",
    ],
)
def test_lines_that_are_no_labels(line):
    (turn,) = split_turns(f"First.\n\n{line}", "Office")
    assert turn.speaker == "Office"
    assert line in turn.text


def test_a_turn_runs_to_the_next_label():
    text = "Before.\n\nMR. ROE: One.\n\nTwo.\n\nQUESTION: Three?\n\nMR. ROE: Four."
    turns = split_turns(text, "Office", [Speaker("Roe")])
    assert [(t.speaker, t.text) for t in turns] == [
        ("Office", "Before."),
        ("Roe", "One.\n\nTwo."),
        ("Question", "Three?"),
        ("Roe", "Four."),
    ]


def test_labels_of_the_presidency_project():
    text = "The President. Mr. Speaker--\n\nThank you.\n\nAudience members. Four more years!\n\nThe President. [Laughter] Yes."
    turns = split_turns(text, "Ann Roe", [Speaker("Ann Roe")])
    assert [(t.speaker, t.side, t.text) for t in turns] == [
        ("Ann Roe", "home", "Mr. Speaker--\n\nThank you."),
        ("Audience", "other", "Four more years!"),
        ("Ann Roe", "home", "[Laughter] Yes."),
    ]


def test_consecutive_turns_of_one_speaker_are_one_with_their_spans():
    text = "The President. One. [Laughter]\n\nThe President. Two. [Applause]"
    (turn,) = split_turns(text, "Ann Roe", [Speaker("Ann Roe")])
    assert [turn.text[a:b] for a, b, _ in turn.excluded] == ["[Laughter]", "[Applause]"]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Well (laughter) yes", ["(laughter)"]),
        ("It was (inaudible).", ["(inaudible)"]),
        ("[At this point, the President paused.] And", ["[At this point, the President paused.]"]),
        ("the [Act] of Congress", []),
        ("[I repeat, this budget will be balanced.\n\nIt will.]", []),
        ("rates [rights; White House correction] are", ["; White House correction"]),
        ("(Russia, that is)", []),
    ],
)
def test_stage_directions(text, cut):
    assert [text[a:b] for a, b, _ in stage_directions(text)] == cut


def test_a_byline_is_home_unless_the_config_says_otherwise():
    (turn,) = split_turns("Words.", "Foreign Minister Lind")
    assert (turn.speaker, turn.role, turn.side) == ("Foreign Minister Lind", "principal", "home")
    (turn,) = split_turns("Words.", "Foreign Minister Lind", [Speaker("Lind", (), "counterpart", "foreign")])
    assert turn.side == "foreign"


def test_labels_stand_at_the_beginning_of_any_line():
    turns = split_turns("MS ROE: One.\nQUESTION: Two?\nMS ROE: Three: four.", "Office", [Speaker("Roe")])
    assert [t.text for t in turns] == ["One.", "Two?", "Three: four."]


def test_names_without_a_title_are_labels_where_they_speak():
    text = "MORALES: How are you, sir?\nTHE PRESIDENT: I am well.\nMORALES: And the war?"
    assert [(t.speaker, t.text) for t in split_turns(text, "Ann Roe")] == [
        ("Morales", "How are you, sir?"),
        ("Ann Roe", "I am well."),
        ("Morales", "And the war?"),
    ]
    cargo = "CARGO: Grain\nCARGO: Crude oil\nHARBOUR: Eastport"
    assert [t.text for t in split_turns(cargo, "Ann Roe")] == [cargo]


@pytest.mark.parametrize(
    ("label", "side"),
    [
        ("DEPUTY SECRETARY ROE", "home"),
        ("ASSISTANT SECRETARY ROE", "home"),
        ("SENIOR STATE DEPARTMENT OFFICIAL", "home"),
        ("DEPUTY PRIME MINISTER ROE", "foreign"),
        ("SECRETARY GENERAL ROE", "foreign"),
        ("FOREIGN MINISTER LE ROE", "foreign"),
    ],
)
def test_sides_by_title(label, side):
    (turn,) = split_turns(f"{label}: Yes, indeed.", "Office")
    assert turn.side == side


@pytest.mark.slow
def test_turns_of_a_real_archive_agree_with_its_own_count(data):
    """The archive counts turns by capitals in ASCII; it takes ships for speakers and does not know names with accents."""
    with gzip.open(data / "state_department_2022" / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    agree = 0
    for document in documents:
        turns = [t for t in split_turns(document["text"], document["author"]) if t.label]
        agree += len(turns) == document["n_turns"]
        assert not [t.label for t in turns if "VESSEL" in t.label]
    assert agree / len(documents) > 0.99
