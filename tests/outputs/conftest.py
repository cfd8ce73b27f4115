"""Another Printer, for whatever is forwarded, and who wants to know how it goes."""

from collections.abc import AsyncIterator

import pytest

from tests.outputs.parcels import Ear
from tests.outputs.peers import OtherPrinter, serving


@pytest.fixture
def other() -> OtherPrinter:
    return OtherPrinter()


@pytest.fixture
async def uri(other: OtherPrinter) -> AsyncIterator[str]:
    async with serving(other) as uri:
        yield uri


@pytest.fixture
def ear() -> Ear:
    return Ear()
