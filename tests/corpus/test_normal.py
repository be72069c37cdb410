"""Text as a corpus holds it, against Unicode's own data and against what removing characters by hand gives."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.corpus import normal
from discourse.corpus.documents import Document
from discourse.corpus.frame import from_dataframe
from discourse.corpus.known import Said
from discourse.corpus.normal import normalised, normalised_spans
from discourse.corpus.persons import Person
from discourse.encode.encoder import encode_corpus

EVERY = [chr(k) for k in range(sys.maxunicode + 1)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("cafe\u0301 \u212b", "café Å"),
        ("\ufeffco\u00adope\u2060ration\u200e", "cooperation"),
        ("don\x92t \x93so\x94 \x96 20\x80", "don’t “so” – 20€"),
        ("a\r\nb\rc\x0bd\x0ce\u2028f\u2029g", "a\nb\nc\nd\ne\nf\n\ng"),
        ("wo\x00rd\x07 a\x1fb", "word a b"),
        ("women\u200b, \u200bin two\u200bwords", "women, in two words"),
        ("@\u200cNATO", "@NATO"),
        ("می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"),
        ("👩\u200d🚀 ❤\ufe0f\u200d🔥 x\u200dy", "👩\u200d🚀 ❤\ufe0f\u200d🔥 xy"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f a\U000e0041", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f a"),
        ("\ud83d\ude00 \ud83d \uffff", "😀 \ufffd \ufffd"),
        ("\u202eevil\u2066", "evil"),
    ],
)  # fmt: skip
def test_what_nobody_sees_goes_and_what_carries_meaning_stays(given, expected):
    assert normalised(given) == expected


def test_every_character_that_is_seen_stays():
    for c in EVERY:
        shown = c.isprintable() or unicodedata.category(c) in ("Zs", "Co", "Cn")
        lost = c in "\ufffe\uffff" or 0xFDD0 <= ord(c) < 0xFDF0 or ord(c) & 0xFFFE == 0xFFFE
        if shown and not lost:
            assert normalised(f"a {c} b") == unicodedata.normalize("NFC", f"a {c} b")
    text = normalised("".join(EVERY))
    assert not {c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"}


def test_plain_characters_are_in_normal_form_wherever_they_stand():
    """Unicode's quick check: a starter that is its own normal form and composes with nothing before it."""
    seconds = {d.split()[1] for c in EVERY if (d := unicodedata.decomposition(c)) and d[0] != "<" and " " in d}
    for c in EVERY:
        if normal._PLAIN.fullmatch(c):
            assert unicodedata.normalize("NFC", c) == c and not unicodedata.combining(c)
            assert f"{ord(c):04X}" not in seconds
            assert not normal._FOUND.search(c)


PIECES = st.sampled_from(["a", " ", "\n", "é", "\u0301", "\u0316", "\u200b", "\u200c", "\u200d", "\u00ad", "م", "क", "\u094d", "👩", "\ufe0f", "\U0001f3f4", "\U000e0067", "\U000e007f",
                          "\r", "\ud83d", "\ude00", "\x92", "\ufeff", "\u0344", "ΐ", "\u1100", "\u1161"])  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=50))
def test_to_normalise_twice_changes_nothing(text):
    once = normalised(text)
    assert normalised(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u202e\u2028\ufeff\ud800-\udfff]", once)


def test_a_heap_of_marks_is_cut_at_once():
    text = normalised("a" + "\u0316\u0301" * 500_000 + " b")
    assert len(text) <= 33 and text.endswith(" b")


def test_spans_stay_with_their_words():
    text = "\ufeffWe\u00ad met [ap\u200bplause] and cafe\u0301 (noise)."
    spans = [(text.index("["), text.index("]") + 1, "stage"), (text.index("("), text.index(")") + 1, "stage")]
    found = [normalised(text)[a:b] for a, b, _ in normalised_spans(text, spans)]
    assert found == ["[ap plause]", "(noise)"]
    said = Said(Person("An\u00adn Roe", "", "home"), text, excluded=tuple(spans))
    assert [said.text[a:b] for a, b, _ in said.excluded] == found and said.person.name == "Ann Roe"


def test_documents_and_tables_hold_no_other_text():
    pd = pytest.importorskip("pandas")
    assert Document("e\u0301", None, "T\u200b", "wo\u00adrd", metadata={"k\ufeff": ["v\x00"]}) == Document(
        "é", None, "T", "word", metadata={"k": ["v"]}
    )
    frame = pd.DataFrame(
        {"text": ["The co\u00adoperation goes on in the harbour of the town."], "party": ["Re\ufeffds"], "n": [3]}
    )
    corpus = from_dataframe(frame)
    assert corpus.documents["party"].tolist() == ["Reds"] and corpus.documents["n"].tolist() == [3]
    assert "cooperation" in set(encode_corpus(corpus).folded_forms)
