"""What the commands on a corpus do."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from discourse.cli.commands import plain_console
from discourse.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.experiment.plan import Plan
    from discourse.types import Corpus, EncodedCorpus

NO_GROUP = "(no group)"


def _plan(file: Path, corpus: Sequence[Path], strict: bool) -> Plan:
    from discourse.experiment import load, resolve

    return resolve(load(file), corpus=list(corpus), strict=strict)


def _read(file: Path, corpus: Sequence[Path], strict: bool) -> tuple[Plan, Corpus, EncodedCorpus, str]:
    from discourse.experiment.prepare import encoded_corpus
    from discourse.experiment.run import read_corpus

    plan = _plan(file, corpus, strict)
    source = read_corpus(plan)
    encoded, digest, _ = encoded_corpus(source)
    return plan, source, encoded, digest


def table_console() -> Console:
    """A console for tables: as wide as the terminal, or 160 characters."""
    return Console(highlight=False, markup=False, width=None if plain_console().is_terminal else 160)


def _groups(plan: Plan, documents: pd.DataFrame) -> np.ndarray:
    import numpy as np

    from discourse.corpus.select import assign

    return np.array([*[g.name for g in plan.groups], NO_GROUP], object)[assign(documents, plan.groups)]


def _counted_tokens(encoded: EncodedCorpus) -> np.ndarray:
    """Tokens of each turn that count; int64, shape (n_turns,)."""
    import numpy as np

    return np.diff(np.concatenate([[0], np.cumsum(encoded.words())])[encoded.turn_bounds])


def show_corpus(file: Path, corpus: Sequence[Path], *, strict: bool = False) -> None:
    """Print documents, turns and tokens by group and speaker, and the exclusions."""
    from discourse.corpus.dated import spanned

    plan, _, encoded, digest = _read(file, corpus, strict)
    turns = encoded.turns.assign(
        group=_groups(plan, encoded.documents)[encoded.turn_document], tokens=_counted_tokens(encoded)
    )
    table = Table(title=None, show_edge=False)
    for name in ("group", "speaker", "role", "side"):
        table.add_column(name)
    for name in ("documents", "turns", "tokens"):
        table.add_column(name, justify="right")
    for name in [*[g.name for g in plan.groups], NO_GROUP]:
        part = turns[turns["group"] == name]
        rows = (
            part.groupby(["speaker", "role", "side"], sort=False)
            .agg(documents=("doc_id", "nunique"), turns=("doc_id", "size"), tokens=("tokens", "sum"))
            .sort_values("tokens", ascending=False, kind="stable")
            .reset_index()
        )
        for row in rows.itertuples():
            counts = (row.documents, row.turns, row.tokens)
            table.add_row(name, row.speaker, row.role, row.side, *(f"{n:,}" for n in counts))
    console = table_console()
    dates = " to ".join(dict.fromkeys(spanned(encoded.documents)))
    console.print(
        f"{len(encoded.documents)} documents, {len(encoded.turns)} turns, {int(turns['tokens'].sum()):,} tokens, "
        f"{dates or 'undated'}; SHA-256 {digest[:16]}"
    )
    console.print("The selection of the config (corpus.select, corpus.drop) is not applied here.")
    console.print(table)
    for line in encoded.provenance.inferences:
        console.print(f"inferred: {line}")
    for exclusion in encoded.provenance.exclusions:
        console.print(f"excluded: {exclusion.source}: {exclusion.document}: {exclusion.reason}")


def build_corpus(file: Path, corpus: Sequence[Path], out: Path, *, strict: bool = False) -> None:
    """Read the corpus of an experiment and write it as Parquet tables with a manifest."""
    from discourse.corpus.stored import is_stored, save_corpus
    from discourse.experiment.run import read_corpus

    named, out = out, out.resolve()
    if out.exists() and not is_stored(out) and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: not empty, and not a corpus that this command wrote; choose another folder")
    plan = _plan(file, corpus, strict)
    source = read_corpus(plan)
    section = plan.config.corpus
    settings = section.model_dump(mode="json") | {
        "speakers": {n: s.model_dump(mode="json", by_alias=True) for n, s in plan.config.speakers.items()}
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".", dir=out.parent))
    try:
        save_corpus(source, temporary, settings)
        temporary.chmod(0o755)
        earlier = temporary.with_name(f"{temporary.name}.earlier")
        if out.exists():
            os.rename(out, earlier)
        os.rename(temporary, out)
        shutil.rmtree(earlier, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    console = plain_console()
    console.print(f"{len(source.documents)} documents, {len(source.turns)} turns in {named}")
    n = len(source.provenance.exclusions)
    if n:
        console.print(f"{n} documents excluded; the manifest has the reasons")
    console.print(f"Use it with corpus: {{reader: stored, files: [{named}]}}")


def list_speakers(
    file: Path,
    corpus: Sequence[Path],
    *,
    limit: int = 60,
    csv: Path | None = None,
    yaml: bool = False,
    strict: bool = False,
) -> None:
    """Print every label, how it was resolved, and in how many documents it occurs."""
    from discourse.corpus.audit import UNSURE, speaker_table

    _, source, encoded, _ = _read(file, corpus, strict)
    frame = speaker_table(source, _counted_tokens(encoded))
    console = table_console()
    if yaml:
        unsure = frame[frame["rule"].isin(UNSURE)].drop_duplicates(["speaker", "label"])
        console.print("speakers:")
        for row in unsure.itertuples():
            side = row.side if row.side in ("home", "foreign", "press") else "other"
            console.print(
                f"  {_quoted(row.speaker)}: {{aliases: [{_quoted(row.label)}], role: {row.role or 'participant'}, side: {side}}}"
            )
        return
    if csv is not None:
        frame.to_csv(csv, index=False, lineterminator="\n")
        console.print(f"{len(frame)} labels in {csv}")
        return
    shown = frame if not limit else frame.head(limit)
    table = Table(title=None, show_edge=False)
    for name in ("label", "speaker", "role", "side", "inferred from", "office"):
        table.add_column(name, overflow="fold")
    for name in ("documents", "turns", "tokens"):
        table.add_column(name, justify="right")
    for row in shown.itertuples():
        cells = (row.label, row.speaker, row.role, row.side, row.rule, row.office)
        table.add_row(*map(str, cells), f"{row.documents:,}", f"{row.turns:,}", f"{row.tokens:,}")
    console.print(table)
    unsure = int(frame["rule"].isin(UNSURE).sum())
    more = f"; {len(shown)} are shown (--limit 0 prints all)" if len(shown) < len(frame) else ""
    console.print(
        f"{len(frame)} labels for {frame['speaker'].nunique()} speakers{more}. The first {unsure} were inferred from less than byline, title, "
        "office or a fixed label: correct them under speakers: in the config (--yaml prints a beginning)."
    )


def _quoted(text: object) -> str:
    import json

    return json.dumps(str(text), ensure_ascii=False)


def audit_turns(
    file: Path,
    corpus: Sequence[Path],
    *,
    n: int = 100,
    out: Path | None = None,
    sheet: Path | None = None,
    strict: bool = False,
) -> None:
    """Write a sheet of turns to check by hand, or print what a checked sheet says."""
    from discourse.corpus.audit import GUIDE, draw_turns, judge
    from discourse.report.sheet import check_sheet_path, read_sheet, write_sheet

    console = plain_console()
    if (out is None) == (sheet is None):
        raise UsageError("give either --out PATH, to draw a sheet, or --sheet PATH, to read back a checked one")
    if out is not None:
        check_sheet_path(out)
        plan, source, encoded, _ = _read(file, corpus, strict)
        group = _groups(plan, encoded.documents)[encoded.turn_document]
        strata = [f"{g} / {r or 'unknown'}" for g, r in zip(group, source.turns["role"])]
        drawn = draw_turns(source, strata, n, plan.config.inference.seed)
        write_sheet(drawn, out, GUIDE)
        console.print(
            f"{len(drawn)} turns of {len(source.turns):,} in {out}: fill in the columns turn_is_right, speaker_is_right, role_is_right and "
            f"missed_turns, then: discourse corpus audit {file} --sheet {out}"
        )
        return
    assert sheet is not None
    frame = read_sheet(sheet)
    for row in judge(frame, sheet.name).itertuples():
        if row.n:
            console.print(f"{row.measure:<24} {row.estimate:.3f} [{row.low:.3f}, {row.high:.3f}]  n = {row.n}")
        else:
            console.print(f"{row.measure:<24} not filled in")


def reused_passages(
    file: Path, corpus: Sequence[Path], *, limit: int = 20, csv: Path | None = None, strict: bool = False
) -> None:
    """Print the passages that most documents share, by group."""
    from discourse.corpus.select import assign
    from discourse.experiment.prepare import with_repetition
    from discourse.features.repetition import passage_table

    plan, _, encoded, digest = _read(file, corpus, strict)
    settings = plan.config.section("repetition")
    encoded, found = with_repetition(encoded, settings, digest)
    names = [g.name for g in plan.groups]
    table = passage_table(encoded, found, names, assign(encoded.documents, plan.groups))
    console = plain_console()
    if csv is not None:
        table.to_csv(csv, index=False, date_format="%Y-%m-%d", lineterminator="\n")
        console.print(f"{len(table)} passages in {csv}")
        return
    shown = table if not limit else table.head(limit)
    for row in shown.to_dict("records"):
        counts = ", ".join(f"{name} {row[name]}" for name in names)
        console.print(
            f"{row['n_documents']} documents ({counts}), {row['n_tokens']} tokens; first "
            + " ".join(filter(None, (row["first_date"], row["first_speaker"])))
        )
        console.print(f"    {row['passage']}")
    share = 100 * found.reused.sum() / max(encoded.words().sum(), 1)
    more = f"; {len(shown)} are shown (--limit 0 prints all)" if len(shown) < len(table) else ""
    console.print(
        f"{len(table)} passages of {settings.passage_tokens} tokens or more in several documents{more}; they hold {share:.1f}% of the "
        f"tokens. {len(found.duplicates)} documents were published twice."
    )
