"""pytest fixtures, all named ipp_*; loaded by pytest through the entry point."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ippserver.testing.printer import VirtualPrinter


@pytest.fixture
def ipp_printer() -> "Iterator[VirtualPrinter]":
    """A running VirtualPrinter of the test's own."""
    # Imported here: pytest loads this plugin in every project that has ippserver installed.
    from ippserver.testing.printer import VirtualPrinter

    with VirtualPrinter() as printer:
        yield printer
