"""Converts in a folder that is full, or without one as a user who may have no process; tells what came of it.

Run by test_hostile_workers.py: starved.py FOLDER OCTETS
"""

import asyncio
import os
import resource
import sys
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ippserver.converters.limits import WorkerLimits
from ippserver.converters.pool import ConverterPool
from ippserver.interfaces import ConversionError
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model import formats
from ippserver.model.conversion import Conversion, Wanted

USER = 60_100 + os.getpid() % 5_000
"""Nobody's, and with no process of other tests."""


async def content(octets: int) -> AsyncIterator[bytes]:
    """Text of so many octets."""
    yield b"x" * octets


async def main(folder: Path, octets: int) -> None:
    """Converts, and prints the reason, whether it lasts, and what is left."""
    pool = ConverterPool(folder, WorkerLimits(), workers=1)
    await pool.open()
    conversion = Conversion(
        source_format=formats.TEXT, target=Wanted(formats.PWG_RASTER), attributes=AttributeGroup(GroupTag.JOB)
    )
    try:
        async with pool.convert([conversion], [content(octets)], lambda done: None):
            print("converted")
    except ConversionError as error:
        print(error, file=sys.stderr)
        print(error.reason, error.lasting, await asyncio.to_thread(left, folder))


def left(folder: Path) -> str:
    """What is there."""
    return " ".join(path.name for path in folder.iterdir()) or "nothing left"


def alone() -> Path:
    """A folder of a user who has no other processes than this one, which it becomes."""
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, USER, USER)
    os.setgroups([])
    os.setgid(USER)
    os.setuid(USER)
    return folder


async def without_processes(folder: Path, octets: int) -> None:
    """The same, while this user can have no more: one thread does all that blocks, and that one is there."""
    _, most = resource.getrlimit(resource.RLIMIT_NPROC)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    await asyncio.to_thread(resource.setrlimit, resource.RLIMIT_NPROC, (1, most))
    await main(folder, octets)
    resource.setrlimit(resource.RLIMIT_NPROC, (most, most))  # to end, the loop wants a thread


if __name__ == "__main__":
    place = Path(sys.argv[1]) if sys.argv[1] else alone()
    asyncio.run((main if sys.argv[1] else without_processes)(place, int(sys.argv[2])))
    if not sys.argv[1]:
        place.rmdir()
