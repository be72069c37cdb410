"""Word vectors and context vectors: against naive loops, another reader, and the published numbers of conText 3.0.1."""

import gzip
import json
import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from discourse.compare.deflated import embedding_regression
from discourse.corpus.assemble import assemble
from discourse.corpus.attribution import split_turns
from discourse.encode import encode_corpus
from discourse.errors import SourceError, TooLittleText
from discourse.features._examples import encoded
from discourse.features.contexts import context_means, context_vectors
from discourse.features.target import Target
from discourse.features.vectors import Vectors, alc_matrix, cooccurrences, load_vectors, save_vectors
from discourse.types import Provenance

# The Snowball list of English (Porter 2001), which quanteda's `stopwords("en")` is.
SNOWBALL = """i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its
itself they them their theirs themselves what which who whom this that these those am is are was were be been being have has had having
do does did doing would should could ought i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd she'd we'd
they'd i'll you'll he'll she'll we'll they'll isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't shan't
shouldn't can't cannot couldn't mustn't let's that's who's what's here's there's when's where's why's how's a an the and but if or
because as until while of at by for with about against between into through during before after above below to from up down in out on off
over under again further then once here there when where why how all any both each few more most other some such no nor not only own same
so than too very will"""


def write(folder, name, lines):
    path = folder / name
    text = "\n".join(lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


LINES = ["treaty 1 0.5 -2", "Harbour 0 1e-3 4", "treaty's 9 9 9"]


@pytest.mark.parametrize(
    ("name", "header"), [("g.txt", []), ("g.txt.gz", []), ("w.vec", ["3 3"]), ("w.vec.gz", ["3 3"])]
)
def test_text_formats_are_read(tmp_path, name, header):
    vectors = load_vectors(write(tmp_path, name, header + LINES))
    assert vectors.words == ("treaty", "harbour", "treaty's")
    assert vectors.values.dtype == np.float32
    np.testing.assert_allclose(vectors.values, [[1, 0.5, -2], [0, 1e-3, 4], [9, 9, 9]])
    # A form with a vector of its own has that one; others are looked up without the possessive.
    assert vectors.rows(["Treaty’s", "harbour's", "HARBOUR", "port"]).tolist() == [2, 1, 1, -1]


def test_word2vec_text_equals_what_gensim_writes(tmp_path):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(4)
    keyed.add_vectors(["norland", "treaty"], np.random.default_rng(3).normal(size=(2, 4)).astype(np.float32))
    keyed.save_word2vec_format(str(tmp_path / "k.txt"))
    read = load_vectors(tmp_path / "k.txt", {"treaty"})
    assert read.words == ("treaty",)
    np.testing.assert_allclose(read.values[0], keyed["treaty"], rtol=1e-5)


def test_own_format_comes_back_and_has_the_same_bytes(tmp_path):
    rng = np.random.default_rng(1)
    vectors = Vectors(("ä", "b-c"), rng.normal(size=(2, 3)).astype(np.float32), rng.normal(size=(3, 3)))
    for name in ("a.npz", "b.npz"):
        save_vectors(vectors, tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    back = load_vectors(tmp_path / "a.npz")
    assert back.words == vectors.words
    np.testing.assert_allclose(back.values, vectors.values, rtol=1e-3)
    np.testing.assert_allclose(back.transform, vectors.transform, rtol=1e-6)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a 1 2", "b 1"], r"x\.txt:2: expected 2 numbers after the word, got 1"),
        (["a 1 2", "b 1 two"], r"x\.txt:2: expected 2 numbers after the word \(.*'two'"),
        (["a 1 2", "b 1 nan"], r"x\.txt:2: expected finite numbers, got nan"),
        (["only words here"], r"x\.txt:1: expected 2 numbers|could not convert"),
        (["word"], r"x\.txt:1: expected a word and 2 to 2,000 numbers, got 'word'"),
        ([""], "no line with a word and its numbers"),
        (["a " + "1 " * 60_000], "a line longer than 100,000 bytes"),
    ],
)
def test_a_bad_text_file_is_one_message_with_its_line(tmp_path, lines, said):
    with pytest.raises(SourceError, match=said):
        load_vectors(write(tmp_path, "x.txt", lines))


def test_other_bad_files_are_one_message(tmp_path):
    (tmp_path / "x.npz").write_bytes(b"no archive")
    (tmp_path / "x.gz").write_bytes(b"\x1f\x8bno gzip")
    np.savez(tmp_path / "other.npz", words=np.zeros(3))
    np.savez(tmp_path / "object.npz", words=np.array(["a", None], object), values=np.zeros((2, 2)))
    for name, said in [
        ("x.npz", "or a damaged one"), ("x.gz", "cannot be read"), ("missing.txt", "no such file"),
        ("other.npz", "not a file that save_vectors wrote"), ("object.npz", "not a file that save_vectors wrote"),
    ]:  # fmt: skip
        with pytest.raises(SourceError, match=said):
            load_vectors(tmp_path / name)


def test_cooccurrences_equal_a_naive_count():
    rng = np.random.default_rng(4)
    rows, bounds = rng.integers(-1, 5, 60), np.array([0, 13, 13, 40, 60])
    expected = np.zeros((5, 5))
    for a, b in pairwise(bounds.tolist()):
        for i in range(a, b):
            for j in range(max(a, i - 3), min(b, i + 4)):
                if i != j and rows[i] >= 0 and rows[j] >= 0:
                    expected[rows[i], rows[j]] += 1
    np.testing.assert_array_equal(cooccurrences(rows, bounds, 5, 3).toarray(), expected)


def test_the_transformation_is_weighted_least_squares():
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    values, counts, n = rng.normal(size=(50, 3)), rng.poisson(1.0, (50, 50)), rng.integers(2, 500, 50)
    means = (counts @ values) / counts.sum(1)[:, None]
    expected = [sm.WLS(values[:, k], means, np.log(n)).fit().params for k in range(3)]
    np.testing.assert_allclose(alc_matrix(sparse.csr_array(counts), values, n), expected)
    with pytest.raises(TooLittleText, match="n = 14 words of the corpus with a vector"):
        alc_matrix(sparse.csr_array(counts[:14, :14] + 1), values[:14], n[:14])


def test_context_means_equal_a_naive_loop():
    """Windows stay in the turn, count only tokens that count, and leave out the words of the target and words without vectors."""
    text = (
        "ENVOY LIND:  Norland's fleet left the harbour.  (Laughter.)\n\n"
        "MINISTER KOVAR:  The harbour wants trade.  Norland wants peace."
    )
    turns = split_turns(text, "Kovar")
    corpus = encode_corpus(assemble([{"doc_id": "d", "date": "2020-01-01", "title": "T"}], {"d": turns}, Provenance()))
    assert len(corpus.turns) == 2 and corpus.layers["excluded"].sum() == 1
    rng = np.random.default_rng(6)
    vectors = Vectors(("fleet", "harbour", "wants", "peace", "the", "norland"), rng.normal(size=(6, 4)))
    for window in (1, 3, 40):
        found = context_vectors(corpus, Target("Norland", ("norland",)), replace_transform(vectors, 4), window=window)
        expected = []
        for unit in found.units.itertuples():
            low, high = corpus.turn_bounds[unit.turn], corpus.turn_bounds[unit.turn + 1]
            counted = [k for k in range(low, high) if not corpus.layers["excluded"][k]]
            at = counted.index(unit.token)
            near = counted[max(at - window, 0) : at] + counted[at + 1 : at + 1 + window]
            forms = [corpus.vocabulary["form"][corpus.ids[k]].casefold() for k in near]
            known = [
                vectors.values[vectors.index[f]] for f in forms if f in vectors.index and not f.startswith("norland")
            ]
            assert unit.n_words == len(known)
            expected.append(np.mean(known, axis=0))
        np.testing.assert_allclose(found.values, expected, rtol=1e-6)


def replace_transform(vectors, size):
    return Vectors(vectors.words, vectors.values, np.eye(size), "test")


def test_a_mention_without_words_with_vectors_is_left_out():
    corpus = encoded(["Norland.", "Norland wants peace."])
    two = Vectors(("peace", "war"), np.eye(2, dtype=np.float32), np.eye(2))
    found = context_vectors(corpus, Target("Norland", ("norland",)), two)
    assert found.units["document"].tolist() == [1] and found.values.tolist() == [[1.0, 0.0]]


def test_the_package_brings_vectors_of_some_worth():
    """WordSim-353 as gensim has it: rho .50 over 199 pairs (Finkelstein et al. 2002), as the model card says."""
    from gensim.test.utils import datapath

    vectors = load_vectors()
    assert vectors.values.shape == (12_959, 100) and vectors.transform.shape == (100, 100)
    assert {"russia", "russian", "kremlin", "moscow", "putin", "ukraine"} <= set(vectors.words)
    assert not any(word.endswith("'s") or "http" in word for word in vectors.words)
    unit = vectors.values / np.linalg.norm(vectors.values, axis=1, keepdims=True)
    with open(datapath("wordsim353.tsv"), encoding="utf-8") as lines:
        pairs = [line.casefold().split("\t") for line in lines if not line.startswith("#")]
    known = [(vectors.index[a], vectors.index[b], float(s)) for a, b, s in pairs if {a, b} <= set(vectors.index)]
    assert len(known) == 199
    rho = stats.spearmanr([unit[a] @ unit[b] for a, b, _ in known], [s for *_, s in known])[0]
    assert rho > 0.45


@pytest.fixture(scope="module")
def congress(data):
    """The vignette of conText 3.0.1: its sample, cleaned as it says; contexts of immigr*, and who speaks."""
    folder = data / "context_sample"
    if not folder.is_dir():
        pytest.skip(f"the sample of conText is not at {folder}")
    documents = json.loads(gzip.decompress((folder / "corpus.json.gz").read_bytes()))
    glove = load_vectors(folder / "glove.tsv.gz")
    transform = pd.read_csv(folder / "A.tsv.gz", sep="\t", header=None).to_numpy()
    stops = set(SNOWBALL.split())
    texts = [[w for w in d["text"].casefold().split() if w not in stops and len(w) >= 3] for d in documents]
    counts = Counter(w for words in texts for w in words)
    corpus = encoded([" ".join(words) for words in texts])
    # The vignette pads what occurs fewer than five times, and leaves other mentions in a context.
    rows = np.array([glove.index.get(w, -1) if counts[w] >= 5 else -1 for w in corpus.folded_forms])[corpus.folded_ids]
    words = corpus.folded_forms[corpus.folded_ids]
    at = np.flatnonzero([w.startswith("immigr") and counts[w] >= 5 for w in words])
    units = pd.DataFrame({"token": at, "length": 1, "document": corpus.parent("document")[at], "word": words[at]})
    means, _ = context_means(corpus, rows, units, glove.values, 6)
    who = pd.DataFrame(documents)[["party", "gender"]].iloc[units["document"]].reset_index(drop=True)
    return units, means @ transform.T, who, glove


def test_instances_neighbours_and_cosines_of_the_vignette(congress):
    units, values, who, glove = congress
    assert units["word"].value_counts().to_dict() == {"immigration": 924, "immigrants": 288, "immigrant": 125}
    unit = glove.values / np.linalg.norm(glove.values, axis=1, keepdims=True)
    mean = {party: values[(who["party"] == party).to_numpy()].mean(0) for party in "DR"}
    cosine = {party: unit @ m / np.linalg.norm(m) for party, m in mean.items()}
    assert np.sort(cosine["R"])[::-1][:5].round(3).tolist() == [0.843, 0.768, 0.732, 0.664, 0.658]
    found = [
        round(float(cosine[p][glove.index[w]]), 4)
        for p, w in (("D", "reform"), ("R", "reform"), ("D", "enforcement"), ("R", "enforcement"))
    ]
    assert found == [0.5950, 0.4271, 0.6060, 0.5969]


def test_norms_of_the_vignette(congress):
    units, values, who, _ = congress
    chosen = (units["word"] == "immigration").to_numpy()
    regressors = pd.DataFrame({"party_R": who["party"] == "R", "gender_M": who["gender"] == "M"})[chosen]
    table = embedding_regression(values[chosen], regressors).set_index("coefficient")
    assert table.loc["party_R", ["squared", "deflated"]].round(6).tolist() == [10.139940, 8.668252]
    assert table.loc["gender_M", ["squared", "deflated"]].round(6).tolist() == [6.908761, 5.154713]


def test_the_model_card_says_what_the_file_is():
    from importlib.resources import files

    card = files("discourse.models").joinpath("ungd-100.md").read_text(encoding="utf-8")
    assert re.search(r"12,959 case-folded words, 100 dimensions", card) and "CC0" in card
