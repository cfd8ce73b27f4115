"""Instance names: what people see in the list of printers, and what to do when one is taken.

RFC 6763 4.1.1, appendix D.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

MAX_OCTETS: Final = 63
"""Of a label of DNS."""
_UNNAMED: Final = "Printer"
_NUMBER: Final = re.compile(r" \(([1-9][0-9]{0,5})\)\Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_ONE_DOT_LEADER: Final = "\u2024"


def one_line(text: str) -> str:
    """`text` as Net-Unicode without control characters (RFC 5198), which become spaces."""
    return _CONTROL.sub(" ", unicodedata.normalize("NFC", text)).strip()


def cut(text: str, octets: int) -> str:
    """As much of `text` as fits into `octets` of UTF-8, cut between characters."""
    return text.encode("utf-8", "replace")[:octets].decode("utf-8", "ignore")


def instance_name(text: str) -> str:
    """`text` as the name of a service: 1 to 63 octets of Net-Unicode without control characters."""
    return cut(one_line(text), MAX_OCTETS).strip() or _UNNAMED


def without_dots(text: str) -> str:
    """`text` with a dot leader, which looks the same, for every dot.

    python-zeroconf would make labels of what is between dots (its issue 146).
    """
    return text.replace(".", _ONE_DOT_LEADER)


def numbered(name: str, number: int) -> str:
    """The `number`th choice of a service called `name`: "name", "name (2)", "name (3)" (RFC 6763 D)."""
    if number == 1:
        return name
    ending = f" ({number})"
    return cut(name, MAX_OCTETS - len(ending)).rstrip() + ending


def choices(wanted: str, kept: str) -> Iterator[str]:
    """The names to try, one after the other, for a service called `wanted` that was called `kept` last.

    What it was called stays, also when `wanted` is free again: clients know it by that name.
    """
    found = _NUMBER.search(kept)
    number = int(found[1]) if found else 1
    if numbered(wanted, number) != kept:
        number = 1
    while True:
        yield numbered(wanted, number)
        number += 1
