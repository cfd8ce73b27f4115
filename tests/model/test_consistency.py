"""One check finds whatever does not fit together, in every profile and in what is laid over it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from ippserver.config import load, printer_config, profile_names
from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, MimeMediaType, Name, OutOfBand, Resolution, Text, Value
from ippserver.model import formats
from ippserver.model.capabilities import Capabilities
from ippserver.model.consistency import problems, problems_of, told
from ippserver.model.printer import PrinterConfig

OVERLAYS: Mapping[str, dict[str, object]] = {
    "as it is": {},
    "without colour": {"color": False},
    "one-sided": {"duplex": False},
    "two-sided": {"duplex": True},
    "one format": {"formats": ["image/pwg-raster"]},
    "no rasters": {"formats": ["application/pdf"]},
    "one medium": {"media": ["iso_a5_148x210mm"]},
    "one type": {"media-types": ["cardstock"]},
    "one resolution": {"resolutions-dpi": [600]},
    "falling resolutions": {"resolutions-dpi": [1200, 600, 300]},
    "simulated": {"device": {"simulate": True}},
    "no finishings": {"finishings": []},
    "all backs rotated": {"sheet-back": "rotated"},
    "backs tumbled by hand": {"sheet-back": "manual-tumble"},
    "one kind of page": {"raster-types": ["sgray_8", "srgb_8"]},
    "an odd tray": {"device": {"tray": [{"source": "com.example-tray"}]}},
}


def config(profile: str, **own: object) -> PrinterConfig:
    settings = load(None, {}, {"printer": [{"profile": profile, **own}]})
    return printer_config(settings.printers[0], settings.limits)


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("own", OVERLAYS.values(), ids=OVERLAYS)
def test_every_profile_fits_together_whatever_is_laid_over_it(profile: str, own: dict[str, object]) -> None:
    assert list(problems_of(config(profile, **own))) == []


def without(*definitions: AttributeDef[Value]) -> Callable[[Capabilities], Capabilities]:
    gone = {definition.name for definition in definitions}
    return lambda printer: Capabilities(v for k, v in printer.attributes.items() if k not in gone)


def with_(*attributes: Attribute) -> Callable[[Capabilities], Capabilities]:
    return lambda printer: Capabilities([*printer.attributes.values(), *attributes])


def first_of(definition: AttributeDef[Value]) -> Callable[[Capabilities], Capabilities]:
    def mutilate(printer: Capabilities) -> Capabilities:
        return with_(Attribute(definition.name, definition.all(printer)[:1]))(printer)

    return mutilate


A_SIZE = names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(1), names.Y_DIMENSION.of(1)]))
MUTILATIONS: list[tuple[Callable[[Capabilities], Capabilities], AttributeDef[Value]]] = [
    (with_(Attribute(names.PRINTER_INFO.name, (5,))), names.PRINTER_INFO),
    (with_(Attribute(names.JOB_ID.name, (5,))), names.JOB_ID),
    (with_(names.COLOR_SUPPORTED.of(OutOfBand.NO_VALUE)), names.COLOR_SUPPORTED),
    (with_(names.SIDES_DEFAULT.of(Keyword("both"))), names.SIDES_DEFAULT),
    (with_(names.MEDIA_READY.of(Keyword("iso_a0_841x1189mm"))), names.MEDIA_READY),
    (without(names.PRINT_QUALITY_DEFAULT), names.PRINT_QUALITY_SUPPORTED),
    (first_of(vendor.MARKER_NAMES), names.PRINTER_SUPPLY),
    (first_of(names.PRINTER_INPUT_TRAY), names.MEDIA_SOURCE_SUPPORTED),
    (first_of(names.PRINTER_OUTPUT_TRAY), names.OUTPUT_BIN_SUPPORTED),
    (with_(names.DOCUMENT_FORMAT_DEFAULT.of(MimeMediaType("a/b"))), names.DOCUMENT_FORMAT_DEFAULT),
    (with_(vendor.DOCUMENT_FORMAT_PREFERRED.of(MimeMediaType("a/b"))), vendor.DOCUMENT_FORMAT_PREFERRED),
    (with_(names.PCLM_SOURCE_RESOLUTION_DEFAULT.of(Resolution(5, 5))), names.PCLM_SOURCE_RESOLUTION_DEFAULT),
    (with_(names.MEDIA_COL_DATABASE.of(Collection([A_SIZE]))), names.MEDIA_COL_DATABASE),
    (with_(names.MEDIA_SUPPORTED.of(Keyword("letter"))), names.MEDIA_SUPPORTED),
    (first_of(names.MEDIA_SIZE_SUPPORTED), names.MEDIA_SIZE_SUPPORTED),
    (with_(names.MEDIA_SUPPORTED.of(Keyword("custom_min_1x1mm"))), names.MEDIA_SUPPORTED),
    (
        with_(names.MEDIA_SUPPORTED.of(Keyword("custom_min_5x5mm"), Keyword("custom_max_4x9mm"))),
        names.MEDIA_SUPPORTED,
    ),
    (with_(names.MEDIA_DEFAULT.of(Keyword("custom_min_76x127mm"))), names.MEDIA_DEFAULT),
    (without(vendor.URF_SUPPORTED), vendor.URF_SUPPORTED),
    (
        with_(names.DOCUMENT_FORMAT_SUPPORTED.of(MimeMediaType(formats.OCTET_STREAM))),
        names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED,
    ),
    (
        with_(names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.of(Keyword("sgray_8"))),
        names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED,
    ),
    (without(names.PWG_RASTER_DOCUMENT_SHEET_BACK), names.PWG_RASTER_DOCUMENT_SHEET_BACK),
    (with_(names.PWG_RASTER_DOCUMENT_SHEET_BACK.of(Keyword("rotated"))), vendor.URF_SUPPORTED),
    (with_(names.SIDES_SUPPORTED.of(Sides.ONE_SIDED)), vendor.URF_SUPPORTED),
    (with_(names.COLOR_SUPPORTED.of(False)), vendor.URF_SUPPORTED),
    (with_(names.PRINTER_RESOLUTION_SUPPORTED.of(Resolution(300, 300))), vendor.URF_SUPPORTED),
    (with_(vendor.URF_SUPPORTED.of(Keyword("V1.4"), Keyword("RS300-600"))), vendor.URF_SUPPORTED),
    (
        with_(names.JOB_RESOLVERS_SUPPORTED.of(Collection([names.RESOLVER_NAME.of(Name("x"))]))),
        names.JOB_CONSTRAINTS_SUPPORTED,
    ),
    (with_(names.PRINTER_DEVICE_ID.of(Text("MFG:a;MDL:b;CLS:PRINTER;"))), names.PRINTER_DEVICE_ID),
]


@pytest.mark.parametrize(("mutilate", "about"), MUTILATIONS, ids=lambda one: getattr(one, "name", ""))
def test_what_is_wrong_is_named(
    mutilate: Callable[[Capabilities], Capabilities], about: AttributeDef[Value]
) -> None:
    sound = told(config("office-color"))
    assert list(problems(sound)) == []
    assert about.name in {problem.partition(" ")[0] for problem in problems(mutilate(sound))}


def test_a_configuration_made_by_hand_is_checked_like_any_other() -> None:
    plain = PrinterConfig(path="/ipp/print", name="x")
    assert list(problems_of(plain)) == []
    wrong = replace(plain, media=(*plain.media, "custom_min_76x127mm"))
    assert any(names.MEDIA_SUPPORTED.name in problem for problem in problems_of(wrong))
