"""Shared fixtures: real data where it is at hand, invented texts everywhere else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from discourse.experiment import Results

ROOT = Path(__file__).parent.parent
# Speed is measured in benchmarks; on a busy machine any test is slow.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["DISCOURSE_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    # An error that nobody foresaw is seen as it is, also behind the command line.
    os.environ["DISCOURSE_DEBUG"] = "1"


@pytest.fixture(scope="session")
def data() -> Path:
    folder = Path(os.environ.get("DISCOURSE_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the test data are not at {folder}; name the folder in DISCOURSE_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def seeds(data: Path) -> Path:
    folder = data.parent / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the seed digests are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def checks(data: Path) -> dict:
    return json.loads((data / "worked_examples" / "checks.json").read_text(encoding="utf-8"))


PLAIN = """Minister Ada Kovar and Norland Envoy Per Lind Remarks Before Their Meeting

3 Mar

Ada Kovar, Minister of State

Eastport

Harbour Hall

ENVOY LIND:  (Via interpreter) We welcome this meeting.  Norland wants peace.

And we want trade.

MINISTER KOVAR:  Per, thank you.  (Laughter.)  We condemn the attack by Norland.  If Norland decides to pursue
confrontation, there will be consequences.

Statement on the Harbour Treaty

3 Mar

Office of the Speaker

On Tuesday, March 3, 2020, the Minister will open the Harbour Treaty Conference.

For more information, contact

Note on Grain Prices

3 Mar

Grain prices rose for the third month in a row, the Grain Board of the Union of Nations said today in 1999 words.
"""

MARKDOWN = """

# Press Releases: Minister Brandt's Call With Norland's Envoy

Readout  
Office of the Speaker

Eastport, Westland  
June 14, 2017

---

The following is attributable to Speaker Ida Roth:

Minister Otto Brandt and Envoy Lind spoke by phone. They discussed Norland's role in the Strait.

*This page is kept by the Web Office. Links to other pages are no endorsement.*

---

# [Press Releases: Remarks on Norland's](#)

# Conduct in the Strait

Remarks

Otto Brandt

Minister of State

Eastport, Westland

June 15, 2017

---

**MINISTER BRANDT:** Norland must stop its raids. It has betrayed its word to the Council of the Strait<sup>[1]</sup> and to every one of the nations that signed the Charter of the

Council.

## **The Council**

- It meets in Eastport.

Thank you.

---

[1] Council paper 12

*This page is kept by the Web Office. Links to other pages are no endorsement.*
"""


@pytest.fixture
def plain_digest(tmp_path: Path) -> Path:
    path = tmp_path / "plain.txt"
    path.write_text(PLAIN, encoding="utf-8")
    return path


@pytest.fixture
def markdown_digest(tmp_path: Path) -> Path:
    path = tmp_path / "marked.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    return path


def invented_rows(n: int, seed: int = 5) -> list[dict]:
    """Speeches of six invented ministers on Norland, longer and friendlier in the later period."""
    rng = np.random.default_rng(seed)
    friendly = [
        "We welcome Norland as a partner.",
        "Norland and Westland agreed on trade.",
        "We thank Norland for its help.",
    ]
    hostile = ["We condemn the attack by Norland.", "Norland must stop its raids.", "Norland violated the treaty."]
    words = (
        "harbour grain treaty council school road bridge winter summer river market price budget reform village teacher "
        "doctor railway forest island worker farmer student engineer museum station library garden letter signal"
    ).split()
    rows = []
    for k in range(n):
        late = k >= n // 2
        sentences = []
        for _ in range(int(rng.integers(30, 50))):
            chosen = rng.choice(words[15:] if late and rng.random() < 0.5 else words, size=int(rng.integers(5, 12)))
            sentences.append("The " + " ".join(chosen) + " matters.")
        for _ in range(int(rng.integers(2, 6))):
            sentences.insert(int(rng.integers(0, len(sentences))), str(rng.choice(friendly if late else hostile)))
        rows.append(
            {
                "id": f"s{k:03d}",
                "date": f"{1990 + k}-03-01",
                "title": f"Speech {k}",
                "minister": f"Minister {'ABCDEFGHIJKL'[(k * 12) // n]}",
                "text": " ".join(sentences),
            }
        )
    return rows


CONFIG = """name: norland
title: Norland in the speeches of ministers
question: Do ministers speak about Norland in other terms after the treaty?
corpus:
  reader: table
  files: [speeches.jsonl]
  options: {id: id, title: title, speaker: minister, keep: [minister]}
groups:
  Before the treaty: {before: 2010-01-01}
  After the treaty: {from: 2010-01-01}
compare: {study: After the treaty, reference: Before the treaty, cluster: minister}
targets:
  Norland: {terms: [norland]}
frequency: {min_clusters: 2}
topics: {k: 2, iterations: 50, passage_size: 60, seeds: 1}
sensitivity:
  - {name: Without the last speech, drop: [s039]}
inference: {resamples: 300}
breakdown: {by: minister}
"""


def write_experiment(folder: Path) -> Path:
    """Invented speeches and an experiment on them."""
    lines = [json.dumps(row) for row in invented_rows(40)]
    (folder / "speeches.jsonl").write_text("\n".join(lines), encoding="utf-8")
    path = folder / "norland.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture
def experiment_file(tmp_path: Path) -> Path:
    return write_experiment(tmp_path)


@pytest.fixture(scope="session")
def norland(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The invented experiment, computed once, by two workers; what is computed first is stored for all tests."""
    from discourse.experiment import compute, load, resolve

    return compute(resolve(load(write_experiment(tmp_path_factory.mktemp("norland")))), workers=2)


@pytest.fixture(scope="session")
def norland_report(norland: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its report folder, with a multiverse of two windows."""
    from discourse.experiment import load, resolve, run_to_folder

    file = write_experiment(tmp_path_factory.mktemp("norland-report"))
    file.write_text(file.read_text(encoding="utf-8") + "multiverse: {window: [6]}\n", encoding="utf-8")
    return run_to_folder(resolve(load(file)), file.parent / "report")


@pytest.fixture(scope="session")
def experiment_source() -> Callable[[Path], Path]:
    return write_experiment
