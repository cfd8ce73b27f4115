from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import Attribute
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.progress import documents_done, impressions_completed, sheets_completed
from ippserver.testing.fakes import job_draft

DONE = Delivery(output="folder", target="a", state=DeliveryState.DONE)
BEGUN = replace(DONE, output="other", state=DeliveryState.PENDING)


def job(*deliveries: tuple[Delivery, ...], said: tuple[Attribute, ...] = ()) -> Job:
    """A Job of a Document for each of `deliveries`."""
    documents = tuple(
        Document(
            number=number, key=f"{number}", format="text/plain", size_octets=1, sha256="", deliveries=each
        )
        for number, each in enumerate(deliveries, 1)
    )
    template = tuple(each for each in said if each.name in (names.COPIES.name, names.SIDES.name))
    supplied = tuple(each for each in said if each not in template)
    return replace(Job.of(job_draft(documents=documents), 1), template=template, supplied=supplied)


def test_a_document_is_done_when_every_output_has_it() -> None:
    assert documents_done(job((), (BEGUN,), (DONE, BEGUN), (DONE,))) == 1
    assert documents_done(job()) == 0


def test_what_the_client_stated_is_reached_when_all_is_done() -> None:
    said = (names.JOB_IMPRESSIONS.of(30), names.JOB_MEDIA_SHEETS.of(16))
    assert [impressions_completed(job(*each, said=said)) for each in (((), ()), ((DONE,), ()))] == [0, 1]
    assert impressions_completed(job((DONE,), (DONE,), said=said)) == 30
    assert sheets_completed(job((DONE,), (), said=said)) == 1
    assert sheets_completed(job((DONE,), (DONE,), said=said)) == 16


@pytest.mark.parametrize(
    ("said", "sheets"),
    [
        ((), 3),
        ((names.COPIES.of(4),), 12),
        ((names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),), 2),
        ((names.SIDES.of(Sides.TWO_SIDED_SHORT_EDGE), names.COPIES.of(2)), 4),
    ],
)
def test_else_a_document_is_one_page(said: tuple[Attribute, ...], sheets: int) -> None:
    whole = job((DONE,), (DONE,), (DONE,), said=said)
    assert (impressions_completed(whole), sheets_completed(whole)) == (3, sheets)


def test_nothing_is_completed_of_a_job_without_documents() -> None:
    empty = job(said=(names.JOB_MEDIA_SHEETS.of(9),))
    assert (impressions_completed(empty), sheets_completed(empty)) == (0, 0)
