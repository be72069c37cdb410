"""From the file of a bundle to its values; whoever made it, nothing in it is executed or written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.corpus.dated import from_written
from discourse.errors import DiscourseError, SourceError
from discourse.experiment.bundle.archive import MANIFEST, unpack
from discourse.experiment.bundle.form import FORMAT, ManifestForm, ProvenanceForm, RequestForm, TableForm, TokensForm
from discourse.experiment.bundle.tables import from_long_form, read_table
from discourse.experiment.bundle.values import Bundle, Request, TokenCounts
from discourse.types import Corpus, Exclusion, Features, Provenance, Unclaimed


def read_bundle(path: Path) -> Bundle:
    """Read a bundle.

    Parameters
    ----------
    path : Path
        The zip file.

    Returns
    -------
    Bundle

    Raises
    ------
    SourceError
        Where it is no bundle, damaged, changed by hand, of another format, or too large.
    """
    members, sha256 = unpack(path)
    form = _manifest(path, members)
    for name, of in form.sha256.items():
        if name not in members:
            raise SourceError(f"{path}: {name} is missing")
        if hashlib.sha256(members[name]).hexdigest() != of:
            raise SourceError(f"{path}: {name} was changed after the bundle was made")
    unknown = sorted(set(members) - set(form.sha256) - {MANIFEST})
    if unknown:
        raise SourceError(f"{path}: {unknown[0]} does not belong to the bundle")
    try:
        return _Reading(members).bundle(path, sha256, form)
    # A table that is none, of other columns, or with numbers that fit to nothing.
    except (DiscourseError, ValueError, KeyError, IndexError, TypeError, OverflowError, OSError, MemoryError) as error:
        raise SourceError(f"{path}: not a bundle that can be read ({_short(error)})") from None


def _short(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__


def _manifest(path: Path, members: Mapping[str, bytes]) -> ManifestForm:
    """The manifest, checked."""
    try:
        content = json.loads(members[MANIFEST])
        format_ = content.get("format") if isinstance(content, dict) else None
        if format_ != FORMAT:
            made = content.get("made_with", "an unknown version") if isinstance(content, dict) else ""
            raise SourceError(
                f"{path}: a bundle of format {format_} (made with discourse {made}); this version reads format {FORMAT}: "
                "make it again, or install the version that it was made with"
            )
        return ManifestForm.model_validate_json(members[MANIFEST])
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: {MANIFEST} is not that of a bundle ({_short(error)})") from None


@dataclass
class _Reading:
    """Members of a bundle; a file that several requests share is read once."""

    members: Mapping[str, bytes]

    def __post_init__(self) -> None:
        self._known: dict[str, pd.DataFrame] = {}

    def table(self, form: TableForm) -> pd.DataFrame:
        """A table."""
        key = json.dumps([form.path, *form.types.items()])
        if key not in self._known:
            try:
                self._known[key] = read_table(self.members[form.path], form.types)
            except KeyError:
                raise ValueError(f"{form.path} is missing") from None
            except (ValueError, OSError, TypeError) as error:
                raise ValueError(f"{form.path}: {_short(error)}") from None
        return self._known[key]

    def bundle(self, path: Path, sha256: str, form: ManifestForm) -> Bundle:
        """All that the manifest names."""
        documents, turns, duplicates = map(self.table, (form.documents, form.turns, form.duplicates))
        documents = from_written(documents)
        # It checks that ids are unique, and that turns stand in the order of their documents.
        Corpus(documents, turns.assign(text="", excluded=""))
        _inside(duplicates, len(documents), "document", "first")
        sizes = (len(documents), len(turns))
        tokens = {tuple(t.layers): self.tokens(t, sizes) for t in form.tokens}
        features = {_request(r): self.features(r, documents, len(turns)) for r in form.requests}
        return Bundle(
            path,
            sha256,
            form.made_with,
            form.corpus_sha256,
            form.reading,
            documents,
            turns,
            duplicates,
            _provenance(form.provenance),
            tokens,
            features,
            form.licence,
            form.citation,
            form.min_documents,
        )

    def tokens(self, form: TokensForm, sizes: tuple[int, int]) -> TokenCounts:
        """Counts of tokens, one for each document and turn."""
        found = [self.table(t)["n_tokens"].to_numpy(np.int64) for t in (form.documents, form.turns)]
        if (len(found[0]), len(found[1])) != sizes or any((n < 0).any() for n in found):
            raise ValueError("tokens are not counted for each document and turn")
        return TokenCounts(*found)

    def features(self, form: RequestForm, documents: pd.DataFrame, n_turns: int) -> Features:
        """Measured features."""
        units = self.table(form.units)
        if form.doc_id_at >= 0:
            if len(units) != len(documents):
                raise ValueError(f"{len(units)} units of {len(documents)} documents")
            units = units.copy()
            units.insert(form.doc_id_at, "doc_id", documents["doc_id"])
        _inside(units, len(documents), "document")
        _inside(units, n_turns, "turn")
        columns = self.table(form.columns)["column"].tolist()
        shape = (len(units), len(columns))
        table = self.table(form.values.table)
        values: Any
        if form.values.kind == "sparse":
            values = from_long_form(table, shape, form.values.index)
        else:
            if table.shape != shape:
                raise ValueError(f"values of shape {table.shape} in place of {shape}")
            stacked = [table.iloc[:, k].to_numpy() for k in range(shape[1])]
            values = np.column_stack(stacked) if stacked else np.zeros(shape)
            values = np.asfortranarray(values) if form.values.order == "F" else np.ascontiguousarray(values)
        details = {name: self.table(t) for name, t in form.details.items()}
        return Features(form.name, values, columns, units, form.of, form.params, details)


def _request(form: RequestForm) -> Request:
    settings = json.dumps(form.settings, sort_keys=True, ensure_ascii=False)
    return Request(form.analysis, form.target, settings, tuple(form.layers))


def _inside(frame: pd.DataFrame, n: int, *columns: str) -> None:
    """Make sure that indexes are those of something."""
    for column in columns:
        if column in frame.columns and len(frame):
            at = frame[column].to_numpy()
            if at.dtype.kind not in "iu":
                continue
            if at.min() < 0 or at.max() >= n:
                raise ValueError(f"{column} {at.max()} of {n}")


def _provenance(form: ProvenanceForm) -> Provenance:
    return Provenance(
        form.reader,
        tuple(form.sources),
        tuple(form.inferences),
        tuple(Exclusion(e.document, e.reason, e.source) for e in form.exclusions),
        tuple(form.citation),
        form.labels,
        tuple(Unclaimed(u.document, u.line, u.text) for u in form.unclaimed),
    )
