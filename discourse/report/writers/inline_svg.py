"""The drawings of a report inside an HTML page: no style, no script, ids of their own, a title for each mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.etree import ElementTree

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
# What matplotlib writes; anything else would be a surprise in a page.
KNOWN = {"svg", "g", "path", "use", "defs", "clipPath", "rect", "text", "tspan", "image"}
DROPPED = {"metadata", "style"}
_MARK = re.compile(r"[a-z]+\.\d+(_[a-z]+\.\d+)*")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
Named = tuple[str, Mapping[str, str]]  # the title of a mark, and its data- attributes


def inline(
    drawing: bytes, prefix: str, alt: str, mark: Callable[[str], Named | None], words: Callable[[str], str]
) -> str:
    """A drawing as markup for an HTML page.

    Parameters
    ----------
    drawing : bytes
        SVG, as matplotlib writes it.
    prefix : str
        Of its ids, so that no two drawings of a page share one.
    alt : str
        Words instead of it.
    mark : callable
        From the name of a row ("frame.3") to the title of its mark and what the page knows of it; None for no title.
    words : callable
        From a text of the drawing to the word that can be looked up; empty where it is none.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the drawing has an element that is none of a drawing.

    Examples
    --------
    >>> svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g id="frame.0"><use x="1.23456"/></g><text>war</text></svg>'
    >>> print(inline(svg, "f1-", "A mark.", lambda row: ("War <1>", {"word": "war"}), lambda text: text))
    <svg viewBox="0 0 9 9" class="drawing" role="img" aria-label="A mark." stroke-linejoin="round" stroke-linecap="butt"><g data-word="war"><use x="1.23" /><title>War &lt;1&gt;</title></g><text data-word="war">war</text></svg>
    """
    root = ElementTree.fromstring(drawing)
    _clean(root)
    for group in root.iter("g"):
        if _MARK.fullmatch(group.get("id", "")):
            _name_marks(group, mark)
    for text in root.iter("text"):
        word = words("".join(text.itertext()).strip())
        if word:
            text.set("data-word", word)
    _rename(root, prefix)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib |= {"class": "drawing", "role": "img", "aria-label": alt}
    # In the file a rule of style for all elements.
    root.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element) -> None:
    """Drop what a page must not have, take styles apart into attributes, round numbers."""
    element.tag = element.tag.removeprefix(SVG)
    if element.tag not in KNOWN:
        raise ValueError(f"a drawing with <{element.tag}>")
    for child in list(element):
        if child.tag.removeprefix(SVG) in DROPPED or not child.tag.startswith(SVG):
            element.remove(child)
        else:
            _clean(child)
    if element.tag not in ("text", "tspan"):
        element.text = None
    element.tail = None
    for part in filter(None, map(str.strip, element.attrib.pop("style", "").split(";"))):
        name, _, value = part.partition(":")
        element.set(name.strip(), value.strip())
    if LINK in element.attrib:
        element.set("href", element.attrib.pop(LINK))
    for name, value in element.attrib.items():
        if name in ("d", "x", "y", "transform", "width", "height", "points", "stroke-width"):
            element.set(name, " ".join(_NUMBER.sub(_rounded, value).split()))


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _name_marks(group: ElementTree.Element, mark: Callable[[str], Named | None]) -> None:
    """A title for each mark of a group, in the order of its rows."""
    rows = group.attrib.pop("id").split("_")
    # Marks of one shape are uses of it; those of many sizes are paths of their own.
    shapes = {id(path) for defs in group.iter("defs") for path in defs.iter("path")}
    uses = list(group.iter("use")) or [p for p in group.iter("path") if id(p) not in shapes]
    # A single mark that is half filled is two shapes.
    uses = [group] if len(rows) == 1 and uses else uses
    # A mark outside of the axes is not drawn: nobody knows which one.
    if len(rows) != len(uses):
        return
    for row, use in zip(rows, uses):
        named = mark(row)
        if named is not None:
            title = ElementTree.SubElement(use, "title")
            title.text = named[0]
            use.attrib |= {f"data-{k}": v for k, v in named[1].items()}


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Ids that something refers to get a prefix, all others go."""
    used: set[str] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "href" and value.startswith("#"):
                used.add(value[1:])
                element.set(name, f"#{prefix}{value[1:]}")
            elif found := _REFERENCE.fullmatch(value):
                used.add(found[1])
                element.set(name, f"url(#{prefix}{found[1]})")
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name in used:
            element.set("id", prefix + name)
