"""What each column of the written tables means, with its unit."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# Columns that several analyses write; each analysis explains its own.
COMMON: dict[str, tuple[str, str]] = {
    "setting": ("setting that was changed after the registration, with dots", ""),
    "registered": ("its value in the registration; empty where it was not there", ""),
    "as_done": ("its value in this report; empty where it is no longer there", ""),
    "configured": ("whether these are the choices of the configuration", ""),
    "contrast": (
        "level (one group), difference (study minus reference), pair (another two groups), rest (a group minus all others), trend, or keyness",
        "",
    ),
    "entry": ("term of the glossary", ""),
    "definition": ("its meaning in plain words", ""),
    "halves_as_large": (
        "split-half differences within one group that are as large, in the group with more of them",
        "%",
    ),
    "placebo_as_large": (
        "differences at placebo dates within one group that are as large, in the group with more of them",
        "%",
    ),
    "reversed_by": ("units of which a single one reverses the sign", ""),
    "same_sign": ("specifications that have the sign of the configured one", "specifications"),
    "specifications": ("combinations of choices that the result was computed under", "specifications"),
    "date": ("date of the document", "ISO 8601"),
    "doc_id": ("identifier of the document", ""),
    "estimate": ("the estimate; its measure is in the caption of the figure or table", "see caption"),
    "family": ("what is tested together", ""),
    "group": ("group of the document", ""),
    "high": ("upper end of the interval; resamples clusters where the config names them", "as the estimate"),
    "high_document": ("upper end of the interval that resamples documents", "as the estimate"),
    "issuer": ("issuer of the document", ""),
    "item": ("term, topic or component", ""),
    "kind": ("kind of document", ""),
    "label": ("label in the figure", ""),
    "less": ("items below 0 with p (family) below the level", ""),
    "log_p": ("natural logarithm of a p-value, where one is computed", ""),
    "low": ("lower end of the interval; resamples clusters where the config names them", "as the estimate"),
    "low_document": ("lower end of the interval that resamples documents", "as the estimate"),
    "measure": ("what is measured", ""),
    "more": ("items above 0 with p (family) below the level", ""),
    "n": (
        "number of mentions by the speaker; in a table of agreement the mentions that the coders assigned to the class",
        "mentions",
    ),
    "n_clusters": ("number of clusters", "clusters"),
    "n_containing": (
        "units (clusters where there are some, else documents) that contain the item, in the group with fewer",
        "units",
    ),
    "n_documents": ("number of documents", "documents"),
    "n_tokens": ("tokens that count (without stage directions and other speakers)", "tokens"),
    "name": ("name of the analysis", ""),
    "note": ("why there is no estimate, or no interval", ""),
    "note_documents": ("in how many documents", ""),
    "note_n": ("what there is, where that is too little", ""),
    "note_needed": ("what would suffice", ""),
    "note_needed_documents": ("in how many documents it would suffice", ""),
    "obligation": ("modals and verbs of obligation", "count"),
    "outcome": ("the result that is followed", ""),
    "p": ("permutation p-value", "0 to 1"),
    "p_family": (
        "permutation p-value, corrected for all items of the family (step-down min-P, Westfall & Young 1993)",
        "0 to 1",
    ),
    "panel": ("panel of the figure", ""),
    "q": ("p-value corrected for the family, where one is computed", ""),
    "role": ("role of the speaker", ""),
    "side": ("home, foreign, press or other", ""),
    "speaker": ("who said it", ""),
    "stratum": ("group or speaker; study - reference for a difference", ""),
    "target": ("target of the stance", ""),
    "text": ("the words of the text", ""),
    "time": ("period, where there is one", ""),
    "title": ("title of the document", ""),
    "tokens": ("number of tokens", "tokens"),
    "turn": ("number of the turn in the document", ""),
    "url": ("address of the document", ""),
    "unit": ("what is resampled, permuted or left out", ""),
    "value": ("the value that is drawn; its unit is on the axis", "see figure"),
    "x": ("sum of the denominator (tokens or sentences)", "tokens or sentences"),
    "y": ("sum of the numerator", ""),
}


def data_dictionary(tables: Mapping[str, pd.DataFrame], columns: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Meaning and unit of each column of each table.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By file name without ending.
    columns : mapping of str to (str, str)
        Meaning and unit by column, beside those of `COMMON`; of a column that means something else in some tables by the
        beginning of their names as well ("multiverse: tokens").

    Returns
    -------
    DataFrame
        `table`, `column`, `meaning`, `unit`; both empty for a column that nobody explains.

    Examples
    --------
    >>> data_dictionary({"t": pd.DataFrame({"low": [0.0]})}, {}).values.tolist()[0][:2]
    ['t', 'low']
    """
    known = {**COMMON, **columns}
    rows = [(name, c, *_meaning(name, c, known)) for name in sorted(tables) for c in tables[name].columns]
    return pd.DataFrame(rows, columns=["table", "column", "meaning", "unit"])


def _meaning(table: str, column: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Meaning and unit of a column in this table, else in any."""
    words = table.removeprefix("figure-").removeprefix("table-").split("-")
    # The longest beginning of a name first, as it is meant for the fewest tables.
    keys = [f"{'-'.join(words[:k])}: {column}" for k in range(len(words), 0, -1)]
    return next((known[key] for key in [*keys, column] if key in known), ("", ""))
