"""A printer for tests of software that prints: `VirtualPrinter`, and the pytest fixture `ipp_printer`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ippserver.testing.printer import CapturedDocument, CapturedJob, VirtualPrinter

__all__ = ["CapturedDocument", "CapturedJob", "VirtualPrinter"]


def __getattr__(name: str) -> Any:  # Any: a module's attribute may be anything
    # Loaded when first used: the pytest plugin must cost projects that do not use it nothing.
    if name in __all__:
        from ippserver.testing import printer

        return getattr(printer, name)
    raise AttributeError(name)
