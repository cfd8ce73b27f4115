"""Another Printer as output: a second server of ours, and CUPS's ippeveprinter."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from ippserver.client import IppClient
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason, MultipleDocumentHandling, PrinterStateReason, Sides
from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable, Parcel
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.model import formats
from ippserver.outputs.forward import ForwardConfig, ForwardOutput
from ippserver.runtime.clock import SystemClock
from ippserver.testing import VirtualPrinter
from ippserver.testing.fakes import stream
from ippserver.testing.ippeveprinter import running_ippeveprinter
from tests.client.servers import response
from tests.documents.press import pdf, seen
from tests.outputs.parcels import PDF, Ear, parcel
from tests.outputs.peers import OtherPrinter, answers, serving
from tests.steps import MOST_SECONDS, steps

PATIENCE_SECONDS = 20.0


@pytest.fixture
def other() -> Iterator[VirtualPrinter]:
    with VirtualPrinter(name="other", tls=True) as printer:
        yield printer


@pytest.fixture
def fingerprint(other: VirtualPrinter) -> str:
    return other.fingerprint


def output(uri: str, **config: Any) -> ForwardOutput:
    return ForwardOutput("next", ForwardConfig(uri=uri, timeout_seconds=10.0, **config), SystemClock())


async def forwarded(made: ForwardOutput, given: Parcel, content: bytes = PDF) -> str:
    await made.open()
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await made.deliver(given, await made.plan(given), [stream([content[:7], content[7:]])])


async def test_a_document_is_printed_there_with_its_name_user_and_attributes(other: VirtualPrinter) -> None:
    ear = Ear()
    asked = (names.COPIES.of(3), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE))
    target = await forwarded(output(other.uri), parcel(template=asked, watch=ear))
    (job,) = other.jobs
    assert target == f"{other.uri}/{job.id}"
    assert ear.placed_at == [target]
    assert ear.waited == 1
    assert (job.state, job.name, job.user) == ("completed", "report", "alice")
    assert set(asked) <= set(job.attributes)
    assert [document.data for document in job.documents] == [PDF]


async def test_attributes_that_it_does_not_support_and_those_of_the_queue_are_left_out(
    other: VirtualPrinter,
) -> None:
    asked = (names.COPIES.of(5000), names.JOB_CANCEL_AFTER.of(60), names.SIDES.of(Sides.ONE_SIDED))
    await forwarded(output(other.uri), parcel(template=asked))
    (job,) = other.jobs
    assert {attribute.name for attribute in job.attributes} == {names.SIDES.name}


async def test_a_format_that_it_does_not_take_is_refused_before_anything_is_sent(
    other: VirtualPrinter,
) -> None:
    with pytest.raises(OutputRefused, match=r"localhost:\d+ takes no application/x-odd\."):
        await forwarded(output(other.uri), parcel(media_type="application/x-odd"))
    assert other.jobs == []


async def test_a_document_that_was_sent_before_a_crash_is_followed_and_not_sent_again(
    other: VirtualPrinter,
) -> None:
    made = output(other.uri)
    target = await forwarded(made, parcel())
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await made.deliver(parcel(), target, [stream([PDF])]) == target
    assert len(other.jobs) == 1


@pytest.mark.parametrize("target", ["ipp://localhost/elsewhere/7", "{uri}/4711", "{uri}/0"])
async def test_a_job_that_cannot_be_asked_for_any_more_is_taken_for_printed(
    other: VirtualPrinter, target: str
) -> None:
    target = target.format(uri=other.uri)
    assert await output(other.uri).deliver(parcel(), target, [stream([PDF])]) == target
    assert other.jobs == []


async def test_a_printer_that_is_not_there_makes_the_output_unavailable() -> None:
    with pytest.raises(OutputUnavailable):
        await forwarded(output("ipp://127.0.0.1:1/ipp/print"), parcel())


async def test_a_printer_that_accepts_no_jobs_makes_the_output_unavailable(other: VirtualPrinter) -> None:
    async with IppClient(other.uri) as client:
        await client.request(Operation.DISABLE_PRINTER)
    with pytest.raises(OutputUnavailable, match="accepts no jobs now"):
        await forwarded(output(other.uri), parcel())


@pytest.mark.parametrize(("values", "is_too_much"), [(4000, False), (500_000, True)])
async def test_a_printer_that_says_very_much_keeps_nobody_else_waiting(
    values: int, is_too_much: bool
) -> None:
    much = names.PRINTER_STATE_REASONS.of(*[PrinterStateReason.NONE] * values)
    printer = AttributeGroup(GroupTag.PRINTER, (names.DOCUMENT_FORMAT_SUPPORTED.of(formats.PDF), much))
    asking = Operation.GET_PRINTER_ATTRIBUTES
    question = Request(version=Version(2, 0), operation_id=asking, request_id=1, groups=())
    body = response(question, Status.SUCCESSFUL_OK, printer)
    other = OtherPrinter()
    other.on(asking, answers(200, body))
    async with serving(other) as uri, asyncio.timeout(PATIENCE_SECONDS):
        expected = pytest.raises(OutputUnavailable, match="too many") if is_too_much else nullcontext()
        with steps() as seen, expected:
            await output(uri).wants(parcel(watch=Ear()), "")
    assert seen.longest_seconds < MOST_SECONDS


# ---- what is told meanwhile


async def paused(other: VirtualPrinter) -> None:
    async with IppClient(other.uri) as client:
        await client.request(Operation.PAUSE_PRINTER)


async def until_waiting(ear: Ear) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not ear.waited or not ear.reported:  # noqa: ASYNC110 (another thread: there is no event)
            await asyncio.sleep(0.01)


async def test_the_reasons_and_the_supplies_of_its_device_are_told(other: VirtualPrinter) -> None:
    await paused(other)
    ear = Ear()
    task = asyncio.ensure_future(forwarded(output(other.uri), parcel(watch=ear)))
    await until_waiting(ear)
    assert ear.reported[0].reasons == (PrinterStateReason.PAUSED,)
    assert names.PRINTER_SUPPLY.name in {attribute.name for attribute in ear.reported[0].attributes}
    async with IppClient(other.uri) as client:
        await client.request(Operation.RESUME_PRINTER)
    await task
    assert other.jobs[0].state == "completed"


@pytest.mark.parametrize(("canceling", "state"), [(True, "canceled"), (False, "pending")])
async def test_its_job_is_canceled_with_ours_and_waits_when_only_the_server_stops(
    other: VirtualPrinter, canceling: bool, state: str
) -> None:
    await paused(other)
    ear = Ear()
    task = asyncio.ensure_future(forwarded(output(other.uri), parcel(watch=ear)))
    await until_waiting(ear)
    ear.canceling = canceling
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [job.state for job in other.jobs] == [state]


async def test_a_job_that_is_canceled_there_is_refused(other: VirtualPrinter) -> None:
    await paused(other)
    ear = Ear()
    task = asyncio.ensure_future(forwarded(output(other.uri), parcel(watch=ear)))
    await until_waiting(ear)
    async with IppClient(other.uri) as client:
        await client.cancel_job(other.jobs[0].id)
    with pytest.raises(OutputRefused, match="canceled at the other printer"):
        await task


async def test_a_job_that_is_aborted_there_is_sent_again_later() -> None:
    broken = {"type": "command", "command": ["false"], "format": "original", "attempts": 1}
    with VirtualPrinter(settings={"printer": [{"output": [broken]}]}) as other:
        ear = Ear()
        with pytest.raises(OutputError, match=r"aborted the job\. false ended with status 1") as caught:
            await forwarded(output(other.uri), parcel(watch=ear))
        assert not isinstance(caught.value, OutputRefused | OutputUnavailable)
        assert ear.placed_at == [f"{other.uri}/{other.jobs[0].id}", ""]


# ---- others, and all of it together


async def test_ippeveprinter_prints_it(tmp_path: Path) -> None:
    with running_ippeveprinter(tmp_path) as uri:
        target = await forwarded(output(uri), parcel(template=(names.COPIES.of(2),)))
        async with IppClient(uri) as client:
            job = await client.get_job_attributes(int(target.rpartition("/")[2]))
    assert job.state is JobState.COMPLETED
    assert (job.name, job.user) == ("report", "alice")
    assert names.COPIES.get(job.attributes) == 2


async def test_one_server_forwards_to_another_and_shows_its_device(
    other: VirtualPrinter, fingerprint: str
) -> None:
    forward = {"type": "forward", "uri": other.ipps_uri, "fingerprint": fingerprint}
    settings = {"printer": [{"output": [forward]}]}
    with VirtualPrinter(name="first", settings=settings) as first:
        await paused(other)
        async with IppClient(first.uri) as client, asyncio.timeout(PATIENCE_SECONDS):
            sent = await client.print_job(stream([PDF]), [names.DOCUMENT_FORMAT.of("application/pdf")])
            while True:
                seen = await client.get_printer_attributes([names.PRINTER_STATE_REASONS])
                if PrinterStateReason.PAUSED in names.PRINTER_STATE_REASONS.all(seen):
                    break
                await asyncio.sleep(0.05)
            async with IppClient(other.uri) as there:
                await there.request(Operation.RESUME_PRINTER)
            job = await client.wait_for_job(sent.id)
    assert job.state is JobState.COMPLETED
    assert [document.data for document in other.jobs[0].documents] == [PDF]


async def test_a_job_shows_what_it_waits_for_there_until_it_is_printed(other: VirtualPrinter) -> None:
    await paused(other)
    settings = {"printer": [{"output": [{"type": "forward", "uri": other.uri}]}]}
    with VirtualPrinter(name="first", settings=settings) as first:
        async with IppClient(first.uri) as client, asyncio.timeout(PATIENCE_SECONDS):
            sent = await client.print_job(stream([PDF]), [names.DOCUMENT_FORMAT.of("application/pdf")])
            while True:
                waiting = await client.get_job_attributes(sent.id)
                if JobStateReason.PRINTER_STOPPED in waiting.reasons:
                    break
                await asyncio.sleep(0.05)
            async with IppClient(other.uri) as there:
                await there.request(Operation.RESUME_PRINTER)
            job = await client.wait_for_job(sent.id)
    assert waiting.state is JobState.PROCESSING
    assert set(job.reasons) == {JobStateReason.JOB_COMPLETED_SUCCESSFULLY, JobStateReason.JOB_RESTARTABLE}


async def test_a_job_that_is_canceled_there_is_canceled_here(other: VirtualPrinter) -> None:
    await paused(other)
    settings = {"printer": [{"output": [{"type": "forward", "uri": other.uri}]}]}
    with VirtualPrinter(name="first", settings=settings) as first:
        async with IppClient(first.uri) as client, asyncio.timeout(PATIENCE_SECONDS):
            sent = await client.print_job(stream([PDF]), [names.DOCUMENT_FORMAT.of("application/pdf")])
            while not other.jobs:  # noqa: ASYNC110 (another thread: there is no event)
                await asyncio.sleep(0.02)
            async with IppClient(other.uri) as there:
                await there.cancel_job(other.jobs[0].id)
            job = await client.wait_for_job(sent.id)
    assert job.state is JobState.CANCELED
    assert JobStateReason.JOB_CANCELED_AT_DEVICE in job.reasons


async def test_documents_that_count_as_one_are_one_job_there(other: VirtualPrinter) -> None:
    settings = {"printer": [{"output": [{"type": "forward", "uri": other.uri}]}]}
    as_one = names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)
    with VirtualPrinter(name="first", settings=settings) as first:
        async with IppClient(first.uri) as client, asyncio.timeout(PATIENCE_SECONDS):
            created = await client.create_job([names.JOB_NAME.of("both")], [as_one])
            for number in (1, 2):
                said = [names.DOCUMENT_FORMAT.of(formats.PDF)]
                await client.send_document(created.id, stream([pdf(number)[1]]), said, last=number == 2)
            job = await client.wait_for_job(created.id)
    assert job.state is JobState.COMPLETED
    (there,) = other.jobs
    (document,) = there.documents
    assert there.name == "both"
    assert len(seen(document.data)) == 3


async def test_what_the_other_device_says_is_shown_while_nothing_is_printed(other: VirtualPrinter) -> None:
    await paused(other)
    forward = {"type": "forward", "uri": other.uri, "watch-seconds": 0.1}
    with VirtualPrinter(name="first", settings={"printer": [{"output": [forward]}]}) as first:
        async with IppClient(first.uri) as client, asyncio.timeout(PATIENCE_SECONDS):
            for is_paused, operation in ((True, Operation.RESUME_PRINTER), (False, Operation.PAUSE_PRINTER)):
                while True:
                    seen = await client.get_printer_attributes([names.PRINTER_STATE_REASONS])
                    if (PrinterStateReason.PAUSED in names.PRINTER_STATE_REASONS.all(seen)) == is_paused:
                        break
                    await asyncio.sleep(0.05)
                async with IppClient(other.uri) as there:
                    await there.request(operation)
    assert other.jobs == []
