import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ippserver.runtime.files import Disk, NewFile
from ippserver.runtime.streams import PIECE_OCTETS, SMALL_OCTETS, first_pieces, write_stream
from ippserver.runtime.threads import Workers
from ippserver.testing.fakes import FailingDisk, stream

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Told(Exception):
    """What the caller makes of an error of the disk's."""


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Told from error


class CountingFile(NewFile):
    """Notes the size of each piece."""

    sizes: list[int]

    def writelines(self, pieces: Iterable["ReadableBuffer"], /) -> None:
        held = [bytes(piece) for piece in pieces]
        self.sizes += map(len, held)
        super().writelines(held)


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers("test", 2)
    yield pool
    await pool.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[CountingFile]:
    with CountingFile(tmp_path / "file", disk=Disk()) as made:
        made.sizes = []
        yield made


async def test_small_pieces_are_written_together(
    file: CountingFile, workers: Workers, tmp_path: Path
) -> None:
    pieces = [bytes([number % 251]) * 60_000 for number in range(50)]
    await write_stream(file, stream(pieces), workers=workers, failing=_failing)
    assert (tmp_path / "file").read_bytes() == b"".join(pieces)
    assert len(file.sizes) == 3
    assert all(PIECE_OCTETS <= size < PIECE_OCTETS + 60_000 for size in file.sizes[:-1])


async def test_what_had_begun_comes_first(file: CountingFile, workers: Workers, tmp_path: Path) -> None:
    await write_stream(file, stream([b"c"]), workers=workers, failing=_failing, begun=[b"a", b"b"])
    assert (tmp_path / "file").read_bytes() == b"abc"


async def test_an_error_of_the_disk_is_told_as_such(tmp_path: Path, workers: Workers) -> None:
    with NewFile(tmp_path / "file", disk=FailingDisk("write", 2)) as file, pytest.raises(Told):
        await write_stream(file, stream([b"x" * PIECE_OCTETS] * 3), workers=workers, failing=_failing)


async def test_an_error_of_the_content_is_not_taken_for_the_disks(
    file: CountingFile, workers: Workers
) -> None:
    content = stream([b"x" * PIECE_OCTETS], then=ConnectionResetError())
    with pytest.raises(ConnectionResetError):
        await write_stream(file, content, workers=workers, failing=_failing)


async def test_when_cancelled_no_thread_writes_any_more(file: CountingFile, workers: Workers) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * PIECE_OCTETS

    writing = asyncio.ensure_future(write_stream(file, endless(), workers=workers, failing=_failing))
    while not file.sizes:  # noqa: ASYNC110 (a thread writes: there is no event)
        await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert file.size_octets == sum(file.sizes)


async def test_large_pieces_are_written_without_being_copied_together(
    file: CountingFile, workers: Workers, tmp_path: Path
) -> None:
    pieces = [bytes([number]) * 300_000 for number in range(9)]
    await write_stream(file, stream(pieces), workers=workers, failing=_failing)
    assert (tmp_path / "file").read_bytes() == b"".join(pieces)
    assert file.sizes == [300_000] * 9


async def test_what_is_small_is_gathered_whole() -> None:
    assert await first_pieces(stream([b"a", b"b"])) == ([b"a", b"b"], True)
    assert await first_pieces(stream([b"x" * SMALL_OCTETS])) == ([b"x" * SMALL_OCTETS], True)


async def test_of_what_is_large_the_beginning_is_gathered_and_the_rest_is_left() -> None:
    content = stream([b"x" * SMALL_OCTETS, b"y", b"z"])
    assert await first_pieces(content) == ([b"x" * SMALL_OCTETS, b"y"], False)
    assert [piece async for piece in content] == [b"z"]
