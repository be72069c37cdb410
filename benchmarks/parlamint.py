"""Seconds to read a year of an invented parliament: 120 sittings, 40,080 speeches, some 21 million characters.

python benchmarks/parlamint.py
"""

import random
import tempfile
import time
from pathlib import Path

from discourse.corpus import read_parlamint

TEI = 'xmlns="http://www.tei-c.org/ns/1.0"'
WORDS = (
    "the harbour of our country is open to ships and we will pay for it as members of this house said last year".split()
)
COLUMNS = "Text_ID ID Title Date Body Term Speaker_role Speaker_minister Speaker_party Speaker_name Speaker_ID".split()
MEMBERS = 600


def write_xml(path: Path, day: str, speeches: list[tuple[int, str]]) -> None:
    """One sitting in XML."""
    said = "".join(
        f'<u xml:id="{path.stem}.u{k}" who="#P{who}" ana="#regular"><seg>{text}<note>Applause</note></seg></u>'
        for k, (who, text) in enumerate(speeches)
    )
    path.write_text(
        f'<TEI {TEI} xml:id="{path.stem}"><teiHeader><profileDesc><settingDesc><setting><date when="{day}"/></setting>'
        f"</settingDesc></profileDesc></teiHeader><text><body><div>{said}</div></body></text></TEI>"
    )


def write_text(path: Path, day: str, speeches: list[tuple[int, str]]) -> None:
    """One sitting as text with its table."""
    rows = [
        [path.stem, f"{path.stem}.u{k}", "Minutes", day, "Lower house", "8", "Regular", "notMinister", "AB"[who % 2],
         f"S{who}, F{who}", f"P{who}"]
        for k, (who, _) in enumerate(speeches)
    ]  # fmt: skip
    path.write_text("".join(f"{row[1]}\t{text} [[Applause]]\n" for row, (_, text) in zip(rows, speeches)))
    path.with_name(f"{path.stem}-meta-en.tsv").write_text("".join("\t".join(row) + "\n" for row in [COLUMNS, *rows]))


def main() -> None:
    """Write the year, read it in each form and unit."""
    generator = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for form in ("xml", "text"):
            (folder / form).mkdir()
        people = "".join(
            f'<person xml:id="P{i}"><persName><forename>F{i}</forename><surname>S{i}</surname></persName></person>'
            for i in range(MEMBERS)
        )
        (folder / "xml" / "listPerson.xml").write_text(f"<listPerson {TEI}>{people}</listPerson>")
        for sitting in range(120):
            day = f"2020-{1 + sitting % 12:02}-{1 + sitting // 12:02}"
            speeches = [
                (
                    generator.randrange(MEMBERS),
                    " ".join(generator.choices(WORDS, k=generator.choice([5, 40, 100, 300]))),
                )
                for _ in range(334)
            ]
            write_xml(folder / "xml" / f"ParlaMint-NL_{day}-{sitting}.xml", day, speeches)
            write_text(folder / "text" / f"ParlaMint-NL_{day}-{sitting}.txt", day, speeches)
        for form, unit in (("xml", "speech"), ("xml", "sitting"), ("text", "speech")):
            start = time.process_time()
            corpus = read_parlamint(files=[folder / form], unit=unit)
            characters = int(corpus.turns["text"].str.len().sum())
            seconds = time.process_time() - start
            print(
                f"{form:<5} {unit:<8} {len(corpus.documents):>6,} documents {characters:,} characters {seconds:.1f} s"
            )


if __name__ == "__main__":
    main()
