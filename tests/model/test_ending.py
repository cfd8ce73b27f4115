from dataclasses import replace

import pytest

from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.model.amount import Amount
from ippserver.model.delivery import Delivery, DeliveryState, Failure
from ippserver.model.document import Document
from ippserver.model.ending import deliveries, finished, message_of, reasons_of_deliveries
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.testing.fakes import job_draft

DONE, DEAD, FAILED, PENDING = (
    DeliveryState.DONE,
    DeliveryState.DEAD,
    DeliveryState.FAILED,
    DeliveryState.PENDING,
)


def job_of(*states: tuple[DeliveryState, ...]) -> Job:
    """A Job in process with a Document for each of `states`, which are those of its deliveries."""
    documents = tuple(
        Document(
            number=number,
            key=f"k{number}",
            format="text/plain",
            size_octets=1,
            sha256="",
            deliveries=tuple(
                Delivery(
                    output=f"out-{index}",
                    target="x",
                    state=state,
                    history=(Failure(5.0, f"jam {index}"),) if state in (DEAD, FAILED) else (),
                )
                for index, state in enumerate(each)
            ),
        )
        for number, each in enumerate(states, 1)
    )
    return replace(Job.of(job_draft(), 7), documents=documents).on(JobEvent.START, 1.0)


def test_a_job_that_every_output_has_is_completed() -> None:
    done = finished(job_of((DONE, DONE)), 9.0)
    assert (done.state, done.message) == (JobState.COMPLETED, "")
    assert Reason.JOB_COMPLETED_SUCCESSFULLY in done.reasons


def test_a_job_that_one_output_does_not_have_is_completed_with_errors() -> None:
    done = finished(job_of((DONE, DEAD)), 9.0)
    assert done.state is JobState.COMPLETED
    assert Reason.JOB_COMPLETED_WITH_ERRORS in done.reasons
    assert Reason.JOB_COMPLETED_SUCCESSFULLY not in done.reasons
    assert done.message == "The output out-1 does not have it: jam 1"


def test_what_several_outputs_say_is_a_sentence_for_each() -> None:
    done = finished(job_of((DEAD, DONE, DEAD)), 9.0)
    assert done.message == (
        "The output out-0 does not have it: jam 0. The output out-2 does not have it: jam 2"
    )


@pytest.mark.parametrize("states", [[(DEAD,)], [(DONE, DONE), (DEAD, DEAD)]])
def test_a_job_of_which_a_document_is_nowhere_is_aborted(states: list[tuple[DeliveryState, ...]]) -> None:
    done = finished(job_of(*states), 9.0)
    assert done.state is JobState.ABORTED
    assert done.message.startswith("jam 0")


def counted(job: Job, *pages: int) -> Job:
    """`job` with so many pages of each Document to be printed."""
    documents = zip(job.documents, pages, strict=True)
    return replace(
        job, documents=tuple(replace(one, extent=Amount(pages=each, sheets=each)) for one, each in documents)
    )


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ((0,), "The job has none of the pages to be printed."),
        ((2, 0), "Document 2 has none of the pages to be printed."),
    ],
)
def test_a_job_without_the_pages_that_were_asked_for_is_completed_with_a_warning(
    pages: tuple[int, ...], message: str
) -> None:
    done = finished(counted(job_of(*[(DONE,)] * len(pages)), *pages), 9.0)
    assert (done.state, done.message) == (JobState.COMPLETED, message)
    assert Reason.JOB_COMPLETED_WITH_WARNINGS in done.reasons
    assert Reason.JOB_COMPLETED_SUCCESSFULLY not in done.reasons


def test_pages_that_a_canceled_document_has_not_are_missed_by_nobody() -> None:
    first, second = counted(job_of((DONE,), (DONE,)), 1, 0).documents
    canceled = replace(second, state=DocumentState.CANCELED)
    done = finished(replace(job_of((DONE,)), documents=(first, canceled)), 9.0)
    assert Reason.JOB_COMPLETED_SUCCESSFULLY in done.reasons


def failing(*reasons: str, states: tuple[DeliveryState, ...]) -> Job:
    """A Job of one Document whose deliveries that were given up failed for these reasons."""
    job = job_of(states)
    (document,) = job.documents
    left = list(reasons)
    known = tuple(
        replace(each, history=(Failure(5.0, "stop", left.pop(0)),)) if each.dead else each
        for each in document.deliveries
    )
    return replace(job, documents=(replace(document, deliveries=known),))


def test_a_job_that_somebody_canceled_at_the_device_is_canceled_and_can_be_printed_again() -> None:
    done = finished(failing(Reason.JOB_CANCELED_AT_DEVICE, states=(DEAD,)), 9.0)
    assert (done.state, done.message) == (JobState.CANCELED, "stop")
    assert Reason.JOB_CANCELED_AT_DEVICE in done.reasons
    again = done.on(JobEvent.RESTART, 10.0)
    assert Reason.JOB_CANCELED_AT_DEVICE not in again.reasons


@pytest.mark.parametrize("other", ["", Reason.DOCUMENT_FORMAT_ERROR])
def test_a_job_that_was_canceled_at_one_device_and_failed_at_another_is_aborted(other: str) -> None:
    done = finished(failing(Reason.JOB_CANCELED_AT_DEVICE, other, states=(DEAD, DEAD)), 9.0)
    assert done.state is JobState.ABORTED


def test_a_job_that_was_canceled_at_one_device_and_printed_by_another_is_completed() -> None:
    done = finished(failing(Reason.JOB_CANCELED_AT_DEVICE, states=(DEAD, DONE)), 9.0)
    assert done.state is JobState.COMPLETED


def test_a_job_without_deliveries_is_completed() -> None:
    assert finished(job_of(()), 9.0).state is JobState.COMPLETED


@pytest.mark.parametrize(
    ("states", "down", "message"),
    [
        ((DONE, FAILED), (), "Waiting for the output out-1: jam 1"),
        ((PENDING, FAILED), ("out-0",), "Waiting for the output out-1: jam 1"),
        ((DONE, PENDING), ("out-1",), "Waiting for the output out-1."),
    ],
)
def test_a_job_in_process_tells_what_it_waits_for(
    states: tuple[DeliveryState, ...], down: tuple[str, ...], message: str
) -> None:
    job = job_of(states)
    assert message_of(job, down) == message
    assert reasons_of_deliveries(job, down) == {Reason.CONNECTING_TO_DESTINATION}


@pytest.mark.parametrize(("states", "down"), [((DONE, PENDING), ("other",)), ((DONE, DEAD), ("out-1",))])
def test_a_job_in_process_that_waits_for_nothing_tells_nothing(
    states: tuple[DeliveryState, ...], down: tuple[str, ...]
) -> None:
    assert message_of(job_of(states), down) == "Printing."
    assert reasons_of_deliveries(job_of(states), down) == frozenset()


def test_what_it_was_told_counts_more_than_what_it_waits_for() -> None:
    assert message_of(replace(job_of((FAILED,)), message="page 1"), ()) == "page 1"


def test_a_job_that_is_over_tells_that_something_is_missing() -> None:
    assert reasons_of_deliveries(finished(job_of((DONE, DEAD)), 9.0), ()) == {Reason.DESTINATION_URI_FAILED}
    assert reasons_of_deliveries(finished(job_of((DONE,)), 9.0), ("out-0",)) == frozenset()


@pytest.mark.parametrize(
    ("reason", "is_missing"),
    [
        ("", True),
        (Reason.JOB_CANCELED_AT_DEVICE, True),
        (Reason.DOCUMENT_FORMAT_ERROR, False),
        (Reason.DOCUMENT_PASSWORD_ERROR, False),
        (Reason.DOCUMENT_UNPRINTABLE_ERROR, False),
    ],
)
@pytest.mark.parametrize("first", [DONE, DEAD])
def test_what_no_further_try_would_deliver_is_not_missing(
    first: DeliveryState, reason: str, is_missing: bool
) -> None:
    job = job_of((first, DEAD))
    (document,) = job.documents
    blamed = tuple(
        replace(one, history=tuple(replace(each, reason=reason) for each in one.history))
        for one in document.deliveries
    )
    done = finished(replace(job, documents=(replace(document, deliveries=blamed),)), 9.0)
    assert done.terminal
    assert len(done.given_up) == 1 + (first is DEAD)
    assert (Reason.DESTINATION_URI_FAILED in reasons_of_deliveries(done, ())) is is_missing
    assert bool(done.undelivered) is is_missing


def test_a_job_that_is_printed_again_keeps_what_it_has_and_only_that() -> None:
    again = finished(job_of((DONE, DEAD)), 9.0).on(JobEvent.RESTART, 10.0)
    assert [delivery.output for delivery in again.documents[0].deliveries] == ["out-0"]
    whole = finished(job_of((DONE, DONE)), 9.0).on(JobEvent.RESTART, 10.0)
    assert whole.documents[0].deliveries == ()


def test_each_delivery_is_told_in_words_what_is_missing_first() -> None:
    job = job_of((DONE, FAILED), (PENDING, DEAD))
    first = job.documents[0]
    late = replace(first.deliveries[1], attempts=3, due=1_800_000_000.0)
    job = job.with_document(first.with_delivery(late))
    assert deliveries(job) == (
        "document 1 to out-1: failed, attempt 3: jam 1. Next attempt 2027-01-15T08:00:00Z.",
        "document 2 to out-0: pending",
        "document 2 to out-1: given up, first attempt: jam 1",
        "document 1 to out-0: done, x",
    )


def test_there_is_no_next_attempt_for_what_is_canceled() -> None:
    job = job_of((FAILED,))
    first = job.documents[0]
    job = job.with_document(first.with_delivery(replace(first.deliveries[0], due=1_800_000_000.0)))
    canceled = job.on(JobEvent.CANCEL, 2.0).on(JobEvent.CANCEL_DONE, 3.0)
    assert deliveries(canceled) == ("document 1 to out-0: failed, first attempt: jam 0",)


def test_of_very_many_deliveries_not_all_are_told() -> None:
    told = deliveries(job_of(*[(DONE, FAILED)] * 40))
    assert len(told) == 50
    assert all("failed" in text for text in told[:40])
