"""Words in their context: concordance lines and evidence sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.corpus.dated import iso_date
from discourse.errors import NoTextError
from discourse.features.collocates import sorted_by_context
from discourse.features.patterns import match_terms
from discourse.types import EncodedCorpus

_TAIL = re.compile(r"[^\s\w]*")
_HEAD = re.compile(r"[^\s\w]*$")


@dataclass(frozen=True)
class Sentence:
    """A sentence in the words of the text, with marked spans.

    Parameters
    ----------
    text : str
        The sentence.
    marks : tuple of (start, end, label)
        Character offsets in `text`.
    document, turn : int
        Indexes.
    """

    text: str
    marks: tuple[tuple[int, int, str], ...]
    document: int
    turn: int


def sentence(corpus: EncodedCorpus, index: int, marks: list[tuple[int, int, str]] | None = None) -> Sentence:
    """Return one sentence in its words.

    Parameters
    ----------
    corpus : EncodedCorpus
        A corpus that keeps its text.
    index : int
        Index of the sentence.
    marks : list of (token, length, label), optional
        Tokens to mark.

    Raises
    ------
    NoTextError
        If the corpus was stored without text.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> sentence(encoded(["One. (Two) words, here!"]), 1, [(2, 1, "node")])
    Sentence(text='(Two) words, here!', marks=((6, 11, 'node'),), document=0, turn=0)
    """
    if corpus.texts is None:
        raise NoTextError("a concordance")
    first, last = int(corpus.sentence_bounds[index]), int(corpus.sentence_bounds[index + 1]) - 1
    turn = int(np.searchsorted(corpus.turn_bounds, first, side="right") - 1)
    text = corpus.texts[turn]
    left, right = _with_punctuation(text, int(corpus.starts[first]), int(corpus.ends[last]))
    shown = text[left:right]
    spans = tuple(
        sorted((int(corpus.starts[t]) - left, int(corpus.ends[t + n - 1]) - left, label) for t, n, label in marks or [])
    )
    document = int(np.searchsorted(corpus.document_bounds, first, side="right") - 1)
    return Sentence(shown, spans, document, turn)


def _with_punctuation(text: str, left: int, right: int) -> tuple[int, int]:
    """Where a sentence begins and ends in its turn, from where its first token begins and its last one ends."""
    head = _HEAD.search(text[max(left - 4, 0) : left])
    tail = _TAIL.match(text, right)
    return left - (len(head[0]) if head else 0), tail.end() if tail else right


def sentence_texts(corpus: EncodedCorpus, indexes: np.ndarray) -> list[str]:
    """The texts of many sentences, each in one line; of a corpus in partitions each turn is read once.

    Parameters
    ----------
    corpus : EncodedCorpus
        A corpus that keeps its text.
    indexes : ndarray of int
        Of the sentences, best in ascending order.

    Raises
    ------
    NoTextError
        If the corpus was stored without text.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> sentence_texts(encoded(["One. (Two) words here!"]), np.array([1, 0]))
    ['(Two) words here!', 'One.']
    """
    if corpus.texts is None:
        raise NoTextError("a concordance")
    first, last = corpus.sentence_bounds[indexes], corpus.sentence_bounds[indexes + 1] - 1
    turns = np.searchsorted(corpus.turn_bounds, first, side="right") - 1
    found, at, text = [], -1, ""
    for turn, start, end in zip(turns.tolist(), corpus.starts[first].tolist(), corpus.ends[last].tolist()):
        if turn != at:
            at, text = turn, corpus.texts[turn]
        left, right = _with_punctuation(text, start, end)
        found.append(" ".join(text[left:right].split()))
    return found


def bracketed(corpus: EncodedCorpus, index: int, token: int, length: int) -> tuple[str, str, str]:
    """The sentence before, a sentence with some tokens in double brackets, and the sentence after; within the turn.

    Parameters
    ----------
    corpus : EncodedCorpus
        A corpus that keeps its text.
    index : int
        Index of the sentence.
    token, length : int
        First token in the corpus, and how many.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> bracketed(encoded(["One. Two, three. Four."]), 1, 2, 1)
    ('One.', 'Two, [[three]].', 'Four.')
    """
    shown = sentence(corpus, index, [(token, length, "node")])
    (start, end, _), *_ = shown.marks
    text = f"{shown.text[:start]}[[{shown.text[start:end]}]]{shown.text[end:]}"
    around = []
    for other in (index - 1, index + 1):
        inside = 0 <= other < len(corpus.sentence_bounds) - 1
        inside = (
            inside
            and int(np.searchsorted(corpus.turn_bounds, corpus.sentence_bounds[other], side="right")) - 1 == shown.turn
            and corpus.sentence_bounds[other] < corpus.sentence_bounds[other + 1]
        )
        around.append(" ".join(sentence(corpus, other).text.split()) if inside else "")
    return around[0], " ".join(text.split()), around[1]


def kwic(
    corpus: EncodedCorpus,
    term: str | Sequence[str],
    *,
    width: int = 60,
    mask: np.ndarray | None = None,
    sort: Sequence[str] = (),
) -> pd.DataFrame:
    """Key word in context.

    Parameters
    ----------
    corpus : EncodedCorpus
        A corpus that keeps its text.
    term : str or sequence of str
        One or more words; ``*`` matches any letters at that place. Of several terms each is shown.
    width : int
        Characters of context on each side.
    mask : ndarray of bool, shape (n_tokens,), optional
        Tokens in which to look; all that are not excluded by default.
    sort : sequence of str
        Places by whose words the lines are sorted: L1 is the word before, R2 the second after, N the node itself.

    Returns
    -------
    DataFrame
        `doc_id`, `date`, `speaker`, `left`, `node`, `right`, `turn`, `start` (character offset in the turn), in the
        order of the text where no other is asked for.

    Raises
    ------
    NoTextError
        If the corpus was stored without text.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> kwic(encoded(["We met. Norland's envoys met us."]), "met", width=12)[["left", "node", "right"]].values.tolist()
    [['We', 'met', ". Norland's"], ['envoys', 'met', 'us.']]
    """
    EncodedCorpus.require(corpus)
    terms = [term] if isinstance(term, str) else list(term)
    hits = match_terms(corpus, terms, corpus.words() if mask is None else mask)
    order = sorted_by_context(corpus, hits.starts, hits.lengths, sort)
    return in_context(corpus, hits.starts[order], hits.lengths[order], width=width)


def in_context(corpus: EncodedCorpus, starts: np.ndarray, lengths: np.ndarray, *, width: int = 60) -> pd.DataFrame:
    """Tokens in context.

    Parameters
    ----------
    corpus : EncodedCorpus
        A corpus that keeps its text.
    starts, lengths : ndarray of int, shape (n,)
        First token and number of tokens of each node.
    width : int
        Characters of context on each side.

    Returns
    -------
    DataFrame
        As from `kwic`, in the given order.

    Raises
    ------
    NoTextError
        If the corpus was stored without text.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> in_context(encoded(["We met envoys."]), np.array([1]), np.array([2]))["node"].tolist()
    ['met envoys']
    """
    if corpus.texts is None:
        raise NoTextError("a concordance")
    turns = np.searchsorted(corpus.turn_bounds, starts, side="right") - 1
    documents = corpus.turn_document[turns] if len(turns) else turns
    rows = []
    for start, length, turn, document in zip(starts, lengths, turns, documents):
        text = corpus.texts[turn]
        a, b = int(corpus.starts[start]), int(corpus.ends[start + length - 1])
        left = re.sub(r"\s+", " ", text[max(a - width - 15, 0) : a]).strip()
        right = re.sub(r"\s+", " ", text[b : b + width + 15]).strip()
        left = left if len(left) <= width else left[-width:].partition(" ")[2]
        right = right if len(right) <= width else right[:width].rpartition(" ")[0]
        row = corpus.documents.iloc[document]
        rows.append(
            (row["doc_id"], iso_date(row), corpus.turns["speaker"].iloc[turn], left, text[a:b], right, int(turn), a)
        )
    return pd.DataFrame(rows, columns=["doc_id", "date", "speaker", "left", "node", "right", "turn", "start"])
