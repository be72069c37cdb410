"""The reader of ParlaMint, on an invented parliament in the encoding of that corpus; expected values counted by hand."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.corpus import read_parlamint, read_stored
from discourse.corpus.parlamint_people import Registry
from discourse.corpus.parlamint_tei import read_tei
from discourse.corpus.stored import save_corpus
from discourse.corpus.turns import Speaker
from discourse.errors import SourceError

NS = 'xmlns="http://www.tei-c.org/ns/1.0"'
PERSONS = f"""<?xml version="1.0" encoding="UTF-8"?>
<listPerson {NS} xml:id="ParlaMint-NL-listPerson" xml:lang="nl">
  <person xml:id="LindPer"><persName><surname>Lind</surname><forename>Per</forename></persName><sex value="M"/>
    <affiliation role="member" ref="#parliament"/><affiliation role="member" ref="#party.HP" from="2015" to="2019-12-31"/>
    <affiliation role="member" ref="#party.NP" from="2020-01-01"/>
    <affiliation role="member" ref="#GOV" from="2020-03-01" to=""/>
    <affiliation role="minister" ref="#GOV" from="2020-03-01" to="2021"><roleName>Minister of Fisheries</roleName></affiliation></person>
  <person xml:id="ŽagarAna"><persName><forename>Ana</forename><nameLink>van</nameLink><surname>Žagar</surname></persName>
    <sex value="F"/><affiliation role="member" ref="#party.HP"/><affiliation role="member" ref="#group.Left"/></person>
  <person xml:id="КоваленкоОля"><persName><surname>Коваленко</surname><forename>Оля</forename>
    <surname type="patronym">Іванівна</surname></persName><sex value="F"/></person>
</listPerson>"""
ORGS = f"""<listOrg {NS} xml:id="ParlaMint-NL-listOrg" xml:lang="nl">
  <org xml:id="GOV" role="government"><orgName full="yes">Government of Norland</orgName></org>
  <org xml:id="parliament" role="parliament"><orgName full="yes">Assembly</orgName></org>
  <org xml:id="party.NP" role="politicalParty"><orgName full="yes">Norland Party</orgName><orgName full="abb">NP</orgName>
    <state><label><orgName full="abb">Not a name of it</orgName></label></state></org>
  <org xml:id="party.HP" role="politicalParty"><orgName full="yes">Harbour Party</orgName></org>
  <org xml:id="group.Left" role="parliamentaryGroup"><orgName full="yes">The Left</orgName><orgName full="abb">L</orgName></org>
  <listRelation>
    <relation name="coalition" mutual="#party.NP #party.X" from="2020-02-01"/>
    <relation name="opposition" active="#party.HP" passive="#GOV" from="2020-02-01" to="2020-12-31"/>
    <relation name="renaming" active="#party.HP" passive="#party.NP"/>
  </listRelation></listOrg>"""
SITTING = f"""<?xml version="1.0" encoding="UTF-8"?>
<TEI {NS} xml:id="ParlaMint-NL_2020-03-04-s1" xml:lang="nl" ana="#parla.sitting #reference"><teiHeader>
 <fileDesc><titleStmt><title type="main">Norland corpus, 4 March [ParlaMint]</title>
   <title type="sub">Minutes of the Assembly, 4 March 2020</title>
   <meeting n="8" corresp="#parliament" ana="#parla.lower #parla.term #NL.8">8th term</meeting>
   <meeting n="2" ana="#parla.lower #parla.session"/><meeting ana="#parla.lower #parla.meeting.regular"/></titleStmt>
   <publicationStmt><date when="2024-01-01"/></publicationStmt></fileDesc>
 <profileDesc><settingDesc><setting><name type="country" key="NL">Norland</name><date when="2020-03-04"/></setting></settingDesc></profileDesc>
</teiHeader><text><body><div type="debateSection"><head>Fisheries</head><note type="speaker">The Speaker:</note>
 <u xml:id="s1.u1" who="#ŽagarAna" ana="#chair"><seg>Order! The   Minister
   has the floor.</seg></u>
 <u xml:id="s1.u2" who="#LindPer" ana="#regular"><seg>The harbour <!-- no --> is open.<note>Cheers</note> Ships may enter it <vocal><desc>Laughter</desc></vocal>.</seg>
   <kinesic type="applause"/><seg>They will pay.</seg></u>
 <u xml:id="s1.u3" who="#КоваленкоОля" ana="#guest"><seg>Дякую, шановні.</seg></u>
 <u xml:id="s1.u4" who="#NobodyKnown" ana="#regular"><seg>Never!</seg></u>
 <u xml:id="s1.u5" ana="#regular"><seg><gap reason="inaudible"/></seg></u>
 </div></body></text></TEI>"""
# Two words of a token, a name with white space of its own, words joined, and a note between sentences.
ANNOTATED = (
    SITTING.partition("<body>")[0].replace("2020-03-04-s1", "2020-03-04-s1.ana")
    + """<body><div><u xml:id="s1.u1" who="#ŽagarAna" ana="#chair"><seg>
<s><name type="MISC"><w>Order</w>
 <w join="right">House</w>
 </name><pc>!</pc><linkGrp type="UD-SYN"><link ana="ud-syn:root" target="#a #b"/></linkGrp></s> <note>Bell</note>
<s><w>I</w> <w join="right">don’t<w norm="do"/><w norm="not"/></w><pc>,</pc> <w join="right">know</w><pc>.</pc></s>
<s>No words marked here.</s></seg></u></div></body></text></TEI>"""
)


def written(folder, files):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def rows(frame, *columns):
    """Rows with None for what is missing."""
    found = frame[list(columns)].astype(object)
    return found.where(found.notna(), None).values.tolist()


@pytest.fixture
def corpus_folder(tmp_path):
    return written(
        tmp_path,
        {
            "ParlaMint-NL-listPerson.xml": PERSONS,
            "ParlaMint-NL-listOrg.xml": ORGS,
            "ParlaMint-NL_2020-03-04-s1.xml": SITTING,
            "ParlaMint-NL.xml": f"<teiCorpus {NS}><teiHeader/></teiCorpus>",
        },
    )


def test_a_speech_is_a_document_with_its_speaker_as_he_was_on_the_day(corpus_folder):
    corpus = read_parlamint(files=[corpus_folder], language=None)
    columns = ("doc_id", "speaker", "speaker_role", "party", "party_name", "party_status", "gender", "minister")
    assert rows(corpus.documents, *columns) == [
        ["s1.u1", "Ana van Žagar", "chair", "L", "The Left", "opposition", "F", "no"],
        ["s1.u2", "Per Lind", "regular", "NP", "Norland Party", "coalition", "M", "yes"],
        ["s1.u3", "Оля Іванівна Коваленко", "guest", None, None, None, "F", "no"],
        ["s1.u4", "unknown", "regular", None, None, None, None, "no"],
    ]
    same = corpus.documents[["title", "parliament", "issuer", "house", "term", "session", "sitting", "kind"]]
    assert same.drop_duplicates().values.tolist() == [
        [
            "Minutes of the Assembly, 4 March 2020",
            "NL",
            "NL",
            "lower house",
            "8th term",
            "2",
            "ParlaMint-NL_2020-03-04-s1",
            "speech",
        ]
    ]
    assert {str(d.date()) for d in corpus.documents["date"]} == {"2020-03-04"}
    assert corpus.turns[["role", "side", "office"]].values.tolist() == [
        ["moderator", "home", ""],
        ["principal", "home", "Minister of Fisheries"],
        ["participant", "other", ""],
        ["participant", "home", ""],
    ]
    assert corpus.provenance.inferences == (
        "1 utterances without words left out",
        '1 utterances whose speaker the corpus does not list, as speaker "unknown"',
    )


def test_notes_are_not_the_speakers_words(corpus_folder):
    turn = read_parlamint(files=[corpus_folder], language=None).turns.iloc[1]
    assert (
        turn["text"] == "The harbour is open. [Cheers] Ships may enter it [Laughter] .\n\n[kinesic]\n\nThey will pay."
    )
    assert [(turn["text"][a:b], r) for a, b, r in turn["excluded"]] == [
        ("[Cheers]", "note"),
        ("[Laughter]", "vocal"),
        ("[kinesic]", "kinesic"),
    ]


def test_a_sitting_with_its_speeches_as_turns(corpus_folder, tmp_path):
    corpus = read_parlamint(files=[corpus_folder], unit="sitting", language=None)
    assert corpus.documents["doc_id"].tolist() == ["ParlaMint-NL_2020-03-04-s1"]
    assert rows(corpus.turns, "turn", "speaker", "party", "utterance") == [
        [0, "Ana van Žagar", "L", "s1.u1"],
        [1, "Per Lind", "NP", "s1.u2"],
        [2, "Оля Іванівна Коваленко", None, "s1.u3"],
        [3, "unknown", None, "s1.u4"],
    ]
    (tmp_path / "built").mkdir()
    save_corpus(corpus, tmp_path / "built", {})
    again = read_stored(files=[tmp_path / "built"])
    assert rows(again.turns, "party") == [["L"], ["NP"], [None], [None]]


def test_annotated_words_are_put_together_again(tmp_path):
    sitting = read_tei(tmp_path / "a.ana.xml", ANNOTATED.encode(), Registry())
    assert sitting.key == "ParlaMint-NL_2020-03-04-s1"
    (said,) = sitting.utterances
    assert said.text == "Order House! [Bell] I don’t, know. No words marked here."
    assert [said.text[a:b] for a, b, _ in said.excluded] == ["[Bell]"]


@given(
    st.lists(
        st.sampled_from(["a", " b", "c ", "\n", "  ", "\u00a0d", "<note>x</note>", "<note> y z </note>"]), max_size=12
    )
)
def test_white_space_and_notes_against_a_naive_reading(pieces):
    """All text with any white space as one space; notes cut out again."""
    body = "".join(pieces)
    head = SITTING.partition("<body>")[0]
    xml = f'{head}<body><u xml:id="u"><seg>{body}</seg></u></body></text></TEI>'
    (said,) = read_tei(Path("a.xml"), xml.encode(), Registry()).utterances
    naive = " ".join(re.sub(r"<note>\s*(.*?)\s*</note>", r" [\1] ", body).split())
    assert said.text == naive
    assert [said.text[a:b] for a, b, _ in said.excluded] == re.findall(r"\[[^\]]*\]", naive)


PLAIN = "s1.u1\tOrder!\ns1.u2\tThe harbour is open. [[Cheers]] Ships may enter.\ns1.u3\tIk dank u.\n"
COLUMNS = (
    "Text_ID ID Title Date Body Term Session Meeting Sitting Agenda Speaker_role Speaker_minister Speaker_party "
    "Speaker_party_name Party_status Speaker_ID Speaker_name Speaker_gender"
).split()


def meta(*rows):
    first = ["ParlaMint-NL_2020-03-04-s1", "Minutes", "2020-03-04", "Lower house", "8", "-", "-", "-", "-"]
    lines = ["\t".join([first[0], key, *first[1:], *rest]) for key, *rest in rows]
    return "\n".join(["\t".join(COLUMNS), *lines]) + "\n"


META = meta(
    ("s1.u1", "Chairperson", "notMinister", "HP", 'The "Harbour', "Opposition", "ZagarAna", "Žagar, Ana", "F"),
    ("s1.u2", "Regular", "Minister", "NP", "Norland Party", "Coalition", "LindPer", "Lind, Per", "M"),
    ("s1.u3", "Guest", "-", "-", "-", "-", "-", "-", "-"),
)


def test_the_plain_release(tmp_path):
    local = META.replace("Chairperson", "Voorzitter")
    stem = "ParlaMint-NL_2020-03-04-s1"
    written(
        tmp_path, {f"{stem}.txt": PLAIN, f"{stem}-meta-en.tsv": META, f"{stem}-meta.tsv": local, "00README.txt": "x"}
    )
    corpus = read_parlamint(files=[tmp_path], language=None)
    assert rows(corpus.documents, "doc_id", "speaker", "party", "party_status", "house", "session") == [
        ["s1.u1", "Ana Žagar", "HP", "opposition", "lower house", None],
        ["s1.u2", "Per Lind", "NP", "coalition", "lower house", None],
        ["s1.u3", "unknown", None, None, "lower house", None],
    ]
    assert corpus.documents["party_name"][0] == 'The "Harbour'
    assert corpus.turns[["role", "side"]].values.tolist() == [
        ["moderator", "home"],
        ["principal", "home"],
        ["participant", "other"],
    ]
    text, spans = corpus.turns[["text", "excluded"]].iloc[1]
    assert [text[a:b] for a, b, _ in spans] == ["[[Cheers]]"]
    (tmp_path / f"{stem}-meta-en.tsv").unlink()
    assert "1 utterances without a role that is known" in " ".join(
        read_parlamint(files=[tmp_path], language=None).provenance.inferences
    )


def test_one_form_of_each_sitting_is_read(corpus_folder):
    stem = "ParlaMint-NL_2020-03-04-s1"
    written(corpus_folder, {f"{stem}.ana.xml": ANNOTATED, f"{stem}.txt": PLAIN, f"{stem}-meta.tsv": META})
    corpus = read_parlamint(files=[corpus_folder], language=None)
    assert set(corpus.documents["file"]) == {f"{stem}.xml"}
    assert corpus.provenance.inferences[0].startswith("2 files passed over")


def test_the_user_names_people_by_whole_names(corpus_folder):
    people = [
        Speaker("Minister Lind", ("Per Lind",), role="principal", office="Minister"),
        Speaker("Žagar", side="foreign"),
    ]
    turns = read_parlamint(files=[corpus_folder], language=None, speakers=people).turns
    assert turns[["speaker", "side", "rule"]].values.tolist()[:2] == [
        ["Ana van Žagar", "home", "source"],
        ["Minister Lind", "home", "config"],
    ]


def test_two_persons_of_one_name_stay_two(tmp_path, corpus_folder):
    twin = PERSONS.replace(
        "</listPerson>", '<person xml:id="LindPer2"><persName>Per Lind</persName></person></listPerson>'
    )
    written(
        tmp_path,
        {
            "ParlaMint-NL-listPerson.xml": twin,
            "ParlaMint-NL_2020-03-04-s1.xml": SITTING.replace("#NobodyKnown", "#LindPer2"),
        },
    )
    speakers = read_parlamint(files=[tmp_path], language=None).documents["speaker"].tolist()
    assert (speakers[1], speakers[3]) == ("Per Lind (LindPer)", "Per Lind (LindPer2)")


BOMB = '<?xml version="1.0"?>\n<!DOCTYPE TEI [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<TEI>&b;</TEI>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.xml", BOMB, r"x.xml:2: declares entities"),
        ("x.xml", SITTING[:-300], r"x.xml:\d+: not well-formed XML"),
        ("x.xml", SITTING.replace("<body>", "<body>" + "<div>" * 400), r"x.xml:\d+: not well-formed XML \(.*depth"),
        ("x.xml", "<rss/>", r"not a file of ParlaMint \(its first element is <rss>\)"),
        ("x.xml", "words", r"x.xml:1: not well-formed XML"),
        ("x.xml", " ", "the file is empty"),
        ("x.xml", SITTING.partition("<u ")[0] + "</div></body></text></TEI>", "no utterance with words"),
        ("x.xml", SITTING.replace('<date when="2020-03-04"/>', ""), "no date"),
        ("x.txt", PLAIN, "no table x-meta-en.tsv or x-meta.tsv beside it"),
    ],
)
def test_bad_files_are_one_message_each(tmp_path, name, content, message):
    written(tmp_path, {name: content, "ParlaMint-NL-listPerson.xml": PERSONS})
    with pytest.raises(SourceError, match=message) as caught:
        read_parlamint(files=[tmp_path], language=None)
    assert len(caught.value.messages) <= 7


def test_several_bad_places_at_once_and_strict(tmp_path):
    bad = META.replace("s1.u2\t", "s1.u9\t").replace("\tF\n", "\tF\tmore\n")
    written(tmp_path, {"p.txt": PLAIN + "no tab\n", "p-meta.tsv": bad, "q.xml": BOMB})
    corpus = read_parlamint(files=[tmp_path], language=None)
    assert [e.source for e in corpus.provenance.exclusions] == [
        "p-meta.tsv:2",
        "p.txt:1",
        "p.txt:2",
        "p.txt:4",
        "q.xml:2",
    ]
    with pytest.raises(SourceError) as caught:
        read_parlamint(files=[tmp_path], language=None, strict=True)
    assert len(caught.value.messages) == 5


def test_what_is_missing_is_said(corpus_folder):
    (corpus_folder / "ParlaMint-NL-listPerson.xml").unlink()
    with pytest.raises(SourceError, match="no file with a list of persons"):
        read_parlamint(files=[corpus_folder])
    with pytest.raises(SourceError, match='there is no unit "speeches"'):
        read_parlamint(files=[corpus_folder], unit="speeches")
