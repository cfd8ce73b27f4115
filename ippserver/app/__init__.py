"""The composition root: Settings to Server. Nothing beside this package names concrete backends."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from typing import Final

from ippserver.app.printers import setup_of
from ippserver.config.printers import ghostscript
from ippserver.config.settings import Settings
from ippserver.converters.limits import WorkerLimits
from ippserver.converters.pool import ConverterPool
from ippserver.dnssd.choice import ChosenAdvertiser
from ippserver.dnssd.network import Terms, host_name
from ippserver.engine.advertising import Advertising
from ippserver.engine.events import EventHub
from ippserver.engine.jobs import Jobs
from ippserver.engine.passwords import Passwords
from ippserver.engine.printers import PrinterRegistry
from ippserver.engine.renditions import Renditions
from ippserver.engine.retention import Retention, RetentionPolicy
from ippserver.engine.scheduler import Scheduler
from ippserver.engine.timers import Timers
from ippserver.iana import names
from ippserver.interfaces import (
    Clock,
    Converter,
    OutputError,
    PrinterRecord,
    Spool,
    SpoolError,
    StoreError,
)
from ippserver.ipp.attributes import Attribute
from ippserver.model.access import Preset
from ippserver.model.subscription import NotificationTerms
from ippserver.model.subscription_template import advertised
from ippserver.operations.advertised import advertised_history, advertised_languages, advertised_operations
from ippserver.operations.declare import Services
from ippserver.operations.dispatch import Dispatcher
from ippserver.operations.table import operations
from ippserver.outbound.fetcher import FetchSettings, GuardedFetcher
from ippserver.runtime.clock import SystemClock
from ippserver.runtime.ids import RandomIds
from ippserver.runtime.logging import LogFormat, configure
from ippserver.server import Addresses, Server
from ippserver.spools.disk import DiskSpool
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.web import strings
from ippserver.web.certificate import CertificateSource, Pair, Provided, SelfSigned, TlsError
from ippserver.web.limits import HttpLimits
from ippserver.web.listeners import BindError
from ippserver.web.service import UnsafeParser, WebService
from ippserver.web.site import Site
from ippserver.web.tls import VERSION as TLS_VERSION
from ippserver.web.tls import Tls

_SCHEMES: Final = {"offer": ("ipp", "ipps"), "require": ("ipps",), "off": ("ipp",)}
"""The URI schemes by which every Printer can be had."""
_CANNOT_START: Final = (StoreError, SpoolError, OutputError, BindError, TlsError, UnsafeParser)


def run(settings: Settings, ready: Callable[[Addresses], None]) -> int:
    """Runs the server until SIGTERM or SIGINT; answers the exit status of the process.

    `ready` is called once with the addresses that it listens on. What keeps it from starting is one line on
    standard error and the status 1.
    """
    writer = configure(settings.server.log_level, LogFormat(settings.server.log_format))
    try:
        asyncio.run(_run(build(settings), ready))
    except _CANNOT_START as error:
        sys.stderr.write(f"ippserver: {error}\n")
        return 1
    finally:
        writer.close()
    return 0


async def _run(server: Server, ready: Callable[[Addresses], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, server.web.reload)

    def begun(addresses: Addresses) -> None:
        gc.freeze()  # what is there now stays, and need not be looked through again and again
        ready(addresses)

    await server.run(stop, begun)


async def reset(settings: Settings, names_of_printers: Collection[str]) -> Sequence[str]:
    """Forgets what was set over IPP of the Printers of these names, or of all; answers their names.

    Raises:
        StoreError: The store cannot be used, because a server runs on it, or for another reason.
    """
    store = _store(settings)
    await store.open()
    done = []
    try:
        for printer in settings.printers:
            record = await store.load_printer(printer.path)
            if record is None or (names_of_printers and printer.name not in names_of_printers):
                continue
            was = record.state_changed
            await store.save_printer(PrinterRecord(path=record.path, uuid=record.uuid, state_changed=was))
            done.append(printer.name)
    finally:
        await store.close()
    return done


def build(settings: Settings) -> Server:
    """The server that `settings` describe, not started yet.

    Raises:
        AmbiguousPath: Two Printers share URIs.
        OutputError: An output's template is wrong.
    """
    clock, ids = SystemClock(), RandomIds()
    store, spool = _store(settings), _spool(settings)
    fetcher = _fetcher(settings)
    specs = operations(by_reference=fetcher is not None)
    terms, languages = _terms(settings), strings.load()
    extra: list[Attribute] = [
        *advertised_operations(specs),
        *advertised_history(_policy(settings).seconds),
        *advertised(terms),
        *advertised_languages(languages),
    ]
    if fetcher is not None:
        extra.append(names.REFERENCE_URI_SCHEMES_SUPPORTED.of(*fetcher.schemes))
    setups = [setup_of(printer, settings, clock, extra) for printer in settings.printers]
    printers = PrinterRegistry(setups, store, clock, ids)
    jobs = Jobs(store, spool, clock, ids, max_unfinished=settings.limits.max_jobs)
    wanted = {output.format for printer in settings.printers for output in printer.outputs}
    converter = _converter(settings) if wanted - {"original"} else None
    renditions = None if converter is None else Renditions(converter, spool)
    scheduler = Scheduler(jobs, printers, clock, renditions=renditions)
    # After the scheduler, which counts the jobs of a printer that events show.
    events = EventHub(store, jobs, printers, clock, started=clock.monotonic(), terms=terms)
    services = Services(
        printers=printers,
        jobs=jobs,
        clock=clock,
        ids=ids,
        preset=settings.access.preset,
        events=events,
        passwords=Passwords(jobs, clock, ids),
        fetcher=fetcher,
        languages=languages,
        schemes=_SCHEMES[settings.tls.mode],
    )
    return Server(
        store=store,
        spool=spool,
        outputs=tuple(output for setup in setups for output in setup.outputs),
        printers=printers,
        jobs=jobs,
        events=events,
        scheduler=scheduler,
        timers=Timers(jobs, printers, clock),
        retention=Retention(jobs, _policy(settings), clock),
        web=_web(settings, Dispatcher(specs, services), Site(services), _tls(settings, printers, clock)),
        listeners=settings.server.listen,
        advertising=_advertising(settings, printers, clock),
        converter=converter,
    )


def _advertising(settings: Settings, printers: PrinterRegistry, clock: Clock) -> Advertising | None:
    if not settings.dns_sd.enabled:
        return None
    through = ChosenAdvertiser(settings.dns_sd.through, _network(settings), clock)
    return Advertising(printers, through, clock)


def _network(settings: Settings) -> Terms:
    told = settings.dns_sd
    return Terms(
        host_name=told.host_name,
        addresses=told.addresses,
        port=told.port,
        interfaces=told.interfaces,
        ttl_seconds=told.ttl_seconds,
        tls="" if settings.tls.mode == "off" else TLS_VERSION,
        clear=settings.tls.mode != "require",
    )


def _store(settings: Settings) -> MemoryStore | SqliteStore:
    store = settings.store
    if store.kind == "memory":
        return MemoryStore()
    return SqliteStore(store.path, busy_timeout_seconds=store.lock_timeout_seconds)


def _spool(settings: Settings) -> Spool:
    return DiskSpool(settings.spool.folder, min_free_octets=settings.spool.min_free_octets)


def _fetcher(settings: Settings) -> GuardedFetcher | None:
    documents = settings.documents
    if not documents.by_reference:
        return None
    return GuardedFetcher(
        FetchSettings(
            schemes=documents.fetch_schemes,
            allowed_hosts=documents.allowed_hosts,
            max_octets=documents.max_fetch_octets,
            timeout_seconds=documents.fetch_timeout_seconds,
        )
    )


def _converter(settings: Settings) -> Converter:
    caps = settings.conversion
    limits = WorkerLimits(
        page_seconds=caps.page_timeout_seconds,
        spare_seconds=caps.spare_timeout_seconds,
        cpu_seconds=caps.cpu_seconds,
        memory_octets=caps.memory_octets,
        output_octets=caps.output_octets,
        text_octets=2**20 if caps.keep_text else 0,
    )
    folder = settings.server.data_dir / "convert"
    return ConverterPool(folder, limits, workers=caps.workers, ghostscript=ghostscript(settings))


def _terms(settings: Settings) -> NotificationTerms:
    notifications = settings.notifications
    return NotificationTerms(
        event_life_seconds=notifications.event_life_seconds,
        lease_seconds=notifications.lease_seconds,
        max_lease_seconds=notifications.max_lease_seconds,
        infinite_leases=notifications.infinite_leases,
        wait_seconds=notifications.wait_seconds,
        max_waiting=notifications.max_waiting,
        max_subscriptions=notifications.max_subscriptions,
        max_subscriptions_per_user=notifications.max_subscriptions_per_user,
        max_events=notifications.max_events,
    )


def _policy(settings: Settings) -> RetentionPolicy:
    retention = settings.retention
    return RetentionPolicy(
        seconds=retention.days * 86_400.0,
        jobs=retention.jobs,
        octets=retention.octets,
        document_seconds=retention.document_days * 86_400.0,
        spared_seconds=settings.notifications.event_life_seconds,
    )


def _web(settings: Settings, dispatcher: Dispatcher, site: Site, tls: Tls | None) -> WebService:
    # Everyone may ask for anything, so there is nothing that a rebinding web page could gain.
    any_host = settings.access.preset is Preset.OPEN
    return WebService(
        dispatcher,
        site,
        limits=_http_limits(settings),
        host_names=("*",) if any_host else settings.server.host_names,
        max_document_octets=settings.limits.max_document_octets,
        tls=tls,
    )


def _http_limits(settings: Settings) -> HttpLimits:
    limits = settings.limits
    return HttpLimits(
        connections=limits.max_connections,
        connections_per_address=limits.max_connections_per_address,
        tls_connections=limits.max_tls_connections,
        handshake_seconds=limits.tls_handshake_timeout_seconds,
        head_seconds=limits.header_timeout_seconds,
        keep_alive_seconds=limits.keep_alive_seconds,
        attributes_seconds=limits.attributes_timeout_seconds,
        document_seconds=limits.document_timeout_seconds,
        answer_seconds=limits.answer_timeout_seconds,
        lingering_seconds=limits.lingering_seconds,
        stop_seconds=limits.stop_timeout_seconds,
    )


def _tls(settings: Settings, printers: PrinterRegistry, clock: Clock) -> Tls | None:
    tls = settings.tls
    if tls.mode == "off":
        return None

    def names() -> Collection[str]:
        """Those that clients may know this server by, beside those of the host; once there are Printers."""
        told = [host_name(_network(settings), printer.record.uuid) for printer in printers][:1]
        return (*settings.server.host_names, *told, *settings.dns_sd.addresses)

    source: CertificateSource = SelfSigned(tls.folder, names, clock)
    if tls.certificate is not None and tls.key is not None:
        source = Provided(Pair(tls.certificate, tls.key))
    return Tls(source, required=tls.mode == "require", limits=_http_limits(settings))
