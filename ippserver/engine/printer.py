"""A live Printer: what it is configured to be, joined with what it is doing now."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeAlias

from ippserver.engine.commitment import seen_through
from ippserver.engine.identification import Identification, IdentificationWatcher
from ippserver.engine.outlets import Outlets
from ippserver.engine.setup import Setup
from ippserver.iana import names
from ippserver.interfaces import Clock, PrinterRecord, PrinterStore, StoreError
from ippserver.ipp.attributes import Attribute
from ippserver.model.capabilities import Capabilities
from ippserver.model.device import LEVELS, Need
from ippserver.model.overlay import configured, settle
from ippserver.model.printer import PrinterConfig, PrinterStatus
from ippserver.model.printer_views import PRINTER_NAMES
from ippserver.model.states import PRINTER_STEPS, PrinterEvent

logger: Final = logging.getLogger(__name__)

IDENTIFY_SECONDS: Final = 10.0
"""How long a Printer shows itself after Identify-Printer, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterChange:
    """What one step did to a Printer; `before` is the `after` of the step that was told last."""

    printer: "Printer"
    before: PrinterStatus
    after: PrinterStatus
    config: frozenset[str] = frozenset()
    """The names of the attributes that Set-Printer-Attributes changed."""
    event: PrinterEvent | None = None
    """What an Operator did, if it was that."""


PrinterWatcher: TypeAlias = Callable[[PrinterChange], None]
"""Called, on the loop and in order, after a change of printer-state, its reasons, whether it accepts jobs, or
its configuration, and after Restart-Printer; must return at once and never raise."""


class Watchers:
    """Who is told of what happens to Printers."""

    def __init__(self) -> None:
        self.changes: Final[list[PrinterWatcher]] = []
        self.identifications: Final[list[IdentificationWatcher]] = []


class Printer:
    """One Printer while the server runs. Its record is written through to the store."""

    def __init__(
        self, setup: Setup, record: PrinterRecord, store: PrinterStore, clock: Clock, watchers: Watchers
    ) -> None:
        self.outputs: Final = setup.outputs
        self.outlets: Final = Outlets(setup, clock, self._show)
        self.wake: Final = asyncio.Event()
        """Set whenever there may be something to begin."""
        self._setup = setup
        self._store = store
        self._clock = clock
        self._watchers = watchers
        self._record = record
        self._build()
        self._device = setup.device(self._overlay).at(record.levels)
        self._starving: list[str] = []
        self._refilled = asyncio.Event()
        self._processing = 0
        self._queued = 0
        self._spool_full = False
        self._identified_until: float | None = None
        self._stirred = asyncio.Event()
        self._saving = asyncio.Lock()
        self._told = self.status
        self._visible = self._told_visible = self._told.visible

    def _build(self) -> None:
        """Has all follow from the configuration and what was set over it."""
        self._config = configured(self._setup.config, self._overlay)
        self._capabilities = self._setup.capabilities(self._overlay, self._record.dns_sd_name)
        self._names = PRINTER_NAMES | self._capabilities.attributes.keys()

    @property
    def config(self) -> PrinterConfig:
        """What it is, by its configuration and Set-Printer-Attributes."""
        return self._config

    @property
    def capabilities(self) -> Capabilities:
        """What can be asked of it; another object as soon as anything of it changes."""
        return self._capabilities

    @property
    def inherent(self) -> Capabilities:
        """What could be asked of it if nothing had been set: the bounds of what can be set."""
        return self._setup.capabilities({})

    @property
    def names(self) -> Set[str]:
        """The names of all attributes that it has."""
        return self._names

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
            holding=self._record.holding,
            deactivated=self._record.deactivated,
            shut_down=self._record.shut_down,
            identifying=self._identified_until is not None,
            processing=self._processing,
            queued=self._queued,
            spool_full=self._spool_full,
            device=self._device,
            starving=tuple(sorted(self._starving)),
            outputs_down=self.outlets.down,
            reports=self.outlets.reports,
            elsewhere=self.outlets.elsewhere,
            given_up=self.outlets.given_up,
        )

    async def on(self, event: PrinterEvent, message: Attribute | None = None) -> None:
        """Does what an Operator wants, and keeps it, with printer-message-from-operator if there is one.

        Raises:
            StoreError: Nothing has changed.
        """
        await self._commit(lambda: {**PRINTER_STEPS[event].changes, **self._spoken(message)}, event=event)
        self.wake.set()

    async def pause(self) -> None:
        """Begins no more Jobs; those in process end first (RFC 8011 4.2.7)."""
        await self.on(PrinterEvent.PAUSE)

    async def resume(self) -> None:
        """Goes on (RFC 8011 4.2.8)."""
        await self.on(PrinterEvent.RESUME)

    async def say(self, message: Attribute | None) -> None:
        """Keeps printer-message-from-operator, if there is one, and when it came (RFC 3380 5.1)."""
        if message is not None:
            await self._commit(lambda: self._spoken(message))

    def _spoken(self, message: Attribute | None) -> Mapping[str, Any]:
        if message is None:
            return {}
        overlay = {**self._overlay, message.name: message}
        return {"attributes": tuple(overlay.values()), "message_at": self._clock.now()}

    async def set(self, wanted: Sequence[Attribute]) -> None:
        """Puts `wanted` in the place of what it has, all or nothing (RFC 3380 4.1).

        Raises:
            IppError: Something of it cannot be set; see overlay.settle.
            StoreError: Nothing has changed.
        """
        await self._commit(partial(self._settled, wanted), config=frozenset(each.name for each in wanted))

    def _settled(self, wanted: Sequence[Attribute]) -> Mapping[str, Any]:
        now = self._clock.now()
        self._record = replace(self._record, levels=self._device.levels)  # to go back to
        overlay = dict(settle(wanted, self._setup.bounds(self._overlay), datetime.fromtimestamp(now, UTC)))
        device = self._setup.device(overlay).at(self._device.levels)
        for definition in LEVELS:
            filled = overlay.pop(definition.name, None)
            device = device if filled is None else device.set(filled)
        spoken = any(attribute.name == names.PRINTER_MESSAGE_FROM_OPERATOR.name for attribute in wanted)
        message_at = now if spoken else self._record.message_at
        return {
            "attributes": tuple(overlay.values()),
            "config_changed": now,
            "message_at": message_at,
            "levels": device.levels,
        }

    @property
    def _overlay(self) -> Mapping[str, Attribute]:
        return {attribute.name: attribute for attribute in self._record.attributes}

    async def rename(self, dns_sd_name: str) -> None:
        """Keeps the name that the network knows it by (printer-dns-sd-name).

        Raises:
            StoreError: Nothing has changed.
        """
        if dns_sd_name != self._record.dns_sd_name:
            changes = {"dns_sd_name": dns_sd_name, "config_changed": self._clock.now()}
            await self._commit(lambda: changes, config=frozenset((names.PRINTER_DNS_SD_NAME.name,)))

    def identify(self, identification: Identification) -> None:
        """Shows for a while which Printer it is, and tells who watches."""
        self._identified_until = self._clock.monotonic() + IDENTIFY_SECONDS
        self._stirred.set()
        self._show()
        for watcher in self._watchers.identifications:
            watcher(identification)

    def take(self, need: Need) -> Need | None:
        """Takes from the device what it has of `need`, and answers the rest, None where that is nothing."""
        self._device, rest = self._device.take(need)
        self._stirred.set()
        if self._device.simulate:  # else its levels show, but change no state
            self._show()
        return rest

    @contextmanager
    def starving(self, need: Need) -> Iterator[None]:
        """While a Job waits for the rest of what it needs."""
        self._starving.append(need.media)
        self._show()
        try:
            yield
        finally:
            self._starving.remove(need.media)
            self._show()

    async def until_refilled(self) -> None:
        """Returns as soon as there may be more to take."""
        await self._refilled.wait()

    async def attend(self) -> None:
        """Ends at their time what lasts but a while, and keeps levels; runs until it is cancelled."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            await self._clock.sleep(IDENTIFY_SECONDS)
            until = self._identified_until
            if until is not None and until > self._clock.monotonic():
                self._stirred.set()  # asked again meanwhile
            elif until is not None:
                self._identified_until = None
                self._show()
            await self.keep_levels()

    async def keep_levels(self) -> None:
        """Stores the levels of the device; for each Job that would be a transaction more."""
        if self._device.levels == self._record.levels:
            return
        try:
            await self._commit(lambda: {"levels": self._device.levels})
        except StoreError as error:
            self._stirred.set()
            logger.error("the levels of %s are not stored yet: %s", self.path, error)  # noqa: TRY400

    def works(self, change: int) -> None:
        """Counts a Job that begins (1) or ends (-1) to be processed."""
        self._processing += change
        self._show()
        self.wake.set()

    def queues(self, change: int) -> None:
        """Counts a Job that came (1) or reached a terminal state (-1)."""
        self._queued += change
        self.wake.set()

    def note_room(self, full: bool) -> None:
        """Remembers whether the spool has room, for printer-state-reasons."""
        self._spool_full = full
        self._show()

    async def _commit(
        self,
        step: Callable[[], Mapping[str, Any]],
        *,
        config: frozenset[str] = frozenset(),
        event: PrinterEvent | None = None,
    ) -> None:
        """Changes the fields of the record that `step` names, and tells when the store has them."""
        await seen_through(self._save(step, config, event))

    async def _save(
        self, step: Callable[[], Mapping[str, Any]], config: frozenset[str], event: PrinterEvent | None
    ) -> None:
        # One at a time, so that the store ends with what was asked last.
        async with self._saving:
            changes = step()
            was = {name: getattr(self._record, name) for name in changes}
            self._put(changes)  # before the store has it: no Job begins behind the back of who pauses
            try:
                await self._store.save_printer(self._record)
            except StoreError:
                self._put(was)
                self._tell()
                raise
        self._tell(config, event)

    def _put(self, changes: Mapping[str, Any]) -> None:
        self._record = replace(self._record, **changes)
        if changes.keys() & {"attributes", "dns_sd_name"}:
            self._build()
        if "attributes" in changes and "levels" in changes:
            self._device = self._setup.device(self._overlay).at(self._record.levels)
            self._refilled.set()
            self._refilled = asyncio.Event()
        self._moved()

    def _moved(self) -> None:
        """Notes the time, where printer-state or its reasons are not what they were (RFC 3995 6.1)."""
        before, self._visible = self._visible, self.status.visible
        if (before.state, before.reasons) != (self._visible.state, self._visible.reasons):
            self._record = replace(self._record, state_changed=self._clock.now())

    def _show(self) -> None:
        """After whatever may have changed printer-state or its reasons, and is not stored."""
        self._moved()
        self._tell()

    def _tell(self, config: frozenset[str] = frozenset(), event: PrinterEvent | None = None) -> None:
        if config or event is PrinterEvent.RESTART or self._visible != self._told_visible:
            before, after = self._told, self.status
            self._told, self._told_visible = after, self._visible
            change = PrinterChange(printer=self, before=before, after=after, config=config, event=event)
            for watcher in self._watchers.changes:
                watcher(change)
