"""The documentation as a site: `python -m sphinx -W docs site`."""

import sys
import tomllib
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "extensions"))

project = "discourse"
author = "The discourse developers"
copyright = author
release = version = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx_gallery.gen_gallery",
    # Our own, in docs/extensions.
    "accessible",
    "generated_pages",
    "gallery_figures",
    "repository_links",
]
exclude_patterns = ["gallery", "extensions"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_typehints = "none"  # the docstrings say types, in the words of NumPy's standard
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "made/gallery",
    "filename_pattern": r"\.py$",
    "within_subsection_order": "gallery_figures.ReportOrder",
    "image_scrapers": ("gallery_figures.scraper",),
    "reset_modules": (),
    "capture_repr": ("_repr_html_", "__repr__"),
    "write_computation_times": False,
    "show_memory": False,
    "show_signature": False,
    "download_all_examples": False,
    "remove_config_comments": True,
    "only_warn_on_example_error": False,
    "copyfile_regex": r".*\.(?:yaml|yml)$",
}

html_theme = "pydata_sphinx_theme"
html_title = "discourse"
html_static_path = ["_static"]
html_favicon = "_static/icon.svg"
html_css_files = ["discourse.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "discourse", "image_light": "_static/icon.svg", "image_dark": "_static/icon.svg", "alt_text": ""},
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
    "back_to_top_button": True,
    "show_prev_next": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
# Pages without pages below them need no navigation of their own.
html_sidebars = {"index": [], "tutorial": [], "comparison": []}
