"""Jobs that wait for something else than a password (job-release-action, PWG 5100.11)."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import (
    JobReleaseAction,
    JobStateReason,
)
from ippserver.ipp.values import Keyword, OctetString
from ippserver.model.access import Preset
from ippserver.testing.desk import URI, Desk, here, unsupported
from tests.operations.jobs import job_in
from tests.operations.protected import PIN, key, locked, printed
from tests.operations.test_job_release import CREATING, OPERATOR, WAIT, release

# ---- other release actions


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (JobReleaseAction.BUTTON_PRESS, JobStateReason.JOB_HELD_FOR_BUTTON_PRESS),
        (JobReleaseAction.OWNER_AUTHORIZED, JobStateReason.JOB_HELD_FOR_AUTHORIZATION),
    ],
)
async def test_a_job_waits_for_its_release_action(desk: Desk, action: Keyword, reason: Keyword) -> None:
    answer = await printed(desk, names.JOB_RELEASE_ACTION.of(action))
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
    assert names.JOB_STATE_REASONS.all(answer.job) == (reason,)
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)).job
    assert names.JOB_RELEASE_ACTION.get(shown) == action
    assert await release(desk, answer.job_id) is Status.SUCCESSFUL_OK
    assert (await desk.job(answer.job_id)).state is JobState.PENDING


async def test_a_job_without_a_release_action_waits_for_none(desk: Desk) -> None:
    answer = await printed(desk, names.JOB_RELEASE_ACTION.of(JobReleaseAction.NONE))
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING
    assert names.JOB_RELEASE_ACTION.get(answer.job) is None


@pytest.mark.parametrize("preset", Preset)
async def test_who_needs_its_owner_is_released_by_nobody_else(preset: Preset) -> None:
    desk = await Desk(preset=preset).open()
    action = names.JOB_RELEASE_ACTION.of(JobReleaseAction.OWNER_AUTHORIZED)
    job_id = (await printed(desk, action)).job_id
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id))
    answer = await desk.ask(Operation.RELEASE_JOB, target=target, origin=here(principal=OPERATOR))
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await release(desk, job_id, user="bob") is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await release(desk, job_id) is Status.SUCCESSFUL_OK


@pytest.mark.parametrize("operation", CREATING)
async def test_a_job_cannot_wait_for_a_password_that_there_is_none_of(
    desk: Desk, operation: Operation
) -> None:
    action = names.JOB_RELEASE_ACTION.of(JobReleaseAction.JOB_PASSWORD)
    answer = await desk.create(operation, action)
    assert answer.status is Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES
    assert answer.unsupported == (action,)


async def test_an_unknown_release_action_is_refused_and_not_ignored(desk: Desk) -> None:
    action = names.JOB_RELEASE_ACTION.of(Keyword("x-retina-scan"))
    answer = await printed(desk, action)
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.unsupported == (action,)


async def test_with_a_password_and_another_action_the_job_waits_for_both(desk: Desk) -> None:
    job_id = await locked(desk, names.JOB_RELEASE_ACTION.of(JobReleaseAction.BUTTON_PRESS))
    assert (await desk.job(job_id)).reasons == {WAIT, JobStateReason.JOB_HELD_FOR_BUTTON_PRESS}
    assert await release(desk, job_id) is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await release(desk, job_id, *key()) is Status.SUCCESSFUL_OK
    assert (await desk.job(job_id)).state is JobState.PENDING


async def test_a_request_that_creates_no_job_does_not_take_them(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    answer = await desk.ask_of(Operation.HOLD_JOB, job_id, names.JOB_PASSWORD.of(OctetString(PIN)))
    assert unsupported(names.JOB_PASSWORD.name) in answer.unsupported
