"""The corpus: who speaks, how much, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.corpus.dated import as_written, iso_dates, precision, spanned
from discourse.corpus.dates import Precision, When
from discourse.corpus.unclaimed import unclaimed_table
from discourse.figures.frames import layout_corpus
from discourse.figures.kinds import FEW, MANY, Lengths, Spread
from discourse.figures.periods import finest_period, layout_spread
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Table
from discourse.report.words import counted

SHOWN = 20  # speakers of a group, and exclusions, in the tables of the report
DOCUMENT_COLUMNS = ("doc_id", "date", "title", "kind", "issuer", "group", "n_tokens")


@dataclass(frozen=True)
class CorpusFound(Found):
    """`speakers`: documents, turns and tokens by group and speaker."""

    speakers: pd.DataFrame = field(default_factory=pd.DataFrame)


def compute(data: Data, settings: NoSettings) -> CorpusFound:
    """Count documents, turns and tokens by group and speaker; in each group the home side and those who speak most first."""
    turns = data.turns.assign(group=data.documents["group"].to_numpy()[data.turns["document"]])
    table = (
        turns[turns["group"] != ""]
        .groupby(["group", "speaker", "role", "side"], sort=False)
        .agg(documents=("doc_id", "nunique"), turns=("doc_id", "size"), tokens=("n_tokens", "sum"))
        .reset_index()
    )
    # The groups in the order of the config, not of the alphabet.
    table["group"] = pd.Categorical(table["group"], [str(n) for n in data.design.names], ordered=True)
    table["away"] = table["side"] != "home"
    table = table.sort_values(["group", "away", "tokens"], ascending=[True, True, False], kind="stable")
    return CorpusFound(speakers=table.drop(columns="away").astype({"group": str}).reset_index(drop=True))


def few(frame: pd.DataFrame, shown: int = SHOWN) -> pd.DataFrame:
    """Of each group the speakers with the most tokens, and a line for the others together."""
    parts = []
    for name, part in frame.groupby("group", sort=False):
        # A line for one other speaker would be no shorter than the speaker's own.
        if len(part) <= shown + 1:
            parts.append(part)
            continue
        keep = part["tokens"].rank(method="first", ascending=False) <= shown
        rest = part[~keep]
        line = {"group": name, "speaker": f"{len(rest)} others", "role": "", "side": "home", "documents": 0}
        parts += [part[keep], pd.DataFrame([{**line, "turns": rest["turns"].sum(), "tokens": rest["tokens"].sum()}])]
    return pd.concat(parts, ignore_index=True)


def section(found: CorpusFound, say: Say) -> Iterator[Block]:
    """Who speaks, how much text each group has and when, and what was left out."""
    documents = say.data.documents
    shown = documents[documents["group"] != ""]
    yield Heading(say("heading"))
    yield Paragraph(
        say(
            "opening",
            documents=len(shown),
            groups=len(say.groups),
            ends=list(dict.fromkeys(spanned(shown))),
        )
    )
    yield from _dates(shown, say)
    listed = few(found.speakers)
    yield Table(
        "speakers",
        say("speakers", more=len(listed) < len(found.speakers), shown=SHOWN),
        ["Group", "Speaker", "Role", "Side", "Documents", "Turns", "Tokens"],
        [
            [
                row.group,
                row.speaker,
                row.role,
                "" if row.side == "home" else row.side,
                f"{row.documents:,}" if row.documents else "",
                f"{row.turns:,}",
                f"{row.tokens:,}",
            ]
            for row in listed.itertuples()
        ],
        found.speakers,
        ["left", "left", "left", "left", "right", "right", "right"],
        [1.5, 2.2, 1.2, 0.8, 1.0, 0.7, 0.9],
    )
    known = precision(shown)
    if known == Precision.NONE and len(shown) > FEW:
        pass
    elif len(shown) > MANY:
        period = finest_period(shown["date"], known)
        caption, alt = say("spread", period=period), say("spread_alt", period=period)
        yield Figure("corpus", layout_spread(documents, period), Spread(say.groups), caption, alt)
    else:
        when = known != Precision.NONE
        caption, alt = say("lengths", dated=when), say("lengths_alt", dated=when)
        yield Figure("corpus", layout_corpus(documents), Lengths(say.groups), caption, alt)
    yield from _labels(say)
    yield from _left_out(say)
    columns = [c for c in DOCUMENT_COLUMNS if c in documents.columns]
    yield DataTable("documents", as_written(documents)[columns])


def _dates(documents: pd.DataFrame, say: Say) -> Iterator[Block]:
    """What is not known of the dates, and what is not shown for that reason."""
    known = precision(documents)
    if known == Precision.DAY:
        return
    written = iso_dates(documents)
    counts = Counter(When.of(d).precision if d else Precision.NONE for d in written)
    coarse = sum(n for which, n in counts.items() if which == known)
    yield Paragraph(say("dates", known=str(known), coarse=coarse, documents=len(documents), across=say.data.across))


def _labels(say: Say) -> Iterator[Block]:
    """How labels were read, and which lines look like labels and are claimed by nobody."""
    provenance = say.data.provenance
    if provenance.labels:
        yield Paragraph(say("labels", grammars=provenance.labels))
    if not provenance.unclaimed:
        return
    table = unclaimed_table(provenance.unclaimed)
    yield Paragraph(say("unclaimed", lines=len(provenance.unclaimed)))
    yield Table(
        "unclaimed",
        say("unclaimed_table", more=len(table) > SHOWN, shown=SHOWN),
        ["Words", "Lines", "Documents", "First in", "Line"],
        [
            [row.text, f"{row.lines:,}", f"{row.documents:,}", str(row.document), f"{row.line:,}"]
            for row in table.head(SHOWN).itertuples()
        ],
        table,
        ["left", "right", "right", "left", "right"],
        [2.6, 0.8, 1.0, 2.2, 0.7],
    )


def _left_out(say: Say) -> Iterator[Block]:
    """What the selection set aside, what the reader inferred, and which documents it could not use."""
    provenance, aside = say.data.provenance, say.set_aside
    excluded = provenance.exclusions
    if not (excluded or aside or provenance.inferences):
        return
    yield Heading(say("left_out"), 2)
    if aside:
        corpus = say.sections["corpus"]
        rules = [f"{k} = {v}" for k, v in corpus.select.items()] + [f"without {d}" for d in corpus.drop]
        yield Paragraph(say("set_aside", aside=aside, rules="; ".join(rules)))
    for inference in provenance.inferences:
        yield Paragraph(say("inferred", inference=inference))
    if not excluded:
        return
    frame = pd.DataFrame([(e.document, e.reason, e.source) for e in excluded], columns=["document", "reason", "source"])
    if len(frame) > SHOWN:
        # Reasons quote what they are about; without it equal ones can be counted.
        reasons = frame["reason"].str.replace(r'".*?"', "…", regex=True).value_counts()
        listed = "; ".join(f"{n:,} {reason}" for reason, n in reasons.head(8).items())
        yield Paragraph(say("excluded", documents=counted(len(frame), "document"), reasons=listed, shown=SHOWN))
    yield Table(
        "exclusions",
        say("exclusions"),
        ["Document", "Reason", "Source"],
        frame.head(SHOWN).to_numpy().tolist(),
        frame,
        ["left", "left", "left"],
        [3, 1.6, 1.6],
    )


analysis = Analysis(
    "corpus_pages",
    "Who speaks, how much, and what was left out?",
    NoSettings,
    compute,
    section,
    figures={"corpus": "How much text does each group have, and when?"},
    columns={
        "corpus: label": ("month, quarter or year", ""),
        "document": ("title of the document", ""),
        "documents": ("number of documents", "documents"),
        "tokens_median": ("median length of the documents of the period", "tokens"),
        "tokens_q10": ("10th percentile of their lengths", "tokens"),
        "tokens_q90": ("90th percentile of their lengths", "tokens"),
        "reason": ("why the document was left out", ""),
        "source": ("file and line, or package", ""),
        "tokens": ("number of tokens", "tokens"),
        "turns": ("number of speaker turns", "turns"),
        "unclaimed: document": ("identifier of the document in which the words come first", ""),
        "unclaimed: documents": ("documents with such lines", "documents"),
        "unclaimed: line": ("line of its text, from 1", ""),
        "unclaimed: lines": ("how often the words stand like a label", "lines"),
        "unclaimed: text": ("words that look like a label and are claimed by nobody", ""),
    },
)
