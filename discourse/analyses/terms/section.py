"""What the report says of the terms that set the groups apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.claims import LEVEL, Claim, Form, item_claim
from discourse.analyses.further import clear_items
from discourse.analyses.outcome import Certainty
from discourse.analyses.say import Say, slug
from discourse.analyses.terms.measure import FrequencyFound
from discourse.figures.frames import layout_contrast, layout_keyness
from discourse.figures.gathered import gathered
from discourse.figures.kinds import Lollipops, Scatter
from discourse.report.blocks import Block, DataTable, Figure, Formula, Heading, Paragraph, Refusal
from discourse.report.words import excludes_zero, listed, number, of_length
from discourse.types import Comparison

# Terms below which a figure says nothing that the table does not, and below which a scatter plot repeats the figure.
FEW, MANY = 3, 30
RATE_ENDS = {"estimate": "", "low": "_low", "high": "_high"}
UNITS = {
    "log-odds": "log-odds ratio (natural logarithm)",
    "log ratio": "Log Ratio (binary logarithm of the ratio of rates)",
    "g2": "log-likelihood ratio G², signed",
    "chi2": "chi-squared, signed",
    "bic": "BIC, signed",
}


def section(found: FrequencyFound, say: Say) -> Iterator[Block]:
    """A figure of each length, the scatter plot of the words, and what was refused."""
    if not found.keyness and not found.refused:
        return
    yield Heading(say("heading"))
    for text in dict.fromkeys(str(error) for error in found.refused.values()):
        yield Refusal(text)
    for n, comparison in found.keyness.items():
        yield from _keyness(n, comparison, say)
    for further in found.further:
        yield DataTable(say.name(f"{say.words}-{slug(further.contrast.name)}"), further.table)


def _keyness(n: int, comparison: Comparison, say: Say) -> Iterator[Block]:
    """Figures and table of the terms of one length."""
    table = comparison.table
    frame = layout_keyness(comparison, say.settings.show, say.settings.measure)
    about = say.target is not None
    values = {
        "kind": of_length(n),
        "family": comparison.params["family"],
        "clear": int(((table["low"] > 0) | (table["high"] < 0)).sum()),
        "by_document": int(((table["low_document"] > 0) | (table["high_document"] < 0)).sum()),
        "targets": listed([t.name for t in say.targets]),
        "unit_of_measure": UNITS[say.settings.measure],
        "apart": comparison.params["apart"],
    }
    more = [
        f"More in {g}: {', '.join(frame.loc[frame['group'] == g, 'item'])}."
        for g in (comparison.study, comparison.reference)
    ]
    kind = Lollipops(say.palette, comparison.study, comparison.reference, UNITS[say.settings.measure])
    alt = say("keyness_alt", terms=len(frame), kind=of_length(n), more=" ".join(more))
    name = say.name(f"words-{n}") if about else f"keyness-{n}"
    yield DataTable(name, table.drop(columns=["log_p", "q"]))
    if about and len(table) < FEW:
        yield Refusal(say("few", kind=of_length(n), terms=len(table), file=say.file(name)))
        return
    yield Figure(name, frame, kind, say("keyness", **values), alt, of="words" if about else "keyness")
    if n == 1 and (len(table) >= MANY or not about):
        name = say.name("words-contrast") if about else "contrast"
        frame = layout_contrast(comparison, say.settings.label)
        scatter = Scatter(say.palette, comparison.study, comparison.reference)
        alt = say("contrast_alt", terms=len(frame))
        caption = say("contrast", file=say.file(name), most=int(gathered(frame)["n"].max()))
        yield Figure(name, frame, scatter, caption, alt, of="contrast")


def words(found: FrequencyFound) -> Iterator[str]:
    """The terms, those whose difference is clearest first."""
    for comparison in found.keyness.values():
        table = comparison.table
        yield from table["item"].iloc[np.argsort(-_clearness(table), kind="stable")]


def _clearness(table: pd.DataFrame) -> np.ndarray:
    """The distance of each interval from 0; of those that include 0 the negative one of the nearer end."""
    return np.maximum(table["low"].to_numpy(float), -table["high"].to_numpy(float))


def summary(found: FrequencyFound, say: Say) -> Iterator[str]:
    """How many terms of each length differ, and which."""
    # On the first page only what was asked: no background, and terms of one length.
    if found.background:
        return
    yield from dict.fromkeys(str(error) for error in found.refused.values())
    judged = say.found("verdict")
    for n, comparison in list(found.keyness.items())[: 1 if say.target else None]:
        table = comparison.table
        key, target = ("terms", "") if say.target is None else ("words", say.target.name)
        answers = judged.items.get((f"{key}-{n}", target)) if judged is not None else None
        clear = clear_items(answers) if answers is not None else pd.DataFrame(columns=["estimate", "item"])
        sides = (clear.loc[clear["estimate"] > 0, "item"].head(4), clear.loc[clear["estimate"] < 0, "item"].head(4))
        rates = table.set_index("item")[["rate_study", "rate_reference"]]
        by_document = [excludes_zero(*row) for row in table[["low_document", "high_document"]].to_numpy()]
        yield say(
            "summary",
            kind=of_length(n),
            terms=len(table),
            up=int((table["low"] > 0).sum()),
            down=int((table["high"] < 0).sum()),
            judged=len(answers) if answers is not None else 0,
            differ=len(clear),
            named="; ".join(", ".join(_with_rates(rates, w) if say.target else w) for w in sides if len(w)),
            by_document=sum(by_document),
            **net_numbers(table),
        )


def claims(found: FrequencyFound, say: Say) -> Iterator[Claim]:
    """The words of either side, and the rates of the one whose rates are furthest apart; of single words, where these are compared."""
    outcome = next(iter(found.outcomes), None)
    claim = None if outcome is None or found.background else item_claim(outcome, say)
    if outcome is None or claim is None:
        return
    if claim.certainty != Certainty.DIFFERS:
        yield claim
        return
    table = outcome.table.set_index("item")
    clear = table.loc[clear_items(say.found("verdict", "").items[outcome.identity])["item"]]
    # In the order of the evidence, as in the figure: by the end of the interval nearer to 0.
    nearer = clear[["low", "high"]].abs().min(axis=1).sort_values(ascending=False, kind="stable")
    clear = clear.loc[nearer.index]
    name = str(nearer.index[0])
    more, less = (clear.index[clear["estimate"] * sign > 0].tolist() for sign in (1, -1))
    ends = {"rate_study": say.study, "rate_reference": say.reference}
    rates = pd.DataFrame(
        [{"stratum": g} | {c: table.loc[name, r + e] for c, e in RATE_ENDS.items()} for r, g in ends.items()]
    )
    yield replace(
        claim,
        form=Form.WORDS,
        name=name,
        levels=rates.reindex(columns=list(LEVEL)),
        unit=say("words.unit_rate", word=name),
        more=more,
        less=less,
    )


def _with_rates(rates: pd.DataFrame, words: pd.Series) -> list[str]:
    """Words with their rates in study and reference: "war (91 and 0)"."""
    return [f"{w} ({number(rates.loc[w].iloc[0])} and {number(rates.loc[w].iloc[1])})" for w in words]


def net_numbers(table: pd.DataFrame) -> dict[str, Any]:
    """Of the terms that differ, how many differ net of the background as well, and which most; none without one."""
    if "net" not in table:
        return {"net": None, "net_named": ""}
    differs = (table["low"] > 0) | (table["high"] < 0)
    same = (table["net_low"] > 0) & (table["low"] > 0) | (table["net_high"] < 0) & (table["high"] < 0)
    most = table[same].reindex(table.loc[same, "net"].abs().sort_values(ascending=False, kind="stable").index)
    return {"net": int(same.sum()), "net_of": int(differs.sum()), "net_named": ", ".join(most["item"].head(6))}


def methods_about(found: FrequencyFound, say: Say) -> Iterator[Block]:
    """What is counted about a target, and what is net of the background."""
    if not found.keyness:
        return
    params: Mapping[str, Any] = next(iter(found.keyness.values())).params
    n = {k: int(params[k]) for k in ("n_study", "n_reference")}
    yield Heading(say("methods_heading"), 2)
    yield Paragraph(say("methods", alpha0=f"{params['alpha0']:,.0f}", **n))


def methods(found: FrequencyFound, say: Say) -> Iterator[Block]:
    """The formulas of keyness and dispersion."""
    if not found.keyness:
        return
    params: Mapping[str, Any] = next(iter(found.keyness.values())).params
    tail = 50 * (1 - params["confidence"])
    yield Heading(say("methods_heading"), 2)
    yield Formula(
        "log_odds",
        say(
            "methods_log_odds",
            alpha0=f"{params['alpha0']:,.0f}",
            resamples=params["resamples"],
            tail=f"{tail:g}%",
            one_in=f"{1 / (1 - params['confidence']):.0f}",
            strata=[say.column(c) for c in params["strata"]],
            apart=params["apart"],
        ),
    )
    yield Formula("dispersion", say("methods_dispersion"))
    yield Formula("g2", say("methods_g2"))
