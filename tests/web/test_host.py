"""Which Host a request may name (T20)."""

import socket

import pytest

from ippserver.web.host import HostPolicy, socket_authority
from ippserver.web.refusal import Refusal


@pytest.mark.parametrize(
    ("host", "authority"),
    [
        ("localhost", "localhost"),
        ("localhost:631", "localhost:631"),
        ("LOCALHOST:8631", "localhost:8631"),
        ("192.168.1.20:631", "192.168.1.20:631"),
        ("8.8.8.8", "8.8.8.8"),
        ("[::1]:631", "[::1]:631"),
        ("[FE80::1%25eth0]", "[fe80::1%25eth0]"),
        ("printer.local", "printer.local"),
        ("printer.local.", "printer.local."),
        ("my_container:631", "my_container:631"),
        ("printer", "printer"),
        ("ipp.office.internal", "ipp.office.internal"),
        ("ipp.lan", "ipp.lan"),
        ("ipp.home.arpa", "ipp.home.arpa"),
        ("print.example.org", "print.example.org"),
        ("Print.Example.ORG:631", "print.example.org:631"),
        ("localhost:", "localhost"),
    ],
)
def test_names_that_no_public_page_can_own_are_ours(host: str, authority: str) -> None:
    assert HostPolicy(["print.example.org"]).authority(host, 631) == authority


def test_the_name_of_the_machine_is_ours() -> None:
    name = socket.gethostname().lower()
    assert HostPolicy().authority(name, 631) == name


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:631",
        "print.example.org.evil.example",
        "localhost.evil.example",
        "192.168.1.20.evil.example",
        "1.2.3",
        "01.2.3.4",
        "evil.example.",
    ],
)
def test_the_name_of_another_site_is_refused_and_the_setting_named(host: str) -> None:
    with pytest.raises(Refusal, match="host-names") as refusal:
        HostPolicy(["print.example.org"]).authority(host, 631)
    assert refusal.value.status == 400
    assert "evil" not in refusal.value.sentence


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "a b",
        "a/../",
        "user@localhost",
        "localhost:0",
        "localhost:65536",
        "localhost:abc",
        "localhost:+1",
        "[::1",
        "::1",
        "[::g]",
        "[1.2.3.4]",
        "a,b",
        "\u0661.2.3.4",
        "localhost\x00",
    ],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(Refusal) as refusal:
        HostPolicy(["*"]).authority(host, 631)
    assert refusal.value.status == 400


def test_any_name_is_ours_where_the_setting_says_so() -> None:
    assert HostPolicy(["*"]).authority("evil.example:631", 631) == "evil.example:631"


def test_without_a_port_http_means_80() -> None:
    assert HostPolicy().authority("printer.local", 8631) == "printer.local:80"


def test_clients_of_port_631_may_leave_it_out() -> None:
    assert HostPolicy().authority("printer.local", 631) == "printer.local"


@pytest.mark.parametrize(("address", "authority"), [("127.0.0.1", "127.0.0.1:631"), ("::1", "[::1]:631")])
def test_without_a_host_the_address_of_the_socket_counts(address: str, authority: str) -> None:
    assert socket_authority(address, 631) == authority
