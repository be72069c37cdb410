"""Topic models fitted in a process of their own."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy import sparse

from discourse.children import run
from discourse.errors import DiscourseError
from discourse.features import topic_engine

_SCRIPT = Path(topic_engine.__file__)
# Sums in several threads are added in an order that depends on their number.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class TopicModel:
    """What every engine returns.

    Parameters
    ----------
    passage_topic : ndarray of float, shape (n_passages, n_topics)
        Prevalence of each topic in each passage; rows sum to 1.
    topic_term : ndarray of float, shape (n_topics, n_terms)
        Probability of each term in each topic; rows sum to 1.
    concentration : ndarray of float, shape (n_states, n_passages, n_topics)
        Posterior of the prevalences: parameters of a Dirichlet distribution for each passage, in some states of the
        model; no state where an engine has no posterior (nmf).
    prior : ndarray of float, shape (n_topics,)
        Parameters of the Dirichlet distribution that the prevalences in a passage are drawn from (alpha), means over the
        states; 0 for nmf, which has none.
    fit : float
        How well the model fits its passages, for comparison with fits of the same passages by the same engine: larger
        is better (log-likelihood per token; a bound of it for gensim; the negative error for nmf).
    coefficients : ndarray of float, shape (1 + n_levels, n_topics)
        For dmr: of the topics, and of each level of the covariates; the prior of a passage is the exponential of their sum. Empty
        for other engines.
    """

    passage_topic: np.ndarray
    topic_term: np.ndarray
    concentration: np.ndarray
    prior: np.ndarray
    fit: float
    coefficients: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))


@dataclass(frozen=True)
class Guide:
    """What a model is told beside the counts.

    Parameters
    ----------
    levels : ndarray of int, shape (n_passages, n_covariates)
        The level of each covariate that a passage has; levels are numbered through.
    n_levels : int
        Levels of all covariates together.
    seeded : ndarray of float, shape (n_terms, n_topics)
        What the prior of a term in a topic has more than those of others, in tokens; empty where nothing is seeded.
    """

    levels: np.ndarray
    n_levels: int = 0
    seeded: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))


def fit_in_process(
    counts: sparse.csr_array, k: int, seed: int, iterations: int, engine: str, guide: Guide | None = None
) -> TopicModel:
    """Fit a topic model in a process of its own, so that an engine that crashes does not take the experiment with it.

    Parameters
    ----------
    counts : csr_array of int, shape (n_passages, n_terms)
        Frequencies; the model does not depend on the order of the terms in a row.
    k : int
        Number of topics.
    seed : int
        Seed.
    iterations : int
        Iterations of the sampler.
    engine : {"tomotopy", "nmf", "gensim", "dmr"}
        As in `topics`.
    guide : Guide, optional
        Covariates (for dmr) and seeds of topics (for tomotopy and dmr).

    Returns
    -------
    TopicModel

    Raises
    ------
    DiscourseError
        If the process fails.

    Examples
    --------
    >>> counts = sparse.csr_array(np.array([[2, 1, 0, 0], [0, 0, 1, 2]] * 10))
    >>> fit_in_process(counts, k=2, seed=1, iterations=100, engine="nmf").passage_topic.shape
    (20, 2)
    """
    guide = guide or Guide(np.zeros((counts.shape[0], 0), np.int64))
    with TemporaryDirectory(prefix="discourse-topics-") as name:
        source, target = Path(name, "counts.npz"), Path(name, "model.npz")
        counts = counts.sorted_indices()  # a copy
        counts.eliminate_zeros()
        np.savez(
            source,
            bounds=counts.indptr,
            terms=counts.indices,
            times=counts.data,
            numbers=np.array([counts.shape[1], k, seed, iterations, guide.n_levels]),
            levels=guide.levels,
            seeded=guide.seeded,
        )
        # By its path, not as a module: that would import the package, and with it all that the package needs. -P keeps
        # the modules beside it from passing for others of the same name.
        command = [sys.executable, "-P", str(_SCRIPT), engine, str(source), str(target)]
        done = run(command, {**os.environ, **_ONE_THREAD})
        if done.returncode:
            raise DiscourseError(f"the topic engine {engine} {_end(done.returncode, done.stderr)}")
        with np.load(target, allow_pickle=False) as found:
            values = {name: found[name] for name in topic_engine.Fitted._fields}
        return TopicModel(**{**values, "fit": float(values["fit"])})


def _end(code: int, errors: str) -> str:
    """How a process ended, in words."""
    others = ", ".join(topic_engine.ENGINES)
    if code < 0:
        words = f"ended with signal {-code} ({signal.strsignal(-code)})"
    elif errors.strip():
        return f"failed: {errors.strip().splitlines()[-1]}"
    else:
        words = f"ended with code {code}"
    return f"{words}: run again, or name another engine in the config ({others})"
