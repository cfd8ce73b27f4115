"""A server tells of its printers through the avahi-daemon of its host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dnssd.lan import Lan, Serving, until

pytestmark = [pytest.mark.xdist_group("dns-sd"), pytest.mark.timeout(400)]
NAME = "B\u00fcro 1. OG"


@pytest.fixture(scope="module")
def home(network: Lan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server on a host that has an avahi-daemon."""
    with (
        network.server.avahi(tmp_path_factory.mktemp("avahi")),
        network.serving(tmp_path_factory.mktemp("home"), "--port", "8631", "--name", NAME) as serving,
    ):
        serving.until_seen_as(NAME)
        yield serving


def test_where_there_is_an_avahi_it_is_used(network: Lan, home: Serving) -> None:
    kinds = {"_printer._tcp", "_ipp._tcp", "_ipps._tcp", "_http._tcp"}
    found = network.client.until_found(NAME, *kinds)
    assert set(found) == kinds
    ipp = found["_ipp._tcp"]
    assert (ipp.host, ipp.port) == (f"{network.server.namespace}.local", 8631)
    assert ipp.txt["adminurl"] == f"http://{ipp.host}:8631/ipp/print"
    assert ipp.txt["pdl"].startswith("application/pdf,")


def test_avahi_knows_the_subtypes(network: Lan, home: Serving) -> None:
    subtypes = ("_print", "_universal", "_faxout")
    seen: list[list[int]] = []

    def are_found() -> bool:
        looks = [["ippfind", f"_ipp._tcp,{subtype}", "-T", "1"] for subtype in subtypes]
        seen.append([len(set(uris.split())) for uris in network.client.run_all(*looks)])
        return seen[-1][:2] == [1, 1]  # on a busy host a second is too short for an answer

    until(are_found, "both subtypes are found")
    assert {faxes for _, _, faxes in seen} == {0}


def test_what_this_host_has_already_is_renamed_and_ends_with_the_server(
    network: Lan, home: Serving, tmp_path: Path
) -> None:
    with network.serving(tmp_path, "--port", "8632", "--name", NAME) as second:
        second.until_seen_as(f"{NAME} (2)")
        network.client.until_found(f"{NAME} (2)", "_ipp._tcp")
        second.stop()
        until(lambda: f"{NAME} (2)" not in network.client.listed("_ipp._tcp"), "it is taken back")


def test_a_host_name_and_addresses_of_the_settings_are_told(
    network: Lan, home: Serving, tmp_path: Path
) -> None:
    terms: dict[str, object] = {"host_name": "elsewhere", "addresses": '["10.77.0.99"]', "port": 6310}
    with network.serving(tmp_path, "--port", "8633", "--name", "contained", settings=terms) as third:
        third.until_seen_as("contained")
        (found,) = network.client.until_found("contained", "_ipp._tcp").values()
        assert (found.host, found.address, found.port) == ("elsewhere.local", "10.77.0.99", 6310)


def test_when_avahi_begins_anew_it_is_told_again(network: Lan, home: Serving) -> None:
    network.server.run("avahi-daemon", "--kill")
    until(lambda: "avahi-daemon is gone" in home.log.read_text(), "it is noticed")
    network.server.start_avahi()
    until(lambda: NAME in network.client.names("_ipp._tcp"), "it is told again")
    until(lambda: home.log.read_text().count(f"sees /ipp/print as {NAME}\n") == 2, "it knows of it")
