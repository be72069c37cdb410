"""A section `speakers` to begin with: the people of the config, and those who were identified from little, with aliases that identify them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from discourse.corpus.audit import UNSURE
from discourse.corpus.label_words import contains
from discourse.corpus.names import split_label
from discourse.corpus.persons import Speaker, named
from discourse.errors import DiscourseError
from discourse.types import Corpus

# Rules of labels that mean another person in each document, or several at once: no alias says who.
_NOBODY = ("answer of the author", "no byline", "two speakers")
_SIDES = ("home", "foreign", "press", "other")
_LONGEST = 200  # characters of a name or an alias: what is longer is no name, but a column that was taken for one


def suggest(corpus: Corpus, known: Sequence[Speaker] = ()) -> tuple[list[Speaker], dict[str, list[str]]]:
    """People to name in the config, so that labels that were identified from little are identified by their aliases.

    Parameters
    ----------
    corpus : Corpus
        From a reader.
    known : sequence of Speaker
        People that the config names already.

    Returns
    -------
    speakers : list of Speaker
        Those of the config, with further aliases where labels were inferred to be theirs; then the others, each name once. Role, side
        and office are those of the surest rule, and of the most words.
    open : dict of str to list of str
        Labels that no alias can settle, with everybody who is meant by them.

    Raises
    ------
    DiscourseError
        For a corpus that does not say how its speakers were identified.

    Examples
    --------
    >>> from discourse.corpus.assemble import assemble
    >>> from discourse.corpus.attribution import split_turns
    >>> from discourse.types import Provenance
    >>> turns = {"a": split_turns("SENATOR ROE: Yes.\\n\\nAMBASSADOR LIND: No.", "Department of State")}
    >>> corpus = assemble([{"doc_id": "a", "date": "2020-01-01", "title": "T"}], turns, Provenance())
    >>> [(s.name, s.aliases, s.side) for s in suggest(corpus)[0]]
    [('Senator Roe', ('Roe',), 'other'), ('Ambassador Lind', ('Lind',), 'home')]
    """
    turns = corpus.turns
    if "rule" not in turns.columns:
        raise DiscourseError("this corpus does not say how its speakers were identified")
    index = _Index(corpus)
    roles = _roles(turns)
    known = [replace(s, aliases=s.aliases or (s.name.split()[-1],)) for s in known]
    found = {s.name: s for s in known}
    open_: dict[str, list[str]] = {}
    for (name, label), (rules, days) in _unsure_labels(corpus).items():
        alias = None if rules & set(_NOBODY) else index.alias(label, name)
        speaker = None if alias is None else _with_alias(found.get(name) or Speaker(name, (), *roles[name]), alias)
        others = [found[s.name] for s in known if s.name != name]
        if speaker is not None and _meant(speaker, others, label, days):
            found[name] = speaker
        else:
            open_[label] = sorted(index.owners[label])
    return list(found.values()), open_


def _unsure_labels(corpus: Corpus) -> dict[tuple[str, str], tuple[set[str], set[pd.Timestamp]]]:
    """Speakers and labels that were inferred from little, by which rules, and the days of the documents."""
    turns = corpus.turns
    turns = turns[turns["rule"].isin(UNSURE) & (turns["label"] != "")]
    days = turns["doc_id"].map(corpus.documents.set_index("doc_id")["date"])
    result: dict[tuple[str, str], tuple[set[str], set[pd.Timestamp]]] = {}
    for name, label, rule, day in zip(turns["speaker"], turns["label"], turns["rule"], days):
        rules, seen = result.setdefault((str(name), str(label)), (set(), set()))
        rules.add(rule)
        seen.add(day)
    return result


def _roles(turns: pd.DataFrame) -> dict[str, tuple[str, str, str]]:
    """Role, side and office of each speaker, by the surest rule and of the most words."""
    counted = turns.assign(words=turns["text"].str.count(r"\S+"), unsure=turns["rule"].isin(UNSURE))
    sums = counted.groupby(["speaker", "unsure", "role", "side", "office"], sort=False)["words"].sum().reset_index()
    first = sums.sort_values(["unsure", "words"], ascending=[True, False], kind="stable").drop_duplicates("speaker")
    return {
        str(name): (role or "participant", side if side in _SIDES else "other", office)
        for name, role, side, office in zip(first["speaker"], first["role"], first["side"], first["office"])
    }


def _with_alias(speaker: Speaker, alias: str) -> Speaker:
    """A person with an alias more."""
    known = {a.casefold() for a in speaker.aliases}
    return speaker if alias.casefold() in known else replace(speaker, aliases=(*speaker.aliases, alias))


def _meant(speaker: Speaker, others: Sequence[Speaker], label: str, days: Iterable[pd.Timestamp]) -> bool:
    """Whether the label means this person on all these days, beside others of the config who may have aliases in it."""
    # The aliases of people who are not in the config yet occur in no label of anybody else.
    words = label.casefold()
    near = [s for s in others if any(a.casefold() in words for a in s.aliases)]
    people = [named([*near, speaker], label, None if pd.isna(d) else d.date()) for d in days]
    return all(p is not None and (p.name, p.rule) == (speaker.name, "config") for p in people)


class _Index:
    """Labels, names and bylines of a corpus, and whose they are."""

    def __init__(self, corpus: Corpus) -> None:
        turns, documents = corpus.turns, corpus.documents
        self.owners: dict[str, set[str]] = {}
        for label, speaker in zip(turns["label"].astype(str), turns["speaker"].astype(str)):
            # A misspelt name, too, is found by its alias.
            self.owners.setdefault(label, set()).add(speaker)
            self.owners.setdefault(speaker, set()).add(speaker)
        if "author" in documents.columns:
            authors = turns[turns["label"] == ""].groupby("doc_id")["speaker"].first()
            for doc_id, byline in zip(documents["doc_id"], documents["author"].fillna("").astype(str)):
                self.owners.setdefault(byline, set()).add(str(authors.get(doc_id, "")))
        self.with_word: dict[str, list[str]] = {}
        for string in self.owners:
            for word in _words(string):
                self.with_word.setdefault(word, []).append(string)

    def alias(self, label: str, name: str) -> str | None:
        """The shortest part of a label that means this person wherever it occurs; None where there is none."""
        return next((a for a in _parts(label, name) if self._means(a, name)), None)

    def _means(self, alias: str, name: str) -> bool:
        # A string with the alias in it has all its words.
        near = min((self.with_word.get(w, []) for w in _words(alias)), key=len, default=list(self.owners))
        for string in near:
            # A byline in which the person is named may be that of a document in which only others are recorded.
            in_byline = self.owners[string] == {""} and contains(name, string)
            if self.owners[string] - {name} and not in_byline and contains(alias, string):
                return False
        return True


def _words(text: str) -> set[str]:
    """The words of a text as a comparison without case takes them."""
    return {w.casefold().replace("ı", "i") for w in re.findall(r"\w+", text)}


def _parts(label: str, name: str) -> Iterator[str]:
    """What may serve as an alias: the name in a label, as the person's name has it, and the whole label."""
    if not name.strip() or max(len(label), len(name)) > _LONGEST:
        return
    part = split_label(label)[1]
    for text in (name, label):
        match = re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text, re.I) if len(part) > 1 else None
        if match and contains(match[0], label):
            yield match[0]
            break
    yield label
