"""Sides of sheets as pages of PDF."""

from collections.abc import Iterable, Mapping

import pikepdf

from ippserver.documents.opened import visible, visible_box
from ippserver.documents.pdf.plain import numbers
from ippserver.documents.plan.geometry import turn
from ippserver.documents.plan.placing import TOLERANCE, Side


def kept(side: Side, pages: Mapping[int, pikepdf.Page]) -> pikepdf.Page | None:
    """The page that is all of `side`, if one is, and nobody asked to turn it."""
    if len(side.placements) != 1 or side.style.turn:
        return None
    (placement,) = side.placements
    page = pages[placement.page]
    upright = turn(side.style.medium.size, -side.turn)
    sheet = side.style.medium.size.turned(side.turn)
    size, _ = visible(page)
    is_all = size.is_about(sheet, TOLERANCE) and placement.matrix.then(upright).keeps(size, TOLERANCE)
    return page if is_all else None


class Imposer:
    """Makes pages in `pdf`, out of the pages of documents."""

    def __init__(self, pdf: pikepdf.Pdf, pages: Mapping[int, pikepdf.Page], *, keep: bool) -> None:
        """With `keep`, a page that already is what is wanted is taken as it is, links and all."""
        self._pdf = pdf
        self._pages = pages
        self._keep = keep
        self._forms: dict[int, pikepdf.Object] = {}
        self._made: dict[int, tuple[Side, pikepdf.Page]] = {}

    def add(self, sides: Iterable[Side], page: pikepdf.Page | None = None) -> None:
        """Adds a page for each of the `sides`, or `page`, if it is given, in their place.

        Sides that are the same object share all they have.
        """
        for side in sides:
            _, known = self._made.get(id(side), (side, None))
            self._pdf.pages.append(known or page or self._kept(side) or self._drawn(side))
            self._made[id(side)] = (side, self._pdf.pages[-1])

    def _kept(self, side: Side) -> pikepdf.Page | None:
        return kept(side, self._pages) if self._keep else None

    def _drawn(self, side: Side) -> pikepdf.Page:
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
        if side.turn:
            page.Rotate = side.turn
        return pikepdf.Page(self._pdf.make_indirect(page))

    def _form(self, index: int) -> pikepdf.Object:
        form = self._forms.get(index)
        if form is None:
            page = self._pages[index]
            page.trimbox = pikepdf.Array(visible_box(page))  # what a form shows
            foreign = page.as_form_xobject(handle_transformations=False)
            form = self._forms[index] = self._pdf.copy_foreign(foreign)
        return form
