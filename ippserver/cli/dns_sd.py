"""`ippserver dns-sd`: printers for networks that do not show them by themselves."""

import asyncio
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.presentation import print_json
from ippserver.cli.status import REFUSED, fail
from ippserver.dnssd.export import FORMATS, Exported, NotExportable
from ippserver.dnssd.records import Place
from ippserver.iana import names
from ippserver.interfaces import Advertisement
from ippserver.ipp.describe import Json
from ippserver.model.uris import IppUri, parse

_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})
_URN: Final = "urn:uuid:"


@click.group("dns-sd")
def command() -> None:
    """Printers for networks that do not show them by themselves."""


@printer_command("export")
@click.argument("source", default="ipp://localhost/ipp/print")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="avahi",
    show_default=True,
    help="For avahi a service file, for DNS records of a zone, for Apple a profile, for Windows a line.",
)
@click.option("--host", help="Name or address by which clients reach the printer (default: this host).")
async def export(connection: Connection, source: str, form: str, host: str | None) -> None:
    """Write a file that tells clients of a printer.

    SOURCE is the URI of a printer, or the configuration of a server that runs on this host, whose printers
    are asked for their attributes. --json prints the services as data.
    """
    uris = [source] if "://" in source else await asyncio.to_thread(_configured, Path(source))
    found = [await _exported(connection, uri, host) for uri in uris]
    try:
        if connection.as_json:
            print_json([_data(each) for each in found])
        else:
            click.echo(FORMATS[form](found), nl=False)
    except NotExportable as error:
        fail(str(error), REFUSED)


command.add_command(export)


def _configured(path: Path) -> Sequence[str]:
    """The URIs of the printers that the file at `path` configures."""
    from ippserver.config import ConfigError, load  # loads pydantic, which a URI does not need

    try:
        settings = load(path, os.environ, {})
    except ConfigError as error:
        raise click.UsageError("\n".join(map(str, error.problems))) from error
    listen = settings.server.listen[0]
    host = "localhost" if listen.host in _HERE else listen.host
    host = f"[{host}]" if ":" in host else host
    return [f"ipp://{host}:{listen.port}{printer.path}" for printer in settings.printers]


async def _exported(connection: Connection, uri: str, host: str | None) -> Exported:
    async with connection.client(uri) as client:
        about = await client.get_printer_attributes()
    place = parse(uri)
    uris = names.PRINTER_URI_SUPPORTED.all(about)
    offers_tls = any(each.lower().startswith("ipps:") for each in uris)
    return Exported(
        printer=Advertisement(
            path=place.path,
            name=str(names.PRINTER_NAME.get(about) or ""),
            kept=str(names.PRINTER_DNS_SD_NAME.get(about) or ""),
            uuid=(names.PRINTER_UUID.get(about) or "").removeprefix(_URN),
            attributes=about,
        ),
        place=Place(host=host or _host(place), port=place.port, tls="1.3" if offers_tls else ""),
        named_host=host is not None,
    )


def _host(place: IppUri) -> str:
    """The host of a URI as others know it."""
    if place.host in _HERE:
        own = socket.gethostname()
        return own if "." in own else f"{own}.local"
    return f"[{place.host}]" if place.bracketed else place.host


def _data(exported: Exported) -> Json:
    return {
        "name": exported.name,
        "host": exported.place.host,
        "services": [
            {
                "type": service.type,
                "subtypes": list(service.subtypes),
                "port": service.port,
                "txt": [string.decode() for string in service.txt],
            }
            for service in exported.services
        ],
    }
