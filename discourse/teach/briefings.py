"""Transcripts of briefings that are made for a lesson: a secretary of Halden, a guest, reporters, an aide."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from discourse.teach.desk import Desk

_SECRETARY = (
    "We met today to speak about the harbour and the winter grain.",
    "Our position on Norland has not changed since the spring.",
    "The agreement gives both our countries a fair share of the river.",
    "I have told the parliament what we know, and I will tell you the same.",
    "We want good relations with all our neighbours, and we work for them every day.",
    "There will be a second round of talks, and I expect that it will be a long one.",
    "The fishermen of Lindby need an answer before the ice comes.",
    "As for Norland, we judge it by what it does and not by what it says.",
    "I thank my colleague for the frank talk that we had this morning.",
)
_GUEST = (
    "For us the first question is always Norland.",
    "Norland has closed two crossings, and Norland will close a third one if nobody speaks.",
    "My government thanks Halden for its hospitality.",
    "What Norland did at Karst we will not forget, and Norland knows it.",
    "We share a border with Norland of four hundred kilometres.",
    "I agree with the Secretary about the grain.",
)
_QUESTIONS = (
    "Madam Secretary, what will you do if Norland does not answer?",
    "Can you tell us when the talks with Norland begin?",
    "Is it true that the grain has been paid for already?",
    "Norland says that you have broken your word. Have you?",
    "Do you trust the government of Norland?",
    "How many ships are in the harbour today?",
)
_AIDE = (
    "Last question, please.",
    "We have time for one more.",
    "The gentleman in the second row.",
    "Thank you all for coming.",
)


def briefings(desk: Desk, n: int = 12) -> pd.DataFrame:
    """Transcripts, as a ministry would publish them.

    Parameters
    ----------
    desk : Desk
        Of the student.
    n : int
        Transcripts.

    Returns
    -------
    DataFrame
        A row a transcript: `id`, `date`, `title`, `text`, paragraphs separated by blank lines.
    """
    rng, rows = desk.rng("briefings"), []
    for k in range(n):
        day = dt.date(2031, 1, 5) + dt.timedelta(days=int(rng.integers(5, 12)) + 14 * k)
        # One day with a guest and one without there is always.
        guest = k != 1 and (k == 0 or bool(rng.random() < 0.6))
        name = f"briefing-{k + 1:02}"
        rows.append((name, day.isoformat(), f"Press briefing of {day.isoformat()}", _transcript(rng, guest)))
    return pd.DataFrame(rows, columns=["id", "date", "title", "text"])


def _transcript(rng: np.random.Generator, guest: bool) -> str:
    said = [f"SECRETARY VARGA: {_some(rng, _SECRETARY, 6)}", _some(rng, _SECRETARY, 4)]
    if guest:
        said += [f"FOREIGN MINISTER ORLO: {_some(rng, _GUEST, 6)}"]
    for _ in range(int(rng.integers(3, 7))):
        said.append(f"QUESTION: {_some(rng, _QUESTIONS, 2)}")
        asked = guest and rng.random() < 0.4
        said.append(
            f"FOREIGN MINISTER ORLO: {_some(rng, _GUEST, 3)}"
            if asked
            else f"SECRETARY VARGA: {_some(rng, _SECRETARY, 3)}"
        )
    said += [f"MS. LIND: {_some(rng, _AIDE, 1)}", f"SECRETARY VARGA: {_some(rng, _SECRETARY, 1)}"]
    return "\n\n".join(said)


def _some(rng: np.random.Generator, sentences: tuple[str, ...], most: int) -> str:
    chosen = rng.permutation(len(sentences))[: int(rng.integers(max(1, most - 2), most + 1))]
    return " ".join(sentences[k] for k in chosen)
