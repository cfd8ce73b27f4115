"""Clients on another host find the printers of a server that speaks multicast DNS itself.

Self-certification, B-1 to B-4: browse, keys, resolve, and values that agree with IPP; B-5: TLS.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ippserver.iana import names
from tests.dnssd.lan import Lan, Serving, until

pytestmark = [pytest.mark.xdist_group("dns-sd"), pytest.mark.timeout(400)]
NAME = "B\u00fcro 1. OG"
SEEN = "B\u00fcro 1\u2024 OG"
KINDS = {"_printer._tcp", "_ipp._tcp", "_ipps._tcp", "_http._tcp"}
OWN: dict[str, object] = {"through": "zeroconf"}
TTL_SECONDS = 10

_SET_LOCATION = """
import asyncio, sys
from ippserver.client import IppClient
from ippserver.iana import names
async def main():
    async with IppClient(sys.argv[1]) as client:
        await client.set_printer_attributes([names.PRINTER_LOCATION.of(sys.argv[2])])
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def home(network: Lan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server to be found. Beside it there was another one, which was killed."""
    home, doomed = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("doomed")
    brief = OWN | {"ttl_seconds": TTL_SECONDS}
    with network.serving(home, "--port", "8631", "--name", NAME, settings=OWN) as serving:
        with network.serving(doomed, "--port", "8632", "--name", "doomed", settings=brief):
            until(lambda: "doomed" in network.client.names("_ipp._tcp"), "the other is found")
        serving.until_seen_as(SEEN)
        yield serving


@pytest.fixture(scope="module")
def uri(network: Lan, home: Serving) -> str:
    """The URI of the printer that is to be found."""
    return f"ipp://{network.server.address}:8631/ipp/print"


def shown(network: Lan, uri: str) -> dict[str, Any]:
    """The attributes of the printer at `uri`, asked for from the client's host."""
    return dict(json.loads(network.client.run(sys.executable, "-m", "ippserver", "show", uri, "--json")))


def test_a_printer_is_found_by_all_of_its_services_with_the_values_of_its_attributes(
    network: Lan, uri: str
) -> None:
    found = network.client.until_found(SEEN, *KINDS)
    assert set(found) == KINDS
    assert (found["_printer._tcp"].port, found["_printer._tcp"].txt) == (0, {})
    ipp, about = found["_ipp._tcp"], shown(network, uri)
    assert (ipp.address, ipp.port, ipp.txt["rp"]) == (network.server.address, 8631, "ipp/print")
    assert ipp.txt["adminurl"] == f"http://{ipp.host}:8631/ipp/print"
    assert about[names.PRINTER_MORE_INFO.name] == f"http://{network.server.address}:8631/ipp/print"
    assert about[names.PRINTER_DNS_SD_NAME.name] == SEEN
    assert about[names.PRINTER_UUID.name] == f"urn:uuid:{ipp.txt['UUID']}"
    assert about[names.PRINTER_MAKE_AND_MODEL.name] == ipp.txt["ty"]
    assert {"image/pwg-raster", "image/jpeg", "image/urf"} <= set(ipp.txt["pdl"].split(","))
    assert found["_ipps._tcp"].txt == ipp.txt


def test_where_it_tells_of_tls_a_connection_can_be_upgraded_and_names_the_host(
    network: Lan, uri: str
) -> None:
    (ipps,) = network.client.until_found(SEEN, "_ipps._tcp").values()
    asked = network.client.run("ipptool", "-E", "-tv", uri, "get-printer-attributes.test")
    assert (ipps.txt["TLS"], "[PASS]" in asked) == ("1.3", True)
    connect = f"openssl s_client -connect {ipps.address}:{ipps.port} </dev/null"
    checked = network.client.run("sh", "-c", f"{connect} | openssl x509 -noout -checkhost {ipps.host}")
    assert "does match certificate" in checked


def test_it_is_found_by_its_subtypes(network: Lan, uri: str) -> None:
    kinds = ["_ipp._tcp,_print", "_ipp._tcp,_universal", "_ipps._tcp,_print", "_ipp._tcp,_faxout"]
    found: list[str] = []

    def are_found() -> bool:
        found[:] = network.client.run_all(*(["ippfind", kind, "-T", "1", "--name", "^B"] for kind in kinds))
        assert found[3] == ""
        return all(found[:3])  # on a busy host a second is too short for an answer

    until(are_found, "all of its subtypes are found")
    assert [len(set(uris.split())) for uris in found] == [1, 1, 1, 0]
    assert found[0].split()[0].endswith(":8631/ipp/print")
    assert found[2].startswith("ipps://")


def test_it_serves_before_the_network_has_been_told(home: Serving) -> None:
    said = home.log.read_text()
    assert said.index(f"{NAME}: ipp://") < said.index("the network sees")


def test_it_has_no_port_open_but_its_own_and_that_of_multicast_dns(network: Lan, uri: str) -> None:
    sockets = [line.split() for line in network.server.run("ss", "-Hlntu").splitlines()]
    ports = {(kind, local.rpartition(":")[2]) for kind, _, _, _, local, *_ in sockets}
    assert ports == {("tcp", "8631"), ("udp", "5353")}


def test_what_is_set_over_ipp_is_told(network: Lan, uri: str) -> None:
    network.server.run(sys.executable, "-c", _SET_LOCATION, uri, "attic")
    until(
        lambda: "attic" in {each.txt.get("note") for each in network.client.browse("_ipp._tcp")},
        "the note is the new location",
    )


def test_a_second_printer_of_the_same_name_is_renamed_and_gone_at_once_when_it_stops(
    network: Lan, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ports, seen = (8634, 8633), "twin (2)"
    with ExitStack() as stack:
        twins = {}
        for port in ports:
            folder = tmp_path_factory.mktemp(f"twin-{port}")
            options = ("--port", str(port), "--name", "twin")
            twins[port] = stack.enter_context(network.serving(folder, *options, settings=OWN))
            until(lambda: bool(_names(twins[port].log)), "it has a name")  # noqa: B023
        # The second one, unless the first one slept while it was asked whether it has the name.
        until(lambda: {_last_name(each.log) for each in twins.values()} == {"twin", seen}, "one is renamed")
        renamed = next(port for port, each in twins.items() if _last_name(each.log) == seen)
        (kept,) = set(ports) - {renamed}
        own = f"ipp://{network.server.address}:{renamed}/ipp/print"
        assert shown(network, own)[names.PRINTER_DNS_SD_NAME.name] == seen
        both = {("twin", *each) for each in places(kept)} | {(seen, *each) for each in places(renamed)}
        until(
            lambda: (
                both
                == {
                    (each.name, each.kind, each.port)
                    for each in network.client.browse()
                    if each.name.startswith("twin")
                }
            ),
            "all of both are found",
        )
        twins[renamed].stop()
        # It is taken back, and does not fade away, which would take longer than anybody waits here.
        for kind in ("_ipp._tcp", "_universal._sub._ipp._tcp"):
            until(lambda: seen not in network.client.listed(kind), "nobody lists it")  # noqa: B023


def test_of_two_that_took_one_name_out_of_each_others_sight_one_is_renamed(
    network: Lan, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one, other = (tmp_path_factory.mktemp(name) for name in ("one", "other"))
    with ExitStack() as stack:
        with network.cut():
            servers = [
                stack.enter_context(
                    network.serving(folder, "--port", port, "--name", "race", on=host, settings=OWN)
                )
                for folder, host, port in ((one, "server", "8634"), (other, "client", "635"))
            ]
            for server in servers:
                server.until_seen_as("race")
        uri = "ipp://localhost:8634/ipp/print"
        network.server.run(sys.executable, "-c", _SET_LOCATION, uri, "attic")  # so that it is heard again
        both = {"race", "race (2)"}
        until(lambda: both <= network.client.names("_ipp._tcp"), "both are found")
        until(lambda: {_last_name(server.log) for server in servers} == both, "each knows its name")


def places(port: int) -> set[tuple[str, int]]:
    """The types and ports of all services of a printer at that port."""
    return {(kind, 0 if kind == "_printer._tcp" else port) for kind in KINDS}


def _last_name(log: Path) -> str:
    return _names(log)[-1]


def _names(log: Path) -> list[str]:
    return re.findall(r"sees /ipp/print as (.*)\n", log.read_text())


def test_when_the_cable_is_back_it_is_told_again(network: Lan, home: Serving) -> None:
    for state, logged in (("down", "the network has changed"), ("up", f"sees /ipp/print as {SEEN}")):
        count = home.log.read_text().count(logged)
        network.client.run("ip", "link", "set", "lan0", state)
        until(lambda: home.log.read_text().count(logged) > count, logged)  # noqa: B023
    until(lambda: SEEN in network.client.names("_ipp._tcp"), "it is found")


def test_a_printer_that_was_killed_is_forgotten(network: Lan, home: Serving) -> None:
    until(lambda: "doomed" not in network.client.names("_ipp._tcp"), "nobody can resolve it")
