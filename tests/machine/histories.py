"""Histories: done from the beginning, and made short where they fail."""

import asyncio
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from tests.machine.doing import begun, do, end
from tests.machine.steps import Step

_LOOK_AT_DOCUMENTS_EVERY: Final = 50


class Deviation(AssertionError):
    """The server is not as its model after `steps`."""

    def __init__(self, steps: Sequence[Step], reason: str) -> None:
        super().__init__(steps, reason)
        self.steps = steps
        self.reason = reason

    def __str__(self) -> str:
        return "\n".join([self.reason, "after", *(f"  {step}" for step in self.steps)])


async def lived(kind: str, steps: Iterable[Step], folder: Path, *, closely_every: int = 1) -> None:
    """Does `steps` to a new server, and looks closely at it after every so many.

    Raises:
        Deviation: It is not as its model after one of them.
    """
    done: list[Step] = []
    async with AsyncExitStack() as stack:
        try:
            machine = await begun(kind, folder)
            stack.push_async_callback(machine.world.abandon)
            for number, step in enumerate(steps, 1):
                done.append(step)
                await do(machine, step, closely=number % closely_every == 0)
                if number % _LOOK_AT_DOCUMENTS_EVERY == 0:
                    await machine.compare_documents()
            await machine.compare_documents()
            await end(machine)
        except Exception as error:
            raise Deviation(done, f"{type(error).__name__}: {error}") from error


def live(kind: str, steps: Iterable[Step], *, closely_every: int = 1) -> None:
    """As `lived`, on a loop and in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(lived(kind, steps, Path(folder), closely_every=closely_every))


def _late_part(kind: str, deviation: Deviation) -> Deviation:
    """The first of some ends of the history, each longer than the one before, that fails by itself."""
    for length in (30, 100, 300, 1000, 3000):
        if length < len(deviation.steps):
            try:
                live(kind, deviation.steps[-length:])
            except Deviation as shorter:
                return shorter
    return deviation


def shortest(kind: str, deviation: Deviation, *, tries: int = 400) -> Deviation:
    """The shortest history that still fails, as far as `tries` go: what can be left out is."""
    deviation = _late_part(kind, deviation)
    size = max(1, len(deviation.steps) // 2)
    at = 0
    while tries > 0 and size:
        if at >= len(deviation.steps):
            size, at = size // 2, 0
            continue
        tries -= 1
        try:
            live(kind, [*deviation.steps[:at], *deviation.steps[at + size :]])
            at += size
        except Deviation as shorter:
            deviation = shorter
    return deviation
