"""From results to a report: the sections of the analyses in order, the methods, and the first page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version

from discourse.analyses.base import Found
from discourse.analyses.claims import claims_of
from discourse.analyses.say import Say, endings
from discourse.experiment.answer import answer
from discourse.experiment.behind import lines_behind
from discourse.experiment.brief import CITED, glossary_table, pages, robustness
from discourse.experiment.graph import Graph
from discourse.experiment.manifest import manifest
from discourse.experiment.nodes import Node
from discourse.experiment.registered import first, marked, page, recorded
from discourse.experiment.registration import frozen_beside, registered
from discourse.experiment.said import in_appendix, methods_of, refused, titled, written
from discourse.experiment.summary import checks, further, results
from discourse.report.blocks import (
    Answer,
    Block,
    Box,
    DataTable,
    Evidence,
    Figure,
    Formula,
    Heading,
    Paragraph,
    References,
    Refusal,
    Report,
    Table,
)
from discourse.report.references import formatted
from discourse.report.words import percent
from discourse.report.writers.records import tables_of
from discourse.verify.digest import digest

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
        self.say = self._view(graph)
        self.registered = registered(self.plan, graph.base.corpus.documents)
        further = zip(graph.further.values(), endings(list(graph.further)))
        self.say = replace(self.say, further=[self._view(g, e) for g, e in further])

    def _view(self, graph: Graph, ending: str = "") -> Say:
        """What sections see of a graph: of the run, or of a further contrast."""
        config = self.plan.config
        return Say(
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
            ending=ending,
        )

    def speaking(self, node: Node, view: Say | None = None) -> Say:
        """The view of one node's section, in the run or in a further contrast."""
        settings = self.plan.config.section(node.analysis.section_name)
        view = replace(view or self.say, settings=settings, words=node.analysis.name)
        return view if node.target is None else view.about(node.target)

    def found(self) -> Iterator[tuple[Node, Found, Say]]:
        """Every node that ran, with what it found."""
        for node in self.graph.nodes:
            yield node, self.graph.results[node.identity], self.speaking(node)

    @cached_property
    def said(self) -> list[tuple[Node, list[Block]]]:
        """What each analysis says."""
        every = []
        for node, found, say in self.found():
            if node.analysis.section is None:
                continue
            said = refused(node, found, say) if found.too_little else node.analysis.section(found, say)
            of = replace(self.say, words="registration")
            blocks = [marked(b, node.analysis.name, self.registered, of) for b in said if self._shown(b)]
            # A section begins with what it found.
            if blocks and isinstance(blocks[0], Heading):
                blocks[1:1] = map(Paragraph, self._summary(node, found, say))
            every.append((node, blocks))
        return every

    def _summary(self, node: Node, found: Found, say: Say) -> list[str]:
        """What an analysis found, in sentences."""
        if node.analysis.summary is None or found.too_little:
            return []
        return list(node.analysis.summary(found, say))

    def sections(self) -> Iterator[Block]:
        """The sections in order; those of a chapter under its heading."""
        chapters: dict[str, list[Block]] = {}
        for k, (node, blocks) in enumerate(self.said):
            # A section without a chapter is one by itself, under its number.
            chapters.setdefault(node.analysis.chapter or f"{k}", []).extend(
                b for b in blocks if not in_appendix(b, node.analysis)
            )
        for key, blocks in chapters.items():
            printed = any(not isinstance(b, DataTable) for b in blocks)
            if printed and not key.isdigit():
                yield Heading(self.say(f"chapters.{key}"))
            yield from blocks
        for graph, view in zip(self.graph.further.values(), self.say.further):
            yield from self._further(graph, view)

    def _further(self, graph: Graph, view: Say) -> Iterator[Block]:
        """What sets the groups of a further contrast apart; of what is not printed, the tables."""
        assert graph.contrast is not None
        yield Heading(self.say("report.further", contrast=graph.contrast.words(self.say.groups)))
        if view.data.refusal is not None:
            yield Refusal(str(view.data.refusal))
            return
        for node in graph.nodes:
            found, analysis = graph.results[node.identity], node.analysis
            asked = analysis.each_contrast or analysis.contrast
            if not asked or analysis.section is None or found.too_little:
                continue
            for block in analysis.section(found, self.speaking(node, view)):
                # Of what was not asked for there are no tables either, as in the rest of the report; that of the tests has all contrasts.
                told = isinstance(block, Table) and analysis.each_contrast and node.identity in self.graph.results
                if told or not self._shown(block):
                    continue
                if isinstance(block, (Figure, Table, DataTable)):
                    block = replace(block, name=block.name + view.ending)
                if analysis.each_contrast:
                    yield replace(block, level=2) if isinstance(block, Heading) else block
                else:
                    yield from written(block)

    def appendix(self) -> Iterator[Block]:
        """What analyses put at the end, under the headings of their sections, and the glossary."""
        say = replace(self.say, words="report")
        brief = replace(self.say, words="brief")
        yield Heading(say("appendix"))
        for node, blocks in self.said:
            chosen = [b for b in blocks if in_appendix(b, node.analysis)]
            if chosen:
                chapter = node.analysis.chapter
                other = self.say(f"chapters.{chapter}") if chapter else titled(node.analysis)
                heading = next((b.text for b in blocks if isinstance(b, Heading)), other)
                yield Heading(heading, 2)
                yield from chosen
        yield Heading(brief("glossary"), settled=True)
        yield glossary_table(brief)

    def answer(self) -> Answer:
        """The first page."""
        claims = [
            claim
            for node, found, view in self.found()
            if not found.too_little
            for claim in (node.analysis.claims or claims_of)(found, view)
        ]
        said = answer(claims, replace(self.say, words="answer"), self.summary().sentences)
        lines = tuple(further(replace(self.say, words="summary")))
        if self.registered is not None:
            lines = (first(self.registered, replace(self.say, words="registration"), len(self.said)), *lines)
        return replace(said, further=lines)

    def registration(self) -> list[Block]:
        """What was registered, where something was."""
        if self.registered is None:
            return []
        file = frozen_beside(self.plan.loaded.file).name
        return list(page(self.registered, replace(self.say, words="registration"), file))

    def brief(self, robust: Table | None, first: Answer) -> list[Block]:
        """The pages of a brief report after the first: what the analyses name for it, of the target that the answer is about."""
        about = next((t for t in self.plan.targets if t.name in first.text), None) or next(
            iter(self.plan.targets), None
        )
        chosen: list[Block] = []
        for node, blocks in self.said:
            names = node.analysis.brief
            # With a target all other words are the background.
            if node.target != about or not names:
                continue
            figures = [b for b in blocks if isinstance(b, Figure) and (b.of or b.name) in names]
            if figures:
                found = self.graph.results[node.identity]
                chosen += map(Paragraph, self._summary(node, found, self.speaking(node)))
            chosen += figures
            chosen += [b for b in blocks if isinstance(b, Evidence) and "concordance" in names]
        say = replace(self.say, words="brief")
        every = list(pages(say, chosen, robust, self._limits(replace(say, words="report")), self.plan.loaded.file.name))
        works = {k: work for a in self.plan.analyses.values() for k, work in a.works.items()}
        # The works that the short methods name.
        cited = [k for k in self.citations() if k in CITED or k in self.graph.data.provenance.citation]
        every += self.registration()
        every += [Heading(replace(say, words="report")("references")), References(formatted(cited, works))]
        return every

    def _shown(self, block: Block) -> bool:
        """Whether the config asks for a figure, and there is something in it."""
        if not isinstance(block, Figure):
            return True
        return (block.of or block.name) in self.plan.figures and not block.frame.empty

    def methods(self) -> Iterator[Block]:
        """What may not be concluded, and how everything was done."""
        say = replace(self.say, words="report")
        yield Heading(say("limits"), settled=True)
        yield from map(Paragraph, self._limits(say))
        yield Heading(say("methods"))
        yield Heading(say("units"), 2)
        yield Formula("rate", say("rate", min_documents=self.graph.data.min_documents))
        certain = [
            b for node, found, view in self.found() if node.analysis.contrast for b in methods_of(node, found, view)
        ]
        if certain:
            yield Heading(say("certainty"), 2)
            yield from certain
        yield Heading(say("speakers"), 2)
        yield from map(Paragraph, self._attribution(say))
        rest = [(n, f, v) for n, f, v in self.found() if not n.analysis.contrast]
        for node, found, view in rest:
            if node.analysis.name == "repetition":
                yield from methods_of(node, found, view)
        yield Heading(say("tokens"), 2)
        yield Paragraph(say("tokens_text"))
        for node, found, view in rest:
            if node.analysis.name != "repetition":
                yield from methods_of(node, found, view)
        yield Heading(say("provenance"), 2)
        for source in self.graph.data.provenance.sources:
            yield Paragraph(say("source", **{"version": "", **source}))
        bundle = self.graph.base.bundle
        if bundle is not None:
            yield Paragraph(say("bundle", bundle=bundle, name=bundle.path.name, version=version("discourse-analytics")))
        yield Paragraph(say("configuration", file=self.plan.loaded.file.name))

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
            if any(True for _ in methods_of(node, found, view)):
                keys += [*node.analysis.cites, *node.analysis.cites_for(found)]
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
        corpus = say("fact_corpus", reader=config.corpus.reader, sha256=data.sha256)
        bundle = self.graph.base.bundle
        counts = [("Counts", say("fact_bundle", bundle=bundle, name=bundle.path.name))] if bundle is not None else []
        made = say("fact_made", version=version("discourse-analytics"), file=self.plan.loaded.file.name)
        return [
            ("Texts", corpus),
            *counts,
            ("Seed", say("fact_seed")),
            ("Made with", made),
        ]

    def summary(self) -> Box:
        """What the report shows, on the first page."""
        say = replace(self.say, words="summary")
        texts = list(results(say))
        texts += further(say)
        for node, found, view in self.found():
            texts += self._summary(node, found, view)
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
        robust = robustness(replace(self.say, words="brief"))
        first = self.answer()
        summary = self.summary()
        say = replace(self.say, words="report")
        about = replace(self.say, words="summary")
        body: list[Block] = [
            Heading(say("results")),
            *([robust] if robust is not None else []),
            # What an analysis found stands in its section.
            *map(Paragraph, dict.fromkeys([*results(about), *checks(about)])),
            *self.sections(),
            *self.registration(),
            *self.methods(),
        ]
        end: list[Block] = [*self.appendix(), Heading(say("references"))]
        report = Report(
            config.name,
            config.title,
            config.question,
            config.author,
            self.facts(),
            summary,
            [*body, *end],
            self.columns(),
            self.citations(),
            manifest(self.graph) | ({} if self.registered is None else {"registration": recorded(self.registered)}),
            config.report.paper,
            int(youngest.timestamp()) if youngest.year >= 1980 else EPOCH,
            tuple(config.report.formats),
            {k: work for a in self.plan.analyses.values() for k, work in a.works.items()},
            first,
            self.brief(robust, first) if config.report.length == "brief" else (),
            dpi=config.report.dpi,
            width=config.report.width,
            tables_as=tuple(config.report.tables),
            html=config.report.html,
            lines=lines_behind(self.graph, self.say) if config.report.html else None,
        )
        # Over the tables, and so known when these are; the page that names it is no table.
        encoded = tables_of(report)
        known = digest(report.manifest, encoded)
        return replace(
            report,
            blocks=[*body, Paragraph(say("digest", digest=known)), *end],
            facts=[*report.facts, ("Digest", say("fact_digest", digest=known))],
            manifest={**report.manifest, "digest": known},
            encoded=encoded,
        )
