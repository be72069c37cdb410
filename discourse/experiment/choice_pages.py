"""The page on what depends on our choices."""

from __future__ import annotations

from discourse.experiment.builder import Pages
from discourse.experiment.stance_pages import sensitivity


def choices(pages: Pages) -> None:
    """Does it depend on our choices? The analyses that the config names, and every combination of the multiverse."""
    results = pages.results
    if not any(f.sensitivity is not None and results.plan.config.sensitivity for f in results.targets):
        return
    pages.heading("Does it depend on our choices?")
    for found in results.targets:
        pages.about(found.target.name)
        sensitivity(pages, found)
    pages.about()
