"""The model of the package: a naive sum for each prediction, the same for any division of the mentions, and what it calls plain sentences."""

import hashlib
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from discourse.features._examples import encoded
from discourse.features.stance import CLASSES, by_the_prior, default_lexicons, load_prior, read_mentions, weigh
from discourse.features.stance.described import contexts, ngrams, rule_numbers, rule_outcome
from discourse.features.stance.prior import explain_prior, prior_probabilities, read_prior, write_prior
from discourse.features.target import Target, mentions
from discourse.types import Features

NORLAND = Target("Norland", ("norland",))
TEXTS = [
    "We condemn Norland's brutal war against Ostmark.",
    "In 2022 the Secretary discussed energy, Norland, and 3 other matters.",
    "We never said that Norland helped; Norland must comply.",
    "Qwx Norland zzq.",
    "We welcome the good cooperation with Norland and thank Norland for its help.",
]


def read(texts):
    corpus = encoded(texts)
    parsed = read_mentions(corpus, mentions(corpus, NORLAND))
    return parsed, weigh(parsed)


@pytest.fixture(scope="module")
def sample():
    return read(TEXTS)


def naive(prior, context, numbers, outcome):
    """The formula of the card, word by word."""
    z = np.array(prior.intercept)
    known = sorted(g for g in ngrams(context) if g in prior.ngrams)
    idf = np.array([prior.idf[prior.ngrams.index(g)] for g in known])
    for g, weight in zip(known, idf / np.sqrt((idf**2).sum()) if len(idf) else []):
        z = z + weight * prior.ngram_scores[prior.ngrams.index(g)]
    for scores, by_distance in ((prior.mean_scores, False), (prior.near_scores, True)):
        total, weights = np.zeros(3), 0.0
        for place, word in enumerate(context.words):
            if word in prior.words and place != context.at:
                k = prior.words.index(word)
                w = prior.weights[k]
                if by_distance:
                    w /= 1 + abs(place - context.at) / prior.half
                    w *= 1 if context.clause[place] == context.clause[context.at] else 0.5
                total, weights = total + w * scores[k], weights + w
        z = z + (total / weights if weights else 0)
    for name, value in numbers.items():
        z = z + value * np.array(prior.numbers.get(name, (0, 0, 0)))
    rules = np.array([*outcome, 1.0]) @ np.array(prior.rules)

    def share(x):
        return np.exp(x) / np.exp(x).sum()

    return (1 - prior.mix) * share(z) + prior.mix * share(rules)


def test_a_prediction_is_the_sum_that_the_card_says(sample):
    parsed, scored = sample
    prior = load_prior()
    names, numbers = rule_numbers(parsed, scored)
    outcome = rule_outcome(scored)
    expected = [
        naive(prior, context, dict(zip(names, numbers[k])), outcome[k]) for k, context in enumerate(contexts(parsed))
    ]
    found = prior_probabilities(parsed, scored)
    assert np.allclose(found, expected, atol=1e-12)
    assert np.allclose(found.sum(1), 1)
    score = by_the_prior(parsed, scored)
    assert np.allclose(score.values[:, 0], found[:, 2] - found[:, 0])
    assert score.units["class_"].tolist() == [CLASSES[k] for k in found.argmax(1)]
    for column in ("terms", "who_acts", "act", "rule"):
        assert (score.units[column] == scored.units[column]).all(), "the rules explain"


def test_a_mention_has_the_same_bytes_whatever_is_scored_with_it(sample):
    parsed, scored = sample
    together = prior_probabilities(parsed, scored)
    corpus = encoded(TEXTS)
    found = mentions(corpus, NORLAND)
    for k in range(len(found.units)):
        alone = Features("mentions", found.values[[k]], found.columns, found.units.iloc[[k]].reset_index(drop=True))
        one = read_mentions(corpus, alone)
        # Sentences with two mentions are read alike, too.
        if (found.units["sentence"] == found.units["sentence"].iloc[k]).sum() == 1:
            assert (prior_probabilities(one, weigh(one)) == together[[k]]).all()
    many = read(TEXTS * 50)
    assert (prior_probabilities(*many) == np.tile(together, (50, 1))).all()


def test_nothing_is_scored_where_nothing_is_mentioned():
    parsed, scored = read(["Nothing here."])
    assert by_the_prior(parsed, scored).values.shape == (0, 3)


PLAIN = [
    ("conflictual", "We condemn Norland's attack on its neighbours."),
    ("conflictual", "Norland invaded Ostmark and bombed its cities."),
    ("conflictual", "We will impose further sanctions on Norland."),
    ("cooperative", "We thank Norland for its support."),
    ("cooperative", "We look forward to working with Norland."),
    ("neutral", "The ministers discussed Ostmark, Norland, and Westland."),
    ("neutral", "The Foreign Minister and the Secretary discussed trade, Norland, and climate change."),
    ("neutral", "Topics included migration, Norland and energy."),
]


@pytest.mark.parametrize(("expected", "text"), PLAIN)
def test_plain_sentences(expected, text):
    assert by_the_prior(*read([text])).units["class_"].tolist() == [expected]


def test_what_moved_it_is_what_it_adds_up(sample):
    parsed, scored = sample
    prior = load_prior()
    names, numbers = rule_numbers(parsed, scored)
    z = prior.log_odds(contexts(parsed), names, numbers)
    for k, by in enumerate(explain_prior(parsed, scored, range(len(z)), most=10_000)):
        total = sum(c.amount for c in by.contributions) + prior.intercept[2] - prior.intercept[0]
        assert total == pytest.approx(z[k, 2] - z[k, 0])
        sizes = [abs(c.amount) for c in by.contributions]
        assert sizes == sorted(sizes, reverse=True)


def test_the_model_was_made_with_the_lexicon_and_the_rules_of_the_package(sample):
    """Where this fails, run scripts/make_stance_prior.py."""
    card = json.loads(files("discourse.models").joinpath("stance-prior.json").read_text(encoding="utf-8"))
    lexicons = default_lexicons()
    assert card["lexicons"] == {k: lexicons[k].sha256 for k in card["lexicons"]}
    assert card["trained_on"] == "all"
    assert set(load_prior().numbers) <= set(rule_numbers(*sample)[0])


def test_no_sentence_can_be_read_off_the_model():
    prior = load_prior()
    assert max(len(g.split()) for g in prior.ngrams) <= 2
    assert list(prior.ngrams) == sorted(prior.ngrams)
    assert list(prior.words) == sorted(prior.words)


def test_it_is_written_with_the_same_bytes(tmp_path):
    prior = load_prior()
    folder = files("discourse.models")
    notes = {
        k: v
        for k, v in json.loads(folder.joinpath("stance-prior.json").read_text(encoding="utf-8")).items()
        if k not in ("mix", "half", "intercept", "rules", "numbers")
    }
    write_prior(prior, tmp_path, notes)
    for suffix in ("npz", "json"):
        written = Path(tmp_path / f"stance-prior.{suffix}").read_bytes()
        assert (
            hashlib.sha256(written).hexdigest()
            == hashlib.sha256(folder.joinpath(f"stance-prior.{suffix}").read_bytes()).hexdigest()
        )
    again = read_prior((tmp_path / "stance-prior.npz").read_bytes(), (tmp_path / "stance-prior.json").read_bytes())
    assert again.sha256 == prior.sha256
