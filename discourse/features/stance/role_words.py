"""Words of English by what they show of the semantic role of a noun phrase in its clause."""

from __future__ import annotations

# Nouns that stand for the target when it comes before them: "Russian forces", "the Kremlin's spokesman".
BODIES = frozenset(
    """
    government governments authorities authority leader leaders leadership president minister ministers ministry official officials
    force forces troops troop army military soldiers soldier navy airmen people citizens nation state states federation side sides
    counterpart counterparts diplomat diplomats ambassador embassy delegation negotiators elites elite oligarchs oligarch
    spokesman spokesperson spokeswoman parliament duma regime country companies company entities entity individuals proxies
    agents actors hackers services intelligence police commanders commander general generals tanks
    aircraft jets vessels fleet warships union republic leaderships counterparts secretary administration
    """.split()
)
# Nouns of an act whose owner acts: besides these, nouns in -ion, -ment, -al, -ance, -ence and -ing.
ACT_NOUNS = frozenset(
    """
    war aggression attack attacks assault assaults invasion invasions act acts action actions behavior behaviour conduct effort
    efforts attempt attempts campaign campaigns claim claims demand demands decision decisions threat threats use abuse abuses
    violation violations violence support help aid policy policies plan plans offer offers proposal proposals statement statements
    rhetoric propaganda disinformation lies lie crimes crime atrocities brutality strike strikes bombardment bombing shelling
    missiles missile role response responses move moves step steps choice choices failure refusal veto vote buildup build-up
    interference influence meddling hostility hostilities pressure provocation provocations promise promises pledge pledges
    withdrawal retreat return presence approach position stance view views words word message tactics strategy goals
    goal aims aim ambitions ambition intentions intention intent interest interests concern concerns desire willingness readiness
    blockade siege occupation annexation seizure control contempt disregard respect compliance cooperation participation
    commitment commitments obligations responsibility complicity adherence accession request requests speech remarks operation
    operations offensive offensives incursion advance advances progress work reform reforms transition changes change
    tests test purchase sale sales deployment deployments mobilization denial denials recognition contribution contributions
    leadership initiative initiatives game games playbook dream need needs right rights fear fears
    """.split()
)
_ACT_ENDINGS = ("ion", "ions", "ment", "ments", "ance", "ence", "ing")
# Nouns with one of these endings that name no act.
_NOT_ACTS = frozenset(
    """
    region regions nation nations million billion federation population populations union television religion institution institutions
    government parliament equipment department science audience
    province currency energy region opinion position generation generations division prince environment
    """.split()
)
# Verbs after which "with" joins partners, and nouns that two sides share.
SHARED = frozenset(
    """
    relation relations relationship relationships talk talks dialogue dialog dialogues negotiation negotiations agreement agreements treaty treaties
    accord accords summit summits meeting meetings conversation conversations discussion discussions consultation consultations engagement
    engagements cooperation collaboration coordination diplomacy partnership partnerships ties contact contacts exchange exchanges
    channel channels communication communications deal deals deconfliction friendship alliance alliances rapprochement détente
    détente detente understanding differences disagreement disagreements competition trade commerce border war conflict
    confrontation accommodation ceasefire truce peace call calls arrangement arrangements
    """.split()
)
# Verbs of saying and thinking, after which a noun is the subject of what is said.
SAYING = frozenset(
    """
    say says said know knows knew known think thinks thought believe believes believed see sees saw seen hope hopes hoped ensure
    ensures make sure claim claims claimed fear fears feel understand understands understood assume expect suggest suggests mean
    means show shows showed shown hear hears heard assess assesses assessed conclude concluded note noted recognize recognizes
    find found realize tell told argue argued confirm confirmed demonstrate demonstrates demonstrated acknowledge wonder
    suspect remember guess wish let
    """.split()
)
# Things that a target owns and that do not act.
THINGS = frozenset(
    """
    gas oil energy fuel exports imports language culture market markets ruble rouble currency territory soil airspace border borders
    city cities coast sea products goods literature coal gold minerals uranium fertilizer grain wheat supply supplies commodities
    speakers speaker winter history studies literature origin descent roulette standards
    """.split()
)
# "Most of Norland" is Norland.
QUANTITIES = frozenset(
    "percent members number numbers majority millions thousands hundreds most many some all both half generation generations".split()
)
# What two sides have together, also where the target only comes before it: "Norland talks".
SHARED_NOUNS = frozenset(
    """
    relation relations relationship talks talk dialogue negotiations agreement agreements treaty treaties accord accords summit
    cooperation partnership ties meeting meetings consultations channel deal
    """.split()
)
# What two sides do together: "Norland and Ostmark met".
TOGETHER = frozenset(
    """
    meet meets met meeting discuss discusses discussed discussing agree agreed agrees talk talked talking speak spoke speaks
    negotiate negotiated negotiating sign signed exchange exchanged work worked working cooperate cooperated join joined reached reach
    """.split()
)
# Their subject does not act, it undergoes.
UNDERGO = frozenset(
    "incur incurs incurred suffer suffers suffered face faces faced facing pay pays paid receive received undergo endure endured".split()
)
# Participles after "be" that say what the subject is or wants, not what is done to it.
STATES = frozenset(
    """
    prepared committed determined interested concerned engaged supposed bound poised inclined opposed convinced satisfied mistaken
    involved located based obliged obligated entitled worried intended tired gone
    """.split()
)
TOWARD = frozenset(
    "on against toward towards upon to vis-à-vis about regarding concerning for at versus over despite".split()
)
# After these the target is a place: "a visit to Norland".
MOTION = frozenset(
    "travel travels traveled travelled trip trips visit visits flight flights fly flew arrive went go return returned returning".split()
)
# What comes from somebody who acts: "the threat from Norland".
FROM_ACT = frozenset(
    """
    threat threats aggression attack attacks pressure assault response responses statement statements proposal proposals
    message messages hear heard seen see coming come came demand demands interference danger indication indications word
    signal signals signs sign answer answers coercion
    """.split()
)
# Before "of" these have the target as their object: "the condemnation of Norland".
OF_OBJECT = frozenset(
    """
    condemnation isolation containment criticism denunciation deterrence recognition treatment defeat encirclement invasion support
    victory punishment rejection suspension expulsion part border borders edge north south east west rest most city map
    parts attack understanding view fear
    """.split()
)
# Nouns of OF_OBJECT after which the target is a place.
PARTS = frozenset("part parts border borders edge north south east west rest city map".split())


def names_act(word: str) -> bool:
    """Whether a noun names an act, so that its owner acts.

    Examples
    --------
    >>> names_act("invasion"), names_act("occupation"), names_act("television")
    (True, True, False)
    """
    return word in ACT_NOUNS or (word.endswith(_ACT_ENDINGS) and word not in _NOT_ACTS and len(word) > 5)
