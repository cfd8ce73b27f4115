"""What each operation is answered with, and what it does to the model: one function for each.

Each raises `Refused`, or does at once what takes the engine a transaction, a scheduler and an output.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from ippserver.iana.enums import Status
from ippserver.model.place import between, by_age, right_after
from tests.machine.model import Model
from tests.machine.records import MAX_DOCUMENTS, MAX_UNFINISHED, OPERATOR, Job, Order, Refused

NOT_POSSIBLE: Final = partial(Refused, Status.CLIENT_ERROR_NOT_POSSIBLE)
"""Made anew each time: an exception that is raised again keeps the frames of every time before."""
HIGHEST_PRIORITY: Final = 100

# ---- creating jobs


def validate_job(model: Model, path: str, user: str) -> None:
    """Validate-Job."""
    model.serving(path, user)
    _check_room(model)


def print_job(model: Model, path: str, user: str, order: Order, document: bytes) -> None:
    """Print-Job."""
    _admit(model, path, user)
    if not document:
        raise Refused(Status.CLIENT_ERROR_BAD_REQUEST)
    model.create(path, user, order, [document])


def create_job(model: Model, path: str, user: str, order: Order) -> None:
    """Create-Job."""
    _admit(model, path, user)
    model.create(path, user, order, [], is_open=True)


def reprocess_job(model: Model, job_id: int, path: str, user: str, order: Order) -> None:
    """Reprocess-Job and Resubmit-Job, which may ask for something else."""
    old = model.own(job_id, path, user)
    if not old.can_restart:
        raise NOT_POSSIBLE()
    _admit(model, path, user)
    model.create(path, user, order.over(old), list(old.documents))


def _admit(model: Model, path: str, user: str) -> None:
    if not model.serving(path, user).accepting:
        raise Refused(Status.SERVER_ERROR_NOT_ACCEPTING_JOBS)
    _check_room(model)


def _check_room(model: Model) -> None:
    if len(model.unfinished()) >= MAX_UNFINISHED:
        raise Refused(Status.SERVER_ERROR_TOO_MANY_JOBS)


def send_document(model: Model, job_id: int, path: str, user: str, document: bytes, *, last: bool) -> None:
    """Send-Document."""
    job = model.own(job_id, path, user, still=True)
    if not document and not last:
        raise Refused(Status.CLIENT_ERROR_BAD_REQUEST)
    if not job.is_open:
        raise NOT_POSSIBLE()
    if document:
        if len(job.documents) >= MAX_DOCUMENTS:
            raise Refused(Status.SERVER_ERROR_TOO_MANY_DOCUMENTS)
        job.documents.append(document)
    job.touched = model.now
    job.reasons.discard("job-data-insufficient")
    if last:
        model.close(job)


def close_job(model: Model, job_id: int, path: str, user: str) -> None:
    """Close-Job."""
    job = model.own(job_id, path, user)
    if job.is_over:
        raise NOT_POSSIBLE()
    if job.is_open:
        model.close(job)
    model.changed(job)


# ---- changing jobs


def cancel_job(model: Model, job_id: int, path: str, user: str) -> None:
    """Cancel-Job."""
    job = model.own(job_id, path, user)
    if not job.can_cancel:
        raise NOT_POSSIBLE()
    model.cancel(job, user)


def cancel_jobs(model: Model, path: str, user: str, job_ids: Sequence[int]) -> None:
    """Cancel-Jobs."""
    model.serving(path, user, operator=True)
    _cancel_all(model, path, user, job_ids, model.unfinished(path))


def cancel_my_jobs(model: Model, path: str, user: str, job_ids: Sequence[int]) -> None:
    """Cancel-My-Jobs."""
    model.serving(path, user)
    mine = [job for job in model.unfinished(path) if job.owner == user]
    _cancel_all(model, path, user, job_ids, mine)


def _cancel_all(model: Model, path: str, user: str, job_ids: Sequence[int], allowed: list[Job]) -> None:
    if job_ids:
        possible = {job.id for job in model.unfinished(path) if job.can_cancel}
        if not set(job_ids) <= possible:
            raise NOT_POSSIBLE()
        if not set(job_ids) <= {job.id for job in allowed}:
            raise Refused(Status.CLIENT_ERROR_NOT_AUTHORIZED)
    for job in allowed:
        if job.can_cancel and (job.id in job_ids or not job_ids):
            model.cancel(job, user)


def hold_job(model: Model, job_id: int, path: str, user: str, order: Order) -> None:
    """Hold-Job."""
    job = model.own(job_id, path, user)
    if job.state not in ("pending", "pending-held"):
        raise NOT_POSSIBLE()
    model.hold(job, order.hold_ends)


def release_job(model: Model, job_id: int, path: str, user: str) -> None:
    """Release-Job."""
    job = model.own(job_id, path, user)
    if job.is_over:
        raise NOT_POSSIBLE()
    job.reasons.discard("job-hold-until-specified")
    model.changed(job)


def restart_job(model: Model, job_id: int, path: str, user: str, order: Order) -> None:
    """Restart-Job."""
    job = model.own(job_id, path, user)
    if not job.can_restart:
        raise NOT_POSSIBLE()
    job.state, job.reasons, job.attempts = "pending", set(), 0
    job.place, job.is_delivered, job.is_missing = by_age(job.id), False, False
    model.hold(job, order.hold_ends)


def set_job_attributes(model: Model, job_id: int, path: str, user: str, order: Order) -> None:
    """Set-Job-Attributes, of job-priority and job-hold-until."""
    job = model.own(job_id, path, user)
    if order.is_empty:
        raise Refused(Status.CLIENT_ERROR_BAD_REQUEST)
    if job.state not in ("pending", "pending-held"):
        raise NOT_POSSIBLE()
    if order.priority is not None and order.priority != job.priority:
        job.priority, job.place = order.priority, by_age(job.id)
    if order.hold is not None:
        model.hold(job, order.hold_ends)
        job.touched = model.now
    model.changed(job)


# ---- the current job and the order of the queue


def cancel_current_job(model: Model, path: str, user: str, job_id: int | None) -> None:
    """Cancel-Current-Job."""
    job = _current(model, path, user, job_id)[0]
    _check_owner(job, user)
    if not job.can_cancel:
        raise NOT_POSSIBLE()
    model.cancel(job, user)


def suspend_current_job(model: Model, path: str, user: str, job_id: int | None) -> None:
    """Suspend-Current-Job."""
    current = _current(model, path, user, job_id)
    for job in current:
        _check_owner(job, user)
    if any(job.state != "processing" or not job.can_cancel for job in current):
        raise NOT_POSSIBLE()
    for job in current:
        job.state, job.attempts = "processing-stopped", max(0, job.attempts - 1)
        job.reasons = (job.reasons - {"job-printing"}) | {"job-suspended"}
        model.cut(job)


def _current(model: Model, path: str, user: str, job_id: int | None) -> list[Job]:
    model.serving(path, user)
    at_work = [job for job in model.unfinished(path) if job.is_active]
    at_work.sort(key=lambda job: (job.touched, job.id))
    if job_id is not None:
        stopped = [job for job in model.unfinished(path) if job.state == "processing-stopped"]
        at_work = [job for job in (*at_work, *stopped) if job.id == job_id]
    if not at_work:
        raise NOT_POSSIBLE()
    return at_work


def _check_owner(job: Job, user: str) -> None:
    if user not in (job.owner, OPERATOR):
        raise Refused(Status.CLIENT_ERROR_NOT_AUTHORIZED)


def resume_job(model: Model, job_id: int, path: str, user: str) -> None:
    """Resume-Job."""
    job = model.own(job_id, path, user)
    if job.state != "processing-stopped":
        raise NOT_POSSIBLE()
    job.state = "pending"
    job.reasons.discard("job-suspended")
    model.changed(job)


def promote_job(model: Model, job_id: int, path: str, user: str) -> None:
    """Promote-Job."""
    schedule_job_after(model, job_id, path, user, None)


def schedule_job_after(model: Model, job_id: int, path: str, user: str, after: int | None) -> None:
    """Schedule-Job-After."""
    job = model.own(job_id, path, user, operator=True)
    priority, low = HIGHEST_PRIORITY, ""
    if after is not None:
        other = model.jobs.get(after)
        if other is None or other.printer != path:
            raise Refused(Status.CLIENT_ERROR_NOT_FOUND)
        if other is job or other.state not in ("pending", "processing", "processing-stopped"):
            raise NOT_POSSIBLE()
        priority = other.priority
        low = other.place if other.state == "pending" else ""
    if job.state != "pending":
        raise NOT_POSSIBLE()
    same = [each.place for each in model.queue(path) if each.priority == priority]
    high = min((place for place in same if place > low), default="")
    job.priority = priority
    if high:
        job.place = between(low, high)
    else:
        job.place = right_after(low) if low else between("", by_age(1))
    model.changed(job)


# ---- printers


def printer_event(model: Model, event: str, path: str, user: str) -> None:
    """Any of the operations that change what a printer does; see RFC 3998 3."""
    shut = model.printers[path].shut_down
    still = event in ("shutdown_printer", "startup_printer")
    still |= not shut and event in ("activate_printer", "deactivate_printer", "restart_printer")
    printer = model.serving(path, user, operator=True, still=still)
    if event == "startup_printer" and not shut:
        raise NOT_POSSIBLE()
    for condition, value in EVENTS[event].items():
        setattr(printer, condition, value)
    if not printer.holding:
        for job in model.unfinished(path):
            if "job-held-on-create" in job.reasons:
                job.reasons.discard("job-held-on-create")
                model.changed(job)


def identify_printer(model: Model, path: str, user: str) -> None:
    """Identify-Printer."""
    model.serving(path, user).identified = model.now


def purge_jobs(model: Model, path: str, user: str, job_ids: Sequence[int]) -> None:
    """Purge-Jobs, of all jobs or of some."""
    printer = model.serving(path, user, operator=True)
    there = {job.id: job for job in model.jobs.values() if job.printer == path}
    if not set(job_ids) <= there.keys():
        raise Refused(Status.CLIENT_ERROR_NOT_FOUND)
    for job_id, job in there.items():
        if job_id in job_ids or not job_ids:
            model.forget(job)
    printer.paused = printer.paused and bool(job_ids)


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
