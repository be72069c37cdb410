"""Fit stm to counts by passage, and estimate the effect of a group on the prevalence of its topics; for `benchmarks/topics.py stm`.

    python benchmarks/topics_stm.py COUNTS.npz RESULT.npz

It runs in an environment of its own with the package structural-topic-model 1.0.0 (Python 3.12), a port of the R package stm: spectral
start, the group as the covariate of prevalence, `estimate_effect` with 25 draws (method of composition, global approximation).
"""

from __future__ import annotations

import sys
import time

import numpy as np
from scipy import sparse


def main(source: str, target: str) -> None:
    """Read counts, group and number of topics; write shares, effects and exclusivity."""
    from stm import StructuralTopicModel, estimate_effect
    from stm.diagnostics import exclusivity

    with np.load(source) as given:
        counts = sparse.csr_matrix((given["data"], given["indices"], given["indptr"]), shape=tuple(given["shape"]))
        group, k = given["group"].astype(float), int(given["k"])
    start = time.process_time()
    model = StructuralTopicModel(n_components=k, random_state=1, max_iter=100)
    model.fit(counts.astype(float), prevalence=group[:, None])
    seconds = time.process_time() - start
    effects = estimate_effect(model, group[:, None], nsims=25, random_state=1).summary(random_state=1)
    np.savez(
        target,
        theta=model.theta_,
        phi=model.components_,
        estimate=np.array([effects[t]["estimate"][1] for t in range(k)]),
        error=np.array([effects[t]["std_error"][1] for t in range(k)]),
        exclusivity=np.asarray(exclusivity(model)),
        seconds=seconds,
        iterations=model.n_iter_,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
