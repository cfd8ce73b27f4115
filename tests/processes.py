"""Processes that are nobody's children here, so that nobody can wait for their end: one can only look."""

import asyncio
from pathlib import Path
from typing import Final

_LOOK_SECONDS: Final = 0.01
_PATIENCE_SECONDS: Final = 60.0


def is_over(pid: int) -> bool:
    """Whether there is no such process, or nothing of it but its status."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


async def until_over(*pids: int) -> None:
    """Returns when none of them runs any more: who is killed dies when the system next gives it its turn."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not all(map(is_over, pids)):  # noqa: ASYNC110 (nobody tells who is not the parent)
            await asyncio.sleep(_LOOK_SECONDS)
