"""Which library takes the text out of a saved page: trafilatura or readability, on pages with known text.

The pages are written here, about invented officials, after what saved pages of ministries have: a banner of the government, menus,
a notice on cookies, a byline and date above the text, labels in bold, short questions, a block quote, a list, related
links, a footer. Each paragraph of the text is known, and so is each piece that is none.

    python benchmarks/web_pages.py
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

BANNER = [
    "Official websites use .example",
    "A .example website belongs to the government of Westland.",
    "Secure websites use HTTPS",
]
MENU = ["Countries & Areas", "Bureaus & Offices", "About", "Mission", "History", "Leadership", "Directories", "Search"]
FOOTER = [
    "Privacy Policy",
    "Copyright Information",
    "External links are no endorsement of the views in them.",
    "Stay connected",
]
COOKIES = "We use cookies to improve this site. By going on you agree to our use of cookies."
RELATED = [
    "Remarks at the Harbour Day Dinner",
    "Readout of the Minister's Call with Norland",
    "On the Anniversary of the Strait Accord",
]
_NOUNS = "harbour grain treaty council school bridge winter river market budget reform village railway forest island worker".split()


def _sentence(rng: random.Random) -> str:
    a, b, c = rng.sample(_NOUNS, 3)
    return rng.choice(
        [
            f"We have worked with Norland on the {a} and on the {b}, and we will go on until the {c} is safe.",
            f"The {a} matters to every family that depends on the {b}.",
            f"No one should doubt that the {a} of the Strait is linked to the {b} and to the {c}.",
            f"Let me say what I told the Council: the {a} comes before the {b}.",
        ]
    )


def page(kind: str, seed: int) -> tuple[str, list[str], list[str]]:
    """One page: its HTML, the paragraphs of its text, and pieces that are not its text."""
    rng = random.Random(f"{kind}{seed}")
    text, body = [], []

    def add(paragraph: str, markup: str | None = None) -> None:
        text.append(re.sub(r"\s+", " ", paragraph))
        body.append(markup or f"<p>{paragraph}</p>")

    if kind in ("transcript", "interview"):
        who = "MINISTER KOVAR" if kind == "transcript" else "SECRETARY ROE"
        for k in range(rng.randint(4, 12)):
            answer = " ".join(_sentence(rng) for _ in range(rng.randint(1, 5)))
            ask = rng.choice(["Why?", "Thank you, Minister.", "Will Norland sign, and when will it do so?", "Yes."])
            add(f"QUESTION: {ask}", f"<p><strong>QUESTION:</strong> {ask}</p>")
            add(f"{who}: {answer}", f"<p><strong>{who}:</strong>&nbsp; {answer}</p>")
            if k % 3 == 1:
                add("(Laughter.)")
    elif kind == "statement":
        for _ in range(rng.randint(2, 5)):
            add(" ".join(_sentence(rng) for _ in range(rng.randint(1, 4))))
        quoted = _sentence(rng)
        add(quoted, f"<blockquote><p>{quoted}</p></blockquote>")
    elif kind == "readout":
        add("The following is attributable to Spokesperson Ida Roth:")
        add(f"Minister Ada Kovar spoke today with Envoy Per Lind of Norland. {_sentence(rng)}")
    else:
        add(_sentence(rng))
        items = [_sentence(rng) for _ in range(5)]
        text += items
        body.append("<ul>" + "".join(f"<li>{x}</li>" for x in items) + "</ul>")
        add(_sentence(rng))
    lists = {
        n: "".join(f'<li><a href="/{k}">{x}</a></li>' for k, x in enumerate(xs))
        for n, xs in (("m", MENU), ("r", RELATED))
    }
    nav = f"<nav><ul>{lists['m']}</ul></nav>" if seed % 2 else f'<div class="menu"><ul>{lists["m"]}</ul></div>'
    main = (
        ("<main><article>", "</article></main>")
        if seed % 3
        else ('<div id="content"><div class="entry-content">', "</div></div>")
    )
    html = (
        f"<!doctype html><html lang='en'><head><title>{kind.title()} {seed} - Ministry of Westland</title>"
        "<meta charset='utf-8'><style>p{{margin:0}}</style><script>var x = 'not text';</script></head><body>"
        f"<div class='banner'>{''.join(f'<p>{x}</p>' for x in BANNER)}</div><header>{nav}</header>"
        f"{main[0]}<h1>{kind.title()} {seed}</h1><p class='byline'>Ada Kovar, Minister of State</p><p class='date'>March {seed % 27 + 1}, 2020</p>"
        f"{''.join(body)}{main[1]}<aside><h3>Related</h3><ul>{lists['r']}</ul></aside><div class='cookies'>{COOKIES}</div>"
        f"<footer>{''.join(f'<p>{x}</p>' for x in FOOTER)}</footer></body></html>"
    )
    return html, text, [*BANNER, *MENU, *FOOTER, COOKIES, *RELATED]


KINDS = ("transcript", "interview", "statement", "readout", "list")


def by_trafilatura(html: str) -> str:
    """As the reader `html` does it."""
    from discourse.corpus.web import main_text

    return main_text(html.encode())


def by_trafilatura_defaults(html: str) -> str:
    """With the library's defaults."""
    import trafilatura

    return trafilatura.extract(html) or ""


def by_readability(html: str) -> str:
    """readability-lxml's summary, as text."""
    from lxml import html as parser
    from readability import Document

    return parser.fromstring(Document(html).summary()).text_content()


def by_justext(html: str) -> str:
    """jusText with its English stop words."""
    import justext

    return "\n".join(
        p.text for p in justext.justext(html.encode(), justext.get_stoplist("English")) if not p.is_boilerplate
    )


def measure(extract: Callable[[str], str], n: int = 20) -> dict[str, float]:
    """Share of paragraphs found, of foreign pieces let in, and seconds."""
    found = total = let_in = foreign = 0
    start = time.perf_counter()
    for kind in KINDS:
        for seed in range(n):
            html, text, others = page(kind, seed)
            got = re.sub(r"[\s\xa0]+", " ", extract(html))
            found += sum(p in got for p in text)
            total += len(text)
            let_in += sum(re.search(rf"(?<!\w){re.escape(x)}(?!\w)", got) is not None for x in others)
            foreign += len(others)
    return {
        "found": found / total,
        "let in": let_in / foreign,
        "paragraphs": total,
        "seconds": time.perf_counter() - start,
    }


def main() -> None:
    """Print the table."""
    extractors = {
        "trafilatura, as read here": by_trafilatura,
        "trafilatura, defaults": by_trafilatura_defaults,
        "readability-lxml": by_readability,
        "jusText": by_justext,
    }
    for name, extract in extractors.items():
        try:
            r = measure(extract)
        except ImportError as error:
            print(f"{name:<28} not installed ({error.name})")
            continue
        print(
            f"{name:<28} {r['found']:.3f} of {r['paragraphs']} paragraphs found, {r['let in']:.3f} of foreign pieces let in, "
            f"{r['seconds']:.1f} s"
        )


if __name__ == "__main__":
    main()
