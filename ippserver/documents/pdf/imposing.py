"""Sides of sheets as pages of PDF."""

from collections.abc import Mapping
from copy import copy
from typing import Final

import pikepdf

from ippserver.documents.opened import is_cropped_away, visible, visible_box
from ippserver.documents.pdf.plain import numbers
from ippserver.documents.plan.geometry import turn
from ippserver.documents.plan.placing import TOLERANCE, Side

_BLEED: Final = 9
"""Points that the paper under gray goes over the edge: a pixel on it is to be covered all."""


def kept(side: Side, pages: Mapping[int, pikepdf.Page]) -> pikepdf.Page | None:
    """The page that is all of `side`, if one is, and nobody asked to turn it."""
    if len(side.placements) != 1 or side.style.turn:
        return None
    (placement,) = side.placements
    page = pages[placement.page]
    upright = turn(side.style.medium.size, -side.turn)
    sheet = side.style.medium.size.turned(side.turn)
    if is_cropped_away(page):
        return None
    size, _ = visible(page)
    is_all = size.is_about(sheet, TOLERANCE) and placement.matrix.then(upright).keeps(size, TOLERANCE)
    return page if is_all else None


class Imposer:
    """Makes pages in `pdf`, which has none yet, out of the pages of documents; `close` puts them in it."""

    def __init__(self, pdf: pikepdf.Pdf, pages: Mapping[int, pikepdf.Page], *, keep: bool) -> None:
        """With `keep`, a page that already is what is wanted is taken as it is, links and all."""
        self._pdf = pdf
        self._pages = pages
        self._keep = keep
        self._forms: dict[int, pikepdf.Object] = {}
        self._made: dict[int, tuple[Side, pikepdf.Object]] = {}
        self._kids: list[pikepdf.Object] = []

    def add(self, side: Side, page: pikepdf.Page | None = None, *, in_gray: bool = False) -> None:
        """Adds a page for `side`, or `page`, if it is given, in its place.

        Sides that are the same object share all they have.
        """
        if id(side) in self._made:
            _, first = self._made[id(side)]
            self._kids.append(self._pdf.make_indirect(copy(first)))
            return
        as_it_is = page if in_gray else page or self._kept(side)
        self._pdf.pages.append(as_it_is or self._drawn(side, in_gray))
        added = self._pdf.Root.Pages.Kids[-1]
        self._made[id(side)] = (side, added)
        self._kids.append(added)

    def close(self) -> None:
        """Puts the pages in their order.

        The tree is written here, since each call of `pages` looks at all that there are: 10,000 copies of a
        label took 20 seconds.
        """
        tree = self._pdf.Root.Pages
        tree.Kids, tree.Count = pikepdf.Array(self._kids), len(self._kids)

    def _kept(self, side: Side) -> pikepdf.Page | None:
        return kept(side, self._pages) if self._keep else None

    def _drawn(self, side: Side, in_gray: bool) -> pikepdf.Page:
        width, length = side.style.medium.size
        content: list[bytes] = []
        forms = pikepdf.Dictionary()
        for placement in side.placements:
            left, bottom, right, top = placement.clip
            matrix = visible(self._pages[placement.page])[1].then(placement.matrix)
            name = b"/P%d" % len(content)
            clip = numbers((left, bottom, right - left, top - bottom))
            content.append(b"q %b re W n %b cm %b Do Q\n" % (clip, numbers(matrix), name))
            forms[name.decode()] = self._form(placement.page)
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=pikepdf.Array([0, 0, round(width, 3), round(length, 3)]),
            Contents=self._pdf.make_stream(b"".join(content)),
            Resources=pikepdf.Dictionary(XObject=forms),
        )
        if in_gray:
            self._bleach(page)
        if side.turn:
            page.Rotate = side.turn
        return pikepdf.Page(self._pdf.make_indirect(page))

    def _bleach(self, page: pikepdf.Dictionary) -> None:
        """Keeps of what is on the page the luminosity alone: color and saturation are those of white paper.

        Text stays text and lines lines (ISO 32000-1, 11.3.5.3).
        """
        _, _, width, length = map(float, page.MediaBox)
        group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, CS=pikepdf.Name.DeviceRGB, I=True)
        form = page.Contents
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox, form.Resources, form.Group = page.MediaBox, page.Resources, group
        luminosity = pikepdf.Dictionary(BM=pikepdf.Name.Luminosity)
        page.Group = group
        page.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(P=form), ExtGState=pikepdf.Dictionary(L=luminosity)
        )
        paper = numbers((-_BLEED, -_BLEED, width + 2 * _BLEED, length + 2 * _BLEED))
        page.Contents = self._pdf.make_stream(b"q 1 g %b re f Q /L gs /P Do" % paper)

    def _form(self, index: int) -> pikepdf.Object:
        form = self._forms.get(index)
        if form is None:
            page = self._pages[index]
            page.trimbox = pikepdf.Array(visible_box(page))  # what a form shows
            foreign = page.as_form_xobject(handle_transformations=False)
            form = self._forms[index] = self._pdf.copy_foreign(foreign)
        return form
