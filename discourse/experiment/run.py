"""Run a plan: read, prepare, compute, and write the report."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from discourse.analyses.base import Found
from discourse.analyses.data import Data
from discourse.analyses.mentions import counted_at_home, with_counts
from discourse.analyses.stance.measure import by_the_rules
from discourse.encode.store import cache_folder, key_of, load_encoded
from discourse.errors import SettingError, SettingErrors
from discourse.experiment.document import Document
from discourse.experiment.graph import Clock, Graph, Node, Progress
from discourse.experiment.plan import Plan
from discourse.experiment.prepare import Base, data_of, encoded_corpus, make_base, read, selected, source_key, tokens_of
from discourse.experiment.store import Store, load, save
from discourse.features.target import Target
from discourse.report.blocks import Report
from discourse.report.templates import prose, render
from discourse.report.writers.folder import check_folder, write
from discourse.types import Corpus, EncodedCorpus, Features

T = TypeVar("T")


def _nothing(stage: str, said: str) -> None:
    pass


@dataclass(frozen=True)
class Results:
    """What a run computed.

    Parameters
    ----------
    graph : Graph
        The nodes, with their data.
    """

    graph: Graph

    @property
    def data(self) -> Data:
        """Documents, turns and groups."""
        return self.graph.data

    @property
    def corpus(self) -> EncodedCorpus:
        """The encoded corpus."""
        return self.graph.base.corpus

    def found(self, analysis: str, target: str = "") -> Any:
        """What an analysis found."""
        return self.graph.results[analysis, target]

    @property
    def outcomes(self) -> dict[tuple[str, str], Any]:
        """All that was compared, by key and target."""
        return {o.identity: o for found in self.graph.results.values() for o in found.outcomes}


def read_and_encode(plan: Plan, clock: Clock, *, refresh: bool = False) -> tuple[EncodedCorpus, str]:
    """The encoded corpus of a plan and its hash; an earlier run's, where the files are the same."""
    start = time.perf_counter()
    key = source_key(plan)
    index = cache_folder() / "sources" / f"{key_of(key)}.bin"
    if key is not None and not refresh:
        try:
            documents, turns, provenance, digest = cast("tuple[Any, Any, Any, str]", load(index))
            folder = cache_folder() / "encoded" / key_of(digest)
            corpus = load_encoded(folder, documents, turns, provenance)
            _said_read(clock, corpus, time.perf_counter() - start, stored_=True)
            return corpus, digest
        except (OSError, ValueError, KeyError, EOFError, AttributeError, ImportError, TypeError):
            pass
    text = read(plan)
    middle = time.perf_counter()
    clock.done("read", f"{len(text.documents)} documents, {len(text.turns)} turns", middle - start)
    corpus, digest, was_stored = encoded_corpus(text, refresh=refresh)
    said = f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} types" + (" (stored)" if was_stored else "")
    clock.done("encode", said, time.perf_counter() - middle)
    if key is not None:
        save((corpus.documents, corpus.turns, corpus.provenance, digest), index)
    return corpus, digest


def _said_read(clock: Clock, corpus: EncodedCorpus, seconds: float, *, stored_: bool) -> None:
    end = " (stored)" if stored_ else ""
    clock.done("read", f"{len(corpus.documents)} documents, {len(corpus.turns)} turns{end}", seconds)
    clock.done("encode", f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} types{end}", 0.0)


def said_of(node: Node, found: Found) -> str:
    """What progress says of a node that is done."""
    name = node.analysis.name
    if "done" not in prose(name) or found == Found() or found.too_little:
        return ""
    return render(name, "done", found=found, target=node.target.name if node.target else "")


def prepare(plan: Plan, clock: Clock, *, refresh: bool = False) -> Base:
    """Read and encode the corpus, and find what is repeated in it."""
    corpus, digest = read_and_encode(plan, clock, refresh=refresh)
    start = time.perf_counter()
    base = make_base(plan, corpus, digest, refresh=refresh)
    twice, passages = len(base.repeated.duplicates), len(base.repeated.passages)
    said = f"{twice} documents published twice, {passages:,} passages in several documents"
    clock.done("repeated", said, time.perf_counter() - start)
    return base


def read_corpus(plan: Plan) -> Corpus:
    """Read the corpus of a plan, for commands that look at it; mistakes in settings at their lines."""
    return _at_lines(plan, lambda: read(plan))


def encoded_and_selected(plan: Plan) -> tuple[EncodedCorpus, np.ndarray]:
    """The encoded corpus of a plan, and which documents it selects; bool, shape (n_documents,)."""

    def make() -> tuple[EncodedCorpus, np.ndarray]:
        corpus, _ = read_and_encode(plan, Clock(_nothing))
        return corpus, selected(corpus.documents, plan.config, "corpus")

    return _at_lines(plan, make)


def stance_by_the_rules(plan: Plan, target: Target) -> tuple[Data, EncodedCorpus, Features, np.ndarray]:
    """The stance toward a target by the rules, for commands that explain, sample and validate it.

    Returns
    -------
    data : Data
    corpus : EncodedCorpus
    scored : Features
        Every mention.
    counted : ndarray of bool, shape (n_mentions,)
        Those that count.
    """

    def make() -> tuple[Data, EncodedCorpus, Features, np.ndarray]:
        base = prepare(plan, Clock(_nothing))
        data, tokens = data_of(base, plan.config), tokens_of(base, plan.config)
        settings = plan.config.section("stance")
        scored = with_counts(by_the_rules(tokens, settings, target), tokens)
        inside = data.design.group[scored.units["document"].to_numpy(np.int64)] >= 0
        return data, base.corpus, scored, counted_at_home(data, scored.units) & inside

    return _at_lines(plan, make)


def _at_lines(plan: Plan, make: Callable[[], T]) -> T:
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

    Raises
    ------
    ConfigError
        For settings that the data refute, at their lines.
    """
    return _at_lines(plan, lambda: Results(run_graph(plan, Clock(progress), refresh=refresh, yes=yes, workers=workers)))


def run_graph(
    plan: Plan,
    clock: Clock,
    *,
    refresh: bool = False,
    yes: bool = False,
    workers: int | None = None,
    only: Sequence[str] = (),
) -> Graph:
    """Prepare a corpus and run the graph of a plan, or only some of its analyses."""
    base = prepare(plan, clock, refresh=refresh)
    graph = Graph(base, Store(refresh=refresh), clock, workers=workers, said=said_of, agreed=yes)
    graph.run(only)
    return graph


def run(
    plan: Plan, progress: Progress = _nothing, *, refresh: bool = False, yes: bool = False
) -> tuple[Report, dict[str, float]]:
    """Run a plan and make its report, of which nothing is drawn yet.

    Parameters
    ----------
    plan, progress, refresh, yes
        As in `compute`.

    Returns
    -------
    report : Report
    seconds : dict
        By stage.
    """
    results = compute(plan, progress, refresh=refresh, yes=yes)
    clock, start = results.graph.clock, time.perf_counter()
    report = Document(results.graph).report()
    said = f"{len(report.figures)} figures, {len(report.tables)} tables"
    clock.done("sections", said, time.perf_counter() - start)
    return report, clock.seconds


def run_to_folder(
    plan: Plan, folder: Path, progress: Progress = _nothing, *, refresh: bool = False, yes: bool = False
) -> Path:
    """Run a plan and write its report; nothing is written before everything is computed.

    Where the folder has the report of the same config, texts and code, whole, it stays as it is.
    """
    check_folder(folder)
    key = state_of(plan)
    if not refresh and key is not None and is_current(folder, key):
        progress("report", f"{folder / 'report.pdf'}: nothing has changed since it was made (--force makes it again)")
        return folder
    report, seconds = run(plan, progress, refresh=refresh, yes=yes)
    start = time.perf_counter()
    about = {"read_on": dt.date.today().isoformat(), "seconds": seconds, "peak_memory_mib": _peak_memory()}
    path = write(report, folder, about, refresh=refresh)
    if key is not None:
        remember(folder, key)
    progress("report", f"{folder / 'report.pdf'} ({time.perf_counter() - start:.1f} s)")
    return path


def state_of(plan: Plan) -> str | None:
    """Hash of all that a report depends on; None where only reading the corpus can show it."""
    source = source_key(plan)
    if source is None:
        return None
    config = plan.config
    sections = {
        name: value.fingerprint("compute")
        for name in type(config).model_fields
        if hasattr(value := getattr(config, name), "fingerprint")
    }
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(plan.loaded.file.read_bytes())
    digest.update(repr([source, sorted(sections.items()), sys.version, sorted(plan.analyses)]).encode())
    for path in sorted(p for p in package.rglob("*") if p.suffix in (".py", ".toml", ".tsv", ".txt", ".typ")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _record(folder: Path) -> Path:
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:40]
    return cache_folder() / "reports" / f"{name}.json"


def _sums(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "timing.json"
    }


def is_current(folder: Path, key: str) -> bool:
    """Whether a folder holds the report of this state, every file as it was written."""
    try:
        kept = json.loads(_record(folder).read_text(encoding="utf-8"))
        return bool(kept["key"] == key and kept["files"] == _sums(folder))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def remember(folder: Path, key: str) -> None:
    """Note which state a report was made in; a cache that cannot be written stops no run."""
    try:
        path = _record(folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"key": key, "files": _sums(folder)}), encoding="utf-8")
    except OSError:
        pass


def _peak_memory() -> float | None:
    """Most memory that this process has used so far, in MiB; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
