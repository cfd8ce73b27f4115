"""What is said of a Document: when it is sent, before, and after it (PWG 5100.5, PWG 5100.13)."""

from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState, Operation, Status
from ippserver.iana.keywords import IppFeatures, JobStorageDisposition, Sides
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, Name, OctetString, OutOfBand
from ippserver.model.states import JobEvent
from ippserver.testing.desk import PDF, PRINTER, URI, Desk, unsupported
from tests.operations.about_documents import ask, job_of_three, one, shown
from tests.operations.protected import storage, stored

LAST = names.LAST_DOCUMENT.of(True)
MORE = names.LAST_DOCUMENT.of(False)
NAME = names.DOCUMENT_NAME.of("another name")


@pytest.fixture
async def job_id(desk: Desk) -> int:
    """A Job of three documents that waits to be printed."""
    return await job_of_three(desk)


# ---- setting


@pytest.mark.effect(Operation.SET_DOCUMENT_ATTRIBUTES)
async def test_what_is_set_is_shown(desk: Desk, job_id: int) -> None:
    wanted = [NAME, names.COPIES.of(3), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)]
    answer = await ask(desk, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, 2, group=wanted)
    assert (answer.status, answer.unsupported) == (Status.SUCCESSFUL_OK, ())
    group = await one(desk, job_id, 2)
    assert [group.get(each.name) for each in wanted] == wanted
    assert names.COPIES.get(await one(desk, job_id, 1)) is None


async def test_what_is_deleted_is_gone(desk: Desk, job_id: int) -> None:
    await ask(desk, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, 2, group=[names.COPIES.of(3)])
    deleted = [Attribute(each.name, (OutOfBand.DELETE_ATTRIBUTE,)) for each in (names.COPIES, NAME)]
    answer = await ask(desk, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, 2, group=deleted)
    assert answer.status is Status.SUCCESSFUL_OK
    group = await one(desk, job_id, 2)
    assert names.COPIES.get(group) is None
    assert names.DOCUMENT_NAME.get(group) == Name("")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ([], Status.CLIENT_ERROR_BAD_REQUEST),
        ([names.JOB_PRIORITY.of(3)], Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED),
        ([names.DOCUMENT_NUMBER.of(3)], Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE),
        ([names.COPIES.of(100_000)], Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED),
    ],
)
async def test_all_of_it_is_set_or_nothing(
    desk: Desk, job_id: int, wanted: list[Attribute], status: Status
) -> None:
    before = await desk.job(job_id)
    group = [*wanted, NAME] if wanted else []
    answer = await ask(desk, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, 1, group=group)
    assert answer.status is status
    assert [each.name for each in answer.unsupported] == [each.name for each in wanted]
    assert await desk.job(job_id) == before


async def test_what_contradicts_another_attribute_of_it_is_not_set(desk: Desk, job_id: int) -> None:
    media = names.MEDIA.of(Keyword("iso_a4_210x297mm"))
    await ask(desk, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, 1, group=[media])
    (default,) = names.MEDIA_COL_DEFAULT.all((await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer)
    better = [names.MEDIA_COL.of(default)]
    answer = await ask(desk, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, 1, group=better)
    assert answer.status is Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES


async def test_one_at_work_takes_a_name_and_one_that_is_over_nothing(desk: Desk, job_id: int) -> None:
    await desk.jobs.on(job_id, JobEvent.START)
    statuses = [
        (await ask(desk, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, 1, group=[each])).status
        for each in (NAME, names.COPIES.of(2))
    ]
    assert statuses == [Status.SUCCESSFUL_OK, Status.CLIENT_ERROR_NOT_POSSIBLE]
    await desk.jobs.on(job_id, JobEvent.FINISH)
    answer = await ask(desk, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, 1, group=[NAME])
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE


# ---- with the operations that bring them


async def test_send_document_answers_with_the_document_that_it_made(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    answer = await ask(desk, Operation.SEND_DOCUMENT, job_id, None, MORE, document=PDF)
    (group,) = shown(answer)
    assert names.DOCUMENT_NUMBER.get(group) == 1
    assert names.DOCUMENT_STATE.get(group) == DocumentState.PENDING
    assert shown(await ask(desk, Operation.SEND_DOCUMENT, job_id, None, LAST)) == []


@pytest.mark.parametrize("tag", [GroupTag.DOCUMENT, GroupTag.JOB])
async def test_what_a_document_is_to_be_is_kept_with_it_alone(desk: Desk, tag: GroupTag) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id))
    wanted = AttributeGroup(tag, [names.COPIES.of(2)])
    answer = await desk.ask(Operation.SEND_DOCUMENT, LAST, target=target, document=PDF, more=[wanted])
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.COPIES.get(await one(desk, job_id)) == 2
    assert (await desk.job(job_id)).template == ()


async def test_print_job_takes_a_document_group_beside_the_job_group(desk: Desk) -> None:
    wanted = AttributeGroup(GroupTag.DOCUMENT, [names.COPIES.of(2), names.DOCUMENT_NAME.of("inner")])
    answer = await desk.ask(Operation.PRINT_JOB, job=[names.COPIES.of(3)], more=[wanted], document=PDF)
    assert answer.status is Status.SUCCESSFUL_OK
    group = await one(desk, answer.job_id)
    assert (names.COPIES.get(group), names.DOCUMENT_NAME.get(group)) == (2, Name("inner"))
    assert (await desk.job(answer.job_id)).template == (names.COPIES.of(3),)


async def test_a_name_among_the_jobs_attributes_is_its_name_all_the_same(desk: Desk) -> None:
    name = names.DOCUMENT_NAME.of("test-document-1")
    answer = await desk.ask(Operation.PRINT_JOB, job=[names.COPIES.of(1), name], document=PDF)
    assert (answer.status, answer.unsupported) == (Status.SUCCESSFUL_OK, ())
    assert names.DOCUMENT_NAME.get(await one(desk, answer.job_id)) == Name("test-document-1")


BAD = [names.COPIES.of(100_000), names.JOB_PRIORITY.of(7)]


@pytest.mark.parametrize(
    "operation", [Operation.PRINT_JOB, Operation.VALIDATE_JOB, Operation.VALIDATE_DOCUMENT]
)
async def test_what_is_not_supported_of_it_is_ignored_or_with_fidelity_refused(
    desk: Desk, operation: Operation
) -> None:
    bad = [AttributeGroup(GroupTag.DOCUMENT, BAD)]
    document = PDF if operation is Operation.PRINT_JOB else b""
    answer = await desk.ask(operation, more=bad, document=document)
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert set(answer.unsupported) == {BAD[0], unsupported(BAD[1].name)}
    strict = names.IPP_ATTRIBUTE_FIDELITY.of(True)
    answer = await desk.ask(operation, strict, more=bad, document=document)
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert set(answer.unsupported) == {BAD[0], unsupported(BAD[1].name)}


async def test_of_two_that_contradict_one_another_the_better_counts(desk: Desk) -> None:
    (default,) = names.MEDIA_COL_DEFAULT.all((await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer)
    media = names.MEDIA.of(Keyword("iso_a4_210x297mm"))
    both = [AttributeGroup(GroupTag.DOCUMENT, [media, names.MEDIA_COL.of(default)])]
    answer = await desk.ask(Operation.VALIDATE_DOCUMENT, more=both)
    assert answer.status is Status.SUCCESSFUL_OK_CONFLICTING_ATTRIBUTES
    assert answer.unsupported == (media,)


async def test_metadata_and_a_message_are_kept_with_it(desk: Desk) -> None:
    said = (
        names.DOCUMENT_METADATA.of(OctetString(b"title=a"), OctetString(b"creator=b")),
        names.DOCUMENT_MESSAGE.of("on thick paper, please"),
    )
    job_id = (await desk.ask(Operation.PRINT_JOB, *said, document=PDF)).job_id
    group = await one(desk, job_id)
    assert [group.get(each.name) for each in said] == list(said)
    job = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
    assert job.get(said[0].name) == said[0]
    assert job.get(said[1].name) is None


PASSWORD = names.DOCUMENT_PASSWORD.of(OctetString(b"swordfish"))


@pytest.mark.parametrize(
    ("octets", "text"), [(b"swordfish", "swordfish"), ("grüße".encode(), "grüße"), (b"gr\xfc\xdfe", "grüße")]
)
async def test_a_password_is_kept_until_its_job_is_over_and_neither_shown_nor_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture, octets: bytes, text: str
) -> None:
    caplog.set_level("DEBUG")
    password = names.DOCUMENT_PASSWORD.of(OctetString(octets))
    answer = await desk.ask(Operation.PRINT_JOB, password, document=PDF)
    assert (answer.status, answer.unsupported) == (Status.SUCCESSFUL_OK, ())
    job = await desk.job(answer.job_id)
    assert job.documents[0].password == text
    async with desk.printing():
        after = await desk.until(job.id, JobState.COMPLETED)
    assert after.documents[0].password is None
    shown_of_it = await one(desk, job.id)
    shown_of_job = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job.id)).job
    for seen in (repr(job), repr(shown_of_it.wire), repr(shown_of_job.wire), caplog.text):
        assert text not in seen
        assert repr(octets)[2:-1] not in seen


async def test_each_document_of_a_job_has_its_own_password(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await desk.ask_of(Operation.SEND_DOCUMENT, job_id, MORE, PASSWORD, document=PDF)
    await desk.ask_of(Operation.SEND_DOCUMENT, job_id, LAST, document=PDF)
    assert [each.password for each in (await desk.job(job_id)).documents] == ["swordfish", None]


async def test_a_stored_job_keeps_its_passwords_to_be_printed_again() -> None:
    desk = await Desk().open()
    job_id = await stored(desk, storage(JobStorageDisposition.STORE_ONLY), PASSWORD)
    assert (await desk.job(job_id)).documents[0].password == "swordfish"
    copy_id = (await desk.ask_of(Operation.RESUBMIT_JOB, job_id)).job_id
    assert (await desk.job(copy_id)).documents[0].password == "swordfish"
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    assert (await desk.job(job_id)).documents[0].password is None


async def test_who_keeps_documents_as_they_came_has_no_use_for_a_password() -> None:
    desk = await Desk(replace(PRINTER, converts=False)).open()
    group = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    assert names.DOCUMENT_PASSWORD_SUPPORTED.get(group) == 0
    for creation in (names.DOCUMENT_CREATION_ATTRIBUTES_SUPPORTED, names.JOB_CREATION_ATTRIBUTES_SUPPORTED):
        assert names.DOCUMENT_PASSWORD.name not in creation.all(group)
    answer = await desk.ask(Operation.PRINT_JOB, PASSWORD, document=PDF)
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (unsupported(PASSWORD.name),)
    assert (await desk.job(answer.job_id)).documents[0].password is None


async def test_a_password_that_is_too_long_is_refused(desk: Desk) -> None:
    too_long = names.DOCUMENT_PASSWORD.of(OctetString(b"x" * 1024))
    answer = await desk.ask(Operation.PRINT_JOB, too_long, document=PDF)
    assert answer.status is Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG
    assert b"xxx" not in answer.response.encode()


# ---- asking beforehand, and what is advertised


@pytest.mark.effect(Operation.VALIDATE_DOCUMENT)
async def test_a_document_that_would_not_be_taken_is_told_before_it_is_sent(desk: Desk) -> None:
    wrong = names.DOCUMENT_FORMAT.of("application/x-unknown")
    answer = await desk.ask(Operation.VALIDATE_DOCUMENT, wrong)
    assert answer.status is Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED
    good = names.DOCUMENT_FORMAT.of("application/pdf")
    more = [AttributeGroup(GroupTag.DOCUMENT, [names.COPIES.of(2)])]
    answer = await desk.ask(Operation.VALIDATE_DOCUMENT, good, names.DOCUMENT_NAME.of("a"), more=more)
    assert (answer.status, answer.jobs, shown(answer)) == (Status.SUCCESSFUL_OK, [], [])
    assert desk.jobs.unfinished == {}


async def test_a_printer_tells_what_may_be_said_of_a_document(desk: Desk) -> None:
    group = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    creation = names.DOCUMENT_CREATION_ATTRIBUTES_SUPPORTED.all(group)
    expected = (
        names.DOCUMENT_NAME,
        names.DOCUMENT_METADATA,
        names.DOCUMENT_PASSWORD,
        names.COPIES,
        names.MEDIA,
    )
    assert {each.name for each in expected} <= set(creation)
    others = (names.DOCUMENT_URI, names.LAST_DOCUMENT, names.JOB_PRIORITY, names.REQUESTING_USER_NAME)
    assert not {each.name for each in others} & set(creation)
    assert IppFeatures.DOCUMENT_OBJECT in names.IPP_FEATURES_SUPPORTED.all(group)
    assert names.DOCUMENT_PASSWORD_SUPPORTED.get(group) == 1023
