"""Page 1: which results answer the question, in what words, how sure they are and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from discourse.analyses.claims import Claim, Form
from discourse.analyses.outcome import Certainty, Doubt, Outcome, Reason
from discourse.analyses.review.noise import LEAST_PLACEBO
from discourse.analyses.say import Say
from discourse.corpus.dated import spanned
from discourse.figures.kinds import Key
from discourse.report.blocks import Answer, Figure
from discourse.report.words import number, span

MOST_WORDS = 60  # of the answer
MOST_CLAIMS = 3  # in it, and lines on how sure it is
MOST_REASONS = 2  # in such a line; the table of robustness has all
MOST_NAMED = 2  # words of a group
RANK = {Certainty.DIFFERS: 0, Certainty.MAY_DIFFER: 1, Certainty.INCONCLUSIVE: 2}
JOINT = (Form.RATE, Form.SHARE, Form.MEAN)


def ordered(claims: Sequence[Claim], say: Say) -> list[Claim]:
    """The claims, those that lead first: by verdict, then about a target, then joint outcomes, then the larger difference."""

    def key(claim: Claim) -> tuple[int, bool, bool, float]:
        size = claim.size(say.study, say.reference)
        return RANK[claim.certainty], not claim.outcome.target, claim.form not in JOINT, -size

    return sorted(claims, key=key)


def answer(claims: Sequence[Claim], say: Say, otherwise: Sequence[str] = ()) -> Answer:
    """The first page.

    Parameters
    ----------
    claims : sequence of Claim
        What the analyses offer.
    say : Say
        With the prose file "answer".
    otherwise : sequence of str
        Sentences for a report that claims nothing: the first one is the answer.
    """
    claims = ordered(claims, say)
    told, text = _told(claims, say)
    if not told:
        text = _levels(say) or next(iter(otherwise), "") or say("describes")
    rest = [c for c in claims if c.certainty == Certainty.INCONCLUSIVE and c not in told]
    # What may differ by levels that too few texts carry is named without them.
    bare = [c for c in claims if c.judged is not None and c.certainty != Certainty.INCONCLUSIVE and c not in told]
    bare = [c for c in bare if not c.carried(say.study, say.reference)]
    return Answer(
        text,
        _figure(told, say),
        list(_sure([*told, *bare], say))[:MOST_CLAIMS],
        _undecided(rest, say),
        _corpus(say),
        say("sure"),
    )


def _told(claims: Sequence[Claim], say: Say) -> tuple[list[Claim], str]:
    """The claims that the answer makes, and the answer: as many as sixty words hold, of items of families one."""
    told: list[Claim] = []
    texts: list[str] = []
    joint = [c for c in claims if c.form in JOINT and c.carried(say.study, say.reference)]
    decided = [c for c in joint if c.certainty != Certainty.INCONCLUSIVE]
    items = [c for c in claims if c.certainty == Certainty.DIFFERS and c.form not in JOINT]
    for claim in [*decided, *items]:
        if len(told) == MOST_CLAIMS or (claim in items and any(c in items for c in told)):
            break
        text = _sentence(claim, _about(claim, say), short=bool(told))
        if len(" ".join([*texts, text]).split()) <= MOST_WORDS or not told:
            told.append(claim)
            texts.append(text)
    if told:
        return told, " ".join(texts)
    for n in range(min(len(joint), MOST_CLAIMS), 0, -1):
        text = say("open", listed=[_open(c, _about(c, say)) for c in joint[:n]])
        if len(text.split()) <= MOST_WORDS or n == 1:
            return joint[:n], text
    return [], ""


def _about(claim: Claim, say: Say) -> Say:
    return say.about(claim.outcome.target) if claim.outcome.target else say


def digits_of(claim: Claim, levels: Sequence[float]) -> int:
    """Decimals of the levels in words: none of shares, and of rates from 10 on."""
    if claim.form is Form.MEAN:
        return claim.outcome.digits
    rounded = claim.form is Form.SHARE or min(filter(None, map(abs, levels)), default=0.0) >= 10
    return 0 if rounded else 1


def _printed(claim: Claim, say: Say) -> tuple[str, str]:
    """The levels of study and reference."""
    levels = [claim.level(say.study), claim.level(say.reference)]
    return number(levels[0], digits_of(claim, levels)), number(levels[1], digits_of(claim, levels))


def _sentence(claim: Claim, say: Say, *, short: bool) -> str:
    """A claim in the words of its form; `short` after another one."""
    a, b = claim.level(say.study), claim.level(say.reference)
    printed = _printed(claim, say)
    within = (say.within(say.study), say.within(say.reference))
    (high, low), (more, less) = (printed, within) if a >= b else (printed[::-1], within[::-1])
    values = {"high": high, "low": low, "more": more, "less": less}
    measured, may = say.as_measured(claim.outcome), claim.certainty == Certainty.MAY_DIFFER
    if claim.judged is not None and claim.judged.corrected:
        measured = ""
    hedged = {"measured": measured, "may": may, "hedge": say("less_certain" if short else "not_certain")}
    titled = {"title": _titled(claim.outcome, inside=may), "after": claim.outcome.after}
    if claim.form is Form.RATE:
        # Of a level that is printed as 0 there is no ratio to speak of.
        ratio = number(max(a, b) / min(a, b), 1) if float(low.replace(",", "")) > 0 else ""
        return say("rate", ratio=ratio, short=short, **values, **hedged, **titled)
    if claim.form is Form.SHARE:
        return say("share", name=claim.name, **values, **hedged)
    if claim.form is Form.WORDS:
        named = [[f"“{w}”" for w in words[:MOST_NAMED]] for words in (claim.more, claim.less)]
        return say("words", study_words=named[0], reference_words=named[1])
    if claim.form is Form.ITEM:
        after = claim.outcome.after or ("%" if claim.outcome.quantities.bounds[1] == 100 else "")
        return say("item", name=claim.outcome.name, item=claim.name, after=after, **values)
    return say("mean", **values, **hedged, **titled)


def _titled(outcome: Outcome, *, inside: bool) -> str:
    """The title of an outcome; inside a sentence as its name is written."""
    name, title = outcome.name, outcome.title
    return name[0] + title[1:] if inside and title.casefold().startswith(name.casefold()) else title


def _open(claim: Claim, say: Say) -> str:
    """The two levels of a difference that nothing can be inferred on."""
    a, b = _printed(claim, say)
    if claim.form is Form.SHARE:
        return say("open_share", name=claim.name, a=a, b=b)
    return say("open_rate", title=claim.outcome.title, after=claim.outcome.after, a=a, b=b)


def _levels(say: Say) -> str:
    """What the groups say, where nothing is compared."""
    if say.data.contrasts or say.data.refusal is not None:
        return ""
    texts = []
    for o in [o for o in say.outcomes if o.joint][:MOST_CLAIMS]:
        rows = o.table[(o.table["contrast"] == "level") & o.table["estimate"].notna()]
        parts = [
            say("level_part", value=number(float(r.estimate), o.digits), within=say.within(str(r.stratum)))
            for r in rows.itertuples()
        ]
        if parts:
            texts.append(say("level", title=o.title, levels=parts, after=o.after))
    return say("one_group", listed=texts) if texts else ""


def _figure(told: Sequence[Claim], say: Say) -> Figure | None:
    """The levels that the answer names."""
    frames, digits = [], {}
    for claim in told:
        levels = claim.levels[claim.levels["estimate"].notna()]
        if levels.empty:
            continue
        panel = claim.unit.replace("tokens", "words")
        if len(say.targets) > 1 and claim.outcome.target and claim.outcome.target not in panel:
            panel = f"{claim.outcome.target}: {panel}"
        if claim.form is Form.ITEM:
            panel = f"{claim.name}: {panel}"
        digits[panel] = digits_of(claim, levels["estimate"].tolist())
        frames.append(levels.assign(panel=panel))
    if not frames:
        return None
    frame = pd.concat(frames, ignore_index=True)
    listed = "; ".join(
        f"{r.panel}, {r.stratum}: {number(r.estimate, digits[r.panel])} {span(r.low, r.high, digits[r.panel])}"
        for r in frame.itertuples()
    )
    alt = say("figure_alt", listed=listed)
    return Figure("answer", frame, Key(say.groups, digits=digits), say("figure"), alt)


def _sure(told: Sequence[Claim], say: Say) -> Iterator[str]:
    """For each claim how sure it is, and why; then what holds for all, where there is room."""
    lines = [_line(c, _about(c, say)) if c.judged is not None else _items_line(c, say) for c in told]
    yield from lines
    if 0 < len(lines) < MOST_CLAIMS:
        yield _smallest(told[0], say) if told[0].certainty == Certainty.INCONCLUSIVE else say("cause")


def _items_line(claim: Claim, say: Say) -> str:
    return say("items_line", name=claim.outcome.name, differ=claim.differ, tested=claim.tested)


def _line(claim: Claim, say: Say) -> str:
    """The verdict on a joint outcome with its difference, and what speaks for and against it."""
    judged, outcome = claim.judged, claim.outcome
    assert judged is not None
    row = outcome.corrected_difference() if judged.corrected else outcome.difference()
    because = [_holds(outcome, say)] if judged.certainty == Certainty.DIFFERS else [_doubts(claim, say)]
    because += _rival(outcome, say) if judged.certainty != Certainty.INCONCLUSIVE else []
    status = judged.validity
    if status is not None and not status.earned and judged.certainty != Certainty.INCONCLUSIVE:
        because.append(say("unchecked"))
    return say(
        "line",
        title=outcome.title,
        scale=outcome.scale,
        words=say.verdict(judged),
        contrast=f"{say.study} minus {say.reference}",
        row=row,
        digits=outcome.digits,
        because=" ".join(because),
    )


def _holds(outcome: Outcome, say: Say) -> str:
    """What a difference has passed."""
    noise, choices = say.found("noise", ""), say.found("multiverse", "")
    curve = choices.of(outcome.identity) if choices is not None else None
    n, same, _, _ = curve.agreement if curve is not None else (0, 0, 0, 0)
    asked = {
        "halves": any(len(v) for v in noise.halves[outcome.identity].values()),
        "placebo": any(len(v) >= LEAST_PLACEBO for v in noise.placebo[outcome.identity].values()),
        "asked_of": list(say.found("influence", "").units[outcome.identity]),
        "same": same,
        "of": n,
    }
    tests = noise.tests[(noise.tests["target"] == outcome.target) & (noise.tests["item"] == outcome.item)]
    p = float(tests.loc[tests["contrast"] == "difference", "p_family"].iloc[0])
    return say("holds", p=p, family=noise.family, **asked)


def _doubts(claim: Claim, say: Say) -> str:
    """What speaks against a difference: the first reasons."""
    assert claim.judged is not None
    reasons = claim.judged.reasons
    texts = [why(r, say) for r in reasons[:MOST_REASONS]]
    may = claim.certainty == Certainty.MAY_DIFFER
    return say("doubts", may=may, reasons=texts, more=max(len(reasons) - MOST_REASONS, 0))


def why(reason: Reason, say: Say) -> str:
    """What speaks against a difference, in plain words."""
    share = 0.0
    if reason.doubt in (Doubt.HALVES, Doubt.PLACEBO) and reason.value is not None and reason.of:
        share = 100 * reason.value / reason.of
    return say(f"why_{reason.doubt.name.lower()}", reason=reason, share=number(share, 0))


def _rival(outcome: Outcome, say: Say) -> list[str]:
    """Whether a difference came before an event that the config names, or with it."""
    rival = say.found("rival", "")
    if rival is None or rival.table.empty:
        return []
    table = rival.table
    rows = table[(table["key"] == outcome.key) & (table["target"] == outcome.target) & (table["item"] == outcome.item)]
    if rows.empty:
        return []
    row, digits = rows.iloc[0], outcome.digits
    era, event = (
        f"{number(row[part], digits)} {span(row[f'{part}_low'], row[f'{part}_high'], digits)}"
        for part in ("era", "event")
    )
    return [say(f"rival_{row['account']}", name=say.sections["rival"].name, era=era, event=event)]


def _smallest(claim: Claim, say: Say) -> str:
    """The smallest difference that so many units would have shown."""
    power, outcome, design = say.found("power", ""), claim.outcome, say.data.design
    study, reference = (design.n_clusters(g) for g in say.data.pair or (0, 0))
    values = {"n_study": study, "n_reference": reference}
    table = pd.DataFrame(columns=["item", "target", "contrast", "unit", "smallest"]) if power is None else power.table
    rows = table[(table["item"] == outcome.item) & (table["target"] == outcome.target)] if len(table) else table
    rows = rows[(rows["contrast"] == "difference") & (rows["unit"] == design.cluster_name)]
    found = float(rows["smallest"].iloc[0]) if len(rows) else np.inf
    if not np.isfinite(found):
        return say("few", **values)
    smallest = number(abs(found), outcome.digits) + outcome.after
    return say("smallest", smallest=f"{smallest} ({outcome.name})", **values)


def _undecided(claims: Sequence[Claim], say: Say) -> str:
    """What is inconclusive, in a line."""
    texts = [
        say.of_target(c.outcome) if c.form in JOINT else say("families", name=c.outcome.name, tested=c.tested)
        for c in claims
    ]
    return say("undecided", listed=texts) if texts else ""


def _corpus(say: Say) -> str:
    """The corpus in a line."""
    data = say.data
    documents = data.documents[data.documents["group"] != ""]
    groups = [
        say("corpus_group", group=g, documents=len(data.design.documents(k)), clusters=data.design.n_clusters(k))
        for k, g in enumerate(say.groups)
    ]
    return say(
        "corpus",
        documents=len(documents),
        tokens=int(documents["n_tokens"].sum()),
        ends=list(dict.fromkeys(spanned(documents))),
        groups=groups,
    )
