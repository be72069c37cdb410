"""How often intervals cover the truth, raw and corrected, where a measure errs more in one group than in the other.

    python benchmarks/correction.py [--runs 1000]
    python benchmarks/correction.py --example experiments/russia-2022.yaml

The second prints the evaluation of Russia in that experiment as measured and as corrected by the 200 mentions of
`benchmarks/coded/state_department_2022.tsv`, drawn at random and coded twice.

Two groups of documents with 1 + Poisson(6) mentions each; the shares of conflictual, neutral and cooperative mentions vary between
documents (Dirichlet, concentration 4) around .5, .3, .2 in the first group and .4, .35, .25 in the second; the measure
confuses classes in another way in each group. A sample is drawn and used as `discourse stance sample` and `validate` do: within
strata of group, period (three) and class of the measure, those with fewer than two codes joined to others.

With two coders, each moves a code to the next class with probability .3 (MOVES), and is harsher or milder by a shift of his own in each
group (normal, with a standard deviation of 0, .03, .06 or .1 of that probability): a coder who leans one way in one group and the
other way in the other. The truth is then the mean code of all coders who might have coded.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.analyses.stance.coding import mention_ids
from discourse.analyses.stance.sampling import allocate
from discourse.analyses.stance.validation import merge_thin
from discourse.compare.corrected import CodedSample, compare_corrected
from discourse.compare.validation import number_agreement
from discourse.experiment import load, resolve
from discourse.experiment.run import stance_by_the_rules
from discourse.features.stance import CLASSES

CODED = Path(__file__).parent / "coded"

SHARES = np.array([[0.5, 0.3, 0.2], [0.4, 0.35, 0.25]])
CONFUSION = np.array(
    [
        [[0.8, 0.15, 0.05], [0.3, 0.6, 0.1], [0.1, 0.3, 0.6]],
        [[0.5, 0.35, 0.15], [0.1, 0.6, 0.3], [0.05, 0.1, 0.85]],
    ]
)
NUMBERS = np.array([-1.0, 0.0, 1.0])
MOVES = 0.3
# At the ends of the scale a code can move one way only.
EXPECTED = np.array([-1 + MOVES / 2, 0.0, 1 - MOVES / 2])


def truth_of(codes: np.ndarray) -> dict[str, float]:
    """Means of the groups and their difference, if this is the mean code of each class."""
    return {"a": SHARES[0] @ codes, "b": SHARES[1] @ codes, "a - b": (SHARES[0] - SHARES[1]) @ codes}


def two_coders(rng: np.random.Generator, truth: np.ndarray, group: np.ndarray, spread: float) -> np.ndarray:
    """Codes of two coders, shape (n, 2), of mentions of the classes `truth`."""
    codes = np.empty((len(truth), 2))
    for c in range(2):
        shift = np.clip(rng.normal(0, spread, 2), -MOVES / 2, MOVES / 2)[group]
        u = rng.random(len(truth))
        down, up = (u < MOVES / 2 + shift) & (truth > 0), (u > 1 - MOVES / 2 + shift) & (truth < 2)
        codes[:, c] = NUMBERS[truth - down + up]
    return codes


def simulate(
    rng: np.random.Generator, documents: int, n_coded: int, spread: float | None = None
) -> dict[tuple[str, str], tuple[bool, float]]:
    """One run: whether the interval of each item and stratum covers the truth, and its width.

    `spread` is that of two coders; by default the truth is coded. "ignoring coders" is corrected by their mean codes alone.
    """
    f, y, g, d = [], [], [], []
    for k in range(2 * documents):
        group = k % 2
        coded = rng.choice(3, 1 + rng.poisson(6), p=rng.dirichlet(SHARES[group] * 4))
        y += coded.tolist()
        f += [int(rng.choice(3, p=CONFUSION[group][c])) for c in coded]
        g += [group] * len(coded)
        d += [k] * len(coded)
    measure, group_of, document = NUMBERS[f], np.array(g), np.array(d)
    period = document * 3 // (2 * documents)
    stratum = group_of * 9 + period * 3 + np.array(f)
    described = [{"stratum": h, "group": h // 9, "period": h // 3 % 3, "band": h % 3} for h in range(18)]
    sizes = np.bincount(stratum, minlength=18)
    drawn = np.concatenate([allocate(sizes[:9], n_coded // 2), allocate(sizes[9:], n_coded // 2)])
    rows = np.concatenate([rng.choice(np.flatnonzero(stratum == h), k, False) for h, k in enumerate(drawn)])
    strata, coders, expected = merge_thin(stratum, rows, group_of, described), None, NUMBERS
    values = NUMBERS[np.array(y)[rows]]
    if spread is not None:
        coders, expected = two_coders(rng, np.array(y)[rows], group_of[rows], spread), EXPECTED
        values = coders.mean(axis=1)
    sample, truth = CodedSample(rows, values, strata, coders), truth_of(expected)
    table = compare_corrected(measure, sample, group_of, ["a", "b"], document, pair=(0, 1)).table
    if coders is not None:
        alone = CodedSample(rows, values, strata)
        other = compare_corrected(measure, alone, group_of, ["a", "b"], document, pair=(0, 1)).table
        table = pd.concat([table, other[other["item"] == "corrected"].assign(item="ignoring coders")])
    return {
        (r.item, r.stratum): (bool(r.low <= truth[r.stratum] <= r.high), float(r.high - r.low))
        for r in table.itertuples()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--example", type=Path)
    options = parser.parse_args()
    if options.example is not None:
        example(options.example)
        return
    runs = options.runs
    for documents, n_coded in ((15, 90), (30, 60), (30, 150), (60, 300), (150, 60), (150, 300)):
        report(runs, documents, n_coded)
    for documents, n_coded in ((30, 150), (60, 300)):
        for spread in (0.0, 0.03, 0.06, 0.1):
            report(runs, documents, n_coded, spread)


def example(file: Path) -> None:
    """Print the corrected evaluation by group of an experiment on these releases, and how the measure agrees with the codes."""
    plan = resolve(load(file))
    data, _, scored, counted = stance_by_the_rules(plan, plan.targets[0])
    codes = pd.read_csv(CODED / "state_department_2022.tsv", sep="\t", dtype={"doc_id": str})
    ids = mention_ids(data.turns, scored)[counted].assign(place=np.arange(counted.sum()))
    found = ids.merge(codes, on=["doc_id", "turn", "start"])
    coders = found[["stance_a", "stance_b"]].replace(dict(zip(CLASSES, NUMBERS))).to_numpy(float)
    document = scored.units["document"].to_numpy()[counted]
    group, place, measure = data.design.group[document], found["place"].to_numpy(), scored.values[counted, 0]
    names = [str(n) for n in data.design.names]
    for name, known in (("both coders", coders), ("without their disagreement", None)):
        sample = CodedSample(place, coders.mean(axis=1), group, known)
        corrected = compare_corrected(measure, sample, group, names, document, pair=data.pair, bounds=(-1, 1))
        print(f"{len(found)} of {len(codes)} coded mentions count here; {name}")
        for r in corrected.table.itertuples():
            print(f"  {r.item:<10} {r.stratum}: {r.estimate:.2f} [{r.low:.2f}, {r.high:.2f}], n = {r.n_coded} coded")
    agreed = number_agreement(
        measure[place], coders.mean(axis=1), group=group[place], documents=document[place], pair=data.pair
    )
    print(agreed)


def report(runs: int, documents: int, n_coded: int, spread: float | None = None) -> None:
    """Print the share of runs that cover, and the mean width."""
    found = [simulate(np.random.default_rng(seed), documents, n_coded, spread) for seed in range(runs)]
    of = "" if spread is None else f" by two coders, spread {spread:g}"
    print(
        f"{documents} documents in each group, {n_coded} coded mentions{of}, {runs} runs: share that covers (mean width)"
    )
    for item in dict.fromkeys(item for item, _ in found[0]):
        cells = []
        for stratum in ("a", "b", "a - b"):
            covers, width = np.mean([run[item, stratum] for run in found], axis=0)
            cells.append(f"{stratum} {covers:.3f} ({width:.2f})")
        print(f"  {item:<16} {', '.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
