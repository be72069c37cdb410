"""Hashes under which results are found again: of all that they depend on."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path
from typing import Any

from discourse.analyses.base import Analysis
from discourse.analyses.settings import Display, Settings
from discourse.experiment.prepare import Base
from discourse.experiment.settings import Core
from discourse.experiment.store import key_of


def data_key(base: Base) -> str:
    """Hash of what documents, turns and groups depend on: the corpus, and the settings of every experiment."""
    config = base.plan.config
    core = {
        name: _computed(getattr(config, name))
        for name, f in Core.model_fields.items()
        if not any(isinstance(m, Display) for m in f.metadata)
    }
    return key_of(base.sha256, base.origin, sorted(core.items()), config.section("repetition").fingerprint("compute"))


def _computed(value: Any) -> Any:
    """A setting without what is only displayed."""
    if isinstance(value, Settings):
        return value.fingerprint("compute")
    return {k: _computed(v) for k, v in value.items()} if isinstance(value, dict) else value


def source_of(analysis: Analysis) -> str:
    """Hash of the code of an analysis that is not part of this package; its code may change while ours does not."""
    if analysis.compute.__module__.startswith("discourse."):
        return ""
    file = inspect.getsourcefile(analysis.compute)
    return hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else ""
