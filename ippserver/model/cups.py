"""What CUPS's clients want to know of a Printer beside IPP: printer-type and its company."""

from collections.abc import Iterator, Mapping
from enum import IntFlag
from typing import Final

from ippserver.iana import vendor
from ippserver.iana.media import media_size
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Enum
from ippserver.model.printer import PrinterConfig


class PrinterType(IntFlag):
    """Bits of printer-type."""

    CLASS = 0x0001
    REMOTE = 0x0002
    BLACK = 0x0004
    COLOR = 0x0008
    DUPLEX = 0x0010
    STAPLE = 0x0020
    COPIES = 0x0040
    COLLATE = 0x0080
    PUNCH = 0x0100
    BIND = 0x0400
    SMALL = 0x1000
    """Media up to US legal and A4."""
    MEDIUM = 0x2000
    """Larger media up to US ledger and A3."""
    LARGE = 0x4000
    """Media larger than that."""


_SMALL_LENGTH = 35_560
"""US legal, in hundredths of a millimetre."""
_MEDIUM_LENGTH = 43_180
"""US ledger."""


_FINISHINGS: Final[Mapping[str, PrinterType]] = {
    "staple": PrinterType.STAPLE,
    "punch": PrinterType.PUNCH,
    "bind": PrinterType.BIND,
}
"""By the first word of the finishing."""


def printer_type(config: PrinterConfig) -> PrinterType:
    """What `config` can do, in CUPS's bits."""
    bits = PrinterType.BLACK | PrinterType.COPIES | PrinterType.COLLATE
    if config.color:
        bits |= PrinterType.COLOR
    if config.duplex:
        bits |= PrinterType.DUPLEX
    for finishing in config.finishings:
        bits |= _FINISHINGS.get(finishing.keyword.partition("-")[0], PrinterType(0))
    for name in config.media:
        bits |= _size(name)
    return bits


def _size(media: str) -> PrinterType:
    size = media_size(media)
    if size is None or size.length <= _SMALL_LENGTH:
        return PrinterType.SMALL
    return PrinterType.MEDIUM if size.length <= _MEDIUM_LENGTH else PrinterType.LARGE


def attributes(config: PrinterConfig) -> Iterator[Attribute]:
    """The attributes of CUPS that a Printer has."""
    yield vendor.PRINTER_TYPE.of(Enum(printer_type(config)))
    yield vendor.PRINTER_IS_SHARED.of(True)
    yield vendor.PRINTER_IS_TEMPORARY.of(False)
