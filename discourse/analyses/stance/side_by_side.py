"""Several measures of the same mentions side by side: how far they agree, and the contrast under each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data
from discourse.analyses.mentions import counted_at_home
from discourse.analyses.say import Say
from discourse.analyses.stance.label_files import ABOUT
from discourse.analyses.stance.labels import unlabelled
from discourse.analyses.stance.records import validations_of
from discourse.analyses.stance.settings import StanceSettings
from discourse.analyses.stance.validation import Measure
from discourse.compare.agreement import agreement
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.ratios import compare
from discourse.errors import TooLittleText
from discourse.features.stance import CLASSES
from discourse.features.target import Target
from discourse.figures.frames import layout_sensitivity
from discourse.figures.kinds import Choices
from discourse.report.blocks import Block, DataTable, Figure, Paragraph, Table
from discourse.report.words import number, span
from discourse.types import Features

DIFFERENCE = "item == 'corrected' and contrast == 'difference'"
MEASURED = ("evaluation", "conflictual", "cooperative")
COLUMNS = (
    "name", "measure", "contrast", "stratum", "estimate", "low", "high", "low_document", "high_document", "n_documents", "note",
)  # fmt: skip


@dataclass(frozen=True)
class SideBySide:
    """Measures of the same mentions.

    Parameters
    ----------
    names : sequence of str
        The measures; that of the report first.
    package : str
        Which of them is the measure of the package.
    n : int
        Mentions in the groups that all of them measure.
    missing : int
        Mentions in the groups that are left out, for lack of a label.
    agreement : DataFrame
        One row for each pair: `first`, `second`, `n`, `same` (% of mentions in the same class), `ordinal` and `nominal`
        (Krippendorff's alpha).
    confusion : DataFrame
        `first`, `second`, `code_first`, `code_second`, `n`.
    compared : DataFrame
        `name` (of the measure), `measure` (evaluation, or the share of a class in percent), `contrast` (level or difference), `stratum`,
        and what `compare` says of it.
    coded : DataFrame
        What coded mentions say of each measure: `name`, `n_coded`, macro-F1 of the classes (`f1`, `f1_low`, `f1_high`) and the main
        difference of evaluation after correction for error (`estimate`, `low`, `high`); empty without codes.
    """

    names: Sequence[str]
    package: str
    n: int
    missing: int
    agreement: pd.DataFrame
    confusion: pd.DataFrame
    compared: pd.DataFrame
    coded: pd.DataFrame

    @property
    def differences(self) -> pd.DataFrame:
        """The main difference under each measure; empty where nothing is compared."""
        return self.compared[self.compared["contrast"] == "difference"].reset_index(drop=True)


def compare_measures(
    data: Data,
    settings: StanceSettings,
    target: Target,
    features: Features,
    counted: np.ndarray,
    contrasts: Sequence[Contrast],
) -> SideBySide:
    """Agreement of the measures, and the contrast under each.

    Parameters
    ----------
    data : Data
        Groups and units.
    settings : StanceSettings
        Thresholds below which no number is printed, and where codes are kept.
    target : Target
        What is mentioned.
    features : Features
        From `with_labels`.
    counted : ndarray of bool, shape (n_mentions,)
        Mentions in the groups that count.
    contrasts : sequence of Contrast
        Those that may be made.
    """
    table = features.details["measures"]
    names = list(dict.fromkeys(table["measure"]))
    classes = table.pivot(index="mention", columns="measure", values="class_").reindex(np.flatnonzero(counted))[names]
    pairs, confusion = _agreement(classes.astype(object))
    return SideBySide(
        names,
        str(features.params["package"]),
        int(counted.sum()),
        int(unlabelled(features, data).sum()),
        pairs,
        confusion,
        _compared(data, settings, features, names, contrasts),
        _coded(data, settings, target, features, counted),
    )


def _agreement(classes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Agreement of each pair in the classes, and who calls what what."""
    rows, tables = [], []
    for first, second in combinations(classes.columns, 2):
        pair = classes[[first, second]]
        row = {"first": first, "second": second, "n": len(pair), "same": np.nan, "ordinal": np.nan, "nominal": np.nan}
        try:
            # Mentions of one document resemble each other: an interval over mentions would be too narrow, and is not shown.
            ordinal, nominal = (
                agreement(pair, CLASSES, variable="stance", level=level, resamples=1)
                for level in ("ordinal", "nominal")
            )
        except TooLittleText:
            rows.append(row)
            continue
        same = 100 * float((pair[first] == pair[second]).mean())
        rows.append(row | {"same": same, "ordinal": ordinal.alpha, "nominal": nominal.alpha})
        tables.append(nominal.confusion)
    empty = pd.DataFrame(columns=["first", "second", "code_first", "code_second", "n"])
    return pd.DataFrame(rows), pd.concat(tables, ignore_index=True) if tables else empty


def _sums(documents: np.ndarray, part: pd.DataFrame, n: int) -> dict[str, np.ndarray]:
    """By document the sum of the evaluations, and the mentions of each class."""
    classes = part["class_"].to_numpy()
    return {
        "evaluation": np.bincount(documents, part["evaluation"].to_numpy(float), n),
        **{str(c): np.bincount(documents, classes == c, n) for c in CLASSES},
    }


def _by_measure(
    features: Features, rows: np.ndarray, names: Sequence[str]
) -> Iterator[tuple[str, np.ndarray, pd.DataFrame]]:
    """Each measure with the documents of some mentions and what it says of them."""
    documents = features.units["document"].to_numpy(np.int64)
    table = features.details["measures"]
    for name in names:
        part = table[table["measure"] == name].set_index("mention").reindex(rows)
        yield name, documents[rows], part


def _compared(
    data: Data, settings: StanceSettings, features: Features, names: Sequence[str], contrasts: Sequence[Contrast]
) -> pd.DataFrame:
    """Levels of the groups and the main difference under each measure, in evaluation and in the shares of two classes."""
    rows, n = np.flatnonzero(counted_at_home(data, features.units)), len(data.documents)
    sums = {name: _sums(documents, part, n) for name, documents, part in _by_measure(features, rows, names)}
    mentions = np.bincount(features.units["document"].to_numpy(np.int64)[rows], minlength=n).astype(float)
    parts = []
    for measure in MEASURED:
        share = measure != "evaluation"
        quantities = Quantities(
            f"{measure} by several measures",
            np.column_stack([sums[name][measure] for name in names]).astype(float),
            mentions,
            list(names),
            100.0 if share else 1.0,
            "% of mentions" if share else "mean evaluation per mention",
            (0.0, 100.0) if share else (-1.0, 1.0),
            target=features.target,
        )
        table = compare(
            quantities,
            data.design,
            contrasts,
            min_documents=data.min_documents,
            min_denominator=settings.min_mentions,
            needed_documents=settings.min_documents,
        ).table
        parts.append(table.rename(columns={"item": "name"}).assign(measure=measure))
    every = pd.concat(parts, ignore_index=True)
    return every.loc[every["contrast"].isin(("level", "difference")), list(COLUMNS)].reset_index(drop=True)


def _coded(
    data: Data, settings: StanceSettings, target: Target, features: Features, counted: np.ndarray
) -> pd.DataFrame:
    """What coded mentions say of each measure."""
    table, measures = features.details["measures"], dict[str, Features]()
    for name, part in table.groupby("measure", sort=False):
        part = part.set_index("mention").reindex(np.arange(len(features.units)))
        values = features.values.copy()
        values[:, 0] = part["evaluation"]
        units = features.units.assign(class_=part["class_"].fillna("").to_numpy(object))
        measures[str(name)] = replace(features, values=values, units=units)
    rows = []
    for name, found in validations_of(measures, counted, data, settings, target).items():
        f1, corrected = found.of(Measure.CLASS), found.corrected
        row = {"name": name, "n_coded": f1.n_coded, "f1": f1.estimate, "f1_low": f1.low, "f1_high": f1.high}
        difference = pd.DataFrame() if corrected is None else corrected.table.query(DIFFERENCE)
        for column in ("estimate", "low", "high"):
            row[column] = float(difference[column].iloc[0]) if len(difference) else np.nan
        rows.append(row)
    columns = ["name", "n_coded", "f1", "f1_low", "f1_high", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def source_in_words(params: Mapping[str, Any], side: SideBySide | None, say: Say) -> str:
    """Whose labels a figure shows and how many mentions lack one; empty where the measure is that of the package.

    Parameters
    ----------
    params : mapping
        Of the features.
    side : SideBySide, optional
        What was found.
    say : Say
        The voice of the section.
    """
    if not params.get("labelled_by"):
        return ""
    name, missing = str(params["labelled_by"]), 0 if side is None else side.missing
    labelled = [str(c) for c in params["labelled"]]
    return " " + say("labels.source", name=name, about=_about(params)[name], labelled=labelled, missing=missing)


def measures_section(side: SideBySide | None, say: Say) -> Iterator[Block]:
    """Agreement of the measures and the contrast under each."""
    if side is None:
        return
    yield Paragraph(say("labels.side_by_side", side=side))
    yield _agreement_table(side, say)
    yield DataTable(say.name("measures-confusion"), side.confusion)
    yield _contrast_table(side, say)
    if not side.coded.empty:
        yield _coded_table(side, say)
    if side.differences.empty:
        return
    frame = layout_sensitivity(side.differences)
    titles = {m: say(f"short_{m}") for m in MEASURED}
    listed = "; ".join(
        f"{r.name}, {titles[str(r.measure)]}: {number(r.estimate, 2)} {span(r.low, r.high, 2)}"
        for r in frame.itertuples(index=False)
    )
    kind = Choices(say.groups, say.study, say.reference, titles)
    caption = say("labels.figure", first=side.names[0], mentions=side.n)
    yield Figure(say.name("measures"), frame, kind, caption, say("labels.figure_alt", listed=listed), of="measures")


def _agreement_table(side: SideBySide, say: Say) -> Table:
    rows = [
        [r.first, r.second, f"{r.n:,}", number(r.same), number(r.ordinal, 2), number(r.nominal, 2)]
        for r in side.agreement.itertuples(index=False)
    ]
    heads = [say(f"labels.head_{k}") for k in ("first", "second", "n", "same", "ordinal", "nominal")]
    align = ["left", "left"] + ["right"] * 4
    return Table(say.name("measures-agreement"), say("labels.agreement"), heads, rows, side.agreement, align)


def _contrast_table(side: SideBySide, say: Say) -> Table:
    """Mean evaluation of each group and the difference under each measure."""
    rows, differences = [], not side.differences.empty
    every = side.compared[side.compared["measure"] == "evaluation"]
    for name in side.names:
        of = every[every["name"] == name].set_index("stratum")
        cells = [name, *(number(float(of.loc[g, "estimate"]), 2) for g in say.groups)]
        if differences:
            row = of[of["contrast"] == "difference"].iloc[0]
            cells += [number(row["estimate"], 2), span(row["low"], row["high"], 2)]
        rows.append(cells)
    heads = [say("labels.head_measure"), *say.groups]
    heads += [say("labels.head_difference"), say("labels.head_interval")] * differences
    caption = say("labels.contrast", compared=differences)
    align = ["left"] + ["right"] * (len(heads) - 1)
    return Table(say.name("measures-contrast"), caption, heads, rows, side.compared, align)


def _coded_table(side: SideBySide, say: Say) -> Table:
    """Agreement of each measure with the codes, and the difference that it gives when corrected by them."""
    rows = [
        [
            r.name,
            f"{r.n_coded:,}",
            f"{number(r.f1, 2)} {span(r.f1_low, r.f1_high, 2)}",
            f"{number(r.estimate, 2)} {span(r.low, r.high, 2)}",
        ]
        for r in side.coded.itertuples(index=False)
    ]
    heads = [say(f"labels.head_{k}") for k in ("measure", "coded", "f1", "corrected")]
    align = ["left"] + ["right"] * 3
    return Table(say.name("measures-coded"), say("labels.coded"), heads, rows, side.coded, align)


def labels_methods(params: Mapping[str, Any], say: Say) -> Iterator[Block]:
    """Where the labels come from; `params` are those of the features."""
    if params.get("labels"):
        yield Paragraph(say("labels.methods", labels=_about(params), labelled_by=params["labelled_by"]))


def _about(params: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What is known of the labels, by name; empty where it is not."""
    return {name: {k: about.get(k, "") for k in (*ABOUT, "sha256")} for name, about in params["labels"].items()}
