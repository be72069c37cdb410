"""Words of English by what they show of harm to somebody and of help for somebody."""

from __future__ import annotations

# Punishment (sanctions, costs, pressure) is no harm in this sense: it is what the
# speaker's side does or asks for, and its target stays a recipient.

# Harm that is done on, against, upon, at or into somebody.
HARM_AGAINST = frozenset(
    """
    aggression aggressions agression attack attacks assault assaults offensive offensives onslaught war wars warfare invasion invasions incursion
    incursions raid raids strike strikes airstrike airstrikes bombing bombings bombardment bombardments shelling violence terror
    terrorism genocide massacre massacres atrocities atrocity crime crimes brutality persecution hatred hate incitement hostility
    hostilities bias discrimination prejudice racism injustice injustices conspiracy conspiracies plot plots provocation provocations
    threat threats missile missiles rocket rockets drones bombs shells gunfire siege cyberattack
    cyberattacks intervention interventions abuses abuse violation violations force onslaughts ambush ambushes attempt massacre subversion slander reprisals
    encroachment encroachments coup harassment oppression repression
    practices wounds suffering destruction devastation harm damage pain hardship hardships
    """.split()
)
# What is done to somebody.
HARM_TO = frozenset(
    """
    threat threats danger dangers risk risks menace harm damage injury destruction devastation injustice injustices
    insult affront violence suffering pain misery humiliation losses hostility hostile affliction
    """.split()
)
# Before "of" these have the one who is harmed.
HARM_OF = frozenset(
    """
    suffering sufferings plight tragedy tragedies agony ordeal misery pain torment calamity martyrdom destruction devastation annihilation
    extermination elimination massacre massacres murder murders killing killings slaughter genocide assassination persecution
    oppression humiliation subjugation enslavement occupation invasion annexation bombing bombings bombardment shelling siege blockade
    strangulation starvation displacement deportation dispossession uprooting partition dismemberment division deaths death loss losses
    victimization kidnapping abduction torture invaders plundering encirclement harassment
    """.split()
)
# Harm that is done in a place to those who live there; not what the target itself may do there, as repression.
HARM_IN = frozenset(
    """
    attack attacks terror terrorism genocide massacre massacres bombing bombings bombs bombardment shelling invasion invasions aggression
    destruction devastation tragedy suffering bloodshed intervention interventions war wars violence fighting disaster
    earthquake flood floods famine catastrophe killing killings murder murders deaths atrocities occupation strikes horrors ordeal
    upheaval plight
    """.split()
)
# Nouns of those who are harmed, and of what they bear.
SUFFERING = frozenset(
    """
    suffering sufferings plight tragedy agony ordeal misery grief casualties refugees refugee wounded survivors survivor martyrdom
    losses humiliation dispossession displacement catastrophe torment bloodshed
    """.split()
)
# Nouns of those who are harmed, but not after a possessive: "Hitler's victims".
HARMED_PEOPLE = frozenset("victims victim hostages hostage dead captives prisoners detainees orphans".split())
HARMED = frozenset(
    """
    occupied besieged beleaguered embattled war-torn wartorn war-ravaged ravaged devastated stricken oppressed bleeding battered suffering divided
    persecuted bombed invaded wounded martyred abducted kidnapped murdered slain displaced dispossessed exiled stateless
    """.split()
)
# Verbs of harm, in the passive or with an object.
HARM_VERBS = frozenset(
    """
    attack attacks attacked attacking invade invades invaded invading bomb bombs bombed bombing bombard bombards bombarded bombarding shell
    shells shelled shelling destroy destroys destroyed destroying devastate devastates devastated devastating kill kills killed killing murder murders
    murdered murdering massacre massacred massacring slaughter slaughtered slaughtering occupy occupies occupied occupying annex annexes
    annexed annexing besiege besieges besieged besieging threaten threatens threatened threatening terrorize terrorizes terrorized terrorizing terrorise terrorises
    terrorised displace displaced displacing uproot uprooted dispossess dispossessed kidnap kidnapped abduct abducted torture tortured
    torturing oppress oppresses oppressed oppressing persecute persecuted persecuting humiliate humiliated humiliating victimize victimized victimised harm harms harmed
    harming hurt hurts hurting wound wounded wounding injure injured ravage ravages ravaged torn struck striking partition partitioned
    dismember dismembered dismembering plunder plundered blockade blockaded endanger endangers endangered endangering exterminate exterminated exterminating
    annihilate annihilated annihilating subjugate subjugated strangle strangled enslave enslaved
    assassinate assassinated behead beheaded raped rape menace menaced menacing violate violates violated violating undermine
    undermines undermined undermining subjected deprived shattered engulfed engulf plagued gripped overrun overran
    assault assaulted assaulting raid raided afflicted afflict jeopardize jeopardizes jeopardized demonize demonized
    vilify vilified martyred slain bullied bully bullying torment tormented bled colonized
    liquidate liquidated uprooting harass harassed harassing afflicting maltreat maltreated exterminates beset besets
    erase erased wipe wiped eradicate eradicated
    """.split()
)
# Verbs whose subject bears something.
BEAR = frozenset(
    """
    suffer suffers suffered suffering endure endures endured enduring undergo undergoes underwent undergone sustain sustained mourn mourns mourned mourning bleed bleeds
    bleeding bled perish perished grieve grieves grieved languish withstand withstanding undergoing enduring
    """.split()
)
# With these, what is borne must be harm: "faces threats", not "faces a choice".
BEAR_HARM = frozenset(
    """
    face faces faced facing experience experiences experienced experiencing live lives lived living confront confronts confronted know known
    knew see saw seen fall falls fell fallen bear bears bore borne
    fled flee flees fleeing
    """.split()
)
BORNE = frozenset(
    """
    victim victims prey hostage hostages attack attacks terror terrorism threat threats aggression violence war occupation siege invasion danger
    dangers genocide suffering persecution oppression oppressed brunt bombardment shelling blockade rockets missiles peril destruction devastation
    tragedy tragedies injustice brutality atrocities massacre massacres horrors horror hardship hardships famine ordeal refugees
    difficulties earthquake disaster starvation disease displacement annihilation extinction violations bombing bombs
    """.split()
)
# What is suffered for what one did: the subject stays a recipient.
DESERTS = frozenset(
    """
    consequence consequences cost costs price defeat defeats setback setbacks sanction sanctions isolation penalty penalties punishment failure
    strategic humiliating reverses reputational
    performance inquiries scandal scandals loss embarrassment drop decline blow humiliation criticism defeats judgment
    """.split()
)
# Help for somebody, besides verbs.
HELP_NOUNS = frozenset(
    """
    support help aid assistance solidarity sympathy sympathies commitment commitments backing weapons arms ammunition guarantee guarantees assurance
    assurances protection relief friendship condolences funds funding loan loans contribution contributions donation donations
    reparations compensation package dollars compassion rescue
    peacekeepers trainers
    """.split()
)
HELP_VERBS = frozenset(
    """
    support supports supported supporting help helps helped helping assist assists assisted assisting aid aids aided aiding protect
    protects protected protecting defend defends defended defending rescue rescues rescued rescuing liberate liberated liberating arm armed
    arming equip equips equipped equipping rebuild rebuilding rebuilt back backs backed backing shelter shelters sheltered safeguard
    safeguards safeguarded safeguarding reassure reassures reassured strengthen strengthens strengthened strengthening guarantee guarantees guaranteed guaranteeing
    assure assured assuring save saves saved saving restore restored restoring
    """.split()
)
GIVE = frozenset(
    """
    give gives gave given giving provide provides provided providing send sends sent sending supply supplies supplied supplying deliver
    delivers delivered delivering grant grants granted granting offer offers offered offering lend lends lent extend extends extended extending
    donate donates donated commit commits committed committing pledge pledges pledged pledging
    """.split()
)
# Verbs whose subject has the help that follows: "Norland deserves our support".
GET = frozenset(
    """
    receive receives received receiving deserve deserves deserved get gets got has have had enjoy enjoys enjoyed need needs needed merit merits
    require requires required count counts rely relies
    """.split()
)
STAND = frozenset(
    "mourn mourns mourned stand stands stood standing side sides sided siding sympathize sympathizes sympathise sympathises".split()
)
# What is done to somebody for what they did; its target is a recipient.
PUNISHMENT = frozenset(
    """
    sanction sanctions pressure cost costs embargo embargoes measures tariffs tariff penalty penalties resolution resolutions restrictions steps
    call calls focus price condemnation criticism
    allegation allegations claim claims charge charges accusation accusations case complaint complaints lawsuit lawsuits ad ads
    evidence investigation investigations
    """.split()
)
PREY = frozenset("victim victims prey hostage hostages target targets".split())
# Verbs after which goods of the target are respected, so that it benefits.
RESPECT = frozenset(
    "respect respects respected respecting uphold upholds ensure ensures ensuring ensured preserve preserving committed".split()
)
# Verbs that lessen help where they are not negated.
LESSEN = frozenset(
    """
    compromise waver wavering weaken falter relent abandon abandoned forsake forget desert betray stop cease end cut reduce withdraw
    hesitate diminish lessen tire flag fail shrink
    """.split()
)
GIVEN = frozenset(
    "support help aid assistance solidarity sympathy backing protection commitment relief guarantees admiration".split()
)
# Verbs whose object is only spoken of.
TALKING = frozenset(
    """
    discuss discusses discussed discussing talk talks talked talking speak speaks spoke met meet meets mourn mourned mourns commemorate
    commemorates commemorated remember remembered consult consulted raise raises raised exchanged
    """.split()
)
# Words of election campaigns, where an attack is one by words.
CAMPAIGN = frozenset(
    """
    ad ads tweet tweets tweeted twitter verbal verbally personal rhetorical debate debates sharply candidate candidates primary insults
    democrats republicans liberals conservatives senator
    """.split()
)
# After the target these name no one who could be harmed: "the Norland deal".
MATTERS = frozenset("era deal issue question problem policy plan campaign crisis bill agenda case affair story".split())
ENABLE = frozenset(
    "help helps helped helping enable enables enabled enabling assist assists assisted assisting".split()
)
# Verbs of harm that is done to a place and those who live there.
HARM_THERE = frozenset(
    """
    attack attacks attacked attacking bomb bombs bombed bombing bombard bombarded bombarding shell shells shelled shelling destroy destroys
    destroyed destroying devastate devastates devastated devastating kill kills killed killing murder murders murdered murdering massacre massacred massacring
    slaughtered ravaged abduct abducted kidnapped displaced
    """.split()
)
# Verbs of those who defend themselves, and what they defend themselves against or fight for.
RESIST = frozenset(
    """
    resist resists resisted resisting repel repels repelled repelling fight fights fought fighting defend defends defended defending combat combats
    survive survives survived surviving withstand withstood struggle struggles struggled struggling confront confronts confronted confronting
    face faces faced facing condemn condemns condemned denounce denounces denounced
    """.split()
)
RESISTED = frozenset(
    """
    aggression invasion war terror terrorism terrorists attack attacks occupation oppression genocide invaders aggressor aggressors onslaught assault
    bombardment tyranny freedom independence survival liberty liberation existence rights itself themselves himself herself
    """.split()
)
CONTINUE = frozenset("continue continues continued have has had began begun seem seems".split())
# Verbs of shooting: what comes after *at*, *on* or *into* is hit.
SHOOT = frozenset("fire fires fired firing shoot shoots shot shooting rain rains rained raining hurl hurled".split())
# Verbs that take its goods from the target.
DENY = frozenset("deny denies denied denying compromise compromises compromised trample trampled".split())
# Nobody says this of what the own side does.
REPROACH = frozenset(
    """
    aggression terror terrorism genocide massacre massacres atrocities atrocity crime crimes brutality persecution hatred hate incitement bias
    discrimination prejudice racism injustice injustices oppression abuses violation violations
    """.split()
)
# What belongs to the target and is protected or harmed for its sake.
GOODS = frozenset(
    """
    security safety sovereignty independence integrity territory territorial defense defence right rights freedom freedoms liberty
    liberties future statehood self-determination recovery development reconstruction democracy survival existence unity stability people
    peoples citizens civilians children aspirations cause struggle population borders membership accession economy infrastructure
    prosperity resilience interests dignity efforts cities towns villages soil land lands
    """.split()
)
# Ends help, or does not give it.
WITHHOLD = frozenset(
    """
    end ends ended ending stop stops stopped stopping cut cuts cutting suspend suspends suspended suspending withhold withholds withheld
    withholding halt halts halted halting deny denies denied denying withdraw withdraws withdrew withdrawing refuse refuses refused refusing reduce
    oppose opposes opposed opposing reject rejects rejected rejecting condemn condemns condemned condemning denounce denounces denounced against lack without no
    """.split()
)
# Verbs of doing harm, with harm as their object.
DO = frozenset(
    """
    committed perpetrated directed inflicted done out launch launches launched launching conduct conducts conducted conducting carry carried carrying continue continues continued wage wages waged waging
    start started begin began order ordered undertake undertook make made declare declared intensify intensified prepare prepared preparing plan
    planned threaten threatened execute executed expand expanded resume resumed fire fired
    """.split()
)
# Words by which a speaker names the own side; who speaks is not known here.
OWN_SIDE = frozenset("we i us our ours my me america american americans u.s. council coalition".split())
