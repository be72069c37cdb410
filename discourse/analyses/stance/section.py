"""What the report says on stance: how a target is evaluated, who acts, which acts, and in which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from discourse.analyses.say import Say
from discourse.analyses.stance.coding import VARIABLES
from discourse.analyses.stance.evidence import (
    evidence_item,
    mention_rows,
    mention_table,
    metadiscourse_marks,
    with_text,
)
from discourse.analyses.stance.measure import StanceFound
from discourse.analyses.stance.side_by_side import labels_methods, measures_section, source_in_words
from discourse.analyses.stance.validation import LEAST_OF_ACT, Measure
from discourse.analyses.validity import validity_words
from discourse.compare.validation import ALL
from discourse.corpus.dated import as_written
from discourse.features.stance import ACT_ROLES, ACTS, ROLES, load_prior
from discourse.features.stance.rules import describe_rules
from discourse.figures.frames import (
    layout_components,
    layout_corrected,
    layout_levels,
    layout_rows,
    layout_speakers,
    layout_stance,
)
from discourse.figures.kinds import MANY, MOST_SPEAKERS, Components, Corrected, Marks, OverTime, Rows
from discourse.report.blocks import (
    Block,
    DataTable,
    Evidence,
    EvidenceItem,
    Figure,
    Formula,
    Heading,
    Paragraph,
    Refusal,
    Table,
)
from discourse.report.words import counted, day, number, plural, span
from discourse.types import Comparison

FEWEST_WORDS, MOST_WORDS = 8, 20  # of a sentence on the first page
LOOKED_UP = 100  # sentences at a time, for one for the first page
MOST_IN_WORDS = 8  # speakers whose sentences are printed where there is no contrast
LEAST_CODED = 10  # coded mentions of a class below which no F1 is printed
IN_SECTION = (Measure.EVALUATION, Measure.CLASS, Measure.ROLE, Measure.ACT)
LEAST_ACT = 0.5  # % of mentions that an act needs somewhere to be drawn
DOCUMENT_COLUMNS = (
    "doc_id", "date", "title", "kind", "issuer", "group", "n_tokens", "n_mentions", "n_sentences", "evaluation",
)  # fmt: skip


def section(found: StanceFound, say: Say) -> Iterator[Block]:
    """How the target is spoken of, and in which words."""
    columns = [c for c in DOCUMENT_COLUMNS if c in found.documents.columns]
    yield DataTable(say.name("documents-stance"), as_written(found.documents)[columns])
    if not found.outcomes:
        return
    assert found.scored is not None
    table = mention_table(say.data, say.corpus, found.scored)
    yield Heading(say("heading"))
    yield Paragraph(_what_is_measured(found, say))
    if say.data.refusal is None:
        home = table[table["side"] == "home"]
        counts = say("counts", mentions=len(home), documents=int(home["doc_id"].nunique()))
        counts += source_in_words(found.scored.params, found.side_by_side, say)
        yield from _compared(found, say, counts)
    else:
        yield from _by_speaker(found, say, table)
    yield DataTable(say.name("mentions"), table)
    hits = found.scored.details["hits"]
    # Indexes of tokens mean nothing outside the run.
    shown = hits[hits["mention"].isin(table["mention"])].drop(columns=["token", "length"], errors="ignore")
    yield DataTable(say.name("stance-terms"), shown)
    yield from _evidence(found, say, table)


def _what_is_measured(found: StanceFound, say: Say) -> str:
    """What a score is, and how far it has been checked."""
    line = _validity(found, say, IN_SECTION)
    line = line[0].upper() + line[1:]
    if say.settings.labelled_by:
        return say("labels.what", validity=line, checked=found.validation.scores is not None)
    assert found.scored is not None
    how = say(f"how_{say.settings.scored_by}", calibrated="n_coded" in found.scored.params)
    key = "checked" if found.validation.scores is not None else "unchecked"
    return say(key, how=how, validity=line)


def _validity(found: StanceFound, say: Say, measures: Sequence[Measure]) -> str:
    """How far each of some measures has been checked; once where the same holds for all."""
    lines = {m: validity_words(found.validation.of(m)) for m in measures}
    if len(set(lines.values())) == 1:
        return lines[measures[0]]
    return "; ".join(f"{say(f'measure_{m}')}: {line}" for m, line in lines.items())


def _compared(found: StanceFound, say: Say, counts: str) -> Iterator[Block]:
    """Figures and tables of a contrast."""
    yield from _corrected(found, say)
    validity = _validity(found, say, (Measure.EVALUATION, Measure.CLASS))
    frame = layout_components(found.stance)
    labels = {item: say(f"component_{item}") for item in frame["item"].unique()}
    alt = say("stance_alt", levels=_levels_in_words(found.stance))
    caption = say("stance", counts=counts, validity=validity)
    yield Figure(say.name("stance"), frame, Components(say.groups, labels), caption, alt, of="stance")
    yield from _differences(found, say)
    yield from _validation(found, say)
    yield from measures_section(found.side_by_side, say)
    yield from _who_acts(found, say, counts)
    yield from _over_time(found, say, counts)


def _over_time(found: StanceFound, say: Say, counts: str) -> Iterator[Block]:
    """The mean of each period; beside it those of the documents, where they are not too many. Nothing where there are no dates."""
    over = say.found("breakdown")
    if not over.periods.unit:
        return
    period, by_period = over.periods.unit, over.periods.of("evaluation")
    many = int((say.data.design.group >= 0).sum()) > MANY
    validity = validity_words(found.validation.of(Measure.EVALUATION))
    caption = say("over_time", counts=counts, validity=validity, many=many, period=period, least=over.least)
    over_time = OverTime(say.groups, by_period, marks=not many)
    frame = by_period if many else layout_stance(found.documents)
    alt = say("over_time_alt", many=many, period=period)
    yield Figure(say.name("stance-time"), frame, over_time, caption, alt, of="stance_time")
    yield DataTable(say.name("stance-periods"), by_period)


def _by_speaker(found: StanceFound, say: Say, table: pd.DataFrame) -> Iterator[Block]:
    """Mentions by speaker, where nothing can be compared."""
    assert found.scored is not None
    yield Refusal(str(say.data.refusal))
    speakers = table["speaker"].value_counts()
    caption = say(
        "speakers",
        documents=int(table["doc_id"].nunique()),
        speakers=len(speakers),
        shown=MOST_SPEAKERS,
        validity=validity_words(found.validation.of(Measure.EVALUATION)),
    )
    caption += source_in_words(found.scored.params, found.side_by_side, say)
    alt = say("speakers_alt", listed="; ".join(f"{s} {counted(int(k), 'mention')}" for s, k in speakers.items()))
    yield Figure(say.name("speakers"), layout_speakers(table), Marks(say.groups), caption, alt, of="speakers")
    yield from _validation(found, say)
    yield from measures_section(found.side_by_side, say)


def _differences(found: StanceFound, say: Say) -> Iterator[Block]:
    """Differences of evaluation, classes and roles, for bars of two groups cannot be compared by eye."""
    comparison, clustered = found.stance, say.data.design.cluster is not None
    table = comparison.table[comparison.table["contrast"] == "difference"]
    if table.empty:
        return
    rows, corrected = [], _corrected_differences(found)
    for row in table.itertuples():
        digits = 2 if row.item == "evaluation" else 1
        cells = [say(f"short_{row.item}"), number(float(row.estimate), digits)]
        cells += [span(float(row.low), float(row.high), digits)] if clustered else []
        cells.append(span(float(row.low_document), float(row.high_document), digits))
        if corrected:
            best = corrected.get(str(row.item))
            cells.append(
                "" if best is None else f"{number(best['estimate'], digits)} {span(best['low'], best['high'], digits)}"
            )
        rows.append(cells)
    columns = ["", "Difference", *([f"{plural(say.unit)} resampled"] if clustered else [])]
    validity = _validity(found, say, (Measure.EVALUATION, Measure.CLASS, Measure.ROLE))
    yield Table(
        say.name("stance-differences"),
        say("differences", corrected=bool(corrected), validity=validity),
        [*columns, "documents resampled", *([say("head_corrected")] if corrected else [])],
        rows,
        table.drop(columns=["log_p", "q", "n_tokens"]),
    )


def _corrected_differences(found: StanceFound) -> dict[str, pd.Series]:
    """The difference of evaluation, and of each share, after correction for error; of those that have an interval."""
    validation = found.validation
    every = {**({"evaluation": validation.corrected} if validation.corrected is not None else {}), **validation.shares}
    result = {}
    for item, comparison in every.items():
        table = comparison.table
        rows = table[(table["contrast"] == "difference") & (table["item"] == "corrected") & table["low"].notna()]
        if len(rows):
            result[item] = rows.iloc[0]
    return result


def _corrected(found: StanceFound, say: Say) -> Iterator[Block]:
    """Raw and corrected means side by side, where there is a coded sample."""
    comparison = found.validation.corrected
    if comparison is None:
        return
    frame = layout_corrected(comparison)
    levels = frame[(frame["item"] == "corrected") & (frame["contrast"] == "level")]
    coded = ", ".join(f"{r.stratum} n = {int(r.n_coded)}" for r in levels.itertuples())
    alt = "; ".join(
        f"{r.stratum}, {r.item}: {number(float(r.estimate), 2)} {span(float(r.low), float(r.high), 2)}"
        for r in frame.itertuples()
    )
    kind = Corrected(say.groups, say("component_evaluation"))
    caption = say("corrected", coded=coded, validity=validity_words(found.validation.of(Measure.EVALUATION)))
    yield Figure(say.name("corrected"), frame, kind, caption, alt, of="corrected")


def _validation(found: StanceFound, say: Say) -> Iterator[Block]:
    """Precision, recall and F1 by class and by group."""
    scores = found.validation.scores
    if scores is None:
        return
    rows = []
    strata = [ALL, *say.groups]
    for variable, codes in VARIABLES.items():
        part = scores[scores["item"] == variable]
        for name in [*codes, "macro"]:
            cells = [f"{variable.replace('_', ' ')}: {name}"]
            for stratum in strata:
                at = part[(part["class_"] == name) & (part["stratum"] == stratum)].set_index("measure")
                if at.empty:
                    cells.append("")
                    continue
                f1 = at.loc["f1"]
                enough = f1["estimate"] == f1["estimate"] and f1["n"] >= LEAST_CODED
                shown = f"{number(f1['estimate'], 2)} {span(f1['low'], f1['high'], 2)}" if enough else "too few"
                cells.append(f"{shown} ({f1['n']:g})")
            # Of many acts, those that nobody coded say nothing.
            if part[part["class_"] == name]["n"].sum() > 0:
                rows.append(cells)
    yield Table(say.name("validation"), say("validation", least=LEAST_CODED), ["", *strata], rows, scores)


def _who_acts(found: StanceFound, say: Say, counts: str) -> Iterator[Block]:
    """The semantic roles of the target, and the acts."""
    labels = {str(r): say(f"role_{r}") for r in ROLES}
    frame = layout_rows({say("roles_panel"): found.stance}, [str(r) for r in ROLES])
    kind = Rows(say.groups, labels, "% of mentions")
    caption = say("roles", counts=counts, validity=validity_words(found.validation.of(Measure.ROLE)))
    yield Figure(say.name("roles"), frame, kind, caption, say("roles_alt"), of="roles")
    table = found.acts.table
    panels = {}
    for role in ACT_ROLES:
        end = f" | {role}"
        part = table[table["item"].str.endswith(end)]
        panels[say(f"acts_{role}")] = Comparison(
            part.assign(item=part["item"].str.removesuffix(end)), found.acts.measure
        )
    frame = layout_rows(panels, list(ACTS), LEAST_ACT)
    if not frame.empty:
        kind = Rows(say.groups, {a: a for a in ACTS}, "% of mentions")
        validity = validity_words(found.validation.of(Measure.ACT))
        caption = say("acts", least=f"{LEAST_ACT:g}", counts=counts, validity=validity)
        yield Figure(say.name("acts"), frame, kind, caption, say("acts_alt"), of="acts")
    yield DataTable(say.name("acts"), table.drop(columns=["log_p", "q", "n_tokens"]))


def _levels_in_words(comparison: Comparison) -> str:
    rows = layout_levels(comparison).itertuples()
    return "; ".join(f"{r.item} in {r.stratum}: {number(r.estimate, 2)} {span(r.low, r.high, 2)}" for r in rows)


def _evidence(found: StanceFound, say: Say, table: pd.DataFrame) -> Iterator[Block]:
    """The sentences at both ends of the scale, or of each speaker where nothing is compared."""
    if not say.settings.evidence or not say.shows("concordance"):
        return
    yield Heading(say("in_their_words", several=len(say.targets) > 1))
    files = {"mentions": say.name("mentions"), "terms": say.name("stance-terms")}
    key = "marks" if say.corpus.texts is not None else "no_sentences"
    yield Paragraph(say(key, rules=say.settings.scored_by == "lexicon", **files))
    yield from _of_speakers(found, say, table) if say.data.refusal is not None else _of_groups(found, say, table)


def _printed(
    found: StanceFound, say: Say, table: pd.DataFrame, chosen: Sequence[tuple[str, Sequence[int]]]
) -> Iterator[Block]:
    """Mentions in their sentences with all that is marked, under their titles; the marks are found at once."""
    assert found.scored is not None
    sentences = [int(table["sentence"].iloc[k]) for _, rows in chosen for k in rows]
    marks = metadiscourse_marks(say.corpus, sentences, say.settings.all_lexicons())
    for title, rows in chosen:
        items: list[EvidenceItem] = [evidence_item(say.corpus, found.scored, table.iloc[k], marks) for k in rows]
        yield Evidence(title, items)


def _of_speakers(found: StanceFound, say: Say, table: pd.DataFrame) -> Iterator[Block]:
    """Sentences of the speakers with the most mentions."""
    show, chosen = say.settings.evidence, []
    sizes = table.groupby(["group", "speaker"], sort=False).size()
    shown = set(sizes.sort_values(ascending=False, kind="stable").head(MOST_IN_WORDS).index)
    if len(sizes) > len(shown):
        yield Paragraph(say("some_speakers", shown=len(shown), speakers=len(sizes)))
    once = table[~table["sentence"].duplicated()]
    for (group, speaker), part in once.groupby(["group", "speaker"], sort=False):
        if (group, speaker) not in shown:
            continue
        side = part["side"].iloc[0]
        values = {"speaker": speaker, "group": group, "side": "" if side == "home" else side}
        title = say("of_speaker", sentences=len(part), show=show if len(part) > show else 0, **values)
        chosen.append((title, part.index[:show].tolist()))
    yield from _printed(found, say, table, chosen)


def _of_groups(found: StanceFound, say: Say, table: pd.DataFrame) -> Iterator[Block]:
    """Sentences at both ends of the scale, for each group."""
    chosen = []
    # Equal sentences once; without texts each sentence is taken for another one.
    once = "text" if say.corpus.texts is not None else "sentence"
    for group in say.groups:
        part = table[(table["group"] == group) & (table["side"] == "home")]
        # Equal scores in the order of the corpus.
        order = part.iloc[np.lexsort((part["mention"], -part["evaluation"]))]
        # At most half of the sentences on either side, so that none is at both ends.
        half = min(say.settings.evidence, order[once].nunique() // 2)
        if not half:
            continue
        highest = order.drop_duplicates(once).head(half)
        # Of equal sentences the one whose score is nearest to this end.
        lowest = order.drop_duplicates(once, keep="last").tail(half).iloc[::-1]
        for key, rows in (("highest", highest), ("lowest", lowest)):
            chosen.append((say(key, group=group, half=half), rows.index.tolist()))
    yield from _printed(found, say, table, chosen)


def summary(found: StanceFound, say: Say) -> Iterator[str]:
    """A typical sentence of each group."""
    quotes = [(g, q) for g in say.compared if (q := _typical(found, g, say))]
    if quotes and say.data.refusal is None:
        yield say("summary_typical", quotes=quotes)


def _typical(found: StanceFound, group: str, say: Say) -> str:
    """A sentence of a group whose evaluation is nearest to the mean of the group, with its date; empty without text."""
    if found.scored is None or say.corpus.texts is None:
        return ""
    table = mention_rows(say.data, found.scored)
    table = table[(table["group"] == group) & (table["side"] == "home")]
    if table.empty:
        return ""
    mean = float(found.stance.table.query("item == 'evaluation' and stratum == @group")["estimate"].iloc[0])
    if mean != mean:
        return ""
    order = np.argsort(np.abs(table["evaluation"].to_numpy(float) - mean), kind="stable")
    # The nearest first, and no more of them than are needed to find one that is neither short nor long.
    for first in range(0, len(order), LOOKED_UP):
        some = with_text(table.iloc[order[first : first + LOOKED_UP]], say.corpus)
        words = some["text"].str.split().str.len()
        some = some[(words >= FEWEST_WORDS) & (words <= MOST_WORDS)]
        if len(some):
            nearest = some.iloc[0]
            return f"“{nearest['text']}” ({day(nearest['date'])})" if nearest["date"] else f"“{nearest['text']}”"
    return ""


def limits(found: StanceFound, say: Say) -> Iterator[str]:
    """What an unvalidated measure, and any measure of words, does not show; once for all targets."""
    if say.target != say.targets[0]:
        return
    every = [f for (name, _), f in say.results.items() if name == "stance" and isinstance(f, StanceFound)]
    if any(not f.validation.of(m).status.earned for f in every for m in IN_SECTION):
        yield say("limit_validity")
    yield say("limit_words")


def methods(found: StanceFound, say: Say) -> Iterator[Block]:
    """How mentions are scored, distinguished, validated and corrected; once for all targets."""
    if found.scored is None or say.target != say.targets[0]:
        return
    params = found.scored.params
    yield Heading(say("methods_heading"), 2)
    low, high = params["class_bounds"]
    by_rules = say.settings.scored_by == "lexicon"
    text = say("methods_evaluation", rules=describe_rules(), low=f"{low:g}", high=f"{high:g}", final=by_rules)
    yield Formula("evaluation", text)
    if say.settings.scored_by == "prior":
        yield Paragraph(
            say("methods_prior", prior=load_prior(), coded=params.get("n_coded", 0), spread=params.get("spread", 0.0))
        )
    yield Paragraph(say("methods_roles"))
    every = [f for (name, _), f in say.results.items() if name == "stance"]
    if any(f.validation.scores is not None for f in every if isinstance(f, StanceFound)):
        yield Paragraph(say("methods_validation", least_of_act=LEAST_OF_ACT))
    if say.settings.scored_by == "classifier" and "cross_validated" in params:
        yield Paragraph(say("methods_classifier", coded=params["n_coded"], model=params["model"][:16]))
    yield from labels_methods(params, say)
