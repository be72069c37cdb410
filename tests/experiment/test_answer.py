"""Page 1 answers in few words, with the numbers of the tables; the brief report is short and leaves out no table."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from discourse.analyses.claims import Claim, Form
from discourse.analyses.data import Data
from discourse.analyses.outcome import Certainty, Outcome
from discourse.analyses.say import Say
from discourse.analyses.validity import MeasureValidity, Validity
from discourse.compare.quantities import Quantities
from discourse.compare.resample import Design
from discourse.experiment.answer import MOST_CLAIMS, MOST_WORDS, answer, ordered
from discourse.features.target import Target
from discourse.report import write
from discourse.report.blocks import MOST_CAPTION, Figure, Table, caption_and_note

GROUPS = ("Tillerson era", "Blinken era")


@pytest.fixture(scope="module")
def say():
    dates = pd.to_datetime(["2017-03-01", "2021-03-01"])
    documents = pd.DataFrame({"n_tokens": [10, 20], "group": GROUPS, "date": dates})
    design = Design(np.array([0, 1]), list(GROUPS))
    within = {"Tillerson era": "in the Tillerson era", "Blinken era": "in the Blinken era"}
    data = Data(documents, pd.DataFrame(), design, pair=(1, 0), within=within)
    return Say(data, {}, None, None, "answer", targets=[Target("Russia", ("russia",))])


def claim(
    form, a, b, certainty=Certainty.DIFFERS, key="salience", target="Russia", after=" per 10,000 tokens", validity=None
):
    """A claim on levels of the Blinken era and of the Tillerson era."""
    q = Quantities("mentions", np.array([[1], [3]]), np.array([[100], [100]]), [key], 1e4, target=target)
    outcome = Outcome(key, q, name="mentions", title="Mentions of Russia", after=after, validity=validity)
    levels = pd.DataFrame(
        {"stratum": GROUPS, "estimate": [b, a], "low": [b - 1, a - 1], "high": [b + 1, a + 1]}
    ).reindex(columns=["stratum", "estimate", "low", "high", "low_document", "high_document"])
    return Claim(outcome, form, certainty, None, levels, "conflictual", unit="u")


def text_of(*claims, say):
    return answer(claims, say).text


def test_rates_are_said_as_ratios_whichever_group_has_more(say):
    assert text_of(claim(Form.RATE, 40.4, 17.0), say=say) == (
        "Mentions of Russia were 2.4 times as frequent in the Blinken era as in the Tillerson era (40 against 17 per 10,000 words)."
    )
    assert "4.0 times as frequent in the Tillerson era as in the Blinken era (8.0 against 2.0" in text_of(
        claim(Form.RATE, 2.0, 8.0), say=say
    )
    assert "almost only in the Blinken era (8.0 against 0.0" in text_of(claim(Form.RATE, 8.0, 0.0), say=say)


def test_shares_are_said_with_what_is_not_known_of_the_measure(say):
    unchecked = MeasureValidity(Validity.UNVALIDATED)
    said = text_of(claim(Form.SHARE, 79.1, 43.4, validity=unchecked), say=say)
    assert said == (
        "79% of the mentions of Russia in the Blinken era were conflictual, against 43% in the Tillerson era (as measured; not validated)."
    )
    may = text_of(claim(Form.SHARE, 79.1, 43.4, Certainty.MAY_DIFFER), say=say)
    assert may.startswith("Not certain: 79% of the mentions") and "measured" not in may
    second = text_of(claim(Form.RATE, 30, 10), claim(Form.RATE, 47, 21, Certainty.MAY_DIFFER), say=say)
    assert second.endswith(
        "Less certain: mentions of Russia were 2.2 times as frequent in the Blinken era (47 against 21 per 10,000 words)."
    )


def test_the_verdict_leads_then_the_target_then_size(say):
    small, large = claim(Form.RATE, 12, 10), claim(Form.RATE, 30, 10)
    background = claim(Form.ITEM, 90, 1, target="")
    may = claim(Form.RATE, 100, 1, Certainty.MAY_DIFFER)
    open_ = claim(Form.RATE, 100, 1, Certainty.INCONCLUSIVE)
    assert ordered([open_, may, background, small, large], say) == [large, small, background, may, open_]


def test_what_is_inconclusive_does_not_come_first(say):
    nothing = claim(Form.RATE, 100, 1, Certainty.INCONCLUSIVE)
    found = answer([nothing, claim(Form.RATE, 30, 10)], say)
    assert found.text.startswith("Mentions of Russia were 3.0 times")
    assert "no evidence that the groups are alike" in found.undecided
    alone = text_of(nothing, say=say)
    assert alone.startswith("These texts do not decide the question")
    assert "neither a difference nor its absence" in alone


@pytest.mark.parametrize("words", [5, 30])
def test_an_answer_has_at_most_sixty_words_however_long_the_names_are(say, words):
    long = {g: " ".join(["in the long and winding era of"] * (words // 5)) for g in GROUPS}
    longer = replace(say, data=replace(say.data, within=long))
    claims = [claim(Form.RATE, 30, 10), claim(Form.RATE, 20, 10), claim(Form.RATE, 15, 10), claim(Form.RATE, 12, 10)]
    found = answer(claims, longer).text
    # One claim is made in any case.
    assert len(found.split()) <= MOST_WORDS or found.count("as frequent") == 1
    assert 1 <= found.count("as frequent") <= MOST_CLAIMS


def test_levels_without_intervals_are_not_printed(say):
    bare = claim(Form.RATE, 40.4, 17.0)
    bare.levels["low"] = bare.levels["high"] = float("nan")
    assert "40" not in text_of(bare, say=say)
    assert "33" in text_of(bare, claim(Form.RATE, 33.0, 11.0, Certainty.MAY_DIFFER), say=say)


def test_without_claims_the_first_sentence_answers(say):
    assert (
        answer([], say, ["The home side never mentions Norland.", "More."]).text
        == "The home side never mentions Norland."
    )
    assert answer([], say).text == "Nothing is compared here: this report describes the corpus."


@pytest.fixture(scope="module")
def experiment(tmp_path_factory, experiment_source, experiment_at):
    return experiment_at(experiment_source(tmp_path_factory.mktemp("answer"))).change(
        ("sensitivity:", "multiverse: {window: [6]}\nsensitivity:")
    )


@pytest.fixture(scope="module")
def report(experiment):
    return experiment.report()


def test_page_1_has_the_numbers_of_the_tables(report):
    text = report.answer.text
    assert len(text.split()) <= MOST_WORDS
    assert 1 <= len(report.answer.sure) <= MOST_CLAIMS
    assert report.answer.figure is not None
    frame = report.answer.figure.frame
    stance = report.tables["figure-stance"]
    # All mentions are of one class on either side: such shares have no interval, and the means tell the difference.
    assert stance.query("item == 'cooperative'")["low"].isna().all()
    assert not frame["panel"].str.startswith("cooperative").any()
    means = stance.query("item == 'evaluation'").set_index("stratum")["estimate"]
    drawn = frame[frame["panel"].str.startswith("evaluation")].set_index("stratum")["estimate"]
    assert drawn.to_dict() == means.to_dict()
    assert all(f"{m:.2f}".replace("-", "−") in text for m in means)
    assert "not validated" in text, "the verdict on a measure without codes goes with its number"
    assert any("hand-coded" in line for line in report.answer.sure)


def test_captions_have_at_most_fifty_words(report):
    blocks = [b for b in (*report.blocks, *report.brief) if isinstance(b, Figure | Table)]
    assert len(blocks) > 30
    assert not [b.caption for b in blocks if len(caption_and_note(b.caption)[0].split()) > MOST_CAPTION]
    assert all(set(" ".join(caption_and_note(b.caption)).split()) == set(b.caption.split()) for b in blocks)


def test_the_brief_report_is_short_and_both_have_all_tables(experiment, report, tmp_path):
    text = experiment.file.read_text(encoding="utf-8")
    full = experiment.change(add="report: {length: full}\n").report()
    experiment.file.write_text(text, encoding="utf-8")
    assert full.brief == () and full.tables.keys() == report.tables.keys()
    assert all(full.tables[name].equals(frame) for name, frame in report.tables.items())
    pages = []
    for name, one in (("brief", report), ("full", full)):
        folder = write(one, tmp_path / name, {})
        pages.append(PdfReader(io.BytesIO((folder / "report.pdf").read_bytes())).pages)
    assert len(pages[0]) <= 6 < len(pages[1])
    first = [" ".join(p[0].extract_text().split()) for p in pages]
    for start in (report.answer.text[:40], "How sure is this?", "Corpus:"):
        assert all(start in page for page in first)


def test_each_robust_difference_is_in_the_table_of_robustness(report):
    table = report.tables["table-robustness"].set_index("item")
    tests = report.tables["table-tests"].query("contrast == 'difference' and unit == 'minister'").set_index("item")
    assert table["p_family"].to_dict() == tests["p_family"].to_dict()
    assert table["estimate"].to_dict() == tests["estimate"].to_dict()
