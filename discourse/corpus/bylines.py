"""What bylines, titles and running text say of people: their full names and offices."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from discourse.corpus.label_words import plain
from discourse.corpus.names import BODY, BREAKS, HONOURS, OFFICE_WORDS, shown, surname

_LABEL_ENDS = re.compile(r"[^\w,.\n()]{0,4}(?:\([^)\n]*\)\s*)?:")


def _places(last: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a surname stands in a text, its first letter a capital; in small letters it is a common word."""
    if not re.fullmatch(r"[\w-]+", last):
        for match in re.finditer(rf"(?<![\w-]){re.escape(last)}(?![\w-])", text, re.I):
            if match[0][0].isupper():
                yield match.span()
        return
    folded, name = _folded(text), last.casefold()
    if len(folded) != len(text):  # "ß" becomes two letters
        for start in _capitalised(text).get(name, ()):
            yield start, start + len(last)
        return
    start = folded.find(name)
    while start >= 0:
        end = start + len(name)
        if text[start].isupper() and not (_goes_on(text[start - 1 : start]) or _goes_on(text[end : end + 1])):
            yield start, start + len(last)
        start = folded.find(name, start + 1)


def _goes_on(character: str) -> bool:
    """Whether a word goes on with a character."""
    return character.isalnum() or character in ("_", "-")


# Every label of a document is looked for in the same byline, title and text.
@lru_cache(maxsize=8)
def _folded(text: str) -> str:
    return text.casefold()


# Every label of a document is looked for in the same byline, title and text.
@lru_cache(maxsize=8)
def _capitalised(text: str) -> dict[str, list[int]]:
    """Where each word with a capital at its beginning stands, by its letters in any case."""
    found: dict[str, list[int]] = {}
    for match in re.finditer(r"(?<![\w-])[^\W\d_a-z][\w-]*", text):
        if match[0][0].isupper():
            found.setdefault(match[0].casefold(), []).append(match.start())
    return found


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
    for start, end in _places(_unaccented(last), _unaccented(text)):
        # Before a colon it is a label, which does not say who is meant.
        if _LABEL_ENDS.match(text, end):
            continue
        before = re.split(r"[\n;:–—|]|(?<=[a-z]{3})\. |[!?] ", text[max(0, start - 160) : start])[-1]
        name_in_capitals = text[start:end].isupper() and end - start > 2
        words = before.split(" ")
        words = [w for w in words if w.strip("\u00a0")]
        k = len(words)
        while k > 0 and len(words) - k < 5:
            word = words[k - 1].strip("\u00a0")
            bare = word.strip(",.()").lower()
            particle = bare in ("bin", "al", "de", "von", "van", "der", "le", "la", "el", "da", "dos", "del")
            initial = re.fullmatch(r"[A-Z]\.", word) is not None
            if bare == "i" or re.search(r"[’'](?:m|re|ve|ll|d)$", bare):
                break  # "I’m Ann Roe" introduces Ann Roe
            if word.endswith(",") or ((bare in OFFICE_WORDS or (bare in BREAKS and not particle)) and not initial):
                break
            if (
                not (word[:1].isupper() or particle)
                or word.endswith(("’s", "'s", ")"))
                # An acronym before a name is a body, unless the name is in capitals as well.
                or (re.fullmatch(r"(?:[A-Z]\.?){2,}", word) and not name_in_capitals)
            ):
                break
            k -= 1
        if 1 < k < len(words) - 1 and words[k - 1].lower() == "of" and words[k - 2].strip(",.").lower() in OFFICE_WORDS:
            k += 1  # President of Norland Ann Roe
        if (
            len(words) - k > 1
            and k > 1
            and words[k - 1].lower() == "for"
            and words[k - 2].strip(",.").lower() in OFFICE_WORDS
        ):
            k = len(words) - 1  # Coordinator for Harbour Safety Ann Roe
        first = " ".join(_proper(w) for w in words[k:]).strip()
        name = f"{first} {_proper(text[start:end])}".strip()
        office_before = _office_before(words[:k])
        if all(w.strip(",.").lower() in HONOURS for w in office_before.split()):
            office_before = ""  # "Hon." is no office
        office = office_before or _office_after(text[end : end + 160])
        office = re.sub(r"[\s\u00a0]+", " ", office)
        # An office has a capital letter; what is longer than 20 words is running text.
        if (not office[:1].isupper() and not office.startswith("of ")) or len(office.split()) > 20:
            office = ""
        yield re.sub(r"[\s\u00a0]+", " ", name), office


def introduced(last: str, text: str) -> str:
    """What follows a surname and a comma, in small letters as well.

    Examples
    --------
    >>> introduced("Roe", "I invite Ms. Roe, founder of the Harbour School.")
    'founder of the Harbour School'
    """
    match = re.search(rf"\b{re.escape(last)}, (?P<what>[^.;\n]{{1,80}})", text, re.I)
    return match["what"] if match else ""


class _Bases(dict[int, int]):
    """Letters without their accents, one for one, so that offsets stay."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(unicodedata.normalize("NFKD", chr(code))[0])
        return self[code]


_BASES = _Bases()


_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


# Every label of a document is looked for in the same byline, title and text.
@lru_cache(maxsize=8)
def _unaccented(text: str) -> str:
    # Few different ones occur in a text, and most of these are marks that stay.
    for letter in set("".join(_NOT_ASCII.findall(text))) if not text.isascii() else ():
        base = _BASES[ord(letter)]
        if base != ord(letter):
            text = text.replace(letter, chr(base))
    return text


def _proper(word: str) -> str:
    """A word in capitals as a name is written; initials and acronyms of two letters stay."""
    return shown(word) if word.isupper() and len(word.strip(".")) > 2 else word


def _office_before(words: Sequence[str]) -> str:
    """The office at the end of these words: back to a comma, a verb or another person."""
    taken: list[str] = []
    if words and words[-1].lower() == "and":
        return ""  # "President Roe and Ann Lind": another's office
    for word in reversed(words[-12:]):
        bare = word.strip(",.()\u00a0").lower()
        if word.endswith(",") and not taken:
            return ""
        stops = bare.endswith(("’s", "'s")) or bare in (
            "with", "before", "by", "at", "after", "hosts", "on", "joins", "remarks", "as", "is", "was", "meets",
            "interview", "to", "but"
        )  # fmt: skip
        # "Assistant to the President" and "Ambassador at Large" are offices with these words in them.
        stops = stops and not (bare == "to" and taken and taken[0].lower() in ("the", "advance"))
        if stops and not (bare == "at" and taken and taken[0].lower() in ("large", "the")):
            break
        if word.endswith(",") or not (word[:1].isupper() or bare in BREAKS):
            break
        taken.insert(0, word.strip("\u00a0"))
    # "Press" belongs to "Joint Press Statement", but begins "Press Secretary".
    while taken and taken[0].lower() in BREAKS and [w.lower() for w in taken[:2]] != ["press", "secretary"]:
        taken.pop(0)
    phrase = " ".join(taken)
    # "Secretary Roe and Foreign Minister" are two people, "Minister of Trade and Industry" is one office.
    parts = re.split(r"\s+[Aa]nd\s+", phrase)
    for k in range(len(parts) - 1, -1, -1):
        tail = " and ".join(parts[k:])
        if re.search(
            r"\b(?:Secretary|Minister|President|Ambassador|Spokes\w+|Representative|Envoy|Director|Coordinator"
            r"|Administrator|Chancellor"
            r"|Premier|Prince|King|General|Admiral|Commissioner|Chair\w*|Counselor|Head|Chief|Officer|Advis[eo]r)\b",
            parts[k],
        ):
            return tail
    return phrase if any(w.strip(",.").lower() in OFFICE_WORDS for w in taken) else ""


def _office_after(text: str) -> str:
    """The office that follows a name after a comma or "of"."""
    text = re.split(r"[\n;:|–—]|(?<=[a-z]{3})\. ", text)[0]
    # "My name is Ann Roe, and I am the senior official of the Office of Grain."
    own = re.match(r",? and (?:I am|I(?:’|')m|I serve as) (?:the |an? )(?P<office>[^,]{3,140})", text)
    if own and any(w.strip(",.").lower() in OFFICE_WORDS or BODY.search(w) for w in own["office"].split()):
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
        office = any(w.strip(",.()’s").lower() in OFFICE_WORDS - HONOURS or BODY.search(w) for w in words)
        if not taken and not office:
            return ""
        # Offices have commas in them: "Under Secretary for Energy, and the Environment".
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
        office = any(w.strip(".()").lower() in OFFICE_WORDS - HONOURS for w in words) or bool(BODY.search(segment))
        is_name = 1 <= len(words) <= 6 and all(w[0].isupper() or len(w) < 4 for w in words) and not office
        titled = _titled_name(segment)
        # Behind a person without an office the words are that person's office, even if they end like a name.
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
    while k > 0 and words[k - 1][:1].isupper() and words[k - 1].strip(".,").lower() not in OFFICE_WORDS | BREAKS:
        k -= 1
    name, office = words[k:], words[:k]
    has_office = any(w.strip(".,").lower() in OFFICE_WORDS for w in office)
    if not 1 < len(name) <= 4 or not has_office or BODY.search(" ".join(name)) or office[-1].lower() in BREAKS:
        return None
    return " ".join(name), " ".join(office)


class NameForms:
    """The forms of the names in the bylines of a corpus: with and without initials, titles and honours."""

    def __init__(self) -> None:
        self._forms: dict[tuple[str, str], Counter[str]] = {}

    def learn(self, byline: str) -> None:
        """Count the forms of the names in a byline."""
        for name, _ in parse_byline(byline):
            if len(name.split()) > 1 and not BODY.search(name):
                self._forms.setdefault(_key(name), Counter())[name] += 1

    def add(self, other: NameForms) -> None:
        """Count the forms that another part of the corpus has."""
        for key, forms in other._forms.items():
            self._forms.setdefault(key, Counter()).update(forms)

    def canonical(self, name: str) -> str:
        """The commonest form of a name, and of equally common ones the longest; the name itself where there is none."""
        forms = self._forms.get(_key(name))
        # The name itself comes last, so that ties do not depend on the order of the documents.
        return min(forms, key=lambda n: (-forms[n], -len(n), n)) if forms else name


def _key(name: str) -> tuple[str, str]:
    """First name and surname; with both initials where there are two, which distinguish George H. W. from George W."""
    words = plain(name).split()
    initials = [w for w in words[1:-1] if len(w) == 1]
    first = words[0] if words else ""
    return (f"{first} {' '.join(initials)}" if len(initials) > 1 else first, surname(name))
