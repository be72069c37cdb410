"""What a prior with covariates does to differences between groups.

    python benchmarks/topics_dmr.py null [--runs 40] [--words 12] [--difference 0]
    python benchmarks/topics_dmr.py stm POSTS.jsonl.gz --python PYTHON

null: documents of four passages with planted topics, in two groups of 30 whose shares of the first topic differ by as much as is said.
For a model that knows the group, for its topics with one prior for all, and for a model without covariates: the mean difference and its
standard deviation over the runs, and how often a 95% interval over documents covers the planted one.

stm: posts of two eras on Russia in a model that knows the era, and in a structural topic model (`topics_stm.py`, in an environment of its own with
structural-topic-model 1.0.0); topics are matched by the posts that they are in.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from discourse.compare.composition import Fits, composed
from discourse.compare.quantities import Quantities, pair
from discourse.compare.resample import Design
from discourse.features import topic_engine
from discourse.features._examples import encoded
from discourse.features.passages import passage_bags
from discourse.features.topic_inference import Trained, infer
from discourse.features.topic_process import Guide, TopicModel
from discourse.features.topics import ENGINES, TopicSettings, counted, topic_by_document, topic_fits, train
from discourse.types import Features

DOCUMENTS, PASSAGES, TOPICS, TERMS = 60, 4, 3, 40
GROUP = np.repeat([0, 1], DOCUMENTS // 2)


def planted(rng: np.random.Generator, words: int, difference: float) -> tuple[Features, np.ndarray]:
    """Bags, and the share of the first topic in the tokens of each group."""
    phi = rng.dirichlet(np.full(TERMS, 0.1), TOPICS)
    mean = np.array([1 / 3 + difference / 2, 1 / 3 - difference / 2])
    rows, units = [], []
    for d in range(DOCUMENTS):
        first = mean[GROUP[d]]
        of_document = rng.dirichlet(4 * np.array([first, (1 - first) / 2, (1 - first) / 2]))
        for _ in range(PASSAGES):
            theta = rng.dirichlet(2 * of_document + 1e-3)
            rows.append(rng.multinomial(words, theta @ phi))
            units.append((d, words, "ab"[GROUP[d]]))
    table = pd.DataFrame(units, columns=["document", "n_tokens", "group"])
    table.insert(0, "passage", range(len(table)))
    terms = [f"w{chr(97 + k // 26)}{chr(97 + k % 26)}" for k in range(TERMS)]
    params = {"passage_size": words, "n_tokens": 0, "n_turns": 0, "n_documents": DOCUMENTS}
    bags = Features("passages", sparse.csr_array(np.array(rows)), terms, table, params=params)
    return bags, phi


def here(counts, k: int, seed: int, iterations: int, guide: Guide | None = None, engine: str = "dmr") -> TopicModel:
    """A fit in this process: hundreds of small ones take less time than as many starts of Python."""
    counts, guide = counts.sorted_indices(), guide or Guide(np.zeros((counts.shape[0], 0), np.int64))
    given = topic_engine.Counts(
        counts.indptr, counts.indices, counts.data, counts.shape[1], guide.levels, guide.n_levels, guide.seeded
    )
    return TopicModel(**topic_engine.ENGINES[engine](given, k, seed, iterations)._asdict())


def first_topic(found: Trained, phi: np.ndarray) -> int:
    """The topic that is most like the first planted one."""
    place = [int((ord(t[1]) - 97) * 26 + ord(t[2]) - 97) for t in found.terms]
    mean = found.topic_term.mean(0)
    norms = np.linalg.norm(mean, axis=1)[:, None] * np.linalg.norm(phi[:, place], axis=1)
    return int(linear_sum_assignment(-(phi[:, place] @ mean.T) / norms.T)[1][0])


def null(arguments: argparse.Namespace) -> None:
    """Differences and coverage where the planted difference is known."""
    rows = []
    ENGINES.update({name: partial(here, engine=name) for name in ("dmr", "tomotopy")})
    for run in range(arguments.runs):
        rng = np.random.default_rng([run, arguments.words])
        bags, phi = planted(rng, arguments.words, arguments.difference)
        design = Design(GROUP, ["a", "b"], resamples=300, seed=run)
        options = {"k": TOPICS, "iterations": 200, "seeds": 3, "seed": run + 1, "max_share": 1, "min_passages": 2}
        dmr = train(bags, engine="dmr", covariates=["group"], **options)
        lda = train(bags, **options)
        ids = [f"d{k}" for k in range(DOCUMENTS)]
        fitted = {
            "knows the group": (dmr, dmr.model),
            "one prior": (dmr, infer(dmr.with_one_prior(), bags, ids)),
            "no covariates": (lda, lda.model),
        }
        for name, (trained, model) in fitted.items():
            y, x = topic_by_document(model, DOCUMENTS)
            q = Quantities("topics", y, x, list(model.columns), 100.0, bounds=(0.0, 100.0)).only(
                [first_topic(trained, phi)]
            )
            means, draws = topic_fits(model, DOCUMENTS)
            t = [list(model.columns).index(q.items[0])]
            table = composed(q, Fits(means[..., t], draws[..., t]), design, [pair(design, 0, 1)]).table
            row = table[table["contrast"] == "difference"].iloc[0]
            covers = row["low"] <= 100 * arguments.difference <= row["high"]
            rows.append((name, row["estimate"], covers, row["high"] - row["low"]))
    found = pd.DataFrame(rows, columns=["model", "difference", "covers", "width"]).groupby("model", sort=False)
    print(
        f"{arguments.runs} runs, {arguments.words} words a passage, planted difference {100 * arguments.difference:g} points"
    )
    for name, part in found:
        print(
            f"  {name}: mean {part['difference'].mean():.2f}, standard deviation {part['difference'].std():.2f}, mean absolute "
            f"{part['difference'].abs().mean():.2f}; covers {part['covers'].mean():.2f}, width {part['width'].mean():.1f}"
        )


def stm(arguments: argparse.Namespace) -> None:
    """Differences of the eras beside those of stm."""
    with gzip.open(arguments.posts, "rt", encoding="utf-8") as file:
        posts = [json.loads(line) for line in file]
    posts = [p for p in posts if "russia" in p["text"].lower()]
    era = ["late" if str(p["date"]) >= "2020" else "early" for p in posts]
    bags = passage_bags(encoded([p["text"] for p in posts]))
    bags = replace(bags, units=bags.units.assign(group=np.array(era, object)[bags.units["document"]], n_tokens=1))
    options = {"k": arguments.k, "seeds": 5, "iterations": 1000}
    found = train(bags, engine="dmr", covariates=["group"], **options)
    kept = counted(bags, TopicSettings(k=arguments.k))
    late = (kept.units["group"] == "late").to_numpy()
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "counts.npz"), Path(folder, "result.npz")
        counts = sparse.csr_array(kept.values)
        np.savez(
            source, data=counts.data, indices=counts.indices, indptr=counts.indptr, shape=np.array(counts.shape),
            group=late, k=arguments.k,
        )  # fmt: skip
        script = Path(__file__).with_name("topics_stm.py")
        subprocess.run([arguments.python, "-P", str(script), str(source), str(target)], check=True)
        with np.load(target) as read:
            theirs = dict(read)
    ids = [str(k) for k in range(len(posts))]
    plain = infer(found.with_one_prior(), bags, ids)
    ours, one, other = (
        100 * (m[late].mean(0) - m[~late].mean(0)) for m in (found.model.values, plain.values, theirs["theta"])
    )
    centred = [m - m.mean(0) for m in (found.model.values, theirs["theta"])]
    first, second = (m / np.linalg.norm(m, axis=0) for m in centred)
    order = linear_sum_assignment(-(first.T @ second))[1]
    same = [float(first[:, t] @ second[:, order[t]]) for t in range(arguments.k)]
    print(f"{len(late)} posts ({late.sum()} late), {arguments.k} topics; stm {theirs['seconds']:.1f} s")
    for t in np.argsort(-np.array(same)):
        print(
            f"  correlation {same[t]:.2f}, match {found.model.details['topics']['match'][t]:.2f}: difference {ours[t]:6.2f}, with one prior "
            f"{one[t]:6.2f}, of stm {other[order[t]]:6.2f} (its regression {100 * theirs['estimate'][order[t]]:6.2f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("null")
    one.add_argument("--runs", type=int, default=40)
    one.add_argument("--words", type=int, default=12)
    one.add_argument("--difference", type=float, default=0.0)
    one = commands.add_parser("stm")
    one.add_argument("posts")
    one.add_argument("--python", required=True, help="interpreter that has structural-topic-model")
    one.add_argument("--k", type=int, default=8)
    arguments = parser.parse_args()
    {"null": null, "stm": stm}[arguments.command](arguments)


if __name__ == "__main__":
    main()
