"""From files to an encoded corpus, or to what an earlier run made of the same files."""

from __future__ import annotations

import hashlib
import time
from importlib.metadata import version
from pathlib import Path

from discourse.corpus import PACKAGES
from discourse.corpus.partitioned import MANIFEST, Partitions, parts_of, read_manifest
from discourse.corpus.select import kinds_of, with_kinds
from discourse.corpus.unclaimed import refuse_unclaimed
from discourse.door import every_file, sum_of
from discourse.encode import encode_corpus
from discourse.encode.encoder import without_text
from discourse.encode.partitions import PartedCorpus, cut, finish, hash_of, joined_corpus, write_encoded
from discourse.encode.store import corpus_hash, key_of, load_encoded, save_encoded
from discourse.errors import DiscourseError, SettingError, SourceError
from discourse.experiment.nodes import Clock
from discourse.experiment.plan import Held, Plan
from discourse.experiment.store import kept, load
from discourse.sealed import Damaged, Entry, stored
from discourse.types import Corpus, EncodedCorpus

PART = 2_000_000  # tokens of a partition at most, where a corpus is cut for workers
LEAST = 200_000  # below which cutting costs more than it gains
FOR_EACH = 4  # partitions for each worker, so that none waits long for the others


def read(plan: Plan) -> Corpus:
    """Read the corpus of a plan."""
    corpus = plan.reader(**plan.reader_options)
    if plan.strict:
        refuse_unclaimed(corpus.provenance.unclaimed)
    try:
        return with_kinds(corpus, plan.config.corpus.kinds)
    except DiscourseError as error:
        raise SettingError(("corpus", "kinds"), str(error)) from None


def partitions_of(plan: Plan) -> Path | None:
    """The folder of partitions that a plan reads; None where it reads something else."""
    files = [Path(f) for f in plan.reader_options.get("files", ())]
    stored_ = plan.config.corpus.reader == "stored" and len(files) == 1
    return files[0] if stored_ and (files[0] / MANIFEST).is_file() else None


def open_partitions(plan: Plan, root: Path) -> tuple[PartedCorpus, str]:
    """A corpus in partitions as the plan takes it, and its hash; no text is read."""
    found = Partitions.open(root)
    if plan.strict:
        refuse_unclaimed(found.provenance.unclaimed)
    documents, digest = found.documents, str(found.manifest["corpus_sha256"])
    if plan.config.corpus.kinds:
        try:
            documents = kinds_of(documents, plan.config.corpus.kinds)
        except DiscourseError as error:
            raise SettingError(("corpus", "kinds"), str(error)) from None
        digest = hash_of(found, documents)
    turns = without_text(found.turns.assign(text=""))
    return joined_corpus(root, found.parts, documents, turns, found.provenance), digest


def in_partitions(corpus: EncodedCorpus, digest: str, workers: int) -> EncodedCorpus:
    """A corpus cut for some workers, in the user's cache; one that is small or in partitions already stays as it is."""
    if isinstance(corpus, PartedCorpus) or corpus.n_tokens < LEAST or len(corpus.documents) < 2:
        return corpus
    size = min(max(corpus.n_tokens // (workers * FOR_EACH), LEAST // FOR_EACH), PART)
    entry = Entry("partitions", key_of(digest, size))

    def write(folder: Path) -> None:
        extents = [write_encoded(part, folder / f"{k:04d}") for k, part in enumerate(cut(corpus, size))]
        finish(folder, extents, {})

    try:
        entry.check()
    except (FileNotFoundError, Damaged) as error:
        if entry.path.exists():
            entry.say_damaged(error)
        entry.fill(write, needed=True)
    root = entry.path
    manifest = read_manifest(root)
    return joined_corpus(root, parts_of(root, manifest), corpus.documents, corpus.turns, corpus.provenance)


def source_key(plan: Plan) -> str | None:
    """Hash of what the corpus is read from, without reading it; None where only reading can show it."""
    if isinstance(plan.reader, Held):
        return None
    digest = hashlib.sha256(repr(plan.config.corpus).encode() + repr(sorted(plan.config.speakers.items())).encode())
    options = {k: v for k, v in plan.reader_options.items() if k != "files"}
    digest.update(repr(sorted(options.items(), key=lambda item: item[0])).encode())
    paths = [Path(p) for p in plan.reader_options.get("files", ())]
    if paths:
        for path in paths:
            for file in every_file(path):
                # Relative, so that a corpus in another folder is the same.
                name = str(file.relative_to(path) if file != path else file.name)
                try:
                    digest.update(name.encode("utf-8", "surrogateescape"))
                    digest.update(bytes.fromhex(sum_of(file)))
                except SourceError:
                    return None
        return digest.hexdigest()
    package = PACKAGES.get(plan.config.corpus.reader)
    if package is None:
        return None
    digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()


def encoded_corpus(corpus: Corpus, *, refresh: bool = False) -> tuple[EncodedCorpus, str, bool]:
    """Encode a corpus, or load the encoding of an earlier run.

    Returns
    -------
    encoded : EncodedCorpus
    sha256 : str
        Of the corpus.
    was_stored : bool
    """
    digest = corpus_hash(corpus)
    entry = Entry("encoded", key_of(digest))
    tables = (corpus.documents, without_text(corpus.turns), corpus.provenance)
    encoded, was_stored = stored(
        entry, lambda: encode_corpus(corpus), save_encoded, lambda f: load_encoded(f, *tables), refresh=refresh
    )
    return encoded, digest, was_stored


def read_and_encode(plan: Plan, clock: Clock, *, refresh: bool = False) -> tuple[EncodedCorpus, str]:
    """The encoded corpus of a plan and its hash; an earlier run's, where the files are the same."""
    start = time.perf_counter()
    if (root := partitions_of(plan)) is not None:
        parted, digest = open_partitions(plan, root)
        said = f"{len(parted.documents)} documents, {len(parted.turns)} turns in {len(parted.parts)} partitions"
        clock.done("read", said, time.perf_counter() - start)
        return parted, digest
    key = source_key(plan)
    # From the files to what was read of them: where they are the same, nothing is read or encoded.
    index = Entry("sources", f"{key_of(key)}.bin")
    if key is not None and not refresh:
        found = _read_before(index)
        if found is not None:
            corpus, digest = found
            if plan.strict:
                refuse_unclaimed(corpus.provenance.unclaimed)
            _said_read(clock, corpus, time.perf_counter() - start, stored_=True)
            return corpus, digest
    text = read(plan)
    middle = time.perf_counter()
    clock.done("read", f"{len(text.documents)} documents, {len(text.turns)} turns", middle - start)
    corpus, digest, was_stored = encoded_corpus(text, refresh=refresh)
    said = f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} types" + (" (stored)" if was_stored else "")
    clock.done("encode", said, time.perf_counter() - middle)
    if key is not None:
        kept((corpus.documents, corpus.turns, corpus.provenance, digest), index)
    return corpus, digest


def _read_before(index: Entry) -> tuple[EncodedCorpus, str] | None:
    """What an earlier run read and encoded, and its hash; None where it is not there, or damaged, which is said."""
    entry = index
    try:
        documents, turns, provenance, digest = load(index)
        entry = Entry("encoded", key_of(digest))
        entry.check()
        return load_encoded(entry.path, documents, turns, provenance), digest
    # Whatever a library raises for content that is not what it was.
    except Exception as error:
        if entry.path.exists():
            entry.say_damaged(error)
        return None


def _said_read(clock: Clock, corpus: EncodedCorpus, seconds: float, *, stored_: bool) -> None:
    end = " (stored)" if stored_ else ""
    clock.done("read", f"{len(corpus.documents)} documents, {len(corpus.turns)} turns{end}", seconds)
    clock.done("encode", f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} types{end}", 0.0)
