"""Corpus to encoded corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.encode.chunks import Chunks, map_blocks
from discourse.encode.sentences import (
    CAN_BEGIN,
    CLOSING,
    END,
    ENDS_PARAGRAPH,
    MAYBE_END,
    USUALLY_BEGINS,
    begins_sentence,
    ends_sentence,
)
from discourse.errors import DiscourseError
from discourse.types import Corpus, EncodedCorpus

# Acronyms with full stops; numbers with separators and ordinals; words with inner apostrophes, hyphens and ampersands.
TOKEN_PATTERN = (
    r"(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![\w]))?(?:['’]s\b)?"
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|%)?(?:-[^\W_]+)*(?![\w])"
    r"|\w+(?:['’&\-‑]\w+)*"
)


def check_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a token pattern, which must be a regular expression that matches no white space."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise DiscourseError(f"the token pattern {pattern!r} is not a regular expression ({error})") from None
    if any(c.isspace() for m in map(compiled.match, (" ", "\n", "\t", "a b")) if m for c in m[0]):
        raise DiscourseError(f"the token pattern {pattern!r} matches white space")
    return compiled


class ChunkTypes:
    """Distinct chunks seen so far, with the tokens in each and their sentence flags; grows block by block."""

    def __init__(self, pattern: str) -> None:
        self.pattern = check_pattern(pattern)
        self.index: dict[bytes, int] = {}
        self.forms: dict[str, int] = {}
        self.counts = np.zeros(0, np.int32)
        self.tokens, self.starts, self.ends = (np.zeros(0, np.int32) for _ in range(3))
        self.flags, self.wide = np.zeros(0, np.uint8), np.zeros(0, np.int32)

    def codes(self, chunks: Sequence[bytes]) -> np.ndarray:
        """Codes of these chunks over all blocks; int32, shape (n_chunks,)."""
        index = self.index
        new = [chunk for chunk in chunks if chunk not in index]
        if new:
            index.update(zip(new, range(len(index), len(index) + len(new))))
            self._analyse(new)
        return np.fromiter(map(index.__getitem__, chunks), np.int32, len(chunks))

    def _analyse(self, new: Sequence[bytes]) -> None:
        # One search over all new chunks: they are separated by white space, which no token spans.
        texts = [chunk.decode("utf-8", "surrogatepass") for chunk in new]
        joined = "".join(texts)
        begin = np.cumsum([0, *map(len, texts)])
        spans = np.array([m.span() for m in self.pattern.finditer(joined)], np.int64).reshape(-1, 2)
        owner = np.searchsorted(begin, spans[:, 0], side="right") - 1
        forms = self.forms
        tokens = [forms.setdefault(joined[a:b], len(forms)) for a, b in spans.tolist()]
        flags = bytearray()
        for text in texts:
            chunk = text.rstrip()
            flag = 0 if not chunk or chunk[-1] not in CLOSING else ends_sentence(chunk)
            if chunk and not chunk[0].islower():
                flag |= begins_sentence(chunk)
            if len(text) - len(chunk) > 1 and text.count("\n") > 1:
                flag |= ENDS_PARAGRAPH
            flags.append(flag)
        self.counts = np.append(self.counts, np.bincount(owner, minlength=len(texts)).astype(np.int32))
        self.tokens = np.append(self.tokens, np.array(tokens, np.int32))
        self.starts = np.append(self.starts, (spans[:, 0] - begin[owner]).astype(np.int32))
        self.ends = np.append(self.ends, (spans[:, 1] - begin[owner]).astype(np.int32))
        self.flags = np.append(self.flags, np.frombuffer(bytes(flags), np.uint8))
        self.wide = np.append(self.wide, np.array([len(c) - len(t) for c, t in zip(new, texts)], np.int32))


def _block(chunks: Chunks, codes: np.ndarray, types: ChunkTypes) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Number of tokens in each text of a block; form, start, end of each, and whether a sentence begins at it."""
    flags = types.flags[codes]
    begins = np.zeros(len(codes), bool)
    end = flags[:-1] & 3
    begins[1:] = (flags[:-1] >= ENDS_PARAGRAPH) | ((end == END) & (flags[1:] & CAN_BEGIN != 0)) | (
        (end == MAYBE_END) & (flags[1:] & USUALLY_BEGINS != 0))
    begins[chunks.bounds[:-1][np.diff(chunks.bounds) > 0]] = True

    start = chunks.starts
    if not chunks.ascii:
        wide = np.append(np.int32(0), np.cumsum(types.wide[codes], dtype=np.int32))
        start = start - (wide[:-1] - np.repeat(wide[chunks.bounds[:-1]], np.diff(chunks.bounds)))

    n = types.counts[codes]
    after = np.cumsum(n, dtype=np.int32)
    offsets = np.cumsum(types.counts, dtype=np.int32) - types.counts
    at = np.repeat(offsets[codes] - (after - n), n)
    at += np.arange(len(at), dtype=np.int32)
    start = np.repeat(start, n)
    # A sentence that begins at a chunk without tokens (a dash) begins at the next token.
    breaks = np.zeros(len(at) + 1, bool)
    breaks[(after - n)[begins]] = True
    total = np.append(np.int32(0), after)
    arrays = (types.tokens[at], start + types.starts[at], start + types.ends[at], breaks[:-1])
    return np.diff(total[chunks.bounds]), arrays


def encode_texts(
    texts: Sequence[str], token_pattern: str = TOKEN_PATTERN, block_characters: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Encode texts in blocks.

    Parameters
    ----------
    texts : sequence of str
        Texts; no token crosses from one into the next.
    token_pattern : str
        Regular expression of a token; it must not match white space.
    block_characters : int, optional
        How much text is encoded at once; the result does not depend on it.

    Returns
    -------
    ids : ndarray of int32, shape (n_tokens,)
        Index into the sorted forms.
    starts, ends : ndarray of int32, shape (n_tokens,)
        Character offsets in the text.
    text_bounds : ndarray of int64, shape (n_texts + 1,)
        Token index at which each text begins.
    sentence_bounds : ndarray of int64, shape (n_sentences + 1,)
        Token index at which each sentence begins.
    forms : list of str
        Sorted distinct tokens.

    Examples
    --------
    >>> ids, starts, ends, texts, sentences, forms = encode_texts(["The U.S. Secretary spoke. We listened."])
    >>> [forms[i] for i in ids], sentences.tolist()
    (['The', 'U.S.', 'Secretary', 'spoke', 'We', 'listened'], [0, 4, 6])
    """
    types = ChunkTypes(token_pattern)
    room = sum(map(len, texts)) // 4 + 16
    raw, starts, ends, breaks = (np.empty(room, t) for t in (np.int32, np.int32, np.int32, bool))
    lengths, filled = [], 0
    for chunks in map_blocks(lambda c: c, texts, block_characters):
        codes = types.codes(chunks.forms)[chunks.codes]
        n, arrays = _block(chunks, codes, types)
        stop = filled + len(arrays[0])
        if stop > len(raw):
            raw, starts, ends, breaks = (np.append(x[:filled], np.empty(stop, x.dtype))
                                         for x in (raw, starts, ends, breaks))
        for whole, part in zip((raw, starts, ends, breaks), arrays):
            whole[filled:stop] = part
        lengths.append(n)
        filled = stop
    raw, starts, ends, breaks = (x[:filled] for x in (raw, starts, ends, breaks))
    forms = list(types.forms)
    order = sorted(range(len(forms)), key=forms.__getitem__)
    rank = np.empty(len(forms), np.int32)
    rank[order] = np.arange(len(forms), dtype=np.int32)
    bounds = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    sentence_bounds = np.concatenate([np.flatnonzero(breaks), [len(raw)]]).astype(np.int64)
    return rank[raw] if len(raw) else raw, starts, ends, bounds, sentence_bounds, [forms[i] for i in order]


def fold(form: str) -> str:
    """Case-fold a form; typographic apostrophes and hyphens become plain ones.

    Examples
    --------
    >>> fold("Don’t")
    "don't"
    """
    return form.casefold().replace("’", "'").replace("‑", "-")


def encode(
    corpus: Corpus, *, token_pattern: str = TOKEN_PATTERN, keep_text: bool = True,
    block_characters: int | None = None,
) -> EncodedCorpus:
    """Read and tokenise the text of a corpus, once.

    Parameters
    ----------
    corpus : Corpus
        Documents and turns.
    token_pattern : str
        Regular expression of a token. The default keeps U.S., Nagorno-Karabakh, don't, Russia's, 2,209 and COVID-19
        whole; punctuation is no token.
    keep_text : bool
        Keep the text of the turns, for concordances and evidence.
    block_characters : int, optional
        How much text is encoded at once; the result does not depend on it.

    Returns
    -------
    EncodedCorpus

    Examples
    --------
    >>> from discourse.corpus.build import assemble
    >>> from discourse.types import Provenance
    >>> from discourse.corpus.turns import split_turns
    >>> corpus = assemble([{"doc_id": "a", "date": "2020-01-01", "title": "T"}],
    ...                   {"a": split_turns("Nothing new. (Laughter.)", "Roe")}, Provenance())
    >>> encoded = encode(corpus)
    >>> encoded.vocabulary["form"].tolist(), encoded.layers["excluded"].tolist()
    (['Laughter', 'Nothing', 'new'], [False, False, True])
    """
    texts = tuple(corpus.turns["text"])
    ids, starts, ends, turn_bounds, sentence_bounds, forms = encode_texts(texts, token_pattern, block_characters)
    folded, folded_forms = pd.factorize(np.array([fold(f) for f in forms], object), sort=True)
    vocabulary = pd.DataFrame({"form": pd.array(forms, dtype=object), "folded": folded.astype(np.int32)})
    excluded = np.zeros(len(ids), bool)
    for turn, spans in enumerate(corpus.turns["excluded"]):
        if len(spans):
            a, b = turn_bounds[turn], turn_bounds[turn + 1]
            for left, right, _ in spans:
                excluded[a:b] |= (starts[a:b] < right) & (ends[a:b] > left)
    turn_document = pd.Index(corpus.documents["doc_id"]).get_indexer(corpus.turns["doc_id"])
    per_document = np.bincount(turn_document, weights=np.diff(turn_bounds), minlength=len(corpus.documents))
    document_bounds = np.concatenate([[0], np.cumsum(per_document)]).astype(np.int64)
    return EncodedCorpus(
        ids, starts, ends, sentence_bounds, turn_bounds, document_bounds, vocabulary,
        np.asarray(folded_forms, object), corpus.documents, corpus.turns.drop(columns=["text", "excluded"]),
        {"excluded": excluded, "clause": _clause_ends(texts, ends, turn_bounds)}, texts if keep_text else None, corpus.provenance)


def _clause_ends(texts: Sequence[str], ends: np.ndarray, turn_bounds: np.ndarray) -> np.ndarray:
    """True for tokens after which a comma, semicolon, colon, bracket or dash stands; bool, shape (n_tokens,)."""
    marks = np.array([ord(c) for c in ",;:()[]—–"], np.uint32)
    result = np.zeros(len(ends), bool)
    for text, a, b in zip(texts, turn_bounds[:-1], turn_bounds[1:]):
        characters = np.frombuffer(f"{text}   ".encode("utf-32-le", "surrogatepass"), np.uint32)
        at = ends[a:b]
        after, second = characters[at], characters[at + 1]
        quote = np.isin(after, [ord(c) for c in "\"'”’ "])
        result[a:b] = np.isin(after, marks) | (quote & np.isin(second, marks)) | ((after == 45) & (second == 45))
    return result
