"""Names of people and the words around them: titles, offices, honours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from discourse.corpus.label_words import TITLES, plain

# Words of an office; a name does not reach over them.
OFFICE_WORDS = frozenset(
    """secretary minister president ambassador spokesperson spokesman spokeswoman representative envoy director
    coordinator administrator chancellor premier prince princess king queen sheikh emir sultan general admiral colonel
    commissioner
    chairperson chairman chairwoman chair counselor councilor advisor adviser officer head chief executive deputy
    acting principal
    assistant under special high vice affairs state defense defence energy commerce treasury security environment
    freedom labor labour
    control growth migration refugees rights operations stabilization resources management health education
    agriculture trade interior
    justice transportation persons bureau office department agency institute university council commission union
    republic nations
    governor senator congressman congresswoman mayor judge justice attorney professor dr dr. mr mr. ms ms. mrs mrs.
    gen gen. adm adm.
    sir lord dame minister-president leader speaker member editor anchor host correspondent co-host news consul chargé
    d’affaires
    administration government embassy mission cooperation development economy finance policy planning intelligence
    staff writer lady gentleman communications states nations organization treaty industry agriculture culture lt col maj sgt rep sen gov prof lt.
    col. maj. sgt. rep. sen. gov. prof. madam honorable hon hon.
    excellency""".split()
)
# Before a name, and no office.
HONOURS = frozenset(
    "dr dr. mr mr. ms ms. mrs mrs. sir lord dame sheikh madam honorable hon hon. excellency professor prof prof.".split()
)
BREAKS = frozenset(
    """and with before at by of the for to in on from between after following remarks hosts meet meets joint press via
    interview statement readout call transcript opening closing briefing
    during but regarding about as is was are joins welcome welcomes delivers delivered an a or""".split()
)
BODY = re.compile(
    r"\b(?:Office|Department|Bureau|Ministry|Embassy|Mission|Government|Group|Council|Commission|White House"
    r"|Secretariat|Union|Agency|Delegation"
    r"|Committee|States|Treasury|Participants)\b"
)
_SUFFIX = re.compile(r"(?:,? (?:JR|SR|II|III|IV))$")


# Asked again and again for the same few labels.
@lru_cache(maxsize=1 << 16)
def split_label(label: str) -> tuple[str, str]:
    """The title and the name in a label, in capitals.

    Examples
    --------
    >>> split_label("FOREIGN MINISTER LE DRIAN"), split_label("Mr. Roe"), split_label("THE PRESIDENT")
    (('FOREIGN MINISTER', 'LE DRIAN'), ('MR', 'ROE'), ('THE PRESIDENT', ''))
    """
    words = _SUFFIX.sub("", plain(_office_first(label)).split(",")[0])
    title: list[str] = []
    while words:
        found = _TITLE.match(words)
        if found is None:
            break
        title.append(found[0])
        words = words[found.end() :].strip()
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


def _office_first(label: str) -> str:
    """A label without the comma between an office and a name behind it: "Harbour Council President, Ann Roe"."""
    office, _, name = label.partition(", ")
    words = name.split()
    if not 1 < len(words) < 5 or not office or office.split()[-1].lower() not in OFFICE_WORDS:
        return label
    return label if any(w.strip(".,").lower() in OFFICE_WORDS | BREAKS for w in words) else f"{office} {name}"


# SECRETARY GENERAL before SECRETARY.
_TITLE = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(TITLES, key=len, reverse=True)))})(?= |$)")


def _last_of_office(parts: Sequence[str]) -> int:
    """Index of the last word that belongs to an office; 0 where none but the first does."""
    return next((k for k in range(len(parts) - 1, 0, -1) if parts[k].lower() in OFFICE_WORDS | BREAKS), 0)


def display(label: str) -> str:
    """A label as figures show it: the name alone where it has first names, else title and surname.

    Examples
    --------
    >>> display("PRESIDENT OF NORLAND ANN B. ROE"), display("SECRETARY ROE"), display("Ann Roe, Moderator")
    ('Ann B. Roe', 'Secretary Roe', 'Ann Roe')
    """
    who = _office_first(label).partition(",")[0].strip()
    title, name = split_label(label)
    n = len(name.split())
    return shown(" ".join(who.split()[-n:])) if title and n > 1 and len(who.split()) > n else shown(who)


@lru_cache(maxsize=1 << 16)
def surname(name: str) -> str:
    """The last word of a name, in capitals, without Jr. and numbers; with Al and the like before it.

    Examples
    --------
    >>> surname("Ann Roe, Jr."), surname("Mohammed bin Abdulrahman Al-Thani"), surname("")
    ('ROE', 'AL-THANI', '')
    """
    words = _SUFFIX.sub("", plain(name)).split()
    return words[-1].strip(",’'") if words else ""


def spelt(name: str) -> str:
    """A name whose surname is in capitals, as it is spelt elsewhere.

    Examples
    --------
    >>> spelt("Mr. de SOUZA MELO"), spelt("Sir Jon McARDLE")
    ('Mr. de Souza Melo', 'Sir Jon McArdle')
    """
    words = [w.upper() if re.fullmatch(r"Ma?c[A-Z]{3,}", w) else w for w in name.split(" ")]
    return " ".join(shown(w) if w.isupper() and len(w.strip(".")) > 2 else w for w in words)


def shown(label: str) -> str:
    """A label as figures show it."""
    text = re.sub(r"[\s\u00a0]+", " ", label).strip(" .,")
    if not text.isupper():
        return text
    # str.title writes "Roe'S" and "Mccoy".
    shown = re.sub(r"(?<=['’])S\b", "s", text.title())
    return re.sub(r"\bMc([a-z])", lambda m: "Mc" + m[1].upper(), shown)
