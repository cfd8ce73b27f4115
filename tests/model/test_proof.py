from collections.abc import Iterable
from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.iana.keywords import JobStorageDisposition, WhichJobs
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword
from ippserver.model import release
from ippserver.model.amount import NOTHING, Amount
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.document import Document
from ippserver.model.document_states import DocumentEvent
from ippserver.model.job import Job
from ippserver.model.progress import (
    impressions,
    impressions_completed,
    pages_completed,
    sheets,
    sheets_completed,
)
from ippserver.model.proof import due, ended
from ippserver.model.states import JobEvent
from ippserver.testing.fakes import job_draft

NOW = 1_800_000_100.0
DOCUMENT = Document(
    number=1,
    key="k-1",
    format="application/pdf",
    size_octets=10,
    sha256="ab" * 32,
    deliveries=(Delivery(output="tray", target="7-1", state=DeliveryState.DONE),),
)
COPY = Amount(pages=5, impressions=4, sheets=2)
A4 = names.MEDIA.of(Keyword("iso_a4_210x297mm"))


def job(*template: Attribute, stored: Keyword | None = None) -> Job:
    supplied = () if stored is None else (release.storage(None, stored),)
    draft = replace(job_draft(documents=(DOCUMENT,)), template=template, supplied=supplied)
    return Job.of(draft, 7).on(JobEvent.START, NOW)


def proof_print(*members: Attribute) -> Attribute:
    return names.PROOF_PRINT.of(Collection(members))


def printed(template: Iterable[Attribute]) -> dict[str, Attribute]:
    return {attribute.name: attribute for attribute in template}


def test_a_job_without_a_proof_is_printed_as_it_is() -> None:
    plain = job(names.COPIES.of(3))
    assert due(plain) is plain
    assert ended(plain, NOW).state is JobState.COMPLETED


def test_a_proof_print_has_its_own_copies_and_media() -> None:
    proof = proof_print(names.PROOF_PRINT_COPIES.of(2), names.MEDIA.of(Keyword("iso_a5_148x210mm")))
    run = due(job(names.COPIES.of(50), A4, proof))
    assert run is not None
    template = printed(run.template)
    assert names.COPIES.get(template) == 2
    assert names.MEDIA.get(template) == Keyword("iso_a5_148x210mm")


def test_a_proof_print_without_copies_is_one() -> None:
    run = due(job(names.COPIES.of(50), proof_print(A4)))
    assert run is not None
    assert names.COPIES.get(printed(run.template)) == 1


def test_a_proof_print_ends_with_the_proof() -> None:
    after = ended(job(names.COPIES.of(50), proof_print(names.PROOF_PRINT_COPIES.of(1))), NOW)
    assert after.state is JobState.COMPLETED


def test_a_proof_of_no_copies_is_no_proof() -> None:
    whole = job(names.COPIES.of(50), proof_print(names.PROOF_PRINT_COPIES.of(0)))
    assert due(whole) is whole
    assert release.proof(whole.template) is None


def test_the_media_of_a_proof_replace_the_media_collection_of_the_job() -> None:
    media_col = names.MEDIA_COL.of(Collection([names.MEDIA_TYPE.of(Keyword("stationery"))]))
    run = due(job(media_col, proof_print(A4)))
    assert run is not None
    assert printed(run.template).keys() >= {names.MEDIA.name}
    assert names.MEDIA_COL.name not in printed(run.template)


def test_proof_copies_come_first_and_wait_for_approval() -> None:
    begun = job(names.COPIES.of(5), names.PROOF_COPIES.of(2))
    run = due(begun)
    assert run is not None
    assert names.COPIES.get(printed(run.template)) == 2
    after = ended(begun, NOW)
    assert after.state is JobState.PROCESSING_STOPPED
    assert after.reasons == {Reason.JOB_SUSPENDED, Reason.JOB_SUSPENDED_FOR_APPROVAL}
    assert release.proof(after.template) == WhichJobs.PROOF_AND_SUSPEND
    assert after.documents[0].deliveries == ()


def test_the_rest_is_printed_after_approval() -> None:
    approved = ended(job(names.COPIES.of(5), names.PROOF_COPIES.of(2)), NOW).on(JobEvent.RESUME_JOB, NOW)
    assert approved.reasons == set()
    begun = approved.on(JobEvent.START, NOW)
    run = due(begun)
    assert run is not None
    assert names.COPIES.get(printed(run.template)) == 3
    assert ended(begun, NOW).state is JobState.COMPLETED


def test_where_the_proof_was_all_there_is_no_rest() -> None:
    approved = ended(job(names.PROOF_COPIES.of(1)), NOW).on(JobEvent.RESUME_JOB, NOW)
    assert due(approved) is None


def test_a_job_that_is_restarted_has_its_proof_again() -> None:
    proofed = ended(job(names.PROOF_COPIES.of(1)), NOW).on(JobEvent.CANCEL, NOW)
    assert not proofed.on(JobEvent.RESTART, NOW).proofed


def test_a_job_that_is_only_stored_has_no_pages() -> None:
    begun = job(stored=JobStorageDisposition.STORE_ONLY)
    assert due(begun) is None
    assert begun.reasons == {Reason.JOB_STORING}
    after = ended(begun, NOW)
    assert after.state is JobState.COMPLETED
    assert after.reasons == {
        Reason.JOB_COMPLETED_SUCCESSFULLY,
        Reason.JOB_RESTARTABLE,
        Reason.JOB_STORED,
    }


def test_a_job_that_is_printed_and_stored_has_all_its_pages() -> None:
    begun = job(stored=JobStorageDisposition.PRINT_AND_STORE)
    assert due(begun) is begun
    assert begun.reasons == {Reason.JOB_PRINTING}
    assert ended(begun, NOW).stored


def test_a_job_whose_storage_is_none_is_not_stored() -> None:
    assert not ended(job(stored=JobStorageDisposition.NONE), NOW).stored


@pytest.mark.parametrize("event", [JobEvent.CANCEL_DONE, JobEvent.ABORT])
def test_a_job_that_did_not_get_to_its_end_is_not_stored(event: JobEvent) -> None:
    begun = job(stored=JobStorageDisposition.PRINT_AND_STORE)
    if event is JobEvent.CANCEL_DONE:
        begun = begun.on(JobEvent.CANCEL, NOW)
    assert not begun.on(event, NOW).stored


def test_what_a_proof_has_printed_stays_counted_until_the_job_is_printed_again() -> None:
    counted = replace(DOCUMENT, extent=COPY, done=COPY)
    running = replace(job(names.COPIES.of(3), names.PROOF_COPIES.of(1)), documents=(counted,))
    waiting = ended(running.with_document(running.documents[0].on(DocumentEvent.START, NOW)), NOW)
    (proofed,) = waiting.documents
    assert (proofed.done, proofed.before) == (NOTHING, COPY)
    assert (impressions_completed(waiting), sheets_completed(waiting)) == (4, 2)
    assert (impressions(waiting, None), sheets(waiting, None)) == (4, 2)
    rest = replace(COPY, impressions=8, sheets=4)
    whole = replace(waiting, documents=(replace(proofed, extent=replace(COPY, sheets=4), done=rest),))
    assert (impressions_completed(whole), sheets_completed(whole), pages_completed(whole)) == (12, 6, 5)
    assert (impressions(whole, None), sheets(whole, None)) == (4, 6)
    over = replace(whole.documents[0], state=DocumentState.COMPLETED)
    assert over.on(DocumentEvent.RESTART, NOW).before == NOTHING
