"""What occurs in a corpus more than once: documents published twice, and passages that documents share."""

from __future__ import annotations

from discourse.features.repetition.duplicates import duplicate_documents
from discourse.features.repetition.hashes import shingle_hashes
from discourse.features.repetition.parts import Part, Parts
from discourse.features.repetition.passage_table import passage_table, passage_table_of_parts
from discourse.features.repetition.search import Repetition, repetition, repetition_of_parts

__all__ = [
    "Part",
    "Parts",
    "Repetition",
    "duplicate_documents",
    "passage_table",
    "passage_table_of_parts",
    "repetition",
    "repetition_of_parts",
    "shingle_hashes",
]
