"""Layers of PDF: off, on screens only, in print only; of several documents at once."""

import io
from collections.abc import Callable

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ippserver.documents.task import Target
from ippserver.iana import names
from ippserver.iana.keywords import MultipleDocumentHandling
from ippserver.model import formats
from tests.documents.press import RED, WHITE, Color, Picture, at, pdf, printed, seen

OFF, SCREEN_ONLY, PRINT_ONLY = "off", "screen only", "print only"
PNG = Target(media_type=formats.PNG, dpi=36)


def layered(kind: str, *, note: bool = False) -> tuple[str, bytes]:
    """A page of red, and white over it, or as a note on it, in a layer."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf()[1])) as document:
        page = document.pages[0]
        state = pikepdf.Dictionary(PrintState=pikepdf.Name("/OFF" if kind == SCREEN_ONLY else "/ON"))
        seen_state = pikepdf.Dictionary(ViewState=pikepdf.Name.ON)
        usage = pikepdf.Dictionary(Print=state, View=seen_state)
        layer = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String(kind), Usage=usage)
        )
        one = pikepdf.Array([layer])
        printing = pikepdf.Dictionary(
            Event=pikepdf.Name.Print, OCGs=one, Category=pikepdf.Array([pikepdf.Name.Print])
        )
        default = pikepdf.Dictionary(Order=one)
        if kind != SCREEN_ONLY:
            default.OFF = one
        if kind != OFF:
            default.AS = pikepdf.Array([printing])
        document.Root.OCProperties = pikepdf.Dictionary(OCGs=one, D=default)
        page.contents_add(b"1 0 0 rg 0 0 600 900 re f")
        if note:
            _add_note(document, page, layer)
        else:
            page.obj.Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(L=layer))
            page.contents_add(b"/OC /L BDC 1 g 0 0 600 900 re f EMC")
        document.save(file)
    return formats.PDF, file.getvalue()


def _add_note(document: pikepdf.Pdf, page: pikepdf.Page, layer: pikepdf.Object) -> None:
    box = pikepdf.Array([0, 0, 595, 841])
    picture = document.make_stream(
        b"1 g 0 0 600 900 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=box
    )
    stamp = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=box, F=4, OC=layer)
    stamp.AP = pikepdf.Dictionary(N=picture)
    page.obj.Annots = pikepdf.Array([document.make_indirect(stamp)])


def middle(pages: list[Picture]) -> list[Color]:
    return [at(page, 0.5, 0.5) for page in pages]


@pytest.mark.parametrize("note", [False, True], ids=["content", "note"])
@pytest.mark.parametrize(("kind", "color"), [(OFF, RED), (SCREEN_ONLY, RED), (PRINT_ONLY, WHITE)])
def test_a_layer_is_seen_where_it_is_to_be_printed(kind: str, color: Color, note: bool) -> None:
    document = layered(kind, note=note)
    png = Image.open(io.BytesIO(printed(document, target=PNG).file))
    pages = seen(printed(document).file)
    assert middle([np.asarray(png.convert("RGB")), *pages]) == [color, color]


def test_layers_of_all_documents_are_kept_where_several_become_one() -> None:
    together = names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)
    made = printed(layered(PRINT_ONLY), layered(OFF), layered(SCREEN_ONLY), attributes=[together])
    assert middle(seen(made.file)) == [WHITE, RED, RED]
    with pikepdf.open(io.BytesIO(made.file)) as document:
        assert [str(layer.Name) for layer in document.Root.OCProperties.OCGs] == [
            PRINT_ONLY,
            OFF,
            SCREEN_ONLY,
        ]


def test_a_document_that_looks_the_same_on_paper_stays_as_it_is() -> None:
    assert printed(layered(OFF)).result.unchanged
    assert not printed(layered(SCREEN_ONLY)).result.unchanged


def _no_default(properties: pikepdf.Object) -> None:
    del properties.D


def _no_groups(properties: pikepdf.Object) -> None:
    properties.OCGs = pikepdf.Array([1, pikepdf.Dictionary(), pikepdf.Name.Off])


def _no_event(properties: pikepdf.Object) -> None:
    properties.D.AS = pikepdf.Array([pikepdf.Dictionary(), 7])


def _no_order(properties: pikepdf.Object) -> None:
    properties.D.Order = pikepdf.Name.Threads


def _order_with_names(properties: pikepdf.Object) -> None:
    properties.D.Order = pikepdf.Dictionary(First=properties.OCGs)


@pytest.mark.parametrize("break_it", [_no_default, _no_groups, _no_event, _no_order, _order_with_names])
def test_broken_layers_are_no_reason_not_to_print(break_it: Callable[[pikepdf.Object], None]) -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(layered(PRINT_ONLY)[1])) as document:
        break_it(document.Root.OCProperties)
        document.save(file)
    made = printed((formats.PDF, file.getvalue()), attributes=[names.COPIES.of(2)])
    assert len(seen(made.file, sound=False)) == 2


def test_base_state_turns_off_what_is_not_named() -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(layered(SCREEN_ONLY)[1])) as document:
        default = document.Root.OCProperties.D
        default.BaseState = pikepdf.Name.OFF
        del default.AS
        document.save(file)
    made = printed((formats.PDF, file.getvalue()), attributes=[names.COPIES.of(2)])
    assert middle(seen(made.file)) == [RED, RED]
