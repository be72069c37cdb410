"""Who is meant by a label or a byline: one identity for a person over all documents."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from discourse.corpus.labels import NAMELESS, TITLES, plain
from discourse.corpus.names import (
    BODY,
    OUTLET,
    SPOKES,
    describe,
    display,
    office_side,
    parse_byline,
    shown,
    split_label,
    surname,
)
from discourse.corpus.offices import Term, holders

ROLES = ("principal", "counterpart", "spokesperson", "reporter", "moderator", "participant", "issuer")
OUTSIDE = "config, outside the term"
FIXED = ("config", OUTSIDE, "label")  # rules that nothing said elsewhere changes
SIDES = ("home", "foreign", "press", "other")
_HOSTING = re.compile(
    r"\b(?:next question|first question|last question|final question|open (?:up )?the (?:line|floor)|go to the line|please welcome|welcoming"
    r"|turn (?:it |this |things )?(?:over|back)|ladies and gentlemen|thank(?:s| you)(?: all| everyone| everybody)? for joining|let me introduce|it is my (?:great )?"
    r"(?:pleasure|honor|privilege)|I(?:’|')d like to (?:introduce|invite|turn|welcome)|on background|embargoed|on the record|hand it over)\b",
    re.I,
)
_COURTESY = ("MR", "MS", "MRS", "MISS", "DR", "")


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
        r"\b(?:GENERAL|HOME|STATE|CABINET|PERMANENT) SECRETARY\b|SECRETARY OF STATE FOR\b|\bPM\b|^FM\b|\bHRVP\b|TAOISEACH|\bPOPE\b|UNDER-SECRETARY-GENERAL"
        r"|DIRECTOR-GENERAL|(?:RUSSIAN|CHINESE|EUROPEAN|UKRAINIAN|FRENCH|BRITISH|GERMAN|TURKISH|ISRAELI|JAPANESE|KOREAN|INDIAN|POLISH|IRANIAN) \w+",
        title,
    ):
        return "counterpart", "foreign"
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
    if re.search(r"\bPRESIDENT\b", title):
        return "counterpart", "foreign"
    if re.search(
        r"SECRETARY|AMBASSADOR|SPECIAL|COORDINATOR|ADMINISTRATOR|ATTORNEY GENERAL|COLONEL|DIRECTOR|COUNSELOR|SENIOR|NATIONAL SECURITY ADVIS|CHIEF OF STAFF|CHARG|^ADM|^(?:LT |BRIG |MAJ )?GEN|CAPT|JOINT CHIEFS|^DAS$|^PDAS$|^A/S$",
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
            return Person(full.name, full.role, full.side, "", OUTSIDE)
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
    _seen: dict[tuple[str, int], bool] = field(default_factory=dict)

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
        elif not BODY.search(name):
            name = self.canonical(name)
        role = "spokesperson" if SPOKES.search(f"{name} {office}") else "issuer" if BODY.search(name) else "principal"
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
                if len(name.split()) > 1 and not BODY.search(name):
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
        self._seen.clear()
        counts = Counter(labels)
        result = {label: self.resolve(label, setting) for label in counts}
        known = {k: v for k, v in result.items() if v.rule != "unknown"}
        order = list(dict.fromkeys(labels))
        for label, person in result.items():
            if person.rule == "unknown":
                result[label] = self._by_conduct(label, person, order, setting, turns, known)
        for label, person in result.items():
            if person.rule in ("conduct", "title in the label"):
                near = self._misspelt(surname(split_label(label)[1]), counts[label], result, counts, setting)
                if near is not None:
                    result[label] = replace(near, rule="misspelt label")
        for label, person in result.items():
            if person.rule not in FIXED and (
                person.rule != "conduct" or (_is_full(person.name) and person.name != shown(label))
            ):
                self._by_label.setdefault(plain(label), Counter())[person] += 1
        return result

    def again(self, found: Mapping[str, Person]) -> dict[str, Person]:
        """Resolve what stayed open from other documents, where the same label means one known person there.

        A name without first names is completed, and of several spellings the commonest is taken.
        """
        result = dict(found)
        for label, person in found.items():
            options = self._by_label.get(plain(label), Counter())
            better = [p for p in options if p.rule not in ("title in the label", "misspelt label") and _is_full(p.name)]
            if not better or person.rule in FIXED:
                continue
            alike = len({p.name[0] for p in better}) == 1
            best = max(
                better,
                key=lambda p: (sum(n for q, n in options.items() if q.name == p.name), options[p], p.office, p.name),
            )
            if person.rule in ("conduct", "title in the label") and alike:
                result[label] = replace(best, rule="other documents")
            elif (len(person.name.split()) == 1 and alike and surname(best.name) == surname(person.name)) or (
                alike and person.name[:1] == best.name[:1] and surname(best.name) == surname(person.name)
            ):
                result[label] = replace(person, name=best.name)
        for label, person in result.items():
            if person.rule not in ("conduct", "title in the label"):
                continue
            title, name = split_label(label)
            word = name.partition(" ")[0]
            almost_title = " " in name and difflib.get_close_matches(word, TITLES, n=1, cutoff=0.85)
            if title not in _COURTESY or title in ("MRS", "MISS"):
                continue
            # A surname alone, behind Mr. or behind a misspelt title is whoever has that surname here, and a fuller label.
            alone = " " not in name or bool(almost_title)
            same = [
                p
                for k, p in result.items()
                if len(plain(k)) > len(plain(label))
                and p.rule != "label"
                and (split_label(k)[1] == name or (alone and surname(split_label(k)[1]) == surname(name)))
            ]
            if not same and almost_title:
                same = [p for k, p in result.items() if k != label and surname(split_label(k)[1]) == surname(name)]
            if len({p.name for p in same}) == 1:
                result[label] = replace(same[0], rule="same surname")
        full = {
            surname(p.name): p
            for label, p in result.items()
            if len(p.name.split()) > 1
            and p.rule not in ("label", "conduct", "title in the label")
            and split_label(label)[1]
        }
        for label, person in result.items():
            other = full.get(surname(person.name))
            named_here = bool(split_label(label)[1]) and person.rule not in ("label", "conduct")
            if len(person.name.split()) == 1 and named_here and other is not None and other.side == person.side:
                result[label] = replace(person, name=other.name)
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
            return Person(shown(label), "joint", "other", "", "two speakers")
        if words in NAMELESS:
            return Person(*NAMELESS[words], "", "label")
        person = named(self.speakers, label, setting.day)
        if person is not None:
            return person
        if re.match(
            r"(?:A )?SENIOR (?:STATE |DEFENSE |ADMINISTRATION |DEPARTMENT |U ?S |AMERICAN |WHITE HOUSE |TREASURY )+.*OFFICIAL",
            words,
        ) or re.match(r"(?:STATE DEPARTMENT|ADMINISTRATION|DEFENSE|U ?S|AMERICAN|SENIOR) OFFICIAL\b", words):
            return Person(shown(label), "principal", "home", "", "label")
        title, name = split_label(label)
        if words in ("ANSWER", "A"):
            return replace(self.author(setting.byline, setting.day), rule="answer of the author")
        if words == "THE PRESIDENT" and setting.byline and len(parse_byline(setting.byline)) == 1:
            author = self.author(setting.byline, setting.day)
            if author.role == "principal":
                return replace(author, rule="byline")
        last = surname(name)
        term = _person_in_office(title, last, setting.day)
        described = self._described(last, name, setting, title)
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
            # The title or the byline names the holder of an office of the United States.
            if term is not None and (described.side in ("", "home") or described.office.endswith("President")):
                role = "spokesperson" if SPOKES.search(f"{described.office} {term.office}") else "principal"
                name = described.name if " " in described.name else term.full_name
                return Person(self.canonical(name), role, "home", described.office or term.office, described.rule)
            role, side = _by_title(title)
            if described.role and not (described.role == "reporter" and role):
                return described
            if role:
                return replace(described, role=role, side=side)
            return replace(described, role="", side="", rule="unknown")
        if term is not None:
            role = "spokesperson" if "S" in term.office and SPOKES.search(term.office) else "principal"
            return Person(self.canonical(term.full_name), role, "home", term.office, "office on the day")
        role, side = _by_title(title)
        if role:
            return Person(display(label), role, side, "", "title in the label")
        who, _, office = label.partition(",")
        if office:
            role, side = NAMELESS.get(plain(office), ("", *office_side(office.strip().title())))[1:]
            if role:
                return Person(shown(who), role, side, office.strip().title(), "label")
        if OUTLET.search(label) and not title:
            return Person(shown(label), "reporter", "press", "", "label")
        return Person(display(label), "", "", "", "unknown")

    def _described(self, last: str, name: str, setting: Setting, title: str = "") -> Person | None:
        """What byline, title or text say of a surname."""
        if len(last) < 2:
            return None
        authors = parse_byline(setting.byline)
        if (
            authors
            and surname(authors[0][0]) == last
            and not BODY.search(authors[0][0])
            and _fits(name, title, *authors[0])
        ):
            full, office = authors[0]
            role = "spokesperson" if SPOKES.search(office) else "principal"
            return Person(self._full(name, full), role, "home", office, "byline")
        nearest: Person | None = None
        for rule, text in (("byline", setting.byline), ("title", setting.title), ("text", setting.text)):
            for k, (full, office) in enumerate(describe(last, text)):
                if k == 6 or (rule == "text" and len(full.split()) < 2 and not office):
                    break
                if not _fits(name, title, full, office):
                    continue
                role, side = office_side(office) if office else ("", "")
                if rule == "title" and not role and _asks(last, text):
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
        best = full if len(full.split()) >= len(name.split()) else shown(name)
        return self.canonical(best)

    def _misspelt(
        self, last: str, count: int, result: Mapping[str, Person], counts: Mapping[str, int], setting: Setting
    ) -> Person | None:
        """The person of this document whose surname is nearly this one.

        Of two spellings the right one is that which title or text have as well; where neither or both have it, that which labels
        have more often.
        """
        if len(last) < 5:
            return None
        best: tuple[float, Person] | None = None
        for label, person in result.items():
            other = surname(split_label(label)[1])
            if other == last or len(other) < 5 or other[0] != last[0]:
                continue
            ratio = difflib.SequenceMatcher(None, last, other).ratio()
            if ratio < 0.8 or (best is not None and ratio <= best[0]):
                continue
            here = self._mentioned(last, setting)
            sure = person.rule in ("config", "byline", "title", "office on the day") or self._mentioned(other, setting)
            more = counts[label] > count
            # A surname that stands nowhere but in one label is more likely a slip than a person.
            near = ratio >= 0.86 or (ratio >= 0.8 and not here and counts[label] >= 5 * count)
            if near and not (here and not (more and sure)) and (more or sure) and (best is None or ratio > best[0]):
                best = ratio, person
        return best[1] if best else None

    def _mentioned(self, last: str, setting: Setting) -> bool:
        """Whether byline, title or text have this surname apart from labels."""
        key = (last, id(setting))
        if key not in self._seen:
            self._seen[key] = any(
                next(iter(describe(last, text)), None) for text in (setting.byline, setting.title, setting.text)
            )
        return self._seen[key]

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
            OUTLET.search(setting.title) and re.search(r" (?:with|on) ", setting.title, re.I)
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


def _fits(name: str, title: str, full: str, office: str) -> bool:
    """Whether a label with that title and name may mean the author: no other first name, no title of another person."""
    given, own = plain(name).split()[:-1], plain(full).split()[:-1]
    if title in ("MRS", "MISS") or (title == "DR" and re.search(r"\b(?:President|Secretary)\b", office)):
        return False
    misspelt_title = given and difflib.get_close_matches(given[0], TITLES, n=1, cutoff=0.85)
    return not given or not own or bool(misspelt_title) or given[0][0] == own[0][0] or given[0] in own


def _is_full(name: str) -> bool:
    """Whether a name has first names, not only a title."""
    return len(name.split()) > 1 and not split_label(name)[0]


def _asks(last: str, title: str) -> bool:
    """Whether the title of an interview names this person as the one who asks: "With Ann Roe of CNN"."""
    name = rf"\b(?:with|by|and)\s+(?:[\w.’'-]+\s+){{0,4}}{re.escape(last)}\b"
    return OUTLET.search(title) is not None and re.search(name, title, re.I) is not None


def _key(name: str) -> tuple[str, str]:
    """First name and surname; with both initials where there are two, which tell George H. W. from George W."""
    words = plain(name).split()
    initials = [w for w in words[1:-1] if len(w) == 1]
    first = words[0] if words else ""
    return (f"{first} {' '.join(initials)}" if len(initials) > 1 else first, surname(name))
