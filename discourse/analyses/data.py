"""What analyses are given: tokens to measure, data to compute with; nothing of the runner."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.memo import Memo
from discourse.compare.decompose import Cells
from discourse.compare.quantities import Contrast
from discourse.compare.resample import Design
from discourse.corpus.dated import before, last_days, precision
from discourse.corpus.dates import Precision
from discourse.corpus.select import between
from discourse.encode.encoder import fold
from discourse.errors import TooLittleText
from discourse.features.scope import Place, in_scope
from discourse.features.target import Target, mentions
from discourse.shown import brief
from discourse.types import EncodedCorpus, Features, Provenance

LONG = 5  # characters of a last name that is looked for within other forms
SPEAKERS = "speakers"  # among words to leave out: names and offices


@dataclass(frozen=True)
class Tokens:
    """A corpus to be measured.

    Parameters
    ----------
    corpus : EncodedCorpus
        All tokens.
    words : ndarray of bool, shape (n_tokens,)
        Tokens that count, on all sides (without stage directions, and as the config says without quotations and reused passages).
    home : ndarray of bool, shape (n_turns,)
        Turns on the home side.
    targets : sequence of Target
        All targets of the experiment.
    sha256 : str
        Of the corpus as it was read.
    whole : bool
        Whether this is the whole corpus; in a part of one nothing may be left out for being rare in it.
    agreed : object, optional
        What all parts agreed on, where the analysis asks for that (`Analysis.agree`).
    memo : Memo
        What several measures share, made once.
    speakers : sequence of str
        Names and aliases of the speakers that the experiment names.
    offices : sequence of str
        Offices that it names.
    people, held : sequence of str, optional
        Everybody who speaks in the whole corpus, and the offices of all; those of `corpus` by default.
    """

    corpus: EncodedCorpus
    words: np.ndarray
    home: np.ndarray
    targets: Sequence[Target] = ()
    sha256: str = ""
    whole: bool = True
    memo: Memo = field(default_factory=Memo)
    speakers: Sequence[str] = ()
    offices: Sequence[str] = ()
    agreed: Any = None
    people: Sequence[str] | None = None
    held: Sequence[str] | None = None

    __repr__ = brief

    @cached_property
    def mask(self) -> np.ndarray:
        """Tokens that count as the words of a group: on the home side; bool, shape (n_tokens,)."""
        return self.words & np.repeat(self.home, np.diff(self.corpus.turn_bounds))

    def mentions(self, target: Target) -> Features:
        """Every mention of a target in all that somebody said, on all sides; found once, whatever counts."""
        return self.memo.once(("mentions", target), lambda: mentions(self.corpus, target, self.corpus.words()))

    def about(self, target: Target, scope: Place | int) -> np.ndarray:
        """Tokens that count as the words of a group, in the scope of its own mentions of a target; bool, shape (n_tokens,).

        Parameters
        ----------
        target : Target
            What they are about.
        scope : {"all", "sentences", "passages", "documents"} or int
            As in `discourse.features.scope.in_scope`; `place_of` of a setting.
        """

        def make() -> np.ndarray:
            units = self.mentions(target).units
            at = units["token"].to_numpy(np.int64)
            ours = self.mask[at]
            return in_scope(self.corpus, at[ours], units["length"].to_numpy(np.int64)[ours], scope, self.mask)

        # The tokens that count are part of what is asked for: reruns with other layers share the memo.
        return self.memo.once(("about", target, scope, id(self)), make)

    def left_out(self, words: Sequence[str]) -> frozenset[str]:
        """Words to leave out, case-folded; "speakers" stands for names and offices of speakers.

        Names are left out word by word, with every form that contains a last name (handles), offices as a whole and by
        their first word.
        """
        given = frozenset(fold(w) for w in words if w != SPEAKERS)
        if SPEAKERS not in words:
            return given
        return given | self.memo.once("words of speakers", self._words_of_speakers)

    def _words_of_speakers(self) -> frozenset[str]:
        names = [*self.speakers, *self.speaking]
        parts = [[fold(w) for w in re.findall(r"\w+", name)] for name in names]
        found = {w for part in parts for w in part if len(w) > 2}
        held = offices_in(self.corpus.turns) if self.held is None else self.held
        offices = dict.fromkeys(fold(o) for o in (*self.offices, *held) if o)
        found |= {o for office in offices for o in (office, office.split(" ")[0])}
        last = {part[-1] for part in parts if part and len(part[-1]) >= LONG}
        return frozenset(found | _containing(self.corpus.folded_forms, last))

    @property
    def speaking(self) -> Sequence[str]:
        """Everybody who speaks in the corpus, in the order of their first turn."""
        return speakers_in(self.corpus.turns) if self.people is None else self.people

    @cached_property
    def by_turn(self) -> np.ndarray:
        """Tokens that count, on all sides, in each turn; int64, shape (n_turns,)."""
        return np.diff(np.concatenate([[0], np.cumsum(self.words)])[self.corpus.turn_bounds])


def speakers_in(turns: pd.DataFrame) -> list[str]:
    """The speakers of some turns, each once."""
    return list(dict.fromkeys(str(s) for s in turns["speaker"].dropna()))


def offices_in(turns: pd.DataFrame) -> list[str]:
    """The offices in some turns, each once."""
    return list(dict.fromkeys(str(o) for o in turns["office"].dropna())) if "office" in turns.columns else []


def _containing(forms: Iterable[str], names: Iterable[str]) -> set[str]:
    """Forms that contain one of many names of `LONG` characters or more; as quick for many names as for few."""
    beginning_with: dict[str, list[str]] = {}
    for name in names:
        beginning_with.setdefault(name[:LONG], []).append(name)
    return {
        f
        for f in forms
        if any(
            f.startswith(name, at)
            for at in range(len(f) - LONG + 1)
            for name in beginning_with.get(f[at : at + LONG], ())
        )
    }


@dataclass(frozen=True)
class Data:
    """What computing is given beside the features: documents, turns and groups, without a token.

    Parameters
    ----------
    documents : DataFrame
        One row a document: `doc_id`, `date`, `title`, `kind`, `issuer`, metadata, `day`, `speaker` (who says most), `n_tokens`
        (home side, that count) and `group` ("" outside the groups).
    turns : DataFrame
        One row a turn: `document` (index), `speaker`, `role`, `side`, `n_tokens` (that count), and what the reader gave.
    design : Design
        Groups, units, resamples, seed.
    contrasts : sequence of Contrast
        What is set against what: study and reference first, then a trend where one is asked for; empty where nothing is compared,
        or the documents are too few.
    further : sequence of Contrast
        Further contrasts of two groups, each of which is judged like the main one, as data of its own (`of_contrast`).
    pair : (int, int), optional
        Study and reference group, where a contrast is asked for.
    refusal : TooLittleText, optional
        Why there is no contrast.
    min_documents : int
        Documents that a group needs for a contrast.
    configured : ndarray of int, shape (n_documents,)
        Group of each document as configured, -1 outside: models are fitted on the documents that have one, and a sample of them is
        in proportion to these groups, whatever groups a rerun compares.
    provenance : Provenance
        Of the corpus.
    sha256 : str
        Of the corpus as it was read.
    within : mapping of str to str
        Groups in running text ("after 1991"), where the config says how.
    workers : int
        Processes that one analysis may run side by side; no result depends on it.
    across : int
        Documents in no group because the first or last day of one divides the years of their date.
    colours : sequence of str
        Groups in the order of colours, where it is not that of the design.
    """

    documents: pd.DataFrame
    turns: pd.DataFrame
    design: Design
    contrasts: Sequence[Contrast] = ()
    pair: tuple[int, int] | None = None
    refusal: TooLittleText | None = None
    min_documents: int = 10
    configured: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    provenance: Provenance = field(default_factory=Provenance)
    sha256: str = ""
    within: Mapping[str, str] = field(default_factory=dict)
    workers: int = 1
    across: int = 0
    further: Sequence[Contrast] = ()
    colours: Sequence[str] = ()

    __repr__ = brief

    @property
    def fitted(self) -> np.ndarray:
        """Documents that models are fitted on: those of the groups as configured; bool, shape (n_documents,)."""
        return self.configured >= 0

    @property
    def trends(self) -> Sequence[Contrast]:
        """Trends over the groups."""
        return self.contrasts[1:]

    @property
    def main(self) -> Contrast:
        """The contrast of study and reference."""
        return self.contrasts[0]

    def known(self, inside: np.ndarray) -> Precision:
        """The least that is known of the date of some documents; bool, shape (n_documents,)."""
        return precision(self.documents[inside])

    def before(self, day: dt.date) -> tuple[np.ndarray, np.ndarray]:
        """Documents that are older than a day, and those of which this cannot be said."""
        unknown = self.documents["date"].isna().to_numpy()
        older, straddles = before(self.documents, day)
        return older, straddles | unknown

    def between(self, start: dt.date | None, stop: dt.date | None, what: str) -> np.ndarray:
        """Documents from a day on and before another; `select.between` of those in the groups."""
        return between(self.documents, start, stop, self.design.group >= 0, what)

    @cached_property
    def dates(self) -> tuple[pd.Series, pd.Series]:
        """The first and the last day that each document may be of; datetime64."""
        return self.documents["date"], last_days(self.documents)

    @property
    def units(self) -> list[str]:
        """The unit of inference first: clusters where there are some, then documents."""
        return ["document"] if self.design.cluster is None else ["cluster", "document"]

    @property
    def home(self) -> np.ndarray:
        """Turns on the home side; bool, shape (n_turns,)."""
        return (self.turns["side"] == "home").to_numpy()

    def cells(self, y: np.ndarray, x: np.ndarray) -> Cells:
        """Sums by document and speaker of the home side, from values by turn; with the columns of the documents.

        Parameters
        ----------
        y, x : ndarray, shape (n_turns,)
            Numerators and denominators.
        """
        code, document, strata = self._speakers_in_documents
        home = self.home
        ys, xs = (np.bincount(code, np.asarray(v, float)[home], len(document)) for v in (y, x))
        return Cells(document, ys, xs, strata)

    @cached_property
    def _speakers_in_documents(self) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
        """Number of the cell of each turn of the home side; document and columns of each cell."""
        turns = self.turns[self.home]
        keys = pd.DataFrame({"document": turns["document"].to_numpy(), "speaker": named(turns["speaker"]).to_numpy()})
        cells = keys.groupby(["document", "speaker"], sort=True)
        code = cells.ngroup().to_numpy()
        first = keys.iloc[np.unique(code, return_index=True)[1]].reset_index(drop=True)
        document = first["document"].to_numpy()
        # Strata must occur in both groups: what names a document, or the group itself, can be none.
        columns = self.documents.drop(
            columns=["doc_id", "title", "date", "date_iso", "n_tokens", "group"], errors="ignore"
        )
        strata = columns.iloc[document].reset_index(drop=True).apply(named).assign(speaker=first["speaker"])
        return code, document, strata


def named(values: pd.Series) -> pd.Series:
    """Values as text; missing and empty ones are "(none)", a stratum of their own."""
    return pd.Series(
        ["(none)" if pd.isna(v) or str(v) == "" else str(v) for v in values], index=values.index, dtype=object
    )
