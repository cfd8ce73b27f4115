"""A printer that is not ours."""

from collections.abc import Iterator

import pytest

from ippserver.testing.ippeveprinter import running_ippeveprinter


@pytest.fixture(scope="session")
def ippeveprinter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a running ippeveprinter."""
    with running_ippeveprinter(tmp_path_factory.mktemp("ippeveprinter")) as uri:
        yield uri
