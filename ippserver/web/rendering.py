"""Templates to octets. Imported with the first page only."""

from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from segno import make_qr

_QUIET_ZONE: Final = 3
"""Modules around a QR code; the page adds the rest of the four that scanners want."""


def render(template: str, **values: object) -> bytes:
    """The template with `values`, every text of which is escaped."""
    return _TEMPLATES.get_template(template).render(values).encode()


@lru_cache(maxsize=64)  # 8 ms each
def qr_code(text: str) -> Markup:
    """`text` as a QR code: an SVG element."""
    # Segno's own squares and numbers, and not a letter of the text.
    return Markup(make_qr(text, error="m").svg_inline(border=_QUIET_ZONE, omitsize=True))


_TEMPLATES: Final = Environment(
    loader=PackageLoader("ippserver.web"),
    autoescape=True,
    auto_reload=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals["qr_code"] = qr_code
