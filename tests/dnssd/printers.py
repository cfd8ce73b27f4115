"""Printers to tell of."""

from ippserver.interfaces import Advertisement
from ippserver.ipp.attributes import Attribute
from ippserver.model.capabilities import capabilities
from ippserver.model.printer import PrinterConfig

UUID = "01234567-89ab-4cde-8f01-23456789abcd"


def advertisement(
    config: PrinterConfig | None = None, *more: Attribute, name: str = "", kept: str = ""
) -> Advertisement:
    """What the network is told of a printer of that configuration."""
    config = config or PrinterConfig(path="/ipp/print", name="office")
    return Advertisement(
        path=config.path,
        name=name or config.name,
        kept=kept,
        uuid=UUID,
        attributes=capabilities(config, more),
    )
