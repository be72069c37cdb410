"""How a multiverse finds the term that it follows, in whatever form terms are counted."""

import numpy as np
import pytest
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.outcome import Outcome
from discourse.analyses.parts import by_column
from discourse.analyses.terms import FrequencySettings, about
from discourse.analyses.terms.measure import FrequencyFound
from discourse.compare.quantities import Quantities
from discourse.errors import TooLittleText
from discourse.types import Comparison


def counted(items, totals):
    """What an analysis of terms finds: two documents, the second with all the tokens of each term."""
    y = np.array([[0] * len(items), totals], float)
    return Found((Outcome("words-1", Quantities("terms", y, np.full((2, 1), 1000.0), items)),))


@pytest.fixture
def pick(norland):
    """The followed term of the later group, which is the clearest of its words."""
    found = norland.found("words", "Norland")
    assert isinstance(found, FrequencyFound) and isinstance(found.keyness[1], Comparison)
    first = about.follow(found)[0]
    table = found.keyness[1].table
    return first.pick, table.loc[table["low"].idxmax(), "item"]


def test_as_written_the_commonest_form_counts(pick):
    follow, term = pick
    items = [term, term.upper(), term.capitalize(), "another"]
    chosen = follow(counted(items, [3, 2, 7, 90]), FrequencySettings(tokens="as written"))
    assert chosen.items == [term.capitalize()] and chosen.y.ravel().tolist() == [0, 7]


def test_folded_it_is_the_term_itself(pick):
    follow, term = pick
    chosen = follow(counted(["another", term], [90, 3]), FrequencySettings())
    assert list(chosen.items) == [term]


def test_a_term_that_is_gone_is_too_little_text(pick):
    follow, _ = pick
    with pytest.raises(TooLittleText, match="too rare in this form"):
        follow(counted(["another"], [90]), FrequencySettings())


@pytest.mark.parametrize("seed", range(6))
def test_parts_by_column_are_parts_one_below_another(seed):
    rng = np.random.default_rng(seed)
    parts = [sparse.csr_array(rng.poisson(0.3, (rng.integers(0, 9), 12)) * rng.choice([1, 300])) for _ in range(5)]
    places = [rng.permutation(np.concatenate([np.arange(10), [-1, -1]])) for _ in parts]
    found = by_column(parts, places, 10)
    columns = [p.toarray()[:, np.argsort(place)[2:]] for p, place in zip(parts, places)]
    assert found.toarray().tolist() == np.concatenate(columns).tolist()
    assert found.has_sorted_indices
    assert found.data.dtype in (np.uint8, np.uint16)
