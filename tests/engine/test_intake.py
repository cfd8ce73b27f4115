import asyncio
import gzip
import resource
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from ippserver.engine.intake import Incoming, document_format, receive
from ippserver.iana.keywords import Compression
from ippserver.interfaces import DocumentInterrupted, DocumentStream, Spooled, SpoolFailed
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.model.errors import (
    BadRequest,
    CompressionError,
    DocumentFormatError,
    DocumentFormatNotSupported,
    RequestEntityTooLarge,
)
from ippserver.model.printer import PrinterConfig
from ippserver.spools.memory import MemorySpool
from ippserver.testing.fakes import stream

CONFIG = PrinterConfig(path="/ipp/print", name="office")
ANY = replace(CONFIG, any_format=True)
RAW = replace(ANY, formats=(formats.PDF, formats.OCTET_STREAM))
TEXT = b"The quick brown fox jumps over the lazy dog.\n" * 40
KEY = "aa"


def raw_deflate(octets: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(octets) + compressor.flush()


PACKERS: dict[str, tuple[Keyword, Callable[[bytes], bytes]]] = {
    "none": (Compression.NONE, bytes),
    "gzip": (Compression.GZIP, gzip.compress),
    "zlib": (Compression.DEFLATE, zlib.compress),
    "raw": (Compression.DEFLATE, raw_deflate),
}
CHECKED = ["gzip", "zlib"]
"""Those that end with a check value; a raw stream only ends."""
COMPRESSED = [*CHECKED, "raw"]


def one_by_one(octets: bytes) -> list[bytes]:
    return [octets[place : place + 1] for place in range(len(octets))]


class Sink(MemorySpool):
    """A spool that counts, and keeps nothing but the first octets."""

    def __init__(self) -> None:
        super().__init__()
        self.octets = 0

    async def write(self, key: str, document: DocumentStream, *, lasting: bool = True) -> Spooled:
        """Counts `document`."""
        async for piece in document:
            self.octets += len(piece)
        return Spooled(size_octets=self.octets, sha256="")


async def take(
    pieces: list[bytes],
    packer: str = "none",
    *,
    config: PrinterConfig = CONFIG,
    media_type: str = formats.OCTET_STREAM,
) -> tuple[bytes, str]:
    """What the spool holds of a document in `pieces`, and its format."""
    spool = MemorySpool()
    incoming = Incoming(stream=stream(pieces), format=media_type, compression=PACKERS[packer][0])
    try:
        spooled, found = await receive(spool, KEY, incoming, config)
    except BaseException:
        assert await spool.missing([KEY])
        raise
    content = b"".join([piece async for piece in spool.read(KEY)])
    assert spooled.size_octets == len(content)
    return content, found


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("cut", [one_by_one, lambda octets: [octets], lambda octets: [b"", octets, b""]])
async def test_a_document_is_spooled_decompressed_however_it_is_cut(
    packer: str, cut: Callable[[bytes], list[bytes]]
) -> None:
    packed = PACKERS[packer][1](TEXT)
    assert await take(cut(packed), packer) == (TEXT, formats.TEXT)


@pytest.mark.parametrize("packer", COMPRESSED)
async def test_a_large_document_is_spooled_whole(packer: str) -> None:
    large = b"".join(number.to_bytes(4) for number in range(150_000))
    content, _ = await take([PACKERS[packer][1](large)], packer, config=ANY)
    assert content == large


@pytest.mark.parametrize("packer", COMPRESSED)
async def test_a_compressed_document_that_is_cut_anywhere_is_refused(packer: str) -> None:
    packed = PACKERS[packer][1](TEXT)
    for length in range(1, len(packed)):
        with pytest.raises(CompressionError):
            await take([packed[:length]], packer)


@pytest.mark.parametrize("packer", CHECKED)
async def test_a_compressed_document_whose_check_value_is_wrong_is_refused(packer: str) -> None:
    packed = PACKERS[packer][1](TEXT)
    for place in range(len(packed) - 4, len(packed)):
        wrong = bytearray(packed)
        wrong[place] ^= 1
        with pytest.raises(CompressionError):
            await take([bytes(wrong)], packer)


async def test_a_gzip_document_whose_length_is_wrong_is_refused() -> None:
    packed = gzip.compress(TEXT)
    with pytest.raises(CompressionError):
        await take([packed[:-4] + (len(TEXT) + 1).to_bytes(4, "little")], "gzip")


@pytest.mark.parametrize("packer", COMPRESSED)
@pytest.mark.parametrize("trailing", [b"\0", b"x", b"trailing octets", b"\0" * 100_000])
@pytest.mark.parametrize("apart", [False, True])
async def test_octets_after_the_end_of_a_compressed_document_are_refused(
    packer: str, trailing: bytes, apart: bool
) -> None:
    packed = PACKERS[packer][1](TEXT)
    with pytest.raises(CompressionError):
        await take([packed, trailing] if apart else [packed + trailing], packer)


@pytest.mark.parametrize("packer", COMPRESSED)
@pytest.mark.parametrize("plain", [TEXT, b"%PDF-1.7\n", b"\0", b"\xff" * 50])
async def test_a_document_that_is_not_compressed_as_declared_is_refused(packer: str, plain: bytes) -> None:
    with pytest.raises(CompressionError):
        await take([plain], packer)


@pytest.mark.parametrize("cut", [one_by_one, lambda octets: [octets]])
async def test_a_gzip_document_may_have_several_members(cut: Callable[[bytes], list[bytes]]) -> None:
    packed = gzip.compress(TEXT[:100]) + gzip.compress(b"") + gzip.compress(TEXT[100:])
    assert await take(cut(packed), "gzip") == (TEXT, formats.TEXT)


@pytest.mark.parametrize("member", [b"", b"a"])
async def test_very_many_tiny_members_are_decompressed_in_few_steps(member: bytes) -> None:
    count = 40_000
    packed = gzip.compress(member) * count
    incoming = Incoming(stream=stream([packed]), format=formats.TEXT, compression=Compression.GZIP)
    if not member:
        with pytest.raises(BadRequest):
            await receive(MemorySpool(), KEY, incoming, CONFIG)
        return
    spooled, _ = await receive(MemorySpool(), KEY, incoming, CONFIG)
    assert spooled.size_octets == count


@pytest.mark.parametrize("packer", PACKERS)
async def test_a_document_without_octets_is_a_bad_request(packer: str) -> None:
    with pytest.raises(BadRequest):
        await take([], packer)
    with pytest.raises(BadRequest):
        await take([PACKERS[packer][1](b"")], packer)


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("excess", [-1, 0, 1])
async def test_the_limit_counts_decompressed_octets_and_is_exact(packer: str, excess: int) -> None:
    config = replace(CONFIG, max_document_octets=len(TEXT) - excess)
    packed = PACKERS[packer][1](TEXT)
    if excess > 0:
        with pytest.raises(RequestEntityTooLarge):
            await take([packed], packer, config=config)
    else:
        assert (await take([packed], packer, config=config))[0] == TEXT


def one_stream() -> bytes:
    """1 GiB of zeros in one raw stream: the same flushed block again and again."""
    compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = compressor.compress(bytes(1024 * 1024)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return block * 1024 + compressor.flush()


def many_members() -> bytes:
    """1 GiB of zeros in 1024 members."""
    return gzip.compress(bytes(1024 * 1024)) * 1024


@pytest.mark.parametrize(
    ("bomb", "compression"), [(one_stream, Compression.DEFLATE), (many_members, Compression.GZIP)]
)
async def test_a_bomb_stops_at_the_limit_with_flat_memory(
    bomb: Callable[[], bytes], compression: Keyword
) -> None:
    limit = 256 * 1024 * 1024
    packed = bomb()
    assert len(packed) < 1100 * 1024
    sink = Sink()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    incoming = Incoming(stream=stream([packed]), format=formats.OCTET_STREAM, compression=compression)
    with pytest.raises(RequestEntityTooLarge):
        await receive(sink, KEY, incoming, replace(ANY, max_document_octets=limit))
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert limit - 256 * 1024 <= sink.octets <= limit
    assert growth < 32 * 1024, f"{growth} KiB"


@pytest.mark.parametrize("error", [DocumentInterrupted(), SpoolFailed("x")])
@pytest.mark.parametrize("packer", PACKERS)
async def test_what_the_sender_raises_comes_through(packer: str, error: Exception) -> None:
    packed = PACKERS[packer][1](TEXT)
    for pieces in ([], [packed[:5]], [packed]):
        incoming = Incoming(
            stream=stream(pieces, then=error), format=formats.TEXT, compression=PACKERS[packer][0]
        )
        with pytest.raises(type(error)):
            await receive(MemorySpool(), KEY, incoming, CONFIG)


class Refusing(MemorySpool):
    """A spool that fails after the first piece."""

    async def write(self, key: str, document: DocumentStream, *, lasting: bool = True) -> Spooled:
        """Takes one piece."""
        await anext(document)
        raise SpoolFailed("the disk is gone")


@pytest.mark.parametrize("packer", PACKERS)
async def test_nothing_is_left_open_when_the_spool_fails(packer: str) -> None:
    left: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: left.append(context))
    before = set(asyncio.all_tasks())
    packed = PACKERS[packer][1](TEXT * 1000)
    sent = stream([packed[:2000], packed[2000:]])
    incoming = Incoming(stream=sent, format=formats.TEXT, compression=PACKERS[packer][0])
    with pytest.raises(SpoolFailed):
        await receive(Refusing(), KEY, incoming, CONFIG)
    await sent.aclose()
    await asyncio.sleep(0)
    assert set(asyncio.all_tasks()) == before
    assert left == []


# ---- the format


@pytest.mark.parametrize(
    ("declared", "head", "config", "found"),
    [
        (formats.TEXT, b"%!PS is printed as text", CONFIG, formats.TEXT),
        ("Text/Plain; charset=utf-8", b"words", CONFIG, formats.TEXT),
        (formats.OCTET_STREAM, b"\xff\xd8\xff", CONFIG, formats.JPEG),
        (formats.OCTET_STREAM, b"%PDF-1.7\n%PCLm 1.0\n", CONFIG, formats.PCLM.lower()),
        (formats.OCTET_STREAM, b"%!PS", ANY, formats.POSTSCRIPT),
        (formats.OCTET_STREAM, b"\0\1\2", ANY, formats.OCTET_STREAM),
        (formats.OCTET_STREAM, b"^XA^FDHello^FS^XZ", ANY, formats.ZPL),
        (formats.OCTET_STREAM, b"words", ANY, formats.TEXT),
        (formats.OCTET_STREAM, b"words, or EPL", RAW, formats.OCTET_STREAM),
        (formats.OCTET_STREAM, b"II*\0", RAW, formats.TIFF),
        ("application/vnd.acme", b"\0\1\2", ANY, "application/vnd.acme"),
    ],
)
def test_a_declared_format_is_trusted_and_octet_stream_detected(
    declared: str, head: bytes, config: PrinterConfig, found: str
) -> None:
    assert document_format(declared, head, config) == found


@pytest.mark.parametrize("head", [b"\0\1\2", b"%!PS", b"^XA^XZ", b"\x1b@\n"])
def test_what_is_detected_must_be_supported(head: bytes) -> None:
    with pytest.raises(DocumentFormatNotSupported):
        document_format(formats.OCTET_STREAM, head, CONFIG)


@pytest.mark.parametrize("config", [CONFIG, ANY])
def test_a_format_that_the_first_octets_rule_out_is_refused(config: PrinterConfig) -> None:
    with pytest.raises(DocumentFormatError):
        document_format(formats.PDF, b"\xff\xd8\xff", config)


async def test_a_refused_document_is_not_read_to_its_end() -> None:
    read: list[int] = []

    async def sent() -> AsyncIterator[bytes]:
        for number in range(1000):
            read.append(number)
            yield b"\0" * 1024

    with pytest.raises(DocumentFormatError):
        await receive(MemorySpool(), KEY, Incoming(stream=sent(), format=formats.PDF), CONFIG)
    assert read == [0]
