"""What the encoding asks of strings, for the encoder and the decoder alike."""

import re
from typing import Final

MAX_NAME_OCTETS: Final = 255
"""An attribute's name is a keyword (RFC 8011 5.1.4)."""

_CONTROL_CHARACTER: Final = re.compile("[\0-\x1f\x7f-\x9f]")


def is_attribute_name(name: str) -> bool:
    """Whether `name` may stand on the wire: 1 to 255 characters of printable US-ASCII.

    Wider than the ABNF of RFC 8010 3.2, since real Printers send capitals, and what we do not know is kept.
    """
    return 0 < len(name) <= MAX_NAME_OCTETS and name.isascii() and name.isprintable()


def has_control_characters(string: str) -> bool:
    """Whether `string` holds a C0 or C1 control character or DEL, as no keyword, uri or media type may."""
    # isprintable() alone would refuse no-break spaces and the like; it spares nearly all strings the search.
    return not string.isprintable() and _CONTROL_CHARACTER.search(string) is not None


def shortened(text: str, octets: int) -> str:
    """`text` as far as it fits into so many octets of UTF-8, cut between characters; "?" for surrogates."""
    return text.encode("utf-8", "replace")[:octets].decode("utf-8", "ignore")
