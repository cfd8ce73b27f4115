"""The types of single values: how text in TOML becomes an address, a size, a path, a medium."""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, ValidationInfo

from ippserver.iana.media import media_size
from ippserver.model.access import Preset
from ippserver.model.subscription import MAX_LEASE_SECONDS
from ippserver.model.uris import InvalidUri, parse
from ippserver.runtime.secrets import REFERENCE

SYSTEM_DATA: Final = Path("/var/lib/ippserver")
DATA: Final = "{data-dir}"
"""What a path in the configuration begins with where it lies below the data directory."""

_BINARY: Final = {"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_DECIMAL: Final = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_UNITS: Final = _BINARY | _DECIMAL
_SIZE: Final = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]*)")
_LISTEN: Final = re.compile(r"(?:\[(?P<v6>[^\[\]]+)\]|(?P<host>[^\[\]:]+)):(?P<port>\d{1,5})")
_MAILBOX: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_LABEL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NAME: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?")
_CONTACT: Final = re.compile(r"(?:mailto|tel|xmpp|https?):[!-~]+", re.IGNORECASE)


class Address(NamedTuple):
    """Where to listen: an address or a host's name, without brackets, and a port (0: the system's choice)."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _address(value: object) -> object:
    if isinstance(value, Address):
        return value
    found = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found["port"]) > 65535:
        raise ValueError('must be "ADDRESS:PORT", for example "[::]:631", "0.0.0.0:631" or "127.0.0.1:8631"')
    if found["v6"]:
        ipaddress.IPv6Address(found["v6"])
    elif _HOST.fullmatch(found["host"]) is None:
        raise ValueError("must begin with an address or a host's name; all addresses are [::] and 0.0.0.0")
    return Address(found["v6"] or found["host"], int(found["port"]))


def _octets(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = _SIZE.fullmatch(value.strip())
    if found is None or found[2].lower() not in _UNITS:
        raise ValueError('must be a number of octets, or text such as "64 MiB" or "16 GiB"')
    return int(float(found[1]) * _UNITS[found[2].lower()])


def _path(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str | Path):
        return value
    text = str(value)
    if not text or "\0" in text:
        raise ValueError("must name a file or a folder")
    context: Mapping[str, Any] = info.context or {}
    if text == DATA or text.startswith(DATA + "/"):
        text = str(context.get("data", SYSTEM_DATA)) + text.removeprefix(DATA)
    return Path(os.path.abspath(Path(text).expanduser()))  # noqa: PTH100 - also drops "..", without following links


def _no_path(value: object) -> object:
    return None if value == "" else value


def _preset(value: object) -> object:
    if value == "office":
        raise ValueError(
            '"office" needs authentication, which comes with a later version; use "home" or "open"'
        )
    return value


def _printer_path(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError('must begin with "/", for example "/ipp/print"')
    try:
        return parse(f"ipp://localhost{text}").target
    except InvalidUri as problem:
        raise ValueError(f"cannot be part of a URI: {problem.reason}") from problem


def _geo(text: str) -> str:
    if text and urlsplit(text).scheme != "geo":
        raise ValueError('must be a geo: URI (RFC 5870), for example "geo:52.5163,13.3777"')
    return text


def _medium(text: str) -> str:
    if media_size(text) is None:
        raise ValueError(f'"{text}" is no PWG media name, such as "iso_a4_210x297mm" or "na_letter_8.5x11in"')
    return text


def _host_name(text: str) -> str:
    host = "*" if text == "*" else _one_host(text)
    if host is None:
        raise ValueError(f'"{text}" is no host name; write it without scheme and port, or "*" for any')
    return host


def _one_host(text: str) -> str | None:
    """A name, or an address without brackets; None where it is neither."""
    if _NAME.fullmatch(text):
        return text
    try:
        return str(ipaddress.IPv6Address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        return None


def _local_name(text: str) -> str:
    if text and _LABEL.fullmatch(text) is None:
        raise ValueError(f'"{text}" is no single word of ASCII letters, digits and hyphens')
    return text


def _ip(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError(f'"{text}" is no address') from None


def _source_host(text: str) -> str:
    if "/" not in text:
        return _host_name(text)
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ValueError(f'"{text}" is no network such as "192.0.2.0/24"') from None


def _peer(text: str) -> str:
    host = _one_host(text)
    if host is None:
        raise ValueError(
            f'"{text}" is no name or address of a host; write it alone, such as "printer.example.org" or'
            ' "192.0.2.9", without scheme and path; the port is a key of its own'
        )
    return host


def _peer_uri(text: str) -> str:
    try:
        found = parse(text)
    except InvalidUri as problem:
        raise ValueError(f"is no ipp: or ipps: URI: {problem.reason}") from problem
    if found.scheme not in ("ipp", "ipps") or found.userinfo is not None:
        raise ValueError("must be an ipp: or ipps: URI without a user name or password")
    return text


def _http_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine or not text.isascii() or any(ord(letter) <= 32 for letter in text):
        raise ValueError("must be an http: or https: URL with a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user name or password; an Authorization header can be given apart")
    return text


def _secret(text: str) -> str:
    if text and REFERENCE.fullmatch(text) is None:
        # The value is not repeated: it may be the secret itself.
        raise ValueError('must say where the secret is: "file:/PATH" or "env:NAME"')
    return text


def _mail_address(text: str) -> str:
    if _MAILBOX.fullmatch(text) is None:
        raise ValueError("must be a mail address such as name@example.org")
    return text


def _line(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise ValueError("must be one line without control characters")
    return text


def _contact(text: str) -> str:
    if text and not _CONTACT.fullmatch(text):
        raise ValueError("must be a mailto:, tel:, xmpp:, http: or https: URI")
    return text


def _within(octets: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text.encode()) > octets:
            raise ValueError(f"must be at most {octets} octets long")
        return text

    return AfterValidator(check)


Count: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
Octets: TypeAlias = Annotated[int, BeforeValidator(_octets), Field(strict=True, ge=0, le=2**62)]
Seconds: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=86400 * 366)]
Lease: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=MAX_LEASE_SECONDS)]
FilePath: TypeAlias = Annotated[Path, BeforeValidator(_path)]
OptionalPath: TypeAlias = Annotated[FilePath | None, BeforeValidator(_no_path)]
Line: TypeAlias = Annotated[StrictStr, AfterValidator(_line)]
FileMode: TypeAlias = Annotated[StrictStr, Field(pattern="^(0?[0-7]{3})?$")]
MediaRange: TypeAlias = Annotated[StrictStr, Field(pattern=r"^[a-z]+/(\*|[a-z0-9.+-]+)$")]
Fingerprint: TypeAlias = Annotated[StrictStr, Field(pattern="^([0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31})?$")]
PeerUri: TypeAlias = Annotated[StrictStr, AfterValidator(_peer_uri)]
PeerHost: TypeAlias = Annotated[StrictStr, AfterValidator(_peer)]
HttpUrl: TypeAlias = Annotated[StrictStr, AfterValidator(_http_url)]
SecretSource: TypeAlias = Annotated[StrictStr, AfterValidator(_secret)]
MailAddress: TypeAlias = Annotated[StrictStr, AfterValidator(_mail_address)]
Text127: TypeAlias = Annotated[Line, _within(127)]
HostName: TypeAlias = Annotated[StrictStr, AfterValidator(_host_name)]
LocalName: TypeAlias = Annotated[StrictStr, AfterValidator(_local_name)]
IpText: TypeAlias = Annotated[StrictStr, AfterValidator(_ip)]
SourceHost: TypeAlias = Annotated[StrictStr, AfterValidator(_source_host)]
Medium: TypeAlias = Annotated[StrictStr, AfterValidator(_medium)]
ListenAddress: TypeAlias = Annotated[Address, BeforeValidator(_address)]
AccessPreset: TypeAlias = Annotated[Preset, BeforeValidator(_preset)]
PrinterPath: TypeAlias = Annotated[StrictStr, AfterValidator(_printer_path), Field(max_length=1000)]
GeoUri: TypeAlias = Annotated[Line, AfterValidator(_geo)]
ContactUri: TypeAlias = Annotated[Line, AfterValidator(_contact), _within(1023)]
