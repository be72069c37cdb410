import numpy as np
import pytest

from discourse.features._examples import encoded
from discourse.features.stance import ACTS, default_lexicons, stance
from discourse.features.target import Target, mentions

HEADER = "term\tcategory\tweight\tsource\tnote\n"


@pytest.fixture
def lexicons(tmp_path):
    """A toy: three friendly and three hostile words, two negations."""
    rows = {
        "evaluation": "friend\tsupport\t2\tx\t\nattack*\tattack\t-3\tx\t\nwork with\tcooperate\t1\tx\t\nhelp*\taid\t2\tx\t\n"
        "urge\tcall on\t-0.5\tx\t\nmet\tconsult\t1\tx\t\ntalks\tconsult\t1\tx\t\n",
        "negation": "not\tnegation\t1\tx\t\nlift*\treversal\t1\tx\t\ndeter\treversal\t1\tx\t\n",
    }
    for name, text in rows.items():
        (tmp_path / f"{name}.tsv").write_text(HEADER + text, encoding="utf-8")
    return default_lexicons({name: tmp_path / f"{name}.tsv" for name in rows})


def scored(text, lexicons=None):
    corpus = encoded([text])
    return stance(corpus, mentions(corpus, Target("Norland", ("norland",))), lexicons, half_distance=10, scale=4)


def value(x):
    return x / np.sqrt(x**2 + 16)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("Norland is a friend.", 2 / (1 + 2 / 10)),
        ("Norland is not a friend.", -0.5 * 2 / (1 + 3 / 10)),
        ("We work with Norland.", 1.0),
        ("Norland.", 0.0),
        ("Norland attacks the town.", -3.0),
        ("Norland's attack on the town.", -6.0),  # in its noun phrase: twice, no distance
        (
            "Norland attacks the town, and a friend is here.",
            -3.0 + 2 * 0.7 * 0.7 / (1 + 5 / 10),
        ),  # another clause, not linked
        ("Norland lifted its attack.", -0.5 * -3 / (1 + 2 / 10)),  # the target itself turns it round
        ("We deter an attack by Norland.", 0.0),
        ("Norland met us for talks.", 1.0),  # talks count once
        ("Norland must help us.", -2.0),  # asked, not given
        ("We urge Norland to help us.", -0.5 - 2.0),
        ("We fight against Norland.", -1.5),
        ("If Norland helps, we will see.", 0.5 * 2.0),
    ],
)
def test_evaluation_by_hand(text, x, lexicons):
    result = scored(text, lexicons)
    assert result.values[0, 0] == pytest.approx(value(x), abs=1e-12), result.details["hits"].to_string()


def test_the_unit_is_the_mention(lexicons):
    result = scored("Norland is a friend. Norland attacks, and Norland's friend looks on.", lexicons)
    assert result.units["sentence"].tolist() == [0, 1, 1]
    assert result.details["hits"].groupby("mention").size().to_dict() == {0: 1, 1: 2, 2: 2}


def test_every_score_is_the_sum_of_its_words_and_each_the_product_of_its_factor():
    text = (
        "We welcome Norland's help, but Norland must not attack its neighbours. If Norland lifts the blockade, we will talk. "
        "Norland claims that we threatened it. We stand with Ostmark against Norland's brutal and unprovoked war."
    )
    result = scored(text)
    hits = result.details["hits"]
    assert np.allclose(hits["weight"] * hits["factor"], hits["score"])
    for k, x in hits.groupby("mention")["score"].sum().items():
        assert result.values[k, 0] == pytest.approx(value(x), abs=1e-12)
    assert (
        result.values[:, 1] == [int((hits[hits["mention"] == k]["score"] > 0).sum()) for k in range(len(result.units))]
    ).all()
    assert (hits.loc[hits["factor"] == 0, "rules"] != "").all(), "what does not count says why"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We condemn Norland's unprovoked attack on Ostmark.", "conflictual"),
        ("We support Ostmark against Norland's brutal war.", "conflictual"),
        ("We thank Norland for its generous help.", "cooperative"),
        ("We agreed with Norland to extend the treaty.", "cooperative"),
        ("The delegation travelled to Norland on Monday.", "neutral"),
        ("We call on Norland to respect its commitments.", "conflictual"),
        ("Norland must cease its aggression.", "conflictual"),
        ("Peace and security in Europe were on the agenda when the Minister saw Norland.", "neutral"),
        ("We have seen no indication that Norland is willing to de-escalate.", "conflictual"),
        ("Nobody has ever attacked Norland.", "neutral"),
        ("Norland claims that it helped and supported the friendly people.", "neutral"),
        ("We imposed sanctions on Norland.", "conflictual"),
        ("We need the immediate withdrawal of Norland's forces.", "neutral"),
        ("We will support Ostmark until Norland is ready to engage in talks, constructively.", "neutral"),
        ("Norland has not proved itself to be a responsible and constructive partner.", "conflictual"),
        ("The United States and Norland agreed on trade.", "cooperative"),
        ("Norland withdrew its forces.", "cooperative"),
    ],
)
def test_classes_of_plain_diplomatic_sentences(text, expected):
    result = scored(text)
    assert result.units["class_"].iloc[-1] == expected, result.units["terms"].iloc[-1]


@pytest.mark.parametrize(
    ("text", "role", "act"),
    [
        ("We condemn Norland.", "recipient", "condemn"),
        ("Norland accused us of theft.", "actor", "accuse"),
        ("Norland was sanctioned by the Council.", "recipient", "sanction"),
        ("We consulted with Norland on grain.", "partner", "consult"),
        ("Norland invaded Ostmark.", "actor", "attack"),
        ("Norland's invasion of Ostmark goes on.", "actor", "attack"),
        ("We call on Norland to withdraw.", "recipient", "call on"),
        ("Norland must withdraw.", "actor", "demand"),
        ("Norland lifted the blockade.", "actor", ""),  # reversed: not done
    ],
)
def test_acts_and_parts_by_hand(text, role, act):
    unit = scored(text).units.iloc[0]
    assert (unit["who_acts"], unit["act"]) == (role, act)
    assert act in {*ACTS, ""}


def test_conditions_and_own_words_are_marked():
    units = scored("If Norland invades, we will act. Norland claims that we lied.").units
    assert units["conditional"].tolist() == [True, False]
    assert units["reported"].tolist() == [False, True]


def test_a_target_is_not_its_own_evaluation(lexicons):
    corpus = encoded(["The Friend of Norland attacks."])
    found = mentions(corpus, Target("N", ("friend of norland",)))
    hits = stance(corpus, found, lexicons).details["hits"]
    assert hits["term"].tolist() == ["attack*"]


def test_a_negation_does_not_reach_into_the_next_sentence(lexicons):
    result = scored("Norland may not. Helped Norland, hear us.", lexicons)
    assert result.details["hits"]["rules"].str.contains("negated").sum() == 0


def test_no_mentions(lexicons):
    corpus = encoded(["Nothing here."])
    result = stance(corpus, mentions(corpus, Target("N", ("norland",))), lexicons)
    assert result.values.shape == (0, 3)
    assert {"who_acts", "act", "class_"} <= set(result.units.columns)


def test_words_with_slashes_and_marks_keep_their_places():
    result = scored("And/or on 3/4 of the days Norland's navy – 1,000 men & more – attacked it.")
    assert result.units["who_acts"].tolist() == ["actor"]
