"""A printer for tests: a whole server in a thread of its own, on a free port of loopback."""

import asyncio
import tempfile
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from ippserver.app import build
from ippserver.config import DEFAULT_PROFILE, load
from ippserver.iana.enums import JobState
from ippserver.interfaces import JobQuery
from ippserver.ipp.attributes import Attribute
from ippserver.model.access import user_name
from ippserver.model.document import Document
from ippserver.model.job import Change, Job
from ippserver.server import Addresses, Server
from ippserver.web.certificate import Pair

T = TypeVar("T")

_START_SECONDS: Final = 60.0
_CALL_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class CapturedDocument:
    """A document as the printer took it."""

    number: int
    format: str
    """The media type that was declared, or found."""
    size_octets: int
    sha256: str
    """Of `data`, hexadecimal."""
    _read: Callable[[], bytes] = field(repr=False, compare=False)

    @property
    def data(self) -> bytes:
        """The octets, decompressed; read anew each time."""
        return self._read()


@dataclass(frozen=True, slots=True)
class CapturedJob:
    """A job as it is at the moment of asking; it does not change afterwards."""

    id: int
    name: str
    user: str
    state: str
    """job-state as its keyword: "pending", "completed" ..."""
    reasons: frozenset[str]
    printer: str
    """The path of the printer that took it."""
    attributes: tuple[Attribute, ...]
    """The Job Template attributes that were accepted."""
    documents: tuple[CapturedDocument, ...]
    files: tuple[str, ...]
    """What outputs made of the documents, below their folders; of several files a pattern: `7-a-*.png`."""


class VirtualPrinter:
    """A context manager: the printer runs inside it, and everything it kept is gone after it.

    >>> with VirtualPrinter() as printer:
    ...     send_something_to(printer.uri)
    ...     job = printer.wait_for_job(name="report")
    ...     assert job.documents[0].format == "application/pdf"
    """

    def __init__(
        self,
        *,
        name: str = "virtual",
        profile: str = DEFAULT_PROFILE,
        save: Path | None = None,
        save_as: str = "original",
        tls: bool = False,
        settings: dict[str, Any] | None = None,
    ) -> None:
        """`profile` is what kind of printer it is: "label", or a file of your own, "./mine.toml".

        `save` is a folder for the printed files, which else are only captured. They are as they were sent,
        or with `save_as` what a printer makes of them: "pdf", "png", "jpeg", "pwg-raster" or "urf".

        With `tls` it answers at `ipps_uri`, too; clients have to trust its `certificate`.

        `settings` is a configuration in the shape of the TOML file, laid over what a test wants: a free port,
        access open, jobs that complete at once, history in memory. With several `printer` tables in it there
        are several printers, see `uri_of`.
        """
        self._usual = {"name": name, "profile": profile}
        self._output = {"type": "discard"}
        if save is not None:
            self._output = {"type": "folder", "folder": str(save), "format": save_as}
        self._settings = _merged({"tls": {"mode": "offer" if tls else "off"}}, settings or {})
        self._paths: tuple[str, ...] = ()
        self._running: _Running | None = None
        self._addresses: Future[Addresses] = Future()
        self._thread: threading.Thread | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    # ---- running

    def start(self) -> Self:
        """Starts it; it serves when this returns.

        Raises:
            ConfigError, BindError, ...: It cannot; nothing is left of it.
        """
        assert self._thread is None, "the printer is running already"
        self._addresses = Future()
        self._folder = tempfile.TemporaryDirectory(prefix="ippserver-test-")
        self._thread = threading.Thread(target=self._run, name="virtual-printer", daemon=True)
        self._thread.start()
        try:
            self._addresses.result(_START_SECONDS)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stops it and forgets what it kept; stopping twice does no harm.

        Raises:
            RuntimeError: It does not stop.
        """
        if self._thread is not None:
            if self._running is not None and self._thread.is_alive():
                self._running.loop.call_soon_threadsafe(self._running.stop.set)
            self._thread.join(_CALL_SECONDS)
            if self._thread.is_alive():
                raise RuntimeError(f"the printer did not stop within {_CALL_SECONDS:g} s")
        if self._folder is not None:
            self._folder.cleanup()
        self._thread = self._running = self._folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve(self._built()))
        except BaseException as error:  # handed to the thread that waits in start()
            if self._addresses.done():
                raise
            self._addresses.set_exception(error)

    def _built(self) -> Server:
        assert self._folder is not None, "start() has made it"
        folder = Path(self._folder.name)
        settings = load(None, {}, _configuration(folder, self._usual, self._output, self._settings))
        self._paths = tuple(printer.path for printer in settings.printers)
        return build(settings)

    async def _serve(self, server: Server) -> None:
        running = self._running = _Running(asyncio.get_running_loop(), server)
        server.jobs.watch(running.note)
        await server.run(running.stop, self._addresses.set_result)

    # ---- where it is

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._addresses.result()[0][1]

    @property
    def uri(self) -> str:
        """The URI of the printer, the first one if there are several."""
        return self.uri_of(self._paths[0])

    def uri_of(self, path: str) -> str:
        """The URI of the printer at `path`."""
        return f"ipp://localhost:{self.port}{path}"

    @property
    def ipps_uri(self) -> str:
        """As `uri`, for TLS."""
        return self.uri.replace("ipp:", "ipps:", 1)

    @property
    def certificate(self) -> Path:
        """The file of the self-signed certificate, in PEM, which clients of `ipps_uri` have to trust."""
        assert self._folder is not None, "the printer is running"
        return Path(self._folder.name, "tls", "certificate.pem")

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of that certificate: AB:CD:..."""
        return Pair(self.certificate, self.certificate).fingerprint()

    # ---- what it got

    @property
    def jobs(self) -> list[CapturedJob]:
        """Every job that it has, oldest first."""
        return self._call(self._captured)

    def wait_for_job(
        self, *, name: str | None = None, state: str = "completed", timeout_seconds: float = 30.0
    ) -> CapturedJob:
        """The oldest job called `name` (or any) in the state `state`, as soon as there is one.

        Raises:
            AssertionError: There was none in time; it lists those that did come.
        """
        return self.wait_for_jobs(1, name=name, state=state, timeout_seconds=timeout_seconds)[0]

    def wait_for_jobs(
        self, count: int, *, name: str | None = None, state: str = "completed", timeout_seconds: float = 30.0
    ) -> list[CapturedJob]:
        """At least `count` such jobs, oldest first; see `wait_for_job`."""
        return self._call(lambda: self._wait(count, name, state, timeout_seconds), timeout_seconds)

    async def _wait(self, count: int, name: str | None, state: str, seconds: float) -> list[CapturedJob]:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    changed = self._living.changed  # taken before looking, so that no change is missed
                    found = [
                        job
                        for job in await self._captured()
                        if job.state == state and (name is None or job.name == name)
                    ]
                    if len(found) >= count:
                        return found
                    await changed.wait()
        except TimeoutError:
            came = [f"{job.id} {job.name!r} {job.state}" for job in await self._captured()]
            raise AssertionError(
                f"{count} job(s) named {name!r} and {state} did not come in {seconds} s; these did: {came}"
            ) from None

    async def _captured(self) -> list[CapturedJob]:
        jobs = await self._living.server.jobs.query(JobQuery())
        return [self._capture(job) for job in sorted(jobs, key=lambda job: job.id)]

    def _capture(self, job: Job) -> CapturedJob:
        return CapturedJob(
            id=job.id,
            name=job.title if isinstance(job.title, str) else job.title.text,
            user=user_name(job),
            state=JobState(job.state).keyword,
            reasons=frozenset(str(reason) for reason in job.reasons),
            printer=job.printer,
            attributes=job.template,
            documents=tuple(self._capture_document(document) for document in job.documents),
            files=tuple(
                delivery.target
                for document in job.documents
                for delivery in document.deliveries
                if delivery.done and delivery.target
            ),
        )

    def _capture_document(self, document: Document) -> CapturedDocument:
        return CapturedDocument(
            number=document.number,
            format=document.format,
            size_octets=document.size_octets,
            sha256=document.sha256,
            _read=lambda: self._call(lambda: self._data(document.key)),
        )

    async def _data(self, key: str) -> bytes:
        async with aclosing(self._living.server.spool.read(key)) as pieces:
            return b"".join([piece async for piece in pieces])

    @property
    def _living(self) -> "_Running":
        if self._running is None:
            raise RuntimeError("the printer is not running")
        return self._running

    @property
    def _loop(self) -> asyncio.AbstractEventLoop | None:
        return None if self._running is None else self._running.loop

    def _call(self, work: Callable[[], Awaitable[T]], seconds: float = 0.0) -> T:
        """What `work` answers on the server's loop."""

        async def on_loop() -> T:
            return await work()

        loop = self._living.loop
        return asyncio.run_coroutine_threadsafe(on_loop(), loop).result(seconds + _CALL_SECONDS)


class _Running:
    """What there is while the server runs, all of it on its loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, server: Server) -> None:
        self.loop = loop
        self.server = server
        self.stop = asyncio.Event()
        self.changed = asyncio.Event()
        """Set at the next change of any job, and replaced then: each change wakes all who wait."""

    def note(self, change: Change) -> None:
        """Wakes whoever waits for a job."""
        self.changed.set()
        self.changed = asyncio.Event()


def _configuration(
    folder: Path, printer: dict[str, str], output: dict[str, str], settings: dict[str, Any]
) -> dict[str, Any]:
    """`settings` over what a test wants; each of their printers over what a test wants of a printer."""
    usual = {"profile": printer["profile"], "minimum-processing-seconds": 0, "output": [output]}
    defaults = {
        "server": {"listen": ["127.0.0.1:0"], "data-dir": str(folder)},
        "access": {"preset": "open"},
        "store": {"kind": "memory"},
        "spool": {"min-free-octets": 0},
        "dns-sd": {"enabled": False},
    }
    printers = [{**usual, **each} for each in settings.get("printer", [printer])]
    return {**_merged(defaults, settings), "printer": printers}


def _merged(defaults: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """`settings` over `defaults`: tables key by key, lists as a whole."""
    merged = dict(defaults)
    for key, value in settings.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged
