"""What the commands on stance do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from discourse.cli.commands import plain_console
from discourse.cli.corpus_commands import table_console
from discourse.cli.measured import measured_stance
from discourse.door import sum_of
from discourse.errors import UsageError, did_you_mean
from discourse.gates import json_text

if TYPE_CHECKING:
    import pandas as pd

    from discourse.compare.agreement import Agreement


def draw_sample(
    file: Path,
    corpus: Sequence[Path],
    out: Path,
    *,
    n: int = 300,
    ask: Sequence[str] = (),
    target: str | None = None,
    strict: bool = False,
) -> None:
    """Write a blind coding sheet, as .xlsx and .csv, and its key."""
    from discourse.analyses.stance.coding import ALWAYS, ON_REQUEST, VARIABLES, codebook, fingerprint
    from discourse.analyses.stance.sampling import draw
    from discourse.report.sheet import check_sheet_path, sheet_files
    from discourse.writer import write_files

    if out.suffix.casefold() not in (".xlsx", ".csv"):
        raise UsageError(f"{out}: a sheet ends in .xlsx or .csv; both are written")
    for name in ask:
        if name not in VARIABLES:
            raise UsageError(f"--ask {name}: there is no such variable to code. {did_you_mean(name, ON_REQUEST)}")
    asked = [v for v in VARIABLES if v in (*ALWAYS, *ask)]
    paths = [out.with_suffix(".xlsx"), out.with_suffix(".csv")]
    key_path = out.with_suffix(".key.json")
    for path in paths:
        check_sheet_path(path)
    if key_path.exists():
        raise UsageError(f"{key_path}: this key exists already; move it away or choose another name")
    measured = measured_stance(file, corpus, target, strict, labels=True, out=[*paths, key_path])
    settings = measured.plan.config.section("stance")
    sheet, key = draw(
        measured.scored,
        measured.counted,
        measured.data,
        measured.corpus,
        n=n,
        dependence=fingerprint(settings, measured.target, measured.data.sha256, measured.scored),
        experiment=measured.plan.config.name,
        asked=asked,
    )
    book = codebook(asked)
    guide = [
        (
            "text",
            f"Code the mention of {measured.target.name} in [[double brackets]]; the sentences before and after help to understand it.",
        ),
        *((f"{r.variable}: {r.code}", str(r.meaning)) for r in book.itertuples()),
        ("note", "Whatever you hesitate about."),
    ]
    files = {key_path: json_text(json.dumps(key, ensure_ascii=False, indent=1) + "\n")}
    for path in paths:
        files |= sheet_files(sheet, path, guide, name="codebook", choices={v: VARIABLES[v] for v in asked})
    # A sheet without its key, or the other way round, is of no use.
    write_files(files)
    console = plain_console()
    groups = {
        g: sum(s["n_drawn"] for s in key["strata"] if s["group"] == g)
        for g in dict.fromkeys(s["group"] for s in key["strata"])
    }
    console.print(
        f"{len(sheet)} mentions ({', '.join(f'{g} {k}' for g, k in groups.items())}) of {int(measured.counted.sum()):,} in {paths[0]} and {paths[1]}; "
        f"keep {key_path} beside them, and show it to no coder. Give each coder a copy."
    )
    few = [g for g, k in groups.items() if k < 30]
    if few:
        console.print(f"A corrected contrast needs at least 30 coded mentions in each group; fewer: {', '.join(few)}.")
    console.print(f"When they are coded: discourse stance validate {file} SHEET...")


def agree(sheets: Sequence[Path], *, csv: Path | None = None) -> None:
    """Print how far coders agree, and the items to discuss."""
    import pandas as pd

    from discourse import gates
    from discourse.analyses.stance.coding import VARIABLES, read_codes, same_items
    from discourse.compare.agreement import agreement
    from discourse.report.sheet import read_sheet
    from discourse.writer import probe, write_file

    if csv is not None and csv.exists():
        raise UsageError(f"{csv}: there is such a file already; choose another name")
    if csv is not None:
        probe(csv, inputs=sheets)
    if len(sheets) < 2:
        raise UsageError("agreement needs the sheets of two coders or more; one was given")
    names = _names(sheets)
    codes = {name: read_codes(path) for name, path in zip(names, sheets)}
    same_items(codes)
    console, printed = plain_console(), False
    texts = read_sheet(sheets[0]).set_index("item").get("text")
    discuss = []
    for variable, values in VARIABLES.items():
        columns = {n: c[variable] for n, c in codes.items() if variable in c.columns}
        if len(columns) < 2:
            continue
        printed = True
        table = pd.DataFrame(columns)
        # Stance can be a number; certainty has an order, roles and acts have none.
        levels = {"stance": ("nominal", "ordinal", "interval"), "certainty": ("nominal", "ordinal")}.get(
            variable, ("nominal",)
        )
        found = [agreement(table, values, variable=variable, level=level) for level in levels]  # type: ignore[arg-type]
        console.print(f"{variable}: {found[0].n_items} items, {found[0].n_coders} coders")
        for one in found:
            console.print(f"  Krippendorff's alpha, {one.level:<8} {one.alpha:.3f} [{one.low:.3f}, {one.high:.3f}]")
        _confusion(found[0], values)
        last = found[-1].discuss
        discuss.append(last.assign(variable=variable, text=None if texts is None else texts.reindex(last.index)))
    if not printed:
        raise UsageError("no variable is coded in two of the sheets")
    items = pd.concat(discuss)
    if csv is not None:
        write_file(csv, gates.csv(items.reset_index()))
        console.print(f"{len(items)} items to discuss in {csv}")
        return
    console.print(f"{len(items)} items to discuss" + (" (--csv writes them all)" if len(items) > 12 else ""))
    for item, row in items.head(12).iterrows():
        console.print(
            f"  {item}  {row['variable']}: {', '.join(f'{n} {row[n]}' for n in names if pd.notna(row.get(n)))}"
        )
        if isinstance(row["text"], str):
            console.print(f"    {row['text'][:300]}")


def _names(sheets: Sequence[Path]) -> list[str]:
    """A name for each sheet: that of its file, with its folder where two are the same."""
    names = [p.stem for p in sheets]
    if len(set(names)) < len(names):
        names = [str(p) for p in sheets]
    if len(set(names)) < len(names):
        raise UsageError(f"{next(n for n in names if names.count(n) > 1)} is given twice")
    return names


def _confusion(found: Agreement, values: Sequence[str]) -> None:
    console = table_console()
    for (first, second), part in found.confusion.groupby(["first", "second"], sort=False):
        table = Table(title=f"{first} (rows) and {second} (columns)", title_justify="left", show_edge=False)
        table.add_column("")
        for value in values:
            table.add_column(value, justify="right")
        counts = part.set_index(["code_first", "code_second"])["n"].to_dict()
        for value in values:
            table.add_row(value, *(str(counts.get((value, other), 0)) for other in values))
        console.print(table)


def validate_sheets(
    file: Path,
    sheets: Sequence[Path],
    corpus: Sequence[Path],
    *,
    target: str | None = None,
    key_path: Path | None = None,
    partial: bool = False,
    strict: bool = False,
) -> None:
    """Compare the measure with coded sheets, print precision, recall and F1, and keep the validation beside the experiment."""
    from discourse.analyses.stance.coding import (
        check_key,
        find_key,
        fingerprint,
        load_key,
        missing_codes,
        read_codes,
        rows_of_items,
        same_items,
    )
    from discourse.analyses.stance.records import load_records, record
    from discourse.analyses.stance.validation import Measure, validate
    from discourse.analyses.validity import in_words, validity_words
    from discourse.compare.notes import note_text
    from discourse.experiment import load
    from discourse.writer import probe, write_file

    key = load_key(key_path or find_key(sheets[0]))
    names = _names(sheets)
    codes = {name: read_codes(path) for name, path in zip(names, sheets)}
    same_items(codes, [i["item"] for i in key["items"]])
    missing_codes(codes, partial=partial)
    name = target or str(key["target"]["name"])
    if load(file).experiment.section("stance").learns(name):
        raise UsageError(
            f"{file}: what learns from codes is validated by `discourse run`, on the sheet that it learns from; validate checks "
            "what does not (method: prior without training, lexicon or labels)"
        )
    measured = measured_stance(file, corpus, name, strict, labels=True)
    path = Path(measured.plan.config.section("stance").validation)
    probe(path, inputs=(file, *sheets))
    settings, scored = measured.plan.config.section("stance"), measured.scored
    now = fingerprint(settings, measured.target, measured.data.sha256, scored)
    changed = check_key(key, now, ("corpus", "target"))
    if changed:
        raise UsageError(f"the sample was drawn before {in_words(changed)} changed: draw and code a new one")
    items = rows_of_items(key, measured.data.turns, scored, measured.counted, measured.target.name)
    found = validate(scored, measured.counted, measured.data, key, items, codes)
    assert found.scores is not None and found.corrected is not None
    _print_scores(found.scores)
    console = plain_console()
    for row in found.corrected.table.itertuples():
        if row.item == "corrected":
            raw = found.corrected.table.query("item == 'raw' and stratum == @row.stratum").iloc[0]
            console.print(
                f"{row.stratum}: evaluation {row.estimate:.2f} [{row.low:.2f}, {row.high:.2f}] corrected for the error of the measure, "
                f"{raw['estimate']:.2f} [{raw['low']:.2f}, {raw['high']:.2f}] as measured"
                if row.estimate == row.estimate
                else f"{row.stratum}: {note_text(row._asdict())}"
            )
    for measure in Measure:
        console.print(f"{measure}: {validity_words(found.of(measure))}")
    changed = check_key(key, now, ("lexicons", "settings"))
    if changed:
        console.print(
            f"Note: {in_words(changed)} changed after the sample was drawn. If you changed it with these codes in view, the scores flatter it: "
            "draw and code a new sample for the figures that you publish."
        )
    hashes = {n: sum_of(p) for n, p in zip(names, sheets)}
    kept = {
        **load_records(path),
        measured.target.name: record(found, key, now, items, codes, hashes, scored),
    }
    write_file(path, json_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n"))
    console.print(f"kept in {path}; it is void when corpus, lexicon, target or settings change")


def _print_scores(scores: pd.DataFrame) -> None:
    table = Table(show_edge=False)
    for name in ("", "group", "class", "n", "precision", "recall", "F1"):
        table.add_column(name, justify="right" if name in ("n", "precision", "recall", "F1") else "left")
    for (item, stratum, name), part in scores.groupby(["item", "stratum", "class_"], sort=False):
        if part["estimate"].isna().all():
            continue
        cells = part.set_index("measure")
        shown = [
            f"{c['estimate']:.2f} [{c['low']:.2f}, {c['high']:.2f}]" if c["estimate"] == c["estimate"] else "-"
            for c in (cells.loc[m] for m in ("precision", "recall", "f1"))
        ]
        table.add_row(str(item), str(stratum), str(name), str(int(part["n"].iloc[0])), *shown)
    table_console().print(table)
