"""Who else is named in the sentences that mention a target: actors of a list, and capitalised phrases that the list lacks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.encode.encoder import fold
from discourse.features.actor_list import NONE, Actor, alias_words, bare
from discourse.features.capitals import capitalised_phrases
from discourse.features.patterns import wildcard
from discourse.features.target import Target
from discourse.types import EncodedCorpus, Features

UNLISTED = "not in the list"  # kind of capitalised phrases
SHORT_TAG = 4  # letters of a hashtag below which its capitals must be those of the alias: #us is no state


class _Alias(NamedTuple):
    """An alias, and for each of its words the forms that are this word."""

    actor: int
    forms: tuple[frozenset[str], ...]


def _capitals(letters: str, written: str) -> bool:
    """Whether each capital of an alias is one in the text; those of a handle or hashtag do not matter."""
    return letters[:1] in ("#", "@") or all(w.isupper() for a, w in zip(letters, written) if a.isupper())


class _Aliases:
    """All aliases that some forms, without possessive endings, can match, by the form of the first word; the longest first."""

    def __init__(self, actors: Sequence[Actor], forms: Iterable[str]) -> None:
        known: dict[str, list[str]] = defaultdict(list)
        for form in dict.fromkeys(forms):
            known[fold(form)].append(form)
        by_first: dict[str, list[_Alias]] = defaultdict(list)
        self.tags: dict[str, tuple[str, int]] = {}
        for k, actor in enumerate(actors):
            for alias in actor.aliases:
                matched = tuple(_matching(w, known) for w in alias_words(alias))
                if matched and all(matched):
                    for form in matched[0]:
                        by_first[form].append(_Alias(k, matched))
                joined = "".join(re.findall(r"\w", alias))
                self.tags.setdefault(fold(joined), (joined, k))
        # Stable: of two aliases of as many words the first in the list counts.
        self.by_first = {form: sorted(found, key=lambda a: -len(a.forms)) for form, found in by_first.items()}

    def may_begin(self, form: str) -> bool:
        """Whether an alias begins with this form."""
        return form in self.by_first or form.startswith("#")

    def at(self, written: Sequence[str]) -> tuple[int, int]:
        """Actor and words of the longest alias that these forms begin with; (-1, 0) where there is none."""
        for actor, forms in self.by_first.get(written[0], ()):
            if len(forms) <= len(written) and all(w in f for w, f in zip(written, forms)):
                return actor, len(forms)
        if written[0].startswith("#"):
            joined, actor = self.tags.get(fold(written[0][1:]), ("", -1))
            if len(joined) >= SHORT_TAG or joined == written[0][1:]:
                return actor, int(actor >= 0)
        return -1, 0


def _matching(word: str, known: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The forms that a word of an alias matches, given all by how they are folded."""
    pattern = wildcard(fold(word))
    folded = [f for f in known if pattern.fullmatch(f)] if "*" in word else [fold(word)]
    letters = word.split("*")[0]
    return frozenset(form for f in folded for form in known.get(f, ()) if _capitals(letters, form))


def find_actors(
    corpus: EncodedCorpus, actors: Sequence[Actor], mask: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where actors are named.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    actors : sequence of Actor
        Whom to look for. Of aliases that begin at the same word the longest counts; its words are no part of another one. A word with
        hyphens that is no alias names the actors of its parts (Norland-led).
    mask : ndarray of bool, shape (n_tokens,)
        Tokens in which to look.

    Returns
    -------
    starts, lengths, found : ndarray of int64, shape (n_hits,)
        First token, number of tokens, and place in `actors`, in the order of the text.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> listed = [Actor("Norland", "state", ("Norland", "NOR")), Actor("Fleet of Norland", "organisation", ("Norland fleet",))]
    >>> corpus = encoded(["The Norland Fleet left Norland, nor did we."])
    >>> starts, lengths, found = find_actors(corpus, listed, corpus.words())
    >>> starts.tolist(), lengths.tolist(), found.tolist()
    ([1, 4], [2, 1], [1, 0])
    """
    at = np.flatnonzero(mask)
    forms = corpus.vocabulary["form"].to_numpy()
    written = {int(k): bare(forms[k]) for k in np.unique(corpus.ids[at])}
    parts = {k: form.split("-") for k, form in written.items() if "-" in form[1:-1]}
    aliases = _Aliases(actors, [*written.values(), *(p for ps in parts.values() for p in ps)])
    longest = max((len(a.forms) for found in aliases.by_first.values() for a in found), default=1)
    ends = _ends_of_runs(corpus, at)
    begins = np.zeros(len(forms), bool)
    begins[[k for k, form in written.items() if k in parts or aliases.may_begin(form)]] = True
    some = begins[corpus.ids[at]]
    hits: list[tuple[int, int, int]] = []
    free = -1
    for token, end in zip(at[some].tolist(), ends[some].tolist()):
        if token < free:
            continue
        actor, n = aliases.at([written[k] for k in corpus.ids[token : min(end, token + longest)].tolist()])
        if n:
            hits.append((token, n, actor))
            free = token + n
            continue
        for part in parts.get(int(corpus.ids[token]), ()):
            actor, n = aliases.at([part]) if part else (-1, 0)
            if n:
                hits.append((token, 1, actor))
    found = np.array(sorted(set(hits)), np.int64).reshape(-1, 3)
    return found[:, 0], found[:, 1], found[:, 2]


def _ends_of_runs(corpus: EncodedCorpus, at: np.ndarray) -> np.ndarray:
    """For each of some tokens, in order, the end of the run of neighbours in the same sentence that it stands in."""
    sentence = np.searchsorted(corpus.sentence_bounds, at, side="right")
    last = np.ones(len(at), bool)
    last[:-1] = (np.diff(at) > 1) | (np.diff(sentence) > 0)
    stops = at[last] + 1
    return stops[np.searchsorted(stops, at, side="right")]


def own_actors(target: Target, actors: Sequence[Actor]) -> np.ndarray:
    """Actors that are the target: some alias is, word by word, one of its terms; bool, shape (n_actors,).

    Examples
    --------
    >>> listed = [Actor("Norland", "state", ("Norland", "Norlandic")), Actor("Westland", "state", ("Westland",))]
    >>> own_actors(Target("Norland", ("norlandic*",)), listed).tolist()
    [True, False]
    """
    terms = [[wildcard(w) for w in alias_words(term)] for term in target.terms]

    def matched(words: Sequence[str]) -> bool:
        return any(len(t) == len(words) and all(p.fullmatch(fold(w)) for p, w in zip(t, words)) for t in terms)

    return np.array([any(matched(alias_words(a)) for a in actor.aliases) for actor in actors], bool)


def is_among(aliases: Sequence[str], people: Sequence[str]) -> bool:
    """Whether somebody of these aliases is one of some people, by an alias that is their name or last name, or by a handle with it.

    Examples
    --------
    >>> is_among(["Ada Kovar", "Kovar"], ["Minister Kovar"]), is_among(["@SecKovar"], ["Ada Kovar"]), is_among(["Lind"], ["Roe"])
    (True, True, False)
    """
    names = {fold(p) for p in people}
    last = {words[-1] for p in names if (words := re.findall(r"\w+", p)) and len(words[-1]) > 2}
    # Three letters occur in many a handle by chance.
    inside = [name for name in last if len(name) > 3]
    plain = [fold(a) for a in aliases]
    return any(a in names or a in last or (a.startswith("@") and any(n in a for n in inside)) for a in plain)


def actors_by_document(
    corpus: EncodedCorpus, target: Target, mentions: pd.DataFrame, actors: Sequence[Actor], mask: np.ndarray
) -> Features:
    """Sentences that mention a target, by document, and those of them that name each other actor.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    target : Target
        Actors that one of its terms names are left out, and so is what stands inside a mention.
    mentions : DataFrame
        Mentions that count: `token` and `length`, as in `units` from `discourse.features.mentions`.
    actors : sequence of Actor
        The list.
    mask : ndarray of bool, shape (n_tokens,)
        Tokens of these sentences that count.

    Returns
    -------
    Features
        Documents x actors, sentences that name each (once a sentence) as a CSR matrix; `units` has `doc_id` and `n_sentences`, those
        that mention the target. Columns are the actors that are named at all: those of the list, then capitalised phrases in the order
        of the alphabet. `details` has `actors` (`name`, `kind`; for a phrase of one word `capitals` and `small`, how often the corpus
        writes it with a capital and without) and `hits`, the first of each actor in each sentence.

    Examples
    --------
    >>> from discourse.features import Target, mentions
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Norland left. Norland and Westland met in Port Ord; Westland lost."])
    >>> norland = Target("Norland", ("norland",))
    >>> listed = [Actor("Westland", "state", ("Westland",))]
    >>> found = actors_by_document(corpus, norland, mentions(corpus, norland).units, listed, corpus.words())
    >>> found.columns, found.values.toarray().tolist(), found.units["n_sentences"].tolist()
    (['Westland', 'Port Ord'], [[1, 1]], [2])
    """
    starts, lengths, found = find_actors(corpus, actors, mask)
    at, sizes = (mentions[c].to_numpy(np.int64) for c in ("token", "length"))
    left_out = own_actors(target, actors) | np.array([a.kind == NONE for a in actors], bool)
    # An alias that is a part of a mention names the target; a part of a compound (Norland-Westland) need not.
    long = sizes > 1
    part = _covered(corpus, at[long], sizes[long])
    kept = [not left_out[k] and not part[a : a + n].all() for a, n, k in zip(starts, lengths, found)]
    named = zip(starts[kept].tolist(), lengths[kept].tolist(), found[kept].tolist())
    taken = _covered(corpus, at, sizes) | _covered(corpus, starts, lengths)
    order = {a.name: k for k, a in enumerate(actors)}
    # A phrase in the words of a listed name would be counted with its aliases.
    further = [(a, n, p, UNLISTED) for a, n, p in capitalised_phrases(corpus, mask, taken) if p not in order]
    rows = [*((a, n, actors[k].name, actors[k].kind) for a, n, k in named), *further]
    hits = pd.DataFrame(rows, columns=["token", "length", "actor", "kind"])
    hits["sentence"] = _parent(corpus.sentence_bounds, hits["token"].to_numpy(np.int64))
    hits["document"] = _parent(corpus.document_bounds, hits["token"].to_numpy(np.int64))
    hits = hits.sort_values(["token", "actor"], kind="stable").drop_duplicates(["actor", "sentence"])
    kinds = hits.drop_duplicates("actor").set_index("actor")["kind"]
    columns = sorted(kinds.index, key=lambda name: (order.get(name, len(order)), name))
    place = {name: k for k, name in enumerate(columns)}
    shape = (len(corpus.documents), len(columns))
    cells = (hits["document"].to_numpy(), np.array([place[a] for a in hits["actor"]], np.int64))
    sentences = np.unique(_parent(corpus.sentence_bounds, at))
    of_sentence = _parent(corpus.document_bounds, corpus.sentence_bounds[sentences])
    return Features(
        "actors",
        sparse.csr_array((np.ones(len(hits), np.int32), cells), shape=shape),
        columns,
        corpus.documents[["doc_id"]].assign(n_sentences=np.bincount(of_sentence, minlength=shape[0])),
        target=target.name,
        details={
            "actors": written_forms(columns, [str(kinds[c]) for c in columns], corpus),
            "hits": hits.drop(columns="kind").reset_index(drop=True),
        },
    )


def _covered(corpus: EncodedCorpus, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Tokens of some spans; bool, shape (n_tokens,)."""
    covered = np.zeros(corpus.n_tokens, bool)
    for a, n in zip(starts.tolist(), lengths.tolist()):
        covered[a : a + n] = True
    return covered


def _parent(bounds: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """The sentence or document that each token stands in."""
    return np.searchsorted(bounds, tokens, side="right") - 1


def written_forms(names: Sequence[str], kinds: Sequence[str], corpus: EncodedCorpus) -> pd.DataFrame:
    """Names and kinds of actors; for phrases of one word, how often the corpus writes them with a capital and without."""
    counts: dict[str, int] = defaultdict(int)
    for form, n in zip(corpus.vocabulary["form"], corpus.frequency.tolist()):
        counts[bare(form)] += n
    words = [n if k == UNLISTED and " " not in n and not n.startswith("@") else "" for n, k in zip(names, kinds)]
    capitals, small = ([counts.get(w, 0) for w in forms] for forms in (words, map(fold, words)))
    return pd.DataFrame({"name": names, "kind": kinds, "capitals": capitals, "small": small})
