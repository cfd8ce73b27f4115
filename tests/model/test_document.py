from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import DocumentStateReason as Reason
from ippserver.iana.keywords import JobStateReason
from ippserver.model.delivery import MAX_LEFT_BEHIND, Delivery, DeliveryState, LeftBehind
from ippserver.model.document import Document, begun
from ippserver.model.document_states import LETS_GO, DocumentEvent
from ippserver.model.job import Job
from ippserver.model.states import TERMINAL, IllegalTransition, JobEvent
from ippserver.testing.fakes import job_draft

NOW = 1_800_000_100.0
JOB_UUID = "0d1ab3e6-3b6f-4f6c-9c2f-0c6cbbd2ce21"


def document(number: int = 1) -> Document:
    return Document(
        number=number, key=f"key-{number}", format="application/pdf", size_octets=10, sha256="00", created=NOW
    )


def job_of(count: int) -> Job:
    return Job.of(job_draft(documents=tuple(map(document, range(1, count + 1)))), 1)


def states(job: Job) -> list[DocumentState]:
    return [one.state for one in job.documents]


def canceling() -> Document:
    return (
        document().on(DocumentEvent.START, NOW).on(DocumentEvent.CANCEL, NOW, adds={Reason.CANCELED_BY_USER})
    )


def test_its_moments_are_those_of_its_first_turn_and_of_its_end() -> None:
    at_work = document().on(DocumentEvent.START, NOW + 1)
    again = at_work.on(DocumentEvent.REQUEUE, NOW + 2).on(DocumentEvent.START, NOW + 3)
    done = again.on(DocumentEvent.FINISH, NOW + 4)
    assert (done.created, done.processing_since, done.completed) == (NOW, NOW + 1, NOW + 4)
    assert done.reasons == {Reason.COMPLETED_SUCCESSFULLY}


def test_while_it_is_at_work_canceling_shows_the_way_to_the_stop_point() -> None:
    assert (canceling().state, canceling().canceling) == (DocumentState.PROCESSING, True)
    assert canceling().reasons == {Reason.PRINTING, Reason.PROCESSING_TO_STOP_POINT, Reason.CANCELED_BY_USER}


@pytest.mark.parametrize("event", DocumentEvent)
def test_one_that_is_being_canceled_ends_canceled_whatever_ends_the_work(event: DocumentEvent) -> None:
    if event not in LETS_GO:
        with pytest.raises(IllegalTransition):
            canceling().on(event, NOW)
        return
    ended = canceling().on(event, NOW)
    assert ended.state is DocumentState.CANCELED
    assert ended.reasons == {Reason.CANCELED_BY_USER}


def test_printed_once_more_it_is_as_new() -> None:
    delivery = Delivery(output="folder", target="a.pdf", state=DeliveryState.DONE)
    done = document().with_delivery(delivery).on(DocumentEvent.START, NOW).on(DocumentEvent.FINISH, NOW)
    assert done.on(DocumentEvent.RESTART, NOW) == document()
    assert done.copied("other", NOW) == replace(document(), key="other")


def test_what_was_begun_of_one_that_was_canceled_is_left_behind_when_it_is_printed_once_more() -> None:
    deliveries = (
        Delivery(output="begun", target="7"),
        Delivery(output="done", target="8", state=DeliveryState.DONE),
        Delivery(output="not begun", target=""),
    )
    again = replace(canceling(), deliveries=deliveries).on(DocumentEvent.CANCEL_DONE, NOW)
    again = again.on(DocumentEvent.RESTART, NOW)
    assert (again.deliveries, again.left_behind) == ((), (LeftBehind("begun", "7"),))
    finished = again.on(DocumentEvent.START, NOW).on(DocumentEvent.FINISH, NOW)
    assert finished.on(DocumentEvent.RESTART, NOW).left_behind == again.left_behind
    assert again.copied("key-2", NOW).left_behind == ()


def test_of_what_is_left_behind_again_and_again_the_newest_is_known() -> None:
    one = document()
    for number in range(MAX_LEFT_BEHIND + 1):
        one = replace(one, deliveries=(Delivery(output="away", target=str(number)),))
        one = one.on(DocumentEvent.CANCEL, NOW).on(DocumentEvent.RESTART, NOW)
    assert [int(left.target) for left in one.left_behind] == [*range(1, MAX_LEFT_BEHIND + 1)]


def test_its_uuid_is_its_own_and_always_the_same() -> None:
    assert document(1).uuid_in(JOB_UUID) == document(1).uuid_in(JOB_UUID)
    assert document(1).uuid_in(JOB_UUID) != document(2).uuid_in(JOB_UUID)
    assert document(1).uuid_in(JOB_UUID)[14] == "5"


# ---- with their Job


def test_the_first_document_is_begun_with_its_job_and_the_others_wait() -> None:
    job = job_of(3).on(JobEvent.START, NOW)
    assert states(job) == [DocumentState.PROCESSING, DocumentState.PENDING, DocumentState.PENDING]
    assert job.document_at_work == job.document(1)
    assert begun(job.documents, NOW) == job.documents


def test_one_after_the_other_is_at_work() -> None:
    job = job_of(2).on(JobEvent.START, NOW)
    assert job.has_next_document
    job = job.with_next_document(NOW + 1)
    assert states(job) == [DocumentState.COMPLETED, DocumentState.PROCESSING]
    assert not job.has_next_document
    job = job.on(JobEvent.FINISH, NOW + 2)
    assert [(one.state, one.completed) for one in job.documents] == [
        (DocumentState.COMPLETED, NOW + 1),
        (DocumentState.COMPLETED, NOW + 2),
    ]


def test_a_job_that_stops_stops_the_document_at_work_and_goes_on_with_it() -> None:
    job = job_of(2).on(JobEvent.START, NOW).on(JobEvent.PAUSE, NOW)
    assert states(job) == [DocumentState.PROCESSING_STOPPED, DocumentState.PENDING]
    assert states(job.on(JobEvent.RESUME_PRINTER, NOW)) == [DocumentState.PROCESSING, DocumentState.PENDING]


def test_a_job_goes_on_with_the_next_document_where_one_was_canceled_meanwhile() -> None:
    job = job_of(2).on(JobEvent.START, NOW).on(JobEvent.PAUSE, NOW)
    job = job.with_document(job.document(1).on(DocumentEvent.CANCEL, NOW))
    assert states(job.on(JobEvent.RESUME_PRINTER, NOW)) == [DocumentState.CANCELED, DocumentState.PROCESSING]


def test_a_job_that_waits_again_begins_with_the_document_that_was_at_work() -> None:
    job = job_of(3).on(JobEvent.START, NOW).with_next_document(NOW)
    for event in (JobEvent.REQUEUE, JobEvent.SUSPEND):
        waiting = job.on(event, NOW)
        waiting = waiting if event is JobEvent.REQUEUE else waiting.on(JobEvent.RESUME_JOB, NOW)
        assert states(waiting) == [DocumentState.COMPLETED, DocumentState.PENDING, DocumentState.PENDING]


def test_canceling_a_job_cancels_every_document_that_is_not_over() -> None:
    by_user = {JobStateReason.JOB_CANCELED_BY_USER}
    job = job_of(3).on(JobEvent.START, NOW).with_next_document(NOW).on(JobEvent.CANCEL, NOW, adds=by_user)
    assert states(job) == [DocumentState.COMPLETED, DocumentState.PROCESSING, DocumentState.CANCELED]
    job = job.on(JobEvent.CANCEL_DONE, NOW)
    assert states(job) == [DocumentState.COMPLETED, DocumentState.CANCELED, DocumentState.CANCELED]
    assert [set(one.reasons) for one in job.documents] == [
        {Reason.COMPLETED_SUCCESSFULLY},
        {Reason.CANCELED_BY_USER},
        {Reason.CANCELED_BY_USER},
    ]


def test_aborting_a_job_aborts_what_is_left_of_it_and_says_why() -> None:
    why = {JobStateReason.SUBMISSION_INTERRUPTED}
    job = job_of(2).on(JobEvent.START, NOW).with_next_document(NOW).on(JobEvent.ABORT, NOW, adds=why)
    assert states(job) == [DocumentState.COMPLETED, DocumentState.ABORTED]
    assert job.document(2).reasons == {Reason.ABORTED_BY_SYSTEM, Reason.SUBMISSION_INTERRUPTED}


def test_a_job_whose_documents_are_all_canceled_is_finished_all_the_same() -> None:
    job = job_of(1)
    job = job.with_document(job.document(1).on(DocumentEvent.CANCEL, NOW)).on(JobEvent.START, NOW)
    assert job.document_at_work is None
    job = job.on(JobEvent.FINISH, NOW)
    assert (job.state, states(job)) == (JobState.COMPLETED, [DocumentState.CANCELED])


def test_the_number_of_a_deleted_document_is_not_given_again() -> None:
    job = job_of(3).without_document(3)
    assert [one.number for one in job.documents] == [1, 2]
    assert job.next_number == 4
    assert job.without_document(1).next_number == 4
    assert job_of(0).next_number == 1


def test_a_job_without_its_last_document_is_not_restartable() -> None:
    done = job_of(2).on(JobEvent.START, NOW).on(JobEvent.FINISH, NOW)
    one = done.without_document(1)
    assert JobStateReason.JOB_RESTARTABLE in one.reasons
    assert JobStateReason.JOB_RESTARTABLE not in one.without_document(2).reasons


@given(
    st.lists(st.sampled_from([*JobEvent, DocumentEvent.CANCEL, DocumentEvent.CANCEL_DONE, None]), max_size=20)
)
def test_whatever_happens_documents_agree_with_their_job(
    events: list[JobEvent | DocumentEvent | None],
) -> None:
    job = job_of(3)
    for event in events:
        try:
            match event:
                case JobEvent():
                    job = job.on(event, NOW)
                case DocumentEvent():
                    job = job.with_document(job.document(2).on(event, NOW))
                case None:
                    job = job.with_next_document(NOW)
        except IllegalTransition:
            continue
        at_work = [one for one in job.documents if one.state is DocumentState.PROCESSING]
        stopped = [one for one in job.documents if one.state is DocumentState.PROCESSING_STOPPED]
        assert len(at_work) + len(stopped) <= 1
        assert not at_work or job.state is JobState.PROCESSING
        assert not stopped or job.state is JobState.PROCESSING_STOPPED
        assert job.state not in TERMINAL or all(one.over for one in job.documents)
        assert all(one.over == (one.completed is not None) for one in job.documents)
