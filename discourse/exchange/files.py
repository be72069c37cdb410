"""A corpus as the files of other programs."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.io import mmwrite

from discourse.errors import UsageError, did_you_mean
from discourse.exchange.conllu import conllu
from discourse.exchange.counts import Counts, counts_of
from discourse.gates import csv, document
from discourse.types import EncodedCorpus
from discourse.writer import write_files

# What separates in a file of Vowpal Wabbit.
_VW = str.maketrans(dict.fromkeys(" :|\t\r\n", "_"))


def matrix_market(values: sparse.csr_array) -> bytes:
    """A matrix in the coordinate format of Matrix Market, rows and columns numbered from 1."""
    buffer = io.BytesIO()
    mmwrite(buffer, sparse.coo_array(values), field="integer", symmetry="general")
    return buffer.getvalue()


def _lines(terms: list[str]) -> bytes:
    return document("".join(f"{term}\n" for term in terms))


def _mtx(found: Counts) -> dict[str, bytes]:
    return {
        "counts.mtx": matrix_market(found.values),
        "terms.txt": _lines(found.terms),
        "documents.csv": csv(found.documents),
    }


def _gensim(found: Counts) -> dict[str, bytes]:
    n_with = np.bincount(found.values.indices, minlength=len(found.terms))
    rows = [f"{k}\t{term}\t{n}\n" for k, (term, n) in enumerate(zip(found.terms, n_with))]
    return {
        "corpus.mm": matrix_market(found.values),
        "dictionary.txt": document(f"{len(found.documents)}\n" + "".join(rows)),
        "documents.csv": csv(found.documents),
    }


def _uci(found: Counts) -> dict[str, bytes]:
    entries = sparse.coo_array(found.values)
    row, column = entries.coords
    head = "\n".join(map(str, (*found.values.shape, found.values.nnz)))
    body = "".join(f"{r + 1} {c + 1} {n}\n" for r, c, n in zip(row, column, entries.data))
    return {
        "docword.txt": f"{head}\n{body}".encode(),
        "vocab.txt": _lines(found.terms),
        "documents.csv": csv(found.documents),
    }


def _vw(found: Counts) -> dict[str, bytes]:
    terms = [t.translate(_VW) for t in found.terms]
    bounds, column, count = (x.tolist() for x in (found.values.indptr, found.values.indices, found.values.data))
    rows = [
        f"'{str(name).translate(_VW)} |w " + " ".join(f"{terms[column[k]]}:{count[k]}" for k in range(a, b))
        for name, a, b in zip(found.documents["doc_id"], bounds, bounds[1:])
    ]
    return {"corpus.vw": document("".join(f"{row.rstrip()}\n" for row in rows)), "documents.csv": csv(found.documents)}


def _parquet(found: Counts) -> dict[str, bytes]:
    entries = sparse.coo_array(found.values)
    row, column = entries.coords
    ids, terms = found.documents["doc_id"].to_numpy(object), np.array(found.terms, object)
    table = pd.DataFrame({"doc_id": ids[row], "term": terms[column], "count": entries.data})
    return {"counts.parquet": _as_parquet(table), "documents.parquet": _as_parquet(found.documents)}


def _as_parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


_OF_COUNTS: Mapping[str, Callable[[Counts], dict[str, bytes]]] = {
    "mtx": _mtx,
    "gensim": _gensim,
    "vw": _vw,
    "uci": _uci,
    "parquet": _parquet,
}
FORMS = (*_OF_COUNTS, "conllu")


def files_of(corpus: EncodedCorpus, to: str, keep: np.ndarray | None = None) -> dict[str, bytes]:
    """The files of a corpus in some form, by name.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    to : {"mtx", "gensim", "vw", "uci", "parquet", "conllu"}
        The form.
    keep : ndarray of bool, shape (n_documents,), optional
        Documents to take; all by default.

    Raises
    ------
    UsageError
        For a form that is none of these.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> files_of(encoded(["Peace and trade.", "Trade, trade."]), "vw")["corpus.vw"].decode().splitlines()
    ["'d000 |w and:1 peace:1 trade:1", "'d001 |w trade:2"]
    """
    if to not in FORMS:
        raise UsageError(f'there is no form "{to}". {did_you_mean(to, FORMS)}')
    if to == "conllu":
        return {"corpus.conllu": document(conllu(corpus, keep))}
    return _OF_COUNTS[to](counts_of(corpus, keep))


def export(corpus: EncodedCorpus, to: str, folder: str | Path, keep: np.ndarray | None = None) -> list[Path]:
    """Write a corpus as files of another program: all of them, or none.

    Parameters
    ----------
    corpus, to, keep
        As in `files_of`.
    folder : path
        Where they go; what else is there stays.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    UsageError
        For a form that there is not.
    DiscourseError
        Where they cannot be written.
    """
    files = {Path(folder) / name: data for name, data in files_of(corpus, to, keep).items()}
    write_files(files)
    return list(files)
