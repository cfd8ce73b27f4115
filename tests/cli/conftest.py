"""A printer that is not ours, and both kinds in turn."""

from collections.abc import Iterator

import pytest

from ippserver.testing import VirtualPrinter
from ippserver.testing.ippeveprinter import running_ippeveprinter


@pytest.fixture(scope="session")
def ippeveprinter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a running ippeveprinter."""
    with running_ippeveprinter(tmp_path_factory.mktemp("ippeveprinter")) as uri:
        yield uri


@pytest.fixture(params=["ours", "ippeveprinter"])
def uri(request: pytest.FixtureRequest) -> str:
    """A printer that prints at once: ours, or the one that is not."""
    if request.param == "ours":
        printer: VirtualPrinter = request.getfixturevalue("ipp_printer")
        return printer.uri
    uri: str = request.getfixturevalue("ippeveprinter")
    return uri
