"""What the tests of deliveries begin with."""

from collections.abc import Callable

from ippserver.interfaces import (
    OutputUnavailable,
)
from ippserver.model.delivery import RetryPolicy
from ippserver.model.job import Job
from tests.engine.house import House

POLICY = RetryPolicy(attempts=3, first_seconds=10.0, longest_seconds=15.0)
DOWN = OutputUnavailable("It is not there.")


async def print_all(house: House, *contents: bytes) -> Job:
    """A Job of so many documents."""
    job = await house.create()
    for number, content in enumerate(contents, 1):
        job = await house.send(job.id, content, last=number == len(contents))
    return job


def has_failed(output: str, times: int = 1) -> Callable[[Job], bool]:
    """Whether the first document of a Job has failed so often at an output."""

    def fits(job: Job) -> bool:
        delivery = job.documents[0].delivery(output)
        return delivery is not None and len(delivery.history) >= times

    return fits
