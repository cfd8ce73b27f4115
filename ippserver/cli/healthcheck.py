"""`ippserver healthcheck`: whether the server answers, for containers."""

from typing import Final

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.presentation import group_json, print_json
from ippserver.iana import names
from ippserver.iana.enums import PrinterState

DEFAULT_URI: Final = "ipp://localhost/ipp/print"
REQUESTED: Final = (names.PRINTER_NAME, names.PRINTER_STATE, names.PRINTER_STATE_REASONS)


@printer_command("healthcheck")
@click.argument("uri", default=DEFAULT_URI, envvar="IPPSERVER_HEALTHCHECK_URI")
@click.option("--timeout", default=5.0, type=click.FloatRange(min=0.1), help="Seconds (default 5).")
async def command(connection: Connection, uri: str, timeout: float) -> None:
    """Exit with 0 when the printer at URI answers Get-Printer-Attributes, otherwise with 1 or 3.

    Without URI it is that of the environment variable IPPSERVER_HEALTHCHECK_URI, or ipp://localhost/ipp/print.
    """
    async with connection.client(uri, timeout_seconds=timeout) as client:
        found = await client.get_printer_attributes(REQUESTED)
    if connection.as_json:
        print_json(group_json(found))
    else:
        state = PrinterState(names.PRINTER_STATE.get(found) or 0)
        click.echo(f"{client.uri}: {state.keyword}")
