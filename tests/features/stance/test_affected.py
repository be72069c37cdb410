import pytest

from discourse.features._examples import encoded
from discourse.features.stance import ACT_ROLES, ROLES, stance
from discourse.features.target import Target, mentions

NORLAND = Target("Norland", ("norland", "norlanders", "norlandic"))
# Invented sentences. Expected roles and classes are by hand: harm by others is no hostility toward the one who is harmed.
VICTIM = [
    "Norlandic citizens have endured brutal acts of terrorism.",
    "Norland has suffered devastating attacks on its cities.",
    "We condemn the attacks on Norland.",
    "We strongly condemn the unprovoked and unjustified war of Ostmark against Norland.",
    "Ostmark's brutal war against Norland has killed thousands of innocent people.",
    "The destruction of Norlandic cities is a crime.",
    "Ostmark continues to bomb hospitals and schools in Norland.",
    "Ostmark invaded Norland two years ago.",
    "Norland was invaded by its larger neighbour.",
    "The people of Norland have been the victims of aggression.",
    "The suffering of the people of Norland must end.",
    "Terrorists fired rockets at Norland.",
    "Norland faces an existential threat from Ostmark.",
    "Threats to Norland's security are unacceptable.",
    "The illegal occupation of Norland must come to an end.",
    "Ostmark threatens to annihilate Norland.",
    "Norland's sovereignty has been violated by Ostmark.",
    "We deplore the violations of the sovereignty and territorial integrity of Norland.",
    "Hostages from Norland were murdered by the militia.",
    "Norlanders killed by Ostmark's missiles were buried today.",
    "The plight of the Norlandic refugees is a tragedy.",
    "We mourn the victims of the massacre in Norland.",
    "Violence continues unabated in occupied Norland.",
    "Ostmark launched a full-scale invasion of Norland.",
    "Ostmark must stop its aggression against Norland.",
    "Hatred against Norland is poisonous and dangerous.",
    "Norland is under attack from terrorists.",
    "The siege of Norland has brought hunger and death.",
    "We reject Ostmark's threats against Norland.",
    "Children in Norland were abducted by Ostmark's forces.",
    "Those who attack Norland will be held accountable.",
    "Norland has been the target of vicious terrorist attacks.",
    "The genocide committed against the Norlanders shocked the world.",
    "Ostmark poses a grave danger to Norland.",
    "If Ostmark attacks Norland, the consequences will be severe.",
    "Nothing can justify the atrocities committed against the people of Norland.",
    "The terror attack on Norland was condemned by the Council.",
    "Ostmark's illegal annexation of Norlandic territory violates the Charter.",
]
BENEFICIARY = [
    "We will never compromise our commitment to Norland's security.",
    "We stand with Norland in the face of terror.",
    "We stand in solidarity with the people of Norland.",
    "Our support for Norland is unwavering.",
    "We will continue to provide Norland with the weapons that it needs to defend itself.",
    "The United States has committed billions in security assistance to Norland.",
    "We are helping Norland defend itself against Ostmark's brutal aggression.",
    "We support the sovereignty and territorial integrity of Norland.",
    "The Council pledged further humanitarian aid for Norland.",
    "We will never abandon Norland.",
    "Norland deserves our full support against this unjust war.",
    "We will not waver in our support for Norland.",
    "We are committed to Norland's right to defend itself.",
    "We express our solidarity with Norland after the barbaric attack.",
    "We offer our condolences to the people of Norland.",
    "The alliance will protect Norland from attack.",
    "We will help rebuild Norland after the war.",
    "Norland can count on our support.",
    "We will do everything to ensure Norland's security.",
    "Security guarantees for Norland are essential.",
    "We urge all states to support Norland.",
    "We will stand by Norland as long as it takes.",
    "Norland was supported by the whole Council against aggression.",
    "Our commitment to the defence of Norland is ironclad.",
]
HOSTILE = [
    "We condemn Norland.",
    "We condemn Norland's brutal attacks on Ostmark.",
    "We imposed sanctions against Norland.",
    "We will impose severe costs on Norland.",
    "We launched strikes against Norland.",
    "Our forces attacked Norland in the night.",
    "Norland attacked Ostmark without provocation.",
    "Norland will suffer severe consequences.",
    "Norland must be defeated.",
    "We will destroy Norland if it attacks.",
    "Norland poses a threat to its neighbours.",
    "We will end our support for Norland.",
    "We will not support Norland.",
    "The Council condemned Norland for its attacks on civilians.",
    "Norland's support for terrorists is a danger to the region.",
    "We reject Norland's lies about the victims.",
    "Norland was condemned by the Council.",
    "We support Ostmark against Norland.",
    "Norland has been isolated by the world.",
    "We must counter Norland's aggression.",
    "A Norland-backed militia attacked the town.",
    "There were anti-Norland protests in the capital.",
    "The threat from Norland is growing.",
    "Norland threatens Ostmark's security.",
    "The atrocities that Norland committed will be punished.",
    "Norland and its allies have terrorised the people of Ostmark.",
]


def first(text):
    """What is said of the first mention."""
    corpus = encoded([text])
    return stance(corpus, mentions(corpus, NORLAND)).units.iloc[0]


@pytest.mark.parametrize("text", VICTIM)
def test_harm_by_others_is_no_hostility(text):
    unit = first(text)
    assert (unit["who_acts"], unit["class_"] != "conflictual") == ("victim", True), unit["terms"]


@pytest.mark.parametrize("text", BENEFICIARY)
def test_help_is_cooperative(text):
    unit = first(text)
    assert (unit["who_acts"], unit["class_"]) == ("beneficiary", "cooperative"), unit["terms"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostility_stays_hostility(text):
    unit = first(text)
    assert unit["class_"] == "conflictual", unit["terms"]
    assert unit["who_acts"] in ("actor", "recipient", "mentioned")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We condemn the attack on Norland.", "cooperative"),  # it takes the side of the target
        ("There was an attack on Norland.", "neutral"),
        ("The strength of Norland lies in its people.", "cooperative"),
        ("The answer lies in Norland.", "neutral"),
        ("Norland and Ostmark discussed the terror attack in Westland.", "neutral"),
        ("Norland discussed the terror attack in Westland with us.", "neutral"),
        ("Norland is fighting for its freedom.", "cooperative"),
        ("Norland was attacked, but it lied about its own crimes.", "conflictual"),
        ("We reject anti-Norland hatred.", "cooperative"),
        ("We will never end our support for Norland.", "cooperative"),
        ("Norland will not cease its attacks.", "conflictual"),
    ],
)
def test_whose_harm_it_is(text, expected):
    unit = first(text)
    assert unit["class_"] == expected, unit["terms"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A Norland-backed militia attacked the town.", "actor"),
        ("There were anti-Norland protests in the capital.", "recipient"),
        ("Our strikes on Norland went on.", "recipient"),
        ("The strikes on Norland went on.", "victim"),
        ("Norland was bombed by our jets.", "recipient"),
        ("Norland was bombed by Ostmark.", "victim"),
        ("Norland must not be attacked.", "victim"),
        ("Norland must be attacked.", "recipient"),
        ("We ended our support for Norland.", "recipient"),
        ("Hitler's victims were many in Norland's cities.", "mentioned"),
    ],
)
def test_who_does_what_to_whom(text, expected):
    assert first(text)["who_acts"] == expected


def test_acts_of_victims_and_beneficiaries_are_done_to_them():
    assert set(ACT_ROLES["recipient"]) == {"recipient", "victim", "beneficiary"}
    assert {r for roles in ACT_ROLES.values() for r in roles} == set(ROLES) - {"mentioned"}
