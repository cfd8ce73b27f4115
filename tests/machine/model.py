"""What a server should be like after each operation, as simply as it can be said: plain lists, one loop.

It knows nothing of the engine but the digits of a place in the queue, which the standards leave open. Each
method is one request, named as the operation: it raises `Refused`, or does at once what takes the engine a
transaction, a scheduler and an output.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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
    def turn(self) -> tuple[int, str, int]:
        """By what waiting jobs are sorted."""
        return -self.priority, self.place, self.id


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


class Model:
    """All printers and jobs."""

    def __init__(self, now: float, printers: Iterable[Printer]) -> None:
        self.now = now
        self.printers = {printer.path: printer for printer in printers}
        self.jobs: dict[int, Job] = {}
        self.gone: dict[int, str] = {}
        self.next_id = 1
        self.is_stubborn = False
        """Whether outputs take their time to stop."""
        self.rests: list[tuple[float, int]] = []
        """When jobs have rested that were interrupted, and which."""
        self.unsettled: dict[int, float] = {}
        """Jobs that are done, and when the store takes that in."""

    # ---- looking

    def unfinished(self, path: str | None = None) -> list[Job]:
        """The jobs that are not over, in the order of their ids."""
        return [job for job in self._of(path) if not job.is_over]

    def listed(self, path: str) -> list[Job]:
        """The jobs of a printer in the order of Get-Jobs."""
        rank = {"processing": 0, "processing-stopped": 0, "pending": 1, "pending-held": 2}
        live = sorted(self.unfinished(path), key=lambda job: (rank[job.state], job.turn))
        over = sorted((job for job in self._of(path) if job.is_over), key=lambda job: (-job.ended, -job.id))
        return live + over

    def _of(self, path: str | None) -> list[Job]:
        return [job for _, job in sorted(self.jobs.items()) if path in (None, job.printer)]

    def ahead(self, job: Job) -> int | None:
        """number-of-intervening-jobs."""
        if job.is_over:
            return None
        if job.is_active:
            return 0
        active = sum(other.is_active for other in self.unfinished(job.printer))
        return active + sum(other.turn < job.turn for other in self._queue(job.printer))

    def shown_reasons(self, job: Job) -> set[str]:
        """job-state-reasons."""
        waits = job.state in ("pending", "pending-held") and self.printers[job.printer].paused
        return job.reasons | ({"printer-stopped"} if waits else set()) or {"none"}

    def _queue(self, path: str) -> list[Job]:
        waiting = [job for job in self.unfinished(path) if job.state == "pending" and not job.is_aside]
        return sorted(waiting, key=lambda job: job.turn)

    # ---- who may what

    def _printer(self, path: str, user: str, *, operator: bool = False, still: bool = False) -> Printer:
        """The printer, if the user may, and it serves; `still` where it does so out of service, too."""
        printer = self.printers[path]
        if operator and user != OPERATOR:
            raise Refused(Status.CLIENT_ERROR_NOT_AUTHORIZED)
        if (printer.deactivated or printer.shut_down) and not still:
            raise Refused(Status.SERVER_ERROR_SERVICE_UNAVAILABLE)
        return printer

    def job(self, job_id: int, path: str) -> Job:
        """The job of that printer."""
        job = self.jobs.get(job_id)
        if job is not None and job.printer == path:
            return job
        if self.gone.get(job_id) == path:
            raise Refused(Status.CLIENT_ERROR_GONE)
        raise Refused(Status.CLIENT_ERROR_NOT_FOUND)

    def _own(self, job_id: int, path: str, user: str, *, operator: bool = False, still: bool = False) -> Job:
        """The job, if it is the user's own or the user an operator, and its printer serves."""
        job = self.job(job_id, path)
        self._printer(path, user, operator=operator or job.owner != user, still=still)
        return job

    # ---- what happens to jobs

    def _changed(self, job: Job) -> None:
        """Has a waiting job in the queue again, and one that waits for something out of it."""
        job.is_aside = False
        if job.state in ("pending", "pending-held"):
            job.state = "pending-held" if job.reasons & WAITS else "pending"

    def _end(self, job: Job, state: str, *reasons: str) -> None:
        job.state, job.ended, job.is_open, job.is_aside = state, self.now, False, False
        job.reasons -= {*WAITS, "job-printing", "job-suspended", "processing-to-stop-point"}
        job.reasons |= {*reasons, *(["job-restartable"] if job.documents else [])}

    def _hold(self, job: Job, ends: float) -> None:
        job.reasons.add("job-hold-until-specified")
        job.hold_ends = ends
        if ends <= self.now:
            job.reasons.discard("job-hold-until-specified")
        else:
            job.touched = self.now
        self._changed(job)

    def _close(self, job: Job) -> None:
        job.is_open, job.touched = False, self.now
        job.reasons -= {"job-incoming", "job-data-insufficient"}
        self._changed(job)

    def _cut(self, job: Job) -> None:
        """Stops the work on a job, if there is any; a stubborn output goes on until it lets go."""
        working = self.printers[job.printer].working
        work = working.get(job.id)
        if work is None:
            return
        work.cut = True
        if not self.is_stubborn:
            self.let_go(job.printer, job.id)

    def let_go(self, path: str, job_id: int) -> None:
        """A work that was cut has ended."""
        del self.printers[path].working[job_id]
        job = self.jobs.get(job_id)
        if job is not None and "processing-to-stop-point" in job.reasons:
            self._end(job, "canceled")
        elif job is not None and job.state == "pending":
            job.is_aside = False

    def finish(self, path: str, job_id: int, *, jammed: bool, late: bool) -> None:
        """An output has done all of a job, or cannot; `late`, the store hears of it in a second only."""
        work = self.printers[path].working[job_id]
        if work.cut:
            self.let_go(path, job_id)
            return
        del self.printers[path].working[job_id]
        if late:
            self.unsettled[job_id] = self.now + RETRY_SECONDS
        else:
            self._settle(self.jobs[job_id], "aborted" if jammed else "completed")

    def _settle(self, job: Job, outcome: str) -> None:
        if "processing-to-stop-point" in job.reasons:
            self._end(job, "canceled")
        elif outcome == "aborted":
            self._end(job, "aborted", "aborted-by-system")
        else:
            self._end(job, "completed", "job-completed-successfully")

    def start(self, job: Job) -> None:
        """The output begins with a job."""
        job.state, job.touched, job.attempts = "processing", self.now, job.attempts + 1
        job.reasons.add("job-printing")
        self.printers[job.printer].working[job.id] = Work()

    def schedule(self) -> None:
        """Has every printer begin what it can, in the order of its queue."""
        for printer in self.printers.values():
            while not printer.paused and len(printer.working) < printer.concurrency:
                queue = self._queue(printer.path)
                if not queue:
                    break
                job = queue[0]
                if job.id in printer.working:
                    job.is_aside = True
                elif job.attempts and not job.is_rested:
                    job.is_aside = job.is_rested = True
                    self.rests.append((self.now + job.attempts, job.id))
                else:
                    self.start(job)

    # ---- time

    def next_moment(self) -> float:
        """When something happens by itself."""
        return min((moment for moment, _ in self._moments()), default=inf)

    def _moments(self) -> Iterator[tuple[float, Job | int]]:
        for job in self.unfinished():
            if job.is_open:
                yield job.touched + TIME_OUT_SECONDS, job
            if "job-hold-until-specified" in job.reasons:
                yield job.hold_ends, job
        yield from self.rests
        yield from ((moment, job_id) for job_id, moment in self.unsettled.items())

    def happen(self) -> int:
        """Does what is due by now; answers how much that was."""
        due = [what for moment, what in self._moments() if moment <= self.now]
        for what in due:
            if isinstance(what, int) and what in self.unsettled:
                del self.unsettled[what]
                if what in self.jobs:
                    self._settle(self.jobs[what], "completed")
            elif isinstance(what, int):
                self._rested(what)
            elif what.is_open and what.touched + TIME_OUT_SECONDS <= self.now:
                self._time_out(what)
            elif what.hold_ends <= self.now:
                what.reasons.discard("job-hold-until-specified")
                self._changed(what)
        self.rests = [rest for rest in self.rests if rest[0] > self.now]
        return len(due)

    def _rested(self, job_id: int) -> None:
        job = self.jobs.get(job_id)
        if job is not None and job.state == "pending":
            job.is_aside = False

    def _time_out(self, job: Job) -> None:
        if job.documents:
            self._close(job)
        else:
            self._end(job, "aborted", "aborted-by-system", "submission-interrupted")

    # ---- creating jobs

    def validate_job(self, path: str, user: str) -> None:
        """Validate-Job."""
        self._printer(path, user)
        self._room()

    def print_job(
        self, path: str, user: str, *, document: bytes, priority: int | None, hold_ends: float
    ) -> None:
        """Print-Job."""
        self._admit(path, user)
        if not document:
            raise Refused(Status.CLIENT_ERROR_BAD_REQUEST)
        self._create(path, user, priority, hold_ends, [document])

    def create_job(self, path: str, user: str, *, priority: int | None, hold_ends: float) -> None:
        """Create-Job."""
        self._admit(path, user)
        self._create(path, user, priority, hold_ends, [])

    def _admit(self, path: str, user: str) -> None:
        if not self._printer(path, user).accepting:
            raise Refused(Status.SERVER_ERROR_NOT_ACCEPTING_JOBS)
        self._room()

    def _room(self) -> None:
        if len(self.unfinished()) >= MAX_UNFINISHED:
            raise Refused(Status.SERVER_ERROR_TOO_MANY_JOBS)

    def _create(
        self, path: str, user: str, priority: int | None, hold_ends: float, documents: list[bytes]
    ) -> Job:
        job = Job(
            id=self.next_id,
            printer=path,
            owner=user,
            priority=priority or 50,
            created=self.now,
            documents=documents,
            is_open=not documents,
            touched=self.now,
            hold_ends=hold_ends,
            place=f"{self.next_id:010d}5",
        )
        self.next_id += 1
        self.jobs[job.id] = job
        if hold_ends > self.now:
            job.reasons.add("job-hold-until-specified")
        if job.is_open:
            job.reasons |= {"job-incoming", "job-data-insufficient"}
        if self.printers[path].holding:
            job.reasons.add("job-held-on-create")
        self._changed(job)
        return job

    def send_document(self, job_id: int, path: str, user: str, *, document: bytes, last: bool) -> None:
        """Send-Document."""
        job = self._own(job_id, path, user, still=True)
        if not document and not last:
            raise Refused(Status.CLIENT_ERROR_BAD_REQUEST)
        if not job.is_open:
            raise Refused(Status.CLIENT_ERROR_NOT_POSSIBLE)
        if document:
            if len(job.documents) >= MAX_DOCUMENTS:
                raise Refused(Status.SERVER_ERROR_TOO_MANY_DOCUMENTS)
            job.documents.append(document)
        job.touched = self.now
        job.reasons.discard("job-data-insufficient")
        if last:
            self._close(job)

    def touch(self, job_id: int) -> None:
        """A document did not arrive: whoever sent it may try again for as long as at first."""
        job = self.jobs.get(job_id)
        if job is not None and job.is_open:
            job.touched = self.now

    # ---- changing one job

    def cancel_job(self, job_id: int, path: str, user: str) -> None:
        """Cancel-Job."""
        job = self._own(job_id, path, user)
        if not self._can_cancel(job):
            raise Refused(Status.CLIENT_ERROR_NOT_POSSIBLE)
        self._cancel(job, user)

    def _can_cancel(self, job: Job) -> bool:
        return not job.is_over and "processing-to-stop-point" not in job.reasons

    def _cancel(self, job: Job, user: str) -> None:
        job.reasons.add("job-canceled-by-user" if user == job.owner else "job-canceled-by-operator")
        if job.state != "processing":
            self._end(job, "canceled")
            return
        job.reasons.add("processing-to-stop-point")
        self._cut(job)

    def hold_job(self, job_id: int, path: str, user: str, *, hold_ends: float) -> None:
        """Hold-Job."""
        job = self._own(job_id, path, user)
        if job.state not in ("pending", "pending-held"):
            raise Refused(Status.CLIENT_ERROR_NOT_POSSIBLE)
        self._hold(job, hold_ends)

    def release_job(self, job_id: int, path: str, user: str) -> None:
        """Release-Job."""
        job = self._own(job_id, path, user)
        if job.is_over:
            raise Refused(Status.CLIENT_ERROR_NOT_POSSIBLE)
        job.reasons.discard("job-hold-until-specified")
        self._changed(job)

    def restart_job(self, job_id: int, path: str, user: str, *, hold_ends: float) -> None:
        """Restart-Job."""
        job = self._own(job_id, path, user)
        if not job.is_over or not job.documents:
            raise Refused(Status.CLIENT_ERROR_NOT_POSSIBLE)
        job.state, job.reasons, job.attempts = "pending", set(), 0
        job.place = f"{job.id:010d}5"
        self._hold(job, hold_ends)

    # ---- printers

    def printer_event(self, event: str, path: str, user: str) -> None:
        """Any of the operations that change what a printer does; see RFC 3998 3."""
        shut, off = self.printers[path].shut_down, self.printers[path].deactivated
        still = event == "shutdown_printer"
        still |= shut and event == "startup_printer"
        still |= off and not shut and event in ("activate_printer", "deactivate_printer", "restart_printer")
        still |= off and event == "startup_printer"
        printer = self._printer(path, user, operator=True, still=still)
        if event == "startup_printer" and not shut:
            raise Refused(Status.CLIENT_ERROR_NOT_POSSIBLE)
        for condition, value in EVENTS[event].items():
            setattr(printer, condition, value)
        if not printer.holding:
            for job in self.unfinished(path):
                if "job-held-on-create" in job.reasons:
                    job.reasons.discard("job-held-on-create")
                    self._changed(job)

    def identify_printer(self, path: str, user: str) -> None:
        """Identify-Printer."""
        self._printer(path, user).identified = self.now

    def purge_jobs(self, path: str, user: str) -> None:
        """Purge-Jobs."""
        printer = self._printer(path, user, operator=True)
        for job in self._of(path):
            self._forget(job)
        printer.paused = False

    def _forget(self, job: Job) -> None:
        del self.jobs[job.id]
        self.gone[job.id] = job.printer
        self._cut(job)

    # ---- the server itself

    def forget(self) -> None:
        """The history is tidied."""
        over = sorted((job for job in self.jobs.values() if job.is_over), key=lambda job: (job.ended, job.id))
        for job in over[: max(0, len(over) - MAX_HISTORY)]:
            self._forget(job)

    def restart(self, *, crashed: bool) -> None:
        """The server ends, in good order or not, and starts again."""
        self.rests.clear()
        self.unsettled.clear()
        self.is_stubborn = False
        for printer in self.printers.values():
            printer.working.clear()
            printer.identified = -inf
        for job in self.unfinished():
            job.is_rested = job.is_aside = False
            if not job.is_active:
                continue
            if "processing-to-stop-point" in job.reasons:
                self._end(job, "canceled")
            elif crashed and job.attempts >= MAX_ATTEMPTS:
                self._end(job, "aborted", "aborted-by-system")
            else:
                job.state = "pending"
                job.reasons.discard("job-printing")
                job.attempts -= not crashed


EVENTS: Final[dict[str, dict[str, bool]]] = {
    "pause_printer": {"paused": True},
    "pause_printer_after_current_job": {"paused": True},
    "resume_printer": {"paused": False},
    "enable_printer": {"accepting": True},
    "disable_printer": {"accepting": False},
    "hold_new_jobs": {"holding": True},
    "release_held_new_jobs": {"holding": False},
    "deactivate_printer": {"deactivated": True, "paused": True, "accepting": False},
    "activate_printer": {"deactivated": False, "paused": False, "accepting": True},
    "restart_printer": {"accepting": True, "paused": False, "holding": False, "deactivated": False},
    "shutdown_printer": {"accepting": False, "paused": True, "deactivated": True, "shut_down": True},
    "startup_printer": {
        "accepting": False,
        "paused": False,
        "holding": False,
        "deactivated": False,
        "shut_down": False,
    },
}
