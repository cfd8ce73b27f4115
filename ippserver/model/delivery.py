"""Deliveries: what became of bringing one Document to one output, try after try."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, NamedTuple, Self

from ippserver.iana.keywords import JobStateReason

MAX_HISTORY: Final = 10
"""So many failed tries of a delivery are remembered, the newest."""
MAX_LEFT_BEHIND: Final = 10
"""So many places of a Document that is canceled and printed again and again are remembered, the newest."""

_OF_DOCUMENTS: Final = frozenset(
    {
        JobStateReason.DOCUMENT_FORMAT_ERROR,
        JobStateReason.DOCUMENT_PASSWORD_ERROR,
        JobStateReason.DOCUMENT_PERMISSION_ERROR,
        JobStateReason.DOCUMENT_SECURITY_ERROR,
        JobStateReason.DOCUMENT_UNPRINTABLE_ERROR,
    }
)


class DeliveryState(Enum):
    """How a delivery stands."""

    PENDING = "pending"
    """It is planned, and was not tried yet, or was interrupted."""
    FAILED = "failed"
    """It failed, and is tried again."""
    DONE = "done"
    DEAD = "dead"
    """It is given up, until somebody has its Job printed again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One try that failed."""

    at: float
    """When it ended, seconds since the epoch."""
    error: str
    """A sentence for people."""
    reason: str = ""
    """The job-state-reason that says the same to clients, if one does."""

    @property
    def blames_document(self) -> bool:
        """Whether nothing but another document would help."""
        return self.reason in _OF_DOCUMENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Where one output puts one Document: chosen and stored before it writes, so that it writes once."""

    output: str
    """The output's name in the configuration ("folder", "folder-2")."""
    target: str
    """What the output chose: a file name, a job-uri; empty where it could not choose yet."""
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    """How often it was tried to its end."""
    due: float | None = None
    """When it is tried again, seconds since the epoch; None where it is not."""
    history: tuple[Failure, ...] = ()
    """The tries that failed, oldest first, at most MAX_HISTORY."""
    together: int = 0
    """The document-number of the Document that it goes with, at once; 0 where it goes by itself."""
    as_one: bool = True
    """Whether one document is made of it and the one that it goes with."""
    missed: str = ""
    """Why it could not be taken back when its Job was canceled; with a target, that is tried again."""

    @property
    def done(self) -> bool:
        """Whether the output has the Document."""
        return self.state is DeliveryState.DONE

    @property
    def dead(self) -> bool:
        """Whether it was given up."""
        return self.state is DeliveryState.DEAD

    @property
    def missing(self) -> bool:
        """Whether it was given up, and may succeed another time."""
        return self.dead and not (self.history and self.history[-1].blames_document)

    @property
    def settled(self) -> bool:
        """Whether nothing more is tried."""
        return self.done or self.dead

    @property
    def error(self) -> str:
        """Why it failed last; empty where it did not."""
        return self.history[-1].error if self.history else ""

    def taken_back_as(self, other: Self) -> Self:
        """The delivery, of which as much is taken back as of `other`."""
        return replace(self, target=self.target and other.target, missed=other.missed)

    def succeeded(self, target: str) -> Self:
        """The delivery after a try that brought the Document to `target`."""
        return replace(self, target=target, state=DeliveryState.DONE, attempts=self.attempts + 1, due=None)

    def failed(self, failure: Failure, due: float | None) -> Self:
        """The delivery after a try that failed; it is tried again when it is `due`, or given up for None."""
        return replace(
            self,
            state=DeliveryState.DEAD if due is None else DeliveryState.FAILED,
            attempts=self.attempts + 1,
            due=due,
            history=(*self.history, failure)[-MAX_HISTORY:],
        )


class LeftBehind(NamedTuple):
    """Where an output may still have a Document from before it was printed again, and is to take it back."""

    output: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often an output is tried, and with which pauses."""

    attempts: int = 1
    """So many tries, then a delivery is given up."""
    first_seconds: float = 5.0
    """The pause after the first failure; after each further one it is twice as long."""
    longest_seconds: float = 3600.0

    def pause_seconds(self, failures: int, chance: float) -> float:
        """The pause after so many `failures`, up to a quarter shorter or longer by `chance` from 0 to 1.

        Else all whom one fault has stopped would come back at the same moment.
        """
        doubled = self.first_seconds * 2.0 ** min(failures - 1, 60)
        return min(doubled, self.longest_seconds) * (0.75 + chance / 2)


ONCE: Final = RetryPolicy()
