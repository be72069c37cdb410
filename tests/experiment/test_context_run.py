"""The analysis of contexts in an experiment: from the config to the report, with the package's vectors and with others."""

import numpy as np
import pandas as pd
import pytest

from discourse.analyses import analyses
from discourse.analyses.context.measure import ContextSettings, compute, measure
from discourse.analyses.context.section import cosines_shown, moved, neighbours, section
from discourse.compare.contexts import contexts_of
from discourse.errors import DiscourseError
from discourse.experiment.prepare import tokens_of
from discourse.features.contexts import context_vectors
from discourse.features.store import load_features, save_features
from discourse.features.vectors import load_vectors
from discourse.report.blocks import Figure, Refusal, Table

BEFORE, AFTER = "Before the treaty", "After the treaty"


@pytest.fixture(scope="module")
def given(norland):
    """Tokens, data and target of the invented experiment."""
    graph = norland.graph
    return tokens_of(graph.base, graph.config), graph.data, graph.base.plan.targets[0]


@pytest.fixture(scope="module")
def found(given):
    tokens, data, target = given
    settings = ContextSettings(words=["attack", "partner"])
    return compute(data, settings, target, measure(tokens, settings, target))


def test_sums_by_document_are_those_of_the_mentions(given):
    tokens, data, target = given
    features = measure(tokens, ContextSettings(), target)
    each = context_vectors(tokens.corpus, target, mask=tokens.mask)
    q = contexts_of(each, len(data.documents))
    sums = features.values.toarray()
    np.testing.assert_allclose(sums[:, :100] @ load_vectors().transform.T, q.y, atol=1e-4)
    np.testing.assert_array_equal(sums[:, 100], q.x[:, 0])
    np.testing.assert_array_equal(sums[:, 101].sum(), each.units["n_words"].sum())


def test_candidates_are_counted_by_document_without_aliases_and_function_words(given):
    tokens, _, target = given
    words = measure(tokens, ContextSettings(min_documents=3), target).details["words"].set_index("word")["documents"]
    texts = [set(t.casefold().replace(".", " ").split()) for t in tokens.corpus.texts]
    assert words["harbour"] == sum("harbour" in t for t in texts)
    assert not {"norland", "the", "its", "we"} & set(words.index) and words.min() >= 3


def test_nothing_but_the_stored_features_is_needed(given, found, tmp_path):
    tokens, data, target = given
    settings = ContextSettings(words=["attack", "partner"])
    save_features(measure(tokens, settings, target), tmp_path)
    again = compute(data, settings, target, load_features(tmp_path))
    pd.testing.assert_frame_equal(again.every.table, found.every.table)
    pd.testing.assert_frame_equal(again.distances, found.distances)


def test_words_move_as_the_speeches_were_written(found):
    """Earlier ministers speak of attacks and raids, later ones of partners and trade."""
    table = found.named.table
    difference = table[table["contrast"] == "difference"].set_index("item")
    assert difference.loc["attack", "high"] < 0 < difference.loc["partner", "low"]
    assert found.distances["p"].iloc[0] < 0.05 and found.distances["deflated"].iloc[0] > 0
    shown = cosines_shown(found, 4)
    assert shown["item"].drop_duplicates().tolist()[:2] == ["partner", "attack"]
    assert set(shown.loc[shown["block"] == "moved", "item"]).isdisjoint({"attack", "partner"})
    assert len(moved(found.every, 4)) <= 4
    near = neighbours(found.every, [BEFORE, AFTER], 5)
    own = near[near["panel"] == near["stratum"]]
    assert own.groupby("panel")["item"].size().to_dict() == {BEFORE: 5, AFTER: 5}
    assert (own.groupby("panel")["estimate"].diff().dropna() <= 0).all()


def test_the_section_and_its_columns(norland, unexplained_columns, found):
    graph = norland.graph
    blocks = list(section(graph.results["context", "Norland"], speaking(norland)))
    figures = {b.name: b for b in blocks if isinstance(b, Figure)}
    assert set(figures) == {"context-neighbours", "context-words"}
    for figure in figures.values():
        assert len(figure.caption.split()) <= 60 and "n: " in figure.caption
    assert [b.name for b in blocks if isinstance(b, Table)] == ["context-distances"]
    assert unexplained_columns(blocks) == set()


@pytest.fixture
def unexplained_columns():
    from discourse.report.dictionary import COMMON

    known = set(COMMON) | {name.removeprefix("context: ") for name in analyses()["context"].columns}

    def find(blocks):
        return {c for b in blocks if hasattr(b, "frame") for c in b.frame.columns} - known

    return find


def speaking(results):
    """What the section of contexts says things with."""
    from discourse.experiment.document import Document

    return next(say for node, _, say in Document(results.graph).found() if node.analysis.name == "context")


def test_few_mentions_are_refused(small):
    rows = [
        row | {"text": row["text"].replace("Norland", "Eastland") if k % 20 > 3 else row["text"]}
        for k, row in enumerate(small.rows)
    ]
    report = small.write(rows).report()
    said = [b.text for b in report.blocks if isinstance(b, Refusal) and "The contexts of Norland" in b.text]
    assert len(said) == 1 and "in 8 documents" in said[0] and "20 mentions in 10 documents of a group" in said[0]


def test_a_word_without_a_vector_is_a_mistake_at_its_line(small):
    text = small.change(add="context: {words: [attack, agression]}\n").problem()
    assert "norland.yaml:" in text and "context.words" in text and 'Did you mean "aggression"?' in text


def write_vectors(folder):
    """Two dimensions: trade and raids; all other words near the origin."""
    rng = np.random.default_rng(1)
    words = (
        "harbour grain treaty council school road bridge winter summer river market price budget reform village teacher doctor "
        "railway forest island worker farmer student engineer museum station library garden letter signal matters the we"
    ).split()
    lines = [f"{w} {a:.3f} {b:.3f}" for w, (a, b) in zip(words, rng.normal(0, 0.3, (len(words), 2)))]
    lines += [f"{w} 1.0 {0.1 * k:.1f}" for k, w in enumerate(["trade", "partner", "help", "agreed"])]
    lines += [f"{w} {0.1 * k:.1f} 1.0" for k, w in enumerate(["raids", "attack", "violated", "condemn"])]
    (folder / "own.txt").write_text("\n".join(lines), encoding="utf-8")


def test_vectors_of_a_file_with_a_transformation_of_this_corpus(small):
    write_vectors(small.file.parent)
    results = small.change(add="context: {vectors: own.txt, min_documents: 2, words: [trade]}\n").compute()
    found = results.found("context", "Norland")
    assert found.vectors == "own.txt" and found.learnt
    assert {"trade", "raids"} <= set(found.every.table["item"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("trade 1 2\nraids 1", "own.txt:2: expected 2 numbers"),
        ("trade 1 2", "words of the corpus with a vector); it needs 10, five for each of 2 dimensions"),
    ],
)
def test_a_bad_file_of_vectors_is_one_message(small, line, said):
    (small.file.parent / "own.txt").write_text(line, encoding="utf-8")
    small.change(add="context: {vectors: own.txt}\n")
    try:
        refusals = small.compute().found("context", "Norland").refusals
    except DiscourseError as error:
        refusals = [error]
    assert len(refusals) == 1 and said in str(refusals[0])


def test_a_missing_file_is_a_mistake_in_the_config(small):
    assert (
        'there is no file "none.txt" beside this config' in small.change(add="context: {vectors: none.txt}\n").problem()
    )
