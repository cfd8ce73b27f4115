"""Which page goes on which sheet: one plan for whatever format comes out.

Pure: knows the sizes of the pages and what is asked of them, nothing of what is on them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from ippserver.documents.errors import DocumentTooLarge
from ippserver.documents.plan.instructions import Instructions, Medium, PageStyle, Place, within
from ippserver.documents.plan.placing import Page, Side, laid_out
from ippserver.iana.keywords import MultipleDocumentHandling


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; one that is printed on both sides has a back, which may be blank."""

    front: Side
    back: Side | None = None

    @property
    def medium(self) -> Medium:
        """What it is made of."""
        return self.front.style.medium

    @property
    def sides(self) -> tuple[Side, ...]:
        """The front, and the back if there is one."""
        return (self.front,) if self.back is None else (self.front, self.back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The sheets of a Job, in order."""

    sheets: tuple[Sheet, ...]
    copy: tuple[Sheet, ...]
    """Those of the first copy, without job sheets."""
    pages: int
    """That were chosen, of one copy."""

    @property
    def impressions(self) -> int:
        """Sides of one copy that are not blank; without job sheets."""
        return sum(bool(side.placements) for sheet in self.copy for side in sheet.sides)

    @property
    def sides(self) -> Iterator[Side]:
        """Every side of every sheet."""
        return (side for sheet in self.sheets for side in sheet.sides)

    @property
    def impressions_completed(self) -> int:
        """Sides of all copies and job sheets that are not blank."""
        return sum(bool(side.placements) for side in self.sides)

    @property
    def media(self) -> Mapping[str, int]:
        """The sheets of each medium."""
        counts: dict[str, int] = {}
        for sheet in self.sheets:
            counts[sheet.medium.name] = counts.get(sheet.medium.name, 0) + 1
        return counts


def plan(
    pages: Sequence[Page],
    wanted: Instructions,
    *,
    job_sheet: int | None = None,
    documents: int = 1,
    most_sides: int = 100_000,
) -> Plan:
    """Lays out `pages`, in order and those of a document together, as is `wanted`.

    Of the Job's `documents`, these may be a few; see Page.document.

    `job_sheet` is the index of a page that is no part of a document but goes on the first sheet, which is
    nothing but that. The order of copies and documents is RFC 8011 5.2.4's.

    Raises:
        DocumentTooLarge: There would be more than `most_sides`.
    """
    sets = list(_sets(pages, wanted, job_sheet))
    layout = _Layout(pages, wanted, most_sides, documents)
    cover = [] if job_sheet is None else [layout.job_sheet(job_sheet)]
    copies: list[list[list[Sheet]]] = []
    for number in range(
        1, (wanted.copies if sets else 1) + 1
    ):  # of no pages, all copies are the same nothing
        copies.append(copies[0] if copies and not wanted.copies_differ else layout.copy(sets, number))
        layout.count(copies[-1])
    if wanted.handling == MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES:
        ordered: Iterable[list[Sheet]] = (one for same in zip(*copies, strict=True) for one in same)
    else:
        ordered = (one for copy in copies for one in copy)
    return Plan(
        sheets=tuple([*cover, *(sheet for one in ordered for sheet in one)]),
        copy=tuple(sheet for one in copies[0] for sheet in one),
        pages=sum(map(len, sets)),
    )


class _Chosen(NamedTuple):
    """The index of a page, its number in the Set that it belongs to, from 1, and the last one there."""

    page: int
    number: int
    last: int


def _sets(pages: Sequence[Page], wanted: Instructions, job_sheet: int | None) -> Iterator[list[_Chosen]]:
    """The chosen pages of each Set (RFC 8011 5.2.4)."""
    indices = [index for index in range(len(pages)) if index != job_sheet]
    if wanted.handling in (
        MultipleDocumentHandling.SINGLE_DOCUMENT,
        MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET,
    ):
        parts = [indices]
    else:
        parts = [list(part) for _, part in groupby(indices, key=lambda index: pages[index].document)]
    for part in parts:
        numbered = [_Chosen(index, number, len(part)) for number, index in enumerate(part, 1)]
        ranges = wanted.page_ranges
        chosen = [one for one in numbered if not ranges or within(ranges, one.number)]
        if chosen:
            yield chosen


@dataclass(slots=True)
class _Layout:
    pages: Sequence[Page]
    wanted: Instructions
    most_sides: int
    documents: int
    sides: int = 0
    _known: dict[tuple[tuple[int, ...], PageStyle], Side] = field(default_factory=dict)

    def copy(self, sets: Iterable[list[_Chosen]], number: int) -> list[list[Sheet]]:
        """The sheets of each set in that copy."""
        return [list(self._sheets(chosen, number)) for chosen in sets]

    def count(self, copy: list[list[Sheet]]) -> None:
        """Counts the sides of a copy.

        Raises:
            DocumentTooLarge: They are too many.
        """
        self.sides += sum(len(sheet.sides) for sheets in copy for sheet in sheets)
        if self.sides > self.most_sides:
            raise DocumentTooLarge(f"The copies have more than {self.most_sides} pages together.")

    def job_sheet(self, page: int) -> Sheet:
        job = self.wanted.style
        medium = self.wanted.job_sheet or job.medium
        style = PageStyle(medium=medium, color_mode=job.color_mode, quality=job.quality, dpi=job.dpi)
        return Sheet(laid_out([(page, self.pages[page])], style, replace(self.wanted, number_up=1)))

    def _sheets(self, chosen: list[_Chosen], copy: int) -> Iterator[Sheet]:
        """Pairs sides to sheets; another medium, or another way to use both sides, begins a new one."""
        sides = self._sides_of(chosen, copy)
        for _, same in groupby(sides, key=lambda pair: (pair[0].style.medium, pair[0].style.sides, pair[1])):
            alike = [side for side, _ in same]
            if not alike[0].style.two_sided:
                yield from map(Sheet, alike)
                continue
            if len(alike) % 2:
                alike.append(Side(alike[-1].style))
            yield from map(Sheet, alike[::2], alike[1::2])

    def _sides_of(self, chosen: list[_Chosen], copy: int) -> Iterator[tuple[Side, int]]:
        """The sides, and the group that each is of; pages that are printed otherwise do not share one."""
        styled = [(one.page, self._style(one, copy), self._group(one.page)) for one in chosen]
        for (style, group), same in groupby(styled, key=lambda page: page[1:]):
            indices = [index for index, _, _ in same]
            for first in range(0, len(indices), self.wanted.number_up):
                yield self._side(tuple(indices[first : first + self.wanted.number_up]), style), group

    def _style(self, one: _Chosen, copy: int) -> PageStyle:
        at = Place(self.pages[one.page].document, one.number, copy)
        return self.wanted.style_of(at, Place(self.documents, one.last, self.wanted.copies))

    def _group(self, index: int) -> int:
        """What must be the same of pages that share a sheet."""
        new_sheet = self.wanted.handling == MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET
        return self.pages[index].document if new_sheet else 0

    def _side(self, indices: tuple[int, ...], style: PageStyle) -> Side:
        side = self._known.get((indices, style))
        if side is None:
            side = self._known[indices, style] = laid_out(
                [(index, self.pages[index]) for index in indices], style, self.wanted
            )
        return side
