"""The lines behind the words and mentions of a report, for those who read it on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.say import Say
from discourse.corpus.dated import iso_date
from discourse.encode.encoder import fold
from discourse.experiment.graph import Graph
from discourse.experiment.prepare import tokens_of
from discourse.report.lines import Lines, Passage, Places, Source
from discourse.types import EncodedCorpus

WIDTH = 90  # characters of context on each side of a word
EDGE = 30  # of them, in which a piece may end earlier so that no word is cut
# Lines of a word: of the first words of the report more, of a rare one fewer, so that the page stays small.
QUOTAS = ((150, 24), (700, 10), (4000, 4))
MENTIONS = 1500  # lines of the mentions of a target
SCALES = (1.0, 0.7, 0.5, 0.3, 0.1)  # of these numbers, from the most to what a page can hold
LETTERS = 1_600_000  # of all passages together


def lines_behind(graph: Graph, say: Say) -> Lines:
    """The lines in the groups' own words: of every word that an analysis names, and of the mentions of each target.

    Parameters
    ----------
    graph : Graph
        A graph that has run.
    say : Say
        Documents as they are named.

    Returns
    -------
    Lines
        Of frequent words an even selection from each group, half of it from sentences that mention a target; documents and counts
        where the run has no text.
    """
    words = _words(graph)
    sources = _sources(say)
    if graph.base.corpus.texts is None:
        return _counted(graph, words, sources)
    found = _Found.of(graph)
    places = {word: at for word in words if len(at := found.of_word(word))}
    mentions = {t.name: found.mentions[t.name] for t in graph.base.plan.targets}
    for scale in SCALES:
        chosen = {word: found.some(at, _quota(rank, scale)) for rank, (word, at) in enumerate(places.items())}
        of_target = {name: found.some(at, int(MENTIONS * scale)) for name, at in mentions.items()}
        pool = _Pool(graph.base.corpus, [*chosen.values(), *of_target.values()])
        if pool.letters <= LETTERS:
            break
    in_pool = {w: found.places(pool, places[w], at) for w, at in chosen.items()}
    return Lines(
        sources, pool.passages, in_pool, {t: found.places(pool, mentions[t], at) for t, at in of_target.items()}
    ).used()


def _words(graph: Graph) -> list[str]:
    """The words that analyses name, the most important of each first, case-folded."""
    every = [
        [fold(w) for w in n.analysis.words(graph.results[n.identity])]
        for n in graph.nodes
        if not graph.results[n.identity].too_little
    ]
    rank: dict[str, int] = {}
    for words in every:
        for k, word in enumerate(dict.fromkeys(words)):
            rank[word] = min(k, rank.get(word, k))
    return sorted(rank, key=lambda word: (rank[word], word))


def _quota(rank: int, scale: float) -> int:
    """Lines of a word by its place in the list; none of what lies beyond."""
    lines = next((n for end, n in QUOTAS if rank < end), 0)
    return max(int(lines * scale), 1) if lines else 0


def _sources(say: Say) -> list[Source]:
    """All documents, with their addresses where these are addresses of the web."""
    found = []
    for record in say.data.documents.to_dict("records"):
        link = say.link(pd.Series(record))
        link = link if re.match(r"https?://", link) else ""
        doc_id, title = str(record["doc_id"]), str(record["title"] or "")
        # An id is no title.
        title = "" if title == doc_id else title
        found.append(Source(doc_id, iso_date(record), title, str(record["group"]), link))
    return found


@dataclass(frozen=True)
class _Found:
    """Where words occur in the tokens that count.

    `order` are tokens sorted by their form, `bounds` where each form begins in it; `counts` marks tokens that count, in documents
    of a group; `group` and `about` belong to tokens: the group, and whether the sentence mentions a target.
    """

    corpus: EncodedCorpus
    order: np.ndarray
    bounds: np.ndarray
    counts: np.ndarray
    group: np.ndarray
    about: np.ndarray
    mentions: dict[str, np.ndarray]

    @staticmethod
    def of(graph: Graph) -> _Found:
        """Look at the tokens of a run."""
        corpus, tokens = graph.base.corpus, tokens_of(graph.base, graph.config)
        group = np.repeat(graph.data.design.group, np.diff(corpus.document_bounds))
        counts = tokens.mask & (group >= 0)
        at = np.flatnonzero(counts)
        forms = corpus.folded_ids[at]
        order = at[np.argsort(forms, kind="stable")]
        bounds = np.concatenate([[0], np.cumsum(np.bincount(forms, minlength=len(corpus.folded_forms)))])
        sentence = corpus.parent("sentence")
        about, mentions = np.zeros(len(corpus.sentence_bounds) - 1, bool), {}
        for target in graph.base.plan.targets:
            units = tokens.mentions(target).units
            where, length = (units[c].to_numpy(np.int64) for c in ("token", "length"))
            ours = counts[where]
            mentions[target.name] = np.column_stack([where[ours], length[ours]])
            about[sentence[where[ours]]] = True
        return _Found(corpus, order, bounds, counts, group, about[sentence], mentions)

    def of_word(self, term: str) -> np.ndarray:
        """First token and length of each occurrence of a term of one or more words; int64, shape (n, 2)."""
        forms = self.corpus.folded_forms
        ids = [int(np.searchsorted(forms, w)) for w in term.split(" ")]
        if any(k == len(forms) or forms[k] != w for k, w in zip(ids, term.split(" "))):
            return np.zeros((0, 2), np.int64)
        at = self.order[self.bounds[ids[0]] : self.bounds[ids[0] + 1]]
        n = len(ids)
        at = at[at + n <= len(self.counts)]
        for k in range(1, n):
            at = at[(self.corpus.folded_ids[at + k] == ids[k]) & self.counts[at + k]]
        if n > 1:
            turn = np.searchsorted(self.corpus.turn_bounds, at, side="right")
            at = at[turn == np.searchsorted(self.corpus.turn_bounds, at + n - 1, side="right")]
        return np.column_stack([at, np.full(len(at), n)])

    def some(self, at: np.ndarray, most: int) -> np.ndarray:
        """At most so many of these places: the same number from each group, half of them about a target, evenly over the text."""
        if len(at) <= most:
            return at
        group, about = self.group[at[:, 0]], self.about[at[:, 0]]
        strata = [np.flatnonzero((group == g) & (about == a)) for g in np.unique(group) for a in (True, False)]
        left = most
        chosen: list[int] = []
        # The smallest first: what it does not need is left to the others.
        for k, part in enumerate(sorted(strata, key=len)):
            n = min(len(part), left // (len(strata) - k))
            chosen += part[np.linspace(0, len(part) - 1, n).round().astype(int)].tolist() if n else []
            left -= n
        return at[np.sort(np.array(chosen, np.int64))]

    def places(self, pool: _Pool, every: np.ndarray, chosen: np.ndarray) -> Places:
        """The chosen places in the passages of a pool."""
        documents = np.unique(np.searchsorted(self.corpus.document_bounds, every[:, 0], side="right"))
        where = [(*pool.place(int(t), int(n)), bool(self.about[t])) for t, n in chosen]
        return Places(len(every), len(documents), where)


class _Pool:
    """Passages around places: those that overlap are one."""

    def __init__(self, corpus: EncodedCorpus, chosen: Sequence[np.ndarray]) -> None:
        assert corpus.texts is not None
        self.corpus = corpus
        at = np.unique(np.concatenate(chosen or [np.zeros((0, 2), np.int64)]), axis=0)
        turns = np.searchsorted(corpus.turn_bounds, at[:, 0], side="right") - 1
        left = np.maximum(corpus.starts[at[:, 0]] - WIDTH, 0)
        right = corpus.ends[at[:, 0] + at[:, 1] - 1] + WIDTH
        self._spans: list[list[int]] = []
        self._passage: dict[int, int] = {}
        for token, turn, a, b in zip(at[:, 0].tolist(), turns.tolist(), left.tolist(), right.tolist()):
            last = self._spans[-1] if self._spans else None
            if last is not None and last[0] == turn and a <= last[2]:
                last[2] = max(last[2], b)
            else:
                self._spans.append([turn, a, b])
            self._passage[token] = len(self._spans) - 1
        self._begins: list[int] = []
        self.passages: list[Passage] = []
        document, speakers = corpus.turn_document, corpus.turns["speaker"].to_numpy(object)
        for turn, a, b in self._spans:
            text = corpus.texts[turn]
            a, b = _whole_words(text, a, b)
            self._begins.append(a)
            # One character for each, so that offsets stay as they are.
            shown = re.sub(r"\s", " ", text[a:b])
            self.passages.append(Passage(int(document[turn]), str(speakers[turn]), shown))
        self.letters = sum(len(p.text) for p in self.passages)

    def place(self, token: int, length: int) -> tuple[int, int, int]:
        """Passage, offset in it, and length in characters."""
        k = self._passage[token]
        start, end = int(self.corpus.starts[token]), int(self.corpus.ends[token + length - 1])
        return k, start - self._begins[k], end - start


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Where a piece of a text begins and ends if it cuts no word; a longer string of letters than `EDGE` is cut.

    Examples
    --------
    >>> "one two three four"[slice(*_whole_words("one two three four", 1, 15))]
    ' two three'
    """
    if start > 0:
        found = re.search(r"\s", text[start : start + EDGE])
        start += found.start() if found else 0
    end = min(end, len(text))
    if end < len(text):
        found = re.search(r"\s\S*$", text[max(end - EDGE, start) : end])
        end = max(end - EDGE, start) + found.start() if found else end
    return start, end


def _counted(graph: Graph, words: Iterable[str], sources: Sequence[Source]) -> Lines:
    """Documents with their counts, where a run has no text."""
    inside = graph.data.design.group >= 0
    found: dict[str, Places] = {}
    for node in graph.nodes:
        if node.analysis.name != "frequency" or graph.results[node.identity].too_little:
            continue
        features = graph.measuring.features(
            node, graph.data, graph.config.section(node.analysis.section_name), graph.config
        )
        column = {fold(str(c)): k for k, c in enumerate(features.columns)}
        counts = sparse.csc_array(features.values)
        for rank, word in enumerate(w for w in words if w in column):
            part = counts[:, [column[word]]].toarray().ravel() * inside
            found[word] = _most(part, 3 * _quota(rank, 1.0))
    mentions = {}
    for target in graph.base.plan.targets:
        salience = graph.results.get(("salience", target.name))
        documents = getattr(salience, "documents", pd.DataFrame())
        if "n_mentions" in documents:
            mentions[target.name] = _most(documents["n_mentions"].to_numpy(np.int64) * inside, MENTIONS)
    passages = [Passage(k, "", "") for k in range(len(sources))]
    return Lines(sources, passages, found, mentions, texts=False).used()


def _most(counts: np.ndarray, most: int) -> Places:
    """The documents with the highest counts, in their order."""
    at = np.flatnonzero(counts)
    chosen = np.sort(at[np.argsort(-counts[at], kind="stable")][:most])
    return Places(int(counts.sum()), len(at), [(int(k), 0, int(counts[k]), False) for k in chosen])
