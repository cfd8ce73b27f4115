"""The network around the server, looked at again and again."""

import asyncio
from collections.abc import Sequence
from typing import Final

from ippserver.dnssd.network import Link, Reach, Terms, reach, read_links
from ippserver.interfaces import Clock

LOOK_EVERY_SECONDS: Final = 3.0
"""How soon a change of the network's interfaces is seen."""


class Surroundings:
    """What leads to a server that listens at `listening`."""

    def __init__(self, listening: Sequence[tuple[str, int]], terms: Terms, clock: Clock) -> None:
        self._listening = listening
        self._terms = terms
        self._clock = clock
        self._links: Sequence[Link] = ()

    async def look(self) -> Reach | None:
        """Where the server can be reached now."""
        self._links = await asyncio.to_thread(read_links, self._terms.interfaces)
        return reach(self._listening, self._links, self._terms)

    async def is_changed(self) -> bool:
        """Whether the interfaces are others than at the last look; waits a while before it answers."""
        await self._clock.sleep(LOOK_EVERY_SECONDS)
        return await asyncio.to_thread(read_links, self._terms.interfaces) != self._links
