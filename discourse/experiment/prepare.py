"""From texts to what analyses are given: an encoded corpus, the tokens that count, documents in groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis
from discourse.analyses.data import Data, Tokens, offices_in, speakers_in
from discourse.analyses.memo import Memo
from discourse.analyses.repetition import LAYER, RepetitionSettings
from discourse.compare.resample import Design
from discourse.corpus.dated import COLUMN, iso_dates, precision, spanned
from discourse.corpus.select import across, assign, matches
from discourse.encode.encoder import hashtags_as_words
from discourse.encode.partitions import PartedCorpus
from discourse.errors import DiscourseError, SettingError, did_you_mean
from discourse.experiment.bundle.values import Bundle, Recorder, TokenCounts
from discourse.experiment.contrasts import contrasts, too_few
from discourse.experiment.engine import Engine, Here
from discourse.experiment.parts import Counting, count_in_parts, whole
from discourse.experiment.plan import Plan
from discourse.experiment.repeated import with_repetition
from discourse.experiment.settings import Core
from discourse.experiment.units import check_units, with_day_and_speaker
from discourse.features.frequency import document_units
from discourse.features.repetition import Repetition
from discourse.types import EncodedCorpus

NO_STRATA = "none"  # value of `compare: strata`


@dataclass(frozen=True)
class Base:
    """The corpus of a run, whatever is made of it.

    Parameters
    ----------
    plan : Plan
        The experiment.
    corpus : EncodedCorpus
        With the layer of reused passages; documents have a day and a speaker.
    sha256 : str
        Of the corpus as it was read.
    repeated : Repetition
        Documents published twice and passages that documents share.
    keep, again : ndarray of bool, shape (n_documents,)
        Documents that the config selects, and those of them that were published before.
    memo : Memo
        What reruns with other settings share.
    bundle : Bundle, optional
        Where counts and features come from; without one they are measured.
    recorder : Recorder, optional
        Keeps what is taken from the tokens.
    workers : int
        Processes that one analysis may run side by side.
    engine : Engine
        Where work on the partitions of the corpus is done, if it has some.
    layers_at : mapping of str to Path
        Layers that lie beside the partitions: the folder with an array for each.
    """

    plan: Plan
    corpus: EncodedCorpus
    sha256: str
    repeated: Repetition
    keep: np.ndarray
    again: np.ndarray
    memo: Memo = field(default_factory=Memo)
    bundle: Bundle | None = None
    recorder: Recorder | None = None
    workers: int = 1
    engine: Engine = field(default_factory=Here)
    layers_at: Mapping[str, Path] = field(default_factory=dict)

    @property
    def parted(self) -> PartedCorpus | None:
        """The corpus, if it lies in partitions."""
        return self.corpus if isinstance(self.corpus, PartedCorpus) else None

    @property
    def origin(self) -> str:
        """What results depend on beside the corpus as it was read: the bundle, in place of the text; how hashtags count."""
        return (self.bundle.sha256 if self.bundle is not None else "") + self.plan.config.corpus.hashtags

    @property
    def set_aside(self) -> int:
        """Documents that the selection leaves out."""
        return int((~self.keep).sum())


def published_again(settings: RepetitionSettings, found: Repetition, keep: np.ndarray) -> np.ndarray:
    """Documents of the selection of which an earlier copy is in the selection too; bool, shape (n_documents,)."""
    again = np.zeros(len(keep), bool)
    if settings.documents == "once":
        # Where the first is not selected, the earliest copy that is selected counts.
        counted = {int(k) for k in np.flatnonzero(keep)} & set(found.duplicates["first"])
        for row in found.duplicates.itertuples():
            if keep[row.document]:
                again[row.document] = row.first in counted
                counted.add(row.first)
    return again


def left_out(config: Core) -> list[str]:
    """Layers whose tokens do not count."""
    quoted = ["quoted"] if config.corpus.quotations == "leave out" else []
    return quoted + ([LAYER] if config.section("repetition").passages == "drop" else [])


def make_base(
    plan: Plan, corpus: EncodedCorpus, digest: str, *, refresh: bool = False, engine: Engine | None = None
) -> Base:
    """A corpus with what is repeated in it, and the documents that the config selects."""
    config = plan.config
    settings = config.section("repetition")
    engine = engine or Here()
    corpus, repeated, layers_at = with_repetition(corpus, settings, digest, refresh=refresh, engine=engine)
    base = Base(
        plan, corpus, digest, repeated, np.zeros(0, bool), np.zeros(0, bool), engine=engine, layers_at=layers_at
    )
    # Made again below, when speakers and days are known: what is counted here does not depend on them.
    counts = counts_of(base, config)
    corpus = replace(corpus, documents=with_day_and_speaker(corpus, counts.by_turn))
    if config.corpus.hashtags == "words":
        corpus = hashtags_as_words(corpus)
    keep = selected(corpus.documents, config, "corpus")
    again = published_again(settings, repeated, keep)
    memo = Memo()
    memo.once(("counts", *left_out(config)), lambda: counts)
    return replace(base, corpus=corpus, keep=keep, again=again, memo=memo)


def selected(documents: pd.DataFrame, config: Core, *path: str | int) -> np.ndarray:
    """Documents that the selection keeps; bool, shape (n_documents,). Mistakes are those of the section at `path`."""
    try:
        keep = matches(documents, config.corpus.select)
    except DiscourseError as error:
        raise SettingError((*path, "select"), str(error)) from None
    known = set(documents["doc_id"])
    unknown = [d for d in config.corpus.drop if d not in known]
    if unknown:
        hint = did_you_mean(unknown[0], list(documents["doc_id"]))
        raise SettingError((*path, "drop"), f'there is no document "{unknown[0]}". {hint}')
    return keep & ~documents["doc_id"].isin(list(config.corpus.drop)).to_numpy()


def counting(base: Base, config: Core) -> Counting:
    """Which tokens count under some settings."""
    return Counting(
        tuple(left_out(config)),
        base.plan.targets,
        base.sha256,
        [n for name, s in config.speakers.items() for n in (name, *s.aliases)],
        [s.office for s in config.speakers.values() if s.office],
        speakers_in(base.corpus.turns),
        offices_in(base.corpus.turns),
        config.corpus.hashtags == "words",
        base.layers_at,
    )


def tokens_of(base: Base, config: Core, analysis: Analysis | None = None) -> Tokens:
    """The tokens that count under some settings, all in memory; of a corpus in partitions for an analysis that needs them at once."""

    def make() -> Tokens:
        return counting(base, config).of(base.memo.once("whole", _whole), base.memo)

    def _whole() -> EncodedCorpus:
        path = (analysis.section_name,) if analysis is not None and analysis.section_name else ("corpus",)
        what = analysis.name if analysis is not None else "this"
        return base.corpus if base.parted is None else whole(base.parted, path, what)

    return base.memo.once(("tokens", *left_out(config)), make)


def data_of(base: Base, config: Core, *path: str | int) -> Data:
    """Documents, turns and groups under some settings.

    Parameters
    ----------
    base : Base
        The corpus.
    config : Core
        The settings: those of the plan, or others for a rerun. Documents that models are fitted on stay those of the plan.
    *path : str or int
        Section that mistakes in the selection belong to; without it the settings are those of the plan, and what cannot be
        compared is an error.
    """
    counts, strict = counts_of(base, config), not path
    documents = base.corpus.documents
    keep = base.keep if strict else selected(documents, config, *path)
    design = make_design(base, config, keep & ~base.again, counts.by_document, strict=strict)
    group = np.array([*design.names, ""], object)[design.group]
    documents = documents.assign(n_tokens=counts.by_document, group=group)
    turns = base.corpus.turns.assign(document=base.corpus.turn_document, n_tokens=counts.by_turn)
    if strict:
        _check_groups(base, documents, design)
    ends = base.plan.pair
    refusal = too_few(design, ends, config.inference.min_documents) if ends else None
    asked = contrasts(config.compare, design)
    return Data(
        documents,
        turns,
        design,
        () if refusal else [c for c in asked if c.kind in ("difference", "trend")],
        ends,
        refusal,
        config.inference.min_documents,
        base.memo.once("configured", lambda: design.group),
        base.corpus.provenance,
        base.sha256,
        {n: g.label for n, g in config.groups.items() if g.label},
        base.workers,
        across(documents, base.plan.groups) if COLUMN in documents.columns else 0,
        [c for c in asked if c.kind in ("pair", "rest")],
    )


def counts_of(base: Base, config: Core) -> TokenCounts:
    """Tokens that count under some settings, by document and by turn."""
    layers = left_out(config)
    if base.bundle is not None:
        return base.bundle.count(layers)

    def make() -> TokenCounts:
        if base.parted is not None:
            return count_in_parts(base.parted.parts, counting(base, config), base.engine)
        tokens = tokens_of(base, config)
        return TokenCounts(document_units(base.corpus, tokens.mask)["n_tokens"].to_numpy(np.int64), tokens.by_turn)

    found = base.memo.once(("counts", *layers), make)
    if base.recorder is not None:
        base.recorder.tokens[tuple(layers)] = found
    return found


def make_design(base: Base, config: Core, keep: np.ndarray, n_tokens: np.ndarray, *, strict: bool) -> Design:
    """Groups and clusters of the documents that are kept; `strict` where what cannot be compared is an error."""
    documents = base.corpus.documents
    try:
        group = np.where(keep, assign(documents, base.plan.groups), -1)
    except DiscourseError as error:
        raise SettingError(("groups",), str(error)) from None
    settings, inference = config.compare, config.inference
    columns: Mapping[str, str | None] = {
        name: getattr(settings, name) if settings else None for name in ("cluster", "strata")
    }
    # Where no strata are named, documents that are alike are exchanged.
    alike = columns["strata"] is None
    if columns["strata"] == NO_STRATA:
        columns = {**columns, "strata": None}
    cluster, strata = (_column(documents, column, name, strict) for name, column in columns.items())
    try:
        design = Design(
            group,
            [g.name for g in base.plan.groups],
            cluster,
            columns["cluster"] or "document",
            inference.resamples,
            inference.confidence,
            inference.seed,
            inference.min_clusters,
            inference.interval,
            inference.min_containing,
            strata,
            columns["strata"] or "",
            kind=documents["kind"].to_numpy() if alike and "kind" in documents else None,
            tokens=n_tokens if alike else None,
        )
    except DiscourseError as error:
        raise SettingError(("compare", "cluster"), str(error)) from None
    if strict and base.plan.pair is not None:
        # Where documents are too few the contrast is refused for that.
        enough = min(len(design.documents(g)) for g in base.plan.pair) >= inference.min_documents
        check_units(design, base.plan.pair, contrasts(settings, design) if enough else ())
    return replace(design, contrasts=max(len(contrasts(settings, design)), 1))


def _column(documents: pd.DataFrame, column: str | None, setting: str, strict: bool) -> np.ndarray | None:
    """Values of the column that a setting of the contrast names; in a rerun a missing value is a unit of its own."""
    if not column:
        return None
    if column not in documents.columns:
        known = list(documents.columns) if strict else ["document", *documents.columns]
        hint = did_you_mean(column, known)
        if column in ("day", "week"):
            hint = f"Not all documents are dated by the day (the least that is known: {precision(documents)})."
        path = ("compare", setting) if strict else ("multiverse", "unit")
        raise SettingError(path, f'there is no column "{column}". {hint}')
    values = iso_dates(documents) if column == "date" else documents[column]
    if column in ("date", "administration"):
        values = values.astype(object).where(values != "", None)
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    if not strict:
        values = values.astype(object).where(values.notna(), "(none)")
    return np.array([v if pd.isna(v) else str(v) for v in values], object)


def _check_groups(base: Base, documents: pd.DataFrame, design: Design) -> None:
    """Every group has documents, and words of the home side."""
    for k, name in enumerate(design.names):
        if not (design.group == k).any():
            first, last = spanned(documents[base.keep])
            dated = f"{first} to {last}" if first else "its documents have no dates"
            between = dated if base.keep.any() else "none is selected"
            message = f"no document falls into this group (the corpus: {between})"
            excluded = base.corpus.provenance.exclusions
            if excluded:
                message += f"; {len(excluded)} documents were excluded, the first: {excluded[0].reason}"
            raise SettingError(("groups", str(name)), message)
    for k, name in enumerate(design.names):
        if documents["n_tokens"].to_numpy()[design.group == k].sum() == 0:
            message = (
                "no words of the home side in this group; `discourse corpus show` lists the speakers, and "
                "speakers: NAME: {side: home} counts one of them"
            )
            raise SettingError(("groups", str(name)), message)
