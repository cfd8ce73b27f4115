"""Finishings by number and by template, and output bins."""

from ippserver.iana import names
from ippserver.iana.enums import Finishings
from ippserver.ipp.values import Enum
from ippserver.model.capabilities import capabilities
from ippserver.model.device_config import DeviceConfig
from ippserver.model.printer import PrinterConfig

STAPLER = PrinterConfig(
    path="/", name="x", finishings=(Finishings.STAPLE_TOP_LEFT,), device=DeviceConfig(bins=("top", "side"))
)


def test_each_finishing_is_a_template_too() -> None:
    printer = capabilities(STAPLER)
    assert names.FINISHINGS_SUPPORTED.all(printer) == (3, 20)
    assert names.FINISHING_TEMPLATE_SUPPORTED.all(printer) == ("none", "staple-top-left")
    templates = [names.FINISHING_TEMPLATE.get(one) for one in names.FINISHINGS_COL_DATABASE.all(printer)]
    assert templates == ["none", "staple-top-left"]
    assert names.FINISHINGS_COL_READY.all(printer) == names.FINISHINGS_COL_DATABASE.all(printer)


def test_a_printer_that_does_nothing_with_sheets_has_no_templates() -> None:
    plain = capabilities(PrinterConfig(path="/", name="x"))
    assert names.FINISHINGS_SUPPORTED.all(plain) == (3,)
    assert names.FINISHINGS_COL_SUPPORTED.attribute(plain) is None
    assert names.FINISHINGS_COL_DEFAULT.attribute(plain) is None


def test_the_default_template_follows_the_default_finishing() -> None:
    stapling = capabilities(STAPLER, [names.FINISHINGS_DEFAULT.of(Enum(20))])
    default = names.FINISHINGS_COL_DEFAULT.get(stapling)
    assert default is not None
    assert names.FINISHING_TEMPLATE.get(default) == "staple-top-left"


def test_the_first_bin_is_the_default() -> None:
    printer = capabilities(STAPLER)
    assert (names.OUTPUT_BIN_DEFAULT.get(printer), names.OUTPUT_BIN_SUPPORTED.all(printer)) == (
        *("top", ("top", "side")),
    )
