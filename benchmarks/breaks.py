"""Measure the tests for breaks: false alarms in series without one, and how often planted breaks are found and lie in their interval.

    python benchmarks/breaks.py [RUNS]

Series have first-order autoregressive noise of variance 1, and weights (amounts of text) from a log-normal distribution in half of the runs.
"""

from __future__ import annotations

import sys

import numpy as np

from discourse.compare.breaks import change_points

RHO = (0.0, 0.3, 0.6, 0.8)
PERIODS = (40, 80, 150)
PLANTED = ((1.5, 0.0), (1.5, 0.3), (2.5, 0.3), (2.5, 0.6))  # size in standard deviations, autocorrelation


def noise(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    """Autoregressive noise of variance 1."""
    found = rng.normal(0, np.sqrt(1 - rho**2), n)
    found[0] = rng.normal()
    for t in range(1, n):
        found[t] += rho * found[t - 1]
    return found


def main(runs: int) -> None:
    """Print a row for each setting."""
    for n in PERIODS:
        for rho in RHO:
            alarms = 0
            for run in range(runs):
                rng = np.random.default_rng([n, int(10 * rho), run])
                w = rng.lognormal(0, 0.5, n) if run % 2 else np.ones(n)
                alarms += len(change_points(noise(rng, n, rho) / np.sqrt(w), w, draws=199, seed=run).table) > 0
            print(f"{n} periods, rho {rho}: false alarms {alarms / runs:.3f} (n = {runs})", flush=True)
        for size, rho in PLANTED:
            found = inside = 0
            for run in range(runs):
                rng = np.random.default_rng([n, int(10 * rho), int(10 * size), run])
                at = int(rng.integers(n // 4, 3 * n // 4))
                table = change_points(noise(rng, n, rho) + size * (np.arange(n) >= at), draws=199, seed=run).table
                if len(table):
                    near = table.iloc[(table["at"] - at).abs().argmin()]
                    found += 1
                    inside += near["low"] <= at <= near["high"]
            share = inside / found if found else float("nan")
            print(
                f"{n} periods, break {size}, rho {rho}: found {found / runs:.3f}, in the interval {share:.3f} (n = {found})",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
