"""From results to a report: the sections of the analyses in order, the methods, and the first page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from discourse.analyses.base import Analysis, Found
from discourse.analyses.say import Say
from discourse.corpus.dated import spanned
from discourse.experiment.behind import lines_behind
from discourse.experiment.graph import Graph, Node
from discourse.experiment.manifest import manifest
from discourse.experiment.summary import checks, results
from discourse.report.blocks import Block, Box, DataTable, Figure, Formula, Heading, Paragraph, Refusal, Report
from discourse.report.words import counted, percent

EPOCH = 315532800  # 1980, before which a PDF may not be dated; of undated documents as well


class Document:
    """The report of a run in the making.

    Parameters
    ----------
    graph : Graph
        A graph that has run.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.plan = graph.base.plan
        config = self.plan.config
        self.say = Say(
            graph.data,
            graph.results,
            None,
            graph.base.corpus,
            targets=self.plan.targets,
            sections={name: getattr(config, name) for name in type(config).model_fields},
            figures=self.plan.figures,
            set_aside=graph.base.set_aside,
            repeated=graph.base.repeated,
            again=graph.base.again,
        )

    def speaking(self, node: Node) -> Say:
        """The view of one node's section."""
        settings = self.plan.config.section(node.analysis.section_name)
        return replace(self.say, settings=settings, words=node.analysis.name, target=node.target)

    def found(self) -> Iterator[tuple[Node, Found, Say]]:
        """Every node that ran, with what it found."""
        for node in self.graph.nodes:
            yield node, self.graph.results[node.identity], self.speaking(node)

    def sections(self) -> Iterator[Block]:
        """The sections in order; those of a chapter under its heading."""
        chapters: dict[str, list[Block]] = {}
        order: list[str] = []
        for k, (node, found, say) in enumerate(self.found()):
            if node.analysis.section is None:
                continue
            said = _refused(node, found, say) if found.too_little else node.analysis.section(found, say)
            blocks = [b for b in said if self._shown(b)]
            # A section without a chapter is one by itself, under its number.
            key = node.analysis.chapter or f"{k}"
            if key not in chapters:
                order.append(key)
            chapters.setdefault(key, []).extend(blocks)
        for key in order:
            printed = any(not isinstance(b, DataTable) for b in chapters[key])
            if printed and not key.isdigit():
                yield Heading(self.say(f"chapters.{key}"))
            yield from chapters[key]

    def _shown(self, block: Block) -> bool:
        """Whether the config asks for a figure, and there is something in it."""
        if not isinstance(block, Figure):
            return True
        return (block.of or block.name) in self.plan.figures and not block.frame.empty

    def methods(self) -> Iterator[Block]:
        """What may not be concluded, and how everything was done."""
        say = replace(self.say, words="report")
        yield Heading(say("limits"))
        yield from map(Paragraph, self._limits(say))
        yield Heading(say("methods"))
        yield Heading(say("units"), 2)
        yield Formula("rate", say("rate", min_documents=self.graph.data.min_documents))
        certain = [b for node, found, view in self.found() if node.analysis.contrast for b in _said(node, found, view)]
        if certain:
            yield Heading(say("certainty"), 2)
            yield from certain
        yield Heading(say("speakers"), 2)
        yield from map(Paragraph, self._attribution(say))
        rest = [(n, f, v) for n, f, v in self.found() if not n.analysis.contrast]
        for node, found, view in rest:
            if node.analysis.name == "repetition":
                yield from _said(node, found, view)
        yield Heading(say("tokens"), 2)
        yield Paragraph(say("tokens_text"))
        for node, found, view in rest:
            if node.analysis.name != "repetition":
                yield from _said(node, found, view)
        yield Heading(say("provenance"), 2)
        for source in self.graph.data.provenance.sources:
            yield Paragraph(say("source", **{"version": "", **source}))
        bundle = self.graph.base.bundle
        if bundle is not None:
            yield Paragraph(say("bundle", bundle=bundle, name=bundle.path.name, version=version("discourse-analytics")))
        yield Paragraph(say("configuration", file=self.plan.loaded.file.name))
        yield Heading(say("references"))

    def _limits(self, say: Say) -> Iterator[str]:
        """What may not be concluded."""
        data = self.graph.data
        yield say("limit_zero")
        if data.design.cluster is not None and data.pair is not None:
            a, b = (data.design.n_clusters(g) for g in data.pair)
            yield say("limit_clusters", a=a, b=b)
        if data.design.cluster is None and data.contrasts:
            yield say("limit_documents")
        if data.contrasts:
            yield say("limit_cause")
        for node, found, view in self.found():
            if node.analysis.limits is not None and not found.too_little:
                yield from node.analysis.limits(found, view)
        yield from self.plan.config.report.notes

    def _attribution(self, say: Say) -> Iterator[str]:
        """How turns and their speakers were identified, and which language was kept."""
        config, turns = self.plan.config, self.graph.data.turns
        reader = self.graph.data.provenance.reader
        if "rule" in turns.columns and reader != "sotu":
            rules = "; ".join(f"{rule} {n:,}" for rule, n in turns["rule"].value_counts().items())
            yield say("attribution", turns=len(turns), rules=rules)
        if "language" in self.plan.reader_options and config.corpus.language:
            yield say("language", language=config.corpus.language)
        if reader == "html":
            yield say("web")

    def citations(self) -> list[str]:
        """Keys of the works that the report cites."""
        provenance, design = self.graph.data.provenance, self.graph.data.design
        keys = [*provenance.citation, "efron1993"]
        keys += ["hall1988", "zou2008"] if design.interval == "studentised" else []
        keys += ["lui2012"] if "language" in self.plan.reader_options and self.plan.config.corpus.language else []
        keys += ["barbaresi2021"] if provenance.reader == "html" else []
        for node, found, view in self.found():
            # Works are cited where the methods speak of them.
            if any(True for _ in _said(node, found, view)):
                keys += node.analysis.cites
        stance = [f for (name, _), f in self.graph.results.items() if name == "stance"]
        if any(getattr(f, "validation", None) is not None and f.validation.scores is not None for f in stance):  # type: ignore[attr-defined]
            keys += ["egami2023", "angelopoulos2023", "krippendorff2019", "rubin1987"]
        if any(getattr(f, "side_by_side", None) is not None for f in stance):
            keys += ["krippendorff2019", "baumann2025"]
        return list(dict.fromkeys(keys))

    def facts(self) -> list[tuple[str, str]]:
        """Lines on the title page."""
        data, config = self.graph.data, self.plan.config
        say = replace(self.say, words="report")
        documents = data.documents[data.documents["group"] != ""]
        sizes = [f"{g}: {counted(len(data.design.documents(k)), 'document')}" for k, g in enumerate(say.groups)]
        corpus = say(
            "fact_corpus",
            documents=len(documents),
            tokens=int(documents["n_tokens"].sum()),
            ends=list(dict.fromkeys(spanned(documents))),
            reader=config.corpus.reader,
            sha256=data.sha256,
        )
        bundle = self.graph.base.bundle
        counts = [("Counts", say("fact_bundle", bundle=bundle, name=bundle.path.name))] if bundle is not None else []
        made = say("fact_made", version=version("discourse-analytics"), file=self.plan.loaded.file.name)
        return [
            ("Groups", say("fact_groups", groups=sizes)),
            ("Corpus", corpus),
            *counts,
            ("Seed", say("fact_seed")),
            ("Made with", made),
        ]

    def summary(self) -> Box:
        """What the report shows, on the first page."""
        say = replace(self.say, words="summary")
        texts = list(results(say))
        for node, found, view in self.found():
            if node.analysis.summary is not None and not found.too_little:
                texts += node.analysis.summary(found, view)
        texts += checks(say)
        # Analyses of several targets may say the same.
        return Box(say("title"), list(dict.fromkeys(texts)))

    def columns(self) -> dict[str, tuple[str, str]]:
        """Meaning and unit of the columns of all tables; quantiles are those of the configured confidence."""
        tail = (1 - self.graph.data.design.confidence) / 2
        low, high = percent(tail), percent(1 - tail)
        every = {c: explained for a in self.plan.analyses.values() for c, explained in a.columns.items()}
        return {c: (text.replace("{low}", low).replace("{high}", high), unit) for c, (text, unit) in every.items()}

    def report(self) -> Report:
        """The whole report."""
        config = self.plan.config
        documents = self.graph.data.documents
        youngest = documents.loc[documents["group"] != "", "date"].max()
        return Report(
            config.name,
            config.title,
            config.question,
            config.author,
            self.facts(),
            self.summary(),
            [*self.sections(), *self.methods()],
            self.columns(),
            self.citations(),
            manifest(self.graph),
            config.report.paper,
            int(youngest.timestamp()) if youngest.year >= 1980 else EPOCH,
            tuple(config.report.formats),
            {k: work for a in self.plan.analyses.values() for k, work in a.works.items()},
            config.report.html,
            lines_behind(self.graph, self.say) if config.report.html else None,
        )


def _said(node: Node, found: Found, say: Say) -> Iterable[Block]:
    """What an analysis says in the methods section: blocks, or a text with its settings in braces."""
    methods = node.analysis.methods
    if found.too_little:
        return []
    if callable(methods):
        return list(methods(found, say))
    if not methods:
        return []
    values: Mapping[str, Any] = {k: getattr(say.settings, k) for k in type(say.settings).model_fields}
    return [Heading(titled(node.analysis), 2), Paragraph(methods.format(**values))]


def _refused(node: Node, found: Found, say: Say) -> Iterator[Block]:
    """What takes the place of an analysis for which there was too little text."""
    yield Heading(say("heading") if say.has("heading") else titled(node.analysis))
    for refusal in found.refusals:
        yield Refusal(str(refusal))


def titled(analysis: Analysis) -> str:
    """The name of an analysis as a heading."""
    return analysis.name[0].upper() + analysis.name[1:].replace("_", " ")
