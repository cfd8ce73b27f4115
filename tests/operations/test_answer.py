"""How long answers hold, and whatever ends that."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.operations.answer import Lasting
from ippserver.testing.desk import PDF, Desk


async def shown(desk: Desk) -> Lasting:
    lasting = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).lasting
    assert lasting is not None
    return lasting


async def test_what_a_printer_shows_holds_while_nothing_happens(desk: Desk) -> None:
    lasting = await shown(desk)
    assert lasting.holds


async def test_it_holds_for_a_second(desk: Desk) -> None:
    lasting = await shown(desk)
    desk.clock.advance(1)
    assert not lasting.holds


@pytest.mark.parametrize("operation", [Operation.PAUSE_PRINTER, Operation.PRINT_JOB])
async def test_a_pause_and_a_new_job_end_it_at_once(desk: Desk, operation: Operation) -> None:
    lasting = await shown(desk)
    await desk.ask(operation, document=PDF if operation is Operation.PRINT_JOB else b"")
    assert not lasting.holds


async def test_a_pause_that_has_ended_does_not_bring_it_back(desk: Desk) -> None:
    lasting = await shown(desk)
    await desk.ask(Operation.PAUSE_PRINTER)
    await desk.ask(Operation.RESUME_PRINTER)
    assert not lasting.holds


@pytest.mark.parametrize("operation", [Operation.GET_JOBS, Operation.VALIDATE_JOB, Operation.PAUSE_PRINTER])
async def test_only_what_follows_from_the_printer_lasts(desk: Desk, operation: Operation) -> None:
    assert (await desk.ask(operation)).lasting is None


async def test_a_refusal_does_not_last(desk: Desk) -> None:
    nowhere = (names.PRINTER_URI.of("ipp://localhost/nowhere"),)
    assert (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, target=nowhere)).lasting is None
