"""Invariant: octets, however cut, give one message or one MalformedMessage; a message survives its encoding.

For long:    python tests/fuzz/fuzz_decoder.py --seconds 3600
A finding:   python tests/fuzz/fuzz_decoder.py --replay FILE
"""

import argparse
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TypeVar

try:
    import atheris
except ImportError:  # needed to fuzz and not to replay
    atheris = None

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

with nullcontext() if atheris is None else atheris.instrument_imports(include=["ippserver"]):
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

MAX_OCTETS = 8192
SLOWEST_SECONDS = 2
RSS_LIMIT_MIB = 512
CORPUS = Path(tempfile.gettempdir()) / "ippserver-fuzz-decoder"

_M = TypeVar("_M", Request, Response)


def main() -> None:
    """Fuzzes until the time or the runs are over or something breaks, which makes the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=int, default=0, help="stop after so long; 0: never")
    parser.add_argument("--runs", type=int, default=-1, help="stop after so many inputs; -1: never")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0: another each time")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help=f"inputs worth keeping ({CORPUS})")
    parser.add_argument("--findings", type=Path, default=Path.cwd(), help="where to put what broke")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE", help="only check these inputs")
    options = parser.parse_args()
    if options.replay:
        for path in options.replay:
            check(path.read_bytes())
        print(f"{len(options.replay)} inputs hold")
    elif atheris is None:
        parser.error("fuzzing needs the package atheris (pip install atheris)")
    else:
        fuzz(options)


def fuzz(options: argparse.Namespace) -> None:
    """Hands over to libFuzzer, which ends the process."""
    options.corpus.mkdir(parents=True, exist_ok=True)
    write_seeds(options.corpus)
    arguments = [
        sys.argv[0],
        f"-max_total_time={options.seconds}",
        f"-runs={options.runs}",
        f"-seed={options.seed}",
        f"-max_len={MAX_OCTETS}",
        f"-timeout={SLOWEST_SECONDS}",
        f"-rss_limit_mb={RSS_LIMIT_MIB}",
        f"-artifact_prefix={options.findings}/",
        "-print_final_stats=1",
        str(options.corpus),
    ]
    atheris.Setup(arguments, check)
    atheris.Fuzz()


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


if __name__ == "__main__":
    main()
