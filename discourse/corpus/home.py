"""The home side of an archive: the state or body whose words a corpus is about, and how documents are recognised as its own."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from discourse.corpus.files import read_lexicon
from discourse.corpus.offices import terms


@dataclass(frozen=True)
class Home:
    """Whose words count as those of the home side.

    Parameters
    ----------
    country : str
        State or body; empty where no state is at home.
    names : tuple of str
        Further names and adjectives by which offices name it: Russian, of the Russian Federation.
    offices : tuple of str
        Offices that belong to it when no country is named beside them: Prime Minister, Foreign Secretary.
    issuers : tuple of str
        Words of issuer, byline or title by which its documents are recognised; none where all documents are its own.
    everyone : bool
        All states and officials count, as in records of the United Nations.

    Examples
    --------
    >>> Home("Norland", names=("Norlandic",)).is_named_in("Norlandic Foreign Minister")
    True
    """

    country: str
    names: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    everyone: bool = False

    @property
    def is_united_states(self) -> bool:
        """Whether offices are looked up among those of the United States."""
        return self.country == UNITED_STATES.country

    @cached_property
    def _named(self) -> re.Pattern[str] | None:
        return _any_of((self.country, *self.names))

    @cached_property
    def _held(self) -> re.Pattern[str] | None:
        return _any_of(self.offices)

    def is_named_in(self, words: str) -> bool:
        """Whether words name this state or body."""
        return self._named is not None and self._named.search(words) is not None

    def has_office(self, words: str) -> bool:
        """Whether words name an office that belongs to it."""
        return self._held is not None and self._held.search(words) is not None

    def issued(self, words: str) -> bool:
        """Whether issuer, byline or title show a document of its own."""
        return first_contained(self.issuers, words) is not None

    def __getstate__(self) -> dict[str, object]:
        """The parameters alone: compiled patterns are made anew."""
        return {k: self.__dict__[k] for k in ("country", "names", "offices", "issuers", "everyone")}


def first_contained(listed: Iterable[str], text: str) -> str | None:
    """The first of some words that stands in a text as whole words; None where none does.

    Parameters
    ----------
    listed : iterable of str
        Words, in the order in which they are looked for; those in capitals are acronyms and match in capitals only.
    text : str
        Where they are looked for.

    Returns
    -------
    str or None

    Examples
    --------
    >>> first_contained(["US", "Harbour Office"], "Tell us what the harbour office said")
    'Harbour Office'
    """
    small = text.casefold()
    # Few stand there at all, which is seen at once.
    for words, folded in _folded(tuple(listed)):
        if folded in small:
            flags = re.NOFLAG if words.isupper() else re.IGNORECASE
            if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, flags):
                return words
    return None


@lru_cache(maxsize=512)
def _folded(listed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((words, words.casefold()) for words in listed)


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    listed = sorted({w for w in words if w}, key=lambda w: (-len(w), w))
    # In capitals as well, as labels write them.
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(w) for w in listed)})(?!\w)", re.I) if listed else None


UNITED_STATES = Home("United States", issuers=())
EVERYONE = Home("", everyone=True)
AUTHOR = Home("")
"""Nobody is known to be at home but who signs a document."""


@cache
def states() -> dict[str, tuple[str, ...]]:
    """States with their names and adjectives."""
    lines = files("discourse.lexicons").joinpath("actors.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t")
    return {
        r["name"]: tuple(a for a in (r["aliases"] or "").split("|") if a and not a.startswith(("@", "#")))
        for r in rows
        if r["kind"] == "state" or r["name"] in ("European Union", "United Nations", "NATO")
    }


@cache
def other_states(home: str) -> re.Pattern[str]:
    """A pattern for the names and adjectives of all states and bodies but one."""
    words = [w for name, aliases in states().items() if name != home for w in (name, *aliases)]
    listed = sorted({re.escape(w) for w in words}, key=lambda w: (-len(w), w))
    return re.compile(rf"(?<!\w)(?:{'|'.join(listed)})(?!\w)", re.I)


@cache
def is_state(words: str) -> bool:
    """Whether words in brackets behind a name are a state.

    Examples
    --------
    >>> is_state("Iran (Islamic Republic of)"), is_state("Manchester, Central")
    (True, False)
    """
    first = re.sub(r"\s*\(.*", "", words).removeprefix("the ").strip()
    return other_states("").fullmatch(first) is not None


@cache
def known_homes() -> dict[str, Home]:
    """Governments and bodies with their issuers and offices, from `discourse/lexicons/homes.yaml`."""
    rows = read_lexicon("homes.yaml")
    return {
        r["name"]: Home(
            r["name"], states().get(r["name"], ()), tuple(r.get("offices", ())), tuple(r.get("issuers", ()))
        )
        for r in rows
    }


def home_named(country: str) -> Home:
    """The home side of a country or body, as far as it is known by name.

    Examples
    --------
    >>> home_named("Russia").is_named_in("RUSSIAN FOREIGN MINISTER"), home_named("Norland")
    (True, Home(country='Norland', names=(), offices=(), issuers=(), everyone=False))
    """
    known = next(
        (n for n, aliases in states().items() if country.casefold() in {a.casefold() for a in (n, *aliases)}), country
    )
    return known_homes().get(known) or Home(known, states().get(known, ()))


@cache
def _officeholders() -> tuple[str, ...]:
    return tuple(dict.fromkeys(t.full_name for t in terms()))


def home_of(issuer: str, byline: str, title: str) -> Home | None:
    """The home side that issuer, byline or title of a document show; None where they show none.

    Parameters
    ----------
    issuer, byline, title : str
        As the source gives them; a title also names those to whom somebody speaks, so that in it only offices of the United
        States are looked for.

    Returns
    -------
    Home or None

    Examples
    --------
    >>> home_of("House of Commons", "", "").country, home_of("Norland Radio", "", "A talk on Russia")
    ('United Kingdom', None)
    """
    for words in (issuer, byline):
        for home in known_homes().values():
            if words and home.issued(words):
                return home
    # A title also names those to whom somebody speaks: only offices of the United States are looked for in it.
    signed = f"{byline} | {title}"
    if (
        known_homes()[UNITED_STATES.country].issued(title)
        or first_contained(_officeholders(), signed) is not None
        or re.search(r"\bSecretary of State\b(?! for)", signed)
    ):
        return known_homes()["United States"]
    return None
