"""The wire: IPP messages as octets and as values (RFC 8010). Pure, and the lowest layer."""

from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.describe import as_json, describe
from ippserver.ipp.encoder import encode_attribute, encode_message
from ippserver.ipp.errors import LimitExceeded, MalformedMessage
from ippserver.ipp.limits import CLIENT_LIMITS, Limits
from ippserver.ipp.message import Header, Request, Response, Version
from ippserver.ipp.tags import GroupTag, ValueTag
from ippserver.ipp.values import (
    Charset,
    Collection,
    DateTime,
    Enum,
    Keyword,
    MimeMediaType,
    Name,
    NameWithLanguage,
    NaturalLanguage,
    OctetString,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Resolution,
    Text,
    TextWithLanguage,
    Uri,
    UriScheme,
    Value,
)

__all__ = [
    "CLIENT_LIMITS",
    "Attribute",
    "AttributeGroup",
    "Charset",
    "Collection",
    "DateTime",
    "Decoder",
    "Enum",
    "GroupTag",
    "Header",
    "Keyword",
    "LimitExceeded",
    "Limits",
    "MalformedMessage",
    "MimeMediaType",
    "Name",
    "NameWithLanguage",
    "NaturalLanguage",
    "OctetString",
    "Opaque",
    "OutOfBand",
    "RangeOfInteger",
    "Request",
    "Resolution",
    "Response",
    "Text",
    "TextWithLanguage",
    "Uri",
    "UriScheme",
    "Value",
    "ValueTag",
    "Version",
    "as_json",
    "describe",
    "encode_attribute",
    "encode_message",
]
