"""One small immutable type per attribute syntax (RFC 8011 5.1, RFC 8010 3.9).

Strings are `str` subclasses and numbers `int`, so that handlers compare and format them as Python does.
`Keyword("x") == Name("x")` by that inheritance: compare Attributes (by octets) where the syntax matters.
`bool` and `Enum` are ints too, so code that chooses by syntax looks at `type(value)`, never `isinstance`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum as PythonEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeAlias

from ippserver.ipp.tags import ValueTag

if TYPE_CHECKING:
    from ippserver.ipp.attributes import Attribute


class Text(str):
    """text without language, at most 1023 octets."""

    __slots__ = ()


class Name(str):
    """name without language, at most 255 octets."""

    __slots__ = ()


class Keyword(str):
    """keyword, lower-case US-ASCII, at most 255 octets."""

    __slots__ = ()


class Uri(str):
    """uri, at most 1023 octets."""

    __slots__ = ()


class UriScheme(str):
    """uriScheme, at most 63 octets."""

    __slots__ = ()


class Charset(str):
    """charset, at most 63 octets."""

    __slots__ = ()


class NaturalLanguage(str):
    """naturalLanguage, at most 63 octets."""

    __slots__ = ()


class MimeMediaType(str):
    """mimeMediaType, at most 255 octets, perhaps with parameters."""

    __slots__ = ()


class Enum(int):
    """enum, 1 to 2**31 - 1; open, since any number may be registered later."""

    __slots__ = ()


class OctetString(bytes):
    """octetString, at most 1023 octets unless the attribute says otherwise."""

    __slots__ = ()


class TextWithLanguage(NamedTuple):
    """text with its natural language."""

    language: str
    text: str


class NameWithLanguage(NamedTuple):
    """name with its natural language."""

    language: str
    text: str


class RangeOfInteger(NamedTuple):
    """rangeOfInteger, both ends included."""

    lower: int
    upper: int


class Resolution(NamedTuple):
    """resolution; `units` is 3 for dots per inch, 4 for dots per centimetre."""

    cross_feed: int
    feed: int
    units: int = 3


class DateTime(bytes):
    """dateTime: the eleven octets of DateAndTime (RFC 2579), kept as they came."""

    __slots__ = ()

    @classmethod
    def of(cls, moment: datetime) -> "DateTime":
        """The dateTime of an aware `moment`, in its own zone, to a tenth of a second."""
        offset = moment.utcoffset()
        minutes = 0 if offset is None else int(offset.total_seconds()) // 60
        sign = b"-" if minutes < 0 else b"+"
        hours, rest = divmod(abs(minutes), 60)
        return cls(
            moment.year.to_bytes(2)
            + bytes((moment.month, moment.day, moment.hour, moment.minute, moment.second))
            + bytes((moment.microsecond // 100_000,))
            + sign
            + bytes((hours, rest))
        )

    @property
    def datetime(self) -> datetime | None:
        """The moment meant, or None where the octets name no date (month 13, year 0, UTC +15:99 ...)."""
        if len(self) != 11 or self[8:9] not in (b"+", b"-") or self[9] > 13 or self[10] > 59 or self[7] > 9:
            return None
        offset = timedelta(hours=self[9], minutes=self[10])
        zone = timezone(offset if self[8:9] == b"+" else -offset)
        year = int.from_bytes(self[0:2])
        second = min(self[6], 59)  # 60 is a leap second (RFC 2579), which datetime cannot express
        if self[6] > 60:
            return None
        try:
            moment = datetime(year, self[2], self[3], self[4], self[5], second, self[7] * 100_000, zone)
            moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return moment


class OutOfBand(PythonEnum):
    """Values that stand in for all values of an attribute (RFC 8010 3.8, RFC 3380 8)."""

    UNSUPPORTED = ValueTag.UNSUPPORTED
    UNKNOWN = ValueTag.UNKNOWN
    NO_VALUE = ValueTag.NO_VALUE
    NOT_SETTABLE = ValueTag.NOT_SETTABLE
    DELETE_ATTRIBUTE = ValueTag.DELETE_ATTRIBUTE
    ADMIN_DEFINE = ValueTag.ADMIN_DEFINE


class Opaque(NamedTuple):
    """A value of a syntax we do not know: its tag and its octets, carried as they came (RFC 8010 3.5.2).

    An extension (tag 0x7F) stays whole: its first four octets are the real tag.
    """

    tag: int
    octets: bytes


class Collection:
    """A collection value: its member attributes, in order (RFC 8010 3.1.6)."""

    __slots__ = ("members",)

    members: tuple["Attribute", ...]

    def __init__(self, members: Iterable["Attribute"] = ()) -> None:
        self.members = tuple(members)

    def get(self, name: str) -> "Attribute | None":
        """The member called `name`, the last where it stands twice, or None."""
        for member in reversed(self.members):  # few and seldom asked for: a dictionary would not pay
            if member.name == name:
                return member
        return None

    def replace(self, *members: "Attribute") -> Self:
        """A copy with `members` in the place of those of the same names, new ones at the end."""
        return type(self)({member.name: member for member in (*self.members, *members)}.values())

    def __iter__(self) -> Iterator["Attribute"]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Collection) and self.members == other.members

    def __hash__(self) -> int:
        return hash(self.members)

    def __repr__(self) -> str:
        return f"Collection({list(self.members)!r})"


Value: TypeAlias = (
    int
    | bool
    | Enum
    | Text
    | Name
    | Keyword
    | Uri
    | UriScheme
    | Charset
    | NaturalLanguage
    | MimeMediaType
    | OctetString
    | TextWithLanguage
    | NameWithLanguage
    | RangeOfInteger
    | Resolution
    | DateTime
    | OutOfBand
    | Opaque
    | Collection
)
"""Every value an attribute can carry."""

MAX_INTEGER: Final = 2**31 - 1
MIN_INTEGER: Final = -(2**31)
