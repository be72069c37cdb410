"""The door through which files come in: what is no regular file is refused at once, and one bad file stops no other."""

import hashlib
import os
import socket
from pathlib import Path

import pytest

from discourse import door
from discourse.corpus import read_folder
from discourse.door import every_file, open_file, read_bytes, read_json, sum_of, walk
from discourse.errors import SourceError

SAID = "24 January 2018\n\nThe harbour of Norland is open, and the council of the strait meets there."


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "texts"
    (folder / "more").mkdir(parents=True)
    (folder / "good.txt").write_text(SAID, encoding="utf-8")
    return folder


def test_a_file_is_read_as_it_is(tmp_path):
    (tmp_path / "a").write_bytes(b"ab\r\n\0")
    assert read_bytes(tmp_path / "a") == b"ab\r\n\0"
    assert sum_of(tmp_path / "a") == hashlib.sha256(b"ab\r\n\0").hexdigest()


def test_what_is_no_regular_file_is_refused_and_never_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        Path("loop").symlink_to("loop")
        for name, said in [
            ("pipe", "a pipe, not a regular file"), ("socket", "socket"), ("/dev/zero", "a device"), (".", "a folder"), ("nothing", "no such file"),
            ("loop", "symbolic links"), ("a\0b", "null"),
        ]:  # fmt: skip
            with pytest.raises(SourceError, match=said):
                open_file(Path(name))


def test_the_size_is_asked_before_anything_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"0" * 2_000_001)
    with pytest.raises(SourceError, match="2 MB are more than the 1 MB"):
        read_bytes(tmp_path / "a", 1_000_000)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "a.json:1: not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5_000, "without end"),
        (b"\xff", "byte 0 is not UTF-8"),
    ],
)
def test_json_that_is_none_is_one_message(tmp_path, data, said):
    (tmp_path / "a.json").write_bytes(data)
    with pytest.raises(SourceError, match=said):
        read_json(tmp_path / "a.json")


def test_what_cannot_be_read_is_left_out_and_said(texts):
    os.mkfifo(texts / "pipe.txt")
    (texts / "nowhere.txt").symlink_to("nothing")
    (texts / "linked").symlink_to(texts)
    (texts / os.fsdecode(b"caf\xe9.txt")).write_text(SAID)
    corpus = read_folder(files=[texts])
    assert corpus.documents["doc_id"].tolist() == ["good"]
    assert {e.document: e.reason for e in corpus.provenance.exclusions} == {
        "pipe.txt": "a pipe, not a regular file",
        "nowhere.txt": "there is no such file",
        "linked": "a link to a folder; name the folder itself",
        "caf\\xe9.txt": "a name that is not UTF-8; give it another",
    }


def test_a_folder_that_cannot_be_listed_is_left_out_and_said(texts, monkeypatch):
    listed = os.scandir

    def refuse(path):
        if Path(path).name == "more":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert walk(texts, (".txt",)).files == (texts / "good.txt",)
    (told,) = read_folder(files=[texts]).provenance.exclusions
    assert (told.document, told.reason) == ("more", "a folder that cannot be read (Permission denied)")
    with pytest.raises(SourceError, match="Permission denied"):
        read_folder(files=[texts], strict=True)


def test_one_file_that_cannot_be_opened_stops_no_other(texts, monkeypatch):
    (texts / "bad.txt").write_text(SAID)
    opened = os.open

    def refuse(path, *rest, **more):
        if Path(path).name == "bad.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **more)

    monkeypatch.setattr(door.os, "open", refuse)
    corpus = read_folder(files=[texts])
    assert [(e.document, e.reason) for e in corpus.provenance.exclusions] == [("bad.txt", "Permission denied")]


def test_every_file_follows_no_links_to_folders(texts):
    (texts / "more" / "up").symlink_to(texts)
    assert list(every_file(texts)) == [texts / "good.txt"]


def test_halves_of_characters_in_json_become_question_marks(tmp_path):
    (tmp_path / "a.json").write_text('{"\\ud800": ["\\ud83d\\ude00", {"a": "x\\uDfff"}]}')
    assert read_json(tmp_path / "a.json") == {"?": ["\U0001f600", {"a": "x?"}]}
