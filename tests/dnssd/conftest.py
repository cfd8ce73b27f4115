"""A network for the tests of one module."""

from collections.abc import Iterator

import pytest

from tests.dnssd.lan import Lan, lan


@pytest.fixture(scope="module")
def network() -> Iterator[Lan]:
    """A host for servers, and one for clients with an avahi-daemon."""
    with lan() as made:
        yield made
