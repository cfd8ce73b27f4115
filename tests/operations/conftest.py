"""A Desk for every test that needs no special one."""

import pytest

from ippserver.testing.desk import Desk


@pytest.fixture
async def desk() -> Desk:
    """The operations of a server with one printer, access open."""
    return await Desk().open()
