"""Documents to another IPP Printer, whose job and device are followed until the end (RFC 8011, RFC 3510)."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ippserver.client import IppClient, Trust
from ippserver.iana import groups, names
from ippserver.interfaces import (
    Clock,
    DocumentStream,
    OutputError,
    OutputRefused,
    OutputUnavailable,
    Parcel,
    Wishes,
)
from ippserver.ipp.limits import SMALL_ANSWERS
from ippserver.model.access import user_name
from ippserver.model.capabilities import Capabilities
from ippserver.model.report import Report
from ippserver.outputs.peer import Peer
from ippserver.outputs.peer_documents import Forwarding, template
from ippserver.outputs.peer_faults import failing
from ippserver.outputs.peer_job import DEVICE, Lost, PeerJob, report_of, up_since
from ippserver.outputs.peer_search import Search, Unsure
from ippserver.outputs.peer_sending import Sending
from ippserver.runtime.secrets import NoSecret, read_secret
from ippserver.runtime.threads import Workers

_CANCEL_SECONDS: Final = 5.0
_ARRIVING_SECONDS: Final = 10.0
"""So long may a Printer that has all of a document take to list its Job."""
_MOST_KNOWN: Final = 1000
_UNSURE: Final = "The other printer may have printed the document: its answer was lost. It is not sent again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardConfig:
    """To which Printer, and how it is known."""

    uri: str
    media_type: str | None = ""
    """What documents become; empty for what the Printer takes best, None for what they are."""
    user: str = ""
    """The login; empty for the one of the job, without a password."""
    password: str = ""
    """Where it is, "file:/PATH" or "env:NAME"."""
    allow_clear_text: bool = False
    """Whether the password may travel unencrypted."""
    fingerprint: str = ""
    """SHA-256 of the one certificate that is trusted; empty for whom the authorities vouch for."""
    timeout_seconds: float = 60.0
    """The longest silence."""
    watch_seconds: float = 60.0
    """How often its device is asked how it is while nothing is printed; 0 for never."""
    resolution_dpi: int = 0
    """Of pages that are drawn; 0 leaves it to their Jobs."""
    resend: bool = False
    """Whether a document is sent again of which nobody can know whether it was printed."""
    ca_file: Path | None = None


class ForwardOutput:
    """Has another Printer print the Documents of a Job, as one Job if that can be (see interfaces.Output).

    The target is the URI of that Job, stored as soon as it is known: after a crash it is followed, and
    nothing is sent again. Where the Printer makes Jobs in steps, that is before the document is sent; else
    it is noted that it is sent, and the Job is looked for if no answer comes.
    """

    def __init__(self, name: str, config: ForwardConfig, clock: Clock) -> None:
        self._name = name
        self._config = config
        self._clock = clock
        self._workers = Workers("output")
        self._known: Final[deque[int]] = deque(maxlen=_MOST_KNOWN)
        """The job-ids of documents there that were answered, the newest."""
        self._trust = (
            Trust.in_fingerprint(config.fingerprint) if config.fingerprint else Trust(cafile=config.ca_file)
        )

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Looks whether the password is there; nobody is connected to yet."""
        try:
            await self._password()
        except NoSecret as error:
            raise OutputError(f"output {self._name}: {error}") from error

    async def plan(self, parcel: Parcel) -> str:
        """Nothing: the other Printer names its Job."""
        return ""

    async def wants(self, parcel: Parcel, target: str) -> Wishes:
        """What the documents are to become for the other Printer (see interfaces.Wish)."""
        job = self._job(parcel, target)
        if (job.id and not parcel.each) or (job.sent is None and target and not job.id):
            return Wishes()  # it is there already
        if not parcel.each and self._config.media_type is None:
            return Wishes()
        with failing(asking=True):
            async with self._client(parcel) as printer:
                able = await self._able(printer, parcel)
            # A Job may have very many documents.
            wishes = await self._workers.run(self._forwarding(printer, able).wishes, parcel)
            return await self._left(job, wishes) if job.id else wishes

    async def _left(self, job: PeerJob, wishes: Wishes) -> Wishes:
        """What is to be made of documents, some of which are there already."""
        there = await job.received()
        if there.open and wishes.each:
            return wishes
        sent = [each for each in wishes.each if each is None]  # nothing may come of what is made
        if 0 < (there.documents or 0) < len(sent):  # CUPS counts none when a job has ended
            raise OutputRefused(f"The other printer has {there.documents} of {len(sent)} documents.")
        return Wishes()

    async def mirror(self, tell: Callable[[Report], None]) -> None:
        """Tells how its device is (see model.report.Mirror)."""
        while self._config.watch_seconds:
            with suppress(OutputError), failing(asking=True):
                async with self._connected(self._config.user or None) as printer:
                    tell(report_of(await printer.get_printer_attributes(DEVICE)))
            await self._clock.sleep(self._config.watch_seconds)

    async def recall(self, parcel: Parcel, target: str) -> None:
        """Cancels its Job there, or its Document of that (see model.parcel.Recall)."""
        job = self._job(parcel, target)
        if parcel.each:
            with failing():
                await job.cancel_document()
            return
        if job.sent is not None:
            with failing(asking=True):
                async with self._client(parcel) as printer:
                    await self._look_for(job, printer, await self._able(printer, parcel))
            if not job.id and self._may_arrive(parcel):
                raise OutputUnavailable("The document may still be on its way into the other printer.")
        with failing():
            await job.cancel()

    def _may_arrive(self, parcel: Parcel) -> bool:
        """Whether the Document, all of which was sent, was canceled so lately that its Job may yet appear."""
        canceled = parcel.document.completed
        return canceled is not None and 0 <= self._clock.now() - canceled < _ARRIVING_SECONDS

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Sends it, and follows it until it is printed."""
        job = self._job(parcel, target)
        if target and not job.target:
            return target  # it cannot be asked for
        try:
            with failing():
                await self._bring(job, contents)
            self._known.append(job.id)
            with failing(asking=True):
                await self._follow(job)
        except asyncio.CancelledError:
            if parcel.watch is not None and parcel.watch.canceling:
                await self._cancel(job)
            raise
        return job.target

    def _job(self, parcel: Parcel, target: str) -> PeerJob:
        job = PeerJob(self._config.uri, parcel, self._clock, partial(self._client, parcel))
        job.locate(target)
        return job

    # ---- sending

    async def _bring(self, job: PeerJob, contents: Sequence[DocumentStream]) -> None:
        """Has the Printer have all of the Job, which it may have already."""
        async with self._client(job.parcel) as printer:
            if job.id:
                with failing(asking=True):
                    received = await job.received()
                if received.open:
                    await Sending(printer, job, contents).go_on(received)
                return
            with failing(asking=True):
                able = await self._able(printer, job.parcel)
                if job.sent is not None:
                    await self._look_for(job, printer, able)
            if not job.id:
                await self._send(Sending(printer, job, contents), able)

    async def _look_for(self, job: PeerJob, printer: IppClient, able: Capabilities) -> None:
        """Finds the Job that was sent and not answered.

        Raises:
            OutputRefused: Nobody can know whether it was printed, and it is not to be printed twice.
        """
        assert job.sent is not None, "it was sent"
        try:
            job.id = await Search(printer, able, job.parcel, job.sent, self._known).run()
        except Unsure:
            if not self._config.resend:
                raise OutputRefused(_UNSURE) from None
        if job.id:
            await job.place()

    async def _send(self, sending: Sending, able: Capabilities) -> None:
        job, peer = sending.job, self._forwarding(sending.printer, able).peer
        if names.PRINTER_IS_ACCEPTING_JOBS.get(able) is False:
            raise OutputUnavailable(f"{peer.name} accepts no jobs now.")
        for part in job.parcel.parts:
            if not peer.takes(part.media_type):
                raise OutputRefused(f"{peer.name} takes no {part.media_type}.")
        peer.check_files(len(sending.contents))
        job.up_since = up_since(able, self._clock)
        attributes = template(peer, job.parcel)
        if peer.makes_jobs_in_steps:
            await sending.in_steps(attributes)
        else:
            job.sent = names.PRINTER_UP_TIME.get(able) or 0
            await sending.at_once(attributes)

    # ---- following

    async def _follow(self, job: PeerJob) -> None:
        """Returns when the Job is completed there."""
        if not job.id:
            return  # it cannot be asked for
        if job.parcel.watch is not None:
            job.parcel.watch.waits()  # others need not wait for paper
        try:
            await job.ended()
        except Lost:
            await job.forget()  # it is sent again
            raise

    async def _cancel(self, job: PeerJob) -> None:
        with suppress(OutputError, TimeoutError):
            async with asyncio.timeout(_CANCEL_SECONDS):
                with failing():
                    await job.cancel()

    # ---- the other Printer

    async def _able(self, printer: IppClient, parcel: Parcel) -> Capabilities:
        """All that it says of itself; what its device says is shown."""
        told = await printer.get_printer_attributes((groups.ALL,))
        if parcel.watch is not None:
            parcel.watch.reports(report_of(told))
        return Capabilities(tuple(told))

    def _forwarding(self, printer: IppClient, able: Capabilities) -> Forwarding:
        peer = Peer(printer.uri.authority, able, self._clock.now())
        return Forwarding(peer, self._config.media_type, self._config.resolution_dpi)

    def _client(self, parcel: Parcel) -> AbstractAsyncContextManager[IppClient]:
        return self._connected(self._config.user or user_name(parcel.job))

    @asynccontextmanager
    async def _connected(self, user: str | None) -> AsyncIterator[IppClient]:
        config, password = self._config, await self._password()
        client = IppClient(
            config.uri,
            user=user,
            password=password or None,
            trust=self._trust,
            timeout_seconds=config.timeout_seconds,
            allow_clear_text=config.allow_clear_text,
            limits=SMALL_ANSWERS,
        )
        async with client:
            yield client

    async def _password(self) -> str:
        reference = self._config.password
        return await self._workers.run(read_secret, reference) if reference else ""
