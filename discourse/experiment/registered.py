"""What a report says of its registration: what was registered, what was changed, and what is exploratory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from discourse.analyses.say import Say
from discourse.experiment.registration import Registered
from discourse.report.blocks import Block, Figure, Heading, Paragraph, Table


def page(found: Registered, say: Say, file: str) -> Iterator[Block]:
    """The section on the registration.

    Parameters
    ----------
    found : Registered
        From `registered`.
    say : Say
        With the prose file "registration".
    file : str
        Name of the frozen file.
    """
    yield Heading(say("heading"))
    yield Paragraph(say("said", registration=found.registration, file=file))
    before, after = found.registration.index, found.index
    yield Paragraph(say("same_texts") if before == after else say("other_texts", before=before, after=after))
    if found.changes:
        yield Paragraph(say("changed", n=len(found.changes)))
        yield _changes(found, say)
    else:
        yield Paragraph(say("unchanged"))
    names = [n.replace("_", " ") for n in found.exploratory]
    yield Paragraph(say("exploratory", names=names) if names else say("confirmatory"))


def _changes(found: Registered, say: Say) -> Table:
    rows = [(c.setting, c.before, c.after) for c in found.changes]
    frame = pd.DataFrame(rows, columns=["setting", "registered", "as_done"])
    printed = [[s, a or say("nothing"), b or say("nothing")] for s, a, b in rows]
    heads = [say("setting"), say("before"), say("after")]
    return Table("registration", say("caption"), heads, printed, frame, ["left"] * 3, [1.2, 1.5, 1.5])


def first(found: Registered, say: Say, every: int) -> str:
    """The line on page 1; `every` is the number of analyses that say something."""
    names = [n.replace("_", " ") for n in found.exploratory]
    return say("first", registration=found.registration, n=len(found.changes), names=names, every=len(names) >= every)


def marked(block: Block, name: str, found: Registered | None, say: Say) -> Block:
    """A figure or table of an analysis, whose caption says so where it is exploratory."""
    if found is None or name not in found.exploratory or not isinstance(block, Figure | Table):
        return block
    return replace(block, caption=say("mark", caption=block.caption))


def recorded(found: Registered) -> dict[str, Any]:
    """What run.json keeps of it."""
    r = found.registration
    return {
        "sha256": r.sha256,
        "registered": r.registered.isoformat(),
        "same_texts": found.registration.index == found.index,
        "changes": [{"setting": c.setting, "registered": c.before, "as_done": c.after} for c in found.changes],
        "exploratory": list(found.exploratory),
    }
