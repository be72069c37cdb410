"""Verdicts of a whole report where nothing differs: the labels of the groups are shuffled between the units of real documents.

    python benchmarks/report_nulls.py EXPERIMENT.yaml [--runs 60] [--resamples 500] [--only salience,stance,words,frequency]

For each run all that is compared is computed again, tested and judged, topics, multiverse and mix aside. Printed: the share of the runs in which any
measure of page 1, and any item of each family, "differs", or "differs" or "may differ".
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace

import numpy as np
from topics import shuffled

from discourse.analyses.base import Found
from discourse.analyses.outcome import Certainty
from discourse.experiment import load, resolve
from discourse.experiment.graph import Graph
from discourse.experiment.nodes import Clock, Node
from discourse.experiment.run import prepare
from discourse.experiment.store import Store

REVIEWERS = ("noise", "units", "event", "serial", "influence", "verdict")
SOME = (Certainty.DIFFERS, Certainty.MAY_DIFFER)


class _Unstored(Graph):
    """A graph whose results depend on labels that no key knows of."""

    def found(self, node: Node) -> tuple[Found, bool]:
        return self._compute(node), False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment")
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--resamples", type=int, default=500)
    parser.add_argument("--only", default="salience,stance,words,frequency")
    arguments = parser.parse_args()
    base = prepare(resolve(load(arguments.experiment)), Clock(lambda stage, said: None))
    rng, differ, some, judged = np.random.default_rng(13), Counter(), Counter(), Counter()
    for _ in range(arguments.runs):
        graph = _Unstored(base, Store(), Clock(lambda stage, said: None))
        design = replace(graph.data.design, resamples=arguments.resamples)
        graph.data = shuffled(replace(graph.data, design=design), rng)
        found = graph.run((*arguments.only.split(","), *REVIEWERS))["verdict", ""]
        answers = {"any measure of page 1": [j.certainty for j in found.judged.values()]}
        answers |= {" ".join(filter(None, k)): [Certainty(c) for c in t["certainty"]] for k, t in found.items.items()}
        answers["any"] = [c for kinds in list(answers.values()) for c in kinds]
        for name, kinds in answers.items():
            judged[name] += 1
            differ[name] += Certainty.DIFFERS in kinds
            some[name] += any(c in SOME for c in kinds)
    print(f"{arguments.experiment}: {arguments.runs} runs, {arguments.resamples} resamples")
    for name, n in judged.items():
        print(
            f"  {name:<28} of {n}: differs {differ[name]} ({differ[name] / n:.3f}); differs or may differ {some[name]} ({some[name] / n:.3f})"
        )


if __name__ == "__main__":
    main()
