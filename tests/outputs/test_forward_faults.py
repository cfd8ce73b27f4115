"""What becomes of a document where the other Printer fails: who waits, who gives up; and none is doubled."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import encode_basic_auth, web

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable, Parcel, Wishes
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.values import Keyword
from ippserver.outputs.forward import ForwardConfig, ForwardOutput
from ippserver.testing.fakes import stream
from tests.client.servers import printer
from tests.outputs.parcels import PDF, Ear, parcel
from tests.outputs.peers import (
    HastyClock,
    OtherPrinter,
    Reaction,
    answers,
    breaks_off,
    drips,
    hangs,
    job,
    refuses,
    serving,
    tells,
)

PATIENCE_SECONDS = 20.0
SILENCE_SECONDS = 0.1
ASKING, MAKING, SENDING, FOLLOWING = (
    Operation.GET_PRINTER_ATTRIBUTES,
    Operation.CREATE_JOB,
    Operation.SEND_DOCUMENT,
    Operation.GET_JOB_ATTRIBUTES,
)
INCOMING = job(JobState.PENDING_HELD, JobStateReason.JOB_INCOMING)
PROCESSING = job(JobState.PROCESSING)


@pytest.fixture
def other() -> OtherPrinter:
    return OtherPrinter()


@pytest.fixture
async def uri(other: OtherPrinter) -> AsyncIterator[str]:
    async with serving(other) as uri:
        yield uri


def output(uri: str, **config: Any) -> ForwardOutput:
    settings = {"timeout_seconds": 10.0, **config}
    return ForwardOutput("next", ForwardConfig(uri=uri, **settings), HastyClock(parcel().job.created + 1000))


async def tried(made: ForwardOutput, given: Parcel, target: str = "") -> str:
    async with asyncio.timeout(PATIENCE_SECONDS):
        wanted = await made.wants(given, target)
        assert wanted == Wishes()
        return await made.deliver(given, target, [stream([PDF])])


async def failure(made: ForwardOutput, given: Parcel, target: str = "") -> OutputError:
    with pytest.raises(OutputError) as caught:
        await tried(made, given, target)
    return caught.value


# ---- the output is down


@pytest.mark.parametrize(
    "reaction",
    [
        answers(503),
        answers(429),
        answers(401),
        answers(404),
        answers(500),
        answers(200, b"garbage"),
        answers(200, b"\x01\x01\x00\x00\x00\x00\x00\x09\x03"),
        answers(200, b"<html>", **{"Content-Type": "text/html"}),
        refuses(Status.SERVER_ERROR_BUSY),
        refuses(Status.CLIENT_ERROR_NOT_FOUND),
        refuses(Status.SERVER_ERROR_VERSION_NOT_SUPPORTED),
        breaks_off,
    ],
)
async def test_a_printer_that_does_not_say_what_it_can_do_is_down(
    other: OtherPrinter, uri: str, reaction: Reaction
) -> None:
    other.on(ASKING, reaction)
    assert type(await failure(output(uri), parcel())) is OutputUnavailable
    assert other.asked == [ASKING]


async def test_a_redirect_is_not_followed(other: OtherPrinter, uri: str) -> None:
    async with serving(elsewhere := OtherPrinter()) as trap:
        other.on(ASKING, answers(307, Location=trap.replace("ipp:", "http:")))
        assert type(await failure(output(uri), parcel())) is OutputUnavailable
    assert elsewhere.asked == []


@pytest.mark.parametrize("reacting", [hangs, drips])
async def test_a_printer_that_never_comes_to_an_end_is_down(
    other: OtherPrinter, uri: str, reacting: Any
) -> None:
    gone = asyncio.Event()
    other.on(ASKING, reacting(gone))
    found = await failure(output(uri, timeout_seconds=SILENCE_SECONDS), parcel())
    gone.set()
    assert type(found) is OutputUnavailable
    assert "does not answer for 0.1 seconds" in str(found)


@pytest.mark.parametrize(
    "reaction",
    [
        answers(503),
        refuses(Status.SERVER_ERROR_BUSY),
        refuses(Status.SERVER_ERROR_TEMPORARY_ERROR),
        refuses(Status.SERVER_ERROR_NOT_ACCEPTING_JOBS),
        refuses(Status.CLIENT_ERROR_NOT_AUTHORIZED),
        breaks_off,
    ],
)
@pytest.mark.parametrize("operation", [Operation.PRINT_JOB, MAKING])
async def test_a_printer_that_takes_no_job_now_is_down(
    other: OtherPrinter, uri: str, operation: Operation, reaction: Reaction
) -> None:
    other.operations = (operation, *([SENDING] if operation is MAKING else []))
    other.on(operation, reaction)
    ear = Ear()
    assert type(await failure(output(uri), parcel(watch=ear))) is OutputUnavailable
    assert other.asked == [ASKING, ASKING, operation]
    assert reaction is breaks_off or ear.placed_at[-1:] in ([], [""])


async def test_a_printer_that_asks_for_a_password_gets_it_each_time(
    other: OtherPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def guarded(request: web.Request) -> web.StreamResponse:
        authorization = request.headers.get("Authorization")
        if authorization is None:
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="printer"'})
        assert authorization == encode_basic_auth("fred", "hush")
        return await other.handle(request)

    monkeypatch.setenv("IPPSERVER_TEST_PASSWORD", "hush")
    async with printer(guarded) as uri:
        made = output(uri, user="fred", password="env:IPPSERVER_TEST_PASSWORD")
        await made.open()
        await tried(made, parcel())
    assert other.documents == [PDF]


# ---- this document


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED, JobStateReason.UNSUPPORTED_DOCUMENT_FORMAT),
        (Status.CLIENT_ERROR_DOCUMENT_FORMAT_ERROR, JobStateReason.DOCUMENT_FORMAT_ERROR),
        (Status.CLIENT_ERROR_DOCUMENT_PASSWORD_ERROR, JobStateReason.DOCUMENT_PASSWORD_ERROR),
        (Status.CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE, JobStateReason.DOCUMENT_UNPRINTABLE_ERROR),
        (Status.SERVER_ERROR_JOB_CANCELED, JobStateReason.JOB_CANCELED_AT_DEVICE),
        (Status.CLIENT_ERROR_BAD_REQUEST, None),
    ],
)
async def test_a_document_that_it_refuses_is_given_up_and_its_job_there_canceled(
    other: OtherPrinter, uri: str, status: Status, reason: Keyword | None
) -> None:
    other.on(SENDING, refuses(status))
    other.on(FOLLOWING, tells(INCOMING))
    ear = Ear()
    found = await failure(output(uri), parcel(watch=ear))
    assert isinstance(found, OutputRefused)
    assert found.reason == reason
    assert other.asked[-1] == Operation.CANCEL_JOB
    assert ear.placed_at == [f"{uri}/1", ""]


@pytest.mark.parametrize(
    "reaction", [answers(500), answers(200, b"garbage"), refuses(Status.SERVER_ERROR_INTERNAL_ERROR)]
)
@pytest.mark.parametrize("operation", [Operation.PRINT_JOB, SENDING])
async def test_a_document_that_it_stumbles_over_is_tried_again_and_holds_up_no_other(
    other: OtherPrinter, uri: str, operation: Operation, reaction: Reaction
) -> None:
    if operation is Operation.PRINT_JOB:
        other.operations = (operation,)
    other.on(operation, reaction)
    found = await failure(output(uri), parcel(watch=Ear()))
    assert not isinstance(found, OutputUnavailable | OutputRefused)


async def test_a_document_that_cannot_be_read_any_more_leaves_no_job_behind(
    other: OtherPrinter, uri: str
) -> None:
    ear = Ear()
    other.on(FOLLOWING, tells(INCOMING))
    made, given = output(uri), parcel(watch=ear)
    with pytest.raises(OSError, match="disk"):
        await made.deliver(given, "", [stream([PDF], then=OSError("disk"))])
    assert other.asked[-1] == Operation.CANCEL_JOB
    assert ear.placed_at == [f"{uri}/1", ""]


# ---- none twice


async def test_a_job_that_was_made_is_known_before_its_document_is_sent(
    other: OtherPrinter, uri: str
) -> None:
    ear = Ear()
    assert await tried(output(uri), parcel(watch=ear)) == f"{uri}/1"
    assert other.asked == [ASKING, ASKING, MAKING, SENDING, FOLLOWING, ASKING]
    assert (other.documents, ear.placed_at) == ([PDF], [f"{uri}/1"])


async def test_a_printer_that_breaks_off_when_it_has_the_document_does_not_get_it_again(
    other: OtherPrinter, uri: str
) -> None:
    other.on(SENDING, breaks_off)
    ear = Ear()
    made, given = output(uri), parcel(watch=ear)
    assert type(await failure(made, given)) is OutputUnavailable
    other.on(FOLLOWING, tells(PROCESSING))
    assert await tried(made, given, ear.placed_at[-1]) == f"{uri}/1"
    assert (other.jobs, other.documents) == (1, [PDF])


async def test_a_job_that_still_waits_for_its_document_is_canceled_and_made_anew(
    other: OtherPrinter, uri: str
) -> None:
    other.on(SENDING, breaks_off)
    other.on(FOLLOWING, tells(INCOMING), tells(INCOMING))
    ear = Ear()
    made, given = output(uri), parcel(watch=ear)
    await failure(made, given)
    found = await failure(made, given, ear.placed_at[-1])
    assert not isinstance(found, OutputUnavailable | OutputRefused)
    assert other.asked[-1] == Operation.CANCEL_JOB
    assert ear.placed_at == [f"{uri}/1", ""]
    assert await tried(made, given, ear.placed_at[-1]) == f"{uri}/2"


async def test_a_job_that_is_canceled_there_before_its_document_comes_is_not_sent_again(
    other: OtherPrinter, uri: str
) -> None:
    other.on(SENDING, refuses(Status.CLIENT_ERROR_NOT_POSSIBLE))
    other.on(FOLLOWING, tells(job(JobState.CANCELED)))
    found = await failure(output(uri), parcel(watch=Ear()))
    assert isinstance(found, OutputRefused)
    assert found.reason == JobStateReason.JOB_CANCELED_AT_DEVICE


@pytest.mark.parametrize("canceling", [True, False])
async def test_a_job_that_is_canceled_while_it_is_sent_is_canceled_there(
    other: OtherPrinter, uri: str, canceling: bool
) -> None:
    gone = asyncio.Event()
    other.on(SENDING, hangs(gone))
    other.on(FOLLOWING, tells(INCOMING))
    ear = Ear()
    task = asyncio.ensure_future(tried(output(uri), parcel(watch=ear)))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while SENDING not in other.asked:  # noqa: ASYNC110 (the printer sets no event)
            await asyncio.sleep(0.01)
    ear.canceling = canceling
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gone.set()
    assert (Operation.CANCEL_JOB in other.asked) == canceling


# ---- following


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
    other.on(FOLLOWING, *([tells(PROCESSING)] if operation is not FOLLOWING else []))
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
