"""Jobs in every state, for the tests of what is done to them."""

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import JobHoldUntil
from ippserver.model.states import JobEvent
from ippserver.testing.desk import PDF, Desk


async def job_in(desk: Desk, state: JobState) -> int:
    """A Job with a document, in `state`."""
    hold = [names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)] if state is JobState.PENDING_HELD else None
    job_id = (await desk.ask(Operation.PRINT_JOB, job=hold, document=PDF)).job_id
    path: dict[JobState, tuple[JobEvent, ...]] = {
        JobState.PENDING: (),
        JobState.PENDING_HELD: (),
        JobState.PROCESSING: (JobEvent.START,),
        JobState.PROCESSING_STOPPED: (JobEvent.START, JobEvent.PAUSE),
        JobState.CANCELED: (JobEvent.CANCEL,),
        JobState.ABORTED: (JobEvent.ABORT,),
        JobState.COMPLETED: (JobEvent.START, JobEvent.FINISH),
    }
    for event in path[state]:
        await desk.jobs.on(job_id, event)
    assert (await desk.job(job_id)).state is state
    return job_id


async def suspended(desk: Desk) -> int:
    """A Job with a document that was suspended while it was printed."""
    job_id = await job_in(desk, JobState.PROCESSING)
    await desk.jobs.on(job_id, JobEvent.SUSPEND)
    return job_id
