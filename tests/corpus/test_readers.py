"""The readers of feeds, pages, folders, workbooks and the Secretaries' corpus, on invented texts."""

import csv
import gzip
import io
import json
import zipfile

import pandas as pd
import pytest

from discourse.corpus import READERS, read_digest, read_folder, read_html, read_rss, read_stored, read_table, read_ussos
from discourse.corpus.stored import save_corpus
from discourse.corpus.turns import Speaker
from discourse.corpus.ussos import COLUMNS
from discourse.corpus.web import fragment_text, main_text
from discourse.errors import SourceError

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Ministry of Westland</title>{}</channel></rss>"""
ITEM = """<item><title>Remarks {n}</title><link>https://westland.example/remarks-{n}/</link><guid isPermaLink="false">https://westland.example/?p=100{n}</guid>
<dc:creator>Ada Kovar, Minister of State</dc:creator><pubDate>{date}</pubDate><category>Remarks</category>
<content:encoded><![CDATA[<p><strong>MINISTER KOVAR:</strong>&nbsp; We welcome the treaty, number {n}.&nbsp; It is good.</p>
<blockquote><p>All of the nations of the Strait shall keep the peace.</p></blockquote><p>QUESTION: Why?</p>]]></content:encoded></item>"""
DATE = "Wed, 03 Aug 2022 19:49:23 +0000"
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>On Grain</title>
<id>tag:westland,2022:1</id><updated>2022-08-03T10:00:00Z</updated><author><name>Office of the Speaker</name></author>
<content type="html">&lt;p&gt;Grain is dear this year.&lt;/p&gt;</content></entry></feed>"""


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def feed(*items):
    return FEED.format("".join(items))


def items(n):
    return [ITEM.format(n=k, date=DATE) for k in range(n)]


def test_rss(tmp_path):
    corpus = read_rss(files=[written(tmp_path, "a.xml", feed(*items(2)))])
    assert corpus.documents["doc_id"].tolist() == ["1000", "1001"]
    assert corpus.documents["kind"].tolist() == ["Remarks"] * 2
    assert {str(d.date()) for d in corpus.documents["date"]} == {"2022-08-03"}
    turns = corpus.turns[corpus.turns["doc_id"] == "1001"]
    assert turns["speaker"].tolist() == ["Ada Kovar", "Question"]
    text = turns["text"].iloc[0]
    assert text.startswith("We welcome the treaty, number 1.")
    assert [text[a:b] for a, b, _ in turns["quoted"].iloc[0]] == [
        "> All of the nations of the Strait shall keep the peace."
    ]
    assert corpus.provenance.sources[0]["name"] == "a.xml"
    assert len(corpus.provenance.sources[0]["sha256"]) == 64


def test_atom_and_json_lines_and_a_folder_of_them(tmp_path):
    written(tmp_path, "atom.xml", ATOM)
    item = {
        "guid": "x/?page_id=7001",
        "title": "T",
        "link": "",
        "author": "Office of the Speaker",
        "pub": DATE,
        "content": "<p>Wheat.</p>",
    }
    written(tmp_path, "items.jsonl.gz", gzip.compress(json.dumps(item).encode()))
    (tmp_path / "deeper").mkdir()
    written(tmp_path / "deeper", "b.rss", feed(*items(1)))
    corpus = read_rss(files=[tmp_path])
    assert sorted(corpus.documents["title"]) == ["On Grain", "Remarks 0", "T"]
    assert (
        read_rss(files=[tmp_path], issuers={"Speaker": ["Office of the Speaker"]}).documents["issuer"].tolist()
        == ["Speaker"] * 2
    )


def test_items_that_come_again_count_once(tmp_path):
    written(tmp_path, "a.xml", feed(*items(2)))
    written(tmp_path, "b.xml", feed(*items(3)))
    corpus = read_rss(files=[tmp_path])
    assert len(corpus.documents) == 3
    assert [e.reason for e in corpus.provenance.exclusions] == [
        "the item occurs already at a.xml: item 1",
        "the item occurs already at a.xml: item 2",
    ]


@pytest.mark.slow
def test_the_archive_as_it_was_served_gives_the_same_turns(data):
    """The items as served, in HTML, and the archive's own plain text of them."""
    folder = data / "state_department_2022"
    served = read_rss(files=[folder / "rss_items.jsonl.gz"])
    plain = read_table(files=[folder / "docs.jsonl.gz"], id="doc_id", title="title", speaker="author")
    assert len(served.documents) == len(plain.documents) == 1444
    turns = {k: list(zip(g["speaker"], g["role"])) for k, g in served.turns.groupby("doc_id")}
    again = {k.split("-")[1]: list(zip(g["speaker"], g["role"])) for k, g in plain.turns.groupby("doc_id")}
    different = [k for k in turns if turns[k] != again[k]]
    assert len(different) <= 2, different
    assert not served.provenance.exclusions


PAGE = """<!doctype html><html lang="en"><head><title>Remarks on Grain - Westland</title></head><body>
<div class="banner"><p>Official websites use .example</p></div><nav><ul><li><a href="/a">About</a></li><li><a href="/b">Mission</a></li></ul></nav>
<main><h1>Remarks on Grain</h1><p>March 3, 2020</p><p><strong>MINISTER KOVAR:</strong> Grain is dear this year, and we will say so to Norland.</p>
<p><strong>QUESTION:</strong> Why?</p><p><strong>MINISTER KOVAR:</strong> The harvest was poor in the whole of the Strait and beyond it.</p></main>
<footer><p>Privacy policy</p></footer></body></html>"""


def test_pages(tmp_path):
    corpus = read_html(
        files=[written(tmp_path, "p.html", PAGE)], author="Ada Kovar, Minister of State", issuer="Westland"
    )
    assert corpus.documents[["doc_id", "issuer"]].values.tolist() == [["p", "Westland"]]
    assert str(corpus.documents["date"][0].date()) == "2020-03-03"
    assert corpus.turns["speaker"].tolist() == ["Ada Kovar", "Question", "Ada Kovar"]
    text = " ".join(corpus.turns["text"])
    assert "Official websites" not in text
    assert "Privacy" not in text
    assert "Mission" not in text


def test_extraction_finds_the_text_and_leaves_menus_out():
    """Pages whose paragraphs are known; `benchmarks/web_pages.py` compares libraries on more of them."""
    import importlib.util
    from pathlib import Path

    path = Path(__file__).parents[2] / "benchmarks" / "web_pages.py"
    spec = importlib.util.spec_from_file_location("web_pages", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    result = module.measure(lambda html: main_text(html.encode()), n=3)
    assert result["paragraphs"] > 100
    assert result["found"] == 1.0
    assert result["let in"] == 0.0


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p>Two.<p>Three.</p>", "One.\n\nTwo.\n\nThree."),
        ("<p>a<br>b</p>", "a\nb"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n\n- b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n\n> b\n\nc"),
        ("<p>x</p><script>y</script><!-- z -->", "x"),
        ("<p>x<!-- z -->y</p>", "xy"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<p>&amp; &lt;b&gt; &nbsp;</p>", "& <b> \xa0"),
        ("plain", "plain"),
        ("  ", ""),
    ],
)
def test_fragments(markup, text):
    assert fragment_text(markup).rstrip("\xa0 ") == text.rstrip("\xa0 ")


def word_file():
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("MS ROE: We welcome the treaty.")
    document.add_paragraph("QUESTION: Why?")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf_file(pages):
    """A PDF file by hand: one font, lines of text."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    kids = []
    for lines in pages:
        content = "BT /F1 11 Tf 14 TL 40 780 Td " + " ".join(f"({x}) Tj T*" for x in lines) + " ET"
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R/Resources<</Font<</F1 {3 + 2 * len(pages)} 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{p:010d} 00000 n \n" for p in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return (body + end).encode()


def test_a_folder_with_dates_and_speakers_in_the_names(tmp_path):
    written(tmp_path, "2020-03-03-Ada_Kovar.txt", "We welcome the treaty.")
    written(tmp_path, "20200304-Per_Lind.md", "# Remarks\n\n**MR LIND:** So do we.")
    written(tmp_path, "2020-03-05-Ida_Roth.docx", word_file())
    written(
        tmp_path,
        "2020-03-06-Ida_Roth.pdf",
        pdf_file([["MS ROTH: The harbour was opened to the ships of all the", "nations of the Strait.", "1"]]),
    )
    written(tmp_path, "2020-03-07-Ada_Kovar.html", PAGE)
    written(tmp_path, "notes.txt", "None.")
    corpus = read_folder(files=[tmp_path], names="{date}-{speaker}.*")
    assert [str(d.date()) for d in corpus.documents["date"]] == [f"2020-03-0{k}" for k in range(3, 8)]
    assert corpus.documents["author"].tolist() == ["Ada Kovar", "Per Lind", "Ida Roth", "Ida Roth", "Ada Kovar"]
    by = corpus.turns.groupby("doc_id", sort=False)["text"].first()
    assert by["2020-03-06-Ida_Roth"] == "The harbour was opened to the ships of all the nations of the Strait."
    assert corpus.turns["label"].tolist()[:4] == ["", "MR LIND", "MS ROE", "QUESTION"]
    assert [(e.source, e.reason) for e in corpus.provenance.exclusions] == [
        ("notes.txt", 'the name does not fit the pattern "{date}-{speaker}.*"')
    ]


def test_a_folder_with_a_table_beside_it(tmp_path):
    written(tmp_path, "a.txt", "We welcome the treaty.")
    written(tmp_path, "b.txt", "Eastport\n\n4 March 2020\n\nWe do not.")
    written(tmp_path, "c.txt", "Nobody knows.")
    written(tmp_path, "list.csv", "file,date,speaker,venue\na.txt,2020-03-03,Ada Kovar,Council\nb,,Per Lind,Harbour\n")
    corpus = read_folder(files=[tmp_path], metadata="list.csv", keep=["venue"])
    assert corpus.documents["venue"].tolist() == ["Council", "Harbour"]
    assert corpus.turns["speaker"].tolist() == ["Ada Kovar", "Per Lind"]
    assert corpus.provenance.inferences == ("dates of 1 files from their text, for neither name nor table gives them",)
    assert corpus.provenance.exclusions[0].reason == "no row for this file in list.csv"
    with pytest.raises(SourceError, match=r'no column "venu"\. Did you mean "venue"'):
        read_folder(files=[tmp_path], metadata="list.csv", keep=["venu"])
    with pytest.raises(SourceError, match=r'no table "lists\.csv"'):
        read_folder(files=[tmp_path], metadata="lists.csv")
    with pytest.raises(SourceError, match="at least one field in braces"):
        read_folder(files=[tmp_path], names="date-speaker")


def test_workbooks(tmp_path):
    frame = pd.DataFrame(
        {"words": ["One two.", "Three."], "day": pd.to_datetime(["2020-01-02", "2020-01-03"]), "n": [1, 2]}
    )
    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="other", index=False)
        frame.to_excel(book, sheet_name="texts", index=False)
    corpus = read_table(files=[tmp_path / "t.xlsx"], text="words", date="day", id="n", sheet="texts")
    assert corpus.documents["doc_id"].tolist() == ["1", "2"]
    assert corpus.turns["text"].tolist() == ["One two.", "Three."]
    with pytest.raises(SourceError, match=r'no sheet "text"\. Did you mean "texts"'):
        read_table(files=[tmp_path / "t.xlsx"], sheet="text")


def test_nested_objects_and_columns_of_turns(tmp_path):
    rows = [
        {
            "meta": {"date": "2020-01-02", "venue": "Council"},
            "turns": [{"who": "Secretary Roe", "said": "Yes."}, {"who": "QUESTION", "said": "No?"}],
        },
        {"meta": {"date": "2020-01-03"}, "turns": '[["Ada Kovar", "Indeed."]]'},
        {"meta": {"date": "2020-01-04"}, "turns": [{"who": "Roe"}]},
        {"meta": {"date": "2020-01-05"}, "turns": "no list"},
    ]
    written(tmp_path, "t.jsonl", "\n".join(map(json.dumps, rows)))
    corpus = read_table(
        files=[tmp_path / "t.jsonl"],
        date="meta.date",
        turns="turns",
        turn_speaker="who",
        turn_text="said",
        keep=["meta.venue"],
    )
    assert corpus.turns[["speaker", "role", "text"]].values.tolist() == [
        ["Secretary Roe", "principal", "Yes."],
        ["Question", "reporter", "No?"],
        ["Ada Kovar", "principal", "Indeed."],
    ]
    assert corpus.documents["meta.venue"].fillna("").tolist() == ["Council", ""]
    assert [e.reason for e in corpus.provenance.exclusions] == [
        'column "turns": turn 1 has no "said" (it has who)',
        'column "turns": not a list of turns, nor JSON of one',
    ]


def test_a_table_with_one_turn_a_row(tmp_path):
    rows = "debate,day,who,words\nA,2020-01-02,Secretary Roe,Yes.\nA,2020-01-02,QUESTION,No?\nB,2020-01-03,Secretary Roe,Again.\n"
    written(tmp_path, "t.csv", rows)
    corpus = read_table(files=[tmp_path / "t.csv"], text="words", date="day", speaker="who", document="debate")
    assert corpus.documents["doc_id"].tolist() == ["A", "B"]
    assert corpus.turns[["doc_id", "turn", "speaker"]].values.tolist() == [
        ["A", 0, "Secretary Roe"],
        ["A", 1, "Question"],
        ["B", 0, "Secretary Roe"],
    ]


def ussos_rows():
    rows = []
    for k, (who, day) in enumerate((("Tillerson", "2018-01-24"), ("Blinken", "2022-02-01"), ("Blinken", "2022-03-01"))):
        ours = f"The treaty of the harbour is number {k}, and it stands."
        theirs = ours if k < 2 else "Something else altogether was said."
        rows.append(
            dict.fromkeys(COLUMNS, "")
            | {
                "Row Id": str(k),
                "Secretary": who,
                "Date": day,
                "Title": f"Remarks {k}",
                "Speech Type": "Remarks",
                "Location": "Eastport, Westland",
                "SOS Text": theirs,
                "Natural Text": f"QUESTION: Why?\nSECRETARY {who.upper()}: {ours}\nQUESTION: Really?",
                "Speakers Present": f"[QUESTION]; Secretary {who}",
            }
        )
    return rows


def ussos_file(folder, rows):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return written(folder, "corpus_v1.csv", stream.getvalue())


def test_the_speech_corpus_of_the_secretaries(tmp_path):
    corpus = read_ussos(files=[ussos_file(tmp_path, ussos_rows())], keep=["Speakers Present"])
    assert corpus.turns.loc[corpus.turns["role"] == "principal", "speaker"].tolist() == [
        "Rex Tillerson",
        "Antony J. Blinken",
        "Antony J. Blinken",
    ]
    assert corpus.turns["side"].tolist() == ["press", "home", "press"] * 3
    assert corpus.documents["administration"].tolist() == ["Trump (1)", "Biden", "Biden"]
    assert corpus.documents["agreement"].round(2).tolist()[:2] == [1.0, 1.0]
    assert corpus.documents["agreement"].tolist()[2] < 0.5
    assert "in 1 of 3 documents" in corpus.provenance.inferences[0]
    broken = [r | {"Date": "soon"} for r in ussos_rows()[:1]] + ussos_rows()[1:]
    assert len(read_ussos(files=[ussos_file(tmp_path, broken)]).documents) == 2
    with pytest.raises(SourceError, match='"soon" is not a date'):
        read_ussos(files=[ussos_file(tmp_path, broken)], strict=True)


def test_the_secretary_of_a_real_archive_by_turns_and_by_a_plain_rule(data, tmp_path):
    """Rows of that shape from the test data; the Secretary's words by a rule of this test: lines behind his label, to the next label."""
    import re

    with gzip.open(data / "state_department_2022" / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(x) for x in lines]
    rows = []
    for k, d in enumerate(
        x for x in documents if x["author"] == "Antony J. Blinken, Secretary of State" and x["n_turns"] > 1
    ):
        pieces = re.split(r"(?m)^([A-Z][A-Z.’ -]{2,50}):", d["text"])
        own = [t for label, t in zip(pieces[1::2], pieces[2::2]) if label == "SECRETARY BLINKEN"]
        rows.append(
            dict.fromkeys(COLUMNS, "")
            | {
                "Row Id": str(k),
                "Secretary": "Blinken",
                "Date": d["date"],
                "Title": d["title"],
                "SOS Text": " ".join(own),
                "Natural Text": d["text"],
            }
        )
    corpus = read_ussos(files=[ussos_file(tmp_path, rows)])
    assert len(rows) > 100
    assert (corpus.documents["agreement"] >= 0.9).mean() > 0.97
    assert f"of {len(rows)} documents" in corpus.provenance.inferences[0]


def test_no_file_and_no_network_is_a_message(monkeypatch):
    import sys
    import types

    monkeypatch.setitem(sys.modules, "sos_speeches", None)
    with pytest.raises(SourceError, match="not installed"):
        read_ussos()

    def load():
        raise RuntimeError("Failed to fetch latest release")

    monkeypatch.setitem(sys.modules, "sos_speeches", types.SimpleNamespace(load=load))
    with pytest.raises(SourceError, match="is there a network"):
        read_ussos()


def test_a_built_corpus_comes_back_as_it_was(tmp_path):
    corpus = read_rss(files=[written(tmp_path, "a.xml", feed(*items(3)))], speakers=[Speaker("Kovar")])
    (tmp_path / "built").mkdir()
    save_corpus(corpus, tmp_path / "built", {})
    again = read_stored(files=[tmp_path / "built"])
    pd.testing.assert_frame_equal(again.turns, corpus.turns)
    pd.testing.assert_frame_equal(again.documents, corpus.documents, check_dtype=False)
    assert again.provenance == corpus.provenance
    path = tmp_path / "built" / "turns.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(SourceError, match="changed since the corpus was built"):
        read_stored(files=[tmp_path / "built"])
    with pytest.raises(SourceError, match="not a corpus"):
        read_stored(files=[tmp_path])


def test_documents_in_other_languages_are_excluded(data):
    folder = data / "us_russia_leaders" / "docs.jsonl.gz"
    with gzip.open(folder, "rt", encoding="utf-8") as lines:
        rows = [json.loads(x) for x in lines]
    russian = {r["doc_id"] for r in rows if r["lang"] == "ru"}
    corpus = read_table(files=[folder], id="doc_id", title="doc_id", speaker="speaker")
    excluded = {e.document for e in corpus.provenance.exclusions if "Russian, not in English" in e.reason}
    undated = {e.document for e in corpus.provenance.exclusions if "date" in e.reason}
    assert excluded == russian - undated
    assert len(russian) == 55
    assert not set(corpus.documents["doc_id"]) & russian


def test_a_corpus_may_keep_all_languages(tmp_path):
    rows = [{"text": "Мы обсудили положение в регионе и договорились о встрече министров. " * 3, "date": "2020-01-01"}]
    written(tmp_path, "t.jsonl", json.dumps(rows[0]))
    assert len(read_table(files=[tmp_path / "t.jsonl"], language=None).documents) == 1
    with pytest.raises(SourceError, match="written in Russian, not in English"):
        read_table(files=[tmp_path / "t.jsonl"])


BOMB = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
OUTSIDE = '<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&x;</title></item></channel></rss>'


def big_zip(member, size):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, b"0" * size)
    return stream.getvalue()


def lying_zip(data):
    """A directory that gives a member another length than it has."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    changed[at + 24 : at + 28] = (3).to_bytes(4, "little")
    return bytes(changed)


@pytest.mark.parametrize(
    ("reader", "name", "content", "message"),
    [
        ("rss", "a.xml", BOMB, "a.xml:1: declares entities"),
        ("rss", "a.xml", OUTSIDE, "a.xml:2: declares entities"),
        ("rss", "a.xml", b"\x00\x01 no feed", "a.xml.*not a feed"),
        ("rss", "a.xml", "<html><body>no feed</body></html>", "a.xml: no items"),
        ("rss", "a.xml", "   ", "a.xml: the file is empty"),
        ("rss", "a.xml", feed(ITEM.format(n=1, date="the other day")), '"the other day" is not a date'),
        (
            "rss",
            "a.xml",
            feed(ITEM.format(n=1, date=DATE).replace("<p>QUESTION", "<div>" * 5000 + "<p>QUESTION")),
            "nested more than 200 deep",
        ),
        ("rss", "a.xml.gz", b"no gzip", "not a gzip file"),
        ("html", "a.html", b"only words", "not HTML"),
        ("html", "a.html", '<!DOCTYPE html [<!ENTITY a "b">]>' + PAGE, "declares entities"),
        ("html", "a.html", PAGE.replace("March 3, 2020", ""), "no date"),
        ("html", "a.html", "<html><body>" + "<div>" * 20000 + "deep", "no text found|cannot be read"),
        ("html", "a.html", b"<" + bytes(range(256)) * 20, "no text found|cannot be read"),
        ("folder", "a.docx", b"no zip", "not a Word document"),
        ("folder", "a.docx", big_zip("other.xml", 10), "holds no word/document.xml"),
        ("folder", "a.docx", big_zip("word/document.xml", 301_000_000), "unpacks to more than 300 MB"),
        ("folder", "a.docx", lying_zip(big_zip("word/document.xml", 5000)), "not a Word document"),
        ("folder", "a.docx", big_zip("word/document.xml", 10), "not a Word document that can be read"),
        ("folder", "a.pdf", b"no pdf", "does not begin with %PDF-"),
        ("folder", "a.pdf", b"%PDF-1.4\n1 0 obj <</Type/Catalog", "not a PDF file that can be read"),
        ("folder", "a.pdf", pdf_file([[]]), "no text in the PDF"),
        ("folder", "a.txt", b"caf\xe9", "a.txt:1: byte 0xe9 is not UTF-8"),
        ("folder", "a.txt", b"Words without a day.", "no date"),
        ("table", "a.xlsx", b"no zip", "not an Excel workbook"),
        ("table", "a.xlsx", big_zip("[Content_Types].xml", 10), "not an Excel workbook that can be read"),
        ("table", "a.jsonl", b"[" * 100_000, "nested too deeply"),
        ("table", "a.csv", b'text,date\n"never closed,2020-01-01', "unexpected end of data"),
        ("ussos", "a.csv", b"Row Id,Secretary\n1,Blinken\n", 'no column "Date"'),
        ("ussos", "a.csv", b"\xff\xfe\x00", "is not UTF-8"),
        ("digest", "a.txt", bytes(range(256)), "is not UTF-8"),
        ("digest", "a.txt", b"   ", "the file is empty"),
        ("stored", "manifest.json", b"{", "not JSON"),
    ],
)
def test_bad_input_is_one_message(tmp_path, monkeypatch, reader, name, content, message):
    import socket

    def no_network(*_, **__):
        raise AssertionError("a reader asked for the network")

    monkeypatch.setattr(socket, "create_connection", no_network)
    path = written(tmp_path, name, content)
    with pytest.raises(SourceError, match=message):
        READERS[reader](files=[tmp_path if reader == "stored" else path])


@pytest.mark.parametrize(
    ("reader", "good", "bad", "options"),
    [
        ("rss", ("a.xml", feed(*items(2))), ("b.xml", BOMB), {}),
        ("rss", ("a.xml", feed(*items(2))), ("b.xml", feed(*items(5)[2:])[:-300]), {}),
        ("rss", ("a.xml", feed(*items(2))), ("b.xml.gz", gzip.compress(feed(*items(5)[3:]).encode())[:-40]), {}),
        ("html", ("a.html", PAGE), ("b.html", b"words"), {}),
        ("folder", ("a.html", PAGE), ("b.pdf", b"%PDF-"), {}),
        ("folder", ("a.html", PAGE), ("b.docx", b"PK"), {}),
        ("table", ("a.jsonl", '{"text": "Words.", "date": "2020-01-01", "id": "x"}'), ("b.jsonl", "{"), {}),
        ("table", ("a.jsonl", '{"text": "Words.", "date": "2020-01-01", "id": "x"}'), ("b.parquet", "PAR1"), {}),
        ("digest", ("a.txt", "A\n\n2 Dec 2021\n\nOffice\n\nWords.\n"), ("b.txt", b"\xff\xfe"), {}),
    ],
)
def test_good_documents_of_a_batch_are_not_lost(tmp_path, reader, good, bad, options):
    written(tmp_path, *good)
    alone = READERS[reader](files=[tmp_path], **options)
    written(tmp_path, *bad)
    corpus = READERS[reader](files=[tmp_path], **options)
    assert set(alone.documents["title"]) <= set(corpus.documents["title"])
    assert [e.source.split(":")[0] for e in corpus.provenance.exclusions][:1] == [bad[0]]
    with pytest.raises(SourceError, match=bad[0]):
        READERS[reader](files=[tmp_path], strict=True, **options)


def test_a_digest_keeps_what_can_be_read(tmp_path):
    written(tmp_path, "a.txt", "A\n\n2 Dec 2021\n\nOffice\n\nWords.\n\nB\n\n31 Feb 2021\n\nOffice\n\nWords.\n")
    corpus = read_digest(files=[tmp_path])
    assert corpus.documents["title"].tolist() == ["A"]


def test_short_questions_that_come_again_stay_in_a_page():
    turns = "".join(
        f"<p>QUESTION: Why?</p><p>MINISTER KOVAR: The harbour has reason number {k} for all of it.</p>"
        for k in range(20)
    )
    for page in (
        f"<body>{turns}</body>",
        f"<body><div>{turns}</div></body>",
        f"<body><article>{turns}</article></body>",
    ):
        text = main_text(f"<html><head><title>T</title></head>{page}</html>".encode())
        assert text.count("QUESTION: Why?") == 20


def test_items_of_one_name_are_two_documents(tmp_path):
    both = [
        ITEM.format(n=1, date=DATE).replace(
            "https://westland.example/?p=1001", f"https://westland.example/{year}/remarks/"
        )
        for year in (2017, 2018)
    ]
    corpus = read_rss(files=[written(tmp_path, "a.xml", feed(*both))])
    assert len(corpus.documents) == 2
    assert corpus.documents["doc_id"].is_unique


def test_the_day_of_an_item_is_that_of_its_place(tmp_path):
    late = "Wed, 02 Feb 2022 23:30:00 -0500"
    by_xml = read_rss(files=[written(tmp_path, "a.xml", feed(ITEM.format(n=1, date=late)))])
    item = {"guid": "x/?p=7001", "title": "T", "author": "Office", "pub": late, "content": "<p>Wheat.</p>"}
    by_json = read_rss(files=[written(tmp_path, "b.jsonl", json.dumps(item))])
    assert str(by_xml.documents["date"][0].date()) == str(by_json.documents["date"][0].date()) == "2022-02-02"


@pytest.mark.parametrize("bad", [{"title": "<b>" * 400}, {"pub": "0001-01-01T00:00:00+23:00"}, {"content": 7}])
def test_one_odd_item_loses_no_other(tmp_path, bad):
    item = {"guid": "x/?p=7001", "title": "T", "author": "Office", "pub": DATE, "content": "<p>Wheat is dear.</p>"}
    lines = [json.dumps(item), json.dumps(item | {"guid": "x/?p=7002"} | bad), '{"n": ' + "9" * 6000 + "}"]
    corpus = read_rss(files=[written(tmp_path, "a.jsonl", "\n".join(lines))])
    assert "7001" in corpus.documents["doc_id"].tolist()


def test_a_quotation_mark_that_is_not_closed_is_named(tmp_path):
    rows = 'text,date\nOne here.,2020-01-01\n"Two here,2020-01-02\nThree here.,2020-01-03\n'
    corpus = read_table(files=[written(tmp_path, "a.csv", rows)])
    assert corpus.turns["text"].tolist() == ["One here."]
    assert "unexpected end of data" in corpus.provenance.exclusions[0].reason


def test_a_file_cut_within_a_letter_keeps_its_whole_lines(tmp_path):
    lines = "\n".join(
        json.dumps({"text": f"Über {k} Häfen.", "date": "2020-01-01"}, ensure_ascii=False) for k in range(400)
    )
    packed = gzip.compress(lines.encode())
    for cut in range(len(packed) - 60, len(packed) - 20, 7):
        corpus = read_table(files=[written(tmp_path, "a.jsonl.gz", packed[:cut])])
        assert len(corpus.documents) > 100
        assert "ends early" in corpus.provenance.exclusions[0].reason


def test_ids_do_not_hang_on_the_place_of_the_folder(tmp_path):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        for file in ("ok.txt", "ok.md", "U.S. grain.txt", "2018.01.24.txt"):
            written(tmp_path / name, file, "March 3, 2020\n\nWe met in the harbour.")
    first, second = (read_folder(files=[tmp_path / n]).documents["doc_id"].tolist() for n in ("here", "there"))
    assert first == second
    assert sorted(first) == ["2018.01.24", "U.S. grain", "ok", "ok.txt"]


def test_unpacked_feeds_have_a_limit(tmp_path):
    path = written(tmp_path, "a.xml.gz", gzip.compress(b" " * 101_000_000))
    with pytest.raises(SourceError, match="holds more than 100 MB"):
        read_rss(files=[path])
