"""The lines behind words: as many as a loop over the texts finds, each at its place."""

from __future__ import annotations

import re

import numpy as np
import pytest

from discourse.experiment import load, resolve
from discourse.experiment.behind import lines_behind
from discourse.experiment.document import Document
from discourse.experiment.occurrences import Index


@pytest.fixture(scope="module")
def lines(norland):
    return lines_behind(norland.graph, Document(norland.graph).say)


@pytest.fixture(scope="module")
def texts(norland):
    documents = norland.corpus.documents["doc_id"]
    return dict(zip(norland.corpus.turns["doc_id"], norland.corpus.texts)), set(documents)


def test_totals_are_those_of_a_loop_over_the_texts(lines, texts):
    by_document, _ = texts
    assert {"grain", "summer winter"} & set(lines.words)
    for word in ["grain", "harbour", *(w for w in lines.words if " " in w)][:8]:
        counts = [len(re.findall(rf"(?<!\w)(?={word}(?!\w))", t.lower())) for t in by_document.values()]
        assert (lines.words[word].total, lines.words[word].documents) == (sum(counts), sum(c > 0 for c in counts)), word
    assert lines.mentions["Norland"].total == sum(t.count("Norland") for t in by_document.values())


def test_each_line_stands_at_its_place_in_its_document(lines, texts):
    by_document, known = texts
    for word, found in lines.words.items():
        assert 0 < len(found.places) <= found.total
        for passage, start, length, about in found.places:
            pool = lines.passages[passage]
            assert pool.text[start : start + length].lower() == word
            doc_id = lines.sources[pool.source].doc_id
            assert doc_id in known and pool.text in by_document[doc_id]
            sentence = re.split(r"(?<=\.) ", pool.text[:start])[-1] + re.split(r"\. ", pool.text[start:])[0]
            assert about == ("Norland" in sentence) or sentence.startswith(pool.text[:5]), (sentence, about)


def test_a_selection_takes_both_groups_and_sentences_about_the_target(norland):
    (target,) = norland.graph.base.plan.targets
    index = Index.of(norland.graph, [target])
    total = index.total(target)
    chosen, every = index.some({target: [10, total]})[target]
    document = np.searchsorted(norland.corpus.document_bounds, chosen[:, 0], side="right") - 1
    assert len(chosen) == 10 and np.bincount(norland.data.design.group[document]).tolist() == [5, 5]
    assert (np.diff(chosen[:, 0]) > 0).all(), "in the order of the text"
    assert len(every) == total


@pytest.mark.slow
def test_without_texts_there_are_documents_with_their_counts(norland, lines, experiment_source, tmp_path):
    from discourse.experiment import compute
    from discourse.experiment.sharing import make_bundle

    file = experiment_source(tmp_path)
    bundle = tmp_path / "norland.bundle.zip"
    bundle.write_bytes(make_bundle(resolve(load(file))))
    (tmp_path / "speeches.jsonl").unlink()
    results = compute(resolve(load(file), bundle=bundle))
    without = lines_behind(results.graph, Document(results.graph).say)
    assert not without.texts and not any(p.text for p in without.passages)
    for word in ("grain", "harbour"):
        assert (without.words[word].total, without.words[word].documents) == (
            lines.words[word].total,
            lines.words[word].documents,
        )
        assert sum(n for _, _, n, _ in without.words[word].places) == without.words[word].total
    assert without.mentions["Norland"].total == lines.mentions["Norland"].total
