"""Every plug: the Protocols behind which the real world stands. No code, nothing of what implements them."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from ippserver.iana.definitions import Holder
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from ippserver.model.conversion import Conversion, Outcome, Part, Progress
from ippserver.model.job import Change, Job, JobDraft
from ippserver.model.listing import JobQuery as JobQuery
from ippserver.model.listing import Keep as Keep
from ippserver.model.parcel import Parcel as Parcel
from ippserver.model.parcel import Watch as Watch
from ippserver.model.parcel import Wish as Wish
from ippserver.model.parcel import Wishes as Wishes
from ippserver.model.subscription import Subscription

DocumentStream: TypeAlias = AsyncIterator[bytes]
"""A document's octets in order, in pieces of any size; a peer that goes away is DocumentInterrupted."""


class Clock(Protocol):
    """Time as the server sees it."""

    def now(self) -> float:
        """Wall-clock seconds since the epoch; may jump."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""

    async def sleep(self, seconds: float) -> None:
        """Returns `seconds` later by `monotonic`."""


class Ids(Protocol):
    """Names that nobody has had before."""

    def uuid(self) -> str:
        """A new UUID, lower case, without urn:uuid:."""


class StoreError(Exception):
    """The store could not do what was asked; nothing of it has happened."""


class StoreUnavailable(StoreError):
    """The store cannot be written now (locked, full, gone); asking again later may help."""


class NoSuchJob(StoreError):
    """The store has no Job of that id."""


class JobStore(Protocol):
    """Jobs that survive the process. Every method is one transaction; it has happened when the call returns.

    Raises everywhere: StoreUnavailable, StoreError.
    """

    async def open(self) -> None:
        """Makes the store ready, upgrading an older schema; refuses one that is newer or in use elsewhere."""

    async def close(self) -> None:
        """Ends it; what was promised is on disk."""

    async def create(self, draft: JobDraft) -> Job:
        """Stores `draft` under a new job-id, larger than every one before it."""

    async def get(self, job_id: int) -> Job | None:
        """The Job, or None."""

    async def forgotten(self, job_id: int) -> str | None:
        """The path of the Printer that had the Job, where it is known to have been there and deleted."""

    async def query(self, query: JobQuery) -> Sequence[Job]:
        """The Jobs that match, in the order that JobQuery names."""

    async def ids(self, query: JobQuery) -> Sequence[int]:
        """The job-ids of the Jobs that match, in the same order."""

    async def update(self, job_id: int, change: Callable[[Job], Job]) -> Change:
        """Replaces the Job by `change(job)`, a pure function that runs inside the transaction.

        Raises:
            NoSuchJob: There is none.
            Exception: Whatever `change` raises; nothing is stored then.
        """

    async def update_all(self, job_ids: Sequence[int], change: Callable[[Job], Job]) -> Sequence[Change]:
        """As `update` of each, in order; all of them or none.

        Raises:
            NoSuchJob, Exception: Of one of them; nothing is stored then.
        """

    async def delete(self, job_ids: Collection[int]) -> Sequence[Job]:
        """Forgets the Jobs, and answers those that were there; `forgotten` knows them afterwards."""

    async def excess(self, keep: Keep, limit: int) -> Sequence[Job]:
        """At most `limit` terminal Jobs that go beyond `keep`, oldest first."""

    async def overdue(self, now: float, limit: int) -> Sequence[Job]:
        """At most `limit` terminal Jobs whose let_go_moment is past, their documents still in the spool."""

    async def kept(self, before: float, limit: int) -> Sequence[Job]:
        """At most `limit` terminal Jobs that ended before then, oldest first, with documents in the spool
        that are there to be printed again only."""

    async def keep_text(self, job_id: int, number: int, text: str) -> None:
        """Keeps what can be read in a Document, as long as its Job; nothing of one that is gone."""

    async def texts(self, job_id: int) -> Mapping[int, str]:
        """What can be read in the Documents of the Job, by document-number; of a long text the beginning."""

    async def spool_keys(self) -> Collection[str]:
        """The keys of every Document of every Job that are in the spool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterRecord:
    """What a Printer remembers across restarts beside its configuration."""

    path: str
    uuid: str
    """Without urn:uuid:."""
    accepting: bool = True
    paused: bool = False
    holding: bool = False
    deactivated: bool = False
    shut_down: bool = False
    attributes: tuple[Attribute, ...] = ()
    """What was set over IPP: it counts more than the configuration."""
    message_at: float | None = None
    """When printer-message-from-operator was set, seconds since the epoch."""
    levels: tuple[tuple[str, int], ...] = ()
    """What is left in each tray, supply and bin of the device, by name."""
    state_changed: float = 0.0
    """Seconds since the epoch."""
    dns_sd_name: str = ""
    """The last name that it had on the network (printer-dns-sd-name); empty for none yet."""
    config_digest: str = ""
    """Of the configuration that config_changed is about."""
    config_changed: float = 0.0


class PrinterStore(Protocol):
    """Printer state that survives the process."""

    async def load_printer(self, path: str) -> PrinterRecord | None:
        """The record of the Printer at `path`, or None."""

    async def save_printer(self, record: PrinterRecord) -> None:
        """Stores `record` in the place of the one with its path."""


class SubscriptionStore(Protocol):
    """Subscriptions that survive the process; those about a Job are forgotten together with it.

    Raises everywhere: StoreUnavailable, StoreError.
    """

    async def subscriptions(self) -> Sequence[Subscription]:
        """All of them, in the order of their ids."""

    async def last_subscription_id(self) -> int:
        """The largest id that one ever had, 0 before the first."""

    async def add_subscriptions(self, subscriptions: Collection[Subscription]) -> None:
        """Stores new ones; leaves out those about a Job that is gone meanwhile."""

    async def change_subscriptions(self, subscriptions: Collection[Subscription]) -> None:
        """Replaces those of the same ids, which are about the same Printer and Job as before.

        Leaves out those that are gone meanwhile.
        """

    async def delete_subscriptions(self, ids: Collection[int]) -> None:
        """Forgets them; absent ones are no error."""


class SpoolError(Exception):
    """The spool could not do what was asked; nothing of it is left behind."""


class SpoolFull(SpoolError):
    """There is no room to begin: the disk is full or below its reserve (RFC 8011 4.1.9)."""


class SpoolFailed(SpoolError):
    """Writing failed on the way, for want of room or by a fault (server-error-temporary-error)."""


class NoSuchDocument(SpoolError):
    """The spool has nothing under that key."""


class DocumentInterrupted(Exception):
    """The sender of a document went away, or fell silent, before its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """What was written."""

    size_octets: int
    sha256: str
    """Hexadecimal."""


class Spool(Protocol):
    """Documents on their way. `write` returns after the file, its name and its folder are synced.

    What is not `lasting` can be made again, and need not outlive a power cut.
    """

    async def open(self) -> None:
        """Makes the spool ready; SpoolError where it may not be used (wrong owner or mode, a symlink)."""

    async def close(self) -> None:
        """Ends it."""

    async def write(self, key: str, document: DocumentStream, *, lasting: bool = True) -> Spooled:
        """Stores all of `document` under `key`; whatever it or the disk raises, nothing is left behind.

        Raises:
            SpoolFull: Before anything was read.
            SpoolFailed: Later.
        """

    async def copy(self, key: str, new_key: str) -> None:
        """Keeps the document at `key` under `new_key`, too; each of the two can be deleted.

        Raises:
            NoSuchDocument: There is none.
            SpoolError: It failed; there is nothing under `new_key`.
        """

    def read(self, key: str) -> AsyncGenerator[bytes, None]:
        """The document in pieces; NoSuchDocument at the first one where there is none."""

    async def delete(self, keys: Collection[str]) -> None:
        """Removes the documents that are there; absent ones are no error."""

    async def sweep(self, keep: Collection[str]) -> int:
        """Removes every document and half-written file of its own that is not in `keep`; answers how many."""

    async def missing(self, keys: Collection[str]) -> Collection[str]:
        """Those of `keys` under which there is no whole document."""

    async def full(self) -> bool:
        """True while a new document would be refused for want of room (spool-area-full)."""


class ConversionError(Exception):
    """A document cannot be converted; the sentence goes to job-state-message.

    `reason` says to clients why, where a job-state-reason does (RFC 8011 5.3.8). Where it is not `lasting`,
    the document is not to blame, and is tried again.
    """

    def __init__(self, message: str, reason: Keyword | None = None, *, lasting: bool = True) -> None:
        super().__init__(message)
        self.reason: Final = reason
        self.lasting: Final = lasting


class Converter(Protocol):
    """Makes documents into what outputs want, where nothing that is in them can do harm."""

    async def open(self) -> None:
        """Checks that it can work; SpoolError where it cannot."""

    async def run(self) -> None:
        """Works in the background until it is cancelled, and leaves nothing behind."""

    def convert(
        self,
        conversions: Sequence[Conversion],
        contents: Sequence[DocumentStream],
        progress: Callable[[Progress], None],
    ) -> AbstractAsyncContextManager[tuple[Outcome, Sequence[Part]]]:
        """What became of `contents`, one for each of `conversions`; the parts are there until it is left.

        Several documents become one; the first of `conversions` says what, and what is asked of their Job as
        a whole.

        Raises, on entry:
            ConversionError: A document is damaged, needs a password, asks for too much.
        """


class OutputError(Exception):
    """An output could not deliver this document now; the sentence goes to job-state-message. No secrets."""


class OutputUnavailable(OutputError):
    """It could not deliver any document now: it is down. Others wait until one has got through."""


class OutputRefused(OutputError):
    """It will never deliver this document: trying again is of no use. `reason` as of a ConversionError."""

    def __init__(self, message: str, reason: Keyword | None = None) -> None:
        super().__init__(message)
        self.reason: Final = reason


class Output(Protocol):
    """Where documents go. Each Document is planned, the plan is stored, then it is delivered, once."""

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""

    async def open(self) -> None:
        """Checks that it can work; OutputError where it cannot."""

    async def plan(self, parcel: Parcel) -> str:
        """The target for the document (a file name ...), not used by anything yet."""

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Puts the document to `target`, or notes that exactly it is there already (a run before a crash).

        `contents` are those of `parcel.files`, in order; each is opened when it is first read, and the caller
        closes all of them. There is one unless the output wants sides in files of their own.

        Answers the target really used: where `target` was taken by something else meanwhile, another one.

        Raises:
            OutputRefused, OutputUnavailable, OutputError: It could not be delivered; nothing half is left.
        """


class FetchError(Exception):
    """A document-uri could not be fetched (client-error-document-access-error)."""


class Fetcher(Protocol):
    """Documents by reference (Print-URI, Send-URI), under the rules for outbound connections."""

    @property
    def schemes(self) -> Collection[str]:
        """The URI schemes it fetches (reference-uri-schemes-supported)."""

    def fetch(self, uri: str) -> AbstractAsyncContextManager[DocumentStream]:
        """The document at `uri`, while the connection to it is open.

        Raises, on entry and while it is read:
            FetchError: The address is not allowed, the peer refuses, or a limit is passed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertisement:
    """What the network is to be told of a Printer."""

    path: str
    """Which Printer it is."""
    name: str
    """What people should see it as; another Printer may have that name already."""
    kept: str = ""
    """What it was seen as last."""
    uuid: str
    """Without urn:uuid:."""
    attributes: Holder
    """What it can do."""


Named: TypeAlias = Callable[[str, str], Awaitable[None]]
"""Called with the path of a Printer and the name that it has on the network from now on; never raises."""


class Advertiser(Protocol):
    """Tells the network which Printers there are (DNS-SD, RFC 6763)."""

    def show(self, printers: Sequence[Advertisement]) -> None:
        """Has the network told of `printers`, always of the same paths: now, or as soon as it runs."""

    async def run(self, listening: Sequence[tuple[str, int]], named: Named) -> None:
        """Tells of the Printers, whose server listens at `listening`, until it is cancelled.

        It takes back then what it said. What fails is logged, and tried again. Returns early where nobody
        could reach it there.
        """
