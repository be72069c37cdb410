"""The brief report after its first page: words, evidence, robustness in a table, methods in a page, glossary."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from discourse.analyses.outcome import Outcome
from discourse.analyses.review.noise import LEAST_PLACEBO
from discourse.analyses.say import Say
from discourse.compare.nulls import share_as_large
from discourse.report.blocks import Block, Evidence, Figure, Heading, Paragraph, Table
from discourse.report.words import counted, number, probability, span

MOST_FIGURES = 2
MOST_SENTENCES = 8
NOTHING = "–"

# Works that the methods of a brief report name.
CITED = ("efron1993", "hall1988", "zou2008", "monroe2008", "westfall1993", "hamborg2021", "plover2021")


@cache
def glossary() -> dict[str, str]:
    """The terms that reports use, with their meanings."""
    return tomllib.loads(files("discourse.report").joinpath("glossary.toml").read_text(encoding="utf-8"))


def glossary_table(say: Say) -> Table:
    """The glossary as a table."""
    rows = [[entry, meaning] for entry, meaning in sorted(glossary().items(), key=lambda e: e[0].casefold())]
    frame = pd.DataFrame(rows, columns=["entry", "definition"])
    columns = [say("glossary_entry"), say("glossary_definition")]
    return Table("glossary", say("glossary_caption"), columns, rows, frame, ["left", "left"], [1.0, 4.6])


def robustness(say: Say) -> Table | None:
    """Every joint outcome with all that speaks for and against its difference; None where nothing is judged."""
    verdict = say.found("verdict", "")
    outcomes = [o for o in say.outcomes if verdict is not None and o.identity in verdict.judged]
    if not outcomes:
        return None
    values = [_values(o, say) for o in outcomes]
    frame = pd.DataFrame(values)
    rows = [_cells(o, v, say) for o, v in zip(outcomes, values)]
    asked_of = " or ".join(dict.fromkeys(u for o in outcomes for u in say.found("influence", "").units[o.identity]))
    heads = ("difference", "p", "halves", "placebo", "left_out", "choices", "verdict")
    columns = ["", *(say(f"head_{h}") for h in heads)]
    caption = say("robustness_caption", asked_of=asked_of)
    widths = [1.5, 1.7, 0.7, 0.9, 0.9, 0.9, 0.9, 1.7]
    return Table("robustness", caption, columns, rows, frame, ["left", *["right"] * 6, "left"], widths)


def _values(outcome: Outcome, say: Say) -> dict[str, object]:
    """A row of the table as numbers."""
    noise, choices = say.found("noise", ""), say.found("multiverse", "")
    row = outcome.difference()
    assert row is not None
    tests = noise.tests
    tests = tests[
        (tests["target"] == outcome.target)
        & (tests["item"] == outcome.item)
        & (tests["contrast"] == "difference")
        & (tests["unit"] == say.data.design.cluster_name)
    ]
    estimate = float(row["estimate"])
    units = say.found("influence", "").units[outcome.identity]
    turned = [u for u, t in units.items() if len(t) and (np.sign(t["estimate"]) == -np.sign(estimate)).any()]
    curve = choices.of(outcome.identity) if choices is not None else None
    agreement = curve.agreement if curve is not None else (np.nan, np.nan)
    return {
        "target": outcome.target,
        "item": outcome.item,
        "estimate": estimate,
        "low": float(row["low"]),
        "high": float(row["high"]),
        "p_family": float(tests["p_family"].iloc[0]),
        "halves_as_large": _worst(estimate, noise.halves[outcome.identity].values(), 1),
        "placebo_as_large": _worst(estimate, noise.placebo[outcome.identity].values(), LEAST_PLACEBO),
        "reversed_by": ", ".join(turned),
        "same_sign": agreement[1],
        "specifications": agreement[0],
        "certainty": str(say.found("verdict", "").judged[outcome.identity].certainty),
    }


def _worst(estimate: float, nulls: Iterable[np.ndarray], least: int) -> float:
    """The largest share of differences within one group that are as large, in percent; not a number where there are too few."""
    shares = [
        100 * float(share_as_large(np.array([estimate]), v[:, None])[0]) for v in nulls if len(v) >= least and len(v)
    ]
    return max(shares, default=float("nan"))


def _cells(outcome: Outcome, values: dict[str, object], say: Say) -> list[str]:
    """The same as text."""
    x = {k: float(v) for k, v in values.items() if isinstance(v, float | int)}

    def share(key: str) -> str:
        return NOTHING if x[key] != x[key] else f"{number(x[key], 0)}%"

    of = x["specifications"]
    return [
        say.labelled(outcome),
        f"{number(x['estimate'], outcome.digits)} {span(x['low'], x['high'], outcome.digits)}",
        probability(x["p_family"]),
        share("halves_as_large"),
        share("placebo_as_large"),
        f"{say('reversed')}: {values['reversed_by']}" if values["reversed_by"] else say("kept"),
        NOTHING if of != of else say("choices", same=int(x["same_sign"]), of=int(of)),
        say.verdict(say.found("verdict", "").judged[outcome.identity]),
    ]


def pages(say: Say, chosen: Sequence[Block], robust: Table | None, limits: Iterable[str], file: str) -> Iterator[Block]:
    """The pages after the first.

    Parameters
    ----------
    say : Say
        With the prose file "brief".
    chosen : sequence of Block
        Sentences, figures and evidence that the analyses name for a brief report.
    robust : Table, optional
        From `robustness`.
    limits : iterable of str
        What may not be concluded.
    file : str
        The experiment file.
    """
    figures = [b for b in chosen if isinstance(b, Figure)]
    if figures:
        yield Heading(say("words"))
        yield from (b for b in chosen if isinstance(b, Paragraph))
        yield from figures[:MOST_FIGURES]
    if robust is not None:
        yield Heading(say("robustness"))
        yield robust
    yield from _evidence([b for b in chosen if isinstance(b, Evidence)], say)
    yield Heading(say("limits"))
    yield from map(Paragraph, limits)
    yield Heading(say("methods"))
    yield from map(Paragraph, _methods(say))
    yield Paragraph(say("more", file=file))
    yield Heading(say("glossary"))
    yield glossary_table(say)


def _evidence(blocks: Sequence[Evidence], say: Say) -> Iterator[Block]:
    """A few sentences of each group, or speaker."""
    if not blocks:
        return
    yield Heading(say("evidence"))
    key = "marks" if say.data.contrasts else "speakers"
    yield Paragraph(say(key, file=say.about(say.targets[0]).name("mentions")))
    each = max(MOST_SENTENCES // len(blocks), 1)
    for block in blocks[:MOST_SENTENCES]:
        items = block.items[:each]
        title = block.title if len(items) == len(block.items) else say("evidence_part", title=block.title, n=len(items))
        yield Evidence(title, items)


def _methods(say: Say) -> Iterator[str]:
    """The methods in a page."""
    data = say.data
    documents = data.documents[data.documents["group"] != ""]
    sizes = [f"{g} ({counted(len(data.design.documents(k)), 'document')})" for k, g in enumerate(say.groups)]
    duplicates = 0 if say.again is None else int(np.sum(say.again))
    yield say(
        "corpus",
        documents=len(documents),
        tokens=int(documents["n_tokens"].sum()),
        groups=sizes,
        duplicates=duplicates,
    )
    if say.targets:
        yield say("salience", targets=say.targets)
        if say.sections.get("stance"):
            yield say(f"stance_{say.sections['stance'].scored_by}")
    if not data.contrasts:
        return
    if say.sections.get("frequency"):
        yield say("words_text")
    yield say("inference")
    yield say("verdict")
