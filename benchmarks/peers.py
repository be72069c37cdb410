"""Other libraries at the works that `run.py` measures, each in a process of its own: `peers.py NAME STEP FOLDER`.

What is imported is no part of a work. Each gets the same statements as `works.py`, in the form that it takes: texts, or for NLTK
tokens; for topics the same terms of the same passages.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from works import ITERATIONS, Act, K, corpus_of, groups_of, main, statements, texts_of

WORD = re.compile(r"\w+(?:['-]\w+)*")


def count_vectorizer(step: int, folder: Path) -> Act:
    from encode import theirs
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: F401

    texts = texts_of(step)
    return lambda: theirs(texts)[0]


def polars(step: int, folder: Path) -> Act:
    import polars as pl

    texts = texts_of(step)

    def act():
        frame = pl.DataFrame({"text": texts}).with_row_index("document").lazy()
        terms = pl.col("text").str.to_lowercase().str.extract_all(r"\b\w\w+\b").alias("term")
        counts = frame.select("document", terms).explode("term").drop_nulls().group_by("document", "term").len()
        return int(counts.collect()["len"].sum())

    return act


def duckdb(step: int, folder: Path) -> Act:
    import duckdb as database
    import pandas as pd

    frame = pd.DataFrame({"text": texts_of(step)}).reset_index(names="document")
    connection = database.connect()
    connection.register("statements", frame)
    words = r"SELECT document, unnest(regexp_extract_all(lower(text), '\b\w\w+\b')) AS term FROM statements"
    query = f"CREATE TABLE counts AS SELECT document, term, count(*) AS n FROM ({words}) GROUP BY ALL"

    def act():
        connection.execute(query)
        return int(connection.execute("SELECT sum(n) FROM counts").fetchone()[0])

    return act


def _tokens(step: int) -> list[str]:
    return [word for text in texts_of(step) for word in WORD.findall(text)]


def nltk_concordance(step: int, folder: Path) -> Act:
    from nltk.text import ConcordanceIndex

    tokens = _tokens(step)
    return lambda: ConcordanceIndex(tokens, key=str.lower).find_concordance("russia", width=126)


def nltk_bigrams(step: int, folder: Path) -> Act:
    from nltk.collocations import BigramCollocationFinder

    tokens = [token.lower() for token in _tokens(step)]

    def act():
        finder = BigramCollocationFinder.from_words(tokens)
        finder.apply_freq_filter(10)
        return finder.ngram_fd

    return act


def scattertext(step: int, folder: Path) -> Act:
    import pandas as pd
    import scattertext as st

    rows = statements(step)
    frame = pd.DataFrame(
        {"text": [row["text"] for row in rows], "group": np.array(["to 1990", "since"])[groups_of(rows)]}
    )

    def act():
        parsed = frame.assign(parsed=frame["text"].apply(st.whitespace_nlp))
        corpus = st.CorpusFromParsedDocuments(
            parsed, category_col="group", parsed_col="parsed", feats_from_spacy_doc=st.FeatsFromSpacyDoc()
        ).build()
        unigrams = corpus.get_unigram_corpus().compact(st.ClassPercentageCompactor(term_count=1))
        prior = st.PriorFactory(unigrams, category="to 1990", not_categories=["since"], starting_count=0.01)
        scorer = st.LogOddsRatioInformativeDirichletPrior(prior.use_all_categories().build()[0], 500)
        counts = unigrams.get_term_freq_df("")
        return scorer.get_scores(counts["to 1990"], counts["since"])

    return act


def convokit(step: int, folder: Path) -> Act:
    from convokit import Corpus, Speaker, Utterance
    from convokit.fighting_words import FightingWords
    from sklearn.feature_extraction.text import CountVectorizer

    rows = statements(step)
    group = groups_of(rows)

    def act():
        with contextlib.redirect_stdout(io.StringIO()):
            speakers = {row["iso"]: Speaker(id=row["iso"]) for row in rows}
            said = [
                Utterance(
                    id=str(k), speaker=speakers[row["iso"]], conversation_id=str(k), text=row["text"],
                    meta={"group": int(group[k])},
                )
                for k, row in enumerate(rows)
            ]  # fmt: skip
            model = FightingWords(cv=CountVectorizer(min_df=10))
            model.fit(Corpus(utterances=said), lambda u: u.meta["group"] == 0, lambda u: u.meta["group"] == 1)
            return model.get_ngram_zscores()

    return act


def _passages(step: int):
    from discourse.features.passages import passage_bags
    from discourse.features.topics import TopicSettings, counted

    return counted(passage_bags(corpus_of(step)), TopicSettings(k=K)).values.tocsr()


def tomotopy(step: int, folder: Path) -> Act:
    import tomotopy as library

    counts = _passages(step)
    names = np.array([str(i) for i in range(counts.shape[1])], object)
    bounds = np.concatenate([[0], np.cumsum(np.add.reduceat(counts.data, counts.indptr[:-1]))]).astype(int)
    words = np.repeat(names[counts.indices], counts.data.astype(int)).tolist()
    passages = [words[a:b] for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist())]

    def act():
        model = library.LDAModel(k=K, seed=1)
        for passage in passages:
            model.add_doc(passage)
        model.train(ITERATIONS, workers=1)

    return act


def gensim(step: int, folder: Path) -> Act:
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel

    counts = _passages(step)
    return lambda: LdaModel(Sparse2Corpus(counts.T.tocsc()), num_topics=K, random_state=1, passes=1)


def scikit_learn(step: int, folder: Path) -> Act:
    from sklearn.decomposition import LatentDirichletAllocation

    counts = _passages(step)
    model = LatentDirichletAllocation(K, max_iter=10, random_state=1, learning_method="batch")
    return lambda: model.fit(counts)


PEERS: dict[str, Callable[[int, Path], Act]] = {
    peer.__name__: peer
    for peer in (
        count_vectorizer, polars, duckdb, nltk_concordance, nltk_bigrams, scattertext, convokit, tomotopy, gensim, scikit_learn,
    )
}  # fmt: skip

FOUND: dict[str, tuple[Callable[[Any], float], str]] = {
    "count_vectorizer": (lambda matrix: int(matrix.sum()), "tokens"),
    "polars": (lambda n: n, "tokens"),
    "duckdb": (lambda n: n, "tokens"),
    "nltk_concordance": (len, "lines"),
    "nltk_bigrams": (len, "bigrams"),
    "scattertext": (len, "terms, no intervals"),
    "convokit": (len, "terms, no intervals"),
}

if __name__ == "__main__":
    main(PEERS, FOUND)
