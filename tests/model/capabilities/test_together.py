"""Presets: what is offered by one name can be had."""

from ippserver.iana import names
from ippserver.iana.enums import PrintQuality
from ippserver.iana.keywords import PrintColorMode, Sides
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword
from ippserver.model.capabilities import capabilities
from ippserver.model.printer import Preset, PrinterConfig

DRAFT = Preset(name="draft", attributes=(names.PRINT_QUALITY.of(PrintQuality.DRAFT),))
BOOK = Preset(name="book", attributes=(names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), *DRAFT.attributes))
COLORED = Preset(name="colored", attributes=(names.PRINT_COLOR_MODE.of(PrintColorMode.COLOR),))


def offered(config: PrinterConfig) -> list[Collection]:
    return list(names.JOB_PRESETS_SUPPORTED.all(capabilities(config)))


def test_a_preset_is_its_name_and_what_it_chooses() -> None:
    config = PrinterConfig(path="/", name="x", presets=(DRAFT, BOOK))
    assert offered(config) == [
        Collection([names.PRESET_NAME.of(Keyword("draft")), *DRAFT.attributes]),
        Collection([names.PRESET_NAME.of(Keyword("book")), *BOOK.attributes]),
    ]


def test_a_preset_that_chooses_what_the_printer_has_not_is_not_offered() -> None:
    config = PrinterConfig(path="/", name="x", presets=(DRAFT, BOOK, COLORED), color=False, duplex=False)
    assert [names.PRESET_NAME.get(preset) for preset in offered(config)] == ["draft"]


def test_what_was_set_over_ipp_counts() -> None:
    config = PrinterConfig(path="/", name="x", presets=(BOOK,))
    one_sided = capabilities(config, [names.SIDES_SUPPORTED.of(Sides.ONE_SIDED)])
    assert names.JOB_PRESETS_SUPPORTED.attribute(one_sided) is None


def test_a_printer_without_presets_says_nothing_of_them() -> None:
    assert offered(PrinterConfig(path="/", name="x")) == []
