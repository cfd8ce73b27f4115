"""Amounts of paper."""

from typing import Final

from ippserver.ipp.values import MAX_INTEGER
from ippserver.model.amount import NOTHING, Amount, Kinds

PROOF: Final = Amount(
    pages=3,
    impressions=3,
    sheets=2,
    kinds_of_pages=Kinds(color=3),
    kinds_of_impressions=Kinds(color_two_sided=3, blank_two_sided=1),
    kinds_of_sheets=Kinds(color_two_sided=2),
)


def test_amounts_add_up_by_their_kinds() -> None:
    both = Amount.sum([PROOF, PROOF])
    assert (both.pages, both.impressions, both.sheets) == (6, 6, 4)
    assert both.kinds_of_impressions == Kinds(color_two_sided=6, blank_two_sided=2)


def test_of_amounts_whose_kinds_are_not_all_known_those_of_the_sum_are_not() -> None:
    both = Amount.sum([PROOF, Amount(pages=1, impressions=1, sheets=1)])
    assert both == Amount(pages=4, impressions=4, sheets=3)


def test_more_copies_of_the_same_pages_are_no_more_pages() -> None:
    more = PROOF.then(PROOF)
    assert (more.pages, more.kinds_of_pages) == (3, Kinds(color=3))
    assert (more.impressions, more.sheets, more.kinds_of_sheets) == (6, 4, Kinds(color_two_sided=4))


def test_nothing_adds_nothing() -> None:
    assert NOTHING.then(PROOF) == PROOF.then(NOTHING) == PROOF


def test_kinds_are_so_many_times_as_much() -> None:
    assert Kinds(color=2, blank=1).times(3) == Kinds(color=6, blank=3)
    assert Kinds(color=2, color_two_sided=3, monochrome=9).in_color == 5


def test_of_nothing_there_is_more_than_an_attribute_can_say() -> None:
    most = Kinds(color=MAX_INTEGER, color_two_sided=1, blank=MAX_INTEGER, monochrome_two_sided=2)
    assert most.times(3).color == most.in_color == most.times(2).without_marks == MAX_INTEGER
    assert most.times(2**30).in_monochrome == MAX_INTEGER
    whole = Amount(pages=MAX_INTEGER, impressions=MAX_INTEGER, sheets=MAX_INTEGER, kinds_of_sheets=most)
    more = Amount.sum([whole, whole]).then(whole)
    assert (more.pages, more.impressions, more.sheets) == (MAX_INTEGER,) * 3
    assert more.kinds_of_sheets == Kinds(
        color=MAX_INTEGER, color_two_sided=3, blank=MAX_INTEGER, monochrome_two_sided=6
    )
