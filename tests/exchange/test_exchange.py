"""What is written for other programs is read by them, and says what a plain count of the words says."""

import io
import re
import shutil
import subprocess
import types
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import mmread

import discourse
from discourse.cli.main import main
from discourse.errors import UsageError
from discourse.exchange import FORMS, counts_of, export, files_of, from_gensim, from_spacy, to_gensim, to_nltk
from discourse.exchange.conllu import conllu

TEXTS = ["We met Norland's envoy (in May) - and left.", "Grain, grain: prices rose! Really?", "A ratio of 3|4 words"]
FRAME = pd.DataFrame(
    {
        "doc_id": ["a 1", "b", "c:3"],
        "date": ["2020-01-02", "2020-02-03", "2021-03-04"],
        "title": ["One", "Two", "Three"],
        "speaker": ["Ann Roe", "Bo Lee", "Ann Roe"],
        "party": ["Reds", "Blues", "Reds"],
        "text": TEXTS,
    }
)
# As somebody would count them by hand.
WORDS = [
    Counter("we met norland's envoy in may and left".split()),
    Counter("grain grain prices rose really".split()),
    Counter("a ratio of 3 4 words".split()),
]


@pytest.fixture(scope="module")
def encoded():
    return discourse.encode_corpus(
        discourse.Corpus.from_dataframe(FRAME, date="date", speaker="speaker", language=None)
    )


def test_counts_by_hand(encoded):
    found = counts_of(encoded)
    table = pd.DataFrame(found.values.toarray(), columns=found.terms)
    assert [Counter({k: int(v) for k, v in row.items() if v}) for row in table.to_dict("records")] == WORDS
    some = counts_of(encoded, np.array([True, False, True]))
    assert some.documents["doc_id"].tolist() == ["a 1", "c:3"] and "grain" not in some.terms
    assert some.documents["n_tokens"].tolist() == [8, 6]


def test_matrix_market_and_r(encoded, tmp_path):
    export(encoded, "mtx", tmp_path)
    terms = (tmp_path / "terms.txt").read_text(encoding="utf-8").splitlines()
    matrix = mmread(tmp_path / "counts.mtx").toarray()
    assert [Counter({t: int(n) for t, n in zip(terms, row) if n}) for row in matrix] == WORDS
    assert pd.read_csv(tmp_path / "documents.csv")["party"].tolist() == ["Reds", "Blues", "Reds"]
    if not shutil.which("Rscript"):
        pytest.skip("no Rscript")
    lines = [
        'm <- Matrix::readMM("counts.mtx"); d <- read.csv("documents.csv")',
        'dimnames(m) <- list(d$doc_id, readLines("terms.txt", encoding = "UTF-8"))',
        'cat(m["b", "grain"], sum(m), nrow(d), d$party[2])',
    ]
    done = subprocess.run(
        ["Rscript", "-e", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if "no package called" in done.stderr:
        pytest.skip("R has no package Matrix")
    assert done.stdout.split() == ["2", "19", "3", "Blues"], done.stderr


def test_gensim_there_and_back(encoded, tmp_path):
    from gensim.corpora import Dictionary, MmCorpus

    bags, dictionary = to_gensim(encoded)
    assert [Counter({dictionary[k]: int(n) for k, n in bag}) for bag in bags] == WORDS
    made = Dictionary([list(c.elements()) for c in WORDS])
    for name in ("num_docs", "num_pos", "num_nnz"):
        assert getattr(dictionary, name) == getattr(made, name)
    assert {dictionary[k]: n for k, n in dictionary.dfs.items()} == {made[k]: n for k, n in made.dfs.items()}
    back, found = from_gensim(bags, dictionary), counts_of(encoded)
    assert list(back.columns) == found.terms and back.units["n_tokens"].tolist() == [8, 5, 6]
    np.testing.assert_array_equal(back.values.toarray(), found.values.toarray())
    export(encoded, "gensim", tmp_path)
    read = Dictionary.load_from_text(str(tmp_path / "dictionary.txt"))
    assert [Counter({read[k]: int(n) for k, n in b}) for b in MmCorpus(str(tmp_path / "corpus.mm"))] == WORDS


def test_nltk_concordance(encoded):
    text = to_nltk(encoded)
    assert text.count("grain") + text.count("Grain") == 2
    assert [line.query for line in text.concordance_list("prices")] == ["prices"]


def test_vowpal_wabbit_and_uci_and_parquet(encoded):
    lines = files_of(encoded, "vw")["corpus.vw"].decode().splitlines()
    assert [line.split(" |w ")[0] for line in lines] == ["'a_1", "'b", "'c_3"]
    read = [Counter({t: int(n) for t, n in (f.rsplit(":", 1) for f in x.split(" |w ")[1].split())}) for x in lines]
    assert read == WORDS
    files = files_of(encoded, "uci")
    vocabulary = files["vocab.txt"].decode().splitlines()
    d, w, nnz, *rows = files["docword.txt"].decode().splitlines()
    found = [Counter() for _ in range(int(d))]
    for row in rows:
        k, term, n = map(int, row.split())
        found[k - 1][vocabulary[term - 1]] = n
    assert (found, int(w), int(nnz)) == (WORDS, len(vocabulary), sum(map(len, WORDS)))
    table = pd.read_parquet(io.BytesIO(files_of(encoded, "parquet")["counts.parquet"]))
    wanted = {(i, t): n for i, words in zip(FRAME["doc_id"], WORDS) for t, n in words.items()}
    assert table.set_index(["doc_id", "term"])["count"].to_dict() == wanted


def test_conllu_is_read_back(encoded, tmp_path):
    export(encoded, "conllu", tmp_path)
    corpus = discourse.read_conllu(files=[tmp_path / "corpus.conllu"], language=None)
    for column in ("doc_id", "title", "party"):
        assert corpus.documents[column].tolist() == FRAME[column].tolist()
    assert corpus.documents["date"].dt.strftime("%Y-%m-%d").tolist() == FRAME["date"].tolist()
    assert corpus.turns["speaker"].tolist() == FRAME["speaker"].tolist()
    assert corpus.turns["text"].tolist() == TEXTS
    again = counts_of(discourse.encode_corpus(corpus))
    np.testing.assert_array_equal(again.values.toarray(), counts_of(encoded).values.toarray())


WRITTEN = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=60)


@given(st.lists(WRITTEN, min_size=1, max_size=4))
def test_conllu_holds_every_sign_of_a_text(texts):
    """The forms of a sentence, with a blank where no SpaceAfter=No stands, are its text."""
    given = discourse.encode_corpus(texts)
    for block in filter(None, conllu(given).split("\n\n")):
        lines = block.splitlines()
        text = next(x for x in lines if x.startswith("# text = ")).removeprefix("# text = ")
        rows = [x.split("\t") for x in lines if not x.startswith("#")]
        assert all(len(row) == 10 for row in rows) and [int(r[0]) for r in rows] == list(range(1, len(rows) + 1))
        assert "".join(r[1] + (" " if r[9] == "_" else "") for r in rows).strip() == text


def test_docs_of_spacy_by_their_text():
    docs = [types.SimpleNamespace(text=t, user_data={"party": p, ("x", 1): 2}) for t, p in zip(TEXTS, FRAME["party"])]
    corpus = from_spacy(docs)
    assert corpus.documents["party"].tolist() == FRAME["party"].tolist()
    assert corpus.turns["text"].tolist() == TEXTS
    for wrong in (["text"], []):
        with pytest.raises(UsageError):
            from_spacy(wrong)


def test_docs_of_spacy_itself():
    spacy = pytest.importorskip("spacy")
    assert from_spacy(spacy.blank("en").pipe(TEXTS)).turns["text"].tolist() == TEXTS


@pytest.mark.parametrize("form", FORMS)
def test_the_command(form, experiment_file, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr("sys.argv", ["discourse", "export", str(experiment_file), "--to", form, "--out", str(out)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    said = capsys.readouterr().out
    assert said.startswith("40 documents: ")
    assert sorted(p.name for p in out.iterdir()) == sorted(re.findall(r"out/(\S+?)(?:,|$)", said.replace("\n", "")))


def test_a_form_that_is_not_there_is_named(encoded, experiment_file, tmp_path, monkeypatch, capsys):
    with pytest.raises(UsageError, match=r'no form "mxt"\. Did you mean "mtx"'):
        files_of(encoded, "mxt")
    monkeypatch.setattr("sys.argv", ["discourse", "export", str(experiment_file), "--to", "x", "--out", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2 and 'no form "x"' in capsys.readouterr().err
