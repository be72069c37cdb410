"""Words about a target in a whole run: scopes, collocates, net differences, and the rival account, against plain counting."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from discourse.analyses.review.rival import account
from discourse.compare.quantities import pair
from discourse.compare.ratios import compare
from discourse.errors import DiscourseError

WORD = re.compile(r"\w+(?:['’-]\w+)*")


def sentences(results):
    """Words of each sentence of the home side that counts, with its document and whether it mentions Norland; by slices."""
    corpus, home = results.corpus, (results.corpus.turns["side"] == "home").to_numpy()
    forms = [str(f) for f in corpus.folded_forms]
    out = corpus.layers["excluded"]
    for s, (a, b) in enumerate(zip(corpus.sentence_bounds[:-1], corpus.sentence_bounds[1:])):
        turn = corpus.sentence_turn[s]
        if home[turn]:
            words = [forms[corpus.folded_ids[t]] for t in range(a, b) if not out[t]]
            yield corpus.turn_document[turn], words, any(w.removesuffix("'s") == "norland" for w in words)


def test_words_about_a_target_by_counting(norland):
    found, data = norland.found("words", "Norland"), norland.data
    table = found.keyness[1].table.set_index("item")
    counts = {}
    for document, words, about in sentences(norland):
        group = data.documents["group"].iloc[document]
        for word in words if about else ():
            counts[word, group] = counts.get((word, group), 0) + 1
    assert len(table) > 5
    for item, row in table.iterrows():
        assert row["count_study"] == counts.get((item, data.design.names[data.pair[0]]), 0), item
        assert row["count_reference"] == counts.get((item, data.design.names[data.pair[1]]), 0), item
    assert "norland" not in table.index
    assert (table["net_low"] <= table["net"]).all()
    assert (table["net"] <= table["net_high"]).all()


def test_collocates_by_counting(norland):
    found, corpus = norland.found("collocates", "Norland"), norland.corpus
    home = np.repeat((corpus.turns["side"] == "home").to_numpy(), np.diff(corpus.turn_bounds))
    counted = np.flatnonzero(corpus.words() & home)
    forms = np.asarray(corpus.folded_forms)[corpus.folded_ids]
    turn, document = corpus.parent("turn"), corpus.parent("document")
    nodes = [k for k, t in enumerate(counted) if forms[t].removesuffix("'s") == "norland"]
    near = {
        j for k in nodes for j in range(max(k - 5, 0), min(k + 6, len(counted))) if turn[counted[j]] == turn[counted[k]]
    } - set(nodes)
    groups = norland.data.documents["group"].to_numpy()
    for row in found.table.itertuples():
        mine = [j for j in near if forms[counted[j]] == row.item and groups[document[counted[j]]] == row.group]
        assert row.near == len(mine), row
        first = [
            k for k in nodes
            if k + 1 < len(counted) and turn[counted[k + 1]] == turn[counted[k]]
            and forms[counted[k + 1]] == row.item and groups[document[counted[k]]] == row.group
        ]  # fmt: skip
        assert len(first) == row.R1, row
    assert sum(found.nodes.values()) == sum(groups[document[counted[k]]] != "" for k in nodes)


def test_another_scope_is_another_count(small):
    one = small.compute().found("words", "Norland").keyness[1].params
    small.change(("ngrams: [1]}", "ngrams: [1], scope: {window: 2}}"))
    two = small.compute().found("words", "Norland").keyness[1].params
    small.change(("scope: {window: 2}", "scope: documents"))
    three = small.compute().found("words", "Norland").keyness[1].params
    assert two["n_study"] < one["n_study"] < three["n_study"]
    small.change(("scope: documents", "scope: all"))
    assert not small.compute().found("words", "Norland").keyness


def test_a_scope_that_does_not_exist(small):
    said = small.change(("ngrams: [1]}", "ngrams: [1], scope: paragraphs}")).problem()
    assert "frequency.scope" in said
    assert "sentences" in said


def test_names_of_speakers_are_left_out(small):
    names = {"kovar", "brandt"}
    with_names = small.compute().graph
    small.change(("ngrams: [1]}", "ngrams: [1], leave_out: speakers}"))
    turns = with_names.base.corpus.turns["speaker"].dropna()
    last = {str(s).split(" ")[-1].casefold() for s in turns} | names
    items = set(small.compute().found("frequency").keyness[1].table["item"])
    assert not items & last


def test_an_event_within_a_group(experiment):
    """The levels are those of three groups that are configured so; the account follows from them."""
    experiment.smaller()
    dates = sorted(r["date"] for r in experiment.rows)
    late = [d for d in dates if d >= dates[len(dates) // 2]]
    day = late[len(late) // 2]
    experiment.change(
        ("inference: {", "inference: {min_documents: 5, "), add=f"rival: {{date: {day}, name: the flood}}\n"
    )
    results = experiment.compute()
    found, outcome = results.found("rival"), results.outcomes["evaluation", "Norland"]
    assert [n.split(",")[-1].strip() for n in found.names[1:]] == ["before the flood", "since the flood"]
    row = found.table[found.table["key"] == "evaluation"].iloc[0]
    y, x = outcome.quantities.y[:, 0], outcome.quantities.x[:, 0]
    data = results.data
    since = (data.documents["date"] >= pd.Timestamp(day)).to_numpy()
    study = data.design.group == data.pair[0]
    before, after, other = study & ~since, study & since, data.design.group == data.pair[1]
    level = {k: y[m].sum() / x[m].sum() for k, m in (("before", before), ("after", after), ("other", other))}
    assert row["era"] == pytest.approx(level["before"] - level["other"])
    assert row["event"] == pytest.approx(level["after"] - level["before"])


@pytest.mark.parametrize(
    ("era", "event", "whole", "expected"),
    [
        ((1, 0.5, 1.5), (1, 0.2, 1.8), 2.0, "both"),
        ((1, 0.5, 1.5), (0.1, -1, 1), 1.0, "era"),
        ((0.1, -1, 1), (1, 0.5, 1.5), 1.0, "event"),
        ((1, 0.5, 1.5), (-1, -1.5, -0.5), 0.1, "opposed"),
        ((0.1, -1, 1), (0.1, -1, 1), 0.2, "inconclusive"),
        ((1, np.nan, np.nan), (1, 0.5, 1.5), 1.0, "event"),
        # What points the other way bears out no account of the difference.
        ((-1, -1.5, -0.5), (0.1, -1, 1), 1.0, "inconclusive"),
    ],
)
def test_accounts(era, event, whole, expected):
    row = {
        f"{n}{end}": v
        for n, values in (("era", era), ("event", event))
        for end, v in zip(("", "_low", "_high"), values)
    }
    assert account(row, whole) == expected


def test_a_rival_needs_text_on_both_sides(small):
    small.change(add="rival: {date: 1800-01-01, name: nothing}\n")
    assert "too little text" in str(small.compute().found("rival").refusals[0])


def test_a_rival_of_an_unknown_group(small):
    said = small.change(add="rival: {date: 2000-01-01, group: Nowhere}\n").problem()
    assert 'there is no group "Nowhere"' in said


def test_the_same_result_of_compare(norland):
    """What the report shows of a collocate's difference is the log-odds ratio of its own quantities."""
    (outcome,) = norland.found("collocates", "Norland").outcomes
    design = outcome.design
    table = compare(outcome.quantities, design, [pair(design, 0, 1)], min_documents=2).table
    table = table[table["contrast"] == "difference"].set_index("item")["estimate"]
    mine = outcome.table.set_index("item")["estimate"]
    assert mine.to_numpy() == pytest.approx(table[mine.index].to_numpy(), rel=1e-9)


def test_places_of_a_concordance_are_checked():
    from discourse.cli.commands import concordance

    with pytest.raises(DiscourseError, match='got "X1"'):
        concordance("norland", "nothing.yaml", [], sort="X1")


def test_a_rival_of_the_reference_group_is_its_own_change(experiment):
    """The parts of the reference group minus the study group; the account turns the sign of the whole."""
    experiment.smaller()
    dates = sorted(r["date"] for r in experiment.rows)
    day = dates[len(dates) // 4]
    before = [r for r in experiment.rows if r["date"] < day]
    experiment.change(
        ("inference: {", "inference: {min_documents: 5, "),
        add=f"rival: {{date: {day}, name: the flood, group: Before the treaty}}\n",
    )
    results = experiment.compute()
    found, outcome = results.found("rival"), results.outcomes["salience", "Norland"]
    assert found.n[1] <= len(before)
    row = found.table[found.table["key"] == "salience"].iloc[0]
    level = found.levels[found.levels["item"] == "salience"].set_index("stratum")["estimate"]
    study, first, second = found.names
    assert row["era"] == pytest.approx(level[first] - level[study])
    assert row["event"] == pytest.approx(level[second] - level[first])
    assert outcome.difference()["estimate"] == pytest.approx(
        outcome.level(study)["estimate"] - outcome.level("Before the treaty")["estimate"]
    )
