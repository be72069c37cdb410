"""Tables of all contrasts together, from what each has."""

from __future__ import annotations

import pandas as pd

from discourse.analyses.say import Say
from discourse.compare.multiple import benjamini_hochberg


def over_contrasts(say: Say, analysis: str, attribute: str) -> pd.DataFrame:
    """A table that an analysis makes for each contrast, of the main one, its trends and the further ones.

    Parameters
    ----------
    say : Say
        The view of the run.
    analysis, attribute : str
        Name of the analysis, and of the table in what it found; its column `stratum` names the contrast.
    """
    kinds = {c.name: c.kind for c in say.data.further}
    parts: list[pd.DataFrame] = [getattr(say.found(analysis), attribute)]
    for view in say.further:
        found = view.found(analysis)
        table = getattr(found, attribute) if found is not None else pd.DataFrame()
        if len(table):
            parts.append(table.assign(contrast=table["stratum"].map(kinds)))
    return pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)


def joint_tests(say: Say) -> pd.DataFrame:
    """The tests of the joint outcomes in all contrasts; q over all of them, for each unit."""
    every = over_contrasts(say, "noise", "tests")
    for unit in dict.fromkeys(every["unit"]):
        mine = every["unit"] == unit
        every.loc[mine, "q"] = benjamini_hochberg(every.loc[mine, "p"].to_numpy(float))
    return every
