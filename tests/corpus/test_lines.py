"""Short cuts to the lines that may be labels, against a search of whole texts by the patterns themselves."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.corpus import lookalikes, stopped
from discourse.corpus.grammar import grammars
from discourse.corpus.lines import Lines
from discourse.corpus.spans import quotations
from discourse.corpus.templates import expression, places

EXAMPLES = sorted({e for g in grammars().values() for p in g.labels for e in p.examples})
TEMPLATES = sorted(
    {
        *(t for g in grammars().values() for t in (*(p.pattern for p in g.labels), *g.no_labels)),
        *lookalikes._LIKE,
        "{initials}. <{any}>",
        "{name}:",
        "The {name}:",
    }
)
MARKS = (" ", "\n", ":", ".", "_", "*", "(", "\u00a0", "é", "İ", "'", "-", "9", "Q", "The", "Mr", "ROE", "ned")
scraps = st.lists(st.sampled_from(MARKS), max_size=30).map("".join)
begun = st.sampled_from(("", "  ", "* ", "_*", "> ", "89.\t", "\u00a0", "(", "The ", "'"))
behind = st.sampled_from((" We met.", " said that we met: twice.", "", "s.", " asked the Minister", " – yes", "X", "_"))
lines = st.tuples(begun, st.sampled_from(EXAMPLES), behind).map("".join)
texts = st.lists(st.one_of(lines, lines, scraps), max_size=8).map("\n".join)


@given(scraps, st.sampled_from((":", ".", "ROE")), st.sampled_from((None, 0, 3)))
def test_lines_by_what_stands_in_them(text, mark, within):
    found, start, expected = Lines(text), 0, []
    for line in text.split("\n"):
        first = re.match(r"[\W_]*(?:(?:The|THE)[ \u00a0]+)?([^\W_]*)", line)
        at = line.find(mark)
        expected.append((start, first[1] if first else "", at >= 0 and (within is None or at <= within)))
        start += len(line) + 1
    assert found.starts == [s for s, _, _ in expected]
    assert found.first_words == [w for _, w, _ in expected]
    assert found.having(mark, within) == [s for s, _, there in expected if there]
    chosen = frozenset(("ROE", "The", "9", "Qned"))
    assert list(found.beginning(chosen)) == [s for s, w, _ in expected if w in chosen]
    assert found.in_capitals == {w for _, w, _ in expected if w.isupper()}


@settings(deadline=None, max_examples=60)
@given(texts)
def test_templates_fit_the_lines_that_a_search_of_the_whole_text_finds(text):
    for template in TEMPLATES:
        assert [m.span() for m in places(template, text)] == [m.span() for m in expression(template).finditer(text)]


def test_each_label_of_a_grammar_is_found_where_it_stands():
    for grammar in grammars().values():
        for pattern in grammar.labels:
            for example in pattern.examples:
                text = f"We met.\n{example} We thank you.\n\n{example} said that, and asked the Minister."
                assert [m.start() for m in places(pattern.pattern, text)] == [
                    m.start() for m in expression(pattern.pattern).finditer(text)
                ]


@given(
    st.lists(
        st.sampled_from(
            sorted({*stopped._STOPPED_FIRST, "The ", "THE ", " ", "Roe", ".", "\n", "OF", "Press Secretary "})
        ),
        max_size=30,
    )
)
def test_labels_before_a_full_stop_begin_with_a_word_that_is_listed(parts):
    text = "".join(parts)
    beginning = set(Lines(text).beginning(stopped._STOPPED_FIRST))
    assert {m.start() for m in stopped._STOPPED.finditer(text)} <= beginning
    assert {m.start() for m in stopped._STOPPED_CAPITALS.finditer(text)} <= set(
        Lines(text).beginning(Lines(text).in_capitals)
    )


def paragraphs_of(text):
    start = 0
    for match in re.finditer(r"\n[ \t]*\n\s*|$", text):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()


def quoted_in(paragraph):
    """Closed quotations in one paragraph, by one pattern for their marks."""
    position = 0
    while opening := re.compile(r"“|(?<![\w”\"])\"(?=\w|\[)").search(paragraph, position):
        close = paragraph.find("”" if opening[0] == "“" else '"', opening.end())
        if close < 0:
            return
        yield opening.start(), close + 1
        position = close + 1


@given(
    st.lists(st.sampled_from(('"', "“", "”", " ", "[", ".", "a", "Wé", "_", "9", "\n", "\n\n", " \n \n")), max_size=30)
)
def test_quotations_in_marks(parts):
    text = "".join(parts)
    found = [(a, b) for a, b, _ in quotations(text, 1)]
    spans = list(paragraphs_of(text))
    expected = [
        (a + start, a + end)
        for a, b in spans
        for start, end in quoted_in(text[a:b])
        if re.search(r"\w", text[a + start : a + end])
    ]
    # A curved mark that is not closed goes on in the next paragraph.
    if "“" not in text or len(spans) == 1:
        assert found == expected
