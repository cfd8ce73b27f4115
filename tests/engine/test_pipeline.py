import pytest

from ippserver.engine.pipeline import delivered, planned
from ippserver.interfaces import NoSuchDocument, OutputError
from ippserver.model.document import Delivery
from ippserver.model.document_states import DocumentEvent
from ippserver.model.job import Job
from tests.engine.faults import Tray
from tests.engine.house import House


async def job_of(house: House, *contents: bytes) -> Job:
    """A Job of so many documents."""
    job = await house.create()
    for number, content in enumerate(contents, 1):
        job = await house.send(job.id, content, last=number == len(contents))
    return job


async def test_every_document_is_planned_for_every_output_before_anything_is_written(tray: Tray) -> None:
    other = Tray("other")
    house = await House(tray, other).open()
    job = await planned(house.printer, await job_of(house, b"one", b"two"))
    for document in job.documents:
        target = f"{job.id}-{document.number}"
        assert document.deliveries == (
            Delivery(output="tray", target=target),
            Delivery(output="other", target=target),
        )
    assert tray.delivered == other.delivered == {}


async def test_what_is_planned_is_not_planned_again(house: House, tray: Tray) -> None:
    once = await planned(house.printer, await job_of(house, b"one"))
    assert await planned(house.printer, once) == once
    assert tray.faults.calls == ["plan"]


async def test_what_is_planned_is_delivered_and_done(house: House, tray: Tray) -> None:
    job = await planned(house.printer, await job_of(house, b"one", b"two"))
    first = await delivered(house.printer, job, 1, house.spool)
    assert tray.delivered == {"1-1": b"one"}
    done = await delivered(house.printer, first, 2, house.spool)
    assert all(delivery.done for document in done.documents for delivery in document.deliveries)
    assert tray.delivered == {"1-1": b"one", "1-2": b"two"}


async def test_a_document_that_is_canceled_is_neither_planned_nor_delivered(house: House, tray: Tray) -> None:
    job = await job_of(house, b"one", b"two")
    canceled = job.document(1).on(DocumentEvent.CANCEL, house.clock.now())
    ready = await planned(house.printer, job.with_document(canceled))
    assert [len(document.deliveries) for document in ready.documents] == [0, 1]
    assert await delivered(house.printer, ready, 1, house.spool) == ready
    assert tray.delivered == {}


async def test_what_is_done_is_not_delivered_again(house: House, tray: Tray) -> None:
    job = await planned(house.printer, await job_of(house, b"one"))
    done = await delivered(house.printer, job, 1, house.spool)
    assert await delivered(house.printer, done, 1, house.spool) == done
    assert tray.faults.calls.count("deliver") == 1


class Mover(Tray):
    """An Output that finds its target taken."""

    async def deliver(self, parcel: object, target: str, content: object) -> str:
        """Takes another."""
        return f"{target} (2)"


async def test_the_target_that_was_really_used_is_kept() -> None:
    house = await House(Mover()).open()
    job = await planned(house.printer, await job_of(house, b"one"))
    done = await delivered(house.printer, job, 1, house.spool)
    assert [delivery.target for delivery in done.documents[0].deliveries] == ["1-1 (2)"]


async def test_an_output_that_was_added_gets_what_others_have(house: House, tray: Tray) -> None:
    job = await planned(house.printer, await job_of(house, b"one"))
    done = await delivered(house.printer, job, 1, house.spool)
    other = Tray("other")
    more = (await house.moved(tray, other)).printer
    again = await delivered(more, await planned(more, done), 1, house.spool)
    assert other.delivered == {"1-1": b"one"}
    assert tray.faults.calls.count("deliver") == 1
    assert {delivery.output for delivery in again.documents[0].deliveries} == {"tray", "other"}


async def test_a_printer_without_outputs_has_nothing_to_do() -> None:
    house = await House().open()
    job = await job_of(house, b"one")
    assert await delivered(house.printer, await planned(house.printer, job), 1, house.spool) == job


@pytest.mark.parametrize("stage", ["plan", "deliver"])
async def test_what_an_output_raises_comes_through(house: House, tray: Tray, stage: str) -> None:
    tray.faults.fails(stage, OutputError("jam"))
    job = await job_of(house, b"one")
    with pytest.raises(OutputError, match="jam"):
        await delivered(house.printer, await planned(house.printer, job), 1, house.spool)


async def test_a_document_that_the_spool_has_not_comes_through(house: House) -> None:
    job = await planned(house.printer, await job_of(house, b"one"))
    await house.spool.delete([job.documents[0].key])
    with pytest.raises(NoSuchDocument):
        await delivered(house.printer, job, 1, house.spool)
