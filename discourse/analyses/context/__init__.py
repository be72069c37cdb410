"""How the contexts of a target differ between the groups: embedding regression (a la carte)."""

from __future__ import annotations

from discourse.analyses.base import Analysis, Input
from discourse.analyses.context.measure import ContextSettings, compute, measure
from discourse.analyses.context.section import limits, methods, record, section, summary, words

analysis = Analysis(
    "context",
    "How do the contexts of the target differ?",
    ContextSettings,
    compute,
    section,
    measure=measure,
    input=Input.TOKENS,
    # Counts of documents add up over parts of a corpus, and a transformation is learnt from the whole.
    splits=lambda settings: False,
    per_target=True,
    figures={
        "neighbours": "Which words are nearest to the contexts of the target?",
        "context": "Which words do the contexts of the target move toward?",
    },
    summary=summary,
    limits=limits,
    methods=methods,
    record=record,
    words=words,
    cites=("khodak2018", "rodriguez2023", "green2025", "montiel2019", "levy2015", "baturo2017"),
    columns={
        "block": ("words that the config names, or words that moved", ""),
        "deflated": ("squared distance without its noise (Green et al. 2025)", "squared length of the vectors"),
        "context: n_mentions": ("mentions of the target with a context", "mentions"),
        "context: n_units": ("clusters where the config names them, else documents", "units"),
        "noise": ("sum of the squared standard errors of the difference", "squared length of the vectors"),
        "plain": ("cosine without the correction for the noise in the length of the mean", "cosine"),
        "context: rank": ("rank among the words nearest to the group", ""),
        "squared": ("squared distance between the mean vectors", "squared length of the vectors"),
    },
)
