"""A corpus in partitions gives what it gives in one piece: the same features, and the same report to the byte."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from discourse.errors import DiscourseError, SettingError, UsageError
from discourse.experiment import load, reading, resolve, run_to_folder
from discourse.experiment.engine import Cluster, Here, engine
from discourse.experiment.nodes import Clock
from discourse.experiment.parts import Job, measure_in_parts, whole
from discourse.experiment.prepare import counting, tokens_of
from discourse.experiment.run import prepare

SILENT = Clock(lambda stage, said: None)


class Cutting(Here):
    """Cuts a corpus, and measures its parts in this process."""

    cuts = True

    def __init__(self, workers):
        self.workers = workers


@pytest.fixture
def cut(monkeypatch):
    """Small corpora are cut as well."""
    monkeypatch.setattr(reading, "LEAST", 8)


def same_features(one, other):
    assert list(one.columns) == list(other.columns)
    assert dict(one.params) == dict(other.params)
    pd.testing.assert_frame_equal(one.units, other.units)
    assert set(one.details) == set(other.details)
    for name, table in one.details.items():
        pd.testing.assert_frame_equal(table, other.details[name])
    assert one.values.dtype == other.values.dtype
    if sparse.issparse(one.values):
        assert (sparse.csr_array(one.values) != sparse.csr_array(other.values)).nnz == 0
    else:
        np.testing.assert_array_equal(one.values, other.values)


@pytest.fixture
def several(experiment):
    """An experiment with every analysis that can be measured in parts, and a dictionary."""
    (experiment.file.parent / "mood.tsv").write_text("term\tcategory\nwar*\tconflict\npeace\tpeace\nwe will\tpromise\n")
    return experiment.change(add="dictionary: {files: {Mood: mood.tsv}}\n")


@pytest.mark.parametrize("workers", [1, 3])
def test_features_of_parts_are_those_of_the_whole(several, cut, workers):
    plan = resolve(load(several.file))
    base = prepare(plan, SILENT)
    parted = prepare(plan, SILENT, engine=Cutting(workers))
    assert len(parted.parted.parts) > 2 * workers
    pd.testing.assert_frame_equal(base.repeated.passages, parted.repeated.passages)
    pd.testing.assert_frame_equal(base.repeated.duplicates, parted.repeated.duplicates)
    assert base.corpus.layers["reused"].tolist() == np.asarray(parted.corpus.layers["reused"]).tolist()
    jobs = []
    for analysis in plan.analyses.values():
        settings = plan.config.section(analysis.section_name)
        if analysis.measure is not None and analysis.splits(settings):
            jobs += [Job(analysis, settings, t) for t in (plan.targets if analysis.per_target else [None])]
    assert {j.analysis.name for j in jobs} >= {
        "salience", "stance", "metadiscourse", "words", "collocates", "actors", "topics", "frequency", "repetition", "dictionary",
    }  # fmt: skip
    found = measure_in_parts(parted.parted, counting(parted, plan.config), jobs, Here())
    for job, features in zip(jobs, found):
        same_features(job.analysis.measure(tokens_of(base, plan.config), *job.given), features)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Files of a report, but for the one that says how long it took."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "timing.json"
    }


def test_the_report_is_the_same_to_the_byte_in_parts_and_on_workers(several, cut, tmp_path, monkeypatch):
    plan = resolve(load(several.file))
    reports = {}
    for name, made in (("whole", Here()), ("parts", Cutting(2))):
        monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / f"cache-{name}"))
        reports[name] = bytes_of(run_to_folder(plan, tmp_path / name, engine=made))
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache-workers"))
    with engine(workers=2) as cluster:
        reports["workers"] = bytes_of(run_to_folder(plan, tmp_path / "workers", engine=cluster))
    # What a large corpus needs: counts by column in narrow types, on disk, and a few terms at a time.
    modules = ("analyses.parts.MANY", "compare.sums.ENTRIES", "compare.terms.ENTRIES", "compare.net.ENTRIES")
    for limit in (
        *modules,
        "spill.LARGE",
        "spill.APART",
        "sealed.LARGE",
        "compare.sums.FEWEST",
        "compare.sums.NUMBERS",
    ):
        monkeypatch.setattr(f"discourse.{limit}", 100)
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache-large"))
    reports["large"] = bytes_of(run_to_folder(plan, tmp_path / "large", engine=Cutting(2)))
    for name in ("parts", "workers", "large"):
        assert set(reports[name]) == set(reports["whole"])
        assert [f for f, data in reports["whole"].items() if data != reports[name][f]] == []


def killed_once(item, folder):
    """Ends its process the first time it is called for an item."""
    mark = Path(folder) / f"{item}"
    if item == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return item * item


def always_killed(item):
    os.kill(os.getpid(), signal.SIGKILL)


def full(item):
    raise OSError(errno.ENOSPC, "No space left on device", "/scratch/part")


def refused(item):
    raise SettingError(("frequency", "ngrams"), "not here")


def test_a_worker_that_dies_is_replaced_and_what_fails_is_said(tmp_path):
    cloudpickle = pytest.importorskip("cloudpickle")
    # These functions are in a module that workers need not find.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    with engine(workers=2) as cluster:
        assert list(cluster.each(killed_once, [1, 2, 3, 4], str(tmp_path))) == [1, 4, 9, 16]
        assert (tmp_path / "2").exists()
        with pytest.raises(DiscourseError, match=r"no space left on the worker .*: /scratch/part"):
            list(cluster.each(full, [1]))
        with pytest.raises(SettingError, match=r"frequency\.ngrams: not here"):
            list(cluster.each(refused, [1]))
        with pytest.raises(DiscourseError, match="workers died on the same part"):
            list(cluster.each(always_killed, [1]))


def test_what_a_worker_cannot_import_is_said(tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def double(item):\n    return 2 * item\n", encoding="utf-8")
    # Workers get the path of when they start.
    with engine(workers=1) as cluster:
        monkeypatch.syspath_prepend(str(tmp_path))
        double = importlib.import_module("only_here").double
        with pytest.raises(DiscourseError, match="cannot import only_here: install it there"):
            list(cluster.each(double, [1]))


def test_a_cluster_without_workers_is_not_waited_for(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr("discourse.experiment.engine.LOOK", 0.1)
    monkeypatch.setattr("discourse.experiment.engine.LEFT", 0.3)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0") as cluster,
        distributed.Client(cluster) as client,
        pytest.raises(DiscourseError, match=r"no worker has been at work for .* minutes: none is left"),
    ):
        list(Cluster(client).each(abs, [1]))


def test_a_result_that_comes_while_workers_are_looked_at_is_taken():
    class Late:
        """Gives nothing in time, and has it a moment later."""

        def __init__(self, error=None):
            self.error = error

        def done(self):
            return True

        def result(self, timeout=None):
            if timeout is not None:
                raise TimeoutError
            if self.error is not None:
                raise self.error
            return 7

    engine = object.__new__(Cluster)
    assert engine._result(Late()) == 7
    with pytest.raises(TimeoutError, match="of the task"):
        engine._result(Late(TimeoutError("of the task")))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"workers": 2, "scheduler": "tcp://127.0.0.1:1"}, "give one of them"),
        ({"workers": 0}, "expected 1 or more, got 0"),
        ({"memory": "2GiB"}, "--memory is that of each process of --workers"),
        ({"workers": 1, "memory": "lots"}, "--memory lots: expected at least 500MB"),
        ({"workers": 1, "memory": "1kB"}, "--memory 1kB: expected at least 500MB"),
        ({"scheduler": "tcp://127.0.0.1:1"}, "no scheduler answers there"),
        ({"scheduler": "somewhere"}, "no scheduler answers there"),
    ],
)
def test_what_cannot_be_reached_is_said(asked, message, monkeypatch):
    monkeypatch.setattr("discourse.experiment.engine.PATIENCE", "1s")
    with pytest.raises(UsageError, match=message), engine(**asked):
        pass


def test_workers_of_another_version_are_refused(monkeypatch):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        with engine(scheduler=cluster.scheduler_address) as found:
            assert list(found.each(abs, [-1])) == [1]
        # What is asked of the workers is sent by name: here it gives another hash than there.
        monkeypatch.setattr("discourse.experiment.engine.code_hash", lambda *folders: "other")
        with pytest.raises(UsageError, match="other code or libraries"), engine(scheduler=cluster.scheduler_address):
            pass


def test_what_cannot_be_split_says_that_it_does_not_fit(several, cut, monkeypatch):
    plan = resolve(load(several.file))
    base = prepare(plan, SILENT, engine=Cutting(1))
    assert whole(base.parted, ("context",), "context").n_tokens == base.corpus.n_tokens
    monkeypatch.setattr("discourse.experiment.parts.MOST_WHOLE", 5)
    with pytest.raises(SettingError, match=r"context needs all .* tokens of the corpus at once"):
        whole(base.parted, ("context",), "context")


def test_partitions_in_the_cache_are_made_again_where_a_file_is_missing(small, cut):
    plan = resolve(load(small.file))
    part = prepare(plan, SILENT, engine=Cutting(1)).parted.parts[1]
    (part.folder / "ids.npy").unlink()
    assert prepare(plan, SILENT, engine=Cutting(1)).parted.n_tokens
    assert (part.folder / "ids.npy").is_file()


def test_a_second_run_walks_over_no_part_again(small, cut, cache):
    class Counting(Cutting):
        walks = 0

        def each(self, function, items, *shared):
            type(self).walks += 1
            return super().each(function, items, *shared)

    for title, more in (("T1", True), ("T2", False)):
        if not more:
            small.change(("title: Norland in", "title: Once more Norland in"))
        before = Counting.walks
        small.compute(engine=Counting(2))
        # How many tokens count is asked each time.
        assert (Counting.walks - before > 3) == more, title


def test_word_shifts_and_terms_of_ones_own_of_parts_are_those_of_the_whole(experiment, cut):
    folder = experiment.file.parent
    (folder / "mood.tsv").write_text("term\tcategory\nwar*\tconflict\npeace\tpeace\n")
    (folder / "scores.tsv").write_text("term\tscore\nwelcome\t2\nhelp\t1\nraids\t-2\nthe harbour\t0.5\n")
    terms = "frequency: {tokens: lemmas, classes: [noun, verb], multiword: [winter summer, grain treaty], ngrams: [1, 2, 3], stop_list: [matter]}\n"
    text = experiment.file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("frequency:")]
    more = terms + "shifts: {scores: scores.tsv, categories: mood.tsv, min_words: 20}\n"
    experiment.file.write_text("".join(lines) + more, encoding="utf-8")
    plan = resolve(load(experiment.file))
    base, parted = prepare(plan, SILENT), prepare(plan, SILENT, engine=Cutting(2))
    jobs = [
        Job(plan.analyses[name], plan.config.section(section), target)
        for name, section in (
            ("frequency", "frequency"),
            ("words", "frequency"),
            ("shifts", "shifts"),
            ("shifts_about", "shifts"),
        )
        for target in (plan.targets if plan.analyses[name].per_target else [None])
    ]
    found = measure_in_parts(parted.parted, counting(parted, plan.config), jobs, Here())
    for job, features in zip(jobs, found):
        same_features(job.analysis.measure(tokens_of(base, plan.config), *job.given), features)
        assert features.values.nnz
