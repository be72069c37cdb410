"""Formats made of the SVG of a figure, against matplotlib's own and what readers of PDF, PNG and TIFF find in them."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pypdf import PdfReader

from discourse.errors import DiscourseError
from discourse.figures.draw import draw, encode
from discourse.figures.from_svg import converted
from discourse.figures.kinds import Items
from discourse.figures.style import new_figure


def items():
    frame = pd.DataFrame(
        {
            "label": ["T1  war, peace", "Жёлтый", "naïve <b> & “so”", "affect, office"],
            "estimate": [1.5, 0.2, -0.4, -2.0],
            "certainty": ["differs", "may differ", "", "differs"],
        }
    )
    frame["low"], frame["high"] = frame["estimate"] - 0.5, frame["estimate"] + 0.5
    for end in ("study", "reference"):
        frame[f"halves_{end}_low"], frame[f"halves_{end}_high"] = -0.8, 0.7
    return draw(frame, Items(["Before", "After"], "After", "Before", "per 10,000 tokens"))


@pytest.fixture(scope="module")
def made():
    figure = items()
    agg = io.BytesIO()
    figure.savefig(agg, format="png", dpi=200)
    return figure, agg.getvalue(), encode(figure, ["svg", "pdf", "png", "tiff"], 200)


def test_the_pdf_is_as_large_as_the_figure_and_its_text_is_text(made):
    figure, _, files = made
    (page,) = PdfReader(io.BytesIO(files["pdf"])).pages
    assert [float(v) for v in page.mediabox] == pytest.approx([0, 0, *(72 * figure.get_size_inches())], abs=0.01)
    text = " ".join(page.extract_text().split())
    for words in ("war, peace", "Жёлтый", "naïve <b> & “so”", "affect, office", "−2", "After minus Before"):
        assert words in text
    fonts = [f.get_object() for f in page["/Resources"]["/Font"].get_object().values()]
    inside = [f["/DescendantFonts"][0].get_object() for f in fonts]
    assert {str(f["/Subtype"]) for f in inside} == {"/CIDFontType2"}, "TrueType: journals refuse fonts of type 3"
    assert all("DejaVuSans" in f["/BaseFont"] for f in inside)
    assert all("/FontFile2" in f["/FontDescriptor"].get_object() for f in inside), "the fonts are in the file"


def test_pictures_look_as_those_of_matplotlib(made):
    """By means of blocks of 16 by 16 pixels (2 mm), as letters and edges lie elsewhere by a part of a pixel."""
    _, agg, files = made

    def blocks(picture):
        with Image.open(io.BytesIO(picture)) as image:
            grey = np.asarray(image.convert("RGB").convert("L"), float)
        h, w = (s // 16 for s in grey.shape)
        return grey[: 16 * h, : 16 * w].reshape(h, 16, w, 16).mean((1, 3))

    theirs, tiff = blocks(agg), blocks(files["tiff"])
    ours = blocks(files["png"])[: len(theirs)]
    assert np.abs(ours - theirs).mean() < 3
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.98
    assert (tiff[: len(ours)] == ours).all()


@pytest.mark.parametrize("dpi", [72, 300, 1200])
def test_pictures_say_their_dots_per_inch(dpi):
    figure, _ = new_figure(20, 30)
    files = encode(figure, ["png", "tiff"], dpi)
    for name, mode in (("png", "RGBA"), ("tiff", "RGB")):
        with Image.open(io.BytesIO(files[name])) as image:
            image.load()
            assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
            assert image.size == pytest.approx((dpi * 30 / 25.4, dpi * 20 / 25.4), abs=1)
            assert image.mode == mode


def test_a_wide_gap_is_kept(made):
    """SVG shows one space where there are several: a label would be shorter than the place that is kept for it."""
    assert "T1\u00a0 war, peace" in made[2]["svg"].decode()


def test_what_is_no_drawing_is_refused():
    for kind in ("pdf", "png"):
        with pytest.raises(DiscourseError, match=f"a figure could not be set as {kind}"):
            converted(b"<svg", kind)
