"""Where the fonts of figures and report lie."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def font_folder() -> Path:
    """Folder of the DejaVu fonts that come with matplotlib; found without importing it."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
