"""What a model consists of: jobs and printers as they should be, and what a request may want of a job."""

from dataclasses import dataclass, field, replace
from math import inf
from typing import Final

from ippserver.iana.enums import Status

OPERATOR: Final = "olga"
"""The one who may do everything; all others own their jobs and nothing else."""
TIME_OUT_SECONDS: Final = 120
IDENTIFY_SECONDS: Final = 10
RETRY_SECONDS: Final = 1
MAX_ATTEMPTS: Final = 3
MAX_DOCUMENTS: Final = 3
MAX_UNFINISHED: Final = 12
MAX_HISTORY: Final = 8

WAITS: Final = {"job-hold-until-specified", "job-held-on-create", "job-incoming", "job-data-insufficient"}
"""A job with one of these is pending-held."""
OVER: Final = ("completed", "canceled", "aborted")


class Refused(Exception):
    """The operation is answered with this status, and nothing happens."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


@dataclass(slots=True)
class Work:
    """An output is at work on a job; once `cut`, the job waits for nothing of it."""

    cut: bool = False


@dataclass(slots=True)
class Job:
    """One job."""

    id: int
    printer: str
    owner: str
    priority: int
    created: float
    state: str = "pending"
    reasons: set[str] = field(default_factory=set)
    documents: list[bytes] = field(default_factory=list)
    is_open: bool = False
    """More documents may come."""
    touched: float = 0.0
    hold_ends: float = inf
    cancel_after: int | None = None
    keeps_documents: bool = True
    """Whether it has them after it was tidied."""
    is_emptied: bool = False
    """Its documents are no more."""
    is_delivered: bool = False
    """The output has had all of it, though it was suspended before that was known."""
    is_missing: bool = False
    """It was given up: no output has it."""
    place: str = ""
    attempts: int = 0
    is_rested: bool = False
    is_aside: bool = False
    """Taken out of the queue for a while: resting, or an old work on it has not ended."""
    ended: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether only Restart-Job makes anything of it."""
        return self.state in OVER

    @property
    def is_active(self) -> bool:
        """Whether it has its turn."""
        return self.state == "processing"

    @property
    def can_cancel(self) -> bool:
        """Whether it is not over, and not about to be."""
        return not self.is_over and "processing-to-stop-point" not in self.reasons

    @property
    def can_restart(self) -> bool:
        """Whether it is over, and its documents are there."""
        return self.is_over and bool(self.documents) and not self.is_emptied

    @property
    def turn(self) -> tuple[int, str, int]:
        """By what waiting jobs are sorted."""
        return -self.priority, self.place, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a request wants of a job; None leaves it open."""

    priority: int | None = None
    hold: str | None = None
    hold_ends: float = -inf
    """When that is over."""
    cancel_after: int | None = None
    keeps_documents: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it wants nothing."""
        return self.priority is None and self.hold is None

    def over(self, old: Job) -> "Order":
        """This, and for the rest what was wanted of `old`, but for its hold."""
        return replace(
            self,
            priority=old.priority if self.priority is None else self.priority,
            cancel_after=old.cancel_after if self.cancel_after is None else self.cancel_after,
            keeps_documents=old.keeps_documents if self.keeps_documents is None else self.keeps_documents,
        )


@dataclass(slots=True)
class Printer:
    """One printer."""

    path: str
    concurrency: int
    accepting: bool = True
    paused: bool = False
    holding: bool = False
    deactivated: bool = False
    shut_down: bool = False
    identified: float = -inf
    working: dict[int, Work] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """printer-state."""
        return "processing" if self.working else "stopped" if self.paused else "idle"

    @property
    def reasons(self) -> set[str]:
        """printer-state-reasons, but for the identification, which lasts a little longer than asked."""
        found = {
            "shutdown": self.shut_down,
            "deactivated": self.deactivated,
            "moving-to-paused": self.paused and bool(self.working),
            "paused": self.paused and not self.working,
            "hold-new-jobs": self.holding,
        }
        return {reason for reason, is_so in found.items() if is_so}
