"""Group P: documents that mean harm to whatever opens them."""

import io
import struct
import zlib
from collections.abc import Iterable
from typing import Final

import pikepdf
from PIL import Image

from tests.hostile.catalogue import malicious_rasters
from tests.hostile.catalogue.malice import (
    FORMAT,
    JPEG,
    PASSWORD,
    PDF,
    PNG,
    PRINTED,
    TIFF,
    TOO_MUCH,
    Malicious,
    row,
)

# ---- pictures


def _picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(file, kind, **options)
    return file.getvalue()


def _enlarged() -> bytes:
    """A JPEG that says that it has 65500 x 65500 pixels."""
    octets = bytearray(_picture("JPEG"))
    place = octets.index(b"\xff\xc0")
    octets[place + 5 : place + 9] = struct.pack(">2H", 65500, 65500)
    return bytes(octets)


def _scanned() -> bytes:
    """A JPEG whose last scan comes five hundred times."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1000, 1000)).save(file, "JPEG", progressive=True, quality=5)
    octets = file.getvalue()
    last = octets.rindex(b"\xff\xda")
    return octets[:last] + octets[last:-2] * 500 + b"\xff\xd9"


def _commented() -> bytes:
    """A JPEG with 13 MB of color profile, and of Exif, in pieces."""
    octets = _picture("JPEG")
    profile = b"".join(
        _segment(0xE2, b"ICC_PROFILE\0" + bytes((n, 200)) + bytes(65000)) for n in range(1, 201)
    )
    return octets[:2] + _segment(0xE1, b"Exif\0\0" + b"\xff" * 60_000) + profile + octets[2:]


def _segment(marker: int, data: bytes) -> bytes:
    return b"\xff" + struct.pack(">BH", marker, len(data) + 2) + data


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width: int, height: int, rows: bytes) -> bytes:
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _looped() -> bytes:
    """A TIFF whose first page is followed by itself."""
    octets = bytearray(_picture("TIFF", "L", (8, 8)))
    (first,) = struct.unpack_from("<I", octets, 4)
    (entries,) = struct.unpack_from("<H", octets, first)
    struct.pack_into("<I", octets, first + 2 + 12 * entries, first)
    return bytes(octets)


_PICTURES: Final = (
    row("P06-1", JPEG, _enlarged, TOO_MUCH),
    row("P06-2", JPEG, _scanned, TOO_MUCH, PRINTED),
    row("P06-3", JPEG, lambda: _picture("JPEG")[:-300], FORMAT),
    row("P06-4", JPEG, lambda: _picture("JPEG", "CMYK"), PRINTED),
    row("P06-5", JPEG, _commented, PRINTED),
    row("P06-6", PNG, _png(60_000, 60_000, bytes(99)), TOO_MUCH),
    row("P06-7", PNG, lambda: _png(1000, 1000, bytes(60_000_000)), PRINTED, FORMAT, TOO_MUCH),
    row("P06-8", TIFF, _looped, TOO_MUCH, PRINTED, FORMAT),
)

# ---- PDF


def _pdf(*bodies: str | bytes) -> bytes:
    """A PDF of these objects, the first one its catalog."""
    octets = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(octets))
        octets += b"%d 0 obj\n%b\nendobj\n" % (number, body if isinstance(body, bytes) else body.encode())
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    end = b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(octets))
    return octets + b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table) + end


_CATALOG: Final = "<</Type/Catalog/Pages 2 0 R>>"
_ONE: Final = "<</Type/Pages/Count 1/Kids[3 0 R]>>"


def _page(
    content: bytes, *more: str | bytes, resources: str = "", box: str = "[0 0 99 99]", filters: str = ""
) -> bytes:
    """A PDF of one page with that content; `more` are objects from 5 on."""
    page = f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Contents 4 0 R/Resources<<{resources}>>>>"
    return _pdf(_CATALOG, _ONE, page, _stream(content, filters), *more)


def _stream(content: bytes, entries: str = "") -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries.encode(), len(content), content)


def _form(content: bytes, resources: str) -> bytes:
    return _stream(content, f"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<<{resources}>>")


def _bomb() -> bytes:
    """Content of 1 GiB, packed twice; it is one piece that is repeated."""
    packer = zlib.compressobj(wbits=-15)
    piece = packer.compress(b"0 0 m " * 2**18) + packer.flush(zlib.Z_FULL_FLUSH)
    inner = b"\x78\x9c" + piece * 680 + packer.flush()
    return _page(zlib.compress(inner), filters="/Filter[/FlateDecode/FlateDecode]")


def _object_streams() -> bytes:
    """Two object streams, each of which says that it extends the other, and an object in neither."""
    first = _stream(b"1 0 <</Type/Catalog/Pages 2 0 R>>", "/Type/ObjStm/N 1/First 4/Extends 4 0 R")
    second = _stream(b"3 0 <<>>", "/Type/ObjStm/N 1/First 4/Extends 3 0 R")
    return _pdf("4 0 R", "3 0 R", first, second)


def _picture_in(entries: str, data: bytes) -> bytes:
    image = _stream(data, f"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8{entries}")
    return _page(b"q 99 0 0 99 0 0 cm /I Do Q", image, resources="/XObject<</I 5 0 R>>")


def _jpx(width: int, height: int) -> bytes:
    """The header of a JPEG 2000 codestream."""
    size = struct.pack(">H8I3HB", 0, width, height, 0, 0, width, height, 0, 0, 1, 0x0701, 0x0101, 7)[:36]
    return (
        b"\xff\x4f\xff\x51" + struct.pack(">H", len(size) + 2) + size + b"\xff\x90" + bytes(99) + b"\xff\xd9"
    )


def _locked() -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(_page(b"0 0 9 9 re f"))) as read:
        read.save(file, encryption=pikepdf.Encryption(user="open", owner="own"))
    return file.getvalue()


def _acting() -> bytes:
    """Everything that a viewer might run or fetch."""
    script = "<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9/'\\))>>"
    launch = "<</S/Launch/F(/bin/sh)/Win<</F(cmd)>>>>"
    submit = "<</S/SubmitForm/F(http://127.0.0.1:9/)>>"
    page = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/AA<</O{launch}/C{submit}>>/Contents 4 0 R"
        "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://127.0.0.1:9/)>>>>]>>"
    )
    form = "/AcroForm<</XFA[(template)5 0 R]/Fields[]/NeedAppearances true>>"
    files = "/Names<</EmbeddedFiles<</Names[(x)<</Type/Filespec/F(x.exe)/EF<</F 4 0 R>>>>]>>>>"
    catalog = f"<</Type/Catalog/Pages 2 0 R/OpenAction{script}/AA<</WC{launch}>>{form}{files}>>"
    xfa = b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"
    return _pdf(catalog, _ONE, page, _stream(b"0 0 9 9 re f"), _stream(xfa))


def _fetching(file: str) -> bytes:
    """A page, and a picture on it, whose octets are in a file of the server."""
    away = f"/F({file})/Length 0>>stream\n\nendstream"
    picture = f"<</Type/XObject/Subtype/Image/Width 9/Height 9/ColorSpace/DeviceGray/BitsPerComponent 8{away}"
    resources = "/Resources<</XObject<</I 5 0 R>>>>"
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents[4 0 R 6 0 R]{resources}>>"
    return _pdf(_CATALOG, _ONE, page, f"<</FFilter/ASCIIHexDecode{away}", picture, _stream(b"/I Do"))


def _drawing_itself() -> bytes:
    return _page(b"/X Do", _form(b"/X Do /X Do", "/XObject<</X 5 0 R>>"), resources="/XObject<</X 5 0 R>>")


def _doubling() -> bytes:
    """Forty forms, each of which draws the next one twice."""
    forms = [_form(b"/X Do /X Do", f"/XObject<</X {number + 1} 0 R>>") for number in range(5, 45)]
    return _page(b"/X Do", *forms, _form(b"0 0 9 9 re f", ""), resources="/XObject<</X 5 0 R>>")


def _letters() -> bytes:
    """A font whose letter is written in itself."""
    font = (
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>/Widths[9]"
        "/FirstChar 97/LastChar 97/Encoding<</Differences[97/a]>>/Resources<</Font<</F 5 0 R>>>>>>"
    )
    letter = _stream(b"9 0 d0 BT /F 9 Tf (aaaa) Tj ET")
    return _page(b"BT /F 9 Tf (aaaa) Tj ET", font, letter, resources="/Font<</F 5 0 R>>")


def _nested(depth: int) -> bytes:
    return _pdf(_CATALOG, b"<</Type/Pages/Count 1/Kids" + b"[" * depth + b"]" * depth + b">>")


def _tree(bodies: Iterable[str]) -> bytes:
    return _pdf(_CATALOG, *bodies)


_DOCUMENTS: Final = (
    row("P07-1", PDF, _tree(["<</Type/Pages/Count 1/Kids[2 0 R]>>"]), FORMAT),
    row("P07-2", PDF, _tree([_ONE, "<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>"]), FORMAT),
    row(
        "P07-3",
        PDF,
        b"%PDF-1.7\nxref\n0 9\ntrailer<</Size 9/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
        FORMAT,
    ),
    row("P07-4", PDF, _object_streams, FORMAT),
    row("P07-5", PDF, _nested(100_000), FORMAT, TOO_MUCH),
    row("P07-6", PDF, _page(b"[" * 100_000 + b"]" * 100_000), PRINTED, raster=True),
    row("P07-7", PDF, _page(b"q " * 1_000_000), PRINTED, raster=True),
    row("P07-8", PDF, _page(b"0 0 9 9 re f", box="[0 0 0 0]"), PRINTED, raster=True, pages=1),
    row("P07-9", PDF, _page(b"0 0 9 9 re f", box="[0 0 -1 -1]"), PRINTED, raster=True, pages=1),
    row(
        "P07-10",
        PDF,
        _page(b"0 0 9 9 re f", box="[0 0 1000000000 1000000000]"),
        PRINTED,
        raster=True,
        pages=1,
    ),
    row("P07-11", PDF, _tree(["<</Type/Pages/Count 1000000000/Kids[]>>"]), FORMAT),
    row("P08", PDF, _locked, PASSWORD),
    row("P09-1", PDF, _acting, PRINTED, pages=1),
    row("P09-2", PDF, _acting, PRINTED, raster=True, pages=1),
    row("P10-1", PDF, _bomb, PRINTED, FORMAT, TOO_MUCH, raster=True),
    row(
        "P10-2",
        PDF,
        _picture_in("/Width 30000/Height 30000/Filter/JBIG2Decode", bytes(99)),
        PRINTED,
        TOO_MUCH,
        FORMAT,
        raster=True,
    ),
    row(
        "P10-3",
        PDF,
        _picture_in("/Width 30000/Height 30000/Filter/JPXDecode", _jpx(30_000, 30_000)),
        PRINTED,
        TOO_MUCH,
        FORMAT,
        raster=True,
    ),
    row(
        "P10-4",
        PDF,
        _picture_in("/Width 30000/Height 30000/Filter/FlateDecode", zlib.compress(bytes(10**8), 9)),
        PRINTED,
        TOO_MUCH,
        FORMAT,
        raster=True,
    ),
    row("P10-5", PDF, _letters, PRINTED, raster=True),
    row("P10-6", PDF, _drawing_itself, PRINTED, FORMAT, TOO_MUCH, raster=True),
    row("P10-7", PDF, _doubling, PRINTED, FORMAT, TOO_MUCH, raster=True),
    row(
        "P11-1",
        "application/octet-stream",
        lambda: _picture("JPEG") + _page(b"0 0 9 9 re f") * 2,
        PRINTED,
        pages=1,
    ),
    row("P11-2", PDF, lambda: _page(b"0 0 9 9 re f") + b"PK\x03\x04" + _picture("JPEG"), PRINTED, pages=1),
    row(
        "P12-1",
        PDF,
        _page(
            b"/X Do",
            _stream(b"(/etc/passwd)(r)file run", "/Type/XObject/Subtype/PS"),
            resources="/XObject<</X 5 0 R>>",
        ),
        PRINTED,
        raster=True,
        pages=1,
    ),
    row(
        "P12-2", PDF, _page(b"0 0 9 9 re f", b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file"), PRINTED, FORMAT
    ),
)

ROWS: Final = (*malicious_rasters.ROWS, *_PICTURES, *_DOCUMENTS)


def fetching(file: str) -> tuple[Malicious, ...]:
    """P09, with a file of the server that nobody may see."""
    return tuple(
        row(f"P09-{number}", PDF, _fetching(file), PRINTED, FORMAT, raster=raster)
        for number, raster in ((3, False), (4, True))
    )
