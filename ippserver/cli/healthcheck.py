"""`ippserver healthcheck`: whether the server answers, for containers."""

from http import HTTPStatus
from typing import Final

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.presentation import print_json
from ippserver.client import HttpError, Trust
from ippserver.client.trust import is_this_host
from ippserver.iana import names
from ippserver.iana.enums import PrinterState
from ippserver.iana.plain import group_json
from ippserver.ipp.attributes import AttributeGroup
from ippserver.model.uris import parse

DEFAULT_URI: Final = "ipp://localhost/ipp/print"
CLEAR: Final = "ipp:"
ENCRYPTED: Final = "ipps:"
REQUESTED: Final = (names.PRINTER_NAME, names.PRINTER_STATE, names.PRINTER_STATE_REASONS)


@printer_command("healthcheck")
@click.argument("uri", default=DEFAULT_URI, envvar="IPPSERVER_HEALTHCHECK_URI")
@click.option("--timeout", default=5.0, type=click.FloatRange(min=0.1), help="Seconds (default 5).")
async def command(connection: Connection, uri: str, timeout: float) -> None:
    """Exit with 0 when the printer at URI answers Get-Printer-Attributes, otherwise with 1 or 3.

    Without URI it is that of the environment variable IPPSERVER_HEALTHCHECK_URI, or ipp://localhost/ipp/print.
    A printer that demands TLS is asked by it, one on this host whatever its certificate is.
    """
    try:
        found = await _ask(connection, uri, timeout)
    except HttpError as error:
        if error.status != HTTPStatus.UPGRADE_REQUIRED or not uri.startswith(CLEAR):
            raise
        uri = uri.replace(CLEAR, ENCRYPTED, 1)
        found = await _ask(connection, uri, timeout)
    if connection.as_json:
        print_json(group_json(found))
    else:
        state = PrinterState(names.PRINTER_STATE.get(found) or 0)
        click.echo(f"{parse(uri)}: {state.keyword}")


async def _ask(connection: Connection, uri: str, timeout_seconds: float) -> AttributeGroup:
    trust = Trust(anybody=True) if is_this_host(parse(uri).host) else None
    async with connection.client(uri, timeout_seconds=timeout_seconds, trust=trust) as client:
        return await client.get_printer_attributes(REQUESTED)
