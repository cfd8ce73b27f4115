"""Which of our languages a browser prefers (RFC 9110 12.5.4)."""

import re
from typing import Final

from ippserver.model.language import Language, Languages

_RANGES: Final = 16
"""How many of its languages are looked at."""
_RANGE: Final = re.compile(
    r"\s*(?P<tag>[A-Za-z0-9-]{1,63}|\*)\s*(?:;\s*q=(?P<weight>[01](?:\.[0-9]{0,3})?)\s*)?"
)


def preferred(accept_language: str, languages: Languages) -> Language:
    """The language that is wanted most among those that we have; English where that says nothing."""
    best, most = languages.english, 0.0
    for text in accept_language.split(",")[:_RANGES]:
        match = _RANGE.fullmatch(text)
        found = None if match is None else languages.find(match["tag"])
        if match is not None and found is not None:
            weight = float(match["weight"] or 1)
            best, most = (found, weight) if weight > most else (best, most)
    return best
