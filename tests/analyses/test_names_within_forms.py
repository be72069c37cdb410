"""Forms that contain the last name of a speaker, against a search for each name in each form."""

from hypothesis import given
from hypothesis import strategies as st

from discourse.analyses.data import LONG, _containing

WORDS = st.text("ab'@é", max_size=12)


@given(forms=st.lists(WORDS, max_size=30), names=st.sets(st.text("abé", min_size=LONG, max_size=9), max_size=8))
def test_forms_by_a_search_for_each_name(forms, names):
    # Random words seldom contain a name.
    forms = [*forms, *(f"@{name}s" for name in names), *(name[:-1] for name in names)]
    assert _containing(forms, names) == {f for f in forms if any(name in f for name in names)}
