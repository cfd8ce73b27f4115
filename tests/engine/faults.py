"""Implementations of the plugs that fail, or wait, when a test tells them to."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing
from typing import Final

from ippserver.interfaces import DocumentStream, OutputError, Parcel, PrinterRecord, Spooled
from ippserver.model.job import Change, Job, JobDraft
from ippserver.model.subscription import Subscription
from ippserver.spools.memory import MemorySpool
from ippserver.stores.memory import MemoryStore

PATIENCE_SECONDS: Final = 30.0


class Faults:
    """What goes wrong, by the name of the call: errors that it raises one after the other, then none."""

    def __init__(self) -> None:
        self.errors: dict[str, list[Exception]] = {}
        self.calls: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.reached = asyncio.Event()

    def fails(self, call: str, *errors: Exception) -> None:
        """Has the next calls raise `errors`."""
        self.errors[call] = list(errors)

    def waits(self, call: str) -> asyncio.Event:
        """Has `call` wait until the event, which is answered, is set; `reached` says that it does."""
        self.reached.clear()
        gate = self.gates[call] = asyncio.Event()
        return gate

    async def pass_(self, call: str) -> None:
        """Goes wrong now, if it shall."""
        self.calls.append(call)
        gate = self.gates.get(call)
        if gate is not None:
            self.reached.set()
            await gate.wait()
        if self.errors.get(call):
            raise self.errors[call].pop(0)


class FaultyStore(MemoryStore):
    """A store whose writing fails or waits before it happens, and may wait after it (`create-done` ...)."""

    def __init__(self) -> None:
        super().__init__()
        self.faults = Faults()

    async def create(self, draft: JobDraft) -> Job:
        """As MemoryStore.create."""
        await self.faults.pass_("create")
        job = await super().create(draft)
        await self.faults.pass_("create-done")
        return job

    async def update(self, job_id: int, change: Callable[[Job], Job]) -> Change:
        """As MemoryStore.update."""
        await self.faults.pass_("update")
        done = await super().update(job_id, change)
        await self.faults.pass_("update-done")
        return done

    async def update_all(self, job_ids: Sequence[int], change: Callable[[Job], Job]) -> Sequence[Change]:
        """As MemoryStore.update_all."""
        await self.faults.pass_("update")
        done = await super().update_all(job_ids, change)
        await self.faults.pass_("update-done")
        return done

    async def keep_text(self, job_id: int, number: int, text: str) -> None:
        """As MemoryStore.keep_text."""
        await self.faults.pass_("keep_text")
        await super().keep_text(job_id, number, text)

    async def delete(self, job_ids: Collection[int]) -> list[Job]:
        """As MemoryStore.delete."""
        await self.faults.pass_("delete")
        return list(await super().delete(job_ids))

    async def save_printer(self, record: PrinterRecord) -> None:
        """As MemoryStore.save_printer."""
        await self.faults.pass_("save_printer")
        await super().save_printer(record)

    async def add_subscriptions(self, subscriptions: Collection[Subscription]) -> None:
        """As MemoryStore.add_subscriptions."""
        await self.faults.pass_("add-subscriptions")
        await super().add_subscriptions(subscriptions)

    async def change_subscriptions(self, subscriptions: Collection[Subscription]) -> None:
        """As MemoryStore.change_subscriptions."""
        await self.faults.pass_("change-subscriptions")
        await super().change_subscriptions(subscriptions)

    async def delete_subscriptions(self, ids: Collection[int]) -> None:
        """As MemoryStore.delete_subscriptions."""
        await self.faults.pass_("delete-subscriptions")
        await super().delete_subscriptions(ids)


class FaultySpool(MemorySpool):
    """A spool whose calls fail or wait."""

    def __init__(self) -> None:
        super().__init__()
        self.faults = Faults()
        self.passing: list[str] = []
        """The keys of what need not outlive a power cut."""

    async def write(self, key: str, document: DocumentStream, *, lasting: bool = True) -> Spooled:
        """As MemorySpool.write."""
        await self.faults.pass_("write")
        self.passing += [] if lasting else [key]
        return await super().write(key, document, lasting=lasting)

    async def read(self, key: str) -> AsyncGenerator[bytes, None]:
        """As MemorySpool.read."""
        await self.faults.pass_("read")
        async with aclosing(super().read(key)) as pieces:
            async for piece in pieces:
                yield piece

    async def copy(self, key: str, new_key: str) -> None:
        """As MemorySpool.copy; `copy-2` is the second call."""
        self.faults.calls.append("copy")
        await self.faults.pass_(f"copy-{self.faults.calls.count('copy')}")
        await super().copy(key, new_key)

    async def delete(self, keys: Collection[str]) -> None:
        """As MemorySpool.delete."""
        await self.faults.pass_("delete")
        await super().delete(keys)

    @property
    def keys(self) -> frozenset[str]:
        """What is in it."""
        return frozenset(self._documents)


class Tray:
    """An Output that keeps what it gets, once each; it fails or waits when told to."""

    def __init__(self, name: str = "tray") -> None:
        self._name = name
        self.faults = Faults()
        self.delivered: dict[str, bytes] = {}
        self.interrupted = 0
        self.busy = 0
        self.most_busy = 0
        self.chooses = True
        """Whether it chooses a target before it begins."""

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Nothing is needed."""

    async def reached(self) -> None:
        """Returns when it waits at its gate."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.faults.reached.wait()

    async def plan(self, parcel: Parcel) -> str:
        """Job and document, by number."""
        await self.faults.pass_("plan")
        return _target(parcel) if self.chooses else ""

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Keeps the document."""
        target = target or _target(parcel)
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            await self.faults.pass_("deliver")
            octets = b"".join([piece for each in contents async for piece in each])
        except asyncio.CancelledError:
            self.interrupted += 1
            raise
        finally:
            self.busy -= 1
        if target in self.delivered and self.delivered[target] != octets:
            raise OutputError("there is something else")
        self.delivered[target] = octets
        return target


def _target(parcel: Parcel) -> str:
    return f"{parcel.job.id}-{parcel.document.number}"
