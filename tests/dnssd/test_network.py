"""Only what can be reached is told of."""

import socket
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import ifaddr
import pytest

from ippserver.dnssd import network
from ippserver.dnssd.network import Link, Reach, Terms, host_name, is_reachable, reach, read_links

LAN = Link(
    name="eth0",
    index=2,
    addresses=tuple(map(ip_address, ("192.0.2.5", "2001:db8::5", "fe80::5"))),
)
WIFI = Link(name="wlan0", index=3, addresses=(ip_address("198.51.100.7"),))
BARE = Link(name="eth1", index=4, addresses=tuple(map(ip_address, ("169.254.1.1", "fe80::6"))))
EVERYWHERE = [("::", 631), ("0.0.0.0", 631)]
TERMS = Terms()


def found(
    listening: list[tuple[str, int]], *links: Link, terms: Terms = TERMS
) -> tuple[int, list[str], list[str]]:
    there = reach(listening, links, terms)
    assert there is not None
    return there.port, list(there.addresses), [link.name for link in there.links]


def test_on_all_addresses_every_interface_leads_to_it() -> None:
    addresses = ["192.0.2.5", "2001:db8::5", "198.51.100.7"]
    assert found(EVERYWHERE, LAN, WIFI) == (631, addresses, ["eth0", "wlan0"])


def test_addresses_of_the_link_alone_are_told_where_there_are_no_others() -> None:
    assert found(EVERYWHERE, BARE) == (631, ["169.254.1.1", "fe80::6"], ["eth1"])


@pytest.mark.parametrize(
    ("host", "addresses"), [("0.0.0.0", ["192.0.2.5", "198.51.100.7"]), ("::", ["2001:db8::5"])]
)
def test_only_addresses_of_the_kind_that_is_listened_on_are_told(host: str, addresses: list[str]) -> None:
    assert found([(host, 8631)], LAN, WIFI)[1] == addresses


def test_a_single_address_is_told_on_its_interface_alone() -> None:
    assert found([("127.0.0.1", 631), ("198.51.100.7", 8631)], LAN, WIFI) == (
        8631,
        ["198.51.100.7"],
        ["wlan0"],
    )


def test_of_several_ports_one_with_an_ipv4_address_is_told() -> None:
    assert found([("::", 40001), ("0.0.0.0", 40002)], LAN)[:2] == (40002, ["192.0.2.5"])
    assert found([("::", 40001)], LAN)[:2] == (40001, ["2001:db8::5"])


@pytest.mark.parametrize(
    "listening",
    [[("127.0.0.1", 631)], [("::1", 631), ("127.0.0.5", 631)], [("203.0.113.1", 631)], [("/run/x", 0)], []],
)
def test_what_cannot_be_reached_is_told_of_nowhere(listening: list[tuple[str, int]]) -> None:
    assert reach(listening, [LAN, WIFI], TERMS) is None


def test_without_an_interface_there_is_nowhere_to_tell_it() -> None:
    assert reach(EVERYWHERE, [], TERMS) is None
    assert reach(EVERYWHERE, [], Terms(addresses=("192.0.2.9",))) is None


def test_addresses_and_port_of_the_settings_count_more() -> None:
    terms = Terms(addresses=("203.0.113.9",), port=6310)
    assert found(EVERYWHERE, LAN, terms=terms) == (6310, ["203.0.113.9"], ["eth0"])
    assert found([("127.0.0.1", 631)], LAN, terms=replace(terms, port=0)) == (631, ["203.0.113.9"], ["eth0"])
    assert found(EVERYWHERE, LAN, terms=Terms(port=80))[0] == 80


def test_a_scope_belongs_to_no_address() -> None:
    assert found([("fe80::6%eth1", 631)], BARE)[1] == ["fe80::6"]


@pytest.mark.parametrize(
    ("listening", "terms", "answer"),
    [
        (EVERYWHERE, TERMS, True),
        ([("127.0.0.1", 631), ("::1", 631)], TERMS, False),
        ([("127.0.0.1", 631)], Terms(addresses=("192.0.2.9",)), True),
        ([("192.0.2.5", 631)], TERMS, True),
    ],
)
def test_a_server_on_loopback_alone_cannot_be_reached(
    listening: list[tuple[str, int]], terms: Terms, answer: bool
) -> None:
    assert is_reachable(listening, terms) is answer


def test_this_hosts_interfaces_are_read_without_loopback() -> None:
    links = read_links(())
    assert not any(address.is_loopback for link in links for address in link.addresses)
    assert [link.index for link in links] == sorted(link.index for link in links)
    assert read_links(("no-such-interface",)) == ()
    assert read_links(("lo",)) == ()


@pytest.mark.parametrize(
    ("state", "there"),
    [("up", True), ("unknown", True), (None, True), ("down", False), ("lowerlayerdown", False)],
)
def test_an_interface_without_a_cable_leads_nowhere(
    state: str | None, there: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if state is not None:
        (tmp_path / "eth0").mkdir()
        (tmp_path / "eth0" / "operstate").write_text(f"{state}\n")
    monkeypatch.setattr(network, "_INTERFACES", tmp_path)
    address = ifaddr.IP("192.0.2.5", 24, "eth0")
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [ifaddr.Adapter("eth0", "eth0", [address], index=2)])
    assert [link.name for link in read_links(())] == (["eth0"] if there else [])


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("docker0", True),
        ("br-0123456789ab", True),
        ("veth1a2b3c4", True),
        ("virbr0", True),
        ("br0", False),
        ("br-lan", False),
        ("eth0", False),
        ("wlp3s0", False),
    ],
)
def test_bridges_to_containers_lead_nowhere_unless_they_are_named(
    name: str, inner: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ifaddr.IP("192.0.2.5", 24, name)
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [ifaddr.Adapter(name, name, [address], index=2)])
    assert [link.name for link in read_links(())] == ([] if inner else [name])
    assert [link.name for link in read_links((name,))] == [name]


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("nas", "nas-0123ab.local"),
        ("NAS.example.com", "nas-0123ab.local"),
        ("my_host!", "my-host-0123ab.local"),
        ("\u00fc", "ippserver-0123ab.local"),
        ("x" * 64, "x" * 40 + "-0123ab.local"),
    ],
)
def test_the_name_of_the_addresses_is_this_hosts_and_nobody_elses(
    own: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: own)
    assert host_name(TERMS, "0123abcd-1111") == told


def test_the_name_of_the_settings_counts_more() -> None:
    assert host_name(Terms(host_name="Printers"), "0123") == "printers.local"


def test_reach_is_a_value() -> None:
    there = reach(EVERYWHERE, [WIFI], TERMS)
    assert there == Reach(port=631, addresses=("198.51.100.7",), links=(WIFI,))
