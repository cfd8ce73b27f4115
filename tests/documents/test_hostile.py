"""Documents that mean harm: each is refused with a reason, and nothing but that gets out (P01 to P12)."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any, Final

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin
from PIL.PngImagePlugin import PngInfo

from ippserver.documents.conversion import convert
from ippserver.documents.errors import (
    DamagedDocument,
    DocumentError,
    DocumentTooLarge,
    PasswordNeeded,
    WrongPassword,
)
from ippserver.documents.plan.geometry import Size
from ippserver.documents.task import Limits, Target, Task
from ippserver.iana import names
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model import formats
from tests.documents.press import (
    MemorySink,
    about,
    corners,
    image,
    marked_raster,
    pdf,
    printed,
    seen,
    upright,
)

PNG: Final = Target(media_type=formats.PNG, dpi=9)


def changed(document: bytes, *, encryption: pikepdf.Encryption | None = None, **root: object) -> bytes:
    """A PDF with more in its catalog, or locked."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(document)) as read:
        for name, value in root.items():
            read.Root[f"/{name}"] = value
        read.save(file, encryption=encryption or False)
    return file.getvalue()


def objects(*bodies: str) -> bytes:
    """A PDF of those objects, the first one its catalog, which readers have to put right."""
    numbered = "".join(f"{number} 0 obj\n{body}\nendobj\n" for number, body in enumerate(bodies, 1))
    return f"%PDF-1.7\n{numbered}trailer<</Root 1 0 R/Size {len(bodies) + 1}>>\n%%EOF\n".encode()


LOCKED: Final = changed(pdf()[1], encryption=pikepdf.Encryption(user="open", owner="own"))
RESTRICTED: Final = changed(pdf()[1], encryption=pikepdf.Encryption(user="", owner="own"))


def test_a_locked_document_wants_its_password() -> None:
    with pytest.raises(PasswordNeeded):
        printed((formats.PDF, LOCKED))
    with pytest.raises(WrongPassword):
        printed((formats.PDF, LOCKED), password="wrong")


ALL_KINDS: Final[dict[str, dict[str, Any]]] = {
    "RC4 of 40 bits": {"R": 2, "aes": False, "metadata": False},
    "RC4 of 128 bits": {"R": 3, "aes": False, "metadata": False},
    "AES-128": {"R": 4, "aes": True},
    "AES-256": {"R": 6},
}


@pytest.mark.parametrize("password", ["open", "grüße"])
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_of_lock_is_opened(kind: str, password: str) -> None:
    lock = pikepdf.Encryption(user=password, owner="own", **ALL_KINDS[kind])
    document = changed(printed((formats.TEXT, b"To be read")).file, encryption=lock)
    made = printed((formats.PDF, document), password=password)
    assert made.result.text == "To be read"
    assert b"/Encrypt" not in made.file
    with pytest.raises(WrongPassword):
        printed((formats.PDF, document), password=password.upper())


@pytest.mark.parametrize(
    ("document", "password"), [(LOCKED, "open"), (LOCKED, "own"), (RESTRICTED, None), (pdf()[1], "needless")]
)
@pytest.mark.parametrize("target", [Target(), Target(media_type=formats.PNG, dpi=9)])
def test_an_unlocked_document_comes_out_open(document: bytes, password: str | None, target: Target) -> None:
    made = printed((formats.PDF, document), password=password, target=target)
    if target.media_type == formats.PDF:
        assert about(corners(seen(made.file)[0]), upright())
    assert made.result.impressions == 1


def test_nothing_that_acts_comes_out() -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf()[1])) as read:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("/bin/sh"))
        web = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.com/"))
        box = pikepdf.Array([0, 0, 99, 99])
        notes = [
            pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=box, A=action)
            for action in (script, launch, web)
        ]
        read.Root.OpenAction = script
        read.Root.AA = pikepdf.Dictionary(WC=script)
        read.pages[0].obj.AA = pikepdf.Dictionary(O=launch)
        read.pages[0].obj.Annots = read.make_indirect(pikepdf.Array(notes))
        read.attachments["virus.exe"] = b"MZ"
        read.save(file)
    made = printed((formats.PDF, file.getvalue())).file
    with pikepdf.open(io.BytesIO(made)) as read:
        whole = str([repr(found) for found in read.objects])
        assert set(read.Root.keys()) == {"/Type", "/Pages", "/ViewerPreferences"}
    assert [word for word in ("JavaScript", "Launch", "virus", "OpenAction", "/AA") if word in whole] == []
    assert "https://example.com/" in whole


PAGES: Final = "<</Type/Catalog/Pages 2 0 R>>"


@pytest.mark.parametrize(
    "document",
    [
        objects(PAGES),
        objects(PAGES, "<</Type/Pages/Count 1/Kids[2 0 R]>>"),
        objects(
            PAGES, "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>"
        ),
        objects("<</Type/Catalog/Pages 1 0 R>>"),
        objects(PAGES, "[" * 5000 + "]" * 5000),
        objects(PAGES, "<</Type/Pages/Count 999999999/Kids[]>>"),
        b"%PDF-1.7\n" + b"<<" * 100_000,
        b"%PDF-1.7\nxref\n0 99999999\ntrailer<</Size 99999999/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
    ],
    ids=["no pages", "own kid", "loop", "own pages", "deep", "count", "open", "xref"],
)
def test_a_tree_that_is_none_is_damaged(document: bytes) -> None:
    with pytest.raises(DamagedDocument):
        printed((formats.PDF, document))


@pytest.mark.parametrize(
    "box",
    ["[0 0 0 0]", "[0 0 -1 -1]", "[0 0 1e9 1e9]", "[0 0 1e-9 1e-9]", "[a b]", "[0 0 612 792 1]", "null"],
)
@pytest.mark.parametrize("target", [Target(), PNG])
def test_a_page_of_no_size_or_of_any_is_a_page(box: str, target: Target) -> None:
    page = f"<</Type/Page/Parent 2 0 R/MediaBox {box}>>"
    document = objects(PAGES, "<</Type/Pages/Count 1/Kids[3 0 R]>>", page)
    assert printed((formats.PDF, document), target=target).result.impressions == 1


@pytest.mark.parametrize("unit", ["0", "-1", "0.0000000001", "9999999"])
@pytest.mark.parametrize("target", [Target(), PNG])
def test_a_page_whose_unit_is_none_is_as_large_as_without(unit: str, target: Target) -> None:
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/UserUnit {unit}>>"
    document = objects(PAGES, "<</Type/Pages/Count 1/Kids[3 0 R]>>", page)
    plain = document.replace(b"/UserUnit", b"/Unit")
    assert (
        printed((formats.PDF, document), target=target).parts
        == printed((formats.PDF, plain), target=target).parts
    )


@pytest.mark.parametrize("appearance", ["1" * 10**6, "/" * 10**6, "0 " * 10**6, " " * 10**6])
def test_a_default_appearance_without_end_costs_no_time(appearance: str) -> None:
    """Looked at whole, each of the first two took an hour."""
    note = f"<</Subtype/FreeText/Rect[0 0 90 90]/F 4/Contents(x)/DA({appearance})>>"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[4 0 R]>>"
    document = objects(PAGES, "<</Type/Pages/Count 1/Kids[3 0 R]>>", page, note)
    assert printed((formats.PDF, document)).result.impressions == 1


def test_a_form_that_draws_itself_is_damaged() -> None:
    document = objects(
        PAGES,
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>>>",
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 5>>"
        "stream\n/X Do\nendstream",
        "<</Length 5>>stream\n/X Do\nendstream",
    )
    with pytest.raises(DamagedDocument):
        printed((formats.PDF, document), target=PNG)


def bomb(width: int, height: int) -> bytes:
    """A PNG of that size in few octets."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(99)))
        + chunk(b"IEND", b"")
    )


def large_jpeg() -> bytes:
    octets = bytearray(image("JPEG")[1])
    place = octets.index(b"\xff\xc0")
    octets[place + 5 : place + 9] = struct.pack(">2H", 65500, 65500)
    return bytes(octets)


@pytest.mark.parametrize(
    ("media_type", "octets"),
    [(formats.PNG, bomb(60_000, 60_000)), (formats.PNG, bomb(2**31 - 1, 1)), (formats.JPEG, large_jpeg())],
)
def test_a_picture_of_any_size_is_refused_before_it_is_unpacked(media_type: str, octets: bytes) -> None:
    with pytest.raises(DocumentTooLarge, match="is too large"):
        printed((media_type, octets))


def test_text_in_the_picture_of_a_bomb_is_refused() -> None:
    """P06: a comment that unpacks to 60 MB."""
    file = io.BytesIO()
    notes = PngInfo()
    notes.add_text("Comment", "x" * 60_000_000, zip=True)
    Image.new("L", (9, 9)).save(file, "PNG", pnginfo=notes)
    with pytest.raises(DamagedDocument):
        printed((formats.PNG, file.getvalue()))


DOCUMENTS: Final = [
    pdf(2),
    image("JPEG"),
    image("PNG"),
    image("TIFF"),
    marked_raster(2, dpi=4),
    marked_raster(2, dpi=4, apple=True),
    ("text/plain", "Grüße\tund\fÄhnliches".encode()),
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_mutilated_document_is_printed_or_refused_with_a_reason(data: st.DataObject) -> None:
    media_type, whole = data.draw(st.sampled_from(DOCUMENTS))
    octets = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(octets) - 1), max_size=8)):
        octets[place] = data.draw(st.integers(0, 255))
    kept = bytes(octets[: data.draw(st.integers(0, len(octets)))])
    target = data.draw(st.sampled_from((Target(), PNG)))
    limits = Limits(pages=20, pixels=2**20, sides=20)
    try:
        made = printed((media_type, kept), target=target, limits=limits)
    except DocumentError:
        return
    assert made.parts or made.result.impressions == 0


def test_a_picture_that_lies_nowhere_in_its_file_is_damaged(tmp_path: Path) -> None:
    """Only a file that is one refuses to be read from before its beginning."""
    _, octets = image("TIFF")
    places = struct.pack("<HHI", TiffImagePlugin.STRIPOFFSETS, 4, 1)
    signed = struct.pack("<HHIi", TiffImagePlugin.STRIPOFFSETS, 9, 1, -1)
    start = octets.index(places)
    path = tmp_path / "document"
    path.write_bytes(octets[:start] + signed + octets[start + len(signed) :])
    with path.open("rb") as file, pytest.raises(DamagedDocument):
        convert(Task(source_format=formats.TIFF), file, MemorySink(), lambda _: None)


def test_what_the_system_refuses_is_not_the_documents_fault() -> None:
    class FullDisk(io.BytesIO):
        def write(self, octets: object) -> int:
            raise OSError(28, "No space left on device")

    class Sink:
        def part(self, number: int) -> io.BytesIO:
            return FullDisk()

        def scratch(self) -> io.BytesIO:
            return FullDisk()

    twice = AttributeGroup(GroupTag.JOB, [names.COPIES.of(2)])
    for media_type, octets in DOCUMENTS:
        task = Task(source_format=media_type, attributes=twice)
        with pytest.raises(OSError, match="No space left"):
            convert(task, io.BytesIO(octets), Sink(), lambda _: None)


def test_a_very_tall_page_is_a_page() -> None:
    made = printed(pdf(size=Size(10, 14_000)), target=PNG)
    assert made.result.impressions == 1
