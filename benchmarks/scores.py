"""Scores of agreement with labelled sentences, with bootstrap intervals, and VADER as a baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score


def vader(texts: pd.Series) -> np.ndarray:
    """VADER's compound score of each text."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    return np.array([analyser.polarity_scores(t)["compound"] for t in texts])


def classes(score: np.ndarray, low: float, high: float) -> np.ndarray:
    """-1, 0 or 1 by two bounds."""
    return np.where(score < low, -1, np.where(score > high, 1, 0))


def best_thresholds(score: np.ndarray, label: np.ndarray) -> tuple[float, float]:
    """The bounds with the highest macro-F1."""
    grid = np.round(np.arange(-0.9, 0.91, 0.05), 2).tolist()
    pairs = [(a, b) for a in grid for b in grid if a <= b]
    return max(pairs, key=lambda p: macro(label, classes(score, *p)))


def bootstrap(metric: Any, seed: int, *arrays: np.ndarray) -> np.ndarray:
    """A metric over 1,000 resamples of the rows."""
    rng = np.random.default_rng(seed)
    n = len(arrays[0])
    return np.array([metric(*(a[index] for a in arrays)) for index in (rng.integers(0, n, n) for _ in range(1000))])


def macro(label: np.ndarray, predicted: np.ndarray) -> float:
    """Macro-F1 over the classes of the labels."""
    return float(f1_score(label, predicted, average="macro", zero_division=0.0, labels=np.unique(label)))


def balanced(label: np.ndarray, predicted: np.ndarray) -> float:
    """Balanced accuracy."""
    inside = np.unique(label)
    return float(np.mean([(predicted[label == c] == c).mean() for c in inside]))


def show(name: str, metric: Any, label: np.ndarray, scores: dict[str, np.ndarray]) -> None:
    """Each score with its interval, and the difference of the first from each other."""
    first, ours = next(iter(scores.items()))
    print(f"  {name}, n = {len(label)}")
    mine = bootstrap(metric, 1, label, ours)
    for other, values in scores.items():
        drawn = bootstrap(metric, 1, label, values)
        low, high = np.quantile(drawn, [0.025, 0.975])
        text = f"    {other:<44} {metric(label, values):.3f} [{low:.3f}, {high:.3f}]"
        if other != first:
            low, high = np.quantile(mine - drawn, [0.025, 0.975])
            text += f"   {first} better by {metric(label, ours) - metric(label, values):+.3f} [{low:+.3f}, {high:+.3f}]"
        print(text)
