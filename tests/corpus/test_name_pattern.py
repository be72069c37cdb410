"""Patterns of file names, against the regular expressions that they stand for."""

import re

from hypothesis import given
from hypothesis import strategies as st

from discourse.corpus.name_pattern import NamePattern

DATE = r"\d{4}-\d{2}-\d{2}|\d{8}|\d{4}(?:-\d{2})?"


def by_expression(fields, between, name):
    """What a regular expression finds: the last field takes all that it can, the others as little."""
    expression = re.escape(between[0])
    for k, (field, text) in enumerate(zip(fields, between[1:])):
        free = ".+" if k == len(fields) - 1 else ".+?"
        expression += f"(?P<{field}>{DATE if field == 'date' else free}){re.escape(text)}"
    found = re.match(expression + r"\Z", name)
    return found and found.groupdict()


@given(st.permutations(["date", "a", "b", "c"]), st.integers(1, 4), st.data())
def test_a_name_is_cut_as_by_a_regular_expression(order, n, data):
    fields = order[:n]
    between = [data.draw(st.sampled_from(["", "-", "_", "-x"])) for _ in range(n + 1)]
    values = [
        data.draw(st.sampled_from(["2020-01-02", "2020", "20200102", "2020-01", "x", "a-b", "x-x", "--"]))
        for _ in fields
    ]
    name = between[0] + "".join(v + t for v, t in zip(values, between[1:]))
    name = data.draw(st.sampled_from([name, name + "-x", name[1:], "2020-" + name]))
    pattern = NamePattern(tuple(p for pair in zip(between, [*fields, ""]) for p in pair)[: 2 * n + 1])
    assert pattern.match(name) == by_expression(fields, between, name)


def test_a_pattern_of_many_fields_is_matched_at_once():
    pattern = NamePattern.of("-".join(f"{{f{k}}}" for k in range(30)) + "!")
    assert pattern.match("a-" * 127) is None
    assert pattern.match("-".join("a" * 30) + "!") == {f"f{k}": "a" for k in range(30)}
