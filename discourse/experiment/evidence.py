"""Target sentences in their words, with the terms that made their scores."""

from __future__ import annotations

import pandas as pd

from discourse.compare.resample import stream
from discourse.experiment.stages import Results
from discourse.experiment.words import day, number
from discourse.features.concordance import kwic, sentence
from discourse.features.stance import STANCE_COLUMNS
from discourse.report import EvidenceItem


def sentence_table(results: Results) -> pd.DataFrame:
    """One row for each target sentence, of all speakers: who, when, the words, the scores and their terms."""
    encoded, scored = results.encoded, results.stance
    assert scored is not None
    units = scored.units.reset_index(drop=True)
    turns = encoded.turns.iloc[units["turn"]].reset_index(drop=True)
    documents = results.documents.iloc[units["document"]].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "sentence": units["sentence"],
            "doc_id": documents["doc_id"],
            "date": documents["date"],
            "title": documents["title"],
            "group": documents["group"],
            "speaker": turns["speaker"],
            "role": turns["role"],
            "side": turns["side"],
            "n_mentions": units["n_mentions"],
            "n_tokens": units["n_tokens"],
        }
    )
    for k, column in enumerate(STANCE_COLUMNS):
        frame[column] = scored.values[:, k]
    frame["text"] = [" ".join(sentence(encoded, int(s)).text.split()) for s in units["sentence"]]
    return frame


def evidence_item(results: Results, row: int, table: pd.DataFrame) -> EvidenceItem:
    """A target sentence with its marked terms and its source.

    Parameters
    ----------
    results : Results
        The run.
    row : int
        Row of `table`.
    table : DataFrame
        From `sentence_table`.
    """
    scored, found = results.stance, results.found
    assert scored is not None and found is not None
    index = int(table["sentence"].iloc[row])
    hits = scored.details["hits"]
    hits = hits[hits["sentence"] == index]
    marks = []
    for hit in hits.itertuples():
        if hit.dimension == "evaluation":
            style = "cooperative" if float(hit.score) > 0 else "conflictual"
        elif hit.dimension == "certainty":
            style = str(hit.category)
        else:
            style = "obligation"
        if style == "obligation" and hit.category != "obligation":
            continue
        marks.append((int(hit.token), int(hit.length), style))
    here = found.units[found.units["sentence"] == index]
    marks += [(int(t), int(n), "target") for t, n in zip(here["token"], here["length"])]
    shown = sentence(results.encoded, index, marks)
    record = table.iloc[row]
    source = f"{record['speaker']}, {day(record['date'])}" if pd.notna(record["date"]) else str(record["speaker"])
    title = str(record["title"])
    source += f", {title}" if record["speaker"] not in title else ""
    turn = results.encoded.turns.iloc[shown.turn]
    if bool(turn["interpreted"]):
        source += " (via interpreter)"
    return EvidenceItem.from_marks(shown.text, shown.marks, source, number(float(record["evaluation"]), 2))


def target_sample(results: Results, n: int = 50) -> pd.DataFrame:
    """A random sample of mentions in context, with an empty column to say whether each refers to the target."""
    found, encoded = results.found, results.encoded
    assert found is not None and results.plan.target is not None
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
