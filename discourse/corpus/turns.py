"""Speaker turns: who said which paragraph, and what in it nobody said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SIDES = ("home", "foreign", "press", "other")

_TITLES = (
    "SECRETARY GENERAL",
    "SECRETARY-GENERAL",
    "DEPUTY SECRETARY",
    "ASSISTANT SECRETARY",
    "UNDER SECRETARY",
    "ACTING SECRETARY",
    "SECRETARY",
    "FOREIGN MINISTER",
    "FOREIGN SECRETARY",
    "PRIME MINISTER",
    "DEFENSE MINISTER",
    "MINISTER",
    "VICE PRESIDENT",
    "PRESIDENT",
    "CHANCELLOR",
    "HIGH REPRESENTATIVE",
    "SPECIAL REPRESENTATIVE",
    "SPECIAL ENVOY",
    "AMBASSADOR",
    "SENATOR",
    "CONGRESSMAN",
    "CONGRESSWOMAN",
    "REPRESENTATIVE",
    "GOVERNOR",
    "GENERAL",
    "ADMIRAL",
    "COLONEL",
    "ADMINISTRATOR",
    "COORDINATOR",
    "DIRECTOR",
    "SPOKESPERSON",
    "SPOKESMAN",
    "SPOKESWOMAN",
    "DR",
    "MR",
    "MS",
    "MRS",
    "MADAM",
    "SENIOR",
    "THE PRESIDENT",
    "THE VICE PRESIDENT",
    "CROWN PRINCE",
    "ACTING PRIME MINISTER",
    "COMMISSIONER",
    "CHAIRMAN",
    "CHAIRWOMAN",
    "CHAIRPERSON",
    "CHAIR",
    "RANKING MEMBER",
    "DEPUTY PRIME MINISTER",
    "SECURITY MINISTER",
)
_FOREIGN = (
    "FOREIGN MINISTER",
    "FOREIGN SECRETARY",
    "PRIME MINISTER",
    "CHANCELLOR",
    "HIGH REPRESENTATIVE",
    "SECRETARY GENERAL",
    "SECRETARY-GENERAL",
    "DEFENSE MINISTER",
    "MINISTER",
)
_FIXED = {
    "QUESTION": ("reporter", "press"),
    "Q": ("reporter", "press"),
    "QUESTIONER": ("reporter", "press"),
    "MODERATOR": ("moderator", "other"),
    "OPERATOR": ("moderator", "other"),
    "INTERPRETER": ("moderator", "other"),
    "STAFF": ("moderator", "other"),
    "PARTICIPANT": ("participant", "other"),
    "AUDIENCE": ("audience", "other"),
    "AUDIENCE MEMBER": ("audience", "other"),
    "AUDIENCE MEMBERS": ("audience", "other"),
    "HOST": ("moderator", "other"),
    "VOICE": ("audience", "other"),
}
# A word in capitals, with the small letters of some names before it: McCORMACK, deCARVALHO.
_WORD = r"(?:Ma?c|[Dd][eu]|[Ll][ae]|[Vv][ao]n|al-|el-)?[^\W\d_a-zß-öø-ÿ]+"
_NO_SPEAKER = re.compile(
    r"\b(?:NOTE|ADDRESS|DOB|POB|AKA|FKA|TITLE|DATE|DATELINE|LOCATION|PLACE|TIME|SUBJECT|RE|FROM|TO|CC|CONTACT|PHONE|TEL|FAX"
    r"|E-?MAIL|WHAT|WHEN|WHERE|WHO|WHY|HOW|TEXT|SUMMARY|BACKGROUND|AGENDA|PROGRAM|TOTAL|UPDATE|WARNING|IMPORTANT|FACT"
    r"|PARTICIPANTS|VESSEL|NAME|TYPE|FLAG|NATIONALITY|PASSPORT|GENDER|WEBSITE|TWITTER|FIRST|SECOND|THIRD|FOURTH|FIFTH"
    r"|CHAPTER|PART|SECTION|ARTICLE|END|BEGIN|ANNOUNCEMENT)\b"
)
_LABEL = re.compile(
    rf"(?m)^[ \t\u00a0`]*(?:\*\*)?(?P<label>{_WORD}(?:[ \u00a0.,'’\-]+{_WORD})*\.?)"
    r"(?P<note>\s*\([^)\n]{1,80}\))?\s*(?:\*\*)?:(?:\*\*)?(?=\s|$|[A-Z“\"])"
)
_PRESIDENCY_LABEL = re.compile(
    r"(?m)^(?P<label>The President|Audience members?|(?:Representative|Senator|Speaker|Vice President)(?: [A-Z][\w'’.\-]*){1,4})"
    r"\.(?= [A-Z\[])"
)
_INTERPRETED = re.compile(r"\((?:via|through)\s+(?:an?\s+)?(?:interpret|translat)[^)]*\)", re.I)
_STAGE_ROUND = re.compile(
    r"\((?:laughter|applause|inaudible|crosstalk|cross-talk|off-mike|off mic|pause|silence|in progress|no response"
    r"|(?:via|through)\s+(?:an?\s+)?(?:interpret|translat)[^)\n]*|in (?:russian|french|spanish|arabic|german|ukrainian)"
    r"|gesturing|simultaneous[^)\n]*|break(?: in audio)?|sneezes|coughs)\.?\)",
    re.I,
)
_STAGE_SQUARE = re.compile(
    r"\[\s*(?:laughter|applause|inaudible|moment of silence|at (?:this|his|her) point|delivered|as delivered|released"
    r"|read before|members of the audience|audience members|there was a|in (?:millions|billions)|see app|before speaking"
    r"|the (?:president|first lady)|a military aide|democratic congress)[^\[\]\n]{0,300}\]",
    re.I,
)
_CORRECTION = re.compile(r"; White House correction(?=\])")


@dataclass(frozen=True)
class Speaker:
    """A person or an office, by the name that figures show.

    Parameters
    ----------
    name : str
        Name in figures.
    aliases : tuple of str
        Words that identify the speaker in a label or a byline; the last word of the name by default.
    role : str
        principal, counterpart, spokesperson, reporter, moderator...
    side : str
        home (counted as the group's words), foreign, press or other.
    """

    name: str
    aliases: tuple[str, ...] = ()
    role: str = "principal"
    side: str = "home"

    def matches(self, words: str) -> bool:
        """Whether one of the aliases stands in these words, as whole words, case ignored.

        Examples
        --------
        >>> Speaker("Ada Kovar").matches("FOREIGN MINISTER KOVAR"), Speaker("Ada Kovar").matches("MS. KOVARIN")
        (True, False)
        """
        names = self.aliases or (self.name.split()[-1],)
        return any(re.search(rf"(?<!\w){re.escape(a)}(?!\w)", words, re.I) for a in names)


@dataclass(frozen=True)
class Turn:
    """What one speaker says until the next label; spans are character offsets in `text`."""

    label: str
    speaker: str
    role: str
    side: str
    interpreted: bool
    text: str
    excluded: tuple[tuple[int, int, str], ...] = ()


def resolve(label: str, speakers: Sequence[Speaker]) -> tuple[str, str, str]:
    """Resolve a label or byline to (speaker, role, side).

    Examples
    --------
    >>> resolve("QUESTION", [])
    ('Question', 'reporter', 'press')
    >>> resolve("FOREIGN MINISTER KOVAR", [])
    ('Foreign Minister Kovar', 'counterpart', 'foreign')
    """
    halves = re.split(r"\s+(?:AND|&)\s+", label.replace("\u00a0", " ").strip())
    if len(halves) == 2 and label.isupper() and all(" " in h for h in halves):
        return label.strip(" .").title(), "joint", "other"
    for speaker in speakers:
        if speaker.matches(label):
            return speaker.name, speaker.role, speaker.side
    plain = re.sub(r"[.\s]+$", "", label.replace("\u00a0", " ")).strip()
    if plain.upper() in _FIXED:
        return (plain.capitalize(), *_FIXED[plain.upper()])
    shown = plain.title()
    if plain.upper().startswith(_FOREIGN) or re.search(r"\bMINISTER\b", plain.upper()):
        return shown, "counterpart", "foreign"
    if re.match(r"SENIOR\b.*OFFICIAL", plain.upper()):
        return shown, "spokesperson", "home"
    if re.match(r"(?:(?:ACTING|DEPUTY|ASSISTANT|UNDER|PRINCIPAL) )*SECRETARY\b", plain.upper()):
        return shown, "principal", "home"
    return shown, "unresolved", "other"


def _speaks(text: str) -> bool:
    """Whether what stands after a colon reads like speech: a lower-case word and a full stop, in its first paragraph."""
    first = text.strip().partition("\n\n")[0].strip()
    return bool(re.search(r"(?<!\w)[a-zß-öø-ÿ]", first)) and bool(re.search(r"[.!?…—–-][\"”’)*\]]*$", first))


def _labels(text: str, speakers: Sequence[Speaker], presidency: bool) -> list[re.Match[str]]:
    """Labels at the beginnings of lines.

    Titles, fixed labels such as QUESTION and the aliases of the config are known. Other words in capitals are a label
    only where what follows them reads like speech each time, for lists of vessels and addresses have colons too.
    """
    if presidency:
        return list(_PRESIDENCY_LABEL.finditer(text))
    found = [m for m in _LABEL.finditer(text) if len(m["label"]) <= 70]
    known, others = [], dict[str, list[re.Match[str]]]()
    for match in found:
        label = match["label"].replace("\u00a0", " ").strip(" .").upper()
        if (
            label in _FIXED
            or re.match(rf"(?:{'|'.join(_TITLES)})\b\.?[ .\-]", label + " ")
            or any(s.matches(label) for s in speakers)
        ):
            known.append(match)
        elif len(label.split()) <= 4 and len(label) > 1 and not _NO_SPEAKER.search(label):
            others.setdefault(label, []).append(match)
    for matches in others.values():
        follows = [text[m.end() :].split("\n\n", 1)[0] for m in matches]
        if all(map(_speaks, follows)) and (known or len(matches) > 1):
            known += matches
    return sorted(known, key=lambda m: m.start())


def label_at(paragraph: str) -> bool:
    """Whether a paragraph begins with what looks like a speaker label, known or not."""
    return bool(_LABEL.match(paragraph))


def stage_directions(text: str) -> list[tuple[int, int, str]]:
    """Character spans that nobody said: laughter, applause, notes of the transcript.

    Editorial insertions in square brackets, such as ``[the Congress]``, are words of the transcript and stay.

    Examples
    --------
    >>> stage_directions("Well (laughter) and [Applause] and [sunset].")
    [(5, 15, 'stage direction'), (20, 30, 'stage direction')]
    """
    spans = [(*m.span(), "stage direction") for p in (_STAGE_ROUND, _STAGE_SQUARE) for m in p.finditer(text)]
    spans += [(*m.span(), "note of the transcript") for m in _CORRECTION.finditer(text)]
    return sorted(spans)


def split_turns(
    text: str,
    byline: str,
    speakers: Sequence[Speaker] = (),
    *,
    boilerplate: Mapping[str, str] | None = None,
    presidency: bool = False,
) -> list[Turn]:
    """Split the text of one document into speaker turns.

    Parameters
    ----------
    text : str
        Paragraphs separated by blank lines.
    byline : str
        Whose words stand before the first label, and in a document without labels.
    speakers : sequence of Speaker
        People that the user has named; others are resolved by their titles.
    boilerplate : mapping of str to str, optional
        Whole paragraphs that are nobody's words, with the reason (a disclaimer, a footnote).
    presidency : bool
        Labels as the American Presidency Project prints them: "The President." instead of capitals and a colon.

    Returns
    -------
    list of Turn
        In order; label and its note are not part of the text.

    Examples
    --------
    >>> turns = split_turns("MR. ROE:  Hello.\\n\\nAgain.\\n\\nQUESTION:  Why? (Laughter.)", "Office", [Speaker("Roe")])
    >>> [(t.speaker, t.role, t.text) for t in turns]
    [('Roe', 'principal', 'Hello.\\n\\nAgain.'), ('Question', 'reporter', 'Why? (Laughter.)')]
    """
    boilerplate = boilerplate or {}
    labels = _labels(text, speakers, presidency)
    pieces = [(byline, "", text[: labels[0].start()] if labels else text)]
    for k, match in enumerate(labels):
        stop = labels[k + 1].start() if k + 1 < len(labels) else len(text)
        label = match["label"].strip()
        if label.upper().strip(" .") == "THE PRESIDENT" and byline:
            label = byline
        pieces.append((label, "" if presidency else match["note"] or "", text[match.end() : stop]))
    turns: list[Turn] = []
    for label, note, piece in pieces:
        body, excluded = "", []
        for paragraph in filter(None, (p.strip() for p in re.split(r"\n\s*\n", piece))):
            body += "\n\n" if body else ""
            if paragraph in boilerplate:
                excluded.append((len(body), len(body) + len(paragraph), boilerplate[paragraph]))
            body += paragraph
        if not body:
            continue
        covered = list(excluded)
        excluded += [s for s in stage_directions(body) if not any(a <= s[0] < b for a, b, _ in covered)]
        speaker, role, side = resolve(label, speakers)
        if label == byline and not any(s.matches(label) for s in speakers):
            # The byline names whose document it is; only the config can say that it is another side's.
            speaker, role, side = byline, "author", "home"
        if presidency and label != byline:
            role, side = "audience", "other"
        interpreted = bool(_INTERPRETED.search(note) or _INTERPRETED.search(body[:200]))
        if turns and turns[-1].label == label and presidency:
            previous = turns.pop()
            shift = len(previous.text) + 2
            excluded = [*previous.excluded, *((a + shift, b + shift, r) for a, b, r in excluded)]
            body = f"{previous.text}\n\n{body}"
        turns.append(Turn(label, speaker, role, side, interpreted, body, tuple(sorted(excluded))))
    return turns
