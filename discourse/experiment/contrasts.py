"""What is set against what: the contrasts that a config asks for, and the data of each."""

from __future__ import annotations

from dataclasses import replace

from discourse.analyses.data import Data
from discourse.compare.quantities import REST, Contrast, against_rest, pair, trend, two_groups
from discourse.compare.resample import Design
from discourse.errors import TooLittleText
from discourse.experiment.settings import CompareSection

ALL_PAIRS = 3  # groups up to which each is compared with each other one where the config does not say


def contrasts(settings: CompareSection | None, design: Design) -> list[Contrast]:
    """The contrast of study and reference first, then the further ones of two groups, then a trend.

    Parameters
    ----------
    settings : CompareSection, optional
        The section `compare`. Where it names neither pairs, nor each against the rest, nor a trend, three groups are compared in
        all pairs, and each of more groups with the rest.
    design : Design
        The groups.
    """
    if settings is None:
        return []
    names, every = [str(n) for n in design.names], list(range(len(design.names)))
    main = (names.index(settings.study), names.index(settings.reference))
    pairs, rest = _asked(settings, main, len(names))
    found = [pair(design, *main)]
    found += [
        replace(pair(design, a, b), kind="pair")
        for a, b in (p if isinstance(p[0], int) else (names.index(p[0]), names.index(p[1])) for p in pairs)
    ]
    if rest:
        found += [against_rest(design, g, every) for g in every]
    if settings.trend:
        found.append(trend(design, every))
    return found


def _asked(
    settings: CompareSection, main: tuple[int, int], n: int
) -> tuple[list[tuple[int, int]] | list[tuple[str, str]], bool]:
    """Further pairs, and whether each group is compared with the rest."""
    pairs, rest = settings.pairs, settings.each_against_rest
    if pairs is not None or rest is not None or settings.trend or n < ALL_PAIRS:
        return pairs or [], bool(rest)
    if n > ALL_PAIRS:
        return [], True
    third = next(g for g in range(n) if g not in main)
    return [(main[0], third), (main[1], third)], False


def of_contrast(data: Data, contrast: Contrast) -> Data:
    """The data of one further contrast: it takes the place of the main one.

    Parameters
    ----------
    data : Data
        Of the experiment.
    contrast : Contrast
        Two groups, or one and the rest: the rest is then one group.
    """
    groups = [str(g) for g in data.design.names]
    if contrast.kind == "rest":
        design, ends = two_groups(data.design, contrast), (0, 1)
    else:
        design, ends = data.design, (contrast.parts[0][1][0], contrast.parts[1][1][0])
    named = [*map(str, design.names), ""]
    refusal = too_few(design, ends, data.min_documents)
    return replace(
        data,
        documents=data.documents.assign(group=[named[g] for g in design.group]),
        design=design,
        contrasts=() if refusal else (replace(pair(design, *ends), name=contrast.name),),
        pair=ends,
        refusal=refusal,
        further=(),
        colours=[*groups, REST],
    )


def too_few(design: Design, ends: tuple[int, int], least: int) -> TooLittleText | None:
    """Why two groups cannot be compared, where their documents are too few."""
    n = [len(design.documents(k)) for k in ends]
    if min(n) >= least:
        return None
    return TooLittleText(
        f"A contrast of {design.names[ends[0]]} with {design.names[ends[1]]}",
        "n = " + " and ".join(map(str, n)) + " documents",
        f"at least {least} documents in each group",
    )
