"""The page that asks whether a difference is the mix, and what one document, speaker or day does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.experiment.builder import Pages
from discourse.experiment.inference import UNKNOWN, Answers
from discourse.experiment.inference_pages import NAMES, UNITS, main_pair
from discourse.experiment.stages import TargetResults
from discourse.experiment.words import digits_of, number, percent, span
from discourse.figures import FIGURES
from discourse.report import TableBlock


def mix(pages: Pages) -> None:
    """Is it the mix? Composition, and what one document, speaker or day does."""
    results = pages.results
    main = results.inference.main
    if not main:
        return
    pages.heading("Is it the mix?")
    study, reference = main_pair(pages)
    for found in results.targets:
        ours = [a for a in main if a.target == found.target.name]
        if not ours:
            continue
        if len(results.targets) > 1:
            pages.heading(found.target.name, 2)
        pages.about(found.target.name)
        _composition(pages, found, ours, study, reference)
        _influence(pages, ours, study, reference)
    pages.about()
    _items_mix(pages)


def _items_mix(pages: Pages) -> None:
    """How far the mix explains the differences of terms and topics."""
    inference = pages.results.inference
    rows, frames = [], []
    for name, mix_of in inference.mixes.items():
        if mix_of.empty:
            continue
        frames.append(mix_of.assign(name=name))
        known = inference.items[name].set_index("item")["certainty"]
        kind = (
            "topics" if name == "topics" else "terms" if name == "terms-1" else f"{name.removeprefix('terms-')}-grams"
        )
        for column, part in mix_of.groupby("column", sort=False):
            wide = part.pivot(index="item", columns="part", values="estimate")
            wide = wide[wide.index.map(known) != UNKNOWN]
            if wide.empty:
                continue
            turned = wide.index[np.sign(wide["within"]) != np.sign(wide["difference"])]
            mostly = wide.index[(wide["mix"] / wide["difference"] > 0.5)].difference(turned)
            shown = [f"{len(w)}: {', '.join(w[:6])}" if len(w) else "none" for w in (mostly, turned)]
            rows.append([f"{kind} by {column}", f"{len(wide)}", *shown])
    if not rows:
        return
    pages.blocks.append(
        TableBlock(
            "items-mix",
            "Is it the mix for terms and topics? Of those that differ or may differ (of the terms those with the clearest intervals): for how many the mix explains more than half "
            "of the difference, and for how many the change within turns round or is none. The parts with their intervals stand in the tables; speaker is "
            "who says most in a document.",
            ["", "n", "more than half is the mix", "within, none or the other way"],
            rows,
            pd.concat(frames, ignore_index=True),
            ["left", "right", "left", "left"],
            [1.4, 0.5, 3, 3],
        )
    )


def _composition(pages: Pages, found: TargetResults, ours: list[Answers], study: str, reference: str) -> None:
    design = pages.results.design
    splits = {a.measure: dict(a.composition.parts) for a in ours}
    names = {
        "difference": f"{study} minus {reference}",
        "mix": "different mix",
        "within": "change within",
        "only study": f"only in {study}",
        "only reference": f"only in {reference}",
    }
    frame = FIGURES["composition"].layout(splits, names)
    if frame.empty and not any(a.composition.refusals for a in ours):
        pages.say(
            "The documents have no column by which the mix could be told apart (compare: composition names speaker, kind, venue...; corpus: kinds "
            "tells kinds of documents by their titles)."
        )
        return
    columns = list(dict.fromkeys(frame["column"]))
    if columns:
        pages.figure(
            "composition",
            "composition",
            frame,
            f"Did the groups change how they speak of {found.target.name}, or who speaks and where? The difference (diamond) is the sum of the parts below it "
            "(Kitagawa 1955; several columns at once: Oaxaca 1973, Blinder 1973): what another mix explains, what changed within, "
            f"and what only one group has. Bars are {percent(design)} bootstrap intervals over {design.cluster_name}s. {pages.n()}",
            "Parts of the differences: "
            + "; ".join(
                f"{r.measure} by {r.column}, {r.label}: {number(r.estimate, 2)} {span(r.low, r.high, 2)}"
                for r in frame.itertuples()
            ),
            UNITS,
        )
    refusals: dict[str, str] = {}
    for a in ours:
        for column, text in a.composition.refusals.items():
            refusals.setdefault(column, text)
    for text in refusals.values():
        pages.refuse(text)
    strata = [
        table.assign(measure=a.measure, column=column) for a in ours for column, table in a.composition.strata.items()
    ]
    if not strata:
        return
    every = pd.concat(strata, ignore_index=True)
    every = every[
        ["measure", "column", "stratum", "share_study", "share_reference", "study", "reference", "mix", "within"]
    ]
    first = every[every["measure"] == ours[0].measure].copy()
    first["size"] = first[["mix", "within"]].abs().sum(axis=1)
    first = first[first["size"] > 0]
    shown = pd.concat([p.nlargest(6, "size", keep="first") for _, p in first.groupby("column", sort=False)])
    digits = digits_of(ours[0].measure)
    pages.blocks.append(
        TableBlock(
            pages.name("composition"),
            f"What adds most to the parts of the difference in {NAMES[ours[0].measure]}: share of each stratum in the text, its own value, and what its share "
            "(mix) and its change (within) add. All strata and both measures stand in the tables.",
            [
                "",
                "",
                f"share, {study}",
                f"share, {reference}",
                f"value, {study}",
                f"value, {reference}",
                "mix",
                "within",
            ],
            [
                [
                    str(r.column),
                    str(r.stratum),
                    f"{number(100 * float(r.share_study))}%",
                    f"{number(100 * float(r.share_reference))}%",
                    *(number(float(v), digits) for v in (r.study, r.reference, r.mix, r.within)),
                ]
                for r in shown.itertuples()
            ],
            every,
            ["left", "left"] + ["right"] * 6,
            [0.8, 2.0, 1, 1, 1, 1, 0.8, 0.8],
        )
    )


def _influence(pages: Pages, ours: list[Answers], study: str, reference: str) -> None:
    """Without which document, speaker or day the difference would change most."""
    results = pages.results
    documents = results.documents
    rows, frames = [], []
    for a in ours:
        for what, table in a.influence.items():
            named = table.drop(columns="item").assign(measure=a.measure, unit=what)
            if what == "document":
                at = table["label"].to_numpy(int)
                named["label"] = documents["title"].to_numpy()[at]
                named["doc_id"] = documents["doc_id"].to_numpy()[at]
            frames.append(named)
            digits = 1 if a.measure == "salience" else 3
            for row in named.head(3 if what == "document" else 1).itertuples():
                rows.append(
                    [
                        NAMES[a.measure],
                        what,
                        str(row.label),
                        number(float(row.estimate), digits),
                        number(float(row.change), digits),
                    ]
                )
    frame = pd.concat(frames, ignore_index=True)
    columns = ["measure", "unit", "doc_id", "label", "estimate", "change"]
    pages.blocks.append(
        TableBlock(
            pages.name("influence"),
            f"Without which document, speaker or day would the difference in how {ours[0].target} is spoken of ({study} minus {reference}) change most? All "
            "stand in the tables.",
            ["Measure", "Left out: one", "Which", "Difference without it", "Change"],
            rows,
            frame.reindex(columns=columns),
            ["left", "left", "left", "right", "right"],
            [0.9, 0.9, 2.8, 1.1, 0.8],
        )
    )
