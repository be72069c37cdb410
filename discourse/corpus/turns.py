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
_LABEL = re.compile(
    r"^(?:\*\*)?(?P<label>[^\W\d_a-zß-ÿ][^\W\d_a-zß-öø-ÿ]*(?:[ .,'’\-]+[^\W\d_a-zß-öø-ÿ]+)*\.?)"
    r"(?P<note>\s*\([^)\n]{1,40}\))?\s*:(?:\*\*)?(?=\s|$)"
)
_PRESIDENCY_LABEL = re.compile(
    r"^(?P<label>The President|Audience members?|(?:Representative|Senator|Speaker|Vice President)(?: [A-Z][\w'’.\-]*){1,4})"
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


def resolve(label: str, speakers: Sequence[Speaker], default_side: str = "home") -> tuple[str, str, str]:
    """Resolve a label or byline to (speaker, role, side).

    Examples
    --------
    >>> resolve("QUESTION", [])
    ('Question', 'reporter', 'press')
    >>> resolve("FOREIGN MINISTER KOVAR", [])
    ('Foreign Minister Kovar', 'counterpart', 'foreign')
    """
    for speaker in speakers:
        if speaker.matches(label):
            return speaker.name, speaker.role, speaker.side
    plain = re.sub(r"[.\s]+$", "", label).strip()
    if plain.upper() in _FIXED:
        return (plain.capitalize(), *_FIXED[plain.upper()])
    shown = plain.title() if plain.isupper() else plain
    if plain.upper().startswith(_FOREIGN):
        return shown, "counterpart", "foreign"
    if re.match(r"SENIOR\b.*OFFICIAL", plain.upper()):
        return shown, "spokesperson", default_side
    if plain.upper().startswith("SECRETARY"):
        return shown, "principal", default_side
    return shown, "unresolved", "other" if plain.isupper() else default_side


def _label(paragraph: str, speakers: Sequence[Speaker], presidency: bool) -> re.Match[str] | None:
    match = (_PRESIDENCY_LABEL if presidency else _LABEL).match(paragraph)
    if not match or presidency:
        return match
    label = match["label"].strip(" .").upper()
    known = (
        label in _FIXED
        or re.match(rf"(?:{'|'.join(_TITLES)})\b\.?[ .]", label + " ")
        or any(s.matches(label) for s in speakers)
    )
    return match if known and len(label) <= 70 else None


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
    pieces: list[tuple[str, str, list[str]]] = [(byline, "", [])]
    for paragraph in re.split(r"\n[ \t]*\n", text):
        paragraph = paragraph.strip()
        if not paragraph:
            continue
        match = _label(paragraph, speakers, presidency)
        if match:
            note = (match["note"] or "") if not presidency else ""
            label = byline if presidency and match["label"] == "The President" else match["label"]
            pieces.append((label.strip(), note, []))
            paragraph = paragraph[match.end() :].strip()
        if paragraph:
            pieces[-1][2].append(paragraph)
    turns: list[Turn] = []
    for label, note, paragraphs in pieces:
        if not paragraphs:
            continue
        body, excluded = "", []
        for paragraph in paragraphs:
            body += "\n\n" if body else ""
            if paragraph in boilerplate:
                excluded.append((len(body), len(body) + len(paragraph), boilerplate[paragraph]))
            body += paragraph
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
