"""Is it the era, or an event within it? A group before and since a date, each against the other group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from pydantic import Field

from discourse.analyses.base import Analysis, Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Outcome
from discourse.analyses.say import Say
from discourse.analyses.settings import Day, Names, Settings
from discourse.compare.permutation import permutation_test
from discourse.compare.quantities import Contrast, Quantities
from discourse.compare.ratios import compare
from discourse.compare.resample import Design
from discourse.errors import DatesTooCoarse, SettingError, TooLittleText, did_you_mean
from discourse.figures.frames import layout_levels
from discourse.figures.kinds import Components
from discourse.report.blocks import Block, DataTable, Figure, Heading, Refusal, Table
from discourse.report.words import excludes_zero, number, probability, span

MOST_ITEMS = 10  # of an outcome with many items: those whose difference is largest


class RivalSettings(Settings):
    """An event within a group that may explain a difference between the groups."""

    date: Day = Field(description="First day since the event")
    name: str = Field("the event", description='The event in running text: "the invasion of 2022"')
    group: str = Field("", description="Group within which it lies; the study group by default")

    def problems(self, names: Names) -> Iterable[SettingError]:
        """A group that does not exist, or that is not compared."""
        compared = names.sections.get("compare")
        if (
            self.group in names.groups
            and compared is not None
            and self.group not in (compared.study, compared.reference)
        ):
            said = f'"{self.group}" is neither study nor reference ({compared.study}, {compared.reference})'
            yield SettingError(("group",), said)
        if self.group and self.group not in names.groups:
            yield SettingError(
                ("group",), f'there is no group "{self.group}". {did_you_mean(self.group, names.groups)}'
            )
        if not names.contrast:
            yield SettingError((), "it needs a contrast: add compare: with study and reference")


class Account(StrEnum):
    """Which of two accounts of a difference the parts of a group bear out."""

    ERA = "era"
    EVENT = "event"
    BOTH = "both"
    OPPOSED = "opposed"
    NEITHER = "inconclusive"


@dataclass(frozen=True)
class RivalFound(Found):
    """The parts of a group.

    Parameters
    ----------
    names : sequence of str
        The other group, and the group before and since the event.
    n : sequence of int
        Documents of each.
    levels : DataFrame
        Levels of the three, one row for each outcome and part (`layout_levels`), with `key` and `target`.
    table : DataFrame
        One row for each outcome and item: `key`, `target`, `item`, the difference before the event against the other group
        (`era`, `era_low`, `era_high`, `era_p`), the change with the event (`event`...), `account`.
    """

    names: Sequence[str] = ()
    n: Sequence[int] = ()
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    table: pd.DataFrame = field(default_factory=pd.DataFrame)


def compute(data: Data, settings: RivalSettings, outcomes: Sequence[Outcome]) -> RivalFound:
    """Compare what a group was before the event with the other group, and what it is since with what it was before."""
    assert data.pair is not None
    design, sign = _parts(data, settings)
    n = [len(design.documents(g)) for g in range(3)]
    if min(n) < data.min_documents:
        raise TooLittleText(
            f"{design.names[1]} and {design.names[2]} apart",
            "n = " + ", ".join(map(str, n[1:])) + " documents",
            f"at least {data.min_documents} documents in each",
        )
    contrasts = [
        Contrast("era", [(1.0, [1]), (-1.0, [0])], "pair"),
        Contrast("event", [(1.0, [2]), (-1.0, [1])], "pair"),
    ]
    levels, rows = [], []
    for outcome in outcomes:
        items = _items(outcome)
        if not items:
            continue
        place = {item: k for k, item in enumerate(outcome.quantities.items)}
        q = outcome.quantities.only([place[i] for i in items])
        found = compare(
            q,
            design,
            contrasts,
            min_documents=data.min_documents,
            min_denominator=outcome.min_denominator,
            needed_documents=outcome.needed_documents,
        )
        if outcome.joint:
            levels.append(layout_levels(found).assign(key=outcome.key, target=outcome.target))
        mine = _rows(outcome, q, design, contrasts, found.table, data.units[0])
        rows += [row | {"account": str(account(row, sign * _whole(outcome, str(row["item"]))))} for row in mine]
    return RivalFound(
        (),
        (),
        [str(x) for x in design.names],
        n,
        pd.concat(levels, ignore_index=True) if levels else pd.DataFrame(),
        pd.DataFrame(rows),
    )


def _parts(data: Data, settings: RivalSettings) -> tuple[Design, float]:
    """The other group, the group before and since the event; and 1 where that group is the study group, -1 where not."""
    assert data.pair is not None
    names = [str(n) for n in data.design.names]
    study, reference = data.pair
    own = names.index(settings.group) if settings.group else study
    other = reference if own == study else study
    earlier, unknown = data.before(settings.date)
    ours = data.design.group == own
    if (ours & unknown).any():
        raise DatesTooCoarse(f"{names[own]} before and since {settings.date}", data.known(ours))
    since = ~earlier
    group = np.full(len(since), -1)
    for k, inside in enumerate(
        (data.design.group == other, (data.design.group == own) & ~since, (data.design.group == own) & since)
    ):
        group[inside] = k
    labels = [names[other], f"{names[own]}, before {settings.name}", f"{names[own]}, since {settings.name}"]
    return replace(data.design, group=group, names=labels, strata=None), 1.0 if own == study else -1.0


def _items(outcome: Outcome) -> list[str]:
    """The item of a joint outcome; of the others those whose difference excludes 0, the largest first."""
    if outcome.joint:
        return [outcome.item] if outcome.difference() is not None else []
    table = outcome.table
    if not outcome.target or "low" not in table:
        return []
    table = table[(table["contrast"] != "level") & ((table["low"] > 0) | (table["high"] < 0))]
    if "difference" in set(table["contrast"]):
        table = table[table["contrast"] == "difference"]
    order = table["estimate"].abs().sort_values(ascending=False, kind="stable").index
    return list(dict.fromkeys(table.loc[order, "item"]))[:MOST_ITEMS]


def _rows(
    outcome: Outcome, q: Quantities, design: Design, contrasts: Sequence[Contrast], table: pd.DataFrame, unit: str
) -> list[dict[str, object]]:
    """A row for each item: both differences with their intervals and tests."""
    rows: list[dict[str, object]] = [{"key": outcome.key, "target": outcome.target, "item": item} for item in q.items]
    for contrast in contrasts:
        part = table[table["stratum"] == contrast.name].set_index("item")
        tested = permutation_test([q], design, contrast, unit=unit).table.set_index("item")
        for row in rows:
            one, name = part.loc[row["item"]], contrast.name
            row |= {name: one["estimate"], f"{name}_low": one["low"], f"{name}_high": one["high"]}
            row[f"{name}_p"] = tested.loc[row["item"], "p"] if one["low"] == one["low"] else np.nan
    return rows


def _whole(outcome: Outcome, item: str) -> float:
    """The difference of study and reference of one item."""
    table = outcome.table[outcome.table["item"] == item]
    main = table[table["contrast"] == "difference"]
    # Terms have one contrast, of a kind of its own.
    return float((main if len(main) else table)["estimate"].iloc[-1])


def account(row: dict[str, object], whole: float) -> Account:
    """Which account the two differences bear out.

    Parameters
    ----------
    row : mapping
        `era`, `event` with `_low` and `_high`.
    whole : float
        The difference of the whole groups.

    Examples
    --------
    >>> account({"era": 2.0, "era_low": 1.0, "era_high": 3.0, "event": 0.1, "event_low": -1.0, "event_high": 1.2}, 2.1)
    <Account.ERA: 'era'>
    """
    clear = {}
    for name in ("era", "event"):
        low, high = (float(row[f"{name}_{end}"]) for end in ("low", "high"))  # type: ignore[arg-type]
        clear[name] = np.sign(float(row[name])) if excludes_zero(low, high) else 0.0  # type: ignore[arg-type]
    if clear["era"] == -clear["event"] != 0:
        return Account.OPPOSED
    same = {name: sign == np.sign(whole) and sign != 0 for name, sign in clear.items()}
    if same["era"] and same["event"]:
        return Account.BOTH
    return Account.ERA if same["era"] else Account.EVENT if same["event"] else Account.NEITHER


def section(found: RivalFound, say: Say) -> Iterator[Block]:
    """Levels of the three parts by target, and a table of both differences."""
    yield Heading(say("heading"))
    for refusal in found.refusals:
        yield Refusal(str(refusal))
    if found.table.empty:
        return
    for target in dict.fromkeys(found.levels["target"]) if len(found.levels) else ():
        about = say.about(target) if target else say
        yield _figure(found, target, about)
    yield _table(found, say)
    yield DataTable("rival", found.table)


def _figure(found: RivalFound, target: str, say: Say) -> Figure:
    """Levels of the joint outcomes in the three parts."""
    frame = found.levels[found.levels["target"] == target].drop(columns=["key", "target"]).reset_index(drop=True)
    outcomes = {o.item: o for o in say.outcomes if o.joint and o.target == target}
    kind = Components(found.names, {item: outcomes[item].unit for item in dict.fromkeys(frame["item"])})
    listed = "; ".join(
        f"{r.item}, {r.stratum}: {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in frame.itertuples()
    )
    parts = [f"{name} {n:,}" for name, n in zip(found.names, found.n)]
    caption = say("levels", parts=parts)
    return Figure(say.reviewed("rival"), frame, kind, caption, say("levels_alt", listed=listed), of="rival")


def _account(row: Mapping[str, object], outcome: Outcome, say: Say) -> str:
    """Which account a row bears out; of a measure that is not validated with that."""
    words = say(f"account_{row['account']}")
    measured = say.as_measured(outcome) if row["account"] != Account.NEITHER else ""
    return f"{words}, {measured}" if measured else words


def _table(found: RivalFound, say: Say) -> Table:
    """A row for each outcome and item."""
    outcomes = {o.identity: o for o in say.outcomes}
    rows = []
    for r in found.table.to_dict("records"):
        o = outcomes[r["key"], r["target"]]
        name = o.name if o.joint else f"{o.labels.get(r['item'], r['item'])} ({o.name})"
        cells = [name[:1].upper() + name[1:]]
        for part in ("era", "event"):
            bounds = span(r[f"{part}_low"], r[f"{part}_high"], o.digits)
            cells += [f"{number(r[part], o.digits)} {bounds}", probability(r[f"{part}_p"])]
        rows.append([*cells, _account(r, o, say)])
    heads = [
        "",
        say("head_era", names=found.names),
        "p",
        say("head_event"),
        "p",
        say("head_account"),
    ]
    align = ["left", "right", "right", "right", "right", "left"]
    return Table("rival", say("table"), heads, rows, found.table, align, [2.3, 1.8, 0.7, 1.8, 0.7, 1.5])


def summary(found: RivalFound, say: Say) -> Iterator[str]:
    """For the joint outcomes: the difference before the event, and the change with it."""
    outcomes = {o.identity: o for o in say.outcomes}
    parts = []
    for r in found.table.to_dict("records"):
        o = outcomes[r["key"], r["target"]]
        if o.joint:
            parts.append(say("summary_part", outcome=o, row=r, account=_account(r, o, say)))
    if parts:
        yield say("summary", listed="; ".join(parts))


analysis = Analysis(
    "rival",
    "Is it the era, or an event within it?",
    RivalSettings,
    compute,
    section,
    needs=("outcomes",),
    contrast=True,
    on=False,
    figures={"rival": "Is it the era, or an event within it?"},
    summary=summary,
    columns={
        "account": ("which account the two differences bear out: era, event, both, opposed or inconclusive", ""),
        "era": ("difference of the groups before the event", "as the estimate"),
        "era_high": ("upper end of its interval", "as the estimate"),
        "era_low": ("lower end of its interval", "as the estimate"),
        "era_p": ("permutation p-value", "0 to 1"),
        "event": ("change with the event within the group", "as the estimate"),
        "event_high": ("upper end of its interval", "as the estimate"),
        "event_low": ("lower end of its interval", "as the estimate"),
        "event_p": ("permutation p-value", "0 to 1"),
        "key": ("key of the outcome", ""),
    },
)
