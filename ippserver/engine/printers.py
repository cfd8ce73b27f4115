"""The live Printers: what they are configured to be, joined with what they are doing now."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, TypeAlias

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterChange:
    """What one step did to a Printer; `before` is the `after` of the step that was told last."""

    printer: "Printer"
    before: PrinterStatus
    after: PrinterStatus
    config: frozenset[str] = frozenset()
    """The names of the attributes that Set-Printer-Attributes changed."""


PrinterWatcher: TypeAlias = Callable[[PrinterChange], None]
"""Called, on the loop and in order, after a change of printer-state, its reasons, whether it accepts jobs, or
its configuration; must return at once and never raise."""


class Printer:
    """One Printer while the server runs. Its record is written through to the store."""

    def __init__(
        self,
        setup: Setup,
        record: PrinterRecord,
        store: PrinterStore,
        clock: Clock,
        watchers: Sequence[PrinterWatcher] = (),
    ) -> None:
        self.config: Final = setup.config
        self.outputs: Final = setup.outputs
        self.capabilities: Final[Capabilities] = capabilities(setup.config, setup.attributes)
        self.names: Final = PRINTER_NAMES | self.capabilities.attributes.keys()
        """The names of all attributes that it has."""
        self.wake: Final = asyncio.Event()
        """Set whenever there may be something to begin."""
        self._store = store
        self._clock = clock
        self._watchers = watchers
        self._record = record
        self._processing = 0
        self._queued = 0
        self._spool_full = False
        self._saving = asyncio.Lock()
        self._shown = self.status.state, self.status.reasons
        self._told = self.status

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
        await self._commit(paused=True)

    async def resume(self) -> None:
        """Goes on (RFC 8011 4.2.8)."""
        await self._commit(paused=False)
        self.wake.set()

    def works(self, change: int) -> None:
        """Counts a Job that begins (1) or ends (-1) to be processed."""
        self._processing += change
        self._moved()
        self._tell()
        self.wake.set()

    def queues(self, change: int) -> None:
        """Counts a Job that came (1) or reached a terminal state (-1)."""
        self._queued += change
        self.wake.set()

    def note_room(self, full: bool) -> None:
        """Remembers whether the spool has room, for printer-state-reasons."""
        self._spool_full = full
        self._moved()
        self._tell()

    async def _commit(self, **changes: Any) -> None:
        """Changes these fields of the record, and tells when the store has them."""
        # One at a time, so that the store ends with what was asked last.
        async with self._saving:
            was = {name: getattr(self._record, name) for name in changes}
            self._put(changes)  # before the store has it: no Job begins behind the back of who pauses
            try:
                await seen_through(self._store.save_printer(self._record))
            except StoreError:
                self._put(was)
                raise
            finally:
                self._tell()  # also where nobody waits any more for what is stored

    def _put(self, changes: Mapping[str, Any]) -> None:
        self._record = replace(self._record, **changes)
        self._moved()

    def _moved(self) -> None:
        """Notes the time, where printer-state or its reasons are not what they were (RFC 3995 6.1)."""
        shown = self.status.state, self.status.reasons
        if shown != self._shown:
            self._shown = shown
            self._record = replace(self._record, state_changed=self._clock.now())

    def _tell(self, config: frozenset[str] = frozenset()) -> None:
        before, after = self._told, self.status
        if config or before.visible != after.visible:
            self._told = after
            for watcher in self._watchers:
                watcher(PrinterChange(printer=self, before=before, after=after, config=config))


class PrinterRegistry:
    """All Printers of the server, by path."""

    def __init__(self, setups: Iterable[Setup], store: PrinterStore, clock: Clock, ids: Ids) -> None:
        """Takes the configurations; AmbiguousPath where one could be mistaken for another's Job."""
        self._setups = {setup.config.path: setup for setup in setups}
        self._store = store
        self._clock = clock
        self._ids = ids
        self._printers: dict[str, Printer] = {}
        self._watchers: list[PrinterWatcher] = []
        self.paths: Final = Paths(self._setups)

    def watch(self, watcher: PrinterWatcher) -> None:
        """Has `watcher` called after every change of a Printer from now on."""
        self._watchers.append(watcher)

    async def open(self) -> None:
        """Joins every configuration with what the store remembers of it."""
        for path, setup in self._setups.items():
            record = await self._record(setup.config)
            self._printers[path] = Printer(setup, record, self._store, self._clock, self._watchers)

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
