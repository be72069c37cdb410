"""The analyses, one file or folder each, and the table of them; packages of others add theirs by an entry point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points

from discourse.analyses import (
    actors,
    breakdown,
    changes,
    context,
    corpus,
    deeds,
    dictionary,
    metadiscourse,
    reference,
    repetition,
    salience,
    scaling,
    shifts,
    stance,
    style,
    terms,
    topics,
)
from discourse.analyses.base import Analysis
from discourse.analyses.review import (
    choices,
    event,
    influence,
    mix,
    noise,
    power,
    rival,
    sensitivity,
    serial,
    units,
    unmeasured,
    verdict,
    within,
)
from discourse.errors import DiscourseError

GROUP = "discourse.analyses"
# In the order of the report.
OURS = (
    corpus.analysis,
    salience.analysis,
    breakdown.analysis,
    changes.analysis,
    stance.analysis,
    metadiscourse.analysis,
    terms.about,
    terms.collocates,
    actors.analysis,
    deeds.frames_about,
    deeds.dyads_about,
    deeds.vics_about,
    dictionary.about,
    shifts.about,
    style.diversity_about,
    style.readability_about,
    context.analysis,
    scaling.about,
    dictionary.analysis,
    scaling.analysis,
    shifts.analysis,
    deeds.frames,
    deeds.dyads,
    deeds.vics,
    style.diversity,
    style.readability,
    topics.analysis,
    terms.analysis,
    reference.analysis,
)
REVIEWERS = (
    rival.analysis,
    noise.analysis,
    units.analysis,
    event.analysis,
    within.analysis,
    serial.analysis,
    power.analysis,
    mix.analysis,
    unmeasured.analysis,
    influence.analysis,
)


def table(others: Iterable[Analysis] = ()) -> dict[str, Analysis]:
    """The analyses by name: those of the package, those of others, and the reviewers of them all.

    Parameters
    ----------
    others : iterable of Analysis
        Of other packages. They run where a config names them, so that what is installed changes no report.

    Raises
    ------
    DiscourseError
        Where two have the same name.
    """
    features = [*OURS, *(replace(analysis, on=False) for analysis in others)]
    # The schema of the multiverse is made of what the features offer.
    # Analyses that share a section offer the same.
    offered = list({choice.name: choice for analysis in features for choice in analysis.choices}.values())
    last = (choices.analysis(offered), sensitivity.analysis, verdict.analysis, repetition.analysis)
    found: dict[str, Analysis] = {}
    for analysis in (*features, *REVIEWERS, *last):
        if analysis.name in found:
            raise DiscourseError(f'two analyses are called "{analysis.name}": rename or uninstall one of them')
        found[analysis.name] = analysis
    return found


@cache
def analyses() -> dict[str, Analysis]:
    """All analyses by name, those of installed packages (entry points "discourse.analyses") among them.

    Examples
    --------
    >>> list(analyses())[:3]
    ['corpus_pages', 'salience', 'breakdown']
    """
    others = []
    # By name: the order of installation changes no report.
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        loaded = point.load()
        if not isinstance(loaded, Analysis):
            raise DiscourseError(
                f'the entry point "{point.name}" of {GROUP} is {type(loaded).__name__}, not an Analysis'
            )
        others.append(loaded)
    return table(others)
