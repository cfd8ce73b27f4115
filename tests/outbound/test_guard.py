"""Which addresses may be connected to."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from ippserver.outbound.guard import AllowedHosts, Guard, OutboundRefused, Pinned, is_public, system_lookup

FORBIDDEN = (
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",  # metadata service of a cloud
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",  # metadata service of most clouds
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.251",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::7f00:1",
    "2001:2::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::fb",
)
PUBLIC = (
    "1.1.1.1",
    "9.255.255.255",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
)


@pytest.mark.parametrize("text", FORBIDDEN)
def test_special_addresses_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_addresses_just_beside_them_are_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", FORBIDDEN)
async def test_a_host_with_a_forbidden_address_is_refused(text: str) -> None:
    async def lookup(host: str, port: int) -> Sequence[str]:
        return ["1.1.1.1", text]

    with pytest.raises(OutboundRefused, match="allowed-hosts"):
        await Guard(lookup=lookup).pin("files.example", 80)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1.", "LOCALHOST.", "localhost", "::1", "0.0.0.0", "::ffff:127.0.0.1", "224.0.0.1"],
)
async def test_the_host_itself_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(OutboundRefused, match="allowed-hosts"):
        await Guard().pin(host, 80)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0X7F.0.0.1",
        "127.1",
        "127.0.1.",
        "0177.0.0.1",
        "127.0.0.01",
        "1.2.3.4.5",
        "files.example.7",
        "fe80::1::2",
    ],
)
async def test_a_number_in_another_form_is_refused_even_where_its_address_is_allowed(host: str) -> None:
    with pytest.raises(OutboundRefused, match="form"):
        await Guard(AllowedHosts.of(["127.0.0.1", "0.0.0.0/0"])).pin(host, 80)


@pytest.mark.parametrize("host", ["１２７.0.0.1", "ⓛocalhost", "drücker.example"])
async def test_a_host_outside_ascii_is_refused(host: str) -> None:
    with pytest.raises(OutboundRefused, match="US-ASCII"):
        await Guard(AllowedHosts.of(["127.0.0.0/8"])).pin(host, 80)


async def test_an_address_of_this_host_is_refused_though_it_is_public() -> None:
    own = _own_addresses()
    for address in own:
        with pytest.raises(OutboundRefused):
            await Guard().pin(address, 80)
    assert own


def _own_addresses() -> list[str]:
    """The loopback address and whatever else this host says that it has."""
    found = {"127.0.0.1"}
    for *_, sockaddr in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM):
        found.add(str(sockaddr[0]))
    return sorted(found)


@pytest.mark.parametrize(
    ("entries", "host", "addresses"),
    [
        (["files.lan"], "files.lan", ["10.0.0.9"]),
        (["Files.LAN."], "files.lan.", ["10.0.0.9"]),
        (["10.0.0.0/8"], "files.lan", ["10.0.0.9"]),
        (["10.0.0.9"], "files.lan", ["::ffff:10.0.0.9"]),
        (["fd00::/8"], "files.lan", ["fd00::1", "1.1.1.1"]),
        (["[::1]"], "::1", ["::1"]),
        (["127.0.0.1"], "127.0.0.1", ["127.0.0.1"]),
        ([], "1.1.1.1", ["1.1.1.1"]),
    ],
)
async def test_an_entry_of_the_operator_opens_a_host(
    entries: list[str], host: str, addresses: list[str]
) -> None:
    async def lookup(name: str, port: int) -> Sequence[str]:
        assert name == "files.lan"
        return addresses

    pinned = await Guard(AllowedHosts.of(entries), lookup).pin(host, 8080)
    assert pinned == Pinned(host.lower().removesuffix("."), 8080, tuple(addresses))


async def test_an_entry_opens_nothing_but_what_it_names() -> None:
    async def lookup(name: str, port: int) -> Sequence[str]:
        return ["10.0.0.9", "10.1.0.9"]

    with pytest.raises(OutboundRefused):
        await Guard(AllowedHosts.of(["10.0.0.0/16", "other.lan"]), lookup).pin("files.lan", 80)


@pytest.mark.parametrize("entry", ["10.1.2.3/8", "1.2.3", "fe80::/129", "", "a b", "-", "http://h/", "h/24"])
def test_an_entry_that_names_no_host_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        AllowedHosts.of([entry])


@pytest.mark.parametrize("failure", [OSError("no such host"), UnicodeError("label too long")])
async def test_a_host_that_nobody_knows_is_refused(failure: Exception) -> None:
    async def lookup(name: str, port: int) -> Sequence[str]:
        raise failure

    with pytest.raises(OutboundRefused, match="not known"):
        await Guard(lookup=lookup).pin("files.example", 80)


async def test_a_host_without_an_address_is_refused() -> None:
    async def lookup(name: str, port: int) -> Sequence[str]:
        return []

    with pytest.raises(OutboundRefused, match="no address"):
        await Guard(AllowedHosts.of(["files.lan"]), lookup).pin("files.lan", 80)


async def test_the_system_knows_localhost() -> None:
    assert {"127.0.0.1", "::1"} & set(await system_lookup("localhost", 631))
