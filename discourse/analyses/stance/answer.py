"""What page 1 may say of stance: the share of a class, which says more to a reader than a mean evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from discourse.analyses.claims import Claim, Form, joint_claim, levels_of
from discourse.analyses.say import Say
from discourse.analyses.stance.measure import StanceFound
from discourse.types import Comparison


def claims(found: StanceFound, say: Say) -> Iterator[Claim]:
    """The difference in evaluation, told by the share of the class that became more frequent; else by the means."""
    for outcome in found.outcomes:
        claim = joint_claim(outcome, say)
        if claim is None:
            continue
        assert claim.judged is not None
        difference = claim.level(say.study) - claim.level(say.reference)
        name = "conflictual" if difference < 0 else "cooperative"
        shares = _shares(found, name, corrected=claim.judged.corrected)
        item = "corrected" if claim.judged.corrected else name
        levels = None if shares is None else levels_of(shares.table, item)
        if levels is not None:
            told = replace(claim, form=Form.SHARE, levels=levels, name=name, unit=say("stance.unit_share", name=name))
            # A share that does not move with the mean would tell another story, and one without intervals none.
            if told.carried(say.study, say.reference) and np.sign(
                told.level(say.study) - told.level(say.reference)
            ) == (1 if difference else 0):
                claim = told
        yield claim


def _shares(found: StanceFound, name: str, *, corrected: bool) -> Comparison | None:
    """The shares of a class, corrected where the verdict is."""
    return found.validation.shares.get(name) if corrected else found.stance
