"""Files for networks that multicast does not cross, and hostile names in them."""

import plistlib
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.dnssd.export import FORMATS, Exported, NotExportable, avahi, mobileconfig, powershell, zone
from ippserver.dnssd.records import Place
from ippserver.model.printer import PrinterConfig
from tests.dnssd.printers import UUID, advertisement

PLACE = Place(host="print.example.com", port=8631)
CONFIG = PrinterConfig(path="/ipp/print", name="B\u00fcro 1. OG", location='attic; "left" \\ <door>')
OFFICE = Exported(printer=advertisement(CONFIG), place=PLACE, named_host=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def exported(name: str = "office", location: str = "", path: str = "/ipp/print") -> Exported:
    config = PrinterConfig(path=path, name=name, location=location)
    return Exported(printer=advertisement(config), place=PLACE)


def unescaped(text: str) -> bytes:
    """What a name server reads in a label or a string (RFC 1035 5.1)."""
    octets = bytearray()
    for number, letter, plain in re.findall(r"\\(\d{3})|\\(.)|([^\\])", text):
        octets += bytes([int(number)]) if number else (letter or plain).encode()
    return bytes(octets)


def test_avahis_file_has_every_service_with_its_subtypes_and_keys() -> None:
    group = ET.fromstring(avahi([OFFICE]))
    assert (group.tag, group.findtext("name")) == ("service-group", "B\u00fcro 1. OG")
    flagship, ipp, web = group.findall("service")
    assert [flagship.findtext("type"), flagship.findtext("port")] == ["_printer._tcp", "0"]
    assert [each.text for each in ipp.findall("subtype")] == [
        "_print._sub._ipp._tcp",
        "_universal._sub._ipp._tcp",
    ]
    records = [each.text for each in ipp.findall("txt-record")]
    assert records[:3] == ["txtvers=1", "qtotal=1", "rp=ipp/print"]
    assert f"note={CONFIG.location}" in records
    assert [ipp.findtext("host-name"), ipp.findtext("port")] == ["print.example.com", "8631"]
    assert web.findtext("type") == "_http._tcp"


def test_on_the_host_itself_avahi_knows_its_name() -> None:
    assert "host-name" not in avahi([replace(OFFICE, named_host=False)])


def test_a_file_for_avahi_is_about_one_printer() -> None:
    with pytest.raises(NotExportable, match="one printer"):
        avahi([OFFICE, OFFICE])


@given(TEXTS, TEXTS)
def test_no_name_breaks_out_of_avahis_file(name: str, location: str) -> None:
    one = exported(name, location)
    group = ET.fromstring(avahi([one]))
    assert len(group) == 4
    assert (group.findtext("name") or "").replace("\ufffd", "") == re.sub(
        "[\ufffe\uffff\ufffd]", "", one.name
    )


def test_a_zone_has_all_that_a_browser_asks_for() -> None:
    lines = zone([OFFICE]).splitlines()
    label = "B\\195\\188ro\\0321\\046\\032OG"
    assert lines[:2] == ["b._dns-sd._udp PTR @", "lb._dns-sd._udp PTR @"]
    assert "_services._dns-sd._udp PTR _ipp._tcp" in lines
    assert f"_ipp._tcp PTR {label}._ipp._tcp" in lines
    assert f"_print._sub._ipp._tcp PTR {label}._ipp._tcp" in lines
    assert f"_universal._sub._ipp._tcp PTR {label}._ipp._tcp" in lines
    assert f"{label}._ipp._tcp SRV 0 0 8631 print.example.com." in lines
    assert f'{label}._printer._tcp TXT ""' in lines
    (txt,) = (line for line in lines if line.startswith(f"{label}._ipp._tcp TXT"))
    assert '"note=attic; \\"left\\" \\\\ <door>"' in txt


def test_a_zone_names_each_type_once_for_all_printers() -> None:
    text = zone([OFFICE, exported("second")])
    assert text.count("_services._dns-sd._udp PTR _ipp._tcp\n") == 1
    assert "_ipp._tcp PTR second._ipp._tcp" in text


def test_a_zone_needs_the_name_of_a_host() -> None:
    for host in ("192.0.2.5", "[2001:db8::1]"):
        with pytest.raises(NotExportable, match="--host"):
            zone([replace(OFFICE, place=replace(PLACE, host=host))])


@given(TEXTS, TEXTS)
def test_no_name_breaks_out_of_a_zone(name: str, location: str) -> None:
    one = exported(name, location)
    text = zone([one])
    assert re.fullmatch(r"[\x20-\x7e\n]*", text)
    (label,) = re.findall(r"^(\S+)\._ipp\._tcp SRV ", text, re.MULTILINE)
    assert unescaped(label).decode() == one.name
    (strings,) = re.findall(r"\._ipp\._tcp TXT (.*)$", text, re.MULTILINE)
    found = re.findall(r'"((?:[^"\\]|\\.)*)"', strings)
    assert tuple(map(unescaped, found)) == one.services[1].txt


def test_a_profile_adds_the_printer_to_apple_devices() -> None:
    profile = plistlib.loads(mobileconfig([OFFICE]).encode())
    (content,) = profile["PayloadContent"]
    assert (profile["PayloadType"], content["PayloadType"]) == ("Configuration", "com.apple.airprint")
    assert content["AirPrint"] == [
        {"IPAddress": "print.example.com", "ResourcePath": "/ipp/print", "Port": 8631, "ForceTLS": False}
    ]
    assert UUID in profile["PayloadIdentifier"]
    assert mobileconfig([OFFICE]) == mobileconfig([OFFICE])


def test_a_profile_holds_all_printers_and_whether_they_speak_tls() -> None:
    safe = replace(OFFICE, place=replace(PLACE, tls="1.3", host="[2001:db8::1]"))
    (content,) = plistlib.loads(mobileconfig([OFFICE, safe]).encode())["PayloadContent"]
    assert [(each["IPAddress"], each["ForceTLS"]) for each in content["AirPrint"]] == [
        ("print.example.com", False),
        ("2001:db8::1", True),
    ]


@given(TEXTS)
def test_no_name_breaks_out_of_a_profile(name: str) -> None:
    one = exported(name)
    profile = plistlib.loads(mobileconfig([one]).encode())
    assert profile["PayloadDisplayName"] == re.sub("[\ufffe\uffff]", "", one.name)


def test_windows_is_given_the_http_uri() -> None:
    safe = replace(OFFICE, place=replace(PLACE, tls="1.3"))
    assert powershell([OFFICE, safe]) == (
        "Add-Printer -IppURL 'http://print.example.com:8631/ipp/print'\n"
        "Add-Printer -IppURL 'https://print.example.com:8631/ipp/print'\n"
    )


def test_no_path_breaks_out_of_a_line_for_windows() -> None:
    assert powershell([exported(path="/a';calc;'")]) == (
        "Add-Printer -IppURL 'http://print.example.com:8631/a'';calc;'''\n"
    )


def test_the_name_that_the_network_knows_is_exported() -> None:
    one = Exported(printer=advertisement(CONFIG, kept="office (2)"), place=PLACE)
    assert ET.fromstring(avahi([one])).findtext("name") == "office (2)"


@pytest.mark.parametrize("form", ["avahi", "zone"])
def test_a_path_without_room_in_dns_is_refused(form: str) -> None:
    with pytest.raises(NotExportable, match="too long"):
        FORMATS[form]([exported(path="/" + "x" * 300)])
