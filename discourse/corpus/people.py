"""Who is meant by a label or a byline: one identity for a person over all documents."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from discourse.corpus.labels import NAMELESS, TITLES, plain
from discourse.corpus.offices import Term, holders

ROLES = ("principal", "counterpart", "spokesperson", "reporter", "moderator", "participant", "issuer")
SIDES = ("home", "foreign", "press", "other")

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
    during regarding about as is was are joins welcome welcomes delivers delivered an a or""".split()
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
_SPOKES = re.compile(r"\b(?:Spokes(?:person|man|woman)|Press Secretary)\b", re.I)
_OUTLET = re.compile(
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
_BODY = re.compile(
    r"\b(?:Office|Department|Bureau|Ministry|Embassy|Mission|Government|Group|Council|Commission|White House|Secretariat|Union|Agency|Delegation"
    r"|Committee|States|Treasury|Participants)\b"
)
_HOSTING = re.compile(
    r"\b(?:next question|first question|last question|final question|open (?:up )?the (?:line|floor)|go to the line|please welcome|welcoming"
    r"|turn (?:it |this |things )?(?:over|back)|ladies and gentlemen|thank(?:s| you)(?: all| everyone| everybody)? for joining|let me introduce|it is my (?:great )?"
    r"(?:pleasure|honor|privilege)|I(?:’|')d like to (?:introduce|invite|turn|welcome)|on background|embargoed|on the record|hand it over)\b",
    re.I,
)
_COURTESY = ("MR", "MS", "MRS", "MISS", "DR", "")
_SUFFIX = re.compile(r"(?:,? (?:JR|SR|II|III|IV))$")


def _stands(alias: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", words, re.I) is not None


@dataclass(frozen=True)
class Speaker:
    """A person or an office that the user has named, by the name that figures show.

    Parameters
    ----------
    name : str
        Name in figures.
    aliases : tuple of str
        Words that identify the speaker in a label or a byline; the last word of the name by default.
    role : str
        principal, counterpart, spokesperson, reporter, moderator...
    side : str
        home (counted as the group's words), foreign, press or other.
    office : str
        Office held in the term.
    start, stop : date, optional
        First day of the term, and first day after it. Where two people share an alias, the one in office is meant.
    """

    name: str
    aliases: tuple[str, ...] = ()
    role: str = "principal"
    side: str = "home"
    office: str = ""
    start: dt.date | None = None
    stop: dt.date | None = None

    def matches(self, words: str) -> bool:
        """Whether one of the aliases stands in these words, as whole words, case ignored.

        Examples
        --------
        >>> Speaker("Ada Kovar").matches("FOREIGN MINISTER KOVAR"), Speaker("Ada Kovar").matches("MS. KOVARIN")
        (True, False)
        """
        return any(_stands(a, words) for a in self.aliases or (self.name.split()[-1],))

    def in_office(self, day: dt.date | None) -> bool:
        """Whether the day falls into the term; an unknown day and a term without days always do."""
        return day is None or ((self.start is None or self.start <= day) and (self.stop is None or day < self.stop))


@dataclass(frozen=True)
class Person:
    """Who is meant, and by which rule that was concluded."""

    name: str
    role: str
    side: str
    office: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Setting:
    """What a document says of its people.

    Parameters
    ----------
    byline : str
        Authors, as the source gives them.
    title : str
        Title of the document.
    text : str
        Its text, where names are introduced.
    day : date, optional
        Its date.
    """

    byline: str = ""
    title: str = ""
    text: str = ""
    day: dt.date | None = None


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
    if title and words.startswith(("OF ", "FOR ")):
        # An office and what it is for: SECRETARY OF DEFENSE AUSTIN.
        parts = words.split()
        cut = next((k for k in range(len(parts) - 1, 0, -1) if parts[k].lower() in _OFFICE_WORDS | _BREAKS), 0)
        title.append(" ".join(parts[: cut + 1]))
        words = " ".join(parts[cut + 1 :])
    return " ".join(title), words


_BY_LENGTH = sorted(TITLES, key=len, reverse=True)


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
    if _SPOKES.search(office):
        return ("counterpart", "foreign") if foreign and not at_home else ("spokesperson", "home")
    if at_home and not re.search(r"\bMinister\b", office):
        return "principal", "home"
    if foreign:
        return "counterpart", "foreign"
    if _OUTLET.search(office):
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
    for match in re.finditer(rf"(?<![\w-]){re.escape(_unaccented(last))}(?![\w-])", _unaccented(text), re.I):
        if not match[0][0].isupper() or re.match(r"[^\w,.\n()]{0,4}(?:\([^)\n]*\)\s*)?:", text[match.end() :]):
            continue
        before = re.split(r"[\n;:–—|]|(?<=[a-z]{3})\. ", text[max(0, match.start() - 160) : match.start()])[-1]
        name_in_capitals = match[0].isupper() and len(match[0]) > 2
        words = before.split(" ")
        words = [w for w in words if w.strip("\u00a0")]
        k = len(words)
        while k > 0 and len(words) - k < 5:
            word = words[k - 1].strip("\u00a0")
            bare = word.strip(",.()").lower()
            particle = bare in ("bin", "al", "de", "von", "van", "der", "le", "la", "el", "da", "dos", "del")
            if word.endswith(",") or bare in _OFFICE_WORDS or (bare in _BREAKS and not particle):
                break
            if (
                not (word[:1].isupper() or particle)
                or word.endswith(("’s", "'s", ")"))
                or re.fullmatch(r"(?:[A-Z]\.?){2,}", word)
                and not name_in_capitals
            ):
                break
            k -= 1
        first = " ".join(_proper(w) for w in words[k:]).strip()
        name = f"{first} {_proper(text[match.start() : match.end()])}".strip()
        office = _office_before(words[:k]) or _office_after(text[match.end() : match.end() + 160])
        office = re.sub(r"[\s\u00a0]+", " ", office)
        if not office[:1].isupper() and not office.startswith("of ") or len(office.split()) > 20:
            office = ""
        yield re.sub(r"[\s\u00a0]+", " ", name), office


class _Bases(dict[int, int]):
    """Letters without their accents, one for one, so that offsets stay."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(unicodedata.normalize("NFKD", chr(code))[0])
        return self[code]


_BASES = _Bases()


def _unaccented(text: str) -> str:
    return text if text.isascii() else text.translate(_BASES)


def _proper(word: str) -> str:
    """A word in capitals as a name is written; initials and acronyms of two letters stay."""
    return _shown(word) if word.isupper() and len(word.strip(".")) > 2 else word


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
    while taken and taken[0].lower() in _BREAKS:
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
    match = re.match(r"(?:,? (?:Jr|Sr)\.?)?,\s*(?:the |our |an? )?", text)
    if not match:
        of = re.match(r" of (?:the )?([A-Z][^,.;]{1,60})", text)
        return f"of {of[1].strip()}" if of else ""
    taken: list[str] = []
    for segment in text[match.end() :].split(", "):
        words = segment.replace("\u00a0", " ").split()
        if not words:
            break
        office = any(w.strip(",.()’s").lower() in _OFFICE_WORDS - _HONOURS or _BODY.search(w) for w in words)
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
        office = any(w.strip(".()").lower() in _OFFICE_WORDS - _HONOURS for w in words) or bool(_BODY.search(segment))
        is_name = 1 <= len(words) <= 6 and all(w[0].isupper() or len(w) < 4 for w in words) and not office
        titled = _titled_name(segment)
        if titled and not (people and not people[-1][1]):
            people.append(titled)
        elif is_name and not re.match(r"(?:and|or|Jr|Sr)\b", segment) and (len(words) > 1 or not people):
            people.append((segment, ""))
        elif people and not (office and people[-1][1] and _BODY.search(people[-1][0])):
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
    if not 1 < len(name) <= 4 or not has_office or _BODY.search(" ".join(name)) or office[-1].lower() in _BREAKS:
        return None
    return " ".join(name), " ".join(office)


def _person_in_office(title: str, last: str, day: dt.date | None) -> Term | None:
    """The holder of an office of the United States whom a title and a surname mean on a day."""
    for term in holders(day):
        if last and surname(term.full_name) != last and term.surname != last:
            continue
        fits = {
            "President": title in ("PRESIDENT", "THE PRESIDENT"),
            "Vice President": title in ("VICE PRESIDENT", "THE VICE PRESIDENT"),
            "Secretary of State": title in ("SECRETARY", "THE SECRETARY", "SECRETARY OF STATE"),
        }.get(term.office, title in ("MR", "MS", "MRS", "PRESS SECRETARY", "SPOKESPERSON", "SPOKESMAN", "SPOKESWOMAN"))
        if fits and (last or title.startswith("THE ")):
            return term
    return None


def _by_title(title: str) -> tuple[str, str]:
    """Role and side that the title in a label shows."""
    if re.search(
        r"\b(?:FOREIGN|PRIME|DEFENSE|SECURITY)? ?MINISTER\b|FOREIGN SECRETARY|SECRETARY[- ]GENERAL|HIGH (?:REPRESENTATIVE|COMMISSIONER)",
        title,
    ):
        return "counterpart", "foreign"
    if re.search(
        r"CHANCELLOR|PREMIER|STATE COUNCILOR|CROWN PRINCE|^(?:KING|QUEEN|SULTAN|PRINCE|PRINCESS)|HIS EXCELLENCY|COMMISSIONER|CHAIRPERSON",
        title,
    ):
        return "counterpart", "foreign"
    if re.search(r"SPOKES|PRESS SECRETARY", title):
        return "spokesperson", "home"
    if re.match(r"(?:THE )?PRESIDENT|VICE PRESIDENT", title):
        return "counterpart", "foreign"
    if re.search(
        r"SECRETARY|AMBASSADOR|SPECIAL|COORDINATOR|ADMINISTRATOR|ATTORNEY GENERAL|^(?:LT )?GEN|ADMIRAL|COLONEL|DIRECTOR|COUNSELOR|SENIOR|FIRST LADY",
        title,
    ):
        return "principal", "home"
    if re.search(r"SENATOR|^SEN$|^REP|CONGRESS|CHAIR|RANKING|SPEAKER|DELEGATE|GOV|MAYOR|JUDGE|JUSTICE|BISHOP", title):
        return "participant", "other"
    return "", ""


def named(speakers: Sequence[Speaker], words: str, day: dt.date | None) -> Person | None:
    """The person whom the user has named by these words; of several, the one in office on the day."""
    found = [s for s in speakers if s.matches(words)]
    # George W. Bush before George Bush, where both are named and both have the alias Bush.
    found.sort(key=lambda s: -max((len(a) for a in (s.name, *s.aliases) if _stands(a, words)), default=0))
    chosen = next((s for s in found if s.in_office(day)), None)
    if chosen is not None:
        return Person(chosen.name, chosen.role, chosen.side, chosen.office, "config")
    if found:
        full = next(
            (s for s in found if any(" " in a and re.search(re.escape(a), words, re.I) for a in (*s.aliases, s.name))),
            None,
        )
        if full is not None:
            return Person(full.name, full.role, full.side, "", "config, outside the term")
    return None


@dataclass
class People:
    """Everybody in a corpus: what single documents say of a person serves the others.

    Parameters
    ----------
    speakers : sequence of Speaker
        People that the user has named; they go before every rule.
    """

    speakers: Sequence[Speaker] = ()
    _by_label: dict[str, Counter[Person]] = field(default_factory=dict)
    _names: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def author(self, byline: str, day: dt.date | None) -> Person:
        """The author of a document without labels: the first person of its byline, or the body."""
        byline = byline.strip()
        person = named(self.speakers, byline, day)
        if person is not None:
            return person
        people = parse_byline(byline)
        if not people:
            return Person("unknown", "issuer", "home", "", "no byline")
        name, office = people[0]
        if len(people) > 1 and all(surname(n) for n, _ in people):
            name = " / ".join(self.canonical(n) for n, _ in people)
        elif not _BODY.search(name):
            name = self.canonical(name)
        role = "spokesperson" if _SPOKES.search(f"{name} {office}") else "issuer" if _BODY.search(name) else "principal"
        # The byline names whose document it is; only the config can say that it is another side's.
        return Person(name, role, "home", office, "byline")

    def canonical(self, name: str) -> str:
        """The commonest form of a name over the corpus: with and without initials, titles and honours."""
        forms = self._names.get(_key(name))
        return min(forms, key=lambda n: (-forms[n], -len(n), n)) if forms else name

    def learn(self, settings: Iterable[Setting]) -> None:
        """Count the forms of names in bylines."""
        for setting in settings:
            for name, _ in parse_byline(setting.byline):
                if len(name.split()) > 1 and not _BODY.search(name):
                    self._names.setdefault(_key(name), Counter())[name] += 1

    def resolve_all(self, labels: Sequence[str], setting: Setting, turns: Mapping[str, str]) -> dict[str, Person]:
        """Everybody in one document.

        Parameters
        ----------
        labels : sequence of str
            The labels of its turns, in order.
        setting : Setting
            What the document says of its people.
        turns : mapping of str to str
            All that is said under each label.

        Returns
        -------
        dict of str to Person
        """
        counts = Counter(labels)
        result = {label: self.resolve(label, setting) for label in counts}
        known = {k: v for k, v in result.items() if v.rule not in ("unknown", "title in the label")}
        order = list(dict.fromkeys(labels))
        for label, person in result.items():
            if person.rule == "unknown":
                result[label] = self._by_conduct(label, person, order, setting, turns, known)
        for label, person in result.items():
            if person.rule in ("conduct", "title in the label"):
                title, name = split_label(label)
                same = [p for k, p in result.items() if k != label and not title and split_label(k)[1] == name]
                if same:
                    result[label] = replace(same[0], rule="same surname")
                    continue
                near = self._misspelt(surname(split_label(label)[1]), counts[label], result, counts, setting)
                if near is not None:
                    result[label] = replace(near, rule="misspelt label")
        for label, person in result.items():
            if person.rule not in ("conduct", "config", "label"):
                self._by_label.setdefault(plain(label), Counter())[person] += 1
        return result

    def again(self, found: Mapping[str, Person]) -> dict[str, Person]:
        """Resolve what stayed open from other documents, where the same label means one known person there.

        A name without first names is completed, and of several spellings the commonest is taken.
        """
        result = dict(found)
        for label, person in found.items():
            options = self._by_label.get(plain(label), Counter())
            better = [
                p for p in options if p.rule not in ("title in the label", "misspelt label") and len(p.name.split()) > 1
            ]
            if not better or person.rule in ("config", "label"):
                continue
            alike = len({p.name[0] for p in better}) == 1
            best = max(
                better,
                key=lambda p: (sum(n for q, n in options.items() if q.name == p.name), options[p], p.office, p.name),
            )
            if person.rule in ("conduct", "title in the label") and alike:
                result[label] = replace(best, rule="other documents")
            elif len(person.name.split()) == 1 and alike and surname(best.name) == surname(person.name):
                result[label] = replace(person, name=best.name)
            elif alike and person.name[:1] == best.name[:1] and surname(best.name) == surname(person.name):
                result[label] = replace(person, name=best.name)
        return result

    def resolve(self, label: str, setting: Setting) -> Person:
        """Who is meant by a label in a document, by the first rule that tells.

        Examples
        --------
        >>> People().resolve("FOREIGN MINISTER KOVAR", Setting(title="Norland Foreign Minister Ada Kovar At a Signing"))
        Person(name='Ada Kovar', role='counterpart', side='foreign', office='Norland Foreign Minister', rule='title')
        >>> People().resolve("QUESTION", Setting()).role
        'reporter'
        """
        words = plain(label)
        halves = re.split(r"\s+(?:AND|&)\s+", words)
        if len(halves) == 2 and all(" " in h for h in halves):
            return Person(_shown(label), "joint", "other", "", "two speakers")
        if words in NAMELESS:
            return Person(*NAMELESS[words], "", "label")
        person = named(self.speakers, label, setting.day)
        if person is not None:
            return person
        if re.match(r"SENIOR\b.*OFFICIAL|.*\bOFFICIAL(?: \w+)*$", words):
            return Person(_shown(label), "principal", "home", "", "label")
        title, name = split_label(label)
        if words in ("ANSWER", "A"):
            return replace(self.author(setting.byline, setting.day), rule="answer of the author")
        if words == "THE PRESIDENT" and setting.byline and len(parse_byline(setting.byline)) == 1:
            author = self.author(setting.byline, setting.day)
            if author.role == "principal":
                return replace(author, rule="byline")
        last = surname(name)
        term = _person_in_office(title, last, setting.day)
        described = self._described(last, name, setting)
        if (
            described is not None
            and described.rule == "text"
            and described.office == "Ambassador"
            and title in _COURTESY
        ):
            described = None
        if described is not None and re.search(
            r"MINISTER|CHANCELLOR|FOREIGN SECRETARY|SECRETARY[- ]GENERAL|HIGH REP", title
        ):
            described = (
                replace(described, role="counterpart", side="foreign")
                if described.rule != "byline" or described.side != "home"
                else described
            )
        if described is not None and not (term is not None and described.rule == "text"):
            if term is not None and described.side == "home":
                return replace(described, name=self.canonical(described.name), office=described.office or term.office)
            role, side = _by_title(title)
            if described.role and not (described.role == "reporter" and role):
                return described
            if role:
                return replace(described, role=role, side=side)
            return replace(described, role="", side="", rule="unknown")
        if term is not None:
            role = "spokesperson" if "S" in term.office and _SPOKES.search(term.office) else "principal"
            return Person(self.canonical(term.full_name), role, "home", term.office, "office on the day")
        role, side = _by_title(title)
        if role:
            return Person(_shown(label), role, side, "", "title in the label")
        who, _, office = label.partition(",")
        if office:
            role, side = NAMELESS.get(plain(office), ("", *office_side(office.strip().title())))[1:]
            if role:
                return Person(_shown(who), role, side, office.strip().title(), "label")
        if _OUTLET.search(label) and not title:
            return Person(_shown(label), "reporter", "press", "", "label")
        return Person(_shown(label), "", "", "", "unknown")

    def _described(self, last: str, name: str, setting: Setting) -> Person | None:
        """What byline, title or text say of a surname."""
        if len(last) < 2:
            return None
        authors = parse_byline(setting.byline)
        if authors and surname(authors[0][0]) == last and not _BODY.search(authors[0][0]):
            full, office = authors[0]
            role = "spokesperson" if _SPOKES.search(office) else "principal"
            return Person(self._full(name, full), role, "home", office, "byline")
        nearest: Person | None = None
        for rule, text in (("byline", setting.byline), ("title", setting.title), ("text", setting.text)):
            for k, (full, office) in enumerate(describe(last, text)):
                if k == 6 or (rule == "text" and len(full.split()) < 2 and not office):
                    break
                role, side = office_side(office) if office else ("", "")
                if (
                    rule == "title"
                    and not role
                    and re.search(r"\b(?:Interview|With|By|on)\b", setting.title)
                    and _OUTLET.search(setting.title)
                ):
                    if re.search(
                        rf"\b(?:[Ww]ith|[Bb]y|[Aa]nd)\s+(?:[\w.’'-]+\s+){{0,4}}{re.escape(last)}\b", setting.title, re.I
                    ):
                        role, side = "reporter", "press"
                if rule == "text" and not role:
                    continue
                person = Person(self._full(name, full), role, side, office, rule)
                if role:
                    return (
                        replace(person, name=nearest.name)
                        if nearest and len(nearest.name) > len(person.name)
                        else person
                    )
                nearest = nearest or (person if rule != "text" else None)
        return nearest

    def _full(self, name: str, full: str) -> str:
        """The longer of the name in the label and the name as written elsewhere, in its commonest form."""
        best = full if len(full.split()) >= len(name.split()) else _shown(name)
        return self.canonical(best)

    def _misspelt(
        self, last: str, count: int, result: Mapping[str, Person], counts: Mapping[str, int], setting: Setting
    ) -> Person | None:
        """The person of this document whose surname is nearly this one, and who speaks more."""
        if len(last) < 5:
            return None
        best: tuple[float, Person] | None = None
        for label, person in result.items():
            other = surname(split_label(label)[1])
            sure = person.rule in ("config", "byline", "title", "office on the day")
            if other == last or len(other) < 5 or other[0] != last[0] or counts[label] < count + (not sure):
                continue
            ratio = difflib.SequenceMatcher(None, last, other).ratio()
            if ratio >= 0.86 and (best is None or ratio > best[0]) and not list(describe(last, setting.title)):
                best = ratio, person
        return best[1] if best else None

    def _by_conduct(
        self,
        label: str,
        person: Person,
        order: Sequence[str],
        setting: Setting,
        turns: Mapping[str, str],
        known: Mapping[str, Person],
    ) -> Person:
        """What an unknown person does in the document: asks, opens and hosts, speaks for the office, or takes part."""
        said = turns.get(label, "")
        briefing = re.search(r"press briefing|daily briefing|press gaggle|press conference by", setting.title, re.I)
        asked = any(p.role == "reporter" for p in known.values())
        interview = re.search(r"\binterview", setting.title, re.I) or (
            _OUTLET.search(setting.title) and re.search(r" (?:with|on) ", setting.title, re.I)
        )
        any_briefing = re.search(r"\bbriefing\b", setting.title, re.I)
        at_a_mission = re.search(r"\b(?:mission|embassy|consulate|meet and greet)\b", setting.title, re.I)
        titled = split_label(label)[0] in _COURTESY
        official = any(p.side in ("home", "foreign") for p in known.values())
        if not official and not interview and len(said) > 0.6 * sum(map(len, turns.values())):
            return replace(person, role="spokesperson" if briefing else "principal", side="home", rule="conduct")
        if (
            briefing
            and asked
            and titled
            and label in order[:4]
            and not any(p.role == "spokesperson" for p in known.values())
        ):
            return replace(person, role="spokesperson", side="home", rule="conduct")
        if interview and not asked:
            return replace(person, role="reporter", side="press", rule="conduct")
        if at_a_mission and order and label == order[0] and titled:
            return replace(person, role="principal", side="home", rule="conduct")
        if (order and label == order[0]) or _HOSTING.search(said):
            return replace(person, role="moderator", side="other", rule="conduct")
        if any_briefing and asked and titled:
            return replace(person, role="principal", side="home", rule="conduct")
        return replace(person, role="participant", side="other", rule="conduct")


def _key(name: str) -> tuple[str, str]:
    words = plain(name).split()
    return (words[0] if words else "", surname(name))


def _shown(label: str) -> str:
    """A label as figures show it."""
    text = re.sub(r"[\s\u00a0]+", " ", label).strip(" .,")
    if not text.isupper():
        return text
    shown = re.sub(r"(?<=['’])S\b", "s", text.title())
    return re.sub(r"\bMc([a-z])", lambda m: "Mc" + m[1].upper(), shown)
