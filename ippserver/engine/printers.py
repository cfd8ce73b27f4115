"""The live Printers of a server, by their paths."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Final

from ippserver.engine.identification import IdentificationWatcher
from ippserver.engine.printer import Printer, PrinterWatcher, Watchers
from ippserver.engine.setup import Setup
from ippserver.interfaces import Clock, Ids, PrinterRecord, PrinterStore
from ippserver.model.aliases import Aliases


class PrinterRegistry:
    """All Printers of the server, by path."""

    def __init__(self, setups: Iterable[Setup], store: PrinterStore, clock: Clock, ids: Ids) -> None:
        """Takes the configurations; AmbiguousPath where one could be mistaken for another's Job."""
        self._setups = {setup.config.path: setup for setup in setups}
        self._store = store
        self._clock = clock
        self._ids = ids
        self._printers: dict[str, Printer] = {}
        self._watchers = Watchers()
        self.paths: Final = Aliases({path: setup.config.name for path, setup in self._setups.items()})

    def watch(self, watcher: PrinterWatcher) -> None:
        """Has `watcher` called after every change of a Printer from now on."""
        self._watchers.changes.append(watcher)

    def watch_identification(self, watcher: IdentificationWatcher) -> None:
        """Has `watcher` called for every Identify-Printer from now on."""
        self._watchers.identifications.append(watcher)

    async def close(self) -> None:
        """Stores what has not been stored yet."""
        for printer in self:
            await printer.keep_levels()

    async def run(self) -> None:
        """Attends to every Printer until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for work in (part.attend() for printer in self for part in (printer, printer.outlets)):
                group.create_task(work, name="attendant")

    async def open(self) -> None:
        """Joins every configuration with what the store remembers of it."""
        for path, setup in self._setups.items():
            record = await self._record(setup)
            self._printers[path] = Printer(setup, record, self._store, self._clock, self._watchers)

    async def _record(self, setup: Setup) -> PrinterRecord:
        config, now = setup.config, self._clock.now()
        digest = sha256(repr(config).encode()).hexdigest()
        known = await self._store.load_printer(config.path)
        known = known or PrinterRecord(path=config.path, uuid=self._ids.uuid())
        record = replace(known, state_changed=now)
        if known.config_digest != digest:
            record = replace(record, config_digest=digest, config_changed=now)
        record = replace(record, attributes=setup.sound(record.attributes, now))
        await self._store.save_printer(record)
        return record

    def find(self, path: str) -> Printer | None:
        """The Printer at `path`, exactly as configured, or None."""
        return self._printers.get(path)

    @property
    def default(self) -> Printer:
        """The Printer that is meant where a client of CUPS names none: the first of the configuration."""
        return next(iter(self))

    def __iter__(self) -> Iterator[Printer]:
        return iter(self._printers.values())
