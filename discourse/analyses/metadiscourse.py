"""How it is said: hedges, boosters, obligation, self-mention, near a target and overall (Hyland 2005)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from discourse.analyses.base import Analysis, Found, Input
from discourse.analyses.data import Data, Tokens
from discourse.analyses.outcome import Outcome, without_groups
from discourse.analyses.say import Say
from discourse.analyses.stance.settings import StanceSettings
from discourse.analyses.validity import MeasureValidity, validity_words
from discourse.compare.quantities import Quantities
from discourse.compare.ratios import compare
from discourse.features.stance import metadiscourse
from discourse.features.target import Target
from discourse.figures.frames import layout_rows
from discourse.figures.kinds import Rows
from discourse.report.blocks import Block, Figure, Paragraph
from discourse.types import Comparison, Features

PLACES = ("target sentences", "overall")


@dataclass(frozen=True)
class MetadiscourseFound(Found):
    """Rates of each category per 10,000 tokens, in sentences that mention the target and overall."""

    places: Mapping[str, Comparison] = field(default_factory=dict)


def measure(tokens: Tokens, settings: StanceSettings, target: Target) -> Features:
    """Counts of each category by document, in sentences of the home side that mention the target and overall."""
    units = tokens.mentions(target).units
    ours = tokens.words[units["token"].to_numpy(np.int64)] & tokens.home[units["turn"].to_numpy(np.int64)]
    sentences = np.unique(units["sentence"].to_numpy(np.int64)[ours])
    found = metadiscourse(tokens.corpus, sentences, settings.all_lexicons(), tokens.mask)
    return replace(found, units=found.units[["doc_id"]])


def compute(
    data: Data, settings: StanceSettings, target: Target, features: Features, outcomes: Sequence[Outcome]
) -> MetadiscourseFound:
    """Compare the rates where the stance of the groups can be compared."""
    stance = next((o for o in outcomes if o.key == "evaluation"), None)
    if stance is None:
        return MetadiscourseFound()
    # Where stance is refused for lack of mentions, rates beside them are refused as well.
    refused = stance.refused(data)
    allowed = [c for c in data.contrasts if not {data.design.names[g] for g in c.groups} & refused]
    # Columns are pairs: near the target, overall; the last pair are the tokens.
    items = list(features.columns)[:-2:2]
    places = {}
    for first, place in enumerate(PLACES):
        y, x = (np.asarray(v, float) for v in (features.values[:, first:-2:2], features.values[:, first - 2]))
        q = Quantities("metadiscourse", y, x, items, 1e4, f"per 10,000 tokens, {place}", target=target.name)
        places[place] = without_groups(compare(q, data.design, allowed, min_documents=data.min_documents), refused)
    return MetadiscourseFound(places=places)


def section(found: MetadiscourseFound, say: Say) -> Iterator[Block]:
    """A figure of the rates."""
    if not found.places or say.data.refusal is not None:
        return
    panels = {say(place.replace(" ", "_")): c for place, c in found.places.items()}
    items = list(dict.fromkeys(next(iter(panels.values())).table["item"]))
    keys = {i: f"category_{i.replace(' ', '_').replace('-', '_')}" for i in items}
    labels = {i: say(key) if say.has(key) else i for i, key in keys.items()}
    frame = layout_rows(panels, items)
    kind = Rows(say.groups, labels, "per 10,000 tokens")
    caption = say("rates", validity=validity_words(_validity(say)))
    yield Figure(say.name("metadiscourse"), frame, kind, caption, say("rates_alt"), of="metadiscourse")


def _validity(say: Say) -> MeasureValidity:
    """How far hedges and boosters in the sentences of the target agree with codes of certainty."""
    measures = say.found("stance").validation.measures
    return measures.get("certainty", MeasureValidity())


def methods(found: MetadiscourseFound, say: Say) -> Iterator[Block]:
    """Whose categories these are; once for all targets."""
    if found.places and say.target == say.targets[0]:
        yield Paragraph(say("methods"))


analysis = Analysis(
    "metadiscourse",
    "How is it said: hedged, boosted, obliging?",
    StanceSettings,
    compute,
    section,
    measure=measure,
    input=Input.TOKENS,
    needs=("outcomes",),
    per_target=True,
    reads="stance",
    figures={"metadiscourse": "How is it said: hedged, boosted, obliging?"},
    methods=methods,
    cites=("hyland2005", "biber2006", "ganter2009"),
)
