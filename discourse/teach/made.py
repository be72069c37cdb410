"""Texts that are made for lessons, about invented countries, by the seed of the student."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from discourse.teach.desk import Desk
from discourse.types import Features

CODES = ("conflictual", "neutral", "cooperative")
PLACES = ("Harbour Bay", "Lindby", "Karst", "Old Ferry", "Sund", "Velden", "Marrow", "Eastgate", "Tarn", "Holm")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
# How often each government says what, by code and tone: the first mourns with Norland, the second sides with others against it.
_FIRST = {("conflictual", -1): 0.20, ("conflictual", 1): 0.02, ("neutral", 0): 0.36, ("cooperative", 1): 0.20}
_SECOND = {("conflictual", -1): 0.15, ("conflictual", 1): 0.27, ("neutral", 0): 0.34, ("cooperative", 1): 0.22}
GOVERNMENTS = {"Halden": _FIRST | {("cooperative", -1): 0.22}, "Ilmar": _SECOND | {("cooperative", -1): 0.02}}


@cache
def _templates() -> dict[tuple[str, int], list[str]]:
    text = files("discourse.teach").joinpath("lessons", "sentences.tsv").read_text(encoding="utf-8")
    found: dict[tuple[str, int], list[str]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        found.setdefault((row["code"], int(row["tone"])), []).append(row["text"])
    return found


def _sentences(rng: np.random.Generator, n: int) -> list[tuple[str, str]]:
    """Code and text of sentences on Norland, one of each template in random order."""
    every = [(code, text) for (code, _), texts in _templates().items() for text in texts]
    return [(every[k][0], _filled(rng, every[k][1])) for k in rng.permutation(len(every))[:n]]


def training(desk: Desk, n: int = 40) -> list[str]:
    """Sentences on Norland, for training coders."""
    return [text for _, text in _sentences(desk.rng("training"), n)]


def training_codes(desk: Desk, n: int = 40) -> list[str]:
    """The codes that the codebook gives the sentences of `training`."""
    return [code for code, _ in _sentences(desk.rng("training"), n)]


def coders(desk: Desk, n: int = 40, care: tuple[float, float] = (0.85, 0.8)) -> tuple[list[str], list[str]]:
    """The codes of two others for the sentences of `training`, who take the right code in so many cases."""
    right = training_codes(desk, n)
    return coder(desk.rng("first"), right, care[0]), coder(desk.rng("second"), right, care[1])


def words_that_changed(terms: Features, study: np.ndarray, words: Sequence[str], least: float = 1.25) -> list[str]:
    """Those of some words of which one group has at least so many times the rate of the other, and both have one.

    Parameters
    ----------
    terms : Features
        Counts by document, of `discourse.term_frequency`.
    study : ndarray of bool, shape (n_documents,)
        Documents of the one group; the others are the other.
    words : sequence of str
        Words.
    least : float
        Ratio of the rates.
    """
    tokens = terms.units["n_tokens"].to_numpy(float)
    places = [list(terms.columns).index(word) for word in words]
    counts = terms.values.toarray()[:, places]
    one, other = (counts[rows].sum(0) / tokens[rows].sum() for rows in (study, ~study))
    return [w for w, a, b in zip(words, one, other) if min(a, b) > 0 and max(a, b) >= least * min(a, b)]


def statements(desk: Desk) -> pd.DataFrame:
    """Statements of two governments on Norland.

    Parameters
    ----------
    desk : Desk
        Of the student.

    Returns
    -------
    DataFrame
        A row a sentence: `document`, `government`, `text`.
    """
    return _statements(desk).drop(columns="code")


def coded_statements(desk: Desk, n: int = 80) -> pd.DataFrame:
    """A random sample of `statements` that was coded by hand.

    Parameters
    ----------
    desk : Desk
        Of the student.
    n : int
        Sentences of each government.

    Returns
    -------
    DataFrame
        As `statements`, with its index, and `code`: 1 cooperative, 0 neutral, -1 conflictual.
    """
    every, rng = _statements(desk), desk.rng("sample")
    chosen = np.concatenate([rng.permutation(rows.index)[:n] for _, rows in every.groupby("government")])
    return every.loc[chosen].assign(code=lambda rows: rows["code"].map(CODES.index) - 1)


def _statements(desk: Desk, documents: int = 20, sentences_each: int = 12) -> pd.DataFrame:
    rng, rows = desk.rng("statements"), []
    for government, shares in GOVERNMENTS.items():
        cells, p = list(shares), np.array(list(shares.values()))
        for document in range(documents):
            # Documents differ: each has a mixture of its own around that of its government.
            mixture = rng.dirichlet(12 * p)
            for cell in rng.choice(len(cells), sentences_each, p=mixture):
                texts = _templates()[cells[cell]]
                text = _filled(rng, texts[int(rng.integers(len(texts)))])
                rows.append((f"{government}-{document + 1:02}", government, text, cells[cell][0]))
    return pd.DataFrame(rows, columns=["document", "government", "text", "code"])


def coder(rng: np.random.Generator, codes: list[str], care: float) -> list[str]:
    """The codes of a coder who takes the right code with probability `care`, and else one of its neighbours.

    Examples
    --------
    >>> coder(np.random.default_rng(1), ["neutral"], care=1)
    ['neutral']
    """
    coded = []
    for code in codes:
        place = CODES.index(code)
        near = [CODES[k] for k in (place - 1, place + 1) if 0 <= k < len(CODES)]
        coded.append(code if rng.random() < care else near[int(rng.integers(len(near)))])
    return coded


def _filled(rng: np.random.Generator, text: str) -> str:
    place, day = PLACES[int(rng.integers(len(PLACES)))], DAYS[int(rng.integers(len(DAYS)))]
    return text.format(place=place, day=day)
