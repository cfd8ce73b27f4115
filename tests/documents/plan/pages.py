"""Pages, sheets and wishes for the tests of plans."""

from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from ippserver.documents.plan.geometry import Size
from ippserver.documents.plan.instructions import Instructions, Medium, PageStyle
from ippserver.documents.plan.layout import Plan
from ippserver.documents.plan.placing import Page, Placement
from ippserver.iana.keywords import (
    MultipleDocumentHandling,
    PresentationDirectionNumberUp,
    PrintScaling,
    Sides,
)

A4: Final = Medium(name="iso_a4_210x297mm", hundredths=(21000, 29700))
PORTRAIT: Final = Page(size=A4.size)
SCALINGS: Final = (
    PrintScaling.AUTO,
    PrintScaling.AUTO_FIT,
    PrintScaling.FIT,
    PrintScaling.FILL,
    PrintScaling.NONE,
)
SIDES: Final = (Sides.ONE_SIDED, Sides.TWO_SIDED_LONG_EDGE, Sides.TWO_SIDED_SHORT_EDGE)
HANDLINGS: Final = (
    MultipleDocumentHandling.SINGLE_DOCUMENT,
    MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET,
    MultipleDocumentHandling.SEPARATE_DOCUMENTS_COLLATED_COPIES,
    MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES,
)
DIRECTIONS: Final = tuple(
    value for name, value in vars(PresentationDirectionNumberUp).items() if name.isupper()
)
lengths = st.floats(20, 3000)
sizes = st.builds(Size, lengths, lengths)
media = st.builds(
    Medium,
    name=st.just("custom"),
    hundredths=st.tuples(st.integers(2000, 90000), st.integers(2000, 90000)),
    margins=st.tuples(*[st.integers(0, 900)] * 4),
)
styles = st.builds(
    PageStyle,
    medium=media | st.just(A4),
    sides=st.sampled_from(SIDES),
    turn=st.sampled_from((0, 90, 180, 270)),
    scaling=st.sampled_from(SCALINGS),
)


@st.composite
def documents(draw: st.DrawFn) -> list[Page]:
    """The pages of up to three documents."""
    pages: list[Page] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        is_sheet = draw(st.booleans())
        of_document = draw(st.lists(sizes, min_size=1, max_size=5))
        pages += [Page(size=size, document=number, is_sheet=is_sheet) for size in of_document]
    return pages


@st.composite
def wishes(draw: st.DrawFn) -> Instructions:
    return Instructions(
        style=draw(styles),
        copies=draw(st.integers(1, 3)),
        number_up=draw(st.sampled_from((1, 2, 4, 6, 9, 16, 5))),
        direction=draw(st.sampled_from(DIRECTIONS)),
        handling=draw(st.sampled_from(HANDLINGS)),
    )


def one(made: Plan) -> Placement:
    ((placement,),) = [side.placements for side in made.sides]
    return placement


def of(count: int, document: int = 1) -> list[Page]:
    return [replace(PORTRAIT, document=document)] * count
