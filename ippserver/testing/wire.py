"""Messages written octet by octet, for tests: also those that no encoder would write (RFC 8010 3.1)."""

from typing import Final

from ippserver.ipp.decoder import Decoder
from ippserver.ipp.limits import Limits
from ippserver.ipp.message import Request
from ippserver.ipp.tags import GroupTag, ValueTag

DEFAULT_LIMITS: Final = Limits()
END: Final = bytes((GroupTag.END,))


def field(tag: int, name: str | bytes, value: str | bytes = b"") -> bytes:
    """An attribute-with-one-value; with an empty name an additional-value or a part of a collection."""
    return bytes((tag,)) + sized(name) + sized(value)


def sized(octets: str | bytes) -> bytes:
    """A length of two octets and the octets, of a string in UTF-8."""
    raw = octets.encode() if isinstance(octets, str) else octets
    return len(raw).to_bytes(2) + raw


def header(version: tuple[int, int] = (2, 0), code: int = 2, request_id: int = 1) -> bytes:
    """The first eight octets of a message; by default of a Print-Job request."""
    return bytes(version) + code.to_bytes(2) + request_id.to_bytes(4, signed=True)


def message(*parts: bytes, version: tuple[int, int] = (2, 0), code: int = 2, request_id: int = 1) -> bytes:
    """A header, those parts (group tags and fields) and the end-of-attributes-tag."""
    return header(version, code, request_id) + b"".join(parts) + END


def member(name: str | bytes) -> bytes:
    """A memberAttrName, which its value must follow."""
    return field(ValueTag.MEMBER_ATTR_NAME, "", name)


def more(tag: int, value: str | bytes = b"") -> bytes:
    """An additional-value, or the value of a member."""
    return field(tag, "", value)


BEGIN_COLLECTION: Final = more(ValueTag.BEG_COLLECTION)
"""A collection as an additional-value or as a member's value."""
END_COLLECTION: Final = more(ValueTag.END_COLLECTION)


def decode(octets: bytes, limits: Limits = DEFAULT_LIMITS, *, piece: int | None = None) -> Request:
    """The request that `octets` are, read whole or in pieces of so many octets.

    Raises:
        MalformedMessage: they are none, or not a whole one.
    """
    decoder = Decoder(Request, limits)
    size = piece or max(len(octets), 1)
    for start in range(0, len(octets), size):
        if decoder.feed(octets[start : start + size]):
            break
    decoder.finish()
    return decoder.message
