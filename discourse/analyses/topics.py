"""Topics: what the passages are about, and how prevalent each topic is in each group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field
from scipy import sparse

from discourse.analyses.base import Analysis, Found, Input
from discourse.analyses.data import Data, Tokens
from discourse.analyses.further import Further, further_tests
from discourse.analyses.outcome import Certainty, Follow, Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import Choice, Later, Names, Scope, Settings, place_of
from discourse.compare.quantities import Quantities
from discourse.errors import SettingError, did_you_mean
from discourse.features.passages import passage_bags
from discourse.features.topics import ENGINES, exemplars, fit_topics, topic_by_document, usable
from discourse.figures.frames import layout_topics
from discourse.figures.kinds import Topics
from discourse.report.blocks import Block, DataTable, Evidence, EvidenceItem, Figure, Formula, Heading, Refusal, Table
from discourse.report.words import number, span
from discourse.types import Comparison, EncodedCorpus, Features

LETTERS = 230  # of an exemplar passage in print
WORDS = 8  # top words of a topic in its label
FEW_WORDS = 4


class TopicsSettings(Settings):
    """The topic model."""

    scope: Scope = Field(
        "passages",
        description="Which words are modelled where there are targets: the passages, sentences or documents that mention one, "
        "{window: K} tokens around a mention, or all",
    )
    k: Annotated[int, Later()] = Field(12, ge=2, le=200, description="Number of topics")
    engine: Annotated[str, Later()] = Field("tomotopy", description="tomotopy, nmf or gensim")
    iterations: Annotated[int, Later()] = Field(300, ge=10, description="Iterations of the sampler")
    passage_size: int = Field(200, ge=20, description="Tokens in a passage, about")
    min_passages: Annotated[int, Later()] = Field(5, ge=1, description="Passages that must contain a term")
    max_share: Annotated[float, Later()] = Field(
        0.4, gt=0, le=1, description="Leave out terms in a larger share of passages"
    )

    def problems(self, names: Names) -> Iterable[SettingError]:
        """An engine that does not exist."""
        if self.engine not in ENGINES:
            said = f'there is no topic engine "{self.engine}". {did_you_mean(self.engine, ENGINES)}'
            yield SettingError(("engine",), said)


@dataclass(frozen=True)
class TopicsFound(Found):
    """The model, the prevalence of its topics, and their tests in the further contrasts."""

    model: Features | None = None
    further: Sequence[Further] = ()

    @property
    def prevalence(self) -> Comparison:
        """Prevalence of the topics in percent of the tokens."""
        comparison = self.outcomes[0].comparison
        assert comparison is not None
        return comparison


def measure(tokens: Tokens, settings: TopicsSettings) -> Features:
    """Bags of words by passage in the scope of the targets, with the number of mentions of any target in each."""
    mask = tokens.mask
    if tokens.targets and settings.scope != "all":
        # Of several targets together: one model, so that their topics are the same ones.
        mask = np.logical_or.reduce([tokens.about(t, place_of(settings.scope)) for t in tokens.targets])
    bags = passage_bags(tokens.corpus, mask, settings.passage_size)
    # In order, so that the mentions of a passage are a range.
    at = np.sort(np.concatenate([_mentioned(tokens, t) for t in tokens.targets] or [np.zeros(0, np.int64)]))
    first, last = (np.searchsorted(at, bags.units[c].to_numpy(np.int64)) for c in ("start", "stop"))
    return replace(bags, units=bags.units.assign(mentions=last - first))


def _mentioned(tokens: Tokens, target: Any) -> np.ndarray:
    """Tokens at which mentions that count begin."""
    at = tokens.mentions(target).units["token"].to_numpy(np.int64)
    return at[tokens.words[at]]


def travels(features: Features) -> Features:
    """The bags without the places of passages, and without words that no model takes up, whatever its settings."""
    counts = sparse.csr_array(features.values)
    at = np.flatnonzero(usable(features.columns) & (np.bincount(counts.indices, minlength=counts.shape[1]) > 0))
    units = features.units.drop(columns=["start", "stop"])
    return replace(features, values=counts[:, at], columns=[features.columns[int(k)] for k in at], units=units)


def rare(features: Features, n: int) -> Features:
    """The bags without terms that fewer than `n` documents contain."""
    counts = sparse.csc_array(features.values)
    document = features.units["document"].to_numpy(np.int64)[counts.indices]
    column = np.repeat(np.arange(counts.shape[1]), np.diff(counts.indptr))
    pairs = np.unique(np.column_stack([column, document]), axis=0)
    at = np.flatnonzero(np.bincount(pairs[:, 0], minlength=counts.shape[1]) >= n)
    values = sparse.csr_array(features.values)[:, at]
    return replace(features, values=values, columns=[features.columns[int(k)] for k in at])


def fit(data: Data, settings: TopicsSettings, features: Features) -> Features:
    """The topic model of the passages of the groups as configured."""
    inside = data.fitted[features.units["document"].to_numpy(np.int64)]
    # The passages are cut already: their size is no option of the model.
    return fit_topics(
        features,
        keep=inside,
        seed=data.design.seed,
        **{k: v for k, v in settings.model_dump().items() if k not in ("passage_size", "scope")},
    )


def compute(data: Data, settings: TopicsSettings, features: Features) -> TopicsFound:
    """Prevalence of each topic in percent of the tokens, by document."""
    y, x = topic_by_document(features, len(data.documents))
    q = Quantities("topics", y, x, list(features.columns), 100.0, "prevalence, % of tokens", (0.0, 100.0))
    words = top_words(features, FEW_WORDS)
    outcome = Outcome(
        "topics",
        q,
        name="topics",
        unit="prevalence, percentage points",
        joint=False,
        labels={item: f"{item}  {words[item]}" for item in q.items},
    )
    return TopicsFound((outcome,), (), features)


def top_words(model: Features, n: int) -> dict[str, str]:
    """The top words of each topic by relevance, by label."""
    parts = model.details["terms"].groupby("topic")
    return {f"T{t}": ", ".join(part.sort_values("rank")["term"].head(n)) for t, part in parts}


def finish(data: Data, settings: TopicsSettings, features: Features, found: TopicsFound) -> TopicsFound:
    """Tests of the topics in the further contrasts; q over all of them."""
    (outcome,) = found.outcomes
    return replace(found, further=further_tests(outcome, data))


@dataclass(frozen=True)
class _PickTopic:
    """The topic that most mentions of the targets fall into, in any model; the most prevalent one where there are none."""

    def __call__(self, found: TopicsFound, settings: TopicsSettings) -> Quantities:
        (outcome,), model = found.outcomes, found.model
        assert model is not None
        # Another model numbers its topics otherwise: the mentions identify the one that is followed.
        mentions = model.units["mentions"].to_numpy(float)
        weight = mentions if mentions.any() else model.units["n_tokens"].to_numpy(float)
        return outcome.quantities.only([int(np.argmax(weight @ model.values))])


def follow(found: TopicsFound) -> list[Follow]:
    """The topic that most mentions fall into."""
    if found.model is None:
        return []
    mentioned = bool(found.model.units["mentions"].any())
    label = "The topic that most mentions of the targets fall into" if mentioned else "The most prevalent topic"
    return [Follow("topics", "", label, "prevalence, percentage points", 1, _PickTopic())]


def section(found: TopicsFound, say: Say) -> Iterator[Block]:
    """Topics by group, their words and quality, and exemplar passages."""
    yield Heading(say("heading"))
    if found.model is None:
        for refusal in found.refusals:
            yield Refusal(str(refusal))
        return
    model = found.model
    frame = layout_topics(found.prevalence, model.details["terms"], WORDS)
    values = {
        "scope": say.scope(say.settings.scope),
        "passages": len(model.units),
        **{k: model.params[k] for k in ("k", "passage_size", "engine", "seed")},
    }
    alt = "; ".join(f"{r.item} ({r.words}) {r.stratum} {number(r.estimate)}%" for r in frame.itertuples())
    caption = say("prevalence", bars_of_clusters=say.bars(wide=False), **values)
    yield Figure("topics", frame, Topics(say.groups), caption, say("prevalence_alt", listed=alt))
    quality = model.details["topics"]
    words = top_words(model, WORDS)
    yield Table(
        "topics",
        say("topics"),
        ["Topic", "Top words by relevance", "Prevalence", "Coherence"],
        [[r.label, words[r.label], number(100 * r.prevalence), number(r.coherence, 2)] for r in quality.itertuples()],
        quality.assign(words=quality["label"].map(words)),
        ["left", "left", "right", "right"],
        [0.6, 5.0, 0.9, 0.9],
    )
    yield DataTable("topic-terms", model.details["terms"])
    yield DataTable("topic-prevalence", found.prevalence.table.drop(columns=["log_p", "q"]))
    if found.further:
        yield DataTable("topics-contrasts", pd.concat([f.table for f in found.further], ignore_index=True))
    yield from _exemplars(model, say)


def _exemplars(model: Features, say: Say) -> Iterator[Block]:
    """The passages in which each topic is most prevalent; without texts the documents that they are in."""
    items, every, kept = [], [], say.corpus.texts is not None
    for t in range(model.values.shape[1]):
        for rank, unit in enumerate(exemplars(model, t).itertuples()):
            record = say.data.documents.iloc[int(unit.document)]
            text = passage_text(say.corpus, int(unit.turn), int(unit.start), int(unit.stop)) if kept else ""
            every.append((t + 1, rank + 1, record["doc_id"], record["date"], unit.share, text))
            short = text if len(text) <= LETTERS else text[:LETTERS].rpartition(" ")[0] + " ..."
            source = say(
                "exemplar", topic=t + 1, share=number(100 * unit.share, 0), title=record["title"] or record["doc_id"]
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
        topics=len(answers),
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
        ),
    )


def _needs_model(options: Any, names: Names) -> Iterator[str]:
    if options and names.sections.get("topics") is None:
        yield "there is no topic model (topics: false)"


analysis = Analysis(
    "topics",
    "Which topics are more prevalent in which group?",
    TopicsSettings,
    compute,
    section,
    measure=measure,
    input=Input.COUNTS,
    fit=fit,
    travels=travels,
    rare=rare,
    finish=finish,
    follow=follow,
    choices=(
        Choice(
            "k",
            ("topics", "k"),
            list[Annotated[int, Field(ge=2, le=200)]],
            "Numbers of topics",
            label="topics",
            problems=_needs_model,
        ),
    ),
    figures={"topics": "Which topics are more prevalent in which group?"},
    summary=summary,
    methods=methods,
    cites=("blei2003", "sievert2014", "bouma2009"),
    columns={
        "coherence": ("normalised pointwise mutual information of the top terms over passages", "-1 to 1"),
        "difference": ("study minus reference", "percentage points"),
        "difference_high": ("upper end of the interval of the difference", "percentage points"),
        "difference_low": ("lower end of the interval of the difference", "percentage points"),
        "label": ("label in the figure", ""),
        "prevalence": ("share of the tokens", "share"),
        "probability": ("probability of the term in the topic", "share"),
        "rank": ("rank in the topic, or place in the order of the estimates", ""),
        "relevance": ("relevance of the term to the topic (Sievert & Shirley 2014)", "natural logarithm"),
        "share": ("prevalence of the topic in the passage", "share"),
        "term": ("term of a lexicon or of a topic", ""),
        "topic": ("number of the topic", ""),
        "words": ("top words of the topic by relevance", ""),
    },
)
