"""The reader of CoNLL-U, on invented sentences; expected texts written by hand."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.corpus import read_conllu
from discourse.corpus.conllu import _sentences
from discourse.corpus.turns import Speaker
from discourse.errors import SourceError


def words(*tokens):
    """Lines of tokens; a hyphen behind one means that no space follows."""
    return "\n".join(
        f"{k}\t{t.rstrip('-')}" + "\t_" * 7 + ("\tSpaceAfter=No" if t.endswith("-") else "\t_")
        for k, t in enumerate(tokens, 1)
    )


DEBATE = f"""# newdoc id = d1
# date = 2020-03-04
# title = On the harbour
# speaker = Ana Žagar
# house: upper = yes
# chamber = upper
# sent_id = d1-s1
# text = Is the   harbour open?
{words("Is", "the", "harbour", "open-", "?")}

# sent_id = d1-s2
# speaker = Ana Žagar
{words("Say", "so-", "!")}

# newpar
# speaker = Per Lind
# a comment without a value
{words("It", "is-", ".")}

# text = Ні.
{words("Ні-", ".")}

# newdoc
# date = 2020-03-05
# speaker = Per Lind
{words("First-", ".")}

# newpar id = p2
{words("Second-", ".")}

"""


def rows(frame, *columns):
    found = frame[list(columns)].astype(object)
    return found.where(found.notna(), None).values.tolist()


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_documents_speakers_and_paragraphs(tmp_path):
    corpus = read_conllu(files=[written(tmp_path, "debate.conllu", DEBATE)], language=None)
    days = corpus.documents.assign(date=corpus.documents["date"].dt.strftime("%Y-%m-%d"))
    assert rows(days, "doc_id", "date", "title", "chamber") == [
        ["d1", "2020-03-04", "On the harbour", "upper"],
        ["debate-2", "2020-03-05", "debate-2", None],
    ]
    assert rows(corpus.turns, "doc_id", "speaker", "side", "text") == [
        ["d1", "Ana Žagar", "home", "Is the harbour open? Say so!"],
        ["d1", "Per Lind", "home", "It is."],
        ["d1", "unknown", "other", "Ні."],
        ["debate-2", "Per Lind", "home", "First.\n\nSecond."],
    ]
    assert corpus.provenance.inferences == (
        "the speaker of 1 documents from their first sentence",
        '1 sentences without a speaker between others, as speaker "unknown"',
    )
    assert "text" not in corpus.documents.columns


def test_several_words_of_a_token_and_words_that_are_not_in_the_text():
    lines = ["1-2\tvámonos", "1\tvamos", "2\tnos", "2.1\tdeber", "3\tal", "4-5\tmar", "4\tx", "5\ty", "6\t!"]
    text = "\n".join(line + "\t_" * 7 + ("\tSpaceAfter=No" if line == "4-5\tmar" else "\t_") for line in lines)
    assert [s.words for s in _sentences(text, [])] == ["vámonos al mar!"]


def test_a_document_without_speakers_is_read_for_labels(tmp_path):
    text = f"# newdoc id = a\n# date = 2020-03-04\n# author = Office of the Speaker\n# text = MINISTER KOVAR: We agree.\n{words('x')}\n\n# newpar\n# text = QUESTION: Why?\n{words('x')}\n"
    corpus = read_conllu(files=[written(tmp_path, "a.conllu.gz", gzip.compress(text.encode()))], language=None)
    assert corpus.turns["label"].tolist() == ["MINISTER KOVAR", "QUESTION"]
    assert corpus.documents["author"].tolist() == ["Office of the Speaker"]


def test_other_names_of_comments_and_people_that_the_user_names(tmp_path):
    text = (
        f"# created = 2020-03-04\n# who = P1\n# headline = H\n{words('Yes-', '.')}\n\n# who = P2\n{words('No-', '.')}"
    )
    people = [Speaker("Ann Roe", ("P1",), role="principal")]
    options = {"speaker": "who", "date": "created", "title": "headline"}
    corpus = read_conllu(files=[written(tmp_path, "a.conllu", text)], language=None, speakers=people, **options)
    assert rows(corpus.turns, "speaker", "role", "rule") == [
        ["Ann Roe", "principal", "config"],
        ["P2", "participant", "source"],
    ]
    assert corpus.documents[["doc_id", "title"]].values.tolist() == [["a", "H"]]


@given(st.lists(st.tuples(st.text("aбñ.", min_size=1, max_size=4), st.booleans()), min_size=1, max_size=8))
def test_words_and_spaces_against_a_naive_reading(tokens):
    naive = "".join(t + ("" if close else " ") for t, close in tokens).strip()
    assert [s.words for s in _sentences(words(*(t + "-" * close for t, close in tokens)), [])] == [naive]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Just a text.\nAnd more.\n\nOf it.", r"a.conllu:1: not CoNLL-U \(1 of 10 fields between tabs\)"),
        ("one\ttwo" + "\t_" * 8, r'not CoNLL-U \("one" is no number\)'),
        ("# newdoc id = a\n# date = 2020-01-01\n", r"not CoNLL-U \(no sentence\)"),
        (words("Yes"), "no date"),
        (b"1\t\xff" + b"\t_" * 8, "a.conllu:1: byte 0xff is not UTF-8"),
        (" ", "the file is empty"),
    ],
)
def test_bad_files_are_one_message_each(tmp_path, content, message):
    with pytest.raises(SourceError, match=message) as caught:
        read_conllu(files=[written(tmp_path, "a.conllu", content)], language=None)
    assert len(caught.value.messages) == 2  # and that nothing is left


def test_wrong_lines_leave_out_their_sentences(tmp_path):
    text = DEBATE.replace("2\tthe\t_", "2\tthe").replace("1\tFirst\t_", "x\tFirst\t_").replace("5\t?\t_", "5\t?")
    path = written(tmp_path, "debate.conllu", text)
    corpus = read_conllu(files=[path], language=None)
    assert rows(corpus.turns, "speaker", "text") == [
        ["Ana Žagar", "Say so!"],
        ["Per Lind", "It is."],
        ["unknown", "Ні."],
        ["Per Lind", "Second."],
    ]
    assert [e.source for e in corpus.provenance.exclusions] == ["debate.conllu:10", "debate.conllu:35"]
    with pytest.raises(SourceError) as caught:
        read_conllu(files=[path], language=None, strict=True)
    assert len(caught.value.messages) == 2
