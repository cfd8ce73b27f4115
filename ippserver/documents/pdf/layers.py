"""Layers of PDF as they are on paper: some are for screens only, or for print only (ISO 32000-1, 8.11)."""

from collections.abc import Iterable, Iterator, Sequence

import pikepdf

_Group = tuple[int, int]
"""The number and the generation of an object."""


def differ_on_paper(pdf: pikepdf.Pdf) -> bool:
    """Whether one is printed and not shown, or the other way round."""
    properties = pdf.Root.get("/OCProperties")
    return properties is not None and _off(properties) != _off_on_paper(properties)


def on_paper(pdf: pikepdf.Pdf) -> pikepdf.Object | None:
    """What `put` wants to know of the layers of `pdf`; from now on they say nothing of screens and printers.

    None where there are none, or nobody can tell which.
    """
    properties = pdf.Root.get("/OCProperties")
    if properties is None:
        return None
    try:
        off = _off_on_paper(properties)
        groups = list(_groups(properties.OCGs))
        hidden = [group for group in groups if group.objgen in off]
        order = properties.D.get("/Order")
        if not isinstance(order, pikepdf.Array):
            order = pikepdf.Array()
        for group in groups:
            if "/Usage" in group:
                del group.Usage  # PDFium goes by it, whatever the document says
    except (TypeError, ValueError, AttributeError, KeyError, pikepdf.PdfError):
        return None
    return pdf.make_indirect(pikepdf.Dictionary(OCGs=groups, OFF=hidden, Order=order))


def put(pdf: pikepdf.Pdf, layers: Sequence[pikepdf.Object]) -> None:
    """Gives `pdf`, which has pages of other documents, the layers of these."""
    if not layers:
        return
    own = [pdf.copy_foreign(of_document) for of_document in layers]
    groups, off, order = (
        pikepdf.Array([item for of_document in own for item in of_document[entry]])
        for entry in ("/OCGs", "/OFF", "/Order")
    )
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=groups, D=pikepdf.Dictionary(OFF=off, Order=order))


def keep_notes_in(pages: Iterable[pikepdf.Page]) -> None:
    """Puts the pictures of notes in the layers that the notes are in: only the pictures will be left."""
    for page in pages:
        for note in page.obj.get("/Annots", ()):
            try:
                if "/OC" in note and "/AP" in note:
                    for picture in _pictures(note.AP.N):
                        picture.OC = note.OC
            except (TypeError, ValueError, AttributeError, KeyError, pikepdf.PdfError):
                continue  # what is broken about a note is no reason not to print the page


def _pictures(normal: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """One, or one for each state of the note."""
    if isinstance(normal, pikepdf.Stream):
        yield normal
    else:
        yield from (normal[state] for state in normal.keys() if isinstance(normal[state], pikepdf.Stream))


def _groups(array: pikepdf.Object) -> Iterator[pikepdf.Object]:
    return (group for group in array if isinstance(group, pikepdf.Dictionary) and group.is_indirect)


def _off(properties: pikepdf.Object) -> set[_Group]:
    """What is off as long as nobody touches it."""
    default = properties.D
    named = {
        entry: {group.objgen for group in _groups(default.get(entry, pikepdf.Array()))}
        for entry in ("/ON", "/OFF")
    }
    off: set[_Group] = set()
    if default.get("/BaseState") == "/OFF":
        off = {group.objgen for group in _groups(properties.OCGs)} - named["/ON"]
    return off | named["/OFF"]


def _off_on_paper(properties: pikepdf.Object) -> set[_Group]:
    off = _off(properties)
    for usage in properties.D.get("/AS", ()):
        if usage.Event != "/Print" or "/Print" not in [str(category) for category in usage.Category]:
            continue
        for group in _groups(usage.get("/OCGs", pikepdf.Array())):
            if _print_state(group) == "/ON":
                off.discard(group.objgen)
            if _print_state(group) == "/OFF":
                off.add(group.objgen)
    return off


def _print_state(group: pikepdf.Object) -> pikepdf.Object | None:
    nothing = pikepdf.Dictionary()
    return group.get("/Usage", nothing).get("/Print", nothing).get("/PrintState")
