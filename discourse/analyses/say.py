"""What sections say things with: prose, the line on n, names of files, and what other analyses found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any

import pandas as pd

from discourse.analyses.base import Found
from discourse.analyses.data import Data
from discourse.analyses.outcome import Judged, Outcome, Reason
from discourse.analyses.settings import Window
from discourse.analyses.validity import Validity
from discourse.compare.notes import note_text
from discourse.compare.quantities import Contrast
from discourse.corpus.dated import COLUMN, iso_date
from discourse.features.scope import Place
from discourse.features.target import Target
from discourse.gates import file_name
from discourse.report.blocks import Table
from discourse.report.templates import prose, render, render_text
from discourse.report.words import counted, day, listed, number, percent, plural, span
from discourse.types import EncodedCorpus


@dataclass(frozen=True)
class Say:
    """A section's view of the run.

    Parameters
    ----------
    data : Data
        Documents and groups.
    found : mapping of (str, str) to Found
        Results by analysis and target ("" where there is none).
    settings : object
        Of the analysis that speaks.
    corpus : EncodedCorpus
        For sentences; its texts are None where the run had none.
    words : str
        File of the prose that keys are looked up in.
    targets : sequence of Target
        All targets.
    target : Target, optional
        The one that the section is about.
    sections : mapping of str to object
        Settings of all sections, for what the text must name.
    figures : sequence of str
        Figures that the config asks for.
    set_aside : int
        Documents that the selection leaves out.
    repeated, again : Repetition, ndarray of bool
        What occurs twice, and documents that are set aside for it.
    further : sequence of Say
        The same of each further contrast.
    ending : str
        What the names of its files end with; that of a further contrast.
    """

    data: Data
    results: Mapping[tuple[str, str], Found]
    settings: Any
    corpus: EncodedCorpus
    words: str = ""
    targets: Sequence[Target] = ()
    target: Target | None = None
    sections: Mapping[str, Any] = field(default_factory=dict)
    figures: Sequence[str] = ()
    set_aside: int = 0
    repeated: Any = None
    again: Any = None
    further: Sequence[Say] = ()
    ending: str = ""

    # Positional only, so that a template may call a value `key`.
    def __call__(self, key: str, /, **values: Any) -> str:
        """A text of the prose of this analysis ("key"), or of another ("noise.key"), with values in it."""
        name, _, last = key.rpartition(".")
        return render(name or self.words, last, **(self.common | values))

    def text(self, source: str, /, **values: Any) -> str:
        """A template given as text, for analyses that bring no prose file."""
        return render_text(source, **(self.common | values))

    def has(self, key: str) -> bool:
        """Whether the prose of this analysis has such a text."""
        return key in prose(self.words)

    @cached_property
    def common(self) -> dict[str, Any]:
        """Values that every template may name."""
        design = self.data.design
        return {
            "n": self.n(),
            "bars": self.bars(),
            "percent": percent(design.confidence),
            "level": f"{1 - design.confidence:.2g}",
            "unit": self.unit,
            "units": plural(self.unit),
            "label": self.column,
            "clustered": design.cluster is not None,
            "study": self.study,
            "reference": self.reference,
            "within_study": self.within(self.study),
            "within_reference": self.within(self.reference),
            "target": self.target.name if self.target else "",
            "settings": self.settings,
            "scope": self.scope(getattr(self.settings, "scope", "all")),
            "design": design,
        }

    @property
    def groups(self) -> list[str]:
        """Names of the groups, in the order of colours."""
        return [str(g) for g in self.data.design.names]

    def column(self, name: str) -> str:
        """What a column is called in print: as the config says, else by its name."""
        settings = self.sections.get("report")
        labels: Mapping[str, str] = settings.labels if settings is not None else {}
        return labels.get(name) or name.replace("_", " ")

    @property
    def unit(self) -> str:
        """What the unit of inference is called in print."""
        return self.column(self.data.design.cluster_name)

    @property
    def palette(self) -> list[str]:
        """Groups in the order of colours, the same in the whole report."""
        return list(self.data.colours) or self.groups

    @property
    def study(self) -> str:
        """Name of the study group; empty where no contrast is asked for."""
        return self.groups[self.data.pair[0]] if self.data.pair else ""

    @property
    def reference(self) -> str:
        """Name of the reference group."""
        return self.groups[self.data.pair[1]] if self.data.pair else ""

    def within(self, group: str) -> str:
        """A group in running text: "after 1991" where the config says so, else "in After 1991"."""
        return self.data.within.get(group) or f"in {group}"

    def contrast(self, contrast: Contrast) -> str:
        """A contrast in words."""
        return contrast.words(self.groups)

    def n(self) -> str:
        """The line on n that every caption ends with."""
        design, tokens = self.data.design, self.data.documents["n_tokens"].to_numpy()
        parts = []
        for g, name in enumerate(design.names):
            inside = design.documents(g)
            clusters = f" by {counted(design.n_clusters(g), self.unit)}" if design.cluster is not None else ""
            parts.append(f"{name} {counted(len(inside), 'document')}{clusters}, {int(tokens[inside].sum()):,} tokens")
        return "n: " + "; ".join(parts) + "."

    def bars(self, wide: bool = True) -> str:
        """What the bars are; `wide` where pale bars show documents beside clusters."""
        design = self.data.design
        key = "bars_documents" if design.cluster is None else "bars_both" if wide else "bars_clusters"
        return render("common", key, percent=percent(design.confidence), units=plural(self.unit))

    def about(self, target: Target | str) -> Say:
        """The same, about one target."""
        chosen = target if isinstance(target, Target) else next(t for t in self.targets if t.name == target)
        return replace(self, target=chosen, further=[view.about(chosen) for view in self.further])

    @property
    def contrasts(self) -> list[tuple[Contrast, Say]]:
        """All contrasts of two groups, the main one first, each with its view."""
        own = [(c, self) for c in self.data.contrasts[:1]]
        return own + [(c, view) for view in self.further for c in view.data.contrasts]

    @property
    def compared(self) -> list[str]:
        """Groups that take part in a contrast: study, reference, and the others in the order of colours."""
        others = {g for c in [*self.data.contrasts, *self.data.further] for g in c.groups} - set(self.data.pair or ())
        return [self.groups[g] for g in (*(self.data.pair or ()), *sorted(others))]

    def file(self, name: str) -> str:
        """Name of a table among the files of the report."""
        return name + self.ending

    def name(self, base: str) -> str:
        """Name of a figure or table; it tells targets apart where there are several."""
        if self.target is None or len(self.targets) < 2:
            return base
        names = [t.name for t in self.targets]
        return base + endings(names)[names.index(self.target.name)]

    def reviewed(self, base: str) -> str:
        """Name of a reviewer's figure or table, which may be there for a target and for what is about none."""
        return self.name(base) if self.target or not self.targets else f"{base}-overall"

    def found(self, analysis: str, target: str | None = None) -> Any:
        """What an analysis found (on this target where it has one); None where it did not run."""
        name = target if target is not None else self.target.name if self.target else ""
        return self.results.get((analysis, name), self.results.get((analysis, "")))

    @property
    def outcomes(self) -> list[Outcome]:
        """All that was compared; of this target, where there is one."""
        every = [o for found in self.results.values() for o in found.outcomes]
        return [o for o in every if self.target is None or o.target == self.target.name]

    def note(self, row: Any) -> str:
        """Why a row has no estimate or no interval, in words."""
        return note_text(row, self.unit)

    def scope(self, scope: Place | Window) -> str:
        """A scope in running text: "the sentences that mention Russia"; of all targets where the section is about none."""
        names = [self.target.name] if self.target else [t.name for t in self.targets]
        if scope == "all" or not names:
            return ""
        tokens = scope.window if isinstance(scope, Window) else 0
        return render("common", "scope", place="window" if tokens else scope, tokens=tokens, names=listed(names))

    @staticmethod
    def link(document: Mapping[str, Any] | pd.Series) -> str:
        """Where a document can be read: its address where there is one, else its identifier."""
        urls = [document.get(column) for column in ("url", "source_url")]
        return next((url for url in urls if isinstance(url, str) and url), str(document["doc_id"]))

    @staticmethod
    def called(document: Any) -> str:
        """What a document is called in print: its title, or its kind and date where it has only an identifier."""
        title = str(document.get("title") or "")
        if title and title != str(document["doc_id"]):
            return title
        kind = document.get("kind")
        when = iso_date(document)
        return (kind if isinstance(kind, str) and kind else "document") + (
            f" of {day(when)}" if when else f" {document['doc_id']}"
        )

    @staticmethod
    def all_called(documents: pd.DataFrame) -> list[str]:
        """What each of many documents is called."""
        needed = [c for c in ("doc_id", "title", "kind", "date", COLUMN) if c in documents.columns]
        return [Say.called(d) for d in documents[needed].to_dict("records")]

    def reason(self, reason: Reason) -> str:
        """What speaks against a difference, in words."""
        return render("verdict", f"reason_{reason.doubt.name.lower()}", reason=reason)

    def verdict(self, judged: Judged) -> str:
        """A verdict in words: "differs", or "differs as measured; not validated"."""
        status, measured = judged.validity, ""
        if status is not None:
            uncorrected = status.earned and not judged.corrected
            measured = render("validity", "uncorrected") if uncorrected else _as_measured(status)
        return render("validity", "verdict", judged=judged, measured=measured)

    @staticmethod
    def as_measured(outcome: Outcome) -> str:
        """What must be said of a difference that is not corrected: "as measured; not validated"; empty where a measure counts what it says."""
        return "" if outcome.validity is None else _as_measured(outcome.validity.status)

    @classmethod
    def named(cls, outcome: Outcome) -> str:
        """The name of an outcome, with what must be said of a difference in it."""
        measured = cls.as_measured(outcome)
        return f"{outcome.name} ({measured})" if measured else outcome.name

    def labelled(self, outcome: Outcome) -> str:
        """The name of an outcome in a table: "Norland: mentions" where there are several targets."""
        return (f"{outcome.target}: " if len(self.targets) > 1 and outcome.target else "") + outcome.name

    def of_target(self, outcome: Outcome) -> str:
        """The name of an outcome in a sentence: "mentions of Norland" where there are several targets."""
        return outcome.name + (f" of {outcome.target}" if len(self.targets) > 1 and outcome.target else "")

    def shows(self, figure: str) -> bool:
        """Whether the config asks for a figure."""
        return figure in self.figures

    def with_further(self, outcome: Outcome) -> pd.DataFrame:
        """The table of an outcome, with its differences in the further contrasts."""
        kinds = {c.name: c.kind for c in self.data.further}
        parts = [outcome.table]
        for view in self.further:
            for other in view.outcomes:
                if other.identity == outcome.identity:
                    rows = other.table[other.table["contrast"] == "difference"]
                    parts.append(rows.assign(contrast=rows["stratum"].map(kinds)))
        return pd.concat(parts, ignore_index=True) if len(parts) > 1 else outcome.table

    def table(self, outcome: Outcome, caption: str = "") -> Table:
        """Levels and contrasts of an outcome, with their intervals."""
        rows, table = [], self.with_further(outcome)
        kinds = {c.name: self.contrast(c) for c in [*self.data.contrasts, *self.data.further]}
        for row in table.itertuples():
            estimate = number(float(row.estimate), outcome.digits) if row.estimate == row.estimate else self.note(row)
            rows.append(
                [
                    kinds.get(str(row.stratum), str(row.stratum)),
                    outcome.labels.get(str(row.item), str(row.item)),
                    estimate,
                    span(float(row.low), float(row.high), outcome.digits),
                    f"{int(row.n_documents):,}",
                ]
            )
        columns = ["", "", outcome.unit, self("common.interval"), "documents"]
        frame = table.drop(columns=["log_p", "q", "n_tokens"])
        caption = caption or self("common.table", title=outcome.title)
        return Table(self.name(outcome.key), caption, columns, rows, frame, ["left", "left", "right", "right", "right"])


def _as_measured(status: Validity) -> str:
    return render("validity", "as_measured", status=status)


def slug(text: str) -> str:
    """A name as a file may have it.

    Examples
    --------
    >>> slug("After - the treaty")
    'after-the-treaty'
    """
    return file_name(text.casefold())


def endings(names: Sequence[str]) -> list[str]:
    """What names of files end with, one for each name; names that differ in signs only have a number.

    Examples
    --------
    >>> endings(["The treaty", "the treaty?", "Peace", "the treaty 2"])
    ['-the-treaty', '-the-treaty-2', '-peace', '-the-treaty-2-2']
    """
    found: list[str] = []
    for name in map(slug, names):
        tried = (f"-{name or 'unnamed'}" + f"-{k}" * (k > 1) for k in count(1))
        found.append(next(end for end in tried if end not in found))
    return found
