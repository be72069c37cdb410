import numpy as np
import pytest

from discourse.errors import SourceError
from discourse.features._examples import encoded
from discourse.features.stance import default_lexicons, load_lexicon, stance
from discourse.features.target import Target, mentions

HEADER = "term\tcategory\tweight\tsource\tnote\n"


@pytest.fixture
def lexicons(tmp_path):
    """A toy: two evaluative words, a hedge, a modal, a negation."""
    rows = {
        "evaluation": "friend\tSUPPORT\t2\tx\t\nattack*\tASSAULT\t-3\tx\t\nwork with\tCOOPERATE\t1\tx\t\n",
        "certainty": "may\thedge\t1\tx\t\nclearly\tbooster\t1\tx\t\n",
        "obligation": "must\tobligation\t1\tx\t\n",
        "negation": "not\tnegation\t1\tx\t\n",
    }
    for name, text in rows.items():
        (tmp_path / f"{name}.tsv").write_text(HEADER + text, encoding="utf-8")
    return default_lexicons({name: tmp_path / f"{name}.tsv" for name in rows})


def scored(text, lexicons):
    corpus = encoded([text])
    return stance(corpus, mentions(corpus, Target("Norland", ("norland",))), lexicons, half_distance=10, scale=4)


def value(x):
    return x / np.sqrt(x**2 + 16)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("Norland friend.", 2.0),
        ("Norland is a friend.", 2 / (1 + 2 / 10)),
        ("A friend called Norland, and the attacks.", 2 / (1 + 1 / 10) - 3 / (1 + 2 / 10)),
        ("Norland is not a friend.", -0.5 * 2 / (1 + 3 / 10)),
        ("Not so, Norland friend.", 2.0),
        ("We work with Norland.", 1.0),
        ("Norland here, Norland there, friend.", 2 / (1 + 1 / 10)),
        ("Norland.", 0.0),
    ],
)
def test_evaluation_by_hand(text, x, lexicons):
    result = scored(text, lexicons)
    assert result.values[0, 0] == pytest.approx(value(x), abs=1e-12)


def test_counts_by_hand(lexicons):
    result = scored("Norland may not attack and must clearly be a friend. A friend. Norland!", lexicons)
    columns = dict(zip(result.columns, result.values.T.tolist()))
    assert columns["cooperative"] == [2, 0], "a negated attack counts as cooperative"
    assert columns["conflictual"] == [0, 0]
    assert columns["hedges"] == [1, 0]
    assert columns["boosters"] == [1, 0]
    assert columns["obligation"] == [1, 0]
    assert result.units["n_tokens"].tolist() == [10, 1]


def test_every_score_is_the_sum_of_its_words(lexicons):
    result = scored("Norland is a friend and attacks. Norland attacks not its friend.", lexicons)
    hits = result.details["hits"]
    sums = hits[hits["dimension"] == "evaluation"].groupby("row")["score"].sum()
    for row, x in sums.items():
        assert result.values[row, 0] == pytest.approx(value(x), abs=1e-12)


def test_a_target_is_not_its_own_evaluation(lexicons):
    corpus = encoded(["The Friend of Norland attacks."])
    found = mentions(corpus, Target("N", ("friend of norland",)))
    hits = stance(corpus, found, lexicons).details["hits"]
    assert hits["term"].tolist() == ["attack*"]


def test_a_negation_does_not_reach_into_the_next_sentence(lexicons):
    result = scored("Norland may not. Friend Norland, hear us.", lexicons)
    assert result.values[1, 0] == pytest.approx(value(2.0))


def test_no_mentions(lexicons):
    corpus = encoded(["Nothing here."])
    result = stance(corpus, mentions(corpus, Target("N", ("norland",))), lexicons)
    assert result.values.shape == (0, 6)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("word\tkind\n", "header lacks term, category, weight"),
        (HEADER + "a\tb\tmuch\tx\t\nc\t\t1\tx\t\n", 'own.tsv:2: expected a number.*"much"\n.*own.tsv:3: a term and'),
        (HEADER + "a\tb\t1\tx\t\nA\tb\t1\tx\t\n", 'own.tsv:3: "A" stands already in line 2'),
    ],
)
def test_lexicons_that_are_none(tmp_path, content, message):
    (tmp_path / "own.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        load_lexicon("evaluation", tmp_path / "own.tsv")


def test_shipped_lexicons_name_their_sources():
    for lexicon in default_lexicons().values():
        assert lexicon.entries["source"].str.len().gt(0).all()
        assert len(lexicon.entries) == lexicon.entries["term"].nunique()
