"""What may come of a document that is fuzzed, if anything comes of it."""

from collections.abc import Sequence
from typing import Final

from ippserver.documents.task import Result
from tests.fuzz.asked import LIMITS

_BEGINNINGS: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"RaS2", b"UNIRAST")


def check_made(result: Result, parts: Sequence[bytes], octets: int) -> None:
    """Whether it is within the limits, of two documents, and counted; of `parts` the beginnings are enough.

    Raises:
        AssertionError: It is not.
    """
    assert 0 <= result.impressions <= result.impressions_completed <= LIMITS.sides + 1, "sides"
    assert 0 <= result.pages <= 2 * LIMITS.pages, "pages"
    assert result.sheets <= LIMITS.sides + 1, "sheets"
    assert sum(result.media.values()) == result.sheets, "media"
    assert result.unchanged or len(parts) == result.parts, "parts"
    assert octets <= LIMITS.octets, "octets"
    assert all(part.startswith(_BEGINNINGS) for part in parts), "beginnings"
    assert len(result.text.encode()) <= LIMITS.text_octets, "text"
