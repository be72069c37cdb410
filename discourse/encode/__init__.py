"""Text to integers, once; after that every feature is arithmetic."""

from __future__ import annotations

from discourse.encode.counts import count_terms, document_term_matrix, ngram_matrix
from discourse.encode.encoder import encode_corpus
from discourse.encode.tokens import TOKEN_PATTERN

__all__ = ["TOKEN_PATTERN", "count_terms", "document_term_matrix", "encode_corpus", "ngram_matrix"]
