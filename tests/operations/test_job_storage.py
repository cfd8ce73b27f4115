"""Jobs that are stored to be printed again (PWG 5100.11, job-storage)."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import (
    JobReleaseAction,
    JobStateReason,
    JobStorageAccess,
    JobStorageDisposition,
    WhichJobs,
)
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, Name, OutOfBand
from ippserver.model.access import Preset
from ippserver.model.printer import PrinterConfig
from ippserver.testing.desk import PDF, Desk, Tray
from tests.operations.protected import key, printed, storage, stored

STORE_ONLY = storage(JobStorageDisposition.STORE_ONLY)
PRINT_AND_STORE = storage(JobStorageDisposition.PRINT_AND_STORE)
FOR_ALL = storage(JobStorageDisposition.STORE_ONLY, JobStorageAccess.PUBLIC)
REPRINTS = (Operation.REPROCESS_JOB, Operation.RESUBMIT_JOB)
SMALL = PrinterConfig(path="/ipp/print", name="Office", minimum_processing_seconds=0, max_stored_jobs=2)


async def listed(desk: Desk, which: Keyword, user: str = "alice") -> list[int | None]:
    answer = await desk.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(which), user=user)
    assert answer.status is Status.SUCCESSFUL_OK
    return [names.JOB_ID.get(group) for group in answer.jobs]


@pytest.mark.parametrize(
    ("asked", "delivered"), [(STORE_ONLY, []), (PRINT_AND_STORE, ["1-1"])], ids=["store-only", "both"]
)
async def test_a_job_is_stored_and_printed_as_it_says(asked: Attribute, delivered: list[str]) -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = await stored(desk, asked)
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
    assert names.JOB_STATE.get(shown) == JobState.COMPLETED
    assert JobStateReason.JOB_STORED in names.JOB_STATE_REASONS.all(shown)
    kept = names.JOB_STORAGE.get(shown)
    assert kept is not None
    assert names.JOB_STORAGE_ACCESS.get(kept) == JobStorageAccess.OWNER
    assert list(tray.delivered) == delivered


async def test_a_job_that_shall_not_be_stored_is_not(desk: Desk) -> None:
    job_id = await stored(desk, storage(JobStorageDisposition.NONE))
    assert JobStateReason.JOB_STORED not in (await desk.job(job_id)).reasons


@pytest.mark.effect(Operation.REPROCESS_JOB)
async def test_what_is_stored_is_printed_by_reprocess_job() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = await stored(desk, STORE_ONLY)
    copy_id = (await desk.ask_of(Operation.REPROCESS_JOB, job_id)).job_id
    async with desk.printing():
        copy = await desk.until(copy_id, JobState.COMPLETED)
    assert tray.delivered == {f"{copy_id}-1": PDF}
    assert not copy.stored
    assert (await desk.job(job_id)).stored


@pytest.mark.effect(Operation.RESUBMIT_JOB)
async def test_what_is_stored_is_printed_by_resubmit_job() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = await stored(desk, STORE_ONLY)
    for _ in range(2):
        copy_id = (await desk.ask_of(Operation.RESUBMIT_JOB, job_id)).job_id
        async with desk.printing():
            await desk.until(copy_id, JobState.COMPLETED)
    assert len(tray.delivered) == 2


async def test_a_copy_is_stored_where_that_is_asked_for_anew(desk: Desk) -> None:
    job_id = await stored(desk, STORE_ONLY)
    copy_id = (await desk.ask_of(Operation.RESUBMIT_JOB, job_id, PRINT_AND_STORE)).job_id
    async with desk.printing():
        assert (await desk.until(copy_id, JobState.COMPLETED)).stored


async def test_a_stored_job_is_not_restarted(desk: Desk) -> None:
    job_id = await stored(desk, STORE_ONLY)
    assert (await desk.ask_of(Operation.RESTART_JOB, job_id)).status is Status.CLIENT_ERROR_NOT_POSSIBLE


@pytest.mark.effect(Operation.CANCEL_JOB)
async def test_cancel_job_ends_its_storage(desk: Desk) -> None:
    job_id = await stored(desk, STORE_ONLY)
    completed = (await desk.job(job_id)).completed
    assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is Status.SUCCESSFUL_OK
    job = await desk.job(job_id)
    assert (job.state, job.stored, job.completed) == (JobState.COMPLETED, False, completed)
    again = await desk.ask_of(Operation.CANCEL_JOB, job_id)
    assert again.status is Status.CLIENT_ERROR_NOT_POSSIBLE


# ---- who may


@pytest.mark.parametrize("operation", REPRINTS)
async def test_everybody_prints_what_is_stored_for_everybody(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await stored(desk, FOR_ALL)
    answer = await desk.ask_of(operation, job_id, user="bob")
    assert answer.status is Status.SUCCESSFUL_OK
    assert (await desk.job(answer.job_id)).user == Name("bob")


@pytest.mark.parametrize("operation", REPRINTS)
async def test_what_is_stored_for_its_owner_nobody_else_prints(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await stored(desk, STORE_ONLY)
    answer = await desk.ask_of(operation, job_id, user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED


@pytest.mark.parametrize("operation", REPRINTS)
async def test_a_public_job_that_is_not_stored_yet_or_any_more_is_its_owners(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    waiting = (await printed(desk, FOR_ALL)).job_id
    answer = await desk.ask_of(operation, waiting, user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    async with desk.printing():
        await desk.until(waiting, JobState.COMPLETED)
    await desk.ask_of(Operation.CANCEL_JOB, waiting)
    answer = await desk.ask_of(operation, waiting, user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED


@pytest.mark.parametrize(
    "operation", [Operation.CANCEL_JOB, Operation.CUPS_GET_DOCUMENT, Operation.SET_JOB_ATTRIBUTES]
)
async def test_nobody_else_does_anything_but_print_a_public_job(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await stored(desk, FOR_ALL)
    answer = await desk.ask_of(operation, job_id, names.DOCUMENT_NUMBER.of(1), user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED


async def test_the_name_of_a_job_that_is_stored_for_everybody_is_seen_by_everybody() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    mine = await stored(desk, STORE_ONLY, names.JOB_NAME.of("letter"))
    everybodys = await stored(desk, FOR_ALL, names.JOB_NAME.of("form"))
    assert _name(await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, mine, user="bob")) is None
    assert _name(await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, everybodys, user="bob")) == "form"


def _name(answer: object) -> object:
    return names.JOB_NAME.get(answer.job)  # type: ignore[attr-defined]


@pytest.mark.parametrize("operation", REPRINTS)
async def test_what_is_stored_with_a_password_is_printed_with_it_alone(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await stored(desk, FOR_ALL, *key())
    assert (await desk.job(job_id)).stored
    answer = await desk.ask_of(operation, job_id, user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    answer = await desk.ask_of(operation, job_id, *key(), user="bob")
    assert answer.status is Status.SUCCESSFUL_OK


async def test_a_job_that_is_printed_and_stored_waits_for_its_release_first(desk: Desk) -> None:
    action = names.JOB_RELEASE_ACTION.of(JobReleaseAction.BUTTON_PRESS)
    answer = await printed(desk, PRINT_AND_STORE, action)
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD


# ---- which-jobs


@pytest.mark.effect(Operation.GET_JOBS)
async def test_stored_jobs_are_listed_by_who_may_print_them(desk: Desk) -> None:
    mine, everybodys = await stored(desk, STORE_ONLY), await stored(desk, FOR_ALL)
    await stored(desk)
    await printed(desk, STORE_ONLY)
    assert await listed(desk, WhichJobs.SAVED) == [everybodys, mine]
    assert await listed(desk, WhichJobs.STORED_OWNER) == [everybodys, mine]
    assert await listed(desk, WhichJobs.STORED_OWNER, user="bob") == []
    assert await listed(desk, WhichJobs.STORED_PUBLIC, user="bob") == [everybodys]


# ---- what is not possible


@pytest.mark.parametrize(
    ("asked", "bad"),
    [
        (
            storage(JobStorageDisposition.STORE_ONLY, JobStorageAccess.GROUP),
            Collection([names.JOB_STORAGE_ACCESS.of(JobStorageAccess.GROUP)]),
        ),
        (
            storage(Keyword("x-burn")),
            Collection([names.JOB_STORAGE_DISPOSITION.of(Keyword("x-burn"))]),
        ),
        (
            names.JOB_STORAGE.of(Collection([names.JOB_STORAGE_GROUP.of("sales")])),
            Collection([Attribute(names.JOB_STORAGE_GROUP.name, (OutOfBand.UNSUPPORTED,))]),
        ),
    ],
    ids=["group", "disposition", "group-name"],
)
async def test_storage_that_cannot_be_is_refused_and_not_ignored(
    desk: Desk, asked: Attribute, bad: Collection
) -> None:
    answer = await printed(desk, asked)
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.unsupported == (names.JOB_STORAGE.of(bad),)
    assert not (await desk.ask(Operation.GET_JOBS)).jobs


@pytest.mark.parametrize("operation", [Operation.PRINT_JOB, Operation.VALIDATE_JOB, Operation.CREATE_JOB])
async def test_no_more_are_stored_than_there_is_room_for(operation: Operation) -> None:
    desk = await Desk(SMALL).open()
    first, _ = await stored(desk, STORE_ONLY), await stored(desk, STORE_ONLY)
    answer = await desk.create(operation, STORE_ONLY)
    assert answer.status is Status.SERVER_ERROR_TOO_MANY_JOBS
    assert (await desk.create(operation)).status is Status.SUCCESSFUL_OK
    await desk.ask_of(Operation.CANCEL_JOB, first)
    assert (await desk.create(operation, STORE_ONLY)).status is Status.SUCCESSFUL_OK
