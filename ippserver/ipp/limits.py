"""How much of a message a receiver is willing to hold."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one message; the defaults are a server's. Each may be reached and not passed."""

    octets: int = 256 * 1024
    """Of the attribute section: from the ninth octet to the end-of-attributes-tag, which is included."""
    groups: int = 100
    """Attribute groups, empty ones too."""
    attributes: int = 1000
    """In all groups together, members of collections not counted."""
    values: int = 10_000
    """Of one attribute, or of one member of a collection."""
    fields: int = 10_500
    """Values in all, and the names and ends that collections add to them: what reading costs time for."""
    depth: int = 10
    """Collections within collections."""


CLIENT_LIMITS: Final = Limits(
    octets=16 * 1024 * 1024,
    groups=200_000,
    attributes=1_000_000,
    values=1_000_000,
    fields=1_200_000,
)
"""For answers: Get-Jobs brings a group for each of perhaps very many jobs."""

SMALL_ANSWERS: Final = Limits(octets=1024 * 1024, groups=2000, attributes=10_000, values=5000, fields=20_000)
"""For answers about a Printer and some Jobs, where others wait to be served: none takes 0.1 seconds."""
