"""Whether documents are the right units: design effects, typical speakers, and what the verdict makes of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from discourse.analyses.data import Data
from discourse.analyses.outcome import Certainty, Doubt, Judged, Outcome
from discourse.analyses.review.units import compute
from discourse.analyses.review.verdict import over_speakers
from discourse.analyses.settings import NoSettings
from discourse.compare.quantities import Quantities, pair
from discourse.compare.resample import Design

EACH = 8  # documents of a speaker


@pytest.fixture(scope="module")
def found():
    """Speakers with rates of their own; columns that divide the documents alike, and one that says nothing."""
    rng = np.random.default_rng(3)
    speaker = np.repeat([f"s{k:02}" for k in range(16)], EACH)
    group = np.repeat([0, 1], 8 * EACH)
    x = rng.integers(800, 2000, len(group)).astype(float)
    y = rng.poisson(x * np.repeat(rng.gamma(3, 0.002, 16), EACH)).astype(float)
    documents = pd.DataFrame(
        {
            "doc_id": [f"d{k}" for k in range(len(group))],
            "title": "Speech",
            "date": pd.Timestamp("2000-01-01"),
            "speaker": speaker,
            "minister": [s.upper() for s in speaker],
            "city": rng.permutation(np.repeat([f"c{k}" for k in range(16)], EACH)),
            "n_tokens": x.astype(int),
            "group": np.where(group == 0, "new", "old"),
        }
    )
    design = Design(group, ["new", "old"], resamples=300)
    q = Quantities("mentions", y[:, None], x, ["salience"], 1e4, target="Norland")
    data = Data(documents, pd.DataFrame(), design, [pair(design, 0, 1)], (0, 1))
    return data, Outcome("salience", q, name="mentions").compared(data)


def test_columns_whose_documents_resemble_each_other_are_found(found):
    data, outcome = found
    table = compute(data, NoSettings(), [outcome])
    assert table.effects["column"].tolist() == ["speaker", "city"], "a column that divides alike is asked once"
    assert table.alike["column"].tolist() == ["speaker"]
    row = table.over(("salience", "Norland")).iloc[0]
    ours = outcome.difference()
    assert row["effect"] > 3 and row["correlation"] > 0.3
    assert row["high"] - row["low"] > 1.4 * (ours["high"] - ours["low"])
    assert row["estimate"] == pytest.approx(ours["estimate"])


def test_a_few_speakers_are_pooled_beside(found):
    data, outcome = found
    clustered = replace(
        data, design=replace(data.design, cluster=data.documents["speaker"].to_numpy(object), cluster_name="speaker")
    )
    table = compute(clustered, NoSettings(), [outcome])
    assert table.effects.empty
    assert table.typical["stratum"].tolist() == ["new", "old", "new - old"]
    assert len(table.clusters) == 16
    levels = table.clusters.groupby("group")
    for name, part in levels:
        mean = table.typical.set_index("stratum").loc[name, "estimate"]
        assert ((part["pooled"] - mean).abs() <= (part["level"] - mean).abs() + 1e-9).all(), "drawn toward the mean"
    many = replace(clustered.design, cluster=np.array([f"c{k // 2}" for k in range(len(data.documents))], object))
    assert compute(replace(clustered, design=many), NoSettings(), [outcome]).typical.empty


def test_a_difference_that_speakers_do_not_bear_out_is_none():
    alike = pd.DataFrame({"column": ["speaker"], "effect": [4.0], "low": [-1.0], "high": [3.0]})
    judged = over_speakers(Judged(Certainty.DIFFERS), alike)
    assert judged.certainty == Certainty.MAY_DIFFER
    assert [(r.doubt, r.value, r.name) for r in judged.reasons] == [(Doubt.UNITS, 4.0, "speaker")]
    assert over_speakers(Judged(Certainty.INCONCLUSIVE), alike).certainty == Certainty.INCONCLUSIVE
    assert over_speakers(Judged(Certainty.DIFFERS), alike.assign(low=0.5)) == Judged(Certainty.DIFFERS)
    assert over_speakers(Judged(Certainty.DIFFERS), alike.assign(low=np.nan, high=np.nan)).reasons
    assert over_speakers(Judged(Certainty.DIFFERS), alike[:0]) == Judged(Certainty.DIFFERS)
