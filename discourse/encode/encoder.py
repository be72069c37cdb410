"""Corpus to encoded corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from discourse.corpus.frame import from_texts
from discourse.encode.chunks import Chunks, compiled_loops, cut_blocks, in_threads, merge_forms, split_chunks
from discourse.encode.clauses import clause_ends
from discourse.encode.sentences import (
    BULLET,
    CAN_BEGIN,
    CLOSING,
    END,
    ENDS_LINE,
    ENDS_PARAGRAPH,
    MAYBE_END,
    USUALLY_BEGINS,
    chunk_flags,
)
from discourse.encode.tokens import TOKEN_PATTERN, ChunkTypes, check_pattern, find_tokens, per_chunk
from discourse.errors import UsageError
from discourse.types import Corpus, EncodedCorpus

SPAN_COLUMNS = ("excluded", "quoted")  # of the turns table; token layers of the same names
_PART = 100_000  # chunks that are expanded at once; what that takes stays in the processor's cache
# Last byte, in UTF-8, of the characters that may be the last of a sentence.
_CLOSING_BYTE = np.isin(np.arange(256), [c.encode()[-1] for c in CLOSING])


def sentence_flags(types: ChunkTypes) -> np.ndarray:
    """Sentence flags of distinct chunks; uint8, shape (n_types,)."""
    begin = types.byte_bounds[:-1]
    size = per_chunk(types.data > 32, types.byte_bounds)
    first, last = types.data[begin], types.data[begin + size - 1]
    newlines = per_chunk(types.data == 10, types.byte_bounds)
    # Most chunks are words in small letters without a full stop: a look at their bytes is enough to give them no flag.
    plain = (first >= ord("a")) & (first <= ord("z")) & ~_CLOSING_BYTE[last] & (newlines < 2)
    flags = np.zeros(len(begin), np.uint8)
    text, bounds = types.text, types.bounds
    at = np.flatnonzero(~plain)
    flags[at] = [chunk_flags(text[a:b]) for a, b in zip(bounds[at].tolist(), (bounds[at + 1] - 1).tolist())]
    # A list item begins a sentence where its mark is at the beginning of a line.
    flags[newlines == 1] |= ENDS_LINE
    # What comes after a web address with a capital letter is another sentence; that there is an end takes the two lowest bits.
    flags[types.links] = flags[types.links] & ~np.uint8(3) | END
    return flags


def _expand_part(
    chunks: Chunks,
    renumber: np.ndarray,
    types: ChunkTypes,
    flags: np.ndarray,
    out: Sequence[np.ndarray],
    filled: int,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Write form, start and end of each token; give where texts and sentences begin, and what is filled now."""
    codes = renumber[chunks.codes].astype(np.intp)  # what numpy would convert it to at each gather
    n = types.counts[codes]
    before = np.append(np.int32(0), np.cumsum(n, dtype=np.int32))
    length = types.lengths[codes]
    start = np.append(np.int32(0), np.cumsum(length, dtype=np.int32))
    shift = np.repeat(chunks.lead - start[chunks.bounds[:-1]], np.diff(chunks.bounds))

    at = np.repeat(types.token_bounds[codes] - before[:-1], n)
    at += np.arange(len(at), dtype=np.int32)
    at = at.astype(np.intp)
    start = np.repeat(start[:-1] + shift, n)
    ids, starts, ends = (x[filled : filled + len(at)] for x in out)
    ids[:] = types.ids[at]
    np.add(start, types.starts[at], out=starts)
    np.add(start, types.ends[at], out=ends)

    # A sentence that begins at a chunk without tokens (a dash) begins at the next token.
    breaks = before[_begins(flags[codes], chunks.bounds)]
    breaks = breaks[np.diff(breaks, prepend=np.int32(-1)) > 0]
    breaks = breaks[: np.searchsorted(breaks, len(at))]
    return before[chunks.bounds[:-1]] + np.int64(filled), breaks + np.int64(filled), filled + len(at)


def _expand(
    block: Chunks, renumber: np.ndarray, types: ChunkTypes, flags: np.ndarray, out: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Write form, start and end of each token of a block; give where texts and sentences begin."""
    bounds, breaks, filled = [], [], 0
    for part in block.parts(_PART):
        text, sentence, filled = _expand_part(part, renumber, types, flags, out, filled)
        bounds.append(text)
        breaks.append(sentence)
    return np.concatenate(bounds), np.concatenate(breaks)


def _expand_by_loop(
    block: Chunks,
    renumber: np.ndarray,
    types: ChunkTypes,
    flags: np.ndarray,
    out: Sequence[np.ndarray],
    loops: ModuleType,
) -> tuple[np.ndarray, np.ndarray]:
    """The same."""
    chunks = block.codes.astype(np.int32), block.bounds, block.lead
    of_chunk = types.token_bounds[renumber], types.counts[renumber], types.lengths[renumber], flags[renumber]
    bounds, breaks = np.empty(len(block.lead), np.int64), np.empty(len(out[0]), np.int64)
    n = loops.expand(chunks, of_chunk, (types.ids, types.starts, types.ends), tuple(out), bounds, breaks)
    return bounds, breaks[:n].copy()


def _begins(flags: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Chunks at which a sentence begins, from the flags of the chunks and the first chunk of each text."""
    begins = np.zeros(len(flags), bool)
    left, right = flags[:-1], flags[1:]
    # The two lowest bits say whether a chunk ends a sentence.
    end = left & 3
    begins[1:] = (
        (left & ENDS_PARAGRAPH != 0)
        | ((left & ENDS_LINE != 0) & (right & BULLET != 0))
        | ((end == END) & (right & CAN_BEGIN != 0))
        | ((end == MAYBE_END) & (right & USUALLY_BEGINS != 0))
    )
    begins[bounds[:-1][np.diff(bounds) > 0]] = True
    return np.flatnonzero(begins)


def encode_texts(
    texts: Sequence[str],
    token_pattern: str = TOKEN_PATTERN,
    block_characters: int | None = None,
    compiled: bool | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Encode texts in blocks.

    Parameters
    ----------
    texts : sequence of str
        Texts; no token crosses from one into the next.
    token_pattern : str
        Regular expression of a token; it must not match white space. What a group of it named `link` matches is no token.
    block_characters : int, optional
        How much text is encoded at once; the result does not depend on it.
    compiled : bool, optional
        Use loops compiled by numba; by default where it is installed and there is much text. The result does not depend on it.

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
    pattern = check_pattern(token_pattern)
    loops = compiled_loops(texts, compiled)
    blocks = in_threads(lambda block: split_chunks(block, loops), cut_blocks(texts, block_characters))
    merged, renumber = merge_forms(blocks)
    types = find_tokens(merged, pattern)
    flags = sentence_flags(types)
    # Counted first, so that each block can write into its own part of the final arrays.
    n_tokens = in_threads(lambda k: int(types.counts[renumber[k]][blocks[k].codes].sum()), range(len(blocks)))
    edges = np.cumsum([0, *n_tokens])
    out = [np.empty(edges[-1], np.int32) for _ in range(3)]

    def expand(k: int) -> tuple[np.ndarray, np.ndarray]:
        part = [x[edges[k] : edges[k + 1]] for x in out]
        if loops is None:
            found = _expand(blocks[k], renumber[k], types, flags, part)
        else:
            found = _expand_by_loop(blocks[k], renumber[k], types, flags, part, loops)
        return found[0] + edges[k], found[1] + edges[k]

    bounds, breaks = map(np.concatenate, zip(*in_threads(expand, range(len(blocks)))))
    return out[0], out[1], out[2], np.append(bounds, edges[-1]), np.append(breaks, edges[-1]), types.tokens


def fold(form: str) -> str:
    """Case-fold a form; typographic apostrophes and hyphens become plain ones.

    Examples
    --------
    >>> fold("Don’t")
    "don't"
    """
    return form.casefold().replace("’", "'").replace("‑", "-")


def encode_corpus(
    corpus: Corpus | pd.DataFrame | pd.Series | Sequence[str],
    *,
    token_pattern: str = TOKEN_PATTERN,
    keep_text: bool = True,
    block_characters: int | None = None,
    compiled: bool | None = None,
    **columns: Any,
) -> EncodedCorpus:
    """Read and tokenise the text of a corpus, once.

    Parameters
    ----------
    corpus : Corpus, DataFrame, Series or sequence of str
        Documents and turns; a DataFrame is read as `Corpus.from_dataframe` reads it. Of texts each is a document, in their order.
    token_pattern : str
        Regular expression of a token. The default keeps U.S., Nagorno-Karabakh, don't, Russia's, 2,209 and COVID-19
        whole, hashtags and handles with their marks; punctuation and web addresses are no tokens.
    keep_text : bool
        Keep the text of the turns, for concordances and evidence.
    block_characters : int, optional
        How much text is encoded at once; the result does not depend on it.
    compiled : bool, optional
        Use loops compiled by numba; by default where it is installed and there is much text. The result does not depend on it.
    **columns
        For a DataFrame: the options of `Corpus.from_dataframe`.

    Returns
    -------
    EncodedCorpus

    Raises
    ------
    UsageError
        For what is none of these, and options beside what is no DataFrame.

    Examples
    --------
    >>> encode_corpus(["Nothing new.", "All was said."]).n_tokens
    5
    >>> from discourse.corpus.assemble import assemble
    >>> from discourse.types import Provenance
    >>> from discourse.corpus.attribution import split_turns
    >>> corpus = assemble([{"doc_id": "a", "date": "2020-01-01", "title": "T"}],
    ...                   {"a": split_turns("Nothing new. (Laughter.)", "Roe")}, Provenance())
    >>> encoded = encode_corpus(corpus)
    >>> encoded.vocabulary["form"].tolist(), encoded.layers["excluded"].tolist()
    (['Laughter', 'Nothing', 'new'], [False, False, True])
    """
    corpus = _as_corpus(corpus, columns)
    texts = tuple(corpus.turns["text"])
    ids, starts, ends, turn_bounds, sentence_bounds, forms = encode_texts(
        texts, token_pattern, block_characters, compiled
    )
    # Sorted, so that ids depend on the words of a corpus and not on their order.
    folded, folded_forms = pd.factorize(np.array([fold(f) for f in forms], object), sort=True)
    vocabulary = pd.DataFrame({"form": pd.array(forms, dtype=object), "folded": folded.astype(np.int32)})
    layers = {
        name: _span_layer(corpus.turns[name], starts, ends, turn_bounds)
        for name in SPAN_COLUMNS
        if name in corpus.turns.columns
    }
    turn_document = pd.Index(corpus.documents["doc_id"]).get_indexer(corpus.turns["doc_id"])
    per_document = np.bincount(turn_document, weights=np.diff(turn_bounds), minlength=len(corpus.documents))
    document_bounds = np.concatenate([[0], np.cumsum(per_document)]).astype(np.int64)
    return EncodedCorpus(
        ids,
        starts,
        ends,
        sentence_bounds,
        turn_bounds,
        document_bounds,
        vocabulary,
        np.asarray(folded_forms, object),
        corpus.documents,
        without_text(corpus.turns),
        {**layers, "clause": clause_ends(texts, ends, turn_bounds, compiled_loops(texts, compiled))},
        texts if keep_text else None,
        corpus.provenance,
    )


def _as_corpus(given: object, columns: Mapping[str, Any]) -> Corpus:
    """What `encode_corpus` takes, as a corpus."""
    if isinstance(given, pd.DataFrame):
        return Corpus.from_dataframe(given, **columns)
    if columns:
        raise UsageError(f"{', '.join(columns)}: these options are for a DataFrame, not for {type(given).__name__}")
    if isinstance(given, Corpus):
        return given
    if isinstance(given, EncodedCorpus):
        raise UsageError("this corpus is encoded already")
    if isinstance(given, str):
        raise UsageError("expected several texts, got one; put it into a list: [text]")
    if isinstance(given, pd.Series | pd.Index | np.ndarray | Sequence) and not isinstance(given, bytes):
        return from_texts(given)
    raise UsageError(f"expected a Corpus, a DataFrame, or a list or Series of texts; got {type(given).__name__}")


def hashtags_as_words(corpus: EncodedCorpus) -> EncodedCorpus:
    """The corpus with hashtags counted as the words in them; texts and forms stay as they are written.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["No #war. A war is a war."])
    >>> [len(set(c.folded_ids.tolist())) for c in (corpus, hashtags_as_words(corpus))]
    [5, 4]
    """
    plain = np.array([f[1:] if f.startswith("#") and len(f) > 1 else f for f in corpus.folded_forms], object)
    number, forms = pd.factorize(plain, sort=True)
    folded = number[corpus.vocabulary["folded"].to_numpy()].astype(np.int32)
    return replace(corpus, vocabulary=corpus.vocabulary.assign(folded=folded), folded_forms=np.asarray(forms, object))


def without_text(turns: pd.DataFrame) -> pd.DataFrame:
    """The turns table of an encoded corpus: without the text and the spans in it."""
    return turns.drop(columns=["text", *(c for c in SPAN_COLUMNS if c in turns.columns)])


def _span_layer(spans_of: pd.Series, starts: np.ndarray, ends: np.ndarray, turn_bounds: np.ndarray) -> np.ndarray:
    """Tokens that character spans of their turns touch; bool, shape (n_tokens,)."""
    layer = np.zeros(len(starts), bool)
    for turn in np.flatnonzero(spans_of.map(len).to_numpy()):
        own = slice(turn_bounds[turn], turn_bounds[turn + 1])
        for left, right, _ in spans_of.iloc[turn]:
            # The tokens of a turn follow each other.
            first, stop = np.searchsorted(ends[own], left, "right"), np.searchsorted(starts[own], right)
            layer[own][first:stop] = True
    return layer
