"""Media: sizes, margins, types and sources, and what of them is ready."""

from collections.abc import Sequence
from dataclasses import replace

from ippserver.iana import names
from ippserver.iana.keywords import MediaSource, MediaType
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword, RangeOfInteger
from ippserver.model.capabilities import Capabilities, capabilities
from ippserver.model.device_config import DeviceConfig, TrayConfig
from ippserver.model.margins import Margins
from ippserver.model.printer import PrinterConfig

A4, A5, DL = "iso_a4_210x297mm", "iso_a5_148x210mm", "iso_dl_110x220mm"
LABEL = "custom_label_62x100mm"
SHEETS = PrinterConfig(
    path="/ipp/print",
    name="office",
    media=(A4, A5, DL, "custom_min_76x127mm", "custom_max_216x356mm"),
    media_default=A5,
    borderless=(A4,),
    margins=Margins(100, 200, 300, 400),
    media_types=(MediaType.STATIONERY, MediaType.LABELS, MediaType.ENVELOPE),
    media_of_type=((MediaType.ENVELOPE, (DL,)),),
    device=DeviceConfig(
        trays=(
            TrayConfig(source="main"),
            TrayConfig(source="tray-2", media=A4, type=MediaType.LABELS),
            TrayConfig(source=MediaSource.MANUAL, media=DL),
        )
    ),
)
ROLL = PrinterConfig(
    path="/ipp/print",
    name="labels",
    media=(LABEL, "custom_wide_100x100mm", "roll_min_12x10mm", "roll_max_108x1000mm"),
    media_default=LABEL,
    borderless=(),
    device=DeviceConfig(trays=(TrayConfig(source=MediaSource.MAIN_ROLL, media="roll_current_62x0mm"),)),
)


def simulated(config: PrinterConfig) -> Capabilities:
    return capabilities(replace(config, device=replace(config.device, simulate=True)))


def said(collections: Sequence[Collection]) -> list[tuple[object, object, object, object]]:
    """Key, top margin, source and type of each."""
    return [
        (
            names.MEDIA_KEY.get(one),
            names.MEDIA_TOP_MARGIN.get(one),
            names.MEDIA_SOURCE.get(one),
            names.MEDIA_TYPE.get(one),
        )
        for one in collections
    ]


def test_the_database_has_every_medium_with_the_margins_and_types_that_it_comes_with() -> None:
    found = said(names.MEDIA_COL_DATABASE.all(capabilities(SHEETS)))
    assert found == [
        (A5, 100, "main", "stationery"),
        (A5, 100, "main", "labels"),
        (A4, 100, "main", "stationery"),
        (A4, 100, "main", "labels"),
        (f"{A4}_borderless", 0, "main", "stationery"),
        (f"{A4}_borderless", 0, "main", "labels"),
        (DL, 100, "main", "envelope"),
        (None, 100, "main", "stationery"),  # all other sizes
    ]


def test_each_edge_has_its_own_margins_and_none_where_a_medium_is_without_borders() -> None:
    printer = capabilities(SHEETS)
    assert names.MEDIA_TOP_MARGIN_SUPPORTED.all(printer) == (0, 100)
    assert names.MEDIA_BOTTOM_MARGIN_SUPPORTED.all(printer) == (0, 200)
    assert names.MEDIA_LEFT_MARGIN_SUPPORTED.all(printer) == (0, 300)
    assert names.MEDIA_RIGHT_MARGIN_SUPPORTED.all(printer) == (0, 400)
    bordered = capabilities(replace(SHEETS, borderless=()))
    assert names.MEDIA_TOP_MARGIN_SUPPORTED.all(bordered) == (100,)


def test_a_printer_without_margins_has_every_medium_once() -> None:
    edgeless = capabilities(replace(SHEETS, margins=Margins(0, 0, 0, 0), media_types=("labels",)))
    keys = [names.MEDIA_KEY.get(one) for one in names.MEDIA_COL_DATABASE.all(edgeless)]
    assert keys == [A5, A4, DL, None]


def test_sizes_between_two_are_a_range() -> None:
    last = names.MEDIA_SIZE_SUPPORTED.all(capabilities(SHEETS))[-1]
    assert names.X_DIMENSION.get(last) == RangeOfInteger(7600, 21600)
    assert names.Y_DIMENSION.get(last) == RangeOfInteger(12700, 35600)


def test_every_medium_is_ready_in_the_tray_that_is_for_it_or_the_first() -> None:
    ready = names.MEDIA_COL_READY.all(capabilities(SHEETS))
    assert said(ready) == [
        (A5, 100, "main", "stationery"),
        (A4, 100, "tray-2", "labels"),
        (f"{A4}_borderless", 0, "tray-2", "labels"),
        (DL, 100, "main", "envelope"),
    ]
    assert names.MEDIA_READY.all(capabilities(SHEETS)) == (A5, A4, DL)


def test_where_the_device_is_simulated_what_lies_in_the_trays_is_ready_but_not_what_is_fed_by_hand() -> None:
    assert names.MEDIA_READY.all(simulated(SHEETS)) == (A5, A4)


def test_a_roll_is_ready_and_the_pieces_that_it_is_cut_into() -> None:
    assert names.MEDIA_READY.all(simulated(ROLL)) == ("roll_current_62x0mm", LABEL)
    roll, piece = names.MEDIA_COL_READY.all(simulated(ROLL))
    size = names.MEDIA_SIZE.get(roll)
    assert size is not None
    assert names.X_DIMENSION.get(size) == 6200
    assert names.Y_DIMENSION.get(size) == RangeOfInteger(1000, 100_000)
    assert names.MEDIA_SOURCE.get(piece) == MediaSource.MAIN_ROLL
    assert set(names.MEDIA_READY.all(capabilities(ROLL))) == {
        *(LABEL, "custom_wide_100x100mm", "roll_current_62x0mm")
    }


def test_ends_of_ranges_are_supported_and_never_ready() -> None:
    for config in (SHEETS, ROLL):
        printer = capabilities(config)
        assert set(map(Keyword, config.media)) == set(names.MEDIA_SUPPORTED.all(printer))
        assert not any("_min_" in str(name) for name in names.MEDIA_READY.all(printer))
