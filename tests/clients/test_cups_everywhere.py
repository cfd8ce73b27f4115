"""What CUPS makes of the printer without a driver: `lpadmin -m everywhere`, cups-filters' `driverless`."""

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ippserver.client import IppClient
from ippserver.config import profile_names
from ippserver.iana import names
from ippserver.iana.enums import Finishings
from ippserver.iana.media import media_size
from ippserver.ipp.attributes import AttributeGroup
from ippserver.testing import VirtualPrinter
from ippserver.testing.tools import require_tool
from tests.clients.cupsd import Cups

Draw = Callable[[str, Path, int], Path]
Run = Callable[..., str]
Choices = Mapping[str, Mapping[str, str]]

PRINT_SECONDS = 60.0
HUNDREDTHS_PER_POINT = 2540 / 72
PAGES = 4


def choices(ppd: str) -> Choices:
    """The options of a PPD file: what each can be, and the code for it."""
    found: dict[str, dict[str, str]] = {}
    for option, choice, code in re.findall(
        r'^\*([\w-]+) ([\w.-]+)(?:/[^\n:]*)?: "([^"]*)"', ppd, re.MULTILINE
    ):
        found.setdefault(option, {})[choice] = code
    return found


def sheets(options: Choices) -> set[tuple[int, int]]:
    """The sizes of PageSize, in points."""
    sizes = (re.search(r"/PageSize\s*\[\s*([\d.]+) ([\d.]+)", code) for code in options["PageSize"].values())
    return {(round(float(size[1])), round(float(size[2]))) for size in sizes if size}


def capitals(keyword: object) -> str:
    """What CUPS calls a keyword: `face-down` is FaceDown."""
    return "".join(part.capitalize() for part in str(keyword).split("-"))


def attributes(printer: VirtualPrinter) -> AttributeGroup:
    """Those of the printer."""

    async def read() -> AttributeGroup:
        async with IppClient(printer.uri) as client:
            return await client.get_printer_attributes()

    return asyncio.run(read())


def everywhere(cups: Cups, run: Run, printer: VirtualPrinter) -> str:
    """The PPD file of the queue that CUPS makes."""
    cups.add_queue(printer.uri)
    return (cups.folder / "etc/ppd/virtual.ppd").read_text()


def driverless(cups: Cups, run: Run, printer: VirtualPrinter) -> str:
    """The PPD file that cups-filters makes."""
    return run(require_tool("driverless"), printer.uri)


@pytest.mark.parametrize("model", [everywhere, driverless])
@pytest.mark.parametrize("profile", profile_names())
def test_a_queue_without_a_driver_has_what_the_printer_has(
    cups: Cups, run: Run, profile: str, model: Callable[[Cups, Run, VirtualPrinter], str]
) -> None:
    with VirtualPrinter(settings={"printer": [{"name": "queue", "profile": profile}]}) as printer:
        ppd, of = model(cups, run, printer), attributes(printer)
    options = choices(ppd)
    media = [media_size(str(medium)) for medium in names.MEDIA_SUPPORTED.all(of)]
    fixed = [size for size in media if size and not re.match("(custom|roll)_(min|max)_", size.name)]
    assert sheets(options) == {(points(size.width), points(size.length)) for size in fixed}
    assert ("CustomPageSize" in options) == (len(fixed) < len(media))
    assert set(options["InputSlot"]) == set(map(capitals, names.MEDIA_SOURCE_SUPPORTED.all(of)))
    assert set(options.get("MediaType", ["Stationery"])) >= set(
        map(capitals, names.MEDIA_TYPE_SUPPORTED.all(of)[1:])
    )
    assert set(options["OutputBin"]) == set(map(capitals, names.OUTPUT_BIN_SUPPORTED.all(of)))
    assert ("RGB" in options["ColorModel"]) == names.COLOR_SUPPORTED.get(of)
    assert ("DuplexNoTumble" in options.get("Duplex", ())) == (len(names.SIDES_SUPPORTED.all(of)) > 1)
    finishers = {str(int(each)) for each in names.FINISHINGS_SUPPORTED.all(of)} - {str(int(Finishings.NONE))}
    assert set(options.get("cupsIPPFinishings", ())) == finishers
    for option, chosen in re.findall(r"^\*Default(\w+): ([\w.-]+)$", ppd, re.MULTILINE):
        # CUPS 2.4 names the default without regard to there being that size without margins alone.
        assert {chosen, f"{chosen}.Borderless"} & set(options.get(option, [chosen])), option
    if model is everywhere:  # which asks for the names of everything in each language
        for language in names.PRINTER_STRINGS_LANGUAGES_SUPPORTED.all(of):
            assert f"/strings/{language}.strings" in ppd.partition(f"*cupsStringsURI {language}: ")[2]


def points(hundredths: int) -> int:
    """A length in points, from hundredths of a millimetre."""
    return round(hundredths / HUNDREDTHS_PER_POINT)


@pytest.mark.parametrize(
    "wishes",
    [
        "PageSize=A5 InputSlot=Main ColorModel=Gray Duplex=DuplexNoTumble OutputBin=FaceUp "
        "cupsPrintQuality=High StapleLocation=SinglePortrait",
        "media=iso_a5_148x210mm,Main print-color-mode=monochrome sides=two-sided-long-edge "
        "output-bin=face-up print-quality=5 finishings=20",
    ],
    ids=["of-the-ppd", "of-ipp"],
)
def test_what_lp_is_told_arrives_as_job_attributes(
    cups: Cups, printer: VirtualPrinter, pdf: Path, wishes: str
) -> None:
    cups.add_queue(printer.uri)
    options = [part for wish in wishes.split() for part in ("-o", wish)]
    cups.run("lp", "-d", "virtual", "-n", "2", *options, pdf)
    job = printer.wait_for_job(timeout_seconds=PRINT_SECONDS)
    asked = AttributeGroup(0, job.attributes)
    assert names.COPIES.get(asked) == 2
    assert names.SIDES.get(asked) == "two-sided-long-edge"
    assert names.PRINT_COLOR_MODE.get(asked) == "monochrome"
    assert names.PRINT_QUALITY.get(asked) == 5
    assert names.OUTPUT_BIN.get(asked) == "face-up"
    assert names.FINISHINGS.all(asked) == (Finishings.STAPLE_TOP_LEFT,)
    medium = names.MEDIA_COL.get(asked)
    assert medium is not None
    size = names.MEDIA_SIZE.get(medium)
    assert size is not None
    assert (names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size)) == (14_800, 21_000)


@pytest.mark.parametrize(("wish", "pages"), [("number-up=4", 1), ("page-ranges=2-4", 3)])
def test_pages_that_cups_lays_out_itself_come_as_it_laid_them_out(
    cups: Cups, printer: VirtualPrinter, ghostscript: Draw, tmp_path: Path, wish: str, pages: int
) -> None:
    """CUPS picks pages and puts several on a sheet before the printer sees them."""
    cups.add_queue(printer.uri)
    cups.run("lp", "-d", "virtual", "-o", wish, ghostscript("pdfwrite", tmp_path / "pages.pdf", PAGES))
    job = printer.wait_for_job(timeout_seconds=PRINT_SECONDS)
    assert wish.partition("=")[0] not in {attribute.name for attribute in job.attributes}
    assert len(re.findall(rb"/Type\s*/Page\b", job.documents[0].data)) == pages
