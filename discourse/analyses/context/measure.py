"""What is measured in the contexts of a target, and compared between the groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.settings import Display, FileName, Later, Names, Settings
from discourse.compare.contexts import cosines
from discourse.compare.deflated import MIN_DOCUMENTS, MIN_MENTIONS, distances
from discourse.compare.quantities import Contrast, Quantities
from discourse.encode.encoder import fold
from discourse.errors import SettingError, TooLittleText, did_you_mean
from discourse.features.contexts import context_means, learnt_transform, own_words, token_rows
from discourse.features.frequency import stop_words
from discourse.features.target import Target
from discourse.features.vectors import PACKAGE, Vectors, load_vectors, plain
from discourse.types import Comparison, Features

LETTERS = 3  # of the shortest candidate, as in conText
COUNTS = ["mentions", "words"]  # the last columns of the features


class ContextSettings(Settings):
    """How the contexts of each target differ: embedding regression (a la carte)."""

    window: int = Field(6, ge=1, le=50, description="Tokens on either side of a mention")
    vectors: Annotated[str, FileName((PACKAGE,))] = Field(
        PACKAGE,
        description="Word vectors: those of the package, or a file in GloVe or word2vec text format (.gz too)",
    )
    words: Annotated[list[str], Later()] = Field(
        [], description="Words with which the groups are compared, named in advance"
    )
    min_documents: int = Field(
        10, ge=2, description="Documents that a word must occur in to be a neighbour, or a word that moves"
    )
    show: Annotated[int, Display()] = Field(
        12, ge=2, le=30, description="Neighbours of each group, and words that move"
    )

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Words that the vectors of the package lack."""
        if self.words and self.vectors == PACKAGE:
            yield from _without_vector(self.words, load_vectors())


@dataclass(frozen=True)
class ContextFound(Found):
    """Contexts of a target by group.

    `named` are the cosines with the words that the config names (None where it names none), `every` those with all candidates;
    `distances` as of `discourse.compare.deflated.distances`; `coverage` the mean number of words with a vector in a context;
    `vectors` their name, and `learnt` whether the transformation was learnt from this corpus.
    """

    every: Comparison | None = None
    named: Comparison | None = None
    distances: pd.DataFrame = field(default_factory=pd.DataFrame)
    coverage: float = 0.0
    vectors: str = ""
    learnt: bool = False


def measure(tokens: Tokens, settings: ContextSettings, target: Target) -> Features:
    """Sums by document of the mean vectors of contexts, without transformation; number of mentions and of words in them."""
    corpus, mask = tokens.corpus, tokens.mask

    def load() -> tuple[Vectors, np.ndarray]:
        forms = {fold(form) for form in corpus.folded_forms}
        vectors = load_vectors(settings.vectors, forms | {plain(form) for form in forms})
        return vectors, token_rows(corpus, vectors)

    vectors, rows = tokens.memo.once(("vectors", settings.vectors), load)
    units = tokens.mentions(target).units
    ours = units[mask[units["token"].to_numpy(np.int64)]]
    others = np.where(own_words(corpus, units), -1, rows)
    means, n_words = context_means(corpus, others, ours, vectors.values, settings.window, mask)
    used = np.flatnonzero(n_words > 0)
    values = np.column_stack([means[used], np.ones(len(used)), n_words[used]]).astype(np.float32)
    document, n = ours["document"].to_numpy(np.int64)[used], len(corpus.documents)
    # Sparse, as most documents of a corpus of short texts do not mention the target.
    by_document = sparse.csr_array((np.ones(len(used), np.float32), (document, np.arange(len(used)))), (n, len(used)))
    details = {"words": _candidates(tokens, rows, vectors, settings, target)}
    if vectors.transform is None:
        learnt = learnt_transform(corpus, np.where(mask, rows, -1), vectors.values, settings.window)
        details["transform"] = pd.DataFrame(learnt, columns=[f"v{k + 1}" for k in range(len(learnt))])
    return Features(
        "context",
        sparse.csr_array(by_document @ sparse.csr_array(values)),
        [*(f"v{k + 1}" for k in range(vectors.values.shape[1])), *COUNTS],
        corpus.documents[["doc_id"]].reset_index(drop=True),
        target=target.name,
        params={"window": settings.window, "vectors": vectors.name},
        details=details,
    )


def _candidates(
    tokens: Tokens, rows: np.ndarray, vectors: Vectors, settings: ContextSettings, target: Target
) -> pd.DataFrame:
    """Words that may be neighbours: in enough documents, no function words, not the target's own; `word`, `documents`."""
    at = np.flatnonzero(tokens.mask & (rows >= 0))
    document = tokens.corpus.parent("document")[at]
    pairs = np.unique(document * len(vectors.words) + rows[at])
    documents = np.bincount(pairs % len(vectors.words), minlength=len(vectors.words))
    aliases = target.defining_forms(tokens.corpus)
    own = aliases | {plain(form) for form in aliases} | stop_words()
    kept = [
        k
        for k in np.flatnonzero(documents >= settings.min_documents).tolist()
        if (word := vectors.words[k]) not in own and len(word) >= LETTERS and any(c.isalpha() for c in word)
    ]
    table = pd.DataFrame({"word": [vectors.words[k] for k in kept], "documents": documents[kept]})
    return table.sort_values("word", ignore_index=True)


def compute(data: Data, settings: ContextSettings, target: Target, features: Features) -> ContextFound:
    """Cosines of the vector of each group with words, and distances between groups."""
    candidates = features.details["words"]["word"].tolist()
    named = list(dict.fromkeys(fold(word) for word in settings.words))
    vectors = load_vectors(settings.vectors, {*candidates, *named})
    for error in _without_vector(settings.words, vectors):
        raise SettingError(("context", *error.path), error.text)
    transform = features.details["transform"].to_numpy() if vectors.transform is None else vectors.transform
    values = features.values.toarray().astype(float)
    mentions, words = (values[:, features.columns.index(name)] for name in COUNTS)
    sums = values[:, : -len(COUNTS)] @ transform.T
    q = Quantities(
        "contexts", sums, mentions, list(features.columns[: -len(COUNTS)]), bounds=(-np.inf, np.inf), target=target.name
    )
    unit = data.units[0]
    inside = data.design.group >= 0
    if not _enough(q, data):
        raise TooLittleText(
            f"The contexts of {target.name}",
            f"n = {mentions[inside].sum():,.0f} mentions in {int((mentions[inside] > 0).sum()):,} documents",
            f"{MIN_MENTIONS} mentions in {MIN_DOCUMENTS} documents of a group",
        )
    if not candidates:
        raise TooLittleText(
            f"The contexts of {target.name}",
            "n = 0 words to compare with",
            f"words in {settings.min_documents} documents",
        )

    every = [*data.contrasts, *data.further]

    def with_words(chosen: list[str], contrasts: Sequence[Contrast]) -> Comparison:
        of = vectors.values[[vectors.index[word] for word in chosen]]
        return cosines(q, data.design, contrasts, chosen, of, unit=unit)

    return ContextFound(
        # All candidates in the main contrast alone, which is enough to choose words by.
        every=with_words(candidates, data.contrasts[:1]),
        named=with_words(named, every) if named else None,
        distances=distances(q, data.design, every, unit=unit),
        coverage=float(words[inside].sum() / mentions[inside].sum()),
        vectors=vectors.name,
        learnt=vectors.transform is None,
    )


def _enough(q: Quantities, data: Data) -> bool:
    """Whether any group has enough mentions."""
    inside = [q.inside(data.design, [g]) for g in range(len(data.design.names))]
    return any(q.x[rows].sum() >= MIN_MENTIONS and len(rows) >= MIN_DOCUMENTS for rows in inside)


def _without_vector(words: Iterable[str], vectors: Vectors) -> Iterable[SettingError]:
    """A mistake for each word that has no vector."""
    for k, word in enumerate(words):
        if fold(word) not in vectors.index:
            said = f'"{word}" has no vector among the {len(vectors.words):,} words. {did_you_mean(word, vectors.words)}'
            yield SettingError(("words", k), said)
