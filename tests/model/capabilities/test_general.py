"""What a printer is called, and how drivers and clients tell its kind."""

from dataclasses import replace

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.keywords import IppFeatures
from ippserver.model import formats
from ippserver.model.capabilities import capabilities
from ippserver.model.printer import PrinterConfig

CONFIG = PrinterConfig(path="/", name="x", make_and_model="Acme Laser 9")


@pytest.mark.parametrize(
    ("make_and_model", "begins"),
    [
        ("Acme Laser 9", "MFG:Acme;MDL:Laser 9;CMD:PDF,"),
        ("Acme", "MFG:Acme;MDL:Acme;CMD:PDF,"),
        ("Acme a;b:c", "MFG:Acme;MDL:a b c;CMD:PDF,"),
    ],
)
def test_the_device_id_tells_maker_and_model_and_is_never_torn(make_and_model: str, begins: str) -> None:
    shown = names.PRINTER_DEVICE_ID.get(capabilities(replace(CONFIG, make_and_model=make_and_model)))
    assert str(shown).startswith(begins)


def test_the_device_id_has_a_command_for_each_format_that_drivers_know() -> None:
    config = replace(CONFIG, formats=(formats.PWG_RASTER, formats.APPLE_RASTER, formats.OCTET_STREAM))
    assert ";CMD:PWGRaster,AppleRaster;CLS:PRINTER;" in str(names.PRINTER_DEVICE_ID.get(capabilities(config)))


@pytest.mark.parametrize(
    ("known", "color", "everywhere"),
    [
        ((formats.PWG_RASTER, formats.JPEG), True, True),
        ((formats.PWG_RASTER,), False, True),
        ((formats.PWG_RASTER,), True, False),
        ((formats.PDF, formats.JPEG), True, False),
    ],
)
def test_a_printer_is_of_ipp_everywhere_if_it_takes_the_formats_that_it_demands(
    known: tuple[str, ...], color: bool, everywhere: bool
) -> None:
    printer = capabilities(replace(CONFIG, formats=known, color=color))
    assert (IppFeatures.IPP_EVERYWHERE in names.IPP_FEATURES_SUPPORTED.all(printer)) == everywhere


def test_features_of_the_server_stay() -> None:
    printer = capabilities(CONFIG, [names.IPP_FEATURES_SUPPORTED.of(IppFeatures.JOB_RELEASE)])
    assert names.IPP_FEATURES_SUPPORTED.all(printer) == (IppFeatures.JOB_RELEASE, IppFeatures.IPP_EVERYWHERE)


def test_the_first_format_is_the_one_that_clients_had_best_send() -> None:
    printer = capabilities(replace(CONFIG, formats=(formats.JPEG, formats.PDF)))
    assert vendor.DOCUMENT_FORMAT_PREFERRED.get(printer) == formats.JPEG


def test_every_kind_that_it_is_for_is_told() -> None:
    assert names.PRINTER_KIND.all(capabilities(replace(CONFIG, kind=("label", "roll")))) == ("label", "roll")
