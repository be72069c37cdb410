"""Deeds of a corpus: a row for each actor, verb and one to whom it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.features.actor_list import NONE, Actor, load_actors
from discourse.features.actors import find_actors
from discourse.features.capitals import NO_NAMES
from discourse.features.deeds.clauses import Clause, read_clause, unparsed
from discourse.features.deeds.verbs import Verb, deed_verbs
from discourse.features.stance.role_words import BODIES, TOGETHER
from discourse.features.stance.syntax import Sentence, read_sentences
from discourse.types import EncodedCorpus

WE = "we"  # name of whoever speaks
COLUMNS = (
    "document", "sentence", "token", "actor", "actor_kind", "verb", "event", "category", "other", "other_kind", "passive",
    "negated", "mood",
)  # fmt: skip
NOUN, SELF, PRONOUN, NOBODY = "noun", "self", "pronoun", ""
MOST_NAMED = 8  # actors of a sentence; one that names more is a list
_FIRST = frozenset("we i us me ourselves myself".split())
_OURS = frozenset(("our", "my"))
_THEY = frozenset("he she they them him".split())
_OWN = BODIES | frozenset("nation nations military homeland congress".split()) - frozenset(("companies", "sides"))
_AT_ONCE = 20_000


class Party(NamedTuple):
    """Who stands in a noun phrase: the name (of the list, "we", or the noun itself) and what kind of name that is."""

    name: str
    kind: str


def deeds(corpus: EncodedCorpus, actors: Sequence[Actor] | None = None, mask: np.ndarray | None = None) -> pd.DataFrame:
    """Who does what to whom, in the sentences that name an actor or whoever speaks.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    actors : sequence of Actor, optional
        The list of the package by default (`discourse.features.actor_list.load_actors`).
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens in which to look; all words by default.

    Returns
    -------
    DataFrame
        A row for each actor, verb of `discourse.features.deeds.deed_verbs` and one to whom it is done, in the active order: `document`,
        `sentence`, `token` (of the verb), `actor` and `other` (a name of the list, "we", or the noun; "" where nobody is named),
        `actor_kind` and `other_kind` (state, organisation, ...; self, noun, pronoun), `verb`, `event`, `category`, `passive`,
        `negated` and `mood` (future, possible, conditional, embedded; "" where it is said to be so).

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> rows = deeds(encoded(["Russia invaded Ukraine. Georgia was not attacked by Russia. We will help Ukraine."]))
    >>> rows[["actor", "verb", "other", "negated", "mood"]].values.tolist()  # doctest: +NORMALIZE_WHITESPACE
    [['Russia', 'invade', 'Ukraine', False, ''], ['Russia', 'attack', 'Georgia', True, ''],
     ['we', 'help', 'Ukraine', False, 'future']]
    """
    listed = load_actors() if actors is None else actors
    words = corpus.words() if mask is None else mask
    return find_deeds(corpus, listed, words, find_actors(corpus, listed, words))


def find_deeds(
    corpus: EncodedCorpus, actors: Sequence[Actor], mask: np.ndarray, found: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> pd.DataFrame:
    """As `deeds`, where actors have been found (`discourse.features.actors.find_actors`)."""
    verbs = deed_verbs()
    folded = corpus.folded_forms
    verb = np.array([f in verbs for f in folded], bool)[corpus.folded_ids] & mask
    first = np.array([f.split("'")[0].split("’")[0] in _FIRST or f in _OURS for f in folded], bool)
    named = first[corpus.folded_ids] & mask
    starts, lengths, which = found
    named[starts] = True
    sentences = np.intersect1d(_sentences(corpus, np.flatnonzero(verb)), _sentences(corpus, np.flatnonzero(named)))
    where = _sentences_of(corpus, starts)
    rows = list[tuple[object, ...]]()
    for at in range(0, len(sentences), _AT_ONCE):
        part = sentences[at : at + _AT_ONCE]
        low, high = (np.searchsorted(where, part, side=side).tolist() for side in ("left", "right"))
        for number, s, a, b in zip(part.tolist(), read_sentences(corpus, part), low, high):
            parties = {
                s.place(token): (s.place(token + n - 1) + 1, Party(actors[k].name, actors[k].kind))
                for token, n, k in zip(starts[a:b].tolist(), lengths[a:b].tolist(), which[a:b].tolist())
                if actors[k].kind != NONE
            }
            rows += [(number, *row) for row in _of_sentence(s, parties, verbs)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS[1:]))
    document = np.searchsorted(corpus.document_bounds, frame["token"].to_numpy(np.int64), side="right") - 1
    frame.insert(0, "document", document)
    return frame.astype({"sentence": np.int64, "token": np.int64, "passive": bool, "negated": bool})


def _sentences_of(corpus: EncodedCorpus, tokens: np.ndarray) -> np.ndarray:
    return np.searchsorted(corpus.sentence_bounds, tokens, side="right") - 1


def _sentences(corpus: EncodedCorpus, tokens: np.ndarray) -> np.ndarray:
    return np.unique(_sentences_of(corpus, tokens))


_Parties = dict[int, tuple[int, Party]]


def _of_sentence(s: Sentence, parties: _Parties, verbs: Mapping[str, Verb]) -> Iterator[tuple[object, ...]]:
    clauses = [
        read_clause(s, at) for at, g in enumerate(s.groups) if s.kinds[g.head] in "VGE" and s.words[g.head] in verbs
    ]
    for clause in (*clauses, *unparsed(s, verbs)):
        verb = verbs.get(s.words[clause.group.head]) if clause is not None else None
        if clause is None or verb is None:
            continue
        token = s.token(clause.group.head)
        for actor, other in _pairs(s, clause, parties):
            # Two nouns are no actors that anybody has listed.
            if {actor.kind, other.kind} - {NOUN, PRONOUN, NOBODY}:
                yield (
                    token, actor.name, actor.kind, verb.lemma, verb.event, verb.category, other.name, other.kind, clause.passive,
                    clause.negated, clause.mood,
                )  # fmt: skip


def _pairs(s: Sentence, clause: Clause, parties: _Parties) -> Iterator[tuple[Party, Party]]:
    """Everybody who acts with everybody to whom it is done; of what several do together, each with each."""
    nobody = [Party("", NOBODY)]
    actors = _in_phrases(s, clause.subject, parties, every=True) or nobody
    others = _in_phrases(s, clause.object, parties, every=False)
    listed = [p for p in actors if p.kind not in (NOUN, PRONOUN, NOBODY)]
    if len(listed) > 1 and not _known(others) and s.words[clause.group.head] in TOGETHER | {"agreed", "negotiated"}:
        yield from ((a, b) for a, b in combinations(listed, 2))
        yield from ((b, a) for a, b in combinations(listed, 2))
        return
    yield from ((a, o) for a in actors for o in (others or nobody) if a.name != o.name)


def _known(parties: Sequence[Party]) -> bool:
    return any(p.kind not in (NOUN, PRONOUN, NOBODY) for p in parties)


def _in_phrases(s: Sentence, phrases: Sequence[tuple[int, int]], parties: _Parties, *, every: bool) -> list[Party]:
    """Who stands in some noun phrases: those of the list and whoever speaks, else the noun of the first phrase.

    Of objects only those of the first phrase that names somebody, and those joined to it, count.
    """
    found = list[Party]()
    last = -1
    for start, stop in phrases:
        # "condemned Norland's invasion of Westland": not Westland.
        if found and not every and not set(s.kinds[last:start]) <= {"C", ","}:
            break
        here = _listed(s, start, stop, parties)
        if here:
            found += [p for p in here if p not in found]
            last = stop
    if found:
        return found
    return [_noun(s, *phrases[0])] if phrases else []


def _listed(s: Sentence, start: int, stop: int, parties: _Parties) -> list[Party]:
    here = [party for k in range(start, stop) if k in parties for end, party in (parties[k],)]
    if here:
        return here
    if any(s.words[k] in _FIRST for k in range(start, stop)):
        return [Party(WE, SELF)]
    if s.words[start] in _OURS and s.words[stop - 1] in _OWN:
        return [Party(WE, SELF)]
    return []


def _noun(s: Sentence, start: int, stop: int) -> Party:
    """The last noun of a phrase in small letters; pronouns as they are, of things none."""
    if s.kinds[stop - 1] == "P":
        word = s.words[stop - 1]
        return Party(word, PRONOUN) if word in _THEY else Party("", NOBODY)
    nouns = [k for k in range(start, stop) if s.kinds[k] == "N" and s.words[k] not in NO_NAMES]
    return Party(s.words[nouns[-1]], NOUN) if nouns else Party("", NOBODY)


def named_together(
    corpus: EncodedCorpus, found: tuple[np.ndarray, np.ndarray, np.ndarray], kept: np.ndarray
) -> pd.DataFrame:
    """Pairs of actors that a sentence names, each once a sentence.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    found : tuple of ndarray
        Where actors are named, from `discourse.features.actors.find_actors`.
    kept : ndarray of bool, shape (n_actors,)
        Actors that count. Sentences that name more than `MOST_NAMED` of them are lists, and left out.

    Returns
    -------
    DataFrame
        `document`, `sentence`, `token` (of the first of the two), `a` and `b`, places in the list with a before b.
    """
    starts, _, which = found
    inside = kept[which] if len(which) else np.zeros(0, bool)
    table = pd.DataFrame(
        {"sentence": _sentences_of(corpus, starts[inside]), "token": starts[inside], "actor": which[inside]}
    )
    table = table.drop_duplicates(["sentence", "actor"])
    size = table.groupby("sentence")["actor"].transform("size")
    table = table[(size > 1) & (size <= MOST_NAMED)]
    pairs = table.merge(table, on="sentence", suffixes=("", "_b"))
    pairs = pairs[pairs["actor"] < pairs["actor_b"]]
    token = pairs[["token", "token_b"]].min(axis=1).to_numpy(np.int64)
    document = np.searchsorted(corpus.document_bounds, token, side="right") - 1
    columns = {"document": document, "sentence": pairs["sentence"].to_numpy(), "token": token}
    return pd.DataFrame({**columns, "a": pairs["actor"].to_numpy(), "b": pairs["actor_b"].to_numpy()})
