"""Speaker labels: where in a document a speaker begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

TITLES = (
    "ACTING",
    "ADMINISTRATOR",
    "ADMIRAL",
    "AMBASSADOR",
    "ASSISTANT",
    "ATTORNEY GENERAL",
    "BISHOP",
    "CHAIR",
    "CHAIRMAN",
    "CHAIRPERSON",
    "CHAIRWOMAN",
    "CHANCELLOR",
    "COLONEL",
    "COMMISSIONER",
    "CONGRESSMAN",
    "CONGRESSWOMAN",
    "COORDINATOR",
    "COUNSELOR",
    "CROWN PRINCE",
    "DEFENSE MINISTER",
    "DELEGATE",
    "DEPUTY",
    "DIRECTOR",
    "DR",
    "FIRST LADY",
    "FOREIGN MINISTER",
    "FOREIGN SECRETARY",
    "GEN",
    "GENERAL",
    "GOV",
    "GOVERNOR",
    "HIGH COMMISSIONER",
    "HIGH REPRESENTATIVE",
    "HIS EXCELLENCY",
    "JUDGE",
    "JUSTICE",
    "KING",
    "LORD",
    "LT",
    "MADAM",
    "MAJOR",
    "MAYOR",
    "MINISTER",
    "MR",
    "MRS",
    "MS",
    "MISS",
    "PREMIER",
    "PRESIDENT",
    "PRIME MINISTER",
    "PRINCE",
    "PRINCESS",
    "PRESS SECRETARY",
    "PRINCIPAL",
    "PROF",
    "PROFESSOR",
    "QUEEN",
    "RANKING MEMBER",
    "REP",
    "REPRESENTATIVE",
    "SECRETARY",
    "SECRETARY GENERAL",
    "SECRETARY-GENERAL",
    "SECURITY MINISTER",
    "SEN",
    "SENATOR",
    "SENIOR",
    "SPEAKER",
    "SPECIAL ENVOY",
    "SPECIAL REPRESENTATIVE",
    "SPOKESMAN",
    "SPOKESPERSON",
    "SPOKESWOMAN",
    "STATE COUNCILOR",
    "SULTAN",
    "THE CHAIRMAN",
    "THE PRESIDENT",
    "THE PRIME MINISTER",
    "THE SECRETARY",
    "THE VICE PRESIDENT",
    "UNDER",
    "UNDER-SECRETARY",
    "VICE CHAIR",
    "VICE PRESIDENT",
)
"""Words with which a label that names an office or a person begins."""

# Labels without a name: what is shown, role, side.
NAMELESS = {
    "QUESTION": ("Question", "reporter", "press"),
    "Q": ("Question", "reporter", "press"),
    "QUESTIONER": ("Question", "reporter", "press"),
    "QUESTIONS": ("Question", "reporter", "press"),
    "REPORTER": ("Question", "reporter", "press"),
    "REPORTERS": ("Question", "reporter", "press"),
    "JOURNALIST": ("Question", "reporter", "press"),
    "INTERVIEWER": ("Question", "reporter", "press"),
    "CORRESPONDENT": ("Question", "reporter", "press"),
    "PRESS": ("Question", "reporter", "press"),
    "THE PRESS": ("Question", "reporter", "press"),
    "MEDIA": ("Question", "reporter", "press"),
    "MODERATOR": ("Moderator", "moderator", "other"),
    "FACILITATOR": ("Moderator", "moderator", "other"),
    "HOST": ("Moderator", "moderator", "other"),
    "ANCHOR": ("Question", "reporter", "press"),
    "ANNOUNCER": ("Announcer", "moderator", "other"),
    "OPERATOR": ("Operator", "moderator", "other"),
    "INTERPRETER": ("Interpreter", "moderator", "other"),
    "TRANSLATOR": ("Interpreter", "moderator", "other"),
    "STAFF": ("Staff", "moderator", "other"),
    "AIDE": ("Staff", "moderator", "other"),
    "PARTICIPANT": ("Participant", "participant", "other"),
    "PARTICIPANTS": ("Participant", "participant", "other"),
    "STUDENT": ("Participant", "participant", "other"),
    "SPEAKER": ("Participant", "participant", "other"),
    "AUDIENCE": ("Audience", "participant", "other"),
    "AUDIENCE MEMBER": ("Audience", "participant", "other"),
    "AUDIENCE MEMBERS": ("Audience", "participant", "other"),
    "MEMBERS OF THE AUDIENCE": ("Audience", "participant", "other"),
    "PROTESTER": ("Audience", "participant", "other"),
    "VOICE": ("Audience", "participant", "other"),
    "VOICES": ("Audience", "participant", "other"),
    "ALL": ("Audience", "participant", "other"),
    "UNKNOWN": ("Participant", "participant", "other"),
    "UNIDENTIFIED": ("Participant", "participant", "other"),
    "UNIDENTIFIED MALE": ("Participant", "participant", "other"),
    "UNIDENTIFIED FEMALE": ("Participant", "participant", "other"),
    "UNIDENTIFIED SPEAKER": ("Participant", "participant", "other"),
}
# Names of fields in lists and forms; labels never begin with these, whatever follows.
_FIELD = re.compile(
    r"\b(?:NOTE|ADDRESS|DOB|POB|AKA|A\.?K\.?A|FKA|TITLE|DATE|DATELINE|LOCATION|PLACE|TIME|SUBJECT|RE|FROM|TO|CC|CONTACT|PHONE|TEL|FAX"
    r"|E-?MAIL|WHAT|WHEN|WHERE|WHO|WHY|HOW|TEXT|SUMMARY|BACKGROUND|AGENDA|PROGRAM|TOTAL|UPDATE|WARNING|IMPORTANT|FACT|LIST"
    r"|PARTICIPANTS|VESSEL|NAME|TYPE|FLAG|NATIONALITY|PASSPORT|GENDER|WEBSITE|TWITTER|FIRST|SECOND|THIRD|FOURTH|FIFTH"
    r"|CHAPTER|PART|SECTION|ARTICLE|END|BEGIN|ANNOUNCEMENT|IMO|MMSI|CITIZEN|LINKED|SECONDARY|ORGANIZATION|EMPLOYER"
    r"|ORIGINAL|P S|BELOW|ABOVE|SOURCE|PHOTO|VIDEO|AUDIO|TRANSCRIPT|HEADLINE|TOPICS?|INDEX|OPEN|CLOSED|PRESS CONTACT)\b"
)
# Whom a speaker addresses.
_ADDRESS = re.compile(
    r"EXCELLENC|\bLADIES\b|\bGENTLEMEN\b|\bDELEGATES\b|\bCOLLEAGUES\b|\bFRIENDS\b|^DEAR\b|^DISTINGUISHED\b|^FELLOW\b"
    r"|^(?:MR|MRS|MS|MADAM)\.? (?:(?:VICE |DEPUTY |PRIME )?(?:PRESIDENT|SPEAKER|CHAIR\w*|SECRETARY(?:[- ]GENERAL)?|AMBASSADOR|MINISTER|MODERATOR))$"
)
# A word in capitals, with the small letters of some names before it: McCORMACK, deCARVALHO; a number after an office.
_WORD = r"(?:(?:Ma?c|[Dd][eiu]|[Ll][ae]|[Vv][ao]n|al-|el-|bin )?[^\W\d_a-zß-öø-ÿ]+|#?\d{1,2})"
_SPACE = r"[ \t\u00a0\u202f]"
_NOTE = rf"(?P<note>{_SPACE}*[(\[][^)\]\n]{{1,80}}[)\]])?"
_CAPITALS = re.compile(
    rf"(?m)^[ \t\u00a0`>*_]*(?:\[?\d{{1,2}}:\d{{2}}(?::\d{{2}})?\]?{_SPACE}+)?(?:[(\[](?P<before>[^)\]\n]{{1,60}})[)\]]{_SPACE}*)?(?:\*\*)?"
    rf"(?P<label>{_WORD}(?:[ \u00a0.,'’\-/]+{_WORD})*\.?)(?:\*\*)?{_NOTE}{_SPACE}*(?:\*\*)?:(?:\*\*)?"
    r"(?=\s|$|[A-Z“\"(\[])"
)
_PARTICLE = r"(?:de|del|della|di|da|dos|du|van|von|der|den|bin|bint|ibn|al|el|le|la|of|and|the|y|e)"
_MIXED_WORD = r"[^\W\d_a-zß-öø-ÿ][\w.’'\-]*"
_MIXED = re.compile(
    rf"(?m)^[ \t\u00a0`>*_]*(?:\[?\d{{1,2}}:\d{{2}}(?::\d{{2}})?\]?{_SPACE}+)?(?:\*\*)?(?P<label>{_MIXED_WORD}(?:{_SPACE}+(?:{_PARTICLE}{_SPACE}+)*{_MIXED_WORD}){{0,6}}"
    rf"(?:,{_SPACE}(?:[A-ZÀ-Þ][\w.’'\-]*|of|for|and|the|to)(?:{_SPACE}(?:[A-ZÀ-Þ][\w.’'\-]*|of|for|and|the|to)){{0,7}})?)"
    rf"(?:\*\*)?{_NOTE}{_SPACE}*(?:\*\*)?:(?:\*\*)?(?=\s|$)"
)
# The American Presidency Project and the Public Papers: a name with a full stop, then speech.
_STOPPED = re.compile(
    r"(?m)^(?P<label>The (?:Vice )?President|The Chairman|The Prime Minister|The Chancellor|Audience members?|Q|Moderator|Interpreter|Reporters?"
    r"|(?:(?:Deputy|Assistant|Acting|Vice|Under) )*(?:President|Prime Minister|Chancellor|Secretary(?: General)?|Press Secretary|Foreign Minister"
    r"|Minister|Senator|Representative|Speaker|General|Ambassador|Governor|Mayor|King|Queen|Mr\.|Mrs\.|Ms\.|Miss|Dr\.)"
    r"(?: (?:de|van|von|bin|al)| [A-ZÀ-Þ][\w’'.\-]*?){1,4})\.(?= [A-ZÀ-Þ\[“\"—(])"
)
_STOPPED_NAME = re.compile(r"(?m)^(?P<label>[A-ZÀ-Þ][\w’'\-]+(?: [A-ZÀ-Þ][\w’'\-]+){0,2})\.(?= [A-ZÀ-Þ\[“\"])")
# The White House: a Q and white space.
_BARE_Q = re.compile(r"(?m)^[ \t\u00a0*]*(?P<label>Q)(?:\*\*)?[.:]?[ \t\u00a0]+(?=[A-Z\"“'‘(\[…—–-])")
_BARE_A = re.compile(r"(?m)^[ \t\u00a0*]*(?P<label>A)(?:\*\*)?[.:][ \t\u00a0]+(?=[A-Z\"“'‘(\[…—–-])")
_TITLED = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(TITLES, key=len, reverse=True)))})\b\.?[ .,\-]")
# Titles that are words of their own: without a name behind them they head a list or a section.
_BARE_TITLES = frozenset(
    """DIRECTOR GENERAL MAJOR SPECIAL UNDER SENIOR ACTING ASSISTANT DEPUTY PRINCIPAL KING PRINCE QUEEN JUSTICE JUDGE DELEGATE COORDINATOR
    ADMINISTRATOR REPRESENTATIVE COUNSELOR GOVERNOR MAYOR REP GEN LT""".split()
)
_LOWER_NAMELESS = {k.capitalize() for k in NAMELESS if " " not in k and k != "ALL"} | {"Answer", "A"}


@dataclass(frozen=True)
class Label:
    """One label: where it begins and ends in the document, its words, and the note in brackets beside it."""

    start: int
    end: int
    text: str
    note: str = ""


def plain(label: str) -> str:
    """The words of a label in capitals, without stops, notes and double spaces.

    Examples
    --------
    >>> plain("Mr. Roe"), plain("SEN. J. D. ROE, CHAIR")
    ('MR ROE', 'SEN J D ROE, CHAIR')
    """
    words = re.sub(r"[\s\u00a0]+", " ", label.replace(".", " ")).strip(" *`_,")
    return words.upper().replace(" ,", ",")


def speaks(text: str) -> bool:
    """Whether what stands after a label reads like speech, not like an entry in a list.

    Examples
    --------
    >>> speaks("Thank you, Minister."), speaks("Crude Oil Tanker"), speaks("Yes.")
    (True, False, True)
    """
    first = re.sub(r"[*_]", "", text.strip().partition("\n\n")[0].strip())
    ends = re.search(r"[.!?…—–-][\"”’')*\]]*$", first)
    return bool(ends and re.search(r"[a-zß-öø-ÿ]", first)) or bool(re.match(r"[(\[]", first))


def _programme(text: str) -> bool:
    """Whether what follows a label is an entry of a programme: names and headings without a full stop."""
    first = text.strip().partition("\n")[0].strip()
    if not first or re.search(r"[.!?…—–:;-][\"”’')*\]]*$", first) or re.match(r"[(\[]", first):
        return False
    words = [w for w in re.findall(r"[^\W\d_][\w’'.\-]*", first) if len(w) > 3]
    return not words or sum(w[0].isupper() for w in words) >= 0.6 * len(words)


def label_at(paragraph: str) -> bool:
    """Whether a paragraph begins with what looks like a speaker label, known or not."""
    return bool(_CAPITALS.match(paragraph))


def find_labels(text: str, names: Collection[str] = (), *, title: str = "") -> list[Label]:
    """Find the speaker labels of one document.

    Parameters
    ----------
    text : str
        The document.
    names : collection of str
        Surnames and other words, in capitals, that name the people of this document: from the config, the byline
        and the title.
    title : str
        Title of the document; questions and answers that an office writes itself are no turns.

    Returns
    -------
    list of Label
        In order. Labels in capitals before a colon, with or without a title; ``Name:`` in small letters where the name is
        known or comes back; ``Q`` before white space; and, where a document has them, names before a full stop, as
        in the Public Papers of the Presidents. Fields of lists (``VESSEL TYPE:``), entries of a programme and headings are
        none.

    Examples
    --------
    >>> [x.text for x in find_labels("MS ROE: Good day.\\n\\nQUESTION: Why?\\n\\nVESSEL TYPE: Tanker\\n\\nMS ROE: Yes.")]
    ['MS ROE', 'QUESTION', 'MS ROE']
    """
    if re.search(r"\bFAQs?\b|\bfrequently asked questions\b", title, re.I):
        return []
    known: list[re.Match[str]] = []
    others: dict[str, list[re.Match[str]]] = {}
    titled: dict[str, list[re.Match[str]]] = {}
    names = {n.upper() for n in names}
    words = _words_of(text) if _CAPITALS.search(text) else set()
    for match in _CAPITALS.finditer(text):
        label = plain(match["label"])
        if re.match(r"(?:SPECIAL|MAJOR|GENERAL|UNDER|SENIOR|PRINCIPAL|ACTING|JUSTICE) [A-Z]+$", label) and not any(
            re.search(rf"(?<!\w){re.escape(n)}(?!\w)", label) for n in names
        ):
            others.setdefault(label, []).append(match)
            continue
        if len(label) > 70 or _ADDRESS.search(label):
            continue
        known_name = any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", label) for n in names)
        if label in _BARE_TITLES:
            others.setdefault(label, []).append(match)
        elif (
            label in NAMELESS
            or _TITLED.match(label + " ")
            or (known_name and not _FIELD.search(label) and not _is_heading(label, words))
        ):
            titled.setdefault(label, []).append(match)
        elif (
            len(label.split(",")[0].split()) <= (8 if _has_title(label) else 5)
            and len(label) > 1
            and not _FIELD.search(label)
        ):
            others.setdefault(label, []).append(match)
    for matches in titled.values():
        if not all(_programme(_follows(text, m)) for m in matches):
            known += matches
    others = {k: v for k, v in others.items() if sum(speaks(_follows(text, m)) for m in v) > 0.6 * len(v)}
    # A heading in capitals speaks only where people speak: beside names with titles and questions, or where it comes back.
    people = {k: v for k, v in others.items() if not _is_heading(k, words)}
    dialogue = sum(len(v) for v in titled.values() if v[0] in known) > 1 or any(len(v) > 1 for v in people.values())
    known += [m for v in people.values() if dialogue for m in v]
    known += _mixed(text, names, bool(known))
    answers = list(_BARE_A.finditer(text))
    questions = list(_BARE_Q.finditer(text))
    if len(answers) > 1 and len(questions) > 1:
        known += answers
    if len(questions) > 1 or (questions and known):
        known += questions
    stopped = [
        m
        for m in _STOPPED.finditer(text)
        if (len(m["label"].split()[-1].strip(".")) > 1 or m["label"] == "Q") and not _ADDRESS.search(plain(m["label"]))
    ]
    counts = Counter(m["label"] for m in stopped)
    if counts["The President"] or (len(stopped) > 2 and max(counts.values()) > 1 and len(counts) > 1):
        known += stopped
        named = [m for m in _STOPPED_NAME.finditer(text) if m["label"].split()[-1].upper() in names]
        known += [m for m in named if len(m["label"]) > 1]
    taken: dict[int, re.Match[str]] = {}
    for match in known:
        start = match.start("label")
        if start not in taken or match.end() > taken[start].end():
            taken[start] = match
    labels = []
    for match in sorted(taken.values(), key=lambda m: m.start("label")):
        groups = match.groupdict()
        note = " ".join(filter(None, ((groups.get("before") or ""), (groups.get("note") or "").strip(" ()[]"))))
        labels.append(Label(match.start(), match.end(), match["label"].strip(" *`_").removesuffix("."), note))
    return _inside(text, labels)


def _words_of(text: str) -> set[str]:
    """Words that stand in small letters somewhere in the text, in capitals: no part of a name."""
    return {w.upper() for w in re.findall(r"(?<![\w’'-])[a-zß-öø-ÿ]{3,}(?![\w’'-])", text)}


def _is_heading(label: str, words: Collection[str]) -> bool:
    """Whether a label in capitals without a title is a heading: countries and things, not people.

    A name has no word that the text writes in small letters; a single word or two that is a country is a heading.
    """
    parts = label.split(",")[0].split()
    return any(p in words for p in parts) or label in _COUNTRIES


_COUNTRIES = frozenset(
    """RUSSIA UKRAINE CHINA IRAN IRAQ SYRIA BURMA CUBA TURKEY AFGHANISTAN PAKISTAN INDIA JAPAN KOREA YEMEN LIBYA LEBANON ISRAEL EGYPT ETHIOPIA
    VENEZUELA MEXICO CANADA GERMANY FRANCE POLAND BELARUS MOLDOVA KOSOVO SERBIA TAIWAN EUROPE AFRICA ASIA NATO OSCE SUDAN SOMALIA HAITI DPRK PRC
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


def _follows(text: str, match: re.Match[str]) -> str:
    """The paragraph behind a label; where a text has no blank lines, the line."""
    rest = text[match.end() : match.end() + 6_000].lstrip(" \t\u00a0\n")
    return rest.split(_separator(text), 1)[0]


@lru_cache(maxsize=4)
def _separator(text: str) -> str:
    return "\n\n" if "\n\n" in text else "\n"


def _mixed(text: str, names: Collection[str], others: bool) -> list[re.Match[str]]:
    """Labels that are not in capitals: nameless ones, known names, and names that come back and speak."""
    found: dict[str, list[re.Match[str]]] = {}
    for match in _MIXED.finditer(text):
        if not match["label"].isupper() or match["label"] in ("Q", "A"):
            found.setdefault(match["label"], []).append(match)
    candidates = {
        label: (matches, sum(speaks(_follows(text, m)) for m in matches) / len(matches))
        for label, matches in found.items()
        if not _ADDRESS.search(plain(label)) and label.split()[0] not in _NO_NAMES
    }
    n_titled = sum(len(m) for label, (m, _) in candidates.items() if _is_titled(label))
    others = others or any(label in _LOWER_NAMELESS and len(m) > 1 for label, (m, _) in candidates.items())
    sure: set[str] = set()
    for label, (matches, spoken) in candidates.items():
        words = label.split(",")[0].split()
        is_known = (
            plain(words[-1]) in names and len(words) <= (8 if _has_title(label) else 4) and words[0] != "The"
        ) and (len(matches) > 1 or others)
        titled = _is_titled(label) and 1 < len(words) <= 8 and (others or len(matches) > 1 or n_titled > 1)
        nameless = label in _LOWER_NAMELESS and (others or len(matches) > 1 or len(found) > 1)
        if spoken > 0.6 and (nameless or is_known or titled):
            sure.add(label)
    enough = 2 if others or sure else 3
    for label, (matches, spoken) in candidates.items():
        comes_back = len(matches) >= enough and spoken >= 0.8 and not _FIELD.search(label.upper())
        # A name and what the person is there for: "Ann Roe, Moderator".
        there_for = "," in label and spoken > 0 and plain(label.rpartition(", ")[2]) in NAMELESS
        if comes_back or (there_for and (others or sure)):
            sure.add(label)
    if sum(len(candidates[label][0]) for label in sure) >= 4:
        # Beside an established dialogue whoever speaks once: two to four words that the text never writes in small letters.
        small = _words_of(text)
        for label, (_, spoken) in candidates.items():
            parts = label.split(",")[0].split()
            if (
                1 < len(parts) <= 4
                and parts[0] != "The"
                and spoken > 0.6
                and not _FIELD.search(label.upper())
                and not _is_heading(label.upper(), small)
            ):
                sure.add(label)
    return [m for label in sure for m in candidates[label][0]]


_NO_NAMES = ("To", "From", "For", "In", "On", "As", "At", "By", "P.S")


def _is_titled(label: str) -> bool:
    return bool(_TITLED.match(plain(label) + " "))


def _has_title(label: str) -> bool:
    return any(re.search(rf"\b{re.escape(t)}\b", plain(label)) for t in TITLES)


def _inside(text: str, labels: Sequence[Label]) -> list[Label]:
    """Add labels in capitals that stand within a paragraph, where the same label begins other paragraphs."""
    established = {
        x.text for x in labels if x.text.isupper() and len(x.text) > 3 and (" " in x.text or x.text in NAMELESS)
    }
    if not established:
        return list(labels)
    taken = {x.start for x in labels}
    ends = {x.end for x in labels}
    names = "|".join(map(re.escape, sorted(established, key=len, reverse=True)))
    pattern = re.compile(rf"(?<=[.!?…)\]”\"’—–>])[ \t\u00a0]+(?P<label>{names}):(?=\s)")
    found = list(labels)
    for match in pattern.finditer(text):
        start = match.start("label")
        if start not in taken and match.end() not in ends:
            found.append(Label(start, match.end(), match["label"]))
    return sorted(found, key=lambda x: x.start)
