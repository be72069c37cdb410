"""Lines that look like speaker labels and that nobody claims: listed by their words, or refused."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from discourse.errors import SourceError
from discourse.types import Unclaimed

_NAMED = 40  # lines that an error lists


def unclaimed_table(unclaimed: Sequence[Unclaimed]) -> pd.DataFrame:
    """Unclaimed lines by their words, the most frequent first.

    Parameters
    ----------
    unclaimed : sequence of Unclaimed
        From the provenance of a corpus.

    Returns
    -------
    DataFrame
        Columns `text`, `lines` and `documents` (in how many), `document` and `line` (where it comes first).

    Examples
    --------
    >>> lines = [Unclaimed("a", 7, "MR. ROE"), Unclaimed("b", 2, "NOTE"), Unclaimed("b", 9, "NOTE")]
    >>> unclaimed_table(lines).values.tolist()
    [['NOTE', 2, 1, 'b', 2], ['MR. ROE', 1, 1, 'a', 7]]
    """
    frame = pd.DataFrame([(u.text, u.document, u.line) for u in unclaimed], columns=["text", "document", "line"])
    by_words = frame.groupby("text", sort=False).agg(
        lines=("line", "size"),
        documents=("document", "nunique"),
        document=("document", "first"),
        line=("line", "first"),
    )
    return by_words.sort_values("lines", ascending=False, kind="stable").reset_index()


def refuse_unclaimed(unclaimed: Sequence[Unclaimed]) -> None:
    """Make unclaimed lines an error.

    Parameters
    ----------
    unclaimed : sequence of Unclaimed
        From the provenance of a corpus.

    Raises
    ------
    SourceError
        With each line, and what to do about them.

    Examples
    --------
    >>> refuse_unclaimed([])
    """
    if not unclaimed:
        return
    messages = [
        f'{u.document}, line {u.line}: "{u.text}" looks like the label of a speaker, and nobody claims it'
        for u in unclaimed[:_NAMED]
    ]
    if len(unclaimed) > _NAMED:
        messages.append(
            f"... and {len(unclaimed) - _NAMED} more; without --strict `discourse corpus speakers` lists them"
        )
    raise SourceError([*messages, REMEDY])


REMEDY = (
    "name the person under speakers:, add a pattern under labels:, or, where it is no label, list its words under not_labels: in the "
    "section corpus:"
)
"""What to do about unclaimed lines."""
