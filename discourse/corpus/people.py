"""One identity for a person over all documents of a corpus."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from discourse.corpus.bylines import NameForms
from discourse.corpus.conduct import Scene, by_conduct
from discourse.corpus.cores import has_given_name
from discourse.corpus.grammar import Claim
from discourse.corpus.home import UNITED_STATES, Home
from discourse.corpus.initials import full_label
from discourse.corpus.label_words import plain
from discourse.corpus.members import FORM, Roster, seat
from discourse.corpus.names import shown, split_label, surname
from discourse.corpus.persons import FIXED, OPEN, Person, Setting, Speaker
from discourse.corpus.resolve import COURTESY, almost_title, author_of, resolve
from discourse.corpus.spelling import Spelling


@dataclass
class People:
    """Everybody in a corpus: what single documents say of a person serves the others.

    Parameters
    ----------
    speakers : sequence of Speaker
        People that the user has named; they go before every rule.
    forms : NameForms
        The forms of names in all bylines of the corpus.
    """

    speakers: Sequence[Speaker] = ()
    forms: NameForms = field(default_factory=NameForms)
    _by_label: dict[str, Counter[Person]] = field(default_factory=dict)
    _roster: Roster = field(default_factory=Roster)

    def add(self, other: People) -> None:
        """Whom another part of the corpus, behind this one, has found; both with the same forms of names."""
        for label, options in other._by_label.items():
            # In the order of the documents, by which ties are broken.
            self._by_label.setdefault(label, Counter()).update(options)
        self._roster.add(other._roster)

    def canonical(self, name: str) -> str:
        """The commonest form of a name over the corpus: with and without initials, titles and honours."""
        return self.forms.canonical(name)

    def author(self, byline: str, day: dt.date | None, home: Home = UNITED_STATES) -> Person:
        """The author of a document without labels: the first person of its byline, or the body."""
        return author_of(byline, day, self.speakers, self.forms, home)

    def resolve(self, label: str, setting: Setting, claim: Claim | None = None) -> Person:
        """Who is meant by a label in a document, by the first rule that applies.

        Examples
        --------
        >>> People().resolve("FOREIGN MINISTER KOVAR", Setting(title="Norland Foreign Minister Ada Kovar At a Signing"))
        Person(name='Ada Kovar', role='counterpart', side='foreign', office='Norland Foreign Minister', rule='title')
        >>> People().resolve("QUESTION", Setting()).role
        'reporter'
        """
        return resolve(label, setting, self.speakers, self.forms, claim)

    def resolve_all(
        self,
        labels: Sequence[str],
        setting: Setting,
        turns: Mapping[str, str],
        claims: Mapping[str, Claim] = MappingProxyType({}),
    ) -> dict[str, Person]:
        """Everybody in one document.

        Parameters
        ----------
        labels : sequence of str
            The labels of its turns, in order.
        setting : Setting
            What the document says of its people.
        turns : mapping of str to str
            All that is said under each label.
        claims : mapping of str to Claim
            What the forms of labels show.

        Returns
        -------
        dict of str to Person
        """
        counts = Counter(labels)
        result = {label: self.resolve(label, setting, claims.get(label)) for label in counts}
        if claims:
            result = seat(labels, result, claims)
            self._roster.learn(result.values(), setting.day)
        # Conduct is judged beside those who are known, and therefore after all labels were tried.
        short = {x: full_label(x, counts) for x, p in result.items() if p.rule == "unknown"}
        said = dict(turns)
        for label, full in short.items():
            if full is not None:
                said[full] = f"{said.get(full, '')} {said.pop(label, '')}"
        known = [p for p in result.values() if p.rule != "unknown"]
        scene = Scene(setting.title, [x for x in counts if short.get(x) is None], said, known)
        for label in scene.order:
            if result[label].rule == "unknown":
                result[label] = by_conduct(label, result[label], scene)
        for label, full in short.items():
            if full is not None:
                result[label] = replace(result[full], rule="same surname")
        spelling = Spelling(setting, counts)
        for label, person in result.items():
            right = spelling.right(label, result) if person.rule in OPEN else None
            if right is not None:
                result[label] = replace(right, rule="misspelt label")
        for label, person in result.items():
            self._remember(label, person)
        return result

    def _remember(self, label: str, person: Person) -> None:
        """Keep what other documents may use: not what the user or the label settles, nor a role without a full name."""
        named = person.rule != "conduct" or (_is_full(person.name) and person.name != shown(label))
        if person.rule not in FIXED and named:
            self._by_label.setdefault(plain(label), Counter())[person] += 1

    def again(self, found: Mapping[str, Person], day: dt.date | None = None) -> dict[str, Person]:
        """Resolve what stayed open from other documents, where the same label means one known person there.

        A name without first names is completed, and of several spellings the commonest is taken.

        Parameters
        ----------
        found : mapping of str to Person
            From `resolve_all`, after all documents went through it.
        day : date, optional
            Day of the document.

        Returns
        -------
        dict of str to Person
        """
        result = {label: self._from_other_documents(label, person) for label, person in found.items()}
        alike: dict[str, list[str]] = {}
        for label in result:
            alike.setdefault(surname(split_label(label)[1]), []).append(label)
        for label, person in result.items():
            if person.rule == FORM:
                result[label] = self._roster.completed(person, day)
            if person.rule in OPEN:
                result[label] = _same_surname(
                    label, person, {x: result[x] for x in alike[surname(split_label(label)[1])]}
                )
        return _with_first_names(result)

    def _from_other_documents(self, label: str, person: Person) -> Person:
        """The person whom the label means in other documents, or this one under the name used there."""
        options = self._by_label.get(plain(label), Counter())
        better = [p for p in options if p.rule not in ("title in the label", "misspelt label") and _is_full(p.name)]
        # Names that begin with different letters are different people: then the label does not say which.
        if person.rule in FIXED or len({p.name[0] for p in better}) != 1:
            return person
        by_name: Counter[str] = Counter()
        for option, n in options.items():
            by_name[option.name] += n
        # Office and name come last, so that ties do not depend on the order of the documents.
        best = max(better, key=lambda p: (by_name[p.name], options[p], p.office, p.name))
        if person.rule in OPEN:
            return replace(best, rule="other documents")
        may_be_it = len(person.name.split()) == 1 or person.name[:1] == best.name[:1]
        return replace(person, name=best.name) if may_be_it and surname(best.name) == surname(person.name) else person


_LONG = {"REP": "REPRESENTATIVE", "CONGRESSMAN": "REPRESENTATIVE", "CONGRESSWOMAN": "REPRESENTATIVE", "SEN": "SENATOR"}


def _same_surname(label: str, person: Person, people: Mapping[str, Person]) -> Person:
    """The one person, of those with the surname in a label, where it has no title but that of courtesy.

    A surname alone, behind Mr. or behind a misspelt title is whoever has that surname here, and a fuller label.
    """
    title, name = split_label(label)
    misspelt = " " in name and almost_title(name.partition(" ")[0])
    long = _LONG.get(title, title)
    if long in ("REPRESENTATIVE", "SENATOR") and " " not in name:
        return next(
            (
                replace(person, name=p.name)
                for other, p in people.items()
                if " " in split_label(other)[1]
                and surname(split_label(other)[1]) == surname(name)
                and _LONG.get(split_label(other)[0], split_label(other)[0]) == long
            ),
            person,
        )
    if title not in COURTESY or title in ("MRS", "MISS"):  # these are mostly the wives of those with the surname
        return person
    alone = " " not in name or misspelt
    last = surname(name)
    same = [
        p
        for other, p in people.items()
        if len(plain(other)) > len(plain(label))
        and p.rule != "label"
        and (split_label(other)[1] == name or (alone and surname(split_label(other)[1]) == last))
    ]
    if not same and misspelt:
        same = [p for other, p in people.items() if other != label and surname(split_label(other)[1]) == last]
    return replace(same[0], rule="same surname") if len({p.name for p in same}) == 1 else person


def _with_first_names(people: Mapping[str, Person]) -> dict[str, Person]:
    """Surnames alone completed from a person of the same document, surname and side."""
    full = {
        surname(p.name): p
        for label, p in people.items()
        if has_given_name(p.name) and p.rule not in ("label", *OPEN) and split_label(label)[1]
    }
    result = dict(people)
    for label, person in people.items():
        other = full.get(surname(person.name))
        named_here = bool(split_label(label)[1]) and person.rule not in ("label", "conduct")
        if (
            not has_given_name(person.name)
            and not split_label(person.name)[0]
            and named_here
            and other is not None
            and other.side == person.side
        ):
            result[label] = replace(person, name=other.name)
    return result


def _is_full(name: str) -> bool:
    """Whether a name has first names, not only a title or a particle."""
    return has_given_name(name) and not split_label(name)[0]
