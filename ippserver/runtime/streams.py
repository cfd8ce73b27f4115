"""From an asynchronous stream into a file, at a few system calls a megabyte."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager
from typing import Final

from aiofiles.threadpool import wrap

from ippserver.runtime.files import NewFile
from ippserver.runtime.threads import Workers, to_end

PIECE_OCTETS: Final = 1024 * 1024
"""What is joined before a thread writes it: 64 KiB at a time cost 2.5 times as much."""


async def write_stream(
    file: NewFile,
    content: AsyncIterator[bytes],
    *,
    workers: Workers,
    failing: Callable[[], AbstractContextManager[None]],
    begun: Iterable[bytes] = (),
) -> None:
    """Writes the pieces `begun` and then all of `content`; the file is neither synced nor closed.

    `failing` is around each write, and only there, to tell the disk's errors from those of `content`.
    """
    target = wrap(file, executor=workers.executor)
    pieces = list(begun)
    octets = sum(map(len, pieces))
    async for piece in content:
        pieces.append(piece)
        octets += len(piece)
        if octets >= PIECE_OCTETS:
            with failing():
                await to_end(target.write(b"".join(pieces)))
            pieces.clear()
            octets = 0
    with failing():
        await to_end(target.write(b"".join(pieces)))
