"""The types of values: what Python makes of them, and dates."""

import pickle
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ippserver.ipp import (
    Charset,
    DateTime,
    Enum,
    Keyword,
    MimeMediaType,
    Name,
    NaturalLanguage,
    OutOfBand,
    Resolution,
    Text,
    Uri,
    UriScheme,
    ValueTag,
)

STRINGS = (Text, Name, Keyword, Uri, UriScheme, Charset, NaturalLanguage, MimeMediaType)


@pytest.mark.parametrize("syntax", STRINGS)
def test_a_string_syntax_is_a_string_without_a_dictionary(syntax: type[Text]) -> None:
    assert syntax("a") == "a"
    assert not hasattr(syntax("a"), "__dict__")


def test_an_enum_is_an_integer() -> None:
    assert Enum(3) == 3
    assert not hasattr(Enum(3), "__dict__")


def test_an_out_of_band_value_is_its_tag() -> None:
    assert OutOfBand(0x13) is OutOfBand.NO_VALUE
    assert OutOfBand.NO_VALUE.value == ValueTag.NO_VALUE


def test_a_resolution_is_in_dots_per_inch_unless_it_says_otherwise() -> None:
    assert Resolution(600, 600) == (600, 600, 3)


def test_values_survive_pickling_with_their_types() -> None:
    value = pickle.loads(pickle.dumps((Keyword("a"), Enum(3), OutOfBand.UNKNOWN)))
    assert value == (Keyword("a"), Enum(3), OutOfBand.UNKNOWN)
    assert [type(part) for part in value] == [Keyword, Enum, OutOfBand]


class TestDateTime:
    # RFC 2579: Tuesday May 26, 1992 at 1:30:15 PM EDT is 1992-5-26,13:30:15.0,-4:0
    OCTETS = bytes((0x07, 0xC8, 5, 26, 13, 30, 15, 0)) + b"-" + bytes((4, 0))
    MOMENT = datetime(1992, 5, 26, 13, 30, 15, tzinfo=timezone(timedelta(hours=-4)))

    def test_the_example_of_rfc_2579_is_read(self) -> None:
        assert DateTime(self.OCTETS).datetime == self.MOMENT

    def test_the_example_of_rfc_2579_is_written(self) -> None:
        assert DateTime.of(self.MOMENT) == self.OCTETS

    def test_a_zone_east_of_greenwich_has_a_plus(self) -> None:
        moment = datetime(2026, 1, 2, 3, 4, 5, 600_000, timezone(timedelta(hours=5, minutes=45)))
        assert DateTime.of(moment)[8:] == b"+\x05\x2d"
        assert DateTime.of(moment).datetime == moment

    def test_utc_is_plus_zero(self) -> None:
        assert DateTime.of(datetime(2026, 1, 2, tzinfo=UTC))[8:] == b"+\0\0"

    def test_a_tenth_of_a_second_is_kept_and_no_more(self) -> None:
        moment = datetime(2026, 1, 2, 3, 4, 5, 987_654, UTC)
        assert DateTime.of(moment).datetime == moment.replace(microsecond=900_000)

    def test_a_leap_second_is_read_as_the_second_before(self) -> None:
        octets = bytes((0x07, 0xE0, 12, 31, 23, 59, 60, 0)) + b"+\0\0"
        assert DateTime(octets).datetime == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("place", "octets"),
        [
            (0, b"\0\0"),
            (0, b"\xff\xff"),
            (0, b"\x27\x10"),
            (2, b"\0"),
            (2, b"\x0d"),
            (3, b"\0"),
            (3, b"\x20"),
            (4, b"\x18"),
            (5, b"\x3c"),
            (6, b"\x3d"),
            (7, b"\x0a"),
            (8, b"x"),
            (9, b"\x0e"),
            (10, b"\x3c"),
        ],
    )
    def test_octets_that_name_no_moment_give_none(self, place: int, octets: bytes) -> None:
        broken = self.OCTETS[:place] + octets + self.OCTETS[place + len(octets) :]
        assert DateTime(broken).datetime is None

    def test_a_wrong_number_of_octets_gives_none(self) -> None:
        assert DateTime(self.OCTETS[:-1]).datetime is None

    @pytest.mark.parametrize(
        "octets",
        [
            bytes((0, 1, 1, 1, 0, 0, 0, 0)) + b"+\x0d\0",
            bytes((0x27, 0x0F, 12, 31, 23, 59, 59, 9)) + b"-\x0d\0",
        ],
    )
    def test_a_moment_beyond_what_python_can_hold_gives_none(self, octets: bytes) -> None:
        assert DateTime(octets).datetime is None
