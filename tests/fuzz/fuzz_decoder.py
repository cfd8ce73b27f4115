"""Invariant: octets, however cut, give one message or one MalformedMessage; a message survives its encoding.

For long:    python tests/fuzz/fuzz_decoder.py --seconds 3600
A finding:   python tests/fuzz/fuzz_decoder.py --replay FILE
"""

import sys
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

from tests.fuzz.harness import Fuzzer, instrumented

with instrumented("ippserver"):
    from ippserver.ipp import (
        Attribute,
        AttributeGroup,
        Decoder,
        MalformedMessage,
        Request,
        Response,
        as_json,
        describe,
    )
    from ippserver.ipp.describe import LINE_CHARACTERS
    from tests.fuzz.seeds import expand, write_seeds

_M = TypeVar("_M", Request, Response)


def check(data: bytes) -> None:
    """Whether the invariant holds for an input: an octet that says how to read it, and the octets.

    Of the first octet, seven bits are the size of pieces and one says whether the rest is compressed.
    """
    how, octets = (data[0] if data else 0), data[1:]
    piece = (how & 0x7F) + 1
    if how & 0x80:
        octets = expand(octets)
    check_as(Request, octets, piece)
    check_as(Response, octets, piece)


def check_as(kind: type[_M], octets: bytes, piece: int) -> None:
    """Whether the invariant holds for octets that are to be a request, or a response."""
    decoder, fault = read(kind, octets, len(octets) or 1)
    other, other_fault = read(kind, octets, piece)
    assert decoder.header == other.header
    assert str(fault) == str(other_fault)
    assert type(fault) is type(other_fault)
    if fault is None:
        assert decoder.message == other.message
        check_message(kind, decoder)
    else:
        assert fault.reason.isascii()
        assert 0 <= fault.offset <= len(octets)


def check_message(kind: type[_M], decoder: Decoder[_M]) -> None:
    """Whether a message is read again from its octets, from its values alone too, and can be described."""
    message = decoder.message
    assert decoder.header is not None
    groups = [
        AttributeGroup(group.tag, [Attribute(each.name, each.values) for each in group])
        for group in message.groups
    ]
    wire = message.encode()
    assert kind.of(decoder.header, groups).encode() == wire
    again, fault = read(kind, wire + decoder.remainder, len(wire) + 1)
    assert fault is None
    assert again.message == message
    assert all(len(line) <= LINE_CHARACTERS and line.isprintable() for line in describe(message).split("\n"))
    assert as_json(message)["request_id"] == message.request_id


def read(kind: type[_M], octets: bytes, piece: int) -> tuple[Decoder[_M], MalformedMessage | None]:
    """A decoder that was fed the octets in such pieces, and the fault it found."""
    decoder = Decoder(kind)
    try:
        for start in range(0, len(octets), piece):
            if decoder.feed(octets[start : start + piece]):
                break
        decoder.finish()
    except MalformedMessage as fault:
        return decoder, fault
    return decoder, None


FUZZER = Fuzzer(
    name="decoder",
    check=check,
    write_seeds=write_seeds,
    max_octets=8192,
    slowest_seconds=30,  # by the clock: a machine may stop meanwhile
    rss_limit_mib=512,
)

if __name__ == "__main__":
    FUZZER.main(__doc__)
