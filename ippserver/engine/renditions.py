"""Documents in the formats that outputs want: made once for all of them, kept while their Job is printed.

A rendition lies in the spool under a key that follows from its Document's. No store knows of it: after a
crash it is swept, and made again.
"""

import asyncio
from collections import defaultdict
from contextlib import aclosing
from hashlib import sha256

from ippserver.interfaces import ConversionError, Converter, Spool
from ippserver.model.conversion import Progress, Rendition, conversion
from ippserver.model.parcel import Parcel


class Renditions:
    """What was made of the Documents of Jobs that are printed."""

    def __init__(self, converter: Converter, spool: Spool) -> None:
        self._converter = converter
        self._spool = spool
        self._made: defaultdict[int, dict[str, Rendition]] = defaultdict(dict)
        """By Job and key."""
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, parcel: Parcel) -> Rendition:
        """The parcel's Document in the parcel's format, as its Job wants it printed.

        Raises:
            ConversionError: It cannot be made.
            SpoolError: It cannot be kept.
        """
        job, key = parcel.job, _key(parcel)
        async with self._making[key]:
            known = self._made[job.id].get(key)
            if known is None:
                known = self._made[job.id][key] = await self._make(parcel, key)
        return known

    async def forget(self, job_id: int) -> None:
        """Removes what was made for a Job."""
        made = self._made.pop(job_id, {})
        for key in made:
            self._making.pop(key, None)
        if made:
            await self._spool.delete(made.keys())

    async def _make(self, parcel: Parcel, key: str) -> Rendition:
        wanted = conversion(parcel.job, parcel.document, parcel.printer, parcel.format)
        async with (
            aclosing(self._spool.read(parcel.document.key)) as content,
            self._converter.convert(wanted, content, _unseen) as (outcome, parts),
        ):
            if len(parts) != 1:
                raise ConversionError(f"One document makes {len(parts)} files here.")
            async with aclosing(parts[0].content()) as made:
                spooled = await self._spool.write(key, made)
        return Rendition(key=key, size_octets=spooled.size_octets, sha256=spooled.sha256, outcome=outcome)


def _unseen(progress: Progress) -> None:
    """Nobody watches it."""


def _key(parcel: Parcel) -> str:
    """A key of the spool that no Document has."""
    return f"{parcel.document.key}-{sha256(parcel.format.encode()).hexdigest()[:8]}"
