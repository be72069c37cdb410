"""How often a target is mentioned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found, Input
from discourse.analyses.data import Data, Tokens
from discourse.analyses.mentions import counted_at_home, with_counts
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import NoSettings
from discourse.compare.quantities import Quantities
from discourse.compare.resample import stream
from discourse.corpus.dated import iso_dates
from discourse.encode.encoder import fold
from discourse.features.concordance import in_context
from discourse.features.near import near_misses
from discourse.features.patterns import bare
from discourse.features.target import Target, alias_table
from discourse.figures.frames import layout_salience
from discourse.figures.kinds import FEW, MANY, Rates
from discourse.report.blocks import Block, DataTable, Figure, Heading, Paragraph, Refusal, Table
from discourse.report.words import listed, number, span
from discourse.types import EncodedCorpus, Features

SAMPLE = 50  # mentions in the sample to be checked by hand
MOST_NAMED = 6  # speakers in the sentence that counts them
MOST_NEAR = 15  # near misses in the table of the report


@dataclass(frozen=True)
class SalienceFound(Found):
    """Mentions of a target.

    `documents` has `n_mentions` and `n_sentences` (that count) by document; `aliases` which alias hit how often, in which forms, by
    speakers of all sides; `near` what resembles an alias and is not counted; `sample` the tokens and aliases of a random sample;
    `speakers` sentences by speaker. `absent` says that the home side never mentions it.
    """

    documents: pd.DataFrame = field(default_factory=pd.DataFrame)
    aliases: pd.DataFrame = field(default_factory=pd.DataFrame)
    near: pd.DataFrame = field(default_factory=pd.DataFrame)
    sample: pd.DataFrame = field(default_factory=pd.DataFrame)
    speakers: pd.DataFrame = field(default_factory=pd.DataFrame)
    absent: bool = False

    @property
    def n_mentions(self) -> int:
        """Mentions that count, in all groups."""
        return int(self.documents.loc[self.documents["group"] != "", "n_mentions"].sum())

    @property
    def n_sentences(self) -> int:
        """Sentences with such mentions."""
        return int(self.documents.loc[self.documents["group"] != "", "n_sentences"].sum())


def measure(tokens: Tokens, settings: NoSettings, target: Target) -> Features:
    """Every mention of a target, and whether it counts; what comes near to one, among the tokens that count on all sides."""
    features = with_counts(tokens.mentions(target), tokens)
    return replace(features, details={"near": near_misses(tokens.corpus, target, tokens.words)})


def travels(features: Features) -> Features:
    """The mentions without their places in the text."""
    return replace(features, units=features.units.drop(columns="start"))


def compute(data: Data, settings: NoSettings, target: Target, features: Features) -> SalienceFound:
    """Mentions per 10,000 tokens by document, group and speaker."""
    units, n = features.units, len(data.documents)
    ours = units[counted_at_home(data, units)]
    where = ours["document"].to_numpy(np.int64)
    documents = data.documents.assign(
        n_mentions=np.bincount(where, minlength=n),
        n_sentences=np.bincount(where[~ours["sentence"].duplicated().to_numpy()], minlength=n),
    )
    inside = data.design.group[units["document"].to_numpy(np.int64)] >= 0
    every = units[units["counts"].to_numpy(bool) & inside].reset_index(drop=True)
    absent = not documents.loc[documents["group"] != "", "n_mentions"].any()
    y, x = documents[["n_mentions"]].to_numpy(float), documents["n_tokens"].to_numpy(float)
    by_turn = np.bincount(ours["turn"].to_numpy(np.int64), minlength=len(data.turns)).astype(float)
    unit = "mentions per 10,000 tokens"
    outcome = Outcome(
        "salience",
        Quantities("mentions", y, x, ["salience"], 1e4, unit, target=target.name),
        name="mentions",
        unit=unit,
        title=f"Mentions of {target.name}",
        after=" per 10,000 tokens",
        cells=data.cells(by_turn, data.turns["n_tokens"].to_numpy(float)),
        needed_documents=data.min_documents if data.pair else 1,
    )
    aliases = alias_table(replace(features, units=every, values=np.ones((len(every), 1))))
    rng = stream(data.design.seed, "target sample")
    chosen = sorted(rng.choice(len(every), min(SAMPLE, len(every)), replace=False).tolist())
    sample = every.iloc[chosen][["token", "length", "turn", "alias"]].reset_index(drop=True)
    near = _near(data, features.details["near"])
    return SalienceFound((outcome,), (), documents, aliases, near, sample, _speakers(data, every), absent)


def _near(data: Data, near: pd.DataFrame) -> pd.DataFrame:
    """Near misses in the groups, the most frequent first; forms that differ in case or are possessives together, as most are written."""
    inside = near[data.design.group[near["document"].to_numpy(np.int64)] >= 0]
    inside = inside.assign(key=[bare(fold(str(f))) for f in inside["form"]])
    written = inside.groupby(["key", "form"])["n"].sum().reset_index().sort_values("n", ascending=False, kind="stable")
    table = inside.groupby(["key", "kind", "alias"]).agg(occurrences=("n", "sum"), documents=("document", "nunique"))
    table = table.reset_index().merge(written.drop_duplicates("key")[["key", "form"]], on="key")
    table = table.sort_values(["occurrences", "key"], ascending=[False, True], kind="stable")
    table = table.rename(columns={"kind": "resemblance"})
    return table[["form", "resemblance", "alias", "occurrences", "documents"]].reset_index(drop=True)


def finish(data: Data, settings: NoSettings, target: Target, features: Features, found: SalienceFound) -> SalienceFound:
    """No outcome of a target that is never mentioned; a rerun that leaves no mention has a rate of 0."""
    return replace(found, outcomes=()) if found.absent else found


def section(found: SalienceFound, say: Say) -> Iterator[Block]:
    """How often the target is mentioned: over time, by group, under which aliases."""
    target = say.target
    assert target is not None
    yield Heading(say("heading"))
    yield Paragraph(say("opening"))
    if found.absent:
        documents = int((say.data.design.group >= 0).sum())
        yield Refusal(say("absent", documents=documents, terms=", ".join(target.terms)))
        yield from _near_misses(found, say)
        return
    (outcome,) = found.outcomes
    frame = layout_salience(found.documents)
    table = outcome.table
    levels = table[table["contrast"] == "level"] if say.data.refusal is None else None
    over = say.found("breakdown")
    few, many = len(frame) <= FEW, len(frame) > MANY
    period = over.periods.unit
    # Without dates there are rows of documents, where they are few, or nothing.
    if period or few:
        known = {"few": few, "many": many, "period": period, "dated": bool(period)}
        caption = say("rates", least=over.least, levels=levels is not None, **known)
        over_time = say("periods_alt", period=period) if many else say("rates_alt")
        alt = over_time if period else say("undated_alt")
        kind = Rates(say.groups, levels, over.periods.of("salience"))
        yield Figure(say.name("salience"), frame, kind, caption, alt, of="salience")
    if say.data.refusal is not None:
        yield Refusal(str(say.data.refusal))
    yield _by_group(outcome, say)
    yield _aliases(found, say)
    yield from _near_misses(found, say)
    yield DataTable(say.name("target-sample"), sample_table(say.corpus, found.sample))
    if period:
        yield DataTable(say.name("salience-periods"), over.periods.of("salience"))


def _by_group(outcome: Outcome, say: Say) -> Table:
    """Counts and rates by group; no interval where the contrast was refused."""
    rows, refused = [], say.data.refusal is not None
    levels = outcome.table[outcome.table["contrast"] == "level"]
    for row in levels.itertuples():
        cells = [row.stratum, f"{int(row.n_documents):,}", f"{int(row.x):,}", f"{int(row.y):,}"]
        cells += [say("too_little") if refused else number(row.estimate)]
        if not refused:
            cells += [span(row.low, row.high)] if say.data.design.cluster is not None else []
            cells += [span(row.low_document, row.high_document)]
        rows.append(cells)
    columns = ["Group", "Documents", "Tokens", "Mentions", "per 10,000"]
    if not refused:
        columns += [f"{say.data.design.cluster_name}s resampled"] if say.data.design.cluster is not None else []
        columns += ["documents resampled"]
    return Table(
        say.name("salience"),
        say("by_group", refused=refused),
        columns,
        rows,
        outcome.table.drop(columns=["log_p", "q", "n_tokens"]),
        ["left"] + ["right"] * (len(columns) - 1),
    )


def _aliases(found: SalienceFound, say: Say) -> Table:
    """Which alias hit how often, in which forms."""
    assert say.target is not None
    grouped = found.aliases.groupby("alias", sort=False)
    rows = [
        [str(a), ", ".join(f"{f} ({n})" for f, n in zip(part["form"], part["mentions"])), f"{part['mentions'].sum():,}"]
        for a, part in sorted(grouped, key=lambda item: -item[1]["mentions"].sum())
    ]
    missing = [t for t in say.target.terms if t not in set(found.aliases["alias"])]
    caption = say("aliases", missing=", ".join(missing), file=say.name("target-sample"))
    columns = ["Alias", "Forms in the text", "Mentions"]
    return Table(say.name("aliases"), caption, columns, rows, found.aliases, ["left", "left", "right"], [1.2, 4.4, 0.8])


def _near_misses(found: SalienceFound, say: Say) -> Iterator[Table]:
    """What resembles an alias and is not counted, where there is any."""
    near, name = found.near, say.name("near-misses")
    if near.empty:
        return
    rows = [
        [row.form, say(f"near_{row.resemblance}"), row.alias, f"{row.occurrences:,}", f"{row.documents:,}"]
        for row in near.head(MOST_NEAR).itertuples()
    ]
    columns = ["Form", "", "Alias", "Occurrences", "Documents"]
    align = ["left", "left", "left", "right", "right"]
    yield Table(name, say("near", total=len(near), shown=MOST_NEAR, file=name), columns, rows, near, align)


def summary(found: SalienceFound, say: Say) -> Iterator[str]:
    """That the target is never mentioned; counts by speaker, where there is no contrast."""
    assert say.target is not None
    if found.absent:
        documents = int((say.data.design.group >= 0).sum())
        yield say("absent", documents=documents, terms=", ".join(say.target.terms))
    elif not say.data.contrasts:
        yield from _counts(found, say)


def _counts(found: SalienceFound, say: Say) -> Iterator[str]:
    """Sentences by speaker."""
    speakers = found.speakers
    most = speakers["sentences"].sort_values(ascending=False, kind="stable").head(MOST_NAMED).index
    parts = [
        say("speaker", row=row, groups=", ".join(row.groups))
        for row in speakers.loc[speakers.index.isin(most)].itertuples()
    ]
    others = speakers[~speakers.index.isin(most)]
    if len(others):
        parts.append(say("other_speakers", speakers=len(others), sentences=int(others["sentences"].sum())))
    inside = found.documents[found.documents["group"] != ""]
    mentioning = int((inside["n_mentions"] > 0).sum())
    yield say("counts", mentioning=mentioning, documents=len(inside), listed=listed(parts))
    yield say("in_their_words")


def _speakers(data: Data, units: pd.DataFrame) -> pd.DataFrame:
    """Sentences that mention the target, by speaker of any side, in the order of their first."""
    once = units.drop_duplicates("sentence")
    frame = pd.DataFrame(
        {
            "speaker": data.turns["speaker"].to_numpy(object)[once["turn"]],
            "side": data.turns["side"].to_numpy(object)[once["turn"]],
            "group": data.documents["group"].to_numpy(object)[once["document"]],
            "document": once["document"].to_numpy(),
        }
    )
    return frame.groupby("speaker", sort=False).agg(
        side=("side", "first"),
        sentences=("document", "size"),
        documents=("document", "nunique"),
        groups=("group", lambda g: list(dict.fromkeys(g))),
    )


def sample_table(corpus: EncodedCorpus, sample: pd.DataFrame) -> pd.DataFrame:
    """Mentions in context (without texts their documents alone), with an empty column to say whether each refers to the target."""
    columns = ["doc_id", "date", "speaker", "alias", "left", "node", "right", "refers_to_target"]
    if corpus.texts is None:
        turns = corpus.turns.iloc[sample["turn"].to_numpy(np.int64)]
        documents = corpus.documents.iloc[corpus.turn_document[sample["turn"].to_numpy(np.int64)]]
        where = {"doc_id": documents["doc_id"].to_numpy(), "date": iso_dates(documents).to_numpy()}
        where["speaker"] = turns["speaker"].to_numpy()
        return pd.DataFrame({**dict.fromkeys(columns, ""), **where, "alias": sample["alias"].to_numpy()})
    lines = in_context(corpus, sample["token"].to_numpy(), sample["length"].to_numpy())
    return lines.assign(alias=sample["alias"].to_numpy(), refers_to_target="")[columns]


analysis = Analysis(
    "salience",
    "How often is the target mentioned, and when?",
    NoSettings,
    compute,
    section,
    measure=measure,
    travels=travels,
    finish=finish,
    input=Input.TOKENS,
    per_target=True,
    figures={"salience": "How often is the target mentioned, and when?"},
    summary=summary,
    columns={
        "alias": ("alias of the target as the config writes it", ""),
        "documents": ("number of documents", "documents"),
        "form": ("form in the text", ""),
        "resemblance": (
            "how the form resembles the alias: hashtag, handle, compound, longer (begins with it), spelling (one edit away)",
            "",
        ),
        "left": ("words before the mention", ""),
        "mentions": ("mentions of the target", "count"),
        "n_mentions": ("mentions of the target", "count"),
        "n_sentences": ("sentences that mention the target", "sentences"),
        "node": ("the mention", ""),
        "occurrences": ("how often the form occurs", "count"),
        "refers_to_target": ("to be filled in: does the mention refer to the target? (yes or no)", ""),
        "salience-periods: label": ("period", ""),
        "right": ("words after the mention", ""),
    },
)
