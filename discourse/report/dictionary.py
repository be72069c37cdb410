"""What each column of the written tables means, with its unit."""

from __future__ import annotations

import pandas as pd

COLUMNS: dict[str, tuple[str, str]] = {
    "who_acts": ("part of the target: actor, recipient, partner or mentioned", ""),
    "terms": ("terms that made the score, with what each counts", ""),
    "rules": ("rules that made the factor", ""),
    "rule": ("rule of word order by which the part of the target was told", ""),
    "reported": ("whether what follows are the target's own words", ""),
    "panel": ("panel of the figure", ""),
    "n_coded": ("mentions that are coded by hand", "mentions"),
    "mention": ("number of the mention in the corpus", ""),
    "factor": ("product of the factors of the rules", ""),
    "conditional": ("whether the mention stands in a condition", ""),
    "class_": (
        "conflictual, neutral or cooperative; in a table of agreement the class, or the mean over classes (macro)",
        "",
    ),
    "act": ("act in which the target has its part, after PLOVER", ""),
    "alias": ("alias of the target as the config writes it", ""),
    "boosters": ("boosters (Hyland 2005)", "count"),
    "category": ("category of a lexicon entry", ""),
    "cautious": ("end of the simultaneous interval nearer to 0; 0 where the interval holds 0", "natural logarithm"),
    "cautious_document": ("the same with documents as the units", "natural logarithm"),
    "change": ("change of the difference when the document is left out", "as the estimate"),
    "clear": ("whether the simultaneous interval leaves out 0", ""),
    "coherence": ("normalised pointwise mutual information of the top terms", "-1 to 1"),
    "conflictual": ("evaluative terms below 0, after the rules", "count"),
    "contrast": (
        "level (one group), difference (study minus reference), pair (another two groups), rest (a group minus all others), trend, or keyness",
        "",
    ),
    "n_containing": (
        "units (clusters where there are some, else documents) that contain the item, in the group with fewer",
        "units",
    ),
    "p": ("permutation p-value", "0 to 1"),
    "p_family": (
        "permutation p-value, corrected for all items of the family (step-down max-T, Westfall & Young 1993)",
        "0 to 1",
    ),
    "cooperative": ("evaluative terms above 0, after the rules", "count"),
    "count_reference": ("frequency in the reference group", "tokens"),
    "count_study": ("frequency in the study group", "tokens"),
    "date": ("date of the document", "ISO 8601"),
    "difference": ("study minus reference", "percentage points"),
    "difference_high": ("upper end of the interval of the difference", "percentage points"),
    "difference_low": ("lower end of the interval of the difference", "percentage points"),
    "dimension": ("dimension of stance", ""),
    "distance": ("tokens to the nearest mention", "tokens"),
    "doc_id": ("identifier of the document", ""),
    "document": ("title of the document", ""),
    "documents": ("number of documents", "documents"),
    "dp": ("deviation of proportions over the documents of both groups (Gries 2008); 0 is an even spread", "0 to 1"),
    "dp_reference": ("the same within the reference group", "0 to 1"),
    "dp_study": ("the same within the study group", "0 to 1"),
    "estimate": ("the estimate; its measure stands in the caption of the figure or table", "see caption"),
    "evaluation": (
        "evaluation of the mention, conflictual (-1) to cooperative (1); of a document the sum over its mentions",
        "-1 to 1",
    ),
    "first_date": ("date of the document in which the passage, or the text, stands first", "ISO 8601"),
    "first_doc_id": ("document in which the text was published first", ""),
    "first_document": ("document in which the passage stands first", ""),
    "first_speaker": ("who says the passage there", ""),
    "form": ("form in the text", ""),
    "g2": ("log-likelihood ratio, signed, four cells (Dunning 1993); its unit is the token", ""),
    "group": ("group of the document", ""),
    "hedges": ("hedges (Hyland 2005)", "count"),
    "high": ("upper end of the interval; resamples clusters where the config names them", "as the estimate"),
    "high_document": ("upper end of the interval that resamples documents", "as the estimate"),
    "high_pointwise": ("upper end of the interval of this item alone", "as the estimate"),
    "issuer": ("issuer of the document", ""),
    "item": ("term, topic or component", ""),
    "kind": ("kind of document", ""),
    "label": ("label in the figure", ""),
    "left": ("words before the mention", ""),
    "log_p": ("natural logarithm of a p-value, where one is computed", ""),
    "log_ratio": ("Log Ratio (Hardie 2014)", "binary logarithm"),
    "low": ("lower end of the interval; resamples clusters where the config names them", "as the estimate"),
    "low_document": ("lower end of the interval that resamples documents", "as the estimate"),
    "low_pointwise": ("lower end of the interval of this item alone", "as the estimate"),
    "measure": ("what is measured", ""),
    "mentions": ("mentions of the target", "count"),
    "n": (
        "number of mentions by the speaker; in a table of agreement the mentions that the coders put there",
        "mentions",
    ),
    "n_clusters": ("number of clusters", "clusters"),
    "n_documents": ("number of documents", "documents"),
    "n_group": ("documents of this group in which the passage stands", "documents"),
    "n_marked": ("tokens in such passages", "tokens"),
    "n_mentions": ("mentions of the target", "count"),
    "n_reused": ("tokens in passages that several documents share", "tokens"),
    "n_sentences": ("sentences that mention the target", "sentences"),
    "n_tokens": ("tokens that count (without stage directions and other speakers)", "tokens"),
    "name": ("name of the analysis", ""),
    "negated": ("whether the term is negated", ""),
    "node": ("the mention", ""),
    "note": ("why there is no estimate", ""),
    "obligation": ("modals and verbs of obligation", "count"),
    "passage": ("number of the passage", ""),
    "passage_text": ("words of the passage, as they stand in the first document", ""),
    "passages": ("whether passages that several documents share are kept or dropped", ""),
    "prevalence": ("share of the tokens", "share"),
    "probability": ("probability of the term in the topic", "share"),
    "q": ("p-value corrected for the family, where one is computed", ""),
    "range": ("documents of both groups that contain the term", "documents"),
    "rank": ("rank in the topic", ""),
    "rate": ("frequency per 10,000 tokens, both groups together", "per 10,000 tokens"),
    "rate_reference": ("frequency in the reference group", "per 10,000 tokens"),
    "rate_study": ("frequency in the study group", "per 10,000 tokens"),
    "reason": ("why the document was left out", ""),
    "refers_to_target": ("to be filled in: does the mention refer to the target? (yes or no)", ""),
    "rate_reference_high": ("upper end of the bootstrap interval of rate_reference", "per 10,000 tokens"),
    "rate_reference_low": ("lower end of the bootstrap interval of rate_reference", "per 10,000 tokens"),
    "rate_study_high": ("upper end of the bootstrap interval of rate_study", "per 10,000 tokens"),
    "rate_study_low": ("lower end of the bootstrap interval of rate_study", "per 10,000 tokens"),
    "relevance": ("relevance of the term to the topic (Sievert & Shirley 2014)", "natural logarithm"),
    "right": ("words after the mention", ""),
    "role": ("role of the speaker", ""),
    "score": ("weight after negation and distance", ""),
    "sentence": ("number of the sentence in the corpus", ""),
    "share": ("prevalence of the topic in the passage", "share"),
    "side": ("home, foreign, press or other", ""),
    "similarity": ("five-token sequences in common, as a share of all in the two documents (Jaccard)", "0 to 1"),
    "source": ("file and line, or package", ""),
    "speaker": ("who said it", ""),
    "stratum": ("group or speaker; study - reference for a difference", ""),
    "strength": ("estimate divided by half the width of its simultaneous interval", ""),
    "target": ("target of the stance", ""),
    "term": ("term of a lexicon or of a topic", ""),
    "text": ("the words of the text", ""),
    "time": ("period, where there is one", ""),
    "title": ("title of the document", ""),
    "tokens": ("number of tokens", "tokens"),
    "topic": ("number of the topic", ""),
    "turn": ("number of the turn in the document", ""),
    "turns": ("number of speaker turns", "turns"),
    "value": ("the value that is drawn; its unit stands on the axis", "see figure"),
    "weight": ("weight in the lexicon", ""),
    "words": ("top words of the topic by relevance", ""),
    "x": ("sum of the denominator (tokens or sentences)", "tokens or sentences"),
    "y": ("sum of the numerator", ""),
}


def data_dictionary(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Meaning and unit of each column of each table.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By file name without ending.

    Returns
    -------
    DataFrame
        `table`, `column`, `meaning`, `unit`.

    Raises
    ------
    KeyError
        For a column that the dictionary does not explain.
    """
    rows = [(name, column, *COLUMNS[column]) for name in sorted(tables) for column in tables[name].columns]
    return pd.DataFrame(rows, columns=["table", "column", "meaning", "unit"])
