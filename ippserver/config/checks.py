"""Rules between keys: contradictions, which are errors, and what is allowed but seldom meant."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from ippserver.client.trust import is_this_host
from ippserver.config.fields import Address
from ippserver.config.outputs import (
    FilesSettings,
    FolderSettings,
    ForwardSettings,
    MailSettings,
    OutputSettings,
    RetriedSettings,
    SocketSettings,
    WebhookSettings,
)
from ippserver.config.printers import ghostscript, printer_config
from ippserver.config.profile import DeviceSettings
from ippserver.config.profiles import profile_names
from ippserver.config.settings import PrinterSettings, Settings
from ippserver.config.surroundings import lacking
from ippserver.config.tree import Key
from ippserver.dnssd.records import MAX_PATH_OCTETS
from ippserver.iana.media import fits_custom, is_bound, is_roll, media_ranges
from ippserver.interfaces import OutputError
from ippserver.model.access import Preset
from ippserver.model.consistency import problems_of
from ippserver.model.formats import ACCEPTED
from ippserver.model.uris import DEFAULT_PORT, AmbiguousPath, Paths, parse
from ippserver.model.uris import warnings as uri_warnings
from ippserver.outputs.names import Template
from ippserver.outputs.texts import TextTemplate


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
    device = [*_fact_conflicts(printer), *_device_conflicts(printer.device, printer)]
    yield from device
    names: set[str] = set()
    for number, output in enumerate(printer.outputs):
        if output.name in names:
            yield ("output", number, "name"), f'"{output.name}" is the name of another output of this printer'
        names.add(output.name)
        if isinstance(output, ForwardSettings):
            yield from ((("output", number, "uri"), rule) for rule in _in_the_clear(output, settings))
        for key, pattern in _texts(output):
            try:
                TextTemplate(pattern)
            except OutputError as problem:
                yield ("output", number, key), str(problem).removeprefix("template ")
        if isinstance(output, FilesSettings):
            yield from ((("output", number, "pages"), rule) for rule in _page_conflicts(output))
        if isinstance(output, FolderSettings):
            yield from ((("output", number, key), rule) for key, rule in _folder_conflicts(output, settings))
    if not device:  # what all follows from is sound, so all else must be, too
        yield from (((), rule) for rule in problems_of(printer_config(printer, settings.limits)))


def _fact_conflicts(printer: PrinterSettings) -> Iterator[tuple[Key, str]]:
    if printer.icon not in profile_names():
        yield ("icon",), f'"{printer.icon}" is none of {", ".join(profile_names())}'
    if printer.media_default not in printer.media or is_bound(printer.media_default):
        yield ("media-default",), f'"{printer.media_default}" is not one of the printer\'s media'
    for key, media in (("borderless", printer.borderless), *_by_type(printer)):
        for medium in media:
            if medium not in printer.media or is_bound(medium):
                yield (key,), f'"{medium}" is not one of the printer\'s media'
    for known in printer.formats:
        if printer.accept != "any" and known not in ACCEPTED:
            yield ("formats",), f'"{known}" is none of {", ".join(ACCEPTED)}; accept = "any" takes more'
    for kind in printer.media_of_type:
        if kind not in printer.media_types:
            yield ("media-of-type",), f'"{kind}" is not one of the media-types'
    bounds = [medium for medium in printer.media if is_bound(medium)]
    if len(bounds) != 2 * len(media_ranges(printer.media)):
        yield (
            ("media",),
            "has one end of a range without the other: sizes are custom_min_... to custom_max_...",
        )
    if printer.color_modes == ("color",) and not printer.color:
        yield ("color-modes",), "leaves nothing to a printer without colour"
    if not printer.color and all(kind.startswith(("srgb", "adobe", "cmyk")) for kind in printer.raster_types):
        yield ("raster-types",), "leaves nothing to a printer without colour"


def _by_type(printer: PrinterSettings) -> Iterator[tuple[str, tuple[str, ...]]]:
    return (("media-of-type", media) for media in printer.media_of_type.values())


def _device_conflicts(device: DeviceSettings, printer: PrinterSettings) -> Iterator[tuple[Key, str]]:
    sources: set[str] = set()
    for number, tray in enumerate(device.trays):
        key = ("device", "tray", number)
        if tray.source in sources or tray.source == "auto":
            yield (*key, "source"), f'"{tray.source}" is another tray already'
        if tray.media and (is_bound(tray.media) or not _fits(tray.media, printer.media)):
            yield (*key, "media"), f'"{tray.media}" is not one of the printer\'s media'
        if tray.type and tray.type not in printer.media_types:
            yield (*key, "type"), f'"{tray.type}" is not one of the media-types'
        sources.add(tray.source)
    for number, name in enumerate(device.bins):
        if name in device.bins[:number]:
            yield ("device", "bins"), f'"{name}" stands there twice'
    supplies = [supply.name for supply in device.supplies]
    for number, name in enumerate(supplies):
        if name in supplies[:number]:
            yield ("device", "supply", number, "name"), f'"{name}" is another supply already'


def _fits(medium: str, media: tuple[str, ...]) -> bool:
    return medium in media or (is_roll(medium) and fits_custom(medium, media))


def _in_the_clear(output: ForwardSettings, settings: Settings) -> Iterator[str]:
    """What would go on in the clear that came encrypted (RFC 3510 8), or never should."""
    target = parse(output.uri)
    if target.scheme != "ipp" or output.allow_clear_text:
        return
    if settings.tls.mode == "require":
        yield "is not encrypted, while tls.mode insists on it; allow-clear-text allows it"
    elif output.password and not is_this_host(target.host):
        yield "is not encrypted, so that everybody could read the password; allow-clear-text allows it"


def _texts(output: RetriedSettings) -> Iterator[tuple[str, str]]:
    """The keys of an output that are templates of texts."""
    if isinstance(output, MailSettings):
        yield "subject", output.subject
    if isinstance(output, WebhookSettings):
        for patterns in output.fields.values():
            yield from (("fields", text) for text in ((patterns,) if isinstance(patterns, str) else patterns))


def _page_conflicts(output: FilesSettings) -> Iterator[str]:
    if output.format == "original" and output.pages == "each":
        yield 'has no effect on documents that stay as they were sent; choose another "format"'
    if output.must_be_each and output.pages == "together" and "pages" in output.model_fields_set:
        yield f'"{output.format}" makes a file of each page; only "pdf", "pwg-raster" and "urf" hold several'


def _folder_conflicts(output: FolderSettings, settings: Settings) -> Iterator[tuple[str, str]]:
    if output.folder.is_relative_to(settings.spool.folder):
        yield "folder", "must not lie in the spool folder, which is swept at start"
    for key, pattern in (
        ("template", output.template),
        *(("routes", each) for each in output.routes.values()),
    ):
        try:
            Template(pattern)
        except OutputError as problem:
            yield key, str(problem).removeprefix("template ")


def warnings(settings: Settings) -> tuple[str, ...]:
    """What is allowed but seldom meant, or not there, one sentence each. Blocks."""
    return (*_warnings(settings), *lacking(settings))


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
    for printer in settings.printers:
        if settings.dns_sd.enabled and len(printer.path) > MAX_PATH_OCTETS:
            yield f"dns-sd.enabled: {printer.name}: the network is not told of it, since its path is too long"
    documents = settings.documents
    if documents.postscript and ghostscript(settings) is None:
        missing = "Ghostscript (gs) is not installed, or this kernel has no landlock or no seccomp"
        yield f"documents.postscript: PostScript is not taken, since {missing}"
    if documents.by_reference and not documents.allowed_hosts:
        yield "documents.by-reference: documents.allowed-hosts is empty, so nothing can be fetched"
    if documents.allowed_hosts and not documents.by_reference:
        yield "documents.allowed-hosts: has no effect while documents.by-reference is false"

    if settings.tls.mode == "require":
        yield from _leaving(settings)


def _leaving(settings: Settings) -> Iterator[str]:
    """Outputs that send on in the clear what came encrypted: as the configuration says, and RFC 3510 8 does
    not forbid, since they are no IPP."""
    for number, printer in enumerate(settings.printers):
        for index, output in enumerate(printer.outputs):
            key, host = _in_the_clear_to(output)
            if host and not is_this_host(host):
                where = f"printer.{number}.output.{index}.{key}"
                yield f"{where}: documents leave unencrypted for {host}, while tls.mode insists on TLS"


def _in_the_clear_to(output: OutputSettings) -> tuple[str, str]:
    """The key that says so, and the host that gets documents unencrypted; empty for none."""
    match output:
        case WebhookSettings() if urlsplit(output.url).scheme == "http":
            return "url", urlsplit(output.url).hostname or ""
        case SocketSettings():
            return "host", output.host
        case MailSettings(tls="off"):
            return "tls", output.host
    return "", ""


def _is_loopback(address: Address) -> bool:
    return address.host in ("localhost", "::1") or address.host.startswith("127.")
