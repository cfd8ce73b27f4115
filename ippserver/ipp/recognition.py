"""Short requests that came before are read once: whoever watches a Printer sends the same octets again."""

from functools import lru_cache
from struct import Struct
from typing import Final

from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.errors import MalformedMessage
from ippserver.ipp.message import Header, Request, Version

_SHORT_OCTETS: Final = 512
_HEADER: Final = Struct(">BBHi")
_HEADER_OCTETS: Final = _HEADER.size


def recognised(octets: bytes) -> Request | None:
    """The request that `octets` are, all of them; None where a Decoder must look, for any reason.

    The groups of equal requests are the same objects, which remember their octets; nobody can change them.
    """
    if not _HEADER_OCTETS < len(octets) <= _SHORT_OCTETS:
        return None
    groups = _groups(octets[_HEADER_OCTETS:])
    if groups is None:
        return None
    major, minor, code, request_id = _HEADER.unpack_from(octets)
    return Request.of(Header(Version(major, minor), code, request_id), groups)


@lru_cache(maxsize=256)
def _groups(octets: bytes) -> tuple[AttributeGroup, ...] | None:
    """The groups of a request that has `octets` after its header, and no document; None where it is none."""
    decoder = Decoder()
    try:
        complete = decoder.feed(bytes(_HEADER_OCTETS) + octets)
    except MalformedMessage:
        return None
    return decoder.message.groups if complete and not decoder.remainder else None
