"""Documents as outputs want them: made once for all of them, kept while their Job is printed.

The files of a rendition lie in the spool under keys that follow from its Document's. No store knows of them:
after a crash they are swept, and made again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256

from ippserver.engine.counting import Tally
from ippserver.iana import names
from ippserver.interfaces import ConversionError, Converter, Spool
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.conversion import (
    Part,
    Progress,
    Rendition,
    SpooledFile,
    Wanted,
    conversion,
    in_force,
)
from ippserver.model.parcel import Parcel, as_sent
from ippserver.model.progress import faces


@dataclass(slots=True)
class _Made:
    """What was made of a Document, once it was; who makes it holds the lock."""

    rendition: Rendition | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Renditions:
    """What was made of the Documents of Jobs that are printed."""

    def __init__(self, converter: Converter, spool: Spool) -> None:
        self._converter = converter
        self._spool = spool
        self._made: defaultdict[int, defaultdict[str, _Made]] = defaultdict(lambda: defaultdict(_Made))
        """By Job, and by what the keys of the files begin with."""

    async def of(self, parcel: Parcel, wanted: Wanted, tally: Tally | None = None) -> Rendition:
        """The parcel's Documents as they are `wanted`, printed as their Job says; `tally` counts them.

        Raises:
            ConversionError: It cannot be made.
            SpoolError: It cannot be kept.
        """
        key = _key(parcel, wanted)
        made = self._made[parcel.job.id][key]
        async with made.lock:
            known = made.rendition
            if known is None:
                known = made.rendition = await self._make(parcel, wanted, key, tally)
        if tally is not None:
            documents = 1 + len(parcel.others)
            tally.converted(known.outcome, documents=documents, times=_copies_elsewhere(parcel, wanted))
        return known

    async def forget(self, job_id: int) -> None:
        """Removes what was made for a Job."""
        renditions = [made.rendition for made in self._made.pop(job_id, {}).values()]
        ours = [each for each in renditions if each is not None and not each.outcome.unchanged]
        files = [file.key for each in ours for file in each.files]
        if files:
            await self._spool.delete(files)

    async def _make(self, parcel: Parcel, wanted: Wanted, key: str, tally: Tally | None) -> Rendition:
        documents, alone = (parcel.document, *parcel.others), not parcel.others
        asked = []
        for each in documents:
            asked.append(conversion(parcel.job, each, parcel.printer, wanted, alone=alone))
            await asyncio.sleep(0)  # there may be very many, and others want to be answered
        progress = _unseen if tally is None else partial(tally.converts, faces(asked[0].attributes))
        async with AsyncExitStack() as held:
            contents = [
                await held.enter_async_context(aclosing(self._spool.read(each.key))) for each in documents
            ]
            outcome, parts = await held.enter_async_context(
                self._converter.convert(asked, contents, progress)
            )
            if tally is not None and not any(each.password for each in documents):
                tally.reads(outcome.text)
            outcome = replace(outcome, text="")  # jobs may wait for long, and many of them
            if outcome.unchanged:
                return Rendition(files=(as_sent(parcel.document),), outcome=outcome)
            if outcome.sheets and not parts:
                raise ConversionError("Nothing comes of the document.")
            return Rendition(files=await self._kept(parts, key), outcome=outcome)

    async def _kept(self, parts: Sequence[Part], key: str) -> tuple[SpooledFile, ...]:
        """The parts in the spool: all of them or none."""
        files: list[SpooledFile] = []
        try:
            for part in parts:
                async with aclosing(part.content()) as made:
                    name = f"{key}-{part.number}"
                    spooled = await self._spool.write(name, made, lasting=False)
                    files.append(
                        SpooledFile(key=name, size_octets=spooled.size_octets, sha256=spooled.sha256)
                    )
        except BaseException:
            await self._spool.delete([file.key for file in files])
            raise
        return tuple(files)


def _unseen(progress: Progress) -> None:
    """Nobody watches it."""


def _copies_elsewhere(parcel: Parcel, wanted: Wanted) -> int:
    """How many copies the output makes itself of what it gets."""
    made = names.COPIES.get(AttributeGroup(GroupTag.JOB, wanted.instead))
    if made is None:
        return 1
    asked = names.COPIES.get(in_force(parcel.job, parcel.document, parcel.printer)) or 1
    return asked // made


def _key(parcel: Parcel, wanted: Wanted) -> str:
    """What keys of the spool begin with that no Document has."""
    made_of = repr((wanted, [document.key for document in parcel.others]))
    return f"{parcel.document.key}-{sha256(made_of.encode()).hexdigest()[:8]}"
