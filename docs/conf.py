"""How the documentation is built: sphinx-build -W docs docs/_build."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / "_ext"), str(Path(__file__).parents[1])]

from ippserver import __version__  # noqa: E402 - the path is set above

project = "ippserver"
author = "The ippserver founders"
project_copyright = "the ippserver founders"
release = __version__
version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click", "derived"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_ext"]
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]
autodoc_typehints = "description"

html_theme = "furo"
html_title = f"ippserver {__version__}"
