"""To values of other libraries in memory, and back."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.errors import UsageError
from discourse.exchange.counts import counts_of
from discourse.types import Corpus, EncodedCorpus, Features


def to_gensim(corpus: EncodedCorpus) -> tuple[Any, Any]:
    """The counts of a corpus for gensim.

    Returns
    -------
    bags : gensim.matutils.Sparse2Corpus
        Pairs of term and count for each document.
    dictionary : gensim.corpora.Dictionary

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> bags, dictionary = to_gensim(encoded(["Trade, trade."]))
    >>> [[(dictionary[k], int(n)) for k, n in bag] for bag in bags]
    [[('trade', 2)]]
    """
    gensim = import_module("gensim")
    found = counts_of(corpus)
    dictionary = gensim.corpora.Dictionary()
    dictionary.token2id = {term: k for k, term in enumerate(found.terms)}
    dictionary.dfs = dict(enumerate(np.bincount(found.values.indices, minlength=len(found.terms)).tolist()))
    dictionary.cfs = dict(enumerate(np.asarray(found.values.sum(0)).ravel().tolist()))
    dictionary.num_docs, dictionary.num_nnz = found.values.shape[0], int(found.values.nnz)
    dictionary.num_pos = int(found.values.sum())
    return gensim.matutils.Sparse2Corpus(found.values, documents_columns=False), dictionary


def from_gensim(bags: Iterable[Any], dictionary: Any) -> Features:
    """Counts of gensim as features, for `discourse.compare_terms` and whatever else takes counts by document.

    Parameters
    ----------
    bags : iterable
        Pairs of term and count for each document.
    dictionary : gensim.corpora.Dictionary
        Names of the terms.

    Examples
    --------
    >>> from gensim.corpora import Dictionary
    >>> texts = [["peace", "trade"], ["trade", "trade"]]
    >>> dictionary = Dictionary(texts)
    >>> found = from_gensim([dictionary.doc2bow(t) for t in texts], dictionary)
    >>> list(found.columns), found.values.toarray().tolist()
    (['peace', 'trade'], [[1, 1], [0, 2]])
    """
    matutils = import_module("gensim").matutils
    bags = list(bags)
    counts = matutils.corpus2csc(bags, num_terms=len(dictionary), num_docs=len(bags), dtype=np.int64)
    values = sparse.csr_array(counts.T)
    units = pd.DataFrame({"n_tokens": np.asarray(values.sum(1)).ravel()})
    return Features("frequency", values, [dictionary[k] for k in range(len(dictionary))], units)


def to_nltk(corpus: EncodedCorpus) -> Any:
    """The tokens that count, in their order, as an `nltk.Text`: `concordance`, `collocations`, `dispersion_plot`.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> to_nltk(encoded(["Norland left the talks.", "Ostmark stayed."])).concordance_list("talks")[0].left
    ['Norland', 'left', 'the']
    """
    EncodedCorpus.require(corpus)
    forms = corpus.vocabulary["form"].to_numpy(object)
    return import_module("nltk.text").Text(forms[corpus.ids[corpus.words()]].tolist())


def from_spacy(docs: Iterable[Any]) -> Corpus:
    """A corpus of spaCy's `Doc`s, a document each: their texts, with what is in `user_data` under a text as columns.

    Tokens are those of this package. A `doc_id`, `date`, `title` or `speaker` in `user_data` is taken as such.

    Raises
    ------
    UsageError
        For what has no text, and where there is none.
    """
    rows = []
    for doc in docs:
        if not isinstance(getattr(doc, "text", None), str):
            raise UsageError(f"expected a Doc of spaCy, got {type(doc).__name__}")
        about = getattr(doc, "user_data", None) or {}
        rows.append({**{k: v for k, v in about.items() if isinstance(k, str)}, "text": doc.text})
    if not rows:
        raise UsageError("there are no documents")
    return Corpus.from_dataframe(pd.DataFrame(rows), language=None)
