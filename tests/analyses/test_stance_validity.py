"""Each measure of stance against its own codes, and the verdicts that follow from them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from discourse.analyses.outcome import Certainty, Doubt, Judged, Outcome, Reason
from discourse.analyses.review.verdict import by_the_codes
from discourse.analyses.say import Say
from discourse.analyses.stance.coding import ALWAYS, NO_ACT, ON_REQUEST, VARIABLES, codebook
from discourse.analyses.stance.validation import LEAST_OF_ACT, _Coded, _commonest
from discourse.analyses.validity import MeasureValidity, Statistic, Validity, validity_words
from discourse.compare.quantities import Quantities
from discourse.features._examples import encoded
from discourse.features.stance import ACTS, CLASSES, ROLES
from discourse.features.stance.certainty import certainty_classes
from discourse.types import Comparison

DIFFERS, MAY_DIFFER, INCONCLUSIVE = Certainty.DIFFERS, Certainty.MAY_DIFFER, Certainty.INCONCLUSIVE
MEASURED = {
    "clear": Judged(DIFFERS),
    "one doubt": Judged(MAY_DIFFER, (Reason(Doubt.TEST, 0.2),)),
    "interval": Judged(MAY_DIFFER, (Reason(Doubt.INTERVAL),)),
}
CORRECTED = {
    "none": None,
    "clear": (0.4, 0.1, 0.7),
    "includes 0": (0.2, -0.1, 0.5),
    "other side": (-0.4, -0.7, -0.1),
    "no interval": (0.4, np.nan, np.nan),
}


def outcome(status, corrected):
    """A difference of 0.5 as measured, with a validity."""
    q = Quantities("x", np.ones((2, 1)), np.ones((2, 1)), ["x"], 1.0)
    columns = ["contrast", "item", "stratum", "estimate", "low", "high"]
    raw = Comparison(pd.DataFrame([["difference", "x", "a - b", 0.5, 0.4, 0.6]], columns=columns), "")
    rows = [["difference", "corrected", "a - b", *corrected]] if corrected else []
    found = Comparison(pd.DataFrame(rows, columns=columns), "", "a", "b") if corrected else None
    validity = None if status is None else MeasureValidity(status)
    return Outcome("x", q, comparison=raw, validity=validity, corrected=found)


@pytest.mark.parametrize(
    ("measured", "status", "corrected", "certainty", "doubts", "words"),
    [
        ("clear", None, "none", DIFFERS, [], "differs"),
        ("clear", Validity.UNVALIDATED, "none", DIFFERS, [], "differs as measured; not validated"),
        ("clear", Validity.VOID, "none", DIFFERS, [], "differs as measured; not validated"),
        ("one doubt", Validity.NO_BETTER, "none", MAY_DIFFER, [Doubt.TEST], "may differ as measured; not validated"),
        ("clear", Validity.DISAGREED, "clear", DIFFERS, [], "differs as measured; not validated"),
        ("clear", Validity.VALIDATED, "no interval", DIFFERS, [],
         "differs as measured; too few mentions are coded to correct it"),
        ("clear", Validity.VALIDATED, "clear", DIFFERS, [], "differs after correction for error"),
        ("interval", Validity.VALIDATED, "clear", DIFFERS, [], "differs after correction for error"),
        # The corrected contrast stands on the codes: a measure that says nothing adds nothing to it.
        ("clear", Validity.NO_BETTER, "clear", DIFFERS, [], "differs after correction for error"),
        ("clear", Validity.VALIDATED, "includes 0", INCONCLUSIVE, [Doubt.CORRECTED],
         "inconclusive after correction for error"),
        ("clear", Validity.VALIDATED, "other side", MAY_DIFFER, [Doubt.REVERSED],
         "may differ after correction for error"),
        ("one doubt", Validity.CROSS_VALIDATED, "clear", MAY_DIFFER, [Doubt.TEST],
         "may differ after correction for error"),
    ],
)  # fmt: skip
def test_the_verdict_where_there_are_codes(measured, status, corrected, certainty, doubts, words):
    judged = by_the_codes(MEASURED[measured], outcome(status, CORRECTED[corrected]))
    assert judged.certainty == certainty
    assert [r.doubt for r in judged.reasons] == doubts
    assert Say.verdict(None, judged) == words


def test_a_difference_that_is_not_corrected_says_so():
    assert Say.named(outcome(None, None)) == "x"
    assert Say.named(outcome(Validity.UNVALIDATED, None)) == "x (as measured; not validated)"
    assert Say.named(outcome(Validity.VALIDATED, CORRECTED["clear"])) == "x (as measured)"


def test_words_of_a_validity():
    valid = MeasureValidity(Validity.VALIDATED, estimate=0.7, low=0.6, high=0.8, n_coded=60, coders=1)
    assert validity_words(valid) == "validated: macro-F1 0.70 [0.60, 0.80], n = 60, one coder"
    number = MeasureValidity(
        Validity.NO_BETTER, (), Statistic.CORRELATION, 0.1, -0.1, 0.3, 0.0, 0.2, 0.1, 0.3, n_coded=60, coders=2
    )
    assert validity_words(number) == (
        "not valid (it does not follow the codes): correlation with the codes 0.10 [−0.10, 0.30], error of the difference "
        "between the groups 0.20 [0.10, 0.30], n = 60, 2 coders, with no items in common"
    )
    assert validity_words(MeasureValidity(Validity.VOID, ("lexicons",))).startswith("unvalidated (a validation is void")


def test_the_codebook_has_every_code_that_can_be_asked_for():
    book = codebook(VARIABLES)
    for variable, codes in VARIABLES.items():
        assert tuple(book.loc[book["variable"] == variable, "code"]) == codes
    assert book["meaning"].str.len().min() > 20
    assert set(VARIABLES["who_acts"]) == set(ROLES)
    assert VARIABLES["act"] == (*ACTS, NO_ACT)
    assert set(codebook()["variable"]) == {*ALWAYS, "rule"}
    assert set(ON_REQUEST) == {"act", "certainty"}


def test_the_baseline_is_the_f1_of_one_class_for_all():
    """By scikit-learn, over the acts that are coded often enough."""
    rng = np.random.default_rng(2)
    stance = rng.choice(CLASSES, 80, p=[0.6, 0.3, 0.1])
    assert _commonest(coded("stance", stance)) == pytest.approx(
        f1_score(stance, ["conflictual"] * 80, average="macro", zero_division=0)
    )
    acts = np.array(["none"] * 40 + ["attack"] * 20 + ["aid"] * (LEAST_OF_ACT - 1))
    score = f1_score(acts, ["none"] * len(acts), average="macro", labels=["none", "attack"], zero_division=0)
    assert _commonest(coded("act", acts)) == pytest.approx(score)


def coded(variable, codes):
    """Codes of one coder of all mentions."""
    n = len(codes)
    table = pd.DataFrame({"anna": codes}, dtype=object)
    return _Coded(variable, table, pd.DataFrame(), np.arange(n), np.arange(n), np.zeros(n, np.int64))


def test_certainty_of_sentences_by_hand():
    corpus = encoded(
        [
            "Norland may perhaps attack. Norland will clearly attack. Norland attacked.",
            "Clearly Norland may attack. It seems that Norland possibly, and certainly soon, will attack.",
        ]
    )
    expected = ["hedged", "boosted", "plain", "plain", "hedged"]
    assert certainty_classes(corpus, np.arange(5)).tolist() == expected
    assert certainty_classes(corpus, np.array([4, 0, 4])).tolist() == ["hedged"] * 3
