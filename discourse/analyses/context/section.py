"""What the report says of the contexts of a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from discourse.analyses.context.measure import ContextFound
from discourse.analyses.say import Say
from discourse.features.vectors import PACKAGE
from discourse.figures.kinds import Cosines, Neighbours
from discourse.report.blocks import Block, DataTable, Figure, Formula, Heading, Paragraph, Refusal, Table
from discourse.report.words import counted, listed, number, probability, span
from discourse.types import Comparison

DIGITS = 2
SUMMED_UP = 6  # words on the first page
UNUSED = ["time", "log_p", "q", "n_tokens"]  # columns of a comparison that are empty here


def section(found: ContextFound, say: Say) -> Iterator[Block]:
    """Distances between the groups, the words nearest to each, and the words whose cosine differs."""
    assert found.every is not None
    yield Heading(say("heading"))
    yield Paragraph(say("opening", coverage=found.coverage))
    for group in say.groups:
        row = _levels(found.every, group).iloc[0]
        if row["note"]:
            yield Refusal(say("too_little", group=group, said=say.note(row)))
    if len(found.distances):
        yield _distances(found.distances, say)
    frame = neighbours(found.every, say.groups, say.settings.show)
    values = {"counts": _counts(found.every, say), "family": found.every.params["family"], "groups": len(say.groups)}
    if len(frame):
        alt = say("neighbours_alt", listed="; ".join(f"{g}: {', '.join(_own(frame, g))}" for g in _panels(frame)))
        near = Neighbours(say.groups)
        yield Figure(say.name("context-neighbours"), frame, near, say("neighbours", **values), alt, of="neighbours")
    frame = cosines_shown(found, say.settings.show)
    if len(frame):
        differences = frame[frame["contrast"] == "difference"]
        values |= {
            "named": int((frame.drop_duplicates("item")["block"] == "named").sum()),
            "moved": int((frame.drop_duplicates("item")["block"] == "moved").sum()),
            "clear": len(clear(found.every)),
        }
        alt = say(
            "words_alt", listed="; ".join(f"{r.item} {number(r.estimate, DIGITS)}" for r in differences.itertuples())
        )
        kind = Cosines(say.groups, say.study, say.reference)
        yield Figure(say.name("context-words"), frame, kind, say("words", **values), alt, of="context")
    yield DataTable(say.name("context-candidates"), found.every.table.drop(columns=UNUSED))
    if found.named is not None:
        yield DataTable(say.name("context-named"), found.named.table.drop(columns=UNUSED))


def _levels(comparison: Comparison, group: str) -> pd.DataFrame:
    """The rows of a group."""
    table = comparison.table
    return table[(table["contrast"] == "level") & (table["stratum"] == group)]


def _differences(comparison: Comparison) -> pd.DataFrame:
    """The rows of the main contrast, where there is one."""
    table = comparison.table
    return table[(table["contrast"] == "difference") & table["estimate"].notna()]


def _panels(frame: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(frame["panel"]))


def _own(frame: pd.DataFrame, group: str) -> list[str]:
    """The neighbours of a group."""
    return list(dict.fromkeys(frame.loc[frame["panel"] == group, "item"]))


def neighbours(every: Comparison, groups: list[str], show: int) -> pd.DataFrame:
    """The words nearest to each group: `panel`, `rank`, `item`, `stratum`, `estimate`, `low`, `high`."""
    parts = []
    for group in groups:
        nearest = _levels(every, group).dropna(subset="estimate").nlargest(show, "estimate")["item"].tolist()
        rank = {item: k + 1 for k, item in enumerate(nearest)}
        for other in groups:
            level = _levels(every, other).dropna(subset="estimate")
            level = level[level["item"].isin(nearest)]
            parts.append(level.assign(panel=group, rank=level["item"].map(rank)))
    columns = ["panel", "rank", "item", "stratum", "estimate", "low", "high"]
    frame = pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)
    place = {group: k for k, group in enumerate(groups)}
    order = frame.assign(_panel=frame["panel"].map(place), _group=frame["stratum"].map(place))
    return order.sort_values(["_panel", "rank", "_group"])[columns].reset_index(drop=True)


def clear(every: Comparison) -> pd.DataFrame:
    """Candidates whose cosine differs between study and reference, by the interval for all candidates."""
    table = _differences(every)
    return table[(table["low"] > 0) | (table["high"] < 0)]


def moved(every: Comparison, show: int, without: Sequence[str] = ()) -> list[str]:
    """Words whose cosine differs most at the cautious end of the interval, half of them on either side."""
    table = clear(every)
    table = table[~table["item"].isin(without)]
    up = table[table["low"] > 0].nlargest(show // 2, "low")
    down = table[table["high"] < 0].nsmallest(show // 2, "high")
    return [*up["item"], *down["item"]]


def cosines_shown(found: ContextFound, show: int) -> pd.DataFrame:
    """Rows of the figure: the words that were named, then those that moved, each sorted by the difference.

    `block` (named, moved), `contrast` (level, difference), `item`, `stratum`, `estimate`, `low`, `high`.
    """
    assert found.every is not None
    columns = ["block", "contrast", "item", "stratum", "estimate", "low", "high"]
    named = list(dict.fromkeys(found.named.table["item"])) if found.named is not None else []
    also = moved(found.every, show, named)
    parts = []
    for block, comparison, items in (("named", found.named, named), ("moved", found.every, also)):
        if comparison is None or not items:
            continue
        table = comparison.table[
            comparison.table["item"].isin(items) & comparison.table["contrast"].isin(["level", "difference"])
        ].dropna(subset="estimate")
        of = _differences(comparison).set_index("item")["estimate"]
        order = {item: k for k, item in enumerate(sorted(items, key=lambda i: (-float(of.get(i, 0.0)), i)))}
        table = table.assign(block=block, _order=table["item"].map(order))
        parts.append(table.sort_values("_order", kind="stable")[columns])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _counts(every: Comparison, say: Say) -> str:
    """Mentions, documents and clusters of each group: the n of these figures."""
    parts = []
    for group in say.groups:
        row = _levels(every, group).iloc[0]
        clusters = f" by {counted(int(row['n_clusters']), say.data.design.cluster_name)}"
        documents = counted(int(row["n_documents"]), "document")
        by = clusters if say.data.design.cluster is not None else ""
        parts.append(f"{group} {counted(int(row['n_mentions']), 'mention')} in {documents}{by}")
    return "n: " + "; ".join(parts) + "."


def _distances(distances: pd.DataFrame, say: Say) -> Table:
    """Squared distances, their noise, and the tests."""
    kinds = {c.name: say.contrast(c) for c in [*say.data.contrasts, *say.data.further]}
    rows = [
        [
            kinds[str(r.stratum)],
            *(number(v, DIGITS) for v in (r.squared, r.noise, r.deflated)),
            probability(r.p),
            f"{r.n_mentions:,}",
        ]
        for r in distances.itertuples()
    ]
    columns = ["", "Squared distance", "Noise in it", "Deflated", "p", "Mentions"]
    return Table(say.name("context-distances"), say("distances"), columns, rows, distances, ["left"] + ["right"] * 5)


def words(found: ContextFound) -> Iterator[str]:
    """The words that the config names, then those nearest to any group."""
    if found.named is not None:
        yield from found.named.table["item"]
    if found.every is not None:
        levels = found.every.table[found.every.table["contrast"] == "level"]
        yield from levels.sort_values("estimate", ascending=False, kind="stable")["item"]


def summary(found: ContextFound, say: Say) -> Iterator[str]:
    """The words that move most, with their cosines."""
    if found.too_little or found.every is None or _differences(found.every).empty:
        return
    table = clear(found.every)
    chosen = table[table["item"].isin(moved(found.every, SUMMED_UP))]
    named = _differences(found.named) if found.named is not None else chosen.iloc[:0]
    yield say(
        "summary",
        clear=len(table),
        family=found.every.params["family"],
        named=listed(_with_intervals(named)),
        # Beside words that were named in advance, those that were found need no numbers on the first page.
        up=_with_intervals(chosen[chosen["estimate"] > 0], bare=len(named) > 0),
        down=_with_intervals(chosen[chosen["estimate"] < 0], bare=len(named) > 0),
    )


def _with_intervals(table: pd.DataFrame, *, bare: bool = False) -> list[str]:
    """Words with their differences, the clearest first; without numbers where they are bare."""
    rows = table.reindex(table["estimate"].abs().sort_values(ascending=False, kind="stable").index).itertuples()
    ends = {r.item: "" if bare else f" {number(r.estimate, DIGITS)} {span(r.low, r.high, DIGITS)}" for r in rows}
    return [f"“{item}”{end}" for item, end in ends.items()]


def limits(found: ContextFound, say: Say) -> Iterator[str]:
    """Whose meanings the vectors have; once for all targets."""
    if not found.too_little and say.target == say.targets[0]:
        yield say("limits", package=say.settings.vectors == PACKAGE, file=found.vectors)


def methods(found: ContextFound, say: Say) -> Iterator[Block]:
    """The estimator, once for all targets."""
    if found.too_little or say.target != say.targets[0]:
        return
    yield Heading(say("methods_heading"), 2)
    values = {"package": say.settings.vectors == PACKAGE, "file": found.vectors, "learnt": found.learnt}
    yield Formula("alc", say("methods_vectors", **values))
    yield Formula("alc_cosine", say("methods_cosine"))
    yield Formula("deflated", say("methods_distance"))


def record(found: ContextFound, settings: object) -> dict[str, object]:
    """What `run.json` says."""
    return {} if found.too_little else {"vectors": found.vectors, "learnt": found.learnt, "coverage": found.coverage}
