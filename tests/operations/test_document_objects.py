"""The Documents of a Job, each by itself: shown, canceled, deleted (PWG 5100.5)."""

import asyncio

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import DocumentState, JobState, Operation, Status
from ippserver.iana.groups import ALL, DOCUMENT_DESCRIPTION, DOCUMENT_TEMPLATE
from ippserver.iana.keywords import DocumentStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, Name, OctetString, OutOfBand
from ippserver.model.access import Preset, Principal, Role
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.testing.desk import PDF, URI, Desk, Tray, here
from tests.operations.about_documents import ask, job_of_three, one, shown, state

LAST = names.LAST_DOCUMENT.of(True)
MORE = names.LAST_DOCUMENT.of(False)
NAME = names.DOCUMENT_NAME.of("another name")
OF_ONE = (
    Operation.GET_DOCUMENT_ATTRIBUTES,
    Operation.SET_DOCUMENT_ATTRIBUTES,
    Operation.CANCEL_DOCUMENT,
    Operation.DELETE_DOCUMENT,
)


@pytest.fixture
async def job_id(desk: Desk) -> int:
    """A Job of three documents that waits to be printed."""
    return await job_of_three(desk)


# ---- what they show


@pytest.mark.effect(Operation.GET_DOCUMENT_ATTRIBUTES)
async def test_a_document_shows_what_it_is_and_whose(desk: Desk, job_id: int) -> None:
    group = await one(desk, job_id, 2)
    assert names.DOCUMENT_NUMBER.get(group) == 2
    assert names.DOCUMENT_NAME.get(group) == Name("part 2")
    assert names.DOCUMENT_JOB_ID.get(group) == job_id
    assert names.DOCUMENT_JOB_URI.get(group) == f"{URI}/{job_id}"
    assert names.DOCUMENT_PRINTER_URI.get(group) == URI
    assert names.DOCUMENT_FORMAT.get(group) == names.DOCUMENT_FORMAT_DETECTED.get(group) == "application/pdf"
    assert names.K_OCTETS.get(group) == 1
    assert names.K_OCTETS_PROCESSED.get(group) == 0
    assert names.DOCUMENT_STATE.get(group) == DocumentState.PENDING
    assert names.DOCUMENT_STATE_REASONS.all(group) == (DocumentStateReason.NONE,)
    uuid = (await desk.job(job_id)).document(2).uuid_in((await desk.job(job_id)).uuid)
    assert names.DOCUMENT_UUID.get(group) == f"urn:uuid:{uuid}"


async def test_its_times_are_those_of_its_printer(desk: Desk, job_id: int) -> None:
    desk.clock.advance(100)
    group = await one(desk, job_id)
    up_time = names.PRINTER_UP_TIME.get(group)
    assert up_time == 101
    assert names.TIME_AT_CREATION.get(group) == vendor.TIME_AT_CREATED.get(group) == up_time - 100
    for never in (names.TIME_AT_PROCESSING, names.TIME_AT_COMPLETED, names.DATE_TIME_AT_COMPLETED):
        assert never.attribute(group) == Attribute(never.name, (OutOfBand.NO_VALUE,))


async def test_the_last_one_says_so_when_no_other_can_follow(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await ask(desk, Operation.SEND_DOCUMENT, job_id, None, MORE, document=PDF)
    assert names.LAST_DOCUMENT.get(await one(desk, job_id)) is False
    await ask(desk, Operation.SEND_DOCUMENT, job_id, None, LAST, document=PDF)
    assert names.LAST_DOCUMENT.get(await one(desk, job_id)) is False
    assert names.LAST_DOCUMENT.get(await one(desk, job_id, 2)) is True


@pytest.mark.parametrize(
    ("requested", "there", "not_there"),
    [
        (names.DOCUMENT_STATE.name, names.DOCUMENT_STATE, names.DOCUMENT_NUMBER),
        (DOCUMENT_TEMPLATE, names.COPIES, names.DOCUMENT_NUMBER),
        (DOCUMENT_DESCRIPTION, names.DOCUMENT_NUMBER, names.COPIES),
        (ALL, names.COPIES, names.JOB_ID),
    ],
)
async def test_groups_and_names_select_what_is_shown(
    desk: Desk, requested: str, there: AttributeDef[object], not_there: AttributeDef[object]
) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await ask(desk, Operation.SEND_DOCUMENT, job_id, None, LAST, group=[names.COPIES.of(2)], document=PDF)
    group = await one(desk, job_id, 1, requested)
    assert there.attribute(group) is not None
    assert not_there.attribute(group) is None


async def test_what_no_document_can_have_is_reported(desk: Desk, job_id: int) -> None:
    wanted = names.REQUESTED_ATTRIBUTES.of(Keyword(names.DOCUMENT_STATE.name), Keyword(names.JOB_NAME.name))
    answer = await ask(desk, Operation.GET_DOCUMENT_ATTRIBUTES, job_id, 1, wanted)
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (names.REQUESTED_ATTRIBUTES.of(Keyword(names.JOB_NAME.name)),)


async def test_the_group_of_document_template_attributes_is_one_of_a_printers(desk: Desk) -> None:
    wanted = names.REQUESTED_ATTRIBUTES.of(DOCUMENT_TEMPLATE)
    group = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, wanted)).printer
    assert names.COPIES_SUPPORTED.attribute(group) is not None
    assert names.JOB_PRIORITY_SUPPORTED.attribute(group) is None


@pytest.mark.effect(Operation.GET_DOCUMENTS)
async def test_all_documents_of_a_job_are_listed_in_order(desk: Desk, job_id: int) -> None:
    answer = await ask(desk, Operation.GET_DOCUMENTS, job_id)
    assert [names.DOCUMENT_NUMBER.get(group) for group in shown(answer)] == [1, 2, 3]
    assert [names.LAST_DOCUMENT.get(group) for group in shown(answer)] == [False, False, True]
    assert {attribute.name for group in shown(answer) for attribute in group} == {
        names.DOCUMENT_NUMBER.name,
        names.LAST_DOCUMENT.name,
    }


async def test_a_list_may_begin_later_and_end_earlier(desk: Desk, job_id: int) -> None:
    more = (names.FIRST_INDEX.of(2), names.LIMIT.of(1), names.REQUESTED_ATTRIBUTES.of(ALL))
    (group,) = shown(await ask(desk, Operation.GET_DOCUMENTS, job_id, None, *more))
    assert names.DOCUMENT_NAME.get(group) == Name("part 2")


async def test_a_job_without_documents_lists_none(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    answer = await ask(desk, Operation.GET_DOCUMENTS, job_id)
    assert (answer.status, shown(answer)) == (Status.SUCCESSFUL_OK, [])


async def test_preset_home_tells_strangers_nothing_of_what_is_in_them() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    said = (
        names.DOCUMENT_NAME.of("secret"),
        names.DOCUMENT_METADATA.of(OctetString(b"title=secret")),
        names.DOCUMENT_MESSAGE.of("secret"),
    )
    job_id = (await desk.ask(Operation.PRINT_JOB, *said, document=PDF)).job_id
    assert b"secret" not in (await one(desk, job_id, user="bob")).wire
    assert (await one(desk, job_id)).wire.count(b"secret") == 4
    wanted = names.REQUESTED_ATTRIBUTES.of(Keyword(names.DOCUMENT_NAME.name))
    answer = await ask(desk, Operation.GET_DOCUMENT_ATTRIBUTES, job_id, 1, wanted, user="bob")
    assert (answer.status, answer.unsupported) == (Status.SUCCESSFUL_OK, ())


# ---- which one


@pytest.mark.parametrize("operation", OF_ONE)
async def test_which_document_is_meant_must_be_said(desk: Desk, job_id: int, operation: Operation) -> None:
    before = await desk.job(job_id)
    for number, status in ((None, Status.CLIENT_ERROR_BAD_REQUEST), (4, Status.CLIENT_ERROR_NOT_FOUND)):
        assert (await ask(desk, operation, job_id, number, group=[NAME])).status is status
    for wrong in (names.DOCUMENT_NUMBER.of(0), names.DOCUMENT_NUMBER.of(1, 2)):
        answer = await ask(desk, operation, job_id, None, wrong, group=[NAME])
        assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert (await ask(desk, operation, 99, 1, group=[NAME])).status is Status.CLIENT_ERROR_NOT_FOUND
    assert await desk.job(job_id) == before


@pytest.mark.parametrize("operation", OF_ONE[1:])
@pytest.mark.parametrize("stranger", ["bob", "Alice"])
async def test_preset_home_leaves_a_document_to_its_owner(operation: Operation, stranger: str) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    before = await desk.job(job_id)
    answer = await ask(desk, operation, job_id, 1, group=[NAME], user=stranger)
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await desk.job(job_id) == before
    assert (await ask(desk, operation, job_id, 1, group=[NAME])).status is Status.SUCCESSFUL_OK


# ---- canceling


@pytest.mark.effect(Operation.CANCEL_DOCUMENT)
async def test_one_is_canceled_and_the_others_are_printed() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    for number in (1, 2, 3):
        last = names.LAST_DOCUMENT.of(number == 3)
        await ask(desk, Operation.SEND_DOCUMENT, job_id, None, last, document=b"%%PDF-1.7 %d" % number)
    await ask(desk, Operation.CANCEL_DOCUMENT, job_id, 2)
    group = await one(desk, job_id, 2)
    assert names.DOCUMENT_STATE.get(group) == DocumentState.CANCELED
    assert names.DOCUMENT_STATE_REASONS.all(group) == (DocumentStateReason.CANCELED_BY_USER,)
    async with desk.printing():
        await _completed(desk, job_id)
    assert sorted(tray.delivered) == [f"{job_id}-1", f"{job_id}-3"]
    group = await one(desk, job_id, 3)
    assert names.DOCUMENT_STATE.get(group) == DocumentState.COMPLETED
    assert names.K_OCTETS_PROCESSED.get(group) == 1
    assert (await desk.job(job_id)).state is JobState.COMPLETED


async def _completed(desk: Desk, job_id: int) -> Job:
    """The Job once it is completed: a Printer of a Desk shows it processing for a while."""
    async with asyncio.timeout(30):
        while (await desk.job(job_id)).state is not JobState.COMPLETED:
            desk.clock.advance(1)
            await asyncio.sleep(0)
    return await desk.job(job_id)


async def test_one_at_work_is_canceled_as_soon_as_its_output_lets_go() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    async with desk.printing():
        job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
        await tray.working.wait()
        assert await state(desk, job_id) == DocumentState.PROCESSING
        assert (await ask(desk, Operation.CANCEL_DOCUMENT, job_id, 1)).status is Status.SUCCESSFUL_OK
        await desk.until_job(job_id, lambda job: job.document(1).over)
        assert await state(desk, job_id) == DocumentState.CANCELED
        assert (await desk.job(job_id)).state is JobState.PROCESSING
        await _completed(desk, job_id)
    assert tray.delivered == {}


async def test_one_that_is_over_or_on_its_way_there_is_not_canceled(desk: Desk, job_id: int) -> None:
    await ask(desk, Operation.CANCEL_DOCUMENT, job_id, 1)
    again = await ask(desk, Operation.CANCEL_DOCUMENT, job_id, 1)
    assert again.status is Status.CLIENT_ERROR_NOT_POSSIBLE
    await desk.jobs.on(job_id, JobEvent.START)
    assert (await ask(desk, Operation.CANCEL_DOCUMENT, job_id, 2)).status is Status.SUCCESSFUL_OK
    assert DocumentStateReason.PROCESSING_TO_STOP_POINT in names.DOCUMENT_STATE_REASONS.all(
        await one(desk, job_id, 2)
    )
    again = await ask(desk, Operation.CANCEL_DOCUMENT, job_id, 2)
    assert again.status is Status.CLIENT_ERROR_NOT_POSSIBLE


async def test_an_operator_who_cancels_one_is_told_from_its_owner() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    operator = here(principal=Principal(name="eve", role=Role.OPERATOR, authenticated=True))
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id), names.DOCUMENT_NUMBER.of(1))
    await desk.ask(Operation.CANCEL_DOCUMENT, target=target, origin=operator)
    group = await one(desk, job_id)
    assert names.DOCUMENT_STATE_REASONS.all(group) == (DocumentStateReason.CANCELED_BY_OPERATOR,)


async def test_canceling_the_job_cancels_them_all(desk: Desk, job_id: int) -> None:
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    assert [await state(desk, job_id, number) for number in (1, 2, 3)] == [DocumentState.CANCELED] * 3


# ---- deleting


@pytest.mark.effect(Operation.DELETE_DOCUMENT)
async def test_one_is_deleted_with_its_octets(desk: Desk, job_id: int) -> None:
    await ask(desk, Operation.DELETE_DOCUMENT, job_id, 2)
    assert (await ask(desk, Operation.GET_DOCUMENT_ATTRIBUTES, job_id, 2)).status is (
        Status.CLIENT_ERROR_NOT_FOUND
    )
    job = await desk.job(job_id)
    assert [document.number for document in job.documents] == [1, 3]
    assert await desk.content(job) == [b"%PDF-1.7 1", b"%PDF-1.7 3"]
    assert await desk.spool.sweep([document.key for document in job.documents]) == 0


async def test_none_is_deleted_while_its_job_is_at_work(desk: Desk, job_id: int) -> None:
    await desk.jobs.on(job_id, JobEvent.START)
    answer = await ask(desk, Operation.DELETE_DOCUMENT, job_id, 2)
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE
    assert len(await desk.content(await desk.job(job_id))) == 3


async def test_one_of_the_history_may_be_deleted(desk: Desk, job_id: int) -> None:
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    for number in (1, 2, 3):
        assert (await ask(desk, Operation.DELETE_DOCUMENT, job_id, number)).status is Status.SUCCESSFUL_OK
    answer = await desk.ask_of(Operation.RESTART_JOB, job_id)
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE


@pytest.mark.parametrize("operation", OF_ONE[1:3])
async def test_one_that_is_deleted_meanwhile_is_not_found(
    desk: Desk, job_id: int, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = desk.store.update

    async def late(job_id: int, change: object) -> object:
        await update(job_id, lambda job: job.without_document(1))
        return await update(job_id, change)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.store, "update", late)
    answer = await ask(desk, operation, job_id, 1, group=[NAME])
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND
