import pytest

from discourse.features._examples import encoded
from discourse.features.stance.roles import find_role
from discourse.features.stance.syntax import read_sentences


def role(text, word="norland"):
    s = read_sentences(encoded([text]), [0])[0]
    at = s.words.index(word)
    return find_role(s, at, at + 1).name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Quirk et al. 1985: subject, object, passive, agent, prepositional phrases, possessives, coordination.
        ("Norland continues to shell the town.", "actor"),
        ("Norland, which signed the treaty, broke it.", "actor"),
        ("Today, Norland released the prisoners.", "actor"),
        ("The town was taken by Norland.", "actor"),
        ("Norland's premeditated, unprovoked and unjustified attack goes on.", "actor"),
        ("We condemn the invasion that Norland began.", "actor"),
        ("It is time for Norland to choose.", "actor"),
        ("We heard threats from Norland.", "actor"),
        ("We hope Norland chooses talks.", "actor"),
        ("We condemn Norland.", "recipient"),
        ("The Council imposed sanctions on Norland.", "recipient"),
        ("Norland has been isolated.", "recipient"),
        ("We call for Norland to withdraw.", "recipient"),
        ("Norland will pay a price.", "recipient"),
        ("They spoke about the condemnation of Norland.", "recipient"),
        ("We discussed grain with Norland.", "partner"),
        ("Talks between Ostmark and Norland resumed.", "partner"),
        ("Ostmark and Norland agreed on a treaty.", "partner"),
        ("She was born in Norland.", "mentioned"),
        ("We buy less gas from Norland.", "mentioned"),
        ("They travelled to Norland.", "mentioned"),
        ("#Norland continues to shell the town.", "actor"),
        ("@norland's attack on the town goes on.", "actor"),
        ("We condemn @Norland.", "recipient"),
        ("We discussed grain with #Norland, @MinRoe said.", "partner"),
    ],
)
def test_parts_by_hand(text, expected):
    assert role(text) == expected


def test_hashtags_and_handles_are_nouns():
    texts = {
        "@minroe visits the harbour": "NVDN",
        "We thank @support for #peace": "PVNIN",
        "We condemn the attack. #Norland #StopTheWar": "PVDN,NN",
    }
    found = read_sentences(encoded(list(texts)), range(len(texts)))
    assert [s.kinds for s in found] == list(texts.values())
    assert found[0].forms[0] == "Minroe", "a proper noun"


def test_a_sentence_in_pieces():
    s = read_sentences(encoded(["If Norland doesn't stop, we'll act, because it can't win."]), [0])[0]
    assert s.words[:4] == ("if", "norland", "does", "n't")
    assert s.clause[0] in s.conditional
    assert s.clause[-1] not in s.conditional
    groups = [" ".join(s.words[g.start : g.stop]) for g in s.groups]
    assert groups == ["does n't stop", "'ll act", "ca n't win"]
    assert [g.negated for g in s.groups] == [True, False, True]


def test_a_passive_and_its_tense():
    s = read_sentences(encoded(["The bridges had not been destroyed when we arrived."]), [0])[0]
    assert [(s.words[g.head], g.passive, g.negated) for g in s.groups] == [
        ("destroyed", True, True),
        ("arrived", False, False),
    ]
