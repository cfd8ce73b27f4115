"""PWG 5100.7: job extensions, as the suites of libcups and ippsample demand them."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobDelayOutputUntil, PrintContentOptimize
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Enum, Keyword, OctetString
from ippserver.testing.desk import PDF
from tests.conformance.subject import Subject

A4 = names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(21000), names.Y_DIMENSION.of(29700)]))
CLIENT = Collection(
    [
        names.CLIENT_NAME.of("ipptool"),
        names.CLIENT_PATCHES.of(""),
        names.CLIENT_STRING_VERSION.of("2.4.2"),
        names.CLIENT_TYPE.of(Enum(6)),
        names.CLIENT_VERSION.of(OctetString(b"\x00\x03\x00\x00\x00\x01\x00\x02")),
    ]
)


async def test_client_info_comes_back(subject: Subject) -> None:
    job_id = await subject.print(names.CLIENT_INFO.of(CLIENT))
    assert await subject.job(job_id, names.CLIENT_INFO) == (CLIENT,)


async def test_media_by_its_size_comes_back(subject: Subject) -> None:
    asked = Collection([A4])
    job_id = await subject.print(job=[names.MEDIA_COL.of(asked)])
    assert await subject.job(job_id, names.MEDIA_COL) == (asked,)


async def test_print_content_optimize_comes_back(subject: Subject) -> None:
    asked = PrintContentOptimize.AUTO
    job_id = await subject.print(job=[names.PRINT_CONTENT_OPTIMIZE.of(asked)])
    assert await subject.job(job_id, names.PRINT_CONTENT_OPTIMIZE) == (asked,)


async def test_every_member_of_media_that_is_supported_comes_back(subject: Subject) -> None:
    (default,) = await subject.printer(names.MEDIA_COL_DEFAULT)
    supported = await subject.printer(names.MEDIA_COL_SUPPORTED)
    for member in default:
        assert member.name in supported
        asked = Collection({A4.name: A4, member.name: member}.values())
        job_id = await subject.print(job=[names.MEDIA_COL.of(asked)])
        assert await subject.job(job_id, names.MEDIA_COL) == (asked,)


# ---- canceling several


async def test_cancel_jobs_cancels_all_that_are_not_done(subject: Subject) -> None:
    mine, others = await subject.print(), (await subject.ask(Operation.CREATE_JOB, user="bob")).job_id
    await subject.ask(Operation.CANCEL_JOBS)
    assert [await subject.state(job_id) for job_id in (mine, others)] == [JobState.CANCELED] * 2


async def test_cancel_my_jobs_leaves_those_of_others(subject: Subject) -> None:
    mine, others = await subject.print(), (await subject.ask(Operation.CREATE_JOB, user="bob")).job_id
    await subject.ask(Operation.CANCEL_MY_JOBS)
    assert await subject.state(mine) == JobState.CANCELED
    assert await subject.state(others) == JobState.PENDING_HELD


@pytest.mark.parametrize("operation", [Operation.CANCEL_JOBS, Operation.CANCEL_MY_JOBS])
async def test_of_the_jobs_that_are_named_all_are_canceled_or_none(
    subject: Subject, operation: Operation
) -> None:
    first, second, third = [await subject.print() for _ in range(3)]
    await subject.ask(operation, names.JOB_IDS.of(first))
    assert await subject.state(first) == JobState.CANCELED
    answer = await subject.answer(operation, names.JOB_IDS.of(second, 99))
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE
    assert answer.unsupported == (names.JOB_IDS.of(99),)
    assert await subject.state(second) == await subject.state(third) == JobState.PENDING


# ---- closing, doing again, delaying


async def test_close_job_ends_a_job_without_documents(subject: Subject) -> None:
    job_id = (await subject.ask(Operation.CREATE_JOB)).job_id
    await subject.ask(Operation.CLOSE_JOB, of=job_id)
    refused = await subject.answer(
        Operation.SEND_DOCUMENT, names.LAST_DOCUMENT.of(True), of=job_id, document=PDF
    )
    assert refused.status is Status.CLIENT_ERROR_NOT_POSSIBLE


async def test_resubmit_job_makes_a_new_one(subject: Subject) -> None:
    subject.finish()
    job_id = await subject.print()
    async with subject.at_work():
        await subject.desk.until(job_id, JobState.COMPLETED)
    answer = await subject.ask(Operation.RESUBMIT_JOB, of=job_id, job=[names.COPIES.of(2)])
    assert answer.job_id != job_id
    assert await subject.job(answer.job_id, names.COPIES) == (2,)


MANDATORY = names.JOB_MANDATORY_ATTRIBUTES


async def test_what_is_mandatory_is_done_or_the_job_refused(subject: Subject) -> None:
    wrong = [names.COPIES.of(0)]
    for mandatory, status in (
        (names.SIDES, Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES),
        (names.COPIES, Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED),
    ):
        named = MANDATORY.of(Keyword(mandatory.name))
        answer = await subject.answer(Operation.PRINT_JOB, named, job=wrong, document=PDF)
        assert answer.status is status
        assert answer.unsupported == tuple(wrong)


async def test_output_is_delayed_until_it_is_wanted(subject: Subject) -> None:
    job_id = await subject.print(job=[names.JOB_DELAY_OUTPUT_UNTIL.of(JobDelayOutputUntil.INDEFINITE)])
    assert await subject.job(job_id, names.JOB_DELAY_OUTPUT_UNTIL) == (JobDelayOutputUntil.INDEFINITE,)
    async with subject.at_work():
        other = await subject.print()
        await subject.working(other)
    assert await subject.state(job_id) != JobState.COMPLETED


# ---- Get-Jobs


@pytest.mark.parametrize("state", ["aborted", "canceled", "pending", "pending-held", "processing", "all"])
async def test_jobs_are_listed_by_their_state(subject: Subject, state: str) -> None:
    assert state in await subject.printer(names.WHICH_JOBS_SUPPORTED)
    kept = await subject.print()
    canceled = await subject.print()
    await subject.ask(Operation.CANCEL_JOB, of=canceled)
    answer = await subject.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(Keyword(state)))
    listed = [names.JOB_ID.get(job) for job in answer.jobs]
    assert listed == {"canceled": [canceled], "pending": [kept], "all": [kept, canceled]}.get(state, [])


async def test_jobs_are_listed_by_their_ids(subject: Subject) -> None:
    assert await subject.printer(names.JOB_IDS_SUPPORTED) == (True,)
    first, _, third = [await subject.print() for _ in range(3)]
    answer = await subject.ask(Operation.GET_JOBS, names.JOB_IDS.of(first, third))
    assert [names.JOB_ID.get(job) for job in answer.jobs] == [first, third]


@pytest.mark.parametrize("beside", [names.MY_JOBS.of(True), names.LIMIT.of(1)], ids=["my-jobs", "limit"])
async def test_job_ids_stand_alone(subject: Subject, beside: Attribute) -> None:
    job_id = await subject.print()
    answer = await subject.answer(Operation.GET_JOBS, names.JOB_IDS.of(job_id), beside)
    assert answer.status is Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES
