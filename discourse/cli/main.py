"""Typer commands; each is a thin wrapper around a plain function in `discourse.cli.commands`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from discourse.cli.corpus_app import corpus_app
from discourse.cli.export_command import export
from discourse.cli.options import Corpus, CsvFile, File, Memory, Quiet, Scheduler, Sheets, Strict, Target, Workers, Yes
from discourse.cli.screen import open_report
from discourse.cli.stopping import quiet_libraries, stoppable
from discourse.cli.teach_app import teach_app
from discourse.cli.terminal import complain

app = typer.Typer(
    name="discourse",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Comparative discourse analytics: from transcripts to a figure report that survives its reviewer.",
)
app.add_typer(corpus_app, name="corpus")
app.add_typer(teach_app, name="teach")
stance_app = typer.Typer(
    no_args_is_help=True, help="See how stance is scored, code a sample, and validate the measure."
)
app.add_typer(stance_app, name="stance")


@app.command()
def run(
    file: File,
    corpus: Corpus = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where the report goes; reports/NAME by default.", show_default=False
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Compute everything again; use nothing that an earlier run stored.")
    ] = False,
    strict: Strict = False,
    quiet: Quiet = False,
    yes: Yes = False,
    bundle: Annotated[
        Path | None,
        typer.Option(
            "--bundle",
            metavar="FILE",
            help="Bundle in place of the texts; the one beside FILE by default, where texts are missing.",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Run again whenever the config or a file that it names changes; opens the page."),
    ] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    memory: Memory = None,
) -> None:
    """Run an experiment and write its report: report.pdf, report.html, figures, tables, references, run.json."""
    from discourse.cli.commands import Asked, Where, run_experiment

    asked, where = Asked(file, corpus or [], strict, bundle), Where(workers, scheduler, memory)
    if watch:
        from discourse.cli.screen import watch_experiment

        return watch_experiment(asked, out, where, quiet=quiet, yes=yes)
    run_experiment(asked, out, where, force=force, quiet=quiet, yes=yes)


app.command("open")(open_report)
app.command("export")(export)


@app.command("bundle")
def make_bundle(
    file: File,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="PATH", help="The bundle, a zip file.", show_default=False)
    ],
    corpus: Corpus = None,
    keep: Annotated[
        str,
        typer.Option("--keep", metavar="WHAT", help="needed, or passages: bags of words for topics to be added later."),
    ] = "needed",
    strict: Strict = False,
    quiet: Quiet = False,
    yes: Yes = False,
) -> None:
    """Run an experiment and write what it takes from its texts, without the texts, for others to run it from."""
    from discourse.cli.commands import Asked, share_experiment

    share_experiment(Asked(file, corpus or [], strict), out, keep=keep, quiet=quiet, yes=yes)


@app.command("archive")
def make_archive(
    experiment: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Experiment file (YAML), or a report folder made here.", show_default=False
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="PATH", help="The archive, a zip file.", show_default=False)
    ],
    corpus: Corpus = None,
    texts: Annotated[
        bool, typer.Option("--texts", help="Put the texts in, where their licence allows; by default only counts.")
    ] = False,
    lock: Annotated[
        Path | None,
        typer.Option(
            "--lock",
            metavar="FILE",
            help="Lock file with hashes (requirements.txt) in place of asking the package index.",
            show_default=False,
        ),
    ] = None,
    strict: Strict = False,
    quiet: Quiet = False,
    yes: Yes = False,
) -> None:
    """Write a replication package: data, experiment, code, environment, report, and one command that makes and compares it again."""
    from discourse.cli.archive_commands import archive_experiment
    from discourse.cli.commands import Asked

    archive_experiment(Asked(experiment, corpus or [], strict), out, texts=texts, lock=lock, quiet=quiet, yes=yes)


@app.command()
def verify(
    package: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="Archive (zip file, or its folder), or a report folder made here.", show_default=False
        ),
    ],
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Install what the archive names into an environment of its own; runs its code."),
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="Numbers that moved to print; 0 prints all.")] = 40,
    csv: CsvFile = None,
    quiet: Quiet = False,
) -> None:
    """Make a report again and compare it number by number; exit code 0 where every number holds, 1 where some moved."""
    from discourse.cli.archive_commands import verify_package

    raise typer.Exit(verify_package(package, fresh=fresh, limit=limit, csv=csv, quiet=quiet))


@app.command()
def freeze(
    file: File,
    corpus: Corpus = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="PATH",
            help="The registration; NAME.frozen.json beside FILE by default, where later reports look for it.",
            show_default=False,
        ),
    ] = None,
    strict: Strict = False,
) -> None:
    """Register an experiment before its results are known: settings, measures, tests and the index of the corpus, with date and hash."""
    from discourse.cli.archive_commands import freeze_experiment
    from discourse.cli.commands import Asked

    freeze_experiment(Asked(file, corpus or [], strict), out)


@app.command()
def check(file: File, corpus: Corpus = None) -> None:
    """Check a config, its names and its parameters, without reading any text."""
    from discourse.cli.commands import check_experiment

    check_experiment(file, corpus or [])


@app.command()
def kwic(
    word: Annotated[
        str, typer.Argument(metavar="WORD", help="A word or several; * stands for any letters.", show_default=False)
    ],
    file: File,
    corpus: Corpus = None,
    width: Annotated[int, typer.Option(min=10, max=400, help="Characters of context on each side.")] = 50,
    limit: Annotated[int, typer.Option(min=0, help="Lines to print; 0 prints all.")] = 50,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="PLACES",
            help="Sort by the words at these places: L1 is the one before, R2 the second after, N the word itself (R1,R2).",
            show_default=False,
        ),
    ] = "",
    csv: CsvFile = None,
    strict: Strict = False,
) -> None:
    """Print a concordance: key word in context, with the group of each line."""
    from discourse.cli.commands import concordance

    concordance(word, file, corpus or [], width=width, limit=limit, sort=sort, csv=csv, strict=strict)


@stance_app.command("explain")
def stance_explain(
    file: File,
    corpus: Corpus = None,
    target: Target = None,
    document: Annotated[
        str | None, typer.Option("--document", metavar="ID", help="Only this document.", show_default=False)
    ] = None,
    search: Annotated[
        str | None,
        typer.Option("--search", metavar="WORDS", help="Only sentences with these words.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Mentions to print; 0 prints all.")] = 20,
    all_sides: Annotated[
        bool, typer.Option("--all-sides", help="Speakers of all sides, not only the home side.")
    ] = False,
    csv: CsvFile = None,
    strict: Strict = False,
) -> None:
    """Print mentions in their sentences with the words and rules that made each score."""
    from discourse.cli.explain_command import Mentions, explain

    which = Mentions(document, search, all_sides)
    explain(file, corpus or [], which, target=target, limit=limit, csv=csv, strict=strict)


@stance_app.command("sample")
def stance_sample(
    file: File,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="PATH", help="The sheet; .xlsx and .csv are written.", show_default=False),
    ],
    corpus: Corpus = None,
    n: Annotated[int, typer.Option("-n", min=10, help="Mentions to draw.")] = 300,
    ask: Annotated[
        list[str] | None,
        typer.Option(
            "--ask", metavar="VARIABLE", help="Ask for act or certainty beside stance and who_acts.", show_default=False
        ),
    ] = None,
    target: Target = None,
    strict: Strict = False,
) -> None:
    """Draw a blind sample of mentions to code by hand: random within group, period and score."""
    from discourse.cli.stance_commands import draw_sample

    draw_sample(file, corpus or [], out, n=n, ask=ask or [], target=target, strict=strict)


@stance_app.command("mentions")
def stance_mentions(
    file: File,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="PATH", help="The file to label, .csv or .jsonl.", show_default=False),
    ],
    corpus: Corpus = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="NAME", help="Only this target; all of them by default.", show_default=False),
    ] = None,
    show: Annotated[
        list[str] | None,
        typer.Option(
            "--show",
            metavar="WHAT",
            help="Tell as well date, title, speaker, group or evaluation (by the rules); may be repeated.",
            show_default=False,
        ),
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only those that lack a label in one of the files under labels:.")
    ] = False,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Those of all documents, sides and passages, not only what the experiment can ask for."
        ),
    ] = False,
    strict: Strict = False,
) -> None:
    """Write every mention with its id, for a model or people to label; the labels come back as `stance: {method: labels}`."""
    from discourse.cli.label_commands import Wanted, write_mentions

    wanted = Wanted(target, tuple(show or ()), missing, everything)
    write_mentions(file, corpus or [], out, wanted, strict=strict)


@stance_app.command("agreement")
def stance_agreement(sheets: Sheets, csv: CsvFile = None) -> None:
    """Print how far coders agree: Krippendorff's alpha, confusion of pairs, items to discuss."""
    from discourse.cli.stance_commands import agree

    agree(sheets, csv=csv)


@stance_app.command("validate")
def stance_validate(
    file: File,
    sheets: Sheets,
    corpus: Corpus = None,
    target: Target = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", metavar="PATH", help="Key of the sample, where it is not beside the sheet.", show_default=False
        ),
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Count the items that are coded, if not all are.")] = False,
    strict: Strict = False,
) -> None:
    """Compare the measure with coded sheets: precision, recall and F1 by class and by group, and corrected contrasts."""
    from discourse.cli.stance_commands import validate_sheets

    validate_sheets(file, sheets, corpus or [], target=target, key_path=key, partial=partial, strict=strict)


@app.command("list")
def list_all(
    what: Annotated[
        str | None,
        typer.Argument(help="readers, analyses, figures, functions, or one by its name.", show_default=False),
    ] = None,
) -> None:
    """List readers, analyses, figures, and the functions for notebooks, or the settings of one of them."""
    from discourse.cli.listing import list_parts

    list_parts(what)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"discourse {version('discourse-analytics')}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point: errors that we raise on purpose become one message and an exit code; 2 usage and config, 1 a failed run."""
    from discourse.errors import DiscourseError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    quiet_libraries()
    try:
        with stoppable():
            app()
    except DiscourseError as error:
        complain(f"discourse: {error}" if "\n" not in str(error) else f"discourse: several mistakes\n{error}")
        sys.exit(error.exit_code)
    except Exception as error:
        # Of the system, which says what it could not do; any other is a fault of the program.
        if isinstance(error, OSError) and error.strerror:
            complain(f"discourse: {error.strerror}: {error.filename or ''}".removesuffix(": "))
            sys.exit(1)
        from discourse.cli.crash import is_wanted, said_of

        if is_wanted():
            raise
        complain(f"discourse: {said_of(error, sys.argv)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
