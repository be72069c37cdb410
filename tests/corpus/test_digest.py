import datetime as dt

import pytest

from discourse.corpus import read_digest
from discourse.corpus.turns import Speaker
from discourse.errors import SourceError

ISSUERS = {"Ministry": ["Minister of State", "Office of the Speaker"]}
SPEAKERS = [
    Speaker("Kovar"),
    Speaker("Brandt"),
    Speaker("Speakers", ("Roth", "Office of the Speaker"), "spokesperson"),
    Speaker("Lind", (), "counterpart", "foreign"),
]


def test_plain_digest(plain_digest):
    corpus = read_digest(files=[plain_digest], issuers=ISSUERS, speakers=SPEAKERS)
    assert corpus.documents["title"].tolist() == [
        "Minister Ada Kovar and Norland Envoy Per Lind Remarks Before Their Meeting",
        "Statement on the Harbour Treaty",
    ]
    assert {d.date() for d in corpus.documents["date"]} == {dt.date(2020, 3, 3)}
    turns = corpus.turns
    assert turns["speaker"].tolist() == ["Lind", "Kovar", "Speakers"]
    assert turns["side"].tolist() == ["foreign", "home", "home"]
    assert turns["interpreted"].tolist() == [True, False, False]
    assert "And we want trade." in turns["text"][0]
    cut = [turns["text"][k][a:b] for k in range(3) for a, b, _ in turns["excluded"][k]]
    assert cut == ["(Via interpreter)", "(Laughter.)", "For more information, contact"]
    assert [(e.reason, e.document) for e in corpus.provenance.exclusions] == [
        ("no recognised issuer", "Note on Grain Prices")
    ]
    assert "year 2020 for 3 items, from 1 full date" in corpus.provenance.inferences[0]


def test_markdown_digest(markdown_digest):
    corpus = read_digest(files=[markdown_digest], issuers=ISSUERS, speakers=SPEAKERS)
    assert corpus.documents["title"].tolist() == [
        "Minister Brandt's Call With Norland's Envoy",
        "Remarks on Norland's Conduct in the Strait",
    ]
    assert corpus.documents["kind"].tolist() == ["Readout", "Remarks"]
    assert [str(d.date()) for d in corpus.documents["date"]] == ["2017-06-14", "2017-06-15"]
    assert corpus.turns["speaker"].tolist() == ["Speakers", "Brandt"]
    reasons = [r for spans in corpus.turns["excluded"] for _, _, r in spans]
    assert reasons == ["attribution line", "repeated disclaimer", "footnote", "repeated disclaimer"]
    remarks = corpus.turns["text"][1]
    assert remarks.startswith("Norland must stop its raids.")
    assert "Charter of the Council." in remarks, "a paragraph that a page break cut in two is one again"
    assert "sup>" not in remarks
    assert "**" not in remarks


def test_seeds(seeds):
    speakers = [
        Speaker("Tillerson"),
        Speaker("Blinken"),
        Speaker("Lavrov", (), "counterpart", "foreign"),
        Speaker("Spokespersons", ("Nauert", "Office of the Spokesperson"), "spokesperson"),
    ]
    issuers = {"State": ["Office of the Spokesperson", "Secretary of State", "Department Spokesperson"]}
    corpus = read_digest(files=[seeds], issuers=issuers, speakers=speakers)
    assert len(corpus.documents) == 10
    assert [e.reason for e in corpus.provenance.exclusions] == ["no recognised issuer"] * 2
    assert corpus.documents["date"].dt.year.value_counts().to_dict() == {2018: 5, 2021: 5}
    assert set(corpus.turns["speaker"]) == {"Tillerson", "Blinken", "Lavrov", "Spokespersons"}
    lavrov = corpus.turns[corpus.turns["speaker"] == "Lavrov"]
    assert lavrov["side"].tolist() == ["foreign"]
    assert lavrov["interpreted"].tolist() == [True]


ITEM = "A Title\n\n{date}\n\nAda Kovar, Minister of State\n\n{text}\n"


@pytest.mark.parametrize(
    ("date", "text", "message"),
    [
        ("2 Dec", "Nothing is dated here but 2021.", "no full date"),
        ("2 Dec", "On December 2, 2021, and not on December 2, 2020, they met.", "fit several years: 2020 .*2021"),
        ("Mon 2 Dec", "On December 2, 2021, they met.", "no full date"),
        ("2 Dec", "On Monday, December 2, 2021, they met.", "no full date"),
    ],
)
def test_years_that_cannot_be_told(tmp_path, date, text, message):
    (tmp_path / "a.txt").write_text(ITEM.format(date=date, text=text), encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_digest(files=[tmp_path / "a.txt"])


@pytest.mark.parametrize("year", [2019, {"a.txt": 2019}])
def test_a_given_year_wins(tmp_path, year):
    (tmp_path / "a.txt").write_text(ITEM.format(date="2 Dec", text="On December 2, 2021, they met."), encoding="utf-8")
    assert read_digest(files=[tmp_path / "a.txt"], year=year).documents["date"][0].year == 2019


def test_a_weekday_decides(tmp_path):
    text = "On December 2, 2021, they met; on December 2, 2020, they did not."
    (tmp_path / "a.txt").write_text(ITEM.format(date="Thu, 2 Dec", text=text), encoding="utf-8")
    assert read_digest(files=[tmp_path / "a.txt"]).documents["date"][0].year == 2021


def test_bad_files_are_reported_together(tmp_path):
    (tmp_path / "latin.txt").write_bytes("A\n\n2 Dec\n\nCaf\xe9\n".encode("latin-1"))
    (tmp_path / "prose.txt").write_text("Only prose.\n\nNo dates.\n", encoding="utf-8")
    with pytest.raises(SourceError) as error:
        read_digest(files=[tmp_path / "latin.txt", tmp_path / "prose.txt"])
    assert "latin.txt:5: byte 0xe9 is not UTF-8" in str(error.value)
    assert "prose.txt: no documents found" in str(error.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [(None, "no such file"), ("", "the file is empty"), ("folder", "no file ending in .txt")],
)
def test_missing_and_empty_sources(tmp_path, make, message):
    path = tmp_path / "x.txt"
    if make == "":
        path.write_text("")
    elif make == "folder":
        path.mkdir()
    with pytest.raises(SourceError, match=message):
        read_digest(files=[path])


def test_a_bad_document_is_excluded_or_an_error(tmp_path):
    text = ITEM.format(date="2 Dec 2021", text="Good.") + "\n" + ITEM.format(date="31 Feb 2021", text="Bad.")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    corpus = read_digest(files=[tmp_path / "a.txt"])
    assert len(corpus.documents) == 1
    assert "is not a day" in corpus.provenance.exclusions[0].reason
    with pytest.raises(SourceError, match="31/2 is not a day"):
        read_digest(files=[tmp_path / "a.txt"], strict=True)


@pytest.mark.parametrize(
    "date", ["January 24, 2018", "JANUARY 24, 2018", "January 24th, 2018", "**January 24, 2018**", "24 January 2018"]
)
def test_dates_and_places_as_they_are_written(tmp_path, date):
    one = f"# Title One\n\nRemarks\n\nAda Kovar, Jr.\n\nWashington, D.C.\n{date}\n\n---\n\nMINISTER KOVAR: Words.\n\n"
    (tmp_path / "a.md").write_text(one + one.replace("One", "Two"), encoding="utf-8")
    corpus = read_digest(files=[tmp_path / "a.md"])
    assert corpus.documents["title"].tolist() == ["Title One", "Title Two"]
    assert corpus.documents["place"].tolist() == ["Washington, D.C."] * 2


def test_a_label_after_an_interrupted_paragraph_begins_a_turn(tmp_path):
    long = (
        "SECRETARY ROE: "
        + "We have said this many times and we will say it again as often as it is needed " * 3
        + "and –"
    )
    text = f"# T\n\nOffice\n\nJune 1, 2020\n\n---\n\n{long}\n\nFOREIGN MINISTER LIND (Via interpreter): No.\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    corpus = read_digest(files=[tmp_path / "a.md"])
    assert corpus.turns["speaker"].tolist() == ["Secretary Roe", "Foreign Minister Lind"]
    assert corpus.turns["interpreted"].tolist() == [False, True]


def test_files_of_the_same_name(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(ITEM.format(date="2 Dec 2021", text="Words."), encoding="utf-8")
    corpus = read_digest(files=[tmp_path / "a" / "x.txt", tmp_path / "b" / "x.txt"])
    assert corpus.documents["doc_id"].tolist() == ["2021-12-02-a-title", "2021-12-02-a-title-2"]
