"""Labelled sentences of other projects, and invented ones, as corpora with one marked mention each."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.corpus.assemble import assemble
from discourse.corpus.turns import Turn
from discourse.encode import encode_corpus
from discourse.types import EncodedCorpus, Features, Provenance

DATA = Path(os.environ.get("DISCOURSE_TEST_DATA", "../shared/data"))
COOPERATION = {"AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "YIELD"}
LEFT_OUT = {"DEMAND", "REQUEST", "INVESTIGATE"}
INVENTED = Path(__file__).parent / "coded" / "invented.tsv"


def half(sentence: str) -> str:
    """The half that a sentence is in."""
    return "development" if hashlib.sha256(sentence.encode()).digest()[0] < 128 else "test"


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a .jsonl.gz file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def newsmtsc() -> pd.DataFrame:
    """Sentences of news with a marked target and their polarity toward it, -1, 0 or 1."""
    rows = []
    for item in lines(DATA / "newsmtsc" / "train.jsonl.gz"):
        for t in item["targets"]:
            rows.append((item["sentence_normalized"], t["from"], t["to"], int(np.sign(t["polarity"] - 4))))
    return pd.DataFrame(rows, columns=["text", "start", "end", "label"])


def plover() -> pd.DataFrame:
    """Sentences with their event; the mark is the first actor that the coders name as the source."""
    rows = []
    for x in lines(DATA / "plover_gsr" / "gsr.jsonl.gz"):
        if x["event"] in LEFT_OUT:
            continue
        text = " ".join(x["text"].split())
        actors = x.get("source") or []
        actors = actors if isinstance(actors, list) else [actors]
        names = [str(a["actorText"] if isinstance(a, dict) else a) for a in actors]
        found = [(text.find(n), len(n)) for n in names if n and n in text]
        start, length = min(found) if found else (0, 0)
        rows.append((x["text"], start, start + length, int(x["event"] in COOPERATION)))
    return pd.DataFrame(rows, columns=["text", "start", "end", "label"])


def invented() -> pd.DataFrame:
    """Sentences on invented countries, written to show what the codebook says: agenda items, victims, helpers, their opposites."""
    table = pd.read_csv(INVENTED, sep="\t")
    rows = []
    for stance, text in zip(table["stance"], table["text"]):
        match = re.search(r"\[\[(.+?)\]\]", text)
        assert match is not None, text
        plain = text.replace("[[", "").replace("]]", "")
        label = {"conflictual": -1, "neutral": 0, "cooperative": 1}[stance]
        rows.append((plain, match.start(), match.start() + len(match[1]), label))
    return pd.DataFrame(rows, columns=["text", "start", "end", "label"])


def encoded(frame: pd.DataFrame) -> tuple[EncodedCorpus, Features]:
    """A corpus with a row as a document, and its marked spans as mentions (of no length where nothing is marked)."""
    ids = [f"{k:06d}" for k in range(len(frame))]
    rows = [{"doc_id": i, "date": "2020-01-01", "title": i} for i in ids]
    # One paragraph, one turn: the row is the unit even where it holds two sentences.
    turns = {i: [Turn("", "", "", "home", False, " ".join(t.split()))] for i, t in zip(ids, frame["text"])}
    corpus = encode_corpus(assemble(rows, turns, Provenance()))
    object.__setattr__(corpus, "sentence_bounds", corpus.turn_bounds)
    units = []
    for k, (start, end) in enumerate(zip(frame["start"], frame["end"])):
        a, b = corpus.turn_bounds[k : k + 2]
        inside = a + np.flatnonzero((corpus.starts[a:b] < end) & (corpus.ends[a:b] > start)) if end > start else []
        units.append((inside[0], len(inside), k, k, k) if len(inside) else (a, 0, k, k, k))
    table = pd.DataFrame(units, columns=["token", "length", "sentence", "turn", "document"])
    return corpus, Features("mentions", np.ones((len(table), 1)), ["mention"], table)
