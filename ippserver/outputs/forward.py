"""Documents to another IPP Printer, whose job and device are followed until the end (RFC 8011, RFC 3510)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ippserver.client import ClientError, IppClient, IppStatusError, Trust
from ippserver.iana import groups, names
from ippserver.iana.enums import Status
from ippserver.interfaces import (
    Clock,
    DocumentStream,
    OutputError,
    OutputRefused,
    OutputUnavailable,
    Parcel,
)
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MimeMediaType
from ippserver.model.access import user_name
from ippserver.model.capabilities import Capabilities
from ippserver.model.conversion import Wanted
from ippserver.model.report import Report
from ippserver.outputs.peer import Peer
from ippserver.outputs.peer_faults import failing
from ippserver.outputs.peer_job import DEVICE, Lost, PeerJob, canceled_there, report_of, up_since
from ippserver.runtime.secrets import NoSecret, read_secret
from ippserver.runtime.threads import Workers

_CANCEL_SECONDS: Final = 5.0


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
    ca_file: Path | None = None


class ForwardOutput:
    """Has another Printer print each Document, as a Job of its own (see interfaces.Output).

    The target is the URI of that Job, stored as soon as it is known: after a crash it is followed, and
    nothing is sent again. Where the Printer makes Jobs in steps, that is before the document is sent.
    """

    def __init__(self, name: str, config: ForwardConfig, clock: Clock) -> None:
        self._name = name
        self._config = config
        self._clock = clock
        self._workers = Workers("output")
        self._trust = (
            Trust.in_fingerprint(config.fingerprint) if config.fingerprint else Trust(cafile=config.ca_file)
        )

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    @property
    def chooses(self) -> bool:
        """Whether it wants pages sometimes: `wants` has to be asked."""
        return self._config.media_type is not None

    async def open(self) -> None:
        """Looks whether the password is there; nobody is connected to yet."""
        try:
            await self._password()
        except NoSecret as error:
            raise OutputError(f"output {self._name}: {error}") from error

    async def plan(self, parcel: Parcel) -> str:
        """Nothing: the other Printer names its Job."""
        return ""

    async def wants(self, parcel: Parcel, target: str) -> Wanted | None:
        """What the document is to become for the other Printer (see interfaces.Wish)."""
        if target:
            return None  # it is there already
        async with self._client(parcel) as printer:
            with failing(asking=True):
                able = await self._able(printer, parcel)
        return self._peer(printer, able).wanted(parcel, self._config.media_type or "")

    async def mirror(self, tell: Callable[[Report], None]) -> None:
        """Tells how its device is (see model.report.Mirror)."""
        while self._config.watch_seconds:
            with suppress(OutputError), failing(asking=True):
                async with self._connected(self._config.user or None) as printer:
                    tell(report_of(await printer.get_printer_attributes(DEVICE)))
            await self._clock.sleep(self._config.watch_seconds)

    async def recall(self, parcel: Parcel, target: str) -> None:
        """Cancels its Job there (see model.parcel.Recall)."""
        await self._cancel(PeerJob(self._job_id(target), parcel, self._clock, partial(self._client, parcel)))

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Sends it, and follows it until it is printed."""
        job = PeerJob(self._job_id(target), parcel, self._clock, partial(self._client, parcel))
        if target and not job.id:
            return target  # it cannot be asked for
        try:
            if not target:
                with failing():
                    await self._send(job, contents)
            with failing(asking=True):
                await self._see_to(job, fresh=not target)
        except asyncio.CancelledError:
            if parcel.watch is not None and parcel.watch.canceling:
                await self._cancel(job)
            raise
        return self._target(job)

    def _target(self, job: PeerJob) -> str:
        """Its job-uri, of our own making: what the Printer says could be anybody's, and gets our password."""
        return f"{self._prefix}{job.id}"

    def _job_id(self, target: str) -> int:
        job_id = target.removeprefix(self._prefix)
        return int(job_id) if job_id.isdecimal() else 0

    @property
    def _prefix(self) -> str:
        return self._config.uri.rstrip("/") + "/"

    # ---- sending

    async def _send(self, job: PeerJob, contents: Sequence[DocumentStream]) -> None:
        parcel = job.parcel
        async with self._client(parcel) as printer:
            with failing(asking=True):
                able = await self._able(printer, parcel)
            peer = self._peer(printer, able)
            if names.PRINTER_IS_ACCEPTING_JOBS.get(able) is False:
                raise OutputUnavailable(f"{peer.name} accepts no jobs now.")
            if not peer.takes(parcel.media_type):
                raise OutputRefused(f"{peer.name} takes no {parcel.media_type}.")
            job.up_since = up_since(able, self._clock)
            template = peer.template(parcel)
            peer.check_files(len(contents))
            if peer.makes_jobs_in_steps:
                await self._send_in_steps(printer, job, template, contents)
                return
            (content,) = contents
            described = (names.JOB_NAME.of(parcel.job.name), *_described(parcel))
            job.id = (await printer.print_job(content, described, template)).id
            await self._place(job)

    async def _send_in_steps(
        self,
        printer: IppClient,
        job: PeerJob,
        template: Sequence[Attribute],
        contents: Sequence[DocumentStream],
    ) -> None:
        """The Job first, so that it is known whatever happens to the document."""
        created = await printer.create_job([names.JOB_NAME.of(job.parcel.job.name)], template)
        job.id = created.id
        await self._place(job)
        try:
            for number, content in enumerate(contents, 1):
                last = number == len(contents)
                await printer.send_document(job.id, content, _described(job.parcel), last=last)
        except ClientError as error:
            if isinstance(error, IppStatusError):  # else it may have all of it, which shows later
                if error.status is Status.CLIENT_ERROR_NOT_POSSIBLE and await job.was_canceled():
                    raise canceled_there() from error
                await self._give_up(job)
            raise
        except Exception:
            await self._give_up(job)
            raise

    async def _place(self, job: PeerJob) -> None:
        if job.parcel.watch is not None:
            await job.parcel.watch.placed(self._target(job))

    async def _give_up(self, job: PeerJob) -> None:
        """Has the next try begin anew."""
        await self._cancel(job)
        if job.parcel.watch is not None:
            await job.parcel.watch.placed("")

    # ---- following

    async def _see_to(self, job: PeerJob, *, fresh: bool) -> None:
        """Returns when the Job is completed there; one of an earlier try may have got no document."""
        if not fresh and await job.is_open():
            await self._give_up(job)
            raise OutputError("The document did not reach the other printer, and is sent again.")
        if not job.id:
            return  # it cannot be asked for
        if job.parcel.watch is not None:
            job.parcel.watch.waits()  # others need not wait for paper
        try:
            await job.ended()
        except Lost:
            if job.parcel.watch is not None:
                await job.parcel.watch.placed("")  # it is sent again
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

    def _peer(self, printer: IppClient, able: Capabilities) -> Peer:
        return Peer(printer.uri.authority, able, self._clock.now())

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
        )
        async with client:
            yield client

    async def _password(self) -> str:
        reference = self._config.password
        return await self._workers.run(read_secret, reference) if reference else ""


def _described(parcel: Parcel) -> tuple[Attribute, ...]:
    """What is said of the document."""
    known = names.DOCUMENT_FORMAT.of(MimeMediaType(parcel.media_type))
    name = parcel.document.name
    return (known,) if name is None else (known, names.DOCUMENT_NAME.of(name))
