"""Documents to another IPP Printer, whose job and device are followed until the end (RFC 8011, RFC 3510)."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ippserver.client import (
    BadAnswer,
    ClientError,
    HttpError,
    IppClient,
    IppStatusError,
    JobInfo,
    Trust,
)
from ippserver.iana import groups, names
from ippserver.iana.enums import JobState, Status
from ippserver.interfaces import (
    Clock,
    DocumentStream,
    OutputError,
    OutputRefused,
    OutputUnavailable,
    Parcel,
    Watch,
)
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.describe import escape
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import MimeMediaType
from ippserver.model import formats
from ippserver.model.access import user_name
from ippserver.model.capabilities import Capabilities
from ippserver.model.errors import IppError
from ippserver.model.report import MIRRORED, Report
from ippserver.model.ticket import resolve
from ippserver.runtime.secrets import NoSecret, read_secret
from ippserver.runtime.threads import Workers

_FIRST_POLL_SECONDS: Final = 0.5
_LAST_POLL_SECONDS: Final = 30.0
_CANCEL_SECONDS: Final = 5.0
_OURS: Final = frozenset(
    definition.name
    for definition in (
        names.JOB_HOLD_UNTIL,
        names.JOB_HOLD_UNTIL_TIME,
        names.JOB_DELAY_OUTPUT_UNTIL,
        names.JOB_DELAY_OUTPUT_UNTIL_TIME,
        names.JOB_CANCEL_AFTER,
        names.JOB_RETAIN_UNTIL,
        names.JOB_RETAIN_UNTIL_INTERVAL,
        names.JOB_RETAIN_UNTIL_TIME,
        names.PROOF_PRINT,
        names.PROOF_COPIES,
    )
)
"""What is about the Job here and not about its pages."""
_IN_RENDITIONS: Final = frozenset(
    definition.name
    for definition in (
        names.COPIES,
        names.JOB_SHEETS,
        names.JOB_SHEETS_COL,
        names.MULTIPLE_DOCUMENT_HANDLING,
        names.NUMBER_UP,
        names.ORIENTATION_REQUESTED,
        names.OVERRIDES,
        names.PAGE_RANGES,
        names.PRESENTATION_DIRECTION_NUMBER_UP,
        names.PRINT_SCALING,
    )
)
"""What is done already where the document was converted for the output."""
_DEVICE: Final = (
    names.PRINTER_STATE_REASONS,
    *(definition for name, definition in names.DEFINITIONS.items() if name in MIRRORED),
)
_JOB: Final = (names.JOB_STATE, names.JOB_STATE_REASONS, names.JOB_STATE_MESSAGE)
_LASTING: Final = frozenset(
    {
        Status.CLIENT_ERROR_BAD_REQUEST,
        Status.CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE,
        Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
        Status.CLIENT_ERROR_DOCUMENT_FORMAT_ERROR,
        Status.CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED,
        Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
        Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES,
    }
)
"""What a Printer says of this document, and will say again."""
_GONE: Final = frozenset({Status.CLIENT_ERROR_NOT_FOUND, Status.CLIENT_ERROR_GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardConfig:
    """To which Printer, and how it is known."""

    uri: str
    user: str = ""
    """The login; empty for the one of the job, without a password."""
    password: str = ""
    """Where it is, "file:/PATH" or "env:NAME"."""
    fingerprint: str = ""
    """SHA-256 of the one certificate that is trusted; empty for whom the authorities vouch for."""
    timeout_seconds: float = 60.0
    """The longest silence."""
    ca_file: Path | None = None


class ForwardOutput:
    """Has another Printer print each Document, as a Job of its own (see interfaces.Output).

    The target is the URI of that Job, stored as soon as it is known: after a crash it is followed, and
    nothing is sent again.
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

    async def open(self) -> None:
        """Looks whether the password is there; nobody is connected to yet."""
        try:
            await self._password()
        except NoSecret as error:
            raise OutputError(f"output {self._name}: {error}") from error

    async def plan(self, parcel: Parcel) -> str:
        """Nothing: the other Printer names its Job."""
        return ""

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Sends it, and follows it until it is printed."""
        (content,) = contents
        with self._failing():
            if not target:
                async with self._client(parcel) as printer:
                    job = await self._sent(printer, parcel, content)
                # Of our own making: what it says its job-uri is could be anybody's, and gets our password.
                target = f"{self._prefix}{job.id}"
                if parcel.watch is not None:
                    await parcel.watch.placed(target)
            job_id = target.removeprefix(self._prefix)
            if job_id.isdecimal() and int(job_id):  # else it cannot be asked for
                await self._followed(parcel, int(job_id))
        return target

    @property
    def _prefix(self) -> str:
        return self._config.uri.rstrip("/") + "/"

    # ---- sending

    async def _sent(self, printer: IppClient, parcel: Parcel, content: DocumentStream) -> JobInfo:
        able = Capabilities(tuple(await printer.get_printer_attributes((groups.ALL,))))
        _show(parcel.watch, AttributeGroup(GroupTag.PRINTER, able.attributes.values()))
        if names.PRINTER_IS_ACCEPTING_JOBS.get(able) is False:
            raise OutputUnavailable(f"{printer.uri.authority} accepts no jobs now.")
        job = parcel.job
        described = [names.JOB_NAME.of(job.name), names.DOCUMENT_FORMAT.of(_format(able, parcel, printer))]
        if parcel.document.name is not None:
            described.append(names.DOCUMENT_NAME.of(parcel.document.name))
        return await printer.print_job(content, described, self._template(parcel, able))

    def _template(self, parcel: Parcel, able: Capabilities) -> tuple[Attribute, ...]:
        """The Job Template attributes that the other Printer supports."""
        whole = {attribute.name: attribute for attribute in parcel.job.template}
        whole |= {attribute.name: attribute for attribute in parcel.document.template}
        done = _OURS if parcel.rendition is None else _OURS | _IN_RENDITIONS
        wanted = AttributeGroup(GroupTag.JOB, [each for each in whole.values() if each.name not in done])
        try:
            return resolve(wanted, able, fidelity=False, now=self._clock.now()).template
        except IppError:
            return ()  # it is printed as the other Printer does by itself

    # ---- following

    async def _followed(self, parcel: Parcel, job_id: int) -> None:
        """Returns when the other Job is completed; tells meanwhile what it and its device say."""
        watch = parcel.watch
        if watch is not None:
            watch.waits()  # others need not wait for paper
        try:
            await self._poll(parcel, job_id)
        except asyncio.CancelledError:
            if watch is not None and watch.canceling:
                await self._cancel(parcel, job_id)
            raise
        except _Aborted as error:
            if watch is not None:
                await watch.placed("")  # it is sent again
            raise OutputError(str(error)) from error

    async def _poll(self, parcel: Parcel, job_id: int) -> None:
        pause_seconds, said = _FIRST_POLL_SECONDS, ""
        while True:
            async with self._client(parcel) as printer:
                try:
                    job = await printer.get_job_attributes(job_id, _JOB)
                except IppStatusError as error:
                    if error.status in _GONE:
                        return  # it took it, and has forgotten it
                    raise
                if parcel.watch is not None:
                    _show(parcel.watch, await printer.get_printer_attributes(_DEVICE))
            if job.state is JobState.COMPLETED:
                return
            text = escape(job.message)
            if job.state is JobState.CANCELED:
                raise OutputRefused(f"The job was canceled at the other printer. {text}".strip())
            if job.state is JobState.ABORTED:
                raise _Aborted(f"The other printer aborted the job. {text}".strip())
            if parcel.watch is not None and text and text != said:
                said = text
                parcel.watch.says(text)
            await self._clock.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 1.5, _LAST_POLL_SECONDS)

    async def _cancel(self, parcel: Parcel, job_id: int) -> None:
        with suppress(OutputError, TimeoutError):
            async with asyncio.timeout(_CANCEL_SECONDS):
                with self._failing():
                    async with self._client(parcel) as printer:
                        await printer.cancel_job(job_id)

    # ---- the other Printer

    @asynccontextmanager
    async def _client(self, parcel: Parcel) -> AsyncIterator[IppClient]:
        config, password = self._config, await self._password()
        client = IppClient(
            config.uri,
            user=config.user or user_name(parcel.job),
            password=password or None,
            trust=self._trust,
            timeout_seconds=config.timeout_seconds,
        )
        async with client:
            yield client

    async def _password(self) -> str:
        reference = self._config.password
        return await self._workers.run(read_secret, reference) if reference else ""

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except IppStatusError as error:
            text = f"The other printer refuses: {escape(str(error))}"
            if error.status in _LASTING:
                raise OutputRefused(text) from error
            raise OutputUnavailable(text) from error
        except (BadAnswer, HttpError) as error:
            raise OutputError(escape(str(error))) from error
        except (ClientError, NoSecret) as error:
            raise OutputUnavailable(escape(str(error))) from error


class _Aborted(Exception):
    """The other Printer gave up the Job."""


def _format(able: Capabilities, parcel: Parcel, printer: IppClient) -> MimeMediaType:
    """As what the document is sent: what it is, or for a Printer that looks itself, just octets."""
    taken = {str(each).lower() for each in names.DOCUMENT_FORMAT_SUPPORTED.all(able)}
    for media_type in (parcel.media_type, formats.essence(parcel.media_type)):
        if media_type.lower() in taken:
            return MimeMediaType(media_type)
    if parcel.media_type == formats.OCTET_STREAM and formats.OCTET_STREAM in taken:
        return MimeMediaType(formats.OCTET_STREAM)
    raise OutputRefused(f"{printer.uri.authority} takes no {parcel.media_type}.")


def _show(watch: Watch | None, printer: AttributeGroup) -> None:
    if watch is not None:
        watch.reports(Report.of(names.PRINTER_STATE_REASONS.all(printer), printer))
