"""Where work on the partitions of a corpus is done: in this process, or on the workers of a dask cluster."""

from __future__ import annotations

import contextlib
import errno
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from discourse.cache import cache_folder
from discourse.children import quiet
from discourse.encode.store import code_hash
from discourse.errors import DiscourseError, UsageError
from discourse.experiment.store import COMPUTING
from discourse.landing import put
from discourse.writer import scratch

AHEAD = 2  # parts for each worker that are under way at once, so that results do not pile up
RETRIES = 3  # times that a part is done again after its worker died
LEAST_MEMORY = 500_000_000  # bytes; a worker that has imported what it needs takes half of it
PATIENCE = "30s"  # for a scheduler to answer
LOOK, LEFT = 10.0, 300.0  # seconds after which workers are looked at, and for which none of them may be at work


class Engine(Protocol):
    """Applies a function to many items."""

    workers: int
    cuts: bool  # whether a corpus that lies in one piece is cut for it

    def each(self, function: Callable[..., Any], items: Sequence[Any], *shared: Any) -> Iterator[Any]:
        """``function(item, *shared)`` for each item, in their order; what is shared is read by each worker once."""
        ...


class Here:
    """One item after another in this process."""

    workers = 1
    cuts = False

    def each(self, function: Callable[..., Any], items: Sequence[Any], *shared: Any) -> Iterator[Any]:
        """As of any engine."""
        return (function(item, *shared) for item in items)


class Cluster:
    """The workers of a dask cluster, which see the same files as this process.

    Parameters
    ----------
    client : distributed.Client
        Connected to the scheduler.
    """

    cuts = True

    def __init__(self, client: Any) -> None:
        self._client = client
        self.workers = max(len(client.scheduler_info(n_workers=-1)["workers"]), 1)

    def each(self, function: Callable[..., Any], items: Sequence[Any], *shared: Any) -> Iterator[Any]:
        """As of any engine; items whose worker dies are done again on another."""
        import cloudpickle

        # In a file, as all see the same disk: what dask itself hands to workers is lost with them.
        waiting, running = deque(items), deque[Any]()
        with scratch(cache_folder() / "sent") as folder, self._cancelled(running):
            sent = folder / "shared.pickle"
            put(sent, pickle.dumps(tuple(shared), protocol=5))
            while waiting or running:
                while waiting and len(running) < AHEAD * self.workers:
                    # As bytes, which a worker opens within the task: what it cannot import is an error there, and the end of
                    # its connection, and so a wait without end, where dask opens it.
                    work = cloudpickle.dumps((function, waiting.popleft()))
                    running.append(self._client.submit(_guarded, work, sent, pure=False, retries=RETRIES))
                yield self._result(running.popleft())

    @contextlib.contextmanager
    def _cancelled(self, running: deque[Any]) -> Iterator[None]:
        """Whatever happens, nothing goes on for nobody; that all workers die is said."""
        from distributed import KilledWorker

        try:
            yield
        except KilledWorker as error:
            raise DiscourseError(
                f"{RETRIES + 1} workers died on the same part of the corpus, the last one at {error.last_worker.address}. Most often a "
                "part needs more memory than a worker has: build the corpus with a smaller --partition-size, or give more memory"
            ) from None
        finally:
            self._client.cancel(list(running))

    def _result(self, future: Any) -> Any:
        """What a task gives, unless no worker is left to do it."""
        without = 0.0
        while True:
            try:
                return future.result(timeout=LOOK)
            except TimeoutError:
                # It may have come since; or the error is one of the task, which it raises again.
                if future.done():
                    return future.result()
            workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
            without = 0.0 if any(w["status"] == "running" for w in workers) else without + LOOK
            if without >= LEFT:
                why = f"all {len(workers)} have paused, for want of memory" if workers else "none is left"
                raise DiscourseError(f"no worker has been at work for {LEFT / 60:g} minutes: {why}")


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[Any, ...]:
    """What is shared; a worker asks for it for each part."""
    with path.open("rb") as stream:
        found: tuple[Any, ...] = pickle.load(stream)
    return found


def _guarded(work: bytes, sent: Path) -> Any:
    """The pickled function of an item on a worker; what the machine cannot do is said with its name."""
    try:
        function, item = pickle.loads(work)
        shared = _read(sent)
    except ImportError as error:
        import socket

        raise DiscourseError(
            f"the worker {socket.gethostname()} cannot import {error.name}: install it there"
        ) from None
    try:
        return function(item, *shared)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            import socket

            raise DiscourseError(
                f"no space left on the worker {socket.gethostname()}: {error.filename or error}"
            ) from None
        raise


def made_with() -> tuple[str, str]:
    """Version of the package and hash of all code that computes, with the versions of its libraries."""
    return version("discourse-analytics"), code_hash(*COMPUTING)


@contextlib.contextmanager
def engine(workers: int | None = None, scheduler: str | None = None, memory: str | None = None) -> Iterator[Engine]:
    """An engine: in this process where neither workers nor a scheduler are asked for.

    Parameters
    ----------
    workers : int, optional
        Processes to start on this machine.
    scheduler : str, optional
        Address of the scheduler of a running cluster.
    memory : str, optional
        Memory of each started process, such as 2GiB; an even share of the machine's by default.

    Raises
    ------
    UsageError
        Where dask is not installed, no scheduler answers, it has no workers, or they run another version; for options that
        contradict each other, and a memory that is none or too small.
    """
    if memory is not None and workers is None:
        raise UsageError("--memory is that of each process of --workers, which is not given")
    if workers is None and scheduler is None:
        yield Here()
        return
    if workers is not None and scheduler is not None:
        raise UsageError(
            "--workers starts processes here, --scheduler uses a cluster that runs already: give one of them"
        )
    if workers is not None and workers < 1:
        raise UsageError(f"--workers: expected 1 or more, got {workers}")
    try:
        import dask.utils
        import distributed
    except ImportError:
        raise UsageError("workers need dask: pip install 'discourse-analytics[cluster]'") from None
    try:
        enough = memory is None or dask.utils.parse_bytes(memory) >= LEAST_MEMORY
    except ValueError:
        enough = False
    if not enough:
        raise UsageError(f"--memory {memory}: expected at least 500MB, such as 2GiB")
    with dask.config.set({"distributed.scheduler.allowed-failures": RETRIES}):
        if scheduler is not None:
            with _connected(distributed, scheduler) as client:
                yield Cluster(client)
            return
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        with (
            _quiet(),
            quiet(),
            distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                memory_limit=memory or "auto",
                dashboard_address=":0",
                env={**threads, "PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0")},
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield Cluster(client)


@contextlib.contextmanager
def _connected(distributed: Any, address: str) -> Iterator[Any]:
    """A client of a running scheduler whose workers can do our work."""
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(f"--scheduler {address}: no scheduler answers there ({reason})") from None
    with client:
        if not client.scheduler_info(n_workers=-1)["workers"]:
            raise UsageError(f"--scheduler {address}: it has no workers yet; start some, and run again")
        _check_versions(client, address)
        yield client


def _check_versions(client: Any, address: str) -> None:
    """Results are the same only where every worker runs the same code."""
    here = made_with()
    try:
        there = client.run(made_with)
    except Exception as error:
        # Whatever a foreign worker may raise: it has no such package, or one of before there were workers.
        raise UsageError(
            f"--scheduler {address}: its workers cannot import this version of discourse-analytics ({type(error).__name__}: {error})"
        ) from None
    wrong = [f"{worker} runs {v}" for worker, (v, code) in there.items() if (v, code) != here]
    if wrong:
        raise UsageError(
            f"--scheduler {address}: expected discourse-analytics {here[0]} and the same libraries as here on every worker; "
            + "; ".join(f"{w} with other code or libraries" for w in wrong)
        )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the messages of workers that end, which are no errors."""
    import logging

    loggers = [
        logging.getLogger(name)
        for name in ("distributed", "distributed.nanny", "distributed.worker", "distributed.scheduler")
    ]
    levels = [x.level for x in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels):
            logger.setLevel(level)
