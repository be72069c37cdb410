"""What occurs in the corpus more than once, long quotations, and what leaving them out changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from discourse.analyses.base import Analysis, Found, Input
from discourse.analyses.data import Data, Tokens
from discourse.analyses.outcome import Outcome
from discourse.analyses.rerun import Changes, Rerun
from discourse.analyses.say import Say
from discourse.analyses.settings import Display, Later, Settings
from discourse.analyses.validity import validity_words
from discourse.corpus.dated import iso_dates
from discourse.features.repetition import Repetition, passage_table
from discourse.report.blocks import Block, DataTable, Heading, Paragraph, Table
from discourse.report.words import number, span
from discourse.types import Features

LAYER = "reused"
LAYERS = (LAYER, "quoted")
LETTERS = 260  # of a passage in print
MOST_DUPLICATES = 12


class RepetitionSettings(Settings):
    """Documents published twice, and passages that documents share."""

    documents: Annotated[Literal["once", "all"], Later()] = Field(
        "once", description="A document published twice counts once; all counts it as often as it was published"
    )
    # What they leave out is known by the layers that do not count.
    passages: Annotated[Literal["keep", "drop"], Later()] = Field(
        "keep", description="Passages that several documents share: keep them, or leave them out everywhere"
    )
    passage_tokens: int = Field(12, ge=5, le=200, description="Tokens from which a shared passage is one")
    similarity: float = Field(
        0.9, ge=0.5, le=1, description="Share of five-token sequences in common from which two documents are the same"
    )
    days: int = Field(31, ge=0, le=36_500, description="Days between two documents beyond which they are not the same")
    show: Annotated[int, Display()] = Field(8, ge=0, le=50, description="Passages shown in the report")


@dataclass(frozen=True)
class RepetitionFound(Found):
    """Tokens of each layer by group; `effects`: outcomes with reused passages kept and dropped, by target."""

    layers: pd.DataFrame = field(default_factory=pd.DataFrame)
    effects: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def save_repetition(found: Repetition, folder: Path) -> None:
    """Write what is repeated: the layer as .npy, tables as Parquet."""
    np.save(folder / "reused.npy", found.reused)
    for name in ("duplicates", "passages", "places"):
        getattr(found, name).to_parquet(folder / f"{name}.parquet")


def load_repetition(folder: Path) -> Repetition:
    """Read what `save_repetition` wrote."""
    duplicates, passages, places = (
        pd.read_parquet(folder / f"{n}.parquet") for n in ("duplicates", "passages", "places")
    )
    return Repetition(duplicates, np.load(folder / "reused.npy"), passages, places)


def measure(tokens: Tokens, settings: RepetitionSettings) -> Features:
    """Tokens of the home side by document: all that somebody said, and those of each layer."""
    corpus = tokens.corpus
    words = corpus.words() & np.repeat(tokens.home, np.diff(corpus.turn_bounds))
    masks = [words, *(words & corpus.layers[x] if x in corpus.layers else np.zeros_like(words) for x in LAYERS)]
    counts = [np.diff(np.concatenate([[0], np.cumsum(m)])[corpus.document_bounds]) for m in masks]
    return Features("layers", np.column_stack(counts), ["tokens", *LAYERS], corpus.documents[["doc_id"]])


def compute(
    data: Data, settings: RepetitionSettings, features: Features, outcomes: Sequence[Outcome], rerun: Rerun
) -> RepetitionFound:
    """Shares of the layers by group, and each outcome by target with reused passages kept and dropped."""
    rows = []
    for k, name in enumerate(data.design.names):
        n, *marked = features.values[data.design.group == k].sum(0).tolist()
        rows += [(str(name), layer, int(n), int(m)) for layer, m in zip(LAYERS, marked)]
    layers = pd.DataFrame(rows, columns=["group", "kind", "n_tokens", "n_marked"])
    effects = {}
    if data.contrasts:
        for target in dict.fromkeys(o.target for o in outcomes if o.joint and o.target):
            effects[target] = _effect(data, settings, [o for o in outcomes if o.joint and o.target == target], rerun)
    return RepetitionFound((), (), layers, effects)


def _effect(data: Data, settings: RepetitionSettings, outcomes: Sequence[Outcome], rerun: Rerun) -> pd.DataFrame:
    """Each outcome with reused passages kept and dropped.

    Returns
    -------
    DataFrame
        One row for each group, outcome and choice, and for the difference: `stratum`, `measure`, `passages` (kept, dropped),
        `estimate`, `low`, `high`, `n_tokens`, `n_reused`.
    """
    other = "keep" if settings.passages == "drop" else "drop"
    changes: Changes = {("repetition", "passages"): other}
    data_of = {settings.passages: data, other: rerun.data(changes)}
    results = {settings.passages: list(outcomes), other: rerun.compared(outcomes, changes)}
    tokens = {choice: dict(zip(map(str, d.design.names), _tokens(d))) for choice, d in data_of.items()}
    rows = []
    for choice, word in (("keep", "kept"), ("drop", "dropped")):
        for outcome in results[choice]:
            for row in outcome.table.itertuples():
                if row.contrast not in ("level", "difference"):
                    continue
                name = row.stratum if row.contrast == "level" else "difference"
                n_kept = tokens["keep"].get(name, np.nan)
                reused = n_kept - tokens["drop"].get(name, np.nan)
                rows.append((name, row.item, word, row.estimate, row.low, row.high, n_kept, reused))
    columns = ["stratum", "measure", "passages", "estimate", "low", "high", "n_tokens", "n_reused"]
    return pd.DataFrame(rows, columns=columns)


def _tokens(data: Data) -> list[float]:
    """Tokens of each group."""
    counts = data.documents["n_tokens"].to_numpy(float)
    return [float(counts[data.design.documents(k)].sum()) for k in range(len(data.design.names))]


def _known(say: Say) -> str:
    """The least that is known of the date of a document, any of which may repeat another."""
    return str(say.data.known(np.ones(len(say.data.documents), bool)))


def section(found: RepetitionFound, say: Say) -> Iterator[Block]:
    """Documents published twice, reused passages and long quotations: how much, and what leaving them out changes."""
    yield Heading(say("heading"))
    yield Paragraph(say("opening", again=int(say.again.sum()), corpus=say.sections["corpus"], known=_known(say)))
    yield from _duplicates(say)
    rows = []
    for name, part in found.layers.groupby("group", sort=False):
        n = int(part["n_tokens"].iloc[0])
        cells = [str(name), f"{n:,}"]
        for m in part["n_marked"]:
            cells += [f"{m:,}", f"{100 * m / max(n, 1):.1f}%"]
        rows.append(cells)
    columns = ["Group", "Tokens", "In reused passages", "", "In quotations", ""]
    yield Table("repeated-tokens", say("layers"), columns, rows, found.layers, ["left", *["right"] * 5])
    for target, frame in found.effects.items():
        yield from _effects(frame, say.about(target))
    yield from _passages(say)


def _duplicates(say: Say) -> Iterator[Block]:
    """Documents that were published before."""
    frame = say.repeated.duplicates
    frame = frame[say.again[frame["document"].to_numpy(int)]]
    if frame.empty:
        return
    first, second = (say.data.documents.iloc[frame[c].to_numpy(int)] for c in ("first", "document"))
    table = pd.DataFrame(
        {
            "doc_id": second["doc_id"].to_numpy(),
            "title": second["title"].to_numpy(),
            "date": iso_dates(second).to_numpy(),
            "first_doc_id": first["doc_id"].to_numpy(),
            "first_date": iso_dates(first).to_numpy(),
            "similarity": frame["similarity"].to_numpy(),
        }
    )
    shown = table.head(MOST_DUPLICATES)
    yield Table(
        "published-twice",
        say("duplicates", more=len(table) - len(shown)),
        ["Document", "Title", "Published", "First as", "On"],
        [[r.doc_id, r.title, r.date, r.first_doc_id, r.first_date] for r in shown.itertuples()],
        table,
        ["left"] * 5,
        [1.1, 3.2, 1.0, 1.1, 1.0],
    )


def _effects(frame: pd.DataFrame, say: Say) -> Iterator[Block]:
    """Each outcome with reused passages kept and dropped."""
    if not frame["n_reused"].max() > 0:
        return
    outcomes = {o.item: o for o in say.outcomes if o.joint}
    rows = []
    for name in dict.fromkeys(frame["stratum"]):
        part = frame[frame["stratum"] == name]
        cells = [name]
        for measure_, outcome in outcomes.items():
            for choice in ("kept", "dropped"):
                row = part[(part["measure"] == measure_) & (part["passages"] == choice)]
                if row.empty or pd.isna(row["estimate"].iloc[0]):
                    cells.append(say("salience.too_little"))
                else:
                    one = row.iloc[0]
                    bounds = span(one["low"], one["high"], outcome.digits)
                    cells.append(f"{number(one['estimate'], outcome.digits)} {bounds}")
        rows.append(cells)
    columns = [f"{o.name.capitalize()}, {choice}" for o in outcomes.values() for choice in ("kept", "dropped")]
    validity = "; ".join(f"{o.name}: {validity_words(o.validity)}" for o in outcomes.values() if o.validity)
    yield Table(
        say.name("repetition-effect"),
        say("effect", units_of="; ".join(o.unit for o in outcomes.values()), validity=validity),
        ["", *columns],
        rows,
        frame,
        ["left", *["right"] * len(columns)],
        [1.2, *[1.5] * len(columns)],
    )


def _passages(say: Say) -> Iterator[Block]:
    """The passages that repeat the most tokens."""
    if say.corpus.texts is None or say.repeated.passages.empty:
        return
    groups = say.groups
    table = passage_table(say.corpus, say.repeated, groups, say.data.design.group)
    # What is left out occurs once within the groups: its other places are outside them.
    table = table[table[groups].sum(axis=1) > 1].reset_index(drop=True)
    if table.empty:
        return
    shown = table.head(say.settings.show)
    rows = [
        [
            (r["passage"] if len(r["passage"]) <= LETTERS else r["passage"][:LETTERS].rsplit(" ", 1)[0] + " …"),
            ", ".join(filter(None, (r["first_speaker"], r["first_date"]))),
            *(f"{r[g]:,}" for g in groups),
        ]
        for _, r in shown.iterrows()
    ]
    # In other tables `passage` is a number.
    long = table.rename(columns={"passage": "passage_text"}).melt(
        [c if c != "passage" else "passage_text" for c in table.columns if c not in groups],
        var_name="group",
        value_name="n_group",
    )
    # With `show: 0` nothing is printed, and the table is written all the same.
    if shown.empty:
        yield DataTable("table-passages", long)
        return
    yield Table(
        "passages",
        say("passages", more=len(table) - len(shown)),
        ["Passage", "First", *groups],
        rows,
        long,
        ["left", "left", *["right"] * len(groups)],
        [4.2, 1.5, *[0.8] * len(groups)],
    )


def methods(found: RepetitionFound, say: Say) -> Iterator[Block]:
    """What counts as the same document, and as the same passage."""
    yield Paragraph(say("methods", known=_known(say)))


analysis = Analysis(
    "repetition",
    "What occurs in the corpus more than once?",
    RepetitionSettings,
    compute,
    section,
    measure=measure,
    input=Input.COUNTS,
    needs=("outcomes", "rerun"),
    methods=methods,
    cites=("broder1997",),
    columns={
        "first_date": ("date of the document in which the passage, or the text, occurs first", "ISO 8601"),
        "first_doc_id": ("document in which the text was published first", ""),
        "first_document": ("document in which the passage occurs first", ""),
        "first_speaker": ("who says the passage there", ""),
        "n_group": ("documents of this group in which the passage occurs", "documents"),
        "n_marked": ("tokens in such passages", "tokens"),
        "n_reused": ("tokens in passages that several documents share", "tokens"),
        "passage": ("number of the passage", ""),
        "passage_text": ("words of the passage, as they are in the first document", ""),
        "passages": ("whether passages that several documents share are kept or dropped", ""),
        "similarity": ("five-token sequences in common, as a share of all in the two documents (Jaccard)", "0 to 1"),
    },
)
