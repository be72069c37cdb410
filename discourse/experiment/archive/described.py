"""How an archive describes itself: README, codebook, licences, RO-Crate, list of software, and the one command."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

import jinja2

from discourse.experiment.archive.form import CODE, REPORT, STUDY, TEXTS, Manifest
from discourse.experiment.archive.lock import OWN, Locked, lock_file

# What the parts are, in the order in which the README names them.
PARTS = (REPORT, STUDY, TEXTS, CODE)
_KINDS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".md": "text/markdown",
    ".yaml": "application/yaml",
    ".zip": "application/zip",
    ".whl": "application/zip",
    ".bib": "application/x-bibtex",
}


@dataclass(frozen=True)
class About:
    """What the descriptions say.

    Parameters
    ----------
    manifest : Manifest
        Of the archive; without its files yet.
    record : mapping
        run.json of the report.
    packages : sequence of Locked
        The environment.
    rights : mapping of str to str
        `licence` and `citation` of the texts, as the experiment states them.
    duration : str
        How long a run takes: a key of the template.
    date : str
        Day that the descriptions carry, ISO 8601: never that on which they are made, so that an archive is the same whenever it is.
    """

    manifest: Manifest
    record: Mapping[str, Any]
    packages: Sequence[Locked]
    rights: Mapping[str, str]
    duration: str
    date: str

    @property
    def title(self) -> str:
        """Title of the report."""
        return str(self.record["config"]["title"])


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.PackageLoader("discourse.report", "archive")
    return jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True)


def descriptions(about: About, members: Mapping[str, bytes]) -> dict[str, bytes]:
    """The describing files of an archive, by path; the manifest is made of them and of the others."""
    values = {"about": about, "m": about.manifest, "config": about.record["config"], "record": about.record}
    values |= {"version": metadata.version(OWN), "environment": about.manifest.environment}
    result = {
        name: (_templates().get_template(template).render(**values).strip() + "\n").encode()
        for name, template in (
            ("README.md", "README.md.j2"),
            ("LICENCES.md", "LICENCES.md.j2"),
            ("CITATION.cff", "CITATION.cff.j2"),
            ("run.sh", "run.sh.j2"),
        )
    }
    machine = f"{about.manifest.environment['system'].split()[0]} {about.manifest.environment['machine']}"
    python = str(about.manifest.environment["python"])
    result["requirements.lock"] = lock_file(about.packages, python, machine).encode()
    result["requirements.txt"] = "".join(f"{p.name}=={p.version}\n" for p in about.packages).encode()
    result["codebook.csv"] = members.get(f"{REPORT}/tables/data-dictionary.csv", b"")
    result["environment.json"] = _json(about.manifest.environment)
    result["sbom.json"] = software(about.packages)
    result["ro-crate-metadata.json"] = crate(about, {**members, **result})
    return result


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def crate(about: About, members: Mapping[str, bytes]) -> bytes:
    """`ro-crate-metadata.json` (RO-Crate): every file with its kind and size, the report first."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    made = ROCrate()
    root = made.root_dataset
    # By itself it would be the day on which somebody ran this.
    root["datePublished"] = about.date
    root["name"], root["description"] = about.title, str(about.record["config"]["question"])
    root["identifier"] = f"sha256:{about.manifest.digest}"
    if about.rights["licence"]:
        root["license"] = about.rights["licence"]
    if about.rights["citation"]:
        root["isBasedOn"] = about.rights["citation"]
    software_ = made.add(
        ContextEntity(
            made, "#discourse", {"@type": "SoftwareApplication", "name": OWN, "version": metadata.version(OWN)}
        )
    )
    root["softwareRequirements"] = software_
    if about.record["config"]["author"]:
        person = ContextEntity(made, "#author", {"@type": "Person", "name": about.record["config"]["author"]})
        root["author"] = made.add(person)
    for name in sorted(members):
        kind = next((k for ending, k in _KINDS.items() if name.endswith(ending)), "application/octet-stream")
        made.add_file(dest_path=name, properties={"encodingFormat": kind, "contentSize": str(len(members[name]))})
    if f"{REPORT}/report.pdf" in members:
        root["mainEntity"] = made.get(f"{REPORT}/report.pdf")
    return _json(made.metadata.generate())


def software(packages: Sequence[Locked]) -> bytes:
    """`sbom.json`: the packages with their licences and hashes (CycloneDX 1.6)."""
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import DisjunctiveLicense
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    bom = Bom()
    for p in packages:
        bom.components.add(
            Component(
                type=ComponentType.LIBRARY,
                name=p.name,
                version=p.version,
                bom_ref=f"{p.name}@{p.version}",
                purl=PackageURL("pypi", None, p.name, p.version),
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=h) for h in p.hashes],
                licenses=[DisjunctiveLicense(name=p.licence)] if p.licence else [],
            )
        )
    # Number and time of day would differ in each run; a number is made of the packages.
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(p.line for p in packages))
    value = json.loads(JsonV1Dot6(bom).output_as_string())
    value["metadata"].pop("timestamp", None)
    return _json(value)


def columns_of(codebook: bytes) -> int:
    """How many columns a codebook explains."""
    return max(sum(1 for _ in csv.reader(io.StringIO(codebook.decode("utf-8")))) - 1, 0)
