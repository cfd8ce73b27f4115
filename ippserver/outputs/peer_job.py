"""A Job at another Printer: followed until its end, and told of meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Final

from ippserver.client import ClientError, IppClient, IppStatusError, JobInfo
from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, Holder
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import Clock, OutputError, OutputRefused, OutputUnavailable, Parcel
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.describe import escape
from ippserver.ipp.values import Value
from ippserver.model.report import MIRRORED, Report

_FIRST_POLL_SECONDS: Final = 0.5
_LAST_POLL_SECONDS: Final = 30.0
_RESTART_SECONDS: Final = 60
"""So much may two clocks differ without one of them having begun anew."""
_BEGUN: Final = frozenset({JobState.PROCESSING, JobState.PROCESSING_STOPPED})
_CANCEL_SECONDS: Final = 5.0
_SENT: Final = "?"
_GONE: Final = frozenset({Status.CLIENT_ERROR_NOT_FOUND, Status.CLIENT_ERROR_GONE})
DEVICE: Final[tuple[AttributeDef[Value], ...]] = (
    names.PRINTER_STATE_REASONS,
    names.PRINTER_UP_TIME,
    *(definition for name, definition in names.DEFINITIONS.items() if name in MIRRORED),
)
"""How a Printer and its device are."""
_JOB: Final[tuple[AttributeDef[Value], ...]] = (
    names.NUMBER_OF_DOCUMENTS,
    names.JOB_NAME,
    names.JOB_UUID,
    names.JOB_STATE,
    names.JOB_STATE_REASONS,
    names.JOB_STATE_MESSAGE,
    names.JOB_IMPRESSIONS_COMPLETED,
    names.JOB_MEDIA_SHEETS_COMPLETED,
)


class Lost(OutputError):
    """The Job ended without being printed, by no fault of the document: it can be sent again."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a Job there has of its documents."""

    open: bool = False
    """Whether it still waits for some."""
    begun: bool = False
    """Whether some of them may be on paper."""
    documents: int | None = None
    """How many it has; None where the Printer does not say."""


@dataclass(slots=True)
class PeerJob:
    """The Job there, which is the parcel's here."""

    uri: str
    """The Printer's."""
    parcel: Parcel
    clock: Clock
    client: Callable[[], AbstractAsyncContextManager[IppClient]]
    """Connects, for one or a few requests."""
    id: int = 0
    """job-id; 0 where it is not known."""
    sent: int | None = None
    """The printer-up-time when it was sent with Print-Job, 0 where the Printer had none; None before."""
    uuid: str = ""
    """Its job-uuid, once it is known."""
    up_since: float | None = None
    """When the Printer that took it began to run, by our monotonic clock; None where nobody knows."""
    _said: str = field(default="", init=False)

    @property
    def target(self) -> str:
        """What is stored of it: its job-uri, or that it was sent and how to look for it; else empty.

        The URI is of our own making: what the Printer says could be anybody's, and gets our password.
        """
        if self.id or self.sent is None:
            return f"{self._prefix}{self.id}" if self.id else ""
        return f"{self._prefix}{_SENT}{self.sent}"

    def locate(self, target: str) -> None:
        """Takes what was stored of it."""
        rest = target.removeprefix(self._prefix)
        sent = rest.removeprefix(_SENT)
        self.id = int(rest) if rest.isdecimal() else 0
        self.sent = int(sent) if sent != rest and sent.isdecimal() else None

    @property
    def _prefix(self) -> str:
        return self.uri.rstrip("/") + "/"

    async def place(self) -> None:
        """Has stored what is known of it."""
        if self.parcel.watch is not None:
            await self.parcel.watch.placed(self.target)

    async def forget(self) -> None:
        """Has the next try begin anew."""
        self.id, self.sent = 0, None
        await self.place()

    async def give_up(self) -> None:
        """The same, when it is canceled there, if it can be."""
        with suppress(ClientError, TimeoutError):
            async with asyncio.timeout(_CANCEL_SECONDS):
                await self.cancel()
        await self.forget()

    async def ended(self) -> None:
        """Returns when it is completed; tells meanwhile what it and its device say.

        Raises:
            Lost: It was aborted, or the Printer does not know it any more, having begun anew.
            OutputRefused: It was canceled.
            ClientError: The Printer does not answer as it should.
        """
        pause_seconds = _FIRST_POLL_SECONDS
        while not await self._is_completed():
            await self.clock.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 1.5, _LAST_POLL_SECONDS)

    async def received(self) -> Received:
        """What it has of its documents; an open one was begun, and then something went wrong."""
        job, _ = await self._looked_at()
        if job is None:
            return Received()
        return Received(
            open=JobStateReason.JOB_INCOMING in job.reasons,
            begun=job.state in _BEGUN or job.impressions_completed > 0,
            documents=names.NUMBER_OF_DOCUMENTS.get(job.attributes),
        )

    async def has_begun(self) -> bool:
        """Whether something of one of several documents may be on paper."""
        with suppress(ClientError):
            return len(self.parcel.parts) > 1 and (await self.received()).begun
        return False

    async def was_canceled(self) -> bool:
        """Whether somebody canceled it there; False where the Printer does not say now."""
        with suppress(ClientError):
            job, _ = await self._looked_at()
            return job is not None and job.state is JobState.CANCELED
        return False

    async def cancel(self) -> None:
        """Cancels it, if it is known there, is ours, and has not ended."""
        if await self._is_under_way():
            await self._unless_ended(lambda printer: printer.cancel_job(self.id))

    async def cancel_document(self) -> None:
        """Cancels the parcel's Document of it, which is there at the same place as among `each`.

        Raises:
            OutputError: The Printer cannot do that.
            OutputUnavailable: The Document is not there yet.
        """
        if not await self._is_under_way():
            return
        async with self.client() as printer:
            able = await printer.get_printer_attributes((names.OPERATIONS_SUPPORTED,))
        if Operation.CANCEL_DOCUMENT not in names.OPERATIONS_SUPPORTED.all(able):
            raise OutputError("The other printer cannot cancel one document of a job.")
        place = [part.document.number for part in self.parcel.each].index(self.parcel.document.number)
        try:
            await self._unless_ended(lambda printer: printer.cancel_document(self.id, place + 1))
        except IppStatusError as error:
            if error.status is Status.CLIENT_ERROR_NOT_FOUND:
                raise OutputUnavailable("The document is not at the other printer yet.") from error
            raise

    async def _is_under_way(self) -> bool:
        job = (await self._looked_at())[0] if self.id else None
        return job is not None and not job.is_terminal

    async def _unless_ended(self, request: Callable[[IppClient], Awaitable[None]]) -> None:
        """Asks for what is not possible once it has ended."""
        try:
            async with self.client() as printer:
                await request(printer)
        except IppStatusError as error:
            if error.status is not Status.CLIENT_ERROR_NOT_POSSIBLE or await self._is_under_way():
                raise

    async def _is_completed(self) -> bool:
        job, device = await self._looked_at()
        if job is None:
            if self._began_anew(device):
                raise Lost("The other printer was switched off, and has forgotten the job.")
            return True  # it took it, and has forgotten it
        self.uuid = names.JOB_UUID.get(job.attributes) or self.uuid
        text = escape(job.message)
        match job.state:
            case JobState.COMPLETED:
                return True
            case JobState.CANCELED:
                raise canceled_there(text)
            case JobState.ABORTED:
                raise Lost(f"The other printer aborted the job. {text}".strip())
        self._tell(text, job)
        return False

    async def _looked_at(self) -> tuple[JobInfo | None, AttributeGroup]:
        """What the Printer says of it, if it knows it, and of itself."""
        async with self.client() as printer:
            try:
                job: JobInfo | None = await printer.get_job_attributes(self.id, _JOB)
            except IppStatusError as error:
                if error.status not in _GONE:
                    raise
                job = None
            device = await printer.get_printer_attributes(DEVICE)
        if self.parcel.watch is not None:
            self.parcel.watch.reports(report_of(device))
        return (None if job is None or self._is_another(job, device) else job), device

    def _is_another(self, job: JobInfo, device: AttributeGroup) -> bool:
        """Whether somebody else's Job has the id now, as it happens when a Printer counts from 1 again."""
        uuid = names.JOB_UUID.get(job.attributes)
        if self.uuid and uuid:
            return uuid != self.uuid
        seconds = names.PRINTER_UP_TIME.get(device)
        age = self.clock.now() - self.parcel.job.created
        return seconds is not None and seconds < age and job.name not in ("", str(self.parcel.job.name))

    def _began_anew(self, device: AttributeGroup) -> bool:
        """Whether the Printer was restarted since it took the Job."""
        began = up_since(device, self.clock)
        return began is not None and self.up_since is not None and began > self.up_since + _RESTART_SECONDS

    def _tell(self, text: str, job: JobInfo) -> None:
        if self.parcel.watch is None:
            return
        if text and text != self._said:
            self._said = text
            self.parcel.watch.says(text)
        self.parcel.watch.stands(job.reasons)
        counters = (names.JOB_IMPRESSIONS_COMPLETED, names.JOB_MEDIA_SHEETS_COMPLETED)
        # Many count nothing, and say 0.
        counted = [max(0, each.get(job.attributes) or 0) or None for each in counters]
        if any(counted):
            self.parcel.watch.prints(*counted)


def canceled_there(text: str = "") -> OutputRefused:
    """Nobody wants the document any more; `text` is what the Printer says of that."""
    words = f"The job was canceled at the other printer. {text}".strip()
    return OutputRefused(words, JobStateReason.JOB_CANCELED_AT_DEVICE)


def up_since(printer: Holder, clock: Clock) -> float | None:
    """When the Printer began to run, by our monotonic clock; None where it does not say."""
    seconds = names.PRINTER_UP_TIME.get(printer)
    return None if seconds is None else clock.monotonic() - seconds


def report_of(printer: AttributeGroup) -> Report:
    """What its device says."""
    return Report.of(names.PRINTER_STATE_REASONS.all(printer), printer)
