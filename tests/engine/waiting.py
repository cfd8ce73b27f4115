"""Jobs that wait, and the time that passes, for the tests of timers."""

from dataclasses import replace

from ippserver.model.hold import Until
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from tests.engine.house import House

HOUR = 3600.0


async def hold(house: House, job: Job, until: Until) -> Job:
    """As Hold-Job with job-hold-until."""
    return await house.jobs.apply(
        job.id,
        lambda job: replace(
            job.on(JobEvent.HOLD, house.clock.now()), hold_until=until, touched=house.clock.now()
        ),
    )


async def wait(house: House, seconds: float) -> None:
    """Lets the time pass, in steps as the timers sleep."""
    while seconds > 0:
        step = min(seconds, 30.0)
        await house.clock.until_sleeping()
        house.clock.advance(step)
        await house.settle()
        seconds -= step
