"""What the corpus page says of labels: how they were read, and which lines nobody claims."""

import json
from dataclasses import replace

from discourse.analyses.corpus import SHOWN, analysis, section
from discourse.experiment.bundle import reading, writing
from discourse.experiment.bundle.form import ProvenanceForm
from discourse.experiment.document import Document
from discourse.report.blocks import Paragraph, Table
from discourse.report.dictionary import data_dictionary
from discourse.types import Provenance, Unclaimed

LINES = (
    *(Unclaimed("s001", k, "ENVOY LIND") for k in (3, 8)),
    *(Unclaimed(f"s{k:03d}", 1, f"MR. {k}") for k in range(30)),
)


def blocks(norland, provenance):
    document = Document(norland.graph)
    say = replace(document.say, data=replace(norland.data, provenance=provenance), words=analysis.name)
    found = list(section(norland.found(analysis.name), say))
    return [b.text for b in found if isinstance(b, Paragraph)], {b.name: b for b in found if isinstance(b, Table)}


def test_the_report_says_how_labels_were_read_and_lists_what_nobody_claims(norland):
    texts, tables = blocks(
        norland, replace(norland.data.provenance, labels={"Hansard": 5, "dialogue": 1}, unclaimed=LINES)
    )
    assert "Labels of speakers were read as in: Hansard (5 documents); dialogue (1 document)." in texts
    assert any(t.startswith("32 lines look like speakers' labels and are claimed by nobody") for t in texts)
    table = tables["unclaimed"]
    assert table.rows[0] == ["ENVOY LIND", "2", "1", "s001", "3"]
    assert (len(table.rows), len(table.frame)) == (SHOWN, 31)
    meanings = data_dictionary({"table-unclaimed": table.frame}, analysis.columns)
    assert "document" in meanings["column"].tolist() and (meanings["meaning"] != "").all()


def test_it_says_nothing_where_there_is_nothing(norland):
    texts, tables = blocks(norland, Provenance("table"))
    assert "unclaimed" not in tables
    assert not any("label" in t.lower() for t in texts)


def test_a_bundle_keeps_them_and_older_ones_are_read():
    provenance = Provenance("html", ({"name": "a"},), labels={"Hansard": 5}, unclaimed=LINES)
    form = json.loads(writing._provenance(provenance).model_dump_json())
    assert reading._provenance(ProvenanceForm.model_validate(form)) == provenance
    del form["labels"], form["unclaimed"]
    older = reading._provenance(ProvenanceForm.model_validate(form))
    assert older == replace(provenance, labels={}, unclaimed=())
