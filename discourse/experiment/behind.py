"""The lines behind the words and mentions of a report, for those who read it on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.say import Say
from discourse.corpus.dated import iso_dates
from discourse.encode.encoder import fold
from discourse.experiment.graph import Graph
from discourse.experiment.occurrences import Index, Key
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
    keys: list[Key] = [*words, *graph.base.plan.targets]
    index = Index.of(graph, keys)
    most = {
        key: [_quota(k, scale) if k < len(words) else int(MENTIONS * scale) for scale in SCALES]
        for k, key in enumerate(keys)
        if index.total(key)
    }
    chosen = index.some(most)
    for k in range(len(SCALES)):
        places = {key: found[k] for key, found in chosen.items()}
        pool = _Pool(graph.base.corpus, [at[:, :2] for at in places.values()])
        if pool.letters <= LETTERS:
            break
    behind = {key: index.places(key, pool, at) for key, at in places.items()}
    return Lines(
        sources,
        pool.passages,
        {word: behind[word] for word in words if word in behind},
        {t.name: behind.get(t, Places(0, 0, [])) for t in graph.base.plan.targets},
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
    documents, found = say.data.documents, []
    columns = [c for c in ("doc_id", "title", "group", "url", "source_url") if c in documents.columns]
    for record, date in zip(documents[columns].to_dict("records"), iso_dates(documents).tolist()):
        link = say.link(record)
        link = link if re.match(r"https?://", link) else ""
        doc_id, title = str(record["doc_id"]), str(record["title"] or "")
        # An id is no title.
        title = "" if title == doc_id else title
        found.append(Source(doc_id, date, title, str(record["group"]), link))
    return found


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
