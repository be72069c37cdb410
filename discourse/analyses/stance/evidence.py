"""Mentions in their sentences, with the terms that made their scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from discourse.analyses.data import Data
from discourse.analyses.say import Say
from discourse.corpus.dated import iso_dates
from discourse.features.concordance import sentence, sentence_texts
from discourse.features.stance import STANCE_COLUMNS, Lexicon
from discourse.features.stance.metadiscourse import metadiscourse_hits
from discourse.report.blocks import EvidenceItem
from discourse.report.words import day, number
from discourse.types import UNKNOWN, EncodedCorpus, Features

MARKED = ("hedge", "booster", "obligation")


def mention_table(data: Data, corpus: EncodedCorpus, scored: Features) -> pd.DataFrame:
    """One row for each mention in the groups that counts, of all speakers: who, when, the sentence, the score, and what made it."""
    return with_text(mention_rows(data, scored), corpus)


def with_text(table: pd.DataFrame, corpus: EncodedCorpus) -> pd.DataFrame:
    """Some rows of `mention_rows` with the text of each sentence, empty where the corpus was stored without."""
    sentences, row = np.unique(table["sentence"].to_numpy(np.int64), return_inverse=True)
    texts = np.array([*sentence_texts(corpus, sentences), ""] if corpus.texts else [""], object)
    place = row if corpus.texts else np.zeros(len(row), np.int64)
    before = table.columns.get_loc("url") if "url" in table else len(table.columns)
    table = table.copy()
    table.insert(before, "text", texts[place])
    return table


def mention_rows(data: Data, scored: Features) -> pd.DataFrame:
    """`mention_table` without the text of the sentences."""
    units = scored.units
    inside = data.design.group[units["document"].to_numpy(np.int64)] >= 0
    rows = np.flatnonzero(inside & units["counts"].to_numpy(bool))
    units = units.iloc[rows].reset_index(drop=True)
    turns = data.turns.iloc[units["turn"]].reset_index(drop=True)
    documents = data.documents.iloc[units["document"]].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "mention": rows,
            "sentence": units["sentence"],
            "doc_id": documents["doc_id"],
            "date": iso_dates(documents),
            "title": documents["title"],
            "group": documents["group"],
            "speaker": turns["speaker"],
            "role": turns["role"],
            "side": turns["side"],
            "form": units["form"],
        }
    )
    for k, column in enumerate(STANCE_COLUMNS):
        frame[column] = scored.values[rows, k]
    for column in ("class_", "who_acts", "rule", "act", "certainty", "conditional", "reported", "terms"):
        # A bundle of an earlier version has no certainty.
        if column in units:
            frame[column] = units[column]
    if "url" in documents.columns:
        frame["url"] = documents["url"]
    return frame


Marks = list[tuple[int, int, str]]  # token, length, style


def metadiscourse_marks(
    corpus: EncodedCorpus, sentences: Iterable[int], lexicons: Mapping[str, Lexicon]
) -> dict[int, Marks]:
    """Hedges, boosters and obligation to mark in some sentences, by sentence; none where there are no texts."""
    if corpus.texts is None:
        return {}
    mask = np.zeros(corpus.n_tokens, bool)
    result: dict[int, Marks] = {int(k): [] for k in sentences}
    for k in result:
        mask[corpus.sentence_bounds[k] : corpus.sentence_bounds[k + 1]] = True
    for category, hits in metadiscourse_hits(corpus, lexicons, mask).items():
        if category in MARKED:
            at = np.searchsorted(corpus.sentence_bounds, hits.starts, side="right") - 1
            for k, token, length in zip(at.tolist(), hits.starts.tolist(), hits.lengths.tolist()):
                result[k].append((token, length, category))
    return result


def score_marks(scored: Features, row: int) -> Marks:
    """The mention and the terms that made its score, to be marked."""
    unit, hits = scored.units.iloc[row], scored.details["hits"]
    hits = hits[(hits["mention"] == row) & (hits["score"] != 0)]
    terms = zip(hits["token"], hits["length"], hits["score"])
    marks = [(int(t), int(n), "cooperative" if x > 0 else "conflictual") for t, n, x in terms]
    return [*marks, (int(unit["token"]), int(unit["length"]), "target")]


def evidence_item(
    corpus: EncodedCorpus, scored: Features, record: pd.Series, metadiscourse: Mapping[int, Marks]
) -> EvidenceItem:
    """A mention in its sentence with its marked terms, its role, its act and its source; without texts the document that it is in.

    Parameters
    ----------
    corpus : EncodedCorpus
        The corpus.
    scored : Features
        Every mention with its stance.
    record : Series
        A row of `mention_table`.
    metadiscourse : mapping of int to list
        From `metadiscourse_marks`.
    """
    parts = [str(record["speaker"])] if record["speaker"] != UNKNOWN else []
    source = ", ".join([*parts, *([day(record["date"])] if record["date"] else [])])
    # An identifier is shown only where nothing else is known.
    title = "" if record["date"] and record["title"] == record["doc_id"] else str(record["title"])
    # No name twice: many titles hold that of the speaker.
    source += f", {title}" if title and record["speaker"] not in title else ""
    if bool(corpus.turns["interpreted"].iloc[int(scored.units["turn"].iloc[int(record["mention"])])]):
        source += " (via interpreter)"
    source += f" · {scored.target}: {record['who_acts']}" + (f", {record['act']}" if record["act"] else "")
    if record["conditional"]:
        source += ", condition"
    score = number(float(record["evaluation"]), 2)
    if corpus.texts is None:
        return EvidenceItem([(Say.link(record), "")], source, score)
    marks = score_marks(scored, int(record["mention"])) + metadiscourse.get(int(record["sentence"]), [])
    shown = sentence(corpus, int(record["sentence"]), marks)
    return EvidenceItem.from_marks(shown.text, shown.marks, source, score)
