"""Other actors in the sentences that mention a target: settings, what is measured, compared and shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field, field_validator
from scipy import sparse

from discourse.analyses.base import Found
from discourse.analyses.data import SPEAKERS, Data, Tokens
from discourse.analyses.further import Further, further_tests
from discourse.analyses.outcome import Outcome
from discourse.analyses.parts import Measured, spread, stack, stacked, with_values
from discourse.analyses.settings import FileName, Later, Names, Settings
from discourse.compare.quantities import Quantities
from discourse.compare.resample import stream
from discourse.encode.encoder import fold
from discourse.errors import SettingError, SourceError, TooLittleText, did_you_mean
from discourse.features.actor_list import NONE, Actor, alias_words, load_actors
from discourse.features.actors import UNLISTED, actors_by_document, is_among, written_forms
from discourse.features.target import Target
from discourse.report.words import counted, listed
from discourse.types import EncodedCorpus, Features

LEAST_UNLISTED = 3  # documents that a phrase of the text needs, whatever is set: in fewer it is seldom a name
NEEDED_DOCUMENTS = 3  # documents with sentences that a group needs for a percentage
LEADING = 6  # actors with sentences in the report
DRAWN = ["actor", "group", "document", "sentence", "token", "length"]


class ActorsSettings(Settings):
    """Other actors in the sentences that mention a target."""

    names: dict[str, list[str]] = Field(
        {},
        description="Actors of your own with their aliases, or other aliases for one of the list: {Wagner: [wagner group, wagner]}; a "
        "capital must be one in the text, a small letter may be either, * stands for any letters of a word",
    )
    file: Annotated[str | None, FileName()] = Field(
        None, description="List in place of that of the package: name, kind and aliases (separated by |), tab-separated"
    )
    others: Annotated[bool, Later()] = Field(
        True, description="Count names that the list lacks as well: capitalised phrases and handles"
    )
    leave_out: Annotated[list[str], Later()] = Field(
        [], description="Actors or kinds of actors to leave out; speakers leaves out whoever speaks in the corpus"
    )
    min_documents: Annotated[int, Later()] = Field(5, ge=1, description="Documents that must name an actor")
    min_sentences: Annotated[int, Later()] = Field(
        20, ge=1, description="Sentences that mention the target below which a group has no percentage"
    )
    show: Annotated[int, Later()] = Field(
        15, ge=1, le=40, description="Actors in the figure: those named most often in any group"
    )

    @field_validator("leave_out", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    def problems(self, names: Names) -> Iterable[SettingError]:
        """Actors without an alias that has a letter, and aliases of two actors."""
        owners: dict[tuple[str, ...], str] = {}
        for name, aliases in self.names.items():
            if not aliases:
                yield SettingError(("names", name), "expected a list of aliases, got none")
            for k, alias in enumerate(aliases):
                words = alias_words(alias)
                if not words or not all(w.replace("*", "") for w in words):
                    yield SettingError(("names", name, k), f'"{alias}" matches every word, or none')
                elif owners.setdefault(words, name) != name:
                    yield SettingError(("names", name, k), f'"{alias}" is an alias of {owners[words]} already')

    def actors(self) -> list[Actor]:
        """The list with the actors of the config.

        Raises
        ------
        SettingError
            With every line of the file that is wrong.
        """
        try:
            return load_actors(self.file, self.names)
        except SourceError as error:
            raise SettingError(("actors", "file"), str(error)) from None


@dataclass(frozen=True)
class ActorsFound(Found):
    """Percentages of the target's sentences that name each actor.

    `counts` has a row for each actor and group with its numbers; `drawn` the sentences shown as evidence; `further` the tests in
    contrasts beside the main one.
    """

    counts: pd.DataFrame = field(default_factory=pd.DataFrame)
    drawn: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DRAWN))
    further: Sequence[Further] = ()

    @property
    def kinds(self) -> Mapping[str, str]:
        """Kind of each actor."""
        return dict(zip(self.counts["actor"], self.counts["actor_kind"]))


def measure(tokens: Tokens, settings: ActorsSettings, target: Target) -> Features:
    """Sentences of the home side that mention the target, and the actors that they name, by document."""
    units = tokens.mentions(target).units
    ours = units[tokens.mask[units["token"].to_numpy(np.int64)]]
    actors = settings.actors()
    found = actors_by_document(tokens.corpus, target, ours, actors, tokens.about(target, "sentences"))
    people = [*tokens.speakers, *tokens.speaking]
    aliases = {a.name: a.aliases for a in actors}
    speaks = [is_among(aliases.get(name, (name,)), people) for name in found.columns]
    return replace(found, details={**found.details, "actors": found.details["actors"].assign(speaks=speaks)})


def joined(parts: Sequence[Measured], settings: ActorsSettings, corpus: EncodedCorpus) -> Features:
    """Sentences of the whole: actors of the list in its order, then phrases by the alphabet, with their frequency in all texts."""
    order = {a.name: k for k, a in enumerate(settings.actors())}
    rows = stacked([p.features.details["actors"] for p in parts]).drop_duplicates("name")
    actors = rows.iloc[
        sorted(range(len(rows)), key=lambda k: (order.get(rows["name"].iat[k], len(order)), rows["name"].iat[k]))
    ]
    place = pd.Index(actors["name"])

    def wide(features: Features) -> sparse.csr_array:
        return spread(features.values, place.get_indexer(pd.Index(features.columns)), len(place))

    written = written_forms(list(actors["name"]), list(actors["kind"]), corpus)
    whole = with_values(parts, stack([wide(p.features) for p in parts]), list(actors["name"]))
    table = written.assign(speaks=actors["speaks"].to_numpy())
    return replace(whole, details={**whole.details, "actors": table})


def travels(features: Features) -> Features:
    """The features with the actors of each sentence in the order of the alphabet, not of the text."""
    hits = features.details["hits"].sort_values(["actor", "sentence"], ignore_index=True)
    return replace(features, details={**features.details, "hits": hits})


def compute(data: Data, settings: ActorsSettings, target: Target, features: Features) -> ActorsFound:
    """Percentage of the target's sentences that name each actor, by document."""
    x = features.units["n_sentences"].to_numpy(float)
    _check_sentences(data, settings, target, x)
    inside = data.design.group >= 0
    values = sparse.csr_array(features.values)
    documents = (values[inside] > 0).sum(0)
    chosen = np.flatnonzero(_kept(settings, features, documents))
    if not len(chosen):
        have = f"none in {counted(settings.min_documents, 'document')}"
        raise TooLittleText(
            f"Other actors in sentences that mention {target.name}", have, "one that more documents name"
        )
    table = features.details["actors"].iloc[chosen]
    items = table["name"].tolist()
    unit = f"percentage points of the sentences that mention {target.name}"
    q = Quantities("actors", values[:, chosen].toarray(), x, items, 100.0, unit, (0.0, 100.0), target=target.name)
    outcome = Outcome(
        "actors",
        q,
        name=f"other actors in sentences that mention {target.name}",
        unit=unit,
        joint=False,
        labels={a: f"{a} ({kind})" for a, kind in zip(items, table["kind"])},
        min_denominator=settings.min_sentences,
        needed_documents=NEEDED_DOCUMENTS,
    )
    return ActorsFound((outcome,), (), _counts(data, q, table["kind"].tolist()))


def _check_sentences(data: Data, settings: ActorsSettings, target: Target, x: np.ndarray) -> None:
    """Refuse where a group that must have a percentage has too few sentences."""
    groups = data.main.groups if data.contrasts else range(len(data.design.names))
    n = [x[data.design.documents(g)] for g in groups]
    enough = [part.sum() >= settings.min_sentences and (part > 0).sum() >= NEEDED_DOCUMENTS for part in n]
    if all(enough) or (any(enough) and not data.contrasts):
        return
    have = [f"{part.sum():.0f} in {data.design.names[g]}" for g, part in zip(groups, n)]
    raise TooLittleText(
        f"Other actors in sentences that mention {target.name}",
        f"n = {listed(have)}",
        f"{settings.min_sentences} sentences in {NEEDED_DOCUMENTS} documents of each group",
    )


def _kept(settings: ActorsSettings, features: Features, documents: np.ndarray) -> np.ndarray:
    """Actors that are compared; bool, shape (n_actors,)."""
    table = features.details["actors"]
    actors = [a for a in settings.actors() if a.kind != NONE]
    known = [SPEAKERS, UNLISTED, *(a.kind for a in actors), *(a.name for a in actors), *features.columns]
    for k, name in enumerate(settings.leave_out):
        if name not in known and fold(name) not in known:
            said = (
                f'there is no actor or kind of actors "{name}" here. {did_you_mean(name, list(dict.fromkeys(known)))}'
            )
            raise SettingError(("actors", "leave_out", k), said)
    out = {*settings.leave_out, *map(fold, settings.leave_out)}
    unlisted = (table["kind"] == UNLISTED).to_numpy()
    # A word that the corpus writes mostly in small letters is no name (Sanctions, Together).
    name = ~unlisted | (table["capitals"] >= table["small"]).to_numpy()
    least = np.where(unlisted, max(settings.min_documents, LEAST_UNLISTED), settings.min_documents)
    kept = name & (documents >= least) & ~table["name"].isin(out).to_numpy() & ~table["kind"].isin(out).to_numpy()
    if SPEAKERS in out:
        kept &= ~table["speaks"].to_numpy(bool)
    return kept if settings.others else kept & ~unlisted


def _counts(data: Data, q: Quantities, kinds: Sequence[str]) -> pd.DataFrame:
    """Sentences and documents that name each actor, by group."""
    frames = []
    for g, group in enumerate(data.design.names):
        rows = data.design.documents(g)
        y, x = np.asarray(q.y)[rows], q.x[rows, 0]
        numbers = {"named": y.sum(0).astype(int), "named_in": (y > 0).sum(0), "of_sentences": int(x.sum())}
        frames.append(pd.DataFrame({"actor": q.items, "actor_kind": kinds, "group": str(group), **numbers}))
    return pd.concat(frames, ignore_index=True)


def finish(data: Data, settings: ActorsSettings, target: Target, features: Features, found: ActorsFound) -> ActorsFound:
    """The actors that the report shows, a sentence for each leading one and group, and tests in the further contrasts."""
    (outcome,) = found.outcomes
    table = outcome.table
    levels = table[table["contrast"] == "level"]
    # By their level in any group, not by their difference: what is shown is not selected for differing.
    most = levels.groupby("item", sort=False)["estimate"].max().sort_values(ascending=False, kind="stable")
    shown = list(most.index[: settings.show])
    differences = table[(table["contrast"] == "difference") & table["item"].isin(shown)].set_index("item")["estimate"]
    if len(differences):
        shown = list(differences.reindex(shown).sort_values(ascending=False, kind="stable").index)
    largest = differences.abs().sort_values(ascending=False, kind="stable").index if len(differences) else shown
    drawn = _drawn(data, features, target, list(largest[:LEADING]))
    return replace(found, outcomes=(replace(outcome, shown=shown),), drawn=drawn, further=further_tests(outcome, data))


def _drawn(data: Data, features: Features, target: Target, leading: Sequence[str]) -> pd.DataFrame:
    """A sentence of each group that names each actor, at random."""
    hits = features.details["hits"]
    hits = hits.assign(group=data.documents["group"].to_numpy(object)[hits["document"].to_numpy(np.int64)])
    rows = []
    for actor in leading:
        for group in map(str, data.design.names):
            mine = hits[(hits["actor"] == actor) & (hits["group"] == group)]
            if len(mine):
                rng = stream(data.design.seed, "actors", target.name, actor, group)
                rows.append(mine.iloc[[int(rng.integers(len(mine)))]])
    return pd.concat(rows, ignore_index=True)[DRAWN] if rows else pd.DataFrame(columns=DRAWN)
