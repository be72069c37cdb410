"""Names and offices: what bylines, titles and running text say of a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from discourse.corpus.labels import TITLES, plain

# Words of an office; a name does not reach over them.
_OFFICE_WORDS = frozenset(
    """secretary minister president ambassador spokesperson spokesman spokeswoman representative envoy director
    coordinator administrator chancellor premier prince princess king queen sheikh emir sultan general admiral colonel commissioner
    chairperson chairman chairwoman chair counselor councilor advisor adviser officer head chief executive deputy acting principal
    assistant under special high vice affairs state defense defence energy commerce treasury security environment freedom labor labour
    control growth migration refugees rights operations stabilization resources management health education agriculture trade interior
    justice transportation persons bureau office department agency institute university council commission union republic nations
    governor senator congressman congresswoman mayor judge justice attorney professor dr dr. mr mr. ms ms. mrs mrs. gen gen. adm adm.
    sir lord dame minister-president leader speaker member editor anchor host correspondent co-host news consul chargé d’affaires
    administration government embassy mission cooperation development economy finance policy planning intelligence
    staff writer states nations organization treaty industry agriculture culture lt col maj sgt rep sen gov prof lt. col. maj. sgt. rep. sen. gov. prof. madam honorable hon.
    excellency""".split()
)
# Before a name, and no office.
_HONOURS = frozenset(
    "dr dr. mr mr. ms ms. mrs mrs. sir lord dame sheikh madam honorable hon. excellency professor prof prof.".split()
)
_BREAKS = frozenset(
    """and with before at by of the for to in on from between after following remarks hosts meet meets joint press via
    interview statement readout call transcript opening closing briefing
    during but regarding about as is was are joins welcome welcomes delivers delivered an a or""".split()
)
_FOREIGN_OFFICE = re.compile(
    r"\b(?:Foreign (?:and [A-Z]\w+ )?(?:Affairs )?Minister|Foreign Secretary|Home Secretary|Prime Minister|Premier|Chancellor|Taoiseach|Minister"
    r"|(?:Vice )?Presidential|High Representative|Secretary[- ]General|High Commissioner|Crown\s+Prince|King|Queen|Emir|Sultan|State Councilor"
    r"|European (?:Union|Commission|Council|Parliament)|EU|E\.U\.|EEAS|UN|U\.N\.|United Nations|NATO|African Union|AU|OAS|OSCE|ASEAN|IAEA|World Health|World Food|CARICOM|GCC|Commissioner"
    r"|Kremlin|Chairperson)\b"
)
_HOME_OFFICE = re.compile(
    r"\b(?:Secretary|Under Secretary|Department|Bureau|White House|National Security|Ambassador[- ]at[- ]Large|Special (?:Envoy|Presidential Envoy"
    r"|Representative|Presidential Coordinator|Coordinator)|USAID|Agency for International Development|Mission|Embassy|Chargé|Consul|Federal|Attorney General|CIA|FBI|National"
    r" Intelligence|Joint Chiefs|Administrator|Coordinator|Counselor|Ambassador|Director|Chief of Staff|National \w+ Advis[eo]r|Policy Advis[eo]r|General|Admiral|Spokesperson|Vice President)\b"
)
_UNITED_STATES = re.compile(r"\bU\.?S\.?(?!\w)|\bUnited States\b|\bAmerican\b")
_TO_UNITED_STATES = re.compile(r"\bto (?:the )?(?:U\.?S\.?(?!\w)|United States)")
_OF_A_NATION = re.compile(
    r"\b(?:[A-Z]\w+(?:ian|ean|ese|ish|ari|aqi|eli|ani|iti)|German|Roman|Moroccan|Mexican|American Samoan|French|Greek|Swiss|Argentine|UK|Czech|Thai"
    r"|Dutch|Korea|Emirati|Saudi|Philippine|Georgia|Kosovo|Ukraine|Republic)(?:’s|'s)?\s+(?:[A-Z]\w+\s+){0,3}(?:Ambassador|President|Secretary|Minister|Spokesperson|Representative|Envoy|Official)\b"
)
SPOKES = re.compile(r"\b(?:Spokes(?:person|man|woman)|Press Secretary)\b", re.I)
OUTLET = re.compile(
    r"\b(?:CNN|CBS|NBC|MSNBC|ABC|BBC|NPR|PBS|Fox News|Bloomberg|Reuters|Associated Press|Politico|Times|Post|Journal|Tribune|Radio|Television|TV|News(?! Conference)"
    r"|Magazine|Podcast|Univision|Telemundo|Al Jazeera|Al Arabiya|Show|Broadcasting|Editor|Anchor|Correspondent|Journalist)\b",
    re.I,
)
_JOURNALIST = re.compile(
    r"\b(?:Editor|Anchor|Correspondent|Journalist|Reporter|Columnist|Contributor|Co-?host|Staff Writer)\b", re.I
)
_PRIVATE = re.compile(
    r"\b(?:Chamber of Commerce|Executive Director|Human Rights Watch|Amnesty|University|College|Institute|Foundation|Company|Corporation|Inc|CEO|Chief Executive|Professor|Dean|Council on Foreign"
    r"|Senator|Congress\w*|Representative (?!of)|Governor|Mayor|Judge|Board|Trustee|Former)\b"
)
BODY = re.compile(
    r"\b(?:Office|Department|Bureau|Ministry|Embassy|Mission|Government|Group|Council|Commission|White House|Secretariat|Union|Agency|Delegation"
    r"|Committee|States|Treasury|Participants)\b"
)
_SUFFIX = re.compile(r"(?:,? (?:JR|SR|II|III|IV))$")


def split_label(label: str) -> tuple[str, str]:
    """The title and the name in a label, in capitals.

    Examples
    --------
    >>> split_label("FOREIGN MINISTER LE DRIAN"), split_label("Mr. Roe"), split_label("THE PRESIDENT")
    (('FOREIGN MINISTER', 'LE DRIAN'), ('MR', 'ROE'), ('THE PRESIDENT', ''))
    """
    words = _SUFFIX.sub("", plain(label).split(",")[0])
    title: list[str] = []
    while words:
        found = next((t for t in _BY_LENGTH if words == t or words.startswith(t + " ")), None)
        if found is None:
            break
        title.append(found)
        words = words[len(found) :].strip()
    parts = words.split()
    if title and words.startswith(("OF ", "FOR ")):
        # An office and what it is for: SECRETARY OF DEFENSE ROE, PRESIDENT OF NORLAND ANN ROE.
        cut = _last_of_office(parts)
        if cut == 0:
            cut = 1 if len(parts) > 3 or len(parts) == 2 else 0
        title.append(" ".join(parts[: cut + 1]))
        words = " ".join(parts[cut + 1 :])
    elif not title and len(parts) > 2 and 0 < _last_of_office(parts) < len(parts) - 1:
        # A body before the office: HARBOUR COUNCIL PRESIDENT ANN ROE.
        cut = _last_of_office(parts)
        title, words = [" ".join(parts[: cut + 1])], " ".join(parts[cut + 1 :])
    return " ".join(title), words


_BY_LENGTH = sorted(TITLES, key=len, reverse=True)


def _last_of_office(parts: Sequence[str]) -> int:
    """Index of the last word that belongs to an office; 0 where none but the first does."""
    return next((k for k in range(len(parts) - 1, 0, -1) if parts[k].lower() in _OFFICE_WORDS | _BREAKS), 0)


def display(label: str) -> str:
    """A label as figures show it: the name alone where it has first names, else title and surname.

    Examples
    --------
    >>> display("PRESIDENT OF NORLAND ANN B. ROE"), display("SECRETARY ROE"), display("Ann Roe, Moderator")
    ('Ann B. Roe', 'Secretary Roe', 'Ann Roe')
    """
    who = label.partition(",")[0].strip()
    title, name = split_label(label)
    n = len(name.split())
    return shown(" ".join(who.split()[-n:])) if title and n > 1 and len(who.split()) > n else shown(who)


def surname(name: str) -> str:
    """The last word of a name, in capitals, without Jr. and numbers; with Al and the like before it.

    Examples
    --------
    >>> surname("Ann Roe, Jr."), surname("Mohammed bin Abdulrahman Al-Thani"), surname("")
    ('ROE', 'AL-THANI', '')
    """
    words = _SUFFIX.sub("", plain(name)).split()
    return words[-1].strip(",’'") if words else ""


def office_side(office: str) -> tuple[str, str]:
    """Role and side that the words of an office show; two empty strings where they show none.

    Examples
    --------
    >>> office_side("Ukrainian Foreign Minister"), office_side("Assistant Secretary of State"), office_side("of CNN")
    (('counterpart', 'foreign'), ('principal', 'home'), ('reporter', 'press'))
    >>> office_side("Department Spokesperson"), office_side("Chair of the Harbour Chamber of Commerce")
    (('spokesperson', 'home'), ('', 'other'))
    """
    if office.isupper():
        office = office.title()
    if _JOURNALIST.search(office):
        return "reporter", "press"
    if re.search(r"\bAssistant to the President\b", office, re.I):
        return "principal", "home"
    if re.fullmatch(r"(?:The |the |our )?(?:Executive )?(?:Vice )?President", office):
        return "", ""
    if re.search(r"\b(?:Assistant|Under|Deputy)[- ]Secretary(?![- ]General)", office, re.I) and not re.search(
        r"\bUN|United Nations|NATO", office
    ):
        return "principal", "home"
    foreign = (
        bool(_FOREIGN_OFFICE.search(office))
        or bool(_TO_UNITED_STATES.search(office))
        or bool(_OF_A_NATION.search(office))
    )
    at_home = bool(_UNITED_STATES.search(office)) and not _TO_UNITED_STATES.search(office)
    if re.search(r"\bFormer\b", office):
        return "participant", "other"
    if _PRIVATE.search(office) and not re.search(r"\bSecretary\b", office):
        return "", "other"
    if SPOKES.search(office):
        return ("counterpart", "foreign") if foreign and not at_home else ("spokesperson", "home")
    if at_home and not re.search(r"\bMinister\b", office):
        return "principal", "home"
    if foreign:
        return "counterpart", "foreign"
    if OUTLET.search(office):
        return "reporter", "press"
    if re.search(r"\bPresident\b", office) and not re.search(r"\bVice President\b", office):
        return "counterpart", "foreign"
    if _HOME_OFFICE.search(office):
        return "principal", "home"
    return "", ""


def describe(last: str, text: str) -> Iterator[tuple[str, str]]:
    """Full names and offices that a text gives to a surname.

    Parameters
    ----------
    last : str
        The surname, in any case.
    text : str
        A byline, a title, or running text.

    Yields
    ------
    name, office : str
        For each place: the name as written there, and the words of the office before or after it, or nothing.

    Examples
    --------
    >>> list(describe("KOVAR", "Secretary Jo Roe And Norland Foreign Minister Ada Kovar At a Signing"))
    [('Ada Kovar', 'Norland Foreign Minister')]
    >>> list(describe("Kovar", "Jo Roe, Secretary of State, Ada Kovar, Norland Foreign Minister"))
    [('Ada Kovar', 'Norland Foreign Minister')]
    """
    if "\u00a0" in text:
        text = text.replace("\u00a0", " ")
    for match in re.finditer(rf"(?<![\w-]){re.escape(_unaccented(last))}(?![\w-])", _unaccented(text), re.I):
        if not match[0][0].isupper() or re.match(r"[^\w,.\n()]{0,4}(?:\([^)\n]*\)\s*)?:", text[match.end() :]):
            continue
        before = re.split(r"[\n;:–—|]|(?<=[a-z]{3})\. |[!?] ", text[max(0, match.start() - 160) : match.start()])[-1]
        name_in_capitals = match[0].isupper() and len(match[0]) > 2
        words = before.split(" ")
        words = [w for w in words if w.strip("\u00a0")]
        k = len(words)
        while k > 0 and len(words) - k < 5:
            word = words[k - 1].strip("\u00a0")
            bare = word.strip(",.()").lower()
            particle = bare in ("bin", "al", "de", "von", "van", "der", "le", "la", "el", "da", "dos", "del")
            initial = re.fullmatch(r"[A-Z]\.", word) is not None
            if word.endswith(",") or ((bare in _OFFICE_WORDS or (bare in _BREAKS and not particle)) and not initial):
                break
            if (
                not (word[:1].isupper() or particle)
                or word.endswith(("’s", "'s", ")"))
                or (re.fullmatch(r"(?:[A-Z]\.?){2,}", word) and not name_in_capitals)
            ):
                break
            k -= 1
        if (
            1 < k < len(words) - 1
            and words[k - 1].lower() == "of"
            and words[k - 2].strip(",.").lower() in _OFFICE_WORDS
        ):
            k += 1  # President of Norland Ann Roe
        first = " ".join(_proper(w) for w in words[k:]).strip()
        name = f"{first} {_proper(text[match.start() : match.end()])}".strip()
        office = _office_before(words[:k]) or _office_after(text[match.end() : match.end() + 160])
        office = re.sub(r"[\s\u00a0]+", " ", office)
        if (not office[:1].isupper() and not office.startswith("of ")) or len(office.split()) > 20:
            office = ""
        yield re.sub(r"[\s\u00a0]+", " ", name), office


class _Bases(dict[int, int]):
    """Letters without their accents, one for one, so that offsets stay."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(unicodedata.normalize("NFKD", chr(code))[0])
        return self[code]


_BASES = _Bases()


@lru_cache(maxsize=8)
def _unaccented(text: str) -> str:
    return text if text.isascii() else text.translate(_BASES)


def _proper(word: str) -> str:
    """A word in capitals as a name is written; initials and acronyms of two letters stay."""
    return shown(word) if word.isupper() and len(word.strip(".")) > 2 else word


def _office_before(words: Sequence[str]) -> str:
    """The office at the end of these words: back to a comma, a verb or another person."""
    taken: list[str] = []
    for word in reversed(words[-12:]):
        bare = word.strip(",.()\u00a0").lower()
        if word.endswith(",") and not taken:
            return ""
        stops = bare.endswith(("’s", "'s")) or bare in (
            "with", "before", "by", "at", "after", "hosts", "on", "joins", "remarks", "as", "is", "was", "meets", "interview", "to", "but"
        )  # fmt: skip
        stops = stops and not (bare == "to" and taken and taken[0].lower() in ("the", "advance"))
        if stops and not (bare == "at" and taken and taken[0].lower() in ("large", "the")):
            break
        if word.endswith(",") or not (word[:1].isupper() or bare in _BREAKS):
            break
        taken.insert(0, word.strip("\u00a0"))
    while taken and taken[0].lower() in _BREAKS and [w.lower() for w in taken[:2]] != ["press", "secretary"]:
        taken.pop(0)
    phrase = " ".join(taken)
    parts = re.split(r"\s+[Aa]nd\s+", phrase)
    for k in range(len(parts) - 1, -1, -1):
        tail = " and ".join(parts[k:])
        if re.search(
            r"\b(?:Secretary|Minister|President|Ambassador|Spokes\w+|Representative|Envoy|Director|Coordinator|Administrator|Chancellor"
            r"|Premier|Prince|King|General|Admiral|Commissioner|Chair\w*|Counselor|Head|Chief|Officer|Advis[eo]r)\b",
            parts[k],
        ):
            return tail
    return phrase if any(w.strip(",.").lower() in _OFFICE_WORDS for w in taken) else ""


def _office_after(text: str) -> str:
    """The office that follows a name after a comma or "of"."""
    text = re.split(r"[\n;:|–—]|(?<=[a-z]{3})\. ", text)[0]
    # "My name is Ann Roe, and I am the senior official of the Office of Grain."
    own = re.match(r",? and (?:I am|I(?:’|')m|I serve as) (?:the |an? )(?P<office>[^,]{3,140})", text)
    if own and any(w.strip(",.").lower() in _OFFICE_WORDS or BODY.search(w) for w in own["office"].split()):
        return own["office"][0].upper() + own["office"][1:].strip()
    match = re.match(r"(?:,? (?:Jr|Sr)\.?)?,\s*(?:the |our |an? )?", text)
    if not match:
        of = re.match(r" of (?:the )?([A-Z][^,.;]{1,60})", text)
        return f"of {of[1].strip()}" if of else ""
    taken: list[str] = []
    for segment in text[match.end() :].split(", "):
        words = segment.replace("\u00a0", " ").split()
        if not words:
            break
        office = any(w.strip(",.()’s").lower() in _OFFICE_WORDS - _HONOURS or BODY.search(w) for w in words)
        if not taken and not office:
            return ""
        if taken and not office and not re.match(r"(?:and|or)\b", segment):
            break
        taken.append(segment.strip())
    return ", ".join(taken)


def parse_byline(byline: str) -> list[tuple[str, str]]:
    """People or bodies of a byline with their offices.

    Examples
    --------
    >>> parse_byline("Jo Roe, Secretary of State, Ada Kovar, Norland Foreign Minister")
    [('Jo Roe', 'Secretary of State'), ('Ada Kovar', 'Norland Foreign Minister')]
    >>> parse_byline("Office of the Speaker"), parse_byline("Ann Lee, Under Secretary for Energy, and the Environment")
    ([('Office of the Speaker', '')], [('Ann Lee', 'Under Secretary for Energy, and the Environment')])
    """
    people: list[tuple[str, str]] = []
    for part in re.split(r",\s+|\s*/\s*|;\s*", byline.replace("\u00a0", " ")):
        words = part.split()
        segment = " ".join(words)
        if not words:
            continue
        office = any(w.strip(".()").lower() in _OFFICE_WORDS - _HONOURS for w in words) or bool(BODY.search(segment))
        is_name = 1 <= len(words) <= 6 and all(w[0].isupper() or len(w) < 4 for w in words) and not office
        titled = _titled_name(segment)
        if titled and not (people and not people[-1][1]):
            people.append(titled)
        elif is_name and not re.match(r"(?:and|or|Jr|Sr)\b", segment) and (len(words) > 1 or not people):
            people.append((segment, ""))
        elif people and not (office and people[-1][1] and BODY.search(people[-1][0])):
            name, so_far = people[-1]
            people[-1] = (name, f"{so_far}, {segment}" if so_far else segment)
        else:
            people.append((segment, ""))
    return people


def _titled_name(segment: str) -> tuple[str, str] | None:
    """An office with a name behind it: "Norland Foreign Minister Ada Kovar"."""
    words = segment.split()
    k = len(words)
    while k > 0 and words[k - 1][:1].isupper() and words[k - 1].strip(".,").lower() not in _OFFICE_WORDS | _BREAKS:
        k -= 1
    name, office = words[k:], words[:k]
    has_office = any(w.strip(".,").lower() in _OFFICE_WORDS for w in office)
    if not 1 < len(name) <= 4 or not has_office or BODY.search(" ".join(name)) or office[-1].lower() in _BREAKS:
        return None
    return " ".join(name), " ".join(office)


def shown(label: str) -> str:
    """A label as figures show it."""
    text = re.sub(r"[\s\u00a0]+", " ", label).strip(" .,")
    if not text.isupper():
        return text
    shown = re.sub(r"(?<=['’])S\b", "s", text.title())
    return re.sub(r"\bMc([a-z])", lambda m: "Mc" + m[1].upper(), shown)
