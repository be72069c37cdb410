"""Which tokens are one term: phrases of a list as one token, lemmas, and words of some classes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from discourse.features.frequency import Tokens, recoded
from discourse.features.lemmas import Annotations
from discourse.features.patterns import match_terms, words_of
from discourse.types import EncodedCorpus

JOINED = "_"  # between the words of a phrase that is one term, as NLTK's MWETokenizer writes it


@dataclass(frozen=True)
class TermForms:
    """What a term is.

    Parameters
    ----------
    tokens : {"folded", "as written", "stemmed", "lemmas"}
        Which forms are one term.
    classes : sequence of str
        Classes that count: noun, name, verb, adjective, adverb; all where there are none. Phrases count in any case.
    phrases : sequence of str
        Phrases that are one term, of two words or more; of two that begin at the same word the longer.
    annotations : Annotations
        Lemmas and classes of a file.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> corpus = encoded(["The United Nations met nations."])
    >>> made, mask = TermForms("lemmas", ("noun",), ("united nations",)).of(corpus, corpus.words())
    >>> made.folded_forms[made.folded_ids[mask]].tolist()
    ['united_nations', 'nation']
    """

    tokens: Tokens = "folded"
    classes: Sequence[str] = ()
    phrases: Sequence[str] = ()
    annotations: Annotations = field(default_factory=Annotations)

    @property
    def plain(self) -> bool:
        """Whether terms are tokens, in the forms that `recoded` has."""
        return not self.classes and not self.phrases and self.tokens != "lemmas"

    def of(self, corpus: EncodedCorpus, mask: np.ndarray) -> tuple[EncodedCorpus, np.ndarray]:
        """The corpus with terms in place of its tokens, to be counted as "folded", and which of them count.

        A phrase is one term where all its tokens count, wherever the tokens that count come from: where only some of them do, it is none.
        Counts in some tokens are then never more than those in all.
        """
        counted = mask
        if self.classes:
            wanted = np.array([self.annotations.word_class(f) in self.classes for f in corpus.vocabulary["form"]], bool)
            counted = mask & wanted[corpus.ids]
        made = self._recoded(corpus)
        return self._merged(corpus, made, counted, mask) if self.phrases else (made, counted)

    def _recoded(self, corpus: EncodedCorpus) -> EncodedCorpus:
        if self.tokens != "lemmas":
            return recoded(corpus, self.tokens)
        return recoded(corpus, "lemmas", self.annotations.lemma)

    def _merged(
        self, corpus: EncodedCorpus, made: EncodedCorpus, counted: np.ndarray, mask: np.ndarray
    ) -> tuple[EncodedCorpus, np.ndarray]:
        hits = match_terms(corpus, self.phrases, corpus.words())
        several = hits.lengths > 1
        starts, lengths, terms = hits.starts[several], hits.lengths[several], hits.terms[several]
        # Tokens after the first of each phrase go; the first one stands for all of them.
        gone = np.zeros(corpus.n_tokens + 1, np.int64)
        np.add.at(gone, starts + 1, 1)
        np.add.at(gone, starts + lengths, -1)
        kept = np.cumsum(gone[:-1]) == 0
        before = np.concatenate([[0], np.cumsum(mask)])
        inside = counted.copy()
        inside[starts] = before[starts + lengths] - before[starts] == lengths
        names = np.array([phrase_name(p) for p in self.phrases], object)
        forms = np.concatenate([np.asarray(made.folded_forms, object), names])
        ids = made.folded_ids.astype(np.int64)
        ids[starts] = len(made.folded_forms) + terms
        # Sorted anew: what counts terms relies on the order of the alphabet.
        every, place = np.unique(forms.astype(str), return_inverse=True)
        codes = place[ids[kept]].astype(np.int32)
        at = np.concatenate([[0], np.cumsum(kept)])
        vocabulary = pd.DataFrame({"form": every.astype(object), "folded": np.arange(len(every), dtype=np.int32)})
        merged = replace(
            made,
            ids=codes,
            starts=made.starts[kept],
            ends=made.ends[kept],
            sentence_bounds=at[made.sentence_bounds],
            turn_bounds=at[made.turn_bounds],
            document_bounds=at[made.document_bounds],
            vocabulary=vocabulary,
            folded_forms=every.astype(object),
            layers={name: np.asarray(layer)[kept] for name, layer in made.layers.items()},
        )
        return merged, inside[kept]


def phrase_name(phrase: str) -> str:
    """What a phrase is called as a term.

    Examples
    --------
    >>> phrase_name("United  Nations")
    'united_nations'
    """
    return JOINED.join(w.casefold() for w in words_of(phrase))
