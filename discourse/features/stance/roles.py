"""Who acts: the part that a mention plays in its clause, told by word order."""

from __future__ import annotations

from dataclasses import dataclass

from discourse.features.stance.syntax import PREPOSITIONS, Sentence, VerbGroup

ROLES = ("actor", "recipient", "partner", "mentioned")

# Nouns that stand for the target when it stands before them: "Russian forces", "the Kremlin's spokesman".
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
ACTS = frozenset(
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
QUANTITIES = frozenset(
    "percent number numbers majority millions thousands hundreds most many some all both half generation generations".split()
)
# What two sides have together, also where the target only stands before it: "Norland talks".
SHARED_NOUNS = frozenset(
    """
    relation relations relationship talks talk dialogue negotiations agreement agreements treaty treaties accord accords summit
    cooperation partnership ties meeting meetings consultations channel deal
    """.split()
)
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
_TOWARD = frozenset(
    "on against toward towards upon to vis-à-vis about regarding concerning for at versus over despite".split()
)
_PLACE = frozenset(
    """
    in inside within across near throughout through into outside around beyond under behind beyond below above alongside beside off
    out during since until via after before past like unlike as than except amid
    """.split()
)
_MOTION = frozenset(
    "travel travels traveled travelled trip trips visit visits flight flights fly flew arrive went go return returned returning".split()
)
_FROM_ACT = frozenset(
    """
    threat threats aggression attack attacks pressure assault response responses statement statements proposal proposals
    message messages hear heard seen see coming come came demand demands interference danger indication indications word
    signal signals signs sign answer answers coercion
    """.split()
)
_OF_OBJECT = frozenset(
    """
    condemnation isolation containment criticism denunciation deterrence recognition treatment defeat encirclement invasion support
    victory punishment rejection suspension expulsion part border borders edge north south east west rest most city map
    parts attack understanding view fear
    """.split()
)
_HAVE_TO = frozenset(("have", "has", "had"))


@dataclass(frozen=True)
class Role:
    """The part that a mention plays.

    Parameters
    ----------
    name : str
        actor, recipient, partner or mentioned.
    rule : str
        The rule that told, in a few words.
    left, right : int
        Pieces of the noun phrase in which the mention stands (right is the piece after its last).
    governor : int
        Piece of the verb or noun on which the phrase depends; -1 where none was found.
    """

    name: str
    rule: str
    left: int
    right: int
    governor: int


def _is_act(word: str) -> bool:
    return word in ACTS or (word.endswith(_ACT_ENDINGS) and word not in _NOT_ACTS and len(word) > 5)


def find_role(s: Sentence, start: int, stop: int) -> Role:
    """The part that a mention plays in its clause.

    Parameters
    ----------
    s : Sentence
        The sentence.
    start, stop : int
        Pieces of the mention (stop is the piece after its last).

    Returns
    -------
    Role

    Notes
    -----
    Word order in English tells most: a noun phrase before a finite verb acts, one after a verb or after *on*, *against* or *to*
    receives, one after *with* or *between* takes part; *by* and the passive turn this round (Quirk et al. 1985, ch. 10).

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.stance.syntax import read_sentences
    >>> found = read_sentences(encoded(["Norland continues to lie. We met with Norland. We condemn Norland."]), range(3))
    >>> find_role(found[0], 0, 1).name, find_role(found[1], 3, 4).name, find_role(found[2], 2, 3).name
    ('actor', 'partner', 'recipient')
    """
    left = _phrase_start(s, start, named=s.forms[start][:1].isupper())
    right, head, noun = _phrase_stop(s, stop)
    act = next((k for k in noun if _is_act(s.words[k])), -1)
    if s.words[head] == "sanctions" and head >= stop:
        return Role("recipient", "target before sanctions", left, right, head)
    if noun and s.words[noun[-1]] in SHARED_NOUNS:
        return Role("partner", f"target before {s.words[noun[-1]]}", left, right, noun[-1])
    if act >= 0 and s.words[noun[-1]] not in BODIES:
        return Role("actor", f"owner of {s.words[act]}", left, right, act)
    return _by_place(s, left, right, thing=bool(noun) and s.words[noun[-1]] in THINGS)


def _phrase_stop(s: Sentence, stop: int) -> tuple[int, int, list[int]]:
    """End of the noun phrase that a mention begins, its last piece, and its nouns after the mention."""
    kinds, n = s.kinds, len(s.words)
    at, nouns = stop, list[int]()
    while at < n:
        kind = kinds[at]
        group = s.group_at(at)
        if group is not None and not (kind == "E" and group.start == group.head and _adjectives_to_noun(kinds, at)):
            break
        if kind in ("N", "G"):
            nouns.append(at)
        elif kind == "'" or kind in ("J", "E") or (kind == "D" and kinds[at - 1] == "'"):
            pass
        elif kind in (",", "C", "R") and not nouns and at > stop and _adjectives_to_noun(kinds, at):
            pass  # "Norland's premeditated, unprovoked and unjustified attack"
        elif kind == "C" and nouns and at + 1 < n and kinds[at + 1] == "N" and s.group_at(at + 1) is None:
            pass  # "Norland's scorn and hostility"
        else:
            break
        at += 1
    right = at
    while right > stop and kinds[right - 1] in (",", "C", "R", "E", "J", "'") and not nouns:
        right -= 1
    return max(right, stop), (nouns[-1] if nouns else stop - 1), nouns


def _adjectives_to_noun(kinds: list[str], at: int) -> bool:
    """Whether adjectives and then a noun follow a comma or "and" after an adjective."""
    if kinds[at - 1] not in ("J", "E", "G", ",", "C", "R", "'"):
        return False
    k = at
    while k < len(kinds) and kinds[k] in ("J", "E", "R", "C", ",", "G"):
        k += 1
    return k < len(kinds) and kinds[k] == "N" and kinds[k - 1] in ("J", "E", "G")


def _governor(s: Sentence, piece: int) -> int:
    """The nearest verb or noun before a piece."""
    k = piece - 1
    while k >= 0 and s.kinds[k] in ("D", "J", "R", "'", "T"):
        k -= 1
    return k if k >= 0 and s.kinds[k] in ("N", "V", "G", "E", "A", "M", "P", "J") else -1


def _subject_of(s: Sentence, right: int) -> VerbGroup | None:
    """The finite verb group whose subject ends at a piece."""
    n, k, commas = len(s.words), right, 0
    steps = 0
    while k < n and steps < 14:
        group = s.group_at(k)
        if group is not None and group.start == k:
            if group.finite or (group.participle and k == right):
                return group
            if group.infinitive:
                return None
        kind = s.kinds[k]
        if kind in ("R", "'") or s.words[k] in ("himself", "itself", "themselves", "herself", "first"):
            k += 1
        elif kind == "," and commas == 0 and k == right:
            close = next((j for j in range(k + 1, min(k + 16, n)) if s.kinds[j] == ","), None)
            if close is None:
                return None
            inside = s.group_at(k + 1)
            if s.kinds[k + 1] == "P" or (inside is not None and inside.finite):
                return None
            k, commas = close + 1, 1
        elif kind == "S" and s.words[k] in ("which", "who", "that"):
            k += 1
        elif (kind == "C" and s.words[k] in ("and", "or") and k == right) or (
            kind == "I" and s.words[k] in ("in", "of", "under", "on", "at") and steps < 6
        ):
            k += 1
            while k < n and s.kinds[k] in ("D", "J", "N", "'"):
                k += 1
        else:
            return None
        steps += 1
    return None


def _by_place(s: Sentence, left: int, right: int, thing: bool = False) -> Role:
    """The part of a noun phrase by what stands before and after it; a thing of the target does not act."""
    words, kinds = s.words, s.kinds
    k = left - 1
    # The first of several joined phrases decides: "with Ukraine and Russia".
    joined = False
    listed = words[right : right + 2] == [",", "and"]
    while k > 0 and (
        (kinds[k] == "C" and words[k] in ("and", "or"))
        or ((joined or listed) and kinds[k] == "," and kinds[k - 1] == "N")
    ):
        j = k - 1
        while j >= 0 and kinds[j] in ("N", "J", "D", "'", "P") and s.group_at(j) is None:
            j -= 1
        if j == k - 1:
            break
        k, joined = j, True
    before = words[k] if k >= 0 else ""
    kind = kinds[k] if k >= 0 else ""
    governor = _governor(s, k)
    gword = words[governor] if governor >= 0 else ""
    other = right < len(words) and words[right] in ("and", "or")
    subject = _subject_of(s, right)
    if kind in ("I", "T") or (before in PREPOSITIONS and kind != "S"):
        if before == "by":
            return Role("actor", "after by", left, right, governor)
        if before in ("between", "among"):
            return Role("partner", f"after {before}", left, right, governor)
        if before in ("with", "alongside", "w"):
            return Role("mentioned" if thing else "partner", "after with", left, right, governor)
        if before == "of":
            if gword in BODIES or gword in QUANTITIES:
                return _by_place(s, _phrase_start(s, governor), right)
            if gword in SHARED and other:
                return Role("partner", f"{gword} of", left, right, governor)
            if gword in _OF_OBJECT:
                place = gword in (
                    "part",
                    "parts",
                    "border",
                    "borders",
                    "edge",
                    "north",
                    "south",
                    "east",
                    "west",
                    "rest",
                    "city",
                    "map",
                )
                return Role("mentioned" if place else "recipient", f"{gword} of", left, right, governor)
            if gword and _is_act(gword):
                return Role("actor", f"{gword} of", left, right, governor)
            return Role("mentioned", "after of", left, right, governor)
        if before == "from":
            source = next((w for w in reversed(words[max(0, k - 8) : k]) if w in _FROM_ACT), "")
            if source and not thing:
                return Role("actor", f"{source} from", left, right, governor)
            return Role("mentioned", "after from", left, right, governor)
        if before == "for" and right < len(words) and kinds[right] == "T":
            called = any(w in ("call", "calls", "called", "calling") for w in words[:k])
            return Role("recipient" if called else "actor", "for ... to", left, right, governor)
        if before == "to" and gword in _MOTION:
            return Role("mentioned", "place", left, right, governor)
        if before in _PLACE:
            if subject is not None and before in ("as", "after", "before", "since", "until", "than", "like"):
                return _subject(s, left, right, subject, joined or other, thing)
            return Role("mentioned", f"after {before}", left, right, governor)
        if before in _TOWARD and not thing:
            return Role("recipient", f"after {before}", left, right, governor)
        return Role("mentioned", f"after {before}", left, right, governor)
    group = s.group_at(k) if k >= 0 else None
    governs = group is not None and kinds[group.head] not in ("A", "M") and not group.passive
    follows = subject is not None and subject.start == right and kinds[subject.head] not in ("E", "G")
    if group is not None and governs and words[group.head] not in SAYING and not follows:
        # "makes Norland pay", but "we hope Norland chooses"
        return Role("mentioned" if thing else "recipient", f"object of {words[group.head]}", left, right, group.head)
    if subject is not None:
        return _subject(s, left, right, subject, joined or other, thing)
    if group is not None and governs and not thing:
        return Role("recipient", f"object of {words[group.head]}", left, right, group.head)
    return Role("mentioned", "no rule", left, right, governor)


def _subject(s: Sentence, left: int, right: int, group: VerbGroup, joined: bool, thing: bool) -> Role:
    """The part of a noun phrase that is the subject of a verb group."""
    verb = s.words[group.head]
    if group.passive and verb not in STATES:
        return Role("recipient", "subject of a passive", left, right, group.head)
    if verb in UNDERGO:
        return Role("recipient", f"subject of {verb}", left, right, group.head)
    if thing:
        return Role("mentioned", "part of a subject", left, right, group.head)
    if joined and (verb in TOGETHER or any(w in SHARED_NOUNS for w in s.words[group.stop : group.stop + 4])):
        return Role("partner", f"together {verb}", left, right, group.head)
    return Role("actor", "subject", left, right, group.head)


def _phrase_start(s: Sentence, piece: int, named: bool = False) -> int:
    """First piece of the noun phrase that ends at a piece; before a name only names, titles and adjectives belong to it."""
    while piece and s.kinds[piece - 1] in ("J", "D", "N", "'", "G", "E") and s.group_at(piece - 1) is None:
        common = s.kinds[piece - 1] == "N" and s.forms[piece - 1][:1].islower()
        if named and common and s.words[piece - 1] not in BODIES:
            break
        piece -= 1
    return piece
