"""What CUPS calls a Printer's abilities."""

import pytest

from ippserver.iana import vendor
from ippserver.ipp.values import Enum
from ippserver.model.capabilities import capabilities
from ippserver.model.cups import PrinterType, printer_type
from ippserver.model.printer import PrinterConfig


def config(**more: object) -> PrinterConfig:
    return PrinterConfig(path="/ipp/print", name="Office", **more)  # type: ignore[arg-type] # any field


@pytest.mark.parametrize(
    ("more", "has", "lacks"),
    [
        ({"color": True}, PrinterType.COLOR, PrinterType(0)),
        ({"color": False}, PrinterType.BLACK, PrinterType.COLOR),
        ({"duplex": True}, PrinterType.DUPLEX, PrinterType.CLASS),
        ({"duplex": False}, PrinterType.COPIES, PrinterType.DUPLEX),
        ({"media": ("iso_a4_210x297mm",)}, PrinterType.SMALL, PrinterType.MEDIUM | PrinterType.LARGE),
        ({"media": ("na_legal_8.5x14in",)}, PrinterType.SMALL, PrinterType.MEDIUM),
        ({"media": ("iso_a3_297x420mm",)}, PrinterType.MEDIUM, PrinterType.SMALL | PrinterType.LARGE),
        ({"media": ("na_ledger_11x17in",)}, PrinterType.MEDIUM, PrinterType.LARGE),
        ({"media": ("iso_a2_420x594mm",)}, PrinterType.LARGE, PrinterType.MEDIUM),
    ],
)
def test_the_type_follows_from_the_configuration(
    more: dict[str, object], has: PrinterType, lacks: PrinterType
) -> None:
    found = printer_type(config(**more))
    assert found & has == has
    assert not found & lacks


def test_a_printer_shows_its_type_and_that_it_is_shared() -> None:
    shown = capabilities(config())
    assert vendor.PRINTER_TYPE.get(shown) == Enum(printer_type(config()))
    assert vendor.PRINTER_IS_SHARED.get(shown) is True
    assert vendor.PRINTER_IS_TEMPORARY.get(shown) is False
