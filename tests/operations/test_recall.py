"""Answers that are given again, and whatever keeps them from being given wrongly."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, PrinterState, Status
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Uri
from ippserver.model.uris import parse
from ippserver.operations import recall
from ippserver.operations.origin import Origin
from ippserver.testing.desk import PDF, Desk, here

ASK = Operation.GET_PRINTER_ATTRIBUTES


async def shown(desk: Desk, *attributes: Attribute, origin: Origin | None = None) -> AttributeGroup:
    return (await desk.ask(ASK, *attributes, origin=origin)).response.group(GroupTag.PRINTER)


async def test_the_same_question_gets_the_same_octets(desk: Desk) -> None:
    first = await desk.ask(ASK, request_id=7)
    second = await desk.ask(ASK, request_id=7)
    assert first.response.encode() == second.response.encode()


async def test_request_id_and_version_are_those_of_the_request(desk: Desk) -> None:
    await desk.ask(ASK, request_id=7, version=(1, 0))
    again = (await desk.ask(ASK, request_id=8, version=(2, 0))).response
    assert (again.request_id, tuple(again.version)) == (8, (2, 0))


async def test_time_goes_on(desk: Desk) -> None:
    before = names.PRINTER_UP_TIME.get(await shown(desk))
    desk.clock.advance(3)
    assert names.PRINTER_UP_TIME.get(await shown(desk)) == (before or 0) + 3


async def test_a_pause_shows_at_once(desk: Desk) -> None:
    await shown(desk)
    await desk.ask(Operation.PAUSE_PRINTER)
    assert names.PRINTER_STATE.get(await shown(desk)) == PrinterState.STOPPED


async def test_a_new_job_shows_at_once(desk: Desk) -> None:
    await shown(desk)
    await desk.ask(Operation.PRINT_JOB, document=PDF)
    assert names.QUEUED_JOB_COUNT.get(await shown(desk)) == 1


async def test_another_question_gets_its_own_answer(desk: Desk) -> None:
    await shown(desk)
    only = await shown(desk, names.REQUESTED_ATTRIBUTES.of(names.PRINTER_NAME.name))
    assert [attribute.name for attribute in only] == [names.PRINTER_NAME.name]


async def test_another_host_gets_its_own_uris(desk: Desk) -> None:
    await shown(desk, origin=here())
    there = await shown(desk, origin=Origin(path="/ipp/print", authority="elsewhere.local:631"))
    assert parse(names.PRINTER_URI_SUPPORTED.get(there) or Uri()).host == "elsewhere.local"


async def test_what_is_unsupported_is_told_again(desk: Desk) -> None:
    unknown = names.REQUESTED_ATTRIBUTES.of("no-such-attribute")
    answers = [await desk.ask(ASK, unknown, Attribute("x", (1,))) for _ in range(2)]
    told = [[each.name for each in answer.response.group(GroupTag.UNSUPPORTED)] for answer in answers]
    assert told[0] == told[1] == ["x", names.REQUESTED_ATTRIBUTES.name]
    assert {answer.status for answer in answers} == {Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES}


async def test_octets_after_a_question_that_was_asked_before_are_refused(desk: Desk) -> None:
    await desk.ask(ASK)
    assert (await desk.ask(ASK, document=b"x")).status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_a_request_id_of_0_is_refused_though_the_question_is_known(desk: Desk) -> None:
    await desk.ask(ASK)
    assert (await desk.ask(ASK, request_id=0)).status is Status.CLIENT_ERROR_BAD_REQUEST


@pytest.mark.parametrize("octets", [10, 2000])
async def test_ever_new_questions_do_not_fill_the_memory(desk: Desk, octets: int) -> None:
    for number in range(3 * recall.ANSWERS):
        await shown(desk, Attribute("x", [number, *[0] * (octets // 9)]))
    assert len(desk.dispatcher.recall) == (recall.ANSWERS if octets < recall.QUESTION_OCTETS else 0)
