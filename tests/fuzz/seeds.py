"""Messages to begin fuzzing from: small, each with something that the others lack, and no captures."""

from collections.abc import Iterator
from pathlib import Path

from ippserver.ipp.readers import READERS
from ippserver.ipp.tags import FIRST_VALUE_TAG, GroupTag, ValueTag
from ippserver.testing.wire import (
    BEGIN_COLLECTION,
    END,
    END_COLLECTION,
    field,
    header,
    member,
    message,
    more,
    sized,
)

HEADER_OCTETS = len(header())

_VALUES: dict[int, tuple[bytes, ...]] = {
    ValueTag.INTEGER: (b"\0\0\0\1", b"\xff\xff\xff\xff"),
    ValueTag.BOOLEAN: (b"\0", b"\1"),
    ValueTag.ENUM: (b"\0\0\0\3",),
    ValueTag.DATE_TIME: (b"\x07\xea\x0b\x16\x04\x10\x1d\0+\1\0",),
    ValueTag.RESOLUTION: (b"\0\0\2\x58\0\0\2\x58\3",),
    ValueTag.RANGE_OF_INTEGER: (b"\0\0\0\1\0\0\0\x09",),
    ValueTag.TEXT_WITH_LANGUAGE: (sized("en") + sized("text"), sized("en") + sized(b"\xff")),
    ValueTag.NAME_WITH_LANGUAGE: (sized("en") + sized("name"), sized("en") + sized(b"\x80")),
    ValueTag.TEXT: ("Grüße".encode(), b"Gr\xfc\xdfe"),
    ValueTag.EXTENSION: (b"\0\0\0\x47utf-8", b"\x80\0\0\0"),
}
_JOB = bytes((GroupTag.JOB,))
_SIZE = member("media-size") + BEGIN_COLLECTION + member("x") + more(ValueTag.INTEGER, b"\0\0\0\1")


def seeds() -> Iterator[bytes]:
    """Messages, well-formed ones and others."""
    operation = (
        bytes((GroupTag.OPERATION,))
        + field(ValueTag.CHARSET, "attributes-charset", "utf-8")
        + field(ValueTag.NATURAL_LANGUAGE, "attributes-natural-language", "en")
        + field(ValueTag.URI, "printer-uri", "ipp://localhost/ipp/print")
    )
    yield message(operation) + b"%PDF-1.7"
    yield message(operation, _JOB, _JOB, b"\x0b")
    yield header() + operation
    for tag in range(FIRST_VALUE_TAG, 0x100):
        if READERS[tag] is None:
            continue
        for value in _VALUES.get(tag, (b"", b"value")):
            yield message(_JOB, field(tag, "x", value), more(tag, value))
    yield message(_JOB, field(ValueTag.BEG_COLLECTION, "media-col"), _SIZE, END_COLLECTION * 2)
    yield message(
        _JOB, field(ValueTag.BEG_COLLECTION, "x"), (member("m") + BEGIN_COLLECTION) * 9, END_COLLECTION * 10
    )
    yield message(_JOB, field(ValueTag.BEG_COLLECTION, "x"), END_COLLECTION, BEGIN_COLLECTION, END_COLLECTION)
    yield message(_JOB, field(ValueTag.KEYWORD, "x", "a"), *(more(ValueTag.KEYWORD, "b") for _ in range(40)))


def write_seeds(folder: Path) -> None:
    """Writes inputs for `fuzz_decoder.check`: each seed in large pieces, octet by octet and compressed."""
    for number, octets in enumerate(seeds()):
        (folder / f"whole-{number:03}").write_bytes(b"\x7f" + octets)
        (folder / f"pieces-{number:03}").write_bytes(b"\0" + octets)
        (folder / f"compressed-{number:03}").write_bytes(b"\x80" + compress(octets))


def compress(octets: bytes) -> bytes:
    """A message with an octet for each length, so that a random change does not always break the framing."""
    shorter = bytearray(octets[:HEADER_OCTETS])
    position = HEADER_OCTETS
    while position < len(octets) and octets[position] != GroupTag.END:
        shorter.append(octets[position])
        position += 1
        if shorter[-1] >= FIRST_VALUE_TAG:
            for _ in ("name", "value"):
                end = position + 2 + int.from_bytes(octets[position : position + 2])
                shorter += octets[position + 1 : end]
                position = end
    return bytes(shorter)


def expand(octets: bytes) -> bytes:
    """The message that was compressed, or what comes out of octets that are none: always framed as one."""
    longer = bytearray(octets[:HEADER_OCTETS])
    position = HEADER_OCTETS
    while position < len(octets):
        longer.append(octets[position])
        position += 1
        if longer[-1] >= FIRST_VALUE_TAG:
            for _ in ("name", "value"):
                end = position + 1 + (octets[position] if position < len(octets) else 0)
                longer += sized(octets[position + 1 : end])
                position = end
    return bytes(longer) + END
