"""Fills the small file system at argv[1] through a spool and empties it again; prints what was seen."""

import asyncio
import sys
from pathlib import Path

from ippserver.interfaces import SpoolFailed
from ippserver.spools.disk import DiskSpool
from ippserver.testing.fakes import stream


async def main(folder: Path) -> None:
    spool = DiskSpool(folder / "spool", min_free_octets=0)
    await spool.open()
    try:
        await spool.write("aa-1", stream([b"x" * 1_000_000] * 2))
        try:
            await spool.write("aa-2", stream([b"x" * 1_000_000] * 8))
        except SpoolFailed:
            assert [path.name for path in (folder / "spool").iterdir()] == ["aa-1"]
        else:
            raise SystemExit("eight megabytes found room in four")
        await spool.delete(["aa-1"])
        await spool.write("aa-3", stream([b"x" * 1_000_000] * 3))
    finally:
        await spool.close()
    print("full, then taken again")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
