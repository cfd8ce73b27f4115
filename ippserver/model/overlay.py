"""What was set of a Printer over IPP, laid over its configuration (RFC 3380 4.1)."""

from collections.abc import Iterable

from ippserver.ipp.attributes import Attribute
from ippserver.model.printer import PrinterConfig


def configured(config: PrinterConfig, overlay: Iterable[Attribute]) -> PrinterConfig:
    """`config` as it is with `overlay`."""
    return config


def displayed(overlay: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """Those of `overlay` that are shown as they were set."""
    return tuple(overlay)
