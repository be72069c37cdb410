"""The corpus of a run from a bundle: documents and turns, and no token."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.errors import SettingErrors
from discourse.experiment.bundle.reading import read_bundle
from discourse.experiment.bundle.values import Bundle, differing, reading_of
from discourse.experiment.plan import Plan
from discourse.experiment.prepare import Base, left_out, published_again, selected
from discourse.experiment.units import with_day_and_speaker
from discourse.features.repetition import Repetition
from discourse.types import EncodedCorpus


def base_of_bundle(plan: Plan) -> Base:
    """What `make_base` gives, from the bundle of a plan.

    Raises
    ------
    SourceError
        Where it is no bundle, or a damaged one.
    SettingErrors
        For settings that only reading the text again could change.
    """
    assert plan.bundle is not None
    bundle = read_bundle(plan.bundle)
    errors = differing(reading_of(plan.config), bundle.reading, bundle.path.name)
    if errors:
        raise SettingErrors(errors)
    corpus = _without_tokens(bundle)
    settings = plan.config.section("repetition")
    documents = with_day_and_speaker(corpus, bundle.count(left_out(plan.config)).by_turn)
    keep = selected(documents, plan.config, "corpus")
    nothing = pd.DataFrame(columns=["document", "start", "stop"])
    repeated = Repetition(bundle.duplicates, np.zeros(0, bool), nothing, nothing)
    again = published_again(settings, repeated, keep)
    corpus = _without_tokens(bundle, documents)
    return Base(plan, corpus, bundle.corpus, repeated, keep, again, bundle=bundle)


def _without_tokens(bundle: Bundle, documents: pd.DataFrame | None = None) -> EncodedCorpus:
    """An encoded corpus of the documents and turns of a bundle, of which no token is known."""
    none = np.zeros(0, np.int32)
    return EncodedCorpus(
        none,
        none,
        none,
        np.zeros(1, np.int64),
        np.zeros(len(bundle.turns) + 1, np.int64),
        np.zeros(len(bundle.documents) + 1, np.int64),
        pd.DataFrame({"form": pd.Series([], dtype=object), "folded": none}),
        np.zeros(0, object),
        bundle.documents if documents is None else documents,
        bundle.turns,
        provenance=bundle.provenance,
    )
