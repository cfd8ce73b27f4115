"""PWG 5100.8: what was really done with a job, as the suites of libcups and ippsample demand it."""

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.groups import JOB_ACTUAL
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from tests.conformance.subject import Subject

ASKED = [
    names.COPIES.of(2),
    names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
    names.MEDIA.of(Keyword("iso_a5_148x210mm")),
]
ACTUAL = [names.COPIES_ACTUAL, names.SIDES_ACTUAL, names.MEDIA_ACTUAL]


async def done(subject: Subject) -> int:
    """The job-id of a job that was printed as ASKED."""
    subject.finish()
    async with subject.at_work():
        job_id = await subject.print(job=ASKED)
        await subject.desk.until(job_id, JobState.COMPLETED)
    return job_id


@pytest.mark.parametrize(("asked", "actual"), list(zip(ASKED, ACTUAL, strict=True)))
async def test_a_job_that_is_done_tells_what_was_done(
    subject: Subject, asked: Attribute, actual: AttributeDef[object]
) -> None:
    assert await subject.job(await done(subject), actual) == asked.values


async def test_all_of_it_is_a_group(subject: Subject) -> None:
    job_id = await done(subject)
    answer = await subject.ask(
        Operation.GET_JOB_ATTRIBUTES, names.REQUESTED_ATTRIBUTES.of(JOB_ACTUAL), of=job_id
    )
    assert {definition.name for definition in ACTUAL} <= {attribute.name for attribute in answer.job}
    assert all(attribute.name.endswith("-actual") for attribute in answer.job)
