"""Frames, dyads and the operational code: rates of a naive count, every reviewer, nothing refused silently."""

import json
import re

import pytest

from discourse.errors import ConfigError
from discourse.experiment import compute, load, resolve, run
from discourse.figures.draw import draw
from discourse.report.blocks import Refusal
from discourse.report.dictionary import data_dictionary

GROUPS = {"Before the treaty": range(0, 20), "After the treaty": range(20, 40)}
NAMES = "{names: {Norland: [norland], Westland: [westland]}, min_documents: 3, min_sentences: 20%s}"
ALL = (
    "".join(f"{a}: {NAMES % ''}\n" for a in ("frames", "dyads"))
    + "vics: {names: {Norland: [norland], Westland: [westland]}}\n"
)
# What each sentence of the invented speeches says.
SAID = {
    "We welcome Norland as a partner.": ["we → welcome → Norland"],
    "We thank Norland for its help.": ["we → thank → Norland"],
    "We condemn the attack by Norland.": ["we → condemn → attack"],
    "Norland violated the treaty.": ["Norland → violate → treaty"],
    "Norland and Westland agreed on trade.": ["Norland → agree → Westland", "Westland → agree → Norland"],
}


@pytest.fixture
def write(experiment_file):
    """The experiment with deeds alone."""

    def change(add=ALL, without=("sensitivity",)):
        text = experiment_file.read_text(encoding="utf-8").replace("resamples: 300", "resamples: 100")
        text = re.sub(r"(?m)^(topics|frequency):.*\n", "", text)
        for key in without:
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text)
        experiment_file.write_text(
            text + "topics: false\nfrequency: false\nstance: false\ncontext: false\n" + add, encoding="utf-8"
        )
        return experiment_file

    return change


def speeches(file):
    """Sentences of the speeches of each group."""
    rows = [json.loads(line) for line in (file.parent / "speeches.jsonl").read_text(encoding="utf-8").splitlines()]
    return {g: [re.findall(r"[A-Z][^.]*\.", rows[k]["text"]) for k in inside] for g, inside in GROUPS.items()}


def test_rates_are_those_of_a_naive_count(write):
    file = write()
    results = compute(resolve(load(file)))
    (overall,), (about,) = results.found("frames").outcomes, results.found("frames_about", "Norland").outcomes
    dyads = {o.key: o for o in results.found("dyads").outcomes}
    vics = {o.key: o for o in results.found("vics").outcomes}
    for group, documents in speeches(file).items():
        every = [s for d in documents for s in d]
        for outcome, scope in ((overall, every), (about, [s for s in every if "Norland" in s])):
            levels = outcome.table[(outcome.table["contrast"] == "level") & (outcome.table["stratum"] == group)]
            rates = levels.set_index("item")["estimate"].to_dict()
            said = [triple for s in scope for triple in SAID.get(s, ())]
            assert rates == pytest.approx({t: 1000 * said.count(t) / len(scope) for t in rates})
            assert set(rates) >= set(said)
        together = 1000 * sum("Norland" in s and "Westland" in s for s in every) / len(every)
        assert dyads["dyads_named"].level(group)["estimate"] == pytest.approx(together)
        own = [s for s in every if s.startswith("We ")]
        positive = sum("condemn" not in s for s in own)
        assert vics["vics_i1"].level(group)["estimate"] == pytest.approx((2 * positive - len(own)) / len(own))


def test_a_report_with_every_reviewer(write):
    report, _ = run(resolve(load(write(add=ALL + "report: {length: full}\n"))))
    names = {f.name for f in report.figures}
    assert {"frames", "frames_about", "frames_distinctive", "dyads", "dyads_acts", "dyads_named", "vics"} <= names
    assert {"noise-frames", "noise-dyads_named"} <= names
    known = data_dictionary(report.tables, report.columns)
    assert not known.loc[known["meaning"] == "", ["table", "column"]].values.tolist()
    assert {"walker1998", "ash2024", "schrodt2012"} <= set(report.citations)
    assert set(report.tables["frames-sentences"]["group"]) == set(GROUPS)
    for figure in report.figures:
        if figure.of in ("dyads", "vics"):
            draw(figure.frame, figure.kind)
    text = json.dumps([getattr(b, "text", "") for b in report.blocks])
    assert "Precision .74 [.65, .82], n = 100" in text and "precision .86 and recall .29" in text


def test_without_target_and_contrast(write):
    report, _ = run(resolve(load(write(without=("sensitivity", "compare", "targets")))))
    names = {f.name for f in report.figures}
    assert "frames" in names and "frames_distinctive" not in names


def test_too_little_text_is_said(write):
    add = "frames: {min_sentences: 100000}\nvics: {min_verbs: 100000}\n"
    report, _ = run(resolve(load(write(add=add))))
    said = [b.text for b in report.blocks if isinstance(b, Refusal)]
    assert any("Narrative frames" in s and "100000 sentences" in s for s in said)
    assert any("The operational code" in s and "100000 coded verbs" in s for s in said)


def test_we_stand_for_an_actor(write):
    file = write(add="frames: {names: {Norland: [norland]}, we: Westland, min_documents: 3}\n")
    with pytest.raises(ConfigError, match=r'frames.we: there is no actor "Westland"'):
        resolve(load(file))
    file.write_text(file.read_text(encoding="utf-8").replace("we: Westland", "we: Norland"), encoding="utf-8")
    (outcome,) = compute(resolve(load(file))).found("frames").outcomes
    # Norland does nothing to itself.
    assert not [i for i in outcome.quantities.items if i.startswith("we") or "welcome → Norland" in i]


def test_nothing_is_ignored_without_a_target(write):
    file = write(add="frames: {scope: documents}\n", without=("targets", "compare", "sensitivity"))
    with pytest.raises(ConfigError, match=r"frames.scope: there is no target"):
        resolve(load(file))
