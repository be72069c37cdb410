"""Does a result depend on our choices? Every combination of those that the config names (Steegen et al. 2016)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.base import Analysis, Found, by_each
from discourse.analyses.data import Data
from discourse.analyses.outcome import Follow, Outcome
from discourse.analyses.rerun import Rerun
from discourse.analyses.review.multiverse import SHARED, Options, choices_of, multiverse_settings, options
from discourse.analyses.say import Say
from discourse.analyses.settings import Choice, Settings
from discourse.compare.ratios import contrasted
from discourse.compare.specifications import JointTest, Specification, joint_test
from discourse.errors import TooLittleText, UsageError
from discourse.figures.frames import layout_curve
from discourse.figures.kinds import Curve as CurveKind
from discourse.report.blocks import Block, Figure, Paragraph, Table
from discourse.report.words import number

MOST = 5000  # combinations, and seconds, beyond which the user is asked
MOST_SECONDS = 600.0


@dataclass(frozen=True)
class Curve:
    """One result under every combination of the choices that it can depend on.

    `table` has a column for each choice, `estimate`, `low`, `high`, `configured`; `choices` are those with several options, with what
    figures call them; `shares` says how much of the variance of the estimates each explains alone (eta squared); `joint` tests all
    specifications together, those apart that change the unit only.
    """

    outcome: str
    target: str
    label: str
    unit: str
    digits: int
    choices: Mapping[str, str]
    table: pd.DataFrame
    shares: pd.Series
    joint: JointTest | None = None

    @property
    def configured(self) -> float:
        """The estimate with the choices of the config."""
        return float(self.table.loc[self.table["configured"], "estimate"].iloc[0])

    @property
    def agreement(self) -> tuple[int, int, int, int]:
        """Specifications; those of the sign of the configured one; those that exclude 0 on its side, and on the other."""
        table = self.table[self.table["estimate"].notna() & (self.table["estimate"] != 0)]
        sign = np.sign(self.configured)
        same = int((np.sign(table["estimate"]) == sign).sum())
        up, down = int((table["low"] > 0).sum()), int((table["high"] < 0).sum())
        return (len(table), same, up, down) if sign > 0 else (len(table), same, down, up)


@dataclass(frozen=True)
class ChoicesFound(Found):
    """A curve for each result that is followed."""

    curves: Sequence[Curve] = ()

    def of(self, identity: tuple[str, str]) -> Curve | None:
        """The curve of an outcome."""
        return next((c for c in self.curves if (c.outcome, c.target) == identity), None)


@dataclass(frozen=True)
class _Followed:
    """A result that is followed, where it comes from, and the options of the choices that it depends on."""

    node: Any
    follow: Follow
    choices: tuple[Choice, ...]
    options: Mapping[str, Options]

    @property
    def n(self) -> int:
        """Number of specifications."""
        return math.prod(len(o) for o in self.options.values())

    def specifications(
        self, value: Callable[[tuple[str, ...]], Any]
    ) -> Iterator[tuple[dict[str, str], dict[tuple[str, ...], Any]]]:
        """Names of every combination, and the settings that it changes; the configured one first."""
        firsts = {c.name: next(iter(self.options[c.name])) for c in self.choices}
        for names in product(*(self.options[c.name] for c in self.choices)):
            changes = {}
            for choice, name in zip(self.choices, names):
                if name != firsts[choice.name]:
                    changes[choice.path] = choice.change(value(choice.path), self.options[choice.name][name])
            yield {c.name: name for c, name in zip(self.choices, names)}, changes


def compute(data: Data, settings: Settings, outcomes: Sequence[Outcome], rerun: Rerun) -> ChoicesFound:
    """Run every combination of choices for each result.

    Raises
    ------
    UsageError
        Where the combinations are many or slow and the user has not agreed.
    """
    followed = _followed(settings, rerun)
    _ask(followed, settings, data, outcomes, rerun)
    curves = []
    for one in followed:
        frame, specifications = _run(one, data, rerun)
        varied = tuple(c for c in one.choices if len(one.options[c.name]) > 1)
        names = [c.name for c in varied]
        follow = one.follow
        labels = {c.name: c.label or c.name for c in varied}
        shares = explained(frame, names)
        joint = joint_test(specifications, data.design, data.main, unit=data.units[0]) if specifications else None
        curve = Curve(follow.key, follow.target, follow.label, follow.unit, follow.digits, labels, frame, shares, joint)
        if len(frame) > 1 and frame["estimate"].notna().any():
            curves.append(curve)
    return ChoicesFound((), (), curves)


def _followed(settings: Settings, rerun: Rerun) -> list[_Followed]:
    """All results that are followed."""
    every, known = [], choices_of(type(settings))
    for node, found in rerun.nodes():
        own = [c for c in known if c in node.analysis.choices]
        for follow in (node.analysis.follow or by_each)(found):
            result = {}
            for choice in (*own, *SHARED):
                configured = follow.settings.get(choice.path[1], rerun.value(choice.path))
                allowed = follow.allowed.get(choice.name)
                found_options = options(choice, settings, configured)
                result[choice.name] = {k: v for k, v in found_options.items() if allowed is None or v in allowed}
            every.append(_Followed(node, follow, (*own, *SHARED), result))
    return every


def _run(one: _Followed, data: Data, rerun: Rerun) -> tuple[pd.DataFrame, list[Specification]]:
    """The main difference of a result under every specification, and the specifications that differ in more than the unit."""
    rows, specifications = [], []
    unit = SHARED[0].path
    outcome = next((o for o in rerun.outcomes(one.node) if o.identity == (one.follow.key, one.follow.target)), None)
    needs = (outcome.min_denominator, outcome.needed_documents) if outcome and outcome.min_denominator else (0.0, 1)
    for names, changes in one.specifications(rerun.value):
        row = {**names, "estimate": np.nan, "low": np.nan, "high": np.nan}
        try:
            other, found, settings = rerun.found(one.node, changes, one.follow.settings)
            q = one.follow.pick(found, settings)
        except TooLittleText:  # one without an estimate counts as well
            rows.append(row)
            continue
        if unit not in changes:
            specifications.append(Specification(q, np.isin(other.design.group, data.main.groups)))
        values = contrasted(
            q,
            other.design,
            data.main,
            min_documents=data.min_documents,
            min_denominator=needs[0],
            needed_documents=needs[1],
        )
        rows.append(row | {k: float(v[0]) for k, v in zip(("estimate", "low", "high"), values)})
    frame = pd.DataFrame(rows)
    frame["configured"] = np.arange(len(frame)) == 0  # the configured one comes first
    return frame, specifications


def _ask(
    followed: Sequence[_Followed], settings: Settings, data: Data, outcomes: Sequence[Outcome], rerun: Rerun
) -> None:
    """Stop where the combinations are many or slow and the user has not agreed; the time is that of one comparison each."""
    sizes = {
        c.name: max((len(f.options[c.name]) for f in followed if c.name in f.options), default=1)
        for c in choices_of(type(settings))
    }
    n, specifications = math.prod(sizes.values()), sum(f.n for f in followed)
    joint = next((o for o in outcomes if o.joint), None)
    if rerun.agreed or joint is None:
        return
    start = time.perf_counter()
    joint.compared(data, [data.main])
    total = (time.perf_counter() - start) * specifications + rerun.seconds_of(followed)
    if n > MOST or total > MOST_SECONDS:
        named = ", ".join(f"{c} {s}" for c, s in sizes.items() if s > 1)
        raise UsageError(
            f"multiverse: {n:,} combinations ({named}), {specifications:,} specifications of the results, will take about "
            f"{_duration(total)}. Run again with --yes, or name fewer choices."
        )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def explained(frame: pd.DataFrame, choices: Sequence[str]) -> pd.Series:
    """Share of the variance of the estimates that each choice explains alone: eta squared.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["1", "2", "1", "2"], "estimate": [0.0, 1.0, 3.0, 4.0]})
    >>> explained(frame, ("a", "b")).round(2).to_dict()
    {'a': 0.9, 'b': 0.1}
    """
    values = frame[frame["estimate"].notna()]
    total = ((values["estimate"] - values["estimate"].mean()) ** 2).sum()
    shares = {}
    for choice in choices:
        means = values.groupby(choice)["estimate"].transform("mean")
        # Estimates that agree to the last digits have no variance to explain.
        shares[choice] = float(((means - values["estimate"].mean()) ** 2).sum() / total) if total > 1e-24 else 0.0
    return pd.Series(shares, dtype=float)


def section(found: ChoicesFound, say: Say) -> Iterator[Block]:
    """A row and a specification curve for each result."""
    if not found.curves:
        return
    yield _agreement(found, say)
    for k, curve in enumerate(found.curves):
        if not curve.choices:
            continue
        frame = layout_curve(curve.table, list(curve.choices))
        kind = CurveKind(say.palette, list(curve.choices), dict(curve.choices), curve.unit)
        agreement = agreement_words(curve, say)
        caption = say("curve", label=curve.label, agreement=agreement, joint=curve.joint, digits=curve.digits)
        text = say("curve_alt", agreement=agreement)
        yield Figure(f"multiverse-{k + 1}", frame, kind, caption, text, of="multiverse")


def agreement_words(curve: Curve, say: Say) -> str:
    """How far the specifications agree, in words."""
    n, same, clear, other = curve.agreement
    none, unsure = int(curve.table["estimate"].isna().sum()), int(curve.table["low"].isna().sum())
    values = {"specifications": n, "same": same, "clear": clear, "other": other, "none": none}
    return say("agreement", unsure=unsure - none, **values)


def _agreement(found: ChoicesFound, say: Say) -> Table:
    """A row for each result: agreement in sign and interval, range, and the choice that matters most."""
    rows, frames = [], []
    for curve in found.curves:
        n, same, clear, other = curve.agreement
        values = curve.table["estimate"].dropna()
        first = curve.choices[str(curve.shares.idxmax())] if len(curve.shares) else ""
        share = float(curve.shares.max()) if len(curve.shares) else 0.0
        most = say("matters_most", choice=first, share=100 * share) if first and values.nunique() > 1 else ""
        rows.append(
            [
                curve.label,
                f"{n:,} ({values.round(9).nunique():,})",
                number(curve.configured, curve.digits),
                f"{number(values.min(), curve.digits)} to {number(values.max(), curve.digits)}",
                f"{same:,}",
                f"{clear:,}",
                f"{other:,}",
                most,
            ]
        )
        frames.append(curve.table.assign(outcome=curve.label))
    table = pd.concat(frames, ignore_index=True)
    first_columns = ["outcome", "estimate", "low", "high", "configured"]
    heads = ["specifications", "configured", "range", "same_sign", "excludes_same", "excludes_other", "most"]
    return Table(
        "multiverse",
        say("table"),
        ["Result", *(say(f"head_{h}") for h in heads)],
        rows,
        table[[*first_columns, *(c for c in table.columns if c not in first_columns)]],
        ["left"] + ["right"] * 6 + ["left"],
        [2.4, 1.3, 1.0, 1.3, 0.6, 0.9, 0.9, 1.6],
    )


def methods(found: ChoicesFound, say: Say) -> Iterator[Block]:
    """What is run."""
    if found.curves:
        yield Paragraph(say("methods"))


def analysis(choices: Sequence[Choice]) -> Analysis:
    """The reviewer for the choices that the analyses offer, and for the shared ones."""
    every = [*choices, *SHARED]
    return Analysis(
        "multiverse",
        "Does a result depend on our choices?",
        multiverse_settings(every),
        compute,
        section,
        needs=("outcomes", "rerun"),
        contrast=True,
        on=False,
        chapter="choices",
        appendix=("multiverse-",),
        figures={"multiverse": "Does a result depend on our choices?"},
        methods=methods,
        cites=("steegen2016", "simonsohn2020"),
        columns={
            # Choices are named like settings, some of which are columns of other tables.
            **{f"multiverse: {c.name}": (f"choice: {c.description[0].lower()}{c.description[1:]}", "") for c in every},
        },
    )
