"""Every combination of the choices that the config names, and what the main results are under each (Steegen et al. 2016)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd

from discourse.compare.quantities import Quantities, pair
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.errors import ConfigError, DiscourseError, TooLittleText, UsageError, did_you_mean
from discourse.experiment.measures import evaluation_of, only, prevalence_of, salience_of, with_groups, with_stance
from discourse.experiment.plan import Plan
from discourse.experiment.prepare import Prepared
from discourse.experiment.repeated import LAYER
from discourse.experiment.sample import fail, selected
from discourse.features.frequency import stop_words
from discourse.features.stance import Lexicon, load_lexicon, stance
from discourse.features.target import Target, mentions
from discourse.types import Comparison, EncodedCorpus, Features

T = TypeVar("T")
# Which choices a result can depend on.
SHARED = ("unit", "exclusions", "repetition", "quotations")
CHOICES = {
    "salience": SHARED,
    "evaluation": ("window", "half distance", "lexicon", *SHARED),
    "terms": ("n-grams", "tokens", "stop words", "prior", *SHARED),
    "topics": ("k", *SHARED),
}
SETTINGS = {"stop words": "stop_words", "half distance": "half_distance", "n-grams": "ngrams"}
MOST = 5000  # combinations, and seconds, beyond which the user is asked
MOST_SECONDS = 600.0
TOPIC_SECONDS = 1.5e-9  # for a token, an iteration and a topic


@dataclass(frozen=True)
class Curve:
    """One result under every combination of the choices that it can depend on.

    `table` has a column for each choice, `estimate`, `low`, `high`, `configured`; `shares` says how much of the variance of the
    estimates each choice explains alone (eta squared).
    """

    outcome: str
    target: str
    label: str
    unit: str
    choices: tuple[str, ...]
    table: pd.DataFrame
    shares: pd.Series

    @property
    def configured(self) -> float:
        """The estimate with the choices of the config."""
        return float(self.table.loc[self.table["configured"], "estimate"].iloc[0])

    @property
    def agreement(self) -> tuple[int, int, int, int]:
        """Specifications; those of the sign of the configured one; those that leave out 0 on its side, and on the other."""
        table = self.table[self.table["estimate"].notna() & (self.table["estimate"] != 0)]
        sign = np.sign(self.configured)
        same = int((np.sign(table["estimate"]) == sign).sum())
        up, down = int((table["low"] > 0).sum()), int((table["high"] < 0).sum())
        return (len(table), same, up, down) if sign > 0 else (len(table), same, down, up)


@dataclass
class _Texts:
    """What specifications share: masks, scores and models, each made once."""

    plan: Plan
    encoded: EncodedCorpus
    design: Design
    home: np.ndarray
    lexicons: Mapping[str, Lexicon]
    fit_topics: Callable[[np.ndarray, int], Features]
    cache: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """A value under a key, made at the first call."""
        if key not in self.cache:
            self.cache[key] = make()
        return cast("T", self.cache[key])

    def words(self, spec: Mapping[str, Any]) -> np.ndarray:
        """Tokens that count, on all sides."""
        key = ("words", spec["repetition"], spec["quotations"])
        layers = [LAYER] * (spec["repetition"] == "drop") + ["quoted"] * (spec["quotations"] == "leave out")
        return np.asarray(self.once(key, lambda: self.encoded.words(without=layers)))

    def counted(self, spec: Mapping[str, Any]) -> np.ndarray:
        """Tokens that count, on the home side."""
        key = ("home", spec["repetition"], spec["quotations"])
        return np.asarray(
            self.once(key, lambda: self.words(spec) & np.repeat(self.home, np.diff(self.encoded.turn_bounds)))
        )

    def group(self, spec: Mapping[str, Any]) -> Design:
        """The design with these documents and this unit."""
        key = ("design", spec["exclusions"], spec["unit"])
        return self.once(key, lambda: self._design(str(spec["exclusions"]), str(spec["unit"])))

    def _design(self, exclusions: str, unit: str) -> Design:
        documents, section = self.encoded.documents, self.plan.config.multiverse
        assert section is not None
        drop = section.exclusions.get(exclusions, [])
        keep = selected(self.plan, documents, {}, drop, "multiverse", "exclusions", exclusions)
        group = np.where(keep, self.design.group, -1)
        cluster = None
        if unit != "document":
            if unit not in documents.columns:
                hint = did_you_mean(unit, ["document", *documents.columns])
                raise fail(self.plan, DiscourseError(f'there is no column "{unit}". {hint}'), "multiverse", "unit")
            cluster = documents[unit].fillna("(none)").to_numpy(object)
        return replace(self.design, group=group, cluster=cluster, cluster_name=unit)

    def stop(self) -> np.ndarray:
        """Function words among the tokens."""
        stops = stop_words()
        return np.asarray(
            self.once(
                "stop", lambda: np.array([f in stops for f in self.encoded.folded_forms])[self.encoded.folded_ids]
            )
        )


def options(plan: Plan, alpha0: Mapping[int, float]) -> dict[str, dict[str, Any]]:
    """The options of each choice by the name that figures print, the configured one first."""
    section, config = plan.config.multiverse, plan.config
    assert section is not None
    cluster = (config.compare and config.compare.cluster) or "document"
    prior = next(iter(alpha0.values()), 0.0)
    lexicon = "package" if "evaluation" not in config.stance.lexicons else "as configured"
    first = {
        "tokens": "folded",
        "stop words": "keep",
        "n-grams": config.frequency.ngrams[0],
        "unit": cluster,
        "window": None,
        "half distance": config.stance.half_distance,
        "lexicon": lexicon,
        "prior": prior,
        "k": config.topics.k if config.topics else 0,
        "exclusions": "none",
        "repetition": config.repetition.passages,
        "quotations": config.corpus.quotations,
    }
    result: dict[str, dict[str, Any]] = {}
    for choice, ours in first.items():
        given = getattr(section, SETTINGS.get(choice, choice))
        values = [ours, *given]
        result[choice] = {_shown(choice, v): v for v in values}
    return result


def _shown(choice: str, value: Any) -> str:
    if choice == "window":
        return "sentence" if value is None else f"{value} tokens"
    if choice == "prior":
        return f"{value:,.0f} tokens" if value >= 10 else f"{value:g} tokens"
    if choice == "half distance":
        return f"{value:g} tokens"
    return str(value)


def ask(base: Prepared, seconds_of_scoring: float, *, yes: bool) -> None:
    """Stop where the combinations are many or slow and the user has not said yes.

    Parameters
    ----------
    base : Prepared
        Corpus and groups.
    seconds_of_scoring : float
        What one scoring of all targets took.
    yes : bool
        Whether the user agreed.

    Raises
    ------
    UsageError
        With the number of combinations and the time that they will take.
    """
    plan = base.plan
    assert base.pair is not None
    choices = options(plan, {})
    sizes = {k: len(v) for k, v in choices.items()}
    n = math.prod(sizes.values())
    start = time.perf_counter()
    documents = base.documents
    q = Quantities("tokens", documents[["n_tokens"]].to_numpy(float), np.ones(len(documents)), ["tokens"])
    compare(q, base.design, [pair(base.design, *base.pair)])
    one = time.perf_counter() - start
    runs = {k: math.prod(sizes[c] for c in v) for k, v in CHOICES.items()}
    scorings = math.prod(sizes[c] for c in ("window", "half distance", "lexicon"))
    topics = plan.config.topics
    fitted = 0.0
    if topics and sizes["k"] > 1:
        tokens = float(documents["n_tokens"].sum())
        shared = math.prod(sizes[c] for c in ("repetition", "quotations"))
        fitted = shared * sum(TOPIC_SECONDS * tokens * topics.iterations * k for k in choices["k"].values())
    specifications = (
        len(plan.targets) * (runs["salience"] + runs["evaluation"])
        + 2 * runs["terms"]
        + runs["topics"] * (sizes["k"] > 1)
    )
    total = one * specifications + seconds_of_scoring * scorings + fitted
    if not yes and (n > MOST or total > MOST_SECONDS):
        named = ", ".join(f"{c} {s}" for c, s in sizes.items() if s > 1)
        raise UsageError(
            f"multiverse: {n:,} combinations ({named}), {specifications:,} specifications of the results, will take about {_duration(total)}. Run again with --yes, or name fewer choices."
        )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def multiverse(
    base: Prepared,
    scored: Mapping[str, Features],
    lexicons: Mapping[str, Lexicon],
    keyness: Mapping[int, Comparison],
    fit_topics: Callable[[np.ndarray, int], Features],
    chosen_topic: Callable[[Features], int],
) -> tuple[Curve, ...]:
    """Run every combination of choices for each result.

    Parameters
    ----------
    base : Prepared
        Corpus and groups.
    scored : mapping of str to Features
        All mentions of each target, with the stance of the config.
    lexicons : mapping of str to Lexicon
        Of the config.
    keyness : mapping of int to Comparison
        By the length of the terms; the clearest term of each group is followed.
    fit_topics : callable
        Topic model of a mask of tokens and a number of topics; documents that a choice excludes are in it.
    chosen_topic : callable
        The topic that is followed, in any model.
    """
    plan, groups = base.plan, base.pair
    assert groups is not None
    alpha0 = {n: float(c.params["alpha0"]) for n, c in keyness.items()}
    every = options(plan, alpha0)
    every["n-grams"] = {name: n for name, n in every["n-grams"].items() if n in keyness} or {"1": 1}
    texts = _Texts(plan, base.encoded, base.design, base.home, lexicons, fit_topics)
    main = pair(base.design, *groups)
    least = plan.config.inference.min_documents
    curves = []

    def run(outcome: str, target: str, label: str, unit: str, quantity: Callable[[dict[str, Any]], Quantities]) -> None:
        rows = []
        settings = plan.config.stance
        needs = (settings.min_mentions, settings.min_documents) if outcome == "evaluation" else (0, 1)
        for names, spec in _specifications(every, CHOICES[outcome]):
            design = texts.group(spec)
            try:
                asked = quantity(spec)
            except TooLittleText:
                rows.append({**names, "estimate": np.nan, "low": np.nan, "high": np.nan})
                continue
            table = compare(
                asked, design, [main], min_documents=least, min_denominator=needs[0], needed_documents=needs[1]
            ).table
            row = table[table["contrast"] == "difference"].iloc[0]
            rows.append({**names, "estimate": row["estimate"], "low": row["low"], "high": row["high"]})
        frame = pd.DataFrame(rows)
        frame["configured"] = np.arange(len(frame)) == 0
        choices = tuple(c for c in CHOICES[outcome] if len(every[c]) > 1)
        curves.append(Curve(outcome, target, label, unit, choices, frame, explained(frame, choices)))

    for target in plan.targets:
        if target.name not in scored:
            continue

        def mentioned(spec: dict[str, Any], target: Target = target) -> Quantities:
            documents = _scored_documents(texts, target, scored[target.name], {**spec, **_OURS}, every)
            return salience_of(target.name, documents)

        def evaluated(spec: dict[str, Any], target: Target = target) -> Quantities:
            return evaluation_of(target.name, _scored_documents(texts, target, scored[target.name], spec, every))

        run("salience", target.name, f"Mentions of {target.name}", "mentions per 10,000 tokens", mentioned)
        run("evaluation", target.name, f"Evaluation of {target.name}", "evaluation, mean per mention", evaluated)
    if keyness:
        study, reference = (str(base.design.names[g]) for g in groups)
        for group, column, largest in ((study, "low", True), (reference, "high", False)):
            clearest = {
                n: str((c.table.nlargest if largest else c.table.nsmallest)(1, column)["item"].iloc[0])
                for n, c in keyness.items()
            }
            kinds = {1: "terms", 2: "bigrams", 3: "trigrams"}
            followed = [f"{clearest[n]}, of the {kinds.get(n, f'{n}-grams')}" for n in every["n-grams"].values()]
            label = f"The clearest of {group} ({'; '.join(followed)})"

            def odds(spec: dict[str, Any], clearest: Mapping[int, str] = clearest) -> Quantities:
                return _term(texts, clearest[spec["n-grams"]], spec, groups)

            run("terms", "", label, "log-odds ratio", odds)
    if len(every["k"]) > 1:

        def prevalence(spec: dict[str, Any]) -> Quantities:
            key = ("topics", spec["k"], spec["repetition"], spec["quotations"])
            model = texts.once(key, lambda: texts.fit_topics(texts.counted(spec), spec["k"]))
            return prevalence_of(model, len(texts.encoded.documents)).only([chosen_topic(model)])

        name = plan.targets[0].name if plan.targets else ""
        run(
            "topics",
            "",
            f"The topic that most mentions of {name} fall into",
            "prevalence, percentage points",
            prevalence,
        )
    return tuple(c for c in curves if len(c.table) > 1 and c.table["estimate"].notna().any())


_OURS = {"window": None, "half distance": None, "lexicon": None}


def _specifications(
    every: Mapping[str, Mapping[str, Any]], choices: tuple[str, ...]
) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """Names and values of every combination, the configured one first."""
    for names in product(*(every[c] for c in choices)):
        yield dict(zip(choices, names)), {c: every[c][n] for c, n in zip(choices, names)}


def explained(frame: pd.DataFrame, choices: tuple[str, ...]) -> pd.Series:
    """Share of the variance of the estimates that each choice explains alone: eta squared.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["1", "2", "1", "2"], "estimate": [0.0, 1.0, 3.0, 4.0]})
    >>> explained(frame, ("a", "b")).round(2).to_dict()
    {'a': 0.9, 'b': 0.1}
    """
    values = frame[frame["estimate"].notna()]
    total = ((values["estimate"] - values["estimate"].mean()) ** 2).sum()
    shares = {}
    for choice in choices:
        means = values.groupby(choice)["estimate"].transform("mean")
        shares[choice] = float(((means - values["estimate"].mean()) ** 2).sum() / total) if total > 1e-24 else 0.0
    return pd.Series(shares, dtype=float)


def _scored_documents(
    texts: _Texts, target: Target, ours: Features, spec: dict[str, Any], every: Mapping[str, Mapping[str, Any]]
) -> pd.DataFrame:
    """Documents with mentions of the target and their evaluation under these choices."""
    name = spec["lexicon"]
    first = next(iter(every["lexicon"].values()))
    usual = (None, next(iter(every["half distance"].values())), first)
    chosen = (spec["window"], spec["half distance"] or usual[1], name or first)
    # Scores of the config leave out what it leaves out.
    config = texts.plan.config
    known = config.stance.method == "classifier" or (chosen == usual and config.corpus.quotations == "count")
    scored = ours if known else texts.once(("scored", target.name, chosen), lambda: _score(texts, target, *chosen))
    key = ("documents", target.name, chosen, spec["exclusions"], spec["repetition"], spec["quotations"])

    def make() -> pd.DataFrame:
        words = texts.words(spec)
        units = scored.units
        keep = words[units["token"].to_numpy(np.int64)] & texts.home[units["turn"].to_numpy(np.int64)]
        documents = with_groups(texts.encoded, texts.counted(spec), texts.group(spec))
        return with_stance(documents, only(scored, keep))

    return texts.once(key, make)


def _score(texts: _Texts, target: Target, window: int | None, half_distance: float, lexicon: str) -> Features:
    """All mentions of a target, those in reused passages and quotations among them, scored with these choices."""
    settings, lexicons = texts.plan.config.stance, dict(texts.lexicons)
    section = texts.plan.config.multiverse
    assert section is not None
    if lexicon in section.lexicon:
        file = section.lexicon[lexicon]
        path = None if file == "package" else texts.plan.loaded.file.parent / file
        try:
            lexicons["evaluation"] = load_lexicon("evaluation", path)
        except DiscourseError as error:
            raise ConfigError(
                [texts.plan.loaded.problem(line, "multiverse", "lexicon") for line in str(error).splitlines()],
                str(texts.plan.loaded.file),
            ) from None
    found = texts.once(("mentions", target.name), lambda: mentions(texts.encoded, target, texts.encoded.words()))
    return stance(texts.encoded, found, lexicons, half_distance=half_distance, scale=settings.scale, window=window)


def _term(texts: _Texts, term: str, spec: dict[str, Any], groups: tuple[int, int]) -> Quantities:
    """Log-odds of one term or n-gram under these choices."""
    key = ("term", term, spec["tokens"], spec["repetition"], spec["quotations"])
    counts = texts.once(key, lambda: count_term(texts.encoded, term, texts.counted(spec), spec["tokens"]))
    mask = texts.counted(spec) & ~texts.stop() if spec["stop words"] == "drop" else texts.counted(spec)
    design = texts.group(spec)
    tokens = texts.once(
        ("tokens", spec["stop words"], spec["repetition"], spec["quotations"]),
        lambda: np.diff(np.concatenate([[0], np.cumsum(mask)])[texts.encoded.document_bounds]).astype(float),
    )
    inside = np.isin(design.group, groups)
    prior = np.array([counts[inside].sum() / tokens[inside].sum()])
    return Quantities("terms", counts[:, None].astype(float), tokens, [term], prior=prior, alpha0=float(spec["prior"]))


def count_term(encoded: EncodedCorpus, term: str, mask: np.ndarray, tokens: str) -> np.ndarray:
    """Occurrences of a term or n-gram by document; int64, shape (n_documents,).

    Parameters
    ----------
    term : str
        Case-folded words with blanks between.
    mask : ndarray of bool, shape (n_tokens,)
        Tokens that count; all words of an n-gram must.
    tokens : {"folded", "as written", "stemmed"}
        folded: in any case; as written: only in the form that is most frequent; stemmed: all words of the same stems (Snowball).

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["Trade wars. Trade war! A trading war."])
    >>> [int(count_term(corpus, "trade", corpus.words(), t)[0]) for t in ("folded", "as written", "stemmed")]
    [2, 2, 3]
    """
    place = {f: k for k, f in enumerate(encoded.folded_forms)}
    words = [place[w] for w in term.split(" ")]
    if tokens == "as written":
        ids = encoded.ids
        counts = np.bincount(ids, minlength=len(encoded.vocabulary))
        folded = encoded.vocabulary["folded"].to_numpy()
        key = [int(max(np.flatnonzero(folded == w), key=lambda k: (counts[k], -k))) for w in words]
    elif tokens == "stemmed":
        from nltk.stem.snowball import SnowballStemmer

        stemmer = SnowballStemmer("english")
        codes = pd.factorize(np.array([stemmer.stem(f) for f in encoded.folded_forms], object))[0]
        ids, key = codes[encoded.folded_ids], [int(codes[w]) for w in words]
    else:
        ids, key = encoded.folded_ids, words
    n = len(ids) - len(key) + 1
    if n <= 0:
        return np.zeros(len(encoded.documents), np.int64)
    at = np.ones(n, bool)
    sentence = encoded.parent("sentence")
    for j, wanted in enumerate(key):
        at &= (ids[j : j + n] == wanted) & mask[j : j + n] & (sentence[j : j + n] == sentence[:n])
    return np.bincount(encoded.parent("document")[:n][at], minlength=len(encoded.documents))
