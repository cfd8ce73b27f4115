"""Histories: done from the beginning, and made short where they fail."""

import asyncio
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tests.machine.machine import Machine
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


async def lived(kind: str, steps: Iterable[Step], folder: Path) -> None:
    """Does `steps` to a new server.

    Raises:
        Deviation: It is not as its model after one of them.
    """
    machine = Machine(kind, folder)
    done: list[Step] = []
    try:
        await machine.open()
        for number, step in enumerate(steps, 1):
            done.append(step)
            await machine.do(step)
            if number % _LOOK_AT_DOCUMENTS_EVERY == 0:
                await machine.compare_documents()
        await machine.compare_documents()
        await machine.close()
    except Exception as error:
        raise Deviation(done, f"{type(error).__name__}: {error}") from error


def live(kind: str, steps: Iterable[Step]) -> None:
    """As `lived`, on a loop and in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(lived(kind, steps, Path(folder)))


def shortest(kind: str, deviation: Deviation, *, tries: int = 400) -> Deviation:
    """The shortest history that still fails, as far as `tries` go: what can be left out is."""
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
