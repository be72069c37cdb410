"""Counts that word shifts are made of, and the shifts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import Data, Tokens
from discourse.analyses.outcome import Outcome
from discourse.analyses.parts import Measured, spread, stack, stacked, with_values
from discourse.analyses.settings import place_of
from discourse.analyses.shifts.settings import ShiftsSettings
from discourse.compare.quantities import Quantities
from discourse.compare.shift_measures import Kind, Measure
from discourse.compare.shifts import Shift, word_shift
from discourse.compare.sums import totals
from discourse.encode.counts import document_term_matrix
from discourse.errors import TooLittleText
from discourse.features.dictionary import dictionary_counts
from discourse.features.frequency import document_units, stop_words
from discourse.features.scores import scored_words
from discourse.features.target import Target
from discourse.types import EncodedCorpus, Features

SCORES, CATEGORIES, WORDS = "scores", "categories", "words"  # parts of the columns, in this order
RARE = "(rare)"  # a word whose name a bundle does not tell
NEEDED_DOCUMENTS = 3  # with scored words, below which a group has no mean


@dataclass(frozen=True)
class ShiftsFound(Found):
    """The mean score as an outcome, and what moves each difference.

    Parameters
    ----------
    shifts : mapping of str to Shift
        By "score", "entropy", "divergence", and "rate: CATEGORY".
    refused : sequence of TooLittleText
        What has too little text.
    source, sha256 : str
        Of the scores.
    entries, matched : int
        Words with a score, and those of them that occur in the groups.
    """

    shifts: dict[str, Shift] = field(default_factory=dict)
    refused: Sequence[TooLittleText] = ()
    source: str = ""
    sha256: str = ""
    entries: int = 0
    matched: int = 0


def measure(tokens: Tokens, settings: ShiftsSettings) -> Features:
    """Words with a score, words of categories, and all words by document, of the groups."""
    return _counts(tokens, settings, tokens.mask)


def measure_about(tokens: Tokens, settings: ShiftsSettings, target: Target) -> Features:
    """The same of the words about a target."""
    if settings.scope == "all":
        return _counts(tokens, settings, np.zeros(len(tokens.mask), bool))
    return _counts(tokens, settings, tokens.about(target, place_of(settings.scope)))


def _counts(tokens: Tokens, settings: ShiftsSettings, mask: np.ndarray) -> Features:
    """All that is counted, side by side; `details` says what the columns of the first two parts are."""
    corpus = tokens.corpus
    units = document_units(corpus, mask)[["doc_id", "n_tokens"]]
    matrices = [sparse.csr_array((len(units), 0), dtype=np.int64)]
    tables: list[pd.DataFrame] = []
    turns = pd.DataFrame({"turn": np.zeros(0, np.int64), "score": np.zeros(0), "n": np.zeros(0)})
    # Where words about a target are compared all words are their background.
    background = bool(tokens.targets) and settings.scope != "all"
    params = {"source": "", "sha256": "", "entries": 0, "low": 0.0, "high": 0.0, "background": background}
    if "score" in settings.of:
        scores = settings.word_scores()
        found = scored_words(corpus, scores, mask)
        matrices.append(found.counts)
        tables.append(found.forms.assign(part=SCORES, category=""))
        turns = found.turns
        low, high = scores.bounds
        params |= {"source": scores.source, "sha256": scores.sha256, "entries": len(scores.scores)}
        params |= {"low": low, "high": high}
    dictionary = settings.dictionary()
    if dictionary.categories:
        counted = dictionary_counts(corpus, dictionary, mask)
        matrices.append(sparse.csr_array(counted.values))
        tables.append(counted.details["columns"].assign(part=CATEGORIES, score=np.nan))
    names = [str(form) for table in tables for form in table["form"]]
    if {"entropy", "divergence"} & set(settings.of):
        counts, words = document_term_matrix(corpus, mask)
        some = np.flatnonzero(totals(counts)[0])
        matrices.append(counts[:, some])
        names += [str(w) for w in words[some]]
    columns = ["part", "category", "form", "pattern", "score"]
    forms = pd.concat([t[columns] for t in tables], ignore_index=True) if tables else pd.DataFrame(columns=columns)
    details = {"forms": forms, "turns": turns, "categories": pd.DataFrame({"category": list(dictionary.categories)})}
    values = sparse.csr_array(sparse.hstack(matrices, format="csr"))
    return Features("shifts", values, names, units, params=params, details=details)


def joined(parts: Sequence[Measured], settings: ShiftsSettings, corpus: EncodedCorpus) -> Features:
    """Counts of the whole: forms in the order of their parts, categories and the alphabet."""
    first = parts[0].features
    order = {c: k for k, c in enumerate(["", *first.details["categories"]["category"]])}
    rank = {SCORES: 0, CATEGORIES: 1}
    forms = stacked([p.features.details["forms"] for p in parts]).drop_duplicates(["part", "category", "form"])
    place = [
        (rank[part], order.get(category, 0), form)
        for part, category, form in zip(forms["part"], forms["category"], forms["form"])
    ]
    forms = forms.iloc[sorted(range(len(place)), key=place.__getitem__)].reset_index(drop=True)
    at = pd.MultiIndex.from_frame(forms[["part", "category", "form"]])
    words = sorted({w for p in parts for w in p.features.columns[len(p.features.details["forms"]) :]})
    of_word = pd.Index(words, dtype=object)
    width = len(forms) + len(words)

    def wide(features: Features) -> sparse.csr_array:
        mine = features.details["forms"]
        of_forms = at.get_indexer(pd.MultiIndex.from_frame(mine[["part", "category", "form"]]))
        rest = of_word.get_indexer(pd.Index(list(features.columns[len(mine) :]), dtype=object))
        return spread(features.values, np.concatenate([of_forms, len(forms) + rest]), width)

    whole = with_values(parts, stack([wide(p.features) for p in parts]), [*forms["form"], *words])
    return replace(whole, details={**first.details, "forms": forms, "turns": whole.details["turns"]})


def without_rare(features: Features, n: int) -> Features:
    """The same counts without the names of words that fewer than `n` documents contain: a total does not depend on names."""
    rare = totals(features.values)[1] < n
    forms = features.details["forms"]
    hidden = forms["form"].where(~rare[: len(forms)], RARE)
    columns = [RARE if r else c for r, c in zip(rare, features.columns)]
    return replace(features, columns=columns, details={**features.details, "forms": forms.assign(form=hidden)})


def compute(data: Data, settings: ShiftsSettings, features: Features) -> ShiftsFound:
    """The mean score of all words of the groups."""
    return _scored(data, settings, features)


def compute_about(data: Data, settings: ShiftsSettings, target: Target, features: Features) -> ShiftsFound:
    """The mean score of the words about a target."""
    return ShiftsFound() if settings.scope == "all" else _scored(data, settings, features, target.name)


def _scored(data: Data, settings: ShiftsSettings, features: Features, target: str = "") -> ShiftsFound:
    forms, params = features.details["forms"], features.params
    if "score" not in settings.of:
        return ShiftsFound()
    at = np.flatnonzero(forms["part"] == SCORES)
    counts = sparse.csr_array(features.values)[:, at]
    scores = forms["score"].to_numpy(float)[at]
    y, x = counts @ scores, np.asarray(counts.sum(1), float)
    inside = totals(counts[data.design.group >= 0])[0] > 0
    found = ShiftsFound(
        source=str(params["source"]),
        sha256=str(params["sha256"]),
        entries=int(params["entries"]),
        matched=int(forms["pattern"].iloc[at][inside].nunique()),
    )
    if not inside.any():
        return found
    turns = features.details["turns"]
    by_turn = np.zeros((2, len(data.turns)))
    by_turn[:, turns["turn"].to_numpy(np.int64)] = turns[["score", "n"]].to_numpy(float).T
    about = f" about {target}" if target else ""
    outcome = Outcome(
        "word_score",
        Quantities(
            "word score",
            y[:, None],
            x,
            ["word_score_about" if target else "word_score"],
            measure="mean score of a word",
            bounds=(params["low"], params["high"]),
            target=target,
        ),
        name=f"the mean score of words{about}",
        unit=f"mean score of a word{about}",
        title=f"Mean score of words{about}",
        scale=f"{params['low']:g} to {params['high']:g}",
        digits=3,
        cells=data.cells(*by_turn),
        min_denominator=settings.min_words,
        needed_documents=NEEDED_DOCUMENTS,
        joint=bool(target) or not params["background"],
        labels={"word_score": "words with a score", "word_score_about": "words with a score"},
    )
    return replace(found, outcomes=(outcome,))


def finish(data: Data, settings: ShiftsSettings, features: Features, found: ShiftsFound) -> ShiftsFound:
    """What moves each difference between study and reference."""
    if not data.contrasts or features.values.shape[1] == 0:
        return replace(found, outcomes=_kept(data, found))
    shifts: dict[str, Shift] = {}
    refused: list[TooLittleText] = []
    group = np.where(np.isin(data.design.group, data.main.groups), data.design.group, -1)
    for name, kind, at, n_tokens in _measured(settings, features):
        counts = sparse.csr_array(features.values)[:, at]
        n = np.asarray(counts.sum(1), float) if n_tokens is None else n_tokens
        try:
            for g in data.main.groups:
                _enough(f"What moves the {name}", data.design.names[g], n[group == g], settings.min_words)
            measure = _measure_of(kind, settings, features, at, counts, data)
            shifts[name] = word_shift(
                counts,
                [str(features.columns[int(k)]) for k in at],
                data.design,
                measure,
                data.main,
                n_tokens=n,
                show=settings.show,
                min_documents=data.min_documents,
            )
        except TooLittleText as error:
            refused.append(error)
    return replace(found, outcomes=_kept(data, found), shifts=shifts, refused=refused)


def finish_about(
    data: Data, settings: ShiftsSettings, target: Target, features: Features, found: ShiftsFound
) -> ShiftsFound:
    """The same for the words about a target."""
    return finish(data, settings, features, found) if settings.scope != "all" else found


def _kept(data: Data, found: ShiftsFound) -> Sequence[Outcome]:
    """Outcomes that have a difference where one is asked for: reviewers look at these."""
    return tuple(o for o in found.outcomes if not data.contrasts or not _unknown(o, data))


def _unknown(outcome: Outcome, data: Data) -> bool:
    levels = outcome.table[outcome.table["contrast"] == "level"].set_index("stratum")["estimate"]
    return bool(levels.reindex([str(data.design.names[g]) for g in data.main.groups]).isna().any())


def _enough(what: str, group: object, n: np.ndarray, needed: int) -> None:
    documents = int((n > 0).sum())
    if n.sum() < needed or documents < NEEDED_DOCUMENTS:
        have = f"n = {int(n.sum()):,} words in {documents:,} documents"
        raise TooLittleText(f"{what} ({group})", have, f"{needed:,} in {NEEDED_DOCUMENTS}")


def _measured(
    settings: ShiftsSettings, features: Features
) -> Iterator[tuple[str, Kind, np.ndarray, np.ndarray | None]]:
    """Name, kind and columns of each difference, and the tokens of a rate."""
    forms = features.details["forms"]
    part = forms["part"].to_numpy(object)
    every = np.arange(len(forms), len(features.columns))
    if settings.stop_words == "drop":
        stops = stop_words()
        every = every[[features.columns[int(k)] not in stops for k in every]]
    if "score" in settings.of:
        yield "score", Kind.SCORE, np.flatnonzero(part == SCORES), None
    for category in features.details["categories"]["category"]:
        mine = np.flatnonzero((part == CATEGORIES) & (forms["category"] == category).to_numpy())
        yield f"rate of {category}", Kind.RATE, mine, features.units["n_tokens"].to_numpy(float)
    for name in ("entropy", "divergence"):
        if name in settings.of:
            yield name, Kind(name), every, None


def _measure_of(
    kind: Kind, settings: ShiftsSettings, features: Features, at: np.ndarray, counts: sparse.csr_array, data: Data
) -> Measure:
    """How a word adds to a difference; the reference score is the mean of the group that is taken away."""
    if kind != Kind.SCORE:
        return Measure(kind, order=settings.order if kind == Kind.ENTROPY else 1.0)
    scores = features.details["forms"]["score"].to_numpy(float)[at]
    if settings.reference != "reference group":
        return Measure(kind, scores, float(settings.reference))
    inside = np.isin(data.design.group, data.main.parts[1][1])
    total = totals(counts[inside])[0]
    return Measure(kind, scores, float(total @ scores / total.sum()))
