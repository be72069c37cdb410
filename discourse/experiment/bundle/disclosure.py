"""What a bundle gives away of its text: words in their order are searched for, sizes of bags are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from discourse.encode.encoder import fold
from discourse.gates import markdown
from discourse.types import EncodedCorpus, Features

WINDOW = 8  # words in a row that are a quotation
FEW = 100  # tokens below which a bag of words nearly is the text
_SIGNS = ".,;:!?\"'()[]{}…–—-“”‘’«»*_/"


@dataclass(frozen=True)
class Bags:
    """Units of one measurement whose tokens are counted: how many, the median and the smallest number of tokens."""

    name: str
    units: int
    median: float
    smallest: int


@dataclass(frozen=True)
class Disclosure:
    """What a bundle holds and gives away.

    Parameters
    ----------
    name : str
        Of the experiment.
    documents, turns, tokens : int
        In the corpus.
    columns : sequence of str
        Columns of the documents in it.
    bags : sequence of Bags
        Measurements with tokens by unit.
    emptied : mapping of str to int
        Cells by table that repeated `WINDOW` words of the text, and were emptied.
    linked, longest : float, int
        Share of neighbouring words of the text whose pair is among the n-grams, and the most words in a row that such pairs link.
    min_documents : int
        Terms that fewer documents contain were left out.
    offsets : sequence of str
        Measurements that say at which letter of a turn a mention begins.
    """

    name: str
    documents: int
    turns: int
    tokens: int
    columns: Sequence[str]
    bags: Sequence[Bags] = ()
    emptied: Mapping[str, int] = field(default_factory=dict)
    linked: float = 0.0
    longest: int = 0
    min_documents: int = 1
    offsets: Sequence[str] = ()


def words_of(text: str) -> list[str]:
    """Words of a text in lower case without the signs around them.

    Examples
    --------
    >>> words_of("We met -- in Eastport.")
    ['we', 'met', 'in', 'eastport']
    """
    return [w for part in text.casefold().split() if (w := part.strip(_SIGNS))]


def quotations(texts: Iterable[str], source: Iterable[str]) -> set[str]:
    """Those of some texts that have `WINDOW` words in a row with a source in common.

    Examples
    --------
    >>> quotations(["on the first day of May in the year", "a title"], ["It began on the first day of May, in the year 2000."])
    {'on the first day of May in the year'}
    """
    windows: dict[tuple[str, ...], list[str]] = {}
    for text in dict.fromkeys(texts):
        words = words_of(text)
        for k in range(len(words) - WINDOW + 1):
            windows.setdefault(tuple(words[k : k + WINDOW]), []).append(text)
    # Most words of a source begin none of them, so that few windows are made.
    first = {w[0] for w in windows}
    found: set[str] = set()
    for text in source if windows else ():
        words = words_of(text)
        for k in range(len(words) - WINDOW + 1):
            if words[k] in first:
                found.update(windows.get(tuple(words[k : k + WINDOW]), ()))
    return found


def chains(corpus: EncodedCorpus, terms: Iterable[str]) -> tuple[float, int]:
    """How far n-grams link the words of a text: the share of its neighbours that are a pair of them, and the most words in a row.

    Parameters
    ----------
    corpus : EncodedCorpus
        The text.
    terms : iterable of str
        Words of n-grams with blanks between.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> chains(encoded(["We met in the harbour. We left."]), ["we met", "met in", "the harbour"])
    (0.5, 3)
    """
    place = {form: k for k, form in enumerate(corpus.folded_forms.tolist())}
    n = len(place)
    pairs = {
        place[a] * n + place[b]
        for term in terms
        for a, b in pairwise(fold(term).split(" "))
        if a in place and b in place
    }
    if not pairs or corpus.n_tokens < 2:
        return 0.0, 0
    ids = corpus.folded_ids.astype(np.int64)
    linked = np.isin(ids[:-1] * n + ids[1:], np.fromiter(pairs, np.int64, len(pairs)))
    # The last word of a turn and the first of the next are no neighbours.
    ends = corpus.turn_bounds[1:-1] - 1
    linked[ends[(ends >= 0) & (ends < len(linked))]] = False
    # A run of k pairs is one of k + 1 words.
    breaks = np.flatnonzero(np.concatenate([[True], ~linked, [True]]))
    longest = int(np.diff(breaks).max())
    return float(linked.mean()), longest if longest > 1 else 0


def bags_of(name: str, features: Features) -> Bags | None:
    """Sizes of the units of a measurement; None where it does not count their tokens."""
    if "n_tokens" not in features.units.columns:
        return None
    n = features.units["n_tokens"].to_numpy()
    n = n[n > 0]
    return Bags(name, len(n), float(np.median(n)), int(n.min())) if len(n) else None


def disclosure_text(found: Disclosure) -> str:
    """`DISCLOSURE.md`."""
    lines = [
        f"# What this bundle gives away: {markdown(found.name)}",
        "",
        f"The text has {found.documents:,} documents, {found.turns:,} turns and {found.tokens:,} tokens. It is not in the bundle.",
        "",
        "## What is in it",
        "",
        f"- Documents with the columns {', '.join(map(markdown, found.columns))}; turns with speaker, role and side; numbers of tokens; lines that look like labels of speakers and are claimed by nobody.",
        "- Counts of terms and scores, measured as README.md lists them.",
        "- Where there are targets: their mentions, each with its form, sentence number, scores, role and act; the terms of the lexicon in its "
        "sentence by the alphabet.",
    ]
    if found.offsets:
        lines.append(
            f"- At which letter of its turn each mention begins ({', '.join(found.offsets)}), for coded samples know mentions by it."
        )
    lines += ["", "## What cannot be rebuilt from it", ""]
    lines += [
        "- Sentences: no table lists words in the order of the text. When the bundle was made, every cell was compared with the text; "
        f"none has {WINDOW} words in a row from it"
        + ("." if not found.emptied else f", for {sum(found.emptied.values()):,} that had were emptied:"),
    ]
    lines += [f"  - {table}: {n:,} cells" for table, n in sorted(found.emptied.items())]
    lines += ["- Where in the text a word stands, but for the mentions of the targets as said above."]
    lines += ["", "## What can be inferred from it", ""]
    if found.longest:
        lines.append(
            f"- n-grams: {100 * found.linked:.1f}% of the neighbouring words of the text are a pair of some n-gram; they link at most "
            f"{found.longest} words in a row."
        )
    if found.min_documents > 1:
        lines.append(
            f"- Terms that fewer than {found.min_documents} documents contain were left out where terms are counted."
        )
    else:
        lines.append(
            "- Rare terms are in it as counted; `bundle: {min_documents: N}` leaves out those of fewer than N documents."
        )
    for bags in found.bags:
        lines.append(
            f"- {bags.name}: counts by unit, {bags.units:,} units with a median of {bags.median:,.0f} and at least {bags.smallest:,} tokens."
        )
    if any(b.median < FEW for b in found.bags):
        lines += [
            "",
            f"**Units are short.** A bag of fewer than {FEW} words can nearly be read as the text: who has the counts of a post has the "
            "post. Share this bundle only if you may share the text.",
        ]
    return "\n".join(lines) + "\n"
