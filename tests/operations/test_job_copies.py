"""Reprocess-Job and Resubmit-Job: Jobs made of other Jobs (RFC 3998 4.1, PWG 5100.7)."""

from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobHoldUntil, JobStateReason, Sides
from ippserver.interfaces import SpoolFailed
from ippserver.ipp.values import Keyword, Name
from ippserver.model.access import Preset, Principal, Role
from ippserver.model.states import TERMINAL, JobEvent
from ippserver.testing.desk import PDF, PRINTER, Desk, here
from tests.engine.faults import FaultySpool
from tests.operations.jobs import job_in

BOTH = pytest.mark.parametrize("operation", [Operation.REPROCESS_JOB, Operation.RESUBMIT_JOB])
OK = Status.SUCCESSFUL_OK
NOT_POSSIBLE = Status.CLIENT_ERROR_NOT_POSSIBLE


@pytest.mark.effect(Operation.REPROCESS_JOB)
async def test_a_reprocessed_job_is_a_copy_that_begins_anew(desk: Desk) -> None:
    wanted = [names.COPIES.of(2), names.JOB_PRIORITY.of(70)]
    old_id = (await desk.ask(Operation.PRINT_JOB, names.JOB_NAME.of("Plan"), job=wanted, document=PDF)).job_id
    for event in (JobEvent.START, JobEvent.FINISH):
        await desk.jobs.on(old_id, event)
    before = await desk.job(old_id)
    answer = await desk.ask_of(Operation.REPROCESS_JOB, old_id, user="bob")
    assert (answer.status, names.JOB_STATE.get(answer.job)) == (OK, JobState.PENDING)
    new = await desk.job(answer.job_id)
    assert new.id != old_id
    assert (new.name, new.template, new.priority) == (before.name, before.template, 70)
    assert (new.user, new.processing_since, new.completed) == (Name("bob"), None, None)
    assert await desk.content(new) == [PDF]
    assert await desk.job(old_id) == before


@pytest.mark.effect(Operation.RESUBMIT_JOB)
async def test_a_resubmitted_job_is_a_copy_but_for_what_is_said_anew(desk: Desk) -> None:
    old = [names.COPIES.of(2), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), names.JOB_PRIORITY.of(70)]
    old_id = (await desk.ask(Operation.PRINT_JOB, job=old, document=PDF)).job_id
    await desk.jobs.on(old_id, JobEvent.CANCEL)
    target = (names.PRINTER_URI.of("ipp://printer.local/ipp/print"), names.JOB_ID.of(old_id))
    answer = await desk.ask(
        Operation.RESUBMIT_JOB, names.JOB_NAME.of("Again"), job=[names.COPIES.of(3)], target=target
    )
    new = await desk.job(answer.job_id)
    assert answer.status is OK
    assert {each.name: each.values for each in new.template} == {
        names.COPIES.name: (3,),
        names.SIDES.name: (Sides.TWO_SIDED_LONG_EDGE,),
    }
    assert (new.name, new.priority) == (Name("Again"), 70)


async def test_what_contradicts_the_new_words_is_not_taken_over(desk: Desk) -> None:
    old_id = (
        await desk.ask(Operation.PRINT_JOB, job=[names.MEDIA.of(Keyword("iso_a4_210x297mm"))], document=PDF)
    ).job_id
    await desk.jobs.on(old_id, JobEvent.CANCEL)
    target = (names.PRINTER_URI.of("ipp://printer.local/ipp/print"), names.JOB_ID.of(old_id))
    media_col = names.MEDIA_COL_DEFAULT.get((await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer)
    assert media_col is not None
    answer = await desk.ask(Operation.RESUBMIT_JOB, job=[names.MEDIA_COL.of(media_col)], target=target)
    new = await desk.job(answer.job_id)
    assert [each.name for each in new.template] == [names.MEDIA_COL.name]


async def test_fidelity_and_mandatory_attributes_count_for_what_is_said_anew(desk: Desk) -> None:
    old_id = await job_in(desk, JobState.COMPLETED)
    target = (names.PRINTER_URI.of("ipp://printer.local/ipp/print"), names.JOB_ID.of(old_id))
    for insists in (
        names.IPP_ATTRIBUTE_FIDELITY.of(True),
        names.JOB_MANDATORY_ATTRIBUTES.of(Keyword(names.COPIES.name)),
    ):
        answer = await desk.ask(
            Operation.RESUBMIT_JOB, insists, job=[names.COPIES.of(1_000_000)], target=target
        )
        assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
        assert answer.unsupported == (names.COPIES.of(1_000_000),)


@BOTH
async def test_the_copy_waits_for_nothing_that_the_original_waited_for(
    desk: Desk, operation: Operation
) -> None:
    held = [names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)]
    old_id = (await desk.ask(Operation.PRINT_JOB, job=held, document=PDF)).job_id
    await desk.ask_of(Operation.CANCEL_JOB, old_id)
    new = await desk.job((await desk.ask_of(operation, old_id)).job_id)
    assert (new.state, new.reasons, new.hold_until) == (JobState.PENDING, frozenset(), None)


async def test_a_copy_can_be_held_to_be_changed_before_it_goes(desk: Desk) -> None:
    old_id = await job_in(desk, JobState.COMPLETED)
    until = names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)
    new = await desk.job((await desk.ask_of(Operation.REPROCESS_JOB, old_id, until)).job_id)
    assert (new.state, new.hold_until) == (JobState.PENDING_HELD, JobHoldUntil.INDEFINITE)
    assert new.reasons == {JobStateReason.JOB_HOLD_UNTIL_SPECIFIED}
    await desk.ask_of(Operation.RELEASE_JOB, new.id)
    assert (await desk.job(new.id)).state is JobState.PENDING


@BOTH
async def test_each_of_the_two_jobs_can_be_forgotten_without_the_other(
    desk: Desk, operation: Operation
) -> None:
    old_id = await job_in(desk, JobState.COMPLETED)
    new_id = (await desk.ask_of(operation, old_id)).job_id
    await desk.jobs.delete([old_id])
    assert await desk.content(await desk.job(new_id)) == [PDF]


@BOTH
@pytest.mark.parametrize("state", [state for state in JobState if state not in TERMINAL])
async def test_a_job_that_is_not_over_is_not_copied(
    desk: Desk, operation: Operation, state: JobState
) -> None:
    assert (await desk.ask_of(operation, await job_in(desk, state))).status is NOT_POSSIBLE
    assert len(desk.jobs.unfinished) == 1


@BOTH
async def test_a_job_without_documents_is_not_copied(desk: Desk, operation: Operation) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    assert (await desk.ask_of(operation, job_id)).status is NOT_POSSIBLE


@BOTH
async def test_a_printer_that_accepts_no_jobs_accepts_no_copies(desk: Desk, operation: Operation) -> None:
    job_id = await job_in(desk, JobState.COMPLETED)
    await desk.ask(Operation.DISABLE_PRINTER)
    assert (await desk.ask_of(operation, job_id)).status is Status.SERVER_ERROR_NOT_ACCEPTING_JOBS


@BOTH
async def test_where_a_copy_fails_nothing_of_it_is_left(operation: Operation) -> None:
    spool = FaultySpool()
    desk = await Desk(replace(PRINTER), spool=spool).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    for last in (False, True):
        await desk.ask_of(Operation.SEND_DOCUMENT, job_id, names.LAST_DOCUMENT.of(last), document=PDF)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    before = spool.keys
    spool.faults.fails("copy-2", SpoolFailed("no room"))
    assert (await desk.ask_of(operation, job_id)).status is Status.SERVER_ERROR_TEMPORARY_ERROR
    assert (spool.keys, desk.jobs.unfinished) == (before, {})


@BOTH
async def test_preset_home_leaves_copies_to_the_owner_and_to_operators(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await job_in(desk, JobState.COMPLETED)
    answer = await desk.ask_of(operation, job_id, user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert (await desk.ask_of(operation, job_id, user="alice")).status is OK
    operator = here(principal=Principal(name="eve", role=Role.OPERATOR, authenticated=True))
    target = (names.PRINTER_URI.of("ipp://printer.local/ipp/print"), names.JOB_ID.of(job_id))
    assert (await desk.ask(operation, target=target, origin=operator)).status is OK
