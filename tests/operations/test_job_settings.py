"""Set-Job-Attributes (RFC 3380 4.2)."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Finishings, JobState, Operation, Status
from ippserver.iana.keywords import JobHoldUntil, JobStateReason, Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import DateTime, Keyword, Name, OutOfBand, Text
from ippserver.model.access import Preset
from ippserver.model.states import TERMINAL
from ippserver.testing.desk import PDF, URI, Answer, Desk, unsupported
from tests.operations.jobs import job_in, suspended

OK = Status.SUCCESSFUL_OK
NOT_POSSIBLE = Status.CLIENT_ERROR_NOT_POSSIBLE
NOT_SUPPORTED = Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
SOON = names.JOB_HOLD_UNTIL_TIME.of(DateTime.of(datetime(2027, 6, 1, tzinfo=UTC)))


async def set_(desk: Desk, job_id: int, *wanted: Attribute, user: str = "alice") -> Answer:
    """The answer to Set-Job-Attributes."""
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id))
    return await desk.ask(Operation.SET_JOB_ATTRIBUTES, job=wanted, target=target, user=user)


async def shown(desk: Desk, job_id: int) -> dict[str, tuple[object, ...]]:
    """The attributes of a Job as Get-Job-Attributes tells them."""
    answer = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    return {attribute.name: attribute.values for attribute in answer.job}


def deleted(name: str) -> Attribute:
    """What deletes an attribute."""
    return Attribute(name, (OutOfBand.DELETE_ATTRIBUTE,))


@pytest.mark.effect(Operation.SET_JOB_ATTRIBUTES)
async def test_attributes_are_replaced_added_and_deleted_and_others_stay(desk: Desk) -> None:
    old = [names.COPIES.of(1), names.SIDES.of(Sides.ONE_SIDED), names.NUMBER_UP.of(2)]
    job_id = (await desk.ask(Operation.PRINT_JOB, job=old, document=PDF)).job_id
    answer = await set_(
        desk,
        job_id,
        names.COPIES.of(2),
        names.FINISHINGS.of(Finishings.NONE),
        names.JOB_PRIORITY.of(99),
        names.JOB_NAME.of("New"),
        deleted(names.SIDES.name),
    )
    after = await shown(desk, job_id)
    assert (answer.status, answer.unsupported, answer.jobs) == (OK, (), [])
    assert after[names.COPIES.name] == (2,)
    assert after[names.FINISHINGS.name] == (Finishings.NONE,)
    assert after[names.NUMBER_UP.name] == (2,)
    assert after[names.JOB_PRIORITY.name] == (99,)
    assert after[names.JOB_NAME.name] == (Name("New"),)
    assert names.SIDES.name not in after


async def test_what_was_deleted_can_be_set_again(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, job=[names.COPIES.of(3)], document=PDF)).job_id
    for wanted in (deleted(names.COPIES.name), names.COPIES.of(4)):
        assert (await set_(desk, job_id, wanted)).status is OK
    assert (await shown(desk, job_id))[names.COPIES.name] == (4,)


async def test_what_is_not_there_is_deleted_without_a_word(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    before = await desk.job(job_id)
    answer = await set_(
        desk, job_id, deleted(names.COPIES.name), deleted(names.JOB_MESSAGE_FROM_OPERATOR.name)
    )
    assert (answer.status, answer.unsupported) == (OK, ())
    assert await desk.job(job_id) == before


async def test_a_job_whose_name_is_deleted_is_named_as_if_it_had_had_none(desk: Desk) -> None:
    called = (names.JOB_NAME.of("Job"), names.DOCUMENT_NAME.of("Document"))
    job_id = (await desk.ask(Operation.PRINT_JOB, *called, document=PDF)).job_id
    await set_(desk, job_id, deleted(names.JOB_NAME.name))
    assert (await desk.job(job_id)).name == Name("Document")
    job_id = await job_in(desk, JobState.PENDING)
    await set_(desk, job_id, deleted(names.JOB_NAME.name))
    assert (await desk.job(job_id)).title == Name("Untitled")


async def test_the_message_from_the_operator_is_set_and_deleted(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    said = names.JOB_MESSAGE_FROM_OPERATOR.of("Soon.")
    await set_(desk, job_id, said)
    assert (await shown(desk, job_id))[said.name] == (Text("Soon."),)
    await set_(desk, job_id, deleted(said.name))
    assert said.name not in await shown(desk, job_id)


# ---- holds


@pytest.mark.parametrize("until", [names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE), SOON])
async def test_a_job_is_held_and_let_go_by_what_is_set(desk: Desk, until: Attribute) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    assert (await set_(desk, job_id, until)).status is OK
    held = await desk.job(job_id)
    assert held.state is JobState.PENDING_HELD
    assert held.reasons == {JobStateReason.JOB_HOLD_UNTIL_SPECIFIED}
    assert (await shown(desk, job_id))[until.name] == until.values
    assert (await set_(desk, job_id, deleted(until.name))).status is OK
    released = await desk.job(job_id)
    assert (released.state, released.reasons, released.hold_until) == (JobState.PENDING, frozenset(), None)


async def test_no_hold_lets_a_held_job_go(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING_HELD)
    assert (await set_(desk, job_id, names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD))).status is OK
    assert (await desk.job(job_id)).state is JobState.PENDING


async def test_a_job_that_waits_for_documents_goes_on_waiting_for_them(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await set_(desk, job_id, names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE))
    await set_(desk, job_id, names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD))
    job = await desk.job(job_id)
    assert (job.state, job.incoming) == (JobState.PENDING_HELD, True)
    assert JobStateReason.JOB_HOLD_UNTIL_SPECIFIED not in job.reasons


async def test_a_held_job_stays_held_while_something_else_is_set(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING_HELD)
    before = await desk.job(job_id)
    assert (await set_(desk, job_id, names.COPIES.of(2))).status is OK
    after = await desk.job(job_id)
    assert (after.state, after.hold_until, after.touched) == (before.state, before.hold_until, before.touched)
    assert after.template == (names.COPIES.of(2),)


async def test_a_job_that_gets_another_priority_goes_by_age_among_the_others(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    await desk.ask_of(Operation.PROMOTE_JOB, job_id)
    await set_(desk, job_id, names.COPIES.of(2))
    assert (await desk.job(job_id)).moved
    await set_(desk, job_id, names.JOB_PRIORITY.of(50))
    assert not (await desk.job(job_id)).moved


# ---- refusals: all or nothing


@pytest.mark.parametrize(
    ("wanted", "status", "told"),
    [
        (
            [names.IMPOSITION_TEMPLATE.of(Keyword("none"))],
            NOT_SUPPORTED,
            [unsupported(names.IMPOSITION_TEMPLATE.name)],
        ),
        ([Attribute("x-other", (1,))], NOT_SUPPORTED, [unsupported("x-other")]),
        (
            [names.JOB_STATE.of(JobState.CANCELED)],
            Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE,
            [Attribute(names.JOB_STATE.name, (OutOfBand.NOT_SETTABLE,))],
        ),
        ([names.COPIES.of(1_000_000)], NOT_SUPPORTED, [names.COPIES.of(1_000_000)]),
        ([names.JOB_NAME.of("a", "b")], NOT_SUPPORTED, [names.JOB_NAME.of("a", "b")]),
        (
            [names.FINISHINGS.of(Finishings.NONE, Finishings.STAPLE)],
            NOT_SUPPORTED,
            [names.FINISHINGS.of(Finishings.STAPLE)],
        ),
        (
            [names.COPIES.of(0), names.JOB_ID.of(7), Attribute("x-other", (1,))],
            NOT_SUPPORTED,
            [
                unsupported("x-other"),
                Attribute(names.JOB_ID.name, (OutOfBand.NOT_SETTABLE,)),
                names.COPIES.of(0),
            ],
        ),
        (
            [names.COPIES.of(0), names.JOB_ID.of(7)],
            Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE,
            [Attribute(names.JOB_ID.name, (OutOfBand.NOT_SETTABLE,)), names.COPIES.of(0)],
        ),
        ([deleted(names.JOB_URI.name)], Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE, None),
    ],
)
async def test_what_fails_is_all_told_and_nothing_is_set(
    desk: Desk, wanted: list[Attribute], status: Status, told: Iterable[Attribute] | None
) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    before = await desk.job(job_id)
    answer = await set_(desk, job_id, names.NUMBER_UP.of(2), *wanted)
    assert answer.status is status
    assert told is None or answer.unsupported == tuple(told)
    assert await desk.job(job_id) == before


async def test_what_contradicts_the_rest_of_the_job_is_refused(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING_HELD)
    answer = await set_(desk, job_id, SOON)
    assert (answer.status, answer.unsupported) == (Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES, (SOON,))
    assert (await set_(desk, job_id, SOON, deleted(names.JOB_HOLD_UNTIL.name))).status is OK
    assert (await shown(desk, job_id))[SOON.name] == SOON.values


async def test_a_text_that_is_too_long_is_refused_as_such(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    answer = await set_(desk, job_id, names.JOB_NAME.of("x" * 256))
    assert answer.status is Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG


async def test_there_must_be_something_to_set(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    assert (await set_(desk, job_id)).status is Status.CLIENT_ERROR_BAD_REQUEST


@pytest.mark.parametrize("state", list(JobState))
async def test_the_pages_of_a_job_can_be_changed_until_it_is_at_work(desk: Desk, state: JobState) -> None:
    job_id = await job_in(desk, state)
    before = await desk.job(job_id)
    waits = state in (JobState.PENDING, JobState.PENDING_HELD)
    assert (await set_(desk, job_id, names.COPIES.of(2))).status is (OK if waits else NOT_POSSIBLE)
    assert (await desk.job(job_id) != before) is waits


@pytest.mark.parametrize("state", list(JobState))
async def test_what_is_said_of_a_job_can_be_changed_until_it_is_over(desk: Desk, state: JobState) -> None:
    job_id = await job_in(desk, state)
    over = state in TERMINAL
    assert (await set_(desk, job_id, names.JOB_NAME.of("New"))).status is (NOT_POSSIBLE if over else OK)
    assert ((await desk.job(job_id)).name == Name("New")) is not over


async def test_a_suspended_job_stays_suspended(desk: Desk) -> None:
    job_id = await suspended(desk)
    assert (await set_(desk, job_id, names.JOB_NAME.of("New"))).status is OK
    assert (await desk.job(job_id)).suspended


async def test_preset_home_leaves_a_jobs_attributes_to_its_owner() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await job_in(desk, JobState.PENDING)
    answer = await set_(desk, job_id, names.COPIES.of(2), user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert (await set_(desk, job_id, names.COPIES.of(2))).status is OK


# ---- the list tells the truth


async def test_every_attribute_in_the_list_can_be_deleted_and_none_beside_it(desk: Desk) -> None:
    printer = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    settable: set[str] = set(names.JOB_SETTABLE_ATTRIBUTES_SUPPORTED.all(printer))
    job_id = await job_in(desk, JobState.PENDING)
    for name in settable:
        assert (await set_(desk, job_id, deleted(name))).status is OK, name
    for name in set(await shown(desk, job_id)) - settable:
        answer = await set_(desk, job_id, deleted(name))
        assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE, name
    assert {Keyword(names.COPIES.name), Keyword(names.JOB_HOLD_UNTIL_TIME.name)} <= settable
