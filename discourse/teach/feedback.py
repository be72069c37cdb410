"""What is found about an answer, in words."""

from __future__ import annotations

from discourse.report.templates import prose, render
from discourse.teach.kinds import Finding, Kind, Task, Verdict


def words_of(task: Task, finding: Finding) -> str:
    """A sentence or two on an answer.

    Examples
    --------
    >>> words_of(Task("q1", Kind.COUNT), Finding(Verdict.NOT_WHOLE))
    'This is not a whole number.'
    """
    key = finding.verdict.value
    assert key in prose("teach"), key
    said = render("teach", key, **finding.values)
    if finding.holds or finding.verdict is Verdict.FOR_A_PERSON or not task.asks:
        return said
    form = render("teach", "form", asks=task.asks)
    return said if finding.verdict in (Verdict.TRAP, Verdict.SIGN) or task.kind is Kind.TEXT else f"{said} {form}"
