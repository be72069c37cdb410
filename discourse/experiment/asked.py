"""What a run will ask of a text, before it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from discourse.analyses.base import Analysis
from discourse.analyses.review.multiverse import choices_of, options
from discourse.analyses.settings import Choice
from discourse.errors import SettingError, SettingErrors
from discourse.experiment.bundle.values import LAYERS, Bundle, Request
from discourse.experiment.prepare import left_out
from discourse.experiment.settings import Core, with_changes

Changes = Mapping[tuple[str, ...], Any]


def request_of(identity: tuple[str, str], settings: Any, layers: Sequence[str]) -> Request:
    """The request of a node under some settings of its analysis, without some layers of tokens."""
    return Request(*identity, settings.as_json("measure"), tuple(layers))


def variants(analysis: Analysis, config: Core) -> Iterator[tuple[list[Choice], Core]]:
    """The experiment under every combination of the choices of its multiverse that measuring can depend on.

    Yields
    ------
    departing : list of Choice
        Choices that depart from the config; none for the config itself, which comes first.
    config : Core
    """
    settings = config.section("multiverse")
    if settings is None:
        yield [], config
        return
    measured = {(analysis.section_name, name) for name in config.section(analysis.section_name).used("measure")}
    measured |= {path for path, _ in LAYERS.values()}
    known = [c for c in choices_of(type(settings)) if c.path in measured]

    def value(choice: Choice) -> Any:
        return getattr(getattr(config, choice.path[0]), choice.path[1])

    offered = [list(enumerate(options(c, settings, value(c)).values())) for c in known]
    for chosen in product(*offered):
        # The first option of each is the configured one.
        departing = [(c, option) for c, (k, option) in zip(known, chosen) if k]
        changes = {c.path: c.change(value(c), option) for c, option in departing}
        yield [c for c, _ in departing], with_changes(config, changes)


def asked(identity: tuple[str, str], analysis: Analysis, config: Core) -> Iterator[tuple[Request, list[Choice], Core]]:
    """Every request of a node, with the choices of the multiverse that it comes from, and the settings under which it is made."""
    for departing, other in variants(analysis, config):
        settings = other.section(analysis.section_name)
        yield request_of(identity, settings, left_out(other)), departing, other


def check_asked(bundle: Bundle, nodes: Sequence[Any], config: Core) -> None:
    """Make sure that a bundle holds all that a run will ask for.

    Parameters
    ----------
    bundle : Bundle
        The bundle.
    nodes : sequence of Node
        Of the run.
    config : Core
        Its settings.

    Raises
    ------
    SettingErrors
        With each setting that needs the text.
    """
    errors: dict[tuple[Any, ...], SettingError] = {}
    for node in nodes:
        if node.analysis.measure is None or "outcomes" in node.analysis.needs:
            # What reviewers measure does not depend on choices.
            continue
        for request, departing, _ in asked(node.identity, node.analysis, config):
            if request not in bundle.features:
                error = bundle.lacks(request, node.analysis.section_name)
                # Where the setting itself is as the bundle has it, the option is what needs the text.
                path = next((("multiverse", c.name) for c in departing if c.path == error.path), error.path)
                errors.setdefault((path, error.text), SettingError(path, error.text))
    if errors:
        raise SettingErrors(errors.values())
