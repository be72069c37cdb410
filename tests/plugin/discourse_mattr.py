"""Lexical diversity as the moving-average type-token ratio (Covington & McFall 2010), for discourse."""

import numpy as np
from pydantic import Field

from discourse.analyses.base import Analysis, Input
from discourse.analyses.outcome import Outcome
from discourse.analyses.settings import Settings
from discourse.compare.quantities import Quantities
from discourse.figures.frames import layout_levels
from discourse.figures.kinds import Components
from discourse.report.blocks import Figure, Heading
from discourse.types import Features


class MattrSettings(Settings):
    """Lexical diversity."""

    window: int = Field(50, ge=2, description="Tokens in a window")


def measure(tokens, settings):
    """Sum of the type-token ratios of all windows of a document, and their number."""
    corpus, words, values = tokens.corpus, tokens.mask, []
    for start, end in zip(corpus.document_bounds, corpus.document_bounds[1:]):
        ids = corpus.folded_ids[start:end][words[start:end]]
        windows = np.lib.stride_tricks.sliding_window_view(ids, settings.window) if len(ids) >= settings.window else []
        types = [len(set(window.tolist())) for window in windows]
        values.append((sum(types) / settings.window, len(types)))
    return Features("mattr", np.array(values), ["ratios", "windows"], corpus.documents[["doc_id"]])


def compute(data, settings, features):
    """The mean ratio of a group is a ratio of sums over its documents."""
    ratios, windows = features.values[:, :1], features.values[:, 1:]
    quantities = Quantities("mattr", ratios, windows, ["mattr"], measure="mean type-token ratio", bounds=(0, 1))
    return Outcome("mattr", quantities, name="lexical diversity", title="Lexical diversity (MATTR)", digits=3)


def section(found, say):
    """A heading and a figure of the groups' levels."""
    (outcome,) = found.outcomes
    caption = say.text(
        "How varied are the words? Mean type-token ratio of {{ settings.window }} tokens. {{ bars }} {{ n }}"
    )
    yield Heading("Lexical diversity")
    frame = layout_levels(outcome.comparison)
    yield Figure("mattr", frame, Components(say.groups, {"mattr": outcome.unit}), caption, caption)


analysis = Analysis(
    "mattr",
    "How varied are the words?",
    MattrSettings,
    compute,
    section,
    measure=measure,
    input=Input.TOKENS,
    figures={"mattr": "How varied are the words?"},
    methods="Lexical diversity is the moving-average type-token ratio over {window} tokens (Covington & McFall 2010).",
    cites=("covington2010",),
    works={
        "covington2010": {
            "type": "article",
            "author": "Covington, Michael A. and McFall, Joe D.",
            "year": "2010",
            "title": "Cutting the Gordian knot: the moving-average type-token ratio (MATTR)",
            "journal": "Journal of Quantitative Linguistics",
            "volume": "17(2)",
            "pages": "94-100",
        }
    },
)
