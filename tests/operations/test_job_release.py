"""Passwords and other release actions: what waits, what lets it go, and who may (PWG 5100.11)."""

import logging

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import (
    JobHoldUntil,
    JobReleaseAction,
    JobStateReason,
)
from ippserver.iana.keywords import JobPasswordEncryption as Encryption
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OutOfBand
from ippserver.model.access import Preset, Principal, Role
from ippserver.model.capabilities import capabilities
from ippserver.model.password import MOST_TRIES
from ippserver.operations.origin import Origin
from ippserver.testing.desk import PDF, PRINTER, URI, Desk, Tray, here
from tests.operations.jobs import job_in
from tests.operations.protected import hashed, key, locked, printed

WAIT = JobStateReason.JOB_PASSWORD_WAIT
CREATING = (Operation.PRINT_JOB, Operation.CREATE_JOB, Operation.VALIDATE_JOB)
OPERATOR = Principal(name="root", role=Role.OPERATOR, authenticated=True)


async def release(desk: Desk, job_id: int, *attributes: Attribute, user: str = "alice") -> Status:
    return (await desk.ask_of(Operation.RELEASE_JOB, job_id, *attributes, user=user)).status


# ---- a Job with a password


@pytest.mark.parametrize("sent", [key(), hashed()], ids=["none", "sha2-256"])
async def test_a_job_with_a_password_waits_held(desk: Desk, sent: tuple[Attribute, ...]) -> None:
    answer = await printed(desk, *sent)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
    assert names.JOB_STATE_REASONS.all(answer.job) == (WAIT,)


@pytest.mark.effect(Operation.RELEASE_JOB)
@pytest.mark.parametrize("sent", [key(), hashed()], ids=["none", "sha2-256"])
@pytest.mark.parametrize("given", [key(), hashed()], ids=["none", "sha2-256"])
async def test_it_is_printed_once_the_password_is_given(
    sent: tuple[Attribute, ...], given: tuple[Attribute, ...]
) -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = (await printed(desk, *sent)).job_id
    if sent == key() and given == hashed():
        assert await release(desk, job_id, *given) is Status.CLIENT_ERROR_NOT_AUTHORIZED
    else:
        assert await release(desk, job_id, *given) is Status.SUCCESSFUL_OK
        async with desk.printing():
            await desk.until(job_id, JobState.COMPLETED)
    waits = WAIT in (await desk.job(job_id)).reasons
    assert list(tray.delivered) == ([] if waits else ["1-1"])


@pytest.mark.parametrize("attributes", [(), key(b"4712"), key(b"")], ids=["none", "wrong", "empty"])
async def test_it_stays_held_without_the_password(desk: Desk, attributes: tuple[Attribute, ...]) -> None:
    job_id = await locked(desk)
    assert await release(desk, job_id, *attributes) is Status.CLIENT_ERROR_NOT_AUTHORIZED
    job = await desk.job(job_id)
    assert (job.state, job.reasons) == (JobState.PENDING_HELD, frozenset({WAIT}))


async def test_one_half_of_the_key_is_none(desk: Desk) -> None:
    job_id = await locked(desk)
    for half in key():
        assert await release(desk, job_id, half) is Status.CLIENT_ERROR_BAD_REQUEST
    assert (await desk.job(job_id)).state is JobState.PENDING_HELD


async def test_the_password_ends_every_hold_of_the_job(desk: Desk) -> None:
    hold = [names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)]
    job_id = (await desk.ask(Operation.PRINT_JOB, *key(), job=hold, document=PDF)).job_id
    assert (await desk.job(job_id)).reasons == {WAIT, JobStateReason.JOB_HOLD_UNTIL_SPECIFIED}
    assert await release(desk, job_id, *key()) is Status.SUCCESSFUL_OK
    assert (await desk.job(job_id)).state is JobState.PENDING


async def test_no_other_operation_lets_it_go(desk: Desk) -> None:
    job_id = await locked(desk)
    await desk.ask_of(Operation.HOLD_JOB, job_id, names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD))
    await desk.ask(Operation.RELEASE_HELD_NEW_JOBS)
    await desk.ask_of(Operation.PROMOTE_JOB, job_id)
    await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, job_id)
    await desk.ask_of(Operation.RESUME_JOB, job_id)
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id))
    hold = [names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD)]
    await desk.ask(Operation.SET_JOB_ATTRIBUTES, job=hold, target=target)
    job = await desk.job(job_id)
    assert (job.state, job.reasons) == (JobState.PENDING_HELD, frozenset({WAIT}))


async def test_its_owner_cancels_it_without_the_password(desk: Desk) -> None:
    job_id = await locked(desk)
    assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is Status.SUCCESSFUL_OK
    assert (await desk.job(job_id)).state is JobState.CANCELED


async def test_a_job_that_was_released_needs_no_password_any_more(desk: Desk) -> None:
    job_id = await locked(desk)
    await release(desk, job_id, *key())
    await desk.ask_of(Operation.HOLD_JOB, job_id)
    assert await release(desk, job_id) is Status.SUCCESSFUL_OK
    assert (await desk.job(job_id)).state is JobState.PENDING


async def test_a_password_for_a_job_without_one_is_not_asked_for(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING_HELD)
    assert await release(desk, job_id, *key()) is Status.SUCCESSFUL_OK
    assert (await desk.job(job_id)).state is JobState.PENDING


# ---- who may


async def test_only_who_may_change_the_job_is_asked_for_its_password() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await locked(desk)
    assert await release(desk, job_id, *key(), user="bob") is Status.CLIENT_ERROR_NOT_AUTHORIZED
    kept = (await desk.job(job_id)).password
    assert kept is not None
    assert kept.tries == 0
    assert await release(desk, job_id, *key()) is Status.SUCCESSFUL_OK


@pytest.mark.parametrize("preset", Preset)
async def test_not_even_an_operator_releases_it_without_the_password(preset: Preset) -> None:
    desk = await Desk(preset=preset).open()
    job_id = await locked(desk)
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id))
    origin = here(principal=OPERATOR)
    answer = await desk.ask(Operation.RELEASE_JOB, target=target, origin=origin)
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    answer = await desk.ask(Operation.RELEASE_JOB, *key(), target=target, origin=origin)
    assert answer.status is Status.SUCCESSFUL_OK


# ---- guessing


async def test_after_some_wrong_passwords_whoever_guesses_waits_ever_longer(desk: Desk) -> None:
    job_id = await locked(desk)
    for _ in range(3):
        assert await release(desk, job_id, *key(b"0000")) is Status.CLIENT_ERROR_NOT_AUTHORIZED
    for seconds in (2, 4, 8):
        desk.clock.advance(seconds - 0.5)
        assert await release(desk, job_id, *key()) is Status.SERVER_ERROR_BUSY
        desk.clock.advance(0.5)
        assert await release(desk, job_id, *key(b"0000")) is Status.CLIENT_ERROR_NOT_AUTHORIZED
    desk.clock.advance(16)
    assert await release(desk, job_id, *key()) is Status.SUCCESSFUL_OK


async def test_nobody_else_waits_for_a_guesser(desk: Desk) -> None:
    guessed, other = await locked(desk), await locked(desk)
    for _ in range(3):
        await release(desk, guessed, *key(b"0000"))
    assert await release(desk, guessed, *key()) is Status.SERVER_ERROR_BUSY
    assert await release(desk, other, *key()) is Status.SUCCESSFUL_OK


async def test_after_too_many_the_job_can_only_be_canceled(desk: Desk) -> None:
    job_id = await locked(desk)
    for _ in range(MOST_TRIES):
        assert await release(desk, job_id, *key(b"0000")) is Status.CLIENT_ERROR_NOT_AUTHORIZED
        desk.clock.advance(3600)
    answer = await desk.ask_of(Operation.RELEASE_JOB, job_id, *key())
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert "canceled" in str(names.STATUS_MESSAGE.get(answer.operation))
    assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is Status.SUCCESSFUL_OK


async def test_an_address_that_guesses_at_many_jobs_waits(desk: Desk) -> None:
    jobs = [await locked(desk) for _ in range(11)]
    for job_id in jobs[:10]:
        assert await release(desk, job_id, *key(b"0000")) is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await release(desk, jobs[10], *key()) is Status.SERVER_ERROR_BUSY
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(jobs[10]))
    elsewhere = Origin(path="/ipp/print", authority="printer.local", peer="192.0.2.7")
    answer = await desk.ask(Operation.RELEASE_JOB, *key(), target=target, origin=elsewhere)
    assert answer.status is Status.SUCCESSFUL_OK


# ---- secrecy


async def test_the_password_is_neither_shown_nor_logged_nor_stored(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    secret = b"0815481516234223"
    with caplog.at_level(logging.DEBUG):
        job_id = (await printed(desk, *key(secret))).job_id
        await release(desk, job_id, *key(b"0815481516234224"))
        shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
        listed = await desk.ask(Operation.GET_JOBS, names.REQUESTED_ATTRIBUTES.of(Keyword("all")))
        named = names.REQUESTED_ATTRIBUTES.of(Keyword(names.JOB_PASSWORD.name))
        asked = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, named)
        await release(desk, job_id, *key(secret))
    assert secret[:15].decode() not in caplog.text
    for answer in (shown, listed, asked):
        assert secret not in answer.response.encode()
        assert all(names.JOB_PASSWORD.attribute(group) is None for group in answer.jobs)
    assert names.JOB_PASSWORD.name in str(asked.unsupported)
    assert secret.decode() not in repr(await desk.job(job_id))


async def test_a_password_that_is_refused_does_not_come_back(desk: Desk) -> None:
    answer = await printed(desk, *key(b"not a PIN"))
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.unsupported == (Attribute(names.JOB_PASSWORD.name, (OutOfBand.UNSUPPORTED,)),)


# ---- at creation


@pytest.mark.parametrize("operation", CREATING)
async def test_a_password_without_its_encryption_is_a_bad_request(desk: Desk, operation: Operation) -> None:
    for half in key():
        assert (await desk.create(operation, half)).status is Status.CLIENT_ERROR_BAD_REQUEST


@pytest.mark.parametrize("operation", CREATING)
@pytest.mark.parametrize("encryption", [Keyword("md5"), Keyword("x-rot13"), Encryption.SHAKE_256])
async def test_an_encryption_that_is_not_supported_is_named(
    desk: Desk, operation: Operation, encryption: Keyword
) -> None:
    answer = await desk.create(operation, *key(encryption=encryption))
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.unsupported == (names.JOB_PASSWORD_ENCRYPTION.of(encryption),)


@pytest.mark.parametrize("operation", CREATING)
async def test_a_password_that_cannot_be_is_refused_whatever_the_fidelity(
    desk: Desk, operation: Operation
) -> None:
    answer = await desk.create(operation, *key(b"123"), names.IPP_ATTRIBUTE_FIDELITY.of(False))
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert not (await desk.ask(Operation.GET_JOBS)).jobs


async def test_a_password_of_256_octets_is_too_long(desk: Desk) -> None:
    answer = await printed(desk, *key(b"1" * 256))
    assert answer.status is Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG


@pytest.mark.effect(Operation.CREATE_JOB, Operation.SEND_DOCUMENT, Operation.RELEASE_JOB)
async def test_the_ios_way(desk: Desk) -> None:
    """The phone asks, creates, sends as the same user, and shows the PIN while the job is held."""
    user = "Alice's iPhone"
    asked = await desk.ask(Operation.VALIDATE_JOB, *key(), user=user)
    assert asked.status is Status.SUCCESSFUL_OK
    assert not (await desk.ask(Operation.GET_JOBS)).jobs
    job_id = (await desk.ask(Operation.CREATE_JOB, *key(), user=user)).job_id
    last = names.LAST_DOCUMENT.of(True)
    sent = await desk.ask_of(Operation.SEND_DOCUMENT, job_id, last, document=PDF, user=user)
    assert sent.status is Status.SUCCESSFUL_OK
    for _ in range(2):  # it polls
        shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, user=user)).job
        assert names.JOB_STATE.get(shown) == JobState.PENDING_HELD
        assert names.JOB_STATE_REASONS.all(shown) == (WAIT,)
    assert await release(desk, job_id, *key(), user=user) is Status.SUCCESSFUL_OK
    async with desk.printing():
        assert (await desk.until(job_id, JobState.COMPLETED)).documents


@pytest.mark.parametrize("operation", [Operation.SEND_DOCUMENT, Operation.RELEASE_JOB])
async def test_nobody_else_takes_over_what_a_phone_has_begun(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.ask(Operation.CREATE_JOB, *key())).job_id
    more = (names.LAST_DOCUMENT.of(True),) if operation == Operation.SEND_DOCUMENT else key()
    document = PDF if operation == Operation.SEND_DOCUMENT else b""
    answer = await desk.ask_of(operation, job_id, *more, document=document, user="mallory")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert (await desk.job(job_id)).incoming


async def test_a_printer_says_which_passwords_it_takes() -> None:
    shown = capabilities(PRINTER)
    assert names.JOB_PASSWORD_SUPPORTED.get(shown) == 255
    assert names.JOB_PASSWORD_ENCRYPTION_SUPPORTED.all(shown)[-1] == Encryption.NONE
    assert names.JOB_RELEASE_ACTION_SUPPORTED.all(shown)


# ---- printing again


@pytest.mark.parametrize(
    "operation", [Operation.RESTART_JOB, Operation.REPROCESS_JOB, Operation.RESUBMIT_JOB]
)
async def test_printing_a_job_again_needs_its_password(desk: Desk, operation: Operation) -> None:
    job_id = await locked(desk)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    for attributes in ((), key(b"4712")):
        answer = await desk.ask_of(operation, job_id, *attributes)
        assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert not (await desk.ask(Operation.GET_JOBS)).jobs
    assert (await desk.ask_of(operation, job_id, *key())).status is Status.SUCCESSFUL_OK
    (again,) = (await desk.ask(Operation.GET_JOBS)).jobs
    new_id = names.JOB_ID.get(again)
    assert new_id is not None
    job = await desk.job(new_id)
    assert (job.state, job.reasons) == (JobState.PENDING, frozenset())
    assert job.password is not None


async def test_a_copy_cannot_be_guessed_at_anew(desk: Desk) -> None:
    job_id = await locked(desk)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    for _ in range(3):
        await desk.ask_of(Operation.RESUBMIT_JOB, job_id, *key(b"0000"))
    answer = await desk.ask_of(Operation.RESUBMIT_JOB, job_id, *key())
    assert answer.status is Status.SERVER_ERROR_BUSY


async def test_a_copy_of_a_job_without_password_may_get_one(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.COMPLETED)
    answer = await desk.ask_of(Operation.RESUBMIT_JOB, job_id, *key())
    assert names.JOB_STATE_REASONS.all(answer.job) == (WAIT,)
    assert await release(desk, answer.job_id) is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await release(desk, answer.job_id, *key()) is Status.SUCCESSFUL_OK


async def test_a_copy_may_wait_for_the_same_password_once_more(desk: Desk) -> None:
    job_id = await locked(desk)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    action = names.JOB_RELEASE_ACTION.of(JobReleaseAction.JOB_PASSWORD)
    answer = await desk.ask_of(Operation.RESUBMIT_JOB, job_id, *key(), action)
    assert names.JOB_STATE_REASONS.all(answer.job) == (WAIT,)
    assert await release(desk, answer.job_id, *key()) is Status.SUCCESSFUL_OK


async def test_the_document_of_a_job_with_a_password_is_handed_out_for_it_alone(desk: Desk) -> None:
    job_id = await locked(desk)
    number = names.DOCUMENT_NUMBER.of(1)
    refused = await desk.ask_of(Operation.CUPS_GET_DOCUMENT, job_id, number)
    assert (refused.status, refused.document) == (Status.CLIENT_ERROR_NOT_AUTHORIZED, b"")
    assert (await desk.ask_of(Operation.CUPS_GET_DOCUMENT, job_id, number, *key())).document == PDF
