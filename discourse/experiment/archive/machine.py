"""The computing environment: what can change a digit, and what a reader wants to know before a run."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Any


def environment() -> dict[str, Any]:
    """System, processor, Python, linear algebra and instruction set, as plain values.

    Examples
    --------
    >>> sorted(environment())
    ['c_library', 'cores', 'implementation', 'linear_algebra', 'machine', 'memory_gib', 'processor', 'python', 'system', 'topics_instructions']
    """
    import os

    return {
        "system": f"{platform.system()} {platform.release()}",
        "c_library": " ".join(platform.libc_ver()),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gib": _memory(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "linear_algebra": _linear_algebra(),
        "topics_instructions": _instructions(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _memory() -> int:
    """GiB, rounded; 0 where the system does not say."""
    import os

    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (AttributeError, ValueError, OSError):
        return 0


def _linear_algebra() -> list[str]:
    """Libraries that multiply matrices, with their versions and the processor that they take this one for."""
    import numpy.linalg  # noqa: F401  (loads the library)
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_info

    found = {
        " ".join(str(i[k]) for k in ("internal_api", "version", "architecture") if i.get(k))
        for i in threadpool_info()
        if i.get("user_api") == "blas"
    }
    return sorted(found)


def _instructions() -> str:
    """What the sampler of topics is pinned to; see `discourse.features.topic_engine`."""
    return "sse2" if platform.machine().lower() in ("x86_64", "amd64") else platform.machine()


def python_tag() -> str:
    """Version of Python, as a lock file names it."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"
