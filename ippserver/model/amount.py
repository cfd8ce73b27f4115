"""Amounts of paper: how much a Document is, and how much of it is done (RFC 8011 5.3.17, PWG 5100.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self


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

    @classmethod
    def sum(cls, amounts: Iterable["Amount"]) -> Self:
        """All of them together."""
        found = list(amounts)
        return cls(
            pages=sum(each.pages for each in found),
            impressions=sum(each.impressions for each in found),
            sheets=sum(each.sheets for each in found),
        )

    def at_least(self, other: "Amount") -> "Amount":
        """The larger of each."""
        return Amount(
            pages=max(self.pages, other.pages),
            impressions=max(self.impressions, other.impressions),
            sheets=max(self.sheets, other.sheets),
        )


NOTHING: Final = Amount()
