"""The reader and the writer of ConvoKit's format, on invented talk; JSON and expected values written by hand."""

import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.corpus import read_convokit, read_table
from discourse.corpus.convokit import _in_order
from discourse.corpus.convokit_write import is_written, write_convokit
from discourse.corpus.turns import Speaker
from discourse.errors import SourceError

UTTERANCES = [
    {"id": "u3", "conversation_id": "u1", "speaker": "lind", "text": "No, the harbour is closed.", "reply-to": "u2", "timestamp": 1583280120, "meta": {"party": "HP", "votes": 3.0}},
    {"id": "u1", "conversation_id": "u1", "speaker": "roe", "text": "Is the harbour of Norland open?", "reply-to": None, "timestamp": 1583280000, "meta": {"tags": ["a", "b"], "text": "x"}},
    {"id": "u2", "conversation_id": "u1", "speaker": "žagar", "text": "  It is.\r\n", "reply-to": "u1", "timestamp": "1583280060", "meta": {}},
    {"id": "v1", "conversation_id": "v1", "speaker": "roe", "text": "Добрий день!", "reply-to": None, "timestamp": None, "meta": {"vector": "<##bin{0}&&@**>"}},
    {"id": "v2", "conversation_id": "v1", "speaker": "roe", "text": " ", "reply-to": "v1", "timestamp": None, "meta": {}},
]  # fmt: skip
SPEAKERS = {
    "roe": {"meta": {"name": "Ann Roe", "party": "NP", "role": "chair"}, "vectors": []},
    "lind": {"meta": {"party": "NP"}, "vectors": []},
}
CONVERSATIONS = {
    "u1": {"meta": {"title": "On the harbour", "topic": "ships", "kind": "debate"}, "vectors": []},
    "v1": {"meta": {"date": "2020-03-09"}, "vectors": []},
}


def written(folder, utterances=UTTERANCES, speakers=SPEAKERS, conversations=CONVERSATIONS):
    folder.mkdir(parents=True, exist_ok=True)
    lines = utterances if isinstance(utterances, str) else "\n".join(json.dumps(u) for u in utterances)
    (folder / "utterances.jsonl").write_text(lines, encoding="utf-8")
    for name, value in (("speakers", speakers), ("conversations", conversations)):
        (folder / f"{name}.json").write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return folder


def rows(frame, *columns):
    found = frame[list(columns)].astype(object)
    return found.where(found.notna(), None).values.tolist()


def test_conversations_are_documents_and_utterances_turns(tmp_path):
    corpus = read_convokit(files=[written(tmp_path)], language=None)
    assert rows(
        corpus.documents.assign(date=corpus.documents["date"].dt.strftime("%Y-%m-%d")),
        "doc_id",
        "date",
        "title",
        "kind",
        "topic",
    ) == [
        ["u1", "2020-03-04", "On the harbour", "debate", "ships"],
        ["v1", "2020-03-09", "v1", "", None],
    ]
    assert rows(corpus.turns, "doc_id", "speaker", "role", "side", "text", "party", "speaker_role", "utterance_party", "votes", "tags") == [
        ["u1", "Ann Roe", "participant", "home", "Is the harbour of Norland open?", "NP", "chair", None, None, '["a", "b"]'],
        ["u1", "žagar", "participant", "home", "It is.", None, None, None, None, None],
        ["u1", "lind", "participant", "home", "No, the harbour is closed.", "NP", None, "HP", "3", None],
        ["v1", "Ann Roe", "participant", "home", "Добрий день!", "NP", "chair", None, None, None],
    ]  # fmt: skip
    assert "vector" not in corpus.turns.columns
    assert corpus.provenance.inferences == (
        "1 utterances of utterances.jsonl without text left out",
        "1 speakers of utterances.jsonl are not in speakers.json",
    )


def test_a_zip_file_and_older_files_give_the_same(tmp_path):
    plain = read_convokit(files=[written(tmp_path / "a")], language=None)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in (tmp_path / "a").iterdir():
            archive.write(path, f"a/{path.name}")
        archive.writestr("__MACOSX/a/._utterances.jsonl", b"\0")
    zipped = read_convokit(files=[tmp_path / "a.zip"], language=None)
    assert zipped.turns.equals(plain.turns)
    old = tmp_path / "old"
    old.mkdir()
    names = {"speaker": "user", "conversation_id": "root", "reply-to": "reply_to"}
    older = [{names.get(k, k): v for k, v in u.items()} for u in UTTERANCES]
    (old / "utterances.json").write_text(json.dumps(older))
    (old / "users.json").write_text(json.dumps({k: v["meta"] for k, v in SPEAKERS.items()}))
    (old / "conversations.json").write_text(json.dumps({k: v["meta"] for k, v in CONVERSATIONS.items()}))
    assert read_convokit(files=[old], language=None).turns.equals(plain.turns)
    # A folder of corpora is both of them, and their conversations have the same names.
    with pytest.raises(SourceError, match='the id "u1" occurs already'):
        read_convokit(files=[tmp_path], language=None)


def test_people_that_the_user_names(tmp_path):
    people = [Speaker("The Minister", ("lind",), role="principal", side="foreign")]
    turns = read_convokit(files=[written(tmp_path)], language=None, speakers=people).turns
    assert turns.loc[2, ["speaker", "role", "side"]].tolist() == ["The Minister", "principal", "foreign"]


@given(st.lists(st.integers(-1, 8), min_size=1, max_size=9))
def test_replies_follow_what_they_reply_to(parents):
    """Each after its parent, unless they go round in a circle; every one once."""
    said = [{"id": str(k), "reply-to": str(p) if p >= 0 else None} for k, p in enumerate(parents)]
    order = [row["id"] for row in _in_order(list(enumerate(said)))]
    assert sorted(order) == sorted(row["id"] for row in said)
    for row in said:
        seen, key = set(), row["id"]
        while key is not None and key not in seen and int(key) < len(parents):
            seen.add(key)
            key = said[int(key)]["reply-to"]
        if key not in seen and row["reply-to"] in order:
            assert order.index(row["reply-to"]) < order.index(row["id"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"utterances": "{"}, r"utterances.jsonl:1: .*not JSON"),
        ({"utterances": '{"id": "a", "text": 3}'}, "utterances.jsonl:1: .*whose text is no string"),
        ({"utterances": [UTTERANCES[1], UTTERANCES[1]]}, "occurs already in line 1"),
        ({"speakers": '{"a":\n'}, r"speakers.json:2: speakers.json is not JSON"),
        ({"conversations": "[" * 100_000}, "conversations.json is not JSON that can be read"),
        ({"conversations": '{"u1": 3}'}, "conversations.json is not an object of objects"),
        ({"conversations": {}}, "no date"),
    ],
)
def test_bad_files_are_one_message_each(tmp_path, content, message):
    with pytest.raises(SourceError, match=message):
        read_convokit(files=[written(tmp_path, **content)], strict=True, language=None)


def test_what_is_no_corpus(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK")
    (tmp_path / "y.txt").write_text("words")
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("utterances.jsonl", b"0" * 310_000_000)
    for name, message in (
        ("x.zip", "not a zip file"),
        ("y.txt", "expected the folder of a corpus of ConvoKit"),
        ("z.zip", "unpacks to more than 300 MB"),
        ("none", "there is no such file"),
    ):
        with pytest.raises(SourceError, match=message):
            read_convokit(files=[tmp_path / name])
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"no utterances.jsonl"):
        read_convokit(files=[tmp_path / "empty"])


TABLE = [
    {"id": "a", "date": "2020-03-04", "speaker": "Ann Roe", "text": "The harbour is open. (Laughter.)", "title": "T", "party": "NP"},
    {"id": "a#1", "date": "2020-03-05", "speaker": "Bo Lind", "text": "«Ні», said he.", "title": "U", "party": "HP"},
]  # fmt: skip


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(map(json.dumps, TABLE)), encoding="utf-8")
    return read_table(files=[path], id="id", title="title", speaker="speaker", keep=["party"], language=None)


def test_what_is_written(table, tmp_path):
    write_convokit(table, tmp_path / "out")
    first, second = map(json.loads, (tmp_path / "out" / "utterances.jsonl").read_text(encoding="utf-8").splitlines())
    assert {k: first[k] for k in ("id", "conversation_id", "speaker", "text", "reply-to", "timestamp")} == {
        "id": "a", "conversation_id": "a", "speaker": "Ann Roe", "text": "The harbour is open. (Laughter.)",
        "reply-to": None, "timestamp": 1583280000,
    }  # fmt: skip
    assert first["meta"]["excluded"] == [[21, 32, "stage direction"]]
    assert (second["id"], second["text"]) == ("a#1", "«Ні», said he.")
    about = json.loads((tmp_path / "out" / "conversations.json").read_text(encoding="utf-8"))
    assert {k: about["a"]["meta"][k] for k in ("title", "date", "party")} == {
        "title": "T",
        "date": "2020-03-04",
        "party": "NP",
    }
    index = json.loads((tmp_path / "out" / "index.json").read_text(encoding="utf-8"))
    assert index["conversations-index"]["title"] == ["<class 'str'>"]
    assert index["utterances-index"]["interpreted"] == ["<class 'bool'>"]
    assert is_written(tmp_path / "out")
    (tmp_path / "out" / "mine.txt").touch()
    assert not is_written(tmp_path / "out")


def test_what_is_written_is_read_again(table, tmp_path):
    write_convokit(table, tmp_path / "out")
    again = read_convokit(files=[tmp_path / "out"], language=None)
    for frame, other, columns in (
        (table.documents, again.documents, ["doc_id", "date", "title", "kind", "issuer", "author", "party"]),
        (table.turns, again.turns, ["doc_id", "turn", "label", "speaker", "role", "side", "text", "excluded", "rule", "interpreted"]),
    ):  # fmt: skip
        assert rows(other, *columns) == rows(frame, *columns)


WORDS = st.text("añЖ \n.", min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["u1", "u2", "w3"]), st.sampled_from("abc"), WORDS), min_size=1, max_size=8))
def test_any_talk_survives_the_way_there_and_back(tmp_path_factory, talk):
    folder = tmp_path_factory.mktemp("talk")
    utterances = [
        {"id": f"{c}.{k}", "conversation_id": c, "speaker": s, "text": t, "timestamp": 1583280000 + k}
        for k, (c, s, t) in enumerate(talk)
    ]
    first = read_convokit(files=[written(folder / "a", utterances, {}, {})], language=None)
    write_convokit(first, folder / "b")
    second = read_convokit(files=[folder / "b"], language=None)
    columns = ("doc_id", "turn", "speaker", "role", "side", "label", "text", "rule")
    assert rows(second.turns, *columns) == rows(first.turns, *columns)
    assert [t for c, _, t in talk for t in [t.strip()] if c == "u1"] == first.turns.loc[
        first.turns["doc_id"] == "u1", "text"
    ].tolist()
