"""Encoding beside drawing: more than one processor for one document, and the same file as with one."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import BinaryIO, Final, Self

_THREADS: Final = min(2, max(1, (os.cpu_count() or 1) - 1))
"""Beside the one that draws, where there are processors for them: numpy and PDFium leave the interpreter to
others while they compute.
"""
_WAITING: Final = 2
"""Pieces that may wait to be written: each holds what it is made of."""


class Ordered:
    """Writes pieces to `file` in order, some of which are made by threads while the next is thought of.

    Leaving it writes all that is waiting; what went wrong in a thread is raised there or by a later call.
    """

    def __init__(self, file: BinaryIO, threads: int = _THREADS) -> None:
        self._file = file
        self._threads = ThreadPoolExecutor(threads)
        self._waiting: deque[Future[bytes] | bytes] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._write_down_to(0)
        finally:
            self._threads.shutdown(cancel_futures=True)

    def write(self, octets: bytes) -> None:
        """Writes `octets` behind all that came before."""
        self._waiting.append(octets)

    def write_later(self, make: Callable[[], bytes]) -> None:
        """Writes what `make` makes, which a thread calls."""
        self._waiting.append(self._threads.submit(make))
        self._write_down_to(_WAITING)

    def _write_down_to(self, left: int) -> None:
        while len(self._waiting) > left:
            piece = self._waiting.popleft()
            self._file.write(piece if isinstance(piece, bytes) else piece.result())
