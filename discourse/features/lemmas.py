"""Lemmas and word classes of English forms, each by itself: by the lexicon that ships with TextBlob, or as a CoNLL-U file says.

The lexicon (Pattern, De Smedt & Daelemans 2012) has one tag for each form, and so one lemma and one class have all uses of a form.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from discourse.corpus.files import text_of
from discourse.door import MOST_LEXICON, read_bytes
from discourse.encode.encoder import fold
from discourse.errors import SourceError

WordClass = Literal["noun", "name", "verb", "adjective", "adverb"]
_OF_TAG = {"NNP": "name", "NN": "noun", "VB": "verb", "JJ": "adjective", "RB": "adverb", "MD": "verb"}
_OF_UPOS = {
    "NOUN": "noun", "PROPN": "name", "VERB": "verb", "AUX": "verb", "ADJ": "adjective", "ADV": "adverb",
}  # fmt: skip
_VOWELS = frozenset("aeiou")
_LARGEST = 64 * MOST_LEXICON  # bytes of a file of annotations
# Forms of a verb after its base; of the commonest irregular verbs.
_VERBS = """
be am is are was were been being; have has had having; do does did done doing; go goes going went gone; say said; make made; take took taken;
come came; see saw seen; know knew known; get got gotten; give gave given; find found; think thought; tell told; become became; show shown;
leave left; feel felt; put; bring brought; begin began begun; keep kept; hold held; write wrote written; stand stood; hear heard; let; mean meant;
set; meet met; run ran; pay paid; sit sat; speak spoke spoken; lead led; grow grew grown; lose lost; fall fell fallen; send sent; build built;
understand understood; draw drew drawn; break broke broken; spend spent; cut; rise rose risen; drive drove driven; buy bought; wear wore worn;
choose chose chosen; seek sought; throw threw thrown; catch caught; deal dealt; win won; fight fought; teach taught; eat ate eaten; sell sold;
strike struck stricken; forget forgot forgotten; lay laid; lie lying lain; die dying; tie tying; shake shook shaken; fly flew flown; sleep slept; swear swore sworn; bear bore borne born;
hang hung; arise arose arisen; bind bound; bleed bled; blow blew blown; breed bred; cling clung; creep crept; dig dug; feed fed; flee fled;
forbid forbade forbidden; forgive forgave forgiven; freeze froze frozen; hide hid hidden; kneel knelt; lend lent; light lit; mistake mistook mistaken;
overcome overcame; overthrow overthrew overthrown; ride rode ridden; ring rang rung; shine shone; shoot; shrink shrank shrunk; sing sang sung; sink sank sunk;
slide slid; spin spun; spring sprang sprung; steal stole stolen; stick stuck; sting stung; stride strode; strive strove striven; sweep swept; swim swam swum;
swing swung; tear tore torn; undergo underwent undergone; undertake undertook undertaken; uphold upheld; wake woke woken; weave wove woven; weep wept;
withdraw withdrew withdrawn; withhold withheld; withstand withstood; foresee foresaw foreseen; undo undid undone; rebuild rebuilt; repay repaid; drink drank drunk
"""
_OTHERS = {
    "men": "man", "women": "woman", "children": "child", "people": "people", "feet": "foot", "teeth": "tooth", "mice": "mouse", "geese": "goose",
    "lives": "life", "wives": "wife", "knives": "knife", "halves": "half", "selves": "self", "thieves": "thief", "shelves": "shelf", "leaves": "leave",
    "crises": "crisis", "analyses": "analysis", "bases": "base", "theses": "thesis", "hypotheses": "hypothesis", "criteria": "criterion", "phenomena": "phenomenon",
    "better": "good", "best": "good", "worse": "bad", "worst": "bad", "news": "news", "means": "means", "politics": "politics", "economics": "economics",
    "series": "series", "species": "species", "headquarters": "headquarters", "forces": "force", "its": "its", "his": "his", "this": "this", "has": "have",
    "longer": "long", "longest": "long", "closer": "close", "closest": "close",
}  # fmt: skip


@cache
def _irregular() -> dict[str, str]:
    verbs = [v.split() for v in _VERBS.split(";")]
    return {form: base for base, *forms in verbs for form in forms} | _OTHERS


@cache
def _parser() -> Any:
    """TextBlob's tagger with its lexicon read: it leaves the file open, of which Python warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        from textblob.en import parser

        parser.find_tags(["a", "word"])
    return parser


def _lexicon() -> Mapping[str, str]:
    """The forms of the lexicon with their tags."""
    lexicon: Mapping[str, str] = _parser().lexicon
    return lexicon


@cache
def lemma(word: str) -> str:
    """The lemma of an English word; case-folded.

    Examples
    --------
    >>> [lemma(w) for w in ("policies", "Nations", "stopped", "making", "went", "bigger", "this", "Norland's")]
    ['policy', 'nation', 'stop', 'make', 'go', 'big', 'this', 'norland']
    """
    word = fold(word)
    word = word.removesuffix("'s") if len(word) > 3 and word not in ("it's", "let's", "that's", "what's") else word
    known = _irregular().get(word)
    if known is not None:
        return known
    for plural, one in (("men", "man"), ("children", "child")):
        # Gentlemen, grandchildren; not specimen.
        if word.endswith(plural) and _lexicon().get(word.removesuffix(plural) + one, "")[:2] == "NN":
            return word.removesuffix(plural) + one
    tag = _lexicon().get(word, "")
    for ending, tags, candidates in (("s", _S, _of_s), ("ed", _ED, _of_ed), ("ing", _ING, _of_ing)):
        # A form in -ed or -ing that the lexicon does not know is one of a verb where that has the verb.
        if word.endswith(ending) and (tag in tags or not tag):
            return next((c for c in candidates(word) if _known(c, ending)), _default(word, ending, tag))
    if tag in ("JJR", "JJS", "RBR", "RBS"):
        return next((c for c in _compared(word) if _lexicon().get(c, "")[:2] in ("JJ", "RB")), word)
    return word


_S, _ED, _ING = ("NNS", "VBZ", "NNPS"), ("VBD", "VBN"), ("VBG",)


def _known(base: str, ending: str) -> bool:
    """Whether the lexicon has a base that may have the ending."""
    tag = _lexicon().get(base, "")
    if ending == "s":
        return tag[:2] in ("NN", "VB", "JJ")
    return len(base) > 2 and (tag in ("VB", "VBP", "NN") or tag[:2] in ("JJ", "RB"))


def _default(word: str, ending: str, tag: str) -> str:
    if ending == "s" and (tag or len(word) > 4) and not word.endswith(("ss", "us", "is", "'s")):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


def _of_s(word: str) -> Iterator[str]:
    if word.endswith(("ss", "us", "is")):
        return
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zzes")):
        yield word[:-2]
    yield word[:-1]
    if word.endswith("es"):
        yield word[:-2]
        yield word[:-2] + "is"
    if word.endswith("ves"):
        yield word[:-3] + "f"


def _of_ed(word: str) -> Iterator[str]:
    if word.endswith("ied"):
        yield word[:-3] + "y"
    yield from _stripped(word[:-2])


def _of_ing(word: str) -> Iterator[str]:
    yield from _stripped(word[:-3])


def _stripped(stem: str) -> Iterator[str]:
    """A stem as it is, with an e, or with one consonant in place of two; a consonant that is doubled first."""
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
        yield stem
        yield stem[:-1]
        return
    # An e after one vowel and one consonant, as in mak-, hop-; not after two, as in need-.
    if len(stem) > 2 and stem[-1] not in _VOWELS | {"w", "x", "y"} and stem[-2] in _VOWELS and stem[-3] not in _VOWELS:
        yield stem + "e"
        yield stem
    else:
        yield stem
        yield stem + "e"


def _compared(word: str) -> Iterator[str]:
    stem = word.removesuffix("er").removesuffix("est")
    if stem.endswith("i"):
        yield stem[:-1] + "y"
    if len(stem) > 2 and stem[-1] == stem[-2]:
        yield stem[:-1]
    yield stem
    yield stem + "e"


@cache
def word_class(form: str) -> str:
    """The class of a form as it is written; "other" for function words and numbers.

    A form with a capital that the lexicon does not know without it is a name; one that it does not know at all is what its ending says.

    Examples
    --------
    >>> [word_class(f) for f in ("Nations", "America", "agree", "free", "quickly", "the")]
    ['noun', 'name', 'verb', 'adjective', 'adverb', 'other']
    """
    folded = fold(form)
    bare = folded.removesuffix("'s")
    if not any(c.isalpha() for c in folded):
        return "other"
    tag = _lexicon().get(folded) or _lexicon().get(bare) or _parser().find_tags(["a", form.removesuffix("'s")])[1][1]
    return _OF_TAG.get(tag[:3], "") or _OF_TAG.get(tag[:2], "other")


@dataclass(frozen=True)
class Annotations:
    """Lemma and class of forms, as a file has them most often; others are those of the lexicon.

    Parameters
    ----------
    lemmas, classes : mapping of str to str
        By case-folded form.
    """

    lemmas: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)

    def lemma(self, form: str) -> str:
        """The lemma of a case-folded form."""
        return self.lemmas.get(form) or lemma(form)

    def word_class(self, form: str) -> str:
        """The class of a form as it is written."""
        return self.classes.get(fold(form)) or word_class(form)


def read_annotations(path: str | Path) -> Annotations:
    """Lemmas and classes from a tagger: what each form has most often.

    Parameters
    ----------
    path : path
        A CoNLL-U file (of Stanza, UDPipe, spaCy) with the columns FORM, LEMMA and UPOS (Universal Dependencies), compressed by gzip
        (.gz) or not; or a `DocBin` of spaCy (.spacy), which is read where spaCy is installed.

    Raises
    ------
    SourceError
        For a file without a word, with lines that have too few columns, and for a `DocBin` without spaCy.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "one.conllu")
    ...     _ = file.write_text("1\\tLeaves\\tleaf\\tNOUN\\t_\\t_\\t0\\troot\\t_\\t_\\n")
    ...     found = read_annotations(file)
    >>> found.lemma("leaves"), found.word_class("Leaves"), found.lemma("wars")
    ('leaf', 'noun', 'war')
    """
    path = Path(path)
    data = read_bytes(path, _LARGEST)
    lemmas, classes = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for form, of_form, upos in (_of_spacy if path.suffix == ".spacy" else _of_conllu)(path, data):
        if of_form not in ("", "_"):
            lemmas[form, fold(of_form)] += 1
        classes[form, _OF_UPOS.get(upos, "other")] += 1
    if not classes:
        raise SourceError(f"{path}: there is no word in it")
    return Annotations(_commonest(lemmas), _commonest(classes))


def _of_conllu(path: Path, data: bytes) -> Iterator[tuple[str, str, str]]:
    """Form, lemma and class of each word of a CoNLL-U file."""
    for number, line in enumerate(text_of(path, data, _LARGEST).split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) < 4:
            raise SourceError(f"{path}:{number}: expected the ten columns of CoNLL-U, got {len(cells)}")
        if cells[0].isdigit():
            yield fold(cells[1]), cells[2], cells[3]


def _of_spacy(path: Path, data: bytes) -> Iterator[tuple[str, str, str]]:
    """Form, lemma and class of each word of a DocBin."""
    try:
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab
    except ImportError:
        raise SourceError(f"{path}: a DocBin is read by spaCy: pip install spacy, or write CoNLL-U") from None
    try:
        docs = list(DocBin().from_bytes(data).get_docs(Vocab()))
    except Exception as error:  # what is no DocBin raises anything
        raise SourceError(f"{path}: no DocBin of spaCy ({type(error).__name__})") from None
    for doc in docs:
        for token in doc:
            if not token.is_space:
                yield fold(token.text), token.lemma_, token.pos_


def _commonest(counts: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """The commonest value of each form, of two alike the first of the alphabet."""
    found: dict[str, str] = {}
    for (form, value), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        found.setdefault(form, value)
    return found
