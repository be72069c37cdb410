"""From texts to what analyses are given: an encoded corpus, the tokens that count, documents in groups."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.analyses.data import Data, Tokens
from discourse.analyses.memo import Memo
from discourse.analyses.repetition import LAYER, RepetitionSettings, load_repetition, save_repetition
from discourse.cache import cache_folder
from discourse.compare.resample import Design
from discourse.corpus import PACKAGES
from discourse.corpus.dated import COLUMN, iso_dates, precision, spanned
from discourse.corpus.select import across, assign, matches, with_kinds
from discourse.corpus.unclaimed import refuse_unclaimed
from discourse.encode import encode_corpus
from discourse.encode.encoder import hashtags_as_words, without_text
from discourse.encode.store import corpus_hash, key_of, load_encoded, save_encoded, stored
from discourse.errors import DiscourseError, SettingError, did_you_mean
from discourse.experiment.bundle.values import Bundle, Recorder, TokenCounts
from discourse.experiment.contrasts import contrasts, too_few
from discourse.experiment.plan import Plan
from discourse.experiment.settings import Core
from discourse.experiment.units import check_units, with_day_and_speaker
from discourse.features.frequency import document_units
from discourse.features.repetition import Repetition, repetition
from discourse.types import Corpus, EncodedCorpus

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

    @property
    def origin(self) -> str:
        """What results depend on beside the corpus as it was read: the bundle, in place of the text; how hashtags count."""
        return (self.bundle.sha256 if self.bundle is not None else "") + self.plan.config.corpus.hashtags

    @property
    def set_aside(self) -> int:
        """Documents that the selection leaves out."""
        return int((~self.keep).sum())


def read(plan: Plan) -> Corpus:
    """Read the corpus of a plan."""
    corpus = plan.reader(**plan.reader_options)
    if plan.strict:
        refuse_unclaimed(corpus.provenance.unclaimed)
    try:
        return with_kinds(corpus, plan.config.corpus.kinds)
    except DiscourseError as error:
        raise SettingError(("corpus", "kinds"), str(error)) from None


def source_key(plan: Plan) -> str | None:
    """Hash of what the corpus is read from, without reading it; None where only reading can show it."""
    digest = hashlib.sha256(repr(plan.config.corpus).encode() + repr(sorted(plan.config.speakers.items())).encode())
    options = {k: v for k, v in plan.reader_options.items() if k != "files"}
    digest.update(repr(sorted(options.items(), key=lambda item: item[0])).encode())
    paths = [Path(p) for p in plan.reader_options.get("files", ())]
    if paths:
        for path in paths:
            files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
            for file in files:
                if not file.is_file():
                    return None
                # Relative, so that a corpus in another folder is the same.
                digest.update(str(file.relative_to(path) if file != path else file.name).encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()
    package = PACKAGES.get(plan.config.corpus.reader)
    if package is None:
        return None
    digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()


def encoded_corpus(corpus: Corpus, *, refresh: bool = False) -> tuple[EncodedCorpus, str, bool]:
    """Encode a corpus, or load the encoding of an earlier run.

    Returns
    -------
    encoded : EncodedCorpus
    sha256 : str
        Of the corpus.
    was_stored : bool
    """
    digest = corpus_hash(corpus)
    folder = cache_folder() / "encoded" / key_of(digest)
    tables = (corpus.documents, without_text(corpus.turns), corpus.provenance)
    encoded, was_stored = stored(
        folder, lambda: encode_corpus(corpus), save_encoded, lambda f: load_encoded(f, *tables), refresh=refresh
    )
    return encoded, digest, was_stored


def with_repetition(
    corpus: EncodedCorpus, settings: RepetitionSettings, digest: str, *, refresh: bool = False
) -> tuple[EncodedCorpus, Repetition]:
    """The corpus with the layer of reused passages, and what is repeated; passages are sought on the home side."""
    given = {k: getattr(settings, k) for k in ("passage_tokens", "similarity", "days")}
    home = (corpus.turns["side"] == "home").to_numpy()
    folder = cache_folder() / "repetition" / key_of(digest, repr(sorted(given.items())))
    found, _ = stored(
        folder, lambda: repetition(corpus, keep=home, **given), save_repetition, load_repetition, refresh=refresh
    )
    return replace(corpus, layers={**corpus.layers, LAYER: found.reused}), found


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


def make_base(plan: Plan, corpus: EncodedCorpus, digest: str, *, refresh: bool = False) -> Base:
    """A corpus with what is repeated in it, and the documents that the config selects."""
    config = plan.config
    settings = config.section("repetition")
    corpus, repeated = with_repetition(corpus, settings, digest, refresh=refresh)
    counts = np.diff(np.concatenate([[0], np.cumsum(corpus.words(without=left_out(config)))])[corpus.turn_bounds])
    corpus = replace(corpus, documents=with_day_and_speaker(corpus, counts))
    if config.corpus.hashtags == "words":
        corpus = hashtags_as_words(corpus)
    keep = selected(corpus.documents, config, "corpus")
    return Base(plan, corpus, digest, repeated, keep, published_again(settings, repeated, keep))


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


def tokens_of(base: Base, config: Core) -> Tokens:
    """The tokens that count under some settings."""
    layers = left_out(config)

    def make() -> Tokens:
        home = (base.corpus.turns["side"] == "home").to_numpy()
        words = base.corpus.words(without=layers)
        offices = [s.office for s in config.speakers.values() if s.office]
        named = [n for name, s in config.speakers.items() for n in (name, *s.aliases)]
        return Tokens(
            base.corpus, words, home, base.plan.targets, base.sha256, memo=base.memo, speakers=named, offices=offices
        )

    return base.memo.once(("tokens", *layers), make)


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
