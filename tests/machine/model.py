"""What a server should be like after each operation, as simply as it can be said: plain lists, one loop.

It knows nothing of the engine but the digits of a place in the queue, which the standards leave open. What
each operation does to it stands in `answers`.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import inf

from ippserver.iana.enums import Status
from ippserver.model.place import by_age
from tests.machine.records import (
    MAX_ATTEMPTS,
    MAX_HISTORY,
    OPERATOR,
    RETRY_SECONDS,
    TIME_OUT_SECONDS,
    WAITS,
    Job,
    Order,
    Printer,
    Refused,
    Work,
)


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

    def ahead(self, job: Job, *, engine: bool = False) -> int | None:
        """number-of-intervening-jobs; to the `engine`, others are before a suspended job, too."""
        if job.is_over:
            return None
        if job.is_active or (job.state == "processing-stopped" and not engine):
            return 0
        active = sum(other.is_active for other in self.unfinished(job.printer))
        return active + sum(other.turn < job.turn for other in self.queue(job.printer))

    def shown_reasons(self, job: Job) -> set[str]:
        """job-state-reasons."""
        waits = job.state in ("pending", "pending-held") and self.printers[job.printer].paused
        seen = {"printer-stopped": waits, "destination-uri-failed": job.is_over and job.is_missing}
        return job.reasons | {reason for reason, is_so in seen.items() if is_so} or {"none"}

    def printer_reasons(self, path: str) -> set[str]:
        """printer-state-reasons, but for the identification."""
        is_missed = any(job.is_missing and job.is_over for job in self._of(path))
        return self.printers[path].reasons | ({"ippserver-undelivered-warning"} if is_missed else set())

    def queue(self, path: str) -> list[Job]:
        """The jobs that wait for their turn, in order."""
        waiting = [job for job in self.unfinished(path) if job.state == "pending" and not job.is_aside]
        return sorted(waiting, key=lambda job: job.turn)

    # ---- who may what

    def serving(self, path: str, user: str, *, operator: bool = False, still: bool = False) -> Printer:
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

    def own(self, job_id: int, path: str, user: str, *, operator: bool = False, still: bool = False) -> Job:
        """The job, if it is the user's own or the user an operator, and its printer serves."""
        job = self.job(job_id, path)
        self.serving(path, user, operator=operator or job.owner != user, still=still)
        return job

    # ---- what happens to jobs

    def changed(self, job: Job) -> None:
        """Has a waiting job in the queue again, and one that waits for something out of it."""
        job.is_aside = False
        if job.state in ("pending", "pending-held"):
            job.state = "pending-held" if job.reasons & WAITS else "pending"

    def _end(self, job: Job, state: str, *reasons: str) -> None:
        job.state, job.ended, job.is_open, job.is_aside = state, self.now, False, False
        job.reasons -= {*WAITS, "job-printing", "job-suspended", "processing-to-stop-point"}
        job.reasons |= {*reasons, *(["job-restartable"] if job.can_restart else [])}

    def hold(self, job: Job, ends: float) -> None:
        """Has a job wait until then, if that is still to come."""
        job.reasons.add("job-hold-until-specified")
        job.hold_ends = ends
        if ends <= self.now:
            job.reasons.discard("job-hold-until-specified")
        else:
            job.touched = self.now
        self.changed(job)

    def close(self, job: Job) -> None:
        """No more documents come."""
        job.is_open, job.touched = False, self.now
        job.reasons -= {"job-incoming", "job-data-insufficient"}
        self.changed(job)

    def cut(self, job: Job) -> None:
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
        if not job.is_active:
            job.is_delivered, job.is_aside = True, False
        elif "processing-to-stop-point" in job.reasons:
            self._end(job, "canceled")
        elif outcome == "aborted":
            self._end(job, "aborted", "aborted-by-system")
            job.is_missing = True
        else:
            self._end(job, "completed", "job-completed-successfully")

    def start(self, job: Job) -> None:
        """The output begins with a job."""
        job.state, job.touched, job.attempts = "processing", self.now, job.attempts + 1
        job.reasons.add("job-printing")
        if job.documents and not job.is_delivered:
            self.printers[job.printer].working[job.id] = Work()
        else:
            self._settle(job, "completed")

    def schedule(self) -> None:
        """Has every printer begin what it can, in the order of its queue."""
        for printer in self.printers.values():
            while not printer.paused and len(printer.working) < printer.concurrency:
                queue = self.queue(printer.path)
                if not queue:
                    break
                job = queue[0]
                if job.id in printer.working or job.id in self.unsettled:
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

    def _moments(self) -> Iterator[tuple[float, Callable[[], None]]]:
        """What happens by itself, and when."""
        for job in self.unfinished():
            if job.is_open:
                yield job.touched + TIME_OUT_SECONDS, partial(self._time_out, job)
            if "job-hold-until-specified" in job.reasons:
                yield job.hold_ends, partial(self._let_go_on, job)
            if job.is_active and job.can_cancel and job.cancel_after is not None:
                yield job.touched + job.cancel_after, partial(self._give_up, job)
        for moment, job_id in self.rests:
            yield moment, partial(self._rested, job_id)
        for job_id, moment in self.unsettled.items():
            yield moment, partial(self._settle_late, job_id)

    def happen(self) -> None:
        """Does what is due by now."""
        due = [action for moment, action in self._moments() if moment <= self.now]
        self.rests = [rest for rest in self.rests if rest[0] > self.now]
        for action in due:
            action()

    def _let_go_on(self, job: Job) -> None:
        job.reasons.discard("job-hold-until-specified")
        self.changed(job)

    def _give_up(self, job: Job) -> None:
        job.reasons.add("job-canceled-after-timeout")
        self._stop(job)

    def _settle_late(self, job_id: int) -> None:
        del self.unsettled[job_id]
        if job_id in self.jobs:
            self._settle(self.jobs[job_id], "completed")

    def _rested(self, job_id: int) -> None:
        job = self.jobs.get(job_id)
        if job is not None and job.state == "pending":
            job.is_aside = False

    def _time_out(self, job: Job) -> None:
        if job.documents:
            self.close(job)
        else:
            self._end(job, "aborted", "aborted-by-system", "submission-interrupted")

    # ---- coming and going

    def create(
        self, path: str, user: str, order: Order, documents: list[bytes], *, is_open: bool = False
    ) -> None:
        """A new job."""
        job = Job(
            id=self.next_id,
            printer=path,
            owner=user,
            priority=order.priority or 50,
            created=self.now,
            documents=documents,
            is_open=is_open,
            touched=self.now,
            hold_ends=order.hold_ends,
            cancel_after=order.cancel_after,
            keeps_documents=order.keeps_documents is not False,
            place=by_age(self.next_id),
        )
        self.next_id += 1
        self.jobs[job.id] = job
        if job.hold_ends > self.now:
            job.reasons.add("job-hold-until-specified")
        if is_open:
            job.reasons |= {"job-incoming", "job-data-insufficient"}
        if self.printers[path].holding:
            job.reasons.add("job-held-on-create")
        self.changed(job)

    def cancel(self, job: Job, user: str) -> None:
        """Ends a job, or lets its output come to an end first."""
        job.reasons.add("job-canceled-by-user" if user == job.owner else "job-canceled-by-operator")
        self._stop(job)

    def _stop(self, job: Job) -> None:
        if job.state != "processing":
            self._end(job, "canceled")
            return
        job.reasons.add("processing-to-stop-point")
        self.cut(job)

    def touch(self, job_id: int) -> None:
        """A document did not arrive: whoever sent it may try again for as long as at first."""
        job = self.jobs.get(job_id)
        if job is not None and job.is_open:
            job.touched = self.now

    def forget(self, job: Job) -> None:
        """A job is no more."""
        del self.jobs[job.id]
        self.gone[job.id] = job.printer
        self.cut(job)

    # ---- the server itself

    def tidy(self) -> None:
        """The history is tidied."""
        for job in self.jobs.values():
            if job.can_restart and not job.keeps_documents:
                job.is_emptied = True
                job.reasons.discard("job-restartable")
        over = sorted((job for job in self.jobs.values() if job.is_over), key=lambda job: (job.ended, job.id))
        for job in over[: max(0, len(over) - MAX_HISTORY)]:
            self.forget(job)

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
