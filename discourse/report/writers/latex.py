"""The tables of a report for LaTeX: one file each, with the rules of booktabs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import zip_longest

from discourse.gates import document
from discourse.report.blocks import Report, Table
from discourse.report.writers.typst import clean

HEAD = "% \\usepackage{booktabs, tabularx, array}; text in UTF-8.\n"
# What LaTeX reads as a command, and signs that pdfLaTeX's fonts lack or that look wrong as they are.
SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    # At the beginning of a row they would be arguments of the end of the row before.
    "[": "{[}", "*": "{*}",
    # Straight quotes are closing ones in LaTeX, hyphens in a row a dash.
    '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "--": "-{}-",
    "\u2212": "$-$", "\u00d7": r"$\times$", "\u2265": r"$\geq$", "\u2264": r"$\leq$", "\u221e": r"$\infty$", "\u2192": r"$\rightarrow$",
    "\u2013": "--", "\u2014": "---", "\u201c": "``", "\u201d": "''", "\u2018": "`", "\u2019": "'", "\u2026": r"\dots{}",
    "\u00a0": "~", "\u200b": r"\allowbreak{}", "\u03b1": r"$\alpha$", "\u03b4": r"$\delta$", "\u00b2": r"$^2$",
}  # fmt: skip
_SIGN = re.compile("|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True))))
_ALIGN = {"right": "r", "center": "c"}


def files_of(report: Report, drawings: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """`tables/table-NAME.tex` for each printed table, where the config asks for them."""
    if "tex" not in report.tables_as:
        return {}
    printed = [b for b in report.blocks if isinstance(b, Table)]
    return {f"tables/table-{b.name}.tex": document(tabular(b)) for b in printed}


def escaped(text: object) -> str:
    r"""A text as LaTeX prints it.

    Examples
    --------
    >>> print(escaped("50% of a_b & −1 [0, 2]"))
    50\% of a\_b \& $-$1 {[}0, 2]
    """
    # A line that ends within a cell is white space.
    return _SIGN.sub(lambda m: SIGNS[m[0]], re.sub(r"\s+", " ", clean(text).replace("\u00a0", "\ufdd0"))).replace(
        "\ufdd0", "~"
    )


def tabular(table: Table) -> str:
    r"""A table as a floating environment; columns of text share the width of the line.

    Parameters
    ----------
    table : Table
        A printed table.

    Examples
    --------
    >>> import pandas as pd
    >>> print(tabular(Table("n", "Sizes.", ["", "n"], [["A & B", "3"]], pd.DataFrame())))
    % \usepackage{booktabs, tabularx, array}; text in UTF-8.
    \begin{table}
      \caption{Sizes.}\label{tab:n}
      \begin{tabularx}{\linewidth}{@{}>{\raggedright\arraybackslash}Xr@{}}
        \toprule
         & n \\
        \midrule
        A \& B & 3 \\
        \bottomrule
      \end{tabularx}
    \end{table}
    <BLANKLINE>
    """
    aligned = list(table.align) or ["left"] + ["right"] * (len(table.columns) - 1)
    form = "".join(_ALIGN.get(a, r">{\raggedright\arraybackslash}X") for _, a in zip(table.columns, aligned))
    lines = [_row(table.columns, len(table.columns)), r"\midrule"]
    lines += [_row(row, len(table.columns)) for row in table.rows]
    body = "".join(f"    {line}\n" for line in [r"\toprule", *lines, r"\bottomrule"])
    return (
        f"{HEAD}\\begin{{table}}\n  \\caption{{{escaped(table.caption)}}}\\label{{tab:{table.name}}}\n"
        f"  \\begin{{tabularx}}{{\\linewidth}}{{@{{}}{form}@{{}}}}\n{body}  \\end{{tabularx}}\n\\end{{table}}\n"
    )


def _row(cells: object, n: int) -> str:
    return " & ".join(escaped(c) for c, _ in zip_longest(cells, range(n), fillvalue="")) + r" \\"  # type: ignore[call-overload]
