"""Amounts of paper: how much a Document is, and how much of it is done (RFC 8011 5.3.17, PWG 5100.5)."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from typing import Final, Self

from ippserver.ipp.values import MAX_INTEGER


def countable(number: int) -> int:
    """`number`, or the most that an attribute can say: a sum of what clients and devices say may be more."""
    return min(number, MAX_INTEGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """How many of something are in color, or not, or blank (PWG 5100.7, job-impressions-col).

    Those on sheets of which both sides are printed are counted apart.
    """

    blank: int = 0
    blank_two_sided: int = 0
    color: int = 0
    color_two_sided: int = 0
    monochrome: int = 0
    monochrome_two_sided: int = 0

    def times(self, number: int) -> Self:
        """So many times as much."""
        return type(self).of(number * each for each in astuple(self))

    @classmethod
    def sum(cls, several: Iterable["Kinds | None"]) -> Self | None:
        """All of them together; None where one is not known."""
        found = list(several)
        if None in found:
            return None
        return cls.of(map(sum, zip(*map(astuple, filter(None, found)), strict=True)))

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Self:
        """The kinds with these numbers, in the order of the fields."""
        return cls(**dict(zip(cls.__dataclass_fields__, map(countable, numbers), strict=False)))

    @property
    def in_color(self) -> int:
        """Those in color, on whatever sheets."""
        return countable(self.color + self.color_two_sided)

    @property
    def in_monochrome(self) -> int:
        """Those that are not in color, likewise."""
        return countable(self.monochrome + self.monochrome_two_sided)

    @property
    def without_marks(self) -> int:
        """Those that are blank, likewise."""
        return countable(self.blank + self.blank_two_sided)

    @property
    def all(self) -> tuple[int, ...]:
        """Each number, in the order of the fields."""
        return astuple(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a conversion made, by its kind."""

    pages: Kinds
    """Those of one copy, all as on sheets with one side."""
    impressions: Kinds
    """Sides of one copy, without job sheets."""
    impressions_completed: Kinds
    """Sides of all copies and job sheets."""
    sheets: Kinds
    """Of all copies and job sheets."""

    @property
    def all(self) -> tuple[int, ...]:
        """Every number."""
        kinds = (self.pages, self.impressions, self.impressions_completed, self.sheets)
        return tuple(number for each in kinds for number in each.all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So many pages, and what becomes of them.

    Of a whole Document: the pages and impressions of one copy, and the sheets of all copies and job sheets
    (RFC 8011 5.3.17). Of what is done: all that was printed, and the pages that it was made from.
    """

    pages: int = 0
    """Of the Document as it was sent, those that are printed."""
    impressions: int = 0
    """Sides that are not blank."""
    sheets: int = 0
    kinds_of_pages: Kinds | None = None
    """The pages by their kind; None where that is not known, as for the next two."""
    kinds_of_impressions: Kinds | None = None
    """The impressions, and sides that are blank."""
    kinds_of_sheets: Kinds | None = None

    @classmethod
    def sum(cls, amounts: Iterable["Amount"]) -> Self:
        """All of them together."""
        found = list(amounts)
        return cls(
            pages=countable(sum(each.pages for each in found)),
            impressions=countable(sum(each.impressions for each in found)),
            sheets=countable(sum(each.sheets for each in found)),
            kinds_of_pages=Kinds.sum(each.kinds_of_pages for each in found),
            kinds_of_impressions=Kinds.sum(each.kinds_of_impressions for each in found),
            kinds_of_sheets=Kinds.sum(each.kinds_of_sheets for each in found),
        )

    def then(self, other: "Amount") -> "Amount":
        """As much as both, where `other` is more of the same pages."""
        if self == NOTHING or other == NOTHING:
            return other if self == NOTHING else self
        return replace(Amount.sum((self, other)), pages=other.pages, kinds_of_pages=other.kinds_of_pages)

    def at_least(self, other: "Amount") -> "Amount":
        """The larger of each; of the kinds nothing is known."""
        return Amount(
            pages=max(self.pages, other.pages),
            impressions=max(self.impressions, other.impressions),
            sheets=max(self.sheets, other.sheets),
        )


NOTHING: Final = Amount()
