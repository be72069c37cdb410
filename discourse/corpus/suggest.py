"""A section `speakers` to begin with: the people of the config, and those who were identified from little, with aliases that identify them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

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
    >>> from discourse.corpus.build import assemble
    >>> from discourse.corpus.turns import split_turns
    >>> from discourse.types import Provenance
    >>> turns = {"a": split_turns("SENATOR ROE: Yes.\\n\\nAMBASSADOR LIND: No.", "Office")}
    >>> corpus = assemble([{"doc_id": "a", "date": "2020-01-01", "title": "T"}], turns, Provenance())
    >>> [(s.name, s.aliases, s.side) for s in suggest(corpus)[0]]
    [('Senator Roe', ('Roe',), 'other'), ('Ambassador Lind', ('Lind',), 'home')]
    """
    turns = corpus.turns
    if "rule" not in turns.columns:
        raise DiscourseError("this corpus does not say how its speakers were identified")
    words = turns["text"].str.split().str.len()
    turns = turns.assign(words=words, unsure=turns["rule"].isin(UNSURE), day=_days(corpus))
    index = _Index(corpus)
    found = {s.name: s for s in known}
    open_: dict[str, list[str]] = {}
    unsure = turns[turns["unsure"] & (turns["label"] != "")]
    for (name, label), said in unsure.groupby(["speaker", "label"], sort=False):
        alias = None if said["rule"].isin(_NOBODY).any() else index.alias(str(label), str(name))
        speaker = None if alias is None else _with_alias(found, turns[turns["speaker"] == name], alias)
        if speaker is not None and _meant(speaker, found, str(label), said["day"].unique()):
            found[speaker.name] = speaker
        else:
            open_[str(label)] = sorted(index.owners[str(label)])
    return list(found.values()), open_


def _days(corpus: Corpus) -> pd.Series:
    """Day of each turn's document."""
    days = corpus.documents.set_index("doc_id")["date"]
    return corpus.turns["doc_id"].map(days)


def _with_alias(found: dict[str, Speaker], said: pd.DataFrame, alias: str) -> Speaker:
    """The person who said these turns, with an alias more."""
    name = str(said["speaker"].iloc[0])
    speaker = found.get(name)
    if speaker is None:
        by_rule = said.groupby(["unsure", "role", "side", "office"], sort=False)["words"].sum().reset_index()
        first = by_rule.sort_values(["unsure", "words"], ascending=[True, False], kind="stable").iloc[0]
        side = first["side"] if first["side"] in _SIDES else "other"
        return Speaker(name, (alias,), first["role"] or "participant", side, first["office"])
    aliases = speaker.aliases or (name.split()[-1],)
    known = {a.casefold() for a in aliases}
    return replace(speaker, aliases=aliases if alias.casefold() in known else (*aliases, alias))


def _meant(speaker: Speaker, found: dict[str, Speaker], label: str, days: Sequence[pd.Timestamp]) -> bool:
    """Whether the label means this person on all these days, beside the others with aliases in it."""
    others = [s for s in found.values() if s.name != speaker.name and s.matches(label)]
    if not others and speaker.start is None and speaker.stop is None:
        return True
    people = [named([*others, speaker], label, None if pd.isna(d) else d.date()) for d in days]
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
        self.strings = list(self.owners)
        self.joined = "\0".join(self.strings)
        self.starts = [0, *accumulate(len(s) + 1 for s in self.strings)]

    def alias(self, label: str, name: str) -> str | None:
        """The shortest part of a label that means this person wherever it occurs; None where there is none."""
        return next((a for a in _parts(label, name) if self._means(a, name)), None)

    def _means(self, alias: str, name: str) -> bool:
        for match in re.finditer(rf"(?<!\w){re.escape(alias)}(?!\w)", self.joined, re.I):
            string = self.strings[bisect_right(self.starts, match.start()) - 1]
            # A byline in which the person is named may be that of a document in which only others are recorded.
            if self.owners[string] - {name} and not (self.owners[string] == {""} and contains(name, string)):
                return False
        return True


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
