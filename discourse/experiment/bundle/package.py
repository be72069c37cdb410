"""How a bundle describes itself to others: a Frictionless data package, and a README."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from discourse.analyses import analyses
from discourse.analyses.say import slug
from discourse.experiment.bundle.form import RequestForm
from discourse.gates import markdown
from discourse.report.dictionary import COMMON

# Types of columns as the Table Schema of Frictionless calls them, by the beginnings of ours.
_TYPES = {"bool": "boolean", "int": "integer", "uint": "integer", "float": "number", "datetime": "datetime"}


def descriptor(
    about: Mapping[str, str], files: Mapping[str, bytes], types: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """`datapackage.json`: every table with its fields (Frictionless Data Package 1.0).

    Parameters
    ----------
    about : mapping
        `name`, `title`, `licence`, `citation` of the experiment.
    files : mapping of str to bytes
        The tables by path.
    types : mapping of str to mapping
        Types of the columns of each.
    """
    known = {**COMMON, **{c: explained for a in analyses().values() for c, explained in a.columns.items()}}
    resources = []
    for path in sorted(files):
        fields = []
        for column, kind in types[path].items():
            name = next((t for start, t in _TYPES.items() if kind.startswith(start)), "string")
            meaning = known.get(column, ("", ""))[0]
            fields.append({"name": column, "type": name} | ({"description": meaning} if meaning else {}))
        resources.append(
            {
                "name": path.removesuffix(".parquet").lower().replace("/", "-").replace("_", "-"),
                "path": path,
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": len(files[path]),
                "hash": "sha256:" + hashlib.sha256(files[path]).hexdigest(),
                "schema": {"fields": fields},
            }
        )
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": slug(about["name"]).replace("_", "-") or "bundle",
        "title": about["title"],
        "description": "Counts and scores of the texts of an experiment, without the texts. See README.md and DISCLOSURE.md.",
    }
    if about["licence"]:
        package["licenses"] = [{"name": slug(about["licence"]) or "licence", "title": about["licence"]}]
    if about["citation"]:
        package["sources"] = [{"title": about["citation"]}]
    return {**package, "resources": resources}


_README = """# {title}: counts without the text

Made with discourse {version} from the experiment `{name}` (experiment.yaml). It holds what the experiment takes from its
texts, and not the texts: `discourse run {name}.yaml --bundle FILE.zip` gives the same results. What it gives away is in
DISCLOSURE.md. manifest.json says which settings each table was measured with, and the SHA-256 of each file.
{rights}
| table | rows |
|---|---|
{tables}

`documents` and `turns` are numbered from 0 in the order of the tables; the columns `document` and `turn` of other tables
are these numbers. `tokens/` has the tokens that count. Each further folder is one measurement: `units` (what a row of the
values is), `columns` (what a column is), `values` (dense, or `row`, `column` from 0 and `value`), and details.
Units without `doc_id`, `document` or `turn` are the documents, in their order. Equal tables are stored once:
manifest.json says where those of a measurement lie.

| measurement | settings |
|---|---|
{requests}

In Python:

    import pandas as pd, zipfile
    with zipfile.ZipFile("FILE.zip") as z:
        documents = pd.read_parquet(z.open("documents.parquet"))

In R:

    folder <- tempdir(); unzip("FILE.zip", exdir = folder)
    documents <- arrow::read_parquet(file.path(folder, "documents.parquet"))
    values <- arrow::read_parquet(file.path(folder, "{example}"))
"""


def readme(about: Mapping[str, str], requests: Sequence[RequestForm], rows: Mapping[str, int]) -> str:
    """`README.md`: what is in the bundle, and how to read it."""
    rights = "".join(f"\n{key.capitalize()}: {markdown(about[key])}\n" for key in ("licence", "citation") if about[key])
    lines = [
        f"| {r.folder} | {r.analysis}{f' of {markdown(r.target)}' if r.target else ''}: {markdown(', '.join(f'{k} {v}' for k, v in r.settings.items()))}"
        f"{'; without ' + ', '.join(r.layers) if r.layers else ''} |"
        for r in requests
    ]
    return _README.format(
        title=markdown(about["title"]),
        version=version("discourse-analytics"),
        name=markdown(about["name"]),
        rights=rights,
        tables="\n".join(f"| {path} | {n:,} |" for path, n in sorted(rows.items())),
        requests="\n".join(lines),
        example=requests[0].values.table.path if requests else "turns.parquet",
    )
