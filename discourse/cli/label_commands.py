"""What the command does that writes mentions to be labelled outside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.cli.commands import plain_console
from discourse.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from discourse.experiment import Plan
    from discourse.features.target import Target

SHOWN = ("date", "title", "speaker", "group", "evaluation")
SUFFIXES = (".csv", ".jsonl")


@dataclass(frozen=True)
class Wanted:
    """Which mentions to write, and what of them.

    Parameters
    ----------
    target : str, optional
        Only of this target.
    show : tuple of str
        Of `SHOWN`, beside the text; nothing else is told, so that labels depend on the text alone.
    missing : bool
        Only mentions that lack a label.
    everything : bool
        Those that do not count as well.
    """

    target: str | None = None
    show: tuple[str, ...] = ()
    missing: bool = False
    everything: bool = False


def write_mentions(file: Path, corpus: Sequence[Path], out: Path, wanted: Wanted, *, strict: bool = False) -> None:
    """Write mentions in their sentences with their ids, as CSV or JSON lines."""
    import pandas as pd

    from discourse.experiment import load, resolve
    from discourse.gates import csv, json_text
    from discourse.writer import probe, write_file

    if out.suffix.casefold() not in SUFFIXES:
        raise UsageError(f"{out}: a file to label ends in {' or '.join(SUFFIXES)}")
    if out.exists():
        raise UsageError(
            f"{out}: there is such a file already, maybe with labels in it; move it away or choose another name"
        )
    for name in wanted.show:
        if name not in SHOWN:
            raise UsageError(f"--show {name}: {did_you_mean(name, SHOWN)}")
    plan = resolve(load(file), corpus=list(corpus), strict=strict)
    targets = _targets(file, plan, wanted.target)
    if wanted.missing and not plan.config.section("stance").labels:
        raise UsageError(f"--missing: {file} names no labels under stance: labels:")
    probe(out)
    found = [_mentions_of(plan, t, wanted) for t in targets]
    parts, more = [p for p, _ in found], sum(n for _, n in found)
    table = pd.concat(parts, ignore_index=True)
    if table.empty:
        raise UsageError("every mention has a label" if wanted.missing else "there is no mention of a target")
    if out.suffix.casefold() == ".csv":
        data = csv(table)
    else:
        data = json_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in table.to_dict("records")))
    write_file(out, data)
    console = plain_console()
    counts = ", ".join(f"{t.name} {len(p)}" for t, p in zip(targets, parts))
    console.print(f"{len(table)} mentions ({counts}) in {out}")
    if more:
        console.print(
            f"{more} of them do not count as configured"
            + ("." if wanted.everything else ", but with repeated passages or another selection that the config names.")
        )
    console.print(
        "Keep the column mention_id, add stance (conflictual, neutral, cooperative) or evaluation (-1 to 1), and name the file under "
        "stance: {method: labels, labels: {NAME: FILE}}."
    )


def _targets(file: Path, plan: Plan, name: str | None) -> list[Target]:
    names = [t.name for t in plan.targets]
    if not names:
        raise UsageError(f"{file}: there are no targets; name one under targets:")
    if name is not None and name not in names:
        raise UsageError(f'{file}: there is no target "{name}". {did_you_mean(name, names)}')
    return [t for t in plan.targets if name in (None, t.name)]


def _mentions_of(plan: Plan, target: Target, wanted: Wanted) -> tuple[pd.DataFrame, int]:
    """The mentions of one target, in the order of the corpus; how many of them do not count as configured."""
    import numpy as np
    import pandas as pd

    from discourse.analyses.stance.labels import label_ids
    from discourse.corpus.dated import iso_dates
    from discourse.experiment.labelling import mentions_to_label
    from discourse.features.concordance import bracketed

    found = mentions_to_label(plan, target)
    chosen = np.ones(len(found.asked), bool) if wanted.everything else found.asked
    rows = np.flatnonzero(chosen & found.missing if wanted.missing else chosen)
    units = found.scored.units.iloc[rows]
    words = [bracketed(found.corpus, int(u.sentence), int(u.token), int(u.length)) for u in units.itertuples()]
    before, text, after = zip(*words) if words else ((), (), ())
    turns, documents = found.data.turns.iloc[units["turn"]], found.data.documents.iloc[units["document"]]
    told = {
        "date": lambda: iso_dates(documents),
        "title": lambda: documents["title"].astype(str),
        "speaker": lambda: turns["speaker"].astype(str),
        "group": lambda: documents["group"].astype(str),
        "evaluation": lambda: pd.Series(found.scored.values[rows, 0]).round(4),
    }
    table = pd.DataFrame(
        {
            "mention_id": label_ids(found.corpus, units),
            "target": target.name,
            "before": before,
            "text": text,
            "after": after,
            **{name: told[name]().to_numpy() for name in wanted.show},
        }
    )
    return table, int((~found.configured[rows]).sum())
