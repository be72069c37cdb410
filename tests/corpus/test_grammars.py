"""Grammars of labels on texts written for these tests, about invented states, parliaments and people."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from discourse.corpus.attribution import attributed
from discourse.corpus.cut import GENERAL
from discourse.corpus.documents import Document
from discourse.corpus.grammar import LabelGrammar, grammars, wrong_examples
from discourse.corpus.home import EVERYONE, Home, home_named, home_of
from discourse.corpus.persons import Speaker
from discourse.corpus.templates import FIELDS, expression, places

DAY = dt.date(2022, 3, 4)


def said(text, *, issuer="", byline="", title="", day=DAY, **options):
    found = attributed([Document("a", day, title, text, byline, "", issuer)], **options)
    return found, [(t.speaker, t.role, t.side, t.text) for t in found.turns["a"]]


def who(*arguments, **options):
    return [row[:3] for row in said(*arguments, **options)[1]]


UN = """The President (spoke in French): I give the floor to the representative of Egypt.
Mr. Aker (Egypt) (spoke in Arabic): We thank you for the harbour.
(spoke in English)
We thank you twice.
The President: I thank Mr. Aker for his statement. I now give the floor to Ms. Roe, Under-Secretary-General for Harbours.
Ms. Roe: The harbour is open again.
Sir Jon Lind Holm (United Kingdom): We welcome that.
Mrs. mbe (Nigeria): So do we.
The President: I shall put the draft to the vote.
In favour: Egypt, Nigeria, United Kingdom
Against: None
The President: It is adopted.
"""


def test_the_united_nations():
    found, rows = said(UN, issuer="United Nations Security Council")
    assert found.labels == {"un": 1}
    assert [r[:3] for r in rows] == [
        ("President", "moderator", "other"),
        ("Mr. Aker", "principal", "home"),
        ("President", "moderator", "other"),
        ("Ms. Roe", "principal", "home"),
        ("Jon Lind Holm", "principal", "home"),
        ("Mrs. mbe", "principal", "home"),
        ("President", "moderator", "other"),
        ("President", "moderator", "other"),
    ]
    turns = found.turns["a"]
    assert [t.office for t in turns][1] == "Representative of Egypt"
    excluded = {t.text[a:b] for t in turns for a, b, _ in t.excluded}
    assert {"(spoke in English)", "In favour: Egypt, Nigeria, United Kingdom", "Against: None"} <= excluded


def test_one_state_may_be_at_home_in_the_united_nations():
    rows = who(UN, issuer="United Nations Security Council", home=home_named("Egypt"))
    assert rows[1] == ("Mr. Aker", "principal", "home")
    assert rows[4] == ("Jon Lind Holm", "counterpart", "foreign")


HOUSE = """3. Mr. Aker asked the Minister of Grain whether he will make a statement.
5. Dr. Ann Roe asked the Minister of Grain what he will do.
Mr. Lind: I shall make one on Tuesday.
Mr. Aker: Is not Tuesday too late?
Mr. Jon Lind: It is not.
Mr. Deputy Speaker (Sir Per Holm): Order.
Dr. Roe: On a point of order, Mr. Deputy Speaker.
Hon. Members: Order.
The Prime Minister: I heard that.
3.30 pm
The Parliamentary Under-Secretary of State for Harbours (Ms. Ida Berg): I beg to move.
Mr. Per Dahl (Norhaven, South and East): I oppose it.
Question put and agreed to.
"""


def test_a_house_of_commons():
    found, rows = said(HOUSE, issuer="House of Commons")
    assert found.labels == {"hansard": 1}
    assert found.homes == {"United Kingdom": 1}
    assert [r[:3] for r in rows] == [
        ("Mr. Aker", "participant", "home"),
        ("Ann Roe", "participant", "home"),
        ("Jon Lind", "principal", "home"),
        ("Mr. Aker", "participant", "home"),
        ("Jon Lind", "principal", "home"),
        ("Deputy Speaker", "moderator", "other"),
        ("Ann Roe", "participant", "home"),
        ("Hon. Members", "participant", "home"),
        ("Prime Minister", "principal", "home"),
        ("Ida Berg", "principal", "home"),
        ("Per Dahl", "participant", "home"),
    ]
    assert rows[0][3].startswith("asked the Minister of Grain")
    excluded = {t.text[a:b] for t in found.turns["a"] for a, b, _ in t.excluded}
    assert {"3.30 pm", "Question put and agreed to."} <= excluded


def test_a_minister_of_one_section_is_one_in_the_next():
    sections = [
        Document("a", DAY, "Grain", "The Minister of Grain (Mr. Jon Lind): We have grain.", issuer="House of Commons"),
        Document("b", DAY, "Oats", "Mr. Aker: And oats?\nMr. Lind: Oats as well.", issuer="House of Commons"),
        Document(
            "c", dt.date(2029, 1, 1), "Rye", "Mr. Lind: I ask for rye.\nMr. Aker: Why?", issuer="House of Commons"
        ),
    ]
    turns = attributed(sections).turns
    assert [(t.speaker, t.role) for t in turns["b"]] == [("Mr. Aker", "participant"), ("Jon Lind", "principal")]
    assert turns["c"][0].role == "participant"


CANADA = """The Speaker: The hon. member has the floor.
Mr. Jon Aker (Norhaven—East Bay, HP): Mr. Speaker, when will it open?
(1005)
[Translation]
Hon. Ann Roe (Minister of Harbours, HP): Mr. Speaker, it is open.
Some hon. members: Hear, hear!
Mr. Jon Aker: Mr. Speaker, it is not.
"""
HEARING = """STATEMENT OF HON. ANN ROE, SECRETARY OF STATE
    The Chairman. The committee will come to order. I thank
Senator Lind. He has been patient.
    Senator Lind. Thank you, Mr. Chairman.
    Secretary Roe. Thank you. The harbour is open.
    [The prepared statement of Secretary Roe follows:]
                Prepared Statement of Ann Roe, Secretary of State
    The harbour was built long ago.
    Mr. Aker. Was it?
    Secretary Roe. It was.
"""
KREMLIN = """President of Russia Vladimir Aker: Good afternoon, colleagues.
Question: When will the harbour open?
Vladimir Aker: It is open.
President of France Jean Dupin: We welcome that.
Vladimir Aker: So do we.
Jean Dupin: Thank you.
"""
BUNDESTAG = """Präsidentin Dr. Ann Roe: Das Wort hat der Abgeordnete.
Jon Aker (Hafenpartei): Der Hafen ist offen.
(Beifall bei der Hafenpartei)
Per Lind, Bundesminister für Häfen: Das ist er.
Vizepräsident Jon Holm: Ich danke.
"""
EU = """Q. Will the harbour open?
HRVP Ann Roe: It will.
Q (Norland Radio): When will that be?
HRVP Ann Roe: On Tuesday.
"""


@pytest.mark.parametrize(
    ("name", "issuer", "text", "expected"),
    [
        ("canada", "House of Commons of Canada", CANADA, [
            ("Speaker", "moderator", "other"), ("Jon Aker", "participant", "home"), ("Ann Roe", "principal", "home"),
            ("Hon. Members", "participant", "home"), ("Jon Aker", "participant", "home"),
        ]),
        ("hearing", "", HEARING, [
            ("Chair", "moderator", "other"), ("Senator Lind", "participant", "other"), ("Ann Roe", "principal", "home"),
            ("Ann Roe", "participant", "other"), ("Mr. Aker", "participant", "other"), ("Ann Roe", "principal", "home"),
        ]),
        ("kremlin", "President of Russia", KREMLIN, [
            ("Vladimir Aker", "principal", "home"), ("Question", "reporter", "press"), ("Vladimir Aker", "principal", "home"),
            ("Jean Dupin", "counterpart", "foreign"), ("Vladimir Aker", "principal", "home"), ("Jean Dupin", "counterpart", "foreign"),
        ]),
        ("bundestag", "Deutscher Bundestag", BUNDESTAG, [
            ("Ann Roe", "moderator", "other"), ("Jon Aker", "participant", "home"), ("Per Lind", "principal", "home"),
            ("Jon Holm", "moderator", "other"),
        ]),
        ("eu", "European External Action Service", EU, [
            ("Question", "reporter", "press"), ("Ann Roe", "principal", "home"), ("Question", "reporter", "press"),
            ("Ann Roe", "principal", "home"),
        ]),
    ],
)  # fmt: skip
def test_other_archives(name, issuer, text, expected):
    found, rows = said(text, issuer=issuer)
    assert found.labels == {name: 1}
    assert [r[:3] for r in rows] == expected
    assert found.unclaimed == ()


def test_hearings_flush_left_and_what_a_line_only_seems():
    flush = HEARING.replace("    ", "").replace("I thank\nSenator Lind. He", "I thank Senator Lind. He")
    assert [s for s, _, _ in who(flush)] == ["Chair", "Senator Lind", "Ann Roe", "Ann Roe", "Mr. Aker", "Ann Roe"]


def test_every_grammar_finds_its_examples():
    assert {n: list(wrong_examples(g)) for n, g in grammars().items()} == {name: [] for name in grammars()}
    assert all(p.examples for g in grammars().values() for p in g.labels)


def test_a_grammar_of_ones_own():
    own = LabelGrammar(
        name="diet",
        labels=[
            {"pattern": "[The ]Marshal of the Diet:", "is": "chair", "called": "Marshal"},
            {"pattern": "Deputy {name}, {party} ::", "is": "member"},
        ],
        no_labels=["Rider:"],
        nobody=["(The bell rings.)"],
    )
    text = "The Marshal of the Diet: Order.\nDeputy Ann Roe, Reds :: We object.\n(The bell rings.)\nRider: none of it."
    found, rows = said(text, labels=own)
    assert found.labels == {"diet": 1}
    assert [r[:2] for r in rows] == [("Marshal", "moderator"), ("Ann Roe", "participant")]
    assert rows[1][3].endswith("Rider: none of it.")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{nam}:", 'there is no field "{nam}"'),
        ("{name} [({party}:", "a square bracket has no partner"),
        ("{name}", "neither a word nor a mark"),
        ("{name}: <asks> <twice>", "at most one part"),
        ("{any} {any};", "follow each other"),
        ("{office}[ {name}]:", "follow each other"),
        ("{name}, {any}, {any}, {any}, {any}:", "5 fields of any length"),
    ],
)
def test_templates_that_mean_nothing(pattern, said):
    with pytest.raises(ValidationError, match=r"labels\.0\.pattern") as error:
        LabelGrammar(labels=[{"pattern": pattern}])
    assert said in str(error.value)


@given(st.text(alphabet="ABCabc ().:,{}[]<>|\\", max_size=24))
def test_templates_never_fail_in_another_way(template):
    try:
        pattern = expression(template)
    except ValueError:
        return
    list(places(template, "Mr. Roe (A): yes.\nb: c"))
    assert pattern.groups >= 1


@given(
    st.lists(
        st.sampled_from(["Mr. Roe:", "Ms. Lind (Egypt):", "The President:", "we said:", "", "  Dr. Aker:"]), max_size=8
    )
)
def test_places_are_those_of_a_search_from_the_beginning_of_each_line(lines):
    text = "\n".join(f"{x} some words follow" for x in lines)
    for template in ("{title} {name}:", "{title} {name} ({state}):", "The President:"):
        slow = [m.span() for m in expression(template).finditer(text)]
        assert [m.span() for m in places(template, text)] == slow


def test_fields_stand_for_what_their_names_say():
    examples = {"title": "Rt. Hon.", "name": "Ann van der Roe", "state": "Iran (Islamic Republic of)", "number": "12"}
    for field, words in examples.items():
        assert expression(f"{{{field}}} ::").search(f"{words} :: x")[field] == words
    assert set(examples) <= set(FIELDS)


# --- Whose home.


def test_no_office_of_the_united_states_elsewhere():
    """THE PRESIDENT of an archive of another state is not who holds that office in the United States."""
    text = "THE PRESIDENT: Good day.\n\nQUESTION: Why?\n\nTHE PRESIDENT: Because."
    assert who(text, issuer="The White House")[0] == ("Joe Biden", "principal", "home")
    for issuer in ("European Commission", "Government of Norland", "Ministry of Foreign Affairs of Russia"):
        assert "Biden" not in who(text, issuer=issuer)[0][0]
    assert "Biden" not in who(text, issuer="The White House", home=home_named("Germany"))[0][0]


def test_offices_of_the_home_side_and_of_others():
    norland = Home("Norland", ("Norlandic",), ("Foreign Minister",))
    text = (
        "Foreign Minister Roe: Welcome.\n\nU.S. Secretary of State Aker: Thank you.\n\nForeign Minister Roe: Please.\n\n"
        "U.S. Secretary of State Aker: Good."
    )
    assert [r[1:] for r in who(text, issuer="Norland", home=norland)[:2]] == [
        ("principal", "home"),
        ("counterpart", "foreign"),
    ]


@pytest.mark.parametrize(
    ("issuer", "byline", "title", "country"),
    [
        ("Department of State", "", "", "United States"),
        ("", "Barack Obama", "", "United States"),
        ("", "", "Remarks by Vice President Harris", "United States"),
        ("House of Commons", "", "", "United Kingdom"),
        ("President of Russia", "", "", "Russia"),
        ("European External Action Service", "", "", "European Union"),
    ],
)
def test_homes_by_issuer_byline_and_title(issuer, byline, title, country):
    assert home_of(issuer, byline, title).country == country
    assert home_of("Norland Radio", "Ann Roe", "A talk on Russia") is None


def test_everyone_may_be_at_home():
    rows = who(
        "Foreign Minister Roe: Yes.\n\nPresident Aker: No.\n\nForeign Minister Roe: Yes.", issuer="Forum", home=EVERYONE
    )
    assert {r[2] for r in rows} == {"home"}


def test_a_byline_of_another_side_is_not_at_home():
    for byline in ("Per Lind, French Foreign Minister", "Per Lind, Foreign Minister of France"):
        assert who("We met.", issuer="Department of State", byline=byline) == [("Per Lind", "counterpart", "foreign")]


# --- Nobody loses a turn in silence.


def test_a_person_named_by_the_user_goes_before_every_heuristic():
    text = "MR ROE: Welcome.\n\nExternal Affairs and Harbours Minister Lindqvist: We agree on the external affairs.\n\nMR ROE: Good."
    named = [Speaker("Per Lindqvist", side="foreign", role="counterpart")]
    assert ("Per Lindqvist", "counterpart", "foreign") in who(text, byline="Department of State", speakers=named)
    alone = "HARBOUR: The harbour is a name here.\n\nMR ROE: So it is."
    assert who(alone, byline="Department of State", speakers=[Speaker("Ann Harbour")])[0] == (
        "Ann Harbour",
        "principal",
        "home",
    )


def test_lines_that_nobody_claims_are_listed():
    text = (
        "MR. ROE: Welcome.\n\nHon. Aker (Norhaven): Why do we wait so long?\n\nMR. ROE: We do not.\n\n"
        "VESSEL TYPE: Tanker\n\nThe harbour has three parts: one, two and three."
    )
    found, rows = said(text, issuer="Department of State")
    assert [(u.document, u.line, u.text) for u in found.unclaimed] == [("a", 3, "Hon. Aker (Norhaven)")]
    assert len(rows) == 2
    assert said(text, issuer="Department of State", not_labels=["Hon. Aker (Norhaven):"])[0].unclaimed == ()


def test_what_the_user_says_is_no_label_is_none():
    text = "MR. ROE: Welcome.\n\nMS. LIND: Yes.\n\nMR. ROE: Good."
    assert [r[0] for r in who(text, issuer="Department of State", not_labels=["MS. LIND"])] == ["Mr. Roe", "Mr. Roe"]


# --- Interjections, salutations, former offices, forms of names.

CALLS = """The President. We will open the harbour——

Representative Ann B. Roe. You closed it!

The President. ——in spring.

Rep. Roe. Shame!

[Members shouting]

The President. Thank you.

Secretary of State Per C. Lind. Hear, hear.

The President. And good night."""


def test_who_calls_into_a_speech():
    found, rows = said(CALLS, byline="Barack Obama", title="Address", day=dt.date(2014, 1, 28))
    assert [r[0] for r in rows if r[2] != "home" or "Lind" in r[0]] == ["Ann B. Roe", "Ann B. Roe", "Per C. Lind"]
    assert [t.speaker for t in found.turns["a"]].count("Barack Obama") == 4
    assert any("[Members shouting]" in t.text[a:b] for t in found.turns["a"] for a, b, _ in t.excluded)


def test_an_unlabelled_speech_goes_on_behind_an_interjection():
    text = "We will open the harbour.\n\nAudience members. Four more years! Four more years!\n\nAnd we will keep it open.\n\nRepresentative Roe. No!\n\nYes."
    rows = said(text + "\n\nAudience members. Yes! Yes!", byline="Barack Obama", day=dt.date(2014, 1, 28))[1]
    home = " ".join(r[3] for r in rows if r[2] == "home")
    assert "keep it open" in home
    assert "Four more" not in home


@pytest.mark.parametrize(
    "words",
    [
        "MR. SPEAKER AND MEMBERS OF THE CONGRESS:",
        "Mr. President, Mr. Speaker, Members of the Senate:",
        "TO THE SENATE AND HOUSE OF REPRESENTATIVES:",
    ],
)
def test_salutations_are_no_labels(words):
    found, rows = said(f"{words}\n\nThe harbour is open.", byline="Warren G. Harding")
    assert [r[0] for r in rows] == ["Warren G. Harding"]
    assert found.unclaimed == ()


def test_former_presidents_and_first_ladies():
    text = "THE FIRST LADY: Welcome.\n\nPRESIDENT OBAMA: Thank you, Jill.\n\nTHE FIRST LADY: Please."
    assert who(text, issuer="The White House") == [
        ("Jill Biden", "principal", "home"),
        ("Barack Obama", "participant", "other"),
        ("Jill Biden", "principal", "home"),
    ]


def test_the_core_of_a_name_recurs():
    title = "Briefing by Coordinator for Harbour Safety Per Lind"
    one = Document("a", DAY, title, "MR. LIND: Good day.\n\nQ    Why?\n\nMR. LIND: Because.", issuer="The White House")
    two = Document(
        "b",
        DAY,
        "Talks",
        "MR. LIND: I’m Per Lind. Good day.\n\nQ    Why?\n\nMR. LIND: Because.",
        issuer="The White House",
    )
    assert {t.speaker for turns in attributed([one, two]).turns.values() for t in turns} == {"Per Lind", "Question"}


def test_a_document_whose_title_says_who_gives_it():
    row = who(
        "We open the harbour.",
        issuer="The White House",
        title="Remarks as Prepared for Delivery by First Lady Jill Biden at Norhaven",
    )
    assert row == [("Jill Biden", "principal", "home")]


def test_the_general_grammar_may_be_asked_for():
    assert said(UN, issuer="United Nations Security Council", labels=GENERAL)[0].labels == {GENERAL: 1}
