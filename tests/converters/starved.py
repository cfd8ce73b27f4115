"""Converts in a folder that is full, or without one as a user who may have no process; tells what came of it.

Run by test_hostile_workers.py: starved.py FOLDER OCTETS
"""

import asyncio
import os
import resource
import sys
import tempfile
from collections.abc import AsyncIterator
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
    """A folder of a user who may have no more processes than this one."""
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, USER, USER)
    os.setgroups([])
    os.setgid(USER)
    os.setuid(USER)
    resource.setrlimit(resource.RLIMIT_NPROC, (8, 8))  # threads count, too
    return folder


if __name__ == "__main__":
    place = Path(sys.argv[1]) if sys.argv[1] else alone()
    asyncio.run(main(place, int(sys.argv[2])))
    if not sys.argv[1]:
        place.rmdir()
