"""Who asks, and what they may do (RFC 8011 4.1 and 9)."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.values import (
    Name,
)
from ippserver.model.access import Preset, Principal, Role
from ippserver.testing.desk import PDF, URI, Desk, here


async def test_without_a_name_the_user_is_anonymous(desk: Desk) -> None:
    for user in (None, ""):
        job_id = (await desk.ask(Operation.CREATE_JOB, user=user)).job_id
        assert (await desk.job(job_id)).user == Name("anonymous")


async def test_an_authenticated_name_counts_more_than_the_requesting_one(desk: Desk) -> None:
    origin = here(principal=Principal(name="bob", authenticated=True))
    job_id = (await desk.ask(Operation.CREATE_JOB, user="alice", origin=origin)).job_id
    assert (await desk.job(job_id)).user == Name("bob")


OPERATE = (Operation.PAUSE_PRINTER, Operation.RESUME_PRINTER, Operation.PURGE_JOBS)


@pytest.mark.parametrize("operation", OPERATE)
@pytest.mark.parametrize("user", [None, "alice", "root", "operator"])
async def test_preset_home_refuses_the_printers_operations_to_everybody_unknown(
    operation: Operation, user: str | None
) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    assert (await desk.ask(operation, user=user)).status is Status.CLIENT_ERROR_NOT_AUTHORIZED


@pytest.mark.parametrize("operation", OPERATE)
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
async def test_preset_home_leaves_them_to_operators(operation: Operation, role: Role) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    origin = here(principal=Principal(name="eve", role=role, authenticated=True))
    assert (await desk.ask(operation, origin=origin)).status is Status.SUCCESSFUL_OK


@pytest.mark.parametrize("operation", OPERATE)
async def test_preset_open_leaves_them_to_everybody(desk: Desk, operation: Operation) -> None:
    assert (await desk.ask(operation, user=None)).status is Status.SUCCESSFUL_OK


OWN = (
    Operation.CANCEL_JOB,
    Operation.HOLD_JOB,
    Operation.RELEASE_JOB,
    Operation.RESTART_JOB,
    Operation.SEND_DOCUMENT,
    Operation.CLOSE_JOB,
    Operation.REPROCESS_JOB,
    Operation.RESUBMIT_JOB,
    Operation.RESUME_JOB,
    Operation.SET_JOB_ATTRIBUTES,
)


@pytest.mark.parametrize("operation", OWN)
@pytest.mark.parametrize("stranger", [None, "bob", "Alice", "alice ", "ALICE"])
async def test_preset_home_leaves_a_job_to_its_owner(operation: Operation, stranger: str | None) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.ask(Operation.CREATE_JOB, user="alice")).job_id
    before = await desk.job(job_id)
    answer = await desk.ask_of(operation, job_id, user=stranger)
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await desk.job(job_id) == before
    assert (await desk.ask_of(operation, job_id)).status is not Status.CLIENT_ERROR_NOT_AUTHORIZED


@pytest.mark.parametrize("operation", [Operation.PROMOTE_JOB, Operation.SCHEDULE_JOB_AFTER])
async def test_preset_home_leaves_the_order_of_the_queue_to_operators(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF, user="alice")).job_id
    before = await desk.job(job_id)
    answer = await desk.ask_of(operation, job_id, user="alice")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await desk.job(job_id) == before
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id))
    operator = here(principal=Principal(name="eve", role=Role.OPERATOR, authenticated=True))
    assert (await desk.ask(operation, target=target, origin=operator)).status is Status.SUCCESSFUL_OK
    assert (await desk.job(job_id)).priority == 100


async def test_preset_open_leaves_every_job_to_everybody(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB, user="alice")).job_id
    assert (await desk.ask_of(Operation.CANCEL_JOB, job_id, user="bob")).status is Status.SUCCESSFUL_OK


async def test_whether_a_job_is_there_is_told_before_whose_it_is() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    answer = await desk.ask_of(Operation.CANCEL_JOB, 99, user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND
