from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.groups import ALL
from ippserver.ipp.attributes import AttributeGroup, Collection
from ippserver.model import formats
from ippserver.model.amount import Amount, Kinds
from ippserver.model.delivery import Delivery
from ippserver.model.document import Document
from ippserver.model.document_states import DocumentEvent
from ippserver.model.document_views import (
    DocumentScene,
    document_attributes,
    document_created,
)
from ippserver.model.job import Job
from ippserver.model.selection import DOCUMENT_GROUPS, Selection
from ippserver.model.states import JobEvent
from ippserver.model.views import At
from ippserver.testing.fakes import job_draft

NOW = 1_800_000_100.0
AT = At(now=NOW, up_time=500, printer_uri="ipp://localhost/ipp/print")
DOCUMENT = Document(number=1, key="key", format=formats.PDF, size_octets=1025, sha256="00", created=NOW - 40)
EVERYTHING = Selection((ALL,), DOCUMENT_GROUPS)


def shown(document: Document = DOCUMENT, *others: Document, **job: object) -> AttributeGroup:
    made = Job.of(job_draft("00000000-0000-4000-8000-000000000001", documents=(document, *others)), 7)
    made = replace(made, **job)  # type: ignore[arg-type]  # a test names any field
    return document_attributes(DocumentScene(made.documents[0], made, AT), EVERYTHING)


@pytest.mark.parametrize(
    ("declared", "found", "detected"),
    [
        (None, formats.PDF, formats.PDF),
        (formats.OCTET_STREAM, formats.JPEG, formats.JPEG),
        (formats.PDF, formats.PDF, None),
        (None, formats.OCTET_STREAM, None),
    ],
)
def test_a_format_is_detected_where_none_was_declared(
    declared: str | None, found: str, detected: str | None
) -> None:
    supplied = () if declared is None else (names.DOCUMENT_FORMAT_SUPPLIED.of(declared),)
    group = shown(replace(DOCUMENT, format=found, supplied=supplied))
    assert names.DOCUMENT_FORMAT.get(group) == found
    assert names.DOCUMENT_FORMAT_DETECTED.get(group) == detected


def test_octets_count_as_processed_when_they_are() -> None:
    done = DOCUMENT.on(DocumentEvent.START, NOW).on(DocumentEvent.FINISH, NOW)
    assert [names.K_OCTETS_PROCESSED.get(shown(each)) for each in (DOCUMENT, done)] == [0, 2]
    assert names.K_OCTETS.get(shown()) == 2


def test_its_times_are_on_the_scale_of_printer_up_time() -> None:
    group = shown(DOCUMENT.on(DocumentEvent.START, NOW - 30).on(DocumentEvent.FINISH, NOW - 10))
    times = (names.TIME_AT_CREATION, names.TIME_AT_PROCESSING, names.TIME_AT_COMPLETED)
    assert [each.get(group) for each in times] == [460, 470, 490]


def test_impressions_are_known_where_the_client_stated_them_and_it_is_all_of_its_job() -> None:
    stated = (names.JOB_IMPRESSIONS.of(12),)
    assert names.IMPRESSIONS.get(shown(supplied=stated)) == 12
    assert names.IMPRESSIONS.get(shown(DOCUMENT, replace(DOCUMENT, number=2), supplied=stated)) is None
    assert names.IMPRESSIONS.get(shown()) is None


def test_what_is_counted_of_it_is_shown_and_counts_more_than_what_the_client_said() -> None:
    extent = Amount(pages=5, impressions=4, sheets=6)
    done = Amount(pages=3, impressions=6, sheets=5)
    group = shown(replace(DOCUMENT, extent=extent, done=done), supplied=(names.JOB_IMPRESSIONS.of(12),))
    whole = (names.PAGES, names.IMPRESSIONS, names.MEDIA_SHEETS)
    completed = (names.PAGES_COMPLETED, names.IMPRESSIONS_COMPLETED, names.MEDIA_SHEETS_COMPLETED)
    assert [each.get(group) for each in whole] == [5, 4, 6]
    assert [each.get(group) for each in completed] == [3, 6, 5]


def test_a_document_shows_of_which_kinds_it_is() -> None:
    kinds = Kinds(color=3, monochrome_two_sided=2)
    extent = Amount(kinds_of_pages=kinds, kinds_of_impressions=kinds, kinds_of_sheets=kinds)
    group = shown(replace(DOCUMENT, extent=extent, done=extent))
    for impressions in (names.IMPRESSIONS_COL, names.IMPRESSIONS_COMPLETED_COL):
        found = impressions.get(group)
        assert found is not None
        assert names.MONOCHROME_TWO_SIDED.get(found) == 2
    for sheets in (names.MEDIA_SHEETS_COL, names.MEDIA_SHEETS_COMPLETED_COL):
        assert names.FULL_COLOR.get(sheets.get(group) or Collection()) == 3
    for pages in (names.PAGES_COL, names.PAGES_COMPLETED_COL):
        assert names.FULL_COLOR.get(pages.get(group) or Collection()) == 3


def test_a_document_counts_its_proof_and_the_rest() -> None:
    copy = Amount(pages=5, impressions=5, sheets=3)
    rest = replace(copy, sheets=6)
    group = shown(replace(DOCUMENT, before=copy, extent=rest, done=replace(rest, impressions=10)))
    whole = (names.PAGES, names.IMPRESSIONS, names.MEDIA_SHEETS)
    completed = (names.PAGES_COMPLETED, names.IMPRESSIONS_COMPLETED, names.MEDIA_SHEETS_COMPLETED)
    assert [each.get(group) for each in whole] == [5, 5, 9]
    assert [each.get(group) for each in completed] == [5, 15, 9]


def test_nothing_is_completed_of_one_that_waits_and_nobody_knows_it_of_one_that_was_not_counted() -> None:
    assert names.PAGES_COMPLETED.get(shown()) == 0
    over = DOCUMENT.on(DocumentEvent.START, NOW).on(DocumentEvent.FINISH, NOW)
    assert names.PAGES_COMPLETED.get(shown(over)) is None


def test_how_much_of_documents_that_are_one_is_its_own_nobody_knows() -> None:
    extent = Amount(pages=5, impressions=4, sheets=6)
    first = replace(DOCUMENT, extent=extent)
    follows = Delivery(output="folder", target="", together=1)
    second = replace(DOCUMENT, number=2, deliveries=(follows,))
    job = Job.of(job_draft(documents=(first, second)), 7)
    for document in job.documents:
        group = document_attributes(DocumentScene(document, job, AT), EVERYTHING)
        assert names.PAGES.get(group) is None
        assert names.PAGES_COMPLETED.get(group) is None


def test_one_that_was_aborted_says_what_its_job_says() -> None:
    aborted = Job.of(job_draft(documents=(DOCUMENT,)), 7).on(JobEvent.ABORT, NOW, message="Paper jam.")
    scene = DocumentScene(aborted.documents[0], aborted, AT)
    assert names.DOCUMENT_STATE_MESSAGE.get(document_created(scene)) == "Paper jam."
    canceled = replace(DOCUMENT, state=DocumentState.CANCELED)
    group = shown(canceled, state=JobState.ABORTED, message="Paper jam.")
    assert names.DOCUMENT_STATE_MESSAGE.get(group) == "Canceled."
