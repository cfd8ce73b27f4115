"""Documents to begin fuzzing from: small, of every format, and packed only where that must be."""

import io
from collections.abc import Iterator
from typing import Final

import pikepdf
from PIL import Image

from ippserver.documents.raster import urf
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.model import formats
from tests.documents.press import image, marked, marked_raster, raster, rows_of
from tests.fuzz.asked import TARGETS, case


def document_seeds() -> Iterator[bytes]:
    """Each document, as each thing that it may become."""
    for media_type, document in documents():
        for number in range(len(TARGETS)):
            yield case(media_type, number, document)


def documents() -> Iterator[tuple[str, bytes]]:
    """Each with its media type."""
    for content in _PAGES:
        yield formats.PDF, _pdf(content)
    yield formats.PDF, _pdf("", "/Rotate 90/CropBox[9 9 50 50]/UserUnit 2")
    yield formats.PDF, _encrypted()
    yield formats.PCLM, b"%PCLm 1.0\n" + _pdf("/I Do")
    yield from (image(kind, size=(9, 7)) for kind in ("JPEG", "PNG", "TIFF"))
    yield from _pictures()
    yield marked_raster(2, dpi=3)
    yield marked_raster(2, dpi=3, apple=True)
    for space, bits in ((ColorSpace.SGRAY, 1), (ColorSpace.SGRAY, 8), (ColorSpace.CMYK, 8)):
        yield raster([rows_of(marked(1, 16, 9))], 9, PixelFormat(space, bits))
    yield formats.APPLE_RASTER, urf.SYNC + bytes(4)
    for charset, encoding in (("utf-16", "utf-16"), ("iso-8859-1", "latin-1")):
        yield f"text/plain; charset={charset}", "Grüße\tund\f\x1b[1mÄhnliches\r\n".encode(encoding)
    yield formats.TEXT, "Grüße\t世界 🙂\u202eund\f\0\x1b[1mÄhnliches\b\b__\r\n".encode()


_PAGES: Final = (
    "0 0 m 50 70 50 0 0 70 c S BT /F 20 Tf 9 9 Td (page) Tj ET",
    "q 50 0 0 50 0 0 cm /I Do Q /X Do",
    "BI /W 2/H 2/CS/G/BPC 8 ID abcd EI /P gs 0.5 g 0 0 50 50 re f /OC /L BDC 0 0 9 9 re f EMC",
)


def _pdf(content: str, page: str = "") -> bytes:
    """A PDF that can be read, with a font, a picture, a form, a layer and a note."""
    objects = (
        "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[8 0 R]/D<</OFF[8 0 R]>>>>>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Annots[9 0 R]"
        "/Resources<</Font<</F 5 0 R>>/XObject<</I 6 0 R/X 7 0 R>>/ExtGState<</P<</ca 0.5/BM/Multiply>>>>"
        f"/Properties<</L 8 0 R>>>>{page}>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
        "<</Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8/Length 4>>"
        "stream\nabcd\nendstream",
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Matrix[1 0 0 1 5 5]/Group<</S/Transparency>>/Length 13>>"
        "stream\n0 0 9 9 re f \nendstream",
        "<</Type/OCG/Name(layer)>>",
        "<</Type/Annot/Subtype/Square/Rect[0 0 9 9]/F 4/AP<</N 7 0 R>>>>",
    )
    octets = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(octets))
        octets += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(octets)}\n%%EOF\n"
    return octets + end.encode()


def _encrypted() -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(_pdf(""))) as read:
        read.save(file, encryption=pikepdf.Encryption(user="", owner="own", R=4))
    return file.getvalue()


def _pictures() -> Iterator[tuple[str, bytes]]:
    """Of all modes that have a way of their own."""
    whole = Image.fromarray(marked(1, 9, 7))
    for kind, media_type, mode in (
        ("PNG", formats.PNG, "P"),
        ("PNG", formats.PNG, "RGBA"),
        ("PNG", formats.PNG, "I;16"),
        ("PNG", formats.PNG, "1"),
        ("JPEG", formats.JPEG, "CMYK"),
        ("JPEG", formats.JPEG, "L"),
        ("TIFF", formats.TIFF, "1"),
        ("TIFF", formats.TIFF, "CMYK"),
        ("TIFF", formats.TIFF, "F"),
    ):
        file = io.BytesIO()
        source = whole.convert("L") if mode in ("I;16", "F") else whole
        source.convert(mode).save(file, kind)
        yield media_type, file.getvalue()
    for compression in ("tiff_lzw", "packbits", "group4", "jpeg"):
        file = io.BytesIO()
        (whole.convert("1") if compression == "group4" else whole).save(file, "TIFF", compression=compression)
        yield formats.TIFF, file.getvalue()
