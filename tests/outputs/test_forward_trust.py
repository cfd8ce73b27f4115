"""Whom a forward output trusts, and how it proves who it is."""

import asyncio
from collections.abc import Iterator

import pytest

from ippserver.interfaces import OutputError, OutputUnavailable
from ippserver.testing import VirtualPrinter
from tests.client.servers import printer
from tests.client.test_credentials import Guarded
from tests.outputs.forwarding import failure, output, tried
from tests.outputs.parcels import PDF, parcel
from tests.outputs.peers import OtherPrinter


@pytest.fixture(scope="module")
def there() -> Iterator[VirtualPrinter]:
    with VirtualPrinter(name="other", tls=True) as printer:
        yield printer


@pytest.fixture
def taken(there: VirtualPrinter) -> int:
    """How many Jobs it has taken before."""
    return len(there.jobs)


@pytest.fixture
def fingerprint(there: VirtualPrinter) -> str:
    return there.fingerprint


# ---- certificates


async def test_the_certificate_of_the_fingerprint_is_trusted(
    there: VirtualPrinter, taken: int, fingerprint: str
) -> None:
    await tried(output(there.ipps_uri, fingerprint=fingerprint), parcel())
    assert len(there.jobs) == taken + 1


async def test_the_certificates_of_a_file_are_trusted(there: VirtualPrinter, taken: int) -> None:
    await tried(output(there.ipps_uri, ca_file=there.certificate), parcel())
    assert len(there.jobs) == taken + 1


@pytest.mark.parametrize("wrong", ["", "AB" * 32])
async def test_any_other_certificate_makes_the_output_unavailable_and_nothing_is_sent(
    there: VirtualPrinter, taken: int, wrong: str
) -> None:
    found = await failure(output(there.ipps_uri, fingerprint=wrong), parcel())
    assert type(found) is OutputUnavailable
    assert len(there.jobs) == taken


async def test_a_certificate_for_another_name_makes_the_output_unavailable(
    there: VirtualPrinter, taken: int
) -> None:
    by_address = there.ipps_uri.replace("localhost", "127.0.0.2")
    assert by_address != there.ipps_uri
    found = await failure(output(by_address, ca_file=there.certificate), parcel())
    assert type(found) is OutputUnavailable
    assert len(there.jobs) == taken


# ---- passwords


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
@pytest.mark.parametrize("in_steps", [True, False])
async def test_a_printer_that_asks_for_a_password_gets_it_each_time(
    other: OtherPrinter, monkeypatch: pytest.MonkeyPatch, scheme: str, in_steps: bool
) -> None:
    other.operations = other.operations if in_steps else other.operations[:1]
    monkeypatch.setenv("IPPSERVER_TEST_PASSWORD", "s:ecret")
    async with printer(Guarded(scheme, other.handle).answer) as uri:
        made = output(uri, user="fred", password="env:IPPSERVER_TEST_PASSWORD")
        await made.open()
        await tried(made, parcel())
    assert other.documents == [PDF]


async def test_a_password_does_not_leave_unencrypted(
    other: OtherPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPSERVER_TEST_PASSWORD", "s:ecret")
    async with printer(Guarded("Basic", other.handle).answer, host="127.0.0.2") as uri:
        made = output(uri, user="fred", password="env:IPPSERVER_TEST_PASSWORD")
        assert type(await failure(made, parcel())) is OutputUnavailable
    assert other.asked == []


def test_the_password_is_looked_for_at_the_start() -> None:
    made = output("ipp://localhost/ipp/print", user="a", password="env:NOT_THERE")
    with pytest.raises(OutputError, match="output next: env:NOT_THERE is empty"):
        asyncio.run(made.open())
