"""The live Printers: what they are configured to be, joined with what they are doing now."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from ippserver.engine.commitment import seen_through
from ippserver.interfaces import Clock, Ids, Output, PrinterRecord, PrinterStore, StoreError
from ippserver.ipp.attributes import Attribute
from ippserver.model.capabilities import Capabilities, capabilities
from ippserver.model.printer import PrinterConfig, PrinterStatus
from ippserver.model.uris import Paths
from ippserver.model.views import PRINTER_NAMES

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A Printer's configuration and the outputs that it names, open."""

    config: PrinterConfig
    outputs: tuple[Output, ...]
    attributes: tuple[Attribute, ...] = ()
    """What follows from the server and not from the configuration: operations-supported ..."""


class Printer:
    """One Printer while the server runs. Its record is written through to the store."""

    def __init__(self, setup: Setup, record: PrinterRecord, store: PrinterStore, clock: Clock) -> None:
        self.config: Final = setup.config
        self.outputs: Final = setup.outputs
        self.capabilities: Final[Capabilities] = capabilities(setup.config, setup.attributes)
        self.names: Final = PRINTER_NAMES | self.capabilities.attributes.keys()
        """The names of all attributes that it has."""
        self.wake: Final = asyncio.Event()
        """Set whenever there may be something to begin."""
        self._store = store
        self._clock = clock
        self._record = record
        self._processing = 0
        self._queued = 0
        self._spool_full = False
        self._saving = asyncio.Lock()

    @property
    def path(self) -> str:
        """Where it is found; its name in the store."""
        return self.config.path

    @property
    def record(self) -> PrinterRecord:
        """What it remembers across restarts."""
        return self._record

    @property
    def status(self) -> PrinterStatus:
        """What it is now."""
        return PrinterStatus(
            accepting=self._record.accepting,
            paused=self._record.paused,
            processing=self._processing,
            queued=self._queued,
            spool_full=self._spool_full,
        )

    async def pause(self) -> None:
        """Begins no more Jobs; those in process end first (RFC 8011 4.2.7)."""
        await self._save(paused=True)

    async def resume(self) -> None:
        """Goes on (RFC 8011 4.2.8)."""
        await self._save(paused=False)
        self.wake.set()

    def works(self, change: int) -> None:
        """Counts a Job that begins (1) or ends (-1) to be processed."""
        with self._noting():
            self._processing += change
        self.wake.set()

    def queues(self, change: int) -> None:
        """Counts a Job that came (1) or reached a terminal state (-1)."""
        self._queued += change
        self.wake.set()

    def note_room(self, full: bool) -> None:
        """Remembers whether the spool has room, for printer-state-reasons."""
        with self._noting():
            self._spool_full = full

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Around what may change printer-state or its reasons: notes the time if it did (RFC 3995 6.1)."""
        before = self.status
        yield
        after = self.status
        if (before.state, before.reasons) != (after.state, after.reasons):
            self._record = replace(self._record, state_changed=self._clock.now())

    async def _save(self, *, paused: bool) -> None:
        # One at a time, so that the store ends with what was asked last.
        async with self._saving:
            was = self._record.paused
            self._pause(paused)  # before the store has it: no Job begins behind the back of who pauses
            try:
                await seen_through(self._store.save_printer(self._record))
            except StoreError:
                self._pause(was)
                raise

    def _pause(self, paused: bool) -> None:
        with self._noting():
            self._record = replace(self._record, paused=paused)


class PrinterRegistry:
    """All Printers of the server, by path."""

    def __init__(self, setups: Iterable[Setup], store: PrinterStore, clock: Clock, ids: Ids) -> None:
        """Takes the configurations; AmbiguousPath where one could be mistaken for another's Job."""
        self._setups = {setup.config.path: setup for setup in setups}
        self._store = store
        self._clock = clock
        self._ids = ids
        self._printers: dict[str, Printer] = {}
        self.paths: Final = Paths(self._setups)

    async def open(self) -> None:
        """Joins every configuration with what the store remembers of it."""
        for path, setup in self._setups.items():
            record = await self._record(setup.config)
            self._printers[path] = Printer(setup, record, self._store, self._clock)

    async def _record(self, config: PrinterConfig) -> PrinterRecord:
        now = self._clock.now()
        digest = sha256(repr(config).encode()).hexdigest()
        known = await self._store.load_printer(config.path)
        if known is None:
            known = PrinterRecord(path=config.path, uuid=self._ids.uuid())
        record = replace(known, state_changed=now)
        if known.config_digest != digest:
            record = replace(record, config_digest=digest, config_changed=now)
        await self._store.save_printer(record)
        return record

    def find(self, path: str) -> Printer | None:
        """The Printer at `path`, exactly as configured, or None."""
        return self._printers.get(path)

    def __iter__(self) -> Iterator[Printer]:
        return iter(self._printers.values())
