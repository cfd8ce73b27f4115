"""Rules between keys: contradictions, which are errors, and what is allowed but seldom meant."""

from collections.abc import Iterator

from ippserver.config.fields import Address
from ippserver.config.settings import FolderSettings, PrinterSettings, Settings
from ippserver.config.tree import Key
from ippserver.interfaces import OutputError
from ippserver.model.access import Preset
from ippserver.model.uris import DEFAULT_PORT, AmbiguousPath, Paths
from ippserver.model.uris import warnings as uri_warnings
from ippserver.outputs.names import Template


def conflicts(settings: Settings) -> Iterator[tuple[Key, str]]:
    """Where one key contradicts another."""
    names: dict[str, int] = {}
    paths: list[str] = []
    for number, printer in enumerate(settings.printers):
        first = names.setdefault(printer.name, number)
        if first != number:
            yield ("printer", number, "name"), f'"{printer.name}" is the name of printer {first} already'
        try:
            Paths([*paths, printer.path])
        except AmbiguousPath as problem:
            yield ("printer", number, "path"), str(problem)
        else:
            paths.append(printer.path)
        yield from ((("printer", number, *key), rule) for key, rule in _printer_conflicts(printer, settings))
    tls = settings.tls
    if (tls.certificate is None) != (tls.key is None):
        missing, given = ("key", "certificate") if tls.key is None else ("certificate", "key")
        yield ("tls", missing), f"is needed with tls.{given}"
    if settings.notifications.lease_seconds > settings.notifications.max_lease_seconds:
        yield ("notifications", "lease-seconds"), "is more than max-lease-seconds"
    if settings.store.kind == "sqlite" and settings.store.path.is_relative_to(settings.spool.folder):
        yield ("store", "path"), "must not lie in the spool folder, which is swept at start"


def _printer_conflicts(printer: PrinterSettings, settings: Settings) -> Iterator[tuple[Key, str]]:
    if printer.media_default not in printer.media:
        yield ("media-default",), f'"{printer.media_default}" is not one of the printer\'s media'
    yield from ((("device", "tray", *key), rule) for key, rule in _tray_conflicts(printer))
    names: set[str] = set()
    for number, output in enumerate(printer.outputs):
        if output.name in names:
            yield ("output", number, "name"), f'"{output.name}" is the name of another output of this printer'
        names.add(output.name)
        if isinstance(output, FolderSettings):
            yield from ((("output", number, key), rule) for key, rule in _folder_conflicts(output, settings))


def _tray_conflicts(printer: PrinterSettings) -> Iterator[tuple[Key, str]]:
    sources: set[str] = set()
    for number, tray in enumerate(printer.device.trays):
        if tray.source in sources or tray.source == "auto":
            yield (number, "source"), f'"{tray.source}" is another tray already'
        if tray.media and tray.media not in printer.media:
            yield (number, "media"), f'"{tray.media}" is not one of the printer\'s media'
        sources.add(tray.source)


def _folder_conflicts(output: FolderSettings, settings: Settings) -> Iterator[tuple[str, str]]:
    if output.folder.is_relative_to(settings.spool.folder):
        yield "folder", "must not lie in the spool folder, which is swept at start"
    try:
        Template(output.template)
    except OutputError as problem:
        yield "template", str(problem).removeprefix("template ")


def warnings(settings: Settings) -> tuple[str, ...]:
    """What is allowed but seldom meant, one sentence each."""
    return tuple(_warnings(settings))


def _warnings(settings: Settings) -> Iterator[str]:
    addresses = settings.server.listen
    if settings.access.preset is Preset.OPEN and not all(map(_is_loopback, addresses)):
        yield 'access.preset: "open" lets everybody on the network do everything, not only this machine'
    port = addresses[0].port or DEFAULT_PORT  # 0 is not known yet, and makes no URI
    for name in settings.server.host_names:
        if name == "*":
            yield 'server.host-names: "*" lets any web page that resolves to this server talk to it'
            continue
        for printer in settings.printers:
            uri = f"ipp://{Address(name, port)}{printer.path}"
            yield from (f"server.host-names: {uri}: {text}" for text in uri_warnings(uri))
    documents = settings.documents
    if documents.by_reference and not documents.allowed_hosts:
        yield "documents.by-reference: documents.allowed-hosts is empty, so nothing can be fetched"
    if documents.allowed_hosts and not documents.by_reference:
        yield "documents.allowed-hosts: has no effect while documents.by-reference is false"


def _is_loopback(address: Address) -> bool:
    return address.host in ("localhost", "::1") or address.host.startswith("127.")
