"""From what a run took from its text to the file of a bundle: tables, manifest, description, disclosure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.say import slug
from discourse.experiment.bundle.archive import MANIFEST, pack
from discourse.experiment.bundle.disclosure import Disclosure, disclosure_text
from discourse.experiment.bundle.form import (
    ExclusionForm,
    ManifestForm,
    ProvenanceForm,
    RequestForm,
    TableForm,
    TokensForm,
    UnclaimedForm,
    ValuesForm,
)
from discourse.experiment.bundle.package import descriptor, readme
from discourse.experiment.bundle.tables import long_form, write_table
from discourse.experiment.bundle.values import Request, TokenCounts
from discourse.gates import document, json_text
from discourse.types import Features, Provenance


@dataclass(frozen=True)
class Content:
    """What goes into a bundle.

    Parameters
    ----------
    name, title : str
        Of the experiment.
    experiment : bytes
        Its file, as it was run.
    corpus : str
        SHA-256 of the corpus.
    reading : mapping
        From `reading_of`.
    documents, turns, duplicates : DataFrame
        As they travel.
    provenance : Provenance
        Of the corpus.
    tokens, features : mapping
        From the recorder; features as they travel.
    licence, citation : str
        From the config.
    min_documents : int
        Terms that fewer documents contain are not in the features.
    """

    name: str
    title: str
    experiment: bytes
    corpus: str
    reading: Mapping[str, Any]
    documents: pd.DataFrame
    turns: pd.DataFrame
    duplicates: pd.DataFrame
    provenance: Provenance
    tokens: Mapping[tuple[str, ...], TokenCounts]
    features: Mapping[Request, Features]
    licence: str = ""
    citation: str = ""
    min_documents: int = 1


@dataclass
class _Members:
    """Files in the making; equal tables are written once, under the name of the first."""

    files: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def table(self, path: str, frame: pd.DataFrame) -> TableForm:
        """Write a table."""
        data, types = write_table(frame, path)
        key = hashlib.sha256(data + json.dumps(list(types.items())).encode()).hexdigest()
        path = self._known.setdefault(key, path)
        self.files[path], self.types[path], self.rows[path] = data, types, len(frame)
        return TableForm(path=path, types=types)


def write_bundle(content: Content, disclosure: Disclosure) -> bytes:
    """The file of a bundle: the same bytes for the same content.

    Parameters
    ----------
    content : Content
        What goes into it.
    disclosure : Disclosure
        What it gives away.
    """
    members = _Members()
    documents, turns, duplicates = (
        members.table(f"{name}.parquet", getattr(content, name)) for name in ("documents", "turns", "duplicates")
    )
    tokens = [_tokens(members, layers, content.tokens[layers]) for layers in sorted(content.tokens)]
    # Threads end in another order each time.
    names = content.documents["doc_id"], documents
    requests = [_request(members, request, content.features[request], names) for request in sorted(content.features)]
    files = dict(members.files)
    files["experiment.yaml"] = content.experiment
    files["DISCLOSURE.md"] = document(disclosure_text(disclosure))
    form = {"name": content.name, "title": content.title, "licence": content.licence, "citation": content.citation}
    files["README.md"] = document(readme(form, requests, members.rows))
    files["datapackage.json"] = _json(descriptor(form, members.files, members.types))
    manifest = ManifestForm(
        made_with=version("discourse-analytics"),
        experiment=content.name,
        experiment_sha256=hashlib.sha256(content.experiment).hexdigest(),
        corpus_sha256=content.corpus,
        reading=dict(content.reading),
        licence=content.licence,
        citation=content.citation,
        min_documents=content.min_documents,
        provenance=_provenance(content.provenance),
        documents=documents,
        turns=turns,
        duplicates=duplicates,
        tokens=tokens,
        requests=requests,
        sha256={name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    )
    files[MANIFEST] = _json(manifest.model_dump())
    return pack(files)


def _json(value: Any) -> bytes:
    return json_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _tokens(members: _Members, layers: Sequence[str], counts: TokenCounts) -> TokensForm:
    folder = "tokens/" + ("-".join(("without", *layers)) if layers else "all")
    of = {"documents": counts.by_document, "turns": counts.by_turn}
    tables = {k: members.table(f"{folder}/{k}.parquet", pd.DataFrame({"n_tokens": n})) for k, n in of.items()}
    return TokensForm(layers=list(layers), **tables)


def folder_of(request: Request) -> str:
    """Where the tables of a request lie; readable, and different for different requests."""
    digest = hashlib.sha256(repr(request).encode()).hexdigest()[:8]
    # The name of a target may have no letter that a file name takes.
    words = slug(request.target).encode("ascii", "ignore").decode().strip("-")
    return f"{request.analysis}/{words}-{digest}" if words else f"{request.analysis}/{digest}"


def _request(
    members: _Members, request: Request, features: Features, names: tuple[pd.Series, TableForm]
) -> RequestForm:
    """Write the features of a request; `names` are the identifiers of the documents, and the table that they are in."""
    folder = folder_of(request)
    units, at = _units(members, f"{folder}/units.parquet", features.units, *names)
    return RequestForm(
        folder=folder,
        analysis=request.analysis,
        target=request.target,
        settings=request.values,
        layers=list(request.layers),
        name=features.name,
        of=features.target,
        params=json.loads(json.dumps(dict(features.params), default=_plain)),
        units=units,
        doc_id_at=at,
        columns=members.table(f"{folder}/columns.parquet", pd.DataFrame({"column": list(map(str, features.columns))})),
        values=_values(members, f"{folder}/values.parquet", features),
        details={
            name: members.table(f"{folder}/{slug(name)}.parquet", table)
            for name, table in sorted(features.details.items())
        },
    )


def _units(
    members: _Members, path: str, units: pd.DataFrame, names: pd.Series, documents: TableForm
) -> tuple[TableForm, int]:
    """Write units, and say where `doc_id` was among their columns if they are the documents."""
    if "doc_id" not in units.columns or not units["doc_id"].reset_index(drop=True).equals(names.reset_index(drop=True)):
        return members.table(path, units), -1
    if len(units.columns) == 1:
        return TableForm(path=documents.path, types={"doc_id": documents.types["doc_id"]}), -1
    return members.table(path, units.drop(columns="doc_id")), units.columns.get_loc("doc_id")


def _plain(value: Any) -> Any:
    """Numbers of numpy as those of JSON."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"parameters of type {type(value).__name__} cannot be written")


def _values(members: _Members, path: str, features: Features) -> ValuesForm:
    values = features.values
    if sparse.issparse(values):
        frame, index = long_form(values)
        return ValuesForm(table=members.table(path, frame), kind="sparse", index=index)
    names = list(map(str, features.columns))
    # Columns of the table need names of their own.
    names = names if len(set(names)) == len(names) else [f"{k + 1} {name}" for k, name in enumerate(names)]
    frame = pd.DataFrame({name: values[:, k] for k, name in enumerate(names)}, index=range(len(values)))
    # Sums depend on it in their last digits.
    turned = values.flags.f_contiguous and not values.flags.c_contiguous
    return ValuesForm(table=members.table(path, frame), kind="dense", order="F" if turned else "C")


def _provenance(provenance: Provenance) -> ProvenanceForm:
    return ProvenanceForm(
        reader=provenance.reader,
        sources=[{k: str(v) for k, v in s.items()} for s in provenance.sources],
        inferences=list(provenance.inferences),
        exclusions=[
            ExclusionForm(document=e.document, reason=e.reason, source=e.source) for e in provenance.exclusions
        ],
        citation=list(provenance.citation),
        labels=dict(provenance.labels),
        unclaimed=[UnclaimedForm(document=u.document, line=u.line, text=u.text) for u in provenance.unclaimed],
    )


# Its cells name a document, and must stay what they are.
_NAMES = ("doc_id",)


def _frames(content: Content) -> dict[str, pd.DataFrame]:
    """Every table with texts, by name."""
    frames = {"documents": content.documents, "turns": content.turns}
    for request, features in content.features.items():
        folder = folder_of(request)
        frames |= {f"{folder}/units": features.units}
        frames |= {f"{folder}/{name}": table for name, table in features.details.items()}
    return frames


def _text_columns(name: str, frame: pd.DataFrame, keep: Sequence[str]) -> list[str]:
    """Columns of texts that may be emptied."""
    stay = {*_NAMES, *(keep if name == "documents" else ())}
    return [c for c in frame.columns if c not in stay and str(frame[c].dtype) in ("object", "str", "string")]


def texts_of(content: Content, keep: Sequence[str] = ()) -> dict[str, list[str]]:
    """The texts in the tables of a bundle, by table; but those of columns that the config keeps as they are."""
    found = {
        name: [v for c in _text_columns(name, frame, keep) for v in frame[c].tolist() if isinstance(v, str)]
        for name, frame in _frames(content).items()
    }
    provenance = content.provenance
    excluded, unclaimed = [e.document for e in provenance.exclusions], [u.text for u in provenance.unclaimed]
    return found | {"exclusions": excluded, "unclaimed labels": unclaimed}


def without_cells(content: Content, texts: Collection[str], keep: Sequence[str] = ()) -> Content:
    """The same, with every cell of `texts_of` emptied that is one of these texts."""

    def clean(name: str, frame: pd.DataFrame) -> pd.DataFrame:
        changes = {}
        for column in _text_columns(name, frame, keep):
            cells = ["" if isinstance(v, str) and v in texts else v for v in frame[column].tolist()]
            changes[column] = pd.Series(cells, index=frame.index, dtype=frame[column].dtype)
        return frame.assign(**changes)

    features = {
        request: replace(f, units=clean("", f.units), details={k: clean("", d) for k, d in f.details.items()})
        for request, f in content.features.items()
    }
    provenance = content.provenance
    exclusions = [replace(e, document="" if e.document in texts else e.document) for e in provenance.exclusions]
    unclaimed = [replace(u, text="" if u.text in texts else u.text) for u in provenance.unclaimed]
    return replace(
        content,
        documents=clean("documents", content.documents),
        turns=clean("", content.turns),
        features=features,
        provenance=replace(provenance, exclusions=tuple(exclusions), unclaimed=tuple(unclaimed)),
    )
