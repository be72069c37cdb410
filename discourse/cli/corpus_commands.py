"""What the commands on a corpus do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from discourse.cli.commands import of_how_many, plain_console, probe_out, write_tables
from discourse.cli.terminal import Terminal
from discourse.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.experiment.plan import Plan
    from discourse.types import Corpus, EncodedCorpus, Provenance

PASSAGE = 1_000  # characters of a passage that are printed
NO_GROUP = "(no group)"


def plan_of(file: Path, corpus: Sequence[Path], strict: bool) -> Plan:
    """The plan of an experiment whose groups may not be written yet."""
    from discourse.experiment import load, resolve

    return resolve(load(file, unfinished=True), corpus=list(corpus), strict=strict)


def _read(
    file: Path, corpus: Sequence[Path], strict: bool, out: Path | None = None
) -> tuple[Plan, Corpus, EncodedCorpus, str]:
    from discourse.experiment.reading import encoded_corpus
    from discourse.experiment.run import read_corpus

    plan = plan_of(file, corpus, strict)
    probe_out(out, plan)
    source = read_corpus(plan)
    encoded, digest, _ = encoded_corpus(source)
    return plan, source, encoded, digest


def table_console() -> Console:
    """A console for tables: as wide as the terminal, or 160 characters."""
    return Terminal(highlight=False, markup=False, emoji=False, width=None if plain_console().is_terminal else 160)


def _groups(plan: Plan, documents: pd.DataFrame) -> np.ndarray | None:
    """Group of each document; None where the config has no groups yet."""
    import numpy as np

    from discourse.experiment.run import group_of_documents

    names = np.array([*[g.name for g in plan.groups], NO_GROUP], object)
    return names[group_of_documents(plan, documents)] if plan.groups else None


def _counted_tokens(encoded: EncodedCorpus) -> np.ndarray:
    """Tokens of each turn that count; int64, shape (n_turns,)."""
    import numpy as np

    return np.diff(np.concatenate([[0], np.cumsum(encoded.words())])[encoded.turn_bounds])


def show_corpus(file: Path, corpus: Sequence[Path], *, limit: int = 60, strict: bool = False) -> None:
    """Print documents, turns and tokens by group and speaker, how labels were read, and the exclusions."""
    import pandas as pd

    from discourse.corpus.dated import spanned

    plan, _, encoded, digest = _read(file, corpus, strict)
    turns = encoded.turns.assign(tokens=_counted_tokens(encoded))
    keys = ["speaker", "role", "side"]
    group = _groups(plan, encoded.documents)
    if group is not None:
        order = [*[g.name for g in plan.groups], NO_GROUP]
        turns.insert(0, "group", pd.Categorical(group[encoded.turn_document], order, ordered=True))
        keys = ["group", *keys]
    rows = (
        turns.groupby(keys, sort=False, observed=True)
        .agg(documents=("doc_id", "nunique"), turns=("doc_id", "size"), tokens=("tokens", "sum"))
        .reset_index()
        .sort_values("tokens", ascending=False, kind="stable")
    )
    shown = rows.head(limit) if limit else rows
    if group is not None:
        shown = shown.sort_values("group", kind="stable")
    console = table_console()
    dates = " to ".join(dict.fromkeys(spanned(encoded.documents)))
    console.print(
        f"{len(encoded.documents)} documents, {len(encoded.turns)} turns, {int(turns['tokens'].sum()):,} tokens, "
        f"{dates or 'undated'}; SHA-256 {digest[:16]}"
    )
    if plan.config.corpus.select or plan.config.corpus.drop:
        console.print("The selection of the config (corpus.select, corpus.drop) is not applied here.")
    console.print(_table(shown, keys, ("documents", "turns", "tokens")))
    name = "groups and speakers" if group is not None else "speakers"
    if limit and len(shown) < len(rows):
        console.print(f"{len(rows):,} {name}, those with the most tokens first{of_how_many(len(shown), len(rows))}.")
    _print_labels(console, encoded.provenance)
    _print_some(console, "inferred", encoded.provenance.inferences, limit)
    excluded = [f"{e.source}: {e.document}: {e.reason}" for e in encoded.provenance.exclusions]
    _print_some(console, "excluded", excluded, limit)


def _table(frame: pd.DataFrame, names: Sequence[str], numbers: Sequence[str]) -> Table:
    """Some columns as a table for the terminal."""
    table = Table(title=None, show_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right")
    for row in frame.to_dict("records"):
        table.add_row(*(str(row[n]) for n in names), *(f"{row[n]:,}" for n in numbers))
    return table


def _print_labels(console: Console, provenance: Provenance) -> None:
    """How labels were read, and how many lines nobody claims."""
    by_size = sorted(provenance.labels.items(), key=lambda item: (-item[1], item[0]))
    if by_size:
        read = ", ".join(f"{name} ({n:,} document{'s' * (n != 1)})" for name, n in by_size)
        console.print(f"labels read as: {read}")
    n = len(provenance.unclaimed)
    if n:
        console.print(f"{_unclaimed_lines(n)}; `discourse corpus speakers` lists them")


def _unclaimed_lines(n: int) -> str:
    """What unclaimed lines are, in words."""
    if n == 1:
        return "1 line looks like a label and is claimed by nobody: its words went to whoever spoke before"
    return f"{n:,} lines look like labels and are claimed by nobody: their words went to whoever spoke before"


def _print_some(console: Console, what: str, lines: Sequence[str], limit: int) -> None:
    """Print lines, and how many of them, where these are not all."""
    shown = lines[:limit] if limit else lines
    for line in shown:
        console.print(f"{what}: {line}")
    if len(shown) < len(lines):
        console.print(f"{len(lines):,} {what}{of_how_many(len(shown), len(lines))}.")


def list_speakers(
    file: Path,
    corpus: Sequence[Path],
    *,
    limit: int = 60,
    csv: Path | None = None,
    yaml: bool = False,
    strict: bool = False,
) -> None:
    """Print every label, how it was resolved, and in how many documents it occurs; then lines that nobody claims."""
    from discourse.corpus.audit import UNSURE, speaker_table
    from discourse.corpus.unclaimed import REMEDY, unclaimed_table

    if yaml and csv is not None:
        raise UsageError("give either --yaml or --csv PATH")
    plan, source, encoded, _ = _read(file, corpus, strict, csv)
    if yaml:
        _print_yaml(plan, source)
        return
    frame = speaker_table(source, _counted_tokens(encoded))
    lines = unclaimed_table(source.provenance.unclaimed)
    if csv is not None:
        tables = {csv: (frame, "labels")}
        if len(lines):
            # Its columns are others, and in one file they would be taken for labels.
            tables[csv.with_suffix(f".unclaimed{csv.suffix}")] = lines, "kinds of lines that nobody claims"
        for path in tables:
            probe_out(path, plan)
        write_tables(tables)
        return
    console = table_console()
    shown = frame if not limit else frame.head(limit)
    names = ["label", "speaker", "role", "side", "inferred from", "office"]
    table = _table(shown.rename(columns={"rule": "inferred from"}), names, ("documents", "turns", "tokens"))
    console.print(table)
    unsure = int(frame["rule"].isin(UNSURE).sum())
    console.print(
        f"{len(frame):,} labels for {frame['speaker'].nunique():,} speakers{of_how_many(len(shown), len(frame))}. The first {unsure:,} were "
        "inferred from less than byline, title, office or a fixed label: correct them under speakers: in the config (--yaml prints a beginning)."
    )
    if not len(lines):
        return
    console.print()
    few = lines if not limit else lines.head(limit)
    first = few.rename(columns={"text": "line", "document": "first in", "line": "at line"})
    console.print(_table(first, ("line", "first in"), ("at line", "lines", "documents")))
    console.print(
        f"{_unclaimed_lines(len(source.provenance.unclaimed))}{of_how_many(len(few), len(lines))}. To settle them, {REMEDY}."
    )


def _print_yaml(plan: Plan, source: Corpus) -> None:
    """Print a section `speakers`: the people of the config, and those who were inferred from little."""
    from discourse.corpus.suggest import suggest

    found, open_ = suggest(source, plan.reader_options.get("speakers", ()))
    lines = ["# In place of the section speakers of the config; correct what is wrong."]
    if "speakers" not in plan.reader_options:
        lines.append(
            f"# The reader {plan.config.corpus.reader} takes no speakers: this is for the config from which the corpus was built."
        )
    for label, people in open_.items():
        lines.append(f"# No alias can say who is meant by {_quoted(label)}: {', '.join(map(_quoted, people))}")
    lines.append("speakers:" if found else "speakers: {}")
    for speaker in found:
        settings = {
            "aliases": f"[{', '.join(map(_quoted, speaker.aliases))}]" if speaker.aliases else "",
            "role": _quoted(speaker.role),
            "side": speaker.side,
            "office": _quoted(speaker.office) if speaker.office else "",
            "from": speaker.start,
            "before": speaker.stop,
        }
        given = ", ".join(f"{k}: {v}" for k, v in settings.items() if v)
        lines.append(f"  {_quoted(speaker.name)}: {{{given}}}")
    # Not the console's print, which writes tabs and signs of control in its own way.
    plain_console().file.write("\n".join([*lines, ""]))


def _quoted(text: str) -> str:
    """A text as YAML in quotation marks, on one line."""
    import yaml

    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf")).strip()


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
        group, role = (
            _groups(plan, encoded.documents),
            source.turns["role"].where(source.turns["role"] != "", "unknown"),
        )
        strata = list(role) if group is None else [f"{g} / {r}" for g, r in zip(group[encoded.turn_document], role)]
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
    from discourse.experiment.engine import Here
    from discourse.experiment.repeated import with_repetition
    from discourse.experiment.run import group_of_documents
    from discourse.features.repetition import passage_table
    from discourse.report.sheet import shortened

    plan, _, encoded, digest = _read(file, corpus, strict, csv)
    settings = plan.config.section("repetition")
    encoded, found, _ = with_repetition(encoded, settings, digest, refresh=False, engine=Here())
    names = [g.name for g in plan.groups]
    table = passage_table(encoded, found, names, group_of_documents(plan, encoded.documents))
    console = plain_console()
    if csv is not None:
        write_tables({csv: (table, "passages")})
        return
    shown = table if not limit else table.head(limit)
    for row in shown.to_dict("records"):
        counts = f" ({', '.join(f'{name} {row[name]}' for name in names)})" if names else ""
        console.print(
            f"{row['n_documents']} documents{counts}, {row['n_tokens']} tokens; first "
            + " ".join(filter(None, (row["first_date"], row["first_speaker"])))
        )
        console.print(f"    {shortened(row['passage'], PASSAGE)}")
    share = 100 * found.reused.sum() / max(encoded.words().sum(), 1)
    console.print(
        f"{len(table):,} passages of {settings.passage_tokens} tokens or more in several documents{of_how_many(len(shown), len(table))}; they hold {share:.1f}% of the "
        f"tokens. {len(found.duplicates)} documents were published twice."
    )
