"""What every analysis begins with: an encoded corpus, its groups, and what the data cannot carry."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.compare.quantities import Contrast
from discourse.compare.resample import Design
from discourse.corpus.select import with_kinds
from discourse.encode import encode_corpus
from discourse.encode.store import cache_folder, corpus_hash, key_of, load_encoded, save_encoded, stored
from discourse.errors import ConfigError, DiscourseError, SourceError, TooLittleText
from discourse.experiment.measures import with_groups
from discourse.experiment.plan import Plan
from discourse.experiment.repeated import left_out, published_again, with_repetition
from discourse.experiment.sample import contrasts, fail, make_design, selected
from discourse.features.repetition import Repetition
from discourse.features.stance import Lexicon, default_lexicons
from discourse.types import Corpus, EncodedCorpus

Progress = Callable[[str, str], None]


@dataclass
class Clock:
    """Seconds by stage, and what the user sees meanwhile."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    _start: float = field(default_factory=time.perf_counter)

    def done(self, stage: str, count: str) -> None:
        """Record the time since the last call under this stage."""
        now = time.perf_counter()
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + now - self._start, 4)
        self._start = now
        self.progress(stage, count)


@dataclass(frozen=True)
class Prepared:
    """An encoded corpus with its groups: what every analysis begins with.

    `again` marks documents that were published before and are set aside; `words` the tokens that count, on all sides; `refusals`
    says in sentences what the data cannot carry, by topic.
    """

    plan: Plan
    encoded: EncodedCorpus
    documents: pd.DataFrame
    design: Design
    corpus_sha256: str
    repeated: Repetition
    again: np.ndarray
    words: np.ndarray
    home: np.ndarray
    set_aside: int
    refusals: Mapping[str, str]

    @property
    def pair(self) -> tuple[int, int] | None:
        """Study and reference group, where the documents are enough for a contrast."""
        return self.plan.pair if "contrast" not in self.refusals else None

    @property
    def contrasts(self) -> list[Contrast]:
        """The contrast of study and reference, and the others that the config asks for, where documents are enough."""
        return contrasts(self.plan, self.design) if self.pair else []

    def lexicons(self) -> dict[str, Lexicon]:
        """The lexicons that the config names, and those of the package."""
        settings, folder = self.plan.config.stance, self.plan.loaded.file.parent
        try:
            return default_lexicons({k: folder / v for k, v in settings.lexicons.items()}, settings.weights)
        except SourceError as error:
            raise ConfigError(
                [self.plan.loaded.problem(line, "stance", "lexicons") for line in str(error).splitlines()],
                str(self.plan.loaded.file),
            ) from None


def read(plan: Plan) -> Corpus:
    """Read the corpus of a plan."""
    corpus = plan.reader(**plan.reader_options)
    try:
        return with_kinds(corpus, plan.config.corpus.kinds)
    except DiscourseError as error:
        raise fail(plan, error, "corpus", "kinds") from None


def encoded_corpus(corpus: Corpus, *, refresh: bool = False) -> tuple[EncodedCorpus, str, bool]:
    """Encode a corpus, or load the encoding of an earlier run.

    Returns
    -------
    encoded : EncodedCorpus
    sha256 : str
        Of the corpus.
    was_stored : bool
    """
    digest = corpus_hash(corpus)
    folder = cache_folder() / "encoded" / key_of(digest)
    encoded, was_stored = stored(
        folder, lambda: encode_corpus(corpus), save_encoded, lambda f: load_encoded(f, corpus), refresh=refresh
    )
    return encoded, digest, was_stored


def with_day_and_speaker(encoded: EncodedCorpus, words: np.ndarray) -> pd.DataFrame:
    """Documents with `day` and `speaker` (who says most on the home side), where they have no such columns."""
    documents = encoded.documents
    more: dict[str, object] = {}
    if "day" not in documents.columns:
        more["day"] = documents["date"].dt.strftime("%Y-%m-%d")
    if "speaker" not in documents.columns:
        turns = pd.DataFrame(
            {
                "document": encoded.turn_document,
                "speaker": encoded.turns["speaker"].astype(object),
                "n": np.diff(np.concatenate([[0], np.cumsum(words)])[encoded.turn_bounds]),
            }
        )[(encoded.turns["side"] == "home").to_numpy()]
        sums = turns.groupby(["document", "speaker"], sort=True)["n"].sum().reset_index()
        most = sums.sort_values(["document", "n"], ascending=[True, False], kind="stable").drop_duplicates("document")
        more["speaker"] = (
            most.set_index("document")["speaker"].reindex(range(len(documents))).fillna("(none)").to_numpy()
        )
    return documents.assign(**more)


def prepare(
    plan: Plan, progress: Progress = lambda stage, count: None, *, refresh: bool = False
) -> tuple[Prepared, Clock]:
    """Read and encode the corpus of a plan, and divide it into groups.

    Parameters
    ----------
    plan : Plan
        From `resolve`.
    progress : callable
        Called with the name of a stage and what it counted, when it is done.
    refresh : bool
        Do not use stored results.
    """
    clock = Clock(progress)
    corpus = read(plan)
    clock.done("read", f"{len(corpus.documents)} documents, {len(corpus.turns)} turns")
    encoded, digest, was_stored = encoded_corpus(corpus, refresh=refresh)
    clock.done(
        "encode",
        f"{encoded.n_tokens:,} tokens, {len(encoded.vocabulary):,} types" + (" (stored)" if was_stored else ""),
    )
    config = plan.config
    encoded, repeated = with_repetition(plan, encoded, digest, refresh=refresh)
    clock.done(
        "repeated",
        f"{len(repeated.duplicates)} documents published twice, {len(repeated.passages):,} passages in several documents",
    )
    encoded = replace(encoded, documents=with_day_and_speaker(encoded, encoded.words(without=left_out(config))))
    keep = selected(plan, encoded.documents, config.corpus.select, config.corpus.drop, "corpus")
    again = published_again(plan, repeated, keep)
    design = make_design(plan, encoded.documents, keep & ~again)
    for k, group in enumerate(plan.groups):
        if not (design.group == k).any():
            span = encoded.documents.loc[keep, "date"]
            between = f"{span.min():%Y-%m-%d} to {span.max():%Y-%m-%d}" if len(span) else "none is selected"
            message = f"no document falls into this group (the corpus: {between})"
            excluded = encoded.provenance.exclusions
            if excluded:
                message += f"; {len(excluded)} documents were excluded, the first: {excluded[0].reason}"
            raise fail(plan, DiscourseError(message), "groups", group.name)
    home = (encoded.turns["side"] == "home").to_numpy()
    words = encoded.words(without=left_out(config))
    mask = words & np.repeat(home, np.diff(encoded.turn_bounds))
    documents = with_groups(encoded, mask, design)
    for k, group in enumerate(plan.groups):
        if documents["n_tokens"].to_numpy()[design.group == k].sum() == 0:
            raise fail(
                plan,
                DiscourseError(
                    "no words of the home side in this group; `discourse corpus show` lists the speakers, and "
                    "speakers: NAME: {side: home} counts one of them"
                ),
                "groups",
                group.name,
            )
    refusals: dict[str, str] = {}
    n = [len(design.documents(k)) for k in range(len(design.names))]
    if plan.pair is not None and min(n[k] for k in plan.pair) < config.inference.min_documents:
        refusals["contrast"] = str(
            TooLittleText(
                f"A contrast of {design.names[plan.pair[0]]} with {design.names[plan.pair[1]]}",
                "n = " + " and ".join(str(n[k]) for k in plan.pair) + " documents",
                f"at least {config.inference.min_documents} documents in each group",
            )
        )
    return Prepared(
        plan, encoded, documents, design, digest, repeated, again, words, home, int((~keep).sum()), refusals
    ), clock
