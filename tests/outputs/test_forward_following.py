"""A Job at another Printer from the moment it is there: its end, its loss, what it says, and its recall."""

from typing import Any

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable
from ippserver.ipp.attributes import AttributeGroup
from tests.outputs.forwarding import FOLLOWING, INCOMING, PROCESSING, failure, output, tried
from tests.outputs.parcels import PDF, Ear, parcel
from tests.outputs.peers import (
    OtherPrinter,
    job,
    refuses,
    tells,
)


@pytest.mark.parametrize(
    ("told", "canceled"), [(INCOMING, True), (PROCESSING, True), (job(JobState.COMPLETED), False)]
)
async def test_a_job_that_is_taken_back_is_canceled_if_it_has_not_ended(
    other: OtherPrinter, uri: str, told: AttributeGroup, canceled: bool
) -> None:
    other.on(FOLLOWING, tells(told))
    await output(uri).recall(parcel(), f"{uri}/7")
    assert (Operation.CANCEL_JOB in other.asked) == canceled


@pytest.mark.parametrize(
    ("operation", "status", "later"),
    [
        (FOLLOWING, Status.SERVER_ERROR_BUSY, True),
        (Operation.CANCEL_JOB, Status.CLIENT_ERROR_NOT_AUTHORIZED, True),
        (Operation.CANCEL_JOB, Status.CLIENT_ERROR_NOT_POSSIBLE, False),
    ],
)
async def test_a_job_that_cannot_be_taken_back_is_perhaps_later(
    other: OtherPrinter, uri: str, operation: Operation, status: Status, later: bool
) -> None:
    other.on(FOLLOWING, *([tells(PROCESSING)] * 2 if operation is not FOLLOWING else []))
    other.on(operation, refuses(status))
    with pytest.raises(OutputError) as caught:
        await output(uri).recall(parcel(), f"{uri}/7")
    assert isinstance(caught.value, OutputUnavailable) == later


async def test_a_printer_that_cannot_be_asked_for_a_while_is_asked_again(
    other: OtherPrinter, uri: str
) -> None:
    other.on(FOLLOWING, tells(PROCESSING), refuses(Status.SERVER_ERROR_BUSY))
    ear = Ear()
    made, given = output(uri), parcel(watch=ear)
    assert type(await failure(made, given)) is OutputUnavailable
    assert await tried(made, given, ear.placed_at[-1]) == f"{uri}/1"
    assert other.documents == [PDF]


async def test_a_job_that_it_has_forgotten_is_taken_for_printed(other: OtherPrinter, uri: str) -> None:
    other.on(FOLLOWING, tells(PROCESSING), refuses(Status.CLIENT_ERROR_NOT_FOUND))
    assert await tried(output(uri), parcel(watch=Ear())) == f"{uri}/1"


async def test_a_job_that_it_has_lost_with_all_others_is_sent_again(other: OtherPrinter, uri: str) -> None:
    async def begin_anew(*_: object) -> Any:
        other.up_time = 5
        return await refuses(Status.CLIENT_ERROR_NOT_FOUND)(*_)  # type: ignore[arg-type]

    other.on(FOLLOWING, tells(PROCESSING), begin_anew)
    ear = Ear()
    found = await failure(output(uri), parcel(watch=ear))
    assert not isinstance(found, OutputUnavailable | OutputRefused)
    assert "switched off" in str(found)
    assert ear.placed_at == [f"{uri}/1", ""]


UUIDS = [f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]


async def test_a_job_of_somebody_else_under_the_same_number_is_not_taken_for_ours(
    other: OtherPrinter, uri: str
) -> None:
    ours, others = (job(JobState.PROCESSING, more=[names.JOB_UUID.of(each)]) for each in UUIDS)
    other.on(FOLLOWING, tells(ours), tells(others))
    assert await tried(output(uri), parcel()) == f"{uri}/1"
    assert other.asked.count(FOLLOWING) == 2


@pytest.mark.parametrize(
    ("name", "up_time", "asked"),
    [("report", 5, 3), ("other", 5, 2), ("other", 2_000_000_000, 3), ("", 5, 3)],
    ids=["ours", "another's", "renamed there", "unnamed"],
)
async def test_after_a_restart_of_both_a_job_of_another_name_is_not_followed(
    other: OtherPrinter, uri: str, name: str, up_time: int, asked: int
) -> None:
    other.up_time = up_time
    told = job(JobState.PROCESSING, more=[names.JOB_NAME.of(name)] if name else [])
    other.on(FOLLOWING, tells(told), tells(told))
    made = output(uri)
    assert await tried(made, parcel(), f"{uri}/1") == f"{uri}/1"
    assert other.asked.count(FOLLOWING) == asked
    assert other.documents == []


async def test_an_open_job_of_somebody_else_is_not_canceled(other: OtherPrinter, uri: str) -> None:
    other.up_time = 5
    told = job(JobState.PENDING_HELD, JobStateReason.JOB_INCOMING, more=[names.JOB_NAME.of("other")])
    other.on(FOLLOWING, tells(told), tells(told))
    assert await tried(output(uri), parcel(), f"{uri}/1") == f"{uri}/1"
    assert Operation.CANCEL_JOB not in other.asked


async def test_what_it_says_and_counts_is_told(other: OtherPrinter, uri: str) -> None:
    said, counted = names.JOB_STATE_MESSAGE.of("Warming up."), names.JOB_IMPRESSIONS_COMPLETED.of(3)
    uncounted = names.JOB_MEDIA_SHEETS_COMPLETED.of(0)
    other.on(
        FOLLOWING,
        tells(job(JobState.PROCESSING, more=[said, uncounted])),
        tells(job(JobState.PROCESSING, more=[said, counted])),
    )
    ear = Ear()
    await tried(output(uri), parcel(watch=ear))
    assert ear.said == ["Warming up."]
    assert ear.printed == [(3, None)]


async def test_fewer_than_none_are_not_counted(other: OtherPrinter, uri: str) -> None:
    less = (names.JOB_IMPRESSIONS_COMPLETED.of(-3), names.JOB_MEDIA_SHEETS_COMPLETED.of(2))
    other.on(FOLLOWING, tells(job(JobState.PROCESSING, more=less)))
    ear = Ear()
    await tried(output(uri), parcel(watch=ear))
    assert ear.printed == [(None, 2)]


async def test_the_reasons_of_its_job_are_told_while_it_is_in_process(other: OtherPrinter, uri: str) -> None:
    told = (JobStateReason.JOB_QUEUED, JobStateReason.PRINTER_STOPPED)
    other.on(FOLLOWING, tells(job(JobState.PENDING, *told)), tells(job(JobState.PROCESSING)))
    ear = Ear()
    await tried(output(uri), parcel(watch=ear))
    assert ear.stood == [told, (JobStateReason.NONE,)]


async def test_the_end_of_a_job_is_ours(other: OtherPrinter, uri: str) -> None:
    other.on(FOLLOWING, tells(job(JobState.CANCELED)))
    found = await failure(output(uri), parcel(watch=Ear()))
    assert isinstance(found, OutputRefused)
    assert found.reason == JobStateReason.JOB_CANCELED_AT_DEVICE
