"""From an asynchronous stream into a file, at a few system calls a megabyte and without waiting in turns."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager
from typing import Final, TypeAlias

from aiofiles.threadpool import wrap

from ippserver.runtime.files import NewFile
from ippserver.runtime.threads import Workers, one_behind

PIECE_OCTETS: Final = 1024 * 1024
"""What is gathered before a thread writes it: 64 KiB at a time cost 2.5 times as much."""
_JOINED_OCTETS: Final = 64 * 1024
"""Pieces that are smaller on average are joined, which copies them; others are written one by one."""
SMALL_OCTETS: Final = 256 * 1024
"""What is handled in one go of one thread: each go costs 0.1 ms, whatever it does."""

Failing: TypeAlias = Callable[[], AbstractContextManager[None]]


async def first_pieces(content: AsyncIterator[bytes]) -> tuple[list[bytes], bool]:
    """The first pieces of `content`, and whether they are all: so where they are at most SMALL_OCTETS."""
    pieces: list[bytes] = []
    octets = 0
    async for piece in content:
        pieces.append(piece)
        octets += len(piece)
        if octets > SMALL_OCTETS:
            return pieces, False
    return pieces, True


async def write_stream(
    file: NewFile,
    content: AsyncIterator[bytes],
    *,
    workers: Workers,
    failing: Failing,
    begun: Iterable[bytes] = (),
) -> None:
    """Writes the pieces `begun` and then all of `content`, each while the next is read; syncs nothing.

    `failing` is around what the disk does, and only there, to tell its errors from those of `content`.
    Nothing runs any more when this returns or raises.
    """
    target = wrap(file, executor=workers.executor)
    pieces = list(begun)
    octets = sum(map(len, pieces))
    async with one_behind() as writing:
        async for piece in content:
            pieces.append(piece)
            octets += len(piece)
            if octets >= PIECE_OCTETS:
                with failing():
                    await writing.begin(target.writelines(_few(pieces, octets)))
                pieces = []
                octets = 0
        with failing():
            await writing.begin(target.writelines(_few(pieces, octets)))
            await writing.end()


def _few(pieces: list[bytes], octets: int) -> list[bytes]:
    return pieces if octets >= len(pieces) * _JOINED_OCTETS else [b"".join(pieces)]
