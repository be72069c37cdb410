"""Stance toward a target, mention by mention; how far it agrees with coders; in whose words."""

from __future__ import annotations

from discourse.analyses.base import Analysis, Input
from discourse.analyses.stance.answer import claims
from discourse.analyses.stance.measure import compute, finish, measure, record, travels
from discourse.analyses.stance.section import limits, methods, section, summary
from discourse.analyses.stance.settings import CHOICES, LABELS, StanceSettings

analysis = Analysis(
    "stance",
    "How is the target spoken of?",
    StanceSettings,
    compute,
    section,
    measure=measure,
    input=Input.TEXTS,
    splits=lambda settings: settings.method not in ("classifier", LABELS) and not settings.training,
    finish=finish,
    travels=travels,
    per_target=True,
    choices=CHOICES,
    figures={
        "stance": "How does the stance of the groups differ?",
        "corrected": "What remains of the difference after correction for error?",
        "roles": "Does the target act, or is it acted upon?",
        "acts": "Which acts are the target's, which are done to it?",
        "stance_time": "Does stance change over time?",
        "speakers": "Who said it, sentence by sentence?",
        "measures": "Does the difference depend on who labels the mentions?",
        "concordance": "Which sentences score highest and lowest?",
    },
    claims=claims,
    brief=("speakers", "concordance"),
    summary=summary,
    limits=limits,
    methods=methods,
    cites=("plover2021", "schrodt2012", "martin2005", "quirk1985", "desmedt2012", "hamborg2021", "arora2017"),
    record=record,
    columns={
        "stance-periods: label": ("period", ""),
        "stance-time: label": ("period", ""),
        "act": ("act in which the target has its role, after PLOVER", ""),
        "class_": (
            "conflictual, neutral or cooperative; in a table of agreement the class, or the mean over classes (macro)",
            "",
        ),
        "category": ("category of a lexicon entry", ""),
        "f1": ("agreement of a measure with the codes: macro-F1 of the classes", "0 to 1"),
        "f1_low": ("lower bound of its interval", "0 to 1"),
        "f1_high": ("upper bound of its interval", "0 to 1"),
        "measures-confusion: n": ("mentions with these two classes", "mentions"),
        "code_first": ("class by the first measure", ""),
        "code_second": ("class by the second measure", ""),
        "first": ("a measure: the name of a file of labels, or that of the package", ""),
        "second": ("the measure beside it", ""),
        "same": ("mentions that both measures give the same class", "%"),
        "ordinal": ("Krippendorff's alpha of the classes in their order", ""),
        "nominal": ("Krippendorff's alpha of the classes without order", ""),
        "mentions: certainty": (
            "whether the sentence of the mention is hedged, plain or boosted, by the words of the lexicon of certainty",
            "",
        ),
        "coder_error": ("part of the standard error that comes from the disagreement of the coders", "as the estimate"),
        "conditional": ("whether the mention is in a condition", ""),
        "conflictual": ("evaluative terms below 0, after the rules", "count"),
        "cooperative": ("evaluative terms above 0, after the rules", "count"),
        "distance": ("tokens to the nearest mention", "tokens"),
        "evaluation": (
            "evaluation of the mention, conflictual (-1) to cooperative (1); of a document the sum over its mentions",
            "-1 to 1",
        ),
        "factor": ("product of the factors of the rules", ""),
        "mention": ("number of the mention in the corpus", ""),
        "n_coded": ("mentions that are coded by hand", "mentions"),
        "reported": ("whether what follows are the target's own words", ""),
        "rule": ("rule of word order by which the role of the target was inferred", ""),
        "rules": ("rules that made the factor", ""),
        "score": ("weight times factor", ""),
        "sentence": ("number of the sentence in the corpus", ""),
        "term": ("term of a lexicon or of a topic", ""),
        "terms": ("terms that made the score, with what each counts", ""),
        "weight": ("weight in the lexicon", ""),
        "who_acts": ("semantic role of the target: actor, recipient, victim, beneficiary, partner or mentioned", ""),
    },
)
