"""What `discourse stance explain` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse.cli.commands import of_how_many, plain_console, write_tables
from discourse.cli.measured import MeasuredStance, measured_stance
from discourse.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Mentions:
    """Which mentions to explain: of one document, in sentences with these words, of speakers of all sides."""

    document: str | None = None
    search: str | None = None
    all_sides: bool = False


def explain(
    file: Path,
    corpus: Sequence[Path],
    which: Mentions,
    *,
    target: str | None = None,
    limit: int = 20,
    csv: Path | None = None,
    strict: bool = False,
) -> None:
    """Print mentions in their sentences with the words and rules that made their scores."""
    from discourse.analyses.stance.evidence import mention_table

    measured = measured_stance(file, corpus, target, strict, out=[csv] if csv is not None else [])
    table = mention_table(measured.data, measured.corpus, measured.scored)
    others = int((table["side"] != "home").sum())
    if not which.all_sides:
        table = table[table["side"] == "home"]
    console = plain_console()
    if which.document is not None:
        if which.document not in set(measured.data.documents["doc_id"]):
            raise UsageError(
                f'there is no document "{which.document}". {did_you_mean(which.document, measured.data.documents["doc_id"])}'
            )
        table = table[table["doc_id"] == which.document]
    if which.search is not None:
        table = table[table["text"].str.contains(which.search, case=False, regex=False)]
    if csv is not None:
        write_tables({csv: (table.drop(columns="mention"), "mentions")})
        return
    shown = table if not limit else table.head(limit)
    by_model = _explained(measured, shown["mention"].tolist())
    for row in shown.to_dict("records"):
        _print_mention(console, measured, row, by_model.get(int(row["mention"]), ()))
    console.print(
        f"{len(table)} mentions in {table['doc_id'].nunique()} documents{of_how_many(len(shown), len(table))}"
    )
    settings = measured.plan.config.section("stance")
    if settings.scored_by == "classifier":
        console.print("These are the scores of the rules; the report replaces them by those of the classifier.")
    elif settings.learns(measured.target.name):
        console.print("These are the scores of the prior as it is; the report adjusts them by the codes.")
    elif settings.labelled_by:
        console.print(
            f"These are the scores of the package; the report replaces them by the labels of {settings.labelled_by}."
        )
    if others and not which.all_sides:
        console.print(f"{others} mentions by reporters, guests and others are not counted (--all-sides shows them)")


def _print_mention(console: Console, measured: MeasuredStance, row: Mapping[str, Any], by_model: Sequence[str]) -> None:
    """A mention in its sentence, what the model makes of it, and the terms of the rules."""
    from discourse.analyses.stance.evidence import score_marks
    from discourse.features.concordance import sentence

    marks = score_marks(measured.scored, int(row["mention"]))
    found = sentence(measured.corpus, int(row["sentence"]), marks)
    pieces, at = [], 0
    for start, end, style in sorted(found.marks):
        if start < at:
            continue
        left, right = {"cooperative": ("{+", "}"), "conflictual": ("{-", "}")}.get(style, ("[[", "]]"))
        pieces += [found.text[at:start], left, found.text[start:end], right]
        at = end
    console.print(f"{row['date'] or 'undated'}  {row['speaker']}  ({row['doc_id']})")
    console.print("  " + " ".join("".join([*pieces, found.text[at:]]).split()))
    flags = [w for w, on in (("condition", row["conditional"]), ("its own words follow", row["reported"])) if on]
    parts = [f"{row['who_acts']} ({row['rule']})", *([row["act"]] if row["act"] else []), *flags]
    console.print(f"  evaluation {row['evaluation']:+.2f}, {row['class_']}; {measured.target.name}: {', '.join(parts)}")
    for line in by_model:
        console.print(f"    {line}")
    hits = measured.scored.details["hits"]
    mine = hits[hits["mention"] == row["mention"]]
    for hit in mine.itertuples():
        rules = f"  {hit.rules}" if hit.rules else ""
        console.print(f"    {hit.score:+.2f} = {hit.weight:+g} x {hit.factor:.2f}  {hit.term} ({hit.category}){rules}")
    by_rules = measured.stance.rules
    evaluation, class_ = by_rules.values[row["mention"], 0], by_rules.units["class_"].iloc[row["mention"]]
    of_rules = f"; evaluation by the rules {evaluation:+.2f}, {class_}" if by_model else ""
    console.print(f"    {mine['score'].sum():+.2f} in all{of_rules}")
    console.print("")


def _explained(measured: MeasuredStance, mentions: Sequence[int]) -> dict[int, list[str]]:
    """Probabilities by the prior and what moved it most, for some mentions; none where the rules score."""
    from discourse.features.stance import CLASSES, explain_prior

    if measured.plan.config.section("stance").scored_by != "prior":
        return {}
    found = {}
    for mention, by in zip(mentions, explain_prior(measured.stance.read, measured.stance.rules, mentions)):
        chances = ", ".join(f"{c} {p:.2f}" for c, p in zip(CLASSES, by.probabilities))
        moved = ", ".join(
            f"{c.what} {c.amount:+.2f}" if c.from_rules else f'"{c.what}" {c.amount:+.2f}' for c in by.contributions
        )
        found[mention] = [f"prior: {chances}", f"  moved most by {moved}"]
    return found
