"""Sentences that mention a target, to be coded by hand: drawn with a seed, told by ids, with no text in this repository.

    python benchmarks/coded_sentences.py draw FOLDER
    python benchmarks/coded_sentences.py draw-targets FOLDER NAME...

write the sheets for the coders to FOLDER (they hold text), and the ids to benchmarks/coded/: the first the two samples on Russia, the
second those on several targets. `coded` gives the sentences back.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.corpus import READERS
from discourse.corpus.assemble import assemble
from discourse.corpus.turns import Speaker, Turn
from discourse.encode import encode_corpus
from discourse.encode.encoder import hashtags_as_words
from discourse.features.stance import stance
from discourse.features.target import Target, mentions
from discourse.types import EncodedCorpus, Features, Provenance

DATA = Path(os.environ.get("DISCOURSE_TEST_DATA", "../shared/data"))
CODED = Path(__file__).parent / "coded"
_NAMES = ("russia", "russian", "russians", "kremlin", "moscow", "putin", "lavrov")
RUSSIA = Target(
    "Russia",
    (*_NAMES, *(f"#{name}" for name in _NAMES)),
    ("russian-speaking", "russian speaking"),
)
TARGETS = {
    "Russia": RUSSIA,
    "Israel": Target("Israel", ("israel", "israeli", "israelis", "jerusalem", "netanyahu")),
    "Ukraine": Target("Ukraine", ("ukraine", "ukrainian", "ukrainians", "kyiv", "kiev", "zelenskyy", "zelensky")),
    "China": Target(
        "China",
        ("china", "chinese", "beijing", "prc", "xi jinping", "people's republic of china"),
        ("south china sea",),
    ),
    "India": Target("India", ("india", "indian", "indians", "new delhi", "modi"), ("indian ocean", "american indian")),
    "Iran": Target("Iran", ("iran", "iranian", "iranians", "tehran")),
    "Turkey": Target("Turkey", ("turkey", "turkish", "turks", "ankara", "türkiye", "erdogan", "erdoğan")),
    "Palestine": Target("Palestine", ("palestine", "palestinian", "palestinians", "gaza")),
    "Georgia": Target("Georgia", ("georgia", "georgian", "georgians", "tbilisi")),
    "Bosnia": Target("Bosnia", ("bosnia", "bosnian", "bosnians", "sarajevo")),
    "Kuwait": Target("Kuwait", ("kuwait", "kuwaiti", "kuwaitis")),
    "Syria": Target("Syria", ("syria", "syrian", "syrians", "damascus", "assad")),
    "Lebanon": Target("Lebanon", ("lebanon", "lebanese", "beirut")),
    "Afghanistan": Target("Afghanistan", ("afghanistan", "afghan", "afghans", "kabul")),
    "Armenia": Target("Armenia", ("armenia", "armenian", "armenians", "yerevan")),
}
# Mentions of each target by source. Of `partners`, which is for learning as `others` and `ukraine` are, half are such as the rules call cooperative.
SAMPLES = {
    "victims": {
        "Israel": {"debate": 50, "posts": 20, "department_tweets": 10},
        "Ukraine": {"debate": 25, "posts": 30, "state": 25},
    },
    "russia": {"Russia": {"debate": 60, "posts": 60, "state": 40}},
    "china": {"China": {"debate": 50, "posts": 40, "department_tweets": 20, "state": 50}},
    "partners": {
        "India": {"debate": 30, "posts": 40, "department_tweets": 30, "state": 20},
        "Iran": {"debate": 40, "posts": 40, "department_tweets": 40},
        "Turkey": {"debate": 30, "posts": 40, "department_tweets": 20, "state": 30},
    },
    "others": {
        "Palestine": {"debate": 60},
        "Georgia": {"debate": 30, "state": 15, "department_tweets": 15},
        "Bosnia": {"debate": 40, "posts": 10},
        "Kuwait": {"debate": 40},
        "Syria": {"debate": 25, "posts": 15, "department_tweets": 15},
        "Lebanon": {"debate": 40, "posts": 10},
        "Afghanistan": {"debate": 25, "posts": 15, "state": 15},
        "Armenia": {"debate": 20, "posts": 10},
    },
    "ukraine": {"Ukraine": {"debate": 30, "posts": 50, "state": 50}},
}
# States whose speeches in the General Debate since 1991 are drawn from.
STATES = (
    "ARE AUS BGR BRA CAN CHN CUB DEU EGY EST FRA GBR GEO IDN IND IRL IRN ISR ITA JOR JPN KAZ KOR LTU MEX NGA NOR PAK POL RUS SAU "
    "SEN SWE SYR TUR UKR USA VEN VNM ZAF"
).split()
SEED = 2022
ABROAD = {"Putin", "Vladimir Putin", "Igor Ivanov", "Sergey Lavrov"}


def _lines(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _plain(rows: list[tuple[str, str]]) -> EncodedCorpus:
    """Texts of one turn each."""
    documents = [{"doc_id": i, "date": "2020-01-01", "title": i} for i, _ in rows]
    turns = {i: [Turn("", "", "", "home", False, " ".join(t.split()))] for i, t in rows}
    return encode_corpus(assemble(documents, turns, Provenance()))


@cache
def source(name: str) -> EncodedCorpus:
    """The corpus of one of the sources."""
    if name == "state":
        people = (Speaker("Antony J. Blinken", ("Blinken",)), Speaker("Ned Price", ("Price",), "spokesperson"))
        file = DATA / "state_department_2022" / "rss_items.jsonl.gz"
        return encode_corpus(READERS["rss"](files=[file], speakers=people))
    if name == "tweets":
        posts = _lines(DATA / "state_department_tweets" / "tweets.jsonl.gz")
        # Its sample was drawn when the word in a hashtag was a mention.
        return hashtags_as_words(
            _plain([(x["id"], x["text"]) for x in posts if x["mentions_russia"] and not x["is_rt"]])
        )
    if name == "posts":
        return _plain([(x["id"], x["text"]) for x in _lines(DATA / "state_department_posts" / "posts.jsonl.gz")])
    if name == "department_tweets":
        posts = _lines(DATA / "state_department_tweets" / "tweets.jsonl.gz")
        return _plain([(x["id"], x["text"]) for x in posts if not x["is_rt"]])
    if name == "debate":
        speeches = _lines(DATA / "un_general_debate" / "ungd_1946_2024.jsonl.gz")
        own = [x for x in speeches if x["iso"] in STATES and int(x["year"]) >= 1991]
        return _plain([(f"{x['iso']}-{x['session']}", x["text"]) for x in own])
    texts = _lines(DATA / "us_russia_leaders" / "docs.jsonl.gz")
    return _plain([(x["doc_id"], x["text"]) for x in texts if x["lang"] == "en" and x["speaker"] not in ABROAD])


def table(corpus: EncodedCorpus, target: Target = RUSSIA) -> tuple[pd.DataFrame, Features]:
    """One mention of each sentence of the home side that mentions a target, taken at random where there are several."""
    found = mentions(corpus, target)
    units = found.units.assign(row=np.arange(len(found.units)))
    home = (corpus.turns["side"] == "home").to_numpy()
    units = units[home[units["turn"]]]
    one = units.sample(frac=1, random_state=SEED).drop_duplicates("sentence").sort_values("token")
    turns = corpus.turns.iloc[one["turn"]]
    starts = corpus.starts[one["token"]]
    result = pd.DataFrame(
        {
            "doc_id": turns["doc_id"].to_numpy(),
            "turn": turns["turn"].to_numpy(),
            "start": starts,
            "sentence": one["sentence"].to_numpy(),
            "row": one["row"].to_numpy(),
        }
    )
    assert corpus.texts is not None
    before, marked, after = [], [], []
    for unit in one.itertuples():
        text = corpus.texts[unit.turn]
        spans = []
        for s in (unit.sentence - 1, unit.sentence, unit.sentence + 1):
            inside = 0 <= s < len(corpus.sentence_bounds) - 1
            a, b = corpus.sentence_bounds[s : s + 2] if inside else (0, 0)
            inside = inside and corpus.turn_bounds[unit.turn] <= a < b <= corpus.turn_bounds[unit.turn + 1]
            last = b < corpus.turn_bounds[unit.turn + 1]
            stop = int(corpus.starts[b]) if inside and last else len(text)
            spans.append((int(corpus.starts[a]), stop) if inside else None)
        here = spans[1]
        assert here is not None
        a, b = int(corpus.starts[unit.token]), int(corpus.ends[unit.token + unit.length - 1])
        before.append(" ".join(text[slice(*spans[0])].split())[-500:] if spans[0] else "")
        marked.append(" ".join(f"{text[here[0] : a]}[[{text[a:b]}]]{text[b : here[1]]}".split()))
        after.append(" ".join(text[slice(*spans[2])].split())[:500] if spans[2] else "")
    return result.assign(before=before, text=marked, after=after), found


def draw(folder: Path) -> None:
    """Draw the two samples and write the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    state, tweets, leaders = (table(source(s))[0].assign(source=s) for s in ("state", "tweets", "leaders"))
    drawn = state.drop_duplicates("text").sample(310, random_state=SEED)
    test = drawn.head(200)
    development = pd.concat(
        [
            drawn.tail(110),
            tweets.drop_duplicates("text").sample(60, random_state=SEED),
            leaders.drop_duplicates("text").sample(70, random_state=SEED),
        ]
    )
    for name, part in (("state_department_2022", test), ("development", development)):
        part = part.sample(frac=1, random_state=SEED + 1).reset_index(drop=True)
        part[["source", "doc_id", "turn", "start"]].to_csv(CODED / f"{name}.tsv", sep="\t", index=False)
        sheet = part[["before", "text", "after"]].assign(stance="", who_acts="")
        sheet.insert(0, "item", np.arange(1, len(part) + 1))
        sheet.to_csv(folder / f"{name}.csv", index=False)


def draw_targets(folder: Path, *names: str) -> None:
    """Draw samples of `SAMPLES`, without sentences that are in another sample, and write the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    old = [pd.read_csv(f, sep="\t", dtype=str) for f in sorted(CODED.glob("*.tsv")) if f.stem not in names]
    used = set(pd.concat(old)[["doc_id", "turn", "start"]].dropna().astype(str).agg(" ".join, axis=1))
    drawn: dict[str, list[pd.DataFrame]] = {name: [] for name in names}
    for origin in ("debate", "posts", "department_tweets", "state"):
        corpus = source(origin)
        for name in names:
            targets = SAMPLES[name]
            for target, numbers in targets.items():
                if origin in numbers:
                    part = _drawn(corpus, TARGETS[target], numbers[origin], used, balanced=name == "partners")
                    drawn[name].append(part.assign(source=origin, target=target))
    for name, parts in drawn.items():
        part = pd.concat(parts).sample(frac=1, random_state=SEED + 1).reset_index(drop=True)
        part[["source", "target", "doc_id", "turn", "start"]].to_csv(CODED / f"{name}.tsv", sep="\t", index=False)
        sheet = part[["target", "before", "text", "after"]].assign(stance="", who_acts="", act="")
        sheet.insert(0, "item", np.arange(1, len(part) + 1))
        sheet.to_csv(folder / f"{name}.csv", index=False)


def _drawn(corpus: EncodedCorpus, target: Target, n: int, used: set[str], *, balanced: bool) -> pd.DataFrame:
    """Sentences that are not used yet; half of them, if balanced, such as the rules call cooperative."""
    part, found = table(corpus, target)
    part = part.drop_duplicates("text")
    new = ~part[["doc_id", "turn", "start"]].astype(str).agg(" ".join, axis=1).isin(used)
    part = part[new].sample(frac=1, random_state=SEED)
    if not balanced:
        return part.head(n)
    part = part.head(20 * n)
    units = found.units.iloc[part["row"]].reset_index(drop=True)
    scored = stance(corpus, Features("mentions", np.ones((len(units), 1)), ["mention"], units))
    friendly = (scored.units["class_"] == "cooperative").to_numpy()
    return pd.concat([part[friendly].head(n // 2), part[~friendly].head(n - n // 2)])


def coded(name: str) -> Iterator[tuple[EncodedCorpus, Features, pd.DataFrame]]:
    """The corpora of a sample with their mentions, and the codes with the `row` of each coded mention.

    Yields
    ------
    corpus : EncodedCorpus
    found : Features
        All mentions of the corpus.
    codes : DataFrame
        Ids, codes of both coders, `row` in `found`.
    """
    table = pd.read_csv(CODED / f"{name}.tsv", sep="\t", dtype={"doc_id": str, "source": str})
    table = table if "target" in table.columns else table.assign(target="Russia")
    corpora: dict[str, EncodedCorpus] = {}
    for (origin, target), codes in table.groupby(["source", "target"], sort=False):
        if origin not in corpora:
            corpora[origin] = source(origin)
        corpus = corpora[origin]
        found = mentions(corpus, TARGETS[target])
        turns = corpus.turns.iloc[found.units["turn"]]
        starts = corpus.starts[found.units["token"]]
        assert corpus.texts is not None
        # The codes name the first letter of the mention, a hashtag's token begins at its mark.
        hashtag = [corpus.texts[t][a] == "#" for t, a in zip(found.units["turn"], starts)]
        rows = pd.DataFrame(
            {
                "doc_id": turns["doc_id"].to_numpy(),
                "turn": turns["turn"].to_numpy(),
                "start": starts + np.array(hashtag, int),
                "row": np.arange(len(found.units)),
            }
        )
        # In the oldest sample the place of a hashtag is that of the word in it.
        forms = corpus.vocabulary["form"].to_numpy()[corpus.ids[found.units["token"]]].astype(str)
        in_tag = rows[np.char.startswith(forms, "#")]
        rows = pd.concat([rows, in_tag.assign(start=in_tag["start"] + 1)], ignore_index=True)
        merged = codes.merge(rows, on=["doc_id", "turn", "start"], how="left")
        if merged["row"].isna().any():
            raise SystemExit(
                f"{name}: {int(merged['row'].isna().sum())} coded mentions of {origin} are not in the data"
            )
        yield corpus, found, merged.astype({"row": int})


if __name__ == "__main__":
    tasks = {"draw": draw, "draw-targets": draw_targets}
    if len(sys.argv) < 3 or sys.argv[1] not in tasks:
        sys.exit(__doc__)
    tasks[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
