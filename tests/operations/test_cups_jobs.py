"""What CUPS's clients do to the jobs of all printers at once, and to the one that is at work."""

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Uri
from ippserver.model.access import Preset
from ippserver.model.printer import PrinterConfig
from ippserver.testing.desk import AUTHORITY, PDF, Desk

HERE = f"ipp://{AUTHORITY}"
ALL_PRINTERS = (names.PRINTER_URI.of(Uri("ipp://localhost/printers/")),)
CURRENT = names.JOB_ID.of(0)


def at(path: str) -> tuple[Attribute, ...]:
    return (names.PRINTER_URI.of(Uri(HERE + path)),)


@pytest.fixture
async def house() -> Desk:
    """A server with two printers, and at each a job of alice's and one of bob's."""
    desk = await Desk(*(PrinterConfig(path=f"/{name}", name=name) for name in ("one", "two"))).open()
    for path in ("/one", "/two"):
        for user in ("alice", "bob"):
            await desk.ask(Operation.PRINT_JOB, document=PDF, target=at(path), user=user)
    return desk


async def waiting(desk: Desk) -> list[int]:
    """The job-ids of the jobs that are not over."""
    answer = await desk.ask(Operation.GET_JOBS, target=ALL_PRINTERS)
    return [names.JOB_ID.get(job) or 0 for job in answer.jobs]


async def test_cancel_jobs_reaches_every_printer(house: Desk) -> None:
    await house.ask(Operation.CANCEL_JOBS, target=at("/printers/one"))
    assert await waiting(house) == [3, 4]
    await house.ask(Operation.CANCEL_JOBS, target=ALL_PRINTERS)
    assert await waiting(house) == []


async def test_cancel_jobs_names_jobs_of_any_printer(house: Desk) -> None:
    answer = await house.ask(Operation.CANCEL_JOBS, names.JOB_IDS.of(1, 4), target=ALL_PRINTERS)
    assert answer.status is Status.SUCCESSFUL_OK
    assert await waiting(house) == [2, 3]


@pytest.mark.parametrize("operation", [Operation.CANCEL_JOBS, Operation.CANCEL_MY_JOBS])
async def test_my_jobs_are_canceled_at_every_printer(house: Desk, operation: Operation) -> None:
    more = [names.MY_JOBS.of(True)] if operation is Operation.CANCEL_JOBS else []
    await house.ask(operation, *more, target=ALL_PRINTERS, user="bob")
    assert await waiting(house) == [1, 3]


async def test_purge_jobs_forgets_the_jobs_of_every_printer_and_ends_each_pause(house: Desk) -> None:
    for path in ("/one", "/two"):
        await house.ask(Operation.PAUSE_PRINTER, target=at(path))
    await house.ask(Operation.PURGE_JOBS, target=ALL_PRINTERS)
    assert await house.store.get(1) is None
    assert await waiting(house) == []
    for path in ("/one", "/two"):
        shown = await house.ask(Operation.GET_PRINTER_ATTRIBUTES, target=at(path))
        assert names.PRINTER_STATE.get(shown.printer) == PrinterState.IDLE


async def test_a_purge_that_does_not_purge_only_cancels(house: Desk) -> None:
    await house.ask(Operation.PURGE_JOBS, vendor.PURGE_JOBS.of(False), target=at("/one"))
    assert await waiting(house) == [3, 4]
    assert (await house.job(1)).state is JobState.CANCELED
    await house.ask(Operation.PURGE_JOBS, vendor.PURGE_JOBS.of(True), target=at("/one"))
    assert await house.store.get(1) is None


async def test_a_purge_forgets_no_jobs_but_those_that_it_names(house: Desk) -> None:
    await house.ask(Operation.PAUSE_PRINTER, target=at("/one"))
    answer = await house.ask(Operation.PURGE_JOBS, names.JOB_IDS.of(2, 2), target=at("/one"))
    assert answer.status is Status.SUCCESSFUL_OK
    assert await waiting(house) == [1, 3, 4]
    assert await house.store.get(2) is None
    shown = await house.ask(Operation.GET_PRINTER_ATTRIBUTES, target=at("/one"))
    assert names.PRINTER_STATE.get(shown.printer) == PrinterState.STOPPED


async def test_a_purge_of_my_jobs_leaves_those_of_others(house: Desk) -> None:
    await house.ask(Operation.PURGE_JOBS, names.MY_JOBS.of(True), target=ALL_PRINTERS, user="bob")
    assert await waiting(house) == [1, 3]


@pytest.mark.parametrize(
    ("path", "job_ids", "more", "status", "wrong"),
    [
        ("/one", (1, 3), (), Status.CLIENT_ERROR_NOT_FOUND, (3,)),
        ("/printers/", (1, 99), (), Status.CLIENT_ERROR_NOT_FOUND, (99,)),
        ("/one", (1, 2), (names.MY_JOBS.of(True),), Status.CLIENT_ERROR_NOT_AUTHORIZED, (2,)),
    ],
)
async def test_a_purge_forgets_all_that_it_names_or_none(
    house: Desk,
    path: str,
    job_ids: tuple[int, ...],
    more: tuple[Attribute, ...],
    status: Status,
    wrong: tuple[int, ...],
) -> None:
    target = ALL_PRINTERS if path == "/printers/" else at(path)
    answer = await house.ask(Operation.PURGE_JOBS, names.JOB_IDS.of(*job_ids), *more, target=target)
    assert (answer.status, answer.unsupported) == (status, (names.JOB_IDS.of(*wrong),))
    assert await waiting(house) == [1, 2, 3, 4]


async def test_strangers_cancel_no_jobs_of_all_printers_in_preset_home(house: Desk) -> None:
    home = await Desk(
        PrinterConfig(path="/one", name="one"), preset=Preset.HOME, store=house.store, spool=house.spool
    ).open()
    for operation in (Operation.CANCEL_JOBS, Operation.PURGE_JOBS):
        answer = await home.ask(operation, target=ALL_PRINTERS)
        assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    await home.ask(Operation.CANCEL_MY_JOBS, target=ALL_PRINTERS)
    assert await waiting(home) == [2, 4]


async def test_a_job_id_where_none_belongs_is_passed_over(house: Desk) -> None:
    for path, status in (
        ("/printers/one", Status.SUCCESSFUL_OK),
        ("/one", Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES),
    ):
        answer = await house.ask(Operation.CANCEL_JOBS, names.JOB_ID.of(-1), target=at(path))
        assert answer.status is status


# ---- the current job


@pytest.mark.parametrize(("path", "canceled"), [("/printers/two", 3), ("/printers/", 1)])
async def test_job_0_is_the_next_to_end(house: Desk, path: str, canceled: int) -> None:
    answer = await house.ask(Operation.CANCEL_JOB, target=[*at(path), CURRENT])
    assert answer.status is Status.SUCCESSFUL_OK
    assert (await house.job(canceled)).state is JobState.CANCELED
    assert len(await waiting(house)) == 3


async def test_where_all_is_done_there_is_no_job_0(house: Desk) -> None:
    await house.ask(Operation.CANCEL_JOBS, target=ALL_PRINTERS)
    answer = await house.ask(Operation.CANCEL_JOB, target=[*at("/printers/two"), CURRENT])
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND


@pytest.mark.parametrize("path", ["/one", "/two"])
async def test_by_its_own_path_a_printer_has_no_job_0(house: Desk, path: str) -> None:
    answer = await house.ask(Operation.CANCEL_JOB, target=[*at(path), CURRENT])
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert len(await waiting(house)) == 4
