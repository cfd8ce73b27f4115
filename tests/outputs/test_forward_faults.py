"""What becomes of a document where the other Printer fails: who waits, who gives up; and none is doubled."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import OutputRefused, OutputUnavailable
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.message import Request
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.testing.fakes import stream
from tests.client.servers import ipp, response
from tests.outputs.forwarding import (
    ASKING,
    FOLLOWING,
    INCOMING,
    MAKING,
    PATIENCE_SECONDS,
    PROCESSING,
    SENDING,
    failure,
    output,
    tried,
)
from tests.outputs.parcels import PDF, Ear, parcel
from tests.outputs.peers import (
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

SILENCE_SECONDS = 0.1


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
async def test_a_job_that_is_canceled_while_it_is_made_there_is_known_and_canceled(
    other: OtherPrinter, uri: str, canceling: bool
) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()

    async def late(_: web.Request, message: Request) -> web.StreamResponse:
        asked.set()
        await answered.wait()
        made = AttributeGroup(GroupTag.JOB, (names.JOB_ID.of(5), names.JOB_STATE.of(JobState.PENDING_HELD)))
        return ipp(response(message, Status.SUCCESSFUL_OK, made))

    other.on(MAKING, late)
    other.on(FOLLOWING, tells(INCOMING))
    ear = Ear()
    task = asyncio.ensure_future(tried(output(uri), parcel(watch=ear)))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asked.wait()
        ear.canceling = canceling
        task.cancel()
        answered.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert ear.placed_at == [f"{uri}/5"]
    assert (Operation.CANCEL_JOB in other.asked) == canceling
    assert other.documents == []


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
