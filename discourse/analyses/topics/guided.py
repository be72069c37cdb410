"""What the report says of seeds, of covariates, and of the words of a topic by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.say import Say, slug
from discourse.analyses.topics.covariates import FEW
from discourse.analyses.topics.measure import FEW_WORDS, TopicsFound, Unstable, top_words
from discourse.analyses.topics.settings import TopicsSettings
from discourse.compare.terms import clearest
from discourse.features.topics import REGRESSION
from discourse.figures.kinds import Rows, TopicPriors, TopicWords
from discourse.report.blocks import Block, DataTable, Figure, Paragraph, Refusal, Table
from discourse.report.words import number, span

MOST_LEVELS, MOST_PANELS = 20, 3  # of a covariate in a figure, and topics beside each other
MOST_TOPICS, EACH = 6, 3  # topics in the figure of words, and words of each group
ADDED = 0.5  # percentage points by which shuffled covariates may enlarge a difference before the report warns of it


def covariates_of(settings: TopicsSettings) -> list[str]:
    """The covariates of a model."""
    return (settings.covariates or ["group"]) if settings.engine in REGRESSION else []


def guided(found: TopicsFound, say: Say, values: Mapping[str, Any]) -> Iterator[Block]:
    """Seeds, covariates, and words by group, where the model has them."""
    assert found.model is not None
    if "seeds" in found.model.details:
        yield _seeds(found, say)
    if "coefficients" in found.model.details:
        yield from _priors(found, say)
    for name, frame in found.levels.items():
        yield from _levels(found, name, frame, say)
    if "topic_words" in found.model.details:
        yield from _words(found, say)
        for refusal in found.refusals:
            yield Refusal(str(refusal))


def _seeds(found: TopicsFound, say: Say) -> Table:
    """The seeds of each topic: what share of its tokens they are, and which are no terms of the model."""
    assert found.model is not None
    table, rows = found.model.details["seeds"], []
    for item, part in table.groupby("item", sort=False):
        hits = part[part["term"] != ""].drop_duplicates("term").sort_values("count", ascending=False, kind="stable")
        missed = [say("seed_missed", seed=r.seed, why=r.why) for r in part[part["term"] == ""].itertuples()]
        listed = ", ".join(f"{r.term} ({r.count:,})" for r in hits.itertuples())
        rows.append([str(item), listed, number(100 * hits["probability"].sum()), "; ".join(missed) or "–"])
    heads = ["Topic", "Seeds (frequency)", "Share of the topic, %", "No terms of the model"]
    return Table(
        "topic-seeds", say("seeds"), heads, rows, table, ["left", "left", "right", "left"], [1.2, 4.0, 1.2, 2.6]
    )


def _priors(found: TopicsFound, say: Say) -> Iterator[Block]:
    """Coefficients, and how much of a difference the covariates create."""
    assert found.model is not None
    coefficients, groups = found.model.details["coefficients"], say.data.colours or say.data.design.names
    named = [
        str(groups[int(level) - 1]) if name == "group" else level
        for name, level in zip(coefficients["covariate"], coefficients["level"])
    ]
    yield DataTable("topic-coefficients", coefficients.assign(level=named))
    if found.priors.empty:
        return
    words = top_words(found.model, FEW_WORDS)
    frame = found.priors.assign(words=found.priors["item"].map(words))
    frame = frame.iloc[np.argsort(-frame["estimate"].to_numpy(), kind="stable")].reset_index(drop=True)
    shuffled = found.model.details["shuffled"]
    with_them, without = float(shuffled["covariates"].mean()), float(shuffled["one_prior"].mean())
    alt = "; ".join(
        f"{r.item} {number(r.estimate)} {span(r.low, r.high)}, {number(r.one_prior)} with one prior"
        for r in frame.itertuples()
    )
    caption = say(
        "priors",
        covariates=covariates_of(say.settings),
        runs=int(shuffled["run"].max()),
        with_them=with_them,
        without=without,
        more=with_them - without > ADDED,
        smaller=int((frame["one_prior"].abs() < frame["estimate"].abs()).sum()),
        topics=len(frame),
        mean=float(frame["estimate"].abs().mean()),
        mean_plain=float(frame["one_prior"].abs().mean()),
    )
    kind = TopicPriors(say.groups, say.study, say.reference, with_them)
    yield Figure("topic-priors", frame, kind, caption, say("priors_alt", listed=alt), of="topics")
    yield DataTable("topic-shuffled", shuffled)


def _levels(found: TopicsFound, name: str, frame: pd.DataFrame, say: Say) -> Iterator[Block]:
    """Prevalences by level of a covariate: of the topics that vary most, where there are not too many levels."""
    assert found.model is not None
    yield DataTable(f"topics-by-{slug(name)}", frame)
    levels = list(dict.fromkeys(frame["item"]))
    if len(levels) > MOST_LEVELS:
        yield Paragraph(say("many_levels", name=name, n=len(levels), most=MOST_LEVELS))
        return
    known = frame[frame["n_documents"] >= FEW]
    stable = [item for item, why in found.unstable.items() if why is not Unstable.WORDS]
    known = known[known["panel"].isin(stable)]
    if known.empty:
        yield Paragraph(say("few_of_levels", name=name, few=FEW))
        return
    by_topic = known.groupby("panel", sort=False)["estimate"]
    varies = (by_topic.max() - by_topic.min()).sort_values(ascending=False, kind="stable").index[:MOST_PANELS]
    words = top_words(found.model, FEW_WORDS)
    shown = pd.concat([known[known["panel"] == item] for item in varies], ignore_index=True)
    order = {level: k for k, level in enumerate(sorted(levels) if all(v.isdigit() for v in levels) else levels)}
    shown = shown.iloc[np.argsort(shown["item"].map(order).to_numpy(), kind="stable")].reset_index(drop=True)
    titles = {item: f"{item}  {words[item]}" for item in varies}
    alt = "; ".join(f"{r.panel} {r.item} {r.stratum} {number(r.estimate)}%" for r in shown.itertuples())
    shown = shown.assign(panel=shown["panel"].map(titles))
    caption = say("levels", name=name, shown=len(varies), topics=len(found.unstable), few=FEW)
    yield Figure(
        f"topics-by-{slug(name)}", shown, Rows(say.groups, unit="% of tokens"), caption,
        say("levels_alt", name=name, listed=alt), of="topics",
    )  # fmt: skip


def _words(found: TopicsFound, say: Say) -> Iterator[Block]:
    """The words that set the groups apart within each topic."""
    assert found.model is not None
    table = found.words
    if table.empty:
        return
    yield DataTable("topic-words", table)
    clear = table[(table["low"] > 0) | (table["high"] < 0)]
    top = clear["item"].value_counts(sort=False)
    order = [item for item in found.model.columns if item in top.index]
    order = sorted(order, key=lambda item: -top[item])[:MOST_TOPICS] or list(dict.fromkeys(table["item"]))[:MOST_TOPICS]
    parts = []
    for item in order:
        part = table[table["item"] == item].rename(columns={"item": "topic", "term": "item"})
        parts.append(clearest(part, EACH).rename(columns={"item": "term", "topic": "item"}))
    words = top_words(found.model, FEW_WORDS)
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.assign(words=frame["item"].map(words))
    alt = "; ".join(f"{r.item}: {r.term} {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in frame.itertuples())
    caption = say(
        "words",
        clear=len(clear),
        terms=len(table),
        topics=table["item"].nunique(),
        shown=len(order),
        with_clear=len(top),
    )
    kind = TopicWords(say.groups, say.study, say.reference)
    yield Figure("topic-words", frame, kind, caption, say("words_alt", listed=alt), of="topics")
