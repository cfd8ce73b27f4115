"""What the rows of group P are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FORMAT: Final = "document-format-error"
TOO_MUCH: Final = "document-unprintable-error"
PASSWORD: Final = "document-password-error"
PRINTED: Final = "job-completed-successfully"
PWG, URF, PDF = "image/pwg-raster", "image/urf", "application/pdf"
JPEG, PNG, TIFF = "image/jpeg", "image/png", "image/tiff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Malicious:
    """A document, and how its job ends."""

    id: str
    media_type: str
    document: Callable[[], bytes]
    """Makes it; some are large."""
    reasons: frozenset[str]
    """One of these is among the job-state-reasons; the job is completed with the one that says so."""
    raster: bool = False
    """Whether it is drawn, or comes out as PDF."""
    pages: int | None = None
    """How many pages come out, where that matters."""
    served: bool = True
    """Whether it is sent to a server; more of its kind are only read."""


def row(
    id: str,
    media_type: str,
    document: bytes | Callable[[], bytes],
    *reasons: str,
    raster: bool = False,
    pages: int | None = None,
    served: bool = True,
) -> Malicious:
    """A document, which may be made when it is needed, and how its job ends: one of the `reasons`."""
    made = document if callable(document) else lambda: document
    return Malicious(
        id=id,
        media_type=media_type,
        document=made,
        reasons=frozenset(reasons),
        raster=raster,
        pages=pages,
        served=served,
    )
