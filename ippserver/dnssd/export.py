"""Printers for networks that multicast does not cross: files for others.

For avahi, name servers, Apple devices and Windows. Pure; whatever stands in a name or an attribute is escaped
as the format wants it.
"""

import plistlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from ippserver.dnssd.names import instance_name
from ippserver.dnssd.records import Place, Service, services
from ippserver.interfaces import Advertisement
from ippserver.model.uris import parse, to_http

_PLAIN_IN_LABELS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_QUOTES: Final = re.compile("['\u2018\u2019\u201a\u201b]")
"""What PowerShell takes for a single quotation mark."""


class NotExportable(ValueError):
    """The format cannot say this; the text is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A Printer and where it is."""

    printer: Advertisement
    place: Place
    named_host: bool = False
    """Whether the host was named, and is not the one that the file is used on."""

    @property
    def name(self) -> str:
        """The name of its services."""
        return self.printer.kept or instance_name(self.printer.name)

    @property
    def services(self) -> tuple[Service, ...]:
        """Its services.

        Raises:
            NotExportable: Its path is too long.
        """
        found = services(self.printer, self.place)
        if not found:
            raise NotExportable("The path of the printer is too long for DNS-SD.")
        return found

    @property
    def uri(self) -> str:
        """Its `ipp:` or `ipps:` URI."""
        scheme = "ipps" if self.place.tls else "ipp"
        return f"{scheme}://{self.place.host}:{self.place.port}{self.printer.path}"


def avahi(printers: Sequence[Exported]) -> str:
    """A file for /etc/avahi/services (avahi.service(5)).

    Raises:
        NotExportable: There are several printers.
    """
    if len(printers) != 1:
        raise NotExportable("A file for avahi is about one printer; export each by its URI.")
    return "\n".join(_avahi_lines(printers[0])) + "\n"


def _avahi_lines(exported: Exported) -> Iterator[str]:
    yield '<?xml version="1.0" standalone="no"?>'
    yield '<!DOCTYPE service-group SYSTEM "avahi-service.dtd">'
    yield "<service-group>"
    yield f'  <name replace-wildcards="no">{_xml(exported.name)}</name>'
    for service in exported.services:
        yield "  <service>"
        yield f"    <type>{service.type}</type>"
        yield from (f"    <subtype>{subtype}._sub.{service.type}</subtype>" for subtype in service.subtypes)
        if exported.named_host:
            yield f"    <host-name>{_xml(exported.place.host)}</host-name>"
        yield f"    <port>{service.port}</port>"
        for string in service.txt:
            yield f"    <txt-record>{_xml(string.decode())}</txt-record>"
        yield "  </service>"
    yield "</service-group>"


def _xml(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def zone(printers: Sequence[Exported]) -> str:
    """Records for the zone of a name server (RFC 6763 10, RFC 1035 5.1), to be included below its $ORIGIN.

    Raises:
        NotExportable: A host is not named.
    """
    return "\n".join(_zone_lines(printers)) + "\n"


def _zone_lines(printers: Sequence[Exported]) -> Iterator[str]:
    yield "b._dns-sd._udp PTR @"
    yield "lb._dns-sd._udp PTR @"
    for kind in dict.fromkeys(service.type for printer in printers for service in printer.services):
        yield f"_services._dns-sd._udp PTR {kind}"
    for printer in printers:
        if _is_address(printer.place.host):
            raise NotExportable("A zone needs the name of the host; give it by --host.")
        label = _label(printer.name)
        for service in printer.services:
            yield f"{service.type} PTR {label}.{service.type}"
            for subtype in service.subtypes:
                yield f"{subtype}._sub.{service.type} PTR {label}.{service.type}"
            yield f"{label}.{service.type} SRV 0 0 {service.port} {printer.place.host}."
            strings = " ".join(map(_string, service.txt)) or '""'
            yield f"{label}.{service.type} TXT {strings}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _label(name: str) -> str:
    octets = name.encode()
    return "".join(chr(octet) if octet in _PLAIN_IN_LABELS else f"\\{octet:03d}" for octet in octets)


def _string(octets: bytes) -> str:
    return '"' + "".join(map(_in_string, octets)) + '"'


def _in_string(octet: int) -> str:
    letter = chr(octet)
    if letter in '"\\':
        return f"\\{letter}"
    return letter if 0x20 <= octet < 0x7F else f"\\{octet:03d}"


def mobileconfig(printers: Sequence[Exported]) -> str:
    """A configuration profile that adds AirPrint printers to Apple devices (com.apple.airprint)."""
    identity = f"ippserver.airprint.{printers[0].printer.uuid}"
    places: list[dict[str, Any]] = [  # the values of a property list
        {
            "IPAddress": printer.place.host.strip("[]"),
            "ResourcePath": printer.printer.path,
            "Port": printer.place.port,
            "ForceTLS": bool(printer.place.tls),
        }
        for printer in printers
    ]
    content = {
        "PayloadType": "com.apple.airprint",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{identity}.printers",
        "PayloadUUID": str(uuid5(NAMESPACE_URL, f"{identity}.printers")).upper(),
        "PayloadDisplayName": "AirPrint",
        "AirPrint": places,
    }
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identity,
        "PayloadUUID": str(uuid5(NAMESPACE_URL, identity)).upper(),
        "PayloadDisplayName": _NOT_IN_XML.sub("", ", ".join(printer.name for printer in printers)),
        "PayloadContent": [content],
    }
    return plistlib.dumps(profile, sort_keys=False).decode()


def powershell(printers: Sequence[Exported]) -> str:
    """Lines for an elevated PowerShell of Windows, which wants `http:` for `ipp:`."""
    return "".join(f"Add-Printer -IppURL {_quoted(to_http(parse(each.uri)))}\n" for each in printers)


def _quoted(text: str) -> str:
    return "'" + _QUOTES.sub(lambda quote: quote[0] * 2, text) + "'"


FORMATS: Final[Mapping[str, Callable[[Sequence[Exported]], str]]] = {
    "avahi": avahi,
    "zone": zone,
    "mobileconfig": mobileconfig,
    "powershell": powershell,
}
"""What can be made."""
