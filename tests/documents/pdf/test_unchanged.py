"""A PDF of which nothing is to change is handed on octet for octet; any other is made anew."""

import io
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import img2pdf
import pikepdf
import pypdfium2
import pytest

from ippserver.documents.plan.geometry import Size
from ippserver.documents.task import Target
from ippserver.iana import names
from ippserver.iana.enums import OrientationRequested, PrintQuality
from ippserver.iana.keywords import JobSheets, PrintColorMode, PrintScaling, Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, RangeOfInteger, Resolution
from ippserver.model import formats
from ippserver.testing.tools import require_tool
from tests.documents.press import A4, A5, SECONDS, image, level, pdf, printed, seen

LETTER: Final = "na_letter_8.5x11in"
FOUR: Final = pdf(4)[1]
PNG: Final = Target(media_type=formats.PNG, dpi=9)


def saved(change: Callable[[pikepdf.Pdf], None] = lambda read: None, *, linearize: bool = False) -> bytes:
    """Two marked pages, changed, as qpdf writes them."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(2)[1])) as read:
        change(read)
        read.save(file, linearize=linearize)
    return file.getvalue()


def of_ghostscript(folder: Path) -> bytes:
    (folder / "in.pdf").write_bytes(FOUR)
    command = [require_tool("gs"), "-q", "-sDEVICE=pdfwrite", "-o", "out.pdf", "in.pdf"]
    subprocess.run(command, cwd=folder, check=True, timeout=SECONDS)
    return (folder / "out.pdf").read_bytes()


def of_cairo(folder: Path) -> bytes:
    (folder / "in.pdf").write_bytes(FOUR)
    command = [require_tool("pdftocairo"), "-pdf", "in.pdf", "out.pdf"]
    subprocess.run(command, cwd=folder, check=True, timeout=SECONDS)
    return (folder / "out.pdf").read_bytes()


def of_pdfium(folder: Path) -> bytes:
    file = io.BytesIO()
    with pypdfium2.PdfDocument(FOUR) as read:
        read.save(file)
    return file.getvalue()


def of_img2pdf(folder: Path) -> bytes:
    layout = img2pdf.get_layout_fun((img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)))
    return bytes(img2pdf.convert(image("JPEG")[1], layout_fun=layout))


MAKERS: Final[Sequence[Callable[[Path], bytes]]] = (
    lambda folder: FOUR,
    lambda folder: saved(),
    lambda folder: saved(linearize=True),
    of_ghostscript,
    of_cairo,
    of_pdfium,
    of_img2pdf,
)


@pytest.mark.parametrize("maker", MAKERS)
def test_a_pdf_of_any_maker_comes_out_octet_for_octet(maker: Callable[[Path], bytes], tmp_path: Path) -> None:
    document = maker(tmp_path)
    made = printed((formats.PDF, document))
    assert made.result.unchanged
    assert made.result.parts == 0
    assert made.file == document
    assert made.result.impressions == made.result.sheets == made.result.pages == len(seen(document))


def linked(read: pikepdf.Pdf) -> None:
    web = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.com/"))
    place = pikepdf.Array([read.pages[1].obj, pikepdf.Name.Fit])
    box = pikepdf.Array([0, 0, 99, 99])
    links = [
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=box, A=web),
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=box, Dest=place),
    ]
    read.pages[0].obj.Annots = pikepdf.Array(links)
    read.Root.OpenAction = place
    with read.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Second", 1))


def signed(read: pikepdf.Pdf) -> None:
    field = read.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            Rect=pikepdf.Array([0, 0, 0, 0]),
            F=132,
            V=pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=pikepdf.String("...")),
        )
    )
    read.pages[0].obj.Annots = pikepdf.Array([field])
    read.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), SigFlags=3)


@pytest.mark.parametrize("change", [linked, signed])
def test_links_outlines_and_signatures_stay(change: Callable[[pikepdf.Pdf], None]) -> None:
    document = saved(change)
    assert printed((formats.PDF, document)).file == document


@pytest.mark.parametrize(
    "attributes",
    [
        [names.COPIES.of(1), names.SIDES.of(Sides.ONE_SIDED), names.NUMBER_UP.of(1)],
        [names.PRINT_SCALING.of(PrintScaling.NONE), names.PRINT_QUALITY.of(PrintQuality.HIGH)],
        [names.PAGE_RANGES.of(RangeOfInteger(1, 4)), names.PRINTER_RESOLUTION.of(Resolution(300, 300, 3))],
        [names.PRINT_COLOR_MODE.of(PrintColorMode.COLOR), names.JOB_SHEETS.of(JobSheets.NONE)],
        [names.ORIENTATION_REQUESTED.of(OrientationRequested.PORTRAIT)],
    ],
)
def test_what_changes_nothing_that_can_be_seen_changes_no_octet(attributes: Sequence[Attribute]) -> None:
    assert printed((formats.PDF, FOUR), attributes=attributes).file == FOUR


def test_a_page_that_lies_across_its_sheet_stays_as_it_is() -> None:
    across = pdf(size=Size(A4.height, A4.width))
    assert printed(across).file == across[1]


def test_gray_pages_stay_as_they_are_where_gray_is_wanted() -> None:
    def in_gray(read: pikepdf.Pdf) -> None:
        for page in read.pages:
            page.Contents = read.make_stream(b"0.5 g 9 9 99 99 re f")

    document = saved(in_gray)
    attributes = [names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)]
    assert printed((formats.PDF, document), attributes=attributes).file == document


@pytest.mark.parametrize(
    "attributes",
    [
        [names.COPIES.of(2)],
        [names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)],
        [names.NUMBER_UP.of(2)],
        [names.PAGE_RANGES.of(RangeOfInteger(2, 4))],
        [names.MEDIA.of(Keyword(LETTER))],
        [names.ORIENTATION_REQUESTED.of(OrientationRequested.REVERSE_PORTRAIT)],
        [names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)],
        [names.PRINT_COLOR_MODE.of(PrintColorMode.BI_LEVEL)],
        [names.JOB_SHEETS.of(JobSheets.STANDARD)],
    ],
)
def test_what_is_asked_for_is_made(attributes: Sequence[Attribute]) -> None:
    made = printed((formats.PDF, FOUR), attributes=attributes)
    assert not made.result.unchanged
    assert made.file != FOUR


def with_script(read: pikepdf.Pdf) -> None:
    read.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def with_named_script(read: pikepdf.Pdf) -> None:
    read.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([])))


def with_an_outline_that_launches(read: pikepdf.Pdf) -> None:
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("/bin/sh"))
    item = read.make_indirect(pikepdf.Dictionary(Title=pikepdf.String("Run"), A=launch))
    read.Root.Outlines = read.make_indirect(pikepdf.Dictionary(First=item, Last=item, Count=1))


def with_outlines_in_a_circle(read: pikepdf.Pdf) -> None:
    item = read.make_indirect(pikepdf.Dictionary(Title=pikepdf.String("Again")))
    item.Next = item
    read.Root.Outlines = read.make_indirect(pikepdf.Dictionary(First=item, Last=item, Count=1))


def with_a_note(read: pikepdf.Pdf) -> None:
    box = pikepdf.Array([0, 0, 99, 99])
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=box)
    read.pages[0].obj.Annots = pikepdf.Array([note])


def with_a_field(read: pikepdf.Pdf) -> None:
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("name"))
    read.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))


def with_an_attachment(read: pikepdf.Pdf) -> None:
    read.attachments["virus.exe"] = b"MZ"


def with_something_on_opening_a_page(read: pikepdf.Pdf) -> None:
    read.pages[1].obj.AA = pikepdf.Dictionary()


def with_a_wish_for_both_sides(read: pikepdf.Pdf) -> None:
    read.Root.ViewerPreferences = pikepdf.Dictionary(Duplex=pikepdf.Name.DuplexFlipLongEdge)


def with_outlines_that_are_none(read: pikepdf.Pdf) -> None:
    read.Root.Outlines = pikepdf.String("none")


@pytest.mark.parametrize(
    "change",
    [
        with_script,
        with_named_script,
        with_an_outline_that_launches,
        with_outlines_in_a_circle,
        with_a_note,
        with_a_field,
        with_an_attachment,
        with_something_on_opening_a_page,
        with_a_wish_for_both_sides,
        with_outlines_that_are_none,
    ],
)
def test_what_does_something_is_made_anew(change: Callable[[pikepdf.Pdf], None]) -> None:
    made = printed((formats.PDF, saved(change)))
    assert not made.result.unchanged
    assert len(seen(made.file)) == 2


def test_what_needed_mending_is_mended() -> None:
    junk = b"junk\n" + FOUR
    cut = FOUR[: FOUR.rindex(b"startxref")]
    for document in (junk, cut):
        made = printed((formats.PDF, document))
        assert not made.result.unchanged
        assert len(seen(made.file)) == 4


def test_a_pdf_that_was_locked_comes_out_open() -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(FOUR)) as read:
        read.save(file, encryption=pikepdf.Encryption(owner="secret", user=""))
    made = printed((formats.PDF, file.getvalue()))
    with pikepdf.open(io.BytesIO(made.file)) as read:
        assert not read.is_encrypted


def test_pages_of_another_size_than_the_sheet_are_put_onto_it() -> None:
    assert not printed(pdf(size=A5)).result.unchanged


def test_only_a_pdf_of_one_side_is_a_side_of_its_own() -> None:
    each = Target(split=True)
    assert printed(pdf(), target=each).result.unchanged
    made = printed(pdf(3), target=each)
    assert made.result.parts == 3
    shown = [picture for part in made.parts for picture in seen(part)]
    assert [int(picture[-1, -1, 0]) for picture in shown] == [level(1), level(2), level(3)]


def test_pages_of_other_formats_are_made() -> None:
    assert printed((formats.PDF, FOUR), target=PNG).result.parts == 4
    assert not printed(image("JPEG")).result.unchanged
