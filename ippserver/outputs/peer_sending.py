"""Documents on their way to another Printer, and what is known there of their Job meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from ippserver.client import BadAnswer, ClientError, IppClient, IppStatusError, Unreachable
from ippserver.iana import names
from ippserver.iana.enums import Status
from ippserver.interfaces import DocumentStream, OutputError, Parcel
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MimeMediaType
from ippserver.outputs.peer_faults import is_lasting
from ippserver.outputs.peer_job import PeerJob, Received, canceled_there

_ANSWER_SECONDS: Final = 5.0
"""So long the answer about a Job that is being made is waited for when nobody wants it any more."""


@dataclass(slots=True)
class Sending:
    """Sends `contents`, the files of the Job's parcel, to the Printer."""

    printer: IppClient
    job: PeerJob
    contents: Sequence[DocumentStream]
    _parts: Sequence[Parcel] = field(init=False)
    """What each of the files is of."""

    def __post_init__(self) -> None:
        self._parts = [part for part in self.job.parcel.parts for _ in part.files]

    async def at_once(self, template: Sequence[Attribute]) -> None:
        """The only one with Print-Job. Whoever does not get an answer to that does not know what was done."""
        (content,), (part,) = self.contents, self._parts
        attributes = (names.JOB_NAME.of(part.job.name), *_described(part))
        watched = _Watched(content)
        await self.job.place()
        try:
            self.job.id = (await self.printer.print_job(watched.pieces(), attributes, template)).id
        except (Unreachable, BadAnswer, asyncio.CancelledError):
            if not watched.ended:  # what is cut off is not printed
                await self.job.forget()
            raise
        except Exception:
            await self.job.forget()
            raise
        await self.job.place()

    async def in_steps(self, template: Sequence[Attribute]) -> None:
        """The Job first, so that it is known whatever happens to the documents."""
        making = asyncio.ensure_future(self._make(template))
        try:
            await asyncio.shield(making)
        except asyncio.CancelledError:  # it may be there already, and is to be canceled then
            with suppress(ClientError, TimeoutError):
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await making
            raise
        await self._rest()

    async def _make(self, template: Sequence[Attribute]) -> None:
        created = await self.printer.create_job([names.JOB_NAME.of(self.job.parcel.job.name)], template)
        self.job.id = created.id
        await self.job.place()

    async def go_on(self, received: Received) -> None:
        """Sends what an open Job has not received; one that has not begun to print is made anew, later.

        Raises:
            OutputError: It is canceled there, and is to be sent again.
        """
        had = received.documents or 0
        if not received.begun or not 0 < had <= len(self.contents) or len(self.job.parcel.parts) == 1:
            await self.job.give_up()
            raise OutputError("The document did not reach the other printer, and is sent again.")
        await self._rest(had)

    async def _rest(self, had: int = 0) -> None:
        """All but the first that it has had already."""
        files = list(zip(self.contents, self._parts, strict=True))
        try:
            for number, (content, part) in enumerate(files[had:], had + 1):
                last = number == len(files)
                await self.printer.send_document(self.job.id, content, _described(part), last=last)
            if had == len(files):
                await self.printer.send_document(self.job.id, None, last=True)
        except IppStatusError as error:
            if error.status is Status.CLIENT_ERROR_NOT_POSSIBLE and await self.job.was_canceled():
                raise canceled_there() from error
            if is_lasting(error) or not await self.job.has_begun():
                await self.job.give_up()
            raise
        except ClientError:
            raise  # it may have all of it, which shows later
        except Exception:
            await self.job.give_up()
            raise


class _Watched:
    """A document of which it is known whether all of it was taken."""

    def __init__(self, content: DocumentStream) -> None:
        self._content = content
        self.ended = False

    async def pieces(self) -> AsyncIterator[bytes]:
        async for piece in self._content:
            yield piece
        self.ended = True


def _described(part: Parcel) -> tuple[Attribute, ...]:
    """What is said of a document."""
    known = names.DOCUMENT_FORMAT.of(MimeMediaType(part.media_type))
    name = part.document.name
    return (known,) if name is None else (known, names.DOCUMENT_NAME.of(name))
