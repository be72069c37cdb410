"""What the report says of topics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from discourse.analyses.outcome import Certainty
from discourse.analyses.say import Say
from discourse.analyses.topics.guided import covariates_of, guided
from discourse.analyses.topics.measure import (
    FEW_WORDS,
    LEAST_LEFT,
    LEAST_MATCH,
    MOST_FITS,
    TopicsFound,
    Unstable,
    top_words,
)
from discourse.corpus.dated import iso_date
from discourse.features.topic_candidates import HELD
from discourse.features.topic_guide import WEIGHT
from discourse.features.topic_sample import LEAST
from discourse.features.topics import REGRESSION, exemplars
from discourse.figures.frames import layout_topics
from discourse.figures.kinds import TopicNumbers, Topics
from discourse.report.blocks import (
    Block,
    DataTable,
    Evidence,
    EvidenceItem,
    Figure,
    Formula,
    Heading,
    Paragraph,
    Refusal,
    Table,
)
from discourse.report.words import number, span
from discourse.types import EncodedCorpus, Features

LETTERS = 230  # of an exemplar passage in print
WORDS = 8  # top words of a topic in the figure
LONG = 5  # letters of a name for which the column of a table is wider


def section(found: TopicsFound, say: Say) -> Iterator[Block]:
    """Topics by group, their words and quality, and exemplar passages."""
    yield Heading(say("heading"))
    if found.model is None:
        for refusal in found.refusals:
            yield Refusal(str(refusal))
        return
    model = found.model
    frame = layout_topics(found.prevalence, model.details["terms"], WORDS)
    # Seeded topics have names.
    frame["words"] = frame["item"].map(top_words(model, WORDS))
    frame["unstable"] = [str(found.unstable[item]) for item in frame["item"]]
    unstable = {str(reason): _named(found, reason) for reason in Unstable if reason is not Unstable.NO}
    values = {
        "scope": say.scope(say.settings.scope),
        "passages": len(model.units),
        "fitted": model.params["n_fitted"],
        "unstable": unstable,
        **{k: model.params[k] for k in ("k", "passage_size", "engine", "seed", "seeds")},
    }
    alt = "; ".join(f"{r.item} ({r.words}) {r.stratum} {number(r.estimate)}%" for r in frame.itertuples())
    caption = say("prevalence", bars_of_clusters=say.bars(wide=False), **values)
    yield Figure("topics", frame, Topics(say.groups), caption, say("prevalence_alt", listed=alt))
    if any(unstable.values()):
        yield Paragraph(say("unstable", match=LEAST_MATCH, share=MOST_FITS, left=LEAST_LEFT, **values))
    yield _table(found, say, values)
    yield from guided(found, say, values)
    if "candidates" in model.details:
        yield from _candidates(model, say, values)
    yield DataTable("topic-terms", model.details["terms"])
    yield DataTable("topic-prevalence", found.prevalence.table.drop(columns=["log_p", "q"]))
    if found.further:
        yield DataTable("topics-contrasts", pd.concat([f.table for f in found.further], ignore_index=True))
    yield from _exemplars(model, say)


def _named(found: TopicsFound, reason: Unstable) -> list[str]:
    """The topics that are unstable for a reason."""
    return [item for item, why in found.unstable.items() if why is reason]


def _table(found: TopicsFound, say: Say, values: Mapping[str, Any]) -> Table:
    """The topics: words, prevalence, quality, and how far the fits agree on each."""
    assert found.model is not None
    quality, words = found.model.details["topics"], top_words(found.model, WORDS)
    differences = found.prevalence.table[found.prevalence.table["contrast"] == "difference"].set_index("item")
    sd = quality["label"].map(differences["sd_fits"])
    several = found.model.params["seeds"] > 1
    rows = [
        [
            r.label,
            words[r.label],
            number(100 * r.prevalence),
            number(r.coherence, 2),
            number(r.exclusivity, 2),
            *([number(r.match, 2), number(spread)] if several else []),
        ]
        for r, spread in zip(quality.itertuples(), sd)
    ]
    more = ["Match", "SD of fits"] if several else []
    return Table(
        "topics",
        say("topics", several=several, contrast=bool(len(differences)), **values),
        ["Topic", "Top words by relevance", "Prevalence", "Coherence", "Exclusivity", *more],
        rows,
        quality.assign(
            words=quality["label"].map(words),
            sd_fits=sd,
            unstable=[str(found.unstable[label]) for label in quality["label"]],
        ),
        ["left", "left", *["right"] * (3 + len(more))],
        [0.6 if all(len(label) < LONG for label in quality["label"]) else 1.2, 4.6, 1.0, 1.0, 1.0, *[0.8] * len(more)],
    )


def _candidates(model: Features, say: Say, values: Mapping[str, Any]) -> Iterator[Block]:
    """How good models with other numbers of topics are."""
    table = model.details["candidates"]
    if table.empty:
        return
    means = table.groupby("k")[["likelihood", "coherence", "exclusivity", "match"]].mean()
    listed_means = "; ".join(
        f"{k} topics: {number(r.likelihood, 3)}, {number(r.coherence, 2)}, {number(r.exclusivity, 2)}, {number(r.match, 2)}"
        for k, r in zip(means.index, means.itertuples())
    )
    few = sorted(set(say.settings.candidates) - set(means.index))
    caption = say("candidates", held=HELD, few=[str(k) for k in few], **values)
    kind = TopicNumbers(say.groups, int(model.params["k"]))
    yield Figure("topic-candidates", table, kind, caption, say("candidates_alt", listed=listed_means), of="topics")


def _exemplars(model: Features, say: Say) -> Iterator[Block]:
    """The passages in which each topic is most prevalent; without texts the documents that they are in."""
    items, every, kept = [], [], say.corpus.texts is not None
    for t in range(model.values.shape[1]):
        for rank, unit in enumerate(exemplars(model, t).itertuples()):
            record = say.data.documents.iloc[int(unit.document)]
            text = passage_text(say.corpus, int(unit.turn), int(unit.start), int(unit.stop)) if kept else ""
            every.append((t + 1, rank + 1, record["doc_id"], iso_date(record), unit.share, text))
            short = text if len(text) <= LETTERS else text[:LETTERS].rpartition(" ")[0] + " ..."
            source = say(
                "exemplar", topic=model.columns[t], share=number(100 * unit.share, 0), title=say.called(record)
            )
            items.append(EvidenceItem([(short or say.link(record), "")], source))
    columns = ["topic", "rank", "doc_id", "date", "share", "text"]
    yield DataTable("topic-exemplars", pd.DataFrame(every, columns=columns))
    yield Evidence(say("exemplars", kept=kept), items)


def passage_text(corpus: EncodedCorpus, turn: int, start: int, stop: int) -> str:
    """The text of some tokens of a turn."""
    assert corpus.texts is not None
    # One character more than the last token, most often its full stop.
    return " ".join(corpus.texts[turn][int(corpus.starts[start]) : int(corpus.ends[stop - 1]) + 1].split())


def words(found: TopicsFound) -> Iterator[str]:
    """The top words of all topics."""
    if found.model is not None:
        yield from found.model.details["terms"]["term"]


def summary(found: TopicsFound, say: Say) -> Iterator[str]:
    """How many topics differ, and which most."""
    judged = say.found("verdict")
    answers = judged.items.get(("topics", "")) if judged is not None else None
    if found.model is None or answers is None:
        return
    counts = answers["certainty"].value_counts()
    words = top_words(found.model, FEW_WORDS)
    differ = answers[answers["certainty"] == Certainty.DIFFERS]
    largest = differ.reindex(differ["estimate"].abs().sort_values(ascending=False).index).head(3)
    shown = "; ".join(
        f"{r.item} ({words[r.item]}) {number(r.estimate)} points {span(r.low, r.high)}" for r in largest.itertuples()
    )
    n = [int(counts.get(c, 0)) for c in (Certainty.DIFFERS, Certainty.MAY_DIFFER, Certainty.INCONCLUSIVE)]
    yield say(
        "summary",
        scope=say.scope(say.settings.scope),
        topics=len(found.unstable),
        unstable=len(found.unstable) - len(answers),
        fits=found.model.params["seeds"],
        differ=n[0],
        may=n[1],
        unclear=n[2],
        shown=shown,
    )


def methods(found: TopicsFound, say: Say) -> Iterator[Block]:
    """The model, its passages and terms."""
    if found.model is None:
        return
    params = found.model.params
    yield Heading(say("heading"), 2)
    yield Formula(
        "relevance",
        say(
            "methods",
            scope=say.scope(say.settings.scope),
            **{k: v for k, v in params.items() if k != "max_share"},
            share=100 * params["max_share"],
            match=LEAST_MATCH,
            most=MOST_FITS,
            candidates="candidates" in found.model.details,
            regression=say.settings.engine in REGRESSION,
            covariates=covariates_of(say.settings),
            seeded=list(say.settings.seeded),
            weight=WEIGHT,
            words=say.settings.words_by_group,
            left=LEAST_LEFT,
            held=HELD,
            least=LEAST,
        ),
    )


def cites_for(found: TopicsFound) -> Iterator[str]:
    """Works on covariates, seeds and words by group, where the model has them."""
    details = found.model.details if found.model is not None else {}
    if "coefficients" in details:
        yield "mimno2008"
    if "seeds" in details:
        yield from ("jagarlamudi2012", "eshima2024")
    if "topic_words" in details:
        yield "monroe2008"


def limits(found: TopicsFound, say: Say) -> Iterator[str]:
    """What covariates, seeds and words by group do not show."""
    if found.model is None:
        return
    asked = {
        "limit_prior": "coefficients" in found.model.details,
        "limit_seeded": "seeds" in found.model.details,
        "limit_words": not found.words.empty,
    }
    yield from (say(key) for key, yes in asked.items() if yes)
