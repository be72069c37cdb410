"""Errors that reach the user as one clear message.

One base class and three subclasses, distinguished by the exit code of the command line: 2 for a mistake in what
was asked (usage, config), 1 for a source that cannot be read or a run that fails.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 800  # characters of a line of a message: a value that is wrong may be a whole text
LONG = 200  # characters of a word in a message, and of one that may be meant
MOST = 2000  # words that may be meant


def shortened(text: str, most: int = LONG) -> str:
    """A text as a message quotes it: of a long one the beginning, and how long it is.

    Examples
    --------
    >>> shortened("war"), shortened("a" * 500, 5)
    ('war', 'aaaaa... (500 characters)')
    """
    return text if len(text) <= most else f"{text[:most]}... ({len(text):,} characters)"


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return a hint that names the closest choice, or lists the choices when none is close.

    Parameters
    ----------
    word : str
        What the user wrote.
    choices : iterable of str
        What would have been accepted.

    Returns
    -------
    str
        A sentence to append to a message; empty when there are no choices.

    Examples
    --------
    >>> did_you_mean("keynes", ["keyness", "stance"])
    'Did you mean "keyness"?'
    >>> did_you_mean("zzz", ["keyness", "stance"])
    'Expected one of: keyness, stance.'
    """
    options = [str(choice) for choice in choices]
    word, alike = str(word), options
    if len(word) > LONG:
        alike = []
    elif len(options) > MOST:
        # To compare with each of a million takes a minute; what is meant mostly begins alike.
        alike = [o for o in options if o[:1].casefold() == word[:1].casefold()][:MOST]
    alike = [option for option in alike if len(option) <= LONG]
    near = difflib.get_close_matches(word, alike, n=1, cutoff=0.6)
    if not near:
        folded = {option.casefold(): option for option in alike}
        near = [folded[m] for m in difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)]
    if near:
        return f'Did you mean "{near[0]}"?'
    if not options:
        return ""
    shown = ", ".join(map(shortened, options[:20])) + (", ..." if len(options) > 20 else "")
    return f"Expected one of: {shown}."


class DiscourseError(Exception):
    """Base of every error that `discourse` raises on purpose; `exit_code` is that of the command line."""

    exit_code = 1

    def __init__(self, *said: object) -> None:
        super().__init__(*("\n".join(map(_cut, s.split("\n"))) if isinstance(s, str) else s for s in said))


class UsageError(DiscourseError):
    """The command, or a function, was called in a way that cannot work."""

    exit_code = 2


def _cut(line: str) -> str:
    """The beginning and the end of a line that is too long for a message."""
    if len(line) <= LONGEST:
        return line
    half = LONGEST // 2
    return f"{line[:half]} [... {len(line) - 2 * half:,} characters ...] {line[-half:]}"


def expect(value: object, kind: type, hint: str = "") -> None:
    """Refuse an argument of another type, in words that say what was expected.

    Parameters
    ----------
    value : object
        The argument.
    kind : type
        What it should be.
    hint : str
        How to come by one.

    Raises
    ------
    UsageError
        If it is something else.

    Examples
    --------
    >>> expect("norland", list, "Put it into one")
    Traceback (most recent call last):
    discourse.errors.UsageError: expected list, got str. Put it into one.
    """
    if not isinstance(value, kind):
        said = "None" if value is None else type(value).__name__
        raise UsageError(f"expected {kind.__name__}, got {said}." + (f" {hint}." if hint else ""))


@dataclass(frozen=True)
class Problem:
    """One mistake in a configuration file.

    Parameters
    ----------
    message : str
        What was expected and what was found.
    key : str
        Dotted path of the setting, such as ``groups.Cold War.before``; empty for the file as a whole.
    line : int
        Line in the file, counted from 1; 0 where it is not known.
    """

    message: str
    key: str = ""
    line: int = 0


class ConfigError(DiscourseError):
    """One or more mistakes in a configuration, reported together.

    Parameters
    ----------
    problems : sequence of Problem or str
        The mistakes.
    file : str
        Name of the configuration file.

    Examples
    --------
    >>> print(ConfigError([Problem("unknown setting", "sed", 3)], "a.yaml"))
    a.yaml:3: sed: unknown setting
    """

    exit_code = 2

    def __init__(self, problems: Sequence[Problem | str], file: str = "") -> None:
        self.problems = [p if isinstance(p, Problem) else Problem(p) for p in problems]
        self.file = file
        super().__init__("\n".join(self._line(p) for p in sorted(self.problems, key=lambda p: p.line)))

    def _line(self, problem: Problem) -> str:
        place = self.file + (f":{problem.line}" if self.file and problem.line else "")
        return ": ".join(part for part in (place, problem.key, problem.message) if part)


class SettingError(DiscourseError):
    """A mistake in one setting, seen in the data or beside another setting; the runner adds file and line.

    Parameters
    ----------
    path : sequence of str or int
        Keys of the setting from the top of the file; places in a list from 0.
    text : str
        What was expected and what was found.

    Examples
    --------
    >>> print(SettingError(("compare", "cluster"), 'there is no column "ministr".'))
    compare.cluster: there is no column "ministr".
    """

    exit_code = 2

    def __init__(self, path: Sequence[str | int], text: str) -> None:
        self.path, self.text = tuple(path), text
        super().__init__(f"{'.'.join(str(p + 1) if isinstance(p, int) else p for p in self.path)}: {text}")

    def __reduce__(self) -> tuple[type[SettingError], tuple[tuple[str | int, ...], str]]:
        """A mistake may be found in another process."""
        return type(self), (self.path, self.text)


class SettingErrors(DiscourseError):
    """Several mistakes in settings, seen in the data; the runner adds file and lines."""

    exit_code = 2

    def __init__(self, errors: Iterable[SettingError]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(map(str, self.errors)))

    def __reduce__(self) -> tuple[type[SettingErrors], tuple[list[SettingError]]]:
        """Mistakes may be found in another process."""
        return type(self), (self.errors,)


class SourceError(DiscourseError):
    """A source of texts cannot be read; all that was found wrong with it is reported together."""

    def __init__(self, messages: str | Sequence[str]) -> None:
        self.messages = list(map(_cut, [messages] if isinstance(messages, str) else messages))
        super().__init__("\n".join(self.messages))

    def __reduce__(self) -> tuple[type[SourceError], tuple[list[str]]]:
        """It may be found in another process."""
        return type(self), (self.messages,)


class NoTextError(DiscourseError):
    """An operation needs the text of a corpus that was stored without it."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        super().__init__(
            f"{operation} needs the text, and this encoded corpus was stored without it. "
            "Encode the corpus again with keep_text=True."
        )

    def __reduce__(self) -> tuple[type[NoTextError], tuple[str]]:
        """It may be found in another process."""
        return type(self), (self.operation,)


class TooLittleText(DiscourseError):
    """A number that the data cannot support was asked for.

    Parameters
    ----------
    what : str
        The quantity.
    have : str
        What there is, such as ``n = 4 documents``.
    need : str
        What would suffice.

    Examples
    --------
    >>> print(TooLittleText("A contrast", "n = 4 documents", "10 documents in each group"))
    A contrast: too little text (n = 4 documents); it needs 10 documents in each group.
    """

    def __init__(self, what: str, have: str, need: str) -> None:
        self.what, self.have, self.need = what, have, need
        super().__init__(f"{what}: too little text ({have}); it needs {need}.")

    def __reduce__(self) -> tuple[type[TooLittleText], tuple[str, str, str]]:
        """A refusal is a result like others, and is stored with them."""
        return type(self), (self.what, self.have, self.need)


class DatesTooCoarse(TooLittleText):
    """What needs to know when documents were written was asked of documents of which that is not known.

    Parameters
    ----------
    what : str
        The quantity.
    have : str
        The least that is known of a date: month, year, range or none.
    need : str
        What would suffice.

    Examples
    --------
    >>> print(DatesTooCoarse("A change on 2022-02-24", "year"))
    A change on 2022-02-24: the dates are too coarse (documents dated by the year only); it needs documents dated by the day.
    """

    def __init__(self, what: str, have: str, need: str = "documents dated by the day") -> None:
        super().__init__(what, have, need)
        by = {"range": "a range of years"}.get(have, f"the {have}")
        known = "documents without a date" if have == "none" else f"documents dated by {by} only"
        DiscourseError.__init__(self, f"{what}: the dates are too coarse ({known}); it needs {need}.")
