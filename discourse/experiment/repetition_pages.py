"""The page on what stands in the corpus more than once, and on long quotations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.experiment.builder import Pages
from discourse.experiment.stages import TargetResults
from discourse.experiment.words import counted, number, percent, span
from discourse.features.repetition import passage_table
from discourse.report import TableBlock

PASSAGES = 8
LETTERS = 260


def repetition(pages: Pages) -> None:
    """Documents published twice, reused passages, long quotations: how much, and what leaving them out changes."""
    results = pages.results
    section = results.plan.config.repetition
    pages.heading("Repetition and quotation")
    pages.say(
        f"A document published twice counts {'once' if section.documents == 'once' else 'as often as it was published'}: "
        f"{counted(int(results.again.sum()), 'document')} set aside (at least {100 * section.similarity:g}% of the sequences of five "
        f"tokens in common, within {section.days} days). Passages of {section.passage_tokens} tokens or more that several documents of "
        f"the corpus share are {'kept, for repeating a message is itself a finding' if section.passages == 'keep' else 'left out'}; "
        f"quotations of {results.plan.config.corpus.quotation_words} words or more are "
        f"{'counted as the words of the speaker' if results.plan.config.corpus.quotations == 'count' else 'left out'}."
    )
    _duplicates(pages)
    _shares(pages)
    for found in pages.results.targets:
        pages.about(found.target.name)
        _effect(pages, found)
    pages.about()
    _passages(pages)


def _duplicates(pages: Pages) -> None:
    results = pages.results
    frame = results.repeated.duplicates
    frame = frame[results.again[frame["document"].to_numpy(int)]]
    if frame.empty:
        return
    documents = results.documents
    first, second = (documents.iloc[frame[c].to_numpy(int)] for c in ("first", "document"))
    table = pd.DataFrame(
        {
            "doc_id": second["doc_id"].to_numpy(),
            "title": second["title"].to_numpy(),
            "date": second["date"].to_numpy(),
            "first_doc_id": first["doc_id"].to_numpy(),
            "first_date": first["date"].to_numpy(),
            "similarity": frame["similarity"].to_numpy(),
        }
    )
    shown = table.head(12)
    more = f"; {len(table) - len(shown)} more in the tables" if len(table) > len(shown) else ""
    pages.blocks.append(
        TableBlock(
            "published-twice",
            f"Documents set aside because they were published before{more}.",
            ["Document", "Title", "Published", "First as", "On"],
            [
                [r.doc_id, r.title, f"{r.date:%Y-%m-%d}", r.first_doc_id, f"{r.first_date:%Y-%m-%d}"]
                for r in shown.itertuples()
            ],
            table,
            ["left", "left", "left", "left", "left"],
            [1.1, 3.2, 1.0, 1.1, 1.0],
        )
    )


def _shares(pages: Pages) -> None:
    """Tokens in reused passages and in quotations, by group."""
    results = pages.results
    encoded = results.encoded
    home = np.repeat((encoded.turns["side"] == "home").to_numpy(), np.diff(encoded.turn_bounds))
    words = encoded.words() & home
    rows, data = [], []
    for k, name in enumerate(pages.groups):
        inside = words & np.repeat(results.design.group == k, np.diff(encoded.document_bounds))
        n = int(inside.sum())
        cells: list[str] = [name, f"{n:,}"]
        for layer in ("reused", "quoted"):
            at = inside & encoded.layers[layer] if layer in encoded.layers else np.zeros(len(inside), bool)
            cells += [f"{int(at.sum()):,}", f"{100 * at.sum() / max(n, 1):.1f}%"]
            data.append((name, layer, n, int(at.sum())))
        rows.append(cells)
    pages.blocks.append(
        TableBlock(
            "repeated-tokens",
            "Tokens of the home side in passages that several documents share, and in long quotations.",
            ["Group", "Tokens", "In reused passages", "", "In quotations", ""],
            rows,
            pd.DataFrame(data, columns=["group", "kind", "n_tokens", "n_marked"]),
            ["left", *["right"] * 5],
        )
    )


def _effect(pages: Pages, found: TargetResults) -> None:
    """Salience and evaluation with reused passages kept and dropped."""
    results, frame, target = pages.results, found.repetition, found.target
    if found.refusal or "contrast" in results.refusals or not frame["n_reused"].max() > 0:
        return
    rows = []
    for name in dict.fromkeys(frame["stratum"]):
        part = frame[frame["stratum"] == name]
        cells = [name]
        for measure, digits in (("salience", 1), ("evaluation", 2)):
            for choice in ("kept", "dropped"):
                row = part[(part["measure"] == measure) & (part["passages"] == choice)]
                if row.empty or pd.isna(row["estimate"].iloc[0]):
                    cells.append("too little text")
                else:
                    one = row.iloc[0]
                    cells.append(f"{number(one['estimate'], digits)} {span(one['low'], one['high'], digits)}")
        rows.append(cells)
    pages.blocks.append(
        TableBlock(
            pages.name("repetition-effect"),
            f"What leaving out reused passages changes: mentions of {target.name} per 10,000 tokens, and the evaluation per "
            f"mention ({found.validation.line}), with {percent(results.design)} bootstrap intervals ({results.design.cluster_name}s resampled). "
            f"{pages.n()}",
            ["", "Mentions, kept", "Mentions, dropped", "Evaluation, kept", "Evaluation, dropped"],
            rows,
            frame,
            ["left", *["right"] * 4],
            [1.2, 1.4, 1.4, 1.6, 1.6],
        )
    )


def _passages(pages: Pages) -> None:
    results = pages.results
    if results.encoded.texts is None or results.repeated.passages.empty:
        return
    table = passage_table(results.encoded, results.repeated, pages.groups, results.design.group)
    table = table[table[pages.groups].sum(axis=1) > 1].reset_index(drop=True)
    if table.empty:
        return
    shown = table.head(PASSAGES)
    rows = [
        [
            (r["passage"] if len(r["passage"]) <= LETTERS else r["passage"][:LETTERS].rsplit(" ", 1)[0] + " …"),
            f"{r['first_speaker']}, {r['first_date']:%Y-%m-%d}",
            *(f"{r[g]:,}" for g in pages.groups),
        ]
        for _, r in shown.iterrows()
    ]
    pages.blocks.append(
        TableBlock(
            "passages",
            "The passages that repeat the most tokens, by the number of documents of each group in which they stand"
            + (f"; {len(table) - len(shown):,} more in the tables." if len(table) > len(shown) else "."),
            ["Passage", "First", *pages.groups],
            rows,
            table.rename(columns={"passage": "passage_text"}).melt(
                [c if c != "passage" else "passage_text" for c in table.columns if c not in pages.groups],
                var_name="group",
                value_name="n_group",
            ),
            ["left", "left", *["right"] * len(pages.groups)],
            [4.2, 1.5, *[0.8] * len(pages.groups)],
        )
    )
