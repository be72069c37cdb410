"""Formulas for a browser: MathML, as typst makes it of the notation of the PDF."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from discourse.errors import DiscourseError

_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
# Letters of a script of their own, which few fonts have; a browser sets a single letter in italics by itself.
_LETTERS = re.compile("[\U0001d400-\U0001d7ff]")


def mathml(forms: Sequence[Mapping[str, str]]) -> list[str]:
    """MathML of formulas.

    Parameters
    ----------
    forms : sequence of mapping
        With `typst`, a constant of the package or of a plug-in.

    Returns
    -------
    list of str
        One for each.

    Raises
    ------
    DiscourseError
        If typst does not know the notation.

    Examples
    --------
    >>> mathml([{"typst": "a^2"}])
    ['<math display="block"><msup><mi>a</mi><mn>2</mn></msup></math>']
    """
    if not forms:
        return []
    import typst

    source = "\n\n".join(f"#math.equation(block: true, $ {f['typst']} $)" for f in forms)
    try:
        page = typst.compile(source.encode(), format="html")
    except typst.TypstError as error:
        raise DiscourseError(f"a formula could not be set: {error.message}") from None
    assert isinstance(page, bytes)
    found = _MATH.findall(page.decode())
    assert len(found) == len(forms), f"{len(found)} of {len(forms)} formulas are set"
    return [_LETTERS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text) for text in found]
