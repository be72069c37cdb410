"""Figures: each a layout (comparison to frame) and a draw (frame to figure)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import matplotlib as mpl
import pandas as pd

from discourse.figures import inference, intervals, keyness, multiverse, style, timeline
from discourse.types import Comparison


@dataclass(frozen=True)
class FigureKind:
    """A figure by name: its two functions and the question that it answers."""

    layout: Callable[..., Any]
    draw: Callable[..., Any]
    question: str

    def render(self, frame: Any, *arguments: Any) -> Any:
        """Draw in the style of the report."""
        frame = _printable(frame)
        with mpl.rc_context(style.RC):
            return self.draw(frame, *map(_printable, arguments))


def _printable(value: Any) -> Any:
    """Text in a value, a table or a comparison, as `style.printable` gives it."""
    if isinstance(value, str):
        return style.printable(value)
    if isinstance(value, list):
        return [_printable(v) for v in value]
    if isinstance(value, dict):
        return {_printable(k): _printable(v) for k, v in value.items()}
    if isinstance(value, pd.DataFrame):
        text = value.select_dtypes(exclude=["number", "datetime", "bool"]).columns
        return value.assign(**{c: value[c].map(_printable) for c in text})
    if isinstance(value, Comparison):
        return replace(
            value, table=_printable(value.table), study=_printable(value.study), reference=_printable(value.reference)
        )
    return value


FIGURES: dict[str, FigureKind] = {
    "corpus": FigureKind(timeline.layout_corpus, timeline.draw_corpus, "How much text has each group, and when?"),
    "salience": FigureKind(
        timeline.layout_salience, timeline.draw_salience, "How often is the target mentioned, and when?"
    ),
    "panel": FigureKind(intervals.layout_panel, intervals.draw_panel, "How do speakers or administrations differ?"),
    "keyness": FigureKind(keyness.layout_keyness, keyness.draw_keyness, "Which terms set the groups apart?"),
    "contrast": FigureKind(
        keyness.layout_contrast, keyness.draw_contrast, "Are the distinctive terms frequent or rare?"
    ),
    "stance": FigureKind(
        intervals.layout_components, intervals.draw_components, "How does the stance of the groups differ?"
    ),
    "corrected": FigureKind(
        intervals.layout_corrected,
        intervals.draw_corrected,
        "What remains of the difference after correction for error?",
    ),
    "roles": FigureKind(intervals.layout_rows, intervals.draw_rows, "Does the target act, or is it acted upon?"),
    "acts": FigureKind(
        intervals.layout_rows, intervals.draw_rows, "Which acts are the target's, which are done to it?"
    ),
    "manner": FigureKind(intervals.layout_rows, intervals.draw_rows, "How is it said: hedged, boosted, obliging?"),
    "stance_time": FigureKind(timeline.layout_stance, timeline.draw_stance, "Does stance move over time?"),
    "speakers": FigureKind(intervals.layout_speakers, intervals.draw_speakers, "Who said it, sentence by sentence?"),
    "topics": FigureKind(
        intervals.layout_topics, intervals.draw_topics, "Which topics are more prevalent in which group?"
    ),
    "noise": FigureKind(inference.layout_noise, inference.draw_noise, "Could a difference be noise?"),
    "noise_items": FigureKind(
        inference.layout_items, inference.draw_items, "Could the differences of terms and topics be noise?"
    ),
    "event": FigureKind(inference.layout_event, inference.draw_event, "Did something change on this day?"),
    "composition": FigureKind(
        inference.layout_composition, inference.draw_composition, "Is it the mix of speakers, kinds and venues?"
    ),
    "multiverse": FigureKind(multiverse.layout_curve, multiverse.draw_curve, "Does a result depend on our choices?"),
    "sensitivity": FigureKind(
        intervals.layout_sensitivity, intervals.draw_sensitivity, "Does the result depend on what is counted?"
    ),
    "concordance": FigureKind(lambda frame: frame, lambda frame: None, "Which sentences score highest and lowest?"),
}

__all__ = ["FIGURES", "FigureKind"]
