"""The United States Secretary of State Speech Dataset (USSOS)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from discourse.corpus.build import Batch, Reading
from discourse.corpus.dates import parse_date
from discourse.corpus.offices import holders
from discourse.corpus.rows import SUFFIXES, read_rows, word
from discourse.corpus.turns import Document
from discourse.errors import SourceError, did_you_mean
from discourse.types import Corpus

COLUMNS = (
    "Row Id",
    "Secretary",
    "Date",
    "Title",
    "Speech Type",
    "Location",
    "URL",
    "SOS Text",
    "Natural Text",
    "Raw Text",
    "Canonical URL",
    "SOS Word Count",
    "Natural Word Count",
    "Row Hash",
    "Speakers Present",
    "People Mentioned (Natural Text)",
    "People Mentioned (SOS Text)",
    "Countries Mentioned",
    "Country ISO Codes Mentioned",
)
_NEEDED = COLUMNS[:9]
_USED = (*_NEEDED, "Row Hash", "Speakers Present")
# A rule of thumb: the documents below it are counted in the provenance, for somebody to look at them.
SIMILAR = 0.9


def _downloaded() -> Path:
    """The file that the package sos-speeches has fetched."""
    try:
        import sos_speeches
    except ImportError:
        raise SourceError(
            "ussos: no file was given, and the package that downloads the corpus is not installed. Install it with "
            "pip install 'discourse-analytics[ussos]', or name the CSV file under corpus.files or with --corpus PATH"
        ) from None
    try:
        return Path(sos_speeches.load())
    except (RuntimeError, OSError) as error:
        raise SourceError(
            "ussos: the corpus cannot be downloaded; is there a network? Download the CSV file of the latest release "
            "elsewhere and name "
            f"it under corpus.files or with --corpus PATH ({str(error).splitlines()[0][:160]})"
        ) from None


def read_ussos(
    *,
    files: Sequence[str | Path] = (),
    keep: Sequence[str] = (),
    **reading: Unpack[Reading],
) -> Corpus:
    """Read the speech corpus of the Secretaries of State, 1997 to today, as its CSV file comes.

    Parameters
    ----------
    files : sequence of path
        The CSV file (also compressed, or Parquet), or a folder with it. Without files it is downloaded through
        ``sos_speeches.load()``, where the package sos-speeches is installed.
    keep : sequence of str
        Further columns to keep as metadata.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus
        Turns come from `Natural Text`, the whole transcript; from `SOS Text` where that is empty. Metadata columns:
        `secretary`, `location`, `url`, `row_hash`, and `agreement`: the share of words (Dice coefficient of word
        counts) that our turns of the Secretary and `SOS Text` have in common.

    Raises
    ------
    SourceError
        For a file without the columns that are used, and where there is neither file nor network.

    Notes
    -----
    Yoel and Revolinsky, United States Secretary of State Speech Dataset (CC0).
    """
    batch = Batch("ussos")
    theirs: dict[str, tuple[str, str]] = {}
    for path in batch.find(list(files) or [_downloaded()], SUFFIXES):
        # The file has each text in three versions; the memory need not hold them all.
        found = read_rows(batch, path, only=(*_USED, *keep))
        if found is None:
            continue
        columns, rows = found
        missing = [c for c in (*_NEEDED, *keep) if c not in columns]
        if missing:
            batch.problems += [f'{path}: there is no column "{c}". {did_you_mean(c, columns)}' for c in missing]
            continue
        for number, row in rows:
            secretary = word(row.get("Secretary"))
            day = parse_date(row.get("Date"))
            # The column has the surname only; with the first names the Secretary is the same person as in other
            # corpora.
            full = next(
                (
                    t.full_name
                    for t in holders(day)
                    if t.office == "Secretary of State" and t.surname == secretary.upper()
                ),
                secretary,
            )
            doc_id = word(row.get("Row Id")) or f"row-{number}"
            theirs[doc_id] = (full, word(row.get("SOS Text")))
            kind = word(row.get("Speech Type"))
            batch.add(
                Document(
                    doc_id,
                    day,
                    word(row.get("Title")),
                    _paragraphs(word(row.get("Natural Text")) or word(row.get("SOS Text"))),
                    f"{full}, Secretary of State",
                    kind,
                    "US Department of State",
                    f"{path.name}:{number}",
                    metadata={
                        "secretary": secretary,
                        "location": word(row.get("Location")),
                        "url": word(row.get("URL")),
                        "row_hash": word(row.get("Row Hash")),
                        "file": path.name,
                        **{k: word(row.get(k)) or None for k in keep},
                    },
                ),
                word(row.get("Date")),
            )
    corpus = batch.corpus(citation=("ussos",), **reading)
    return _compare(corpus, theirs)


def _paragraphs(text: str) -> str:
    """Single line breaks as blank lines, where a text has no others."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if "\n\n" in text else text.replace("\n", "\n\n")


def _compare(corpus: Corpus, theirs: dict[str, tuple[str, str]]) -> Corpus:
    """Add how far our turns of the Secretary and theirs agree."""
    from dataclasses import replace

    ours: dict[str, list[str]] = {}
    byline = dict(zip(corpus.documents["doc_id"], corpus.documents["secretary"]))
    for doc_id, speaker, text in zip(corpus.turns["doc_id"], corpus.turns["speaker"], corpus.turns["text"]):
        if re.search(rf"(?<!\w){re.escape(byline[doc_id])}(?!\w)", speaker, re.I) or speaker == theirs[doc_id][0]:
            ours.setdefault(doc_id, []).append(text)
    agreement = []
    for doc_id in corpus.documents["doc_id"]:
        a, b = (Counter(re.findall(r"\w+", x.casefold())) for x in (" ".join(ours.get(doc_id, [])), theirs[doc_id][1]))
        total = a.total() + b.total()
        agreement.append(round(2 * (a & b).total() / total, 4) if total and theirs[doc_id][1] else float("nan"))
    documents = corpus.documents.assign(agreement=agreement)
    # NaN, where there is nothing to compare with, is not equal to itself.
    compared = [x for x in agreement if x == x]
    differ = sum(x < SIMILAR for x in compared)
    note = (
        f"the Secretary's words as the corpus has them (SOS Text) and our turns share "
        f"less than {100 * SIMILAR:.0f}% of their words in "
        f"{differ} of {len(compared)} documents; the column agreement has the share for each"
    )
    provenance = (
        replace(corpus.provenance, inferences=(*corpus.provenance.inferences, note)) if compared else corpus.provenance
    )
    return replace(corpus, documents=documents, provenance=provenance)
