"""Documents to begin fuzzing from: small, of every format, and packed only where that must be."""

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pikepdf
from PIL import Image, ImageCms, ImageDraw

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
    yield formats.PDF, 2 * _pdf("")
    yield formats.PDF, _locked(user="", owner="own")
    yield formats.PDF, _locked(user="\u00fc", owner="own")
    for notes in (_NOTES, _FIELDS):
        yield formats.PDF, _pdf("", notes=notes)
        yield from ((formats.PDF, _pdf("", notes=(note,))) for note in notes)
    yield formats.PCLM, b"%PCLm 1.0\n" + _pdf("/I Do")
    yield from _pictures()
    yield from _rasters()
    for charset, encoding in (("utf-16", "utf-16"), ("iso-8859-1", "latin-1")):
        yield f"text/plain; charset={charset}", "Grüße\tund\f\x1b[1mÄhnliches\r\n".encode(encoding)
    yield formats.TEXT, "Grüße\t世界 🙂\u202eund\f\0\x1b[1mÄhnliches\b\b__\r\n".encode()


_PAGES: Final = (
    "0 0 m 50 70 50 0 0 70 c S BT /F 20 Tf 9 9 Td (page) Tj ET",
    "q 50 0 0 50 0 0 cm /I Do Q /X Do",
    "BI /W 2/H 2/CS/G/BPC 8 ID abcd EI /P gs 0.5 g 0 0 50 50 re f /OC /L BDC 0 0 9 9 re f EMC",
)
_NOTES: Final = (
    "/Square/AP<</N 7 0 R>>/OC 8 0 R",
    "/Square/C[1 0 0]/IC[0 1 0]/BS<</W 2/S/D/D[3 1]>>",
    "/Circle/C[0]/Border[0 0 1[2 2]]/CA 0.5",
    *(
        f"/{kind}/C[1 1 0]/QuadPoints[9 30 50 30 9 20 50 20]"
        for kind in ("Highlight", "Underline", "Squiggly")
    ),
    "/StrikeOut/QuadPoints[9 30 50 30 9 20 50 20 9 60 50 60 9 50 50 50]",
    "/Line/L[9 9 50 50]/LE[/OpenArrow/Circle]/IC[1 0 0]",
    "/PolyLine/Vertices[9 9 30 50 50 9]/LE[/Slash/ClosedArrow]",
    "/Polygon/Vertices[9 9 30 50 50 9]/C[0 0 0 1]",
    "/Ink/InkList[[9 9 20 30][30 9 40 50]]",
    "/FreeText/DA(1 0 0 rg /Helv 9 Tf)/Contents(Some words)/CL[0 0 20 20 30 30]/LE/Diamond/RD[1 1 1 1]/Q 1",
    "/FreeText/Contents<FEFF05E905DC05D505DD4E16754C>",
    "/Stamp/Name/NotApproved",
    "/Caret",
    "/Text/Name/Comment/Contents(x)",
    "/Link/A<</S/URI/URI(https://example.org)>>/Border[0 0 1]",
    "/Link/Dest[3 0 R/Fit]/BS<</W 1/S/U>>",
)
"""What follows the subtype of each."""
_FIELDS: Final = (
    "/Widget/FT/Tx/T(a)/V(Filled in)/MK<</BC[0]/BG[1 1 0]/R 90>>/Q 2",
    "/Widget/FT/Tx/T(b)/V(More than\n one line)/Ff 4096/DA(/Cour 0 Tf 0 0 1 rg)",
    "/Widget/FT/Tx/T(c)/V(comb)/Ff 16777216/MaxLen 6",
    "/Widget/FT/Tx/T(d)/V<FEFF0633064406270645>/Ff 8192/AP<</N 7 0 R>>",
    "/Widget/FT/Ch/T(e)/V(two)/Opt[(one)(two)[(3)(three)]]/TI 1",
    "/Widget/FT/Ch/T(f)/V(3)/Opt[(one)[(3)(three)]]/Ff 131072",
    "/Widget/FT/Btn/T(g)/V/On/AS/On/MK<</CA(8)>>",
    "/Widget/FT/Btn/T(h)/V/On/Ff 32768/AP<</N<</On 7 0 R/Off 7 0 R>>>>/AS/On",
    "/Widget/FT/Btn/T(i)/Ff 65536/MK<</CA(Push)>>/A<</S/JavaScript/JS(x)>>",
    "/Widget/FT/Sig/T(j)",
)


def _pdf(content: str, page: str = "", notes: Sequence[str] = _NOTES[:1]) -> bytes:
    """A PDF that can be read, with a font, a picture, a form, a layer, and notes."""
    kids = range(_OBJECTS + 1, _OBJECTS + 1 + len(notes))
    references = "".join(f"{number} 0 R " for number in kids)
    form = f"/AcroForm<</Fields[{references}]/NeedAppearances true/DA(/Helv 0 Tf 0 g)>>" * (notes is _FIELDS)
    on_paper = "/AS[<</Event/Print/Category[/Print]/OCGs[8 0 R]>>]"
    return _file(
        f"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[8 0 R]/D<</OFF[8 0 R]{on_paper}>>>>"
        f"/Outlines<</First 10 0 R/Count 1>>/OpenAction[3 0 R/Fit]{form}>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Annots[{references}]"
        "/Resources<</Font<</F 5 0 R>>/XObject<</I 6 0 R/X 7 0 R>>/ExtGState<</P<</ca 0.5/BM/Multiply>>>>"
        f"/Properties<</L 8 0 R>>>>{page}>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
        "<</Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8/Length 4>>"
        "stream\nabcd\nendstream",
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Matrix[1 0 0 1 5 5]/Group<</S/Transparency>>/Length 13>>"
        "stream\n0 0 9 9 re f \nendstream",
        "<</Type/OCG/Name(layer)/Usage<</Print<</PrintState/ON>>>>>>",
        "<</Title(part)/Parent 10 0 R/Dest[3 0 R/Fit]>>",
        "<</Title(whole)/First 9 0 R/A<</S/URI/URI(https://example.org)>>>>",
        *(f"<</Type/Annot/Rect[9 9 60 40]/F 4/Subtype{note}>>" for note in notes),
    )


_OBJECTS: Final = 10
"""Before those of the notes."""


def _file(*objects: str) -> bytes:
    """A PDF of those objects, the first one its catalog."""
    octets = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(octets))
        octets += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(octets)}\n%%EOF\n"
    return octets + end.encode()


def _locked(*, user: str, owner: str) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(_pdf(""))) as read:
        read.save(file, encryption=pikepdf.Encryption(user=user, owner=owner, R=6 if user else 4))
    return file.getvalue()


def _pictures() -> Iterator[tuple[str, bytes]]:
    """Of all modes that have a way of their own."""
    yield from (image(kind, size=(9, 7)) for kind in ("JPEG", "PNG", "TIFF"))
    whole = Image.fromarray(marked(1, 9, 7))
    for kind, mode in _MODES:
        source = whole.convert("L") if mode in ("I;16", "F") else whole
        yield _saved(source.convert(mode), kind)
    for compression in ("tiff_lzw", "packbits", "group4", "jpeg"):
        yield _saved(
            whole.convert("1") if compression == "group4" else whole, "TIFF", compression=compression
        )
    yield _saved(whole, "TIFF", save_all=True, append_images=[whole.convert("L")])
    turned = Image.Exif()
    turned[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "TIFF"):
        yield _saved(whole, kind, exif=turned.tobytes())
        yield _saved(whole, kind, icc_profile=profile)


_MODES: Final = (
    *(("PNG", mode) for mode in ("P", "RGBA", "I;16", "1")),
    *(("JPEG", mode) for mode in ("CMYK", "L")),
    *(("TIFF", mode) for mode in ("1", "CMYK", "F")),
)
_TYPES: Final = {"JPEG": formats.JPEG, "PNG": formats.PNG, "TIFF": formats.TIFF}


def _saved(picture: Image.Image, kind: str, **options: Any) -> tuple[str, bytes]:  # Any: of each kind others
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return _TYPES[kind], file.getvalue()


def _rasters() -> Iterator[tuple[str, bytes]]:
    """Marks, dots, letters and a photograph."""
    yield marked_raster(2, dpi=3)
    yield marked_raster(2, dpi=3, apple=True)
    for space, bits in ((ColorSpace.SGRAY, 1), (ColorSpace.SGRAY, 8), (ColorSpace.CMYK, 8)):
        yield raster([rows_of(marked(1, 16, 9))], 9, PixelFormat(space, bits))
    noise = np.random.default_rng(1).integers(0, 256, (48, 48, 3), np.uint8)
    letters = Image.new("1", (96, 32), 1)
    ImageDraw.Draw(letters).text((0, 0), "abcabc abcabc\nbcabca cabcab", fill=0)
    for apple in (False, True):
        yield raster([rows_of(noise)], 72, apple=apple)
        yield raster([rows_of(noise[:, :, 0])], 72, PixelFormat(ColorSpace.SGRAY, 8), apple=apple)
    for bilevel in (np.packbits(noise[:, :, 0] > 127, axis=1), np.packbits(np.asarray(letters), axis=1)):
        yield raster([bilevel], 72, PixelFormat(ColorSpace.SGRAY, 1))
    yield formats.APPLE_RASTER, urf.SYNC + bytes(4)
