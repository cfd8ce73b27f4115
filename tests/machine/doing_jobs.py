"""Steps that are requests about jobs: a function for each kind of step, which does it to server and model."""

from collections.abc import Sequence
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.interfaces import DocumentInterrupted, DocumentStream
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from ippserver.testing.fakes import stream
from tests.machine import answers
from tests.machine.machine import Machine, target
from tests.machine.model import Model
from tests.machine.records import Job, Order

# ---- creating them


async def print_job(
    machine: Machine,
    *,
    path: str,
    user: str,
    fault: str | None,
    priority: int | None,
    hold: str | None,
    cancel_after: int | None,
    keeps: bool | None,
) -> None:
    """Print-Job, whose document may come to nothing."""
    content = machine.content(fault)
    order = machine.order(hold, priority=priority, cancel_after=cancel_after, keeps_documents=keeps)
    await machine.both(
        lambda model: answers.print_job(model, path, user, order, content),
        lambda: machine.ask(
            Operation.PRINT_JOB, user, target(path), job=_template(order), document=_sent(content, fault)
        ),
        fault,
    )


async def create_job(
    machine: Machine, *, path: str, user: str, fault: str | None, priority: int | None, hold: str | None
) -> None:
    """Create-Job."""
    order = machine.order(hold, priority=priority)
    await machine.both(
        lambda model: answers.create_job(model, path, user, order),
        lambda: machine.ask(Operation.CREATE_JOB, user, target(path), job=_template(order)),
        fault,
    )


async def validate_job(machine: Machine, *, path: str, user: str) -> None:
    """Validate-Job."""
    await machine.both(
        lambda model: answers.validate_job(model, path, user),
        lambda: machine.ask(Operation.VALIDATE_JOB, user, target(path)),
    )


async def send_document(
    machine: Machine, *, job: int, user: str, last: bool, astray: bool, fault: str | None
) -> None:
    """Send-Document, whose document may come to nothing."""
    job_id, path = machine.named(job, astray=astray)
    content = machine.content(fault)
    failed = await machine.both(
        lambda model: answers.send_document(model, job_id, path, user, content, last=last),
        lambda: machine.ask(
            Operation.SEND_DOCUMENT,
            user,
            target(path, job_id),
            names.LAST_DOCUMENT.of(last),
            document=_sent(content, fault),
        ),
        fault,
    )
    if failed:
        machine.model.touch(job_id)


async def reprocess_job(
    machine: Machine, *, job: int, user: str, astray: bool, fault: str | None, hold: str | None
) -> None:
    """Reprocess-Job."""
    job_id, path = machine.named(job, astray=astray)
    order = machine.order(hold)
    await machine.both(
        lambda model: answers.reprocess_job(model, job_id, path, user, order),
        lambda: machine.ask(Operation.REPROCESS_JOB, user, target(path, job_id), *_template(order)),
        fault,
    )


async def resubmit_job(
    machine: Machine,
    *,
    job: int,
    user: str,
    astray: bool,
    fault: str | None,
    priority: int | None,
    hold: str | None,
) -> None:
    """Resubmit-Job."""
    job_id, path = machine.named(job, astray=astray)
    order = machine.order(hold, priority=priority)
    await machine.both(
        lambda model: answers.reprocess_job(model, job_id, path, user, order),
        lambda: machine.ask(Operation.RESUBMIT_JOB, user, target(path, job_id), job=_template(order)),
        fault,
    )


# ---- changing one

_PLAIN: Final = {
    "cancel_job": (Operation.CANCEL_JOB, answers.cancel_job),
    "release_job": (Operation.RELEASE_JOB, answers.release_job),
    "close_job": (Operation.CLOSE_JOB, answers.close_job),
    "resume_job": (Operation.RESUME_JOB, answers.resume_job),
    "promote_job": (Operation.PROMOTE_JOB, answers.promote_job),
}
_HOLDING: Final = {
    "hold_job": (Operation.HOLD_JOB, answers.hold_job, "indefinite"),
    "restart_job": (Operation.RESTART_JOB, answers.restart_job, "no-hold"),
}


async def job_operation(
    machine: Machine, kind: str, *, job: int, user: str, astray: bool, fault: str | None
) -> None:
    """Any operation on a job that has no attributes of its own."""
    operation, answer = _PLAIN[kind]
    job_id, path = machine.named(job, astray=astray)
    await machine.both(
        lambda model: answer(model, job_id, path, user),
        lambda: machine.ask(operation, user, target(path, job_id)),
        fault,
    )


async def holding_operation(
    machine: Machine, kind: str, *, job: int, user: str, astray: bool, fault: str | None, hold: str | None
) -> None:
    """Hold-Job and Restart-Job."""
    operation, answer, usual = _HOLDING[kind]
    job_id, path = machine.named(job, astray=astray)
    order = machine.order(hold or usual)
    attributes = () if hold is None else _template(order)
    await machine.both(
        lambda model: answer(model, job_id, path, user, order),
        lambda: machine.ask(operation, user, target(path, job_id), *attributes),
        fault,
    )


async def set_job_attributes(
    machine: Machine,
    *,
    job: int,
    user: str,
    astray: bool,
    fault: str | None,
    priority: int | None,
    hold: str | None,
) -> None:
    """Set-Job-Attributes, of what decides when a job is printed."""
    job_id, path = machine.named(job, astray=astray)
    order = machine.order(hold, priority=priority)
    await machine.both(
        lambda model: answers.set_job_attributes(model, job_id, path, user, order),
        lambda: machine.ask(Operation.SET_JOB_ATTRIBUTES, user, target(path, job_id), job=_template(order)),
        fault,
    )


async def schedule_job_after(
    machine: Machine, *, job: int, user: str, astray: bool, fault: str | None, after: int | None
) -> None:
    """Schedule-Job-After."""
    job_id, path = machine.named(job, astray=astray)
    other = None if after is None else machine.named(after)[0]
    attributes = () if other is None else (names.PREDECESSOR_JOB_ID.of(other),)
    await machine.both(
        lambda model: answers.schedule_job_after(model, job_id, path, user, other),
        lambda: machine.ask(Operation.SCHEDULE_JOB_AFTER, user, target(path, job_id), *attributes),
        fault,
    )


# ---- changing several, or those at work

_SEVERAL: Final = {
    "cancel_jobs": (Operation.CANCEL_JOBS, answers.cancel_jobs),
    "cancel_my_jobs": (Operation.CANCEL_MY_JOBS, answers.cancel_my_jobs),
}
_CURRENT: Final = {
    "cancel_current_job": (Operation.CANCEL_CURRENT_JOB, answers.cancel_current_job),
    "suspend_current_job": (Operation.SUSPEND_CURRENT_JOB, answers.suspend_current_job),
}


async def several_operation(
    machine: Machine, kind: str, *, path: str, user: str, fault: str | None, jobs: Sequence[int]
) -> None:
    """Cancel-Jobs and Cancel-My-Jobs."""
    operation, answer = _SEVERAL[kind]
    job_ids = [machine.named(job)[0] for job in jobs]
    attributes = (names.JOB_IDS.of(*job_ids),) if job_ids else ()
    await machine.both(
        lambda model: answer(model, path, user, job_ids),
        lambda: machine.ask(operation, user, target(path), *attributes),
        fault,
    )


async def current_operation(
    machine: Machine, kind: str, *, path: str, user: str, fault: str | None, job: int | None
) -> None:
    """Cancel-Current-Job and Suspend-Current-Job."""
    operation, answer = _CURRENT[kind]
    job_id = None if job is None else machine.named(job)[0]
    attributes = () if job_id is None else (names.JOB_ID.of(job_id),)
    await machine.both(
        lambda model: answer(model, path, user, job_id),
        lambda: machine.ask(operation, user, target(path), *attributes),
        fault,
    )


# ---- asking


async def get_job_attributes(machine: Machine, *, job: int, user: str, astray: bool) -> None:
    """Get-Job-Attributes, of jobs that are gone, too."""
    job_id, path = machine.named(job, astray=astray)

    def is_there(model: Model) -> None:
        model.job(job_id, path)

    await machine.both(
        is_there, lambda: machine.ask(Operation.GET_JOB_ATTRIBUTES, user, target(path, job_id))
    )


async def get_jobs(
    machine: Machine, *, path: str, user: str, which: str, mine: bool, first: int | None, limit: int | None
) -> None:
    """Get-Jobs."""
    attributes = [names.WHICH_JOBS.of(Keyword(which)), names.MY_JOBS.of(mine)]
    attributes += [] if limit is None else [names.LIMIT.of(limit)]
    attributes += [] if first is None else [names.FIRST_INDEX.of(first)]
    answer = await machine.ask(Operation.GET_JOBS, user, target(path), *attributes)
    assert answer.status is Status.SUCCESSFUL_OK, answer.status
    listed = machine.model.listed(path)
    matching = [job.id for job in listed if _is(job, which) and (not mine or job.owner == user)]
    expected = matching[(first or 1) - 1 :][:limit]
    shown = [names.JOB_ID.get(group) for group in answer.jobs]
    assert shown == expected, f"Get-Jobs shows {shown}, not {expected}"


def _is(job: Job, which: str) -> bool:
    if which in ("completed", "not-completed"):
        return job.is_over == (which == "completed")
    return which in ("all", job.state)


def _template(order: Order) -> tuple[Attribute, ...]:
    wanted: list[Attribute] = []
    if order.priority is not None:
        wanted.append(names.JOB_PRIORITY.of(order.priority))
    if order.hold is not None:
        wanted.append(names.JOB_HOLD_UNTIL.of(Keyword(order.hold)))
    if order.cancel_after is not None:
        wanted.append(names.JOB_CANCEL_AFTER.of(order.cancel_after))
    if order.keeps_documents is not None:
        until = "indefinite" if order.keeps_documents else "none"
        wanted.append(names.JOB_RETAIN_UNTIL.of(Keyword(until)))
    return tuple(wanted)


def _sent(content: bytes, fault: str | None) -> bytes | DocumentStream:
    return stream([content[:5]], then=DocumentInterrupted()) if fault == "gone" else content
