"""Does any step: requests about printers, what befalls outputs and the server, all others by their kind."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from ippserver.iana import names
from ippserver.iana.enums import Operation
from tests.machine import answers, doing_jobs, doing_subscriptions
from tests.machine.machine import Machine, target
from tests.machine.records import OPERATOR
from tests.machine.steps import Step
from tests.machine.world import PATHS

MOMENT: Final = 1 / 64
"""Seconds between two steps, so that no two things are of the same time; a float adds them up exactly."""


async def begun(kind: str, folder: Path) -> Machine:
    """A server on stores of that kind, and its model."""
    machine = Machine(kind, folder, doing_subscriptions.observe)
    await machine.world.open()
    await machine.observe(machine)
    return machine


async def do(machine: Machine, step: Step, *, closely: bool = True) -> None:
    """Does `step`, and fails where the server is then not as the model; `closely`, it asks for everything."""
    await machine.pass_(MOMENT)
    await _DO[step.kind](machine, **dict(step.arguments))
    await machine.world.settle()
    machine.model.schedule()
    machine.subscriptions.tidy()
    machine.glance()
    if closely:
        await machine.compare()
    await machine.observe(machine)
    machine.subscriptions.settled()


async def end(machine: Machine) -> None:
    """Ends everything: nothing must be left of what is purged."""
    await do(machine, Step("restart", (("crashed", False),)))
    for path in PATHS:
        for kind in ("startup_printer", "restart_printer", "purge_jobs"):
            await do(machine, Step(kind, (("path", path), ("user", OPERATOR), ("fault", None))))
    await machine.compare_documents()
    await machine.world.stop(crashed=False)


# ---- printers


async def printer_event(machine: Machine, kind: str, *, path: str, user: str, fault: str | None) -> None:
    """Any of the operations that change what a printer does."""
    unfinished = machine.model.unfinished(path)
    held = any("job-held-on-create" in job.reasons for job in unfinished)
    if held and any(job.attempts and not job.is_rested for job in unfinished):
        return  # which of them are begun is open where they are let go one by one
    await machine.both(
        lambda model: answers.printer_event(model, kind, path, user),
        lambda: machine.ask(Operation[kind.upper()], user, target(path)),
        fault,
    )
    if held:
        await machine.world.settle()
        machine.adopt(path)


async def identify_printer(machine: Machine, *, path: str, user: str) -> None:
    """Identify-Printer."""
    await machine.both(
        lambda model: answers.identify_printer(model, path, user),
        lambda: machine.ask(Operation.IDENTIFY_PRINTER, user, target(path)),
    )


async def purge_jobs(
    machine: Machine, *, path: str, user: str, fault: str | None, jobs: Sequence[int] = ()
) -> None:
    """Purge-Jobs, of all jobs or of some."""
    job_ids = [machine.named(job)[0] for job in jobs]
    named = [names.JOB_IDS.of(*job_ids)] if job_ids else []
    await machine.both(
        lambda model: answers.purge_jobs(model, path, user, job_ids),
        lambda: machine.ask(Operation.PURGE_JOBS, user, target(path), *named),
        fault,
    )


# ---- the world


async def finish(machine: Machine, *, path: str, nth: int, fault: str | None) -> None:
    """An output comes to an end with a job."""
    working = machine.model.printers[path].working
    if not working:
        return
    job_id = sorted(working)[nth % len(working)]
    job = machine.model.jobs.get(job_id)
    wanted = [] if job is None else list(job.documents)
    is_cut = working[job_id].cut
    if is_cut or (fault == "store" and len(wanted) > 1):  # which would be noted late between two documents
        fault = None
    with machine.fault("settlement" if fault == "store" else fault):
        machine.world.outlet.end(job_id, jammed=fault == "jam")
        await machine.world.settle()
    machine.model.finish(path, job_id, jammed=fault in ("jam", "read"), late=fault == "store")
    for number, document in enumerate(wanted, 1):
        came = machine.world.outlet.delivered.pop((job_id, number), None)
        assert came == document or is_cut or fault in ("jam", "read"), f"job {job_id} came as {came!r}"


async def turn_stubborn(machine: Machine, *, stubborn: bool) -> None:
    """Outputs take their time to stop, or do so at once, from now on."""
    machine.model.is_stubborn = machine.world.outlet.stubborn = stubborn


async def pass_time(machine: Machine, *, seconds: float) -> None:
    """Some time passes."""
    await machine.pass_(seconds)


async def tidy_history(machine: Machine) -> None:
    """Forgets what is too much."""
    await machine.world.retention.let_go()
    await machine.world.retention.forget()
    machine.model.tidy()


async def restart(machine: Machine, *, crashed: bool) -> None:
    """The server ends, and another one starts."""
    await machine.world.stop(crashed=crashed)
    if crashed:  # what becomes of its jobs is told by the next one
        machine.subscriptions.restart()
    machine.model.restart(crashed=crashed)
    if not crashed:
        machine.subscriptions.restart()
    await machine.world.open()


def _by_kind(
    function: Callable[..., Awaitable[None]], *kinds: str
) -> dict[str, Callable[..., Awaitable[None]]]:
    """`function`, which takes the kind before its other arguments, for each of `kinds`."""
    return {kind: partial(_of_kind, function, kind) for kind in kinds}


async def _of_kind(
    function: Callable[..., Awaitable[None]],
    kind: str,
    machine: Machine,
    **arguments: Any,  # Any: as the step has them
) -> None:
    await function(machine, kind, **arguments)


_DO: Final[Mapping[str, Callable[..., Awaitable[None]]]] = {
    "print_job": doing_jobs.print_job,
    "create_job": doing_jobs.create_job,
    "validate_job": doing_jobs.validate_job,
    "send_document": doing_jobs.send_document,
    "reprocess_job": doing_jobs.reprocess_job,
    "resubmit_job": doing_jobs.resubmit_job,
    "set_job_attributes": doing_jobs.set_job_attributes,
    "schedule_job_after": doing_jobs.schedule_job_after,
    "get_job_attributes": doing_jobs.get_job_attributes,
    "get_jobs": doing_jobs.get_jobs,
    **_by_kind(
        doing_jobs.job_operation, "cancel_job", "release_job", "close_job", "resume_job", "promote_job"
    ),
    **_by_kind(doing_jobs.holding_operation, "hold_job", "restart_job"),
    **_by_kind(doing_jobs.several_operation, "cancel_jobs", "cancel_my_jobs"),
    **_by_kind(doing_jobs.current_operation, "cancel_current_job", "suspend_current_job"),
    **_by_kind(printer_event, *answers.EVENTS),
    "create_printer_subscriptions": doing_subscriptions.create_printer_subscriptions,
    "create_job_subscriptions": doing_subscriptions.create_job_subscriptions,
    "print_subscribed": doing_subscriptions.print_subscribed,
    "renew_subscription": doing_subscriptions.renew_subscription,
    "cancel_subscription": doing_subscriptions.cancel_subscription,
    "get_notifications": doing_subscriptions.get_notifications,
    "get_subscriptions": doing_subscriptions.get_subscriptions,
    "identify_printer": identify_printer,
    "purge_jobs": purge_jobs,
    "finish": finish,
    "turn_stubborn": turn_stubborn,
    "pass_time": pass_time,
    "tidy_history": tidy_history,
    "restart": restart,
}
