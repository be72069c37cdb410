"""By which grammars of labels a document may be written: its archive is named, or labels that only that archive has show it."""

from __future__ import annotations

from collections.abc import Sequence

from discourse.corpus.grammar import LabelGrammar
from discourse.corpus.lines import Lines, lines_of
from discourse.corpus.templates import first_words, places, possible

_SIGNS = 2  # labels of a form that only one archive has, for a document whose archive is not named


class Archives:
    """Grammars to choose from, document by document.

    Parameters
    ----------
    tables : sequence of LabelGrammar
        The grammars.
    """

    def __init__(self, tables: Sequence[LabelGrammar]) -> None:
        self._tables = tuple(tables)
        self._words = tuple({w.casefold() for g in tables for w in (*g.archives, *g.titles)})
        # Forms that only one archive has: their grammars by the first words of lines, and those whose first word is open.
        self._by_word: dict[str, set[int]] = {}
        self._open: list[tuple[int, str]] = []
        for k, template in ((k, t) for k, g in enumerate(tables) for t in g.signs):
            words = first_words(template)
            if words is None:
                self._open.append((k, template))
            for word in words or ():
                self._by_word.setdefault(word, set()).add(k)

    def candidates(self, text: str, issuer: str, title: str) -> list[tuple[LabelGrammar, int, bool]]:
        """The grammars that a document may be written by: of an archive that is named, or of which two labels are a sign.

        Parameters
        ----------
        text : str
            The document.
        issuer, title : str
            Issuer and byline; title.

        Returns
        -------
        list of (LabelGrammar, int, bool)
            With the number of labels that each finds, and whether its archive is named; those of named archives first, then those with most labels.

        Examples
        --------
        >>> from discourse.corpus.grammar import grammars
        >>> text = "Mr. Roe (Iran): We agree.\\nMs. Lind (Cuba): So do we."
        >>> [(g.name, n, named) for g, n, named in Archives(list(grammars().values())).candidates(text, "", "")]
        [('un', 2, False)]
        """
        found = []
        words = f"{issuer}\n{title}".casefold()
        # Most documents name no archive and have no line that could be a sign of one.
        any_named = any(w in words for w in self._words)
        shown = self._shown(lines_of(text))
        for k, grammar in enumerate(self._tables):
            named = any_named and grammar.known_by(issuer, title)
            if not named and not (k in shown and _has_signs(grammar, text)):
                continue
            labels = grammar.find(text)
            signs = sum(x.claim is not None and x.claim.sign for x in labels)
            if labels and (named or signs >= _SIGNS):
                found.append((named, len(labels), grammar))
        found.sort(key=lambda x: (-x[0], -x[1], x[2].name))
        return [(grammar, n, named) for named, n, grammar in found]

    def _shown(self, lines: Lines) -> set[int]:
        """Grammars of which a line may be a sign."""
        found = set[int]().union(*(self._by_word[word] for word in self._by_word.keys() & lines.words))
        return found.union(k for k, template in self._open if k not in found and possible(template, lines))


def _has_signs(grammar: LabelGrammar, text: str) -> bool:
    """Whether lines of a text fit forms that only this archive has."""
    found = 0
    for template in grammar.signs:
        found += sum(1 for _ in places(template, text))
        if found >= _SIGNS:
            return True
    return False
