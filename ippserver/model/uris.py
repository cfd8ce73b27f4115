"""URIs of Printers and Jobs: syntax, comparison, the HTTP form, and which of our paths one means.

RFC 3510 4 and RFC 7472 4 (syntax, ports, comparison), RFC 8010 5 (HTTP form), RFC 3986 6.2.2 (normal form).
Knows no network: a host is never resolved here, since clients reach us by names that we need not know.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, NamedTuple

from ippserver.ipp.values import MAX_INTEGER

DEFAULT_PORT: Final = 631
"""The port of an `ipp:` or `ipps:` URI that names none (RFC 3510 4.2, RFC 7472 4.3)."""

MAX_OCTETS: Final = 1023
"""The longest `uri` (RFC 8011 5.1.6)."""

CAUTIOUS_OCTETS: Final = 255
"""Longer URIs should not be generated or configured: old clients fail on them (RFC 7472 4.2)."""

_DEFAULT_PORTS: Final[Mapping[str, int]] = {
    "ipp": DEFAULT_PORT,
    "ipps": DEFAULT_PORT,
    "http": 80,
    "https": 443,
}
_TO_HTTP: Final[Mapping[str, str]] = {"ipp": "http", "ipps": "https", "http": "http", "https": "https"}
_FROM_HTTP: Final[Mapping[str, str]] = {"http": "ipp", "https": "ipps", "ipp": "ipp", "ipps": "ipps"}

_UNRESERVED: Final = r"A-Za-z0-9\-._~"
_SUB_DELIMS: Final = r"!$&'()*+,;="
_ESCAPE: Final = r"%[0-9A-Fa-f]{2}"


def _run(characters: str) -> str:
    """A pattern for any number of `characters` and percent escapes, without backtracking."""
    return rf"[{characters}]*(?:{_ESCAPE}[{characters}]*)*"


_PCHARS: Final = _run(_UNRESERVED + _SUB_DELIMS + ":@")
_PATH: Final = rf"(?:/{_PCHARS})*"
_QUERY: Final = _run(_UNRESERVED + _SUB_DELIMS + ":@/?")
_URI_PATTERN: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://"
    rf"(?:(?P<userinfo>{_run(_UNRESERVED + _SUB_DELIMS + ':')})@)?"
    rf"(?:\[(?P<literal>[^\[\]]*)\]|(?P<name>{_run(_UNRESERVED + _SUB_DELIMS)}))"
    r"(?::(?P<port>[0-9]*))?"
    # The schemes' grammar knows no query without a path before it (RFC 3510 4.5, RFC 7472 4.2).
    rf"(?:(?P<path>(?:/{_PCHARS})+)(?:\?(?P<query>{_QUERY}))?)?"
)
_PATH_PATTERN: Final = re.compile(_PATH)
_QUERY_PATTERN: Final = re.compile(_QUERY)
_ESCAPE_PATTERN: Final = re.compile(_ESCAPE)
_IPV_FUTURE_PATTERN: Final = re.compile(rf"[vV][0-9A-Fa-f]+\.[{_UNRESERVED}{_SUB_DELIMS}:]+")
_ZONE_PATTERN: Final = re.compile(_run(_UNRESERVED))
_JOB_ID_PATTERN: Final = re.compile(r"[1-9][0-9]{0,9}")
_UNRESERVED_CHARACTERS: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)

_FAULTS: Final = (
    (re.compile(r"\Z"), "it is empty"),
    (re.compile(r".*[\x00-\x20\x7f]", re.DOTALL), "it holds a space or a control character"),
    (re.compile(r".*[^\x00-\x7f]", re.DOTALL), "it holds a character outside US-ASCII"),
    (re.compile(r".*\\", re.DOTALL), "it holds a backslash"),
    (re.compile(r".*%(?![0-9A-Fa-f]{2})", re.DOTALL), "it holds a percent sign that begins no escape"),
    (re.compile(r".*#", re.DOTALL), "it has a fragment"),
    (re.compile(r"(?![A-Za-z][A-Za-z0-9+.\-]*:)", re.DOTALL), "it is relative"),
    (re.compile(r"(?![^:]*://)", re.DOTALL), "it names no host"),
    (re.compile(r"[^:]*://(?:[^/?]*@)?\[[^\]]*(?:[/?]|\Z)"), "the bracket of its address is not closed"),
    (
        re.compile(r"[^:]*://(?:[^/?]*@)?(?:\[.*\]|[^:/?\[]*):(?![0-9]*(?:[/?]|\Z))"),
        "its port is not a number",
    ),
    (re.compile(r"[^:]*://[^/?]*\?"), "it has a query without a path"),
)
"""What a text may have that no URI of ours has, and the sentence for it; the first that fits is told."""


class InvalidUri(ValueError):
    """The text is no URI of a Printer or Job; `reason` says why, without the text in it: "it is relative"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UriTooLong(InvalidUri):
    """The text is longer than 1023 octets (client-error-request-value-too-long, not bad-request)."""

    def __init__(self) -> None:
        super().__init__(f"it is longer than {MAX_OCTETS} octets")


class AmbiguousPath(ValueError):
    """Two Printers of one configuration could not be told apart, or one from the Job of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IppUri:
    """A parsed URI in normal form; two are equal where the standards call the URIs equal (RFC 3510 4.7)."""

    scheme: str
    """"ipp", "ipps", "http" or "https"."""
    host: str
    """Lower case; an IP literal stands here without its brackets."""
    bracketed: bool = False
    """True where the host is an IP literal, written in brackets."""
    port: int
    """The port to connect to: the one given, or the scheme's own."""
    explicit_port: bool = field(default=False, compare=False)
    """True where the text named the port."""
    path: str = "/"
    """Absolute; escapes of unreserved characters decoded, the others in upper case; dot segments are kept."""
    query: str | None = None
    """Without the question mark; an empty query is not the same as none."""
    userinfo: str | None = None
    """Outside the schemes' grammar; kept so that callers can see and refuse it."""

    @property
    def authority(self) -> str:
        """Host and, where the text named one, port; never the user info."""
        host = f"[{self.host}]" if self.bracketed else self.host
        return f"{host}:{self.port}" if self.explicit_port else host

    @property
    def is_address(self) -> bool:
        """True where the host is an IPv4 or IPv6 address and not a name."""
        if self.bracketed:
            return True
        try:
            IPv4Address(self.host)
        except AddressValueError:
            return False
        return True

    @property
    def target(self) -> str:
        """Path and query: the request-target of an HTTP request in origin form (RFC 9112 3.2.1)."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


@lru_cache(maxsize=1024)  # a server sees the same few URIs, several times in each request
def parse(text: str) -> IppUri:
    """The URI that `text` is, by the grammar of RFC 3510 4.5 and RFC 7472 4.2 for all four schemes.

    Raises:
        UriTooLong: It has more than 1023 octets.
        InvalidUri: It is none: relative, of another scheme, with a fragment, a NUL, a port out of range ...
    """
    if len(text) > MAX_OCTETS or len(text.encode("utf-8", "surrogatepass")) > MAX_OCTETS:
        raise UriTooLong
    match = _URI_PATTERN.fullmatch(text)
    if match is None:
        raise InvalidUri(_fault(text))
    scheme = match["scheme"].lower()
    if scheme not in _DEFAULT_PORTS:
        raise InvalidUri("its scheme is none of ipp, ipps, http and https")
    if "%00" in text:
        raise InvalidUri("it holds a NUL octet")
    return IppUri(
        scheme=scheme,
        host=_host(match["literal"], match["name"]),
        bracketed=match["literal"] is not None,
        port=_port(match["port"] or "", _DEFAULT_PORTS[scheme]),
        explicit_port=bool(match["port"]),
        path=_normal(match["path"] or "/"),
        query=None if match["query"] is None else _normal(match["query"]),
        userinfo=match["userinfo"],
    )


def same(one: str, other: str) -> bool:
    """Whether two URIs are equal by the comparison rules (RFC 3510 4.7, RFC 7472 4.6, RFC 3986 6.2).

    Dot segments are compared as they stand: that can only miss an equality, never invent one.

    Raises:
        InvalidUri: One of them is no URI.
    """
    return parse(one) == parse(other)


def to_http(uri: IppUri) -> str:
    """The HTTP form to send a request to, with its port and without user info (RFC 8010 5, RFC 7472 3)."""
    host = f"[{uri.host}]" if uri.bracketed else uri.host
    return f"{_TO_HTTP[uri.scheme]}://{host}:{uri.port}{uri.target}"


def from_http(uri: IppUri) -> str:
    """The `ipp:` or `ipps:` URI of what answers at an `http:` or `https:` one, without user info."""
    host = f"[{uri.host}]" if uri.bracketed else uri.host
    port = "" if uri.port == DEFAULT_PORT else f":{uri.port}"
    return f"{_FROM_HTTP[uri.scheme]}://{host}{port}{uri.target}"


def normal_path(path: str) -> str:
    """The normal form of an absolute `path` without query (RFC 3986 6.2.2.1 and 6.2.2.2).

    Raises:
        InvalidUri: It is not absolute, or holds what a path may not hold.
    """
    if not path.startswith("/"):
        raise InvalidUri("its path does not begin with a slash")
    if not _PATH_PATTERN.fullmatch(path):
        raise InvalidUri(_fault(f"ipp://localhost{path}"))
    if "%00" in path:
        raise InvalidUri("it holds a NUL octet")
    return _normal(path)


def job_uri(printer_uri: str, job_id: int) -> str:
    """The URI of a Job: the Printer's without its query, plus exactly one component (RFC 3510 5.2e)."""
    base = printer_uri.partition("?")[0]
    if base.count("/") == 3:  # "ipp://host/" already ends with the slash that its path is
        base = base.removesuffix("/")
    return f"{base}/{job_id}"


def split_job_uri(uri: IppUri) -> tuple[str, int] | None:
    """The path of the Printer and the job-id in the URI of a Job, or None where it can be no Job's.

    Only the decimal form that `job_uri` writes is a job-id, so that each Job has one URI.
    """
    return None if uri.query is not None else split_job_path(uri.path)


def warnings(uri: str) -> tuple[str, ...]:
    """What speaks against configuring `uri`, one sentence each (RFC 3510 4.5 and 5.2f, RFC 7472 4.2).

    Raises:
        InvalidUri: It is no URI.
    """
    found = []
    if parse(uri).is_address:
        found.append("the host is an IP address; a name keeps working when the address changes")
    if len(uri) > CAUTIOUS_OCTETS:
        found.append(f"the URI is longer than {CAUTIOUS_OCTETS} octets; older clients may not handle it")
    return tuple(found)


class Target(NamedTuple):
    """What a path means: a Printer, or a Job below it."""

    printer: str | None
    """The path, and query if any, under which the Printer is configured; None where none is named."""
    job_id: int | None = None
    alias: bool = False
    """Whether it was said in the words of CUPS's clients."""


class Paths:
    """The paths of all Printers of a server, each a Printer of its own; one means one thing only."""

    __slots__ = ("_by_path",)

    def __init__(self, printers: Iterable[str]) -> None:
        """Takes each Printer's absolute path, with its query where it has one (`/ipp/print?floor=2`).

        Raises:
            InvalidUri: One is no absolute path.
            AmbiguousPath: Two are equal but for their query, so that their Jobs could not be told apart; or
                one could be the Job of another.
        """
        self._by_path: dict[str, str | None] = {}
        for printer in printers:
            path, query = _printer_path(printer)
            if path in self._by_path:
                raise AmbiguousPath(f"two printers share the path {path}: their jobs would share their URIs")
            self._by_path[path] = query
        for path in self._by_path:
            parent, _, last = path.rpartition("/")
            if last.isdecimal() and (parent or "/") in self._by_path:
                raise AmbiguousPath(f"{path} could be a job of the printer at {parent or '/'}")

    def resolve(self, path: str, query: str | None = None) -> Target | None:
        """What `path`, in normal form, means; an empty `query` is as good as none. None: nothing of ours."""
        if path in self._by_path:
            configured = self._by_path[path]
            return Target(_key(path, configured)) if (query or None) == configured else None
        split = None if query else split_job_path(path)
        if split is None or split[0] not in self._by_path:
            return None
        return Target(_key(split[0], self._by_path[split[0]]), split[1])

    def __iter__(self) -> Iterator[str]:
        return iter([_key(path, query) for path, query in self._by_path.items()])


def _key(path: str, query: str | None) -> str:
    return path if query is None else f"{path}?{query}"


def _printer_path(text: str) -> tuple[str, str | None]:
    """The normal path and query (None where empty) of a configured Printer."""
    path, _, query = text.partition("?")
    if not _QUERY_PATTERN.fullmatch(query):
        raise InvalidUri("its query holds what a query may not hold")
    normal = normal_path(path)
    if any(segment in (".", "..") for segment in normal.split("/")):
        raise InvalidUri("its path has a dot segment, which clients resolve away")
    return normal, _normal(query) or None


def split_job_path(path: str) -> tuple[str, int] | None:
    """As `split_job_uri`, of a path in normal form."""
    parent, _, last = path.rpartition("/")
    if not _JOB_ID_PATTERN.fullmatch(last) or parent == "/":  # "//5" is a job of no path; "/5" is one of "/"
        return None
    job_id = int(last)
    return (parent or "/", job_id) if job_id <= MAX_INTEGER else None


def _host(literal: str | None, name: str | None) -> str:
    """The host in normal form, without brackets."""
    if literal is None:
        if not name:
            raise InvalidUri("it names no host")
        return _normal(name.lower())
    if _IPV_FUTURE_PATTERN.fullmatch(literal):
        return literal.lower()
    address, mark, zone = literal.partition("%25")  # RFC 6874 2
    if mark and not (zone and _ZONE_PATTERN.fullmatch(zone)):
        raise InvalidUri("its address has a zone that is none")
    try:
        IPv6Address(address)
    except AddressValueError:
        raise InvalidUri("its address in brackets is not an IPv6 address") from None
    if "%" in address:
        raise InvalidUri("its address has a zone that does not begin with %25")
    return address.lower() + mark + zone


def _port(digits: str, default: int) -> int:
    if not digits:
        return default
    port = int(digits)
    if not 1 <= port <= 65535:
        raise InvalidUri("its port is not between 1 and 65535")
    return port


def _normal(text: str) -> str:
    """`text` with escapes of unreserved characters decoded and those of others in upper case."""
    return _ESCAPE_PATTERN.sub(_normal_escape, text) if "%" in text else text


def _normal_escape(match: re.Match[str]) -> str:
    character = chr(int(match[0][1:], 16))
    return character if character in _UNRESERVED_CHARACTERS else match[0].upper()


def _fault(text: str) -> str:
    return next(
        (reason for pattern, reason in _FAULTS if pattern.match(text)), "it holds a forbidden character"
    )
