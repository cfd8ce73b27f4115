"""A web service in front of the smallest printer."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from ippserver.runtime.clock import SystemClock
from ippserver.web.certificate import Pair, Provided, SelfSigned
from ippserver.web.limits import HttpLimits
from ippserver.web.service import WebService
from ippserver.web.tls import Tls
from tests.web.printer import PATIENT, Address, Serve, TinyPrinter, TinySite


@pytest.fixture
def limits() -> HttpLimits:
    """What clients are held to, for a test that does not give `serve` its own."""
    return PATIENT


@pytest.fixture
def printer() -> TinyPrinter:
    """What stands behind the service."""
    return TinyPrinter()


@pytest.fixture
async def serve(
    printer: TinyPrinter, limits: HttpLimits
) -> AsyncIterator[Callable[..., Awaitable[WebService]]]:
    """Starts services with the options given, on a free port of 127.0.0.1."""
    async with AsyncExitStack() as services:

        async def start(**options: object) -> WebService:
            service = WebService(
                printer,
                TinySite(),
                **{"limits": limits, **options},  # type: ignore[arg-type] # any options
            )
            services.push_async_callback(service.stop)
            await service.start([("127.0.0.1", 0)])
            return service

        yield start


@pytest.fixture
async def address(serve: Callable[..., Awaitable[WebService]]) -> tuple[str, int]:
    """Where a service listens."""
    service = await serve()
    return service.addresses[0]


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A certificate of this host and its key."""
    source = SelfSigned(tmp_path_factory.mktemp("certificate") / "tls", tuple, SystemClock())
    source.prepare()
    return source.pair


@pytest.fixture
def tls(pair: Pair, limits: HttpLimits) -> Tls:
    """TLS that clients may choose."""
    return Tls(Provided(pair), limits=limits)


@pytest.fixture(scope="session")
def trusting(pair: Pair) -> ssl.SSLContext:
    """What a client needs that trusts the server."""
    return ssl.create_default_context(cafile=pair.certificate)


@pytest.fixture
def pair_context(pair: Pair) -> ssl.SSLContext:
    """As `trusting`, for a test that changes it."""
    return ssl.create_default_context(cafile=pair.certificate)


@pytest.fixture
async def service(serve: Serve, tls: Tls) -> WebService:
    """A service with TLS."""
    return await serve(tls=tls)


@pytest.fixture
def secure(service: WebService) -> Address:
    """Where it listens."""
    return service.addresses[0]
