"""From an experiment to its bundle: it is run, and what it takes from the text is kept without the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Literal

import pandas as pd

from discourse.analyses import analyses
from discourse.corpus.dated import COLUMN, as_written
from discourse.errors import SettingError, did_you_mean
from discourse.experiment.asked import asked
from discourse.experiment.bundle.disclosure import Disclosure, bags_of, chains, quotations
from discourse.experiment.bundle.values import LAYERS, Recorder, Request, reading_of
from discourse.experiment.bundle.writing import Content, folder_of, texts_of, without_cells, write_bundle
from discourse.experiment.graph import Graph
from discourse.experiment.nodes import Clock, Node, Progress
from discourse.experiment.plan import Plan
from discourse.experiment.prepare import Base, counts_of, make_base
from discourse.experiment.reading import read_and_encode
from discourse.experiment.run import at_lines, needs_text
from discourse.experiment.settings import Core, with_changes
from discourse.experiment.store import Store
from discourse.types import DOCUMENT_COLUMNS, TURN_COLUMNS, EncodedCorpus, Features

Keep = Literal["needed", "passages"]
# Columns of turns that results are made from: labels and places are the text's, and a source may say anything besides.
_OF_TURNS = (*TURN_COLUMNS, "quoted", "office", "rule")


def make_bundle(
    plan: Plan, progress: Progress = lambda stage, said: None, *, keep: Keep = "needed", yes: bool = False
) -> bytes:
    """Run an experiment, and make a bundle of what it takes from the text.

    Parameters
    ----------
    plan : Plan
        From `resolve`, with texts.
    progress : callable
        As in `compute`.
    keep : {"needed", "passages"}
        What the experiment needs; or bags of words by passage as well, so that topics can be added later.
    yes : bool
        Run a multiverse however long it takes.

    Returns
    -------
    bytes
        The zip file: the same for the same texts, settings and versions.

    Raises
    ------
    UsageError
        Where there are no texts.
    ConfigError
        For settings that the data refute, at their lines.
    """
    needs_text(plan)
    return at_lines(plan, lambda: _make(plan, Clock(progress), keep, yes))


def _make(plan: Plan, clock: Clock, keep: Keep, yes: bool) -> bytes:
    corpus, digest = read_and_encode(plan, clock)
    # Before anything is computed, which may take minutes.
    columns = kept_columns(corpus.documents, plan.config.bundle.keep)
    base = replace(make_base(plan, corpus, digest), recorder=Recorder())
    graph = Graph(base, Store(), clock, agreed=yes)
    graph.run()
    # A further contrast may follow what the main one refuses.
    graph.run_further()
    _ask_more(graph, keep)
    content = _content(base, corpus, columns)
    content, emptied = _without_quotations(content, corpus, plan.config.bundle.keep)
    data = write_bundle(content, _disclosure(content, corpus, emptied))
    clock.done("bundle", f"{len(content.features)} measurements, {len(data) / 1e6:.2f} MB", 0.0)
    return data


def kept_columns(documents: pd.DataFrame, keep: Sequence[str]) -> list[str]:
    """Columns of the documents that travel: those that every corpus has, and those that the config names, or all.

    Raises
    ------
    SettingError
        For a column that is not there.
    """
    for k, column in enumerate(keep):
        if column not in documents.columns:
            hint = did_you_mean(column, list(documents.columns))
            raise SettingError(("bundle", "keep", k), f'there is no column "{column}". {hint}')
    return [c for c in documents.columns if not keep or c in keep or c in (*DOCUMENT_COLUMNS, COLUMN)]


def _ask_more(graph: Graph, keep: Keep) -> None:
    """What other groups, contrasts and settings could ask for, beside what the run asked."""
    config, base = graph.config, graph.base
    for n in range(len(LAYERS) + 1):
        for layers in combinations(LAYERS.values(), n):
            counts_of(base, with_changes(_counting_all(config), dict(layers)))
    for node in graph.nodes:
        if node.analysis.measure is None or "outcomes" in node.analysis.needs:
            continue
        for _, _, other in asked(node.identity, node.analysis, config):
            graph.measuring.measured(node, other.section(node.analysis.section_name), other)
        # With a contrast, the joint outcomes of targets are compared with repeated passages kept and dropped.
        if any(o.joint and o.target for o in graph.results[node.identity].outcomes):
            for passages in ("keep", "drop"):
                other = with_changes(config, {("repetition", "passages"): passages})
                graph.measuring.measured(node, other.section(node.analysis.section_name), other)
    if keep == "passages":
        named = {n.analysis.name for n in graph.nodes}
        for analysis in analyses().values():
            if analysis.fit is not None and not analysis.per_target and analysis.name not in named:
                graph.measuring.measured(Node(analysis), analysis.settings.model_validate({}), config)


def _counting_all(config: Core) -> Core:
    """The config with no layer left out."""
    return with_changes(config, {("repetition", "passages"): "keep", ("corpus", "quotations"): "count"})


def _content(base: Base, corpus: EncodedCorpus, columns: Sequence[str]) -> Content:
    """What goes into the bundle, before it is compared with the text."""
    config, recorder = base.plan.config, base.recorder
    assert recorder is not None
    known, least = analyses(), config.bundle.min_documents
    features: dict[Request, Features] = {}
    for request, found in recorder.features.items():
        analysis = known[request.analysis]
        found = _without_places(analysis.travels(found))
        features[request] = analysis.rare(found, least) if least > 1 else found
    documents = as_written(corpus.documents[list(columns)].copy())
    for column in DOCUMENT_COLUMNS:
        if config.bundle.keep and column not in (*config.bundle.keep, "doc_id", "date"):
            documents[column] = ""
    return Content(
        config.name,
        config.title,
        base.plan.loaded.data,
        base.sha256,
        reading_of(config),
        documents,
        turns_to_share(corpus.turns),
        base.repeated.duplicates,
        corpus.provenance,
        recorder.tokens,
        features,
        config.bundle.licence,
        config.bundle.citation,
        least,
    )


def turns_to_share(turns: pd.DataFrame) -> pd.DataFrame:
    """Turns with speaker, role and side, without label and place, and without what only their source says of them.

    Examples
    --------
    >>> list(turns_to_share(pd.DataFrame(columns=["doc_id", "turn", "speaker", "label", "start", "parsed", "rule"])))
    ['doc_id', 'turn', 'speaker', 'rule']
    """
    return turns[[c for c in turns.columns if c in _OF_TURNS]]


def _without_places(features: Features) -> Features:
    """Features whose tables do not say at which token of the corpus something stands, and how many it has."""

    def clean(frame: pd.DataFrame) -> pd.DataFrame:
        if "token" not in frame.columns or not pd.api.types.is_integer_dtype(frame["token"]):
            return frame
        return frame.assign(token=-1, **({"length": 0} if "length" in frame.columns else {}))

    details = {name: clean(table) for name, table in features.details.items()}
    return replace(features, units=clean(features.units), details=details)


def _without_quotations(
    content: Content, corpus: EncodedCorpus, keep: Sequence[str]
) -> tuple[Content, Mapping[str, int]]:
    """The content without cells that repeat the text, and how many there were in each table."""
    assert corpus.texts is not None
    texts = texts_of(content, keep)
    found = quotations([t for cells in texts.values() for t in cells], corpus.texts)
    emptied = {name: sum(t in found for t in cells) for name, cells in texts.items()}
    return without_cells(content, found, keep), {name: n for name, n in emptied.items() if n}


def _disclosure(content: Content, corpus: EncodedCorpus, emptied: Mapping[str, int]) -> Disclosure:
    """What the bundle gives away."""
    requests = sorted(content.features)
    terms = {str(c) for r in requests for c in content.features[r].columns if " " in str(c)}
    linked, longest = chains(corpus, sorted(terms))
    bags = [b for r in requests if (b := bags_of(folder_of(r), content.features[r])) is not None]
    return Disclosure(
        content.name,
        len(corpus.documents),
        len(corpus.turns),
        corpus.n_tokens,
        list(content.documents.columns),
        bags,
        emptied,
        linked,
        longest,
        content.min_documents,
        [folder_of(r) for r in requests if "start" in content.features[r].units.columns],
    )
