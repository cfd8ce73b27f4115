"""What is common to all pictures of notes and fields (ISO 32000-1, 12.5)."""

from typing import Final

import pikepdf

from ippserver.documents.plan.geometry import Box, Matrix

PRINT: Final = 4
HIDDEN: Final = 2
NOTHING: Final = pikepdf.Dictionary()
BROKEN: Final = (
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    pikepdf.PdfError,
)
"""What is raised where something about a note is not what it should be: no reason not to print the page."""


def is_printed(note: pikepdf.Object) -> bool:
    """Whether its flags say so (12.5.3)."""
    flags = int(note.get("/F", 0))
    return bool(flags & PRINT and not flags & HIDDEN)


def box_of(note: pikepdf.Object) -> Box:
    """Where a note is."""
    x, y, other_x, other_y = (float(edge) for edge in note.Rect)
    return Box(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))


def smaller(box: Box, edges: float) -> Box:
    """`box` without its edges; larger where they are negative."""
    return Box(box.left + edges, box.bottom + edges, box.right - edges, box.top - edges)


def give(
    pdf: pikepdf.Pdf,
    note: pikepdf.Object,
    content: bytes,
    resources: pikepdf.Dictionary,
    *,
    box: Box,
    matrix: Matrix | None = None,
) -> None:
    """Makes `content` the picture of `note`: what is in `box` fills its place, turned by `matrix`."""
    picture = pdf.make_stream(content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    picture.BBox, picture.Resources = pikepdf.Array(box), resources
    if matrix is not None:
        picture.Matrix = pikepdf.Array(matrix)
    picture.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency)
    note.AP = pikepdf.Dictionary(N=picture)
