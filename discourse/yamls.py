"""YAML of others: without aliases, of bounded depth, and each mistake with its line."""

from __future__ import annotations

import yaml

DEPTH = 40  # settings within settings, or categories within categories


class YamlError(ValueError):
    """What is wrong with YAML, and in which line; 0 where it is not known."""

    def __init__(self, reason: str, line: int = 0) -> None:
        self.reason, self.line = reason, line
        super().__init__(reason)


class PlainLoader(yaml.SafeLoader):
    """No aliases, which can refer to themselves or make a short file huge, and no more than `DEPTH` levels."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As in PyYAML, within the limits."""
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem="aliases (*) are not supported", problem_mark=event.start_mark)
        self._depth += 1
        if self._depth > DEPTH:
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem=f"nested more than {DEPTH} deep", problem_mark=event.start_mark)
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def composed(text: str, kind: type[PlainLoader] = PlainLoader) -> tuple[PlainLoader, yaml.Node | None]:
    """The nodes of a text, and the loader that makes values of them; no node where there is nothing.

    Raises
    ------
    YamlError
        For what is no YAML.

    Examples
    --------
    >>> composed("a: [1, 2]")[1].value[0][0].value
    'a'
    >>> composed("[" * 50)
    Traceback (most recent call last):
    discourse.yamls.YamlError: nested more than 40 deep
    """
    try:
        loader = kind(text)
        return loader, loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(str(error.problem or error.context), mark.line + 1 if mark else 0) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        found = f"U+{error.character:04X}" if isinstance(error.character, int) else repr(error.character)
        raise YamlError(f"the character {found} is not allowed", line) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError((str(error).splitlines() or [type(error).__name__])[0]) from None
