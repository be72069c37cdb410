"""The methods section: what was done, by which formula, after whom; and what may not be concluded."""

from __future__ import annotations

from discourse.experiment.stages import Results
from discourse.experiment.words import percent
from discourse.report import Formula, Heading, Paragraph
from discourse.report.blocks import Block


def pages(results: Results) -> tuple[list[Block], list[str]]:
    """Blocks of the methods section, and the keys of the works that they cite.

    Parameters
    ----------
    results : Results
        From `compute`.

    Returns
    -------
    blocks : list of Block
    citations : list of str
    """
    config, design = results.plan.config, results.design
    citations = [*results.encoded.provenance.citation, "efron1993"]
    blocks: list[Block] = [Heading("What this report may not conclude")]
    blocks += [Paragraph(text) for text in _limits(results)]
    blocks += [Paragraph(note) for note in config.report.notes]
    blocks.append(Heading("Methods"))
    blocks.append(Heading("Units and intervals", 2))
    cluster = (
        f" Where a {design.cluster_name} is named as the cluster, whole {design.cluster_name}s are drawn with all their documents; intervals "
        f"over documents are shown beside it and are conditional on these {design.cluster_name}s."
        if design.cluster is not None
        else ""
    )
    blocks.append(
        Formula(
            "rate",
            (
                "Rates, means per mention and prevalences are ratios of sums over the documents d of a group g: y is the number of mentions, the sum of "
                "evaluations or the tokens of a topic; x is the number of tokens or of mentions; the factor is 10,000 for rates, 1 for means. The unit "
                f"of inference is the document or the cluster, never the token. {_intervals(results)}{cluster} A contrast needs at least "
                f"{config.inference.min_documents} documents in each group, an interval at least {config.inference.min_containing} in each that "
                "contain what is counted; the thresholds come from simulated corpora, in which the intervals that pass them cover."
            ),
        )
    )
    citations += ["hall1988", "zou2008"] if design.interval == "studentised" else []
    if results.inference.main or results.inference.items:
        blocks.append(Heading("What is noise, and how certain a difference is", 2))
        blocks += [Paragraph(text) for text in _certainty(results)]
        citations += ["westfall1993", "benjamini1995", "phipson2010", "janssen1997"]
        if any(a.composition.parts for a in results.inference.main):
            citations += ["kitagawa1955", "oaxaca1973", "blinder1973", "nopo2008"]
        citations += ["steegen2016", "simonsohn2020"] if results.curves else []
    blocks.append(Heading("Who speaks, and what counts once", 2))
    text, cited = _attribution(results)
    citations += cited
    blocks += [Paragraph(t) for t in text]
    blocks.append(Heading("Tokens", 2))
    blocks.append(
        Paragraph(
            "Tokens are words with inner apostrophes and hyphens, acronyms with full stops and numbers with separators (U.S., Nagorno-Karabakh, don't, "
            "2,209); punctuation is no token; case is ignored. Sentences end at full stops that belong to no abbreviation, at question and exclamation "
            "marks, and at paragraphs."
        )
    )
    if results.keyness:
        params = next(iter(results.keyness.values())).params
        citations += [
            "monroe2008",
            "westfall1993",
            "tusher2001",
            "beran1988",
            "gries2008",
            "dunning1993",
            "hardie2014",
            "quirk1985",
        ]
        blocks.append(Heading("Keyness and dispersion", 2))
        blocks.append(
            Formula(
                "log_odds",
                (
                    f"Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008): y is the frequency of term w in group 1 (study) and 2 "
                    f"(reference), n the number of tokens, the prior is the pooled share of the term times {params['alpha0']:,.0f} tokens. Intervals of terms are "
                    "simultaneous: they reach c q1 (s + s0) down and c q2 (s + s0) up, s being the standard error of the term over units, but never smaller than that of independent tokens, s0 its median over the family (Tusher et al. 2001), "
                    "q1 and q2 the quantiles of δ / (s + s0) and its negative that 2.5% of random divisions of the same units pass (balanced intervals, Beran 1988), "
                    f"and c the quantile of the largest of these ratios over the family in {params['resamples']:,} random divisions of the same units into groups "
                    "of the same sizes (max-T, Westfall and Young 1993): where the division means nothing, any term leaves out 0 in at most one case in "
                    f"{1 / (1 - params['confidence']):.0f}, however few the units, as long as they are independent of each other. Documents of one speaker are not: what documents as units tell apart may be the speaker. Token-level tests are not printed: they take every token for an observation."
                ),
            )
        )
        blocks.append(
            Formula(
                "dispersion",
                (
                    "Deviation of proportions (Gries 2008): f is the frequency of the term, n the number of tokens, in document d and in all. 0 is an even "
                    "spread."
                ),
            )
        )
        blocks.append(
            Formula(
                "g2",
                "Log-likelihood ratio over the four cells of the table (Dunning 1993), in the tables for comparison with other "
                "software, as is the Log Ratio (Hardie 2014). Function words (closed classes of Quirk et al. 1985) are left out.",
            )
        )
    if results.targets:
        more, cited = _stance(results)
        blocks += more
        citations += cited
    if results.topics is not None:
        citations += ["blei2003", "sievert2014", "bouma2009"]
        params = dict(results.topics.params)
        blocks.append(Heading("Topics", 2))
        blocks.append(
            Formula(
                "relevance",
                (
                    f"Latent Dirichlet allocation (Blei, Ng and Jordan 2003) by {params['engine']} with {params['k']} topics over passages of about "
                    f"{params['passage_size']} tokens within one turn, {params['n_terms']:,} terms that stand in at least {params['min_passages']} passages and at most "
                    f"{100 * params['max_share']:g}% of them. Top words by relevance (Sievert and Shirley 2014). Coherence: normalised pointwise mutual "
                    "information (Bouma 2009). Prevalences are conditional on the one fitted model and its number of topics."
                ),
            )
        )
    blocks.append(Heading("Provenance", 2))
    provenance = results.encoded.provenance
    for source in provenance.sources:
        release = f" {source['version']}" if "version" in source else ""
        blocks.append(Paragraph(f"{source['name']}{release}, SHA-256 {source['sha256']}."))
    blocks.append(
        Paragraph(
            f"Configuration: {results.plan.loaded.file.name}; seed {config.inference.seed}. run.json holds the configuration as it was "
            "resolved, the hashes of corpus and lexicons, and the versions of the packages."
        )
    )
    blocks.append(Heading("References"))
    return blocks, list(dict.fromkeys(citations))


def _intervals(results: Results) -> str:
    """How intervals are made."""
    design = results.design
    if design.interval == "studentised":
        return (
            f"Intervals come from {design.resamples:,} bootstrap resamples within groups: for a group the symmetric bootstrap-t (Hall 1988), with standard errors by "
            f"linearisation, on the logarithm for rates and on the logit for shares and evaluations; for a difference they are recovered from "
            f"those of the groups (Zou and Donner 2008). The confidence is {percent(design)}. Documents without the denominator (no mention of the target) are not drawn."
        )
    kind = {"percentile": "percentile", "bca": "bias-corrected and accelerated"}[design.interval]
    return (
        f"Intervals are {percent(design)} {kind} intervals of {design.resamples:,} bootstrap resamples within groups (Efron and Tibshirani 1993), which are "
        "too narrow in small groups and for bursty terms."
    )


def _certainty(results: Results) -> list[str]:
    """Permutation tests, nulls, composition, multiverse, power, and the rule of the verdicts."""
    design, config = results.design, results.plan.config
    unit = design.cluster_name
    level = f"{1 - design.confidence:.2g}"
    texts = [
        f"Permutation tests exchange the labels of the groups between {unit}s"
        + (f" of the same {design.strata_name}" if design.strata is not None else "")
        + f" {design.resamples:,} times, or in all possible ways where these are fewer{'' if design.cluster is None else f'; a {unit} with documents in two groups is a unit in each'}. The statistic is the difference over its standard "
        "error (Janssen 1997); p counts the observed division as one (Phipson and Smyth 2010). p (family) is corrected by step-down max-T "
        f"(Westfall and Young 1993): for the mentions and the evaluation of all targets together ({results.inference.family} measures), for all terms of one length, and for all topics. "
        f"q is corrected after Benjamini and Hochberg (1995); with {design.resamples:,} permutations no p is below {1 / (design.resamples + 1):.2g}.",
        f"Differences where there is none: random halves of one group, and what one group says after and before dates inside its own time, at least "
        f"{config.inference.min_documents} documents on either side. Both are multiplied by the root of (1/n + 1/m) of the contrast over that of the parts, for smaller parts "
        "differ more by chance. Placebo dates hold what changes inside an era as well: news, seasons, agendas, which no number of documents averages out; for them the factor is a convention. "
        "Where one group never uses a term, its halves cannot differ. A trend is the slope of least squares of the levels over the groups in their order, one step each.",
        f"The verdict: a difference “differs” where its interval leaves out 0, its p (family) is below {level}, fewer than {level} of the random halves of either group and of the "
        f"placebo dates (where there are 20 or more) differ as much, no document, speaker or day{'' if unit in ('document', 'speaker', 'day') else f' or {unit}'} alone turns its sign, and at least 95% of the specifications, where there are any, "
        f"have its sign. It “may differ” where only its interval leaves out 0 or only its own p is below {level}; otherwise it “cannot be told with this corpus”. "
        f"For terms and topics the same with the interval and p (family) of their family, but for speakers, days and specifications; they “may differ” where the interval leaves out 0 or q is below {level}.",
    ]
    if any(a.composition.parts for a in results.inference.main):
        texts.append(
            "The mix: with p the share of a stratum in the text of a group and r its ratio, a difference is the sum of (p1 − p0)(r1 + r0)/2 over the strata that both groups have (the mix), "
            "(r1 − r0)(p1 + p0)/2 (the change within), and what the strata of only one group add (Kitagawa 1955; Ñopo 2008). Several columns at once: weighted regression on their "
            "indicators with the mean of the two groups' coefficients (Oaxaca 1973; Blinder 1973). Intervals of the parts are percentile bootstrap intervals"
            + (
                ", widened as much as the studentised interval of the whole is wider than its percentile interval. "
                if design.interval == "studentised"
                else ". "
            )
            + "What is split is a difference, not a cause: a "
            "change of who speaks may itself be the policy."
        )
    if results.curves:
        texts.append(
            "Every combination of the choices that the configuration names is run for each result that depends on them (Steegen et al. 2016; Simonsohn et al. 2020). The share of the variance that a choice explains alone is eta squared."
        )
    texts.append(
        f"Power: the smallest difference that the permutation test at {level} finds in 80% of bootstrap resamples, {unit}s being the units. The counts of one group, then of "
        "the other, are multiplied until it is found (rates; evaluations are shifted); printed is the direction of the observed difference; for terms "
        f"the criterion is the simultaneous interval. The growth that a difference would need takes further {unit}s to vary as these do."
    )
    return texts


def _stance(results: Results) -> tuple[list[Block], list[str]]:
    """How mentions are scored, told apart, validated and corrected."""
    params = dict(results.targets[0].measured.scored.params)
    citations = [
        "plover2021",
        "schrodt2012",
        "hyland2005",
        "biber2006",
        "martin2005",
        "quirk1985",
        "desmedt2012",
        "ganter2009",
    ]
    blocks: list[Block] = [
        Heading("Stance", 2),
        Formula(
            "evaluation",
            (
                "Evaluation e of a mention: w is the weight of a term of its sentence in the lexicon (above 0 for cooperation, below 0 for conflict; acts after "
                "PLOVER 2021, the successor of CAMEO, Schrodt 2012; evaluation after Martin and White 2005), d the number of tokens between term and mention, "
                f"h = {params['half_distance']:g}, c = {params['scale']:g}; ν multiplies the factors of the rules. After a negation up to four tokens before in the same "
                "clause a friendly word counts −0.5, a hostile one 0 (−0.5 where the target itself turns it round: lifts, ends). 0.7 in another clause; 0.5 for a "
                "friendly word in a condition; 2, and no distance, for a hostile word in the noun phrase of the mention; for friendly words 0.25 where somebody else "
                "has the benefit, 0.7 where word order does not link them to the mention (all these at most 1 together), −0.5 where the target's verb is negated or "
                "there is no sign of it, 0 where they are asked for, not so yet, the target's own words, part of a name, a retreat that is not said to be done, or "
                "strengthen a hostile word. Several words of talks count once. What is asked of the target counts −2, against before it −1.5. A mention is "
                f"conflictual below {params['class_bounds'][0]:g}, cooperative above {params['class_bounds'][1]:g}. The lexicons were written for this software; "
                "their hashes stand in run.json."
            ),
        ),
        Paragraph(
            "Who acts is told by word order (Quirk et al. 1985): a noun phrase before a finite verb, after by, or the owner of an act is the actor; one after a "
            "verb or after on, against, toward, and the subject of a passive is acted upon; one after with or between takes part with others. Word classes are those of "
            "TextBlob (Pattern, De Smedt and Daelemans 2012). Manners of speaking are counted as rates per 10,000 tokens: hedges, boosters, attitude markers, self-mention "
            "and inclusive we after Hyland (2005), vague quantities and unnamed sources (weasels) after Ganter and Strube (2009), obligation and volition after Biber (2006)."
        ),
    ]
    if any(f.validation.scores is not None for f in results.targets):
        citations += ["egami2023", "angelopoulos2023", "krippendorff2019"]
        blocks.append(
            Paragraph(
                "The coded sample was drawn at random within strata of group, period and score. Precision, recall and F1 weight each coded mention by one over the "
                "probability with which it was drawn; where coders differ, each code counts for its share of the coders. The corrected mean of a group is the mean of "
                "λf + (R/p)(y − λf): f is the measure, y the code (−1, 0, 1), R whether the mention is coded, p its probability, λ that of PPI++ (Egami et al. 2023; "
                "Angelopoulos et al. 2023). Its interval is Student's t with documents or clusters as the units. Agreement of coders: Krippendorff's alpha, ordinal (2019)."
            )
        )
    if "cross_validated" in params:
        blocks.append(
            Paragraph(
                f"The classifier is a logistic regression on TF-IDF of words, places around the mention, clause and letters, with the findings of the rules (scikit-learn), trained "
                f"on {params['n_coded']} coded mentions; scores of coded mentions come from folds that leave out their documents. Model: {params['model'][:16]}."
            )
        )
    return blocks, citations


def _attribution(results: Results) -> tuple[list[str], list[str]]:
    """How turns and their speakers were told, what language was kept, and what counts once."""
    config = results.plan.config
    turns, provenance = results.encoded.turns, results.encoded.provenance
    texts, citations = [], ["broder1997"]
    if "rule" in turns.columns and provenance.reader != "sotu":
        rules = turns["rule"].value_counts()
        texts.append(
            "Turns begin at speaker labels at the beginning of a paragraph; lines of lists, forms and programmes that look like labels are "
            "told by what follows them. Who is meant follows from, in this order: the speakers that the configuration names, the byline, the title, "
            "the running text, the holder of the office on the day, the title in the label, other documents, and what the person does in the "
            f"document. Of {len(turns):,} turns: "
            + "; ".join(f"{rule} {n:,}" for rule, n in rules.items())
            + ". `discourse corpus speakers` lists every label to be corrected, `discourse corpus audit` draws a sample to be checked by hand."
        )
    if "language" in results.plan.reader_options and config.corpus.language:
        citations.append("lui2012")
        texts.append(
            f"Documents in other languages than {config.corpus.language} were told by py3langid (after Lui and Baldwin 2012) and are excluded."
        )
    if provenance.reader == "html":
        citations.append("barbaresi2021")
        texts.append("Menus, banners and footers of web pages were removed by trafilatura (Barbaresi 2021).")
    section = config.repetition
    texts.append(
        f"Documents are the same where the sets of their sequences of five tokens have a Jaccard index of at least {section.similarity:g} and not more "
        f"than {section.days} days lie between them; candidates come from MinHash (Broder 1997). Shared passages are runs of at least "
        f"{section.passage_tokens} tokens of the home side that stand in two or more documents."
    )
    return texts, citations


def _limits(results: Results) -> list[str]:
    design = results.design
    texts = [
        "An interval that holds 0 does not show that two groups speak alike; it shows that these documents cannot tell."
    ]
    if design.cluster is not None and results.plan.pair is not None:
        a, b = (design.n_clusters(g) for g in results.plan.pair)
        texts.append(
            f"{a} and {b} {design.cluster_name}s are few. A difference between groups cannot be told from the peculiarities of those who "
            f"happened to speak when the intervals over {design.cluster_name}s hold 0."
        )
    if design.cluster is None and results.pair is not None:
        texts.append(
            "Documents are taken as independent of each other. Those of one speaker, one event or one week are not, so that intervals and p-values may be too small; "
            "a cluster (compare: cluster) takes them as wholes."
        )
    if results.plan.pair is not None and "contrast" not in results.refusals:
        texts.append(
            "A difference between groups is not the effect of what separates them: speakers, audiences, length, wars and agendas differ as well."
        )
    if any(f.validation.line.startswith(("unvalidated", "not valid")) for f in results.targets):
        texts.append(
            "A measure that is not validated may err more in one group than in the other, and so make a difference or hide one. Read the evidence, and "
            "code a sample, before you quote a mean."
        )
    if results.targets:
        texts.append(
            "Stance is what words and word order show in a sentence. Irony, allusion, what is left unsaid, and what the sentences before prepare are not "
            "in it; and an act that is mentioned is not an act that took place."
        )
    return texts
