"""Where sentences end, from flags of distinct white-space chunks.

The rules follow Grefenstette & Tapanainen (1994, What is a word, what is a sentence?): a full stop ends a sentence
unless it belongs to an abbreviation; some abbreviations may be last, and then the next word decides.
"""

from __future__ import annotations

import re

# Always followed by something that belongs to them: titles, months before a number, "No. 5", "v.".
NEVER_LAST = frozenset(
    """
    mr mrs ms messrs sens reps gens govs dr prof rev hon gen lt col maj capt cmdr sgt adm amb sen rep gov pres
    sec st mt ft jan feb mar apr jun jul aug sept sep oct nov dec vs v cf viz e.g i.e no nos art arts sec secs
    par para paras fig figs vol vols p pp ch approx ca dept supt insp
    """.split()
)
# May occur inside a sentence or at its end; a word that usually begins a sentence, after them, decides.
MAYBE_LAST = frozenset(
    """
    u.s u.s.a u.n u.k u.s.s.r d.c e.u a.m p.m inc corp co ltd jr sr bros etc al ph.d m.d b.c a.d n.y calif mass
    mich tex fla ill wash pa va conn
    """.split()
)
STARTERS = frozenset(
    """
    the a an this that these those there here it its he she they we i you his her their our my your in on at for
    from with by to of as and but or so yet if when while where since because although though after before
    during until under over about what who why how which let no not now today tonight tomorrow yesterday last
    next each every all some many most more both neither nothing everyone first second finally also however
    moreover therefore thus then still instead meanwhile indeed again once only even have has is are was were do
    does did can could will would should may might must thank thanks yes please well mr. mrs. ms. dr.
    """.split()
)

_CLOSERS = "\"'”’»)]}*"
# Closing marks and the number of a footnote may follow the full stop.
_END = re.compile(r"(?:[.!?…]+)[\"'”’»)\]}*]*(?:\[\d{1,3}\])?[\"'”’»)\]}*]*(?:[—–-]{1,2})?$")
_BULLET = re.compile(r"^(?:[-•*–—·▪]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])$")
_INITIALS = re.compile(r"^(?:[^\W\d_]\.)+$")
_OPENERS = "\"'“‘«([{*¿¡"

NO_END, MAYBE_END, END = 0, 1, 2
# Powers of two: one byte holds all flags of a chunk.
CAN_BEGIN, USUALLY_BEGINS, ENDS_PARAGRAPH, ENDS_LINE, BULLET = 4, 8, 16, 32, 64
CLOSING = frozenset(".!?…\"'”’»)]}*—–-")


def ends_sentence(chunk: str) -> int:
    """Whether a chunk ends a sentence: `NO_END`, `MAYBE_END` (the next chunk decides) or `END`.

    Examples
    --------
    >>> [ends_sentence(c) for c in ("Mr.", "U.S.", "Dec.", "J.", "peace.", "peace", 'war?"', "D.C.,")]
    [0, 1, 0, 0, 2, 0, 2, 0]
    """
    if chunk[-1] not in ".!?…" and (chunk[-1] not in CLOSING or not _END.search(chunk)):
        return NO_END
    core = chunk.lstrip(_OPENERS)
    stripped = core.rstrip(_CLOSERS)
    if not stripped.endswith(".") or stripped.endswith(".."):
        # An ellipsis occurs within sentences as well.
        if stripped.endswith(("..", "…")):
            return MAYBE_END
        return END
    word = stripped[:-1].casefold()
    if word in ("no", "art", "sec", "may", "mar"):
        return MAYBE_END  # "No." is an answer as often as a number
    if word in NEVER_LAST:
        return NO_END
    if word in MAYBE_LAST:
        return MAYBE_END
    if _INITIALS.match(stripped):
        # "So do I." ends a sentence; other single letters are initials.
        return NO_END if len(word) == 1 and word != "i" else MAYBE_END
    return END


def begins_sentence(chunk: str) -> int:
    """Flags of a chunk: `CAN_BEGIN` a sentence, and `USUALLY_BEGINS` one when it has a capital letter.

    Examples
    --------
    >>> [begins_sentence(c) for c in ("The", "Secretary", "troops")] == [CAN_BEGIN | USUALLY_BEGINS, CAN_BEGIN, 0]
    True
    >>> [begins_sentence(c) for c in (".@MinRoe", "#Norland")] == [CAN_BEGIN, 0]
    True
    """
    core = chunk.lstrip(_OPENERS + "—–-")
    if not core:
        return 0
    if core.startswith(("@", ".@")):
        return CAN_BEGIN  # who acts; hashtags mostly follow the sentence that they belong to
    first = core[0]
    can = first.isupper() or first.isdigit() or first in "$€£•" or chunk[0] in _OPENERS
    usual = first.isupper() and core.rstrip(",;:").casefold().split("'")[0].split("’")[0] in STARTERS
    return CAN_BEGIN * can | USUALLY_BEGINS * usual


def chunk_flags(text: str) -> int:
    """Flags of a chunk with the white space after it.

    Examples
    --------
    >>> [chunk_flags(t) for t in ("peace. ", "Secretary ", "troops\\n\\n")] == [END, CAN_BEGIN, ENDS_PARAGRAPH]
    True
    """
    chunk = text.rstrip()
    if not chunk:
        return NO_END
    flags = ends_sentence(chunk)
    if not chunk[0].islower():
        flags |= begins_sentence(chunk)
    if _BULLET.match(chunk):
        flags |= BULLET
    if len(text) - len(chunk) > 1 and text.count("\n") > 1:
        flags |= ENDS_PARAGRAPH
    return flags
