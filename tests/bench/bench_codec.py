"""Decode and encode beside pyipp, and the decoder at its slowest: `python tests/bench/bench_codec.py`.

Figures are processor time, the best of several turns, taken by turns, so that a busy machine spoils little.
What pyipp cannot write (collections, ranges, resolutions, dates) nobody writes in the comparison.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

import pyipp.parser
import pyipp.serializer
from pyipp.enums import IppTag

from ippserver.ipp import (
    CLIENT_LIMITS,
    Attribute,
    AttributeGroup,
    Collection,
    DateTime,
    Decoder,
    Enum,
    GroupTag,
    Keyword,
    MalformedMessage,
    MimeMediaType,
    Name,
    RangeOfInteger,
    Request,
    Resolution,
    Response,
    Text,
    Uri,
    Value,
    ValueTag,
    Version,
)
from ippserver.testing.wire import BEGIN_COLLECTION, END_COLLECTION, field, header, member, more

REPOSITORY = Path(__file__).parents[2]
TURNS = 9
TURN_SECONDS = 0.05
SECTION_OCTETS = 256 * 1024 - 1
RATIO_WANTED = 5.0
DECODE_MS_WANTED = 1.0
WORST_MS_WANTED = 25.0
GROWTH_WANTED = 2.3

Call = Callable[[], object]


def milliseconds(*calls: Call) -> list[float]:
    """The time of each call, the best of `TURNS`."""
    best = [float("inf")] * len(calls)
    for _ in range(TURNS):
        for index, call in enumerate(calls):
            best[index] = min(best[index], _one_turn(call))
    return [seconds * 1000 for seconds in best]


def _one_turn(call: Call) -> float:
    number = 0
    gc.disable()  # as timeit does: what the collector costs depends on all that is alive besides
    start = time.process_time()
    while (elapsed := time.process_time() - start) < TURN_SECONDS:
        call()
        number += 1
    gc.enable()
    return elapsed / number


def printer_answer() -> bytes:
    """A Get-Printer-Attributes answer of 10 kB with the mix of syntaxes that real Printers have."""
    sizes = [Collection([Attribute("x", [21000 + n]), Attribute("y", [29700 + n])]) for n in range(12)]
    kinds: list[Sequence[Value]] = [
        [Keyword(f"some-keyword-{n}") for n in range(5)],
        [Enum(n) for n in range(3, 9)],
        [7],
        [Uri("ipp://printer.example.com:631/ipp/print")],
        [Text("A text of some words, as Printers have")],
        [True],
        [Name("Some name")],
        [MimeMediaType("application/pdf"), MimeMediaType("image/pwg-raster")],
        [RangeOfInteger(1, 999)],
        [Resolution(600, 600)],
        [DateTime(b"\x07\xea\x0b\x16\x04\x10\x1d\0+\1\0")],
        [Keyword("one-sided"), Keyword("two-sided-long-edge"), Keyword("two-sided-short-edge")],
        [Collection([Attribute("size", sizes[:1]), Attribute("source", [Keyword("main")])])],
    ]
    attributes = [Attribute(f"some-printer-attribute-{n:03}", kinds[n % len(kinds)]) for n in range(104)]
    attributes.append(Attribute("sizes", sizes))
    return Response(
        version=Version(2, 0),
        status_code=0,
        request_id=1,
        groups=(
            AttributeGroup(GroupTag.OPERATION, [Attribute("status", [Text("successful-ok")])]),
            AttributeGroup(GroupTag.PRINTER, attributes),
        ),
    ).encode()


def captures() -> Iterator[tuple[str, bytes]]:
    """The answers of real Printers, where there are some."""
    folder = Path(os.environ.get("IPPSERVER_SAMPLES") or REPOSITORY.parent / "shared" / "specs" / "samples")
    for path in sorted(folder.glob("*.gpa.ipp")):
        octets = path.read_bytes()
        if len(octets) > 5000 and _pyipp_reads(octets):
            yield path.name.removesuffix(".gpa.ipp"), octets


def _pyipp_reads(octets: bytes) -> bool:
    try:
        pyipp.parser.parse(octets)
    except Exception:  # it raises whatever its parts raise
        return False
    return True


def decode(octets: bytes) -> Response:
    decoder = Decoder(Response, CLIENT_LIMITS)
    decoder.feed(octets)
    return decoder.message


@dataclass(frozen=True)
class Comparison:
    """One message: ours and pyipp's times in milliseconds."""

    name: str
    octets: int
    decode: float
    pyipp_decode: float
    encode: float
    pyipp_encode: float
    encode_again: float
    """The whole message, whose attributes remember their octets since they were read."""

    @property
    def ratios(self) -> tuple[float, float, float, float]:
        """How many times as fast we are: decode, encode, encode again, decode and encode again."""
        return (
            self.pyipp_decode / self.decode,
            self.pyipp_encode / self.encode,
            self.pyipp_encode / self.encode_again,
            (self.pyipp_decode + self.pyipp_encode) / (self.decode + self.encode_again),
        )


def compare(name: str, octets: bytes) -> Comparison:
    message = decode(octets)
    simple = [attribute for group in message.groups for attribute in group if _pyipp_writes(attribute)]
    rows = [(attribute.name, list(attribute.values), IppTag(attribute.wire[0])) for attribute in simple]

    def encode() -> list[bytes]:
        return [Attribute(attribute.name, attribute.values).wire for attribute in simple]

    def pyipp_encode() -> list[bytes]:
        return [pyipp.serializer.construct_attribute(*row) for row in rows]

    assert encode() == pyipp_encode()
    times = milliseconds(
        lambda: decode(octets),
        lambda: pyipp.parser.parse(octets),
        encode,
        pyipp_encode,
        message.encode,
    )
    return Comparison(name, len(octets), *times)


def _pyipp_writes(attribute: Attribute) -> bool:
    kinds = {type(value) for value in attribute.values}
    return len(kinds) == 1 and kinds <= {int, bool, Enum, Text, Name, Keyword, Uri, MimeMediaType}


Part = Callable[[int], bytes]

WORST: dict[str, Part] = {
    "empty values": lambda n: field(ValueTag.KEYWORD, _name(n)),
    "keywords": lambda n: field(ValueTag.KEYWORD, _name(n), f"k{n:07}"),
    "ranges": lambda n: field(ValueTag.RANGE_OF_INTEGER, _name(n), b"12345678"),
    "texts in an old code page": lambda n: field(ValueTag.TEXT, _name(n), b"\xff\xff"),
    "the same with language": lambda n: field(ValueTag.TEXT_WITH_LANGUAGE, _name(n), b"\0\1a\0\2\xff\xff"),
    "empty collections": lambda n: field(ValueTag.BEG_COLLECTION, _name(n)) + END_COLLECTION,
    "small collections": lambda n: (
        field(ValueTag.BEG_COLLECTION, _name(n)) + member("m") + more(ValueTag.NO_VALUE) + END_COLLECTION
    ),
    "nested collections": lambda n: (
        field(ValueTag.BEG_COLLECTION, _name(n)) + (member("m") + BEGIN_COLLECTION) * 9 + END_COLLECTION * 10
    ),
    "attributes": lambda n: field(ValueTag.NO_VALUE, f"x{n:06}"),
    "long values": lambda n: field(ValueTag.KEYWORD, f"x{n:06}", "ä" * 16_000),
}


def _name(number: int) -> str:
    """A name where a new attribute must begin, since one may have no more values."""
    return "" if number % 9000 else f"x{number}"


def section(part: Part, size: int) -> bytes:
    """Octets without an end, so that a decoder reads all of them or as many as its limits allow."""
    octets = bytearray(header() + bytes((GroupTag.JOB,)))
    for number in count():
        octets += part(number)
        if len(octets) >= size:
            break
    return bytes(octets[:size])


def read_request(octets: bytes) -> None:
    try:
        Decoder(Request).feed(octets)
    except MalformedMessage:
        pass


def read_without_limits(octets: bytes) -> None:
    Decoder(Request, CLIENT_LIMITS).feed(octets)


def worst(part: Part) -> tuple[float, float]:
    """The time for the largest section a server reads, and how it grows when a section is twice as long."""
    full, half = section(part, SECTION_OCTETS), section(part, SECTION_OCTETS // 2)
    limited, once, twice = milliseconds(
        lambda: read_request(full), lambda: read_without_limits(half), lambda: read_without_limits(full)
    )
    return limited, twice / once


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="exit status 1 where a figure is below its goal")
    options = parser.parse_args()
    misses = [*report_comparisons(), *report_worst()]
    for miss in misses:
        print(f"below the goal: {miss}")
    return 1 if options.check and misses else 0


def report_comparisons() -> Iterator[str]:
    print(f"{'':34} {'':6} {'milliseconds':^23}   {'times as fast as pyipp':^31}")
    print(
        f"{'message':34} {'octets':>6}",
        *(f"{head:>7}" for head in ("decode", "encode", "again") * 2),
        "   both",
    )
    for name, octets in [("(generated)", printer_answer()), *captures()]:
        result = compare(name, octets)
        times = (result.decode, result.encode, result.encode_again)
        print(
            f"{name:34} {result.octets:6}",
            *(f"{figure:7.3f}" for figure in times),
            *(f"{figure:7.1f}" for figure in result.ratios),
        )
        if result.ratios[-1] < RATIO_WANTED:
            yield f"{name}: {result.ratios[-1]:.1f} times as fast as pyipp instead of {RATIO_WANTED}"
        if result.decode > DECODE_MS_WANTED * result.octets / 10_000:
            yield f"{name}: decoding takes {result.decode:.2f} ms, more than 1 ms for 10 kB"


def report_worst() -> Iterator[str]:
    print(f"\n{'256 KiB of':34} {'ms':>6} {'growth':>9}")
    for name, part in WORST.items():
        taken, growth = worst(part)
        print(f"{name:34} {taken:6.1f} {growth:9.2f}")
        if taken > WORST_MS_WANTED:
            yield f"{name}: {taken:.0f} ms instead of {WORST_MS_WANTED:.0f}"
        if growth > GROWTH_WANTED:
            yield f"{name}: twice the octets take {growth:.2f} times as long"


if __name__ == "__main__":
    sys.exit(main())
