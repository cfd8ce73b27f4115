"""How much a plan prints of what kind: pages, sides and sheets (PWG 5100.7, job-impressions-col).

Pure. In color is what may be: nobody asked for less, and the document's format does not say that it has none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from typing import Final

from ippserver.documents.plan.layout import Plan, Sheet
from ippserver.documents.plan.placing import Side
from ippserver.model.amount import Counts, Kinds

_BLANK: Final = "blank"
_COLOR: Final = "color"
_MONOCHROME: Final = "monochrome"


def counted(made: Plan, colorless: Set[int], *, in_gray: bool) -> Counts:
    """What `made` prints, where the `colorless` pages have no color, and none has `in_gray`."""
    tones = {id(side): _tone(side, colorless, in_gray=in_gray) for side in made.sides}
    of_pages = Counter(
        tones[id(side)] for sheet in made.copy for side in sheet.sides for _ in side.placements
    )
    return Counts(
        pages=Kinds(**of_pages),
        impressions=_impressions(made.copy, tones),
        impressions_completed=_impressions(made.sheets, tones),
        sheets=Kinds(**Counter(_of(_most(sheet, tones), sheet) for sheet in made.sheets)),
    )


def _tone(side: Side, colorless: Set[int], *, in_gray: bool) -> str:
    if not side.placements:
        return _BLANK
    without = in_gray or side.style.is_gray or all(one.page in colorless for one in side.placements)
    return _MONOCHROME if without else _COLOR


def _most(sheet: Sheet, tones: Mapping[int, str]) -> str:
    """What the sheet is: that of its side with most ink."""
    found = {tones[id(side)] for side in sheet.sides}
    return next(tone for tone in (_COLOR, _MONOCHROME, _BLANK) if tone in found)


def _impressions(sheets: Iterable[Sheet], tones: Mapping[int, str]) -> Kinds:
    return Kinds(**Counter(_of(tones[id(side)], sheet) for sheet in sheets for side in sheet.sides))


def _of(tone: str, sheet: Sheet) -> str:
    """The field of Kinds."""
    return tone if sheet.back is None else f"{tone}_two_sided"
