"""The client against our own printer and one that is not ours."""

import logging
from collections.abc import AsyncIterator

import pytest

from ippserver.client import IppClient, IppStatusError, JobInfo
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobHoldUntil, Sides, WhichJobs
from ippserver.ipp.message import Version
from ippserver.ipp.values import MimeMediaType
from ippserver.model.password import sent
from ippserver.testing import VirtualPrinter

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
IS_PDF = names.DOCUMENT_FORMAT.of(MimeMediaType("application/pdf"))


async def pieces(*octets: bytes) -> AsyncIterator[bytes]:
    for piece in octets:
        yield piece


async def test_a_printers_attributes_are_read(uri: str) -> None:
    async with IppClient(uri) as client:
        everything = await client.get_printer_attributes()
        asked = await client.get_printer_attributes((names.PRINTER_NAME, names.PRINTER_STATE))
    assert len(everything) > 50
    assert {attribute.name for attribute in asked} == {names.PRINTER_NAME.name, names.PRINTER_STATE.name}
    assert names.PRINTER_NAME.get(asked) in ("Test", "virtual")


async def test_a_document_is_printed_and_its_job_followed_to_the_end(uri: str) -> None:
    seen: list[JobInfo] = []
    async with IppClient(uri, user="fred") as client:
        job = await client.print_job(
            pieces(PDF[:9], b"", PDF[9:]),
            (names.JOB_NAME.of("report"), IS_PDF),
            (names.COPIES.of(1), names.SIDES.of(Sides.ONE_SIDED)),
        )
        done = await client.wait_for_job(job.id, watch=seen.append)
        listed = await client.get_jobs(WhichJobs.COMPLETED, mine=True, limit=100)
    assert (done.state, done.name, done.user) == (JobState.COMPLETED, "report", "fred")
    assert done.is_terminal
    assert seen[-1] == done
    assert job.id in [each.id for each in listed]


async def test_a_job_is_created_and_its_document_sent_later(uri: str) -> None:
    async with IppClient(uri, user="fred") as client:
        job = await client.create_job((names.JOB_NAME.of("two steps"),))
        sent = await client.send_document(job.id, pieces(PDF), (IS_PDF,), last=True)
        done = await client.wait_for_job(job.id)
    assert (sent.id, done.state, done.name) == (job.id, JobState.COMPLETED, "two steps")


async def test_a_job_uri_is_a_target_of_its_own(uri: str) -> None:
    async with IppClient(uri, user="fred") as client:
        job = await client.print_job(pieces(PDF), (IS_PDF,))
    async with IppClient(job.uri, user="fred") as client:
        assert (await client.wait_for_job()).id == job.id
        with pytest.raises(IppStatusError) as caught:
            await client.cancel_job()
    assert caught.value.status == Status.CLIENT_ERROR_NOT_POSSIBLE


async def test_a_waiting_job_is_canceled(uri: str) -> None:
    async with IppClient(uri, user="fred") as client:
        job = await client.create_job()
        await client.cancel_job(job.id)
        assert (await client.get_job_attributes(job.id)).state == JobState.CANCELED


async def test_a_job_is_held_and_released(ipp_printer: VirtualPrinter) -> None:
    async with IppClient(ipp_printer.uri, user="fred") as client:
        job = await client.print_job(pieces(PDF), (IS_PDF,), (names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD),))
        await client.wait_for_job(job.id)
        held = await client.print_job(
            pieces(PDF), (IS_PDF,), (names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE),)
        )
        await client.hold_job(held.id, JobHoldUntil.INDEFINITE)
        assert (await client.get_job_attributes(held.id)).state == JobState.PENDING_HELD
        await client.release_job(held.id)
        assert (await client.wait_for_job(held.id)).state == JobState.COMPLETED


async def test_a_refusal_names_the_status_and_the_refused_attributes(uri: str) -> None:
    async with IppClient(uri) as client:
        with pytest.raises(IppStatusError) as caught:
            await client.validate_job((names.DOCUMENT_FORMAT.of(MimeMediaType("text/x-nothing")),))
        with pytest.raises(IppStatusError, match="client-error-not-found"):
            await client.get_job_attributes(2**31 - 1)
    assert caught.value.status in (
        Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
        Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
    )
    assert names.DOCUMENT_FORMAT.get(caught.value.unsupported) == "text/x-nothing"


async def test_what_would_be_printed_is_validated(uri: str) -> None:
    async with IppClient(uri) as client:
        response = await client.validate_job((IS_PDF,), (names.COPIES.of(2),))
    assert response.status_code == Status.SUCCESSFUL_OK


async def test_a_version_is_sent_as_it_was_given_and_no_other_after_a_refusal(uri: str) -> None:
    async with IppClient(uri, version=Version(1, 1)) as client:
        assert (await client.request(Operation.GET_PRINTER_ATTRIBUTES)).version == Version(1, 1)
    async with IppClient(uri, version=Version(9, 0)) as client:
        with pytest.raises(IppStatusError) as caught:
            await client.get_printer_attributes()
    assert caught.value.status == Status.SERVER_ERROR_VERSION_NOT_SUPPORTED


async def test_a_watcher_may_wait_too(ipp_printer: VirtualPrinter) -> None:
    seen: list[JobInfo] = []

    async def watch(job: JobInfo) -> None:
        seen.append(job)

    async with IppClient(ipp_printer.uri) as client:
        job = await client.print_job(pieces(PDF))
        assert await client.wait_for_job(job.id, watch=watch) == seen[-1]


async def test_messages_are_logged_for_debugging_without_secrets(
    ipp_printer: VirtualPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "ippserver.client")
    async with IppClient(ipp_printer.uri) as client:
        await client.validate_job(sent("47114711"))
    assert "request 0x0004 Validate-Job" in caplog.text
    assert "response 0x0000" in caplog.text
    assert "47114711" not in caplog.text
    assert b"47114711".hex() not in caplog.text
