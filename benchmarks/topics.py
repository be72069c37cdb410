"""Topics: engines side by side, verdicts where nothing differs, and verdicts under other seeds.

    python benchmarks/topics.py engines [--k 20] [--iterations 1000]
    python benchmarks/topics.py nulls EXPERIMENT.yaml [--runs 100] [--resamples 500]
    python benchmarks/topics.py seeds EXPERIMENT.yaml [--runs 6] [--resamples 2000]
    python benchmarks/topics.py stm EXPERIMENT.yaml --python PYTHON

engines: seconds, held-out perplexity, coherence, and whether a second run is equal, on passages of about 200 tokens of the State of
the Union addresses since 1946. Perplexity is by document completion: each engine sees every second token of a passage and
predicts the others; lower is better. Coherence is the mean NPMI, over whole passages, of the ten most probable words.
scikit-learn's batch LDA is run for comparison; it is not an engine of the package.

nulls: the topic model of an experiment is fitted once; the groups' labels are then shuffled between its documents (or clusters), and all
that a verdict rests on is computed again. Printed are shares of the runs in which any topic differs, or may differ.

seeds: the same experiment with other seeds, its topics matched by the passages that they are in. Printed are the verdicts under each
seed, and how far a difference varies, beside the mean half-width of its interval.

stm: the same passages with a structural topic model in an environment of its own (`topics_stm.py`); its topics are matched by the passages that
they are in. Documents are the units on both sides: stm knows no clusters. Its regression weighs passages alike, so that ours does here.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from discourse.analyses.data import Data
from discourse.analyses.outcome import Certainty
from discourse.analyses.review import influence, noise, serial, units, verdict
from discourse.analyses.settings import NoSettings
from discourse.analyses.topics import analysis
from discourse.analyses.topics.measure import TopicsFound
from discourse.compare.composition import Fits, spread_of
from discourse.compare.quantities import Quantities
from discourse.compare.ratios import compare
from discourse.corpus import read_sotu
from discourse.encode import encode_corpus
from discourse.experiment import load, resolve
from discourse.experiment.graph import Graph
from discourse.experiment.nodes import Clock
from discourse.experiment.run import prepare
from discourse.experiment.store import Store
from discourse.features.frequency import stop_words
from discourse.features.passages import passages
from discourse.features.topic_process import TopicModel
from discourse.features.topic_quality import exclusivity
from discourse.features.topics import ENGINES, TopicSettings, coherence, topic_by_document, topic_fits
from discourse.features.topics import counted as of_terms
from discourse.types import Features


def counted(bags, n_terms: int) -> sparse.csr_array:
    """Passages x terms."""
    rows = np.repeat(np.arange(len(bags)), [len(b) for b in bags])
    ones = np.ones(len(rows), np.int32)
    return sparse.csr_array((ones, (rows, np.concatenate(bags))), shape=(len(bags), n_terms))


def sklearn_lda(counts: sparse.csr_array, k: int, seed: int, iterations: int) -> TopicModel:
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(k, max_iter=max(iterations // 50, 10), random_state=seed, learning_method="batch")
    theta = model.fit_transform(counts)
    phi = model.components_ / model.components_.sum(1, keepdims=True)
    return TopicModel(theta, phi, np.zeros((0, *theta.shape)), np.zeros(k), float("nan"))


def engines(arguments: argparse.Namespace) -> None:
    """The engines on the same passages."""
    corpus = encode_corpus(read_sotu(since=1946))
    mask = corpus.words()
    units = passages(corpus, mask)
    stops = stop_words()
    usable = np.array([f not in stops and len(f) > 2 and f.isalpha() for f in corpus.folded_forms])
    ids = corpus.folded_ids
    inside = [ids[a:b][usable[ids[a:b]] & mask[a:b]] for a, b in zip(units["start"], units["stop"])]
    n_with = np.bincount(np.concatenate([np.unique(x) for x in inside]), minlength=len(usable))
    vocabulary = np.flatnonzero((n_with >= 5) & (n_with <= 0.4 * len(inside)))
    renumber = np.full(len(usable), -1)
    renumber[vocabulary] = np.arange(len(vocabulary))
    bags = [renumber[x][renumber[x] >= 0] for x in inside]
    bags = [b for b in bags if len(b) > 3]
    words = corpus.folded_forms[vocabulary]
    seen, held = counted([b[0::2] for b in bags], len(words)), [b[1::2] for b in bags]
    counts = counted(bags, len(words))
    print(f"{sum(map(len, bags)):,} tokens of {len(words):,} terms in {len(bags):,} passages, K = {arguments.k}")
    for name, engine in {**ENGINES, "scikit-learn LDA": sklearn_lda}.items():
        start = time.perf_counter()
        model = engine(seen, arguments.k, 1, arguments.iterations)
        seconds = time.perf_counter() - start
        log_p, n = 0.0, 0
        for theta, tokens in zip(model.passage_topic, held):
            log_p += float(np.log(np.maximum(theta @ model.topic_term[:, tokens], 1e-12)).sum())
            n += len(tokens)
        top = np.argsort(-model.topic_term, axis=1, kind="stable")[:, :10]
        npmi = float(np.mean(coherence(top, counts)))
        again = engine(seen, arguments.k, 1, arguments.iterations)
        equal = np.array_equal(model.topic_term, again.topic_term)
        print(
            f"  {name:18} {seconds:6.1f} s, held-out perplexity {np.exp(-log_p / n):8,.0f}, NPMI {npmi:5.2f}, "
            f"second run {'equal' if equal else 'different'}"
        )


def prepared(file: str) -> tuple[Graph, Data, Features]:
    """The graph of an experiment, its documents and groups, and the bags of words of its passages."""
    plan = resolve(load(file))
    clock = Clock(lambda stage, said: None)
    graph = Graph(prepare(plan, clock), Store(), clock)
    node = next(n for n in graph.nodes if n.analysis.name == "topics")
    return graph, graph.data, graph.measured(node, graph.config.section("topics"), graph.config)


def judged(data: Data, settings, model: Features) -> tuple[TopicsFound, pd.DataFrame]:
    """What an experiment concludes on each topic: `item`, `estimate`, `low`, `high`, `certainty` (unstable ones have none)."""
    found = analysis.compute(data, settings, model)
    found = replace(found, outcomes=tuple(o.compared(data) for o in found.outcomes))
    found = analysis.finish(data, settings, model, found)
    outcomes = list(found.outcomes)
    noises = noise.compute(data, NoSettings(), outcomes, None)
    alone = influence.compute(data, NoSettings(), outcomes)
    table = verdict.compute(data, NoSettings(), outcomes, noises, alone, None, serial.SerialFound(), units.UnitsFound())
    answers = table.items["topics", ""].set_index("item")["certainty"]
    rows = found.prevalence.table[found.prevalence.table["contrast"] == "difference"]
    return found, rows.assign(certainty=rows["item"].map(answers).fillna("unstable"))


def shuffled(data: Data, rng: np.random.Generator) -> Data:
    """The same with the labels of the groups shuffled between documents, or between clusters."""
    design = data.design
    group, inside = design.group.copy(), np.flatnonzero(np.isin(design.group, data.main.groups))
    codes = design.units(inside, "cluster")
    labels = group[inside][np.unique(codes, return_index=True)[1]]
    group[inside] = rng.permutation(labels)[codes]
    return replace(data, design=replace(design, group=group))


def nulls(arguments: argparse.Namespace) -> None:
    """Verdicts where nothing differs."""
    graph, data, bags = prepared(arguments.experiment)
    settings, rng = graph.config.section("topics"), np.random.default_rng(7)
    data = replace(data, workers=2, design=replace(data.design, resamples=arguments.resamples))
    model = analysis.fit(data, settings, bags)
    found = {"differs": 0, "may differ or differs": 0, "any pointwise interval without the model excludes 0": 0}
    covered, unstable = [], []
    for _ in range(arguments.runs):
        one = shuffled(data, rng)
        topics, rows = judged(one, settings, model)
        plain = compare(topics.outcomes[0].quantities, one.design, [one.main], min_documents=one.min_documents).table
        plain = plain[plain["contrast"] == "difference"]
        some = set(rows["certainty"])
        found["differs"] += Certainty.DIFFERS in some
        found["may differ or differs"] += bool(some & {Certainty.DIFFERS, Certainty.MAY_DIFFER})
        found["any pointwise interval without the model excludes 0"] += bool(
            ((plain["low"] > 0) | (plain["high"] < 0)).any()
        )
        covered.append(((rows["low"] <= 0) & (rows["high"] >= 0))[rows["low"].notna()].mean())
        unstable.append((rows["certainty"] == "unstable").mean())
    print(f"{graph.config.name}: {arguments.runs} runs, {len(model.columns)} topics, {model.params['seeds']} fits")
    for name, n in found.items():
        print(f"  {name}: {n} ({100 * n / arguments.runs:.1f}%)")
    print(
        f"  single intervals that include 0: {np.mean(covered):.4f}; topics that are unstable: {np.mean(unstable):.2f}"
    )


def seeds(arguments: argparse.Namespace) -> None:
    """Verdicts under other seeds of the experiment."""
    graph, data, bags = prepared(arguments.experiment)
    settings = graph.config.section("topics")
    if arguments.fits:
        settings = settings.model_copy(update={"seeds": arguments.fits, "iterations": arguments.iterations})
    first, results = None, []
    for seed in range(1, arguments.runs + 1):
        design = replace(data.design, seed=seed, resamples=arguments.resamples)
        one = replace(data, design=design, workers=2)
        start = time.process_time()
        model = analysis.fit(one, settings, bags)
        first = model if first is None else first
        a, b = (m.values / np.linalg.norm(m.values, axis=0) for m in (first, model))
        order = linear_sum_assignment(-(a.T @ b))[1]
        _, rows = judged(one, settings, model)
        results.append(rows.iloc[order].reset_index(drop=True).assign(seed=seed, at=range(len(order))))
        print(f"  seed {seed}: {time.process_time() - start:.1f} s", flush=True)
    table = pd.concat(results)
    half = (table["high"] - table["low"]) / 2
    print(f"{graph.config.name}: {arguments.runs} seeds, {settings.seeds} fits of {settings.iterations} iterations")
    for at, part in table.assign(half=half).groupby("at"):
        counts = part["certainty"].astype(str).value_counts()
        verdicts = ", ".join(f"{name} {n}" for name, n in counts.items())
        print(
            f"  {first.columns[at]}: difference {part['estimate'].mean():6.2f}, SD over seeds {part['estimate'].std():5.2f}, "
            f"half-width {part['half'].mean():5.2f}; {verdicts}"
        )
    differs = table.assign(d=table["certainty"] == Certainty.DIFFERS).groupby("at")["d"]
    print(f"  topics that ever differ: {int(differs.any().sum())}; always: {int(differs.all().sum())}")


def stm(arguments: argparse.Namespace) -> None:
    """Differences and their intervals beside those of stm."""
    graph, data, bags = prepared(arguments.experiment)
    settings = graph.config.section("topics")
    one = replace(data, workers=2, design=replace(data.design, cluster=None, cluster_name="document", strata=None))
    # Passages weigh alike, as in the regression of stm.
    model = analysis.fit(one, settings, replace(bags, units=bags.units.assign(n_tokens=1)))
    group = one.design.group[model.units["document"].to_numpy()]
    names = ("k", "engine", "min_passages", "max_share")
    kept = bags.units["passage"].isin(model.units["passage"]).to_numpy()
    some = replace(bags, values=sparse.csr_array(bags.values)[kept], units=bags.units[kept].reset_index(drop=True))
    counts = of_terms(some, TopicSettings(**{name: getattr(settings, name) for name in names})).values
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "counts.npz"), Path(folder, "result.npz")
        np.savez(
            source, data=counts.data, indices=counts.indices, indptr=counts.indptr, shape=np.array(counts.shape),
            group=group == one.pair[0], k=settings.k,
        )  # fmt: skip
        script = Path(__file__).with_name("topics_stm.py")
        subprocess.run([arguments.python, "-P", str(script), str(source), str(target)], check=True)
        with np.load(target) as found:
            theirs = dict(found)
    y, x = topic_by_document(model, len(one.documents))
    q = Quantities("topics", y, x, list(model.columns), 100.0, bounds=(0.0, 100.0))
    spread = spread_of(q, Fits(*topic_fits(model, len(one.documents))), one.design, one.main)
    table = compare(q, one.design, [one.main]).table
    rows = table[table["contrast"] == "difference"].reset_index(drop=True)
    sampling = (rows["high"] - rows["low"]).to_numpy() / (2 * 1.96)
    centred = [m - m.mean(0) for m in (model.values, theirs["theta"])]
    first, second = (m / np.linalg.norm(m, axis=0) for m in centred)
    order = linear_sum_assignment(-(first.T @ second))[1]
    same = [float(first[:, t] @ second[:, order[t]]) for t in range(settings.k)]
    ours_exclusivity = 10 * np.array(exclusivity(theirs["phi"]))
    print(
        f"{graph.config.name}: {len(group)} passages, {settings.k} topics; stm {theirs['seconds']:.1f} s; exclusivity as stm has it "
        f"within {np.abs(ours_exclusivity - theirs['exclusivity']).max():.1e}"
    )
    for t in np.argsort(-np.array(same)):
        print(
            f"  {model.columns[t]}: correlation of shares {same[t]:.2f}, match of fits {model.details['topics']['match'][t]:.2f}; difference "
            f"{rows['estimate'][t]:6.2f}, of stm {100 * theirs['estimate'][order[t]]:6.2f}; standard error {sampling[t]:.2f} (documents), "
            f"{np.sqrt(sampling[t] ** 2 + spread.within[t]):.2f} (and shares), "
            f"{np.sqrt(sampling[t] ** 2 + spread.added[t]):.2f} (and fits), of stm {100 * theirs['error'][order[t]]:.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("engines")
    one.add_argument("--k", type=int, default=20)
    one.add_argument("--iterations", type=int, default=1000)
    one = commands.add_parser("stm")
    one.add_argument("experiment")
    one.add_argument("--python", required=True, help="interpreter that has structural-topic-model")
    for name, runs, resamples in (("nulls", 100, 500), ("seeds", 6, 2000)):
        one = commands.add_parser(name)
        one.add_argument("experiment")
        one.add_argument("--runs", type=int, default=runs)
        one.add_argument("--resamples", type=int, default=resamples)
        one.add_argument("--fits", type=int, default=0, help="fits instead of those of the experiment")
        one.add_argument("--iterations", type=int, default=300, help="with --fits")
    arguments = parser.parse_args()
    {"engines": engines, "nulls": nulls, "seeds": seeds, "stm": stm}[arguments.command](arguments)


if __name__ == "__main__":
    main()
