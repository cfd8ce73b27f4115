"""What is counted of a Document while it is converted and printed."""

from dataclasses import replace
from typing import Final

from ippserver.engine.counting import Tally
from ippserver.ipp.values import MAX_INTEGER
from ippserver.model.amount import NOTHING, Amount, Counts, Kinds
from ippserver.model.conversion import Outcome, Progress
from ippserver.model.document import Document

FIVE_PAGES: Final = Outcome(
    media_type="application/pdf",
    extension=".pdf",
    pages=5,
    impressions=5,
    impressions_completed=11,
    sheets=7,
)
EXTENT: Final = Amount(pages=5, impressions=5, sheets=7)
WHOLE: Final = Amount(pages=5, impressions=11, sheets=7)
DOCUMENT: Final = Document(number=1, key="1", format="application/pdf", size_octets=1, sha256="0")


class Counter:
    """Counts how often something was counted."""

    def __init__(self, document: Document = DOCUMENT) -> None:
        self.changes = 0
        self.tally = Tally(document, self._changed)

    def _changed(self) -> None:
        self.changes += 1


def test_what_is_converted_counts_and_grows() -> None:
    counter = Counter()
    for impressions in (0, 3, 4, 4):
        counter.tally.converts(2, Progress(pages=6, impressions=impressions, of_impressions=8))
    assert counter.tally.counts == (None, Amount(pages=3, impressions=4, sheets=2))
    assert counter.changes == 2


def test_pages_that_are_only_read_are_not_done() -> None:
    counter = Counter()
    counter.tally.converts(1, Progress(pages=6))
    assert (counter.tally.counts, counter.changes) == ((None, NOTHING), 0)


def test_a_conversion_that_is_done_says_how_much_it_is() -> None:
    counter = Counter()
    counter.tally.converts(1, Progress(pages=9, impressions=11))
    counter.tally.converted(FIVE_PAGES)
    counter.tally.converts(1, Progress(pages=1, impressions=1))
    assert counter.tally.counts == (EXTENT, WHOLE)


KINDS: Final = Counts(
    pages=Kinds(color=4, monochrome=1),
    impressions=Kinds(color=4, monochrome=1),
    impressions_completed=Kinds(color=8, monochrome=3),
    sheets=Kinds(color_two_sided=7),
)


def test_what_is_converted_is_counted_by_its_kind_for_each_copy_that_is_made_elsewhere() -> None:
    tally = Counter().tally
    tally.converted(replace(FIVE_PAGES, counts=KINDS), times=2)
    extent, done = tally.counts
    assert extent is not None
    assert extent.kinds_of_pages == done.kinds_of_pages == KINDS.pages
    assert extent.kinds_of_impressions == KINDS.impressions
    assert done.kinds_of_impressions == Kinds(color=16, monochrome=6)
    assert extent.kinds_of_sheets == done.kinds_of_sheets == Kinds(color_two_sided=14)


def test_the_kinds_of_what_only_a_device_counts_are_not_known_until_all_is_done() -> None:
    tally = Counter().tally
    tally.converted(replace(FIVE_PAGES, counts=KINDS))
    tally.prints(3, 2)
    _, done = tally.counts
    assert (done.kinds_of_impressions, done.kinds_of_sheets) == (None, None)
    tally.delivered()
    _, done = tally.counts
    assert (done.kinds_of_impressions, done.kinds_of_sheets) == (KINDS.impressions_completed, KINDS.sheets)


def test_what_was_counted_before_a_crash_is_not_taken_back() -> None:
    tally = Counter(replace(DOCUMENT, done=WHOLE, extent=EXTENT)).tally
    tally.converts(1, Progress(pages=1, impressions=1))
    assert tally.counts == (EXTENT, WHOLE)


def test_documents_that_are_one_count_more_than_the_first_alone() -> None:
    tally = Counter().tally
    tally.converted(FIVE_PAGES, documents=3)
    tally.converted(replace(FIVE_PAGES, pages=1))
    assert tally.counts == (EXTENT, WHOLE)


def test_copies_that_the_output_makes_itself_are_counted() -> None:
    tally = Counter().tally
    tally.converted(FIVE_PAGES, times=3)
    assert tally.counts == (replace(EXTENT, sheets=21), Amount(pages=5, impressions=33, sheets=21))


def test_what_a_device_has_printed_counts_instead_of_what_was_only_converted() -> None:
    tally = Counter().tally
    tally.converted(FIVE_PAGES)
    tally.prints(3, None)
    assert tally.counts == (EXTENT, Amount(pages=5, impressions=3))
    tally.prints(None, 2)
    assert tally.counts == (EXTENT, Amount(pages=5, impressions=3, sheets=2))
    tally.converted(FIVE_PAGES)
    assert tally.counts == (EXTENT, Amount(pages=5, impressions=3, sheets=2))


def test_all_of_what_is_delivered_is_done() -> None:
    tally = Counter().tally
    tally.converted(FIVE_PAGES)
    tally.prints(3, None)
    tally.delivered()
    assert tally.counts == (EXTENT, WHOLE)


def test_what_can_be_read_is_news_once() -> None:
    tally = Counter().tally
    tally.reads("words")
    assert [tally.take_text(), tally.take_text()] == ["words", ""]


def test_of_what_is_not_converted_only_a_device_knows() -> None:
    tally = Counter().tally
    tally.delivered()
    assert tally.counts == (None, NOTHING)
    tally.prints(3, 2)
    tally.delivered()
    assert tally.counts == (None, Amount(impressions=3, sheets=2))


def test_very_many_copies_of_very_much_are_as_much_as_can_be_told() -> None:
    tally = Counter().tally
    tally.converted(replace(FIVE_PAGES, sheets=MAX_INTEGER, impressions_completed=MAX_INTEGER), times=999)
    extent, done = tally.counts
    assert extent is not None
    assert extent.sheets == done.sheets == done.impressions == MAX_INTEGER
