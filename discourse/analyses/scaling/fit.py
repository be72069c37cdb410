"""A fit by the method of the settings, turned to one side, and the same again on other counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from discourse.analyses.scaling.settings import ScalingSettings
from discourse.compare.positions import Positions, Start, correspondence, rescaled, wordfish, wordscores
from discourse.errors import TooLittleText

LEAST_OVERLAP = 0.5  # share of the words of texts to be scored that reference texts must have
ROUGH = 1e-3  # tolerance of resampled fits, far below their own spread


@dataclass(frozen=True, eq=False)
class Fitted:
    """Positions by the method of the settings, and a map of two dimensions.

    Parameters
    ----------
    settings : ScalingSettings
    given : ndarray of float64
        Reference scores.
    first : Positions
        As fitted, whatever its side.
    positions, se : ndarray of float64, shape (n_units,)
        Turned to their side, and rescaled.
    terms, pull : ndarray of float64, shape (n_terms,)
        Turned with them.
    map : ndarray of float64, shape (n_units, 2)
    inertia : sequence of float
        Shares of the two dimensions.
    """

    settings: ScalingSettings
    given: np.ndarray
    first: Positions
    positions: np.ndarray
    se: np.ndarray
    terms: np.ndarray
    pull: np.ndarray
    map: np.ndarray
    inertia: Sequence[float] = field(default_factory=list)

    def again(self, counts: np.ndarray) -> np.ndarray:
        """Positions in other counts of the same units and terms; shape (n_units, 1)."""
        some = counts.sum(0) > 0
        if self.settings.method == "wordfish":
            start = Start.of(self.first)
            begin = Start(start.theta, start.alpha, start.beta[some], start.psi[some])
            return wordfish(counts[:, some], begin, tolerance=ROUGH).estimate[:, None]
        if self.settings.method == "wordscores":
            return rescaled(wordscores(counts, self.given), self.given, self.settings.rescale)[0][:, None]
        return correspondence(counts, 1).estimate

    def again_map(self, counts: np.ndarray) -> np.ndarray:
        """The map in other counts; shape (n_units, 2)."""
        return correspondence(counts, 2).estimate


def fit_of(counts: np.ndarray, settings: ScalingSettings, given: np.ndarray, orientation: np.ndarray) -> Fitted:
    """Fit the method of the settings.

    Parameters
    ----------
    counts : ndarray of float64, shape (n_units, n_terms)
    settings : ScalingSettings
    given : ndarray of float64, shape (n_units,)
        Reference scores; NaN for other units.
    orientation : ndarray of float64, shape (n_units,)
        What is to be larger to the right; NaN for units that do not matter.
    """
    plane = correspondence(counts, 2)
    if settings.method == "wordscores":
        _check_overlap(counts, given)
        first = wordscores(counts, given)
        positions, se = rescaled(first, given, settings.rescale)
        side = 1.0
    else:
        first = wordfish(counts) if settings.method == "wordfish" else correspondence(counts, 1)
        positions, se = first.estimate.reshape(len(counts)), first.se
        known = np.isfinite(orientation)
        side = -1.0 if np.cov(positions[known], orientation[known])[0, 1] < 0 else 1.0
    positions = side * positions
    terms = first.terms if first.terms.ndim == 1 else first.terms[:, 0]
    # The first dimension of the map goes the same way, the second has its longest unit above.
    turn = np.where(np.cov(plane.estimate[:, 0], positions)[0, 1] < 0, -1.0, 1.0)
    up = np.sign(plane.estimate[np.argmax(np.abs(plane.estimate[:, 1])), 1]) or 1.0
    return Fitted(
        settings,
        given,
        first,
        positions,
        se,
        side * terms,
        side * first.pull,
        plane.estimate * [turn, up],
        (plane.inertia / plane.total_inertia).tolist(),
    )


def _check_overlap(counts: np.ndarray, given: np.ndarray) -> None:
    """Refuse where most words of the texts to be scored are in no reference text."""
    known = np.isfinite(given)
    if known.all():
        raise TooLittleText("Wordscores", "all units are references", "one unit to be scored")
    virgin = counts[~known].sum(0)
    share = virgin[counts[known].sum(0) > 0].sum() / virgin.sum()
    if share < LEAST_OVERLAP:
        have = f"the reference texts have {100 * share:.0f}% of the words of the others"
        raise TooLittleText("Wordscores", have, f"{100 * LEAST_OVERLAP:.0f}%")
