"""What a notebook user meets: values that show themselves in a few lines, and messages that say what was expected."""

import dataclasses
import inspect
import typing

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.analyses.stance.settings import StanceSettings
from discourse.compare import compare
from discourse.errors import UsageError
from discourse.types import Exclusion, Provenance, Unclaimed

SECRET = "quartz"  # a word of every text that no value may show
TEXTS = [f"Roe said that Norland helped the {SECRET} harbour on day {k}. We welcome it. " * 12 for k in range(12)]
# Wide, and with long values, as real ones are.
FRAME = pd.DataFrame({"text": TEXTS, "party": ["Reds", "Blues"] * 6, **{f"column {k}": k for k in range(60)}})


@pytest.fixture(scope="module")
def encoded():
    return discourse.encode_corpus(FRAME)


def quantities(n=12):
    rng = np.random.default_rng(1)
    y, x = rng.poisson(3, (n, 300)), rng.integers(300, 400, n)
    return discourse.Quantities("terms", y, x, [f"term {k}" for k in range(300)], 1e4, "per 10,000 tokens")


@pytest.fixture(scope="module")
def values(encoded, norland):
    """One value of each public type, and of the types that public functions return."""
    design = discourse.Design(encoded.documents["party"], cluster=np.arange(12).astype(str), resamples=50)
    contrast = discourse.pair(design, "Reds", "Blues")
    document = discourse.Document("d", None, "Remarks", " ".join(TEXTS))
    outcome = next(iter(norland.outcomes.values()))
    codes = pd.DataFrame({"x": list("yynnyn") * 5, "y": list("ynnnyy") * 5}, dtype=object)
    q = quantities()
    plan = norland.graph.base.plan
    return [
        norland,
        norland.data,
        outcome,
        norland.found("salience", "Norland"),
        discourse.Tokens(encoded, encoded.words(), np.ones(12, bool)),
        next(iter(plan.analyses.values())),
        plan,
        plan.loaded,
        discourse.Experiment(plan),
        StanceSettings(),
        discourse.Certainty(next(iter(discourse.Certainty))),
        discourse.Found((outcome,) * 40),
        design,
        contrast,
        q,
        compare(q.only(range(9)), design, [contrast]),
        discourse.permutation_test([q.only(range(2))], design, contrast),
        discourse.Cells(np.arange(12), q.y, q.x, pd.DataFrame({"kind": ["a"] * 12})),
        encoded,
        discourse.Corpus.from_dataframe(FRAME),
        discourse.mentions(encoded, "norland"),
        discourse.stance(encoded, "norland"),
        discourse.Target("Norland", ["norland"]),
        discourse.Dictionary({f"category {k}": ("good", "bad") for k in range(300)}),
        discourse.load_vectors(),
        discourse.repetition(encoded),
        document,
        *discourse.attribute([document])["d"],
        discourse.Speaker("Ann Roe"),
        discourse.agreement(codes, ["y", "n"], resamples=50),
        discourse.DiscourseError("wrong"),
        Provenance("rss", tuple({"name": f"{k}.xml"} for k in range(90)), exclusions=(Exclusion("d", "no text"),) * 90),
        Exclusion("d", "no text"),
        Unclaimed("d", 1, "THE MODERATOR:"),
        discourse.change_points([1.0] * 30 + [3.0] * 30, draws=99),
        discourse.correspondence(q.y),
        discourse.read_reference("un-general-debate"),
        discourse.WordScores({f"word {k}": k for k in range(300)}),
        discourse.word_shift(q.y, q.items, design, "entropy"),
    ]


def returned():
    """Types of the package that public functions return, by their annotations."""
    for name in discourse.__all__:
        function = getattr(discourse, name)
        if inspect.isfunction(function):
            hint = inspect.signature(function, eval_str=True).return_annotation
            for kind in (hint, *typing.get_args(hint)):
                for part in (kind, *typing.get_args(kind)):
                    if isinstance(part, type) and part.__module__.startswith("discourse."):
                        yield part


def test_every_public_type_shows_itself_in_a_few_lines(values):
    public = {getattr(discourse, n) for n in discourse.__all__ if isinstance(getattr(discourse, n), type)}
    missing = {t.__name__ for t in public | set(returned()) if not any(isinstance(v, t) for v in values)}
    assert missing <= {"Report", "ContextsCompared"}, missing
    for value in values:
        shown = repr(value)
        lines = shown.splitlines()
        assert 1 <= len(lines) <= 6, shown
        assert max(map(len, lines)) <= 400, shown
        assert SECRET not in shown, shown
        assert "array([" not in shown and "0x" not in shown, shown


def test_every_found_of_an_analysis_shows_itself_in_a_few_lines(norland):
    for found in norland.graph.results.values():
        shown = repr(found)
        assert len(shown.splitlines()) <= 6 and "array([" not in shown, shown


def test_the_records_without_an_example_have_a_short_repr():
    from discourse.compare.contexts import ContextsCompared
    from discourse.report.blocks import Report
    from discourse.shown import brief

    for record in (ContextsCompared, Report):
        assert dataclasses.is_dataclass(record) and record.__repr__ is brief


def test_tables_in_html_are_short(encoded):
    terms = discourse.term_frequency(encoded, min_count=1, min_documents=1, drop_stop_words=False)
    for value in (terms, discourse.compare_terms(terms, discourse.Design(encoded.documents["party"], resamples=50))):
        rows = value._repr_html_().count("<tr>")
        assert 2 <= rows <= 12
        assert "more rows" in value._repr_html_()


@pytest.mark.parametrize(
    "function",
    [
        lambda c: discourse.mentions(c, "norland"),
        lambda c: discourse.stance(c, "norland"),
        lambda c: discourse.kwic(c, "norland"),
        lambda c: discourse.collocates(c, "norland"),
        discourse.term_frequency,
        discourse.topics,
        discourse.repetition,
        discourse.document_term_matrix,
        lambda c: discourse.ngram_matrix(c, 2),
        lambda c: discourse.dictionary_rates(c, {"war": ["war"]}),
        lambda c: discourse.context_vectors(c, "norland"),
    ],
)
@pytest.mark.parametrize(
    "wrong", [discourse.Corpus.from_dataframe(FRAME), FRAME, TEXTS], ids=["corpus", "frame", "list"]
)
def test_what_is_not_encoded_is_named(function, wrong):
    with pytest.raises(UsageError, match=r"expected EncodedCorpus, got \w+. discourse.encode_corpus makes one"):
        function(wrong)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda e: discourse.mentions(e, ["norland"]), "expected Target, got list. For several words"),
        (lambda e: discourse.topics(e, n_topics=3), 'no setting "n_topics" of topics. Expected one of: k'),
        (lambda e: discourse.count_terms("one text"), r"put it into a list: \[text\]"),
        (lambda e: discourse.compare_terms(e, discourse.Design(["a", "b"])), "expected Features, got EncodedCorpus"),
        (
            lambda e: discourse.compare_terms(discourse.term_frequency(e), e.documents["party"]),
            "expected Design, got S",
        ),
        (
            lambda e: compare(discourse.mentions(e, "norland"), discourse.Design(["a", "b"])),
            "expected Quantities, got F",
        ),
        (lambda e: discourse.dispersion(e.document_bounds), "needs the sizes of the parts"),
        (lambda e: discourse.resolve("my.yaml"), "expected LoadedExperiment, got str. discourse.load"),
        (lambda e: discourse.run_to_folder("my.yaml", "reports"), "expected Plan, got str. discourse.resolve"),
        (lambda e: discourse.quantities_of(discourse.context_vectors(e, "norland"), e), "there is no comparison of"),
    ],
)
def test_other_slips_are_named(encoded, function, message):
    with pytest.raises(UsageError, match=message):
        function(encoded)


def test_one_word_is_no_list_of_letters(encoded):
    assert discourse.Target("Norland", "norland") == discourse.Target("Norland", ("norland",))
    assert len(discourse.mentions(encoded, discourse.Target("Norland", "norland")).units) == 12 * 12
    assert discourse.Dictionary({"good": "welcome"}).categories == {"good": ("welcome",)}
    rates = discourse.dictionary_rates(encoded, {"good": "Welcome"})
    assert rates.details["words"]["form"].tolist() == ["welcome"]


def test_quantities_of_features_by_counting():
    texts = ["Norland helped. We attack Norland.", "Nothing new in May.", "Norland, welcome!"]
    encoded = discourse.encode_corpus(texts)
    q = discourse.quantities_of(discourse.mentions(encoded, "norland"), encoded)
    assert (q.y.ravel().tolist(), q.x.ravel().tolist(), q.scale, q.target) == ([2, 0, 1], [5, 4, 2], 1e4, "norland")
    scores = discourse.stance(encoded, "norland")
    q = discourse.quantities_of(scores, encoded)
    means = scores.units.assign(e=scores.values[:, 0]).groupby("document")["e"].sum()
    assert q.x.ravel().tolist() == [2, 0, 1]
    np.testing.assert_allclose(q.y.ravel(), [means[0], 0, means[2]])
    rates = discourse.dictionary_rates(encoded, {"all": ["n*"], "none": ["zebra"]})
    q = discourse.quantities_of(rates, encoded)
    assert q.y.tolist() == [[2, 0], [2, 0], [1, 0]]
    counts = discourse.term_frequency(encoded, min_count=1, min_documents=1, drop_stop_words=False)
    q = discourse.quantities_of(counts, encoded)
    np.testing.assert_array_equal(q.y.toarray(), counts.values.toarray())
    assert q.x.ravel().tolist() == [5, 4, 2]


def test_collocates_by_a_plain_loop():
    texts = ["we met in old norland and we left old norland soon", "old trade", "norland old old"]
    near = dict.fromkeys(["we", "met", "in", "old", "and", "left", "soon", "trade"], 0)
    for text in texts:
        words = text.split()
        for k, word in enumerate(words):
            if word != "norland" and any(w == "norland" for w in words[max(0, k - 2) : k + 3]):
                near[word] += 1
    table = discourse.collocates(
        discourse.encode_corpus(texts), "norland", span=2, min_count=1, drop_stop_words=False
    ).set_index("item")
    assert table["near"].to_dict() == {w: n for w, n in near.items() if n}
    assert table.loc["old", ["total", "n_documents"]].tolist() == [5, 2]
    n, n_near = 16 - 3, sum(near.values())
    assert table.loc["old", "expected"] == pytest.approx(n_near * 5 / n)
    assert table.loc["old", "log_dice"] == pytest.approx(14 + np.log2(2 * near["old"] / (3 + 5)))
    assert table.index[0] == "old"


def test_no_collocates_of_what_is_not_there(encoded):
    assert discourse.collocates(encoded, "zebra").empty


def test_dispersion_of_features_is_that_of_their_counts(encoded):
    terms = discourse.term_frequency(encoded)
    table = discourse.dispersion(terms)
    plain = discourse.dispersion(terms.values, terms.units["n_tokens"].to_numpy())
    np.testing.assert_array_equal(table.to_numpy(), plain.to_numpy())
    assert table.index.tolist() == list(terms.columns)
