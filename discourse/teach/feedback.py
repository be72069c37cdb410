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
    # The form of the answer is said again where the form may be what is wrong.
    alone = (Verdict.RIGHT, Verdict.AGREED, Verdict.FOR_A_PERSON, Verdict.FAILED, Verdict.TRAP, Verdict.SIGN)
    of_text = task.kind is Kind.TEXT and finding.verdict is not Verdict.MISSING
    if finding.verdict in alone or of_text or not task.asks:
        return said
    return f"{said} {render('teach', 'form', asks=task.asks)}"
