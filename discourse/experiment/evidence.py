"""Mentions in their sentences, with the terms that made their scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from discourse.compare.resample import stream
from discourse.experiment.measures import Measured
from discourse.experiment.prepare import Prepared
from discourse.experiment.stages import Results, TargetResults
from discourse.experiment.words import day, number
from discourse.features.concordance import kwic, sentence
from discourse.features.stance import STANCE_COLUMNS, Lexicon
from discourse.features.stance.metadiscourse import metadiscourse_hits
from discourse.report import EvidenceItem
from discourse.types import EncodedCorpus, Features

MARKED = ("hedge", "booster", "obligation")


def mention_table(base: Prepared, measured: Measured) -> pd.DataFrame:
    """One row for each mention in the groups, of all speakers: who, when, the sentence, the score, and what made it."""
    encoded, scored = base.encoded, measured.scored
    units = scored.units
    inside = base.design.group[units["document"].to_numpy(np.int64)] >= 0
    rows = np.flatnonzero(inside)
    units = units.iloc[rows].reset_index(drop=True)
    turns = encoded.turns.iloc[units["turn"]].reset_index(drop=True)
    documents = base.documents.iloc[units["document"]].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "mention": rows,
            "sentence": units["sentence"],
            "doc_id": documents["doc_id"],
            "date": documents["date"],
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
    for column in ("class_", "who_acts", "rule", "act", "conditional", "reported", "terms"):
        frame[column] = units[column]
    texts = (
        {int(s): " ".join(sentence(encoded, int(s)).text.split()) for s in frame["sentence"].unique()}
        if encoded.texts
        else {}
    )
    frame["text"] = [texts.get(int(s), "") for s in frame["sentence"]]
    return frame


Marks = list[tuple[int, int, str]]  # token, length, style


def manner_marks(encoded: EncodedCorpus, sentences: Iterable[int], lexicons: Mapping[str, Lexicon]) -> dict[int, Marks]:
    """Hedges, boosters and obligation to mark in some sentences, by sentence."""
    mask = np.zeros(encoded.n_tokens, bool)
    result: dict[int, Marks] = {int(k): [] for k in sentences}
    for k in result:
        mask[encoded.sentence_bounds[k] : encoded.sentence_bounds[k + 1]] = True
    for category, hits in metadiscourse_hits(encoded, lexicons, mask).items():
        if category in MARKED:
            at = np.searchsorted(encoded.sentence_bounds, hits.starts, side="right") - 1
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
    results: Results, found: TargetResults, row: int, table: pd.DataFrame, manners: Mapping[int, Marks]
) -> EvidenceItem:
    """A mention in its sentence with its marked terms, its part, its act and its source.

    Parameters
    ----------
    results, found
        The run, and its target.
    row : int
        Row of `table`.
    table : DataFrame
        From `mention_table`.
    manners : mapping of int to list
        From `manner_marks`.
    """
    record = table.iloc[row]
    marks = score_marks(found.measured.scored, int(record["mention"])) + manners.get(int(record["sentence"]), [])
    shown = sentence(results.encoded, int(record["sentence"]), marks)
    source = f"{record['speaker']}, {day(record['date'])}" if pd.notna(record["date"]) else str(record["speaker"])
    title = str(record["title"])
    source += f", {title}" if record["speaker"] not in title else ""
    turn = results.encoded.turns.iloc[shown.turn]
    if bool(turn["interpreted"]):
        source += " (via interpreter)"
    source += f" · {found.target.name}: {record['who_acts']}" + (f", {record['act']}" if record["act"] else "")
    if record["conditional"]:
        source += ", condition"
    return EvidenceItem.from_marks(shown.text, shown.marks, source, number(float(record["evaluation"]), 2))


def target_sample(results: Results, target: TargetResults, n: int = 50) -> pd.DataFrame:
    """A random sample of mentions in context, with an empty column to say whether each refers to the target."""
    found, encoded = target.measured.found, results.encoded
    rng = stream(results.design.seed, "target sample")
    chosen = sorted(rng.choice(len(found.units), min(n, len(found.units)), replace=False).tolist())
    rows = []
    by_alias: dict[str, pd.DataFrame] = {}
    for k in chosen:
        unit = found.units.iloc[k]
        alias = str(unit["alias"])
        if alias not in by_alias:
            by_alias[alias] = kwic(encoded, alias)
        lines = by_alias[alias]
        here = lines[(lines["turn"] == unit["turn"]) & (lines["start"] == int(encoded.starts[unit["token"]]))]
        if here.empty:
            continue
        line = here.iloc[0]
        rows.append(
            (line["doc_id"], line["date"], line["speaker"], alias, line["left"], line["node"], line["right"], "")
        )
    return pd.DataFrame(
        rows, columns=["doc_id", "date", "speaker", "alias", "left", "node", "right", "refers_to_target"]
    )
