import re
from dataclasses import replace

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.definitions import RegistryGroup
from ippserver.iana.keywords import MediaSource, OutputBin, PrintColorMode, Sides
from ippserver.iana.names import DEFINITIONS
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword
from ippserver.model.amount import Amount, Kinds
from ippserver.model.capabilities import capabilities
from ippserver.model.device import Device, Need
from ippserver.model.device_config import DeviceConfig, SupplyConfig, TrayConfig
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.printer import PrinterConfig, PrinterStatus
from ippserver.model.supplies import DEVICE_NAMES, alerts, device_attributes, need_of, needs_of
from ippserver.testing.fakes import job_draft

A4, A5 = "iso_a4_210x297mm", "iso_a5_148x210mm"
CONFIG = DeviceConfig(simulate=True, trays=(TrayConfig(), TrayConfig(source="top", media=A5)))
DEVICE = Device.of(CONFIG, media_default=A4, color=True)
PRINTER = capabilities(PrinterConfig(path="/ipp/print", name="office", device=CONFIG))
ALERT = re.compile(
    r"code=[A-Za-z]+(;(index|groupindex|location|time)=\d+|;(severity|group|training)=[A-Za-z]+)*"
)


def shown(device: Device) -> dict[str, Attribute]:
    status = PrinterStatus(device=device)
    return {attribute.name: attribute for attribute in (*device_attributes(device), *alerts(status))}


def test_everything_shown_is_known_and_has_its_syntax() -> None:
    found = shown(DEVICE)
    assert found.keys() == DEVICE_NAMES
    for attribute in found.values():
        problem = DEFINITIONS[attribute.name].problem(attribute.values, RegistryGroup.PRINTER_STATUS)
        assert problem is None, attribute


def test_a_printer_without_a_device_shows_nothing_of_it() -> None:
    assert device_attributes(PrinterStatus().device) == ()


def test_lists_that_are_parallel_have_the_same_length() -> None:
    found = shown(DEVICE)
    sources = names.MEDIA_SOURCE_SUPPORTED.all(PRINTER)
    assert len(found[names.PRINTER_INPUT_TRAY.name].values) == len(sources) == 3
    bins = names.OUTPUT_BIN_SUPPORTED.all(PRINTER)
    assert len(found[names.PRINTER_OUTPUT_TRAY.name].values) == len(bins)
    supplies = found[names.PRINTER_SUPPLY.name].values
    assert len(found[names.PRINTER_SUPPLY_DESCRIPTION.name].values) == len(supplies) == 4


def test_trays_supplies_and_bins_tell_their_levels() -> None:
    used, _ = DEVICE.take(Need(media=A4, sheets=50, impressions=100))
    found = shown(used)
    assert found[names.PRINTER_INPUT_TRAY.name].values[1] == (
        b"type=sheetFeedAutoRemovableTray;mediafeed=29700;mediaxfeed=21000;maxcapacity=250;level=200;status=0;"
        b"name=main;"
    )
    assert found[names.PRINTER_OUTPUT_TRAY.name].values[0] == (
        b"type=unRemovableBin;maxcapacity=500;remaining=450;status=0;name=face-down;stackingorder=firstToLast;"
        b"pagedelivery=faceDown;"
    )
    assert found[names.PRINTER_SUPPLY.name].values[0] == (
        b"index=1;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=95;colorantname=black;"
    )


def test_a_device_without_supplies_says_nothing_of_any() -> None:
    found = shown(Device.of(DeviceConfig(supplies=()), media_default=A4, color=True))
    assert names.PRINTER_SUPPLY.name not in found
    assert vendor.MARKER_NAMES.name not in found
    assert names.PRINTER_INPUT_TRAY.name in found


def test_ink_has_the_words_of_ink() -> None:
    supply = SupplyConfig(name="light-cyan", color="#80FFFF", kind="ink-cartridge")
    found = shown(Device.of(DeviceConfig(supplies=(supply,)), media_default=A4, color=True))
    assert found[vendor.MARKER_NAMES.name].values == ("Light cyan ink",)
    assert found[vendor.MARKER_COLORS.name].values == ("#80FFFF",)
    assert found[vendor.MARKER_TYPES.name].values == ("ink-cartridge",)
    (text,) = map(str, found[names.PRINTER_SUPPLY.name].values)
    assert ";type=inkCartridge;" in text


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("main", b"sheetFeedAutoRemovableTray"),
        ("manual", b"sheetFeedManual"),
        ("by-pass-tray", b"sheetFeedAutoNonRemovableTray"),
        ("main-roll", b"continuousRoll"),
        ("roll-2", b"continuousRoll"),
    ],
)
def test_a_tray_has_the_type_that_its_source_tells(source: str, kind: bytes) -> None:
    device = Device.of(DeviceConfig(trays=(TrayConfig(source=source),)), media_default=A4, color=True)
    _, tray = shown(device)[names.PRINTER_INPUT_TRAY.name].values
    assert isinstance(tray, bytes)
    assert tray.startswith(b"type=" + kind + b";")


def test_sheets_lie_face_up_in_a_bin_of_that_name() -> None:
    device = Device.of(DeviceConfig(bins=("face-up", "top")), media_default=A4, color=True)
    up, down = map(str, shown(device)[names.PRINTER_OUTPUT_TRAY.name].values)
    assert "pagedelivery=faceUp" in up
    assert "pagedelivery=faceDown" in down


# ---- alerts


def test_where_nothing_is_wrong_the_one_alert_says_so() -> None:
    codes, texts = alerts(PrinterStatus(device=DEVICE))
    assert codes.values == (b"code=printerReadyToPrint",)
    assert texts.values == ("ready",)


def test_a_printer_that_is_stopped_by_hand_has_no_alert() -> None:
    codes, texts = alerts(PrinterStatus(device=DEVICE, paused=True))
    assert (codes.values, texts.values) == ((b"",), ("",))


def test_every_trouble_is_an_alert_with_its_description() -> None:
    device = DEVICE.at((("tray top", 0), ("supply black", 1), ("bin face-down", 500)))
    status = PrinterStatus(device=device, processing=1, starving=("na_letter_8.5x11in",))
    codes, texts = alerts(status)
    assert all(ALERT.fullmatch(value.decode()) for value in codes.values if isinstance(value, bytes))
    assert codes.values[1] == b"code=inputMediaSupplyEmpty;index=2;severity=critical;group=input;groupindex=2"
    assert (
        codes.values[2]
        == b"code=markerTonerAlmostEmpty;index=3;severity=warning;group=markerSupplies;groupindex=1"
    )
    assert len(codes.values) == len(texts.values) == 4


# ---- what a job needs


def job(*template: Attribute, supplied: tuple[Attribute, ...] = (), documents: int = 1) -> Job:
    kept = tuple(
        Document(number=n, key=f"{n}", format="text/plain", size_octets=1, sha256="")
        for n in range(1, documents + 1)
    )
    return replace(Job.of(job_draft(), 1), template=template, supplied=supplied, documents=kept)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (job(), Need(media=A4)),
        (job(documents=3), Need(media=A4, sheets=3, impressions=3)),
        (job(documents=0), Need(media=A4)),
        (job(names.COPIES.of(5)), Need(media=A4, sheets=5, impressions=5)),
        (
            job(names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), supplied=(names.JOB_IMPRESSIONS.of(5),)),
            Need(media=A4, sheets=3, impressions=5),
        ),
        (
            job(names.COPIES.of(2), supplied=(names.JOB_IMPRESSIONS.of(5), names.JOB_MEDIA_SHEETS.of(7))),
            Need(media=A4, sheets=7, impressions=10),
        ),
        (job(names.MEDIA.of(Keyword(A5))), Need(media=A5)),
        (job(names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)), Need(media=A4, color=0)),
        (job(names.PRINT_COLOR_MODE.of(PrintColorMode.BI_LEVEL)), Need(media=A4, color=0)),
        (job(names.OUTPUT_BIN.of(OutputBin.FACE_UP)), Need(media=A4, bin="face-up")),
        (
            job(names.MEDIA_COL.of(Collection([names.MEDIA_SOURCE.of(Keyword("top"))]))),
            Need(media=A4, source="top"),
        ),
        (job(names.MEDIA_COL.of(Collection([names.MEDIA_SOURCE.of(MediaSource.AUTO)]))), Need(media=A4)),
        (
            job(
                names.MEDIA_COL.of(
                    Collection(
                        [
                            names.MEDIA_SIZE.of(
                                Collection([names.X_DIMENSION.of(14800), names.Y_DIMENSION.of(21000)])
                            )
                        ]
                    )
                )
            ),
            Need(media=A5),
        ),
        (job(names.MEDIA_COL.of(Collection([names.MEDIA_SIZE_NAME.of(Keyword(A5))]))), Need(media=A5)),
    ],
)
def test_a_job_needs_what_its_client_said(wanted: Job, expected: Need) -> None:
    assert need_of(wanted, PRINTER) == expected


COUNTED = Amount(
    pages=4,
    impressions=12,
    sheets=6,
    kinds_of_impressions=Kinds(color_two_sided=4, monochrome_two_sided=8),
)


@pytest.mark.parametrize(
    ("counted", "media", "expected"),
    [
        (COUNTED, {A4: 6}, [Need(media=A4, sheets=6, impressions=12, color=4)]),
        (COUNTED, {}, [Need(media=A4, sheets=6, impressions=12, color=4)]),
        (
            COUNTED,
            {A4: 4, A5: 2},
            [
                Need(media=A4, sheets=4, impressions=8, color=3),
                Need(media=A5, sheets=2, impressions=4, color=2),
            ],
        ),
        (
            replace(COUNTED, sheets=12, impressions=24),
            {A4: 6},
            [Need(media=A4, sheets=12, impressions=24, color=4)],
        ),
        (Amount(sheets=3, impressions=3), {A4: 3}, [Need(media=A4, sheets=3, impressions=3)]),
        (Amount(), {A4: 0}, []),
        (
            COUNTED,
            {A5: 3, "no such medium\r\n": 3},
            [
                Need(media=A5, sheets=3, impressions=6, color=2),
                Need(media=A4, sheets=3, impressions=6, color=2),
            ],
        ),
    ],
)
def test_what_was_counted_is_what_is_used_up(
    counted: Amount, media: dict[str, int], expected: list[Need]
) -> None:
    said = job(names.COPIES.of(9), supplied=(names.JOB_IMPRESSIONS.of(50),))
    assert list(needs_of(said, PRINTER, counted, media)) == expected


def test_the_one_medium_of_a_job_is_what_it_asks_for_whatever_the_pages_call_it() -> None:
    wanted = job(names.MEDIA.of(Keyword(A5)))
    (need,) = needs_of(wanted, PRINTER, COUNTED, {"14800x21000": 6})
    assert need.media == A5
