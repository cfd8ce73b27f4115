"""Messages of real Printers: read whole, and written with the same octets."""

from pathlib import Path

import pytest

from ippserver.ipp import (
    CLIENT_LIMITS,
    Attribute,
    AttributeGroup,
    Decoder,
    Limits,
    MalformedMessage,
    Request,
    Response,
    as_json,
    describe,
)


@pytest.fixture(scope="module")
def captures(samples: Path) -> dict[str, bytes]:
    """The octets of each capture, by file name."""
    return {path.name: path.read_bytes() for path in sorted(samples.glob("*.ipp"))}


def decoder_for(name: str, limits: Limits = CLIENT_LIMITS) -> Decoder[Request] | Decoder[Response]:
    return Decoder(Request, limits) if ".request." in name else Decoder(Response, limits)


def read(name: str, octets: bytes) -> Request | Response:
    decoder = decoder_for(name)
    assert decoder.feed(octets), name
    assert decoder.remainder == b"", name
    return decoder.message


def test_there_are_captures(captures: dict[str, bytes]) -> None:
    assert len(captures) > 30


def test_each_is_read_and_written_with_the_same_octets(captures: dict[str, bytes]) -> None:
    for name, octets in captures.items():
        assert read(name, octets).encode() == octets, name


def test_each_is_written_with_the_same_octets_from_its_values_alone(captures: dict[str, bytes]) -> None:
    for name, octets in captures.items():
        message = read(name, octets)
        groups = [
            AttributeGroup(group.tag, [Attribute(attribute.name, attribute.values) for attribute in group])
            for group in message.groups
        ]
        header = decoder_for(name)
        header.feed(octets[:8])
        assert header.header is not None
        assert type(message).of(header.header, groups).encode() == octets, name


def test_each_gives_the_same_message_octet_by_octet(captures: dict[str, bytes]) -> None:
    for name, octets in captures.items():
        decoder = decoder_for(name)
        fed = [decoder.feed(octets[place : place + 1]) for place in range(len(octets))]
        assert fed == [False] * (len(octets) - 1) + [True], name
        assert decoder.message == read(name, octets), name


def test_each_is_within_the_limits_of_a_server(captures: dict[str, bytes]) -> None:
    for name, octets in captures.items():
        assert decoder_for(name, Limits()).feed(octets), name


def test_each_cut_short_is_malformed_and_nothing_else(captures: dict[str, bytes]) -> None:
    for name, octets in captures.items():
        for end in range(0, len(octets) - 1, 97):
            decoder = decoder_for(name)
            assert not decoder.feed(octets[:end]), name
            with pytest.raises(MalformedMessage):
                decoder.finish()


def test_each_can_be_described(captures: dict[str, bytes]) -> None:
    for name, octets in captures.items():
        message = read(name, octets)
        assert len(describe(message).split("\n")) == 1 + sum(1 + len(group) for group in message.groups)
        assert as_json(message)["request_id"] == message.request_id
