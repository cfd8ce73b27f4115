"""PWG 5100.5: documents, as the suites of libcups and ippsample demand them."""

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import DocumentState, Operation, Status
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import OutOfBand
from ippserver.outbound.fetcher import FetchSettings, GuardedFetcher
from ippserver.testing.desk import PDF, URI, Answer
from tests.conformance.subject import Subject

NUMBER = names.DOCUMENT_NUMBER.of(1)
NAME = names.DOCUMENT_NAME.of("test-document-1")


def document(answer: Answer) -> AttributeGroup:
    """The one document group of the answer."""
    (group,) = [group for group in answer.response.groups if group.tag == GroupTag.DOCUMENT]
    return group


async def shown(subject: Subject, job_id: int) -> AttributeGroup:
    """Everything of the first document of the job."""
    return document(await subject.ask(Operation.GET_DOCUMENT_ATTRIBUTES, NUMBER, of=job_id))


async def about(subject: Subject, operation: Operation, job_id: int, *given: Attribute) -> Answer:
    """The answer to a request about the first document of the job, with a document group."""
    answer = await subject.desk.ask(
        operation,
        target=(names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id), NUMBER),
        more=[AttributeGroup(GroupTag.DOCUMENT, given)],
    )
    assert answer.status is Status.SUCCESSFUL_OK
    return answer


@pytest.mark.parametrize("by_reference", [False, True])
async def test_what_a_document_can_be_created_with_has_a_uri_only_where_one_is_fetched(
    by_reference: bool,
) -> None:
    subject = await Subject(fetcher=GuardedFetcher(FetchSettings()) if by_reference else None).open()
    wanted = {
        Operation.CANCEL_DOCUMENT,
        Operation.CREATE_JOB,
        Operation.GET_DOCUMENT_ATTRIBUTES,
        Operation.GET_DOCUMENTS,
        Operation.PRINT_JOB,
        Operation.SEND_DOCUMENT,
    }
    assert wanted <= set(await subject.printer(names.OPERATIONS_SUPPORTED))
    creation = await subject.printer(names.DOCUMENT_CREATION_ATTRIBUTES_SUPPORTED)
    assert (names.DOCUMENT_URI.name in creation) is by_reference


async def test_a_printed_document_shows_all_that_is_required(subject: Subject) -> None:
    group = await shown(subject, await subject.print(job=[names.COPIES.of(1), NAME]))
    assert names.DOCUMENT_NAME.get(group) == "test-document-1"
    assert names.DOCUMENT_NUMBER.get(group) == 1
    assert names.DOCUMENT_PRINTER_URI.get(group) == URI
    required: tuple[AttributeDef[object], ...] = (
        names.LAST_DOCUMENT,
        names.DOCUMENT_JOB_ID,
        names.DOCUMENT_JOB_URI,
        names.DOCUMENT_STATE,
        names.DOCUMENT_STATE_REASONS,
        names.PRINTER_UP_TIME,
        names.TIME_AT_PROCESSING,
        names.TIME_AT_COMPLETED,
        vendor.TIME_AT_CREATED,
    )
    assert [each.name for each in required if each.attribute(group) is None] == []


async def test_its_times_are_greater_than_zero_once_it_is_printed(subject: Subject) -> None:
    subject.finish()
    async with subject.at_work():
        job_id = await subject.print()
        await subject.working(job_id)
        group = await shown(subject, job_id)
    assert (names.TIME_AT_PROCESSING.get(group) or 0) > 0
    assert names.TIME_AT_COMPLETED.attribute(group) == names.TIME_AT_COMPLETED.of(OutOfBand.NO_VALUE)


async def test_a_name_that_is_set_is_shown(subject: Subject) -> None:
    job_id = await subject.print()
    await about(subject, Operation.SET_DOCUMENT_ATTRIBUTES, job_id, names.DOCUMENT_NAME.of("test-document-2"))
    assert names.DOCUMENT_NAME.get(await shown(subject, job_id)) == "test-document-2"


async def test_send_document_takes_copies_among_job_attributes_and_shows_the_document(
    subject: Subject,
) -> None:
    job_id = (await subject.ask(Operation.CREATE_JOB, job=[names.COPIES.of(1)])).job_id
    last = names.LAST_DOCUMENT.of(True)
    answer = await subject.ask(
        Operation.SEND_DOCUMENT, last, of=job_id, job=[names.COPIES.of(1)], document=PDF
    )
    assert names.DOCUMENT_NUMBER.get(document(answer)) == 1
    assert names.DOCUMENT_STATE.get(document(answer)) is not None


async def test_documents_are_listed_with_number_and_whether_they_are_the_last(subject: Subject) -> None:
    job_id = await subject.print()
    group = document(await subject.ask(Operation.GET_DOCUMENTS, of=job_id))
    assert (names.DOCUMENT_NUMBER.get(group), names.LAST_DOCUMENT.get(group)) == (1, True)


async def test_a_canceled_document_is_canceled(subject: Subject) -> None:
    job_id = await subject.print()
    await subject.ask(Operation.CANCEL_DOCUMENT, NUMBER, of=job_id)
    assert names.DOCUMENT_STATE.get(await shown(subject, job_id)) == DocumentState.CANCELED


async def test_a_document_at_work_is_canceled_too(subject: Subject) -> None:
    async with subject.at_work():
        job_id = await subject.print()
        await subject.working(job_id)
        await subject.ask(Operation.CANCEL_DOCUMENT, NUMBER, of=job_id)
        job = await subject.desk.until_job(job_id, lambda job: job.document(1).over)
    assert job.document(1).state is DocumentState.CANCELED


async def test_a_group_of_document_attributes_in_a_query_is_ignored(subject: Subject) -> None:
    job_id = await subject.print()
    up_time = names.PRINTER_UP_TIME.of(1)
    answer = await about(subject, Operation.GET_DOCUMENT_ATTRIBUTES, job_id, up_time)
    assert names.DOCUMENT_NUMBER.get(document(answer)) == 1
