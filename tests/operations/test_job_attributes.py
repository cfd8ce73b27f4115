"""Get-Job-Attributes: what a Job shows."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.groups import ALL, JOB_DESCRIPTION, JOB_TEMPLATE
from ippserver.iana.keywords import JobHoldUntil
from ippserver.ipp.values import OutOfBand
from ippserver.model.states import JobEvent
from ippserver.testing.desk import PDF, PRINTER, Desk
from tests.operations.test_job_queries import IGNORED, want

# ---- Get-Job-Attributes


REQUIRED = (
    names.JOB_ID,
    names.JOB_URI,
    names.JOB_PRINTER_URI,
    names.JOB_NAME,
    names.JOB_ORIGINATING_USER_NAME,
    names.JOB_STATE,
    names.JOB_STATE_REASONS,
    names.TIME_AT_CREATION,
    names.TIME_AT_PROCESSING,
    names.TIME_AT_COMPLETED,
    names.JOB_PRINTER_UP_TIME,
    names.ATTRIBUTES_CHARSET,
    names.ATTRIBUTES_NATURAL_LANGUAGE,
)
"""RFC 8011 table 14, REQUIRED."""


@pytest.mark.effect(Operation.GET_JOB_ATTRIBUTES)
async def test_a_job_shows_all_unasked(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, job=[names.COPIES.of(2)], document=PDF)).job_id
    unasked = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    asked = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, want(ALL))
    assert unasked.status is asked.status is Status.SUCCESSFUL_OK
    assert unasked.job == asked.job
    assert {definition.name for definition in REQUIRED} <= {attribute.name for attribute in asked.job}
    assert names.COPIES.get(asked.job) == 2


async def test_what_has_not_happened_yet_has_no_value(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
    for definition in (names.TIME_AT_PROCESSING, names.TIME_AT_COMPLETED, names.DATE_TIME_AT_COMPLETED):
        attribute = shown.get(definition.name)
        assert attribute is not None
        assert attribute.values == (OutOfBand.NO_VALUE,)


async def test_only_what_is_asked_for_is_shown_and_each_once(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    answer = await desk.ask_of(
        Operation.GET_JOB_ATTRIBUTES, job_id, want(names.JOB_STATE.name, names.JOB_ID.name, names.JOB_ID.name)
    )
    assert {attribute.name for attribute in answer.job} == {names.JOB_STATE.name, names.JOB_ID.name}
    both = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, want(names.JOB_ID.name, JOB_DESCRIPTION))
    assert [attribute.name for attribute in both.job].count(names.JOB_ID.name) == 1


async def test_the_two_groups_are_together_all(desk: Desk) -> None:
    asked = [names.COPIES.of(2), names.JOB_PRIORITY.of(1), names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)]
    job_id = (await desk.ask(Operation.PRINT_JOB, job=asked, document=PDF)).job_id

    async def shown(group: str) -> set[str]:
        answer = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, want(group))
        assert answer.status is Status.SUCCESSFUL_OK
        return {attribute.name for attribute in answer.job}

    template, description = await shown(JOB_TEMPLATE), await shown(JOB_DESCRIPTION)
    assert template == {attribute.name for attribute in asked}
    assert not template & description
    assert template | description == await shown(ALL)


async def test_a_name_that_no_job_of_the_printer_has_is_ignored_and_reported(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    nobody, unsupported = "x-unknown", names.IMPOSITION_TEMPLATE.name
    answer = await desk.ask_of(
        Operation.GET_JOB_ATTRIBUTES, job_id, want(names.JOB_ID.name, nobody, unsupported)
    )
    assert answer.status is IGNORED
    assert answer.unsupported == (want(unsupported, nobody),)
    assert [attribute.name for attribute in answer.job] == [names.JOB_ID.name]


async def test_a_supported_attribute_that_the_job_lacks_is_no_reason_to_complain(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    answer = await desk.ask_of(
        Operation.GET_JOB_ATTRIBUTES, job_id, want(names.COPIES.name, names.COMPRESSION_SUPPLIED.name)
    )
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.unsupported == ()
    assert answer.jobs[0].attributes == ()


async def test_the_times_are_on_the_scale_of_the_up_time(desk: Desk) -> None:
    desk.clock.advance(99)
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    desk.clock.advance(10)
    await desk.jobs.on(job_id, JobEvent.START)
    desk.clock.advance(5)
    await desk.jobs.on(job_id, JobEvent.FINISH)
    desk.clock.advance(1)
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
    assert names.JOB_PRINTER_UP_TIME.get(shown) == 116
    assert names.TIME_AT_CREATION.get(shown) == 100
    assert names.TIME_AT_PROCESSING.get(shown) == 110
    assert names.TIME_AT_COMPLETED.get(shown) == 115


async def test_a_job_names_the_device_that_has_it(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
    assert names.OUTPUT_DEVICE_ASSIGNED.get(shown) == PRINTER.name
