"""Pages on terms and topics."""

from __future__ import annotations

import pandas as pd

from discourse.experiment.builder import Pages
from discourse.experiment.words import listed, number, percent
from discourse.features.topics import exemplars
from discourse.figures import FIGURES
from discourse.report import Evidence, EvidenceItem, TableBlock


def keyness(pages: Pages) -> None:
    """Which terms set the groups apart."""
    results = pages.results
    refused = [text for key, text in sorted(results.refusals.items()) if key.startswith("keyness")]
    if not results.keyness and not refused:
        return
    pages.heading("Which terms set the groups apart")
    for text in dict.fromkeys(refused):
        pages.refuse(text)
    config = results.plan.config.frequency
    cluster = results.design.cluster_name
    clustered = results.design.cluster is not None
    for n, comparison in results.keyness.items():
        kind = "terms" if n == 1 else {2: "bigrams", 3: "trigrams"}.get(n, f"{n}-grams")
        family = comparison.params["family"]
        frame = FIGURES["keyness"].layout(comparison, config.show)
        table = comparison.table
        clear = int(((table["low"] > 0) | (table["high"] < 0)).sum())
        by_document = int(((table["low_document"] > 0) | (table["high_document"] < 0)).sum())
        filled = ": their marks are filled"
        if clustered:
            filled += f" ({by_document} with documents as the units, conditional on these {cluster}s: half filled)"
        text = (
            f"Which {kind} set {comparison.study} and {comparison.reference} apart? Those whose difference is largest at the "
            f"cautious end of the interval. Thick lines: {percent(results.design)} intervals that are simultaneous over the "
            f"{family:,} {kind} in at least {config.min_documents} documents"
            + (f" of at least {config.min_clusters} {cluster}s" if clustered else "")
            + f", from random divisions of the {cluster}s into groups; {clear} of {family:,} leave out 0{filled}. "
            "The thin line leads from 0 to the interval. "
            + (
                f"The terms that define {listed([t.name for t in results.plan.targets])} are left out. "
                if results.plan.targets
                else ""
            )
            + "Right: frequencies; documents that contain the term; dispersion over all documents (DP: 0 is an even spread, 1 is "
            f"all in one document). {pages.n()}"
        )
        more = [
            f"More in {g}: {', '.join(frame.loc[frame['group'] == g, 'item'])}."
            for g in (comparison.study, comparison.reference)
        ]
        pages.figure(
            f"keyness-{n}",
            "keyness",
            frame,
            text,
            f"Log-odds ratios of {len(frame)} {kind} with intervals. {' '.join(more)}",
            comparison.study,
            comparison.reference,
            pages.groups,
        )
        pages.tables[f"keyness-{n}"] = table.drop(columns=["log_p", "q"])
        if n == 1:
            frame = FIGURES["contrast"].layout(comparison, config.label)
            pages.figure(
                "contrast",
                "contrast",
                frame,
                "Are the distinctive terms frequent or rare? Each mark is a term; coloured ones leave out 0 at the simultaneous "
                "interval, grey ones cannot be told from 0. Named are the terms of the figure before, and others by the same "
                f"order, where there is room; all stand in tables/keyness-1.csv. {pages.n()}",
                f"Scatter of {len(frame)} terms, frequency against log-odds ratio.",
                comparison.study,
                comparison.reference,
                pages.groups,
            )


def topics(pages: Pages) -> None:
    """Topics, their words and exemplar passages."""
    results = pages.results
    if not results.plan.config.topics:
        return
    pages.heading("Topics")
    if results.topics is None or results.prevalence is None:
        pages.refuse(results.refusals["topics"])
        return
    model = results.topics
    frame = FIGURES["topics"].layout(results.prevalence, model.details["terms"])
    params = model.params
    pages.figure(
        "topics",
        "topics",
        frame,
        f"Which topics are more prevalent in which group? {params['k']} topics over {len(model.units):,} passages of about "
        f"{params['passage_size']} tokens ({params['engine']}, one worker, seed {params['seed']}), conditional on the fitted model: the "
        f"intervals do not cover its own uncertainty. Words by relevance. Sorted by the difference. {pages.bars(thick=False)} {pages.n()}",
        "Prevalence of topics by group: "
        + "; ".join(f"{r.item} ({r.words}) {r.stratum} {number(r.estimate)}%" for r in frame.itertuples()),
        pages.groups,
    )
    quality = model.details["topics"]
    words = frame.drop_duplicates("item").set_index("item")["words"]
    rows = [[r.label, words[r.label], number(100 * r.prevalence), number(r.coherence, 2)] for r in quality.itertuples()]
    full = quality.assign(words=quality["label"].map(words))
    pages.blocks.append(
        TableBlock(
            "topics",
            "The topics: prevalence over all passages in %, and coherence (normalised pointwise mutual information of the ten top "
            "words; 0 is chance, 1 is always together).",
            ["Topic", "Top words by relevance", "Prevalence", "Coherence"],
            rows,
            full,
            ["left", "left", "right", "right"],
            [0.6, 5.0, 0.9, 0.9],
        )
    )
    pages.tables["topic-terms"] = model.details["terms"]
    pages.tables["topic-prevalence"] = results.prevalence.table.drop(columns=["log_p", "q"])
    encoded = results.encoded
    if encoded.texts is None:
        return
    items, every = [], []
    for t in range(model.values.shape[1]):
        best = exemplars(model, t)
        for rank, unit in enumerate(best.itertuples()):
            text = " ".join(
                encoded.texts[int(unit.turn)][
                    int(encoded.starts[int(unit.start)]) : int(encoded.ends[int(unit.stop) - 1]) + 1
                ].split()
            )
            record = results.documents.iloc[int(unit.document)]
            every.append((t + 1, rank + 1, record["doc_id"], record["date"], unit.share, text))
            short = text if len(text) <= 230 else text[:230].rpartition(" ")[0] + " ..."
            source = f"T{t + 1}, {number(100 * unit.share, 0)}% of the passage; {record['title']}"
            items.append(EvidenceItem([(short, "")], source))
    pages.tables["topic-exemplars"] = pd.DataFrame(every, columns=["topic", "rank", "doc_id", "date", "share", "text"])
    pages.blocks.append(Evidence("Three exemplar passages of each topic (their beginnings)", items))
