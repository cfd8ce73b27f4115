"""What the network is told of a Printer: its services, their subtypes and their TXT records. Pure.

PWG 5100.14 4.2 (IPP Everywhere), and the keys that AirPrint, Mopria and ChromeOS clients read. Every value is
read from the Printer's own attributes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ippserver.dnssd.names import cut, one_line
from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef, Holder
from ippserver.iana.enums import Finishings
from ippserver.iana.keywords import Sides
from ippserver.interfaces import Advertisement
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import RangeOfInteger
from ippserver.model import formats
from ippserver.model.uris import parse, to_http

FLAGSHIP: Final = "_printer._tcp"
"""LPD's service: every printer claims its name with it, on port 0 where it speaks no LPD (RFC 6763 8)."""
IPP: Final = "_ipp._tcp"
IPPS: Final = "_ipps._tcp"
HTTP: Final = "_http._tcp"
SUBTYPES: Final = ("_print", "_universal")
"""Of `_ipp._tcp` and `_ipps._tcp`: IPP Everywhere, and AirPrint."""
WEB_SUBTYPES: Final = ("_printer",)

MAX_STRING_OCTETS: Final = 255
"""Of one key and its value (RFC 6763 6.1)."""
MAX_PATH_OCTETS: Final = MAX_STRING_OCTETS - len("rp=") + len("/")
MAX_OCTETS: Final = 1300
"""Of a TXT record with its length octets, for it to fit into one packet (RFC 6763 6.2)."""
_PRIORITY: Final = 50
"""In the middle of 0, which clients prefer, and 99."""
_DEVICE_ID_KEYS: Final = {"MFG": "usb_MFG", "MANUFACTURER": "usb_MFG", "MDL": "usb_MDL", "MODEL": "usb_MDL"}
_FINISHINGS: Final = {"bind": "Bind", "punch": "Punch", "staple": "Staple"}
"""The keys for finishings, by the first word of their keywords."""
_PAPER_CLASSES: Final = (
    (43_181, ">isoC-A2"),
    (29_701, "isoC-A2"),
    (21_591, "tabloid-A3"),
    (21_000, "legal-A4"),
)
"""A medium of at least this width, hundredths of a millimetre, is of the class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where clients reach the server."""

    host: str
    """A name that resolves, without a dot at its end: "server-1a2b3c.local"."""
    port: int
    tls: str = ""
    """The highest version of TLS that is offered, "1.3"; empty for none."""
    clear: bool = True
    """Whether requests in the clear are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of a Printer; all of them have the same name."""

    type: str
    port: int
    subtypes: tuple[str, ...] = ()
    txt: tuple[bytes, ...] = ()
    """The strings of the TXT record, each "key=value", most important first."""


def services(printer: Advertisement, place: Place) -> tuple[Service, ...]:
    """The services of `printer` at `place`; the first one claims the name for all.

    There are none where the Printer's path is too long for a TXT record.
    """
    scheme = "ipps" if place.tls and not place.clear else "ipp"
    page = to_http(parse(f"{scheme}://{place.host}:{place.port}{printer.path}"))
    if len(printer.path) > MAX_PATH_OCTETS:
        return ()
    txt = encoded(keys(printer, page, place.tls))
    ipp = Service(type=IPP, port=place.port, subtypes=SUBTYPES, txt=txt)
    ipps = Service(type=IPPS, port=place.port, subtypes=SUBTYPES, txt=txt)
    web = Service(type=HTTP, port=place.port, subtypes=WEB_SUBTYPES, txt=encoded([("path", printer.path)]))
    flagship = Service(type=FLAGSHIP, port=0)
    return (flagship, *([ipp, web] if place.clear else []), *([ipps] if place.tls else []))


def encoded(pairs: Iterable[tuple[str, str]]) -> tuple[bytes, ...]:
    """The strings of a TXT record, without those that have no value, up to the first that has no room."""
    strings: list[bytes] = []
    room = MAX_OCTETS
    for key, value in pairs:
        text = one_line(value)
        if not text:
            continue
        string = f"{key}=".encode("ascii")
        string += cut(text, MAX_STRING_OCTETS - len(string)).encode()
        room -= 1 + len(string)
        if room < 0:
            break
        strings.append(string)
    return tuple(strings)


def keys(printer: Advertisement, page: str, tls: str = "") -> Iterator[tuple[str, str]]:
    """The keys and values about `printer`, whose page is at the URI `page`, most important first."""
    about = printer.attributes
    make_and_model = names.PRINTER_MAKE_AND_MODEL.get(about) or ""
    yield "txtvers", "1"
    yield "qtotal", "1"
    yield "rp", _resource(printer.path)
    yield "ty", _text(make_and_model)
    yield "UUID", printer.uuid
    yield "pdl", _joined(_formats(about), "pdl")
    if tls:
        yield "TLS", tls
    if formats.APPLE_RASTER in names.DOCUMENT_FORMAT_SUPPORTED.all(about):
        yield "URF", _joined(vendor.URF_SUPPORTED.all(about), "URF")
    yield "adminurl", page if len(page) + len("adminurl=") <= MAX_STRING_OCTETS else ""
    yield from _abilities(about)
    yield "note", _text(names.PRINTER_LOCATION.get(about) or "")
    yield "air", "none"
    yield vendor.MOPRIA_CERTIFIED.name, _text(vendor.MOPRIA_CERTIFIED.get(about) or "")
    yield "product", f"({cut(_product(_text(make_and_model)), MAX_STRING_OCTETS - len('product=()'))})"
    yield "priority", str(_PRIORITY)
    yield from device_keys(names.PRINTER_DEVICE_ID.get(about))
    yield "kind", _joined(names.PRINTER_KIND.all(about), "kind")
    yield "print_wfds", "T"
    yield "Scan", "F"
    yield "Fax", "F"


def _abilities(about: Holder) -> Iterator[tuple[str, str]]:
    yield "Color", _flag(names.COLOR_SUPPORTED.get(about) is True)
    yield "Duplex", _flag(any(side != Sides.ONE_SIDED for side in names.SIDES_SUPPORTED.all(about)))
    finishings = {
        Finishings(each).keyword.partition("-")[0] for each in names.FINISHINGS_SUPPORTED.all(about)
    }
    yield from ((key, _flag(True)) for word, key in _FINISHINGS.items() if word in finishings)
    sizes = names.MEDIA_SIZE_SUPPORTED.all(about)
    if any(type(names.X_DIMENSION.get(size)) is RangeOfInteger for size in sizes):
        yield "PaperCustom", _flag(True)
    yield "PaperMax", _paper_max(sizes)


def _flag(value: bool) -> str:
    return "T" if value else "F"


def _text(value: object) -> str:
    """The text of `text`, `name` and their forms with a language."""
    return str(getattr(value, "text", value))


def _resource(path: str) -> str:
    return path.removeprefix("/")


def _product(make_and_model: str) -> str:
    return make_and_model.replace("(", "[").replace(")", "]")


def _formats(about: Holder) -> Sequence[str]:
    """What it prints, without what says nothing (PWG 5100.14 4.2.3.5), in the order of preference."""
    preferred = vendor.DOCUMENT_FORMAT_PREFERRED.all(about)
    supported = dict.fromkeys([*preferred, *names.DOCUMENT_FORMAT_SUPPORTED.all(about)])
    return [each for each in supported if formats.essence(each) != formats.OCTET_STREAM]


def _joined(values: Iterable[object], key: str) -> str:
    """As many of `values` as fit behind `key`, with commas between them."""
    joined = ""
    for value in values:
        longer = f"{joined},{value}" if joined else str(value)
        if len(f"{key}={longer}".encode()) > MAX_STRING_OCTETS:
            break
        joined = longer
    return joined


def device_keys(device_id: object) -> Iterator[tuple[str, str]]:
    """usb_MFG and usb_MDL, by which drivers are found, from printer-device-id (IEEE 1284)."""
    found: dict[str, str] = {}
    for part in _text(device_id or "").split(";"):
        key, _, value = part.partition(":")
        name = _DEVICE_ID_KEYS.get(key.strip().upper())
        if name is not None and value.strip():
            found.setdefault(name, value.strip())
    yield from sorted(found.items(), reverse=True)


def _paper_max(sizes: Iterable[Collection]) -> str:
    """The class of the widest medium."""
    widest = max((min(_most(names.X_DIMENSION, s), _most(names.Y_DIMENSION, s)) for s in sizes), default=0)
    return next((name for width, name in _PAPER_CLASSES if widest >= width), "<legal-A4")


def _most(definition: AttributeDef[int | RangeOfInteger], size: Collection) -> int:
    value = definition.get(size)
    return value.upper if isinstance(value, RangeOfInteger) else value or 0
