import numpy as np
import pytest
from sklearn.metrics import f1_score

from discourse.errors import TooLittleText
from discourse.features._examples import encoded
from discourse.features.stance import CLASSES, classify, stance
from discourse.features.stance.classifier import cross_predict, describe_mentions
from discourse.features.target import Target, mentions


@pytest.fixture(scope="module")
def sample():
    """Sixty documents whose words for hostile, plain and friendly are in no lexicon."""
    rng = np.random.default_rng(1)
    words = {"conflictual": "grumbles at", "neutral": "lies beside", "cooperative": "dances for"}
    codes = np.array(CLASSES, object)[np.arange(60) % 3]
    texts = [
        f"In the year {rng.integers(1900, 2000)} the {words[c]} town of Norland {words[c]} the {rng.choice(['sea', 'moor'])}."
        for c in codes
    ]
    corpus = encoded(texts)
    return corpus, stance(corpus, mentions(corpus, Target("Norland", ("norland",)))), codes


def test_it_learns_what_the_lexicon_does_not_know(sample):
    corpus, scored, codes = sample
    rules = f1_score(codes.astype(str), scored.units["class_"].astype(str), average="macro")
    rows = np.arange(0, 60)
    found, model = classify(corpus, scored, rows, codes)
    assert found.params["cross_validated"] > 0.9 > rules
    assert len(model) > 1000
    assert (found.units["class_"].to_numpy() == codes).mean() > 0.9
    assert np.abs(found.values[:, 0]).max() <= 1


def test_coded_rows_are_out_of_fold(sample):
    corpus, scored, codes = sample
    frame = describe_mentions(corpus, scored)
    shuffled = np.random.default_rng(2).permutation(codes)
    probabilities = cross_predict(frame, np.arange(60), shuffled, np.arange(60))
    predicted = np.array(CLASSES, object)[probabilities.argmax(1)]
    assert f1_score(shuffled.astype(str), predicted.astype(str), average="macro") < 0.6, "shuffled codes cannot be told"
    assert np.allclose(probabilities.sum(1), 1)


def test_mentions_of_one_document_stand_in_one_fold(sample):
    corpus, scored, codes = sample
    frame = describe_mentions(corpus, scored)
    documents = np.arange(60) // 3
    whole = cross_predict(frame, np.arange(60), codes, documents)
    # By hand: the folds of scikit-learn, fitted one by one.
    from sklearn.model_selection import GroupKFold

    from discourse.features.stance.classifier import make_pipeline

    train, test = next(iter(GroupKFold(5).split(np.arange(60), codes, documents)))
    assert not set(documents[train]) & set(documents[test])
    model = make_pipeline(list(frame.columns)).fit(frame.iloc[train], codes[train])
    order = [list(model.classes_).index(c) for c in CLASSES]
    assert np.allclose(whole[test], model.predict_proba(frame.iloc[test])[:, order])


def test_the_same_codes_give_the_same_model(sample):
    corpus, scored, codes = sample
    one, other = (classify(corpus, scored, np.arange(60), codes)[0] for _ in range(2))
    assert one.params["model"] == other.params["model"]
    assert np.array_equal(one.values, other.values)


@pytest.mark.parametrize(("rows", "same"), [(4, False), (30, True)])
def test_too_few_documents_or_classes(sample, rows, same):
    corpus, scored, codes = sample
    given = np.full(rows, "neutral", object) if same else codes[:rows]
    with pytest.raises(TooLittleText, match="A classifier"):
        classify(corpus, scored, np.arange(rows), given)
