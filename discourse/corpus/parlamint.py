"""Parliamentary debates as ParlaMint has them, from its XML files or its plain texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

from discourse.corpus.build import Batch, Reading
from discourse.corpus.dates import parse_date
from discourse.corpus.files import MAX_MARKUP
from discourse.corpus.known import RULE, Said, joined
from discourse.corpus.parlamint_people import Member, Registry
from discourse.corpus.parlamint_plain import read_plain
from discourse.corpus.parlamint_tei import Sitting, Utterance, read_tei
from discourse.corpus.persons import Person
from discourse.corpus.turns import Document, covered
from discourse.errors import SourceError, did_you_mean
from discourse.types import UNKNOWN, Corpus

UNITS = ("speech", "sitting")
SUFFIXES = (".xml", ".txt")
CITATION = ("erjavec2023",)
EMPTY = "{:,} utterances without words left out"
UNLISTED = f'{{:,}} utterances whose speaker the corpus does not list, as speaker "{UNKNOWN}"'
UNROLED = "{:,} utterances without a role that is known (chair, regular, guest), as participants"
SHARED = "{:,} names of several persons, with their identifiers"


@dataclass(frozen=True)
class Heard:
    """A sitting with its speakers, in the order of its utterances; the file it comes from."""

    path: Path
    sitting: Sitting
    members: Sequence[Member]

    @property
    def parliament(self) -> str:
        """The code of the country or region in the name: ParlaMint-GB, ParlaMint-ES-CT-en."""
        name = self.sitting.key.partition("ParlaMint-")[2].partition("_")[0]
        return name.removesuffix("-en")

    def pairs(self) -> Iterator[tuple[Utterance, Member]]:
        return zip(self.sitting.utterances, self.members)


def read_parlamint(
    *,
    files: Sequence[str | Path] = (),
    unit: str = "speech",
    **reading: Unpack[Reading],
) -> Corpus:
    """Read a ParlaMint corpus: its XML files, annotated or not, or its plain texts with their tables.

    Parameters
    ----------
    files : sequence of path
        Folders of a corpus, or files. The XML files need those with the lists of persons and organisations, or the root
        file that holds them. Of several forms of one sitting the plain XML file is read, or else the annotated one
        (.ana.xml), or else the text (.txt with -meta-en.tsv or -meta.tsv).
    unit : str
        What a document is: each ``speech``, so that groups can be formed by party, or each ``sitting`` (a file) with its
        speeches as turns.
    **reading
        As in every reader: `Reading`.

    Returns
    -------
    Corpus
        Columns of the documents: `parliament`, `sitting`, `house`, `term`, `session`, `meeting`, `agenda`, `file`; of
        the documents (speeches) or the turns (sittings): `speaker_id`, `speaker_role` (chair, regular, guest), `party`,
        `party_name`, `party_status` (coalition, opposition), `gender`, `minister` (yes, no). The chair is a moderator,
        a minister a principal, anybody else a participant; guests are on the side other, all the rest home.

    Raises
    ------
    SourceError
        For files that cannot be read, all at once, and for XML files without a list of persons.

    Notes
    -----
    Erjavec et al. (2023). Party, office and party status are those of the day of the sitting.
    """
    batch = begun(unit)
    heard = _heard(batch, chosen(batch, batch.find(files, SUFFIXES)))
    shared = shared_names((m.name, m.key) for one in heard for m in one.members)
    batch.count(SHARED, len(shared))
    for one in heard:
        take_sitting(batch, one, shared, unit)
    return batch.corpus(citation=CITATION, **reading)


def begun(unit: str) -> Batch:
    """A batch for documents that are speeches or sittings; SourceError for another unit."""
    if unit not in UNITS:
        raise SourceError(f'corpus.options.unit: there is no unit "{unit}". {did_you_mean(unit, UNITS)}')
    batch = Batch("parlamint")
    # Said in this order.
    for what in (EMPTY, UNLISTED, UNROLED, SHARED):
        batch.count(what, 0)
    return batch


def take_sitting(batch: Batch, one: Heard, shared: Collection[str], unit: str) -> None:
    """Add the speeches of a sitting, or the sitting, to a batch; `shared` has the names of several persons."""
    said: list[tuple[Utterance, Said]] = []
    for utterance, member in one.pairs():
        if not utterance.text or (utterance.excluded and covered(utterance.text, utterance.excluded)):
            batch.count(EMPTY)
            continue
        batch.count(UNLISTED, not member.key)
        batch.count(UNROLED, not utterance.role)
        name = f"{member.name} ({member.key})" if member.name in shared else member.name
        said.append((utterance, _said(utterance, replace(member, name=name))))
    if not said:
        batch.n_found += 1
        batch.fail(one.path, "no utterance with words")
    elif unit == "speech":
        for utterance, each in said:
            _add(batch, one, utterance.key, f"{one.path.name}:{utterance.line}", [each], unit)
    else:
        _add(batch, one, one.sitting.key, one.path.name, [s for _, s in said], unit)


def chosen(batch: Batch, paths: Sequence[Path]) -> list[Path]:
    """One file for each sitting: plain XML before annotated XML before text."""
    best: dict[str, tuple[int, Path]] = {}
    for path in paths:
        # The release explains itself in text files.
        if "readme" in path.stem.casefold():
            continue
        annotated = path.name.endswith(".ana.xml")
        rank = 1 if annotated else 0 if path.suffix.lower() == ".xml" else 2
        name = path.name.removesuffix(".ana.xml") if annotated else path.stem
        if name not in best or rank < best[name][0]:
            best[name] = (rank, path)
    passed = len(paths) - len(best)
    if passed:
        batch.inferences.append(f"{passed:,} files passed over: another form of a sitting that is read, or a readme")
    return [path for _, path in best.values()]


def _heard(batch: Batch, paths: Sequence[Path]) -> list[Heard]:
    """Every sitting with its speakers; files that cannot be read go to the bad ones."""
    registry = Registry()
    sittings: list[tuple[Path, Sitting]] = []
    heard: list[Heard] = []
    for path in paths:
        try:
            if path.suffix.lower() == ".txt":
                found = read_plain(batch, path)
                if found is not None:
                    sitting, by_key = found
                    heard.append(Heard(path, sitting, [by_key[u.key] for u in sitting.utterances]))
                continue
            data = batch.read(path, MAX_MARKUP)
            read = read_tei(path, data, registry) if data is not None else None
            if read is not None:
                sittings.append((path, read))
        except SourceError as error:
            batch.n_found += 1
            batch.reject(error, path)
    need_persons(batch, [path for path, _ in sittings], registry)
    # The lists may come behind the sittings.
    return heard + [Heard(path, sitting, seated(registry, sitting)) for path, sitting in sittings]


def seated(registry: Registry, sitting: Sitting) -> list[Member]:
    """Who utters each utterance of a sitting."""
    return [registry.member(u.who, sitting.date) or Member() for u in sitting.utterances]


def need_persons(batch: Batch, sittings: Sequence[Path], registry: Registry) -> None:
    """A problem where there are XML files of sittings and no list of persons."""
    if sittings and not registry.persons:
        batch.problems.append(
            f"{sittings[0]}: no file with a list of persons among those given: give the folder of the corpus, with "
            "its ParlaMint-XX-listPerson.xml and -listOrg.xml, or its root file"
        )


def shared_names(named: Iterable[tuple[str, str]]) -> set[str]:
    """Names that several persons of the corpus have, of names and identifiers."""
    keys: dict[str, set[str]] = {}
    for name, key in named:
        keys.setdefault(name, set()).add(key)
    return {name for name, who in keys.items() if len(who) > 1}


def _said(utterance: Utterance, member: Member) -> Said:
    role = "moderator" if utterance.role == "chair" else "principal" if member.minister else "participant"
    guest = utterance.role == "guest"
    person = Person(member.name, "participant" if guest else role, "other" if guest else "home", member.office, RULE)
    return Said(
        person,
        utterance.text,
        excluded=utterance.excluded,
        metadata={
            "utterance": utterance.key,
            "speaker_id": member.key or None,
            "speaker_role": utterance.role or None,
            "party": member.party or None,
            "party_name": member.party_name or None,
            "party_status": member.party_status or None,
            "gender": member.gender or None,
            "minister": "yes" if member.minister else "no",
        },
    )


def _add(batch: Batch, one: Heard, doc_id: str, place: str, said: Sequence[Said], unit: str) -> None:
    """Add a document: one speech, with what is known of its speaker, or a sitting."""
    sitting, speech = one.sitting, unit == "speech"
    name = said[0].person.name if speech else ""
    more = {k: v for k, v in said[0].metadata.items() if k != "utterance"} if speech else {}
    batch.add(
        Document(
            doc_id,
            parse_date(sitting.date),
            sitting.title,
            joined(said),
            name,
            unit,
            one.parliament,
            place,
            metadata={
                "parliament": one.parliament,
                "sitting": sitting.key,
                **{k: v or None for k, v in sitting.columns.items() if k != "sitting"},
                **({"speaker": name, **more} if speech else {}),
                "file": one.path.name,
            },
        ),
        sitting.date,
        # In the table of the speeches these columns need not stand a second time.
        [replace(s, metadata={}) for s in said] if speech else said,
    )
