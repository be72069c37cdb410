"""Run a plan: read, prepare, compute, and write the report."""

from __future__ import annotations

import datetime as dt
import inspect
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from discourse.analyses.base import Found
from discourse.analyses.data import Data
from discourse.analyses.mentions import counted_at_home, with_counts
from discourse.analyses.settings import Settings
from discourse.analyses.stance.labels import check_labelled, with_labels
from discourse.analyses.stance.measure import by_the_rules, without_codes
from discourse.cache import UNCHANGED, Call, is_current, remember
from discourse.corpus.select import assign
from discourse.errors import DiscourseError, SettingError, SettingErrors, UsageError, expect
from discourse.experiment.asked import check_asked
from discourse.experiment.document import Document
from discourse.experiment.engine import Engine
from discourse.experiment.from_bundle import base_of_bundle
from discourse.experiment.graph import Graph
from discourse.experiment.nodes import Clock, Node, Progress
from discourse.experiment.plan import Plan
from discourse.experiment.prepare import Base, data_of, make_base, selected, tokens_of
from discourse.experiment.reading import in_partitions, read, read_and_encode
from discourse.experiment.registration import frozen_beside
from discourse.experiment.results import Results
from discourse.experiment.store import Store
from discourse.features.stance import Parsed
from discourse.features.target import Target
from discourse.report.blocks import Report
from discourse.report.templates import prose, render
from discourse.report.writers.folder import land, reserved
from discourse.sealed import clean
from discourse.types import Corpus, EncodedCorpus, Features

T = TypeVar("T")


def _nothing(stage: str, said: str) -> None:
    pass


def said_of(node: Node, found: Found) -> str:
    """What progress says of a node that is done."""
    name = node.analysis.name
    if "done" not in prose(name) or found == Found() or found.too_little:
        return ""
    return render(name, "done", found=found, target=node.target.name if node.target else "")


def prepare(plan: Plan, clock: Clock, *, refresh: bool = False, engine: Engine | None = None) -> Base:
    """Read and encode the corpus, and find what is repeated in it; or take what a bundle has of it."""
    if plan.bundle is not None:
        return _prepare_bundle(plan, clock)
    corpus, digest = read_and_encode(plan, clock, refresh=refresh)
    start = time.perf_counter()
    if engine is not None and engine.cuts:
        corpus = in_partitions(corpus, digest, engine.workers)
    base = make_base(plan, corpus, digest, refresh=refresh, engine=engine)
    twice, passages = len(base.repeated.duplicates), len(base.repeated.passages)
    said = f"{twice} documents published twice, {passages:,} passages in several documents"
    clock.done("repeated", said, time.perf_counter() - start)
    return base


def _prepare_bundle(plan: Plan, clock: Clock) -> Base:
    """What a bundle has of the corpus."""
    start = time.perf_counter()
    base = base_of_bundle(plan)
    assert base.bundle is not None
    of = f"{len(base.corpus.documents)} documents, {len(base.corpus.turns)} turns, {len(base.bundle.features)} measurements"
    clock.done("bundle", f"{base.bundle.path.name}: {of}, no text", time.perf_counter() - start)
    return base


def needs_text(plan: Plan) -> None:
    """Stop where a plan runs from a bundle.

    Raises
    ------
    UsageError
        Naming the bundle, and the files that are missing.
    """
    if plan.bundle is not None:
        missing = [str(f) for f in plan.reader_options.get("files", ()) if not Path(f).exists()]
        there = f" and there is no {missing[0]}" if missing else ""
        raise UsageError(
            f"this needs the text; {plan.bundle.name} holds counts only{there}. Give the texts with --corpus PATH"
        )


def read_corpus(plan: Plan) -> Corpus:
    """Read the corpus of a plan, for commands that look at it; mistakes in settings at their lines."""
    needs_text(plan)
    return at_lines(plan, lambda: read(plan))


def read_documents(plan: Plan) -> pd.DataFrame:
    """The documents of a plan, from its texts or its bundle, for commands that look at what there is."""
    if plan.bundle is not None:
        return at_lines(plan, lambda: base_of_bundle(plan).corpus.documents)
    return read_corpus(plan).documents


def encoded_and_selected(plan: Plan) -> tuple[EncodedCorpus, np.ndarray]:
    """The encoded corpus of a plan, and which documents it selects; bool, shape (n_documents,)."""
    needs_text(plan)

    def make() -> tuple[EncodedCorpus, np.ndarray]:
        corpus, _ = read_and_encode(plan, Clock(_nothing))
        return corpus, selected(corpus.documents, plan.config, "corpus")

    return at_lines(plan, make)


def group_of_documents(plan: Plan, documents: pd.DataFrame) -> np.ndarray:
    """Index of the group of each document, -1 for none, for commands that look at a corpus; int64, shape (n_documents,)."""

    def make() -> np.ndarray:
        try:
            return assign(documents, plan.groups)
        except DiscourseError as error:
            raise SettingError(("groups",), str(error)) from None

    return at_lines(plan, make)


@dataclass(frozen=True)
class StanceScored:
    """The stance toward a target before any codes change it, for commands that explain, sample and validate it.

    Parameters
    ----------
    data : Data
    corpus : EncodedCorpus
    read : Parsed
        What was read of every mention.
    rules : Features
        Scores of the rules.
    scored : Features
        Scores by the method of the experiment, without codes: of a classifier those of the rules.
    counted : ndarray of bool, shape (n_mentions,)
        Mentions that count.
    """

    data: Data
    corpus: EncodedCorpus
    read: Parsed
    rules: Features
    scored: Features
    counted: np.ndarray


def stance_without_codes(plan: Plan, target: Target, *, labels: bool = False) -> StanceScored:
    """The stance toward a target by the rules or by the prior as it is; by labels that the config names, where they are asked for."""
    needs_text(plan)

    def make() -> StanceScored:
        base = prepare(plan, Clock(_nothing))
        data, tokens = data_of(base, plan.config), tokens_of(base, plan.config)
        settings = plan.config.section("stance")
        read, rules = by_the_rules(tokens, settings, target)
        scored = with_counts(without_codes(tokens, settings, target), tokens)
        labelled = labels and bool(settings.labels)
        if labelled:
            scored = with_labels(tokens, settings, target, scored)
        inside = data.design.group[scored.units["document"].to_numpy(np.int64)] >= 0
        counted = counted_at_home(data, scored.units) & inside
        if labelled:
            check_labelled(scored, data, settings, counted)
        return StanceScored(data, base.corpus, read, rules, scored, counted)

    return at_lines(plan, make)


def at_lines(plan: Plan, make: Callable[[], T]) -> T:
    """A value; mistakes in settings that show while it is made get the lines of the file."""
    try:
        return make()
    except SettingErrors as error:
        raise plan.loaded.mistakes(error.errors) from None
    except SettingError as error:
        # A file with several mistakes gives a line for each.
        lines = [SettingError(error.path, line) for line in error.text.splitlines()]
        raise plan.loaded.mistakes(lines) from None


def compute(
    plan: Plan,
    progress: Progress = _nothing,
    *,
    refresh: bool = False,
    yes: bool = False,
    workers: int | None = None,
    engine: Engine | None = None,
) -> Results:
    """Run all analyses of a plan.

    Parameters
    ----------
    plan : Plan
        From `resolve`.
    progress : callable
        Called with the name of a stage and what it counted, when it is done.
    refresh : bool
        Do not use stored results.
    yes : bool
        Run a multiverse however long it takes.
    workers : int, optional
        Analyses that run side by side; the cores of the machine by default.
    engine : Engine, optional
        Where partitions of the corpus are measured, from `discourse.experiment.engine.engine`; in this process by default.

    Raises
    ------
    ConfigError
        For settings that the data refute, at their lines.
    """
    expect(plan, Plan, "discourse.resolve(discourse.load(path)) makes one")
    clock = Clock(progress)
    return at_lines(
        plan, lambda: Results(run_graph(plan, clock, refresh=refresh, yes=yes, workers=workers, engine=engine))
    )


def run_graph(
    plan: Plan,
    clock: Clock,
    *,
    refresh: bool = False,
    yes: bool = False,
    workers: int | None = None,
    only: Sequence[str] = (),
    engine: Engine | None = None,
) -> Graph:
    """Prepare a corpus and run the graph of a plan, or only some of its analyses."""
    base = prepare(plan, clock, refresh=refresh, engine=engine)
    graph = Graph(base, Store(refresh=refresh), clock, workers=workers, said=said_of, agreed=yes)
    if base.bundle is not None:
        check_asked(base.bundle, graph.nodes, graph.config)
    graph.run(only)
    if not only:
        graph.run_further()
    return graph


def run(
    plan: Plan,
    progress: Progress = _nothing,
    *,
    refresh: bool = False,
    yes: bool = False,
    engine: Engine | None = None,
) -> tuple[Report, dict[str, float]]:
    """Run a plan and make its report, of which nothing is drawn yet.

    Parameters
    ----------
    plan, progress, refresh, yes, engine
        As in `compute`.

    Returns
    -------
    report : Report
    seconds : dict
        By stage.
    """
    results = compute(plan, progress, refresh=refresh, yes=yes, engine=engine)
    clock, start = results.graph.clock, time.perf_counter()
    report = Document(results.graph).report()
    said = f"{len(report.figures)} figures, {len(report.tables)} tables"
    clock.done("sections", said, time.perf_counter() - start)
    return report, clock.seconds


def run_to_folder(
    plan: Plan,
    folder: Path | str,
    progress: Progress = _nothing,
    *,
    refresh: bool = False,
    yes: bool = False,
    engine: Engine | None = None,
) -> Path:
    """Run a plan and write its report; nothing is written before everything is computed.

    Where the folder has the report of the same config, texts and code, whole, it stays as it is.
    """
    expect(plan, Plan, "discourse.resolve(discourse.load(path)) makes one")
    folder, call = Path(folder), call_of(plan)
    clean()
    # Before anything is computed, which may take minutes.
    with reserved(folder, (plan.loaded.file, *inputs_of(plan))) as work:
        if not refresh and is_current(folder, call):
            progress("report", UNCHANGED.format(folder / "report.pdf"))
            return folder
        report, seconds = run(plan, progress, refresh=refresh, yes=yes, engine=engine)
        start = time.perf_counter()
        about = {"read_on": dt.date.today().isoformat(), "seconds": seconds, "peak_memory_mib": _peak_memory()}
        path = land(report, work, about, refresh=refresh)
        # Last, as the files of the whole report are part of what is remembered.
        remember(folder, call, inputs_of(plan))
    progress("report", f"{folder / 'report.pdf'} ({time.perf_counter() - start:.1f} s)")
    return path


def call_of(plan: Plan) -> Call:
    """What somebody asked for who got this plan."""
    files = [Path(p) for p in plan.reader_options.get("files", ())]
    own = [plan.loaded.file.parent / f for f in plan.config.corpus.files]
    bundle = plan.bundle if plan.named else None
    return Call(plan.loaded.file, () if files == own else files, plan.strict, bundle)


def inputs_of(plan: Plan) -> list[Path]:
    """Files that a run reads beside its config: texts, files that settings name, code of analyses of other packages."""
    # Of a run from a bundle as well: when the texts come, the report is no longer current.
    files = [Path(p) for p in plan.reader_options.get("files", ())] + ([plan.bundle] if plan.bundle else [])
    # Whether it is there or not: when there is one, the report is no longer current.
    files.append(frozen_beside(plan.loaded.file))
    for name in type(plan.config).model_fields:
        section = getattr(plan.config, name)
        files += section.named_files() if isinstance(section, Settings) else []
    sources = [inspect.getsourcefile(a.compute) for a in plan.analyses.values()]
    return files + [Path(s) for s in sources if s]


def _peak_memory() -> float | None:
    """Most memory that this process has used so far, in MiB; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # In bytes on macOS, in KiB elsewhere.
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
