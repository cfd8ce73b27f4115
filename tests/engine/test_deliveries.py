"""Several outputs of one Printer: each in its own time, tried again, given up, begun anew."""

from collections.abc import Sequence

import pytest

from ippserver.iana.enums import DocumentState, JobState, PrinterState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.iana.keywords import PrinterStateReason
from ippserver.interfaces import (
    DocumentStream,
    OutputError,
    OutputRefused,
    OutputUnavailable,
    Parcel,
)
from ippserver.ipp.values import Keyword
from ippserver.model.delivery import DeliveryState
from ippserver.model.printer import UNDELIVERED
from ippserver.model.states import JobEvent
from tests.engine.bringing import DOWN, POLICY, has_failed, print_all
from tests.engine.faults import Tray
from tests.engine.house import TEXT, Store, house_of

CONNECTING = Keyword(f"{PrinterStateReason.CONNECTING_TO_DEVICE}-warning")


# ---- trying again


@pytest.mark.parametrize("stage", ["plan", "deliver"])
@pytest.mark.parametrize("kind", [OutputError, OutputUnavailable])
async def test_an_output_that_fails_is_tried_again_after_a_pause(
    store: Store, tray: Tray, stage: str, kind: type[OutputError]
) -> None:
    house = await house_of(tray, store=store, retry=POLICY)
    tray.faults.fails(stage, kind("jam"))
    begun = house.clock.now()
    async with house.printing():
        job = await house.print()
        waiting = await house.until_job(job.id, has_failed("tray"))
        (delivery,) = waiting.documents[0].deliveries
        assert (waiting.state, delivery.state) == (JobState.PROCESSING, DeliveryState.FAILED)
        assert delivery.error == "jam"
        assert delivery.due is not None
        assert 7.5 <= delivery.due - begun <= 12.5
        async with house.time_passing():
            done = await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": TEXT}
    assert done.reasons == {Reason.JOB_COMPLETED_SUCCESSFULLY, Reason.JOB_RESTARTABLE}
    (delivery,) = done.documents[0].deliveries
    assert (delivery.done, delivery.attempts, len(delivery.history)) == (True, 2, 1)
    assert 7.5 <= house.clock.now() - begun <= 14.5
    house.assert_idle()


async def test_what_fails_too_often_is_given_up_and_the_job_aborted(store: Store, tray: Tray) -> None:
    house = await house_of(tray, store=store, retry=POLICY)
    tray.faults.fails("deliver", DOWN, DOWN, OutputError("Still broken."))
    async with house.printing(), house.time_passing():
        job = await house.print()
        after = await house.until(job.id, JobState.ABORTED)
    (delivery,) = after.documents[0].deliveries
    assert (delivery.dead, delivery.attempts) == (True, 3)
    assert after.message == "Still broken."
    assert after.documents[0].state is DocumentState.ABORTED
    assert after.retained


async def test_what_is_of_no_use_is_not_tried_again(tray: Tray) -> None:
    house = await house_of(tray, retry=POLICY)
    tray.faults.fails("deliver", OutputRefused("It takes no PDF."))
    async with house.printing():
        job = await house.print()
        after = await house.until(job.id, JobState.ABORTED)
    assert (after.message, after.documents[0].deliveries[0].attempts) == ("It takes no PDF.", 1)


# ---- nobody waits for somebody else


async def test_an_output_that_is_down_holds_up_neither_the_others_nor_the_next_jobs(tray: Tray) -> None:
    other = Tray("other")
    house = await house_of(tray, other, retry=POLICY)
    other.faults.fails("deliver", DOWN)
    async with house.printing():
        jobs = [await house.print(b"%d" % number) for number in range(3)]
        await house.until_job(jobs[-1].id, lambda job: job.state is JobState.PROCESSING)
        await house.settle()
        assert list(tray.delivered) == ["1-1", "2-1", "3-1"]
        assert other.faults.calls.count("deliver") == 1
        assert house.printer.status.state is PrinterState.PROCESSING
        assert house.printer.status.reasons == (CONNECTING,)
        assert "other" in house.printer.status.message
        async with house.time_passing():
            for job in jobs:
                await house.until(job.id, JobState.COMPLETED)
    assert list(other.delivered) == ["1-1", "2-1", "3-1"], "in their order"
    assert house.printer.status.reasons == (PrinterStateReason.NONE,)
    house.assert_idle()


async def test_one_document_that_an_output_does_not_take_now_does_not_stop_others(tray: Tray) -> None:
    house = await house_of(tray, retry=POLICY)
    tray.faults.fails("deliver", OutputError("Not this one."))
    async with house.printing():
        job, following = await house.print(), await house.print()
        await house.until(following.id, JobState.COMPLETED)
        assert (await house.job(job.id)).state is JobState.PROCESSING
        assert house.printer.status.reasons == (PrinterStateReason.NONE,)
        async with house.time_passing():
            await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered) == ["2-1", "1-1"]


async def test_an_output_goes_ahead_through_the_documents_while_another_one_waits(tray: Tray) -> None:
    other = Tray("other")
    house = await house_of(tray, other, retry=POLICY)
    other.faults.fails("deliver", DOWN)
    async with house.printing():
        job = await print_all(house, b"one", b"two", b"three")
        await house.until_job(job.id, lambda job: any(one.done for one in job.documents[2].deliveries))
        states = [document.state for document in (await house.job(job.id)).documents]
        assert states == [DocumentState.PROCESSING, DocumentState.PENDING, DocumentState.PENDING]
        async with house.time_passing():
            done = await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered) == list(other.delivered) == ["1-1", "1-2", "1-3"]
    assert all(document.state is DocumentState.COMPLETED for document in done.documents)


async def test_a_slow_output_holds_its_documents_back_until_it_has_to_wait(tray: Tray) -> None:
    other = Tray("other")
    house = await house_of(tray, other, retry=POLICY)
    gate = other.faults.waits("deliver")
    async with house.printing():
        job = await print_all(house, b"one", b"two")
        await other.reached()
        await house.settle()
        assert list(tray.delivered) == ["1-1"]
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered) == ["1-1", "1-2"]


async def test_what_an_output_has_is_stored_while_others_are_still_at_it(tray: Tray) -> None:
    other = Tray("other")
    house = await house_of(tray, other)
    gate = other.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await other.reached()
        now = await house.until_job(job.id, lambda job: job.documents[0].deliveries[0].done)
        assert not now.documents[0].deliveries[1].done
        gate.set()
        await house.until(job.id, JobState.COMPLETED)


# ---- what is missing in the end


async def test_a_job_that_an_output_does_not_have_is_completed_with_errors_and_shows_on_the_printer(
    store: Store, tray: Tray
) -> None:
    other = Tray("other")
    house = await house_of(tray, other, store=store)
    other.faults.fails("deliver", OutputRefused("jam"))
    async with house.printing():
        job = await house.print()
        done = await house.until(job.id, JobState.COMPLETED)
    assert done.reasons == {Reason.JOB_COMPLETED_WITH_ERRORS, Reason.JOB_RESTARTABLE}
    for server in (house, await house.moved()):
        assert server.printer.status.reasons == (UNDELIVERED,)
        assert server.printer.status.message == "Ready to print. The output other gave up on job 1."


@pytest.mark.parametrize("remedy", ["restart", "delete"])
async def test_the_printer_shows_it_until_it_is_delivered_or_forgotten(tray: Tray, remedy: str) -> None:
    house = await house_of(tray)
    tray.faults.fails("deliver", *[OutputRefused("jam")] * 3)
    async with house.printing():
        for _ in range(3):
            job = await house.print()
            await house.until(job.id, JobState.ABORTED)
        assert house.printer.status.message.endswith("gave up on 3 jobs, the newest is job 3.")
        await house.jobs.delete([1, 3])
        assert house.printer.status.message.endswith("gave up on job 2.")
        job = await house.job(2)
        if remedy == "delete":
            await house.jobs.delete([job.id])
        else:
            await house.jobs.on(job.id, JobEvent.RESTART)
            await house.until(job.id, JobState.COMPLETED)
    assert house.printer.status.reasons == (PrinterStateReason.NONE,)
    assert house.printer.status.message == "Ready to print."


# ---- how a Job stands behind its outputs


class Talker(Tray):
    """Says how the Job stands there before it delivers."""

    def __init__(self, name: str, *told: Keyword) -> None:
        super().__init__(name)
        self._told = told

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """As Tray.deliver."""
        assert parcel.watch is not None
        parcel.watch.stands(self._told)
        return await super().deliver(parcel, target, contents)


async def test_what_all_outputs_say_of_a_job_is_known_until_each_has_it() -> None:
    left = Talker("left", Reason.JOB_QUEUED, Reason.JOB_COMPLETED_SUCCESSFULLY)
    right = Talker("right", Reason.PRINTER_STOPPED, Reason.JOB_QUEUED)
    house = await house_of(left, right)
    gates = [each.faults.waits("deliver") for each in (left, right)]
    async with house.printing():
        job = await house.print()
        await left.reached()
        await right.reached()
        assert house.printer.status.elsewhere == {job.id: {Reason.JOB_QUEUED, Reason.PRINTER_STOPPED}}
        gates[1].set()
        await house.settle()
        assert house.printer.status.elsewhere == {job.id: {Reason.JOB_QUEUED}}
        gates[0].set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert house.printer.status.elsewhere == {}
    assert done.reasons == {Reason.JOB_COMPLETED_SUCCESSFULLY, Reason.JOB_RESTARTABLE}


async def test_what_an_output_said_of_a_job_goes_with_a_try_that_fails() -> None:
    talker = Talker("there", Reason.PRINTER_STOPPED)
    house = await house_of(talker, retry=POLICY)
    talker.faults.fails("deliver", DOWN)
    async with house.printing():
        job = await house.print()
        await house.until_job(job.id, has_failed("there"))
        assert house.printer.status.elsewhere == {}


@pytest.mark.parametrize("event", [JobEvent.CANCEL, JobEvent.SUSPEND])
async def test_what_an_output_said_of_a_job_goes_with_its_work(event: JobEvent) -> None:
    talker = Talker("there", Reason.PRINTER_STOPPED)
    house = await house_of(talker)
    talker.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await talker.reached()
        assert house.printer.status.elsewhere == {job.id: {Reason.PRINTER_STOPPED}}
        await house.jobs.on(job.id, event)
        await house.settle()
        assert house.printer.status.elsewhere == {}
