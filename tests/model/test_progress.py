from collections.abc import Callable
from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import DocumentState
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.model.amount import NOTHING, Amount, Kinds
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.progress import (
    documents_done,
    impressions,
    impressions_col,
    impressions_completed,
    pages,
    pages_col,
    pages_completed,
    sheets,
    sheets_col,
    sheets_completed,
)
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


def counted(*documents: tuple[Amount | None, Amount], said: tuple[Attribute, ...] = ()) -> Job:
    """A Job of Documents of such extents, so much of each done."""
    whole = job(*[(DONE,) for _ in documents], said=said)
    pairs = zip(whole.documents, documents, strict=True)
    return replace(
        whole, documents=tuple(replace(one, extent=extent, done=done) for one, (extent, done) in pairs)
    )


SAID = (names.JOB_IMPRESSIONS.of(30), names.JOB_MEDIA_SHEETS.of(16), names.JOB_PAGES.of(40))
FIVE = Amount(pages=5, impressions=4, sheets=6)
TWO = Amount(pages=2, impressions=2, sheets=2)


def test_what_is_counted_is_the_sum_over_the_documents_and_counts_more_than_what_the_client_said() -> None:
    whole = counted((FIVE, TWO), (TWO, NOTHING), said=SAID)
    assert (impressions(whole, None), sheets(whole, None), pages(whole)) == (6, 8, 7)
    assert (impressions_completed(whole), sheets_completed(whole), pages_completed(whole)) == (2, 2, 2)


def test_how_much_a_job_is_follows_from_all_its_documents_or_from_its_client() -> None:
    half = counted((FIVE, FIVE), (None, NOTHING), said=SAID)
    assert (impressions(half, None), sheets(half, None), pages(half)) == (30, 16, 40)
    untold = counted((FIVE, FIVE), (None, NOTHING))
    assert (impressions(untold, None), sheets(untold, None), pages(untold)) == (None, None, None)
    assert impressions_completed(untold) == FIVE.impressions


def test_a_document_that_was_canceled_before_it_was_counted_is_no_part_of_the_sum() -> None:
    half = counted((FIVE, FIVE), (None, NOTHING))
    gone = replace(half.documents[1], state=DocumentState.CANCELED)
    assert pages(half.with_document(gone)) == 5


def test_what_is_counted_by_its_kind_is_shown_so() -> None:
    kinds = Kinds(blank_two_sided=1, color=1, color_two_sided=2, monochrome=3, monochrome_two_sided=4)
    amount = replace(FIVE, kinds_of_pages=kinds, kinds_of_impressions=kinds, kinds_of_sheets=kinds)
    assert impressions_col(amount) == Collection(
        [
            names.BLANK.of(0),
            names.BLANK_TWO_SIDED.of(1),
            names.FULL_COLOR.of(1),
            names.FULL_COLOR_TWO_SIDED.of(2),
            names.MONOCHROME.of(3),
            names.MONOCHROME_TWO_SIDED.of(4),
        ]
    )
    sheets = [names.BLANK.of(1), names.FULL_COLOR.of(3), names.MONOCHROME.of(7)]
    assert sheets_col(amount) == Collection(sheets)
    assert pages_col(amount) == Collection([names.FULL_COLOR.of(3), names.MONOCHROME.of(3)])


@pytest.mark.parametrize("shown", [impressions_col, sheets_col, pages_col])
def test_what_is_not_counted_by_its_kind_is_not_shown(shown: Callable[[Amount | None], object]) -> None:
    assert shown(None) is None
    assert shown(FIVE) is None


def test_what_only_a_device_counts_is_completed() -> None:
    told = counted((None, Amount(impressions=3, sheets=2)), said=SAID)
    assert (impressions_completed(told), sheets_completed(told)) == (3, 2)


def test_the_pages_that_nobody_counts_are_completed_as_the_client_said_or_unknown() -> None:
    assert pages_completed(job((BEGUN,), said=SAID)) == 0
    assert pages_completed(job((DONE,), said=SAID)) == 40
    assert pages_completed(job((DONE,))) is None


def test_nothing_is_completed_of_a_job_without_documents() -> None:
    empty = job(said=(names.JOB_MEDIA_SHEETS.of(9),))
    assert (impressions_completed(empty), sheets_completed(empty)) == (0, 0)
