"""Days, weeks and speakers of documents, and whether groups can be compared by the units that a config names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.compare.permutation import strata_in_one_part
from discourse.compare.quantities import Contrast
from discourse.compare.resample import Design
from discourse.corpus.dated import COLUMN, precision
from discourse.corpus.dates import Precision
from discourse.errors import SettingError, SettingErrors
from discourse.types import EncodedCorpus


def check_units(design: Design, pair: tuple[int, int], contrasts: Sequence[Contrast]) -> None:
    """Refuse groups of one cluster, and strata that only one group has.

    Raises
    ------
    SettingErrors
        With all of them.
    """
    if not contrasts:
        return
    errors = []
    unit = design.cluster_name
    for g in pair:
        if design.cluster is not None and len(design.documents(g)) and design.n_clusters(g) == 1:
            only = design.cluster[design.documents(g)][0]
            text = (
                f'"{design.names[g]}" has one {unit} only ({only}): what sets the groups apart cannot be distinguished from what sets '
                f"one {unit} apart. Leave cluster out to take documents as the units"
            )
            errors.append(SettingError(("compare", "cluster"), text))
    if design.strata is not None:
        errors += [SettingError(("compare", "strata"), text) for text in _strata_problems(design, contrasts)]
    if errors:
        raise SettingErrors(errors)


def _strata_problems(design: Design, contrasts: Sequence[Contrast]) -> list[str]:
    """Strata that one part of a contrast lacks, and those that cut through clusters."""
    assert design.strata is not None
    texts: list[str] = []
    for contrast in contrasts:
        single = strata_in_one_part(design, contrast)
        if not single:
            continue
        n = int((np.isin(design.group, contrast.groups) & np.isin(design.strata.astype(str), single)).sum())
        named = ", ".join(f'"{s}"' for s in single[:5]) + (f" and {len(single) - 5} more" if len(single) > 5 else "")
        texts.append(
            f"{design.strata_name} {named} is present in one group only of {contrast.words(design.names)} ({n} documents): labels "
            "cannot be permuted there. Leave these documents out (corpus: select), or name another column"
        )
    if design.cluster is not None:
        inside = design.group >= 0
        table = pd.DataFrame({"cluster": design.cluster[inside], "stratum": design.strata[inside].astype(str)})
        several = table.groupby("cluster")["stratum"].nunique()
        if (several > 1).any():
            texts.append(
                f'{design.cluster_name} "{several.index[several > 1][0]}" has documents of more than one {design.strata_name}: whole '
                f"{design.cluster_name}s cannot be permuted within them. Leave out cluster or strata"
            )
    return texts


def with_day_and_speaker(corpus: EncodedCorpus, tokens_of_turn: np.ndarray) -> pd.DataFrame:
    """Documents with `day`, `week` and `speaker` (who says most on the home side), where they have no such columns.

    Where no day is known there is neither; where months or years are known by all of them, these are columns in their place.
    """
    documents = corpus.documents
    more: dict[str, object] = {}
    columns = {"day": "%Y-%m-%d", "week": "%G-W%V"}
    if COLUMN in documents.columns or documents["date"].isna().all():
        columns = {Precision.MONTH: {"month": "%Y-%m"}, Precision.YEAR: {"year": "%Y"}}.get(precision(documents), {})
    for column, form in columns.items():
        if column not in documents.columns:
            more[column] = documents["date"].dt.strftime(form)
    if "speaker" not in documents.columns:
        turns = pd.DataFrame(
            {
                "document": corpus.turn_document,
                "speaker": corpus.turns["speaker"].astype(object),
                "n": tokens_of_turn,
            }
        )[(corpus.turns["side"] == "home").to_numpy()]
        sums = turns.groupby(["document", "speaker"], sort=True)["n"].sum().reset_index()
        # Of speakers with as many tokens the first in the alphabet: sums are sorted by name, and sorting is stable.
        most = sums.sort_values(["document", "n"], ascending=[True, False], kind="stable").drop_duplicates("document")
        more["speaker"] = (
            most.set_index("document")["speaker"].reindex(range(len(documents))).fillna("(none)").to_numpy()
        )
    return documents.assign(**more)
