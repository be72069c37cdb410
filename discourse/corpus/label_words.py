"""The words of speaker labels: titles, labels without a name, and what looks like a label and is none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

_SMALL = "a-zß-öø-ÿ" + "".join(c for c in map(chr, range(0x100, 0x530)) if c.islower())
CAPITAL = rf"[^\W\d_{_SMALL}]"
"""A letter that begins a name, of the Latin, Greek or Cyrillic alphabet, as a regular expression."""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(" ".join(w.split()) for w in words.split(","))


TITLES = _listed(
    """ACTING, ADM, ADMINISTRATOR, ADMIRAL, AMBASSADOR, ASSISTANT, ATTORNEY GENERAL, BISHOP, BRIG, CAPT, CHAIR, CHAIRMAN, CHAIRPERSON,
    CHAIRWOMAN, CHANCELLOR, COL, COLONEL, COMMISSIONER, CONGRESSMAN, CONGRESSWOMAN, COORDINATOR, COUNSELOR, CROWN PRINCE,
    DEFENSE MINISTER, DELEGATE, DEPUTY, DIRECTOR, DR, FIRST LADY, FOREIGN MINISTER, FOREIGN SECRETARY, GEN, GENERAL,
    GOV, GOVERNOR, HIGH COMMISSIONER, HIGH REPRESENTATIVE, HRVP, HR/VP, HIS EXCELLENCY, JUDGE, JUSTICE, KING, LORD, LT, MADAM,
    MAJ, MAJOR, MAYOR, MINISTER, MR, MRS, MS, MISS, PREMIER, PRESIDENT, PRIME MINISTER, PRINCE, PRINCESS, PRESS SECRETARY,
    PRINCIPAL, PROF, PROFESSOR, QUEEN, RANKING MEMBER, REP, REPRESENTATIVE, SECRETARY, SECRETARY GENERAL,
    SECRETARY-GENERAL, SECURITY MINISTER, SEN, SENATOR, SENIOR, SPEAKER, SPECIAL ENVOY, SPECIAL REPRESENTATIVE,
    SPOKESMAN, SPOKESPERSON, SPOKESWOMAN, STATE COUNCILOR, SULTAN, THE CHAIRMAN, THE PRESIDENT, THE PRIME MINISTER,
    THE SECRETARY, THE VICE PRESIDENT, THE FIRST LADY, THE SECOND GENTLEMAN, SECOND GENTLEMAN, THE SECOND LADY, SECOND LADY,
    EAM, EXTERNAL AFFAIRS MINISTER, FORMER PRESIDENT, FORMER VICE PRESIDENT, PASTOR, REVEREND, FATHER, RABBI, SERGEANT, CHIEF, COACH, UNDER, UNDER-SECRETARY, VICE CHAIR, VICE PRESIDENT"""
)
"""Words with which a label that names an office or a person begins."""

NAMELESS = {
    words: (shown, role, side)
    for shown, role, side, listed in (
        (
            "Question",
            "reporter",
            "press",
            """QUESTION, Q, QUESTIONER, QUESTIONS, REPORTER, REPORTERS, JOURNALIST, INTERVIEWER,
    CORRESPONDENT, PRESS, THE PRESS, MEDIA, ANCHOR, ВОПРОС, ЖУРНАЛИСТ, КОРРЕСПОНДЕНТ,
    FRAGE, ZUSATZFRAGE, ZUSATZ, JOURNALISTE, PREGUNTA, DOMANDA""",
        ),
        ("Remark", "participant", "other", """REMARK, РЕПЛИКА"""),
        ("Moderator", "moderator", "other", """MODERATOR, FACILITATOR, HOST, ВЕДУЩИЙ, ВЕДУЩАЯ"""),
        ("Announcer", "moderator", "other", """ANNOUNCER"""),
        ("Operator", "moderator", "other", """OPERATOR"""),
        ("Interpreter", "moderator", "other", """INTERPRETER, TRANSLATOR"""),
        ("Staff", "moderator", "other", """STAFF, AIDE"""),
        ("Military Aide", "principal", "home", """MILITARY AIDE"""),
        (
            "Participant",
            "participant",
            "other",
            """PARTICIPANT, PARTICIPANTS, STUDENT, SPEAKER, UNKNOWN, UNIDENTIFIED, UNIDENTIFIED MALE,
    UNIDENTIFIED FEMALE, UNIDENTIFIED SPEAKER""",
        ),
        (
            "Audience",
            "participant",
            "other",
            """AUDIENCE, AUDIENCE MEMBER, AUDIENCE MEMBERS, MEMBERS OF THE AUDIENCE, PROTESTER, VOICE, VOICES,
    ALL""",
        ),
    )
    for words in _listed(listed)
}
"""Labels without a name: what is shown, role, side."""

# The longest first, for a regular expression takes the first alternative that fits.
_TITLED = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(TITLES, key=len, reverse=True)))})\b\.?[ .,\-]")
_ANY_TITLE = re.compile(rf"\b(?:{'|'.join(map(re.escape, TITLES))})\b")
# Titles that are words of their own: without a name behind them they head a list or a section.
BARE_TITLES = frozenset(
    """DIRECTOR GENERAL MAJOR SPECIAL UNDER SENIOR ACTING ASSISTANT DEPUTY PRINCIPAL KING PRINCE QUEEN JUSTICE JUDGE
    DELEGATE COORDINATOR
    ADMINISTRATOR REPRESENTATIVE COUNSELOR GOVERNOR MAYOR REP GEN LT""".split()
)
# Names of fields in lists and forms, and first words of headings: no label without a title has one of them.
_FIELD = re.compile(
    r"\b(?:NOTE|ADDRESS|DOB|POB|AKA|A\.?K\.?A|FKA|TITLE|DATE|DATELINE|LOCATION|PLACE|TIME|SUBJECT|RE|FROM|TO|CC|CONTACT"
    r"|PHONE|TEL|FAX"
    r"|E-?MAIL|WHAT|WHEN|WHERE|WHO|WHY|HOW|TEXT|SUMMARY|BACKGROUND|AGENDA|PROGRAM|TOTAL|UPDATE|WARNING|IMPORTANT|FACT"
    r"|LIST"
    r"|PARTICIPANTS|VESSEL|NAME|TYPE|FLAG|NATIONALITY|PASSPORT|GENDER|WEBSITE|TWITTER|FIRST|SECOND|THIRD|FOURTH|FIFTH"
    r"|CHAPTER|PART|SECTION|ARTICLE|END|BEGIN|ANNOUNCEMENT|IMO|MMSI|CITIZEN|LINKED|SECONDARY|ORGANIZATION|EMPLOYER"
    r"|ORIGINAL|P S|BELOW|ABOVE|SOURCE|PHOTO|VIDEO|AUDIO|TRANSCRIPT|HEADLINE|TOPICS?|INDEX|OPEN|CLOSED|PRESS CONTACT|PRESENT|ABSENT|WITNESSES)\b"
)
# Whom a speaker addresses: "Mr. President:" begins a speech, and is not who gives it.
_ADDRESS = re.compile(
    r"^(?:MR|MRS|MS|MADAM)\.? (?:VICE )?(?:PRESIDENT|SPEAKER|CHAIR\w*)(?:,| AND )|\bMEMBERS OF (?:THE )?(?:HOUSE|SENATE|CONGRESS)"
    r"|^TO THE (?:SENATE|HOUSE|CONGRESS)|EXCELLENC|\bLADIES\b|\bGENTLEMEN\b|\bDELEGATES\b|\bCOLLEAGUES\b|\bFRIENDS\b|^DEAR\b|^DISTINGUISHED\b|^FELLOW\b"
    r"|^(?:MR|MRS|MS|MADAM)\.? (?:(?:VICE |DEPUTY |PRIME )?(?:PRESIDENT|SPEAKER|CHAIR\w*|SECRETARY(?:[- ]GENERAL)?"
    r"|AMBASSADOR|MINISTER|MODERATOR))$"
)
# They head the sections of a briefing's transcript; a surname that is one of them is found with its title.
_COUNTRIES = frozenset(
    """RUSSIA UKRAINE CHINA IRAN IRAQ SYRIA BURMA CUBA TURKEY AFGHANISTAN PAKISTAN INDIA JAPAN KOREA YEMEN LIBYA
    LEBANON ISRAEL EGYPT ETHIOPIA
    VENEZUELA MEXICO CANADA GERMANY FRANCE POLAND BELARUS MOLDOVA KOSOVO SERBIA TAIWAN EUROPE AFRICA ASIA NATO OSCE
    SUDAN SOMALIA HAITI DPRK PRC
    BRAZIL COLOMBIA GEORGIA ARMENIA AZERBAIJAN""".split()
) | {
    "NORTH KOREA",
    "SOUTH KOREA",
    "SOUTH SUDAN",
    "SAUDI ARABIA",
    "UNITED KINGDOM",
    "HONG KONG",
    "MIDDLE EAST",
    "WESTERN HEMISPHERE",
}


@lru_cache(maxsize=1 << 16)
def plain(label: str) -> str:
    """The words of a label in capitals, without stops, notes and double spaces.

    Examples
    --------
    >>> plain("Mr. Roe"), plain("SEN. J. D. ROE, CHAIR")
    ('MR ROE', 'SEN J D ROE, CHAIR')
    """
    words = re.sub(r"[\s\u00a0]+", " ", label.replace(".", " ")).strip(" *`_,")
    return words.upper().replace(" ,", ",")


def contains(words: str, label: str) -> bool:
    """Whether these words occur in a label, as whole words, case ignored.

    Examples
    --------
    >>> contains("Roe", "MS. ROE"), contains("Roe", "MS. ROEDER")
    (True, False)
    """
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", label, re.I) is not None


def begins_with_title(label: str) -> bool:
    """Whether a label begins with a title and goes on behind it."""
    return _TITLED.match(plain(label) + " ") is not None


def has_title(label: str) -> bool:
    """Whether there is a title anywhere in a label."""
    return _ANY_TITLE.search(plain(label)) is not None


def is_field(label: str) -> bool:
    """Whether a label has the name of a field of lists and forms in it."""
    return _FIELD.search(label.upper()) is not None


def is_address(label: str) -> bool:
    """Whether the words are those with which a speaker addresses an audience."""
    return _ADDRESS.search(plain(label)) is not None


# Agencies and stations that put a question under their own name.
_AGENCY = re.compile(
    r"(?:AFP|AP|ANSA|Associated Press|BBC|Bloomberg|CCTV|CGTN|CNN|DPA|dpa|EFE|Interfax|Kyodo(?: News)?|NHK|NPR|PTI|Reuters|RIA Novosti|Sky News"
    r"|TASS|Xinhua(?: News Agency)?|Yonhap|ИТАР-ТАСС|ТАСС|Интерфакс|РИА Новости|\w+ (?:TV|Radio|Daily|News|Times|Post))"
)


def is_agency(label: str) -> bool:
    """Whether a label is the name of an agency or a station, which asks a question.

    Examples
    --------
    >>> is_agency("Reuters"), is_agency("Harbour TV"), is_agency("Ann Roe")
    (True, True, False)
    """
    return _AGENCY.fullmatch(label) is not None


class SmallWords(Collection[str]):
    """Words, in capitals, that a text has in small letters somewhere: no part of a name.

    Parameters
    ----------
    text : str
        The text; each word is looked for when it is asked for.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, bool] = {}

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or len(word) < 3:
            return False
        if word not in self._known:
            small = re.escape(word.lower())
            alone = rf"(?<![\w’'-]){small}(?![\w’'-])"
            self._known[word] = word.isalpha() and word.lower() in self._text and bool(re.search(alone, self._text))
        return self._known[word]

    def __iter__(self) -> Iterator[str]:
        return (word for word, there in self._known.items() if there)

    def __len__(self) -> int:
        return sum(self._known.values())


# Asked for by the labels in capitals, those in small letters, and the lines that look like labels.
@lru_cache(maxsize=4)
def small_words(text: str) -> SmallWords:
    """The words that a text has in small letters."""
    return SmallWords(text)


def is_heading(label: str, small: Collection[str]) -> bool:
    """Whether a label without a title is a heading: countries and things, not people.

    A name has no word that the text writes in small letters; a single word or two that is a country is a heading.

    Parameters
    ----------
    label : str
        In capitals.
    small : collection of str
        From `small_words`.

    Returns
    -------
    bool
    """
    parts = label.split(",")[0].split()
    return any(p in small for p in parts) or label in _COUNTRIES
