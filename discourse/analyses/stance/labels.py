"""Labels from outside as the measure of stance: of any model or coder, mention by mention; no model is called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from discourse.analyses.data import Data, Tokens
from discourse.analyses.stance.label_files import ID, Labels, read_labels
from discourse.analyses.stance.settings import LABELS, PACKAGE, StanceSettings
from discourse.errors import DiscourseError, NoTextError, SettingError, SettingErrors, SourceError, did_you_mean
from discourse.features.target import Target
from discourse.types import EncodedCorpus, Features

AROUND = 40  # characters on each side of the beginning of a mention that its id depends on
LISTED = 3  # ids named in a message
Rows = dict[str, pd.DataFrame]  # labels of one file by target, with the row of their mention in `mention`


def label_ids(corpus: EncodedCorpus, units: pd.DataFrame) -> list[str]:
    """Ids of mentions that outlast a run: document, turn, character offset in it, and a hash of the words around it.

    Parameters
    ----------
    corpus : EncodedCorpus
        A corpus that keeps its text.
    units : DataFrame
        Mentions, with `turn` and `token`.

    Returns
    -------
    list of str
        The hash is the first six hexadecimal digits of the SHA-256 of the 40 characters before and after the beginning of the
        mention, with white space as single blanks.

    Raises
    ------
    NoTextError
        If the corpus was stored without text.

    Examples
    --------
    >>> from discourse.features._examples import encoded
    >>> from discourse.features.target import Target, mentions
    >>> corpus = encoded(["We trust Norland. Norland helps."])
    >>> ids = label_ids(corpus, mentions(corpus, Target("Norland", ("norland",))).units)
    >>> [i.rpartition(":")[0] for i in ids]
    ['d000:0:9', 'd000:0:18']
    """
    if corpus.texts is None:
        raise NoTextError("The id of a mention")
    turns = units["turn"].to_numpy(np.int64)
    starts = corpus.starts[units["token"].to_numpy(np.int64)]
    documents = corpus.turns["doc_id"].astype(str).to_numpy()[turns]
    numbers = corpus.turns["turn"].to_numpy(np.int64)[turns]
    ids = []
    for turn, document, number, start in zip(turns.tolist(), documents, numbers.tolist(), starts.tolist()):
        around = " ".join(corpus.texts[turn][max(start - AROUND, 0) : start + AROUND].split())
        ids.append(f"{document}:{number}:{start}:{hashlib.sha256(around.encode()).hexdigest()[:6]}")
    return ids


def with_labels(tokens: Tokens, settings: StanceSettings, target: Target, scored: Features) -> Features:
    """Stance by the labels that the config names first, beside that of all others.

    Parameters
    ----------
    tokens : Tokens
        The whole corpus.
    settings : StanceSettings
        With `labels`.
    target : Target
        Whose mentions are labelled.
    scored : Features
        Every mention with its stance by the measure of the package, with `counts`.

    Returns
    -------
    Features
        As `scored`; of mentions with a label `evaluation` and `class_` are those of the label, and `who_acts` and `act` where the labels
        have them. `counts` is False for mentions that lack a label in any file; `unlabelled` names the files that lack it, a line
        each; `mention_id` is the id. `details["measures"]` has a row for each mention and measure: `mention`, `measure`, `class_`, `evaluation`.
        `params["labels"]` says where the labels come from.

    Raises
    ------
    SettingErrors
        With all that is wrong in the files.
    """
    ids = {t.name: tokens.memo.once(("mention ids", t), partial(_ids, tokens, t)) for t in tokens.targets}
    placed, files, errors = dict[str, Rows](), dict[str, Labels](), list[SettingError]()
    for name, file in settings.labels.items():
        if file == PACKAGE:
            continue
        try:
            files[name] = tokens.memo.once(("labels", name, file), partial(read_labels, Path(file)))
            placed[name] = place(files[name], ids, Path(file).name)
        except SourceError as error:
            errors += [SettingError(("stance", LABELS, name), line) for line in error.messages]
        except DiscourseError as error:
            errors.append(SettingError(("stance", LABELS, name), str(error)))
    if errors:
        raise SettingErrors(errors)
    labels = {name: rows[target.name] for name, rows in placed.items()}
    about = {name: {"sha256": files[name].sha256, **files[name].about} for name in files}
    return _applied(scored, settings, ids[target.name], labels, about)


def _ids(tokens: Tokens, target: Target) -> list[str]:
    return label_ids(tokens.corpus, tokens.mentions(target).units)


def place(labels: Labels, ids: Mapping[str, Sequence[str]], file: str) -> Rows:
    """The labels of each target, with the row of their mention.

    Parameters
    ----------
    labels : Labels
        Of one file.
    ids : mapping of str to sequence of str
        Ids of the mentions of each target.
    file : str
        Its name, for messages.

    Raises
    ------
    SourceError
        For ids and targets that are not there, ids of several targets in a file without targets, and mentions with two labels.
    """
    rows = {name: {i: k for k, i in enumerate(of)} for name, of in ids.items()}
    unknown, changed, unclear = list[str](), list[str](), list[str]()
    places = {i.rpartition(":")[0] for of in ids.values() for i in of}
    problems, found = list[str](), list[tuple[str, int]]()
    targets = labels.table["target"].tolist()
    for name in dict.fromkeys(t for t in targets if t and t not in rows):
        problems.append(f'{file}: column target: there is no target "{name}". {did_you_mean(name, rows)}')
    for row, item, given in zip(labels.table["row"], labels.table[ID], targets):
        homes = [t for t in ([given] if given else rows) if item in rows.get(t, ())]
        shown = f"row {row} {item}"
        if len(homes) > 1:
            unclear.append(f"{shown} ({', '.join(homes)})")
        elif not homes and (not given or given in rows):
            (changed if item.rpartition(":")[0] in places else unknown).append(shown)
        found.append((homes[0], rows[homes[0]][item]) if len(homes) == 1 else ("", -1))
    problems += _counted(file, "ids that are of no mention of a target in this corpus", unknown)
    problems += _counted(file, "ids whose place has other words now, or is a mention of another target", changed)
    problems += _counted(file, "ids of mentions of several targets, which need a column target", unclear)
    at = labels.table.assign(of=[t for t, _ in found], mention=[k for _, k in found])
    known = at[at["mention"] >= 0]
    again = known[known.duplicated(["of", "mention"])]
    problems += _counted(file, "second labels of a mention", [f"row {r} {i}" for r, i in zip(again["row"], again[ID])])
    if problems:
        raise SourceError(problems)
    return {name: known[known["of"] == name].reset_index(drop=True) for name in rows}


def _counted(file: str, what: str, cases: Sequence[str]) -> list[str]:
    """How many cases there are, and some of them."""
    if not cases:
        return []
    more = ", ..." if len(cases) > LISTED else ""
    return [f"{file}: {what}: {len(cases)} ({', '.join(cases[:LISTED])}{more})"]


def _applied(
    scored: Features,
    settings: StanceSettings,
    ids: Sequence[str],
    labels: Mapping[str, pd.DataFrame],
    about: Mapping[str, Mapping[str, str]],
) -> Features:
    """The features of mentions by labels."""
    n, package = len(scored.units), pd.DataFrame({"mention": np.arange(len(scored.units))})
    package["class_"], package["evaluation"] = scored.units["class_"].to_numpy(object), scored.values[:, 0]
    own = next((k for k, v in settings.labels.items() if v == PACKAGE), PACKAGE)
    measures = {name: labels.get(name, package) for name in settings.labels} | {own: package}
    lacking = np.full(n, "", object)
    for name, rows in labels.items():
        without = np.ones(n, bool)
        without[rows["mention"].to_numpy(np.int64)] = False
        lacking[without] = [f"{v}\n{name}" if v else name for v in lacking[without]]
    units = scored.units.assign(mention_id=list(ids), unlabelled=np.where(scored.units["counts"], lacking, ""))
    units["counts"] &= lacking == ""
    values = scored.values.copy()
    columns = list[str]()
    if settings.labelled_by:
        rows = labels[settings.labelled_by]
        at = rows["mention"].to_numpy(np.int64)
        # Of a mention without a label nothing is known.
        values[:, 0] = np.nan
        values[at, 0] = rows["evaluation"]
        columns = ["class_", *(c for c in ("who_acts", "act") if c in rows.columns)]
        for column in columns:
            given = np.full(n, "", object)
            given[at] = rows[column].to_numpy(object)
            units[column] = given
        if "who_acts" in columns:
            units["rule"] = ""
    table = pd.concat([m[["mention", "class_", "evaluation"]].assign(measure=k) for k, m in measures.items()])
    params: dict[str, Any] = {
        **scored.params,
        "method": LABELS,
        "labels": {k: dict(v) for k, v in about.items()},
        "labelled_by": settings.labelled_by,
        "labelled": columns,
        "package": own,
    }
    details = {
        **scored.details,
        "measures": table[["mention", "measure", "class_", "evaluation"]].reset_index(drop=True),
    }
    return replace(scored, values=values, units=units, params=params, details=details)


def unlabelled(features: Features, data: Data) -> np.ndarray:
    """Mentions on the home side in the groups that would count and lack a label; bool, shape (n_mentions,)."""
    units = features.units
    if "unlabelled" not in units.columns:
        return np.zeros(len(units), bool)
    inside = data.design.group[units["document"].to_numpy(np.int64)] >= 0
    return (units["unlabelled"] != "").to_numpy() & data.home[units["turn"].to_numpy(np.int64)] & inside


def check_labelled(features: Features, data: Data, settings: StanceSettings, counted: np.ndarray) -> None:
    """Make sure that no more mentions lack a label than the config allows.

    Parameters
    ----------
    features : Features
        From `with_labels`.
    data : Data
        For the groups.
    settings : StanceSettings
        `unlabelled` is the share that is allowed.
    counted : ndarray of bool, shape (n_mentions,)
        Mentions in the groups that have a label and count.

    Raises
    ------
    SettingErrors
        With the number of mentions that lack a label in each file, and three of them.
    """
    missing = unlabelled(features, data)
    n, total = int(missing.sum()), int((missing | counted).sum())
    if not n or n <= settings.unlabelled * total:
        return
    raise SettingErrors(
        SettingError(("stance", LABELS, name), text) for name, text in _missing(features, settings, missing, total)
    )


def _missing(
    features: Features, settings: StanceSettings, missing: np.ndarray, total: int
) -> Iterable[tuple[str, str]]:
    """Name of each file that lacks labels, and what to say of it."""
    units = features.units[missing]
    for name in settings.labels:
        lacking = units[[name in v.split("\n") for v in units["unlabelled"]]]
        if lacking.empty:
            continue
        file = Path(settings.labels[name]).name
        which = ", ".join(lacking[ID].head(LISTED)) if ID in lacking.columns else ""
        more = ", ..." if len(lacking) > LISTED else ""
        yield (
            name,
            f"{file}: {len(lacking)} of {total} mentions of {features.target} that this run asks for have no label{': ' * bool(which)}{which}{more}; "
            "`discourse stance mentions --missing` writes them, and unlabelled: 0.05 would leave out up to 5%",
        )
