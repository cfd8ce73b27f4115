"""What all who run programs need."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack, ExitStack
from typing import BinaryIO


async def open_pipe(
    held: AsyncExitStack | ExitStack, limit_octets: int
) -> tuple[asyncio.StreamReader, BinaryIO]:
    """A pipe, both ends closed with `held`: where lines are read, and what the program is to get.

    Were it the subprocess module's, nobody would hear of the end of the program as long as something that it
    has started holds its other end, or as long as there is more in it than we read.
    """
    reading, writing = os.pipe()
    target = held.enter_context(open(writing, "wb", buffering=0))  # noqa: ASYNC230, PTH123 (nothing to wait for)
    words = asyncio.StreamReader(limit=limit_octets)
    source = open(reading, "rb", buffering=0)  # noqa: ASYNC230, PTH123
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), source)
    held.callback(transport.close)
    return words, target


def signal_name(number: int) -> str:
    """What people call the signal, "SIGSEGV" or "signal 40"."""
    try:
        return signal.Signals(number).name
    except ValueError:  # those for real time have no names
        return f"signal {number}"
