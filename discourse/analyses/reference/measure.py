"""Counts of words by document beside those of reference corpora, and how they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.parts import AgreedTerms, Measured, TermSurvey, agreed_terms, join_terms
from discourse.analyses.say import slug
from discourse.analyses.settings import Display, FileName, Later, Names, Settings, read_each
from discourse.compare.against import compare_with_reference
from discourse.compare.sums import totals
from discourse.errors import SettingError, SettingErrors, TooLittleText, did_you_mean
from discourse.features.frequency import document_units, hashes_of, term_counts, term_totals, wanted_terms
from discourse.features.reference import SHIPPED, UNGD, Reference, read_reference
from discourse.types import EncodedCorpus, Features

NAME = "UN General Debate"
MOST_EXAMPLES = 12  # words that the reference lacks


class ReferenceSettings(Settings):
    """Keyness of each group against a reference corpus."""

    switch: ClassVar[str] = "{}"

    files: Annotated[dict[str, str], FileName(SHIPPED)] = Field(
        {NAME: UNGD},
        description="Reference corpora by the names that figures show: tables of words (.tsv, .csv, .gz; columns term, count, and documents), "
        "un-general-debate (counts of the package, 1946-2024) or one decade of it: un-general-debate 1990s",
    )
    alpha0: Annotated[float, Later()] = Field(
        100.0, gt=0, description="Weight of the pooled shares in the Dirichlet prior, in tokens"
    )
    min_documents: int = Field(10, ge=1, description="Documents of a group that must contain a word")
    drop_stop_words: bool = Field(True, description="Leave out function words")
    leave_out: list[str] = Field(
        [], description="Further words to leave out; speakers leaves out names and offices of speakers"
    )
    measure: Annotated[Literal["log-odds", "log ratio", "g2"], Display()] = Field(
        "log-odds", description="What figures show; words are in the order of the intervals of the log-odds"
    )
    show: Annotated[int, Display()] = Field(12, ge=1, le=30, description="Words shown on either side")

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Names that cannot be used, files that are no references."""
        if not self.files:
            yield SettingError(("files",), f"which reference? Name a table of words, or {UNGD}")
        seen: dict[str, str] = {}
        for name, path in self.files.items():
            short = slug(name)
            if not short or short in seen:
                yield SettingError(
                    ("files", name), f'"{name}" is no name of its own: a file name needs a letter that no other has'
                )
            seen.setdefault(short, name)
            if name in names.groups:
                yield SettingError(
                    ("files", name), f'a group is called "{name}" as well; give the reference another name'
                )
            if Path(path).name.startswith(UNGD) and Path(path).name not in SHIPPED:
                hint = did_you_mean(Path(path).name, list(SHIPPED))
                yield SettingError(("files", name), f'the package has no counts "{Path(path).name}". {hint}')
        yield from self._read()[1]

    def _read(self) -> tuple[dict[str, Reference], list[SettingError]]:
        """References by name, and what is wrong with the others; missing files are reported as such."""
        return read_each(self.files, read_reference, SHIPPED)

    def references(self) -> dict[str, Reference]:
        """The references by name.

        Raises
        ------
        SettingErrors
            With every line of a file that is wrong.
        """
        read, errors = self._read()
        if errors:
            raise SettingErrors(SettingError(("reference", *e.path), e.text) for e in errors)
        return read


@dataclass(frozen=True)
class ReferenceFound(Found):
    """Keyness of each group against each reference.

    Parameters
    ----------
    tables : mapping of (str, str) to DataFrame
        By reference and group (`discourse.compare.against.compare_with_reference`).
    lacking : DataFrame
        What each reference lacks of each group: `reference`, `group`, `words`, `lacking`, `tokens`, `lacking_tokens`, `examples`.
    sources : DataFrame
        `reference`, `source`, `sha256`, `words`, `tokens`, `documents`, `least`, `summed`.
    """

    tables: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    lacking: pd.DataFrame = field(default_factory=pd.DataFrame)
    sources: pd.DataFrame = field(default_factory=pd.DataFrame)


def survey(tokens: Tokens, settings: ReferenceSettings) -> TermSurvey:
    """The words of a part."""
    return TermSurvey(tokens.left_out(settings.leave_out), {1: term_totals(tokens.corpus, 1, tokens.mask)})


def agree(found: TermSurvey, settings: ReferenceSettings) -> AgreedTerms:
    """Words that are frequent enough in the whole."""
    return agreed_terms(found, settings.min_documents)


def measure(tokens: Tokens, settings: ReferenceSettings) -> Features:
    """Counts of words by document, and how many tokens of each are words that a reference lacks."""
    agreed: AgreedTerms | None = tokens.agreed
    leave_out = tokens.left_out(settings.leave_out) if agreed is None else agreed.left_out
    references = settings.references()
    counts, terms = term_counts(tokens.corpus, 1, tokens.mask)
    units = document_units(tokens.corpus, tokens.mask)[["doc_id", "n_tokens"]]
    lacks = [(r.of([str(t) for t in terms]) <= 0).astype(np.int64) for r in references.values()]
    units = units.assign(**{f"lacking_{k}": counts @ lack for k, lack in enumerate(lacks)})
    if agreed is None:
        often = np.asarray(counts.sum(0)).ravel() >= (settings.min_documents if tokens.whole else 1)
    else:
        often = np.isin(hashes_of(terms), agreed.kept[1])
    at = np.flatnonzero(often)
    at = at[wanted_terms(terms[at], drop_stop_words=settings.drop_stop_words, leave_out=leave_out)]
    words = [str(terms[int(k)]) for k in at]
    sources = [
        (name, r.source, r.sha256, len(r.counts), r.tokens, r.documents, r.least, r.summed)
        for name, r in references.items()
    ]
    listed = pd.DataFrame({"word": words} | {f"count_{k}": r.of(words) for k, r in enumerate(references.values())})
    columns = ["reference", "source", "sha256", "words", "tokens", "documents", "least", "summed"]
    details = {"sources": pd.DataFrame(sources, columns=columns), "listed": listed}
    values = sparse.csr_array(counts[:, at])
    return Features("reference", values, words, units, details=details, params={"lengths": [1] * len(words)})


def joined(parts: Sequence[Measured], settings: ReferenceSettings, corpus: EncodedCorpus) -> Features:
    """Counts of the whole."""
    whole = join_terms(parts, settings.min_documents)
    listed = whole.details["listed"].drop_duplicates("word").set_index("word").reindex(list(whole.columns))
    sources = parts[0].features.details["sources"]
    details = {"sources": sources, "listed": listed.rename_axis("word").reset_index()}
    return replace(whole, details=details)


def without_rare(features: Features, n: int) -> Features:
    """The counts without words that fewer than `n` documents contain; totals are in the units."""
    at = np.flatnonzero(totals(features.values)[1] >= n)
    return replace(
        features,
        values=sparse.csr_array(features.values)[:, at],
        columns=[features.columns[int(k)] for k in at],
        details={**features.details, "listed": features.details["listed"].iloc[at].reset_index(drop=True)},
        params={"lengths": [1] * len(at)},
    )


def compute(data: Data, settings: ReferenceSettings, features: Features) -> ReferenceFound:
    """Each group against each reference."""
    tables, lacking, refused = {}, [], []
    values, listed = sparse.csr_array(features.values), features.details["listed"]
    for k, source in enumerate(features.details["sources"].itertuples()):
        counts = listed[f"count_{k}"].to_numpy(np.int64)
        for g, group in enumerate(data.design.names):
            inside = data.design.documents(g)
            lacking.append(
                (source.reference, str(group), *_lacking(features, values[inside], inside, counts, k, settings))
            )
            try:
                tables[str(source.reference), str(group)] = compare_with_reference(
                    features, data.design, g, counts, float(source.tokens), alpha0=settings.alpha0,
                    min_documents=settings.min_documents,
                )  # fmt: skip
            except TooLittleText as error:
                refused.append(error)
    columns = ["reference", "group", "words", "lacking", "tokens", "lacking_tokens", "examples"]
    sources = features.details["sources"]
    return ReferenceFound((), tuple(refused), tables, pd.DataFrame(lacking, columns=columns), sources)


def _lacking(
    features: Features,
    values: sparse.csr_array,
    inside: np.ndarray,
    counts: np.ndarray,
    k: int,
    settings: ReferenceSettings,
) -> tuple[int, int, int, int, str]:
    """Words of a group, those that the reference lacks, tokens, tokens of such words, and the most frequent of these words."""
    total, documents = totals(values)
    often = documents >= settings.min_documents
    lacks = np.flatnonzero(often & (counts <= 0))
    first = lacks[np.argsort(-total[lacks], kind="stable")][:MOST_EXAMPLES]
    units = features.units.iloc[inside]
    named = ", ".join(features.columns[int(j)] for j in first)
    return int(often.sum()), len(lacks), int(units["n_tokens"].sum()), int(units[f"lacking_{k}"].sum()), named
