import pytest

from ippserver.model import formats

HEADS = {
    formats.PDF: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    formats.PCLM: b"%PDF-1.7\n%PCLm 1.0\n",
    formats.POSTSCRIPT: b"%!PS-Adobe-3.0\n",
    formats.JPEG: b"\xff\xd8\xff\xe0\x00\x10JFIF",
    formats.PNG: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    formats.TIFF: b"II*\0\x08\0\0\0",
    formats.PWG_RASTER: b"RaS2PwgRaster\0",
    formats.APPLE_RASTER: b"UNIRAST\0\x00\x00\x00\x01",
    formats.ZPL: b"^XA^FO50,50^A0N,50,50^FDHello^FS^XZ\n",
    formats.TEXT: b"Dear Alice,\r\n\tgr\xc3\xbc\xc3\x9fe\n",
}


@pytest.mark.parametrize("media_type", HEADS)
def test_every_known_format_is_detected_and_not_contradicted(media_type: str) -> None:
    assert formats.detect(HEADS[media_type]) == media_type
    assert not formats.contradicts(media_type, HEADS[media_type])


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x04%!PS-Adobe-3.0\n", formats.POSTSCRIPT),
        (b"\x1b%-12345X@PJL ENTER LANGUAGE=POSTSCRIPT\n%!PS\n", formats.POSTSCRIPT),
        (b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\n%PDF-1.4\n", formats.PDF),
        (b"MM\0*\0\0\0\x08", formats.TIFF),
        (b"II+\0\x08\0\0\0", formats.TIFF),
        (b"\xef\xbb\xbftext with a mark", formats.TEXT),
        (b"\n\n%PDF-1.4 after some blank lines", formats.PDF),
        (b"\xff\xd8\xff\xfe\x00\x20a comment that says %PDF-1.4", formats.JPEG),
        (b"\xc5\xd0\xd3\xc6\x20\0\0\0", formats.POSTSCRIPT),
        (b"%!\n/inch {72 mul} def\n", formats.POSTSCRIPT),
        (b"%!TEX root = thesis.tex\n", formats.TEXT),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%Title: %PDF-1.4\n", formats.POSTSCRIPT),
        (b"junk" * 250 + b"%PDF-1.4\n", formats.PDF),
        (b"GIF89a\0\0%PDF-1.4\n", formats.PDF),
        (b"A text about %PDF- and its fellows", formats.TEXT),
        (b"\r\n~DGR:LOGO.GRF,100,10,", formats.ZPL),
        (b"\x10CT~~CD,~CC^~CT~\r\n^XA~TA000", formats.ZPL),
        ("Grüße".encode("utf-16"), formats.TEXT),
        (b"\xfe\xff" + "Grüße".encode("utf-16-be"), formats.TEXT),
        (b"\x1b[1mbold\x1b[0m and \x1b[31mred", formats.TEXT),
        (b"\x1b@\x1ba1Receipt\n\n", None),
        (b"\x1b%-12345X@PJL ENTER LANGUAGE=PCL\n\x1bE", None),
        (b"PK\x03\x04\x14\0\0\0\x08\0", None),
        (b"\0\x01\x02\x03 whatever", None),
        (b"", None),
    ],
)
def test_a_format_is_told_by_its_first_octets(head: bytes, media_type: str | None) -> None:
    assert formats.detect(head) == media_type


@pytest.mark.parametrize("rest", [b"", b"y" * 5000, b"\0" * 5000, b"%PDF-1.4" * 100])
def test_only_the_first_octets_count_however_many_come_at_once(rest: bytes) -> None:
    head = b"x" * formats.HEAD_OCTETS + rest
    assert formats.detect(head) == formats.TEXT
    assert formats.contradicts(formats.PDF, head)


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        (formats.PDF, formats.JPEG),
        (formats.JPEG, formats.PNG),
        (formats.PWG_RASTER, formats.PDF),
        (formats.PCLM, formats.PDF),
        ("IMAGE/PNG; a=b", formats.JPEG),
        (formats.POSTSCRIPT, formats.PDF),
        (formats.TEXT, formats.APPLE_RASTER),
        ("text/plain; charset=utf-8", formats.PWG_RASTER),
    ],
)
def test_another_format_than_the_declared_one_contradicts_it(declared: str, actual: str) -> None:
    assert formats.contradicts(declared, HEADS[actual])


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        (formats.TEXT, formats.POSTSCRIPT),
        (formats.PDF, formats.PCLM),
        ("application/vnd.unknown", formats.JPEG),
        (formats.OCTET_STREAM, formats.JPEG),
        ("text/plain; charset=utf-16", formats.PWG_RASTER),
    ],
)
def test_what_may_hold_anything_is_trusted(declared: str, actual: str) -> None:
    assert not formats.contradicts(declared, HEADS[actual])


def test_parameters_and_case_are_no_part_of_a_format() -> None:
    assert formats.essence(" Text/Plain ; charset=utf-8") == "text/plain"


@pytest.mark.parametrize(
    ("media_type", "charset"),
    [
        ("text/plain", None),
        ('TEXT/plain; format=flowed; Charset = "ISO-8859-1"', "iso-8859-1"),
        ("text/plain;charset=utf-8;x=y", "utf-8"),
        ("text/plain; charset=", None),
    ],
)
def test_the_charset_is_a_parameter_of_the_media_type(media_type: str, charset: str | None) -> None:
    assert formats.charset(media_type) == charset


@pytest.mark.parametrize("codec", [*formats.CHARSETS.values(), *formats.BYTE_ORDER_MARKS.values()])
def test_every_charset_is_one_of_pythons(codec: str) -> None:
    assert "a".encode(codec or "ascii").decode(codec or "ascii") == "a"


def test_every_format_has_its_extension() -> None:
    extensions = {media_type: formats.extension(media_type) for media_type in HEADS}
    assert len(set(extensions.values())) == len(HEADS)
    assert extensions[formats.PCLM] == ".pclm"
    assert formats.extension("text/plain; charset=utf-8") == ".txt"
    assert formats.extension("application/vnd.unknown") == ".bin"


def test_everything_accepted_is_known_or_to_be_detected() -> None:
    assert set(formats.ACCEPTED) <= {*HEADS, formats.OCTET_STREAM}
    assert set(formats.READ) < set(formats.ACCEPTED)
