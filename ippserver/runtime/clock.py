"""The real world's time."""

import asyncio
import time


class SystemClock:
    """The system's clocks (see interfaces.Clock)."""

    __slots__ = ()

    def now(self) -> float:
        """Seconds since the epoch; follows every correction of the system's clock."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that only ever grow; their zero means nothing."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Returns `seconds` later by the monotonic clock, whatever the wall clock does meanwhile."""
        await asyncio.sleep(seconds)
