"""A corpus as CoNLL-U (https://universaldependencies.org/format.html): tokens and sentences, and nothing that is not known of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from discourse.corpus.dated import as_written
from discourse.errors import UsageError
from discourse.types import UNKNOWN, EncodedCorpus

_MADE_HERE = ("doc_id", "n_tokens")


def conllu(corpus: EncodedCorpus, keep: np.ndarray | None = None) -> str:
    """The sentences of a corpus, with their document, date, title and speaker as comments, as `read_conllu` reads them.

    Raises
    ------
    UsageError
        For a corpus that was stored without its text.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> print(conllu(encoded(["Peace, now."])).split("# text = ")[1].replace(chr(9), " ").strip())
    Peace, now.
    1 Peace _ _ _ _ _ _ _ SpaceAfter=No
    2 , _ _ _ _ _ _ _ _
    3 now _ _ _ _ _ _ _ SpaceAfter=No
    4 . _ _ _ _ _ _ _ SpaceAfter=No
    """
    EncodedCorpus.require(corpus)
    if corpus.texts is None:
        raise UsageError("CoNLL-U needs the text, and this corpus was stored without it")
    return "".join(_sentences(corpus, corpus.texts, keep))


def _sentences(corpus: EncodedCorpus, texts: Sequence[str], keep: np.ndarray | None) -> Iterator[str]:
    bounds, turn_of = corpus.sentence_bounds, corpus.sentence_turn
    documents = as_written(corpus.documents).to_dict("records")
    document_of, speakers = corpus.turn_document, corpus.turns["speaker"].tolist()
    last, n, text = -1, 0, ""
    for s, turn in enumerate(turn_of.tolist()):
        document = int(document_of[turn])
        if keep is not None and not keep[document]:
            continue
        if s == 0 or turn_of[s - 1] != turn or not text:
            text = texts[turn]
        first, end = int(bounds[s]), int(bounds[s + 1])
        begin = int(corpus.starts[first]) if s and turn_of[s - 1] == turn else 0
        stop = int(corpus.starts[end]) if s + 1 < len(turn_of) and turn_of[s + 1] == turn else len(text)
        words = list(_words(text[begin:stop], corpus.starts[first:end] - begin, corpus.ends[first:end] - begin))
        if document != last:
            yield from _about(documents[document])
            last, n = document, 0
        n += 1
        yield f"# sent_id = {_line(documents[document]['doc_id'])}-{n}\n"
        if speakers[turn] and speakers[turn] != UNKNOWN:
            yield f"# speaker = {_line(speakers[turn])}\n"
        yield f"# text = {_line(text[begin:stop])}\n"
        for k, (word, space) in enumerate(words, 1):
            yield f"{k}\t{word}" + "\t_" * 7 + ("\t_\n" if space else "\tSpaceAfter=No\n")
        yield "\n"


def _about(document: dict[str, object]) -> Iterator[str]:
    yield f"# newdoc id = {_line(document['doc_id'])}\n"
    for name, value in document.items():
        known = value is not None and not (pd.api.types.is_scalar(value) and pd.isna(value))
        if name not in _MADE_HERE and known and str(value) and "=" not in str(name):
            said = value.date().isoformat() if isinstance(value, pd.Timestamp) else value
            yield f"# {_line(name)} = {_line(said)}\n"


def _line(value: object) -> str:
    return " ".join(str(value).split())


def _words(text: str, starts: np.ndarray, ends: np.ndarray) -> Iterator[tuple[str, bool]]:
    """Tokens, and what stands between them without a space, each with whether a space follows."""
    at, pieces = 0, []
    for a, b in zip(starts.tolist(), ends.tolist()):
        pieces += [*_between(text, at, a), (a, b)]
        at = b
    pieces += _between(text, at, len(text))
    for a, b in pieces:
        yield text[a:b], text[b : b + 1].isspace()


def _between(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    found, at = [], start
    for piece in text[start:stop].split():
        at = text.index(piece, at)
        found.append((at, at + len(piece)))
        at += len(piece)
    return found
