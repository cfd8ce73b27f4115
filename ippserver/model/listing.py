"""Which of all Jobs are meant: those to be listed, and those to be kept."""

from collections.abc import Collection
from dataclasses import dataclass

from ippserver.iana.enums import JobState
from ippserver.ipp.values import Keyword


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """Which Jobs to list, and in which order.

    Order: Jobs that are not terminal first (processing before pending before held, then priority from high
    to low, then by their place), after them the terminal ones, newest completion first (RFC 8011 4.2.6.2).
    """

    printer: str | None = None
    """Only Jobs of the Printer with this path."""
    states: Collection[JobState] | None = None
    user: str | None = None
    """Only Jobs whose job-originating-user-name is exactly this text."""
    ids: Collection[int] | None = None
    stored: Collection[Keyword] | None = None
    """Only Jobs that are stored for one of these (job-storage-access)."""
    proof: Keyword | None = None
    """Only Jobs whose proof was printed, and that stand for the rest: `proof-print`, `proof-and-suspend`."""
    undelivered: bool = False
    """Only terminal Jobs of which a delivery was given up."""
    text: str | None = None
    """Only Jobs in whose Documents all these words can be read (model.words)."""
    first: int = 1
    """Which of the Jobs that match is the first to be listed, from 1."""
    limit: int | None = None
    """How many are listed at most, from there on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How much history to keep; None is without bound."""

    completed_after: float | None = None
    """Forget terminal Jobs that were completed before this moment, seconds since the epoch."""
    jobs: int | None = None
    """Keep at most this many terminal Jobs, the newest."""
    octets: int | None = None
    """Keep terminal Jobs, newest first, while their documents are at most this large together."""
    spared_after: float | None = None
    """Whatever the others say, forget no Job that was completed at this moment or later."""
