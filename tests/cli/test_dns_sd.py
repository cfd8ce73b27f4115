"""Files that tell clients of a printer."""

import json
import plistlib
import socket
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ippserver.cli import main
from ippserver.testing import VirtualPrinter


def export(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["dns-sd", "export", *arguments])


def test_a_printer_is_asked_and_becomes_a_file_for_avahi(ipp_printer: VirtualPrinter) -> None:
    result = export(ipp_printer.uri)
    assert result.exit_code == 0, result.output
    group = ET.fromstring(result.stdout)
    assert len(group.findall("service")) == 3
    records = {each.text for each in group.iter("txt-record")}
    assert "rp=ipp/print" in records
    assert any(record and record.startswith("UUID=") for record in records)
    assert f"<port>{ipp_printer.port}</port>" in result.stdout


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("zone", "SRV 0 0 {port} print.example.com."),
        ("mobileconfig", "<string>print.example.com</string>"),
        ("powershell", "Add-Printer -IppURL 'http://print.example.com:{port}/ipp/print'\n"),
        ("avahi", "<host-name>print.example.com</host-name>"),
    ],
)
def test_every_format_names_the_host(ipp_printer: VirtualPrinter, form: str, words: str) -> None:
    result = export(ipp_printer.uri, "--format", form, "--host", "print.example.com")
    assert result.exit_code == 0, result.output
    assert words.format(port=ipp_printer.port) in result.stdout


def test_this_hosts_own_name_stands_for_loopback(ipp_printer: VirtualPrinter) -> None:
    (place,) = plistlib.loads(export(ipp_printer.uri, "--format", "mobileconfig").stdout.encode())[
        "PayloadContent"
    ][0]["AirPrint"]
    own = socket.gethostname()
    assert place["IPAddress"] == (own if "." in own else f"{own}.local")


def test_the_services_as_data(ipp_printer: VirtualPrinter) -> None:
    (printer,) = json.loads(export(ipp_printer.uri, "--json").stdout)
    assert [each["type"] for each in printer["services"]] == ["_printer._tcp", "_ipp._tcp", "_http._tcp"]
    assert printer["services"][1]["subtypes"] == ["_print", "_universal"]
    assert printer["services"][1]["txt"][0] == "txtvers=1"


def test_the_printers_of_a_configuration_are_asked(ipp_printer: VirtualPrinter, tmp_path: Path) -> None:
    config = tmp_path / "print.toml"
    config.write_text(f'[server]\nlisten = ["0.0.0.0:{ipp_printer.port}"]\n[[printer]]\nname = "x"\n')
    result = export(str(config), "--format", "powershell", "--host", "h")
    assert result.stdout == f"Add-Printer -IppURL 'http://h:{ipp_printer.port}/ipp/print'\n"


def test_mistakes_in_the_configuration_are_wrong_usage(tmp_path: Path) -> None:
    config = tmp_path / "print.toml"
    config.write_text("[dns-sd]\nthrough = 1\n")
    result = export(str(config))
    assert result.exit_code == 2
    assert "dns-sd.through" in result.stderr


def test_without_a_server_nothing_is_exported(unused_tcp_port: int) -> None:
    assert export(f"ipp://127.0.0.1:{unused_tcp_port}/ipp/print").exit_code == 3


def test_what_a_format_cannot_say_is_a_line(ipp_printer: VirtualPrinter) -> None:
    result = export(ipp_printer.uri, "--format", "zone", "--host", "192.0.2.5")
    assert result.exit_code == 1
    assert result.stderr == "ippserver: A zone needs the name of the host; give it by --host.\n"


def test_the_group_says_what_it_has() -> None:
    assert "export" in CliRunner().invoke(main, ["dns-sd", "--help"]).stdout
