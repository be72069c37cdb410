"""Role and side of a person, from the words of an office, from the title in a label, or from the office on a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from discourse.corpus.home import UNITED_STATES, Home, other_states
from discourse.corpus.names import surname
from discourse.corpus.offices import Term, holders, terms

# Titles by which labels call the holder of an office; other offices of the list are those of spokespersons.
_TITLES_OF = {
    "President": ("PRESIDENT", "THE PRESIDENT"),
    "Vice President": ("VICE PRESIDENT", "THE VICE PRESIDENT"),
    "Secretary of State": ("SECRETARY", "THE SECRETARY", "SECRETARY OF STATE"),
    "First Lady": ("FIRST LADY", "THE FIRST LADY", "MRS", "DR"),
    "Second Gentleman": ("SECOND GENTLEMAN", "THE SECOND GENTLEMAN"),
    "Second Lady": ("SECOND LADY", "THE SECOND LADY"),
}
_TITLES_OF_SPOKESPERSONS = ("MR", "MS", "MRS", "PRESS SECRETARY", "SPOKESPERSON", "SPOKESMAN", "SPOKESWOMAN")

_FOREIGN_OFFICE = re.compile(
    r"\b(?:Foreign (?:and [A-Z]\w+ )?(?:Affairs )?Minister|Foreign Secretary|Home Secretary|Prime Minister|Premier"
    r"|Chancellor|Taoiseach|Minister"
    r"|(?:Vice )?Presidential|High Representative|Secretary[- ]General|High Commissioner|Crown\s+Prince|King|Queen|Emir"
    r"|Sultan|State Councilor"
    r"|European (?:Union|Commission|Council|Parliament)|EU|E\.U\.|EEAS|UN|U\.N\.|United Nations|NATO|African Union|AU"
    r"|OAS|OSCE|ASEAN|IAEA|World Health|World Food|CARICOM|GCC|Commissioner"
    r"|Kremlin|Chairperson)\b"
)
_HOME_OFFICE = re.compile(
    r"\b(?:Secretary|Under Secretary|Department|Bureau|White House|National Security|Ambassador[- ]at[- ]Large"
    r"|Special (?:Envoy|Presidential Envoy"
    r"|Representative|Presidential Coordinator|Coordinator)|USAID|Agency for International Development|Mission|Embassy"
    r"|Chargé|Consul|Federal|Attorney General|CIA|FBI|National"
    r" Intelligence|Joint Chiefs|Administrator|Coordinator|Counselor|Ambassador|Director|Chief of Staff"
    r"|National \w+ Advis[eo]r|Policy Advis[eo]r|General|Admiral|Spokesperson|Vice President)\b"
)
_UNITED_STATES = re.compile(r"\bU\.?S\.?(?!\w)|\bUnited States\b|\bAmerican\b")
_TO_UNITED_STATES = re.compile(r"\bto (?:the )?(?:U\.?S\.?(?!\w)|United States)")
_OF_A_NATION = re.compile(
    r"\b(?:[A-Z]\w+(?:ian|ean|ese|ish|ari|aqi|eli|ani|iti)|German|Roman|Moroccan|Mexican|American Samoan|French|Greek"
    r"|Swiss|Argentine|UK|Czech|Thai"
    r"|Dutch|Korea|Emirati|Saudi|Philippine|Georgia|Kosovo|Ukraine|Republic)(?:’s"
    r"|'s)?\s+(?:[A-Z]\w+\s+){0,3}(?:Ambassador|President|Secretary|Minister|Spokesperson|Representative|Envoy"
    r"|Official)\b"
)
SPOKES = re.compile(r"\b(?:Spokes(?:person|man|woman)|Press Secretary)\b", re.I)
OUTLET = re.compile(
    r"\b(?:AFP|ANSA|CCTV|CGTN|DPA|EFE|Interfax|Kyodo|NHK|RIA Novosti|TASS|Xinhua|Yonhap|ТАСС|Интерфакс|CNN|CBS|NBC|MSNBC|ABC|BBC|NPR|PBS|Fox News|Bloomberg|Reuters|Associated Press|Politico|Times|Post|Journal"
    r"|Tribune|Radio|Television|TV|News(?! Conference)"
    r"|Magazine|Podcast|Univision|Telemundo|Al Jazeera|Al Arabiya|Show|Broadcasting|Editor|Anchor|Correspondent"
    r"|Journalist)\b",
    re.I,
)
_JOURNALIST = re.compile(
    r"\b(?:Editor|Anchor|Correspondent|Journalist|Reporter|Columnist|Contributor|Co-?host|Staff Writer)\b", re.I
)
_PRIVATE = re.compile(
    r"\b(?:Chamber of Commerce|Executive Director|Human Rights Watch|Amnesty|University|College|Institute|Foundation"
    r"|Company|Corporation|Inc|CEO|Chief Executive|Professor|Dean|Council on Foreign|Economic Forum"
    r"|Senator|Congress\w*|Representative (?!of)|Governor|Mayor|Judge|Board|Trustee|Former)\b"
)
GUEST = re.compile(
    r"\b(?:Archbishop|Bishop|Cardinal|Patriarch|Rabbi|Imam|Reverend|Father|Sister|activist|survivor|civil society|journalist"
    r"|Professor|University|Nobel|actor|actress|athlete|Founder)\b",
    re.I,
)
"""Who speaks before an assembly without an office of a state or of the organisation."""
_UNDER_SECRETARY = re.compile(r"\b(?:Assistant|Under|Deputy)[- ]Secretary(?![- ]General)", re.I)
_INTERNATIONAL = re.compile(r"\bUN|United Nations|NATO")
_TO_THE_PRESIDENT = re.compile(r"\bAssistant to the President\b", re.I)
_ONLY_PRESIDENT = re.compile(r"(?:The |the |our )?(?:Executive )?(?:Vice )?President")


def _has(word: str) -> Callable[[str], bool]:
    pattern = re.compile(rf"\b{word}\b")
    return lambda office: pattern.search(office) is not None


_former, _secretary, _minister, _president, _vice_president = map(
    _has, ("Former", "Secretary", "Minister", "President", "Vice President")
)


def _foreign(office: str) -> bool:
    """Whether an office is one of other states and international bodies, or of an ambassador to the United States."""
    return any(p.search(office) for p in (_FOREIGN_OFFICE, _TO_UNITED_STATES, _OF_A_NATION))


def _at_home(office: str) -> bool:
    """Whether an office is said to be one of the United States."""
    return _UNITED_STATES.search(office) is not None and not _TO_UNITED_STATES.search(office)


def _second_to_a_secretary(office: str) -> bool:
    """Whether an office is one below a Secretary; only the United States and international bodies call them so."""
    return _UNDER_SECRETARY.search(office) is not None and not _INTERNATIONAL.search(office)


# What the words of an office show; the first rule that fits counts. Words of the press go before everything, for
# "Foreign Affairs Correspondent" is no foreign office; rules for exceptions go before the words that they are
# exceptions to.
_OFFICE_RULES: tuple[tuple[Callable[[str], object], tuple[str, str]], ...] = (
    (_JOURNALIST.search, ("reporter", "press")),
    (_TO_THE_PRESIDENT.search, ("principal", "home")),
    (_ONLY_PRESIDENT.fullmatch, ("", "")),  # of a country or of a company: the office alone does not say
    (_second_to_a_secretary, ("principal", "home")),
    (
        re.compile(r"\bSpecial Presidential\b|\bPresidential (?:Personnel|Envoy|Coordinator|Protection)\b").search,
        ("principal", "home"),
    ),
    (_former, ("participant", "other")),
    (lambda office: _PRIVATE.search(office) and not _secretary(office), ("", "other")),
    (lambda office: SPOKES.search(office) and _foreign(office) and not _at_home(office), ("counterpart", "foreign")),
    (SPOKES.search, ("spokesperson", "home")),
    (lambda office: _at_home(office) and not _minister(office), ("principal", "home")),
    (_foreign, ("counterpart", "foreign")),
    (OUTLET.search, ("reporter", "press")),
    (lambda office: _president(office) and not _vice_president(office), ("counterpart", "foreign")),
    (_HOME_OFFICE.search, ("principal", "home")),
)


def _elsewhere(office: str, home: Home) -> tuple[str, str]:
    """Role and side of an office in an archive whose home is not the United States."""
    if _JOURNALIST.search(office):
        return "reporter", "press"
    at_home = home.is_named_in(office) or home.has_office(office)
    official = (
        at_home or any(p.search(office) for p in (_FOREIGN_OFFICE, _HOME_OFFICE, _OF_A_NATION)) or _president(office)
    )
    if not at_home and (_former(office) or _PRIVATE.search(office)) and not _secretary(office):
        return "participant", "other"
    if not official:
        return ("reporter", "press") if OUTLET.search(office) else ("", "")
    # Whose home is unknown, his officials are known by the byline alone.
    if not (home.everyone or at_home) and (not home.country or _names_another(office, home) or _abroad(office, home)):
        return "counterpart", "foreign"
    return ("spokesperson" if SPOKES.search(office) else "principal"), "home"


# Offices that few states have, and those that nearly all have: these are another state's where a home lists its own.
_RARE_OFFICE = re.compile(
    r"^Secretary$|\bSecretary of State\b(?! for)|\b(?:Chancellor|King|Queen|Emir|Sultan|Crown Prince|Premier|Taoiseach)\b"
    r"|\bHigh Representative\b|\bSecretary[- ]General\b",
    re.I,
)
_COMMON_OFFICE = re.compile(
    r"\b(?:President|Prime Minister|Foreign Minister|Foreign Secretary|Minister of Foreign Affairs)\b", re.I
)


def _abroad(office: str, home: Home) -> bool:
    """Whether an office that names no state is not one of the home side."""
    return bool(_RARE_OFFICE.search(office)) or (bool(home.offices) and bool(_COMMON_OFFICE.search(office)))


def _names_another(office: str, home: Home) -> bool:
    return other_states(home.country).search(office) is not None or bool(_INTERNATIONAL.search(office))


def office_side(office: str, home: Home = UNITED_STATES) -> tuple[str, str]:
    """Role and side that the words of an office show; two empty strings where they show none.

    Parameters
    ----------
    office : str
        As byline, title or text have it.
    home : Home
        The home side of the document.

    Returns
    -------
    role, side : str

    Examples
    --------
    >>> office_side("Ukrainian Foreign Minister"), office_side("Assistant Secretary of State"), office_side("of CNN")
    (('counterpart', 'foreign'), ('principal', 'home'), ('reporter', 'press'))
    >>> office_side("Department Spokesperson"), office_side("Chair of the Harbour Chamber of Commerce")
    (('spokesperson', 'home'), ('', 'other'))
    """
    # The patterns are case-sensitive, lest common words pass for offices.
    if office.isupper():
        office = office.title()
    if not home.is_united_states:
        return _elsewhere(office, home)
    return next((shown for fits, shown in _OFFICE_RULES if fits(office)), ("", ""))


# What a title in a label shows; the first pattern that fits counts. Secretaries of other states and of international
# bodies go before the word SECRETARY alone, which is one of the United States.
_TITLE_RULES = (
    (
        # Offices that only other states and international bodies have, and those of named nations.
        re.compile(
            r"\b(?:GENERAL|HOME|STATE|CABINET|PERMANENT) SECRETARY\b|SECRETARY OF STATE FOR\b|\bPM\b|^FM\b|\bHRVP\b|HR/VP"
            r"|^EAM\b|TAOISEACH|\bPOPE\b|UNDER-SECRETARY-GENERAL|DIRECTOR-GENERAL"
            r"|(?:RUSSIAN|CHINESE|EUROPEAN|UKRAINIAN|FRENCH|BRITISH|GERMAN|TURKISH|ISRAELI|JAPANESE|KOREAN|INDIAN"
            r"|POLISH"
            r"|IRANIAN) \w+"
        ),
        ("counterpart", "foreign"),
    ),
    (
        re.compile(
            r"\b(?:FOREIGN|PRIME|DEFENSE|SECURITY)? ?MINISTER\b|FOREIGN SECRETARY|SECRETARY[- ]GENERAL"
            r"|HIGH (?:REPRESENTATIVE|COMMISSIONER)"
        ),
        ("counterpart", "foreign"),
    ),
    (
        re.compile(
            r"CHANCELLOR|PREMIER|STATE COUNCILOR|CROWN PRINCE|^(?:KING|QUEEN|SULTAN|PRINCE|PRINCESS)|HIS EXCELLENCY"
            r"|COMMISSIONER|CHAIRPERSON"
        ),
        ("counterpart", "foreign"),
    ),
    (re.compile(r"SPOKES|PRESS SECRETARY"), ("spokesperson", "home")),
    # The President of the United States is found before, by the office on the day.
    (re.compile(r"\bPRESIDENT\b"), ("counterpart", "foreign")),
    (
        re.compile(
            r"SECRETARY|AMBASSADOR|SPECIAL|COORDINATOR|ADMINISTRATOR|ATTORNEY GENERAL|COLONEL|DIRECTOR|COUNSELOR|SENIOR"
            r"|NATIONAL SECURITY ADVIS|CHIEF OF STAFF|CHARG|^ADM|^(?:LT |BRIG |MAJ )?GEN|CAPT|JOINT CHIEFS|^DAS$|^PDAS$"
            r"|^A/S$"
        ),
        ("principal", "home"),
    ),
    (
        re.compile(r"SENATOR|^SEN$|^REP|CONGRESS|CHAIR|RANKING|SPEAKER|DELEGATE|GOV|MAYOR|JUDGE|JUSTICE|BISHOP"),
        ("participant", "other"),
    ),
)


def title_side(title: str, home: Home = UNITED_STATES) -> tuple[str, str]:
    """Role and side that the title in a label shows; two empty strings where it shows none.

    Parameters
    ----------
    title : str
        In capitals, as `split_label` gives it.
    home : Home
        The home side of the document.

    Returns
    -------
    role, side : str

    Examples
    --------
    >>> title_side("FOREIGN MINISTER"), title_side("UNDER SECRETARY"), title_side("MR")
    (('counterpart', 'foreign'), ('principal', 'home'), ('', ''))
    """
    if not home.is_united_states:
        return _elsewhere(re.sub(r"\bU S\b", "US", title).title().replace("Us ", "US "), home) if title else ("", "")
    return next((shown for pattern, shown in _TITLE_RULES if pattern.search(title)), ("", ""))


def once_in_office(title: str, last: str, day: dt.date | None) -> Term | None:
    """The former President or Vice President of the United States whom a label means on a day.

    Examples
    --------
    >>> once_in_office("PRESIDENT", "OBAMA", dt.date(2022, 4, 5)).full_name
    'Barack Obama'
    """
    if day is None or title not in ("PRESIDENT", "VICE PRESIDENT", "FORMER PRESIDENT", "FORMER VICE PRESIDENT"):
        return None
    office = title.removeprefix("FORMER ").title()
    before = [
        t
        for t in terms()
        if t.office == office and t.surname == last and t.stop <= day and (day - t.stop).days < _FORMER_DAYS
    ]
    return max(before, key=lambda t: t.stop, default=None)


_FORMER_DAYS = 45 * 366  # a man who left office earlier speaks no more


def person_in_office(title: str, last: str, day: dt.date | None) -> Term | None:
    """The holder of an office of the United States whom a title and a surname mean on a day.

    Parameters
    ----------
    title, last : str
        Title and surname in a label, in capitals; the surname may be empty behind a title such as THE PRESIDENT.
    day : date, optional
        Day of the document; on an unknown day nobody is in office.

    Returns
    -------
    Term or None

    Examples
    --------
    >>> person_in_office("THE SECRETARY", "", dt.date(2018, 1, 24)).full_name
    'Rex Tillerson'
    """
    for term in holders(day):
        if last and surname(term.full_name) != last and term.surname != last:
            continue
        if title in _TITLES_OF.get(term.office, _TITLES_OF_SPOKESPERSONS) and (last or title.startswith("THE ")):
            return term
    return None
