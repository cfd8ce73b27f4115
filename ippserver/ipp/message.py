"""Requests and responses: the header's four numbers and the groups, in order (RFC 8010 3.1.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.encoder import encode_message


class Version(NamedTuple):
    """version-number: major and minor, one octet each."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


class Header(NamedTuple):
    """The first eight octets of any message; `code` is an operation-id or a status-code."""

    version: Version
    code: int
    request_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asks; the document, if any, follows its octets."""

    version: Version
    operation_id: int
    request_id: int
    groups: tuple[AttributeGroup, ...]

    @classmethod
    def of(cls, header: Header, groups: Iterable[AttributeGroup]) -> Self:
        """The request with that header and those groups."""
        return cls(
            version=header.version,
            operation_id=header.code,
            request_id=header.request_id,
            groups=tuple(groups),
        )

    def group(self, tag: int) -> AttributeGroup:
        """The first group with `tag`, or an empty one: that means the same as none (RFC 8010 3.3)."""
        return next((group for group in self.groups if group.tag == tag), AttributeGroup(tag))

    def encode(self) -> bytes:
        """The octets of the message, its document not included."""
        return encode_message(self.version, self.operation_id, self.request_id, self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the Printer answers."""

    version: Version
    status_code: int
    request_id: int
    groups: tuple[AttributeGroup, ...]
    listed: tuple[bytes, ...] = ()
    """Groups that follow, as octets: a list of thousands is not kept as objects."""

    @classmethod
    def of(cls, header: Header, groups: Iterable[AttributeGroup]) -> Self:
        """The response with that header and those groups."""
        return cls(
            version=header.version,
            status_code=header.code,
            request_id=header.request_id,
            groups=tuple(groups),
        )

    def group(self, tag: int) -> AttributeGroup:
        """The first group with `tag`, or an empty one (RFC 8010 3.3)."""
        return next((group for group in self.groups if group.tag == tag), AttributeGroup(tag))

    def encode(self) -> bytes:
        """The octets of the message."""
        return encode_message(self.version, self.status_code, self.request_id, self.groups, self.listed)
