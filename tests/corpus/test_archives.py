"""Short transcripts in the form of real archives, about invented people; what is expected was written down before they were read."""

import datetime as dt

import pytest

from discourse.corpus.attribution import attributed
from discourse.corpus.documents import Document
from discourse.corpus.home import home_named

ROLES = {
    "chair": ("moderator", "other"),
    "home": ("principal", "home"),
    "member": ("participant", "home"),
    "guest": ("participant", "other"),
    "press": ("reporter", "press"),
    "spokes": ("spokesperson", "home"),
    "foreign": ("counterpart", "foreign"),
}

LORDS = """Harbours (Levy) Bill [HL]
Committee
Baroness Roe (Lab): My Lords, I beg to move.
The Deputy Chairman of Committees (Lord Falk) (Lab): The Question is that it be agreed to.
The Earl of Eastbay (Con): My Lords, I do not agree.
The Lord Bishop of Norhaven: My Lords, I do.
Noble Lords: Oh!
The Parliamentary Under-Secretary of State, Department for Harbours (Baroness Ostrom) (Con): My Lords, I thank them.
Baroness Ostrom (Con): The Treasury pays."""

COMMONS = """3.34 pm
Ann Roe (Norhaven South) (Lab) (Urgent Question): To ask the Secretary of State if he will make a statement.
The Prime Minister (Jon Lind): I will.
Q2. [905123] Mo Vance (Seahill) (LD): If he will list his engagements.
The Prime Minister: I refer to my earlier answer.
Mo Vance: Is that all?
The House divided: Ayes 210, Noes 300."""

OLD_COMMONS = """HARBOUR ESTIMATES.
§ MR. AKERS (Norhaven, E.) said that the harbours were poor.
§ THE SECRETARY OF STATE FOR WAR (Mr. LINDSAY, Eastbay): I do not think so.
§ MR. AKERS asked when they would be better.
MR. LINDSAY: In the spring.
HON. MEMBERS: Hear, hear.
THE CHAIRMAN: Order, order."""

AUSTRALIA = """The SPEAKER (Hon. Tony Smithers) took the chair at 12:00.
Ms ROE (Norhaven—Deputy Leader of the Opposition) (14:01): When will the harbours open?
Mr AKER (Cooke—Prime Minister) (14:02): They are open.
Ms Roe interjecting—
The SPEAKER: The member will cease interjecting.
Senator LIND (South Australia) (14:15): I came from the other place.
The DEPUTY SPEAKER (Mr Holmes): Is the motion seconded?"""

UN_OF_1988 = """President: Mr. CORTES (Argentina)
The meeting was called to order at 10.25 a.m.
The PRESIDENT (interpretation from Spanish): The Assembly will hear an address.
President AKERSON: I am glad to be here.
Mr. TOMASZ (Poland) (interpretation from Russian): I have three remarks: they are short.
Mr. de SOUZA MELO (Brazil): We agree.
The SECRETARY-GENERAL: So do I."""

EUROPE = """IN THE CHAIR: ANN ROE
President. – The next item is the debate.
Jon Lindt, on behalf of the HP Group. – Madam President, we agree.
Eva Holm, Member of the Commission. – I thank you.
Ida Weber (Verts/ALE), blue-card question. – Are you sure?
Der Präsident. – Die Abstimmung findet morgen statt."""

PRESS_OF_EUROPE = """Check against delivery!

Good evening to everybody.

Q. Will the harbours open?

AR. They will.

Q. When?

AR. (in French) Soon.

HR/VP Ann Roe: Thank you."""

RECORD = """HARBORS ACT

  The PRESIDING OFFICER. Is there objection?
  Mr. McDOLE of Norhaven. Mr. President, I thank
Mr. Lind for his bill.
  The PRESIDING OFFICER (Mr. Lindt). Objection is heard."""

HEARING = """    The committee met, pursuant to notice, at 10:04 a.m.
    Witness: Hon. Ann Roe, Secretary of State
    Chairman Akers. The committee will come to order.
    Secretary Roe [continuing]. It is safe.
    Voice. Shame!
    The Clerk. Mr. Sherwin?
    Mr. Sherwin of Eastbay. Aye."""

RUSSIAN = """А.Рой: Добрый вечер, коллеги!

Вопрос (как переведено): Когда откроется порт?

А.Рой: Он открыт.

Реплика: Спасибо!"""

RUSSIA = """President of Russia Ann Roeva: Mr President, ladies and gentlemen,

We have had talks.

Question: When will it end?

A. Roeva: Soon.

Presidential Press Secretary Jon Lindov: Next question.

Question: And the boats?"""

PAPERS = """THE PRESIDENT. Thank you very much, everybody.

HARBORS

Q. Will the harbors open?

THE PRESIDENT. They will.

GOVERNOR ROE. And here."""

TELEVISION = """ANN ROE, CNN HOST: Good evening. We have one story: the harbors.

REP. IDA HOLM (R-TX), ARMED SERVICES COMMITTEE: It is bad.

ROE: How bad? HOLM: Very bad.

ROE: Thank you."""

ALLIANCE = """NATO Secretary General, Jon Stolt: Good afternoon. We agreed on three things.

Question: When will the harbours open?

Jon Stolt: Soon.

Reuters: And the boats?

Jon Stolt: Boats, too."""


DAIL = """An Ceann Comhairle: I call the Deputy.
Deputy Ann Roe: Will the Taoiseach open the harbours?
The Taoiseach: They are open.
Minister for Transport (Deputy Jon Lind): I can assure the House.
Deputies: Hear, hear."""

FRANCE = """M. le président. La parole est à M. Roux.
M. Jean Roux. Monsieur le président, je vous remercie.
M. Luc Bel, ministre des ports. Je vous remercie.
Mme la présidente. Merci."""

SCOTLAND = """The Presiding Officer (Ken Mack): Good afternoon.
Ann Roe (Norhaven) (Con): Will the harbours open?
The First Minister (Nic Sturr): They will.
The First Minister: Soon.
Members: Hear, hear."""

NEW_ZEALAND = """1. Hon JUDY COLL (Leader of the Opposition) to the Prime Minister: Are the harbours open?
Rt Hon ANN ARD (Prime Minister): Yes.
SPEAKER: Order!
Hon CHRIS HIP (Minister for Harbours): I seek leave."""


@pytest.mark.parametrize(
    ("text", "issuer", "options", "expected"),
    [
        (LORDS, "House of Lords", {}, [
            ("Baroness Roe", "member"), ("Deputy Speaker", "chair"), ("The Earl of Eastbay", "member"), ("The Lord Bishop of Norhaven", "member"),
            ("Noble Lords", "member"), ("Baroness Ostrom", "home"), ("Baroness Ostrom", "home"),
        ]),
        (COMMONS, "", {}, [
            ("Ann Roe", "member"), ("Jon Lind", "home"), ("Mo Vance", "member"), ("Jon Lind", "home"), ("Mo Vance", "member"),
        ]),
        (OLD_COMMONS, "House of Commons", {}, [
            ("Mr. Akers", "member"), ("Mr. Lindsay", "home"), ("Mr. Akers", "member"), ("Mr. Lindsay", "home"), ("Hon. Members", "member"),
            ("Chair", "chair"),
        ]),
        (AUSTRALIA, "", {}, [
            ("Ms Roe", "member"), ("Mr Aker", "home"), ("Speaker", "chair"), ("Senator Lind", "member"), ("Deputy Speaker", "chair"),
        ]),
        (UN_OF_1988, "", {}, [
            ("President", "chair"), ("President Akerson", "home"), ("Mr. Tomasz", "home"), ("de Souza Melo", "home"), ("Secretary-General", "home"),
        ]),
        (FRANCE, "", {}, [("Président", "chair"), ("Jean Roux", "member"), ("Luc Bel", "home"), ("Président", "chair")]),
        (SCOTLAND, "Scottish Parliament", {}, [
            ("Presiding Officer", "chair"), ("Ann Roe", "member"), ("Nic Sturr", "home"), ("Nic Sturr", "home"), ("Members", "member"),
        ]),
        (DAIL, "", {}, [
            ("Ceann Comhairle", "chair"), ("Ann Roe", "member"), ("The Taoiseach", "home"), ("Jon Lind", "home"), ("Deputies", "member"),
        ]),
        (NEW_ZEALAND, "New Zealand Parliament", {}, [
            ("Judy Coll", "member"), ("Ann Ard", "home"), ("Speaker", "chair"), ("Chris Hip", "home"),
        ]),
        (EUROPE, "European Parliament", {}, [
            ("President", "chair"), ("Jon Lindt", "member"), ("Eva Holm", "home"), ("Ida Weber", "member"), ("President", "chair"),
        ]),
        (PRESS_OF_EUROPE, "European External Action Service", {"byline": "Ann Roe"}, [
            ("Ann Roe", "home"), ("Question", "press"), ("Ann Roe", "home"), ("Question", "press"), ("Ann Roe", "home"), ("Ann Roe", "home"),
        ]),
        (RECORD, "", {}, [("Presiding Officer", "chair"), ("McDole of Norhaven", "guest"), ("Presiding Officer", "chair")]),
        (HEARING, "", {"title": "Hearing before the Committee"}, [
            ("Chairman Akers", "chair"), ("Ann Roe", "home"), ("Audience", "guest"), ("Clerk", "chair"), ("Sherwin of Eastbay", "guest"),
        ]),
        (RUSSIA, "President of Russia", {}, [
            ("Ann Roeva", "home"), ("Question", "press"), ("Ann Roeva", "home"), ("Jon Lindov", "spokes"), ("Question", "press"),
        ]),
        (PAPERS, "", {"byline": "Jimmy Carter"}, [
            ("Jimmy Carter", "home"), ("Question", "press"), ("Jimmy Carter", "home"), ("Governor Roe", "guest"),
        ]),
        (TELEVISION, "CNN", {"home": home_named("United States")}, [
            ("Ann Roe", "press"), ("Ida Holm", "guest"), ("Ann Roe", "press"), ("Ida Holm", "guest"), ("Ann Roe", "press"),
        ]),
        (ALLIANCE, "NATO", {"home": home_named("NATO")}, [
            ("Jon Stolt", "home"), ("Question", "press"), ("Jon Stolt", "home"), ("Reuters", "press"), ("Jon Stolt", "home"),
        ]),
    ],
)  # fmt: skip
def test_archives(text, issuer, options, expected):
    given = {k: options.pop(k, "") for k in ("byline", "title")}
    found = attributed(
        [Document("a", dt.date(1988, 3, 4), given["title"], text, given["byline"], issuer=issuer)], **options
    )
    assert [(t.speaker, t.role, t.side) for t in found.turns["a"]] == [(name, *ROLES[part]) for name, part in expected]
    assert found.unclaimed == ()


def test_letters_of_other_alphabets():
    found = attributed([Document("a", None, "", RUSSIAN, issuer="Президент России")])
    assert [t.speaker for t in found.turns["a"]] == ["А.Рой", "Question", "А.Рой", "Remark"]
    lower = "Скажу так: порт открыт.\n\nпри этом он мал: очень мал."
    assert attributed([Document("a", None, "", lower)]).labels == {}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("The Taoiseach: They are open.", ["The Taoiseach"]),
        ("Bennet: They are open.", ["Bennet"]),
        ("Ms. BERG. They are open.", ["Ms. BERG"]),
        ("AB. They are open.\n\nAB. And safe.", ["AB", "AB"]),
        ("Present: Members of all parties.", []),
        ("The harbour: it is open.", []),
    ],
)
def test_what_is_beside_a_dialogue_and_no_label_is_listed(text, lines):
    dialogue = "Ann Roe: The harbour is open.\n\nQUESTION: Is it?\n\n" * 3
    found = attributed([Document("a", None, "Talks", f"{dialogue}{text}")])
    assert [u.text for u in found.unclaimed] == lines


def test_others_of_an_issuer_are_read_as_most_of_its_documents():
    """One odd document does not make a parliament of an archive."""
    odd = Document("a", None, "", "Mr Speaker: Order.\n\nMr Speaker: Order.", issuer="Norland Forum")
    plain = [
        Document(str(k), None, "", "Mr. Roe: We met.\n\nMr. Roe: Twice.", issuer="Norland Forum") for k in range(4)
    ]
    assert attributed([odd, *plain]).labels == {"hansard": 1, "general": 4}
