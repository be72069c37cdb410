"""A random sample of turns to check by hand, and what the checked sample says."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.corpus.dated import iso_date
from discourse.errors import DiscourseError, SourceError
from discourse.types import Corpus

QUESTIONS = ("turn_is_right", "speaker_is_right", "role_is_right", "missed_turns")
# Rules that identify a speaker by less than config, byline, title, office or a fixed label.
UNSURE = (
    "conduct",
    "title in the label",
    "misspelt label",
    "same surname",
    "other documents",
    "text",
    "two speakers",
    "answer of the author",
    "no byline",
)
CONTEXT = 240  # characters shown before and after a turn: two or three sentences
LEAST = 5  # turns of a stratum that are drawn where it has them, as long as these are no more than half of the sample
GUIDE = (
    (
        "turn_is_right",
        "yes: a speaker begins to speak where this text begins; no: it is no turn, or it begins elsewhere",
    ),
    (
        "speaker_is_right",
        "yes: the name is the person's or the office's, in whatever spelling; no: somebody else speaks",
    ),
    ("role_is_right", "yes: role and side are right; no: they are not"),
    ("missed_turns", "how often another speaker begins within this text; 0 where none does"),
    ("", "Leave a cell empty where you cannot tell. Do not change the column id."),
)


def speaker_table(corpus: Corpus, tokens: np.ndarray) -> pd.DataFrame:
    """Every label and how it was resolved, the uncertain ones first.

    Parameters
    ----------
    corpus : Corpus
        From a reader.
    tokens : ndarray of int, shape (n_turns,)
        Tokens of each turn.

    Returns
    -------
    DataFrame
        Columns `label`, `speaker`, `role`, `side`, `office`, `rule`, `documents`, `turns`, `tokens`,
        `example` (a document).

    Raises
    ------
    DiscourseError
        For a corpus without the column `rule`.
    """
    turns = corpus.turns.assign(tokens=tokens)
    if "rule" not in turns.columns:
        raise DiscourseError("this corpus does not say how its speakers were identified")
    turns["label"] = turns["label"].where(turns["label"] != "", "(no label)")
    table = (
        turns.groupby(["label", "speaker", "role", "side", "office", "rule"], sort=False)
        .agg(
            documents=("doc_id", "nunique"),
            turns=("doc_id", "size"),
            tokens=("tokens", "sum"),
            example=("doc_id", "first"),
        )
        .reset_index()
    )
    table["unsure"] = table["rule"].isin(UNSURE)
    table = table.sort_values(["unsure", "tokens"], ascending=[False, False], kind="stable")
    return table.drop(columns="unsure").reset_index(drop=True)


def draw_turns(corpus: Corpus, stratum: Sequence[str], n: int, seed: int) -> pd.DataFrame:
    """Draw turns at random within strata.

    Parameters
    ----------
    corpus : Corpus
        With turns.
    stratum : sequence of str
        Stratum of each turn, such as its group and role.
    n : int
        Turns to draw; fewer only where there are fewer. Each stratum gets its share of them (`allocate`).
    seed : int
        Of the draw.

    Returns
    -------
    DataFrame
        One row for each drawn turn, in random order: `id`, `stratum`, `weight` (turns of the stratum for each drawn
        one), document, context before and after, `found_label`, `found_speaker`, `found_role`, `found_side`, `text` (the
        whole turn), and empty columns for the answers. Where there are more strata than half the turns to draw, the
        smallest are drawn from together, so that every turn may be drawn.

    Examples
    --------
    >>> from discourse.corpus.assemble import assemble
    >>> from discourse.corpus.attribution import split_turns
    >>> from discourse.types import Provenance
    >>> corpus = assemble([{"doc_id": "a", "date": "2020-01-01", "title": "T"}],
    ...                   {"a": split_turns("MS ROE: Yes.\\n\\nQUESTION: No?", "Office")}, Provenance())
    >>> drawn = draw_turns(corpus, ["x", "x"], 1, 1)
    >>> len(drawn), drawn["weight"].tolist()
    (1, [2.0])
    """
    turns = corpus.turns.reset_index(drop=True)
    names = _pooled(pd.Series(list(stratum), dtype=object), n)
    sizes = names.value_counts().sort_index()
    # One stream for each stratum, so that adding a stratum does not change the order in which others are drawn.
    chosen: list[int] = []
    weight: dict[int, float] = {}
    for name, size in zip(sizes.index, allocate(sizes.to_numpy(), n).tolist()):
        members = np.flatnonzero(names == name)
        rng = np.random.default_rng([seed, *hashlib.sha256(str(name).encode()).digest()])
        picked = rng.choice(members, size, replace=False)
        chosen += picked.tolist()
        weight |= dict.fromkeys(picked.tolist(), len(members) / size)
    order = np.random.default_rng([seed, len(turns)]).permutation(len(chosen))
    titles = corpus.documents.set_index("doc_id")
    rows = []
    for number, at in enumerate(np.array(chosen)[order], 1):
        turn = turns.iloc[at]
        before, after = (
            turns["text"].iloc[k] if 0 <= k < len(turns) and turns["doc_id"].iloc[k] == turn["doc_id"] else ""
            for k in (at - 1, at + 1)
        )
        document = titles.loc[turn["doc_id"]]
        rows.append(
            {
                "id": number,
                "doc_id": turn["doc_id"],
                "turn": int(turn["turn"]),
                "date": iso_date(document),
                "title": document["title"],
                "before": ("[...] " if len(before) > CONTEXT else "") + before[-CONTEXT:],
                "found_label": turn.get("label", ""),
                "text": turn["text"],
                "after": after[:CONTEXT] + (" [...]" if len(after) > CONTEXT else ""),
                "found_speaker": turn["speaker"],
                "found_role": turn["role"],
                "found_side": turn["side"],
                **dict.fromkeys(QUESTIONS, ""),
                "stratum": names[at],
                "weight": round(weight[int(at)], 6),
            }
        )
    return pd.DataFrame(rows)


def allocate(sizes: np.ndarray, n: int) -> np.ndarray:
    """How many units are drawn from each stratum: its share, by the method of largest remainders (Hamilton 1792).

    Parameters
    ----------
    sizes : ndarray of int, shape (n_strata,)
        Units in each stratum, at least one.
    n : int
        Units to draw.

    Returns
    -------
    ndarray of int, shape (n_strata,)
        They add up to `n`, or to all units where these are fewer. No stratum gets less than `LEAST`, or than all that it
        has; where this were more than half of the sample in all, less than an equal share of that half.

    Examples
    --------
    >>> allocate(np.array([900, 60, 40, 2]), 60).tolist(), allocate(np.array([3, 2]), 60).tolist()
    ([48, 5, 5, 2], [3, 2])
    """
    n = min(n, int(sizes.sum()))
    least = np.minimum(sizes, min(LEAST, n // (2 * len(sizes))))
    fixed = np.zeros(len(sizes), bool)
    while True:
        share = np.where(fixed, least, (n - least[fixed].sum()) * sizes / max(sizes[~fixed].sum(), 1))
        below = ~fixed & (share < least)
        if not below.any():
            break
        # What is added to these is taken from the others, which may fall below in turn.
        fixed |= below
    whole = np.floor(share + 1e-9).astype(int)
    rest = np.argsort(-(share - whole), kind="stable")[: n - whole.sum()]
    whole[rest] += 1
    return whole


def _pooled(names: pd.Series, n: int) -> pd.Series:
    """Strata of which each can have at least one of n draws: the smallest as one where there are too many."""
    most = max(n // 2, 1)
    sizes = names.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if len(sizes) <= most:
        return names
    return names.where(~names.isin(list(sizes.index[most - 1 :])), "others")


def wilson(share: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval for a share by Wilson (1927, the score interval).

    Parameters
    ----------
    share : float
        Between 0 and 1.
    n : float
        Sample size; for weighted samples the effective one, (sum w)^2 / sum w^2 (Kish 1965).
    confidence : float
        Of the interval.

    Returns
    -------
    low, high : float

    Examples
    --------
    >>> [round(x, 3) for x in wilson(0.99, 100)]
    [0.946, 0.998]
    """
    from scipy.special import ndtri

    z = float(ndtri(0.5 + confidence / 2))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def judge(sheet: pd.DataFrame, name: str = "the sheet") -> pd.DataFrame:
    """Precision and recall from a checked sheet.

    Parameters
    ----------
    sheet : DataFrame
        As `draw_turns` made it, with answers: yes or no, and numbers for the missed turns.
    name : str
        For messages.

    Returns
    -------
    DataFrame
        Columns `measure`, `estimate`, `low`, `high` (95%, Wilson, over the weighted sample), `n` (rows with an answer).
        The recall of turns is right / (right + missed); its `n` is the number of right turns and of rows with missed
        ones.
        Turns of one document are not independent: over few documents the intervals are too narrow.

    Raises
    ------
    SourceError
        For columns that are not there and answers that are none, all at once, with their rows.

    Examples
    --------
    >>> yes = {"turn_is_right": "yes", "speaker_is_right": "yes", "role_is_right": "no", "missed_turns": 0}
    >>> judge(pd.DataFrame([{"id": k, "weight": 1.0, **yes} for k in range(20)]))["estimate"].tolist()
    [1.0, 1.0, 0.0, 1.0]
    """
    missing = [c for c in (*QUESTIONS, "id", "weight") if c not in sheet.columns]
    if missing:
        raise SourceError([f'{name}: there is no column "{c}"' for c in missing])
    problems: list[str] = []
    answers: dict[str, np.ndarray] = {}
    for column in QUESTIONS:
        values = []
        # The first row of a spreadsheet is its header.
        for row, value in enumerate(sheet[column], 2):
            # An empty cell is NaN, which is not equal to itself.
            text = str(value).strip().casefold() if value is not None and value == value else ""
            if column == "missed_turns":
                try:
                    number = float(text) if text else math.nan
                    if number < 0 or math.isinf(number) or (number == number and number != int(number)):
                        raise ValueError
                    values.append(number)
                except ValueError:
                    problems.append(f'{name}: row {row}: {column}: expected a number such as 0, got "{value}"')
            elif text in ("", "yes", "no", "y", "n"):
                values.append({"": math.nan, "y": 1.0, "n": 0.0}[text[:1]])
            else:
                problems.append(f'{name}: row {row}: {column}: expected yes or no, got "{value}"')
        answers[column] = np.array(values)
    weight = pd.to_numeric(sheet["weight"], errors="coerce").to_numpy(float)
    problems += [f"{name}: row {k + 2}: weight is not a number above 0" for k in np.flatnonzero(~(weight > 0))]
    if problems:
        raise SourceError(problems[:40])
    if all(np.isnan(a).all() for a in answers.values()):
        raise SourceError(f"{name}: no row is filled in; the columns to fill are {', '.join(QUESTIONS)}")
    rows = []
    for label, column in (
        ("precision of turns", "turn_is_right"),
        ("speaker is right", "speaker_is_right"),
        ("role and side are right", "role_is_right"),
    ):
        given = ~np.isnan(answers[column])
        rows.append((label, *_share(answers[column][given], weight[given])))
    given = ~np.isnan(answers["turn_is_right"]) & ~np.isnan(answers["missed_turns"])
    right, missed = answers["turn_is_right"][given], answers["missed_turns"][given]
    # A missed turn could not be drawn: it has the weight of the turn within which it was found.
    hits = np.concatenate([np.ones(len(right)), np.zeros(len(missed))])
    rows.append(("recall of turns", *_share(hits, np.concatenate([weight[given] * right, weight[given] * missed]))))
    return pd.DataFrame(rows, columns=["measure", "estimate", "low", "high", "n"])


def _share(values: np.ndarray, weight: np.ndarray) -> tuple[float, float, float, int]:
    keep = weight > 0
    values, weight = values[keep], weight[keep]
    if not len(values):
        return math.nan, math.nan, math.nan, 0
    share = float(np.average(values, weights=weight))
    # Unequal weights leave the precision of fewer rows: Kish's effective sample size.
    low, high = wilson(share, float(weight.sum() ** 2 / (weight**2).sum()))
    return share, low, high, len(values)
