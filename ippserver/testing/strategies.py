"""Hypothesis strategies for values, attributes, groups and messages that encode as they are (RFC 8010 3)."""

from datetime import timedelta, timezone

from hypothesis import strategies as st

from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import KNOWN_VALUE_TAGS, GroupTag, ValueTag
from ippserver.ipp.values import (
    MAX_INTEGER,
    MIN_INTEGER,
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

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NAME_CHARACTERS = _LETTERS + "ABC0123456789-._"
_UNKNOWN_TAGS = [tag for tag in range(0x10, 0x100) if tag not in KNOWN_VALUE_TAGS | {ValueTag.EXTENSION}]
_GROUP_TAGS = [tag for tag in range(0x01, 0x10) if tag != GroupTag.END]
_MAX_ZONE_MINUTES = 13 * 60 + 59
_STRING_SYNTAXES = (Keyword, Uri, UriScheme, Charset, NaturalLanguage, MimeMediaType)


def names() -> st.SearchStrategy[str]:
    """Names of attributes and members, registered ones hardly ever."""
    return st.text(_NAME_CHARACTERS, min_size=1, max_size=24)


def integers() -> st.SearchStrategy[int]:
    """All that an integer can be."""
    return st.integers(MIN_INTEGER, MAX_INTEGER)


def texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Any characters but NUL and surrogates, control characters too."""
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=max_size)


def strings(max_size: int = 40) -> st.SearchStrategy[str]:
    """Any characters but control characters and surrogates."""
    return st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=max_size)


def languages() -> st.SearchStrategy[str]:
    """Natural languages as they stand before a text: printable US-ASCII."""
    return st.text(_NAME_CHARACTERS, min_size=1, max_size=63)


def date_times() -> st.SearchStrategy[DateTime]:
    """Dates that are one, and now and then eleven octets that are none."""
    minutes = st.integers(-_MAX_ZONE_MINUTES, _MAX_ZONE_MINUTES)
    zones = minutes.map(lambda offset: timezone(timedelta(minutes=offset)))
    octets = st.binary(min_size=11, max_size=11).map(DateTime)
    return st.datetimes(timezones=zones).map(DateTime.of) | octets


def opaques() -> st.SearchStrategy[Opaque]:
    """Values of unknown syntaxes and extensions."""
    plain = st.builds(Opaque, st.sampled_from(_UNKNOWN_TAGS), st.binary(max_size=40))
    return plain | st.builds(Opaque, st.just(int(ValueTag.EXTENSION)), st.binary(min_size=4, max_size=40))


def plain_values() -> st.SearchStrategy[Value]:
    """Every syntax but collections."""
    return st.one_of(
        integers(),
        st.booleans(),
        integers().map(Enum),
        st.binary(max_size=40).map(OctetString),
        date_times(),
        st.builds(Resolution, integers(), integers(), st.integers(-128, 127)),
        st.builds(RangeOfInteger, integers(), integers()),
        texts().map(Text),
        texts().map(Name),
        st.builds(TextWithLanguage, languages(), texts()),
        st.builds(NameWithLanguage, languages(), texts()),
        *(strings().map(syntax) for syntax in _STRING_SYNTAXES),
        st.sampled_from(OutOfBand),
        opaques(),
    )


def values() -> st.SearchStrategy[Value]:
    """Every syntax, collections in collections too, within the depth that a Decoder accepts."""
    return st.recursive(plain_values(), lambda inner: collections(attributes(inner)), max_leaves=8)


def attributes(of: st.SearchStrategy[Value] | None = None) -> st.SearchStrategy[Attribute]:
    """Attributes of one to four values, of whatever syntaxes."""
    return st.builds(Attribute, names(), st.lists(values() if of is None else of, min_size=1, max_size=4))


def collections(of: st.SearchStrategy[Attribute] | None = None) -> st.SearchStrategy[Collection]:
    """Collections of up to four members."""
    return _distinct(attributes() if of is None else of, 4).map(Collection)


def groups() -> st.SearchStrategy[AttributeGroup]:
    """Groups of any tag, unassigned ones too, with up to five attributes."""
    return st.builds(AttributeGroup, st.sampled_from(_GROUP_TAGS), _distinct(attributes(), 5))


def versions() -> st.SearchStrategy[Version]:
    """Any two octets."""
    octet = st.integers(0, 0xFF)
    return st.builds(Version, octet, octet)


def requests() -> st.SearchStrategy[Request]:
    """Requests that a Decoder accepts, whatever their meaning."""
    return st.builds(
        Request,
        version=versions(),
        operation_id=st.integers(0, 0xFFFF),
        request_id=integers(),
        groups=_several_groups(),
    )


def responses() -> st.SearchStrategy[Response]:
    """Responses that a Decoder accepts, whatever their meaning."""
    return st.builds(
        Response,
        version=versions(),
        status_code=st.integers(0, 0xFFFF),
        request_id=integers(),
        groups=_several_groups(),
    )


def cuts(octets: bytes) -> st.SearchStrategy[list[bytes]]:
    """`octets` in pieces, empty ones too."""
    return st.lists(st.integers(0, len(octets)), max_size=12).map(
        lambda places: [
            octets[start:end]
            for start, end in zip([0, *sorted(places)], [*sorted(places), len(octets)], strict=True)
        ]
    )


@st.composite
def damaged(draw: st.DrawFn, octets: bytes) -> bytes:
    """`octets` after a few changes: octets overwritten, taken away, put in or doubled."""
    broken = bytearray(octets)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(broken)))
        end = min(len(broken), start + draw(st.integers(0, 8)))
        broken[start:end] = draw(
            st.binary(max_size=8) | st.just(bytes(broken[start:end]) * 2) | st.just(b"\x7f\xff")
        )
    return bytes(broken)


def _distinct(of: st.SearchStrategy[Attribute], max_size: int) -> st.SearchStrategy[list[Attribute]]:
    return st.lists(of, max_size=max_size, unique_by=lambda attribute: attribute.name)


def _several_groups() -> st.SearchStrategy[tuple[AttributeGroup, ...]]:
    return st.lists(groups(), max_size=4).map(tuple)
