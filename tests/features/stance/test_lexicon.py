import re

import numpy as np
import pytest

from discourse.errors import SourceError
from discourse.features._examples import encoded
from discourse.features.stance import (
    ACTS,
    DIMENSIONS,
    default_lexicons,
    load_lexicon,
    metadiscourse,
    stance_class,
    unreachable_class,
)

HEADER = "term\tcategory\tweight\tsource\tnote\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("own.tsv", "word\tkind\n", "header lacks term, category, weight"),
        (
            "own.tsv",
            HEADER + "a\tb\tmuch\tx\t\nc\t\t1\tx\t\n",
            'own.tsv:2: expected a number.*"much"\n.*own.tsv:3: a term and',
        ),
        ("own.tsv", HEADER + "a\tb\t1\tx\t\nA\tb\t-1\tx\t\n", 'own.tsv:3: "A" occurs already in line 2'),
        ("own.tsv", HEADER + "*\tb\t1\tx\t\nc\tb\t-1\tx\t\n", 'own.tsv:2: "\\*" matches every word'),
        ("own.tsv", HEADER, "the lexicon is empty"),
        ("own.tsv", HEADER + "good\tb\t1\tx\t\n", "an evaluation needs terms above and below 0"),
        ("own.dic", "good\t1\n", "expected a LIWC dictionary"),
        (
            "own.dic",
            "%\n1\tposemo\n%\ngood\t1\nbad\t2\nalone\n",
            'own.dic:5: "2" is no category of the head\n.*own.dic:6: a term needs',
        ),
        ("own.yml", "pos: [good\n", "own.yml:2: not YAML"),
        ("own.yml", "- good\n- bad\n", "expected categories with lists of terms"),
        ("own.yml", "pos: &a [good]\nneg: *a\n", r"aliases \(\*\) are not supported"),
    ],
)
def test_lexicons_that_are_none(tmp_path, name, content, message):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        load_lexicon("evaluation", tmp_path / name)


def test_three_formats_say_the_same(tmp_path):
    (tmp_path / "a.tsv").write_text(HEADER + "happ*\tpos\t1\tx\t\nvery good\tpos\t1\tx\t\nbad\tneg\t-1\tx\t\n")
    (tmp_path / "a.dic").write_text("%\n1\tpos\n2\tneg\n%\nhapp*\t1\nvery good\t1\nbad\t2\n")
    (tmp_path / "a.yml").write_text("pos:\n  - happ*\n  - very good\nneg:\n  - bad\n")
    weights = {"pos": 1.0, "neg": -1.0}
    tables = [load_lexicon("evaluation", tmp_path / f"a.{e}", weights).entries for e in ("tsv", "dic", "yml")]
    for table in tables[1:]:
        assert (
            table[["term", "category", "weight"]].values.tolist()
            == tables[0][["term", "category", "weight"]].values.tolist()
        )


def test_categories_within_categories_and_terms_in_several(tmp_path):
    (tmp_path / "a.yml").write_text("mood:\n  up: [glad, light]\n  down: [sad]\nweight: [light]\n")
    entries = load_lexicon("mood", tmp_path / "a.yml").entries
    assert entries[["term", "category"]].values.tolist() == [
        ["glad", "mood.up"], ["light", "mood.up"], ["sad", "mood.down"], ["light", "weight"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pos", "neg", "scale", "problem"),
    [
        # x / sqrt(x² + c²) is above 0.25 where x is above 0.258 c, below -0.05 where x is below -0.0501 c.
        (1.04, -1, 4, ""),
        (1, -1, 4, "no term can make a mention cooperative: the largest weight for it is 1, .* beyond 1.03 is needed"),
        (1, -1, 3.8, ""),
        (
            2,
            -0.2,
            4,
            "no term can make a mention conflictual: the largest weight for it is -0.2, .* beyond -0.20 is needed",
        ),
        (2, -0.21, 4, ""),
    ],
)
def test_weights_that_reach_no_class(tmp_path, pos, neg, scale, problem):
    (tmp_path / "a.yml").write_text("pos: [glad]\nneg: [sad]\n")
    lexicon = load_lexicon("evaluation", tmp_path / "a.yml", {"pos": pos, "neg": neg})
    assert re.fullmatch(problem + ".*" * bool(problem), unreachable_class(lexicon, scale))
    alone = np.array([pos / np.hypot(pos, scale), neg / np.hypot(neg, scale)])
    assert (stance_class(alone).tolist() == ["cooperative", "conflictual"]) == (not problem)


def test_the_hash_follows_the_weights(tmp_path):
    (tmp_path / "a.yml").write_text("pos: [glad]\nneg: [sad]\n")
    one = load_lexicon("evaluation", tmp_path / "a.yml", {"pos": 1, "neg": -1})
    other = load_lexicon("evaluation", tmp_path / "a.yml", {"pos": 1, "neg": -2})
    assert one.sha256 != other.sha256


def test_shipped_lexicons_name_their_sources_and_known_acts():
    lexicons = default_lexicons()
    assert set(lexicons) == set(DIMENSIONS)
    for lexicon in lexicons.values():
        assert lexicon.entries["source"].str.len().gt(0).all()
        assert len(lexicon.entries) == lexicon.entries["term"].nunique()
    entries = lexicons["evaluation"].entries
    assert set(entries["category"]) == {*ACTS, "positive evaluation", "negative evaluation"}
    friendly = entries["category"].map(lambda c: ACTS[c][1] == "cooperation" if c in ACTS else c.startswith("positive"))
    assert ((entries["weight"] > 0) == friendly).all(), "the sign of a weight is that of its act"


def test_metadiscourse_is_counted_by_hand_near_and_overall():
    corpus = encoded(["Norland may clearly attack. I think we must act. All of us will.", "We will see."])
    found = metadiscourse(corpus, np.array([0]))
    table = dict(zip(found.columns, found.values.T.tolist()))
    assert table["hedge"] == [1, 0]  # may
    assert table["booster"] == [1, 0]  # clearly
    assert table["hedge overall"] == [2, 0]  # may, i think
    assert table["obligation"] == [0, 0]
    assert table["obligation overall"] == [1, 0]
    assert table["volition overall"] == [1, 1]
    assert table["inclusive we overall"] == [1, 0]
    assert table["self-mention overall"] == [1, 0]
    assert table["tokens"] == [4, 0]
    assert table["tokens overall"] == [13, 3]


def test_weights_of_categories_that_no_lexicon_has(tmp_path):
    (tmp_path / "a.yml").write_text("praise: [glad]\nblame: [sad]\n")
    with pytest.raises(SourceError, match=r'no lexicon of yours has the category "prais"\. Did you mean "praise"'):
        default_lexicons({"evaluation": tmp_path / "a.yml"}, {"praise": 1, "blame": -1, "prais": 2})
    with pytest.raises(SourceError, match=r"give weights to its categories.*\(blame\)"):
        default_lexicons({"evaluation": tmp_path / "a.yml"}, {"praise": 1})


def test_a_category_of_ones_own_with_a_known_name_stands_apart(tmp_path):
    (tmp_path / "a.yml").write_text("hedge: [grain]\ntokens: [sea]\n")
    found = metadiscourse(
        encoded(["Norland may buy grain by the sea."]), np.array([0]), default_lexicons({"mine": tmp_path / "a.yml"})
    )
    table = dict(zip(found.columns, found.values[0].tolist()))
    assert (table["hedge"], table["mine: hedge"]) == (1, 1)
    assert found.columns[-2:] == ["tokens", "tokens overall"]
    assert found.values[0, -2:].tolist() == [7, 7]
