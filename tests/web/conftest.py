"""A web service in front of the smallest printer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from ippserver.web.service import WebService
from tests.web.printer import QUICK, TinyPrinter, TinySite


@pytest.fixture
def printer() -> TinyPrinter:
    """What stands behind the service."""
    return TinyPrinter()


@pytest.fixture
async def serve(printer: TinyPrinter) -> AsyncIterator[Callable[..., Awaitable[WebService]]]:
    """Starts services with the options given, on a free port of 127.0.0.1."""
    async with AsyncExitStack() as services:

        async def start(**options: object) -> WebService:
            service = WebService(
                printer,
                TinySite(),
                **{"limits": QUICK, **options},  # type: ignore[arg-type] # any options
            )
            services.push_async_callback(service.stop)
            await service.start([("127.0.0.1", 0)])
            return service

        yield start


@pytest.fixture
async def address(serve: Callable[..., Awaitable[WebService]]) -> tuple[str, int]:
    """Where a service with short deadlines listens."""
    service = await serve()
    return service.addresses[0]
