"""Are two topic models the same, whatever the order of their topics?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

# A topic is the same where its words are as alike as this, and its prevalence as near.
LEAST_COSINE = 0.95
MOST_POINTS = 1.0


@dataclass(frozen=True)
class Matched:
    """Topics of one model and their partners in another.

    Parameters
    ----------
    partners : ndarray of int64, shape (k,)
        For each topic of the first model the topic of the second.
    cosines : ndarray of float64, shape (k,)
        How alike the words of both are.
    points : ndarray of float64, shape (k,)
        The largest difference of their prevalences, in percentage points.
    """

    partners: np.ndarray
    cosines: np.ndarray
    points: np.ndarray

    @property
    def same(self) -> bool:
        """Whether every topic has a partner that is the same."""
        return bool((self.cosines >= LEAST_COSINE).all() and (self.points <= MOST_POINTS).all())


def match_topics(
    expected: np.ndarray, found: np.ndarray, prevalence: np.ndarray, prevalence_found: np.ndarray
) -> Matched:
    """Match the topics of two models one to one, so that their words are as alike as possible (Kuhn 1955).

    Parameters
    ----------
    expected, found : ndarray, shape (k, n_terms)
        Probabilities of the same terms.
    prevalence, prevalence_found : ndarray, shape (k, n_groups)
        Percentages.

    Returns
    -------
    Matched

    Raises
    ------
    ValueError
        For models of different size.

    Examples
    --------
    >>> words = np.array([[.9, .1, 0], [0, .2, .8]])
    >>> match_topics(words, words[::-1], np.array([[60.], [40.]]), np.array([[40.], [60.]])).same
    True
    """
    if expected.shape != found.shape:
        raise ValueError(f"models of {expected.shape} and {found.shape} cannot be matched")

    def unit(rows: np.ndarray) -> np.ndarray:
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(norms > 0, norms, 1.0)

    alike = unit(np.asarray(expected, float)) @ unit(np.asarray(found, float)).T
    rows, partners = linear_sum_assignment(-alike)
    points = np.abs(np.asarray(prevalence, float) - np.asarray(prevalence_found, float)[partners])
    return Matched(partners, alike[rows, partners], points.max(axis=1, initial=0.0))
