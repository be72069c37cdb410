"""The frozen values that the stages hand to each other.

    Corpus -> EncodedCorpus -> Features -> Comparison -> figure layout -> Report

Nothing is changed in place: a stage takes values and returns new ones.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from discourse import shown
from discourse.errors import DiscourseError, expect
from discourse.results import COMPARISON_COLUMNS, Comparison, Features

if TYPE_CHECKING:
    from discourse.experiment.results import Results

__all__ = [
    "COMPARISON_COLUMNS",
    "DOCUMENT_COLUMNS",
    "TURN_COLUMNS",
    "UNKNOWN",
    "Comparison",
    "Corpus",
    "EncodedCorpus",
    "Exclusion",
    "Features",
    "Provenance",
    "Unclaimed",
]

UNKNOWN = "unknown"  # speaker of what nobody is known to have said
DOCUMENT_COLUMNS = ("doc_id", "date", "title", "kind", "issuer")
TURN_COLUMNS = ("doc_id", "turn", "speaker", "role", "side", "interpreted", "text", "excluded")


def _require(frame: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise DiscourseError(f"{what} lacks the columns {', '.join(missing)}")


@dataclass(frozen=True)
class Exclusion:
    """A document that was left out, and why.

    Parameters
    ----------
    document : str
        Title or identifier.
    reason : str
        In words that a report can print.
    source : str
        File and line, or table and row.
    """

    document: str
    reason: str
    source: str = ""


@dataclass(frozen=True)
class Unclaimed:
    """A line that looks like a speaker label and that no grammar of labels, nor the user, claims.

    Parameters
    ----------
    document : str
        Id of the document.
    line : int
        Line of the text of the document, from 1.
    text : str
        The words that look like a label.
    """

    document: str
    line: int
    text: str


@dataclass(frozen=True)
class Provenance:
    """Where a corpus comes from.

    Parameters
    ----------
    reader : str
        Name of the reader.
    sources : tuple of dict
        One per file or package: `name`, `sha256`, and `version` for a package.
    inferences : tuple of str
        What was not in the source but concluded from it (a year, for instance).
    exclusions : tuple of Exclusion
        Documents left out.
    citation : tuple of str
        Keys of the references to cite for these texts.
    labels : mapping of str to int
        Grammars of labels by which documents were cut into turns, with the number of documents of each.
    unclaimed : tuple of Unclaimed
        Lines that look like labels and stayed part of the turn before them.
    """

    reader: str = ""
    sources: tuple[Mapping[str, str], ...] = ()
    inferences: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    citation: tuple[str, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
    unclaimed: tuple[Unclaimed, ...] = ()

    __repr__ = shown.provenance


@dataclass(frozen=True)
class Corpus:
    """Documents and the speaker turns in them.

    Parameters
    ----------
    documents : DataFrame
        One row per document: `doc_id` (unique), `date`, `title`, `kind`, `issuer`, and any metadata.
    turns : DataFrame
        One row per turn, in the order of the documents: `doc_id`, `turn` (from 0), `speaker`, `role`, `side`
        (home, foreign, press, other), `interpreted`, `text`, `excluded` (tuple of (start, end, reason) character
        spans in the text that are not the speaker's words, such as stage directions). Readers add `label` (as written),
        `quoted` (spans that quote somebody at length), `office`, `start` (character offset of the label in the document)
        and `rule` (how the speaker was inferred).
    provenance : Provenance
        Sources, inferences and exclusions.

    Raises
    ------
    DiscourseError
        If columns are missing, document ids repeat, or a turn belongs to no document.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a"], "date": [pd.Timestamp("2020-01-01")], "title": ["T"],
    ...                           "kind": [""], "issuer": [""]})
    >>> turns = pd.DataFrame({"doc_id": ["a"], "turn": [0], "speaker": ["S"], "role": ["principal"],
    ...     "side": ["home"], "interpreted": [False], "text": ["Hello there."], "excluded": [()]})
    >>> len(Corpus(documents, turns).turns)
    1
    """

    documents: pd.DataFrame
    turns: pd.DataFrame
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        _require(self.documents, DOCUMENT_COLUMNS, "the documents table")
        _require(self.turns, TURN_COLUMNS, "the turns table")
        repeated = self.documents["doc_id"][self.documents["doc_id"].duplicated()]
        if len(repeated):
            raise DiscourseError(f'the document id "{repeated.iloc[0]}" occurs more than once')
        order = pd.Index(self.documents["doc_id"]).get_indexer(self.turns["doc_id"])
        if (order < 0).any():
            raise DiscourseError(f'turn of an unknown document "{self.turns["doc_id"][order < 0].iloc[0]}"')
        if (np.diff(order) < 0).any():
            raise DiscourseError("turns must stand in the order of their documents")

    __repr__ = shown.corpus

    @classmethod
    def from_dataframe(  # noqa: PLR0913 (each parameter is an option of the reader of tables)
        cls,
        frame: pd.DataFrame,
        text: str = "text",
        *,
        date: str | None = None,
        speaker: str | None = None,
        document: str | None = None,
        id: str | None = None,
        title: str | None = None,
        issuer: str | None = None,
        kind: str | None = None,
        keep: Sequence[str] | None = None,
        **reading: Any,
    ) -> Corpus:
        """A corpus of the rows of a DataFrame, read as the reader `table` reads a file.

        Parameters
        ----------
        frame : DataFrame
            One document, or one turn, a row.
        text : str
            Column with the text.
        date, speaker, title, issuer, kind : str, optional
            Columns with these. Where none is given, a column with a usual name for it is taken; without one for the date the
            documents are undated.
        document : str, optional
            Column whose value is the same in all rows of a document: each row is then a turn of `speaker`.
        id : str, optional
            Column with the ids; the index of the frame by default, or a column `doc_id`.
        keep : sequence of str, optional
            Columns to keep in `documents`; all others by default.
        **reading
            `language` ("en"; None keeps all), `speakers`, `quotation_words`, `strict`, as in every reader.

        Returns
        -------
        Corpus
            Documents in the order of the rows. Rows that are left out are in `provenance.exclusions`.

        Raises
        ------
        DiscourseError
            For columns that are not there, ids that repeat, and a frame in which no row has a text.

        Examples
        --------
        >>> frame = pd.DataFrame({"text": ["Welcome.", "Thank you."], "party": ["Reds", "Blues"]})
        >>> Corpus.from_dataframe(frame).documents["party"].tolist()
        ['Reds', 'Blues']
        """
        columns = {"date": date, "speaker": speaker, "title": title, "issuer": issuer, "kind": kind}
        # The floor of the readers is above this one, and imported when it is used, as all public names are.
        frames = importlib.import_module("discourse.corpus.frame")
        made = frames.from_dataframe(frame, text, document=document, id=id, keep=keep, columns=columns, **reading)
        return cast(Corpus, made)

    def compare(
        self,
        by: str | Mapping[str, Mapping[str, Any]],
        study: str | None = None,
        reference: str | None = None,
        *,
        target: Any = (),
        cluster: str | None = None,
        **settings: Any,
    ) -> Results:
        """Compare two groups of documents in all that a report shows: the same numbers, without an experiment file.

        Parameters
        ----------
        by : str or mapping
            A column of `documents` whose values are the groups; or groups by name, as the section `groups` has them:
            ``{"Before": {"before": 2010}, "Since": {"from": 2010}}``.
        study, reference : str, optional
            The groups that are compared. Of two groups the first is the study group, unless named otherwise.
        target : str, Target, several of them, or mapping of str to list of str, optional
            What stance, words and collocates are about: a word, or names with their aliases.
        cluster : str, optional
            Column whose values are resampled as a whole (`speaker`, for instance); by default each document by itself.
        **settings
            Sections of an experiment file: ``topics={"k": 8}``, ``sensitivity=False``, ``inference={"resamples": 500}``.

        Returns
        -------
        Results
            Each analysis by its name: ``found.salience.table``, ``found.stance.plot()``, ``found.keyness.tables``; `report`,
            `to_folder`, and the same experiment as a file in `experiment`.

        Raises
        ------
        UsageError
            For a column or group that is not there, and for settings of reading.
        ConfigError
            For settings that are wrong, or that the data refute.

        Examples
        --------
        >>> frame = pd.DataFrame({"text": ["We welcome Norland."] * 12 + ["Norland must stop."] * 12,
        ...                       "party": ["Reds"] * 12 + ["Blues"] * 12})
        >>> few = dict.fromkeys(["topics", "actors"], False) | {"repetition": {"documents": "all", "passages": "keep"}}
        >>> found = Corpus.from_dataframe(frame).compare("party", "Reds", "Blues", target="Norland", **few)
        >>> found.salience.table[["stratum", "y", "x"]].head(2).values.tolist()
        [['Reds', 12.0, 36.0], ['Blues', 12.0, 36.0]]
        """
        comparing = importlib.import_module("discourse.experiment.comparing")
        options = {"target": target, "cluster": cluster, **settings}
        return cast("Results", comparing.compare_groups(self, by, study, reference, **options))


@dataclass(frozen=True)
class EncodedCorpus:
    """A corpus as integers: positions, boundaries, a vocabulary.

    Parameters
    ----------
    ids : ndarray of int32, shape (n_tokens,)
        Index of each token in `vocabulary`.
    starts, ends : ndarray of int32, shape (n_tokens,)
        Character offsets of the token in the text of its turn.
    sentence_bounds : ndarray of int64, shape (n_sentences + 1,)
        Token index at which each sentence begins; the last entry is n_tokens.
    turn_bounds : ndarray of int64, shape (n_turns + 1,)
        The same for turns.
    document_bounds : ndarray of int64, shape (n_documents + 1,)
        The same for documents.
    vocabulary : DataFrame
        Sorted surface forms in `form`; `folded` is the index of the case-folded form in `folded_forms`.
    folded_forms : ndarray of str
        Sorted case-folded forms.
    documents, turns : DataFrame
        As in `Corpus`, turns without text.
    layers : mapping of str to ndarray of bool, shape (n_tokens,)
        Token layers: `excluded` marks tokens that are not the speaker's words, `quoted` those in long quotations, `clause`
        those before a comma, dash...
    texts : sequence of str, optional
        Text of each turn, read when it is asked for where the corpus was stored; None when the corpus was stored without text.
    provenance : Provenance
        As in `Corpus`.

    Notes
    -----
    The data model is that of corpus engines such as the IMS Corpus Workbench (Evert & Hardie 2011).
    """

    ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    sentence_bounds: np.ndarray
    turn_bounds: np.ndarray
    document_bounds: np.ndarray
    vocabulary: pd.DataFrame
    folded_forms: np.ndarray
    documents: pd.DataFrame
    turns: pd.DataFrame
    layers: Mapping[str, np.ndarray] = field(default_factory=dict)
    texts: Sequence[str] | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for name, bounds, n in (
            ("sentence", self.sentence_bounds, None),
            ("turn", self.turn_bounds, len(self.turns)),
            ("document", self.document_bounds, len(self.documents)),
        ):
            if bounds[0] != 0 or bounds[-1] != len(self.ids) or (n is not None and len(bounds) != n + 1):
                raise DiscourseError(f"{name} boundaries do not fit the tokens")

    @property
    def n_tokens(self) -> int:
        """Number of tokens, excluded ones among them."""
        return len(self.ids)

    @cached_property
    def folded_ids(self) -> np.ndarray:
        """Index of each token's case-folded form in `folded_forms`; int32, shape (n_tokens,)."""
        return self.vocabulary["folded"].to_numpy()[self.ids]

    @property
    def frequency(self) -> np.ndarray:
        """How often each form of the vocabulary occurs, excluded tokens among them; int64, shape (n_forms,)."""
        return np.bincount(self.ids, minlength=len(self.vocabulary))

    def parent(self, unit: str) -> np.ndarray:
        """Index of the sentence, turn or document that each token stands in; int64, shape (n_tokens,)."""
        bounds = {"sentence": self.sentence_bounds, "turn": self.turn_bounds, "document": self.document_bounds}[unit]
        return np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))

    @property
    def turn_document(self) -> np.ndarray:
        """Index of the document of each turn; int64, shape (n_turns,)."""
        return pd.Index(self.documents["doc_id"]).get_indexer(self.turns["doc_id"])

    @property
    def sentence_turn(self) -> np.ndarray:
        """Index of the turn of each sentence; int64, shape (n_sentences,)."""
        return np.searchsorted(self.turn_bounds, self.sentence_bounds[:-1], side="right") - 1

    def words(self, keep: np.ndarray | None = None, *, without: Sequence[str] = ()) -> np.ndarray:
        """Boolean mask of the tokens that count.

        Parameters
        ----------
        keep : ndarray of bool, shape (n_turns,), optional
            Turns whose tokens count; all by default.
        without : sequence of str
            Layers whose tokens do not count either, such as `quoted`.

        Returns
        -------
        ndarray of bool, shape (n_tokens,)
            True for tokens of those turns that are not excluded.
        """
        mask = ~self.layers["excluded"] if "excluded" in self.layers else np.ones(self.n_tokens, bool)
        if keep is not None:
            mask = mask & np.repeat(keep, np.diff(self.turn_bounds))
        for name in without:
            if name in self.layers:
                mask = mask & ~self.layers[name]
        return mask

    __repr__ = shown.encoded

    @classmethod
    def require(cls, value: object) -> None:
        """Refuse what is not encoded: UsageError."""
        expect(value, cls, "discourse.encode_corpus makes one of a Corpus, a DataFrame or texts")
